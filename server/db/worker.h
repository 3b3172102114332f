#ifndef SERVER_DB_WORKER_H
#define SERVER_DB_WORKER_H

#include "server/db/query.h"

#include <stdbool.h>

// A blocking connection for a thread that does timed work and nothing else. The calls' own statements go through
// db/connection.
struct worker;

// worker_new makes a worker that is not connected yet. database and name, which the database's list of sessions shows,
// must outlive it. NULL without memory. For one thread at a time; it lives as long as the process.
struct worker *worker_new(const char *database, const char *name);

// worker_number runs a statement whose one row has one number, connecting first where needed, and gives the number in
// *number. Blocks, up to 5 s to connect and 10 s for the statement. False when the database is away or the statement
// failed: the reason is in the log, once until it works again, and the connection is closed, to be made anew.
bool worker_number(struct worker *w, const char *sql, long *number);

enum { WORKER_COLUMNS_MAX = 4 };

// worker_row_fn is given the numbers of one row.
typedef void worker_row_fn(const long numbers[WORKER_COLUMNS_MAX]);

// worker_rows is worker_number for any number of rows, of numbers only.
bool worker_rows(struct worker *w, const char *sql, worker_row_fn *row);

enum { WORKER_TEXTS_MAX = 24 };

// worker_ask is worker_rows for columns of any kind, as text, and a statement with parameters, n of them. row may be
// NULL. False, too, when a row is refused.
bool worker_ask(struct worker *w, const char *sql, int n, const char *const *parameters, query_row_fn *row, void *data);

#endif
