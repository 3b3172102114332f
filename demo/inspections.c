#include "demo/files.h"

#include <string.h>

// Ofsted's management information of 2020. Cells are set by the name of their column; what is not set stays blank.

static const char *const columns[] = {
    "Web link",
    "URN",
    "LAESTAB",
    "School name",
    "Ofsted phase",
    "Type of education",
    "School open date",
    "Admissions policy",
    "Sixth form",
    "Designated religious character",
    "Religious ethos",
    "Faith grouping",
    "Ofsted region",
    "Region",
    "Local authority",
    "Parliamentary constituency",
    "Postcode",
    "The income deprivation affecting children index (IDACI) quintile",
    "Total number of pupils",
    "Latest section 8 inspection number since last full inspection",
    "Does the section 8 inspection relate to the URN of the current school?",
    "URN at time of the section 8 inspection",
    "LAESTAB at time of the section 8 inspection",
    "School name at time of the latest section 8 inspection",
    "School type at time of the latest section 8 inspection",
    "Number of section 8 inspections since the last full inspection",
    "Date of latest section 8 inspection",
    "Section 8 inspection publication date",
    "Did the latest section 8 inspection convert to a full inspection?",
    "Section 8 inspection overall outcome",
    "Number of other section 8 inspections since last full inspection",
    "Inspection number of latest full inspection",
    "Inspection type",
    "Inspection type grouping",
    "Event type grouping",
    "Inspection start date",
    "Inspection end date",
    "Publication date",
    "Does the latest full inspection relate to the URN of the current school?",
    "URN at time of latest full inspection",
    "LAESTAB at time of latest full inspection",
    "School name at time of latest full inspection",
    "School type at time of latest full inspection",
    "Overall effectiveness",
    "Category of concern",
    "Quality of education",
    "Behaviour and attitudes",
    "Personal development",
    "Effectiveness of leadership and management",
    "Safeguarding is effective?",
    "Early years provision (where applicable)",
    "Sixth form provision (where applicable)",
    "Previous full inspection number",
    "Previous inspection start date",
    "Previous inspection end date",
    "Previous publication date",
    "Does the previous full inspection relate to the URN of the current school?",
    "URN at time of previous full inspection",
    "LAESTAB at time of previous full inspection",
    "School name at time of previous full inspection",
    "School type at time of previous full inspection",
    "Previous full inspection overall effectiveness",
    "Previous category of concern",
    "Previous quality of education",
    "Previous behaviour and attitudes",
    "Previous personal development",
    "Previous effectiveness of leadership and management",
    "Previous safeguarding is effective?",
    "Previous early years provision (where applicable)",
    "Previous sixth form provision (where applicable)",
};
enum { COLUMNS = sizeof columns / sizeof *columns, CELL_BYTES = NAME_BYTES };
_Static_assert(COLUMNS == 70, "as the real file");

struct line {
    char cells[COLUMNS][CELL_BYTES];
};

static void set(struct line *l, const char *column, const char *text)
{
    for (int i = 0; i < COLUMNS; i++)
        if (strcmp(columns[i], column) == 0)
            snprintf(l->cells[i], CELL_BYTES, "%s", text);
}

static void set_number(struct line *l, const char *column, int number)
{
    char text[16];
    snprintf(text, sizeof text, "%d", number);
    set(l, column, text);
}

static void set_day(struct line *l, const char *column, day d)
{
    char text[DAY_TEXT];
    set(l, column, day_write(d, "%d/%m/%Y", text, sizeof text));
}

// The names of an inspection's columns differ between the latest and the previous one.
struct slot {
    const char *number, *starts, *ends, *published, *is_current, *urn, *laestab, *name, *type, *grade, *concern,
        *leadership;
};
static const struct slot latest = {"Inspection number of latest full inspection", "Inspection start date",
    "Inspection end date", "Publication date",
    "Does the latest full inspection relate to the URN of the current school?", "URN at time of latest full inspection",
    "LAESTAB at time of latest full inspection", "School name at time of latest full inspection",
    "School type at time of latest full inspection", "Overall effectiveness", "Category of concern",
    "Effectiveness of leadership and management"};
static const struct slot previous = {"Previous full inspection number", "Previous inspection start date",
    "Previous inspection end date", "Previous publication date",
    "Does the previous full inspection relate to the URN of the current school?",
    "URN at time of previous full inspection", "LAESTAB at time of previous full inspection",
    "School name at time of previous full inspection", "School type at time of previous full inspection",
    "Previous full inspection overall effectiveness", "Previous category of concern",
    "Previous effectiveness of leadership and management"};

static void laestab(const struct school *s, char *to, size_t size)
{
    snprintf(to, size, "%s%04d", authorities[s->authority].code, s->number);
}

static void set_inspection(struct line *l, const struct slot *slot, const struct school *s, int edition, int nth)
{
    const struct inspection *i = &s->inspections[nth];
    int urn = i->former_urn ? s->former_urn : s->urn;
    char text[CELL_BYTES];
    snprintf(text, sizeof text, "%d", 50000000 + (urn - 900000) * 10 + nth);
    set(l, slot->number, text);
    set_day(l, slot->starts, i->on - 1);
    set_day(l, slot->ends, i->on);
    set_day(l, slot->published, i->on + PUBLISHED_AFTER);
    set(l, slot->is_current, urn == school_urn(s, edition) ? "Yes" : "No");
    set_number(l, slot->urn, urn);
    laestab(s, text, sizeof text);
    set(l, slot->laestab, text);
    set(l, slot->name, s->name);
    set(l, slot->type, i->former_urn ? "Community school" : s->kind->type);
    set_number(l, slot->grade, i->grade);
    set(l, slot->concern, i->grade == 4 ? "SWK" : "");
    set_number(l, slot->leadership, i->grade);
}

static void set_monitoring(struct line *l, const struct school *s)
{
    set_number(l, "Latest section 8 inspection number since last full inspection", 60000000 + s->urn - 900000);
    set_number(l, "URN at time of the section 8 inspection", s->urn);
    set_day(l, "Date of latest section 8 inspection", s->monitored);
    set_day(l, "Section 8 inspection publication date", s->monitored + PUBLISHED_AFTER);
    set(l, "Section 8 inspection overall outcome", "School is taking effective action");
}

static void fill(struct line *l, const struct school *s, int edition)
{
    const struct authority *a = &authorities[s->authority];
    int n = school_inspections(s, edition);
    char text[CELL_BYTES];
    *l = (struct line){0};
    set(l, "Web link", "Ofsted School Webpage");
    set_number(l, "URN", school_urn(s, edition));
    laestab(s, text, sizeof text);
    set(l, "LAESTAB", text);
    set(l, "School name", s->name);
    set(l, "Ofsted phase", strcmp(s->kind->phase, "Middle deemed secondary") == 0 ? "Secondary" : s->kind->phase);
    set(l, "Type of education", s->former_urn && edition < s->converts ? "Community school" : s->kind->type);
    set(l, "Admissions policy", "Not applicable");
    set(l, "Ofsted region", a->region);
    set(l, "Region", a->region);
    set(l, "Local authority", a->name);
    set(l, "Parliamentary constituency", s->town);
    set_number(l, "Total number of pupils", s->roll + 2 * edition);
    if (n > 0) {
        set(l, "Inspection type", "S5 Inspection");
        set(l, "Inspection type grouping", "S5 Inspection");
        set(l, "Event type grouping", "Schools – S5");
        set(l, "Safeguarding is effective?", "Yes");
        set_inspection(l, &latest, s, edition, n - 1);
    }
    if (n > 1)
        set_inspection(l, &previous, s, edition, n - 2);
    if (s->monitored != DAY_NONE && s->monitored + PUBLISHED_AFTER <= editions[edition])
        set_monitoring(l, s);
}

static void write_cells(FILE *to, const char *(*cell)(const void *, int), const void *line)
{
    for (int i = 0; i < COLUMNS; i++) {
        const char *text = cell(line, i);
        bool quoted = strchr(text, ',');
        fputs(i ? "," : "", to);
        fputs(quoted ? "\"" : "", to);
        text_1252(to, text);
        fputs(quoted ? "\"" : "", to);
    }
    fputs("\r\n", to);
}

static const char *column_name(const void *line, int i)
{
    (void)line;
    return columns[i];
}

static const char *cell_text(const void *line, int i)
{
    return ((const struct line *)line)->cells[i];
}

void files_inspections(FILE *to, const struct model *m, int edition, int authority)
{
    struct line l;
    write_cells(to, column_name, NULL);
    for (const struct school *s = m->schools; s < m->schools + m->count; s++) {
        if ((authority >= 0 && s->authority != authority) || !school_is_listed(s, edition))
            continue;
        fill(&l, s, edition);
        write_cells(to, cell_text, &l);
    }
}
