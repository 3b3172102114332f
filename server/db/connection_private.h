#ifndef SERVER_DB_CONNECTION_PRIVATE_H
#define SERVER_DB_CONNECTION_PRIVATE_H

#include "server/db/connection.h"

#include <libpq-fe.h>

// What connection.c (opening and sending) and results.c (what comes back) share.

// What the next result answers.
enum expectation_kind {
    EXPECT_BASE,
    EXPECT_PREPARE,
    EXPECT_GATE,
    EXPECT_FUNCTION,
    EXPECT_DRY_END,
    EXPECT_REPLAY,
    EXPECT_ANSWERED,
    EXPECT_TOUCH,
    EXPECT_ATTEMPT,
    EXPECT_SYNC
};

struct expectation {
    enum expectation_kind kind;
    bool answered;     // its result has come; the NULL that ends it has not
    struct call *call; // NULL for the base statements
};

enum {
    QUEUE = 512,
    LONGEST_NAME = 32,
    SETTINGS_MAX = 128,
    HEX_SIZE = 2 * CALL_HASH_SIZE + 3
}; // QUEUE: a power of two over 5 × the deepest pipeline

// Statement by method of the catalogue: whether it is prepared here, and under which edition of its name.
struct plan {
    bool prepared;
    unsigned edition;
};

struct connection {
    PGconn *pg;
    enum connection_state state;
    PostgresPollingStatusType polling; // while opening
    bool unsent;                       // bytes wait for the socket
    bool broken;                       // to be closed by the step under way
    const char *database, *settings;
    connection_done_fn *done;
    void *data;
    struct plan *plans; // one a method
    int load;           // calls in the pipeline
    uint64_t probed_ms; // when it was last probed; 0: never
    struct expectation queue[QUEUE];
    unsigned head, tail; // ever rising
};

// connection_head is the expectation that the next result answers; connection_empty tells that there is none.
struct expectation *connection_head(struct connection *c);
bool connection_empty(const struct connection *c);

// connection_let_go takes a call out of the pipeline and hands it back.
void connection_let_go(struct connection *c, struct call *call);

// connection_send_replay asks for the first answer to a call's request id.
void connection_send_replay(struct connection *c, struct call *call);

// connection_send_answered asks whether a write that was refused was answered under its request id meanwhile.
void connection_send_answered(struct connection *c, struct call *call);

// connection_send_touch notes the use of a call's session, in a transaction of its own that nobody waits for.
void connection_send_touch(struct connection *c, const struct call *call);

// connection_send_attempt counts a refused call as a wrong sign-in, in a transaction of its own; the reply waits for
// it.
void connection_send_attempt(struct connection *c, struct call *call);

// connection_read takes every result that has come. Sets c->broken when the connection is out of order.
void connection_read(struct connection *c);

#endif
