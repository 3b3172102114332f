#ifndef SERVER_TRANSPORT_CROWD_H
#define SERVER_TRANSPORT_CROWD_H

#include "server/options.h"
#include "server/transport/peer.h"

// All the connections there are, and what keeps any of them from costing the others: a hello in time, replies taken in
// time, silence bounded, descriptors kept for those who behave. Everything here is the transport thread's.

// crowd_init is called once, before the others. o must outlive the crowd.
void crowd_init(const struct options *o);

// crowd_admit takes a connection in, which may cost the oldest that has not said hello its place. False when there is
// no place: the descriptor is closed.
bool crowd_admit(struct event_base *base, int fd, const struct listener *l, const struct sockaddr *from);

// crowd_sweep closes those that were silent, slow or mute for too long, and frees what has ended. Call it every
// CROWD_SWEEP_MS.
enum { CROWD_SWEEP_MS = 50 };
void crowd_sweep(void);

#endif
