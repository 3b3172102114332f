#ifndef TESTS_TORTURE_CHECK_PRIVATE_H
#define TESTS_TORTURE_CHECK_PRIVATE_H

#include "tests/torture/check.h"

#include <search.h>

// All calls under one request id.
struct write {
    const struct op *op;        // the first
    const struct op *ok;        // the first ok answer; NULL: none
    bool refused;               // refused, and never answered ok
    uint64_t invoked, finished; // of the first; of the earliest ok answer, UINT64_MAX without one
    long number;                // in the audit trail; 0: not there
    int ledgered, audited;
    const struct booking_row *booking; // of OP_BOOK, the first; of OP_CANCEL, the one named
};

struct check {
    const struct history *history;
    const struct state *state;
    struct findings *findings;
    struct write *writes;
    size_t write_count;
    struct hsearch_data by_request, by_delegate, by_booking, by_session;
};

// check_find notes what is wrong, with up to three ops that prove it (NULL: fewer).
void check_find(struct check *c, const char *rule, const struct op *a, const struct op *b, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

// check_put remembers something under a name (kept by the caller) in one of the indexes; check_get gives it, NULL:
// none.
void check_put(struct hsearch_data *index, const char *name, const void *thing);
const void *check_get(struct hsearch_data *index, const char *name);

// check_order holds the order of writes against the clock and against a model, and reads against both.
void check_order(struct check *c);

#endif
