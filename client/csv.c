#include "client/csv.h"

#include <string.h>

void csv_write_cell(struct strbuf *to, const char *text)
{
    if (text[strcspn(text, ",\"\r\n")] == '\0') {
        strbuf_adds(to, text);
        return;
    }
    strbuf_addc(to, '"');
    for (const char *p = text; *p; p++) {
        if (*p == '"')
            strbuf_addc(to, '"');
        strbuf_addc(to, *p);
    }
    strbuf_addc(to, '"');
}

void csv_write_tabbed(struct strbuf *to, const char *text)
{
    for (const char *p = text; *p; p++)
        strbuf_addc(to, *p == '\t' || *p == '\n' || *p == '\r' ? ' ' : *p);
}
