// Never oversold (CPD-3): many attempts at once on one session, from 64 connections, through the real server, some of
// them repeated and some cancelled again.
// ATTEMPTS=10000 is full size.
#include "tests/support/harness.h"
#include "tests/support/run.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECTIONS = 64, PLACES = 30, ATTEMPTS_IN_CI = 1500, DEADLINE_MS = 120000 };

static struct harness_server server;
static char *admin;
static char session_id[64];
static int attempts;

struct attempt {
    char request_id[40], booking_id[40];
    int confirmed, position;
    enum status code, cancelled;
    uint64_t began, ended; // ms
};

struct connection {
    pthread_t thread;
    int first, last; // its attempts
};

static struct attempt *all;

static bool is_cancelled(int i)
{
    return i % 20 == 7;
}

// cancel gives a booking back; the first who waits has its place in the same transaction. Who was offered nothing yet
// still has version 1; for one that was promoted meanwhile the version is 2.
static void cancel(struct link *link, struct attempt *attempt)
{
    char json[256];
    for (int version = 1; version <= 2; version++) {
        struct harness_reply reply;
        snprintf(json, sizeof json, "{\"booking_id\":\"%s\",\"version\":%d,\"reason\":\"Unwell\"}", attempt->booking_id,
            version);
        struct harness_call call = {
            .method = "Cpd/CancelBooking", .authority = "001", .token = admin, .json = json, .timeout_ms = DEADLINE_MS};
        harness_call_on(link, &call, &reply);
        attempt->cancelled = reply.code;
        harness_release(&reply);
        if (attempt->cancelled == STATUS_OK)
            return;
    }
}

// book makes one attempt, and at every tenth a repeat under the same id, which must change nothing; every twentieth is
// cancelled again.
static void book(struct link *link, int i)
{
    char json[256];
    snprintf(json, sizeof json, "{\"session_id\":\"%s\",\"school_urn\":%d,\"delegates\":[{\"name\":\"Delegate %d\"}]}",
        session_id, 900001 + i % 50, i);
    struct harness_call call = {.method = "Cpd/BookPlaces",
        .authority = "001",
        .token = admin,
        .json = json,
        .request_id = all[i].request_id,
        .timeout_ms = DEADLINE_MS};
    for (int repeat = 0; repeat <= (i % 10 == 0); repeat++) {
        struct harness_reply reply;
        if (!repeat)
            all[i].began = harness_ms();
        harness_call_on(link, &call, &reply);
        if (!repeat)
            all[i].ended = harness_ms();
        json_t *row = json_array_get(json_object_get(reply.json, "rows"), 0);
        const char *status = json_string_value(json_object_get(row, "status"));
        const char *id = json_string_value(json_object_get(row, "booking_id"));
        all[i].code = reply.code;
        all[i].confirmed = status && strcmp(status, "confirmed") == 0;
        all[i].position = (int)json_integer_value(json_object_get(row, "waiting_position"));
        snprintf(all[i].booking_id, sizeof all[i].booking_id, "%s", id ? id : "");
        harness_release(&reply);
    }
    if (is_cancelled(i))
        cancel(link, &all[i]);
}

static void *run(void *data)
{
    struct connection *c = data;
    struct link *link = harness_link(&server);
    for (int i = c->first; i < c->last; i++)
        book(link, i);
    link_close(link);
    return NULL;
}

static int number(const char *sql)
{
    char *text = harness_sql("%s", sql);
    int n = atoi(text);
    free(text);
    return n;
}

static void run_all(void)
{
    struct connection connections[CONNECTIONS];
    uint64_t began = harness_ms();
    for (int c = 0; c < CONNECTIONS; c++) {
        connections[c].first = attempts * c / CONNECTIONS;
        connections[c].last = attempts * (c + 1) / CONNECTIONS;
        ck_assert_int_eq(pthread_create(&connections[c].thread, NULL, run, &connections[c]), 0);
    }
    for (int c = 0; c < CONNECTIONS; c++)
        pthread_join(connections[c].thread, NULL);
    printf("%d attempts, %d cancelled, from %d connections in %llu ms\n", attempts, (attempts + 12) / 20, CONNECTIONS,
        (unsigned long long)(harness_ms() - began));
}

// in_order checks tickets against the clock: who was answered before another asked has the lower ticket.
static void in_order(void)
{
    char *order =
        harness_sql("select string_agg(split_part(delegate_name, ' ', 2), ' ' order by ticket) from cpd.booking");
    uint64_t latest = 0;
    int seen = 0;
    for (char *at = order, *end; *at; at = *end ? end + 1 : end, seen++) {
        const struct attempt *a = &all[strtol(at, &end, 10)];
        ck_assert_msg(a->ended >= latest, "a ticket came after that of one who asked later");
        if (a->began > latest)
            latest = a->began;
    }
    ck_assert_int_eq(seen, attempts);
    free(order);
}

START_TEST(thirty_places_are_thirty_places)
{
    all = calloc((size_t)attempts, sizeof *all);
    for (int i = 0; i < attempts; i++)
        snprintf(all[i].request_id, sizeof all[i].request_id, "33333333-0000-4000-8000-%012d", i);
    run_all();

    int cancelled = 0, taken = 0, given_back = 0;
    for (int i = 0; i < attempts; i++) {
        ck_assert_int_eq(all[i].code, STATUS_OK);
        ck_assert_int_eq(all[i].confirmed, all[i].position == 0);
        ck_assert_int_le(all[i].position, attempts - PLACES);
        cancelled += is_cancelled(i);
        taken += all[i].confirmed;
        given_back += all[i].confirmed && is_cancelled(i);
        if (is_cancelled(i))
            ck_assert_int_eq(all[i].cancelled, STATUS_OK);
    }
    ck_assert_int_eq(number("select count(*) from cpd.booking"), attempts);
    ck_assert_int_eq(number("select count(*) from cpd.booking where status = 'cancelled'"), cancelled);
    ck_assert_int_eq(number("select count(*) from cpd.booking where status = 'confirmed'"), PLACES);
    ck_assert_int_eq(
        number("select count(*) from cpd.booking where status = 'waiting'"), attempts - PLACES - cancelled);
    ck_assert_int_eq(
        number("select count(*) from (select delegate_name from cpd.booking group by 1 having count(*) > 1) d"), 0);
    ck_assert_int_eq(number("select max(ticket) from cpd.booking"), attempts); // tickets are unique: no gap
    ck_assert_int_eq(number("select count(*) from cpd.session where confirmed_count = 30 and held_count = 0 and "
                            "waiting_count = (select count(*) from cpd.booking where status = 'waiting')"),
        1);
    // Thirty places, each given again when it was given back, always to the first who waited.
    ck_assert_int_eq(
        taken - given_back +
            number("select count(*) from cpd.booking where promoted_at is not null and status <> 'cancelled'"),
        PLACES);
    ck_assert_int_eq(number("select count(*) from cpd.booking w where w.status = 'waiting' and w.ticket < (select "
                            "max(p.ticket) from cpd.booking p where p.promoted_at is not null)"),
        0);
    ck_assert_int_eq(number("select count(*) from audit.entry where method like '%BookPlaces'"), attempts);
    in_order();
    free(all);
}
END_TEST

static void add_course(void)
{
    struct link *link = harness_link(&server);
    struct harness_reply reply;
    char json[512];
    harness_call_on(link,
        &(struct harness_call){
            .method = "Cpd/AddCourse", .authority = "001", .token = admin, .json = "{\"title\":\"Phonics\"}"},
        &reply);
    snprintf(json, sizeof json,
        "{\"course_id\":\"%s\",\"starts_at\":\"2030-01-15T09:30:00Z\",\"ends_at\":\"2030-01-15T12:30:00Z\",\"venue\":"
        "\"Hall\",\"capacity\":%d}",
        json_string_value(json_object_get(reply.json, "course_id")), PLACES);
    harness_release(&reply);
    harness_call_on(link,
        &(struct harness_call){.method = "Cpd/AddSession", .authority = "001", .token = admin, .json = json}, &reply);
    snprintf(session_id, sizeof session_id, "%s", json_string_value(json_object_get(reply.json, "session_id")));
    harness_release(&reply);
    snprintf(json, sizeof json, "{\"session_id\":\"%s\",\"version\":1}", session_id);
    harness_call_on(link,
        &(struct harness_call){.method = "Cpd/PublishSession", .authority = "001", .token = admin, .json = json},
        &reply);
    if (reply.code != STATUS_OK)
        abort();
    harness_release(&reply);
    link_close(link);
}

static Suite *suite(void)
{
    Suite *s = suite_create("places");
    TCase *t = tcase_create("places");
    tcase_add_test(t, thirty_places_are_thirty_places);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    attempts = getenv("ATTEMPTS") ? atoi(getenv("ATTEMPTS")) : ATTEMPTS_IN_CI;
    harness_database("rpc_places");
    admin = harness_token("001", "la_admin", NULL);
    free(harness_sql(
        "insert into register.establishment (urn, school_id) select u, u from generate_series(900001, 900050) u;"
        "insert into register.establishment_version (urn, authority_id, valid_from, name, status, type, phase, "
        "open_date)"
        " select u, 1, '2015-09-01', 'School ' || u, 'Open', 'Community school', 'Primary', '2015-09-01'"
        " from generate_series(900001, 900050) u;"
        // What is given back is the next one's at once.
        "insert into auth.authority_scope values (1) on conflict do nothing;"
        "insert into cpd.policy (authority_id, vat_percent, price_day, out_of_area, offer_hours) values (1, 20, "
        "'booking', false, 0)"));
    harness_start(&server, NULL);
    add_course();
    int failed = run_suite(suite());
    if (harness_stop(&server) != 0)
        failed++;
    free(admin);
    return failed ? 1 : 0;
}
