#ifndef TESTS_SUPPORT_FIGURES_H
#define TESTS_SUPPORT_FIGURES_H

#include <stdbool.h>

// Tables of figures beside their bars, as floods and torture print them.
//
// SIZE=full asks for the figures that the project is held to; without it they are small enough for every build.

// figures_full tells whether this is the full size; figures_size picks one of two.
bool figures_full(void);
long figures_size(long small, long full);

// How a figure is held to its bar: always, or at full size only (figures of time and memory, which depend on what else
// the machine does and on how the server was built).
enum figures_hold { FIGURES_ALWAYS, FIGURES_AT_FULL_SIZE };

// figures_row prints one line of the table: F | what | figure | bar | ok. The figure is good when it is at most the
// bar.
void figures_row(const char *f, enum figures_hold hold, double figure, double bar, const char *unit, const char *what,
    ...) __attribute__((format(printf, 6, 7)));

// figures_note prints a line that is held to nothing.
void figures_note(const char *f, const char *what, ...) __attribute__((format(printf, 2, 3)));

// figures_bad is the number of rows so far that were held to their bar and are below it.
int figures_bad(void);

#endif
