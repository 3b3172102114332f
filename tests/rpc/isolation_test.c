// Another authority's id is answered as one that is nowhere (T4), and a pooled connection carries nothing from one
// caller to the next (T6). CALLS=1000000 is T6's full size; SEED repeats a run.
#include "tests/support/harness.h"
#include "tests/support/run.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { POOL_THREADS = 8, TENANTS = 4, TIMED = 60 };

static struct harness_server server;
static struct link *link_to;
static const char *const codes[TENANTS] = {"001", "002", "003", "004"};
static char *tokens[TENANTS];
static atomic_long wrong, answered, refused;
static atomic_bool stop;
static int calls_each;

static json_t *must(const char *authority, const char *token, const char *method, const char *json)
{
    struct harness_reply reply;
    harness_call_on(link_to,
        &(struct harness_call){.method = method, .authority = authority, .token = token, .json = json}, &reply);
    ck_assert_msg(reply.code == STATUS_OK, "%s %s: %s", method, json, reply.link.header->message);
    json_t *kept = json_incref(reply.json);
    harness_release(&reply);
    return kept;
}

// made makes a thing and gives its reference (the caller frees it).
static char *made(
    const char *authority, const char *token, const char *method, const char *field, const char *format, const char *a)
{
    char json[512];
    snprintf(json, sizeof json, format, a);
    json_t *answer = must(authority, token, method, json);
    json_t *row = json_array_get(json_object_get(answer, "rows"), 0);
    const char *value = json_string_value(json_object_get(row ? row : answer, field));
    char *kept = strdup(value ? value : "");
    json_decref(answer);
    ck_assert_msg(*kept, "%s gave no %s", method, field);
    return kept;
}

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// told gives what a call with this id is told, the id itself taken out of it, and the median time it took.
static void told(const char *method, const char *format, const char *id, char *to, size_t size, double *median_us)
{
    char json[512], message[512];
    double times[TIMED];
    snprintf(json, sizeof json, format, id);
    for (int i = 0; i < TIMED; i++) {
        struct harness_reply reply;
        double began = now_us();
        harness_call_on(link_to,
            &(struct harness_call){.method = method, .authority = codes[0], .token = tokens[0], .json = json}, &reply);
        times[i] = now_us() - began;
        snprintf(message, sizeof message, "%s", reply.link.header->message ? reply.link.header->message : "");
        for (char *at; (at = strstr(message, id));)
            memmove(at, at + strlen(id), strlen(at + strlen(id)) + 1);
        snprintf(to, size, "%s %s %s rule %s hint %s rows %zu", status_name(reply.code), harness_reason(&reply),
            message, reply.link.header->rule ? reply.link.header->rule : "",
            reply.link.header->hint ? reply.link.header->hint : "",
            json_array_size(json_object_get(reply.json, "rows")));
        harness_release(&reply);
    }
    qsort(times, TIMED, sizeof *times, compare);
    *median_us = times[TIMED / 2];
}

START_TEST(anothers_id_is_told_like_none)
{
    const char *a = codes[1], *t = tokens[1];
    char *partner = made(a, t, "Partners/AddPartner", "partner_id",
        "{\"name\":\"Theirs%s\",\"kinds\":[\"sip\"],\"capacity_half_days\":9}", "");
    char *assignment = made(a, t, "Partners/AssignPartner", "assignment_id",
        "{\"school_urn\":900002,\"partner_id\":\"%s\",\"half_days\":2}", partner);
    char *accreditation = made(a, t, "Partners/AddAccreditation", "accreditation_id",
        "{\"partner_id\":\"%s\",\"body\":\"B\",\"starts_on\":\"2026-01-01\"}", partner);
    char *conflict = made(a, t, "Partners/DeclareConflict", "conflict_id",
        "{\"partner_id\":\"%s\",\"kind\":\"family\",\"school_urn\":900001}", partner);
    char *service = made(a, t, "Sla/AddService", "service_id", "{\"name\":\"S%s\"}", "");
    char *package = made(a, t, "Sla/AddPackage", "package_id",
        "{\"service_id\":\"%s\",\"name\":\"P\",\"valid_from\":\"2026-01-01\"}", service);
    free(made(a, t, "Sla/SetPrice", "price_id",
        "{\"package_id\":\"%s\",\"flat_pence\":100,\"valid_from\":\"2026-01-01\"}", package));
    char *subscription =
        made(a, t, "Sla/Subscribe", "subscription_id", "{\"school_urn\":900002,\"package_id\":\"%s\"}", package);
    char *course = made(a, t, "Cpd/AddCourse", "course_id", "{\"title\":\"C%s\"}", "");
    char *session = made(a, t, "Cpd/AddSession", "session_id",
        "{\"course_id\":\"%s\",\"starts_at\":\"2031-01-01T09:00:00Z\",\"ends_at\":\"2031-01-01T10:00:00Z\",\"venue\":"
        "\"V\",\"capacity\":3}",
        course);
    char publish[128];
    snprintf(publish, sizeof publish, "{\"session_id\":\"%s\",\"version\":1}", session);
    json_decref(must(a, t, "Cpd/PublishSession", publish));
    char *booking = made(a, t, "Cpd/BookPlaces", "booking_id",
        "{\"session_id\":\"%s\",\"school_urn\":900002,\"delegates\":[{\"name\":\"X\"}]}", session);
    char *membership =
        made(a, t, "People/AddMember", "membership_id", "{\"name\":\"N%s\",\"persona\":\"officer\"}", "");
    const struct {
        const char *method, *format, *theirs, *nowhere;
    } cases[] = {
        {"Partners/AssignPartner", "{\"school_urn\":900001,\"partner_id\":\"%s\",\"half_days\":2}", partner,
            "pt-0000000000"},
        {"Partners/EndAssignment", "{\"assignment_id\":\"%s\",\"version\":1,\"reason\":\"r\"}", assignment,
            "as-0000000000"},
        {"Partners/CheckAssignment", "{\"assignment_id\":\"%s\",\"version\":1}", assignment, "as-0000000000"},
        {"Partners/ListGates", "{\"assignment_id\":\"%s\"}", assignment, "as-0000000000"},
        {"Partners/HandOverAssignment",
            "{\"assignment_id\":\"%s\",\"version\":1,\"partner_id\":\"p\",\"starts_on\":\"2031-01-01\"}", assignment,
            "as-0000000000"},
        {"Partners/GetPartner", "{\"partner_id\":\"%s\"}", partner, "pt-0000000000"},
        {"Partners/ChangePartner", "{\"partner_id\":\"%s\",\"version\":1}", partner, "pt-0000000000"},
        {"Partners/InvitePartner", "{\"partner_id\":\"%s\"}", partner, "pt-0000000000"},
        {"Partners/RecheckAssignments", "{\"partner_id\":\"%s\"}", partner, "pt-0000000000"},
        {"Partners/WithdrawAccreditation", "{\"accreditation_id\":\"%s\",\"version\":1,\"reason\":\"r\"}",
            accreditation, "ac-0000000000"},
        {"Partners/WithdrawConflict", "{\"conflict_id\":\"%s\",\"version\":1,\"reason\":\"r\"}", conflict,
            "cf-0000000000"},
        {"Sla/AddPackage", "{\"service_id\":\"%s\",\"name\":\"P\"}", service, "sv-0000000000"},
        {"Sla/RevisePackage", "{\"package_id\":\"%s\",\"half_days\":1}", package, "pk-0000000000"},
        {"Sla/SetPrice", "{\"package_id\":\"%s\",\"flat_pence\":1}", package, "pk-0000000000"},
        {"Sla/QuoteSubscription", "{\"school_urn\":900001,\"package_id\":\"%s\"}", package, "pk-0000000000"},
        {"Sla/Subscribe", "{\"school_urn\":900001,\"package_id\":\"%s\"}", package, "pk-0000000000"},
        {"Sla/EndSubscription", "{\"subscription_id\":\"%s\",\"version\":1,\"reason\":\"r\"}", subscription,
            "su-0000000000"},
        {"Cpd/AddSession",
            "{\"course_id\":\"%s\",\"starts_at\":\"2031-01-01T09:00:00Z\",\"ends_at\":\"2031-01-01T10:00:00Z\","
            "\"venue\":\"V\",\"capacity\":3}",
            course, "co-0000000000"},
        {"Cpd/PublishSession", "{\"session_id\":\"%s\",\"version\":1}", session, "se-0000000000"},
        {"Cpd/BookPlaces", "{\"session_id\":\"%s\",\"school_urn\":900001,\"delegates\":[{\"name\":\"X\"}]}", session,
            "se-0000000000"},
        {"Cpd/CancelBooking", "{\"booking_id\":\"%s\",\"version\":1,\"reason\":\"r\"}", booking, "bk-0000000000"},
        {"Cpd/ListBookings", "{\"session_id\":\"%s\"}", session, "se-0000000000"},
        {"People/EndMembership", "{\"membership_id\":\"%s\",\"version\":1}", membership, "me-0000000000"},
        {"Partners/ListAssignments", "{\"school_urn\":%s}", "900002", "900999"},
        {"Partners/AssignPartner", "{\"school_urn\":%s,\"partner_id\":\"pt-0000000000\",\"half_days\":2}", "900002",
            "900999"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char theirs[1024], nowhere[1024];
        double time_theirs, time_nowhere;
        told(cases[i].method, cases[i].format, cases[i].theirs, theirs, sizeof theirs, &time_theirs);
        told(cases[i].method, cases[i].format, cases[i].nowhere, nowhere, sizeof nowhere, &time_nowhere);
        printf("%-26s %-60.60s %5.0f us, %5.0f us\n", cases[i].method, theirs, time_theirs, time_nowhere);
        ck_assert_str_eq(theirs, nowhere);
    }
    char *untouched = harness_sql(
        "select (select count(*) from partners.assignment where authority_id = 2) + (select count(*) from cpd.booking"
        " where authority_id = 2 and status = 'confirmed')");
    ck_assert_str_eq(untouched, "2");
    char *all[] = {partner, assignment, accreditation, conflict, service, package, subscription, course, session,
        booking, membership, untouched};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
}
END_TEST

// alternate calls for one tenant after the other, some of them to fail or to end before their time, and holds each
// answer to its caller.
static void *alternate(void *data)
{
    unsigned random = (unsigned)(uintptr_t)data;
    struct link *link = harness_link(&server);
    for (int i = 0; i < calls_each; i++) {
        random = random * 1664525u + 1013904223u;
        int t = (int)(random >> 8) % TENANTS;
        bool fails = (random >> 12) % 8 == 0;
        struct harness_call call = {.method = "Partners/ListPartners",
            .authority = codes[t],
            .token = tokens[t],
            .once = true,
            .timeout_ms = (random >> 16) % 10 == 0 ? 1 : 5000};
        if (fails) {
            call.method = "Partners/EndAssignment";
            call.json = "{\"assignment_id\":\"as-0000000000\",\"version\":1,\"reason\":\"r\"}";
        }
        struct harness_reply reply;
        harness_call_on(link, &call, &reply);
        if (reply.code == STATUS_OK) {
            json_t *row;
            size_t k;
            char mine[32];
            snprintf(mine, sizeof mine, "Partner of %s", codes[t]);
            atomic_fetch_add(&answered, 1);
            json_array_foreach(json_object_get(reply.json, "rows"), k,
                row) if (strncmp(json_string_value(json_object_get(row, "name")), mine, strlen(mine)) != 0)
                atomic_fetch_add(&wrong, 1);
            if (json_array_size(json_object_get(reply.json, "rows")) != 1)
                atomic_fetch_add(&wrong, 1);
        } else {
            atomic_fetch_add(&refused, 1);
            if (reply.code == STATUS_PERMISSION_DENIED || reply.code == STATUS_UNAUTHENTICATED)
                atomic_fetch_add(&wrong, 1);
        }
        harness_release(&reply);
    }
    link_close(link);
    return NULL;
}

static void *kill_backends(void *unused)
{
    while (!atomic_load(&stop)) {
        free(harness_sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'improved'"
                         " and datname = current_database() order by random() limit 1"));
        harness_rest(150);
    }
    return unused;
}

START_TEST(a_connection_carries_nothing_over)
{
    unsigned seed = (unsigned)(getenv("SEED") ? strtoul(getenv("SEED"), NULL, 10) : harness_ms());
    pthread_t threads[POOL_THREADS], killer;
    int calls = getenv("CALLS") ? atoi(getenv("CALLS")) : 8000;
    calls_each = calls / POOL_THREADS;
    printf("a_connection_carries_nothing_over: SEED=%u CALLS=%d\n", seed, calls);
    free(harness_sql("delete from partners.gate; delete from partners.assignment; delete from partners.accreditation;"
                     "delete from partners.conflict; delete from partners.kind_held; delete from partners.partner;"));
    for (int i = 0; i < TENANTS; i++) {
        char json[128];
        snprintf(
            json, sizeof json, "{\"name\":\"Partner of %s\",\"kinds\":[\"sip\"],\"capacity_half_days\":9}", codes[i]);
        json_decref(must(codes[i], tokens[i], "Partners/AddPartner", json));
    }
    ck_assert_int_eq(pthread_create(&killer, NULL, kill_backends, NULL), 0);
    for (int i = 0; i < POOL_THREADS; i++)
        ck_assert_int_eq(
            pthread_create(&threads[i], NULL, alternate, (void *)(uintptr_t)(seed + (unsigned)i * 7919u)), 0);
    for (int i = 0; i < POOL_THREADS; i++)
        pthread_join(threads[i], NULL);
    atomic_store(&stop, true);
    pthread_join(killer, NULL);
    printf("%ld answered, %ld refused or cut short, %ld for the wrong authority\n", atomic_load(&answered),
        atomic_load(&refused), atomic_load(&wrong));
    ck_assert_int_eq(atomic_load(&wrong), 0);
    ck_assert_int_gt(atomic_load(&answered), calls / 4);
    ck_assert_int_gt(atomic_load(&refused), calls / 20);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("isolation");
    TCase *t = tcase_create("isolation");
    tcase_add_test(t, anothers_id_is_told_like_none);
    tcase_add_test(t, a_connection_carries_nothing_over);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    harness_database("rpc_isolation");
    for (int i = 0; i < TENANTS; i++) {
        tokens[i] = harness_token(codes[i], "la_admin,officer", NULL);
        free(
            harness_sql("insert into register.establishment (urn, school_id) values (%d, %d);"
                        "insert into register.establishment_version (urn, authority_id, valid_from, name, status, "
                        "type, phase, open_date)"
                        " values (%d, %d, '2015-09-01', 'School', 'Open', 'Community school', 'Primary', '2015-09-01')",
                900001 + i, 900001 + i, 900001 + i, 1 + i));
    }
    harness_start(&server,
        (const char *[]){"read_connections=2", "write_connections=2", "authority_rate=0", "shared_calls=64", NULL});
    link_to = harness_link(&server);
    int failed = run_suite(suite());
    link_close(link_to);
    if (harness_stop(&server) != 0)
        failed++;
    for (int i = 0; i < TENANTS; i++)
        free(tokens[i]);
    return failed ? 1 : 0;
}
