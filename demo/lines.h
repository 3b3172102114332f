#ifndef DEMO_LINES_H
#define DEMO_LINES_H

#include "demo/model.h"

#include <stdio.h>

// The lines of a step's file: a call each, as calls.h says.

struct calls {
    const struct model *model;
    const char *directory;
    day today;
    FILE *file; // the step's
    bool failed;
};

// line_begin begins a call for an authority (index), which makes the authority's thing of that name and number (NULL:
// nothing that is named later). What begins it ends with }}.
void line_begin(struct calls *c, int authority, const char *method, const char *thing, int nth);

// line_refer writes a field that names a thing of an earlier step.
void line_refer(struct calls *c, int authority, const char *field, const char *thing, int nth);

// year_start is the first day of the year that today is in and that begins with month.
day year_start(day today, int month);

// school_is_open tells whether the last edition has it.
bool school_is_open(const struct school *s);

// school_causes_concern tells whether a maintained school is one of S4's schools causing concern: six primary schools,
// and one each of secondary, nursery, special and pupil referral unit.
bool school_causes_concern(const struct model *m, const struct school *s);

#endif
