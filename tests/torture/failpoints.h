#ifndef TESTS_TORTURE_FAILPOINTS_H
#define TESTS_TORTURE_FAILPOINTS_H

#include "server/failpoint.h"

#include <stdatomic.h>

// What the file of counts has for each failpoint: how often it was passed, and how often it did something.
struct failpoint_count {
    atomic_long passed, done;
};

#endif
