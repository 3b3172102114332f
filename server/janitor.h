#ifndef SERVER_JANITOR_H
#define SERVER_JANITOR_H

#include "server/options.h"

#include <stdbool.h>

// All timed work that may block is done here, on one thread: idle client connections are closed, our own listeners are
// called.

// janitor_start starts the thread. o must outlive it.
bool janitor_start(const struct options *o);

#endif
