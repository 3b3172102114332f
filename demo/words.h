#ifndef DEMO_WORDS_H
#define DEMO_WORDS_H

#include "demo/model.h"

#include <stdio.h>

// words_write writes what the calls may name as "@word" before any is made: today, this-year (that in which the
// academic year of today begins), and the URN of each open school: 005/school-1 in the order of the register,
// 005/concern-1 of Sandleigh's schools causing concern (six primary, then secondary, special, nursery, pupil referral
// unit), and 004/good-1 of Northmoor's good schools. The caller looks at ferror.
void words_write(FILE *to, const struct model *m, day today);

#endif
