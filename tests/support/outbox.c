#include "tests/support/outbox.h"

#include "tests/support/harness.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

void outbox_open(void)
{
    free(harness_sql("insert into notices.policy (authority_id, sending, sender, sender_name, reply_to) values "
                     "(1, true, 'us@council.example', 'Bürgeramt, Eastmarch', 'answers@council.example')"));
}

char *outbox_queue(const char *name, const char *address, const char *course, const char *entry)
{
    return harness_sql("select set_config('app.authority_id', '1', false);"
                       "select notices.queue('booking.confirmed', 'bk-1', %s, '%s', jsonb_build_object('course', '%s', "
                       "'when', 'Monday'), %s)",
        name, address, course, entry);
}

char *outbox_queue_one(void)
{
    return outbox_queue("'Jo'", "jo@school.example", "Phonics", "null");
}

int outbox_number(const char *sql)
{
    char *text = harness_sql("%s", sql);
    int n = atoi(text);
    free(text);
    return n;
}

char *outbox_column(const char *id, const char *column)
{
    return harness_sql("select coalesce(%s::text, '') from notices.notice where notice_id = '%s'", column, id);
}

void outbox_is(const char *id, const char *column, const char *text)
{
    char *is = outbox_column(id, column);
    ck_assert_msg(strstr(is, text) != NULL, "%s: %s, not %s", column, is, text);
    free(is);
}

void outbox_await(const char *id, const char *status)
{
    char *is = NULL;
    for (uint64_t until = harness_ms() + OUTBOX_SOON_MS; harness_ms() < until; harness_rest(10)) {
        free(is);
        is = outbox_column(id, "status");
        if (strcmp(is, status) == 0)
            break;
    }
    ck_assert_str_eq(is, status);
    free(is);
}
