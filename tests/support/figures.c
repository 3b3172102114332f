#include "tests/support/figures.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int bad_rows;

bool figures_full(void)
{
    const char *size = getenv("SIZE");
    return size && strcmp(size, "full") == 0;
}

long figures_size(long small, long full)
{
    return figures_full() ? full : small;
}

void figures_row(
    const char *f, enum figures_hold hold, double figure, double bar, const char *unit, const char *what, ...)
{
    char text[160];
    va_list args;
    va_start(args, what);
    vsnprintf(text, sizeof text, what, args);
    va_end(args);
    bool good = figure <= bar, held = hold == FIGURES_ALWAYS || figures_full();
    bad_rows += held && !good;
    printf("%-3s | %-64s | %9.4g %-4s | %9.4g | %s\n", f, text, figure, unit, bar, good ? "yes" : held ? "NO" : "(no)");
    fflush(stdout);
}

void figures_note(const char *f, const char *what, ...)
{
    char text[240];
    va_list args;
    va_start(args, what);
    vsnprintf(text, sizeof text, what, args);
    va_end(args);
    printf("%-3s | %s\n", f, text);
    fflush(stdout);
}

int figures_bad(void)
{
    return bad_rows;
}
