// Answers as pages and workbooks, and the charts that the calls' comments ask for.
#include "client/export/chart.h"
#include "client/verbs.h"
#include "common/field.h"
#include "common/json.h"
#include "tests/support/run.h"

#include <stdlib.h>
#include <string.h>

static struct arena arena;

static struct export *answer(const char *name, const char *json)
{
    const struct catalog_method *m = catalog_find(name);
    static struct print_column columns[64];
    struct field_error error = {0};
    struct globals globals = {.limit = 0};
    for (unsigned i = 0; i < m->row->n_fields; i++)
        columns[i] = (struct print_column){&m->row->fields[i], docs_marks(m->row, &m->row->fields[i])};
    struct export *e = export_open(m, columns, m->row->n_fields);
    arena_init(&arena, 1024 * 1024);
    ProtobufCMessage *request = field_new(m->method->input, &arena.allocator),
                     *reply = field_new(m->method->output, &arena.allocator);
    ck_assert_msg(
        json_read_message(reply, json, strlen(json), &arena.allocator, &error), "%s %s", error.field, error.message);
    export_asked(e, request, "929", &globals);
    const ProtobufCFieldDescriptor *rows = &m->method->output->fields[0];
    for (size_t i = 0; i < field_count(reply, rows); i++)
        export_add(e, *(ProtobufCMessage *const *)field_element(reply, rows, i), NULL);
    arena_release(&arena);
    return e;
}

static char *written(struct export *e, bool (*write)(struct export *e, FILE *out), size_t *size)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, size);
    ck_assert(write(e, out));
    fclose(out);
    return text;
}

static const char take_up[] = "/improve.v1.Reports/SlaTakeUp";
static const char three[] =
    "{\"rows\":[{\"authority\":\"929\",\"as_of\":\"2022-03-31\",\"phase_group\":\"Primary\",\"subscribers\":95,"
    "\"base\":127,\"percent\":74.8},"
    "{\"authority\":\"929\",\"as_of\":\"2022-03-31\",\"phase_group\":\"<Other> & more\",\"subscribers\":3},"
    "{\"authority\":\"929\",\"as_of\":\"2022-03-31\",\"phase_group\":\"Total like for "
    "like\",\"subscribers\":115,\"base\":166,\"percent\":69.3}]}";

START_TEST(a_page_tells_what_was_asked_and_what_came)
{
    size_t size;
    struct export *e = answer(take_up, three);
    export_note(e, "118 in all <b>");
    char *page = written(e, export_page, &size);
    const char *const parts[] = {"<html lang=\"en-GB\">", "<title>SLA take up</title>",
        "<dt>Authority</dt><dd>929</dd>", "<dt>As of</dt><dd>31 Mar 2022</dd>", "<th scope=\"col\">Phase group</th>",
        "<th scope=\"row\">&lt;Other&gt; &amp; more</th>", "<td class=\"n\">74.8%</td>", "<td class=\"n\">[x]</td>",
        "[x]: not available.", "118 in all &lt;b&gt;",
        "<code>improve report sla-take-up --authority 929 --as-of 2022-03-31</code>",
        "Percent is highest for Primary: 74.8%", "<tr class=\"total\">", NULL};
    for (int i = 0; parts[i]; i++)
        ck_assert_msg(strstr(page, parts[i]) != NULL, "no %s in:\n%s", parts[i], page);
    ck_assert_ptr_null(strstr(page, "<th scope=\"col\">Authority")); // told once
    free(page);
    export_close(e);
}
END_TEST

START_TEST(an_answer_without_rows_is_a_page_and_a_workbook)
{
    size_t size;
    struct export *e = answer(take_up, "{\"rows\":[]}");
    char *page = written(e, export_page, &size);
    ck_assert_ptr_nonnull(strstr(page, "There are no rows."));
    ck_assert_ptr_null(strstr(page, "<svg"));
    free(page);
    char *book = written(e, export_workbook, &size);
    ck_assert_uint_gt(size, 1000);
    free(book);
    export_close(e);
}
END_TEST

START_TEST(a_workbook_is_a_zip_file)
{
    size_t size;
    struct export *e = answer(take_up, three);
    char *book = written(e, export_workbook, &size);
    ck_assert_uint_gt(size, 1000);
    ck_assert_int_eq(memcmp(book, "PK\3\4", 4), 0);
    free(book);
    export_close(e);
}
END_TEST

START_TEST(bars_are_as_long_as_their_numbers)
{
    struct export *e = answer(take_up, "{\"rows\":[{\"phase_group\":\"A\",\"percent\":80.0},{\"phase_group\":\"B\","
                                       "\"percent\":40.0},{\"phase_group\":\"Total\",\"percent\":60.0}]}");
    struct chart c;
    struct strbuf svg;
    double lengths[3];
    int n = 0;
    ck_assert(chart_of(&c, e));
    ck_assert_uint_eq(c.n_points, 2); // the total is no bar
    strbuf_init(&svg, 100000);
    chart_write(&c, &svg);
    for (const char *p = strbuf_text(&svg); (p = strstr(p, "<rect ")) && n < 3; p++)
        lengths[n++] = strtod(strstr(p, "width=\"") + 7, NULL);
    ck_assert_int_eq(n, 2);
    ck_assert_double_eq_tol(lengths[0], 2 * lengths[1], 0.11);
    strbuf_release(&svg);
    export_close(e);
}
END_TEST

START_TEST(lines_say_whether_they_rose)
{
    struct export *e = answer("/improve.v1.Reports/OfstedOverTime",
        "{\"rows\":[{\"as_of\":\"2017-08-31\",\"good_or_outstanding\":133,\"less_than_good\":40},"
        "{\"as_of\":\"2022-04-30\",\"good_or_outstanding\":142,\"less_than_good\":19}]}");
    struct chart c;
    char headline[320];
    ck_assert(chart_of(&c, e));
    chart_headline(&c, headline, sizeof headline);
    ck_assert_str_eq(headline, "Good or outstanding rose from 133 to 142");
    export_close(e);
}
END_TEST

START_TEST(every_chart_names_columns_of_its_answer)
{
    int charts = 0;
    for (size_t i = 0; i < catalog_count(); i++) {
        const struct catalog_method *m = catalog_at(i);
        const char *text = strstr(docs_method(m->service, m->method), "\nChart: ");
        char line[256], *rest, *word;
        if (!text)
            continue;
        charts++;
        text += strlen("\nChart: ");
        snprintf(line, sizeof line, "%.*s", (int)strcspn(text, "\n"), text);
        word = strtok_r(line, " ", &rest);
        ck_assert_msg(strcmp(word, "bars") == 0 || strcmp(word, "lines") == 0, "%s: %s", m->full_name, word);
        for (int n = 0; (word = strtok_r(NULL, " ", &rest)); n++) {
            const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(m->row, word);
            ck_assert_msg(field != NULL, "%s has no column %s", m->full_name, word);
            ck_assert_msg(n == 0 || field->type != PROTOBUF_C_TYPE_STRING, "%s: %s is no number", m->full_name, word);
            ck_assert_int_le(n, CHART_SERIES_MAX);
        }
    }
    ck_assert_int_gt(charts, 5);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("export");
    TCase *t = tcase_create("export");
    tcase_add_test(t, a_page_tells_what_was_asked_and_what_came);
    tcase_add_test(t, an_answer_without_rows_is_a_page_and_a_workbook);
    tcase_add_test(t, a_workbook_is_a_zip_file);
    tcase_add_test(t, bars_are_as_long_as_their_numbers);
    tcase_add_test(t, lines_say_whether_they_rose);
    tcase_add_test(t, every_chart_names_columns_of_its_answer);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    print_locale();
    catalog_init();
    verbs_init();
    return run_suite(suite());
}
