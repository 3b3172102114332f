// Headers of mails: what goes in comes out again, by a reader of its own; no line is too long, no text begins another
// header. SEED=n repeats a run.
#include "server/mail/compose.h"
#include "server/mail/header.h"
#include "tests/support/run.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_LENGTH = 76, ROUNDS = 2000 };

// decode reads a header of encoded words, or of plain text, back.
static void decode(const char *header, char *to, size_t size)
{
    const char *at = strstr(header, ": ") + 2;
    *to = '\0';
    if (strncmp(at, "=?UTF-8?B?", 10) != 0) {
        snprintf(to, size, "%s", at);
        return;
    }
    for (size_t n = 0, used; (at = strstr(at, "=?UTF-8?B?")); n += used) {
        at += 10;
        ck_assert_int_eq(sodium_base642bin((unsigned char *)to + n, size - n - 1, at, strcspn(at, "?"), NULL, &used,
                             NULL, sodium_base64_VARIANT_ORIGINAL),
            0);
        to[n + used] = '\0';
    }
}

// check_lines holds that a header's lines are short, and that each but the first begins with a space.
static void check_lines(const char *header)
{
    size_t length = 0;
    for (const char *at = header; *at; at++) {
        if (*at == '\r') {
            ck_assert_msg(at[1] == '\n' && at[2] == ' ', "%s", header);
            length = 0;
            at++;
            continue;
        }
        ck_assert_msg((unsigned char)*at >= ' ' && (unsigned char)*at < 0x7f, "%s", header);
        ck_assert_msg(++length <= LINE_MAX_LENGTH, "%s", header);
    }
}

static void comes_back(const char *text)
{
    struct strbuf b;
    char back[2048];
    strbuf_init(&b, 8192);
    ck_assert(header_text(&b, "Subject", text));
    check_lines(strbuf_text(&b));
    decode(strbuf_text(&b), back, sizeof back);
    ck_assert_str_eq(back, text);
    strbuf_release(&b);
}

START_TEST(texts_come_back)
{
    static const char *const letters[] = {
        "a", "B", " ", "?", "=", "é", "ß", "Ž", "日", "本", "😀", "\"", "\\", ",", "=?"};
    comes_back("");
    comes_back("Place confirmed: Phonics, Monday 13 January 2027, 09:30");
    comes_back("=?UTF-8?B?SGk=?=");
    for (int i = 0; i < ROUNDS; i++) {
        char text[1024] = "";
        for (int n = rand() % 120, length = 0; n > 0; n--)
            length += snprintf(text + length, sizeof text - (size_t)length, "%s",
                letters[(size_t)rand() % (sizeof letters / sizeof *letters)]);
        comes_back(text);
    }
}
END_TEST

START_TEST(what_controls_is_refused)
{
    static const char *const texts[] = {
        "a\r\nBcc: b", "a\nb", "a\rb", "a\tb", "a\x7f", "a\xc2\x85z", "a\xff", "\xc3", "\x1b[31m"};
    struct strbuf b;
    strbuf_init(&b, 8192);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ck_assert(!header_text(&b, "Subject", texts[i]));
        ck_assert(!header_address(&b, "To", texts[i], "jo@school.example"));
        ck_assert_int_eq((int)b.length, 0);
    }
}
END_TEST

START_TEST(addresses_are_one)
{
    static const char *const good[] = {"jo@school.example", "j.o'x+1@a-b.example", "a@b"},
                             *const bad[] = {"", "jo", "@a.example", "jo@", "a@b@c", "a@b,c@d", "<a@b>", "a b@c",
                                 "a@b\r\nRCPT TO:<c@d>", "j\xc3\xb6@a.example", "a@b>", "\"a\"@b", "a@b "};
    struct strbuf b;
    strbuf_init(&b, 8192);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        ck_assert(header_is_address(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_msg(!header_is_address(bad[i]), "%s", bad[i]);
        ck_assert(!header_address(&b, "To", "Jo", bad[i]));
    }
    ck_assert(header_address(&b, "To", "Field, \"Jo\" \\", "jo@school.example"));
    ck_assert_str_eq(strbuf_text(&b), "To: \"Field, \\\"Jo\\\" \\\\\"\r\n <jo@school.example>");
    strbuf_clear(&b);
    ck_assert(header_address(&b, "Reply-To", "", "jo@school.example"));
    ck_assert_str_eq(strbuf_text(&b), "Reply-To: <jo@school.example>");
    strbuf_clear(&b);
    header_date(&b, "Date", 1700000000);
    ck_assert_str_eq(strbuf_text(&b), "Date: Tue, 14 Nov 2023 22:13:20 +0000");
    strbuf_release(&b);
}
END_TEST

static struct mail a_mail(void)
{
    return (struct mail){.authority = "929",
        .notice_id = "no-1",
        .message_id = "<no-1.929@council.example>",
        .sender = "us@council.example",
        .sender_name = "",
        .reply_to = "",
        .to_address = "jo@school.example",
        .to_name = "Jo",
        .subject = "Hello",
        .body = "One\nTwo\r\n\nFour",
        .entry = {.uid = ""}};
}

START_TEST(a_mail_is_the_same_each_time)
{
    struct mail m = a_mail();
    struct composed a, b;
    m.entry.uid = "929-bk-1@improve";
    m.entry.starts = 1900000000;
    m.entry.ends = 1900003600;
    m.entry.summary = "A\nB; C";
    m.entry.location = "";
    ck_assert_int_eq(compose(&a, &m), COMPOSE_DONE);
    ck_assert_int_eq(compose(&b, &m), COMPOSE_DONE);
    ck_assert_str_eq(strbuf_text(&a.body), "One\r\nTwo\r\n\r\nFour\r\n");
    ck_assert_str_eq(a.calendar, b.calendar);
    ck_assert_ptr_nonnull(strstr(a.calendar, "\r\nMETHOD:REQUEST\r\n"));
    ck_assert_ptr_nonnull(strstr(a.calendar, "\r\nSUMMARY:A\\nB\\; C\r\n"));
    ck_assert_ptr_null(strstr(a.calendar, "\r\nLOCATION"));
    ck_assert_int_eq(a.n, b.n);
    for (int i = 0; i < a.n; i++)
        ck_assert_str_eq(strbuf_text(&a.headers[i]), strbuf_text(&b.headers[i]));
    compose_release(&a);
    compose_release(&b);
    m.entry.cancel = true;
    ck_assert_int_eq(compose(&a, &m), COMPOSE_DONE);
    ck_assert_ptr_nonnull(strstr(a.calendar, "\r\nMETHOD:CANCEL\r\n"));
    ck_assert_ptr_nonnull(strstr(a.calendar, "\r\nSTATUS:CANCELLED\r\n"));
    compose_release(&a);
}
END_TEST

START_TEST(a_mail_that_cannot_be_is_refused)
{
    static const char *const ids[] = {"", "x", "<>", "<a@b>\r\nBcc: c", "<a b@c>", "<a@b><c@d>", "a@b"};
    struct composed c;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        struct mail m = a_mail();
        m.message_id = ids[i];
        ck_assert_msg(compose(&c, &m) == COMPOSE_UNFIT, "%s", ids[i]);
        compose_release(&c);
    }
    struct mail m = a_mail();
    m.body = "\xff";
    ck_assert_int_eq(compose(&c, &m), COMPOSE_UNFIT);
    compose_release(&c);
    m = a_mail();
    m.reply_to = "a@b, c@d";
    ck_assert_int_eq(compose(&c, &m), COMPOSE_UNFIT);
    compose_release(&c);
}
END_TEST

int main(void)
{
    unsigned seed = getenv("SEED") ? (unsigned)atoi(getenv("SEED")) : 1;
    srand(seed);
    if (sodium_init() < 0)
        return 1;
    Suite *suite = suite_create("mail");
    TCase *t = tcase_create("mail");
    tcase_add_test(t, texts_come_back);
    tcase_add_test(t, what_controls_is_refused);
    tcase_add_test(t, addresses_are_one);
    tcase_add_test(t, a_mail_is_the_same_each_time);
    tcase_add_test(t, a_mail_that_cannot_be_is_refused);
    suite_add_tcase(suite, t);
    return run_suite(suite);
}
