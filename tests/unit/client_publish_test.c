// Reports for publication, as they are printed: what their comments mark, and what is left out (REP-5).
#include "client/print.h"
#include "client/publish/marks.h"
#include "client/verbs.h"
#include "common/field.h"
#include "common/json.h"
#include "tests/support/run.h"

#include <stdlib.h>
#include <string.h>

static const char take_up[] = "/improve.v1.Reports/SlaTakeUp", non_buyers[] = "/improve.v1.Reports/SlaNonBuyers";

// published gives what an answer is printed as, for publication, with the answer that stands beside it; *note the note
// beside it, NULL where it is refused. The caller frees both.
static char *published(const char *name, const char *json, const char *beside, enum output_form form,
    const struct publish_rule *rule, char **note)
{
    const struct catalog_method *m = catalog_find(name);
    struct globals g = {.form = form, .publish = true, .limit = 20};
    struct printer p;
    struct arena arena;
    struct field_error e = {0};
    const char *told;
    FILE *out = tmpfile();
    arena_init(&arena, 1024 * 1024);
    ProtobufCMessage *reply = field_new(m->method->output, &arena.allocator);
    ck_assert_msg(json_read_message(reply, json, strlen(json), &arena.allocator, &e), "%s %s", e.field, e.message);
    ck_assert_int_eq(print_open(&p, m, &g, out), EXIT_DONE);
    print_publish(&p, m, rule);
    if (beside) {
        ProtobufCMessage *other = field_new(
            catalog_find(strcmp(name, take_up) == 0 ? non_buyers : take_up)->method->output, &arena.allocator);
        ck_assert(json_read_message(other, beside, strlen(beside), &arena.allocator, &e));
        ck_assert(publish_add_beside(p.publish, other));
    }
    print_asked(&p, field_new(m->method->input, &arena.allocator), "929", &g);
    ck_assert(print_reply(&p, m, reply));
    *note = print_published(&p, &told) ? strdup(told) : NULL;
    print_close(&p);
    arena_release(&arena);
    char *text = calloc(1, 20000);
    rewind(out);
    ck_assert_uint_lt(fread(text, 1, 19999, out), 19999);
    fclose(out);
    return text;
}

static const struct publish_rule rule = {.known = true, .below = 5};

static void publishes(const char *name, const char *json, const char *beside, const char *csv)
{
    char *note, *text = published(name, json, beside, OUTPUT_CSV, &rule, &note);
    ck_assert_str_eq(text, csv);
    ck_assert_ptr_nonnull(note);
    free(text);
    free(note);
}

// S3's take-up of 31 March 2022 (SLA-8): 3 of the Others are outside the total; no special school's count is small,
// but 3 of them do not subscribe.
static const char s3[] =
    "{\"rows\":[{\"phase_group\":\"Primary\",\"subscribers\":95,\"base\":127,\"percent\":74.8},"
    "{\"phase_group\":\"Secondary\",\"subscribers\":13,\"base\":29,\"percent\":44.8},"
    "{\"phase_group\":\"Special\",\"subscribers\":7,\"base\":10,\"percent\":70.0},"
    "{\"phase_group\":\"Other\",\"subscribers\":3},"
    "{\"phase_group\":\"Total like for like\",\"subscribers\":115,\"base\":166,\"percent\":69.3}]}";
static const char s3_without[] =
    "{\"rows\":[{\"phase_group\":\"Primary\",\"non_buyers\":32,\"maintained\":1,\"academies\":31,\"other\":0,"
    "\"base\":127,\"percent\":25.2},"
    "{\"phase_group\":\"Secondary\",\"non_buyers\":16,\"maintained\":0,\"academies\":16,\"other\":0,\"base\":29,"
    "\"percent\":55.2},"
    "{\"phase_group\":\"Special\",\"non_buyers\":3,\"maintained\":1,\"academies\":2,\"other\":0,\"base\":10,"
    "\"percent\":30.0},"
    "{\"phase_group\":\"Total\",\"non_buyers\":51,\"maintained\":2,\"academies\":49,\"other\":0,\"base\":166,"
    "\"percent\":30.7}]}";

// Who has both tables before them subtracts: what one hides, the other does.
START_TEST(two_tables_that_stand_beside_each_other_hide_alike)
{
    publishes(take_up, s3, s3_without,
        "authority,as_of,phase_group,subscribers,base,percent\n"
        ",,Primary,95,127,74.8\n"
        ",,Secondary,[c],29,[c]\n"
        ",,Special,[c],10,[c]\n"
        ",,Other,[c],,\n"
        ",,Total like for like,115,166,69.3\n");
    publishes(non_buyers, s3_without, s3,
        "authority,as_of,phase_group,non_buyers,maintained,academies,other,base,percent\n"
        ",,Primary,32,[c],[c],0,127,25.2\n"
        ",,Secondary,[c],0,[c],0,29,[c]\n"
        ",,Special,[c],[c],[c],0,10,[c]\n"
        ",,Total,51,[c],[c],0,166,30.7\n");
}
END_TEST

START_TEST(a_report_whose_neighbour_did_not_come_is_not_published)
{
    char *note, *text = published(take_up, s3, NULL, OUTPUT_CSV, &rule, &note);
    ck_assert_ptr_null(note);
    ck_assert_str_eq(text, "");
    free(text);
}
END_TEST

START_TEST(stages_are_summed_apart_and_means_go_with_their_counts)
{
    publishes("/improve.v1.Reports/CpdEvaluation",
        "{\"rows\":["
        "{\"course\":\"A\",\"stage\":\"day\",\"asked\":20,\"answered\":3,\"percent_answered\":15.0,\"confidence\":4.0,"
        "\"rating\":4.5,\"gained\":1.0,\"gained_of\":0},"
        "{\"course\":\"A\",\"stage\":\"impact\",\"asked\":20,\"answered\":12,\"percent_answered\":60.0,\"rating\":4.5,"
        "\"gained_of\":12,\"gained\":1.5},"
        "{\"course\":\"B\",\"stage\":\"day\",\"asked\":30,\"answered\":24,\"percent_answered\":80.0,\"rating\":4.0,"
        "\"gained_of\":0},"
        "{\"course\":\"B\",\"stage\":\"impact\",\"asked\":30,\"answered\":20,\"percent_answered\":66.7,\"rating\":4.0,"
        "\"gained_of\":9,\"gained\":1.5},"
        "{\"course\":\"Total\",\"stage\":\"day\",\"asked\":50,\"answered\":27,\"percent_answered\":54.0,\"rating\":4.1,"
        "\"gained_of\":0},"
        "{\"course\":\"Total\",\"stage\":\"impact\",\"asked\":50,\"answered\":32,\"percent_answered\":64.0,\"rating\":"
        "4.2,\"gained_of\":21,\"gained\":1.5}]}",
        NULL,
        "authority,course,stage,asked,answered,percent_answered,confidence,rating,gained,gained_of\n"
        ",A,day,20,[c],[c],[c],[c],1,0\n"
        ",A,impact,20,12,60,,4.5,1.5,12\n"
        ",B,day,30,[c],[c],,[c],,0\n"
        ",B,impact,30,20,66.7,,4,1.5,9\n"
        ",Total,day,50,27,54,,4.1,,0\n"
        ",Total,impact,50,32,64,,4.2,1.5,21\n");
}
END_TEST

START_TEST(pounds_of_a_tier_would_tell_how_many_are_in_it)
{
    publishes("/improve.v1.Reports/OfferTiers",
        "{\"rows\":["
        "{\"offer\":\"O\",\"tier\":\"Tier "
        "1\",\"half_days\":6,\"tier_pence\":0,\"schools\":2,\"base\":100,\"percent\":2.0,\"total_half_days\":12,"
        "\"awarded_pence\":0},"
        "{\"offer\":\"O\",\"tier\":\"Tier "
        "2\",\"half_days\":6,\"tier_pence\":1600000,\"schools\":8,\"base\":100,\"percent\":8.0,\"total_half_days\":48,"
        "\"awarded_pence\":12800000},"
        "{\"offer\":\"O\",\"tier\":\"Left\",\"schools\":1,\"base\":100,\"percent\":1.0,\"total_half_days\":0,\"awarded_"
        "pence\":0},"
        "{\"offer\":\"O\",\"tier\":\"Total\",\"schools\":10,\"base\":100,\"percent\":10.0,\"total_half_days\":60,"
        "\"awarded_pence\":12800000}]}",
        NULL,
        "authority,as_of,offer,academic_year,tier,half_days,tier_pence,up_to,schools,base,percent,total_half_days,"
        "awarded_pence\n"
        ",,O,,Tier 1,6,0,,[c],100,[c],[c],[c]\n"
        ",,O,,Tier 2,6,1600000,,[c],100,[c],[c],[c]\n"
        ",,O,,Left,,,,[c],100,[c],[c],[c]\n"
        ",,O,,Total,,,,10,100,10,[c],[c]\n");
}
END_TEST

// 4 red primaries and 6 amber secondaries; noughts are rows that are not there.
static const char concern[] = "{\"rows\":["
                              "{\"category\":\"red\",\"phase_group\":\"Primary\",\"before\":4,\"added\":0,\"removed\":"
                              "0,\"changed_in\":0,\"changed_out\":0,\"schools\":4},"
                              "{\"category\":\"red\",\"phase_group\":\"Total\",\"before\":4,\"added\":0,\"removed\":0,"
                              "\"changed_in\":0,\"changed_out\":0,\"schools\":4},"
                              "{\"category\":\"amber\",\"phase_group\":\"Secondary\",\"before\":6,\"added\":0,"
                              "\"removed\":0,\"changed_in\":0,\"changed_out\":0,\"schools\":6},"
                              "{\"category\":\"amber\",\"phase_group\":\"Total\",\"before\":6,\"added\":0,\"removed\":"
                              "0,\"changed_in\":0,\"changed_out\":0,\"schools\":6},"
                              "{\"category\":\"Total\",\"phase_group\":\"Primary\",\"before\":4,\"added\":0,"
                              "\"removed\":0,\"changed_in\":0,\"changed_out\":0,\"schools\":4},"
                              "{\"category\":\"Total\",\"phase_group\":\"Secondary\",\"before\":6,\"added\":0,"
                              "\"removed\":0,\"changed_in\":0,\"changed_out\":0,\"schools\":6},"
                              "{\"category\":\"Total\",\"phase_group\":\"Total\",\"before\":10,\"added\":0,\"removed\":"
                              "0,\"changed_in\":0,\"changed_out\":0,\"schools\":10}]}";

START_TEST(a_row_that_is_not_there_tells_a_nought)
{
    static const struct publish_rule noughts_too = {.known = true, .below = 5, .hide_zeros = true};
    char *note, *text = published("/improve.v1.Reports/ConcernCases", concern, NULL, OUTPUT_CSV, &noughts_too, &note);
    ck_assert_ptr_null(note);
    ck_assert_str_eq(text, "");
    free(text);
    text = published("/improve.v1.Reports/ConcernCases", concern, NULL, OUTPUT_CSV, &rule, &note);
    ck_assert_ptr_nonnull(note);
    // Six of ten are told: then four are. Only the total of all may stand.
    ck_assert_ptr_nonnull(strstr(text, "amber,,Secondary,[c],0,0,0,0,[c]\n"));
    ck_assert_ptr_nonnull(strstr(text, "Total,,Total,10,0,0,0,0,10\n"));
    ck_assert_ptr_null(strstr(text, ",4"));
    ck_assert_ptr_null(strstr(text, ",6"));
    free(text);
    free(note);
}
END_TEST

START_TEST(the_note_says_rule_and_threshold)
{
    static const struct {
        struct publish_rule rule;
        const char *begins, *hidden;
    } cases[] = {
        {{true, 5, false}, "Small numbers are suppressed: [c] stands for a count from 1 to 4 (the threshold is 5), ",
            "[c]"},
        {{true, 2, false}, "Small numbers are suppressed: [c] stands for a count of 1 (the threshold is 2), ", NULL},
        {{true, 8, true},
            "Small numbers are suppressed: [c] stands for a count below 8, nought too (the threshold is 8), ", "[c]"},
        {{true, 1, false}, "No number is suppressed: the threshold is 1.", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *note, *text = published(take_up, s3, s3_without, OUTPUT_CSV, &cases[i].rule, &note);
        ck_assert_msg(strncmp(note, cases[i].begins, strlen(cases[i].begins)) == 0, "%s", note);
        ck_assert_ptr_nonnull(strstr(note, "What anybody can look up in public registers is not small: Base."));
        ck_assert_int_eq(strstr(text, "[c]") != NULL, cases[i].hidden != NULL);
        ck_assert_int_eq(strstr(note, "This table has none.") != NULL, i == 1);
        free(text);
        free(note);
    }
}
END_TEST

START_TEST(every_form_leaves_the_same_out)
{
    static const struct {
        enum output_form form;
        const char *has;
    } cases[] = {
        {OUTPUT_JSON, "\"phase_group\": \"Special\", \"subscribers\": \"[c]\", \"base\": 10, \"percent\": \"[c]\""},
        {OUTPUT_TABLE, "Special                     [c]   10     [c]"},
        {OUTPUT_HTML,
            "<th scope=\"row\">Special</th><td class=\"n\">[c]</td><td class=\"n\">10</td><td class=\"n\">[c]</td>"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *note, *text = published(take_up, s3, s3_without, cases[i].form, &rule, &note);
        ck_assert_msg(strstr(text, cases[i].has) != NULL, "%s", text);
        ck_assert_ptr_null(strstr(text, "44.8"));
        if (cases[i].form == OUTPUT_HTML) {
            ck_assert_ptr_nonnull(strstr(text, note));
            ck_assert_ptr_nonnull(strstr(text, " --publish "));
            ck_assert_ptr_nonnull(strstr(text, "Percent by Phase group, without small numbers"));
        }
        free(text);
        free(note);
    }
}
END_TEST

START_TEST(a_table_that_does_not_add_up_is_not_published)
{
    char *note, *text = published(take_up,
                    "{\"rows\":[{\"phase_group\":\"Primary\",\"subscribers\":95,\"base\":127},"
                    "{\"phase_group\":\"Total like for like\",\"subscribers\":96,\"base\":127}]}",
                    "{\"rows\":[]}", OUTPUT_CSV, &rule, &note);
    ck_assert_ptr_null(note);
    ck_assert_str_eq(text, "");
    free(text);
}
END_TEST

START_TEST(a_report_that_is_not_marked_is_refused)
{
    struct globals g = {.form = OUTPUT_CSV, .publish = true};
    struct printer p;
    ck_assert_int_eq(print_open(&p, catalog_find("/improve.v1.Reports/Bids"), &g, stdout), EXIT_USAGE);
    ck_assert_int_eq(print_open(&p, catalog_find("/improve.v1.Schools/ListSchools"), &g, stdout), EXIT_USAGE);
}
END_TEST

static bool counts_nobody(const ProtobufCFieldDescriptor *f)
{
    return f->type != PROTOBUF_C_TYPE_INT32 && f->type != PROTOBUF_C_TYPE_INT64 && f->type != PROTOBUF_C_TYPE_DOUBLE;
}

START_TEST(every_mark_fits_and_no_number_is_left_unmarked)
{
    int marked = 0;
    for (size_t i = 0; i < catalog_count(); i++) {
        const struct catalog_method *m = catalog_at(i);
        struct marks marks;
        if (!marks_line(m))
            continue;
        marked++;
        ck_assert_msg(m->shape == REPLY_ROWS, "%s answers with no rows", m->full_name);
        ck_assert_msg(marks_read(&marks, m), "%s: %s", m->full_name, marks.why);
        if (*marks.beside) { // asked the same, and it names this one
            char words[VERB_WORDS_MAX];
            struct marks its;
            snprintf(words, sizeof words, "report %.60s", marks.beside);
            const struct verb *other = verbs_find(words);
            ck_assert_msg(other && other->method && marks_read(&its, other->method), "%s", marks.beside);
            ck_assert_str_eq(its.beside, verbs_of(m) + strlen("report "));
            ck_assert_ptr_nonnull(protobuf_c_message_descriptor_get_field_by_name(its.row, marks.beside_column));
            for (unsigned f = 0; f < m->method->input->n_fields; f++) {
                ck_assert_str_eq(m->method->input->fields[f].name, other->method->method->input->fields[f].name);
                ck_assert_uint_eq(m->method->input->fields[f].id, other->method->method->input->fields[f].id);
            }
        }
        for (unsigned c = 0; c < m->row->n_fields; c++)
            ck_assert_msg(marks.kind[c] != MARK_LABEL || counts_nobody(&m->row->fields[c]), "%s says nothing of %s",
                m->full_name, m->row->fields[c].name);
    }
    ck_assert_int_gt(marked, 8);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("publish");
    TCase *t = tcase_create("publish");
    tcase_add_test(t, two_tables_that_stand_beside_each_other_hide_alike);
    tcase_add_test(t, a_report_whose_neighbour_did_not_come_is_not_published);
    tcase_add_test(t, stages_are_summed_apart_and_means_go_with_their_counts);
    tcase_add_test(t, pounds_of_a_tier_would_tell_how_many_are_in_it);
    tcase_add_test(t, a_row_that_is_not_there_tells_a_nought);
    tcase_add_test(t, the_note_says_rule_and_threshold);
    tcase_add_test(t, every_form_leaves_the_same_out);
    tcase_add_test(t, a_table_that_does_not_add_up_is_not_published);
    tcase_add_test(t, a_report_that_is_not_marked_is_refused);
    tcase_add_test(t, every_mark_fits_and_no_number_is_left_unmarked);
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
