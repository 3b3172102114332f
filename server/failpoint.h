#ifndef SERVER_FAILPOINT_H
#define SERVER_FAILPOINT_H

#include <stdbool.h>

// Places where a test may make the server fail, at each step of a call. They are there in improved_failpoints, which
// the crash tests run (tests/torture/failpoints.c), and in no other program: here they are nothing.

enum failpoint {
    FAILPOINT_RECEIVED,  // its bytes are whole; nothing was looked at
    FAILPOINT_SENT,      // gate, function and Sync are on their way to the database
    FAILPOINT_GATED,     // the gate let it in; the function's result has not been looked at
    FAILPOINT_COMMITTED, // the transaction has ended, and its result has come
    FAILPOINT_REPLIED,   // the reply is made, and is about to leave
    FAILPOINTS
};

#ifdef IMPROVE_FAILPOINTS
// failpoint may end the process, or wait; true: the connection at hand is to be lost (the client's at received and
// replied, the database's between them). Any thread.
bool failpoint(enum failpoint at);
#else
static inline bool failpoint(enum failpoint at)
{
    (void)at;
    return false;
}
#endif

#endif
