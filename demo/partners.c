#include "demo/partners.h"

#include "demo/visits.h"

enum { SIPS = 20, CHECK_YEARS = 3, HEADS = 11 };

static const char body[] = "Association of Education Advisers";

// What Northmoor's team leads on.
static const struct expertise {
    const char *code, *name, *phase_group; // NULL: any
} expertise[] = {
    {"literacy", "Reading and writing", "Primary"},
    {"mathematics", "Mathematics", NULL},
    {"assessment", "Assessment and moderation", "Primary"},
    {"send", "Special educational needs and disabilities", NULL},
    {"disadvantage", "Disadvantaged pupils", NULL},
    {"leadership", "Leadership and governance", "Secondary"},
};
enum { EXPERTISE = sizeof expertise / sizeof *expertise };

void partners_write_roles(struct calls *c, int authority)
{
    if (authority != NORTHMOOR)
        return;
    line_begin(c, authority, "Partners/SetAssignmentRole", NULL, 0);
    fprintf(c->file, "\"role\":\"sip\",\"kind\":\"sip\",\"accreditation_body\":\"%s\"}}\n", body);
}

void partners_write_expertise(struct calls *c, int authority)
{
    for (int i = 0; authority == NORTHMOOR && i < EXPERTISE; i++) {
        line_begin(c, authority, "Partners/SetExpertise", NULL, 0);
        fprintf(c->file, "\"code\":\"%s\",\"name\":\"%s\"}}\n", expertise[i].code, expertise[i].name);
    }
}

// A visit is £250 (S4), wherever a source says nothing else.
void partners_write_rates(struct calls *c, int authority)
{
    char from[DAY_TEXT];
    if (authority != NORTHMOOR && authority != SANDLEIGH)
        return;
    line_begin(c, authority, "Partners/SetPartnerRate", NULL, 0);
    fprintf(c->file, "\"kind\":\"%s\",\"mode\":\"in_person\",\"half_day_pence\":25000,\"valid_from\":\"%s\"}}\n",
        authority == NORTHMOOR ? "sip" : "professional_partner",
        day_write(year_start(c->today, 9), "%Y-%m-%d", from, sizeof from));
}

// The nth open school that does not subscribe.
static const struct school *unserved(const struct model *m, int authority, int nth)
{
    for (const struct school *s = m->schools; s < m->schools + m->count; s++)
        if (s->authority == authority && school_is_open(s) && !s->subscribes && nth-- == 0)
            return s;
    return NULL;
}

void partners_write_origin(struct calls *c, int authority, int partner)
{
    static const char *const backgrounds[] = {
        "serving_head", "retired_head", "inspector", "other_authority", "diocese"};
    enum { BACKGROUNDS = sizeof backgrounds / sizeof *backgrounds };
    const struct school *base = NULL;
    if (authority == NORTHMOOR) {
        fprintf(c->file, "\"background\":\"%s\",", backgrounds[partner % BACKGROUNDS]);
        base = partner % BACKGROUNDS == 0 ? unserved(c->model, authority, partner / BACKGROUNDS) : NULL;
    } else if (authority == SANDLEIGH) {
        fprintf(c->file, "\"background\":\"%s\",", partner < HEADS ? "serving_head" : "consultant");
        base = partner < HEADS ? visits_school(c->model, partner + 1) : NULL; // the next partner's to visit
    }
    if (base)
        fprintf(c->file, "\"base_school_urn\":%d,", base->urn);
}

void partners_write_accreditations(struct calls *c, int authority)
{
    char from[DAY_TEXT];
    for (int i = 0; authority == NORTHMOOR && i < SIPS; i++) {
        line_begin(c, authority, "Partners/AddAccreditation", NULL, 0);
        line_refer(c, authority, "partner_id", "partner", i + 1);
        fprintf(c->file, "\"body\":\"%s\",\"number\":\"NM-%03d\",\"starts_on\":\"%s\"}}\n", body, i + 1,
            day_write(year_start(c->today, 9) - (1 + i % CHECK_YEARS) * 365, "%Y-%m-%d", from, sizeof from));
    }
}

static void write_expert(struct calls *c, const struct expertise *e, const char *before)
{
    fprintf(c->file, "%s{\"code\":\"%s\"", before, e->code);
    if (e->phase_group)
        fprintf(c->file, ",\"phase_group\":\"%s\"", e->phase_group);
    fputc('}', c->file);
}

// Each is expert in two things.
void partners_write_experts(struct calls *c, int authority)
{
    for (int i = 0; authority == NORTHMOOR && i < SIPS; i++) {
        line_begin(c, authority, "Partners/SetPartnerExpertise", NULL, 0);
        line_refer(c, authority, "partner_id", "partner", i + 1);
        fputs("\"version\":1,\"expertise\":", c->file);
        write_expert(c, &expertise[i % EXPERTISE], "[");
        write_expert(c, &expertise[(i + 1 + i / EXPERTISE) % EXPERTISE], ",");
        fputs("]}}\n", c->file);
    }
}
