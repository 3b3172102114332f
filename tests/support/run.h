#ifndef TESTS_SUPPORT_RUN_H
#define TESTS_SUPPORT_RUN_H

#include <check.h>

// run_suite runs a suite of Check's and gives the program's exit code: 0 when every test passed, else 1. The tests run
// in this process, for threads and connections do not outlive a fork; CK_VERBOSITY says how much is printed. The suite
// is freed.
int run_suite(Suite *suite);

#endif
