#include "demo/figures.h"

enum { NORTHMOOR = 3, SANDLEIGH = 4 };

static const struct figure {
    int authority;
    const char *code, *printed;
    const char *as_of; // NULL: the day of the demonstration
    const char *wording, *report, *column;
    const char *row_name, *row_value; // NULL: the first row
    int base;                         // 0: none was printed
    const char *reason;               // or NULL
} figures[] = {
    {NORTHMOOR, "good-2017", "133", "2017-08-31", "Outstanding or good", "ofsted-over-time", "good_or_outstanding",
        NULL, NULL, 0, NULL},
    {NORTHMOOR, "good-2018", "134", "2018-08-31", "Outstanding or good", "ofsted-over-time", "good_or_outstanding",
        NULL, NULL, 0, NULL},
    {NORTHMOOR, "good-2019", "137", "2019-08-31", "Outstanding or good", "ofsted-over-time", "good_or_outstanding",
        NULL, NULL, 0, NULL},
    {NORTHMOOR, "good-2020", "138", "2020-08-31", "Outstanding or good", "ofsted-over-time", "good_or_outstanding",
        NULL, NULL, 0, NULL},
    {NORTHMOOR, "good-2021", "137", "2021-08-31", "Outstanding or good", "ofsted-over-time", "good_or_outstanding",
        NULL, NULL, 0, NULL},
    {NORTHMOOR, "good-2022", "142", "2022-04-30", "Outstanding or good", "ofsted-over-time", "good_or_outstanding",
        NULL, NULL, 0, NULL},
    {NORTHMOOR, "less-2017", "40", "2017-08-31", "Requires improvement or inadequate", "ofsted-over-time",
        "less_than_good", NULL, NULL, 0, NULL},
    {NORTHMOOR, "less-2018", "33", "2018-08-31", "Requires improvement or inadequate", "ofsted-over-time",
        "less_than_good", NULL, NULL, 0, NULL},
    {NORTHMOOR, "less-2019", "27", "2019-08-31", "Requires improvement or inadequate", "ofsted-over-time",
        "less_than_good", NULL, NULL, 0, NULL},
    {NORTHMOOR, "less-2020", "25", "2020-08-31", "Requires improvement or inadequate", "ofsted-over-time",
        "less_than_good", NULL, NULL, 0, NULL},
    {NORTHMOOR, "less-2021", "25", "2021-08-31", "Requires improvement or inadequate", "ofsted-over-time",
        "less_than_good", NULL, NULL, 0, NULL},
    {NORTHMOOR, "less-2022", "19", "2022-04-30", "Requires improvement or inadequate", "ofsted-over-time",
        "less_than_good", NULL, NULL, 0, NULL},
    {NORTHMOOR, "good-2017-percent", "76%", "2017-08-31", "133 (76%)", "ofsted-over-time",
        "percent_good_or_outstanding", NULL, NULL, 0, NULL},
    {NORTHMOOR, "good-2022-percent", "88%", "2022-04-30", "142 (88%)", "ofsted-over-time",
        "percent_good_or_outstanding", NULL, NULL, 0, NULL},
    {NORTHMOOR, "inspected-2017", "166", "2017-08-31", "166 schools in the county", "ofsted-over-time", "base", NULL,
        NULL, 0, "The 166 are open schools of today; inspected were 173 then and 161 in 2022."},
    {NORTHMOOR, "take-up-primary", "75%", NULL, "95 of 127 primary schools", "sla-take-up", "percent", "phase_group",
        "Primary", 127, NULL},
    {NORTHMOOR, "take-up-secondary", "45%", NULL, "13 of 29 secondary schools", "sla-take-up", "percent", "phase_group",
        "Secondary", 29, NULL},
    {NORTHMOOR, "take-up-special", "70%", NULL, "7 of 10 special schools", "sla-take-up", "percent", "phase_group",
        "Special", 10, NULL},
    {NORTHMOOR, "take-up-total", "118", NULL, "118 schools in a base of 166", "sla-take-up", "subscribers",
        "phase_group", "Total like for like", 166,
        "3 of the 118 are other schools, which the base does not count: like for like it is 115 of 166, 69%."},
    {NORTHMOOR, "moves-net", "-3", "2022-04-30", "The improvements and declines that are listed", NULL, NULL, NULL,
        NULL, 0, "The table's own columns fall by 6; closures and conversions are not in the list."},
    {SANDLEIGH, "visits-owed", "66", NULL, "66 visits to keep in touch", "visits-owed", "base", "phase_group", "Total",
        0, NULL},
    {SANDLEIGH, "primaries-good", "95%", NULL, "95% of maintained primaries good or better", NULL, NULL, NULL, NULL, 0,
        "The counts stand in a picture that is lost."},
};

void figures_write(struct calls *c, int authority)
{
    for (const struct figure *f = figures; f < figures + sizeof figures / sizeof *figures; f++) {
        char today[DAY_TEXT];
        if (f->authority != authority)
            continue;
        line_begin(c, authority, "Figures/AddFigure", NULL, 0);
        fprintf(c->file,
            "\"code\":\"%s\",\"printed\":\"%s\",\"as_of\":\"%s\",\"wording\":\"%s\",\"source\":\"Report to committee\"",
            f->code, f->printed, f->as_of ? f->as_of : day_write(c->today, "%Y-%m-%d", today, sizeof today),
            f->wording);
        if (f->report)
            fprintf(c->file, ",\"report\":\"%s\",\"column\":\"%s\"", f->report, f->column);
        if (f->row_name)
            fprintf(c->file, ",\"row\":[{\"name\":\"%s\",\"value\":\"%s\"}]", f->row_name, f->row_value);
        if (f->base)
            fprintf(c->file, ",\"base\":%d", f->base);
        if (f->reason)
            fprintf(c->file, ",\"reason\":\"%s\"", f->reason);
        fputs("}}\n", c->file);
    }
}
