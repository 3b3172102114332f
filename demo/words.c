#include "demo/words.h"

#include "demo/lines.h"
#include "demo/terms.h"

void words_write(FILE *to, const struct model *m, day today)
{
    char text[DAY_TEXT];
    int schools[AUTHORITIES] = {0}, concerns = 0, good = 0;
    fprintf(to, "{\"today\":\"%s\",\n\"this-year\":%d", day_write(today, "%Y-%m-%d", text, sizeof text),
        terms_academic_year(today));
    for (const struct school *s = m->schools; s < m->schools + m->count; s++) {
        if (!school_is_open(s))
            continue;
        fprintf(to, ",\n\"%s/school-%d\":%d", authorities[s->authority].code, ++schools[s->authority], s->urn);
        if (s->authority == SANDLEIGH && s->kind->maintained && school_causes_concern(m, s))
            fprintf(to, ",\n\"%s/concern-%d\":%d", authorities[s->authority].code, ++concerns, s->urn);
        if (s->authority == NORTHMOOR && s->inspection_count > 0 && s->inspections[s->inspection_count - 1].grade == 2)
            fprintf(to, ",\n\"%s/good-%d\":%d", authorities[s->authority].code, ++good, s->urn);
    }
    fputs("}\n", to);
}
