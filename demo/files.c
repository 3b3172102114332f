#include "demo/files.h"

void files_authorities(FILE *to)
{
    for (int i = 0; i < AUTHORITIES; i++)
        fprintf(to, "%s\t%s\n", authorities[i].code, authorities[i].name);
}

void text_1252(FILE *to, const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        unsigned code = *at;
        if (*at >= 0xe0 && at[1] && at[2]) {
            code = (code & 0x0f) << 12 | (at[1] & 0x3fU) << 6 | (at[2] & 0x3fU);
            at += 2;
        } else if (*at >= 0xc0 && at[1]) {
            code = (code & 0x1f) << 6 | (at[1] & 0x3fU);
            at += 1;
        }
        if (code == 0x2019)
            code = 0x92;
        else if (code == 0x2013)
            code = 0x96;
        fputc(code < 0x100 ? (int)code : '?', to);
    }
}

// struct row writes one line's cells. Every cell but a number is quoted.
struct row {
    FILE *to;
    int cells;
};

static void begin_cell(struct row *r)
{
    if (r->cells++)
        fputc(',', r->to);
}

static void cell(struct row *r, const char *text)
{
    begin_cell(r);
    fputc('"', r->to);
    text_1252(r->to, text);
    fputc('"', r->to);
}

static void cell_number(struct row *r, int number)
{
    begin_cell(r);
    fprintf(r->to, "%d", number);
}

static void blank_cells(struct row *r, int n)
{
    while (n-- > 0)
        cell(r, "");
}

static void header(FILE *to, const char *const *names, int n)
{
    struct row r = {to, 0};
    for (int i = 0; i < n; i++)
        cell(&r, names[i]);
}

static const char *const school_columns[] = {"URN", "LA (code)", "LA (name)", "EstablishmentNumber",
    "EstablishmentName", "TypeOfEstablishment (name)", "EstablishmentStatus (name)", "ReasonEstablishmentOpened (name)",
    "OpenDate", "PhaseOfEducation (name)", "StatutoryLowAge", "StatutoryHighAge", "Boarders (name)",
    "OfficialSixthForm (name)", "Gender (name)", "ReligiousCharacter (name)", "AdmissionsPolicy (name)", "UKPRN",
    "Street", "Locality", "Address3", "Town", "County (name)", "Postcode", "SchoolWebsite", "TelephoneNum",
    "HeadTitle (name)", "HeadFirstName", "HeadLastName", "HeadPreferredJobTitle", "GOR (name)",
    "ParliamentaryConstituency (code)", "ParliamentaryConstituency (name)"};
enum { SCHOOL_COLUMNS = sizeof school_columns / sizeof *school_columns };
_Static_assert(SCHOOL_COLUMNS == 33, "as the real file");

// A school before its conversion is a community school without an open date.
static void write_school(struct row *r, const struct school *s, int edition)
{
    const struct authority *a = &authorities[s->authority];
    bool before = s->former_urn && edition < s->converts;
    char text[NAME_BYTES];
    cell_number(r, school_urn(s, edition));
    cell(r, a->code);
    cell(r, a->name);
    snprintf(text, sizeof text, "%04d", s->number);
    cell(r, text);
    cell(r, s->name);
    cell(r, before ? "Community school" : s->kind->type);
    cell(r, "Open");
    cell(r, s->kind->maintained || before ? "Not applicable" : "Academy Converter");
    cell(r, before ? "" : day_write(s->opened, "%d-%m-%Y", text, sizeof text));
    cell(r, s->kind->phase);
    cell_number(r, s->kind->low_age);
    cell_number(r, s->kind->high_age);
    cell(r, "No boarders");
    cell(r, s->kind->high_age >= 18 ? "Has a sixth form" : "Does not have a sixth form");
    cell(r, "Mixed");
    cell(r, s->kind->saint ? "Roman Catholic" : "Does not apply");
    cell(r, "Not applicable");
    blank_cells(r, 1);
    snprintf(text, sizeof text, "%d School Lane", 1 + s->number % 40);
    cell(r, text);
    blank_cells(r, 2);
    cell(r, s->town);
    cell(r, a->name);
    snprintf(text, sizeof text, "ZX%d %dAB", s->authority + 1, s->number % 9 + 1);
    cell(r, text);
    snprintf(text, sizeof text, "www.school%d.example", s->urn);
    cell(r, text);
    blank_cells(r, 5);
    cell(r, a->region);
    blank_cells(r, 1);
    cell(r, s->town);
}

void files_schools(FILE *to, const struct model *m, int edition, int authority)
{
    header(to, school_columns, SCHOOL_COLUMNS);
    for (const struct school *s = m->schools; s < m->schools + m->count; s++) {
        if ((authority >= 0 && s->authority != authority) || !school_is_listed(s, edition))
            continue;
        fputs("\r\n", to);
        write_school(&(struct row){to, 0}, s, edition);
    }
}

static void write_link(FILE *to, int urn, int other, const struct school *s, const char *type)
{
    char text[DAY_TEXT];
    struct row r = {to, 0};
    fputs("\r\n", to);
    cell_number(&r, urn);
    cell_number(&r, other);
    cell(&r, s->name);
    cell(&r, type);
    cell(&r, day_write(s->opened, "%d-%m-%Y", text, sizeof text));
}

void files_links(FILE *to, const struct model *m)
{
    static const char *const columns[] = {"URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate"};
    header(to, columns, sizeof columns / sizeof *columns);
    for (const struct school *s = m->schools; s < m->schools + m->count; s++) {
        if (!s->former_urn)
            continue;
        write_link(to, s->urn, s->former_urn, s, "Predecessor");
        write_link(to, s->former_urn, s->urn, s, "Successor");
    }
}
