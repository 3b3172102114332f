#ifndef SERVER_DISPATCH_H
#define SERVER_DISPATCH_H

#include "server/call.h"
#include "server/options.h"

#include <stdbool.h>

// Refuse before you work: existence → shape → limits, in one place. (Identity and right are the gate's, in the call's
// transaction.)

// dispatch_init keeps the settings. Before the first call.
void dispatch_init(const struct options *o);

// dispatch_admit reads a call's frame, finds its method, checks and unpacks its request and sets its deadline. True:
// the call goes to its lane. False: its reply is made, as a refusal or because the server itself answered it (health,
// reflection).
bool dispatch_admit(struct call *call, bool draining);

#endif
