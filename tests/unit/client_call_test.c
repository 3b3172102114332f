// Many calls from lines of JSON: answers in order, ids from a seed, and what a failure stops.
#include "client/call_lines.h"
#include "common/field.h"
#include "common/json.h"
#include "partners.pb-c.h"
#include "tests/support/fake_server.c" // the tests' own
#include "tests/support/run.h"

#include <stdio.h>
#include <stdlib.h>

static char folder[] = "/tmp/improve-call-XXXXXX", url[64];
static struct fake_server *server;
static struct globals globals;
static struct session session;
static struct {
    char ids[8][40], authorities[8][8];
} seen;

// answer gives each partner its name as id, the first ones late; "bad" is refused.
static void answer(const struct fake_request *q, struct fake_reply *r, void *data)
{
    Improve__V1__AddPartnerReply *reply = arena_alloc(&r->arena, sizeof *reply);
    (void)data;
    Improve__V1__AddPartnerRequest *add =
        improve__v1__add_partner_request__unpack(&r->arena.allocator, q->payload_size, q->payload);
    unsigned i = (unsigned)add->capacity_half_days % 8;
    snprintf(seen.ids[i], sizeof seen.ids[i], "%s", q->header->request_id);
    snprintf(seen.authorities[i], sizeof seen.authorities[i], "%s", q->header->authority ? q->header->authority : "");
    improve__v1__add_partner_reply__init(reply);
    reply->partner_id = add->name;
    r->message = &reply->base;
    r->delay_ms = i < 3 ? 60 - 20 * i : 0;
    if (strcmp(add->name, "bad") == 0) {
        r->message = NULL;
        r->header.has_code = 1;
        r->header.code = IMPROVE__RPC__CODE__FAILED_PRECONDITION;
        r->header.message = (char *)"No.";
    }
}

static void start(void)
{
    char why[200];
    server = fake_server_start(url, answer, NULL);
    globals = (struct globals){0};
    session = (struct session){.globals = &globals, .authority = "929"};
    session.link = link_open(&(struct link_options){.url = url}, why, sizeof why);
    ck_assert_ptr_nonnull(session.link);
}

static void stop(void)
{
    session_close(&session);
    fake_server_stop(server);
}

// run makes the calls of a text's lines, and compares what is printed.
static void run(struct call_lines c, const char *lines, enum exit_code code, const char *wanted)
{
    char got[2000] = "";
    FILE *in = fmemopen((char *)(uintptr_t)lines, strlen(lines), "r"), *out = tmpfile();
    c.session = &session;
    c.in_flight = c.in_flight ? c.in_flight : 8;
    ck_assert_int_eq(call_lines_run(&c, in, out), code);
    rewind(out);
    ck_assert_uint_lt(fread(got, 1, sizeof got - 1, out), sizeof got);
    fclose(in);
    fclose(out);
    ck_assert_str_eq(got, wanted);
    fake_server_requests(server); // seen may be read now
}

static const char three[] = "{\"name\":\"a\",\"capacity_half_days\":0}\n\n{\"name\":\"b\",\"capacity_half_days\":1}\n"
                            "{\"name\":\"c\",\"capacity_half_days\":2}";
static const char three_answers[] = "{\"partner_id\":\"a\"}\n{\"partner_id\":\"b\"}\n{\"partner_id\":\"c\"}\n";

START_TEST(answers_come_in_order)
{
    const struct catalog_method *add = catalog_find("/improve.v1.Partners/AddPartner");
    run((struct call_lines){.method = add}, three, EXIT_DONE, three_answers);
    run((struct call_lines){.method = add, .in_flight = 1}, three, EXIT_DONE, three_answers);
    ck_assert_str_eq(seen.authorities[0], "929");
    run((struct call_lines){.method = add}, "", EXIT_DONE, "");
}
END_TEST

START_TEST(a_seed_repeats_its_ids)
{
    const struct catalog_method *add = catalog_find("/improve.v1.Partners/AddPartner");
    char first[40];
    run((struct call_lines){.method = add, .seed = "demo"}, three, EXIT_DONE, three_answers);
    memcpy(first, seen.ids[1], sizeof first);
    run((struct call_lines){.method = add, .seed = "demo"}, three, EXIT_DONE, three_answers);
    ck_assert_str_eq(first, seen.ids[1]);
    ck_assert_str_ne(seen.ids[0], seen.ids[1]);
    run((struct call_lines){.method = add, .seed = "other"}, three, EXIT_DONE, three_answers);
    ck_assert_str_ne(first, seen.ids[1]);
}
END_TEST

START_TEST(lines_may_name_their_method)
{
    run((struct call_lines){0},
        "{\"method\":\"/improve.v1.Partners/"
        "AddPartner\",\"authority\":\"001\",\"request\":{\"name\":\"a\",\"capacity_half_days\":4}}\n",
        EXIT_DONE, "{\"partner_id\":\"a\"}\n");
    ck_assert_str_eq(seen.authorities[4], "001");
    run((struct call_lines){0}, "{\"method\":\"/improve.v1.Partners/Nothing\",\"request\":{}}\n", EXIT_USAGE, "");
    run((struct call_lines){0}, "{\"method\":\"/improve.v1.Partners/AddPartner\"}\n", EXIT_USAGE, "");
    run((struct call_lines){0}, "{\"methd\":\"/improve.v1.Partners/AddPartner\",\"request\":{}}\n", EXIT_USAGE, "");
}
END_TEST

START_TEST(a_failure_stops_unless_told_to_go_on)
{
    const struct catalog_method *add = catalog_find("/improve.v1.Partners/AddPartner");
    const char *refused = "{\"name\":\"a\"}\n{\"name\":\"bad\"}\n{\"name\":\"c\"}\n";
    const char *malformed = "{\"name\":\"a\"}\n{\"nme\":\"b\"}\n{\"name\":\"c\"}\n";
    run((struct call_lines){.method = add}, refused, EXIT_REFUSED, "{\"partner_id\":\"a\"}\n");
    run((struct call_lines){.method = add, .keep_going = true}, refused, EXIT_REFUSED,
        "{\"partner_id\":\"a\"}\n{\"error\":{\"code\":\"FAILED_PRECONDITION\",\"message\":\"No.\"}}\n{\"partner_id\":"
        "\"c\"}\n");
    run((struct call_lines){.method = add}, malformed, EXIT_USAGE, "{\"partner_id\":\"a\"}\n");
    run((struct call_lines){.method = add, .keep_going = true}, malformed, EXIT_USAGE,
        "{\"partner_id\":\"a\"}\n{\"error\":{\"code\":\"INVALID_ARGUMENT\",\"message\":\"no call: see standard "
        "error\"}}\n{\"partner_id\":\"c\"}\n");
    run((struct call_lines){.method = add}, "not json\n", EXIT_USAGE, "");
}
END_TEST

int main(void)
{
    if (!mkdtemp(folder))
        return EXIT_FAILURE;
    snprintf(url, sizeof url, "ipc://%s/s", folder);
    catalog_init();
    Suite *suite = suite_create("client call");
    TCase *t = tcase_create("call");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, answers_come_in_order);
    tcase_add_test(t, a_seed_repeats_its_ids);
    tcase_add_test(t, lines_may_name_their_method);
    tcase_add_test(t, a_failure_stops_unless_told_to_go_on);
    suite_add_tcase(suite, t);
    int failed = run_suite(suite);
    rmdir(folder);
    return failed;
}
