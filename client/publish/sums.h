#ifndef CLIENT_PUBLISH_SUMS_H
#define CLIENT_PUBLISH_SUMS_H

#include "client/publish/marks.h"
#include "client/publish/suppress.h"
#include "common/arena.h"

// The rows of an answer, or of two that stand beside each other, as counts and the sums that readers know of them.

#define SUMS_NO_CELL SIZE_MAX

struct sums_table {
    const struct marks *marks;
    const ProtobufCMessage *const *rows;
    size_t n_rows;
    size_t *cell; // of row r and column c at r × the columns + c; SUMS_NO_CELL where nothing is counted
};

struct sums {
    struct arena *arena;
    struct sums_table table[2];
    size_t n_tables;
    struct suppress all; // the counts of the tables, and what is known of them
    char why[200];
};

// sums_find fills each table's cell, and all, whose rule is set before. False, with why (or "" where memory lacks),
// when the rows do not add up as the marks say: to publish such a table might give away what it hides.
bool sums_find(struct sums *s);

#endif
