// The checker finds nothing in what a sound server does, and something, of the right kind, in each way of doing wrong.
#include "tests/support/run.h"
#include "tests/torture/check.h"
#include "tests/torture/world.h"

#include <stdlib.h>
#include <string.h>

enum { SEEDS = 40 };

// op_of is the n-th op of a kind, from the middle of the history.
static struct op *op_of(struct world *w, enum op_kind kind, int n)
{
    for (size_t i = w->h.count / 2; i < w->h.count; i++)
        if (w->h.ops[i].kind == kind && n-- == 0)
            return &w->h.ops[i];
    abort();
}

static struct booking_row *row_of(struct world *w, const char *booking)
{
    for (size_t i = 0; i < w->s.booking_count; i++)
        if (strcmp(w->s.bookings[i].booking, booking) == 0)
            return &w->s.bookings[i];
    abort();
}

static struct booking_row *with_status(struct world *w, const char *status)
{
    for (size_t i = 0; i < w->s.booking_count; i++)
        if (strcmp(w->s.bookings[i].status, status) == 0)
            return &w->s.bookings[i];
    abort();
}

static void drop(struct write_row *rows, size_t *count, const char *request_id)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(rows[i].request_id, request_id) == 0)
            rows[i--] = rows[--*count];
}

static struct write_row *audit_of(struct world *w, const char *request_id)
{
    for (size_t i = 0; i < w->s.audit_count; i++)
        if (strcmp(w->s.audit[i].request_id, request_id) == 0)
            return &w->s.audit[i];
    abort();
}

static void drop_booking(struct world *w)
{
    *row_of(w, op_of(w, OP_BOOK, 0)->booking) = w->s.bookings[--w->s.booking_count];
}

static void reply_before_commit(struct world *w)
{
    struct op *op = op_of(w, OP_BOOK, 1);
    *row_of(w, op->booking) = w->s.bookings[--w->s.booking_count];
    drop(w->s.ledger, &w->s.ledger_count, op->request_id);
    drop(w->s.audit, &w->s.audit_count, op->request_id);
}

static void book_twice(struct world *w)
{
    struct booking_row b = *row_of(w, op_of(w, OP_BOOK, 0)->booking);
    for (size_t i = 0; i < w->s.session_count; i++)
        if (strcmp(w->s.sessions[i].session, b.session) == 0) {
            b.ticket = w->s.sessions[i].next_ticket++;
            w->s.sessions[i].confirmed += strcmp(b.status, "confirmed") == 0;
            w->s.sessions[i].waiting += strcmp(b.status, "waiting") == 0;
        }
    snprintf(b.booking, sizeof b.booking, "bk-twin");
    w->s.bookings[w->s.booking_count++] = b;
}

static void forget_request(struct world *w)
{
    drop(w->s.ledger, &w->s.ledger_count, op_of(w, OP_BOOK, 2)->request_id);
}

static void do_again(struct world *w)
{
    struct op again = *op_of(w, OP_CANCEL, 0);
    again.again = true;
    again.replayed = false;
    again.invoked_us = again.finished_us + 1000000;
    again.finished_us = again.invoked_us + 100;
    history_add(&w->h, &again);
}

static void lose_audit(struct world *w)
{
    drop(w->s.audit, &w->s.audit_count, op_of(w, OP_CANCEL, 0)->request_id);
}

static void record_twice(struct world *w)
{
    w->s.audit[w->s.audit_count] = *audit_of(w, op_of(w, OP_BOOK, 0)->request_id);
    w->s.audit[w->s.audit_count].number = (long)w->s.audit_count + 1;
    w->s.audit_count++;
}

static void answer_otherwise(struct world *w)
{
    struct op again = *op_of(w, OP_BOOK, 0);
    again.again = again.replayed = true;
    again.answer ^= 1;
    history_add(&w->h, &again);
}

static void answer_another(struct world *w)
{
    struct op *a = op_of(w, OP_BOOK, 0);
    const struct op *b = op_of(w, OP_BOOK, 1);
    snprintf(a->booking, sizeof a->booking, "%s", b->booking);
}

static void invent_booking(struct world *w)
{
    struct booking_row *b = &w->s.bookings[w->s.booking_count++];
    *b = (struct booking_row){.authority = 1, .ticket = w->s.sessions[0].next_ticket++};
    snprintf(b->booking, sizeof b->booking, "bk-ghost");
    snprintf(b->delegate, sizeof b->delegate, "nobody");
    snprintf(b->session, sizeof b->session, "se-0");
    snprintf(b->status, sizeof b->status, "waiting");
    w->s.sessions[0].waiting++;
}

static void refuse_and_do(struct world *w)
{
    op_of(w, OP_BOOK, 0)->end = OP_FAIL;
}

static void invent_record(struct world *w)
{
    w->s.ledger[w->s.ledger_count++] = (struct write_row){.authority = 1, .request_id = "request-of-nobody"};
}

static void swap_tickets(struct world *w)
{
    struct booking_row *a = NULL, *b = NULL;
    for (size_t i = 0; i < w->s.booking_count; i++)
        if (strcmp(w->s.bookings[i].session, "se-1") == 0) {
            a = a ? a : &w->s.bookings[i];
            b = &w->s.bookings[i];
        }
    long ticket = a->ticket;
    a->ticket = b->ticket;
    b->ticket = ticket;
}

static void skip_ticket(struct world *w)
{
    long last = w->s.sessions[1].next_ticket - 1;
    for (size_t i = 0; i < w->s.booking_count; i++)
        if (strcmp(w->s.bookings[i].session, "se-1") == 0 && w->s.bookings[i].ticket == last)
            w->s.bookings[i].ticket++;
    w->s.sessions[1].next_ticket++;
}

static void swap_numbers(struct world *w)
{
    struct write_row *a = &w->s.audit[2], *b = &w->s.audit[w->s.audit_count - 2];
    long number = a->number;
    a->number = b->number;
    b->number = number;
}

static void leave_unsealed(struct world *w)
{
    w->s.audit[w->s.audit_count / 2].number = 0;
}

static void miscount(struct world *w)
{
    w->s.sessions[2].waiting++;
}

static void oversell(struct world *w)
{
    struct booking_row *b = with_status(w, "waiting");
    snprintf(b->status, sizeof b->status, "confirmed");
    for (size_t i = 0; i < w->s.session_count; i++)
        if (strcmp(w->s.sessions[i].session, b->session) == 0) {
            w->s.sessions[i].confirmed++;
            w->s.sessions[i].waiting--;
        }
}

// promote_another gives a place to the last who waits instead of the one who has it.
static void promote_another(struct world *w)
{
    struct booking_row *first = with_status(w, "confirmed"), *last = NULL;
    for (size_t i = 0; i < w->s.booking_count; i++)
        if (strcmp(w->s.bookings[i].session, first->session) == 0 && strcmp(w->s.bookings[i].status, "waiting") == 0)
            last = &w->s.bookings[i];
    snprintf(first->status, sizeof first->status, "waiting");
    snprintf(last->status, sizeof last->status, "confirmed");
}

static void uncancel(struct world *w)
{
    struct booking_row *b = row_of(w, op_of(w, OP_CANCEL, 0)->subject);
    snprintf(b->status, sizeof b->status, "waiting");
}

static void cancel_unasked(struct world *w)
{
    snprintf(with_status(w, "waiting")->status, sizeof w->s.bookings->status, "cancelled");
}

static void wrong_position(struct world *w)
{
    op_of(w, OP_BOOK, 0)->position += 2;
}

// read_late shows a list as if it had been asked for long after.
static void read_late(struct world *w)
{
    struct op *op = op_of(w, OP_LIST, 0);
    op->invoked_us += 40 * WORLD_STEP_US;
    op->finished_us += 40 * WORLD_STEP_US;
}

static void read_early(struct world *w)
{
    struct op *op = op_of(w, OP_LIST, 0);
    op->invoked_us -= 40 * WORLD_STEP_US;
    op->finished_us -= 40 * WORLD_STEP_US;
}

static void read_torn(struct world *w)
{
    op_of(w, OP_LIST, 0)->answer += history_row("bk-1", "waiting");
}

// half_done keeps the booking of a call that nobody knows the end of, and loses its records.
static void half_done(struct world *w)
{
    struct op *op = op_of(w, OP_BOOK, 0);
    op->end = OP_UNKNOWN;
    drop(w->s.ledger, &w->s.ledger_count, op->request_id);
    drop(w->s.audit, &w->s.audit_count, op->request_id);
}

static const struct {
    const char *name, *rule;
    void (*plant)(struct world *w);
} faults[] = {
    {"an ok effect is dropped", "lost", drop_booking},
    {"a reply came before the commit", "lost", reply_before_commit},
    {"a booking is doubled", "duplicated", book_twice},
    {"a request id is forgotten", "lost", forget_request},
    {"a repeat was done again", "answer", do_again},
    {"an audit row is missing", "lost", lose_audit},
    {"an audit row is there twice", "duplicated", record_twice},
    {"a replay differs", "answer", answer_otherwise},
    {"an answer names another's booking", "answer", answer_another},
    {"a booking that nobody made", "phantom", invent_booking},
    {"a refused call has its effect", "phantom", refuse_and_do},
    {"a ledger row that nobody made", "phantom", invent_record},
    {"tickets are out of order", "real-time", swap_tickets},
    {"a ticket is skipped", "tickets", skip_ticket},
    {"numbers are out of order", "real-time", swap_numbers},
    {"a row stays unsealed", "lost", leave_unsealed},
    {"a count is off by one", "counts", miscount},
    {"a session is oversold", "counts", oversell},
    {"the wrong one was promoted", "model", promote_another},
    {"a cancelled booking lives", "lost", uncancel},
    {"a booking was cancelled unasked", "phantom", cancel_unasked},
    {"a position was told wrongly", "model", wrong_position},
    {"a list is stale", "read", read_late},
    {"a list knows the future", "read", read_early},
    {"a list shows what never was", "read", read_torn},
    {"an unknown call is half done", "half", half_done},
};

static bool has_rule(const struct findings *f, const char *rule)
{
    for (long i = 0; i < f->count && i < FINDINGS_KEPT; i++)
        if (strcmp(f->first[i].rule, rule) == 0)
            return true;
    return false;
}

START_TEST(a_sound_history_is_sound)
{
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        struct world w;
        struct findings f;
        world_make(&w, seed);
        check_history(&w.h, &w.s, &f);
        check_print(&f, stderr);
        ck_assert_int_eq(f.count, 0);
        ck_assert_int_eq(f.writes, WORLD_WRITES);
        ck_assert_int_eq(f.reads, WORLD_WRITES);
        world_release(&w);
    }
}
END_TEST

START_TEST(a_planted_fault_is_caught)
{
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        struct world w;
        struct findings f;
        world_make(&w, seed);
        faults[_i].plant(&w);
        check_history(&w.h, &w.s, &f);
        if (!has_rule(&f, faults[_i].rule))
            check_print(&f, stderr);
        ck_assert_msg(has_rule(&f, faults[_i].rule), "%s, seed %u: no \"%s\" among %ld findings", faults[_i].name, seed,
            faults[_i].rule, f.count);
        world_release(&w);
    }
}
END_TEST

START_TEST(an_unknown_call_may_have_been_done_or_not)
{
    struct world w;
    struct findings f;
    world_make(&w, 1);
    op_of(&w, OP_BOOK, 0)->end = OP_UNKNOWN; // done
    struct op op = world_op(&w, OP_BOOK, &w.s.sessions[0]);
    op.end = OP_UNKNOWN; // not done
    history_add(&w.h, &op);
    check_history(&w.h, &w.s, &f);
    check_print(&f, stderr);
    ck_assert_int_eq(f.count, 0);
    ck_assert_int_eq(f.unknown, 2);
    world_release(&w);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("torture check");
    TCase *t = tcase_create("torture check");
    tcase_add_test(t, a_sound_history_is_sound);
    tcase_add_loop_test(t, a_planted_fault_is_caught, 0, sizeof faults / sizeof *faults);
    tcase_add_test(t, an_unknown_call_may_have_been_done_or_not);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run_suite(suite());
}
