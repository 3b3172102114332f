// What a database error comes to, and what the server refuses by itself.
#include "google/protobuf/descriptor.pb-c.h"
#include "partners.pb-c.h"
#include "server/contract.h"
#include "server/outcome.h"
#include "tests/support/run.h"

#include <string.h>

static struct call *call;

static void setup(void)
{
    catalog_init();
    call = call_new(4096);
    call->method = catalog_at(0);
}

static void teardown(void)
{
    call_move(call, CALL_ANSWERED);
    call_free(call);
}

static int code_of(const char *sqlstate, const char *constraint)
{
    struct database_error error = {
        .sqlstate = sqlstate, .message = "said", .constraint = constraint, .schema = constraint ? "s" : NULL};
    call->verdict = VERDICT_DONE;
    outcome_of(call, &error);
    return call->verdict == VERDICT_REFUSED ? (int)call->reply.code : -(int)call->verdict;
}

START_TEST(sqlstates_map_to_statuses)
{
    static const struct {
        const char *sqlstate;
        int code;
    } cases[] = {{"IM005", 5}, {"IM016", 16}, {"IM099", 2}, {"57014", 4}, {"55P03", 4}, {"40001", 10}, {"40P01", 10},
        {"57P01", 14}, {"08006", 14}, {"53100", 14}, {"54001", 8}, {"22P02", 3}, {"22003", 3}, {"23505", 6},
        {"23P01", 9}, {"23503", 9}, {"23514", 3}, {"42501", 7}, {"XX000", 13}, {"P0001", 13}, {"42P01", 13}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(code_of(cases[i].sqlstate, NULL) == cases[i].code, "%s: %d", cases[i].sqlstate,
            code_of(cases[i].sqlstate, NULL));
    ck_assert_int_eq(code_of("IMRPL", NULL), -VERDICT_REPLAY);
    ck_assert_int_eq(code_of("IMDRY", NULL), -VERDICT_UNDONE);
    ck_assert_int_eq(code_of("23505", "request_once"), -VERDICT_REPLAY);
    call->tries = 1;
    ck_assert_int_eq(code_of("0A000", NULL), -VERDICT_AGAIN);
    call->tries = 2;
    ck_assert_int_eq(code_of("0A000", NULL), 14);
}
END_TEST

START_TEST(what_postgresql_says_of_itself_is_kept_from_callers)
{
    code_of("XX000", NULL);
    ck_assert_ptr_null(strstr(call->reply.message, "said"));
}
END_TEST

START_TEST(details_become_violations)
{
    struct database_error error = {.sqlstate = "IM009",
        .message = "Full.",
        .hint = "Ask for fewer.",
        .detail = "{\"reason\":\"SESSION_FULL\",\"rule\":\"CPD-3\",\"violations\":[{\"field\":\"delegates\","
                  "\"description\":\"d\",\"accepted\":\"2\"}]}"};
    outcome_of(call, &error);
    ck_assert_str_eq(call->reply.reason, "SESSION_FULL");
    ck_assert_str_eq(call->reply.rule, "CPD-3");
    ck_assert_str_eq(call->reply.hint, "Ask for fewer.");
    ck_assert_uint_eq(call->reply.n_violations, 1);
    ck_assert_str_eq(call->reply.violations[0]->accepted, "2");
}
END_TEST

START_TEST(a_constraint_speaks_through_its_comment)
{
    outcome_constraint("s", "no_overlap",
        "{\"reason\":\"OVERLAP_X\",\"message\":\"Taken.\",\"field\":\"school_urn\",\"rule\":\"PAR-2\",\"code\":6}");
    ck_assert_int_eq(code_of("23P01", "no_overlap"), 6);
    ck_assert_str_eq(call->reply.message, "Taken.");
    ck_assert_str_eq(call->reply.reason, "OVERLAP_X");
    ck_assert_str_eq(call->reply.violations[0]->field, "school_urn");
}
END_TEST

START_TEST(a_spent_call_can_still_be_refused)
{
    while (arena_alloc(&call->arena, 64)) {
    }
    call_fail(call, STATUS_RESOURCE_EXHAUSTED, "CALL_TOO_LARGE", "Too large.");
    ck_assert_str_eq(call->reply.reason, "CALL_TOO_LARGE");
}
END_TEST

START_TEST(recursive_types_are_found)
{
    ck_assert(contract_is_recursive(&google__protobuf__descriptor_proto__descriptor));
    ck_assert(!contract_is_recursive(&improve__v1__add_partner_request__descriptor));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("outcome");
    TCase *t = tcase_create("outcome");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, sqlstates_map_to_statuses);
    tcase_add_test(t, what_postgresql_says_of_itself_is_kept_from_callers);
    tcase_add_test(t, details_become_violations);
    tcase_add_test(t, a_constraint_speaks_through_its_comment);
    tcase_add_test(t, a_spent_call_can_still_be_refused);
    tcase_add_test(t, recursive_types_are_found);
    suite_add_tcase(s, t);
    return run_suite(s);
}
