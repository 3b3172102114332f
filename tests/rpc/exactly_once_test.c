// A write happens once under its request id, whatever is repeated, at once or later; a dry run happens not at all.
#include "tests/support/harness.h"
#include "tests/support/run.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { DUPLICATES = 24 };

static struct harness_server server;
static struct link *link_to;
static char *admin, *colleague;

static const char add[] = "{\"name\":\"Once\",\"kinds\":[\"sip\"],\"capacity_half_days\":1}";

static struct harness_call add_partner(const char *request_id)
{
    return (struct harness_call){
        .method = "Partners/AddPartner", .authority = "929", .token = admin, .json = add, .request_id = request_id};
}

static int count(const char *sql)
{
    char *text = harness_sql("%s", sql);
    int n = atoi(text);
    free(text);
    return n;
}

START_TEST(a_repeat_gets_the_first_answer)
{
    const char id[] = "11111111-2222-4333-8444-000000000001";
    struct harness_call call = add_partner(id);
    struct harness_reply first, second;
    harness_call_on(link_to, &call, &first);
    harness_call_on(link_to, &call, &second);
    ck_assert_int_eq(first.code, STATUS_OK);
    ck_assert_int_eq(second.code, STATUS_OK);
    ck_assert(!first.link.header->replayed);
    ck_assert(second.link.header->replayed);
    ck_assert_uint_eq(first.link.payload_size, second.link.payload_size);
    ck_assert_mem_eq(first.link.payload, second.link.payload, first.link.payload_size);
    ck_assert_int_eq(count("select count(*) from partners.partner where name = 'Once'"), 1);
    harness_release(&first);
    harness_release(&second);
}
END_TEST

START_TEST(another_body_or_caller_is_refused)
{
    const char id[] = "11111111-2222-4333-8444-000000000002";
    struct harness_call call = add_partner(id);
    struct harness_reply reply;
    harness_call_on(link_to, &call, &reply);
    harness_release(&reply);
    call.json = "{\"name\":\"Another\",\"kinds\":[\"sip\"],\"capacity_half_days\":1}";
    harness_call_on(link_to, &call, &reply);
    ck_assert_int_eq(reply.code, STATUS_INVALID_ARGUMENT);
    ck_assert_str_eq(harness_reason(&reply), "REQUEST_ID_REUSED");
    harness_release(&reply);
    call = add_partner(id);
    call.token = colleague;
    harness_call_on(link_to, &call, &reply);
    ck_assert_int_eq(reply.code, STATUS_INVALID_ARGUMENT);
    ck_assert_str_eq(harness_reason(&reply), "REQUEST_ID_REUSED");
    harness_release(&reply);
    ck_assert_int_eq(count("select count(*) from partners.partner where name = 'Another'"), 0);
}
END_TEST

START_TEST(the_same_id_in_another_authority_is_another_id)
{
    const char id[] = "11111111-2222-4333-8444-000000000003";
    char *elsewhere = harness_token("926", "la_admin", NULL);
    struct harness_call call = add_partner(id);
    struct harness_reply reply;
    harness_call_on(link_to, &call, &reply);
    ck_assert_int_eq(reply.code, STATUS_OK);
    harness_release(&reply);
    call.authority = "926";
    call.token = elsewhere;
    harness_call_on(link_to, &call, &reply);
    ck_assert_int_eq(reply.code, STATUS_OK);
    ck_assert(!reply.link.header->replayed);
    harness_release(&reply);
    free(elsewhere);
}
END_TEST

static void *duplicate(void *data)
{
    struct harness_reply *reply = data;
    struct harness_call call = add_partner("11111111-2222-4333-8444-000000000004");
    call.json = "{\"name\":\"At once\",\"kinds\":[\"sip\"],\"capacity_half_days\":1}";
    harness_call_on(link_to, &call, reply);
    return NULL;
}

START_TEST(concurrent_duplicates_have_one_effect)
{
    pthread_t threads[DUPLICATES];
    struct harness_reply replies[DUPLICATES];
    int replayed = 0;
    for (int i = 0; i < DUPLICATES; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, duplicate, &replies[i]), 0);
    for (int i = 0; i < DUPLICATES; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < DUPLICATES; i++) {
        ck_assert_int_eq(replies[i].code, STATUS_OK);
        replayed += replies[i].link.header->replayed != 0;
        ck_assert_uint_eq(replies[i].link.payload_size, replies[0].link.payload_size);
        ck_assert_mem_eq(replies[i].link.payload, replies[0].link.payload, replies[0].link.payload_size);
    }
    ck_assert_int_eq(replayed, DUPLICATES - 1);
    ck_assert_int_eq(count("select count(*) from partners.partner where name = 'At once'"), 1);
    ck_assert_int_eq(
        count("select count(*) from audit.entry where request_id = '11111111-2222-4333-8444-000000000004'"), 1);
    for (int i = 0; i < DUPLICATES; i++)
        harness_release(&replies[i]);
}
END_TEST

static void *same_title(void *data)
{
    struct harness_reply *reply = data;
    struct harness_call call = add_partner("11111111-2222-4333-8444-000000000007");
    call.method = "Cpd/AddCourse";
    call.json = "{\"title\":\"Of one title\"}";
    harness_call_on(link_to, &call, reply);
    return NULL;
}

// A duplicate that meets what the first one made, before the ledger tells it so, is refused by no rule: it is the same
// call.
START_TEST(concurrent_duplicates_do_not_refuse_each_other)
{
    pthread_t threads[DUPLICATES];
    struct harness_reply replies[DUPLICATES];
    for (int i = 0; i < DUPLICATES; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, same_title, &replies[i]), 0);
    for (int i = 0; i < DUPLICATES; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < DUPLICATES; i++) {
        ck_assert_msg(replies[i].code == STATUS_OK, "%s", harness_reason(&replies[i]));
        ck_assert_uint_eq(replies[i].link.payload_size, replies[0].link.payload_size);
        ck_assert_mem_eq(replies[i].link.payload, replies[0].link.payload, replies[0].link.payload_size);
    }
    for (int i = 0; i < DUPLICATES; i++)
        harness_release(&replies[i]);
    ck_assert_int_eq(count("select count(*) from cpd.course where title = 'Of one title'"), 1);
}
END_TEST

START_TEST(a_refusal_is_not_stored)
{
    const char id[] = "11111111-2222-4333-8444-000000000005";
    struct harness_call call = add_partner(id);
    struct harness_reply reply;
    call.json = "{\"name\":\"Refused\",\"kinds\":[\"nonsense\"],\"capacity_half_days\":1}";
    harness_call_on(link_to, &call, &reply);
    ck_assert_int_eq(reply.code, STATUS_INVALID_ARGUMENT);
    harness_release(&reply);
    call.json = "{\"name\":\"Refused\",\"kinds\":[\"sip\"],\"capacity_half_days\":1}";
    harness_call_on(link_to, &call, &reply);
    ck_assert_int_eq(reply.code, STATUS_OK);
    harness_release(&reply);
}
END_TEST

START_TEST(a_dry_run_keeps_nothing)
{
    const char id[] = "11111111-2222-4333-8444-000000000006";
    struct harness_call call = add_partner(id);
    struct harness_reply reply;
    int partners = count("select count(*) from partners.partner"), entries = count("select count(*) from audit.entry");
    call.dry_run = true;
    harness_call_on(link_to, &call, &reply);
    ck_assert_int_eq(reply.code, STATUS_OK);
    ck_assert_ptr_nonnull(json_object_get(reply.json, "partner_id"));
    harness_release(&reply);
    ck_assert_int_eq(count("select count(*) from partners.partner"), partners);
    ck_assert_int_eq(count("select count(*) from audit.entry"), entries);
    ck_assert_int_eq(
        count("select count(*) from rpc.request where request_id = '11111111-2222-4333-8444-000000000006'"), 0);
    call.dry_run = false; // the id is still free
    harness_call_on(link_to, &call, &reply);
    ck_assert_int_eq(reply.code, STATUS_OK);
    ck_assert(!reply.link.header->replayed);
    harness_release(&reply);
}
END_TEST

START_TEST(every_write_has_its_audit_row)
{
    ck_assert_int_eq(
        count("select count(*) from rpc.request r full join audit.entry e using (authority_id, request_id) "
              "where (r.request_id is null or e.request_id is null) "
              "and e.personas is distinct from 'operator at the console'"),
        0);
    char *row = harness_sql(
        "select method || ' ' || (request->>'name') || ' ' || (answer->0->>'partner_id' is not null) from audit.entry "
        "where request_id = '11111111-2222-4333-8444-000000000001'");
    ck_assert_str_eq(row, "/improve.v1.Partners/AddPartner Once true");
    free(row);
}
END_TEST

START_TEST(a_write_without_an_id_is_refused)
{
    // The client library always sends one; an empty one is malformed.
    struct harness_call call = add_partner("no-uuid");
    struct harness_reply reply;
    harness_call_on(link_to, &call, &reply);
    ck_assert_int_eq(reply.code, STATUS_INVALID_ARGUMENT);
    ck_assert_str_eq(reply.link.header->violations[0]->field, "request_id");
    harness_release(&reply);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("exactly once");
    TCase *t = tcase_create("exactly once");
    tcase_add_test(t, a_repeat_gets_the_first_answer);
    tcase_add_test(t, another_body_or_caller_is_refused);
    tcase_add_test(t, the_same_id_in_another_authority_is_another_id);
    tcase_add_test(t, concurrent_duplicates_have_one_effect);
    tcase_add_test(t, concurrent_duplicates_do_not_refuse_each_other);
    tcase_add_test(t, a_refusal_is_not_stored);
    tcase_add_test(t, a_dry_run_keeps_nothing);
    tcase_add_test(t, every_write_has_its_audit_row);
    tcase_add_test(t, a_write_without_an_id_is_refused);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    harness_database("rpc_exactly_once");
    admin = harness_token("929", "la_admin", NULL);
    colleague = harness_token("929", "la_admin", NULL);
    harness_start(&server, NULL);
    link_to = harness_link(&server);
    int failed = run_suite(suite());
    link_close(link_to);
    if (harness_stop(&server) != 0)
        failed++;
    free(admin);
    free(colleague);
    return failed ? 1 : 0;
}
