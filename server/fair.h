#ifndef SERVER_FAIR_H
#define SERVER_FAIR_H

#include "server/call.h"

#include <stdbool.h>

// A bounded queue of calls that is fair among callers: each *class* (an authority; all callers not yet known to be
// anybody's) has a queue of its own, and the classes take turns. No class may hold more than half of the queue, so that
// one in flood leaves room for the others. Owned by the loop thread.
struct fair;

// fair_new makes a queue of at most length calls. NULL without memory.
struct fair *fair_new(int length);

// fair_push puts a call at the end of its class (call->fair_class). False, and nothing done, when there is no room for
// it.
bool fair_push(struct fair *f, struct call *call);

// fair_return gives back a call that was popped; it is the next of its class again.
void fair_return(struct fair *f, struct call *call);

// fair_may_fn tells whether a class may send a call now: some may not, while they have enough under way.
typedef bool fair_may_fn(void *data, int fair_class);

// fair_pop takes the next call of the next class in turn that may send one; NULL when there is none.
struct call *fair_pop(struct fair *f, fair_may_fn *may, void *data);

// fair_take_expired takes a call whose deadline has passed, NULL when there is none. O(waiting): for the tick.
struct call *fair_take_expired(struct fair *f, uint64_t now_ms);

// fair_waiting is the number of calls in the queue.
int fair_waiting(const struct fair *f);

#endif
