#ifndef TESTS_FLOOD_HONEST_H
#define TESTS_FLOOD_HONEST_H

#include "tests/support/harness.h"

// An honest caller on a thread of its own: it lists partners again and again, on a connection that stands or on a new
// one each time, and notes how long that takes.

struct honest_options {
    const char *url, *ca_file; // ca_file for tls+tcp
    const char *token;
    bool fresh;   // a new connection for each call
    long rest_ms; // between calls
};

struct honest_figures {
    long calls, failed;
    double p50_ms, p99_ms, longest_ms;
};

struct honest;

// honest_start begins; honest_stop ends, and gives the figures. The options' texts must live until then.
struct honest *honest_start(const struct honest_options *options);
struct honest_figures honest_stop(struct honest *h);

// honest_for is honest_start, a rest, honest_stop: the quiet figures.
struct honest_figures honest_for(const struct honest_options *options, long ms);

#endif
