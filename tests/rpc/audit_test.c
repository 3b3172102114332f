// T8: one audit row for each write, in its transaction; sealed soon, without a gap, by one of two servers; and any byte
// of an export that is changed, any line removed, moved or put in, is found. SEED=n repeats a run, FLIPS=n says how
// many.
#include "client/audit_chain.h"
#include "tests/support/harness.h"
#include "tests/support/run.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 8, WRITES = 25, FLIPS_IN_CI = 1000, SEALED_MS = 3000 };

static struct harness_server servers[2];
static char *admin;
static unsigned seed;

static int number(const char *sql)
{
    char *text = harness_sql("%s", sql);
    int n = atoi(text);
    free(text);
    return n;
}

// write_some makes writes that are kept, each tenth also dry and repeated, on one of the servers.
static void *write_some(void *data)
{
    int thread = (int)(long)data;
    struct link *link = harness_link(&servers[thread % 2]);
    for (int i = 0; i < WRITES; i++) {
        char json[128], id[64];
        snprintf(json, sizeof json, "{\"title\":\"Course %d of %d, \\\"quoted\\\" — ¡sí!\"}", i, thread);
        snprintf(id, sizeof id, "44444444-0000-4000-8000-%06d%06d", thread, i);
        struct harness_call call = {
            .method = "Cpd/AddCourse", .authority = "001", .token = admin, .json = json, .request_id = id};
        for (int repeat = 0; repeat <= 2 * (i % 10 == 0); repeat++) {
            struct harness_reply reply;
            call.dry_run = i % 10 == 0 && repeat == 0;
            harness_call_on(link, &call, &reply);
            ck_assert_int_eq(reply.code, STATUS_OK);
            harness_release(&reply);
        }
    }
    link_close(link);
    return NULL;
}

START_TEST(one_row_a_write_sealed_soon)
{
    pthread_t threads[THREADS];
    for (long t = 0; t < THREADS; t++)
        ck_assert_int_eq(pthread_create(&threads[t], NULL, write_some, (void *)t), 0);
    for (int t = 0; t < THREADS; t++)
        pthread_join(threads[t], NULL);
    ck_assert_int_eq(number("select count(*) from audit.entry"), THREADS * WRITES);
    ck_assert_int_eq(number("select count(*) from cpd.course c join audit.entry e on e.answer @> "
                            "jsonb_build_array(jsonb_build_object('course_id', c.course_id)) "
                            "and e.changes -> 0 -> 'after' ->> 'title' = c.title"),
        THREADS * WRITES);
    for (uint64_t until = harness_ms() + SEALED_MS; harness_ms() < until; harness_rest(10))
        if (number("select count(*) from audit.pending") == 0)
            break;
    ck_assert_int_eq(number("select count(*) from audit.seal where stream = 'audit'"), THREADS * WRITES);
    ck_assert_int_eq(number("select max(number) from audit.seal"), THREADS * WRITES);
    int late =
        number("select ceil(1000 * max(extract(epoch from s.sealed_at - e.at))) from audit.seal s join audit.entry "
               "e on e.request_id = s.row_id");
    printf("%d writes over two servers; the latest seal came %d ms after its write\n", THREADS * WRITES, late);
    ck_assert_int_lt(late, SEALED_MS);
}
END_TEST

static bool chain_holds(struct link *link, long *broken)
{
    struct harness_reply reply;
    harness_call_on(link,
        &(struct harness_call){.method = "Audit/VerifyChain", .authority = "001", .token = admin, .json = "{}"},
        &reply);
    ck_assert_int_eq(reply.code, STATUS_OK);
    bool good = !json_object_get(reply.json, "reason");
    *broken = (long)json_integer_value(json_object_get(reply.json, "first_broken"));
    harness_release(&reply);
    return good;
}

// What is done to the tables behind the server's back, and which entry the check must name.
static const struct {
    const char *what, *sql;
    long broken;
} wrongs[] = {
    {"a request is changed",
        "update audit.entry set request = '{\"title\":\"Other\"}' where request_id = (select row_id "
        "from audit.seal where number = 7)",
        7},
    {"a time is changed",
        "update audit.entry set at = at + interval '1 microsecond' where request_id = (select row_id "
        "from audit.seal where number = 8)",
        8},
    {"a person is changed",
        "update audit.entry set person_id = gen_random_uuid() where request_id = (select row_id from "
        "audit.seal where number = 9)",
        9},
    {"a change is changed",
        "update audit.entry set changes = '[]' where request_id = (select row_id from audit.seal "
        "where number = 10)",
        10},
    {"an entry is removed",
        "delete from audit.entry where request_id = (select row_id from audit.seal where number = 11)", 11},
    {"a number is removed", "delete from audit.seal where number = 12", 13},
    {"two are swapped",
        "update audit.seal set row_id = case number when 14 then (select row_id from audit.seal where "
        "number = 15) else (select row_id from audit.seal where number = 14) end where number in (14, 15)",
        14},
    {"an entry is put in",
        "insert into audit.entry (authority_id, request_id, person_id, personas, method, request, "
        "answer) select authority_id, gen_random_uuid(), person_id, personas, method, request, answer "
        "from audit.entry limit 1; delete from audit.pending",
        0},
};

START_TEST(the_server_finds_what_was_changed_behind_it)
{
    struct link *link = harness_link(&servers[0]);
    long broken;
    ck_assert(chain_holds(link, &broken));
    // Nothing may be sealed or checked in between: the tables are put back by hand.
    free(harness_sql(
        "create table public.was_entry as table audit.entry; create table public.was_seal as table audit.seal;"
        "alter table audit.seal drop constraint seal_once"));
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        free(harness_sql("%s", wrongs[i].sql));
        ck_assert_msg(!chain_holds(link, &broken), "not found: %s", wrongs[i].what);
        ck_assert_msg(i == 7 || broken == wrongs[i].broken, "%s: entry %ld is named", wrongs[i].what, broken);
        free(harness_sql("truncate audit.entry, audit.seal; alter table audit.entry disable trigger user;"
                         "insert into audit.entry table public.was_entry; insert into audit.seal table public.was_seal;"
                         "alter table audit.entry enable trigger user"));
    }
    ck_assert(chain_holds(link, &broken));
    link_close(link);
}
END_TEST

// export_text is the audit trail of authority 001 as `improve audit export` writes it.
static char *export_text(size_t *n)
{
    char *text = harness_sql(
        "select set_config('app.authority_id', '1', false); set app.personas = 'la_admin';"
        "select '{\"improve_audit\":1,\"authority\":\"001\",\"first\":1,\"previous\":\"' || repeat('0', 64) || "
        "E'\"}\\n'"
        " || string_agg(concat('{\"hash\":\"', encode(s.hash, 'hex'), '\",\"entry\":', audit.canonical(e, s.number, "
        "s.digest), ',\"salt\":\"', replace(e.salt::text, '-', ''), '\",\"content\":', audit.content(e), '}'), E'\\n' "
        "order by s.number) || E'\\n{\"entries\":' || count(*) || ',\"head\":\"' || max(encode(s.hash, 'hex')) filter "
        "(where s.number = (select max(number) from audit.seal)) || E'\"}\\n'"
        " from audit.seal s join audit.entry e on e.request_id = s.row_id");
    *n = strlen(text);
    return text;
}

static bool good(const char *text, size_t n)
{
    struct audit_verdict verdict;
    audit_chain_check(text, n, &verdict);
    return verdict.good;
}

START_TEST(every_flipped_byte_is_found)
{
    size_t n;
    char *text = export_text(&n);
    int flips = getenv("FLIPS") ? atoi(getenv("FLIPS")) : FLIPS_IN_CI, found = 0;
    ck_assert(good(text, n));
    for (int i = 0; i < flips; i++) {
        size_t at = (size_t)(((unsigned long)rand() << 16 ^ (unsigned long)rand()) % n);
        char was = text[at];
        text[at] = (char)(was ^ (1 + rand() % 255));
        found += !good(text, n);
        ck_assert_msg(found == i + 1, "seed %u: byte %zu from %d to %d was not found", seed, at, was, text[at]);
        text[at] = was;
    }
    printf("seed %u: %d of %d flipped bytes found in an export of %zu bytes\n", seed, found, flips, n);
    free(text);
}
END_TEST

// line gives where the i-th line begins, and how long it is with its newline.
static const char *line(const char *text, int i, size_t *n)
{
    while (i-- > 0)
        text = strchr(text, '\n') + 1;
    *n = (size_t)(strchr(text, '\n') + 1 - text);
    return text;
}

START_TEST(lines_removed_moved_or_put_in_are_found)
{
    size_t n, a, b;
    char *text = export_text(&n), *changed = malloc(2 * n);
    for (int i = 0; i <= THREADS * WRITES + 1; i++) {
        const char *from = line(text, i, &a);
        size_t before = (size_t)(from - text);
        memcpy(changed, text, before);
        memcpy(changed + before, from + a, n - before - a);
        ck_assert_msg(!good(changed, n - a), "line %d removed", i);
        memcpy(changed + before, from, a);
        memcpy(changed + before + a, from, n - before);
        ck_assert_msg(!good(changed, n + a), "line %d twice", i);
        if (i > THREADS * WRITES)
            continue;
        const char *next = line(text, i + 1, &b);
        memcpy(changed + before, next, b);
        memcpy(changed + before + b, from, a);
        memcpy(changed + before + a + b, next + b, n - before - a - b);
        ck_assert_msg(!good(changed, n), "lines %d and %d swapped", i, i + 1);
    }
    free(changed);
    free(text);
}
END_TEST

START_TEST(the_sealer_outlives_a_database_that_goes_away)
{
    struct link *link = harness_link(&servers[0]);
    struct harness_reply reply;
    free(harness_sql("select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'improved "
                     "sealer' and datname = current_database()"));
    harness_call_on(link,
        &(struct harness_call){
            .method = "Cpd/AddCourse", .authority = "001", .token = admin, .json = "{\"title\":\"After\"}"},
        &reply);
    ck_assert_int_eq(reply.code, STATUS_OK);
    harness_release(&reply);
    for (uint64_t until = harness_ms() + SEALED_MS; harness_ms() < until; harness_rest(10))
        if (number("select count(*) from audit.pending") == 0)
            break;
    ck_assert_int_eq(number("select max(number) from audit.seal"), THREADS * WRITES + 1);
    link_close(link);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("audit");
    TCase *t = tcase_create("audit");
    tcase_add_test(t, one_row_a_write_sealed_soon);
    tcase_add_test(t, the_server_finds_what_was_changed_behind_it);
    tcase_add_test(t, every_flipped_byte_is_found);
    tcase_add_test(t, lines_removed_moved_or_put_in_are_found);
    tcase_add_test(t, the_sealer_outlives_a_database_that_goes_away);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    seed = getenv("SEED") ? (unsigned)atoi(getenv("SEED")) : (unsigned)harness_ms();
    srand(seed);
    if (sodium_init() < 0)
        return 1;
    harness_database("rpc_audit");
    admin = harness_token("001", "la_admin", NULL);
    free(
        harness_sql("delete from audit.pending; delete from audit.entry")); // of the token: the counts begin at nothing
    harness_start(&servers[0], NULL);
    harness_start(&servers[1], NULL);
    int failed = run_suite(suite());
    failed += harness_stop(&servers[0]) != 0;
    failed += harness_stop(&servers[1]) != 0;
    free(admin);
    return failed ? 1 : 0;
}
