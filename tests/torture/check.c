#include "tests/torture/check_private.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void check_find(struct check *c, const char *rule, const struct op *a, const struct op *b, const char *format, ...)
{
    struct findings *f = c->findings;
    if (f->count++ >= FINDINGS_KEPT)
        return;
    struct finding *found = &f->first[f->count - 1];
    va_list args;
    va_start(args, format);
    vsnprintf(found->text, sizeof found->text, format, args);
    va_end(args);
    found->rule = rule;
    found->proof[0] = a ? a : b;
    found->proof[1] = a ? b : NULL;
}

void check_put(struct hsearch_data *index, const char *name, const void *thing)
{
    ENTRY *found;
    ENTRY entry = {.key = (char *)(uintptr_t)name, .data = (void *)(uintptr_t)thing};
    if (!hsearch_r(entry, ENTER, &found, index))
        abort();
}

const void *check_get(struct hsearch_data *index, const char *name)
{
    ENTRY *found;
    ENTRY entry = {.key = (char *)(uintptr_t)name};
    return hsearch_r(entry, FIND, &found, index) ? found->data : NULL;
}

static void make_index(struct hsearch_data *index, size_t things)
{
    memset(index, 0, sizeof *index);
    if (!hcreate_r(2 * things + 16, index))
        abort();
}

static void take(struct check *c, struct write *w, const struct op *op)
{
    if (!w->op)
        *w = (struct write){.op = op, .invoked = op->invoked_us, .finished = UINT64_MAX};
    if (op->end == OP_OK && w->ok && w->ok->answer != op->answer)
        check_find(c, "answer", w->ok, op, "two answers to request %s differ", op->request_id);
    if (op->end == OP_OK && op->again && !op->replayed && w->ok)
        check_find(c, "answer", w->ok, op, "request %s was answered before, and done again", op->request_id);
    if (op->end == OP_OK && !w->ok)
        w->ok = op;
    if (op->end == OP_OK && op->finished_us < w->finished)
        w->finished = op->finished_us;
    w->refused = !w->ok && (w->refused || op->end == OP_FAIL);
}

// gather brings the calls of each request id together.
static void gather(struct check *c)
{
    const struct history *h = c->history;
    c->writes = calloc(h->count + 1, sizeof *c->writes);
    for (size_t i = 0; i < h->count; i++) {
        const struct op *op = &h->ops[i];
        if (op->kind == OP_LIST) {
            c->findings->reads += op->end == OP_OK;
            continue;
        }
        struct write *w = (struct write *)(uintptr_t)check_get(&c->by_request, op->request_id);
        if (!w) {
            w = &c->writes[c->write_count++];
            check_put(&c->by_request, op->request_id, w);
        }
        take(c, w, op);
        if (op->kind == OP_BOOK)
            check_put(&c->by_delegate, op->subject, w);
    }
    for (size_t i = 0; i < c->write_count; i++)
        c->findings->unknown += !c->writes[i].ok && !c->writes[i].refused;
    c->findings->writes = (long)c->write_count;
}

// records holds the ledger's or the audit trail's rows against the requests.
static void records(struct check *c, const struct write_row *rows, size_t count, bool audit)
{
    const char *what = audit ? "audit" : "ledger";
    for (size_t i = 0; i < count; i++) {
        struct write *w = (struct write *)(uintptr_t)check_get(&c->by_request, rows[i].request_id);
        if (!w) {
            check_find(c, "phantom", NULL, NULL, "%s row of request %s, which nobody made", what, rows[i].request_id);
            continue;
        }
        int *seen = audit ? &w->audited : &w->ledgered;
        if (++*seen > 1)
            check_find(c, "duplicated", w->op, NULL, "%s has request %s twice", what, rows[i].request_id);
        if (w->refused)
            check_find(c, "phantom", w->op, NULL, "request %s was refused; %s has it", rows[i].request_id, what);
        if (audit && rows[i].number == 0)
            check_find(c, "lost", w->op, NULL, "request %s has no number in the audit trail", rows[i].request_id);
        if (audit)
            w->number = rows[i].number;
    }
}

static void recorded(struct check *c)
{
    records(c, c->state->ledger, c->state->ledger_count, false);
    records(c, c->state->audit, c->state->audit_count, true);
    for (size_t i = 0; i < c->write_count; i++) {
        const struct write *w = &c->writes[i];
        if (w->ok && w->ledgered == 0)
            check_find(c, "lost", w->ok, NULL, "the ledger has forgotten request %s", w->op->request_id);
        if (w->ok && w->audited == 0)
            check_find(c, "lost", w->ok, NULL, "request %s has no audit row", w->op->request_id);
        if (!w->ok && w->ledgered != w->audited)
            check_find(c, "half", w->op, NULL, "request %s: %d ledger rows, %d audit rows", w->op->request_id,
                w->ledgered, w->audited);
    }
}

static void booked(struct check *c, const struct booking_row *b)
{
    struct write *w = (struct write *)(uintptr_t)check_get(&c->by_delegate, b->delegate);
    if (check_get(&c->by_booking, b->booking))
        check_find(c, "duplicated", w ? w->op : NULL, NULL, "booking %s is there twice", b->booking);
    check_put(&c->by_booking, b->booking, b);
    if (!w) {
        check_find(c, "phantom", NULL, NULL, "booking %s of \"%s\", whom nobody booked", b->booking, b->delegate);
        return;
    }
    if (w->booking)
        check_find(
            c, "duplicated", w->op, w->ok, "%s is booked as %s and %s", b->delegate, w->booking->booking, b->booking);
    else
        w->booking = b;
    if (w->refused)
        check_find(c, "phantom", w->op, NULL, "%s was refused, and is booked as %s", b->delegate, b->booking);
    if (!w->refused && w->audited == 0)
        check_find(c, "half", w->op, w->ok, "booking %s has no audit row", b->booking);
}

static void book_ends(struct check *c, const struct write *w)
{
    if (w->ok && !w->booking)
        check_find(c, "lost", w->ok, NULL, "booking %s of %s is not there", w->ok->booking, w->op->subject);
    else if (w->ok && strcmp(w->booking->booking, w->ok->booking) != 0)
        check_find(c, "answer", w->ok, NULL, "%s was told %s and is booked as %s", w->op->subject, w->ok->booking,
            w->booking->booking);
    if (!w->ok && w->audited > 0 && !w->booking)
        check_find(c, "half", w->op, NULL, "request %s is recorded, and its booking is not there", w->op->request_id);
}

static void cancel_ends(struct check *c, struct write *w)
{
    w->booking = check_get(&c->by_booking, w->op->subject);
    if ((w->ok || w->audited > 0) && (!w->booking || strcmp(w->booking->status, "cancelled") != 0))
        check_find(c, "lost", w->ok, w->op, "booking %s was cancelled, and is %s", w->op->subject,
            w->booking ? w->booking->status : "not there");
}

// effects holds bookings against requests, one by one.
static void effects(struct check *c)
{
    struct hsearch_data cancels;
    for (size_t i = 0; i < c->state->booking_count; i++)
        booked(c, &c->state->bookings[i]);
    make_index(&cancels, c->write_count);
    for (size_t i = 0; i < c->write_count; i++) {
        struct write *w = &c->writes[i];
        if (w->op->kind == OP_BOOK)
            book_ends(c, w);
        if (w->op->kind != OP_CANCEL)
            continue;
        cancel_ends(c, w);
        if (w->audited > 0)
            check_put(&cancels, w->op->subject, w);
    }
    for (size_t i = 0; i < c->state->booking_count; i++) {
        const struct booking_row *b = &c->state->bookings[i];
        if (strcmp(b->status, "cancelled") == 0 && !check_get(&cancels, b->booking))
            check_find(c, "phantom", NULL, NULL, "booking %s is cancelled, and no call on record did it", b->booking);
    }
    hdestroy_r(&cancels);
}

void check_history(const struct history *h, const struct state *s, struct findings *f)
{
    struct check c = {.history = h, .state = s, .findings = f};
    *f = (struct findings){0};
    make_index(&c.by_request, h->count);
    make_index(&c.by_delegate, h->count);
    make_index(&c.by_booking, s->booking_count);
    make_index(&c.by_session, s->session_count);
    for (size_t i = 0; i < s->session_count; i++)
        check_put(&c.by_session, s->sessions[i].session, &s->sessions[i]);
    gather(&c);
    recorded(&c);
    effects(&c);
    check_order(&c);
    hdestroy_r(&c.by_request);
    hdestroy_r(&c.by_delegate);
    hdestroy_r(&c.by_booking);
    hdestroy_r(&c.by_session);
    free(c.writes);
}

void check_print(const struct findings *f, FILE *to)
{
    char line[512];
    for (long i = 0; i < f->count && i < FINDINGS_KEPT; i++) {
        fprintf(to, "%s: %s\n", f->first[i].rule, f->first[i].text);
        for (int p = 0; p < PROOF_MOST && f->first[i].proof[p]; p++) {
            history_line(f->first[i].proof[p], line, sizeof line);
            fprintf(to, "    %s\n", line);
        }
    }
    if (f->count > FINDINGS_KEPT)
        fprintf(to, "and %ld more\n", f->count - FINDINGS_KEPT);
}
