#ifndef CLIENT_TABLE_H
#define CLIENT_TABLE_H

#include "client/print.h"

// A table for people's eyes, by libsmartcols.

struct table;

// table_open makes an empty table of these columns, which must outlive it. NULL when memory lacks.
struct table *table_open(const struct print_column *columns, size_t n);

// table_add adds a row; hidden says which columns of the answer are left out as small numbers, NULL for none.
void table_add(struct table *t, const ProtobufCMessage *row, const bool *hidden);

// table_close prints the table without the columns that no row has a value for, cut to the width of the terminal when
// out is one, and releases it.
void table_close(struct table *t, FILE *out, bool terminal);

#endif
