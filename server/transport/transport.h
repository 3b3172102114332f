#ifndef SERVER_TRANSPORT_TRANSPORT_H
#define SERVER_TRANSPORT_TRANSPORT_H

#include "server/call.h"
#include "server/options.h"

#include <stdbool.h>

// Bytes in, bytes out: the room that includes nng. A slot is one REP context: it receives a request, waits for its
// reply, sends it, and receives again. Callbacks run on nng's threads and never block: they hand the call over and
// return.

// transport_receive_fn takes a new call (CALL_RECEIVED, slot and bytes set) on one of nng's threads. It must not block.
typedef void transport_receive_fn(struct call *call);

// transport_open listens on every URL of o->listen and begins to hand calls to receive. One transport a process. o must
// outlive it. False, with what is wrong in the log, when a URL cannot be listened on; plain tcp:// and ws:// are
// refused by name.
bool transport_open(const struct options *o, transport_receive_fn *receive);

// transport_reply packs the call's reply and gives it to nng, and ends the call's stay in its slot: bytes, payload and
// slot are gone after it. Moves the call to CALL_ANSWERED. Any thread; the call is the caller's still.
void transport_reply(struct call *call);

// transport_source writes where an unanswered call came from: "ip 192.0.2.1", "ip 2001:db8:1:2::/64" (an IPv6 network
// is one source), or "local". Any thread.
void transport_source(const struct call *call, char *to, size_t size);

// transport_in_flight is the number of calls received and not yet answered. Thread-safe.
int transport_in_flight(void);

// transport_reap closes client connections that have been silent for o->idle_timeout_ms. transport_probe calls our own
// listeners, and makes a listener anew that does not answer twice running (nng 1.5.2's can die while the process looks
// well). Both block: the janitor's work.
void transport_reap(void);
void transport_probe(void);

// transport_may_renew tells whether the certificates and keys that the files hold now can be used; if not, the log says
// why.
bool transport_may_renew(void);

// transport_is_gated tells whether an authority's calls must come through its own gate. Thread-safe.
bool transport_is_gated(int authority);

#endif
