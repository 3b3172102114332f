#ifndef CLIENT_EXPORT_PAGE_H
#define CLIENT_EXPORT_PAGE_H

#include "common/strbuf.h"

// What all pages have alike.

// page_open appends a page down to its heading, with a title, a style sheet and a heading of its own; page_begin one in
// the style of reports, whose heading is its title; page_end what ends either.
void page_open(struct strbuf *b, const char *title, const char *sheet, const char *heading);
void page_begin(struct strbuf *b, const char *title);
void page_end(struct strbuf *b);

// page_fact appends a name and its value, inside <dl>.
void page_fact(struct strbuf *b, const char *name, const char *value);

#endif
