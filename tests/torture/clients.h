#ifndef TESTS_TORTURE_CLIENTS_H
#define TESTS_TORTURE_CLIENTS_H

#include "tests/support/harness.h"
#include "tests/torture/history.h"

#include <stdatomic.h>

// Clients at work while faults happen: each on a connection of its own books, cancels and lists, tries again under the
// same request id, and writes down what it asked and what it was told.

enum { AUTHORITIES = 2, SESSIONS_MOST = 20000, CLIENTS_ROOM = 998 };

struct session_open {
    int authority;
    char session[24];
};

struct desk {
    struct harness_server *server;
    struct link_options link; // url and CA file
    struct history *history;
    char *tokens[AUTHORITIES];
    char courses[AUTHORITIES][24];
    unsigned seed;
    uint32_t timeout_ms;  // of a call
    pthread_mutex_t lock; // over the sessions
    struct session_open sessions[SESSIONS_MOST];
    int session_count;
    atomic_long calls;
    atomic_bool over;
    atomic_long ok_writes;
    atomic_ullong last_ok_us; // when the write was asked that was asked last of those answered ok
};

// clients_start starts so many, and what opens new sessions for them as they fill. clients_stop ends them, after their
// calls.
struct clients;
struct clients *clients_start(struct desk *d, int n);
void clients_stop(struct clients *c);

// CLIENTS_ROOM is the process under whose name the room notes its own writes, which are not asked again.

// clients_ask makes one call as client `process` and notes it; op is filled but for times and answer. True: ok.
bool clients_ask(struct desk *d, struct link *link, struct op *op);

// clients_ask_again asks every write of the history once more under its request id, at most `most` of those answered ok
// (and all of those whose end is unknown), and notes the answers.
void clients_ask_again(struct desk *d, long most);

#endif
