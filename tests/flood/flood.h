#ifndef TESTS_FLOOD_FLOOD_H
#define TESTS_FLOOD_FLOOD_H

#include "tests/support/figures.h"
#include "tests/support/harness.h"

// What the floods share: what they see of the server's process.

// flood_end stops the server, holds it to a good end, and gives the test's exit code.
int flood_end(struct harness_server *s);

// flood_alive tells whether the server's process is there.
bool flood_alive(const struct harness_server *s);

// flood_memory is a process's resident memory in KiB, flood_files the number of its open descriptors.
long flood_memory(pid_t pid);
long flood_files(pid_t pid);

// flood_baseline waits until a server that has just begun opens no more (its database connections come one by one), and
// gives the number of its descriptors.
long flood_baseline(pid_t pid);

// flood_settle waits until a process has at most so many open descriptors, and returns the seconds it took (at most
// patience, and then 1 more).
double flood_settle(pid_t pid, long files, double patience);

// flood_widen lets this process have all the descriptors that the system allows.
void flood_widen(void);

// flood_port is the port of the server's tls+tcp URL.
int flood_port(const struct harness_server *s);

#endif
