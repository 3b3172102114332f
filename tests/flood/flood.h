#ifndef TESTS_FLOOD_FLOOD_H
#define TESTS_FLOOD_FLOOD_H

#include "tests/support/harness.h"

// What the floods share: how large they are, what they print, what they see of the server's process.
//
// FLOOD=full asks for the figures that the project is held to; without it they are small enough for every build.

// flood_full tells whether this is the full size; flood_size picks one of two.
bool flood_full(void);
long flood_size(long small, long full);

// How a figure is held to its bar: always, or at full size only (figures of time and memory, which depend on what else
// the machine does and on how the server was built).
enum flood_hold { FLOOD_ALWAYS, FLOOD_AT_FULL_SIZE };

// flood_row prints one line of the table: F | what | figure | bar | ok. The figure is good when it is at most the bar.
void flood_row(const char *f, enum flood_hold hold, double figure, double bar, const char *unit, const char *what, ...)
    __attribute__((format(printf, 6, 7)));

// flood_note prints a line that is held to nothing.
void flood_note(const char *f, const char *what, ...) __attribute__((format(printf, 2, 3)));

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
