// Work under an agreement made at once, from many connections through the real server (CON-2): no half-day is planned
// that is not left, whoever plans; and statements issued by both parties while visits are reported state each charge
// once.
#include "tests/support/harness.h"
#include "tests/support/run.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTNERS = 8, MOST = 48, DEADLINE_MS = 60000 };

static struct harness_server server;
static char *seller, *buyer;

// One call of the provider (001) or the client (002), made on a connection and a thread of its own.
struct attempt {
    pthread_t thread;
    bool sells;
    const char *method;
    char json[400], reason[64];
    enum status code;
};

static void make(struct link *link, const struct attempt *a, struct harness_reply *reply)
{
    harness_call_on(link,
        &(struct harness_call){.method = a->method,
            .authority = a->sells ? "001" : "002",
            .token = a->sells ? seller : buyer,
            .json = a->json,
            .timeout_ms = DEADLINE_MS},
        reply);
}

static void *run(void *data)
{
    struct attempt *a = data;
    struct link *link = harness_link(&server);
    struct harness_reply reply;
    make(link, a, &reply);
    a->code = reply.code;
    snprintf(a->reason, sizeof a->reason, "%s", harness_reason(&reply));
    harness_release(&reply);
    link_close(link);
    return NULL;
}

static void at_once(struct attempt *all, int n)
{
    for (int i = 0; i < n; i++)
        ck_assert_int_eq(pthread_create(&all[i].thread, NULL, run, &all[i]), 0);
    for (int i = 0; i < n; i++)
        pthread_join(all[i].thread, NULL);
}

// one makes one call that succeeds, and gives a field of its answer (the caller frees it).
static char *one(struct attempt *a, const char *field)
{
    struct link *link = harness_link(&server);
    struct harness_reply reply;
    make(link, a, &reply);
    ck_assert_msg(reply.code == STATUS_OK, "%s %s: %s", a->method, a->json, reply.link.header->message);
    const char *value = json_string_value(json_object_get(reply.json, field));
    char *kept = strdup(value ? value : "");
    harness_release(&reply);
    link_close(link);
    return kept;
}

static int number(const char *sql)
{
    char *text = harness_sql("%s", sql);
    int n = atoi(text);
    free(text);
    return n;
}

// agree makes an agreement over so many half-days under which all partners work (the caller frees its reference).
static char *agree(int half_days)
{
    struct attempt a = {.sells = true, .method = "Consultancy/ProposeAgreement"};
    char *days =
        harness_sql("select format('\"starts_on\":\"%%s\",\"ends_on\":\"%%s\"', current_date - 90, current_date + 90)");
    snprintf(a.json, sizeof a.json,
        "{\"client\":\"002\",\"title\":\"Maths\",%s,\"school_urns\":[900001],\"brokerage_percent\":15,"
        "\"lines\":[{\"kind\":\"sle\",\"half_days\":%d,\"half_day_pence\":17500}]}",
        days, half_days);
    char *agreement = one(&a, "agreement_id");
    a = (struct attempt){.method = "Consultancy/AnswerAgreement"};
    snprintf(a.json, sizeof a.json, "{\"agreement_id\":\"%s\",\"version\":1,\"answer\":\"accept\"}", agreement);
    free(one(&a, "status"));
    for (int i = 0; i < PARTNERS; i++) {
        a = (struct attempt){.sells = true, .method = "Consultancy/PlacePartner"};
        snprintf(
            a.json, sizeof a.json, "{\"agreement_id\":\"%s\",\"partner_id\":\"pt-%d\",\"kind\":\"sle\"}", agreement, i);
        free(one(&a, "placement_id"));
    }
    free(days);
    return agreement;
}

// plan says how visit i of an agreement is planned: partners take turns, and nobody has two at a time.
static void plan(struct attempt *a, const char *agreement, int i, int first_day)
{
    char *at = harness_sql("select to_char(current_date + %d, 'YYYY-MM-DD')", first_day + i / (2 * PARTNERS));
    char *partner = harness_sql(
        "select partner_id from partners.partner where authority_id = 2 and name = 'Partner %d'", i % PARTNERS);
    *a = (struct attempt){.method = "Visits/AddVisit"};
    snprintf(a->json, sizeof a->json,
        "{\"school_urn\":900001,\"partner_id\":\"%s\",\"starts_at\":\"%sT%s:00Z\",\"purpose\":\"challenge\",\"half_"
        "days\":1,"
        "\"funding\":\"consultancy\",\"funding_ref\":\"%s\"}",
        partner, at, i / PARTNERS % 2 ? "13:00" : "08:00", agreement);
    free(partner);
    free(at);
}

static void books_hold(void)
{
    ck_assert_int_eq(
        number("select set_config('app.authority_id', '1', true); select count(*) from money.check_books()"), 0);
    ck_assert_int_eq(
        number("select set_config('app.authority_id', '2', true); select count(*) from money.check_books()"), 0);
    ck_assert_int_eq(number("select coalesce(sum(pence), 0) from money.line where account like 'due_%'"), 0);
}

START_TEST(days_hold)
{
    struct attempt all[MOST] = {0};
    char *agreement = agree(20);
    for (int i = 0; i < MOST; i++)
        plan(&all[i], agreement, i, 30);
    at_once(all, MOST);
    int planned = 0;
    for (int i = 0; i < MOST; i++) {
        planned += all[i].code == STATUS_OK;
        if (all[i].code != STATUS_OK)
            ck_assert_str_eq(all[i].reason, "DAYS_EXHAUSTED");
    }
    ck_assert_int_eq(planned, 20);
    ck_assert_int_eq(number("select sum(left_half_days) from consultancy.bank"), 0);
    books_hold();
    free(agreement);
}
END_TEST

START_TEST(each_charge_is_stated_once)
{
    struct attempt all[MOST + 6] = {0};
    char *agreement = agree(200);
    for (int i = 0; i < MOST; i++) {
        struct attempt a;
        plan(&a, agreement, i, -20);
        char *visit = one(&a, "visit_id");
        a = (struct attempt){.method = "Visits/ConfirmVisit"};
        snprintf(a.json, sizeof a.json, "{\"visit_id\":\"%s\",\"version\":1}", visit);
        free(one(&a, "status"));
        all[i].method = "Visits/CompleteVisit";
        snprintf(all[i].json, sizeof all[i].json, "{\"visit_id\":\"%s\",\"version\":2}", visit);
        free(visit);
    }
    for (int i = 0; i < 6; i++) { // from both sides, ever later days
        char *day = harness_sql("select (current_date - %d)::text", 18 - 3 * i);
        struct attempt *a = &all[MOST + i];
        a->sells = i % 2 == 0;
        a->method = "Consultancy/IssueStatement";
        snprintf(a->json, sizeof a->json, "{\"other\":\"%s\",\"ends_on\":\"%s\"}", a->sells ? "002" : "001", day);
        free(day);
    }
    at_once(all, MOST + 6);
    int issued = 0;
    for (int i = 0; i < MOST; i++)
        ck_assert_msg(all[i].code == STATUS_OK, "%s: %s", all[i].method, all[i].reason);
    for (int i = MOST; i < MOST + 6; i++) {
        issued += all[i].code == STATUS_OK;
        if (all[i].code != STATUS_OK)
            ck_assert_msg(!strcmp(all[i].reason, "STATED_ALREADY") || !strcmp(all[i].reason, "NOTHING_TO_STATE"), "%s",
                all[i].reason);
    }
    struct attempt last = {.sells = true, .method = "Consultancy/IssueStatement"};
    char *yesterday = harness_sql("select (current_date - 1)::text");
    snprintf(last.json, sizeof last.json, "{\"other\":\"002\",\"ends_on\":\"%s\"}", yesterday);
    run(&last);
    free(yesterday);
    printf("%d visits were reported beside %d statements\n", MOST, issued);
    ck_assert_int_eq(number("select count(*) from consultancy.delivery where authority_id = 1"), MOST);
    ck_assert_int_eq(number("select count(*) from consultancy.statement_line where authority_id = 1"), MOST);
    ck_assert_int_eq(
        number("select sum(balance_pence) from consultancy.statement where authority_id = 1"), MOST * 20125);
    ck_assert_int_eq(number("select sum(balance_pence) from consultancy.statement"), 0);
    books_hold();
    free(agreement);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("consultancy");
    TCase *t = tcase_create("consultancy");
    tcase_add_test(t, days_hold);
    tcase_add_test(t, each_charge_is_stated_once);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    harness_database("rpc_consultancy");
    seller = harness_token("001", "la_admin,officer", NULL);
    buyer = harness_token("002", "la_admin,officer", NULL);
    free(harness_sql("insert into register.establishment (urn, school_id) values (900001, 900001);"
                     "insert into register.establishment_version (urn, authority_id, valid_from, name, status, type, "
                     "phase, open_date)"
                     " values (900001, 2, '2015-09-01', 'School', 'Open', 'Community school', 'Primary', '2015-09-01');"
                     "insert into auth.person (person_id, display_name) select md5(i::text)::uuid, 'Partner ' || i "
                     "from generate_series(0, %d) i;"
                     "insert into partners.partner (authority_id, partner_id, person_id, name, capacity_half_days)"
                     " select 1, 'pt-' || i, md5(i::text)::uuid, 'Partner ' || i, 100 from generate_series(0, %d) i;"
                     "insert into partners.kind_held (authority_id, held_id, partner_id, kind) select 1, 'kd-' || i, "
                     "'pt-' || i, 'sle' from generate_series(0, %d) i",
        PARTNERS - 1, PARTNERS - 1, PARTNERS - 1));
    harness_start(&server, NULL);
    int failed = run_suite(suite());
    if (harness_stop(&server) != 0)
        failed++;
    free(seller);
    free(buyer);
    return failed ? 1 : 0;
}
