#ifndef SERVER_LOCAL_H
#define SERVER_LOCAL_H

#include "server/call.h"

#include <stdbool.h>

// The few methods that SQL cannot serve: health, reflection, which server this is. They need no token and touch no
// database.

// local_answer answers a call if it is one of them, and tells whether it was.
bool local_answer(struct call *call);

// local_serves tells whether a method is one of them.
bool local_serves(const struct catalog_method *method);

// local_init notes the time at which the server began.
void local_init(void);

#endif
