#ifndef SERVER_PULSE_H
#define SERVER_PULSE_H

#include "server/options.h"

#include <stdbool.h>
#include <stdint.h>

// The database's pulse: a connection of its own, asked for nothing but an answer, a few times a second. When all
// connections hang, it is how the server knows: a lane's calls may be long. Owned by the loop thread.

// pulse_init makes it. False without memory.
bool pulse_init(const struct options *o);

// pulse_tick takes what has come, asks once more when it is time, and tells whether the database hangs: it took the
// last question, and has not answered for long. Tens of milliseconds between two ticks are often enough.
bool pulse_tick(uint64_t now_ms);

#endif
