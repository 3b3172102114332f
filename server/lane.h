#ifndef SERVER_LANE_H
#define SERVER_LANE_H

#include "server/call.h"
#include "server/db/connection.h"
#include "server/options.h"

#include <stdbool.h>

// A lane: the connections that calls of one kind use, and the bounded queue before them. Owned by the loop thread.
struct lane;

// lane_new makes a lane of so many connections with these session settings (libpq's options, a literal); finished gets
// every call whose reply is ready. NULL without memory.
struct lane *lane_new(
    const struct options *o, int connections, const char *settings, void (*finished)(struct call *call));

// lane_submit takes an admitted call (CALL_RECEIVED → CALL_WAITING) and sends it as soon as a connection has room. A
// full queue or an absent database is answered at once.
void lane_submit(struct lane *lane, struct call *call);

// lane_tick does what time asks: opens connections that are down, ends calls whose deadline has passed, closes a
// connection that is stuck. While the database hangs, calls that wait and that come are refused as when it is away.
void lane_tick(struct lane *lane, uint64_t now_ms, bool hangs);

// lane_watch has an epoll tell of the lane's sockets, by data.u64 = first + n for the n-th connection; lane_step then
// goes on with the n-th, and lane_flow, once after those, with all that waits.
void lane_watch(struct lane *lane, int epoll, uint64_t first);
void lane_step(struct lane *lane, int n);
void lane_flow(struct lane *lane);

// lane_size is the number of connections, lane_ready how many of them serve, lane_waiting the length of the queue.
int lane_size(const struct lane *lane);
int lane_ready(const struct lane *lane);
int lane_waiting(const struct lane *lane);

#endif
