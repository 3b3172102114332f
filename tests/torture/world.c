#include "tests/torture/world.h"

#include <stdlib.h>
#include <string.h>

enum { SESSIONS = 3, PLACES = 4 };

static int roll(struct world *w, int sides)
{
    return (int)((unsigned)rand_r(&w->seed) % (unsigned)sides);
}

struct op world_op(struct world *w, enum op_kind kind, const struct session_row *session)
{
    struct op op = {.kind = kind, .process = roll(w, 8), .authority = session->authority};
    w->now += WORLD_STEP_US;
    op.invoked_us = w->now - (uint64_t)roll(w, WORLD_STEP_US * 3);
    op.finished_us = w->now + 1 + (uint64_t)roll(w, WORLD_STEP_US * 3);
    snprintf(op.request_id, sizeof op.request_id, "request-%zu", w->h.count);
    snprintf(op.session, sizeof op.session, "%s", session->session);
    op.answer = history_hash(op.request_id, strlen(op.request_id));
    return op;
}

static void record(struct world *w, const struct op *op)
{
    struct write_row row = {.authority = op->authority, .number = (long)w->s.audit_count + 1};
    snprintf(row.request_id, sizeof row.request_id, "%s", op->request_id);
    w->s.ledger[w->s.ledger_count++] = row;
    w->s.audit[w->s.audit_count++] = row;
    history_add(&w->h, op);
}

static struct booking_row *first_waiting(struct world *w, const char *session)
{
    for (size_t i = 0; i < w->s.booking_count; i++)
        if (strcmp(w->s.bookings[i].session, session) == 0 && strcmp(w->s.bookings[i].status, "waiting") == 0)
            return &w->s.bookings[i];
    return NULL;
}

static void book(struct world *w, struct session_row *session)
{
    struct op op = world_op(w, OP_BOOK, session);
    struct booking_row *b = &w->s.bookings[w->s.booking_count];
    bool placed = session->waiting == 0 && session->confirmed < session->capacity;
    *b = (struct booking_row){.authority = session->authority, .ticket = session->next_ticket++};
    snprintf(b->booking, sizeof b->booking, "bk-%zu", w->s.booking_count++);
    snprintf(b->session, sizeof b->session, "%s", session->session);
    snprintf(b->delegate, sizeof b->delegate, "of %.20s", b->booking);
    snprintf(b->status, sizeof b->status, "%s", placed ? "confirmed" : "waiting");
    session->confirmed += placed;
    session->waiting += !placed;
    snprintf(op.subject, sizeof op.subject, "%s", b->delegate);
    snprintf(op.booking, sizeof op.booking, "%s", b->booking);
    op.position = placed ? 0 : (int)session->waiting;
    record(w, &op);
}

static void cancel(struct world *w, struct session_row *session, struct booking_row *b)
{
    struct op op = world_op(w, OP_CANCEL, session);
    snprintf(op.subject, sizeof op.subject, "%s", b->booking);
    bool placed = strcmp(b->status, "confirmed") == 0;
    snprintf(b->status, sizeof b->status, "cancelled");
    session->confirmed -= placed;
    session->waiting -= !placed;
    struct booking_row *next = placed ? first_waiting(w, session->session) : NULL;
    if (next) {
        snprintf(next->status, sizeof next->status, "confirmed");
        session->confirmed++;
        session->waiting--;
    }
    record(w, &op);
}

static void list(struct world *w, const struct session_row *session)
{
    struct op op = world_op(w, OP_LIST, session);
    op.answer = 0;
    for (size_t i = 0; i < w->s.booking_count; i++)
        if (strcmp(w->s.bookings[i].session, session->session) == 0)
            op.answer += history_row(w->s.bookings[i].booking, w->s.bookings[i].status);
    history_add(&w->h, &op);
}

void world_make(struct world *w, unsigned seed)
{
    *w = (struct world){.now = 1000000, .seed = seed};
    history_open(&w->h, NULL);
    w->s.bookings = calloc(WORLD_WRITES + 8, sizeof *w->s.bookings);
    w->s.sessions = calloc(SESSIONS + 8, sizeof *w->s.sessions);
    w->s.ledger = calloc(WORLD_WRITES + 8, sizeof *w->s.ledger);
    w->s.audit = calloc(WORLD_WRITES + 8, sizeof *w->s.audit);
    w->s.session_count = SESSIONS;
    for (int i = 0; i < SESSIONS; i++) {
        w->s.sessions[i] = (struct session_row){.authority = 1, .capacity = PLACES, .next_ticket = 1};
        snprintf(w->s.sessions[i].session, sizeof w->s.sessions[i].session, "se-%d", i);
    }
    for (int i = 0; i < WORLD_WRITES; i++) {
        struct session_row *session = &w->s.sessions[i % SESSIONS];
        struct booking_row *b = w->s.booking_count ? &w->s.bookings[roll(w, (int)w->s.booking_count)] : NULL;
        if (b && roll(w, 3) == 0 && strcmp(b->session, session->session) == 0 && strcmp(b->status, "cancelled") != 0)
            cancel(w, session, b);
        else
            book(w, session);
        list(w, &w->s.sessions[roll(w, SESSIONS)]);
    }
}

void world_release(struct world *w)
{
    history_close(&w->h);
    state_release(&w->s);
}
