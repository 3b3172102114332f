// Watch calls: parked while there is nothing, woken by what their own authority does, and no event lost, repeated or
// out of order, however servers and database connections end meanwhile. WATCH_KILLS says how often (4; 1000 at full
// size).
#include "tests/support/harness.h"
#include "tests/support/run.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WRITERS = 4, TEXT_MAX = 2048 };

static struct harness_server server;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; // over server, where threads look at it
static char *admin, *neighbour;
static atomic_bool stop;

// note writes an event of an authority as a call would; how ends the transaction: commit or rollback.
static void note(const char *authority, const char *subject, const char *how, int milliseconds)
{
    free(harness_sql("begin; select set_config('app.authority_id', '%s', true);"
                     "select events.note('visit.planned', '%s', null, null, null, '{\"status\":\"planned\"}');"
                     "select pg_sleep(%d / 1000.0); %s",
        authority, subject, milliseconds, how));
}

struct watched {
    char cursor[TEXT_MAX];
    json_t *rows; // released by the caller
    enum status code;
};

// watch asks once, and takes the cursor of the answer.
static void watch(struct link *link, struct watched *w, uint32_t timeout_ms)
{
    struct harness_reply reply;
    struct harness_call call = {.method = "Events/WatchVisits",
        .authority = "929",
        .token = admin,
        .timeout_ms = timeout_ms,
        .cursor = *w->cursor ? w->cursor : NULL,
        .once = true};
    harness_call_on(link, &call, &reply);
    w->code = reply.code;
    w->rows = reply.json ? json_incref(json_object_get(reply.json, "rows")) : NULL;
    if (reply.code == STATUS_OK && reply.link.header->cursor)
        snprintf(w->cursor, sizeof w->cursor, "%s", reply.link.header->cursor);
    harness_release(&reply);
}

static void *watch_once(void *data)
{
    struct link *link = harness_link(&server);
    watch(link, data, 8000);
    link_close(link);
    return NULL;
}

static const char *text(const json_t *row, const char *name)
{
    const char *value = json_string_value(json_object_get(row, name));
    return value ? value : "";
}

START_TEST(a_watch_waits_for_an_event_of_its_own_authority)
{
    struct watched w = {0};
    struct link *link = harness_link(&server);
    pthread_t thread;
    watch(link, &w, 2000); // where to begin
    ck_assert_int_eq(w.code, STATUS_OK);
    ck_assert_str_eq(text(json_array_get(w.rows, 0), "kind"), "from");
    json_decref(w.rows);
    ck_assert_int_eq(pthread_create(&thread, NULL, watch_once, &w), 0);
    note("926", "vi-other", "commit", 0);
    note("929", "vi-undone", "rollback", 0);
    harness_rest(300);
    uint64_t began = harness_ms();
    note("929", "vi-mine", "commit", 0);
    pthread_join(thread, NULL);
    ck_assert_uint_lt(harness_ms() - began, 3000);
    ck_assert_uint_eq(json_array_size(w.rows), 1);
    ck_assert_str_eq(text(json_array_get(w.rows, 0), "visit_id"), "vi-mine");
    json_decref(w.rows);
    link_close(link);
}
END_TEST

START_TEST(a_watch_that_saw_nothing_keeps_its_place)
{
    struct watched w = {0};
    char before[TEXT_MAX];
    struct link *link = harness_link(&server);
    watch(link, &w, 2000);
    json_decref(w.rows);
    snprintf(before, sizeof before, "%s", w.cursor);
    uint64_t began = harness_ms();
    watch(link, &w, 1000);
    ck_assert_int_eq(w.code, STATUS_OK);
    ck_assert_uint_ge(harness_ms() - began, 400);
    ck_assert_uint_eq(json_array_size(w.rows), 0);
    ck_assert_str_eq(w.cursor, before);
    json_decref(w.rows);
    link_close(link);
}
END_TEST

START_TEST(a_cursor_that_is_none_is_refused)
{
    struct watched w = {.cursor = "1 or 1=1"};
    struct link *link = harness_link(&server);
    watch(link, &w, 2000);
    ck_assert_int_eq(w.code, STATUS_INVALID_ARGUMENT);
    json_decref(w.rows);
    link_close(link);
}
END_TEST

START_TEST(a_neighbours_watch_sees_its_own)
{
    struct harness_reply reply;
    struct link *link = harness_link(&server);
    struct harness_call call = {
        .method = "Events/WatchVisits", .authority = "926", .token = neighbour, .cursor = "0", .timeout_ms = 3000};
    harness_call_on(link, &call, &reply);
    ck_assert_int_eq(reply.code, STATUS_OK);
    ck_assert_str_eq(text(json_array_get(json_object_get(reply.json, "rows"), 0), "visit_id"), "vi-other");
    harness_release(&reply);
    call.authority = "929";
    harness_call_on(link, &call, &reply);
    ck_assert_int_eq(reply.code, STATUS_PERMISSION_DENIED);
    harness_release(&reply);
    link_close(link);
}
END_TEST

START_TEST(a_server_that_stops_lets_watches_go)
{
    struct watched w = {.cursor = "999999"};
    struct harness_server other;
    struct harness_server kept = server;
    pthread_t thread;
    harness_start(&other, NULL);
    server = other;
    ck_assert_int_eq(pthread_create(&thread, NULL, watch_once, &w), 0);
    harness_rest(1500);
    uint64_t began = harness_ms();
    int code = harness_stop(&other);
    pthread_join(thread, NULL);
    server = kept;
    ck_assert_int_eq(code, 0);
    ck_assert_uint_lt(harness_ms() - began, 5000);
    ck_assert_int_eq(w.code, STATUS_OK);
    ck_assert_str_eq(w.cursor, "999999");
    json_decref(w.rows);
}
END_TEST

static long committed[WRITERS];

static void *write_events(void *data)
{
    long writer = (long)(intptr_t)data;
    unsigned seed = (unsigned)writer + 1;
    for (long i = 0; !atomic_load(&stop); i++) {
        char subject[64];
        bool keep = rand_r(&seed) % 4 != 0;
        snprintf(subject, sizeof subject, "%ld %ld", writer, keep ? committed[writer] : -1L);
        note("929", subject, keep ? "commit" : "rollback", (int)(rand_r(&seed) % 20));
        committed[writer] += keep;
    }
    return NULL;
}

// What the follower saw: of each writer, how many, in order.
static long seen[WRITERS], faults;

static void *follow(void *data)
{
    struct watched *w = data;
    while (!atomic_load(&stop) || w->code != STATUS_OK || json_array_size(w->rows) > 0) {
        json_decref(w->rows);
        w->rows = NULL;
        pthread_mutex_lock(&lock);
        struct link *link = harness_link(&server);
        pthread_mutex_unlock(&lock);
        do {
            json_decref(w->rows);
            watch(link, w, 2000);
            size_t i;
            json_t *row;
            json_array_foreach(w->rows, i, row)
            {
                long writer, n;
                if (sscanf(text(row, "visit_id"), "%ld %ld", &writer, &n) == 2)
                    faults += n != seen[writer]++;
            }
        } while (w->code == STATUS_OK && json_array_size(w->rows) > 0);
        link_close(link);
    }
    return NULL;
}

START_TEST(no_event_is_lost_or_repeated_over_kills)
{
    int kills = getenv("WATCH_KILLS") ? atoi(getenv("WATCH_KILLS")) : 4;
    pthread_t writers[WRITERS], follower;
    struct watched w = {0};
    struct link *link = harness_link(&server);
    watch(link, &w, 2000);
    link_close(link);
    ck_assert_int_eq(pthread_create(&follower, NULL, follow, &w), 0);
    for (long i = 0; i < WRITERS; i++)
        ck_assert_int_eq(pthread_create(&writers[i], NULL, write_events, (void *)(intptr_t)i), 0);
    for (int i = 0; i < kills; i++) {
        harness_rest(100 + i * 37 % 200);
        if (i % 2) {
            free(
                harness_sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() "
                            "and usename = 'improve_exec'"));
        } else {
            pthread_mutex_lock(&lock);
            harness_kill(&server);
            harness_start(&server, NULL);
            pthread_mutex_unlock(&lock);
        }
    }
    atomic_store(&stop, true);
    for (int i = 0; i < WRITERS; i++)
        pthread_join(writers[i], NULL);
    pthread_join(follower, NULL);
    json_decref(w.rows);
    long total = 0;
    for (int i = 0; i < WRITERS; i++) {
        ck_assert_msg(seen[i] == committed[i], "writer %d: %ld seen of %ld", i, seen[i], committed[i]);
        total += seen[i];
    }
    printf("%d kills; %ld events, each seen once and in order; %ld faults\n", kills, total, faults);
    ck_assert_int_eq(faults, 0);
    ck_assert_int_gt(total, 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("watch");
    TCase *t = tcase_create("watch");
    tcase_add_test(t, a_watch_waits_for_an_event_of_its_own_authority);
    tcase_add_test(t, a_watch_that_saw_nothing_keeps_its_place);
    tcase_add_test(t, a_cursor_that_is_none_is_refused);
    tcase_add_test(t, a_neighbours_watch_sees_its_own);
    tcase_add_test(t, a_server_that_stops_lets_watches_go);
    tcase_add_test(t, no_event_is_lost_or_repeated_over_kills);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    harness_database("rpc_watch");
    admin = harness_token("929", "la_admin", NULL);
    neighbour = harness_token("926", "la_admin", NULL);
    harness_start(&server, NULL);
    int failed = run_suite(suite());
    if (harness_stop(&server) != 0)
        failed++;
    free(admin);
    free(neighbour);
    return failed ? 1 : 0;
}
