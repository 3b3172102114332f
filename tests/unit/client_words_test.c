// What people type: words, flags, dates, and what they are told when it is wrong.
#include "client/args.h"
#include "client/cell.h"
#include "client/csv.h"
#include "client/dates.h"
#include "client/link.h"
#include "client/suggest.h"
#include "client/uuid.h"
#include "client/verbs.h"
#include "common/docs.h"
#include "common/field.h"
#include "common/json.h"
#include "tests/support/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

START_TEST(dates_are_read_day_first)
{
    const struct tm today = {.tm_year = 126, .tm_mon = 11, .tm_mday = 31}; // 31 December 2026
    static const struct {
        const char *text, *iso;
    } cases[] = {{"13/1/2026", "2026-01-13"}, {"1/2/2026", "2026-02-01"}, {"13-01-2026", "2026-01-13"},
        {"13.1.2026", "2026-01-13"}, {"13 Jan 2026", "2026-01-13"}, {"13 January", "2026-01-13"},
        {"13 january 2027", "2027-01-13"}, {"1 Sept 2026", "2026-09-01"}, {"13Jan2026", "2026-01-13"},
        {"2026-01-13", "2026-01-13"}, {" 13/1/2026 ", "2026-01-13"}, {"today", "2026-12-31"},
        {"Tomorrow", "2027-01-01"}, {"yesterday", "2026-12-30"}, {"29/2/2028", "2028-02-29"}, {"29/2/2027", NULL},
        {"31/4/2026", NULL}, {"2026-13-01", NULL}, {"1/13/2026", NULL}, {"13/1/26", NULL}, {"13 Janvier 2026", NULL},
        {"", NULL}, {"soon", NULL}, {"13/1/2026x", NULL}, {"0/1/2026", NULL}, {"99999999999/1/2026", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char iso[DATE_ISO_SIZE] = "";
        bool read = dates_read(cases[i].text, &today, iso);
        ck_assert_msg(read == (cases[i].iso != NULL), "%s", cases[i].text);
        if (read)
            ck_assert_str_eq(iso, cases[i].iso);
    }
    char text[DATE_SHORT_SIZE];
    dates_short("2026-01-03", text, sizeof text);
    ck_assert_str_eq(text, "3 Jan 2026");
    dates_short("no date", text, sizeof text);
    ck_assert_str_eq(text, "no date");
}
END_TEST

START_TEST(words_and_aliases_agree)
{
    char why[400] = "";
    ck_assert_msg(verbs_check(why, sizeof why), "%s", why);
}
END_TEST

START_TEST(words_come_from_names)
{
    ck_assert_ptr_eq(verbs_find("partner assign")->method, catalog_find("/improve.v1.Partners/AssignPartner"));
    ck_assert_ptr_eq(verbs_find("partner list")->method, catalog_find("/improve.v1.Partners/ListPartners"));
    ck_assert_ptr_eq(verbs_find("server info")->method, catalog_find("/improve.v1.Server/GetServerInfo"));
    ck_assert_ptr_null(verbs_find("partner"));
    ck_assert(verbs_is_noun("partner"));
    ck_assert(!verbs_is_noun("part"));
}
END_TEST

// Every "Example: improve …" of a method begins with words that call that method.
START_TEST(examples_call_their_method)
{
    for (size_t i = 0; i < catalog_count(); i++) {
        const struct catalog_method *m = catalog_at(i);
        for (const char *p = docs_method(m->service, m->method); (p = strstr(p, "Example: improve ")); p++) {
            char one[64] = "", two[64] = "", words[VERB_WORDS_MAX];
            if (sscanf(p, "Example: improve %63s %63s", one, two) < 1 || strcmp(one, "call") == 0)
                continue;
            snprintf(words, sizeof words, "%.40s %.40s", one, two);
            const struct verb *verb = verbs_find(words);
            verb = verb ? verb : verbs_find(one);
            ck_assert_msg(verb && (verb->method == m || verb->command),
                "%s: \"improve %s\" does not call it; is an alias missing?", m->full_name, words);
        }
    }
}
END_TEST

// A request's field of the name of a flag that every command takes would hide that flag.
START_TEST(no_field_hides_a_flag)
{
    const struct args_flag *flags;
    size_t n = args_globals(&flags);
    for (size_t i = 0; i < catalog_count(); i++) {
        const ProtobufCMessageDescriptor *in = catalog_at(i)->method->input;
        for (unsigned f = 0; f < in->n_fields; f++)
            for (size_t k = 0; k < n; k++) {
                char name[96];
                args_flag_name(in->fields[f].name, name, sizeof name);
                ck_assert_msg(strcmp(name, flags[k].name) != 0 || strcmp(name, "authority") == 0,
                    "field %s of %s hides a flag", name, in->name);
            }
    }
}
END_TEST

static struct arena arena;
static struct args args;

// parse reads a command line of a method's, NULL-ended.
static enum exit_code parse(const char *method, char **argv)
{
    int argc = 0;
    while (argv[argc])
        argc++;
    arena_init(&arena, 1024 * 1024);
    args = (struct args){.command = "test", .type = catalog_find(method)->method->input, .arena = &arena};
    return args_parse(&args, argc, argv);
}

static void request_is(const char *method, char **argv, const char *json)
{
    struct strbuf b;
    strbuf_init(&b, 10000);
    ck_assert_int_eq(parse(method, argv), EXIT_DONE);
    json_write_message(&b, args.request);
    ck_assert_str_eq(strbuf_text(&b), json);
    strbuf_release(&b);
    arena_release(&arena);
}

#define WORDS(...) ((char *[]){__VA_ARGS__, NULL})

START_TEST(flags_and_words_fill_requests)
{
    const char *assign = "/improve.v1.Partners/AssignPartner", *add = "/improve.v1.Partners/AddPartner",
               *book = "/improve.v1.Cpd/BookPlaces";
    request_is(assign, WORDS("122345", "pt-1", "6"), "{\"school_urn\":122345,\"partner_id\":\"pt-1\",\"half_days\":6}");
    request_is(assign, WORDS("--starts-on", "1/9/2026", "122345", "--half-days=6", "pt-1"),
        "{\"school_urn\":122345,\"partner_id\":\"pt-1\",\"half_days\":6,\"starts_on\":\"2026-09-01\"}");
    request_is(add, WORDS("Jo", "--kinds", "sip", "--kind", "nle", "--capacity-half-days", "60"),
        "{\"name\":\"Jo\",\"kinds\":[\"sip\",\"nle\"],\"capacity_half_days\":60}");
    request_is(add, WORDS("--kinds", "[\"sip\"]", "Jo", "60"),
        "{\"name\":\"Jo\",\"kinds\":[\"sip\"],\"capacity_half_days\":60}");
    request_is(book,
        WORDS("se-1", "122345", "--delegates", "name=\"Smith, Jo\",email=jo@x.example", "--delegates",
            "{\"name\":\"Al\"}"),
        "{\"session_id\":\"se-1\",\"school_urn\":122345,\"delegates\":[{\"name\":\"Smith, "
        "Jo\",\"email\":\"jo@x.example\"},{\"name\":\"Al\"}]}");
    request_is("/improve.v1.Partners/ListAssignments", WORDS("--include-ended", "--as-of", "13 Jan 2026"),
        "{\"as_of\":\"2026-01-13\",\"include_ended\":true}");
    request_is("/improve.v1.Partners/ListAssignments", WORDS("--no-include-ended"), "{\"include_ended\":false}");
}
END_TEST

// told runs a command line that is wrong, and looks for a text in what is said.
static void told(const char *method, char **argv, const char *text)
{
    char name[] = "/tmp/improve-told-XXXXXX", said[2000] = "";
    int fd = mkstemp(name), saved = dup(2);
    fflush(stderr);
    dup2(fd, 2);
    enum exit_code code = parse(method, argv);
    fflush(stderr);
    dup2(saved, 2);
    ck_assert(pread(fd, said, sizeof said - 1, 0) > 0);
    close(fd);
    close(saved);
    unlink(name);
    arena_release(&arena);
    ck_assert_int_eq(code, EXIT_USAGE);
    ck_assert_msg(strstr(said, text) != NULL, "\"%s\" is not in: %s", text, said);
}

START_TEST(wrong_flags_are_told)
{
    const char *assign = "/improve.v1.Partners/AssignPartner", *book = "/improve.v1.Cpd/BookPlaces";
    told(assign, WORDS("1", "pt-1"), "--half-days is required");
    told(assign, WORDS("1", "pt-1", "6", "7"), "\"7\" is one word too many");
    told(assign, WORDS("x", "pt-1", "6"), "--school-urn");
    told(assign, WORDS("1", "pt-1", "6", "--starts-on", "31/2/2026"), "31/2/2026");
    told(assign, WORDS("1", "pt-1", "6", "--starts-on", "31/2/2026"), "13 Jan 2026");
    told(assign, WORDS("--start-on", "1/1/2026"), "Did you mean --starts-on?");
    told(assign, WORDS("--starts-on"), "needs a value");
    told(assign, WORDS("1", "pt-1", "6", "--role", "a", "--role", "b"), "2 times");
    told(assign, WORDS("1", "pt-1", "6", "--output", "xml"), "table, json, csv");
    told(assign, WORDS("1", "pt-1", "6", "--timeout", "soon"), "30s");
    told(assign, WORDS("1", "pt-1", "6", "--request-id", "7"), "UUID");
    told(assign, WORDS("1", "\xff", "6"), "UTF-8");
    told(book, WORDS("se-1", "1", "--delegates", "nme=Jo"), "name=");
    told(book, WORDS("se-1", "1", "--delegates", "{\"name\":"), "JSON");
}
END_TEST

START_TEST(the_nearest_are_suggested)
{
    struct suggest s;
    suggest_init(&s, "asign");
    suggest_offer(&s, "list");
    suggest_offer(&s, "assign");
    suggest_offer(&s, "design");
    suggest_offer(&s, "assign");
    ck_assert_str_eq(s.names[0], "assign");
    ck_assert_str_eq(s.names[1], "design");
    suggest_init(&s, "zzz");
    suggest_offer(&s, "assign");
    ck_assert_ptr_null(s.names[0]);
}
END_TEST

START_TEST(cells_are_safe_and_right)
{
    struct strbuf b;
    strbuf_init(&b, 1000);
    cell_clean(&b,
        "a\x1b[31mb\xc2\x9b"
        "c\xffz\n",
        13, "\n");
    ck_assert_str_eq(strbuf_text(&b), "a\xef\xbf\xbd[31mb\xef\xbf\xbd"
                                      "c\xef\xbf\xbdz\n");
    strbuf_clear(&b);
    csv_write_cell(&b, "a,\"b\"\n");
    csv_write_cell(&b, "plain");
    ck_assert_str_eq(strbuf_text(&b), "\"a,\"\"b\"\"\n\"plain");
    strbuf_clear(&b);
    csv_write_tabbed(&b, "a\tb\nc");
    ck_assert_str_eq(strbuf_text(&b), "a b c");
    strbuf_release(&b);
    char heading[64];
    cell_heading("school_urn", heading, sizeof heading);
    ck_assert_str_eq(heading, "School URN");
    cell_heading("half_days_left", heading, sizeof heading);
    ck_assert_str_eq(heading, "Half days left");
}
END_TEST

START_TEST(delays_grow_and_have_an_end)
{
    ck_assert_uint_eq(link_retry_delay(1, 0, 0.5), 50);
    ck_assert_uint_eq(link_retry_delay(2, 0, 0.5), 80);
    ck_assert_uint_eq(link_retry_delay(1, 0, 0), 40);
    ck_assert_uint_eq(link_retry_delay(1, 0, 1), 60);
    ck_assert_uint_eq(link_retry_delay(50, 0, 0.5), 2000);
    ck_assert_uint_eq(link_retry_delay(1, 700, 0.5), 700);
}
END_TEST

START_TEST(ids_are_uuids)
{
    char one[UUID_SIZE], other[UUID_SIZE], third[UUID_SIZE];
    uuid_random(one);
    uuid_random(other);
    ck_assert(uuid_is_valid(one) && uuid_is_valid(other));
    ck_assert_int_eq(one[14], '4');
    ck_assert_str_ne(one, other);
    uuid_from_seed(one, "demo", 1);
    uuid_from_seed(other, "demo", 1);
    uuid_from_seed(third, "demo", 2);
    ck_assert(uuid_is_valid(one));
    ck_assert_str_eq(one, other);
    ck_assert_str_ne(one, third);
    ck_assert(!uuid_is_valid("3f1c0a52-6a0e-4c1b-9d0e-2b7f5a6c8d9"));
    ck_assert(!uuid_is_valid("3f1c0a52x6a0e-4c1b-9d0e-2b7f5a6c8d90"));
}
END_TEST

int main(void)
{
    catalog_init();
    verbs_init();
    Suite *suite = suite_create("client words");
    TCase *t = tcase_create("words");
    tcase_add_test(t, dates_are_read_day_first);
    tcase_add_test(t, words_and_aliases_agree);
    tcase_add_test(t, words_come_from_names);
    tcase_add_test(t, examples_call_their_method);
    tcase_add_test(t, no_field_hides_a_flag);
    tcase_add_test(t, flags_and_words_fill_requests);
    tcase_add_test(t, wrong_flags_are_told);
    tcase_add_test(t, the_nearest_are_suggested);
    tcase_add_test(t, cells_are_safe_and_right);
    tcase_add_test(t, delays_grow_and_have_an_end);
    tcase_add_test(t, ids_are_uuids);
    suite_add_tcase(suite, t);
    return run_suite(suite);
}
