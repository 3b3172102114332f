#include "server/admin/archive_key.h"
#include "server/admin/command.h"
#include "server/admin/session.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// A whole authority as a file of JSON lines: a header, {"table","row"} one a row, {"tables":{…counts…}}, and
// {"sha256","signature"}: the SHA-256 of all bytes before that line, and its Ed25519 signature.

enum { BATCH = 400, LAST_LINE = 256 };

// What a command was asked for. Its texts are the command line's.
struct request {
    const char *database, *key, *trust, *to, *confirm, *word;
};

// A file being written, and the hash of what is in it.
struct archive {
    FILE *file;
    crypto_hash_sha256_state hash;
    unsigned long lines;
    bool written;
};

static const char reach_sql[] = "select rolsuper or rolbypassrls from pg_catalog.pg_roles where rolname = current_user";

static int fail(const char *what, const char *why)
{
    fprintf(stderr, ADMIN ": %s: %s\n", what, why);
    return 1;
}

static bool read_request(struct request *q, int argc, char **argv)
{
    static const struct option known[] = {{"database", required_argument, NULL, 'd'},
        {"key", required_argument, NULL, 'k'}, {"trust", required_argument, NULL, 't'},
        {"to", required_argument, NULL, 'o'}, {"confirm", required_argument, NULL, 'c'}, {0}};
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        const char **to = c == 'd'   ? &q->database
                          : c == 'k' ? &q->key
                          : c == 't' ? &q->trust
                          : c == 'o' ? &q->to
                          : c == 'c' ? &q->confirm
                                     : NULL;
        if (!to)
            return false;
        *to = optarg;
    }
    q->word = argv[optind];
    return argc - optind == 1 && sodium_init() >= 0;
}

static bool is_code(const char *text)
{
    return strlen(text) == 3 && strspn(text, "0123456789") == 3 && strcmp(text, "000") != 0;
}

// open_database begins a transaction with one view of the data, as somebody whom row security does not bind: whoever it
// binds would see a part, and take it for all.
static PGconn *open_database(const char *database)
{
    PGconn *c = session_open(ADMIN, database, NULL);
    PGresult *r = c ? session_query(ADMIN, c, reach_sql, 0, NULL) : NULL;
    bool reaches = r && PQntuples(r) == 1 && *PQgetvalue(r, 0, 0) == 't';
    if (r && !reaches)
        fail("authority", "row security binds this role: connect as the database's administrator");
    PQclear(r);
    if (reaches && session_run(ADMIN, c, "begin isolation level repeatable read"))
        return c;
    PQfinish(c);
    return NULL;
}

// ask gives the one value of a question with at most two parameters (the caller frees it), or NULL.
static char *ask(PGconn *c, const char *sql, const char *first, const char *second)
{
    PGresult *r = session_query(ADMIN, c, sql, second ? 2 : 1, (const char *const[]){first, second});
    char *value = r && PQntuples(r) == 1 ? strdup(PQgetvalue(r, 0, 0)) : NULL;
    PQclear(r);
    return value;
}

// note writes the audit row of a verb on the authority of this code, into one authority's trail (0: the instance's).
static bool note(PGconn *c, const char *verb, const char *trail, const char *code)
{
    static const char note_sql[] = "select audit.note_console($1::integer, 'improved admin authority ' || $2, "
                                   "jsonb_build_object('authority', $3::text), '[]')";
    PGresult *r = session_query(ADMIN, c, note_sql, 3, (const char *const[]){trail, verb, code});
    PQclear(r);
    return r;
}

static void put(struct archive *a, const char *line)
{
    size_t n = strlen(line);
    crypto_hash_sha256_update(&a->hash, (const unsigned char *)line, n);
    crypto_hash_sha256_update(&a->hash, (const unsigned char *)"\n", 1);
    a->written = a->written && fputs(line, a->file) >= 0 && fputc('\n', a->file) != EOF;
    a->lines++;
}

// put_rows writes the rows one by one as they come.
static bool put_rows(PGconn *c, struct archive *a, const char *code)
{
    if (!PQsendQueryParams(c, "select line from privacy.archive_lines($1::integer)", 1, NULL, &code, NULL, NULL, 0) ||
        !PQsetSingleRowMode(c))
        return false;
    bool good = true;
    for (PGresult *r; (r = PQgetResult(c)); PQclear(r)) {
        if (PQresultStatus(r) == PGRES_SINGLE_TUPLE)
            put(a, PQgetvalue(r, 0, 0));
        else
            good = good && PQresultStatus(r) == PGRES_TUPLES_OK;
    }
    if (!good)
        fail("authority export", PQerrorMessage(c));
    return good;
}

static void sign(struct archive *a, const unsigned char *secret)
{
    unsigned char hash[crypto_hash_sha256_BYTES], signature[crypto_sign_BYTES];
    char hash_hex[2 * sizeof hash + 1], signature_hex[2 * sizeof signature + 1];
    crypto_hash_sha256_final(&a->hash, hash);
    crypto_sign_detached(signature, NULL, hash, sizeof hash, secret);
    sodium_bin2hex(hash_hex, sizeof hash_hex, hash, sizeof hash);
    sodium_bin2hex(signature_hex, sizeof signature_hex, signature, sizeof signature);
    a->written =
        a->written && fprintf(a->file, "{\"sha256\":\"%s\",\"signature\":\"%s\"}\n", hash_hex, signature_hex) > 0;
}

static bool write_archive(PGconn *c, struct archive *a, const char *code, const unsigned char *secret)
{
    char *header = ask(c,
        "select jsonb_build_object('improve_authority', 1, 'authority', base.authority_code(a.authority_id), 'name', "
        "a.name, "
        "'schema', (select max(version) from migrate.applied), 'exported_at', now())::text from register.authority a "
        "where "
        "a.authority_id = $1::integer",
        code, NULL);
    char *counts = ask(c, "select jsonb_build_object('tables', privacy.archive_counts($1::integer))::text", code, NULL);
    bool good = header && counts;
    if (!header)
        fail(code, "there is no such authority");
    if (good) {
        put(a, header);
        good = put_rows(c, a, code);
        put(a, counts);
        sign(a, secret);
    }
    free(header);
    free(counts);
    return good;
}

int authority_export(int argc, char **argv)
{
    struct request q = {0};
    unsigned char public_half[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
    struct archive a = {.written = true};
    if (!read_request(&q, argc, argv) || !q.to || !q.key || !is_code(q.word))
        return 2;
    if (!archive_key_load(q.key, public_half, secret))
        return 1;
    int fd = open(q.to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 || !(a.file = fdopen(fd, "w")))
        return fail(q.to, strerror(errno));
    crypto_hash_sha256_init(&a.hash);
    PGconn *c = open_database(q.database);
    bool good = c && write_archive(c, &a, q.word, secret) && a.written && note(c, "export", "0", q.word) &&
                note(c, "export", q.word, q.word) && session_run(ADMIN, c, "commit");
    good = fclose(a.file) == 0 && good;
    sodium_memzero(secret, sizeof secret);
    PQfinish(c);
    if (!good) {
        unlink(q.to);
        return fail(q.to, "not written");
    }
    printf("%s: authority %s, %lu rows, signed\n", q.to, q.word, a.lines - 2);
    return 0;
}

// check_signature reads the file to its end and leaves the place where its last line begins in *end.
static bool check_signature(FILE *file, const char *trust, long *end)
{
    unsigned char public_half[crypto_sign_PUBLICKEYBYTES], hash[crypto_hash_sha256_BYTES], signature[crypto_sign_BYTES];
    char *line = NULL, hex[2 * sizeof hash + 1], expected[LAST_LINE];
    size_t room = 0, n = 0;
    bool good = false;
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    if (!archive_key_public(trust, public_half))
        return false;
    for (ssize_t length; !good && (length = getline(&line, &room, file)) > 0;) {
        const char *at = strstr(line, "\",\"signature\":\"");
        if (strncmp(line, "{\"sha256\":\"", 11) != 0 || !at) {
            crypto_hash_sha256_update(&state, (const unsigned char *)line, (size_t)length);
            continue;
        }
        crypto_hash_sha256_final(&state, hash);
        sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
        snprintf(expected, sizeof expected, "{\"sha256\":\"%s\",\"signature\":\"%.*s\"}\n", hex,
            (int)(2 * sizeof signature), at + 15);
        sodium_hex2bin(signature, sizeof signature, at + 15, 2 * sizeof signature, NULL, &n, NULL);
        good = strcmp(line, expected) == 0 && n == sizeof signature && fgetc(file) == EOF &&
               crypto_sign_verify_detached(signature, hash, sizeof hash, public_half) == 0;
        *end = ftell(file) - length;
        break;
    }
    free(line);
    return good;
}

// insert_batch puts gathered lines in.
static bool insert_batch(PGconn *c, const char *code, char *lines)
{
    char *done = ask(c, "select privacy.archive_insert($1::integer, $2::jsonb)", code, lines);
    free(done);
    return done;
}

// insert_rows reads the rows up to the line of counts, which it leaves in *counts (the caller frees it).
static bool insert_rows(PGconn *c, FILE *file, const char *code, char **counts)
{
    char *line = NULL, *batch = NULL;
    size_t room = 0, size = 0;
    bool good = true, ended = false;
    while (good && !ended) {
        FILE *gathered = open_memstream(&batch, &size);
        int n = 0;
        good = gathered;
        while (good && n < BATCH && !ended && getline(&line, &room, file) > 0) {
            ended = strncmp(line, "{\"tables\":", 10) == 0;
            if (!ended)
                fprintf(gathered, "%c%s", n++ ? ',' : '[', line);
        }
        if (gathered) {
            fputs(n ? "]" : "[]", gathered);
            fclose(gathered);
        }
        good = good && (n > 0 || ended) && insert_batch(c, code, batch);
        free(batch);
        batch = NULL;
    }
    if (line)
        line[strcspn(line, "\n")] = '\0';
    *counts = line;
    return good && ended;
}

// import_rows puts everything in and compares the counts.
static bool import_rows(PGconn *c, FILE *file, char *code)
{
    char *header = NULL, *counts = NULL, *there = NULL, *found = NULL;
    size_t room = 0;
    rewind(file);
    bool good = getline(&header, &room, file) > 0;
    char *made =
        good ? ask(c,
                   "with h as (select $1::jsonb as j), s as (insert into auth.authority_scope select (j ->> "
                   "'authority')::integer from h on conflict do nothing), a as (insert into register.authority "
                   "(authority_id, name) select (j ->> 'authority')::integer, j ->> 'name' from h on conflict do "
                   "nothing) select case when (j ->> 'schema')::integer = (select max(version) from "
                   "migrate.applied) then j ->> 'authority' else 'schema' end from h",
                   header, NULL)
             : NULL;
    good = made && is_code(made);
    if (made && !good)
        fail("authority import", "the file was made by another edition: migrate both databases to the same");
    if (good)
        snprintf(code, 4, "%.3s", made);
    there = good ? ask(c,
                       "select coalesce(sum(value::bigint), 0)::text from "
                       "jsonb_each_text(privacy.archive_counts($1::integer))",
                       code, NULL)
                 : NULL;
    if (there && strcmp(there, "0") != 0)
        fail(code, "the database has rows of this authority: they would mix");
    good =
        there && strcmp(there, "0") == 0 && insert_rows(c, file, code, &counts) &&
        (found = ask(c, "select jsonb_build_object('tables', privacy.archive_counts($1::integer))::text", code, NULL));
    if (good && strcmp(found, counts) != 0)
        good = fail(code, "the counts differ from the file's") == 0;
    free(header);
    free(counts);
    free(there);
    free(found);
    free(made);
    return good;
}

int authority_import(int argc, char **argv)
{
    struct request q = {0};
    char code[4] = "";
    long end = 0;
    if (!read_request(&q, argc, argv) || !q.trust)
        return 2;
    FILE *file = fopen(q.word, "r");
    if (!file)
        return fail(q.word, strerror(errno));
    bool trusted = check_signature(file, q.trust, &end);
    if (!trusted)
        fail(q.word, "the signature does not fit: changed, cut short, or signed by another key");
    PGconn *c = trusted ? open_database(q.database) : NULL;
    bool good = c && import_rows(c, file, code) && session_run(ADMIN, c, "set local app.importing = ''") &&
                note(c, "import", "0", code) && session_run(ADMIN, c, "commit");
    PQfinish(c);
    fclose(file);
    if (good)
        printf("authority %s: imported, and every table counts as the file says\n", code);
    return good ? 0 : 1;
}

int authority_delete(int argc, char **argv)
{
    struct request q = {0};
    if (!read_request(&q, argc, argv) || !is_code(q.word) || !q.confirm || strcmp(q.confirm, q.word) != 0)
        return 2;
    static const char others_sql[] = "select privacy.archive_others($1::integer)";
    PGconn *c = open_database(q.database);
    char *before = c ? ask(c, others_sql, q.word, NULL) : NULL, *after = NULL;
    PGresult *r =
        before ? session_query(ADMIN, c, "select * from privacy.archive_delete($1::integer)", 1, &q.word) : NULL;
    bool empty = r;
    for (int i = 0; r && i < PQntuples(r); i++) {
        printf("%-28s deleted %s, left %s\n", PQgetvalue(r, i, 0), PQgetvalue(r, i, 1), PQgetvalue(r, i, 2));
        empty = empty && strcmp(PQgetvalue(r, i, 2), "0") == 0;
    }
    after = empty ? ask(c, others_sql, q.word, NULL) : NULL;
    bool same = after && strcmp(before, after) == 0;
    if (after)
        printf("the other authorities' rows: %s before, %s after: %s\n", before, after, same ? "unchanged" : "CHANGED");
    bool good = same && note(c, "delete", "0", q.word) && session_run(ADMIN, c, "commit");
    if (c && !good)
        fail(q.word, "nothing was deleted");
    free(before);
    free(after);
    PQclear(r);
    PQfinish(c);
    return good ? 0 : 1;
}
