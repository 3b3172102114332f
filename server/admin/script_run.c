#include "server/admin/script_run.h"

#include "server/admin/statement.h"

#include <stdio.h>
#include <stdlib.h>

static const char program[] = "improved migrate";

static void print_part(const char *label, const char *text)
{
    if (text && *text)
        fprintf(stderr, "    %s: %s\n", label, text);
}

// Says which file, line and statement failed, and why. succeeded is how many statements of the file had run.
static void report(const struct script *s, const PGresult *r, size_t succeeded)
{
    const char *position = PQresultErrorField(r, PG_DIAG_STATEMENT_POSITION);
    int line = position ? statement_line_at(s->text, strtoul(position, NULL, 10)) : statement_line(s->text, succeeded);
    const char *message = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    fprintf(stderr, "%s: sql/%s:%d: %s\n", program, s->path, line, message ? message : PQresultErrorMessage(r));
    print_part("detail", PQresultErrorField(r, PG_DIAG_MESSAGE_DETAIL));
    print_part("hint", PQresultErrorField(r, PG_DIAG_MESSAGE_HINT));
    print_part("context", PQresultErrorField(r, PG_DIAG_CONTEXT));
}

bool script_run(PGconn *c, const struct script *s)
{
    if (!PQsendQuery(c, s->text)) {
        fprintf(stderr, "%s: sql/%s: %s", program, s->path, PQerrorMessage(c));
        return false;
    }
    bool ok = true;
    size_t succeeded = 0;
    for (PGresult *r; (r = PQgetResult(c)); PQclear(r)) {
        ExecStatusType status = PQresultStatus(r);
        if (status == PGRES_COPY_IN)
            PQputCopyEnd(c, "a migration has no data to copy");
        else if (status == PGRES_FATAL_ERROR && ok)
            report(s, r, succeeded);
        ok = ok && status != PGRES_FATAL_ERROR;
        succeeded++;
    }
    return ok;
}
