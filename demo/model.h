#ifndef DEMO_MODEL_H
#define DEMO_MODEL_H

#include "demo/days.h"
#include "demo/random.h"

#include <stdbool.h>

// The demonstration's five fictional authorities and their schools. README.md beside this file says what each is
// modelled on.

// Their indexes.
enum { EASTMARCH, THORNHITHE, LENBOROUGH, NORTHMOOR, SANDLEIGH };

enum { AUTHORITIES = 5, EDITIONS = 6, SCHOOLS_MAX = 640, INSPECTIONS_MAX = 3, NAME_BYTES = 96 };

// An edition is a day on which the register and the inspections were taken: 31 August 2017 … 30 April 2022.
extern const day editions[EDITIONS];

struct authority {
    const char *code, *name, *region, *towns[6];
};
extern const struct authority authorities[AUTHORITIES];

// What kind of school it is, in GIAS's words.
struct kind {
    const char *type, *phase;
    const char *form; // what stands in its name beside the place: "Primary School"
    int low_age, high_age;
    int roll; // a usual number of pupils
    bool maintained;
    bool saint; // named after one
};

struct inspection {
    day on;
    int grade;       // 1 outstanding … 4 inadequate
    bool former_urn; // it was of the URN before conversion
};

struct school {
    int authority; // index
    const struct kind *kind;
    int urn;
    int former_urn; // before it became an academy, with the edition `converts`; 0: never
    int converts;
    int number; // establishment number
    char name[NAME_BYTES];
    const char *town;
    day opened;      // DAY_NONE: not known, as for many real ones
    int first, last; // editions that list it
    int roll;
    struct inspection inspections[INSPECTIONS_MAX]; // oldest first
    int inspection_count;
    day monitored;   // its latest monitoring visit, which found effective action; DAY_NONE: none
    bool subscribes; // to the authority's service
};

struct model {
    struct random random;
    struct school schools[SCHOOLS_MAX];
    int count;
};

// model_build makes everything from a seed.
void model_build(struct model *m, uint64_t seed);

// school_is_listed tells whether an edition has the school; school_urn is its URN then.
bool school_is_listed(const struct school *s, int edition);
int school_urn(const struct school *s, int edition);

// school_inspections is how many of its inspections were published by the edition's day.
int school_inspections(const struct school *s, int edition);

// PUBLISHED_AFTER is how many days after an inspection its report appears.
enum { PUBLISHED_AFTER = 35 };

#endif
