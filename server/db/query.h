#ifndef SERVER_DB_QUERY_H
#define SERVER_DB_QUERY_H

#include <stdbool.h>

// A question asked once, at start: on a connection of its own, blocking. The calls' own statements go through
// db/connection.

// query_row_fn takes one row's columns as text ("" for SQL NULL). False stops the query, as failed.
typedef bool query_row_fn(void *data, int columns, char *const *values);

// query_run runs a statement and hands its rows over one by one. False, with the reason in the log, when the database
// is away, the statement fails or a row is refused.
bool query_run(const char *database, const char *sql, query_row_fn *row, void *data);

#endif
