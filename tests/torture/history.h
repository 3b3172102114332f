#ifndef TESTS_TORTURE_HISTORY_H
#define TESTS_TORTURE_HISTORY_H

#include "common/status.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

// What clients asked, when, and what they were told: one op a call. The file has the same, a line each.

enum op_kind {
    OP_MAKE,   // a write whose effect is not looked at but for its ledger and audit rows
    OP_BOOK,   // one place on a session for a delegate that nobody else books
    OP_CANCEL, // a booking
    OP_LIST,   // a session's bookings, cancelled ones too
};

enum op_end {
    OP_OK,
    OP_FAIL,    // refused: nothing was done
    OP_UNKNOWN, // unavailable or late: it may have been done
};

struct op {
    enum op_kind kind;
    enum op_end end;
    int process;   // the client
    int authority; // 1 to 999
    char request_id[40];
    char session[24];
    char subject[24]; // of OP_BOOK the delegate, of OP_CANCEL the booking
    uint64_t invoked_us, finished_us;
    enum status code;
    char booking[24]; // the answer to OP_BOOK
    int position;     // on the waiting list; 0: confirmed
    uint64_t answer;  // of the reply's bytes; of OP_LIST: the sum of history_row over its rows
    bool replayed;    // the server said so
    bool again;       // asked once more when all was over
};

struct history {
    struct op *ops;
    size_t count, room;
    pthread_mutex_t lock;
    FILE *file; // NULL: kept in memory only
};

// history_open begins one, with a file where path is given; false when it cannot be written. history_close ends it.
bool history_open(struct history *h, const char *path);
void history_close(struct history *h);

// history_add adds a finished call. Any thread.
void history_add(struct history *h, const struct op *op);

// history_line writes an op as its line of the file.
void history_line(const struct op *op, char *to, size_t size);

// history_hash is a hash of bytes; history_row of one row of a session's bookings (a place with its status).
uint64_t history_hash(const void *bytes, size_t size);
uint64_t history_row(const char *booking, const char *status);

// history_us is the monotonic time in microseconds.
uint64_t history_us(void);

#endif
