#include "demo/model.h"

#include "demo/names.h"

#include <stdio.h>
#include <string.h>

// Counted from 1970: 31 Aug 2017, 2018, 2019, 2020, 2021, and 30 Apr 2022.
const day editions[EDITIONS] = {17409, 17774, 18139, 18505, 18870, 19112};

const struct authority authorities[AUTHORITIES] = {
    {"001", "Eastmarch", "East of England", {"Eastmarch", "Holmsey", "Wynterham", "Staithe", "Aldmere", "Brecking"}},
    {"002", "Thornhithe", "East of England",
        {"Thornhithe", "Purley Hythe", "Grays Fen", "Stanmarsh", "Tilby", "Orsley"}},
    {"003", "Lenborough", "East Midlands", {"Lenborough", "Lenside", "Sherfield", "Radbrook", "Bulwick", "Wolden"}},
    {"004", "Northmoor", "North East", {"Northmoor", "Hexley", "Alnby", "Morwick", "Cheviot Gate", "Blythe Haven"}},
    {"005", "Sandleigh", "North West", {"Sandleigh", "Crosswell", "Formley", "Maghurst", "Bootham", "Ainsby"}},
};

enum kind_index {
    COMMUNITY,
    CONTROLLED,
    AIDED,
    CONVERTER,
    SPONSORED,
    FREE,
    SECONDARY,
    SECONDARY_AIDED,
    SECONDARY_CONVERTER,
    SECONDARY_SPONSORED,
    MIDDLE,
    MIDDLE_CONVERTER,
    SPECIAL,
    SPECIAL_CONVERTER,
    ALL_THROUGH,
    NURSERY,
    PRU
};

static const struct kind kinds[] = {
    [COMMUNITY] = {"Community school", "Primary", "Primary School", 4, 11, 180, true, false},
    [CONTROLLED] = {"Voluntary controlled school", "Primary", "Church of England Primary School", 4, 11, 120, true,
        false},
    [AIDED] = {"Voluntary aided school", "Primary", "Catholic Primary School", 3, 11, 200, true, true},
    [CONVERTER] = {"Academy converter", "Primary", "Primary Academy", 4, 11, 210, false, false},
    [SPONSORED] = {"Academy sponsor led", "Primary", "Academy", 3, 11, 240, false, false},
    [FREE] = {"Free schools", "Primary", "Free School", 4, 11, 150, false, false},
    [SECONDARY] = {"Community school", "Secondary", "High School", 11, 18, 850, true, false},
    [SECONDARY_AIDED] = {"Voluntary aided school", "Secondary", "Catholic High School", 11, 16, 700, true, true},
    [SECONDARY_CONVERTER] = {"Academy converter", "Secondary", "School", 11, 18, 1050, false, false},
    [SECONDARY_SPONSORED] = {"Academy sponsor led", "Secondary", "Academy", 11, 16, 900, false, false},
    [MIDDLE] = {"Community school", "Middle deemed secondary", "Middle School", 9, 13, 360, true, false},
    [MIDDLE_CONVERTER] = {"Academy converter", "Middle deemed secondary", "Middle Academy", 9, 13, 380, false, false},
    [SPECIAL] = {"Community special school", "Not applicable", "Hill School", 3, 19, 110, true, false},
    [SPECIAL_CONVERTER] = {"Academy special converter", "Not applicable", "Park School", 4, 19, 130, false, false},
    [ALL_THROUGH] = {"Academy converter", "All-through", "All-through Academy", 3, 18, 1300, false, false},
    [NURSERY] = {"Local authority nursery school", "Nursery", "Nursery School", 2, 5, 80, true, false},
    [PRU] = {"Pupil referral unit", "Not applicable", "Pupil Referral Unit", 5, 16, 60, true, false},
};

// How many of a kind an authority has, and how many of them take its service.
static const struct cohort {
    int authority, kind, count, subscribers;
} cohorts[] = {
    {0, COMMUNITY, 30, 22},
    {0, CONTROLLED, 14, 9},
    {0, AIDED, 6, 3},
    {0, CONVERTER, 18, 5},
    {0, SPONSORED, 8, 1},
    {0, SECONDARY_CONVERTER, 9, 2},
    {0, SECONDARY_SPONSORED, 3, 0},
    {0, SPECIAL, 3, 2},
    {0, SPECIAL_CONVERTER, 2, 0},
    {0, NURSERY, 1, 1},
    {0, PRU, 1, 1},
    {1, COMMUNITY, 14, 8},
    {1, AIDED, 5, 2},
    {1, CONVERTER, 14, 6},
    {1, SPONSORED, 5, 2},
    {1, SECONDARY_CONVERTER, 7, 2},
    {1, SECONDARY_SPONSORED, 2, 1},
    {1, SPECIAL_CONVERTER, 2, 1},
    {1, PRU, 1, 0},
    {2, COMMUNITY, 24, 20},
    {2, AIDED, 8, 6},
    {2, CONVERTER, 20, 11},
    {2, SPONSORED, 18, 9},
    {2, SECONDARY_SPONSORED, 8, 6},
    {2, SECONDARY_CONVERTER, 5, 4},
    {2, SPECIAL, 3, 2},
    {2, SPECIAL_CONVERTER, 2, 1},
    {2, NURSERY, 1, 0},
    {2, PRU, 2, 1},
    // Primary 127 with 95, secondary 29 (15 and 14 middle) with 13, special 10 with 7, others 4 with 3. 108 of 166 are
    // maintained: 65 %. Of those that do not subscribe, 1 primary, no secondary and 1 special school are maintained.
    {3, COMMUNITY, 60, 59},
    {3, CONTROLLED, 18, 18},
    {3, AIDED, 11, 11},
    {3, CONVERTER, 32, 6},
    {3, SPONSORED, 5, 1},
    {3, FREE, 1, 0},
    {3, SECONDARY, 3, 3},
    {3, SECONDARY_CONVERTER, 12, 1},
    {3, MIDDLE, 8, 8},
    {3, MIDDLE_CONVERTER, 6, 1},
    {3, SPECIAL, 8, 7},
    {3, SPECIAL_CONVERTER, 2, 0},
    {3, ALL_THROUGH, 1, 0},
    {3, NURSERY, 2, 2},
    {3, PRU, 1, 1},
    // 76 maintained schools, of which ten are schools causing concern and 66 are owed a visit.
    {4, COMMUNITY, 40, 34},
    {4, CONTROLLED, 6, 5},
    {4, AIDED, 14, 11},
    {4, CONVERTER, 12, 3},
    {4, SECONDARY, 2, 2},
    {4, SECONDARY_AIDED, 1, 0},
    {4, SECONDARY_CONVERTER, 12, 2},
    {4, SPECIAL, 7, 6},
    {4, SPECIAL_CONVERTER, 1, 0},
    {4, NURSERY, 4, 4},
    {4, PRU, 2, 2},
};

enum { FIRST_URN = 900001, URNS_EACH = 2000, FIRST_NUMBER = 2001, CONVERSION = 3, CONVERSIONS = 20 };

static struct school *add_school(struct model *m, int authority, const struct kind *kind, const int *places)
{
    struct school *s = &m->schools[m->count];
    int before = 0;
    char place[NAME_BYTES / 2];
    for (const struct school *other = m->schools; other < s; other++)
        before += other->authority == authority;
    *s = (struct school){.authority = authority,
        .kind = kind,
        .urn = FIRST_URN + URNS_EACH * authority + before,
        .number = FIRST_NUMBER + before,
        .town = authorities[authority].towns[random_below(&m->random, 6)],
        .opened = DAY_NONE,
        .monitored = DAY_NONE,
        .last = EDITIONS - 1,
        .roll = kind->roll * (60 + random_below(&m->random, 90)) / 100};
    place_write(places[m->count], place, sizeof place);
    if (kind->saint)
        snprintf(s->name, sizeof s->name, "St %s’s %s, %s", saint_name(m->count), kind->form, place);
    else
        snprintf(s->name, sizeof s->name, "%s %s", place, kind->form);
    if (!kind->maintained)
        s->opened = day_of(2011 + random_below(&m->random, 5), 9, 1);
    m->count++;
    return s;
}

static void add_inspection(struct school *s, day on, int grade)
{
    s->inspections[s->inspection_count++] = (struct inspection){.on = on, .grade = grade, .former_urn = false};
}

static day some_day(struct model *m, int year, int month, int months)
{
    return day_of(year, month + random_below(&m->random, months), 2 + random_below(&m->random, 20));
}

static int good_grade(struct model *m)
{
    return random_below(&m->random, 100) < 17 ? 1 : 2;
}

static int poor_grade(struct model *m)
{
    return random_below(&m->random, 100) < 20 ? 4 : 3;
}

static void build_cohorts(struct model *m, const int *places)
{
    for (size_t c = 0; c < sizeof cohorts / sizeof *cohorts; c++)
        for (int i = 0; i < cohorts[c].count; i++)
            add_school(m, cohorts[c].authority, &kinds[cohorts[c].kind], places)->subscribes =
                i < cohorts[c].subscribers;
}

// Outside Northmoor a school has one or two inspections, most of them good.
static void inspect(struct model *m, struct school *s)
{
    if (random_below(&m->random, 100) < 60)
        add_inspection(
            s, some_day(m, 2009, 10, 36), random_below(&m->random, 100) < 70 ? good_grade(m) : poor_grade(m));
    add_inspection(s, some_day(m, 2014, 1, 40), random_below(&m->random, 100) < 87 ? good_grade(m) : poor_grade(m));
}

// Thornhithe's schools are as a school improvement offer of 2019/20 sorts them: of the first twelve six require
// improvement once, three twice and two for ten years when it begins. Then one more joins, one is good, and three move
// up, each from another tier or to another. All others are good.
static const struct offered {
    int first_year, first_month, first_grade;
    int grade_2016, grade_2019; // 0: none
} offered[] = {
    {2013, 3, 2, 3, 0}, {2013, 3, 2, 3, 0}, {2013, 3, 2, 3, 0}, {2013, 3, 2, 3, 3}, // from once to twice
    {2013, 3, 3, 3, 0}, {2013, 3, 3, 3, 0}, {2010, 3, 3, 3, 0}, // twice; in spring 2020 for ten years
    {2009, 3, 3, 3, 0}, {2009, 3, 3, 3, 0}, {2010, 1, 3, 0, 0}, // once; from early 2020 for ten years
    {2013, 3, 2, 2, 3},                                         // joins
    {2013, 3, 2, 3, 2},                                         // leaves
};
enum { OFFERED = sizeof offered / sizeof *offered };

static void inspect_for_offer(struct model *m, struct school *s, int nth)
{
    const struct offered good = {2013, 3, good_grade(m), 0, 0}, *o = nth < OFFERED ? &offered[nth] : &good;
    add_inspection(s, some_day(m, o->first_year, o->first_month, 3), o->first_grade);
    if (o->grade_2016)
        add_inspection(s, some_day(m, 2016, 3, 10), o->grade_2016);
    if (o->grade_2019)
        add_inspection(s, some_day(m, 2019, 10, 2), o->grade_2019);
}

// Sandleigh: 57 of 60 maintained primaries good or better, seven of them outstanding; every nursery; two of three
// secondaries.
static bool inspect_as_reported(struct model *m, struct school *s, int nth_of_phase)
{
    const char *phase = s->kind->phase;
    bool primary = strcmp(phase, "Primary") == 0, secondary = strcmp(phase, "Secondary") == 0,
         nursery = strcmp(phase, "Nursery") == 0;
    if (!s->kind->maintained || !(primary || secondary || nursery))
        return false;
    int grade = primary ? (nth_of_phase < 7 ? 1 : nth_of_phase < 57 ? 2 : 3) : secondary && nth_of_phase == 2 ? 3 : 2;
    add_inspection(s, some_day(m, 2014, 1, 40), grade);
    return true;
}

static void inspect_others(struct model *m)
{
    for (int i = 0, offered_so_far = 0, phases[4] = {0}; i < m->count; i++) {
        struct school *s = &m->schools[i];
        int phase = s->kind->phase[0] == 'P' ? 0 : s->kind->phase[0] == 'S' ? 1 : 2;
        if (s->authority == NORTHMOOR)
            continue;
        if (s->authority == THORNHITHE)
            inspect_for_offer(m, s, offered_so_far++);
        else if (s->authority != SANDLEIGH || !inspect_as_reported(m, s, phases[phase]))
            inspect(m, s);
        phases[phase] += s->authority == SANDLEIGH && s->kind->maintained;
    }
}

// Northmoor's series of good-or-better and less-than-good schools, edition by edition: 133 40, 134 33, 137 27, 138 25,
// 137 25, 142 19. Twelve schools close (ten of them less than good), eleven improve, five open and wait for their first
// inspection, four wait from the start. All of the 19 that are left were monitored, 16 of them since January 2021.
static const struct turn {
    int edition, closes_good, closes_poor, improves, opens;
} turns[] = {{1, 0, 6, 1, 2}, {2, 1, 2, 4, 1}, {3, 0, 1, 1, 0}, {4, 1, 0, 0, 1}, {5, 0, 1, 5, 1}};

enum { WAITING = 4, STAYS_POOR = 19, MONITORED_SINCE_2021 = 16 };

static void close_schools(struct model *m, const struct turn *t, const int *places)
{
    for (int i = 0; i < t->closes_good + t->closes_poor; i++) {
        struct school *s = add_school(m, NORTHMOOR, &kinds[COMMUNITY], places);
        s->last = t->edition - 1;
        add_inspection(s, some_day(m, 2013, 9, 40), i < t->closes_good ? good_grade(m) : poor_grade(m));
    }
}

// Takes the next of Northmoor's schools of today, in an order of chance.
struct draw {
    int order[SCHOOLS_MAX], count, next;
};

static void draw_open(struct draw *d, struct model *m)
{
    *d = (struct draw){0};
    for (int i = 0; i < m->count; i++)
        if (m->schools[i].authority == NORTHMOOR)
            d->order[d->count++] = i;
    for (int i = d->count - 1; i > 0; i--) {
        int j = random_below(&m->random, i + 1), kept = d->order[i];
        d->order[i] = d->order[j];
        d->order[j] = kept;
    }
}

static struct school *draw_next(struct draw *d, struct model *m)
{
    return d->next < d->count ? &m->schools[d->order[d->next++]] : NULL;
}

static void build_series(struct model *m, const int *places)
{
    struct draw d;
    draw_open(&d, m);
    d.next = WAITING;
    for (size_t t = 0; t < sizeof turns / sizeof *turns; t++) {
        day from = editions[turns[t].edition - 1] + PUBLISHED_AFTER,
            to = editions[turns[t].edition] - 2 * PUBLISHED_AFTER;
        for (int i = 0; i < turns[t].opens; i++) {
            struct school *s = draw_next(&d, m);
            s->first = turns[t].edition;
            s->opened = day_of(2016 + turns[t].edition, 9, 1);
        }
        for (int i = 0; i < turns[t].improves; i++) {
            struct school *s = draw_next(&d, m);
            add_inspection(s, some_day(m, 2013, 9, 40), poor_grade(m));
            add_inspection(s, from + random_below(&m->random, to - from), good_grade(m));
        }
    }
    for (int i = 0; i < STAYS_POOR; i++) {
        struct school *s = draw_next(&d, m);
        add_inspection(s, some_day(m, 2013, 9, 40), poor_grade(m));
        s->monitored = i < MONITORED_SINCE_2021 ? some_day(m, 2021, 2, 12) : some_day(m, 2020, 9, 3);
    }
    for (struct school *s; (s = draw_next(&d, m));)
        add_inspection(s, some_day(m, 2013, 9, 40), good_grade(m));
    for (size_t t = 0; t < sizeof turns / sizeof *turns; t++)
        close_schools(m, &turns[t], places);
}

// Some of Northmoor's academies were maintained schools until 1 September 2019: another URN, and inspections that are
// of it.
static void convert_schools(struct model *m)
{
    int converted = 0;
    for (int i = 0; i < m->count && converted < CONVERSIONS; i++) {
        struct school *s = &m->schools[i];
        if (s->authority != NORTHMOOR || s->kind != &kinds[CONVERTER] || s->first > 0)
            continue;
        s->former_urn = s->urn;
        s->urn = FIRST_URN + URNS_EACH * NORTHMOOR + URNS_EACH / 2 + converted++;
        s->converts = CONVERSION;
        s->opened = day_of(2019, 9, 1);
        for (int k = 0; k < s->inspection_count; k++)
            s->inspections[k].former_urn = s->inspections[k].on < s->opened;
    }
}

void model_build(struct model *m, uint64_t seed)
{
    int places[PLACES];
    *m = (struct model){.random = {seed}};
    place_order(&m->random, places);
    build_cohorts(m, places);
    inspect_others(m);
    build_series(m, places);
    convert_schools(m);
}

bool school_is_listed(const struct school *s, int edition)
{
    return s->first <= edition && edition <= s->last;
}

int school_urn(const struct school *s, int edition)
{
    return s->former_urn && edition < s->converts ? s->former_urn : s->urn;
}

int school_inspections(const struct school *s, int edition)
{
    int n = 0;
    while (n < s->inspection_count && s->inspections[n].on + PUBLISHED_AFTER <= editions[edition])
        n++;
    return n;
}
