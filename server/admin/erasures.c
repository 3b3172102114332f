#include "server/admin/command.h"
#include "server/admin/session.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 16 * 1024 * 1024 };

static const char list_sql[] = "select to_jsonb(t)::text from privacy.tombstone t order by t.erased_at, t.tombstone_id";

static const char add_sql[] =
    "insert into privacy.tombstone select r.* from jsonb_populate_record(null::privacy.tombstone, "
    "$1::jsonb) r on conflict do nothing";

// Before the work, whose own rows, one with each authority, tell what was done there.
static const char note_sql[] = "select audit.note_console(0, 'improved admin erasures apply', '{}', '[]')";

// read_options takes --database and leaves the words, of which there must be so many.
static bool read_options(int argc, char **argv, int words, const char **database)
{
    static const struct option known[] = {{"database", required_argument, NULL, 'd'}, {0}};
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (c != 'd')
            return false;
        *database = optarg;
    }
    return argc - optind == words;
}

int erasures_list(int argc, char **argv)
{
    const char *database = NULL;
    if (!read_options(argc, argv, 0, &database))
        return 2;
    PGconn *c = session_open(ADMIN, database, NULL);
    PGresult *r = c ? session_query(ADMIN, c, list_sql, 0, NULL) : NULL;
    for (int i = 0; r && i < PQntuples(r); i++)
        puts(PQgetvalue(r, i, 0));
    int code = r && fflush(stdout) == 0 ? 0 : 1;
    PQclear(r);
    PQfinish(c);
    return code;
}

// add_all puts the list's lines in; those that are there already stay.
static bool add_all(PGconn *c, FILE *file)
{
    char *line = malloc(LINE_BYTES);
    bool good = line;
    while (good && fgets(line, LINE_BYTES, file)) {
        line[strcspn(line, "\n")] = '\0';
        PGresult *r = session_query(ADMIN, c, add_sql, 1, (const char *const[]){line});
        good = r;
        PQclear(r);
    }
    free(line);
    return good;
}

int erasures_apply(int argc, char **argv)
{
    const char *database = NULL;
    if (!read_options(argc, argv, 1, &database))
        return 2;
    FILE *file = fopen(argv[optind], "r");
    if (!file) {
        fprintf(stderr, ADMIN ": %s: %s\n", argv[optind], strerror(errno));
        return 1;
    }
    PGconn *c = session_open(ADMIN, database, NULL);
    bool good = c && session_run(ADMIN, c, "begin") && add_all(c, file) && session_run(ADMIN, c, note_sql);
    PGresult *r = good ? session_query(ADMIN, c, "select privacy.reapply()", 0, NULL) : NULL;
    good = r && session_run(ADMIN, c, "commit");
    if (good)
        printf("erased again: %s rows, mentions and audit entries\n", PQgetvalue(r, 0, 0));
    PQclear(r);
    PQfinish(c);
    fclose(file);
    return good ? 0 : 1;
}
