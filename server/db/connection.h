#ifndef SERVER_DB_CONNECTION_H
#define SERVER_DB_CONNECTION_H

#include "server/call.h"
#include "server/statement.h"

#include <stdbool.h>
#include <stdint.h>

// One connection to PostgreSQL in pipeline mode, owned by one loop thread. It never blocks. A call is sent as gate,
// function and Sync (one implicit transaction, one round trip); results match the head of a queue of expectations only.
struct connection;

enum connection_state { CONNECTION_DOWN, CONNECTION_OPENING, CONNECTION_READY };

// connection_done_fn gets a call back: finished (its reply is made), or lost with its connection (reply UNAVAILABLE),
// or to be sent again (state CALL_WAITING: its plan was out of date).
typedef void connection_done_fn(struct call *call, void *data);

// connection_gate is the statement that lets every call in, or refuses it.
extern const char connection_gate[];

// connection_new makes a connection that is down; settings are libpq options for its session, after those of all.
// database, settings and the data behind done must outlive it. NULL without memory.
struct connection *connection_new(const char *database, const char *settings, connection_done_fn *done, void *data);

// connection_open begins to connect. connection_close ends it at once; the calls it held are handed to done as lost.
void connection_open(struct connection *c);
void connection_close(struct connection *c);

enum connection_state connection_state(const struct connection *c);

// connection_socket is the descriptor to poll, -1 while down; connection_wants_write tells whether to poll it for
// writing too.
int connection_socket(const struct connection *c);
bool connection_wants_write(const struct connection *c);

// connection_step goes on with what the socket allows now: connecting, sending, reading results. Non-blocking. It is
// due when the socket is ready, and when connection_is_broken: then it closes the connection.
void connection_step(struct connection *c);
bool connection_is_broken(const struct connection *c);

// connection_send queues a call (CALL_WAITING → CALL_RUNNING) on a ready connection. left_ms is the time its statements
// have.
void connection_send(struct connection *c, struct call *call, uint32_t left_ms);

// connection_probe asks an idle connection for an answer, and nothing else; false when it is not idle.
// connection_silent tells for how many milliseconds it has owed an answer and given none; 0 when it owes none.
bool connection_probe(struct connection *c, uint64_t now_ms);
uint64_t connection_silent(const struct connection *c, uint64_t now_ms);

// connection_load is the number of calls in the pipeline. connection_oldest is the call at its head, NULL when empty.
int connection_load(const struct connection *c);
const struct call *connection_oldest(const struct connection *c);

#endif
