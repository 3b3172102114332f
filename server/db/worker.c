#include "server/db/worker.h"

#include "common/log.h"

#include <libpq-fe.h>
#include <stdlib.h>

struct worker {
    const char *database, *name;
    PGconn *pg;    // NULL while there is no connection
    bool troubled; // the log has said so
};

struct worker *worker_new(const char *database, const char *name)
{
    struct worker *w = calloc(1, sizeof *w);
    if (w)
        *w = (struct worker){.database = database, .name = name};
    return w;
}

static bool fail(struct worker *w)
{
    if (!w->troubled)
        log_line(LOG_WARNING, "%s: %s", w->name, w->pg ? PQerrorMessage(w->pg) : "no memory");
    w->troubled = true;
    PQfinish(w->pg);
    w->pg = NULL;
    return false;
}

// connect_database makes a session whose statements end after 10 s; keepalives notice a host that is gone.
static bool connect_database(struct worker *w)
{
    const char *const names[] = {"dbname", "fallback_application_name", "connect_timeout", "options", "keepalives_idle",
        "tcp_user_timeout", NULL};
    const char *const values[] = {
        w->database, w->name, "5", "-c statement_timeout=10s -c lock_timeout=10s", "10", "15000", NULL};
    w->pg = PQconnectdbParams(names, values, 1);
    return w->pg && PQstatus(w->pg) == CONNECTION_OK;
}

// run runs a statement. NULL: it failed, as worker_rows has it.
static PGresult *run(struct worker *w, const char *sql, int n, const char *const *parameters)
{
    if (!w->pg && !connect_database(w)) {
        fail(w);
        return NULL;
    }
    PGresult *result = PQexecParams(w->pg, sql, n, NULL, parameters, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQnfields(result) == 0) {
        PQclear(result);
        fail(w);
        return NULL;
    }
    if (w->troubled)
        log_line(LOG_INFO, "%s: works again", w->name);
    w->troubled = false;
    return result;
}

bool worker_rows(struct worker *w, const char *sql, worker_row_fn *row)
{
    PGresult *result = run(w, sql, 0, NULL);
    for (int i = 0; result && i < PQntuples(result); i++) {
        long numbers[WORKER_COLUMNS_MAX] = {0};
        for (int c = 0; c < PQnfields(result) && c < WORKER_COLUMNS_MAX; c++)
            numbers[c] = strtol(PQgetvalue(result, i, c), NULL, 10);
        row(numbers);
    }
    PQclear(result);
    return result != NULL;
}

bool worker_number(struct worker *w, const char *sql, long *number)
{
    PGresult *result = run(w, sql, 0, NULL);
    if (result && PQntuples(result) == 1)
        *number = strtol(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return result != NULL;
}

bool worker_ask(struct worker *w, const char *sql, int n, const char *const *parameters, query_row_fn *row, void *data)
{
    PGresult *result = run(w, sql, n, parameters);
    char *values[WORKER_TEXTS_MAX];
    int columns = result && PQnfields(result) < WORKER_TEXTS_MAX ? PQnfields(result) : WORKER_TEXTS_MAX;
    bool good = result != NULL;
    for (int r = 0; good && row && r < PQntuples(result); r++) {
        for (int c = 0; c < columns; c++)
            values[c] = PQgetvalue(result, r, c);
        good = row(data, columns, values);
    }
    PQclear(result);
    return good;
}
