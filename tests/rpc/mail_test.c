// Notices on their way out, against a real mail server (tests/support/smtp_sink): whole, at least once under one
// Message-ID, put off or given up as the mail server says, and whatever happens to it or to us.
#include "tests/support/harness.h"
#include "tests/support/outbox.h"
#include "tests/support/run.h"
#include "tests/support/sink.h"

#include <libical/ical.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_MS = 2000, LEASE_MS = 2 * TIMEOUT_MS + 5000, MANY = 60 };

static struct sink sink;
static char *admin;

static const char fast[] = "notice_interval_ms=20", retry[] = "notice_retry_ms=100", timeout[] = "smtp_timeout_ms=2000",
                  plain[] = "smtp_tls=none";

static void start(struct harness_server *s)
{
    harness_start(s, (const char *const[]){sink.url, plain, fast, retry, timeout, NULL});
}

static const char *text(const json_t *message, const char *name)
{
    const char *value = json_string_value(json_object_get(message, name));
    return value ? value : "";
}

static const char *header(const json_t *message, const char *name)
{
    return text(json_object_get(message, "headers"), name);
}

// person gives name (0) or address (1) of the first in From or To.
static const char *person(const json_t *message, const char *name, size_t which)
{
    return json_string_value(json_array_get(json_array_get(json_object_get(message, name), 0), which));
}

static const char *entry_text(icalcomponent *entry, icalproperty_kind kind)
{
    icalproperty *property = icalcomponent_get_first_property(entry, kind);
    return property ? icalproperty_get_value_as_string(property) : "";
}

static void check_calendar(const json_t *message)
{
    icalcomponent *calendar = icalparser_parse_string(text(message, "calendar"));
    ck_assert_ptr_nonnull(calendar);
    ck_assert_int_eq(icalcomponent_count_errors(calendar), 0);
    ck_assert_int_eq(icalcomponent_get_method(calendar), ICAL_METHOD_REQUEST);
    icalcomponent *entry = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
    ck_assert_str_eq(icalcomponent_get_uid(entry), "001-bk-1@improve");
    ck_assert_int_eq(icalcomponent_get_sequence(entry), 4);
    ck_assert_str_eq(icalcomponent_get_summary(entry), "Phonics; \"réading\", 1");
    ck_assert_str_eq(icalcomponent_get_location(entry), "County Hall");
    ck_assert_int_eq(icalcomponent_get_status(entry), ICAL_STATUS_CONFIRMED);
    ck_assert_str_eq(entry_text(entry, ICAL_ATTENDEE_PROPERTY), "mailto:jo@school.example");
    ck_assert_str_eq(entry_text(entry, ICAL_ORGANIZER_PROPERTY), "mailto:us@council.example");
    ck_assert_ptr_nonnull(strstr(text(message, "calendar"), "DTSTART;TZID=Europe/London:20310715T093000"));
    ck_assert_ptr_nonnull(strstr(text(message, "calendar"), "BEGIN:VTIMEZONE"));
    icalcomponent_free(calendar);
}

START_TEST(a_notice_arrives_whole)
{
    struct harness_server s;
    start(&s);
    // "Zoë O'Neil, <x>": letters beyond ASCII, quotes, a comma; a course longer than a header line.
    char *id = outbox_queue("'Zoë \"O''''Neil\", <x@y.example> & Žižka'", "jo@school.example",
        "Überlegungen zur Förderung der Lesekompetenz, in vielen Wörtern, damit die Zeile lang wird",
        "notices.entry('bk-1', 4, 'request', '2031-07-15 08:30Z', '2031-07-15 11:30Z', 'Phonics; \"réading\", 1', "
        "'County Hall')");
    ck_assert(sink_wait(&sink, 1, OUTBOX_SOON_MS));
    json_t *m = sink_message(&sink, 1);
    ck_assert_int_eq((int)json_array_size(json_object_get(m, "defects")), 0);
    ck_assert(json_is_true(json_object_get(m, "ascii")));
    ck_assert_int_le((int)json_integer_value(json_object_get(m, "longest")), 100);
    ck_assert_int_eq((int)json_integer_value(json_object_get(m, "bare")), 0);
    ck_assert_str_eq(text(m, "sender"), "us@council.example");
    ck_assert_str_eq(person(m, "from", 0), "Bürgeramt, Eastmarch");
    ck_assert_str_eq(person(m, "from", 1), "us@council.example");
    ck_assert_str_eq(person(m, "to", 0), "Zoë \"O''Neil\", <x@y.example> & Žižka");
    ck_assert_str_eq(person(m, "to", 1), "jo@school.example");
    ck_assert_str_eq(header(m, "subject"),
        "Place confirmed: Überlegungen zur Förderung der Lesekompetenz, in vielen Wörtern, damit die Zeile lang wird, "
        "Monday");
    ck_assert_str_eq(header(m, "reply-to"), "answers@council.example");
    ck_assert_str_eq(header(m, "auto-submitted"), "auto-generated");
    ck_assert_ptr_nonnull(strstr(header(m, "date"), "+0000"));
    outbox_is(id, "message_id", header(m, "message-id"));
    ck_assert_ptr_nonnull(strstr(text(m, "body"), "You have a place on Überlegungen"));
    ck_assert_ptr_nonnull(strstr(text(m, "body"), "Booking: bk-1\n"));
    ck_assert_str_eq(text(m, "method"), "REQUEST");
    ck_assert_str_eq(text(m, "attached"), "invite.ics");
    check_calendar(m);
    outbox_await(id, "sent");
    outbox_is(id, "attempts", "1");
    // The log says that it went, and to nobody whom.
    char *log = harness_log(&s);
    ck_assert_ptr_nonnull(strstr(log, id));
    ck_assert_ptr_null(strchr(log, '@'));
    ck_assert_ptr_null(strstr(log, "Zo"));
    free(log);
    free(id);
    json_decref(m);
    ck_assert_int_eq(harness_stop(&s), 0);
}
END_TEST

// What the outbox holds is looked at again before it leaves: whoever wrote past notices.queue begins no header either.
static const struct {
    const char *what, *change;
} unfit[] = {
    {"a name with lines", "to_name = E'Jo\\r\\nBcc: all@x.example'"},
    {"a name with one line feed", "to_name = E'Jo\\nBcc: all@x.example'"},
    {"a name with a next-line", "to_name = E'Jo\\u0085Bcc: all@x.example'"},
    {"a subject with lines", "subject = E'Hello\\r\\n\\r\\nBody'"},
    {"an address with a command", "to_address = E'jo@school.example>\\r\\nRCPT TO:<all@x.example'"},
    {"two addresses", "to_address = 'jo@school.example,all@x.example'"},
    {"an address with a name", "to_address = 'Jo <jo@school.example>'"},
    {"a Message-ID with lines", "message_id = E'<a@b>\\r\\nBcc: all@x.example>'"},
};

START_TEST(no_name_begins_a_header)
{
    struct harness_server s;
    int before = sink_count(&sink);
    for (size_t i = 0; i < sizeof unfit / sizeof *unfit; i++) {
        char *id = outbox_queue_one();
        free(harness_sql("update notices.notice set %s where notice_id = '%s'", unfit[i].change, id));
        free(id);
    }
    // A text may have any lines: one that looks like the end of the mail, and one like a header.
    char *id = outbox_queue_one();
    free(harness_sql(
        "update notices.notice set body = E'.\\n..\\nBcc: all@x.example\\nQUIT\\nFrom here' where notice_id = '%s'",
        id));
    start(&s);
    outbox_await(id, "sent");
    ck_assert_int_eq(
        outbox_number(
            "select count(*) from notices.notice where status = 'dead' and failure = 'it cannot stand in a mail'"),
        (int)(sizeof unfit / sizeof *unfit));
    ck_assert_int_eq(sink_count(&sink), before + 1);
    json_t *m = sink_message(&sink, before + 1);
    ck_assert_str_eq(text(m, "body"), ".\n..\nBcc: all@x.example\nQUIT\nFrom here\n");
    ck_assert_int_eq((int)json_array_size(json_object_get(m, "recipients")), 1);
    json_decref(m);
    free(id);
    ck_assert_int_eq(harness_stop(&s), 0);
}
END_TEST

// Answers of the mail server: to the address or to the message, and what becomes of the notice.
static const struct {
    const char *mode, *failure;
    bool for_good;
} answers[] = {
    {"rcpt 451 4.7.1 Greylisted, try later\n", "451 4.7.1 Greylisted, try later", false},
    {"data 452 4.3.1 Full\n", "452 4.3.1 Full", false},
    {"rcpt 550 5.1.1 <ADDRESS>: no such user\n", "550 5.1.1 <jo@school.example>: no such user", true},
    {"data 554 5.7.1 Spam\n", "554 5.7.1 Spam", true},
    {"rcpt 535 5.7.8 Sign in\n", "535 5.7.8 Sign in", false}, // the operator's to put right
};

START_TEST(put_off_or_given_up_as_the_mail_server_says)
{
    struct harness_server s;
    start(&s);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        sink_mode(&sink, answers[i].mode);
        char *id = outbox_queue_one();
        for (uint64_t until = harness_ms() + OUTBOX_SOON_MS; harness_ms() < until; harness_rest(10)) {
            char *failure = outbox_column(id, "failure");
            bool told = *failure;
            free(failure);
            if (told)
                break;
        }
        outbox_is(id, "failure", answers[i].failure);
        outbox_is(id, "status", answers[i].for_good ? "dead" : "waiting");
        if (answers[i].for_good)
            outbox_is(id, "attempts", "1");
        sink_mode(&sink, "");
        if (answers[i].for_good)
            free(harness_sql("update notices.notice set status = 'waiting', finished_at = null, attempts = 0, due_at = "
                             "now() where notice_id = '%s'",
                id));
        outbox_await(id, "sent");
        free(id);
    }
    char *log = harness_log(&s);
    ck_assert_ptr_null(strchr(log, '@'));
    free(log);
    ck_assert_int_eq(harness_stop(&s), 0);
}
END_TEST

// calls_are_quick makes a call, while a mail is on its way.
static void calls_are_quick(const struct harness_server *s)
{
    struct link *link = harness_link(s);
    struct harness_reply reply;
    uint64_t since = harness_ms();
    harness_call_on(link,
        &(struct harness_call){.method = "Notices/ListNotices", .authority = "001", .token = admin, .json = "{}"},
        &reply);
    ck_assert_int_eq(reply.code, STATUS_OK);
    ck_assert_int_lt((int)(harness_ms() - since), TIMEOUT_MS);
    harness_release(&reply);
    link_close(link);
}

START_TEST(a_slow_mail_server_delays_no_call)
{
    struct harness_server s;
    start(&s);
    int before = sink_count(&sink);
    sink_mode(&sink, "delay 4000\n"); // longer than we wait
    char *id = outbox_queue_one();
    ck_assert(sink_wait(&sink, before + 1, OUTBOX_SOON_MS));
    calls_are_quick(&s);
    for (uint64_t until = harness_ms() + OUTBOX_SOON_MS; harness_ms() < until && sink_count(&sink) < before + 2;
         harness_rest(10))
        ;
    char *failure = outbox_column(id, "failure"); // that time was up, or that no more could be sent
    ck_assert_str_ne(failure, "");
    free(failure);
    sink_mode(&sink, "");
    outbox_await(id, "sent");
    free(id);
    ck_assert_int_eq(harness_stop(&s), 0);
}
END_TEST

START_TEST(a_stop_waits_for_what_is_being_sent)
{
    struct harness_server s;
    start(&s);
    int before = sink_count(&sink);
    sink_mode(&sink, "delay 500\n");
    char *id = outbox_queue_one();
    ck_assert(sink_wait(&sink, before + 1, OUTBOX_SOON_MS));
    ck_assert_int_eq(harness_stop(&s), 0);
    outbox_is(id, "status", "sent");
    sink_mode(&sink, "");
    free(id);
}
END_TEST

static int answered(void)
{
    char path[128];
    snprintf(path, sizeof path, "%s/answers", sink.room);
    FILE *file = fopen(path, "r");
    int lines = 0;
    for (int c; file && (c = getc(file)) != EOF;)
        lines += c == '\n';
    if (file)
        fclose(file);
    return lines;
}

START_TEST(killed_between_acceptance_and_marking_it_sends_again)
{
    struct harness_server s;
    start(&s);
    int before = sink_count(&sink), said = answered();
    sink_mode(&sink, "delay 500\n");
    char *id = outbox_queue_one();
    ck_assert(sink_wait(&sink, before + 1, OUTBOX_SOON_MS));
    // The mail server has it and has not said so yet: from here on nothing can be marked.
    PGconn *pg = PQconnectdb(harness_superuser());
    PQclear(PQexec(pg, "begin; lock table notices.notice in exclusive mode"));
    for (uint64_t until = harness_ms() + OUTBOX_SOON_MS; harness_ms() < until && answered() == said; harness_rest(10))
        ;
    ck_assert_int_eq(answered(), said + 1);
    harness_rest(200);
    harness_kill(&s);
    free(harness_sql(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'improved postman'"));
    PQclear(PQexec(pg, "rollback"));
    PQfinish(pg);
    outbox_is(id, "status", "waiting");
    sink_mode(&sink, "");
    start(&s);
    harness_rest(500);
    ck_assert_int_eq(sink_count(&sink), before + 1); // it may still be on its way elsewhere
    ck_assert(sink_wait(&sink, before + 2, LEASE_MS + OUTBOX_SOON_MS));
    outbox_await(id, "sent");
    json_t *first = sink_message(&sink, before + 1), *second = sink_message(&sink, before + 2);
    ck_assert_str_eq(header(first, "message-id"), header(second, "message-id"));
    ck_assert_str_eq(header(first, "date"), header(second, "date"));
    ck_assert_str_eq(text(first, "body"), text(second, "body"));
    outbox_is(id, "attempts", "2");
    json_decref(first);
    json_decref(second);
    free(id);
    ck_assert_int_eq(harness_stop(&s), 0);
}
END_TEST

START_TEST(two_servers_send_each_notice_once)
{
    struct harness_server a, b;
    int before = sink_count(&sink);
    for (int i = 0; i < MANY; i++)
        free(outbox_queue_one());
    start(&a);
    start(&b);
    ck_assert(sink_wait(&sink, before + MANY, 2 * OUTBOX_SOON_MS));
    for (uint64_t until = harness_ms() + OUTBOX_SOON_MS; harness_ms() < until; harness_rest(10))
        if (outbox_number("select count(*) from notices.notice where status = 'waiting'") == 0)
            break;
    ck_assert_int_eq(outbox_number("select count(*) from notices.notice where status = 'waiting'"), 0);
    ck_assert_int_eq(sink_count(&sink), before + MANY);
    ck_assert_int_eq(harness_stop(&a), 0);
    ck_assert_int_eq(harness_stop(&b), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("mail");
    TCase *t = tcase_create("mail");
    tcase_add_test(t, a_notice_arrives_whole);
    tcase_add_test(t, no_name_begins_a_header);
    tcase_add_test(t, put_off_or_given_up_as_the_mail_server_says);
    tcase_add_test(t, a_slow_mail_server_delays_no_call);
    tcase_add_test(t, a_stop_waits_for_what_is_being_sent);
    tcase_add_test(t, killed_between_acceptance_and_marking_it_sends_again);
    tcase_add_test(t, two_servers_send_each_notice_once);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    harness_database("rpc_mail");
    admin = harness_token("001", "la_admin", NULL);
    outbox_open();
    sink_start(&sink, NULL);
    int failed = run_suite(suite());
    sink_stop(&sink);
    free(admin);
    return failed ? 1 : 0;
}
