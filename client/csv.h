#ifndef CLIENT_CSV_H
#define CLIENT_CSV_H

#include "common/strbuf.h"

// csv_write_cell appends one cell as RFC 4180 has it: in quotes only when it holds a comma, a quote or a line end.
void csv_write_cell(struct strbuf *to, const char *text);

// csv_write_tabbed appends one cell of a line parted by tabs: tabs and line ends in it become blanks.
void csv_write_tabbed(struct strbuf *to, const char *text);

#endif
