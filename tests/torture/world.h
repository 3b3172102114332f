#ifndef TESTS_TORTURE_WORLD_H
#define TESTS_TORTURE_WORLD_H

#include "tests/torture/history.h"
#include "tests/torture/state.h"

enum { WORLD_WRITES = 120, WORLD_STEP_US = 100 };

// What clients saw and what the database holds, made up by doing the writes one by one.
struct world {
    struct history h;
    struct state s;
    uint64_t now;
    unsigned seed;
};

// world_make makes a sound one of this seed, with as many lists as writes; world_release frees it.
void world_make(struct world *w, unsigned seed);
void world_release(struct world *w);

// world_op is a call that takes place next; it is in no history yet.
struct op world_op(struct world *w, enum op_kind kind, const struct session_row *session);

#endif
