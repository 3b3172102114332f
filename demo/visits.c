#include "demo/visits.h"

#include "demo/terms.h"

enum { VISITORS = 15, FEE_PENCE = 25000, BEGINS_AT = 9 * 60 + 30, AUTUMN = 2, DAYS_MAX = 120 };

static bool is_maintained_here(const struct school *s)
{
    return s->authority == SANDLEIGH && school_is_open(s) && s->kind->maintained;
}

// The schools that are visited; returns how many.
static int visited(const struct model *m, const struct school *to[SCHOOLS_MAX])
{
    int n = 0;
    for (const struct school *s = m->schools; s < m->schools + m->count; s++)
        if (is_maintained_here(s) && !school_causes_concern(m, s))
            to[n++] = s;
    return n;
}

const struct school *visits_school(const struct model *m, int nth)
{
    const struct school *schools[SCHOOLS_MAX];
    return nth < visited(m, schools) ? schools[nth] : NULL;
}

// The weekdays of the autumn term; returns how many.
static int autumn_days(day today, day days[DAYS_MAX])
{
    struct period half_terms[HALF_TERMS];
    int n = 0;
    terms_half_terms(SANDLEIGH, terms_academic_year(today), half_terms);
    for (int h = 0; h < AUTUMN; h++)
        for (day d = half_terms[h].from; d <= half_terms[h].to && n < DAYS_MAX; d++)
            if (day_parts(d).tm_wday % 6 != 0)
                days[n++] = d;
    return n;
}

// The day of the nth visit of so many: they are spread evenly over the term.
static day visit_day(const struct calls *c, int nth, int count)
{
    day days[DAYS_MAX];
    int length = autumn_days(c->today, days);
    return days[nth * length / count];
}

void visits_write_support_packages(struct calls *c, int authority)
{
    char from[DAY_TEXT];
    day_write(year_start(c->today, 9), "%Y-%m-%d", from, sizeof from);
    for (const struct school *s = c->model->schools; s < c->model->schools + c->model->count; s++) {
        if (authority != SANDLEIGH || !is_maintained_here(s) || !school_causes_concern(c->model, s))
            continue;
        line_begin(c, authority, "Visits/AddSupportPackage", NULL, 0);
        fprintf(
            c->file, "\"school_urn\":%d,\"starts_on\":\"%s\",\"reason\":\"School causing concern\"}}\n", s->urn, from);
    }
}

void visits_write(struct calls *c, int authority)
{
    const struct school *schools[SCHOOLS_MAX];
    int count = authority == SANDLEIGH ? visited(c->model, schools) : 0;
    for (int i = 0; i < count; i++) {
        char from[DAY_TEXT];
        line_begin(c, authority, "Visits/AddVisit", "visit", i + 1);
        line_refer(c, authority, "partner_id", "partner", i % VISITORS + 1);
        fprintf(c->file, "\"school_urn\":%d,\"starts_at\":\"%s\",\"purpose\":\"kit\",\"fee_pence\":%d}}\n",
            schools[i]->urn, time_write(visit_day(c, i, count), BEGINS_AT, from, sizeof from), FEE_PENCE);
    }
}

static void write_past(struct calls *c, int authority, const char *method, int version)
{
    const struct school *schools[SCHOOLS_MAX];
    int count = authority == SANDLEIGH ? visited(c->model, schools) : 0;
    for (int i = 0; i < count && visit_day(c, i, count) < c->today; i++) {
        line_begin(c, authority, method, NULL, 0);
        line_refer(c, authority, "visit_id", "visit", i + 1);
        fprintf(c->file, "\"version\":%d}}\n", version);
    }
}

void visits_write_confirmed(struct calls *c, int authority)
{
    write_past(c, authority, "Visits/ConfirmVisit", 1);
}

void visits_write_done(struct calls *c, int authority)
{
    write_past(c, authority, "Visits/CompleteVisit", 2);
}
