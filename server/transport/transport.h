#ifndef SERVER_TRANSPORT_TRANSPORT_H
#define SERVER_TRANSPORT_TRANSPORT_H

#include "server/call.h"
#include "server/options.h"

#include <stdbool.h>

// Bytes in, bytes out. The server's end of nng's wire: what nng clients (REQ, over tls+tcp:// and ipc://) send comes in
// here. One thread owns every socket, through libevent and OpenSSL; it never waits for anything but them.

// transport_receive_fn takes a new call (CALL_RECEIVED, ticket and bytes set) on the transport's thread. It must not
// block.
typedef void transport_receive_fn(struct call *call);

// transport_open listens on every URL of o->listen and o->gates and begins to hand calls to receive. One transport a
// process. o must outlive it. False, with what is wrong in the log, when a URL cannot be listened on; plain tcp:// and
// ws:// are refused by name.
bool transport_open(const struct options *o, transport_receive_fn *receive);

// transport_reply packs the call's reply and gives it to the transport's thread, and ends the call's stay in its
// ticket: bytes, payload and ticket are gone after it. Moves the call to CALL_ANSWERED. Any thread; the call is the
// caller's still.
void transport_reply(struct call *call);

// transport_source writes where an unanswered call came from: "ip 192.0.2.1", "ip 2001:db8:1:2::/64" (an IPv6 network
// is one source), or "local". Any thread.
void transport_source(const struct call *call, char *to, size_t size);

// transport_in_flight is the number of calls received and not yet answered. Thread-safe.
int transport_in_flight(void);

// transport_is_quiet tells whether no call is in flight, and nothing of any reply waits to be sent. Any thread.
bool transport_is_quiet(void);

// transport_parked counts calls out of those in flight, or in again (negative): they wait for an event, not for us.
void transport_parked(int more);

// transport_renew reads certificates and keys again, for connections that begin from then on. False, with the reason
// in the log, when one cannot be used: then nothing changes. Any thread.
bool transport_renew(void);

// transport_is_gated tells whether an authority's calls must come through its own gate. Thread-safe.
bool transport_is_gated(int authority);

#endif
