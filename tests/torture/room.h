#ifndef TESTS_TORTURE_ROOM_H
#define TESTS_TORTURE_ROOM_H

#include "tests/support/figures.h"
#include "tests/torture/check.h"
#include "tests/torture/clients.h"

// A fault's room: a database of its own on the torture's cluster, a server, a desk where clients ask, a history.

enum { FAULTS_MOST = 2000 };

struct room {
    const char *f; // "F1"
    struct harness_server server;
    const char *const *settings; // of the server, NULL-ended
    struct history history;
    char history_file[256];
    struct desk *desk;
    unsigned dice;                   // for the fault's own choices
    uint64_t faults_us[FAULTS_MOST]; // when faults happened
    int fault_count;
};

// room_open makes it, with a server that serves. room_close stops the server, holds it to a good end, and frees the
// room.
void room_open(struct room *r, const char *f, const char *const *settings);
void room_close(struct room *r);

// room_fault notes that a fault happens now.
void room_fault(struct room *r);

// room_gap is the longest time between two writes answered ok in a row between each fault and the next, in seconds: the
// longest of all faults, and the middle one.
double room_gap(const struct room *r, double *middle);

// room_judge asks the history's writes again, runs the checker, the audit chain, the books and amcheck, prints the row
// "0/0" and what was found, and returns the number of faults found.
long room_judge(struct room *r);

// room_check is the checker alone, on the history so far.
long room_check(struct room *r, struct findings *f);

// room_await waits until a write is answered ok that was asked after now; the seconds it took, or `most` when it took
// longer.
double room_await(struct room *r, double most);

// The cluster: its folder; kill -9 of its postmaster, seen to be gone; its start, as often as it takes; kill -9 of n
// backends that serve.
const char *room_cluster(void);
void room_kill_postmaster(void);
void room_start_postmaster(void);
int room_kill_backends(int n);

// room_signal_backends sends a signal to all backends that serve the room's server.
void room_signal_backends(int signal_number);

// room_alter runs SQL as the superuser.
void room_alter(const char *sql);

#endif
