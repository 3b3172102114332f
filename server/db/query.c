#include "server/db/query.h"

#include "common/log.h"

#include <libpq-fe.h>

enum { COLUMNS_MAX = 16 };

static bool hand_over(const PGresult *result, query_row_fn *row, void *data)
{
    char *values[COLUMNS_MAX];
    int columns = PQnfields(result) < COLUMNS_MAX ? PQnfields(result) : COLUMNS_MAX;
    for (int r = 0; r < PQntuples(result); r++) {
        for (int c = 0; c < columns; c++)
            values[c] = PQgetvalue(result, r, c);
        if (!row(data, columns, values))
            return false;
    }
    return true;
}

bool query_run(const char *database, const char *sql, query_row_fn *row, void *data)
{
    const char *const names[] = {"dbname", "application_name", "connect_timeout", NULL};
    const char *const values[] = {database, "improved start", "5", NULL};
    PGconn *pg = PQconnectdbParams(names, values, 1);
    bool done = false;
    if (PQstatus(pg) != CONNECTION_OK) {
        log_line(LOG_ERROR, "database: %s", PQerrorMessage(pg));
    } else {
        PGresult *result = PQexec(pg, sql);
        if (PQresultStatus(result) == PGRES_TUPLES_OK)
            done = hand_over(result, row, data);
        else
            log_line(LOG_ERROR, "database: %s", PQerrorMessage(pg));
        PQclear(result);
    }
    PQfinish(pg);
    return done;
}
