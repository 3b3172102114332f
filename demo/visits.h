#ifndef DEMO_VISITS_H
#define DEMO_VISITS_H

#include "demo/lines.h"

// Sandleigh keeps in touch with its maintained schools as its source says: one visit each in the year, but for those in
// its support package, by 15 partners. All are in the Ofsted window, so all visits are in autumn. Each writes the lines
// of one authority.

// visits_school is the nth school (from 0) that is visited; NULL beyond the last. Partner n % 15 visits it.
const struct school *visits_school(const struct model *m, int nth);

// visits_write_support_packages takes the schools causing concern out; visits_write plans a visit to each of the
// others; visits_write_confirmed and visits_write_done say of those before today that they took place.
void visits_write_support_packages(struct calls *c, int authority);
void visits_write(struct calls *c, int authority);
void visits_write_confirmed(struct calls *c, int authority);
void visits_write_done(struct calls *c, int authority);

#endif
