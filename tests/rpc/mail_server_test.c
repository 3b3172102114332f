// The way to the mail server: away and back, TLS, signing in, settings that make no sense.
#include "tests/support/harness.h"
#include "tests/support/outbox.h"
#include "tests/support/run.h"
#include "tests/support/sink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct sink sink;
static char ca_file[96], certificate[96], key[96], password_file[96];

static const char fast[] = "notice_interval_ms=20", retry[] = "notice_retry_ms=100", secret[] = "correct horse battery",
                  user[] = "smtp_user=improve";

static void server_says(const struct harness_server *s, const char *mail)
{
    struct link *link = harness_link(s);
    struct harness_reply reply;
    char *is = NULL;
    for (uint64_t until = harness_ms() + OUTBOX_SOON_MS; harness_ms() < until; harness_rest(20)) {
        free(is);
        harness_call_on(link, &(struct harness_call){.method = "Server/GetServerInfo", .json = "{}"}, &reply);
        ck_assert_int_eq(reply.code, STATUS_OK);
        is = strdup(json_string_value(json_object_get(reply.json, "mail")));
        harness_release(&reply);
        if (strcmp(is, mail) == 0)
            break;
    }
    ck_assert_str_eq(is, mail);
    free(is);
    link_close(link);
}

static void write_password(const char *password)
{
    FILE *file = fopen(password_file, "w");
    ck_assert_ptr_nonnull(file);
    fprintf(file, "%s\n", password);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(a_mail_server_that_is_away_is_waited_for)
{
    struct harness_server s;
    struct sink other;
    char port[8];
    sink_start(&other, NULL);
    snprintf(port, sizeof port, "%s", other.port);
    harness_start(&s, (const char *const[]){other.url, "smtp_tls=none", fast, retry, NULL});
    sink_stop(&other);
    char *id = outbox_queue_one();
    for (uint64_t until = harness_ms() + OUTBOX_SOON_MS; harness_ms() < until; harness_rest(10))
        if (outbox_number("select sum(attempts) from notices.notice where status = 'waiting'") > 1)
            break;
    outbox_is(id, "failure", "Couldn't connect to server");
    server_says(&s, "failing");
    sink_start(&other, (const char *const[]){"--port", port, NULL});
    outbox_await(id, "sent");
    server_says(&s, "on");
    sink_stop(&other);
    free(id);
    ck_assert_int_eq(harness_stop(&s), 0);
}
END_TEST

// waits_for tells that a notice waits for what the operator has to put right.
static void waits_for(const struct harness_server *s, const char *id, const char *failure)
{
    server_says(s, "failing");
    outbox_is(id, "status", "waiting");
    outbox_is(id, "failure", failure);
}

START_TEST(it_signs_in_under_tls)
{
    struct harness_server s;
    char ca[128], file[128];
    snprintf(ca, sizeof ca, "smtp_ca_file=%s", ca_file);
    snprintf(file, sizeof file, "smtp_password_file=%s", password_file);
    write_password("wrong");
    harness_start(&s, (const char *const[]){sink.url, ca, user, file, fast, retry, NULL});
    int before = sink_count(&sink);
    char *id = outbox_queue_one();
    waits_for(&s, id, "535 5.7.8");
    write_password(secret); // and no restart
    outbox_await(id, "sent");
    json_t *m = sink_message(&sink, before + 1);
    ck_assert(json_is_true(json_object_get(m, "tls")));
    ck_assert_ptr_nonnull(strstr(json_string_value(json_object_get(m, "user")), "improve"));
    json_decref(m);
    char *log = harness_log(&s);
    ck_assert_ptr_null(strstr(log, secret));
    ck_assert_ptr_null(strchr(log, '@'));
    free(log);
    free(id);
    ck_assert_int_eq(harness_stop(&s), 0);
}
END_TEST

START_TEST(nothing_goes_to_a_server_that_is_not_who_it_says)
{
    struct harness_server s;
    int before = sink_count(&sink);
    harness_start(&s, (const char *const[]){sink.url, fast, retry, NULL}); // its CA is not one of the system's
    char *id = outbox_queue_one();
    waits_for(&s, id, "SSL");
    ck_assert_int_eq(harness_stop(&s), 0);
    ck_assert_int_eq(sink_count(&sink), before);
    free(harness_sql("delete from notices.notice"));
    free(id);
}
END_TEST

START_TEST(nothing_goes_in_the_clear)
{
    struct harness_server s;
    struct sink clear;
    sink_start(&clear, NULL);
    harness_start(&s, (const char *const[]){clear.url, fast, retry, NULL});
    char *id = outbox_queue_one();
    waits_for(&s, id, "SSL");
    ck_assert_int_eq(harness_stop(&s), 0);
    ck_assert_int_eq(sink_count(&clear), 0);
    sink_stop(&clear);
    free(harness_sql("delete from notices.notice"));
    free(id);
}
END_TEST

START_TEST(without_a_mail_server_notices_wait)
{
    struct harness_server s;
    harness_start(&s, (const char *const[]){fast, NULL});
    char *id = outbox_queue_one();
    server_says(&s, "off");
    harness_rest(200);
    outbox_is(id, "status", "waiting");
    outbox_is(id, "attempts", "0");
    ck_assert_int_eq(harness_stop(&s), 0);
    free(harness_sql("delete from notices.notice"));
    free(id);
}
END_TEST

// Settings that make no sense, and what the log says.
static const struct {
    const char *settings[4], *says;
} senseless[] = {
    {{"smtp_url=https://mail.example"}, "smtp_url is neither"},
    {{"smtp_url=smtp://jo:word@mail.example"}, "smtp_url names a user"},
    {{"smtp_tls=maybe"}, "smtp_tls is neither"},
    {{"smtp_url=smtp://mail.example", "smtp_user=jo"}, "smtp_password_file cannot be read"},
    {{"smtp_url=smtp://mail.example", "smtp_user=jo", "smtp_password_file=/dev/null"}, "its first line is empty"},
    {{"smtp_url=smtp://mail.example", "smtp_password_file=/dev/null"}, "smtp_user is not"},
    {{"smtp_url=smtp://mail.example", "smtp_user=jo", "smtp_tls=none"}, "sent in the clear"},
};

START_TEST(settings_that_make_no_sense_are_refused)
{
    for (size_t i = 0; i < sizeof senseless / sizeof *senseless; i++) {
        struct harness_server s;
        ck_assert(!harness_try_start(&s, senseless[i].settings));
        char *log = harness_log(&s);
        ck_assert_msg(strstr(log, senseless[i].says) != NULL, "%s: %s", senseless[i].settings[0], log);
        ck_assert_ptr_null(strstr(log, "word@"));
        free(log);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("mail server");
    TCase *t = tcase_create("mail server");
    tcase_add_test(t, a_mail_server_that_is_away_is_waited_for);
    tcase_add_test(t, it_signs_in_under_tls);
    tcase_add_test(t, nothing_goes_to_a_server_that_is_not_who_it_says);
    tcase_add_test(t, nothing_goes_in_the_clear);
    tcase_add_test(t, without_a_mail_server_notices_wait);
    tcase_add_test(t, settings_that_make_no_sense_are_refused);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    harness_database("rpc_mail_server");
    free(harness_token("001", "la_admin", NULL));
    outbox_open();
    char folder[] = "/tmp/improve-mail-XXXXXX";
    if (!mkdtemp(folder))
        return 1;
    snprintf(ca_file, sizeof ca_file, "%s/ca.crt", folder);
    snprintf(certificate, sizeof certificate, "%s/server.crt", folder);
    snprintf(key, sizeof key, "%s/server.key", folder);
    snprintf(password_file, sizeof password_file, "%s/password", folder);
    const char *tls[] = {getenv("IMPROVED"), "admin", "tls", "--out", folder, NULL},
               *gone[] = {"rm", "-rf", folder, NULL};
    if (harness_run(tls, NULL) != 0)
        return 1;
    sink_start(&sink, (const char *const[]){"--tls", certificate, key, "--user", "improve", secret, NULL});
    int failed = run_suite(suite());
    sink_stop(&sink);
    harness_run(gone, NULL);
    return failed ? 1 : 0;
}
