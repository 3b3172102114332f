#include "demo/calls.h"

#include "demo/lines.h"
#include "demo/names.h"
#include "demo/partners.h"
#include "demo/terms.h"
#include "demo/visits.h"

#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 512 };

// What an authority sells, and who its partners are.
static const struct offer {
    const char *service, *package, *summary;
    int half_days, flat_pence, pupil_pence, minimum_pence;
    const char *kind, *role;
    int partners, capacity;
    int assigned;       // half-days for each school; 0: as its package has
    bool to_maintained; // assigned to maintained schools that cause no concern, not to subscribers
    int academy_pence;  // what academies pay, where it is more than flat_pence
} offers[AUTHORITIES] = {
    {"School improvement support", "Core support", "A visit each term and help with a bid.", 6, 0, 500, 75000, "lle",
        "local leader", 8, 60, 4, false, 0},
    {"School to school support", "National leader days", "Three days of a national leader of education.", 6, 150000, 0,
        0, "nle", "national leader", 6, 40, 6, false, 0},
    {"Strategic alliance: mathematics", "Mathematics network", "A lead teacher for a day, and the network's meetings.",
        2, 46614, 114, 0, "sle", "mathematics lead", 6, 40, 2, false, 0},
    {"School improvement partner", "Three days", "A partner for three days a year.", 6, 210000, 0, 0, "sip", "sip", 20,
        50, 0, false, 0},
    {"School improvement package", "Network and training", "A place in the school improvement group and its training.",
        0, 90000, 0, 0, "professional_partner", "professional partner", 15, 12, 1, true, 120000},
};

// Northmoor sells a second package of the same service; every third subscriber takes it.
static const struct offer four_days = {
    .package = "Four days", .summary = "A partner for four days a year.", .half_days = 8, .flat_pence = 270000};

static const struct training {
    int authority;
    const char *title, *audience, *venue;
    int capacity, waiting, price_pence, days_ahead, bookings;
} trainings[] = {
    {0, "Writing a strong bid for improvement funding", "Headteachers", "Eastmarch Professional Centre", 40, 10, 4500,
        24, 18},
    {0, "Phonics in mixed-age classes", "Teachers of reception to year 2", "Holmsey Village Hall", 24, 8, 9500, 41, 12},
    {1, "Pupil premium reviewers’ training", "System leaders", "Thornhithe Teaching Centre", 16, 6, 0, 30, 9},
    {2, "Mastery in mathematics: number to year 6", "Teachers of mathematics", "Lenborough Conference Centre", 60, 20,
        3500, 19, 33},
    {3, "Reading for disadvantaged pupils", "Disadvantage leads", "Northmoor County Hall", 20, 10, 8500, 26, 24},
    {3, "Moderation at key stage 2", "Teachers of year 6", "Hexley Education Centre", 30, 10, 6000, 47, 17},
    {4, "Middle leader mastery", "Middle leaders", "Sandleigh Research School", 25, 10, 0, 33, 21},
    {4, "Evidence briefing: behaviour", "All schools", "Online", 100, 0, 0, 12, 40},
};
enum { TRAININGS = sizeof trainings / sizeof *trainings };

// Begins the file of one step, which all authorities take together.
static void begin_step(struct calls *c, const char *name)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s.jsonl", c->directory, name);
    c->file = fopen(path, "we");
    if (!c->file) {
        perror(path);
        c->failed = true;
    }
}

static void end_step(struct calls *c)
{
    if (c->file)
        c->failed = ferror(c->file) | fclose(c->file) || c->failed;
    c->file = NULL;
}

// The last day of the year that begins on start.
static day year_end(day start)
{
    struct tm t = day_parts(start);
    return day_of(t.tm_year + 1901, t.tm_mon + 1, 1) - 1;
}

static void write_service(struct calls *c, int authority)
{
    line_begin(c, authority, "Sla/AddService", "service", 1);
    fprintf(c->file, "\"name\":\"%s\"}}\n", offers[authority].service);
}

static void write_package(struct calls *c, int authority, const struct offer *o, int nth)
{
    char from[DAY_TEXT];
    line_begin(c, authority, "Sla/AddPackage", "package", nth);
    line_refer(c, authority, "service_id", "service", 1);
    fprintf(c->file, "\"name\":\"%s\",\"summary\":\"%s\",\"half_days\":%d,\"valid_from\":\"%s\"}}\n", o->package,
        o->summary, o->half_days, day_write(year_start(c->today, 4) - 365, "%Y-%m-%d", from, sizeof from));
}

static void write_price(struct calls *c, int authority, const struct offer *o, int nth)
{
    char from[DAY_TEXT];
    line_begin(c, authority, "Sla/SetPrice", NULL, 0);
    line_refer(c, authority, "package_id", "package", nth);
    if (o->academy_pence)
        fprintf(c->file, "\"clauses\":[{\"status\":\"academy\",\"flat_pence\":%d},{\"flat_pence\":%d}],",
            o->academy_pence, o->flat_pence);
    else
        fprintf(c->file, "\"flat_pence\":%d,\"pupil_pence\":%d,", o->flat_pence, o->pupil_pence);
    if (o->minimum_pence)
        fprintf(c->file, "\"minimum_pence\":%d,", o->minimum_pence);
    fprintf(c->file, "\"vat_percent\":20,\"valid_from\":\"%s\"}}\n",
        day_write(year_start(c->today, 4) - 365, "%Y-%m-%d", from, sizeof from));
}

static bool sells_four_days(int authority)
{
    return authority == 3;
}

static void write_packages(struct calls *c, int authority)
{
    write_package(c, authority, &offers[authority], 1);
    if (sells_four_days(authority))
        write_package(c, authority, &four_days, 2);
}

static void write_prices(struct calls *c, int authority)
{
    write_price(c, authority, &offers[authority], 1);
    if (sells_four_days(authority))
        write_price(c, authority, &four_days, 2);
}

static int package_of(int authority, int nth_subscriber)
{
    return sells_four_days(authority) && nth_subscriber % 3 == 2 ? 2 : 1;
}

static void write_partners(struct calls *c, int authority)
{
    const struct offer *o = &offers[authority];
    for (int i = 0; i < o->partners; i++) {
        char name[NAME_BYTES];
        person_write(authority * 30 + i, name, sizeof name);
        line_begin(c, authority, "Partners/AddPartner", "partner", i + 1);
        fprintf(c->file, "\"name\":\"%s\",\"kinds\":[\"%s\"],", name, o->kind);
        partners_write_origin(c, authority, i);
        fprintf(c->file, "\"capacity_half_days\":%d}}\n", o->capacity);
    }
}

static void write_assignments(struct calls *c, int authority)
{
    const struct offer *o = &offers[authority];
    char from[DAY_TEXT];
    int assigned = 0, subscribers = 0;
    for (const struct school *s = c->model->schools; s < c->model->schools + c->model->count; s++) {
        if (s->authority != authority || !school_is_open(s))
            continue;
        int half_days = o->assigned                               ? o->assigned
                        : package_of(authority, subscribers) == 2 ? four_days.half_days
                                                                  : o->half_days;
        subscribers += s->subscribes;
        if (o->to_maintained ? !s->kind->maintained || school_causes_concern(c->model, s) : !s->subscribes)
            continue;
        line_begin(c, authority, "Partners/AssignPartner", NULL, 0);
        line_refer(c, authority, "partner_id", "partner", assigned++ % o->partners + 1);
        fprintf(c->file, "\"school_urn\":%d,\"half_days\":%d,\"role\":\"%s\",\"starts_on\":\"%s\"}}\n", s->urn,
            half_days, o->role, day_write(year_start(c->today, 9), "%Y-%m-%d", from, sizeof from));
    }
}

// A maintained school's year begins in April, an academy's in September (SLA-4).
static void write_subscriptions(struct calls *c, int authority)
{
    int subscribers = 0;
    for (const struct school *s = c->model->schools; s < c->model->schools + c->model->count; s++) {
        char from[DAY_TEXT], to[DAY_TEXT];
        if (s->authority != authority || !school_is_open(s) || !s->subscribes)
            continue;
        day start = year_start(c->today, s->kind->maintained ? 4 : 9);
        line_begin(c, authority, "Sla/Subscribe", NULL, 0);
        line_refer(c, authority, "package_id", "package", package_of(authority, subscribers++));
        fprintf(c->file, "\"school_urn\":%d,\"starts_on\":\"%s\",\"ends_on\":\"%s\"}}\n", s->urn,
            day_write(start, "%Y-%m-%d", from, sizeof from), day_write(year_end(start), "%Y-%m-%d", to, sizeof to));
    }
}

// The sessions are on working days.
static day session_day(const struct calls *c, const struct training *t)
{
    day d = c->today + t->days_ahead;
    int weekday = day_parts(d).tm_wday;
    return d + (weekday == 6 ? 2 : weekday == 0 ? 1 : 0);
}

static void write_course(struct calls *c, int nth)
{
    const struct training *t = &trainings[nth];
    line_begin(c, t->authority, "Cpd/AddCourse", "course", nth + 1);
    fprintf(c->file, "\"title\":\"%s\",\"audience\":\"%s\"}}\n", t->title, t->audience);
}

static void write_session(struct calls *c, int nth)
{
    const struct training *t = &trainings[nth];
    char from[DAY_TEXT], to[DAY_TEXT];
    time_write(session_day(c, t), 9 * 60 + 30, from, sizeof from);
    time_write(session_day(c, t), 12 * 60 + 30, to, sizeof to);
    line_begin(c, t->authority, "Cpd/AddSession", "session", nth + 1);
    line_refer(c, t->authority, "course_id", "course", nth + 1);
    fprintf(c->file,
        "\"starts_at\":\"%s\",\"ends_at\":\"%s\",\"venue\":\"%s\",\"capacity\":%d,\"waiting_places\":%d,\"price_"
        "pence\":%d}}\n",
        from, to, t->venue, t->capacity, t->waiting, t->price_pence);
}

static void write_publication(struct calls *c, int nth)
{
    line_begin(c, trainings[nth].authority, "Cpd/PublishSession", NULL, 0);
    line_refer(c, trainings[nth].authority, "session_id", "session", nth + 1);
    fputs("\"version\":1}}\n", c->file);
}

// One delegate from each school in turn. Beyond the capacity they wait.
static void write_bookings(struct calls *c, int nth)
{
    const struct training *t = &trainings[nth];
    int booked = 0;
    for (const struct school *s = c->model->schools; booked < t->bookings && s < c->model->schools + c->model->count;
         s++) {
        char name[NAME_BYTES];
        if (s->authority != t->authority || !school_is_open(s) || (s->urn + nth) % 2)
            continue;
        person_write(150 + nth * 40 + booked, name, sizeof name);
        line_begin(c, t->authority, "Cpd/BookPlaces", NULL, 0);
        line_refer(c, t->authority, "session_id", "session", nth + 1);
        fprintf(c->file,
            "\"school_urn\":%d,\"delegates\":[{\"name\":\"%s\",\"email\":\"delegate%d@school%d.example\"}]}}\n", s->urn,
            name, nth + 1, s->urn);
        booked++;
    }
}

enum { YEARS = 3 }; // last academic year, this one and the next

static const char *period_write(const struct period *p, char *to, size_t size)
{
    char from[DAY_TEXT], until[DAY_TEXT];
    snprintf(to, size, "\"starts_on\":\"%s\",\"ends_on\":\"%s\"", day_write(p->from, "%Y-%m-%d", from, sizeof from),
        day_write(p->to, "%Y-%m-%d", until, sizeof until));
    return to;
}

static void write_terms(struct calls *c, int nth)
{
    struct period half_terms[HALF_TERMS];
    char text[2 * DAY_TEXT + 40];
    int authority = nth / YEARS, year = terms_academic_year(c->today) - 1 + nth % YEARS;
    terms_half_terms(authority, year, half_terms);
    line_begin(c, authority, "Calendar/SetTerms", NULL, 0);
    fprintf(c->file, "\"academic_year\":%d,\"half_terms\":[", year);
    for (int i = 0; i < HALF_TERMS; i++)
        fprintf(c->file, "%s{%s}", i ? "," : "", period_write(&half_terms[i], text, sizeof text));
    fputs("]}}\n", c->file);
}

static void write_closures(struct calls *c, int nth)
{
    struct period closures[CLOSURES_MAX];
    const char *names[CLOSURES_MAX];
    char text[2 * DAY_TEXT + 40];
    int authority = nth / YEARS, year = terms_academic_year(c->today) - 1 + nth % YEARS;
    int count = terms_closures(authority, year, closures, names);
    for (int i = 0; i < count; i++) {
        line_begin(c, authority, "Calendar/AddClosure", NULL, 0);
        fprintf(c->file, "\"name\":\"%s\",%s}}\n", names[i], period_write(&closures[i], text, sizeof text));
    }
}

// One file each, in this order. To add a step: its row here, and the function that writes its lines for one authority,
// one year of one, or one training.
static const struct step {
    const char *name;
    void (*write)(struct calls *c, int nth);
    int count;
} steps[] = {
    {"01-terms", write_terms, AUTHORITIES *YEARS},
    {"02-closures", write_closures, AUTHORITIES *YEARS},
    {"10-services", write_service, AUTHORITIES},
    {"20-packages", write_packages, AUTHORITIES},
    {"30-prices", write_prices, AUTHORITIES},
    {"35-roles", partners_write_roles, AUTHORITIES},
    {"36-expertise", partners_write_expertise, AUTHORITIES},
    {"37-rates", partners_write_rates, AUTHORITIES},
    {"40-partners", write_partners, AUTHORITIES},
    {"42-accreditations", partners_write_accreditations, AUTHORITIES},
    {"44-experts", partners_write_experts, AUTHORITIES},
    {"50-assignments", write_assignments, AUTHORITIES},
    {"52-support-packages", visits_write_support_packages, AUTHORITIES},
    {"54-visits", visits_write, AUTHORITIES},
    {"56-confirmed", visits_write_confirmed, AUTHORITIES},
    {"58-done", visits_write_done, AUTHORITIES},
    {"60-subscriptions", write_subscriptions, AUTHORITIES},
    {"70-courses", write_course, TRAININGS},
    {"80-sessions", write_session, TRAININGS},
    {"85-publications", write_publication, TRAININGS},
    {"90-bookings", write_bookings, TRAININGS},
};

bool calls_write(const struct model *m, const char *directory, day today)
{
    struct calls c = {.model = m, .directory = directory, .today = today};
    for (const struct step *s = steps; s < steps + sizeof steps / sizeof *steps && !c.failed; s++) {
        begin_step(&c, s->name);
        for (int i = 0; c.file && i < s->count; i++)
            s->write(&c, i);
        end_step(&c);
    }
    return !c.failed;
}
