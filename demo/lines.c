#include "demo/lines.h"

#include <string.h>

void line_begin(struct calls *c, int authority, const char *method, const char *thing, int nth)
{
    fputc('{', c->file);
    if (thing)
        fprintf(c->file, "\"@\":\"%s/%s-%d\",", authorities[authority].code, thing, nth);
    fprintf(c->file, "\"method\":\"/improve.v1.%s\",\"authority\":\"%s\",\"request\":{", method,
        authorities[authority].code);
}

void line_refer(struct calls *c, int authority, const char *field, const char *thing, int nth)
{
    fprintf(c->file, "\"%s\":\"@%s/%s-%d\",", field, authorities[authority].code, thing, nth);
}

day year_start(day today, int month)
{
    struct tm t = day_parts(today);
    return day_of(t.tm_year + 1900 - (t.tm_mon + 1 < month), month, 1);
}

bool school_is_open(const struct school *s)
{
    return s->last == EDITIONS - 1;
}

bool school_causes_concern(const struct model *m, const struct school *s)
{
    int nth = 0, most = strcmp(s->kind->phase, "Primary") == 0 ? 6 : 1;
    for (const struct school *other = m->schools; other < s; other++)
        nth += other->authority == s->authority && strcmp(other->kind->form, s->kind->form) == 0;
    return nth < most && (most == 6 ? strcmp(s->kind->form, "Primary School") == 0 : !s->kind->saint);
}
