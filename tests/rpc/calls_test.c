// What a call comes to: found or not, signed in or not, allowed or not, in time or not, paged, reflected.
#include "partners.pb-c.h"
#include "tests/support/harness.h"
#include "tests/support/run.h"

#include <stdlib.h>
#include <string.h>

static struct harness_server server;
static struct link *link_to;
static char *admin, *officer_elsewhere, *booker;

static void make(const struct harness_call *call, struct harness_reply *reply)
{
    harness_call_on(link_to, call, reply);
}

static enum status code_of(const struct harness_call *call)
{
    struct harness_reply reply;
    make(call, &reply);
    enum status code = reply.code;
    harness_release(&reply);
    return code;
}

START_TEST(health_needs_no_token)
{
    struct harness_reply reply;
    make(&(struct harness_call){.method = "/grpc.health.v1.Health/Check"}, &reply);
    ck_assert_int_eq(reply.code, STATUS_OK);
    ck_assert_str_eq(json_string_value(json_object_get(reply.json, "status")), "SERVING");
    harness_release(&reply);
}
END_TEST

START_TEST(reflection_lists_and_gives_files)
{
    struct harness_reply reply;
    make(&(struct harness_call){.method = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
             .json = "{\"list_services\":\"*\"}"},
        &reply);
    ck_assert_int_eq(reply.code, STATUS_OK);
    char *text = json_dumps(reply.json, 0);
    ck_assert_ptr_nonnull(strstr(text, "improve.v1.Partners"));
    free(text);
    harness_release(&reply);
    struct harness_call by_symbol = {.method = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        .json = "{\"file_containing_symbol\":\"improve.v1.Partners.AddPartner\"}"};
    make(&by_symbol, &reply);
    ck_assert_int_eq(reply.code, STATUS_OK);
    ck_assert_uint_eq(json_array_size(json_object_get(
                          json_object_get(reply.json, "file_descriptor_response"), "file_descriptor_proto")),
        1);
    harness_release(&reply);
    by_symbol.json = "{\"file_containing_symbol\":\"improve.v1.Nothing\"}";
    ck_assert_int_eq(code_of(&by_symbol), STATUS_NOT_FOUND);
}
END_TEST

START_TEST(identity_is_asked_before_right)
{
    struct harness_call call = {.method = "Partners/ListPartners", .authority = "929"};
    ck_assert_int_eq(code_of(&call), STATUS_UNAUTHENTICATED);
    call.token = "impr_not-a-token";
    ck_assert_int_eq(code_of(&call), STATUS_UNAUTHENTICATED);
    call.token = admin;
    ck_assert_int_eq(code_of(&call), STATUS_OK);
    call.token = officer_elsewhere;
    ck_assert_int_eq(code_of(&call), STATUS_PERMISSION_DENIED);
    call.token = admin;
    call.authority = NULL;
    ck_assert_int_eq(code_of(&call), STATUS_PERMISSION_DENIED);
    call.authority = "9x9";
    ck_assert_int_eq(code_of(&call), STATUS_INVALID_ARGUMENT);
    call.authority = "777";
    ck_assert_int_eq(code_of(&call), STATUS_PERMISSION_DENIED);
}
END_TEST

START_TEST(a_right_is_a_grant)
{
    struct harness_call call = {.method = "Partners/AddPartner",
        .authority = "929",
        .token = booker,
        .json = "{\"name\":\"Jo Field\",\"kinds\":[\"sip\"],\"capacity_half_days\":60}"};
    ck_assert_int_eq(code_of(&call), STATUS_PERMISSION_DENIED);
    call.token = admin;
    ck_assert_int_eq(code_of(&call), STATUS_OK);
    free(harness_sql("revoke execute on function partners.add_partner from persona_la_admin, persona_officer"));
    ck_assert_int_eq(code_of(&call), STATUS_PERMISSION_DENIED);
    free(harness_sql("grant execute on function partners.add_partner to persona_la_admin, persona_officer"));
    ck_assert_int_eq(code_of(&call), STATUS_OK);
}
END_TEST

START_TEST(a_token_ends)
{
    char *token = harness_token("929", "officer", NULL);
    struct harness_call call = {.method = "Partners/ListPartners", .authority = "929", .token = token};
    ck_assert_int_eq(code_of(&call), STATUS_OK);
    free(harness_sql("update auth.token set expires_at = now() where token_hash = sha256('%s'::bytea)", token));
    ck_assert_int_eq(code_of(&call), STATUS_UNAUTHENTICATED);
    free(harness_sql("update auth.token set expires_at = now() + interval '1 day', revoked_at = now() where token_hash "
                     "= sha256('%s'::bytea)",
        token));
    ck_assert_int_eq(code_of(&call), STATUS_UNAUTHENTICATED);
    free(token);
}
END_TEST

START_TEST(a_refusal_names_field_and_what_is_accepted)
{
    struct harness_reply reply;
    make(&(struct harness_call){.method = "Partners/AddPartner",
             .authority = "929",
             .token = admin,
             .json = "{\"kinds\":[\"sip\"],\"capacity_half_days\":60}"},
        &reply);
    ck_assert_int_eq(reply.code, STATUS_INVALID_ARGUMENT);
    ck_assert_uint_eq(reply.link.header->n_violations, 1);
    ck_assert_str_eq(reply.link.header->violations[0]->field, "name");
    harness_release(&reply);
}
END_TEST

START_TEST(pages_follow_their_cursor)
{
    for (int i = 0; i < 7; i++) {
        char json[128];
        snprintf(json, sizeof json, "{\"name\":\"Page %d\",\"kinds\":[\"sip\"],\"capacity_half_days\":1}", i);
        ck_assert_int_eq(code_of(&(struct harness_call){
                             .method = "Partners/AddPartner", .authority = "929", .token = admin, .json = json}),
            STATUS_OK);
    }
    size_t size, pages = 0;
    uint8_t *bytes = harness_pack("Partners/ListPartners", "{\"name\":\"Page\",\"page_size\":3}", &size);
    char cursor[512] = "";
    int rows = 0;
    do {
        ProtobufCMessage *request =
            protobuf_c_message_unpack(&improve__v1__list_partners_request__descriptor, NULL, size, bytes);
        struct link_request call = {.method = "/improve.v1.Partners/ListPartners",
            .authority = "929",
            .token = admin,
            .message = request,
            .cursor = *cursor ? cursor : NULL};
        struct link_reply reply;
        link_call(link_to, &call, &reply);
        ck_assert_int_eq(link_status(&reply), STATUS_OK);
        snprintf(cursor, sizeof cursor, "%s", reply.header->cursor ? reply.header->cursor : "");
        rows += reply.payload_size > 0;
        link_reply_release(&reply);
        protobuf_c_message_free_unpacked(request, NULL);
        pages++;
    } while (*cursor && pages < 10);
    ck_assert_int_eq(rows, 3);   // 3 + 3 + 1 partners
    ck_assert_uint_eq(pages, 4); // and the empty page that ends them
    free(bytes);
}
END_TEST

START_TEST(a_deadline_ends_the_statement)
{
    free(harness_sql("create or replace function partners.slow(text) returns text language sql volatile as "
                     "$$ select $1 from pg_sleep(3) $$; grant execute on function partners.slow to improve_exec;"));
    free(harness_sql("create policy slow on partners.partner as restrictive to improve_exec using "
                     "(partners.slow(partner_id) is not null)"));
    uint64_t began = harness_ms();
    struct harness_call call = {
        .method = "Partners/ListPartners", .authority = "929", .token = admin, .timeout_ms = 300, .once = true};
    ck_assert_int_eq(code_of(&call), STATUS_DEADLINE_EXCEEDED);
    ck_assert_uint_lt(harness_ms() - began, 1500);
    free(harness_sql("drop policy slow on partners.partner"));
    call.timeout_ms = 5000;
    ck_assert_int_eq(code_of(&call), STATUS_OK);
}
END_TEST

START_TEST(what_the_commit_refuses_is_refused)
{
    free(harness_sql(
        "create function test_deferred() returns trigger language plpgsql as $$ begin "
        "if new.name = 'Deferred' then perform errors.precondition('TOO_LATE', 'The commit says no.'); end if; return "
        "null; end $$;"
        "create constraint trigger test_deferred after insert on partners.partner deferrable initially deferred "
        "for each row execute function test_deferred()"));
    struct harness_reply reply;
    struct harness_call call = {.method = "Partners/AddPartner",
        .authority = "929",
        .token = admin,
        .json = "{\"name\":\"Deferred\",\"kinds\":[\"sip\"],\"capacity_half_days\":1}"};
    for (int dry = 0; dry < 2; dry++) {
        call.dry_run = dry;
        make(&call, &reply);
        ck_assert_int_eq(reply.code, STATUS_FAILED_PRECONDITION);
        ck_assert_str_eq(harness_reason(&reply), "TOO_LATE");
        harness_release(&reply);
    }
    char *left = harness_sql("select count(*) from partners.partner where name = 'Deferred'");
    ck_assert_str_eq(left, "0");
    free(left);
    free(harness_sql("drop trigger test_deferred on partners.partner; drop function test_deferred"));
}
END_TEST

START_TEST(a_new_edition_of_a_function_is_served)
{
    struct harness_call call = {.method = "Self/WhoAmI", .authority = "929", .token = admin};
    for (int i = 0; i < 12; i++)
        ck_assert_int_eq(code_of(&call), STATUS_OK);
    char *source = harness_sql("select pg_get_functiondef(oid) from pg_proc where proname = 'who_am_i'");
    char *grants =
        harness_sql("select string_agg(format('grant execute on function self.who_am_i to %%I', grantee), ';') "
                    "from information_schema.routine_privileges where routine_name = 'who_am_i'");
    free(harness_sql("begin; drop function self.who_am_i; %s; %s; commit", source, grants));
    for (int i = 0; i < 12; i++)
        ck_assert_int_eq(code_of(&call), STATUS_OK);
    free(source);
    free(grants);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("calls");
    TCase *t = tcase_create("calls");
    tcase_add_test(t, health_needs_no_token);
    tcase_add_test(t, reflection_lists_and_gives_files);
    tcase_add_test(t, identity_is_asked_before_right);
    tcase_add_test(t, a_right_is_a_grant);
    tcase_add_test(t, a_token_ends);
    tcase_add_test(t, a_refusal_names_field_and_what_is_accepted);
    tcase_add_test(t, pages_follow_their_cursor);
    tcase_add_test(t, a_deadline_ends_the_statement);
    tcase_add_test(t, what_the_commit_refuses_is_refused);
    tcase_add_test(t, a_new_edition_of_a_function_is_served);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    harness_database("rpc_calls");
    admin = harness_token("929", "la_admin,officer", NULL);
    officer_elsewhere = harness_token("926", "officer", NULL);
    booker = harness_token("929", "booker", "122345");
    harness_start(&server, NULL);
    link_to = harness_link(&server);
    int failed = run_suite(suite());
    link_close(link_to);
    if (harness_stop(&server) != 0)
        failed++;
    free(admin);
    free(officer_elsewhere);
    free(booker);
    return failed ? 1 : 0;
}
