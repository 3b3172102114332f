#ifndef DEMO_RANDOM_H
#define DEMO_RANDOM_H

#include <stdint.h>

// struct random is a small generator (splitmix64): the same seed gives the same demonstration everywhere. Not for
// secrets.
struct random {
    uint64_t state;
};

// random_below gives a number from 0 to n - 1; n is small, so that the bias does not matter.
int random_below(struct random *r, int n);

#endif
