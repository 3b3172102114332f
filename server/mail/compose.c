#include "server/mail/compose.h"

#include "common/check.h"
#include "common/ical.h"
#include "server/mail/header.h"

#include <stdlib.h>
#include <string.h>

enum { HEADER_MAX = 4096, BODY_MAX = 1 << 20 };

static struct strbuf *next(struct composed *c)
{
    return &c->headers[c->n++];
}

static bool is_message_id(const char *text)
{
    size_t n = strlen(text);
    return n > 4 && n < 320 && text[0] == '<' && text[n - 1] == '>' && strspn(text + 1, "<> \t") == 0 &&
           strcspn(text + 1, "<>\r\n\t ") == n - 2;
}

static bool add_headers(struct composed *c, const struct mail *m)
{
    if (!header_address(next(c), "From", m->sender_name, m->sender) ||
        !header_address(next(c), "To", m->to_name, m->to_address) || !header_text(next(c), "Subject", m->subject) ||
        !is_message_id(m->message_id))
        return false;
    strbuf_addf(next(c), "Message-ID: %s", m->message_id);
    header_date(next(c), "Date", m->queued_at);
    strbuf_adds(next(c), "Auto-Submitted: auto-generated"); // no answers of machines
    return !*m->reply_to || header_address(next(c), "Reply-To", "", m->reply_to);
}

// add_lines writes the body's lines, parted by '\n', as mails have them.
static bool add_lines(struct strbuf *to, const char *body)
{
    if (!check_utf8(body, strlen(body)))
        return false;
    for (size_t n; *body; body += n + (body[n] == '\n')) {
        n = strcspn(body, "\n");
        strbuf_add(to, body, n > 0 && body[n - 1] == '\r' ? n - 1 : n);
        strbuf_adds(to, "\r\n");
    }
    return true;
}

static char *calendar_of(const struct mail *m)
{
    struct ical *calendar = ical_message(m->entry.cancel);
    struct ical_event event = {.uid = m->entry.uid,
        .sequence = m->entry.sequence,
        .starts = m->entry.starts,
        .ends = m->entry.ends,
        .summary = m->entry.summary,
        .location = *m->entry.location ? m->entry.location : NULL,
        .cancelled = m->entry.cancel,
        .written = m->queued_at,
        .organizer = m->sender,
        .organizer_name = m->sender_name,
        .attendee = m->to_address,
        .attendee_name = m->to_name};
    char *text = calendar && ical_add(calendar, &event) ? ical_text(calendar) : NULL;
    ical_free(calendar);
    return text;
}

enum compose_result compose(struct composed *c, const struct mail *m)
{
    *c = (struct composed){0};
    for (int i = 0; i < COMPOSE_HEADERS; i++)
        strbuf_init(&c->headers[i], HEADER_MAX);
    strbuf_init(&c->body, BODY_MAX);
    if (!add_headers(c, m) || !add_lines(&c->body, m->body))
        return COMPOSE_UNFIT;
    bool failed = c->body.failed;
    for (int i = 0; i < c->n; i++)
        failed = failed || c->headers[i].failed;
    if (*m->entry.uid && !failed)
        failed = !(c->calendar = calendar_of(m));
    return failed ? COMPOSE_NO_MEMORY : COMPOSE_DONE;
}

void compose_release(struct composed *c)
{
    for (int i = 0; i < COMPOSE_HEADERS; i++)
        strbuf_release(&c->headers[i]);
    strbuf_release(&c->body);
    free(c->calendar);
}
