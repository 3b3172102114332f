#ifndef CLIENT_CALL_LINES_H
#define CLIENT_CALL_LINES_H

#include "client/session.h"

// Many calls over one connection, one a line of JSON.

struct call_lines {
    struct session *session;
    const struct catalog_method *method; // NULL: each line names its own, {"method":…,"authority":…,"request":{…}}
    const char *seed;                    // request ids follow from it and the line's number; NULL: random ones
    size_t in_flight;                    // calls at once
    bool keep_going;                     // do not stop at the first failure
};

enum { CALL_LINES_MOST = 64 }; // in flight

// call_lines_run makes the calls of in's lines (blank ones are passed over) and prints each answer as one line of JSON
// on out, in order; a failure is told on stderr with its line, and stops the run unless keep_going, when it is also a
// line {"error":…} of out. Lines after the one that failed may have been done: they were in flight. Returns the first
// failure's exit code.
enum exit_code call_lines_run(const struct call_lines *c, FILE *in, FILE *out);

#endif
