#ifndef CLIENT_WATCH_H
#define CLIENT_WATCH_H

#include "client/exits.h"
#include "client/verbs.h"

#include <stdbool.h>

// Methods that watch (their names begin with Watch): asked again and again with the cursor of their last answer, until
// --limit rows have come or the program is ended. A server or a connection that goes away is waited for.

// watch_is tells whether a method watches.
bool watch_is(const struct catalog_method *method);

// watch_verb does what `improve visit watch` and its like say: each event is printed as it comes, JSON as one object a
// line. With --cursor-file the cursor is kept in a file after what was printed, and gone on from: killed between the
// two, the program prints the last events again, and no others (event_id tells).
enum exit_code watch_verb(const struct verb *verb, int argc, char **argv);

#endif
