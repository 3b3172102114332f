// The server and its database: away and back, stopped in order, out of step, overloaded. On a cluster of its own,
// because it is stopped.
#include "tests/support/harness.h"
#include "tests/support/run.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALLERS = 48, AWAY_MS = 1000, BACK_MS = 2000, SLOW_MS = 900 };

static struct harness_server server;
static struct link *link_to;
static char *admin;
static char cluster[256];

static struct harness_call list_call(void)
{
    return (struct harness_call){
        .method = "Partners/ListPartners", .authority = "929", .token = admin, .once = true, .timeout_ms = 5000};
}

static enum status code_of(const struct harness_call *call)
{
    struct harness_reply reply;
    harness_call_on(link_to, call, &reply);
    enum status code = reply.code;
    harness_release(&reply);
    return code;
}

static void run_cluster(const char *command)
{
    const char *argv[] = {SOURCE_DIR "/tests/support/cluster", command, cluster, NULL};
    if (harness_run(argv, NULL) != 0)
        abort();
}

START_TEST(an_absent_database_is_unavailable_and_comes_back)
{
    struct harness_call call = list_call();
    ck_assert_int_eq(code_of(&call), STATUS_OK);
    char stop[512], start[512];
    snprintf(stop, sizeof stop,
        ". '%s/deploy/lib/postgres.sh'; as_pg \"$(pg_bin)/pg_ctl\" -D \"$(readlink -f '%s')/data\" -m fast -w stop",
        SOURCE_DIR, cluster);
    snprintf(
        start, sizeof start, ". '%s/deploy/lib/postgres.sh'; pg_start \"$(readlink -f '%s')\"", SOURCE_DIR, cluster);
    char *ignored;
    ck_assert_int_eq(harness_run((const char *[]){"sh", "-c", stop, NULL}, &ignored), 0);
    free(ignored);
    uint64_t began = harness_ms();
    ck_assert_int_eq(code_of(&call), STATUS_UNAVAILABLE);
    ck_assert_uint_lt(harness_ms() - began, AWAY_MS);
    struct harness_reply reply;
    harness_call_on(link_to, &(struct harness_call){.method = "/grpc.health.v1.Health/Check"}, &reply);
    ck_assert_str_eq(json_string_value(json_object_get(reply.json, "status")), "NOT_SERVING");
    harness_release(&reply);
    ck_assert_int_eq(harness_run((const char *[]){"sh", "-c", start, NULL}, &ignored), 0);
    free(ignored);
    began = harness_ms();
    while (code_of(&call) != STATUS_OK)
        ck_assert_uint_lt(harness_ms() - began, BACK_MS);
}
END_TEST

static void make_slow(double seconds)
{
    free(harness_sql("create or replace function partners.slow(text) returns text language sql volatile as $$ select "
                     "$1 from pg_sleep(%f) $$;"
                     "grant execute on function partners.slow to improve_exec;"
                     "drop policy if exists slow on partners.partner;"
                     "create policy slow on partners.partner as restrictive for insert to improve_exec with check "
                     "(partners.slow(name) is not null)",
        seconds));
}

struct caller {
    pthread_t thread;
    struct harness_call call;
    enum status code;
};

static void *call_it(void *data)
{
    struct caller *caller = data;
    caller->code = code_of(&caller->call);
    return NULL;
}

static void start_callers(struct caller *callers, int n, bool once)
{
    for (int i = 0; i < n; i++) {
        callers[i].call = (struct harness_call){.method = "Partners/AddPartner",
            .authority = "929",
            .token = admin,
            .once = once,
            .timeout_ms = 20000,
            .json = "{\"name\":\"Slow\",\"kinds\":[\"sip\"],\"capacity_half_days\":1}"};
        ck_assert_int_eq(pthread_create(&callers[i].thread, NULL, call_it, &callers[i]), 0);
    }
}

static int count_code(struct caller *callers, int n, enum status code)
{
    int found = 0;
    for (int i = 0; i < n; i++) {
        pthread_join(callers[i].thread, NULL);
        found += callers[i].code == code;
    }
    return found;
}

START_TEST(slow_writes_do_not_delay_reads)
{
    struct caller callers[8];
    make_slow(SLOW_MS / 1000.0);
    start_callers(callers, 8, true);
    harness_rest(100);
    struct harness_call call = list_call();
    uint64_t began = harness_ms();
    ck_assert_int_eq(code_of(&call), STATUS_OK);
    ck_assert_uint_lt(harness_ms() - began, SLOW_MS / 2);
    ck_assert_int_eq(count_code(callers, 8, STATUS_OK), 8);
}
END_TEST

START_TEST(a_full_queue_sheds_and_retries_succeed)
{
    struct harness_server small;
    struct link *saved = link_to;
    struct caller callers[CALLERS];
    harness_start(&small, (const char *[]){"write_connections=1", "pipeline_depth=1", "queue_length=2", NULL});
    link_to = harness_link(&small);
    make_slow(0.1);
    start_callers(callers, 12, true);
    int shed = count_code(callers, 12, STATUS_RESOURCE_EXHAUSTED);
    ck_assert_int_ge(shed, 5);
    ck_assert_int_le(shed, 11);
    make_slow(0.01);
    start_callers(callers, CALLERS, false); // with retries under their request ids, all get through
    ck_assert_int_eq(count_code(callers, CALLERS, STATUS_OK), CALLERS);
    link_close(link_to);
    link_to = saved;
    ck_assert_int_eq(harness_stop(&small), 0);
}
END_TEST

START_TEST(a_call_that_expires_in_the_queue_is_not_run)
{
    struct harness_server small;
    struct link *saved = link_to;
    struct caller first[1], second[1];
    harness_start(&small, (const char *[]){"write_connections=1", "pipeline_depth=1", NULL});
    link_to = harness_link(&small);
    make_slow(SLOW_MS / 1000.0);
    start_callers(first, 1, true);
    harness_rest(100);
    second->call = (struct harness_call){.method = "Partners/AddPartner",
        .authority = "929",
        .token = admin,
        .once = true,
        .timeout_ms = 200,
        .json = "{\"name\":\"Expired\",\"kinds\":[\"sip\"],\"capacity_half_days\":1}"};
    ck_assert_int_eq(code_of(&second->call), STATUS_DEADLINE_EXCEEDED);
    ck_assert_int_eq(count_code(first, 1, STATUS_OK), 1);
    char *n = harness_sql("select count(*) from partners.partner where name = 'Expired'");
    ck_assert_str_eq(n, "0");
    free(n);
    link_close(link_to);
    link_to = saved;
    harness_stop(&small);
}
END_TEST

START_TEST(stopping_lets_calls_in_flight_end)
{
    struct harness_server other;
    struct link *saved = link_to;
    struct caller callers[4];
    harness_start(&other, NULL);
    link_to = harness_link(&other);
    make_slow(SLOW_MS / 1000.0);
    start_callers(callers, 4, true);
    harness_rest(200);
    kill(other.pid, SIGTERM);
    harness_rest(100);
    struct harness_call call = list_call();
    struct harness_reply reply;
    harness_call_on(link_to, &call, &reply);
    ck_assert_int_eq(reply.code, STATUS_UNAVAILABLE);
    ck_assert_str_eq(harness_reason(&reply), "DRAINING");
    harness_release(&reply);
    ck_assert_int_eq(count_code(callers, 4, STATUS_OK), 4);
    ck_assert_int_eq(harness_stop(&other), 0);
    link_close(link_to);
    link_to = saved;
}
END_TEST

static void refuses_to_start(const char *said)
{
    struct harness_server other;
    ck_assert(!harness_try_start(&other, NULL));
    char *log = harness_log(&other);
    ck_assert_msg(strstr(log, said) != NULL, "%s", log);
    free(log);
}

START_TEST(a_server_out_of_step_refuses_to_start)
{
    free(harness_sql("alter function partners.end_assignment rename to finish_assignment"));
    refuses_to_start("/improve.v1.Partners/EndAssignment (partners.end_assignment): there is no such SQL function");
    free(harness_sql("alter function partners.finish_assignment rename to end_assignment"));
    free(harness_sql(
        "revoke execute on function partners.list_partners from persona_la_admin, persona_officer, persona_partner,"
        " persona_booker, persona_finance, persona_reporter, persona_person, persona_operator"));
    refuses_to_start("no persona may call the SQL function");
    free(harness_sql("grant execute on function partners.list_partners to persona_la_admin"));
    free(harness_sql("create function partners.end_assignment(p_x text) returns text language sql as 'select p_x'"));
    refuses_to_start("several SQL functions have the name");
    free(harness_sql("drop function partners.end_assignment(text)"));
    free(harness_sql("insert into migrate.applied (version, name, sha256, contract) values (9999, '9999_later', "
                     "repeat('0', 64), 9999)"));
    refuses_to_start("the database serves only servers that know schema version 9999");
    free(harness_sql("delete from migrate.applied where version = 9999"));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("database");
    TCase *t = tcase_create("database");
    tcase_add_test(t, an_absent_database_is_unavailable_and_comes_back);
    tcase_add_test(t, slow_writes_do_not_delay_reads);
    tcase_add_test(t, a_full_queue_sheds_and_retries_succeed);
    tcase_add_test(t, a_call_that_expires_in_the_queue_is_not_run);
    tcase_add_test(t, stopping_lets_calls_in_flight_end);
    tcase_add_test(t, a_server_out_of_step_refuses_to_start);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    const char *shared = getenv("IMPROVE_TEST_CLUSTER");
    snprintf(cluster, sizeof cluster, "%s-stopped", shared ? shared : "");
    setenv("IMPROVE_TEST_CLUSTER", cluster, 1);
    run_cluster("start");
    harness_database("rpc_database");
    admin = harness_token("929", "la_admin", NULL);
    harness_start(&server, NULL);
    link_to = harness_link(&server);
    int failed = run_suite(suite());
    link_close(link_to);
    harness_stop(&server);
    run_cluster("stop");
    free(admin);
    return failed;
}
