#ifndef SERVER_LOOP_H
#define SERVER_LOOP_H

#include "server/call.h"
#include "server/options.h"

#include <stdbool.h>
#include <stdint.h>

// The loop thread: takes calls that the transport hands over, dispatches them, and owns every database connection.

// loop_start makes the lanes and starts the thread. o must outlive it. False, logged, when it cannot.
bool loop_start(const struct options *o);

// loop_hand_over gives a call (CALL_RECEIVED) to the loop. Any thread; does not block.
void loop_hand_over(struct call *call);

// loop_note_event tells that an authority's newest event has this number: calls that watch for it go on. Any thread.
void loop_note_event(int authority, uint64_t number);

// loop_drain makes the loop refuse new calls as UNAVAILABLE. Any thread.
void loop_drain(void);

// loop_serves tells whether calls are served now: not draining, and every lane has a connection. Any thread.
bool loop_serves(void);

#endif
