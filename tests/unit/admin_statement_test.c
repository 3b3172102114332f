#include "server/admin/schema_version.h"
#include "server/admin/statement.h"
#include "tests/support/run.h"

#include <stdlib.h>
#include <string.h>

// How many statements a text has, as PostgreSQL would count them.
static const struct {
    const char *text;
    int statements;
} counts[] = {
    {"", 0},
    {" -- nothing; here\n/* nor; /* nested; */ here; */ ;;", 0},
    {"select 1", 1},
    {"select 1; select 2;", 2},
    {"select ';', \"a;b\", 'it''s;'; select 2", 2},
    {"select e'\\';'; select '\\'; select 3", 3},
    {"do $$ begin a; b; end $$; select 2", 2},
    {"do $x$ $$ ; $y$ ; $x$; select 2", 2},
    {"prepare p as select $1; select a$b; select 3", 3},
    {"create rule r as on insert to t do (delete from a; delete from b); select 2", 2},
    {"create function f() returns int begin atomic select case when true then 1 end; select 2; end; select 3", 2},
    {"begin; commit", 2},
    {"select 'never closed; select 2", 1},
    {"do $$ never closed; select 2", 1},
    {"/* never closed; select 2", 0},
};

START_TEST(statements_are_counted)
{
    int n = 0;
    for (const char *end = counts[_i].text; statement_next(end, &end);)
        n++;
    ck_assert_msg(n == counts[_i].statements, "%s: %d", counts[_i].text, n);
}
END_TEST

START_TEST(lines_are_found)
{
    static const char text[] = "-- first\n\nselect 1;\ndo $$\n;\n$$;\n  select é,\n oops;\n";
    ck_assert_int_eq(statement_line(text, 0), 3);
    ck_assert_int_eq(statement_line(text, 1), 4);
    ck_assert_int_eq(statement_line(text, 2), 7);
    ck_assert_int_eq(statement_line(text, 9), 7);
    ck_assert_int_eq(statement_line_at(text, 1), 1);
    // PostgreSQL counts characters: "é" is one of them.
    const char *oops = strstr(text, "oops");
    ck_assert_int_eq(statement_line_at(text, (size_t)(oops - text)), 8);
    ck_assert_int_eq(statement_line_at(text, 10000), 9);
}
END_TEST

START_TEST(databases_that_can_be_served)
{
    char why[200];
    int known = schema_version_known();
    ck_assert_int_ge(known, 8);
    ck_assert(schema_version_served(known, 0, why, sizeof why));
    ck_assert(schema_version_served(known + 5, known, why, sizeof why)); // expanded, and not yet contracted
    ck_assert(!schema_version_served(known + 5, known + 1, why, sizeof why));
    ck_assert_ptr_nonnull(strstr(why, "newer server"));
    ck_assert(!schema_version_served(known - 1, 0, why, sizeof why));
    ck_assert_ptr_nonnull(strstr(why, "improved migrate"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("admin_statement");
    TCase *tc = tcase_create("all");
    tcase_add_loop_test(tc, statements_are_counted, 0, sizeof counts / sizeof *counts);
    tcase_add_test(tc, lines_are_found);
    tcase_add_test(tc, databases_that_can_be_served);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
