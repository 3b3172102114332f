#ifndef CLIENT_EXPORT_PAGE_H
#define CLIENT_EXPORT_PAGE_H

#include "common/strbuf.h"

// What all pages have alike.

// page_begin appends a page down to its heading, page_end what ends it.
void page_begin(struct strbuf *b, const char *title);
void page_end(struct strbuf *b);

// page_fact appends a name and its value, inside <dl>.
void page_fact(struct strbuf *b, const char *name, const char *value);

#endif
