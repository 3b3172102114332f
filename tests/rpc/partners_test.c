// Assignments made at once (PAR-2, PAR-3), from many connections through the real server: capacity is never exceeded, a
// school has one partner in a role, no gate stays open when its cause goes at the same moment, and hand-overs that
// cross do not lock each other. ROUNDS=1000 is full size.
#include "tests/support/harness.h"
#include "tests/support/run.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECTIONS = 24, SCHOOLS = 60, ROUNDS_IN_CI = 40, DEADLINE_MS = 60000 };

static struct harness_server server;
static char *admin;
static int rounds;

struct attempt {
    pthread_t thread;
    const char *method;
    char json[512], reason[64], reference[32];
    enum status code;
};

static void make(struct link *link, const char *method, const char *json, struct harness_reply *reply)
{
    harness_call_on(link,
        &(struct harness_call){
            .method = method, .authority = "001", .token = admin, .json = json, .timeout_ms = DEADLINE_MS},
        reply);
}

static void *run(void *data)
{
    struct attempt *a = data;
    struct link *link = harness_link(&server);
    struct harness_reply reply;
    make(link, a->method, a->json, &reply);
    a->code = reply.code;
    snprintf(a->reason, sizeof a->reason, "%s", harness_reason(&reply));
    const char *made = json_string_value(json_object_get(reply.json, "assignment_id"));
    snprintf(a->reference, sizeof a->reference, "%s", made ? made : "");
    harness_release(&reply);
    link_close(link);
    return NULL;
}

// at_once makes all attempts at the same time.
static void at_once(struct attempt *all, int n)
{
    for (int i = 0; i < n; i++)
        ck_assert_int_eq(pthread_create(&all[i].thread, NULL, run, &all[i]), 0);
    for (int i = 0; i < n; i++)
        pthread_join(all[i].thread, NULL);
}

// one makes one call that succeeds, and gives a field of its answer (the caller frees it).
static char *one(const char *method, const char *json, const char *field)
{
    struct link *link = harness_link(&server);
    struct harness_reply reply;
    make(link, method, json, &reply);
    ck_assert_msg(reply.code == STATUS_OK, "%s %s: %s", method, json, reply.link.header->message);
    const char *value = json_string_value(json_object_get(reply.json, field));
    char *kept = strdup(value ? value : "");
    harness_release(&reply);
    link_close(link);
    return kept;
}

static char *partner(const char *name, int capacity)
{
    char json[160];
    snprintf(json, sizeof json, "{\"name\":\"%s\",\"kinds\":[\"sip\"],\"capacity_half_days\":%d}", name, capacity);
    return one("Partners/AddPartner", json, "partner_id");
}

static int number(const char *sql)
{
    char *text = harness_sql("%s", sql);
    int n = atoi(text);
    free(text);
    return n;
}

static int succeeded(const struct attempt *all, int n, const char *otherwise)
{
    int done = 0;
    for (int i = 0; i < n; i++) {
        done += all[i].code == STATUS_OK;
        if (all[i].code != STATUS_OK)
            ck_assert_str_eq(all[i].reason, otherwise);
    }
    return done;
}

START_TEST(capacity_holds)
{
    struct attempt all[SCHOOLS] = {0};
    char *id = partner("Capacity", 30);
    for (int i = 0; i < SCHOOLS; i++) {
        all[i].method = i % 3 ? "Partners/AssignPartner" : "Partners/ProposeAssignment";
        snprintf(all[i].json, sizeof all[i].json,
            "{\"school_urn\":%d,\"partner_id\":\"%s\",\"half_days\":2,\"role\":\"capacity\",\"starts_on\":\"2031-09-%"
            "02d\"}",
            900001 + i, id, 1 + i % 28);
    }
    for (int i = 0; i < SCHOOLS; i += CONNECTIONS)
        at_once(all + i, SCHOOLS - i < CONNECTIONS ? SCHOOLS - i : CONNECTIONS);
    ck_assert_int_eq(succeeded(all, SCHOOLS, "CAPACITY_EXCEEDED"), 15);
    ck_assert_int_eq(number("select sum(half_days) from partners.assignment where role = 'capacity'"), 30);
    free(id);
}
END_TEST

START_TEST(one_partner_in_a_role)
{
    struct attempt all[CONNECTIONS] = {0};
    char *ids[CONNECTIONS], name[32];
    for (int i = 0; i < CONNECTIONS; i++) {
        snprintf(name, sizeof name, "Alone %d", i);
        ids[i] = partner(name, 10);
    }
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < CONNECTIONS; i++) {
            all[i].method = "Partners/AssignPartner";
            snprintf(all[i].json, sizeof all[i].json,
                "{\"school_urn\":%d,\"partner_id\":\"%s\",\"half_days\":1,\"role\":\"alone\",\"starts_on\":\"2031-09-"
                "01\"}",
                900001 + round, ids[i]);
        }
        at_once(all, CONNECTIONS);
        ck_assert_int_eq(succeeded(all, CONNECTIONS, "ASSIGNMENT_OVERLAPS"), 1);
    }
    ck_assert_int_eq(number("select count(*) from partners.assignment where role = 'alone'"), 5);
    for (int i = 0; i < CONNECTIONS; i++)
        free(ids[i]);
}
END_TEST

// Four partners are assigned while their accreditation is withdrawn: whoever comes first, no assignment stays live.
START_TEST(no_gate_stays_open)
{
    free(one("Partners/SetAssignmentRole", "{\"role\":\"checked\",\"accreditation_body\":\"AEA\"}", "role"));
    for (int round = 0; round < rounds; round++) {
        struct attempt all[5] = {0};
        char json[256], name[32];
        snprintf(name, sizeof name, "Gate %d", round);
        char *id = partner(name, 100);
        snprintf(json, sizeof json, "{\"partner_id\":\"%s\",\"body\":\"AEA\",\"starts_on\":\"2020-01-01\"}", id);
        char *accreditation = one("Partners/AddAccreditation", json, "accreditation_id");
        for (int i = 0; i < 4; i++) {
            all[i].method = "Partners/AssignPartner";
            snprintf(all[i].json, sizeof all[i].json,
                "{\"school_urn\":%d,\"partner_id\":\"%s\",\"half_days\":1,\"role\":\"checked\"}", 900001 + i, id);
        }
        all[4].method = "Partners/WithdrawAccreditation";
        snprintf(all[4].json, sizeof all[4].json, "{\"accreditation_id\":\"%s\",\"version\":1,\"reason\":\"Lapsed\"}",
            accreditation);
        at_once(all, 5);
        ck_assert_int_eq(all[4].code, STATUS_OK);
        succeeded(all, 4, "CONFLICT_CHECK_FAILED");
        free(accreditation);
        free(id);
    }
    ck_assert_int_eq(
        number("select count(*) from partners.assignment where role = 'checked' and status <> 'proposed'"), 0);
    int sent_back = number("select count(*) from partners.assignment where role = 'checked'");
    printf("%d assignments raced a withdrawal: %d were made first and went back\n", 4 * rounds, sent_back);
}
END_TEST

// Two schools' partners are handed over to each other at once, again and again.
START_TEST(hand_overs_cross)
{
    char *ids[2] = {partner("Cross A", 100), partner("Cross B", 100)};
    for (int round = 0; round < rounds; round++) {
        struct attempt all[2] = {0};
        char json[256];
        for (int i = 0; i < 2; i++) {
            snprintf(json, sizeof json,
                "{\"school_urn\":%d,\"partner_id\":\"%s\",\"half_days\":1,\"role\":\"cross\",\"starts_on\":\"2031-09-"
                "01\",\"ends_on\":\"2032-08-31\"}",
                900001 + i, ids[i]);
            char *old = one("Partners/AssignPartner", json, "assignment_id");
            all[i].method = "Partners/HandOverAssignment";
            snprintf(all[i].json, sizeof all[i].json,
                "{\"assignment_id\":\"%s\",\"version\":1,\"partner_id\":\"%s\",\"starts_on\":\"2032-01-01\"}", old,
                ids[1 - i]);
            free(old);
        }
        at_once(all, 2);
        ck_assert_int_eq(succeeded(all, 2, ""), 2);
        for (int i = 0; i < 2; i++) { // free the schools for the next round
            snprintf(
                json, sizeof json, "{\"assignment_id\":\"%s\",\"version\":1,\"reason\":\"Next\"}", all[i].reference);
            free(one("Partners/WithdrawAssignment", json, "status"));
        }
        free(harness_sql("update partners.assignment set status = 'withdrawn' where role = 'cross'"));
    }
    ck_assert_int_eq(
        number("select count(*) from partners.assignment where role = 'cross' and follows_id is not null"), 2 * rounds);
    free(ids[0]);
    free(ids[1]);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("partners");
    TCase *t = tcase_create("partners");
    tcase_add_test(t, capacity_holds);
    tcase_add_test(t, one_partner_in_a_role);
    tcase_add_test(t, no_gate_stays_open);
    tcase_add_test(t, hand_overs_cross);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    rounds = getenv("ROUNDS") ? atoi(getenv("ROUNDS")) : ROUNDS_IN_CI;
    harness_database("rpc_partners");
    admin = harness_token("001", "la_admin", NULL);
    free(harness_sql(
        "insert into register.establishment (urn, school_id) select u, u from generate_series(900001, %d) u;"
        "insert into register.establishment_version (urn, authority_id, valid_from, name, status, type, phase, "
        "open_date)"
        " select u, 1, '2015-09-01', 'School ' || u, 'Open', 'Community school', 'Primary', '2015-09-01'"
        " from generate_series(900001, %d) u",
        900000 + SCHOOLS, 900000 + SCHOOLS));
    harness_start(&server, NULL);
    int failed = run_suite(suite());
    if (harness_stop(&server) != 0)
        failed++;
    free(admin);
    return failed ? 1 : 0;
}
