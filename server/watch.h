#ifndef SERVER_WATCH_H
#define SERVER_WATCH_H

#include "server/call.h"

#include <stdbool.h>

// Watch calls: a method whose name begins with Watch is asked for the events past a cursor. While there are none, its
// call is parked here, holding no connection, and is run again, gate and all, when its authority has a new event
// (a call without an authority: when any has); near its deadline it is answered OK with the cursor it came with. All
// but watch_note are the loop thread's.

enum { WATCH_PARKED_MAX = 4096, WATCH_CLASS_MAX = 1024 }; // calls parked in all, and of one class of callers

// watch_begin notes, before a watch call is sent to the database, how far its authority has come.
void watch_begin(struct call *call);

// watch_park takes a watch call that found nothing (CALL_RUNNING → CALL_PARKED) and has time left. False: the call is
// to be answered as it is, its reply's cursor set.
bool watch_park(struct call *call, uint64_t now_ms);

// watch_due takes one parked call that is to go on: to be sent again (its authority has something new), or, *over, to
// be answered (its time is up, or all is: ending). NULL when there is none.
struct call *watch_due(uint64_t now_ms, bool ending, bool *over);

// watch_note tells that an authority's newest event has this number. True when that is news and calls are parked: the
// loop is to look. Any thread.
bool watch_note(int authority, uint64_t number);

// watch_parked is the number of calls parked. Any thread.
int watch_parked(void);

#endif
