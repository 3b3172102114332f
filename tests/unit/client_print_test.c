// Answers as they are printed: tabs, CSV, JSON, labels and tables; nothing that could steer a terminal.
#include "client/cell.h"
#include "client/print.h"
#include "common/arena.h"
#include "common/field.h"
#include "common/json.h"
#include "tests/support/run.h"

#include <stdlib.h>
#include <string.h>

static struct arena arena;

// printed gives what printing a reply of a method writes, in a given form. The caller frees it.
static char *printed(const char *name, const char *json, enum output_form form, const char *columns)
{
    const struct catalog_method *m = catalog_find(name);
    struct globals g = {.form = form, .columns = columns};
    struct printer p;
    struct field_error e = {0};
    FILE *out = tmpfile();
    arena_init(&arena, 1024 * 1024);
    ProtobufCMessage *reply = field_new(m->method->output, &arena.allocator);
    ck_assert_msg(json_read_message(reply, json, strlen(json), &arena.allocator, &e), "%s %s", e.field, e.message);
    ck_assert_int_eq(print_open(&p, m, &g, out), EXIT_DONE);
    print_reply(&p, m, reply);
    ck_assert(print_close(&p));
    arena_release(&arena);
    char *text = calloc(1, 10000);
    rewind(out);
    ck_assert_uint_lt(fread(text, 1, 9999, out), 9999);
    fclose(out);
    return text;
}

static void prints(const char *name, const char *json, enum output_form form, const char *columns, const char *wanted)
{
    char *text = printed(name, json, form, columns);
    ck_assert_str_eq(text, wanted);
    free(text);
}

static const char assignments[] = "/improve.v1.Partners/ListAssignments";
static const char two[] =
    "{\"rows\":[{\"assignment_id\":\"as-1\",\"school\":\"St, \\\"A\\\"\",\"starts_on\":\"2026-09-01\",\"half_days\":6},"
    "{\"assignment_id\":\"as-2\",\"school\":\"B\\tC\",\"half_days\":10}]}";
static const char columns[] = "assignment_id,school,starts-on,half_days";

START_TEST(rows_in_every_form)
{
    prints(assignments, two, OUTPUT_AUTO, columns,
        "assignment_id\tschool\tstarts_on\thalf_days\nas-1\tSt, \"A\"\t2026-09-01\t6\nas-2\tB C\t\t10\n");
    prints(assignments, two, OUTPUT_CSV, columns,
        "assignment_id,school,starts_on,half_days\nas-1,\"St, \"\"A\"\"\",2026-09-01,6\nas-2,B\tC,,10\n");
    prints(assignments, two, OUTPUT_JSON, columns,
        "[\n {\"assignment_id\": \"as-1\", \"school\": \"St, \\\"A\\\"\", \"starts_on\": \"2026-09-01\", "
        "\"half_days\": 6},\n"
        " {\"assignment_id\": \"as-2\", \"school\": \"B\\u0009C\", \"half_days\": 10}\n]\n");
    prints(assignments, "{\"rows\":[]}", OUTPUT_JSON, NULL, "[]\n");
    prints(assignments, "{\"rows\":[]}", OUTPUT_CSV, "school,partner", "school,partner\n");
}
END_TEST

START_TEST(tables_are_for_people)
{
    char *text = printed(assignments, two, OUTPUT_TABLE, columns);
    ck_assert_ptr_nonnull(strstr(text, "Half days"));
    ck_assert_ptr_nonnull(strstr(text, "1 Sep 2026"));
    ck_assert_ptr_null(strstr(text, "2026-09-01"));
    free(text);
    text = printed(assignments, "{\"rows\":[{\"school\":\"a\\u001b[31mb\\u009bc\"}]}", OUTPUT_TABLE, NULL);
    ck_assert_ptr_null(strchr(text, '\x1b'));
    ck_assert_ptr_null(strstr(text, "\xc2\x9b"));
    ck_assert_ptr_null(strstr(text, "Partner")); // a column without a value
    free(text);
}
END_TEST

START_TEST(plain_fields_are_labelled)
{
    prints("/improve.v1.Partners/AssignPartner",
        "{\"assignment_id\":\"as-1\",\"school_urn\":7,\"starts_on\":\"2026-01-13\"}", OUTPUT_AUTO, NULL,
        "Assignment ID: as-1\nSchool URN: 7\nStarts on: 13 Jan 2026\n");
    prints("/improve.v1.Partners/AssignPartner", "{\"school_urn\":7}", OUTPUT_JSON, NULL, "{\"school_urn\": 7}\n");
    prints("/improve.v1.Partners/AssignPartner", "{\"school_urn\":7}", OUTPUT_CSV, "school_urn,role",
        "school_urn,role\n7,\n");
}
END_TEST

START_TEST(a_document_is_printed_as_it_is)
{
    const char *note = "improve.v1.Notes/GetNote", *reply = "{\"visit_id\":\"vi-1\",\"document\":\"# Note\\n\"}";
    prints(note, reply, OUTPUT_AUTO, NULL, "# Note\n");
    prints(note, reply, OUTPUT_TABLE, "visit_id", "Visit ID: vi-1\n");
    prints(note, "{\"visit_id\":\"vi-1\"}", OUTPUT_AUTO, NULL, "Visit ID: vi-1\n");
    prints(note, reply, OUTPUT_JSON, NULL, "{\"visit_id\": \"vi-1\", \"document\": \"# Note\\u000a\"}\n");
}
END_TEST

START_TEST(money_is_in_pounds_for_people)
{
    static const struct {
        int64_t pence;
        const char *text;
    } cases[] = {{125050, "£1,250.50"}, {0, "£0.00"}, {5, "£0.05"}, {-7500, "-£75.00"},
        {123456789012, "£1,234,567,890.12"}, {99999, "£999.99"}};
    const ProtobufCMessageDescriptor *type = catalog_find("/improve.v1.Server/GetServerInfo")->method->output;
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(type, "uptime_seconds"); // any int64
    struct docs_marks pence = {.pence = true};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf b;
        arena_init(&arena, 10000);
        strbuf_init(&b, 100);
        ProtobufCMessage *m = field_new(type, &arena.allocator);
        *(int64_t *)field_slot(m, field) = cases[i].pence;
        cell_write(&b, m, field, &pence, CELL_PEOPLE);
        ck_assert_str_eq(strbuf_text(&b), cases[i].text);
        strbuf_release(&b);
        arena_release(&arena);
    }
}
END_TEST

int main(void)
{
    print_locale();
    catalog_init();
    Suite *suite = suite_create("client print");
    TCase *t = tcase_create("print");
    tcase_add_test(t, rows_in_every_form);
    tcase_add_test(t, tables_are_for_people);
    tcase_add_test(t, plain_fields_are_labelled);
    tcase_add_test(t, a_document_is_printed_as_it_is);
    tcase_add_test(t, money_is_in_pounds_for_people);
    suite_add_tcase(suite, t);
    return run_suite(suite);
}
