#ifndef CLIENT_PUBLISH_SUPPRESS_H
#define CLIENT_PUBLISH_SUPPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Small numbers of a table that is published (REP-5): which of its counts are hidden, so that no hidden one can be
// worked out from those that are shown. Pure arithmetic: publish.c knows reports.
//
// Counts below the threshold are hidden first. Then, while a hidden count could be worked out, another is hidden: of
// the sum that tells it the smallest that is left, or, where hiding that would tell on another sum, one that closes
// the circle. A hidden count is safe when there is proof: another table that agrees with all that is shown, in which
// it is another number. Proofs are looked for among the whole numbers that may be added to the hidden counts and
// leave every sum as it is (kernel.h); none below what readers know it to be at the least.

struct suppress_cell {
    int64_t value;
    bool printed; // stands in the table; else it is what a sum leaves over, which readers may work out too
    bool open;   // anybody can look it up: small or not it is shown, and hidden for the sake of others only at the last
    bool hidden; // set by suppress_run
    bool spare;  // hidden for the sake of another, not for being small
};

// A sum that readers know of: the values of its cells, each with its sign, add up to nought.
struct suppress_term {
    size_t cell;
    int sign; // 1 or -1
};
struct suppress_sum {
    struct suppress_term *terms;
    size_t n;
};

struct suppress {
    struct suppress_cell *cells;
    size_t n_cells;
    struct suppress_sum *sums;
    size_t n_sums;
    int64_t below;   // counts below this are small
    bool hide_zeros; // noughts are small too; else they are shown, and what is hidden is known to be none
};

enum suppress_result {
    SUPPRESS_SAFE,
    SUPPRESS_UNPROVED,  // all is hidden that may be, and for some cell no proof was found
    SUPPRESS_NO_MEMORY, // nothing is decided
};

// suppress_run decides which cells are hidden. Deterministic: the same table is always hidden alike.
enum suppress_result suppress_run(struct suppress *s);

// suppress_is_small tells whether a cell is to be kept from readers for its own sake.
bool suppress_is_small(const struct suppress *s, const struct suppress_cell *c);

// suppress_least is what readers know a cell, that they do not see, to be at the least.
int64_t suppress_least(const struct suppress *s, const struct suppress_cell *c);

#endif
