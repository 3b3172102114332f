#ifndef SERVER_RATE_H
#define SERVER_RATE_H

#include <stdbool.h>
#include <stdint.h>

// How many calls a second each class of callers may make: a bucket of tokens each, filled at a steady rate. Owned by
// the loop thread.

// rate_init sets calls a second (0: no limit) and the most that may come at once. Before the first call.
void rate_init(long per_second, long burst);

// rate_take takes one token of a class. False when it has none; wait_ms then tells when there will be one.
bool rate_take(int fair_class, uint64_t now_ms, uint32_t *wait_ms);

#endif
