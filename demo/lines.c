#include "demo/lines.h"

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
