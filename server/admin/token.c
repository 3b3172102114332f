#include "server/admin/command.h"
#include "server/admin/session.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECRET_BYTES = 32, DAYS_DEFAULT = 365, DAYS_MAX = 3650, ID_DIGITS = 12, TOKEN_TEXT = 64 };

static const char prefix[] = "impr_";

// struct request is what `token create` was asked for. Its texts are the command line's.
struct request {
    const char *database, *name, *authorities, *personas, *schools, *out;
    long days;
    bool instance, to_stdout;
};

// $2 … $4 are comma-separated lists.
static const char create_sql[] =
    "select to_char(expires_at at time zone 'Europe/London', 'FMDD Mon YYYY')\n"
    "from auth.make_console_token($1, string_to_array(nullif($2, ''), ',')::integer[],\n"
    "  string_to_array(nullif($3, ''), ','), string_to_array(nullif($4, ''), ',')::integer[], $5::boolean,\n"
    "  decode($6, 'hex'), $7::integer) expires_at";

// What a token is in, to people: 929 la_admin,officer; 000 operator.
static const char list_sql[] =
    "select left(encode(t.token_hash, 'hex'), 12), t.label, p.kind,\n"
    "  coalesce((select string_agg(r, '; ' order by r) from (\n"
    "    select base.authority_code(m.authority_id) || ' ' || string_agg(distinct m.persona, ',') as r from "
    "auth.membership m\n"
    "    where m.person_id = t.person_id and (t.authority_id is null or m.authority_id = t.authority_id) group by "
    "m.authority_id) x), '-'),\n"
    "  to_char(t.issued_at at time zone 'Europe/London', 'YYYY-MM-DD'), to_char(t.expires_at at time zone "
    "'Europe/London', 'YYYY-MM-DD'),\n"
    "  case when t.revoked_at is not null then 'revoked' when t.expires_at <= now() then 'expired' else 'good' end\n"
    "from auth.token t join auth.person p using (person_id) order by t.issued_at, t.token_hash";

static const char revoke_sql[] = "select * from auth.revoke_console_token($1)";

static bool read_days(const char *text, long *days)
{
    char *end;
    errno = 0;
    *days = strtol(text, &end, 10);
    return errno == 0 && end != text && !*end && *days >= 1 && *days <= DAYS_MAX;
}

static bool read_request(struct request *q, int argc, char **argv)
{
    static const struct option known[] = {{"database", required_argument, NULL, 'd'},
        {"name", required_argument, NULL, 'n'}, {"authority", required_argument, NULL, 'a'},
        {"instance", no_argument, NULL, 'i'}, {"persona", required_argument, NULL, 'p'},
        {"school", required_argument, NULL, 's'}, {"days", required_argument, NULL, 't'},
        {"stdout", no_argument, NULL, 'c'}, {"out", required_argument, NULL, 'o'}, {0}};
    bool good_days = true;
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (c) {
        case 'd':
            q->database = optarg;
            break;
        case 'n':
            q->name = optarg;
            break;
        case 'a':
            q->authorities = optarg;
            break;
        case 'i':
            q->instance = true;
            break;
        case 'p':
            q->personas = optarg;
            break;
        case 's':
            q->schools = optarg;
            break;
        case 't':
            good_days = read_days(optarg, &q->days);
            break;
        case 'c':
            q->to_stdout = true;
            break;
        case 'o':
            q->out = optarg;
            break;
        default:
            return false;
        }
    }
    if (!good_days)
        fprintf(stderr, ADMIN ": --days is a whole number from 1 to %d\n", DAYS_MAX);
    return good_days && optind == argc;
}

// Whether the request says enough, and nothing that contradicts itself.
static bool check_request(const struct request *q)
{
    const char *fault = NULL;
    bool books = q->personas && strstr(q->personas, "booker");
    if (!q->name || !*q->name)
        fault = "--name says what the token is for";
    else if (!q->instance && !q->authorities)
        fault = "name an authority (--authority 929) or the instance (--instance)";
    else if (!q->authorities != !q->personas)
        fault = "--authority and --persona go together";
    else if (books != (q->schools != NULL))
        fault = "--school goes with the persona booker, who needs one";
    else if (q->out && q->to_stdout)
        fault = "--stdout or --out, not both";
    if (fault)
        fprintf(stderr, ADMIN ": %s\n", fault);
    return !fault;
}

// The file is made before the token, so that a token is not lost for want of a place.
static FILE *open_place(const struct request *q)
{
    if (!q->out)
        return stdout;
    int fd = open(q->out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!f)
        fprintf(stderr, ADMIN ": %s: %s\n", q->out, strerror(errno));
    return f;
}

static void make_token(char *token, char *hash)
{
    unsigned char secret[SECRET_BYTES], digest[crypto_hash_sha256_BYTES];
    randombytes_buf(secret, sizeof secret);
    memcpy(token, prefix, sizeof prefix);
    sodium_bin2base64(token + sizeof prefix - 1, TOKEN_TEXT - sizeof prefix, secret, sizeof secret,
        sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    crypto_hash_sha256(digest, (const unsigned char *)token, strlen(token));
    sodium_bin2hex(hash, 2 * sizeof digest + 1, digest, sizeof digest);
    sodium_memzero(secret, sizeof secret);
}

static PGresult *store_token(const struct request *q, PGconn *c, const char *hash)
{
    char days[16];
    snprintf(days, sizeof days, "%ld", q->days);
    const char *values[] = {q->name, q->authorities, q->personas, q->schools, q->instance ? "t" : "f", hash, days};
    return session_query(ADMIN, c, create_sql, sizeof values / sizeof *values, values);
}

// Makes the token, stores its hash, and writes it to its place. The token is in memory only while this runs.
static int create(const struct request *q, PGconn *c, FILE *place)
{
    char token[TOKEN_TEXT], hash[2 * crypto_hash_sha256_BYTES + 1];
    make_token(token, hash);
    PGresult *r = store_token(q, c, hash);
    bool ok = r && fprintf(place, "%s\n", token) > 0 && fflush(place) == 0;
    if (ok)
        fprintf(stderr, "made token %.*s for \"%s\", good until %s\n", ID_DIGITS, hash, q->name, PQgetvalue(r, 0, 0));
    else if (r)
        fprintf(stderr, ADMIN ": the token could not be written; revoke %.*s\n", ID_DIGITS, hash);
    PQclear(r);
    sodium_memzero(token, sizeof token);
    return ok ? 0 : 1;
}

int token_create(int argc, char **argv)
{
    struct request q = {.days = DAYS_DEFAULT};
    if (!read_request(&q, argc, argv) || !check_request(&q))
        return 2;
    PGconn *c = sodium_init() >= 0 ? session_open(ADMIN, q.database, NULL) : NULL;
    FILE *place = c ? open_place(&q) : NULL;
    int code = place ? create(&q, c, place) : 1;
    if (place && q.out) {
        fclose(place);
        if (code)
            unlink(q.out);
    }
    PQfinish(c);
    return code;
}

// Opens the database that the only option names; leaves optind at the first bare word. NULL and *code 2 on bad usage, 1
// on failure.
static PGconn *open_named(int argc, char **argv, int words, int *code)
{
    static const struct option known[] = {{"database", required_argument, NULL, 'd'}, {0}};
    const char *database = NULL;
    *code = 2;
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (c != 'd')
            return NULL;
        database = optarg;
    }
    if (argc - optind != words)
        return NULL;
    *code = 1;
    return session_open(ADMIN, database, NULL);
}

int token_list(int argc, char **argv)
{
    int code;
    PGconn *c = open_named(argc, argv, 0, &code);
    PGresult *r = c ? session_query(ADMIN, c, list_sql, 0, NULL) : NULL;
    if (r) {
        printf("id\tname\tkind\tmay act as\tissued\texpires\tstate\n");
        for (int i = 0; i < PQntuples(r); i++)
            for (int f = 0; f < PQnfields(r); f++)
                printf("%s%c", PQgetvalue(r, i, f), f + 1 < PQnfields(r) ? '\t' : '\n');
        code = 0;
    }
    PQclear(r);
    PQfinish(c);
    return code;
}

int token_revoke(int argc, char **argv)
{
    int code;
    PGconn *c = open_named(argc, argv, 1, &code);
    PGresult *r = c ? session_query(ADMIN, c, revoke_sql, 1, (const char *const[]){argv[optind]}) : NULL;
    if (r && PQntuples(r) > 0) {
        printf("revoked %s, \"%s\"\n", argv[optind], PQgetvalue(r, 0, 0));
        code = 0;
    } else if (r) {
        fprintf(stderr, ADMIN ": no token has the id %s: see " ADMIN " token list\n", argv[optind]);
    }
    PQclear(r);
    PQfinish(c);
    return code;
}
