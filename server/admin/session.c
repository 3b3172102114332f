#include "server/admin/session.h"

#include "server/admin/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEYWORDS_MAX = 64 };

// Rows of the database's warnings go to stderr; what is only a notice is not asked for.
static void print_notice(void *program, const PGresult *r)
{
    const char *message = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    fprintf(stderr, "%s: note: %s\n", (const char *)program, message ? message : "");
}

static PQconninfoOption *parse(const char *program, const char *conninfo)
{
    char *why = NULL;
    PQconninfoOption *options = PQconninfoParse(conninfo ? conninfo : "", &why);
    if (!options)
        fprintf(stderr, "%s: --database: %s", program, why ? why : "no memory\n");
    PQfreemem(why);
    return options;
}

// The keywords and values that are given, with our own before them. False when a password is among them.
static bool list_options(const char *program, const PQconninfoOption *options, const char *database,
    const char **keywords, const char **values)
{
    int n = 0;
    static const char *const ours[][2] = {
        {"client_encoding", "UTF8"}, {"fallback_application_name", "improved admin"}, {"connect_timeout", "10"}};
    for (; n < (int)(sizeof ours / sizeof *ours); n++) {
        keywords[n] = ours[n][0];
        values[n] = ours[n][1];
    }
    for (const PQconninfoOption *o = options; o->keyword && n < KEYWORDS_MAX - 2; o++) {
        if (!o->val)
            continue;
        if (strcmp(o->keyword, "password") == 0) {
            fprintf(stderr,
                "%s: --database: a password there shows in process lists; put it in a password file (PGPASSFILE)\n",
                program);
            return false;
        }
        keywords[n] = o->keyword;
        values[n++] = o->val;
    }
    keywords[n] = database ? "dbname" : NULL;
    values[n] = database;
    keywords[n + 1] = NULL;
    return true;
}

// Who sits here, for the audit rows of what is written.
static bool name_console(const char *program, PGconn *c)
{
    char user[CONSOLE_USER_MAX];
    console_user(user, sizeof user);
    PGresult *r =
        session_query(program, c, "select set_config('app.console', $1, false)", 1, (const char *const[]){user});
    PQclear(r);
    return r;
}

PGconn *session_open(const char *program, const char *conninfo, const char *database)
{
    const char *keywords[KEYWORDS_MAX] = {0}, *values[KEYWORDS_MAX] = {0};
    PQconninfoOption *options = parse(program, conninfo);
    PGconn *c = NULL;
    if (!options || !list_options(program, options, database, keywords, values))
        goto out;
    c = PQconnectdbParams(keywords, values, 0);
    if (PQstatus(c) != CONNECTION_OK) {
        fprintf(stderr, "%s: %s", program, c ? PQerrorMessage(c) : "no memory\n");
        PQfinish(c);
        c = NULL;
        goto out;
    }
    PQsetNoticeReceiver(c, print_notice, (void *)program);
    if (!session_run(
            program, c, "set client_min_messages = warning; set statement_timeout = 0; set search_path = public") ||
        !name_console(program, c)) {
        PQfinish(c);
        c = NULL;
    }
out:
    PQconninfoFree(options);
    return c;
}

bool session_database(const char *program, const char *conninfo, char *buffer, size_t size)
{
    PQconninfoOption *options = parse(program, conninfo);
    const char *name = getenv("PGDATABASE");
    for (const PQconninfoOption *o = options; o && o->keyword; o++)
        if (strcmp(o->keyword, "dbname") == 0 && o->val)
            name = o->val;
    bool ok = options && name && (size_t)snprintf(buffer, size, "%s", name) < size;
    if (options && !ok)
        fprintf(stderr, "%s: name the database: --database 'dbname=improve …'\n", program);
    PQconninfoFree(options);
    return ok;
}

static bool succeeded(const PGresult *r)
{
    ExecStatusType status = PQresultStatus(r);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

bool session_run(const char *program, PGconn *c, const char *sql)
{
    PGresult *r = PQexec(c, sql);
    bool ok = succeeded(r);
    if (!ok)
        fprintf(stderr, "%s: %s", program, PQerrorMessage(c));
    PQclear(r);
    return ok;
}

PGresult *session_query(const char *program, PGconn *c, const char *sql, int n, const char *const *values)
{
    PGresult *r = PQexecParams(c, sql, n, NULL, values, NULL, NULL, 0);
    if (succeeded(r))
        return r;
    fprintf(stderr, "%s: %s", program, PQerrorMessage(c));
    PQclear(r);
    return NULL;
}
