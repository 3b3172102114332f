#include "server/admin/migrate.h"

#include "server/admin/migrate_sql.h"
#include "server/admin/script.h"
#include "server/admin/script_run.h"
#include "server/admin/session.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char program[] = "improved migrate";
static const char usage[] =
    "Usage: improved migrate [--database CONNINFO] [--create] [--status | --dry-run] [--sql DIR]\n"
    "Brings a database to this program's schema.\n\n"
    "  --database CONNINFO  which database, as its owner; libpq's environment (PGHOST, PGDATABASE …) fills what is "
    "left out\n"
    "  --create             make the database first, where it is absent\n"
    "  --status             tell what was applied and what is pending; change nothing\n"
    "  --dry-run            do all of it in one transaction, and undo it\n"
    "  --sql DIR            take the SQL from DIR, laid out as sql/, instead of this program: for development\n";

enum { NAME_BYTES = 128, NUMBER_BYTES = 16, LOCK_KEY = 0x696d7072 }; // "impr"

struct options {
    const char *database;
    const char *directory;
    bool create, status, dry_run;
};

// struct applied is a migration that the database has had.
struct applied {
    int version;
    const char *name, *hash, *at; // of rows
};

struct migrator {
    struct options options;
    struct script_list list;
    PGconn *c;
    PGresult *rows; // of migrate.applied, by version; owned
    int row_count;
    char replaceable_hash[SCRIPT_HASH_TEXT]; // in place; "" when none is
    bool in_transaction;
    bool dropped; // the replaceable parts, in the transaction that is open
    int done;     // scripts run
};

static bool begin(struct migrator *m)
{
    if (m->in_transaction)
        return true;
    m->in_transaction =
        session_run(program, m->c, "begin; set local lock_timeout = '10s'; set local check_function_bodies = off");
    return m->in_transaction;
}

// A dry run keeps its one transaction open to the end. So does a run whose replaceable parts are dropped, until they
// are made again.
static bool commit(struct migrator *m)
{
    if (m->options.dry_run || m->dropped)
        return true;
    m->in_transaction = false;
    return session_run(program, m->c, "commit");
}

// Runs one file in the open transaction, and sees that it left that transaction as it was.
static bool run_script(struct migrator *m, const struct script *s)
{
    if (!script_run(m->c, s))
        return false;
    if (PQtransactionStatus(m->c) != PQTRANS_INTRANS) {
        fprintf(stderr, "%s: sql/%s ends its own transaction\n", program, s->path);
        return false;
    }
    m->done++;
    return session_run(program, m->c, "reset role; set search_path = public");
}

static bool drop_replaceable(struct migrator *m)
{
    if (m->dropped)
        return true;
    m->dropped = begin(m) && session_run(program, m->c, migrate_drop_replaceable);
    return m->dropped;
}

static bool record_migration(struct migrator *m, const struct script *s)
{
    char version[NUMBER_BYTES], contract[NUMBER_BYTES], name[NAME_BYTES];
    snprintf(version, sizeof version, "%d", s->version);
    snprintf(contract, sizeof contract, "%d", s->contract);
    script_name(s, name, sizeof name);
    PGresult *r = session_query(program, m->c,
        "insert into migrate.applied (version, name, sha256, contract) values ($1, $2, $3, $4)", 4,
        (const char *const[]){version, name, s->hash, contract});
    PQclear(r);
    if (r)
        printf("%s %s\n", m->options.dry_run ? "would apply" : "applied", name);
    return r;
}

static bool migrate_one(struct migrator *m, const struct script *s)
{
    return begin(m) && (!s->drops_replaceable || drop_replaceable(m)) && run_script(m, s) && record_migration(m, s) &&
           commit(m);
}

static bool make_replaceable(struct migrator *m)
{
    if (!m->dropped && strcmp(m->replaceable_hash, m->list.replaceable_hash) == 0)
        return true;
    if (!drop_replaceable(m))
        return false;
    for (size_t i = m->list.migrations; i < m->list.count; i++)
        if (!session_run(program, m->c, "set role improve_owner") || !run_script(m, &m->list.scripts[i]))
            return false;
    PGresult *r = session_query(program, m->c,
        "insert into migrate.replaceable (sha256) values ($1)"
        " on conflict (only_row) do update set sha256 = excluded.sha256, applied_at = clock_timestamp()",
        1, (const char *const[]){m->list.replaceable_hash});
    PQclear(r);
    m->dropped = false;
    if (!r || !session_run(program, m->c, migrate_grants) || !commit(m))
        return false;
    printf(
        "%s %zu replaceable files\n", m->options.dry_run ? "would make" : "made", m->list.count - m->list.migrations);
    return true;
}

// Several migrators on one database wait for each other; the lock ends with the connection.
static bool lock(struct migrator *m)
{
    char sql[NAME_BYTES];
    snprintf(sql, sizeof sql, "select pg_try_advisory_lock(%d)", LOCK_KEY);
    PGresult *r = session_query(program, m->c, sql, 0, NULL);
    bool ok = r, held = r && PQgetvalue(r, 0, 0)[0] == 't';
    PQclear(r);
    if (!ok || held)
        return ok;
    fprintf(stderr, "%s: waiting for another migrator\n", program);
    snprintf(sql, sizeof sql, "select pg_advisory_lock(%d)", LOCK_KEY);
    return session_run(program, m->c, sql);
}

static bool has_records(struct migrator *m, bool *has)
{
    PGresult *r = session_query(program, m->c, "select to_regclass('migrate.applied') is not null", 0, NULL);
    *has = r && PQgetvalue(r, 0, 0)[0] == 't';
    PQclear(r);
    return r;
}

static bool read_records(struct migrator *m)
{
    m->rows = session_query(program, m->c,
        "select version, name, sha256, to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
        " from migrate.applied order by version",
        0, NULL);
    PGresult *r = m->rows ? session_query(program, m->c, "select sha256 from migrate.replaceable", 0, NULL) : NULL;
    if (!r)
        return false;
    m->row_count = PQntuples(m->rows);
    if (PQntuples(r) > 0)
        snprintf(m->replaceable_hash, sizeof m->replaceable_hash, "%s", PQgetvalue(r, 0, 0));
    PQclear(r);
    return true;
}

static struct applied applied_at(const struct migrator *m, int i)
{
    return (struct applied){
        .version = (int)strtol(PQgetvalue(m->rows, i, 0), NULL, 10),
        .name = PQgetvalue(m->rows, i, 1),
        .hash = PQgetvalue(m->rows, i, 2),
        .at = PQgetvalue(m->rows, i, 3),
    };
}

static bool find_applied(const struct migrator *m, int version, struct applied *found)
{
    for (int i = 0; i < m->row_count; i++) {
        *found = applied_at(m, i);
        if (found->version == version)
            return true;
    }
    return false;
}

static const struct script *find_script(const struct migrator *m, int version)
{
    for (size_t i = 0; i < m->list.migrations; i++)
        if (m->list.scripts[i].version == version)
            return &m->list.scripts[i];
    return NULL;
}

static int highest_applied(const struct migrator *m)
{
    return m->row_count ? applied_at(m, m->row_count - 1).version : 0;
}

// What the database had must be what this program has: else nothing is done. Every difference is named.
static bool check_applied(const struct migrator *m)
{
    int faults = 0, newest = m->list.migrations ? m->list.scripts[m->list.migrations - 1].version : 0;
    for (int i = 0; i < m->row_count; i++) {
        struct applied a = applied_at(m, i);
        const struct script *s = find_script(m, a.version);
        if (!s && a.version > newest)
            fprintf(stderr, "%s: the database has had %s, and this program knows up to %04d: run the newer program\n",
                program, a.name, newest);
        else if (!s)
            fprintf(stderr, "%s: the database has had %s, which is not in this program\n", program, a.name);
        else if (strcmp(s->hash, a.hash) != 0)
            fprintf(stderr,
                "%s: sql/%s was changed after it was applied on %s: put it back, and make a new migration\n", program,
                s->path, a.at);
        else
            continue;
        faults++;
    }
    return faults == 0;
}

static bool check_pending(const struct migrator *m)
{
    int faults = 0;
    struct applied a;
    for (size_t i = 0; i < m->list.migrations; i++) {
        const struct script *s = &m->list.scripts[i];
        if (s->version > highest_applied(m) || find_applied(m, s->version, &a))
            continue;
        fprintf(stderr, "%s: sql/%s was never applied, but %04d was: give it a later number\n", program, s->path,
            highest_applied(m));
        faults++;
    }
    return faults == 0;
}

static void print_status(const struct migrator *m)
{
    for (size_t i = 0; i < m->list.migrations; i++) {
        const struct script *s = &m->list.scripts[i];
        char name[NAME_BYTES];
        struct applied a;
        script_name(s, name, sizeof name);
        if (find_applied(m, s->version, &a))
            printf("%-40s %s %s\n", name, strcmp(a.hash, s->hash) == 0 ? "applied" : "CHANGED", a.at);
        else
            printf("%-40s pending\n", name);
    }
    bool current = strcmp(m->replaceable_hash, m->list.replaceable_hash) == 0;
    printf("%-40s %s\n", "replaceable files", current ? "current" : m->replaceable_hash[0] ? "changed" : "pending");
}

static bool migrate_pending(struct migrator *m)
{
    for (size_t i = 0; i < m->list.migrations; i++)
        if (m->list.scripts[i].version > highest_applied(m) && !migrate_one(m, &m->list.scripts[i]))
            return false;
    if (!make_replaceable(m))
        return false;
    if (m->done == 0)
        printf("nothing to do: the database is at %04d\n", highest_applied(m));
    return true;
}

static bool show_status(struct migrator *m)
{
    bool has;
    if (!has_records(m, &has) || (has && !read_records(m)))
        return false;
    print_status(m);
    bool applied_good = check_applied(m);
    return check_pending(m) && applied_good;
}

static bool migrate(struct migrator *m)
{
    bool has;
    if (!lock(m) || !has_records(m, &has))
        return false;
    if ((m->options.dry_run || !has) && !begin(m))
        return false;
    if (!has && !(session_run(program, m->c, migrate_bootstrap) && commit(m)))
        return false;
    if (!read_records(m))
        return false;
    bool applied_good = check_applied(m);
    return check_pending(m) && applied_good && migrate_pending(m);
}

static bool create_database(const struct options *o)
{
    char name[NAME_BYTES], sql[3 * NAME_BYTES];
    if (!session_database(program, o->database, name, sizeof name))
        return false;
    PGconn *c = session_open(program, o->database, "postgres");
    PGresult *r =
        c ? session_query(program, c, "select from pg_database where datname = $1", 1, (const char *const[]){name})
          : NULL;
    bool ok = r;
    if (r && PQntuples(r) == 0) {
        char *quoted = PQescapeIdentifier(c, name, strlen(name));
        snprintf(sql, sizeof sql, "create database %s template template0 encoding 'UTF8' locale 'C.UTF-8'",
            quoted ? quoted : "");
        PQfreemem(quoted);
        ok = session_run(program, c, sql);
        if (ok)
            printf("created database %s\n", name);
    }
    PQclear(r);
    PQfinish(c);
    return ok;
}

static bool read_options(struct options *o, int argc, char **argv, int *code)
{
    static const struct option known[] = {{"database", required_argument, NULL, 'd'},
        {"create", no_argument, NULL, 'c'}, {"status", no_argument, NULL, 's'}, {"dry-run", no_argument, NULL, 'n'},
        {"sql", required_argument, NULL, 'f'}, {"help", no_argument, NULL, 'h'}, {0}};
    *code = 2;
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (c) {
        case 'd':
            o->database = optarg;
            break;
        case 'c':
            o->create = true;
            break;
        case 's':
            o->status = true;
            break;
        case 'n':
            o->dry_run = true;
            break;
        case 'f':
            o->directory = optarg;
            break;
        case 'h':
            fputs(usage, stdout);
            *code = 0;
            return false;
        default:
            fputs(usage, stderr);
            return false;
        }
    }
    if (optind < argc || (o->status && (o->dry_run || o->create))) {
        fprintf(stderr, "%s: %s\n%s", program,
            optind < argc ? "words without an option are not understood" : "--status changes nothing, so it goes alone",
            usage);
        return false;
    }
    return true;
}

int migrate_main(int argc, char **argv)
{
    struct migrator m = {0};
    int code;
    if (!read_options(&m.options, argc, argv, &code))
        return code;
    bool ok = script_list_load(&m.list, m.options.directory);
    ok = ok && (!m.options.create || create_database(&m.options));
    ok = ok && (m.c = session_open(program, m.options.database, NULL));
    ok = ok && (m.options.status ? show_status(&m) : migrate(&m));
    if (m.c && PQtransactionStatus(m.c) != PQTRANS_IDLE)
        PQclear(PQexec(m.c, "rollback"));
    PQclear(m.rows);
    PQfinish(m.c);
    script_list_release(&m.list);
    return ok ? 0 : 1;
}
