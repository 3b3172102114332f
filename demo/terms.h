#ifndef DEMO_TERMS_H
#define DEMO_TERMS_H

#include "demo/days.h"

enum { HALF_TERMS = 6 };

struct period {
    day from, to; // the last day too
};

// terms_academic_year gives the academic year that a day is in, by the calendar year in which it begins.
int terms_academic_year(day d);

// terms_half_terms gives the six half-terms of an authority's academic year, as English authorities set them: breaks of
// a week in October, February and May, of about two weeks at Christmas and Easter. Authorities of an odd number (from
// 0) go on to the Thursday before Easter; the others stop a week before.
void terms_half_terms(int authority, int academic_year, struct period half_terms[HALF_TERMS]);

// terms_closures gives the days within an academic year on which an authority's offices are closed besides bank
// holidays, and their names; returns how many.
enum { CLOSURES_MAX = 2 };
int terms_closures(
    int authority, int academic_year, struct period closures[CLOSURES_MAX], const char *names[CLOSURES_MAX]);

#endif
