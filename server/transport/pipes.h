#ifndef SERVER_TRANSPORT_PIPES_H
#define SERVER_TRANSPORT_PIPES_H

#include <stdint.h>

// The client connections there are (nng calls them pipes): how many calls each has in flight, and when it last asked.
// Thread-safe: nng's threads and the janitor's come here.
struct pipes;

// pipes_new makes an empty table; NULL without memory. Lives as long as the process.
struct pipes *pipes_new(void);

// pipes_add and pipes_remove follow a connection's birth and end.
void pipes_add(struct pipes *p, uint32_t id);
void pipes_remove(struct pipes *p, uint32_t id);

// pipes_enter counts a call in and returns how many the connection has in flight with it (0: the connection has gone).
int pipes_enter(struct pipes *p, uint32_t id);

// pipes_leave counts a call out.
void pipes_leave(struct pipes *p, uint32_t id);

// pipes_idle lists up to most connections without a call in flight that last asked before then (monotonic ms), and
// returns their number.
int pipes_idle(struct pipes *p, uint64_t then, uint32_t *ids, int most);

// pipes_count is the number of connections.
int pipes_count(struct pipes *p);

#endif
