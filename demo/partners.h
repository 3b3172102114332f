#ifndef DEMO_PARTNERS_H
#define DEMO_PARTNERS_H

#include "demo/lines.h"

// What is known of partners, of Northmoor's above all: its source says that they are serving and retired headteachers,
// inspectors, and colleagues of other authorities and dioceses. Each writes the lines of one authority.

// partners_write_roles says what a partner's role asks; partners_write_expertise what there is to be expert in;
// partners_write_rates what a half-day costs.
void partners_write_roles(struct calls *c, int authority);
void partners_write_expertise(struct calls *c, int authority);
void partners_write_rates(struct calls *c, int authority);

// partners_write_origin writes fields of a partner (from 0): the background, and a serving head's school, to which
// nobody is assigned (Northmoor) or somebody else (Sandleigh, whose partners are 11 serving heads and 4 consultants).
void partners_write_origin(struct calls *c, int authority, int partner);

// partners_write_accreditations and partners_write_experts follow when the partners are there.
void partners_write_accreditations(struct calls *c, int authority);
void partners_write_experts(struct calls *c, int authority);

#endif
