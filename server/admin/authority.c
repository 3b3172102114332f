#include "server/admin/command.h"
#include "server/admin/session.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char create_sql[] = "select name, made from auth.make_console_authority($1::integer, $2)";

static bool is_code(const char *text)
{
    return strlen(text) == 3 && strspn(text, "0123456789") == 3 && strcmp(text, "000") != 0;
}

static int report(const char *code, const char *name, const PGresult *r)
{
    bool same = PQntuples(r) == 1 && strcmp(PQgetvalue(r, 0, 0), name) == 0;
    bool made = same && PQgetvalue(r, 0, 1)[0] == 't';
    if (same)
        printf("%s %s: %s\n", code, name, made ? "made" : "already there");
    else
        fprintf(stderr, ADMIN ": authority %s is %s\n", code,
            PQntuples(r) == 1 ? PQgetvalue(r, 0, 0) : "being made by another");
    return same ? 0 : 1;
}

int authority_create(int argc, char **argv)
{
    static const struct option known[] = {{"database", required_argument, NULL, 'd'}, {0}};
    const char *database = NULL;
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (c != 'd')
            return 2;
        database = optarg;
    }
    if (argc - optind != 2)
        return 2;
    const char *code = argv[optind], *name = argv[optind + 1];
    if (!is_code(code)) {
        fprintf(stderr, ADMIN ": \"%s\" is no authority's code: three digits, such as 929\n", code);
        return 2;
    }
    PGconn *c = session_open(ADMIN, database, NULL);
    PGresult *r = c ? session_query(ADMIN, c, create_sql, 2, (const char *const[]){code, name}) : NULL;
    int result = r ? report(code, name, r) : 1;
    PQclear(r);
    PQfinish(c);
    return result;
}
