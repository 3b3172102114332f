#ifndef TESTS_TORTURE_STATE_H
#define TESTS_TORTURE_STATE_H

#include <stdbool.h>
#include <stddef.h>

// What the database holds when all is over.

struct booking_row {
    int authority;
    char booking[24], session[24], delegate[24], status[12];
    long ticket;
};

struct session_row {
    int authority;
    char session[24];
    long capacity, confirmed, waiting, next_ticket;
};

// A row of the ledger, or of the audit trail with its sealed number (0: not sealed).
struct write_row {
    int authority;
    char request_id[40];
    long number;
};

struct state {
    struct booking_row *bookings;
    struct session_row *sessions;
    struct write_row *ledger, *audit;
    size_t booking_count, session_count, ledger_count, audit_count;
};

// state_load reads it all, once every audit row is sealed. False, and why on stderr, when the database does not answer.
bool state_load(struct state *s, const char *conninfo);

// state_release frees the rows.
void state_release(struct state *s);

#endif
