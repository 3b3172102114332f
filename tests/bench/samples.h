#ifndef TESTS_BENCH_SAMPLES_H
#define TESTS_BENCH_SAMPLES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// How long calls took. samples_add and samples_fail may be called from any thread.

// samples_begin makes room, and begins to count time and this program's CPU.
void samples_begin(void);

// samples_now is the monotonic time in µs.
uint64_t samples_now(void);

// samples_add notes a call that began then and has just ended.
void samples_add(uint64_t began_us);

// samples_fail counts a call that failed, of those added; the first one's reason goes to stderr.
void samples_fail(int code, const char *why);

// samples_report prints one line, tab-separated: calls a second, p50, p99, p99.9 and longest in ms, this program's CPU
// µs a call, calls that failed. It returns the program's exit code: 1 when any failed.
int samples_report(void);

#ifdef __cplusplus
}
#endif

#endif
