#ifndef SERVER_KNOWN_H
#define SERVER_KNOWN_H

#include "server/call.h"

#include <stdbool.h>

// Who has been let in lately: pairs of token and authority that the gate admitted. For scheduling only: a call by
// somebody known queues with its authority, one by anybody else queues with the strangers, so that nobody can use up an
// authority's turn by naming it. The gate decides on every call all the same. Owned by the loop thread.

// known_class is the class that a call queues with: its authority's number (0 for none), or FAIR_STRANGERS.
int known_class(const struct call *call);

// known_remember notes that the gate let this call in; known_forget that it did not.
void known_remember(const struct call *call);
void known_forget(const struct call *call);

#endif
