#include "tests/torture/check_private.h"

#include <stdlib.h>
#include <string.h>

// A place in the model.
struct place {
    const struct write *write; // that booked it
    const char *status;        // as the model has it
};

// One session, played from its writes in the order of their numbers.
struct play {
    const struct session_row *session;
    struct place *places; // in the order in which they were booked
    size_t count, first_waiting;
    long confirmed, waiting;
    uint64_t hash;
};

// The state of a session after so many of its writes.
struct version {
    uint64_t hash;
    uint64_t latest_invoked;    // of the writes up to here
    uint64_t earliest_finished; // of the writes after here
};

static int by_number(const void *a, const void *b)
{
    const struct write *x = *(const struct write *const *)a, *y = *(const struct write *const *)b;
    int authority = (x->op->authority > y->op->authority) - (x->op->authority < y->op->authority);
    return authority ? authority : (x->number > y->number) - (x->number < y->number);
}

static int by_session(const void *a, const void *b)
{
    const struct write *x = *(const struct write *const *)a, *y = *(const struct write *const *)b;
    int session = strcmp(x->op->session, y->op->session);
    return session ? session : by_number(a, b);
}

static int by_ticket(const void *a, const void *b)
{
    const struct booking_row *x = *(const struct booking_row *const *)a, *y = *(const struct booking_row *const *)b;
    int session = strcmp(x->session, y->session);
    return session ? session : (x->ticket > y->ticket) - (x->ticket < y->ticket);
}

// numbered holds the numbers of each authority against the clock: in their order, none may belong to a write that had
// ended before one with a lower number began.
static void numbered(struct check *c, const struct write **writes, size_t count)
{
    const struct write *latest = NULL;
    qsort(writes, count, sizeof(struct write *), by_number);
    for (size_t i = 0; i < count; i++) {
        const struct write *w = writes[i];
        if (latest && latest->op->authority != w->op->authority)
            latest = NULL;
        else if (latest && latest->number == w->number)
            check_find(c, "duplicated", latest->op, w->op, "number %ld was given twice", w->number);
        if (latest && w->finished < latest->invoked)
            check_find(c, "real-time", w->ok, latest->op, "number %ld had ended before number %ld began", w->number,
                latest->number);
        if (!latest || w->invoked > latest->invoked)
            latest = w;
    }
}

// session_tickets holds the tickets of one session, n bookings in their order.
static void session_tickets(struct check *c, const struct booking_row **b, size_t n)
{
    const struct session_row *s = check_get(&c->by_session, b[0]->session);
    const struct write *latest = NULL;
    long number = 0;
    for (size_t i = 0; i < n; i++) {
        const struct write *w = check_get(&c->by_delegate, b[i]->delegate);
        if (b[i]->ticket != (long)i + 1)
            check_find(c, i && b[i]->ticket == b[i - 1]->ticket ? "duplicated" : "tickets", w ? w->op : NULL, NULL,
                "session %s: ticket %ld comes where %zu is due", b[i]->session, b[i]->ticket, i + 1);
        if (!w)
            continue;
        if (latest && w->finished < latest->invoked)
            check_find(c, "real-time", w->ok, latest->op,
                "session %s: ticket %ld had ended before an earlier one began", b[i]->session, b[i]->ticket);
        if (w->number && w->number < number)
            check_find(c, "tickets", w->op, NULL, "session %s: ticket %ld has number %ld, an earlier one %ld",
                b[i]->session, b[i]->ticket, w->number, number);
        if (!latest || w->invoked > latest->invoked)
            latest = w;
        number = w->number > number ? w->number : number;
    }
    if (!s)
        check_find(c, "phantom", NULL, NULL, "bookings on session %s, which is not there", b[0]->session);
    else if (s->next_ticket != b[n - 1]->ticket + 1)
        check_find(c, "tickets", NULL, NULL, "session %s: the next ticket is %ld after %ld", s->session, s->next_ticket,
            b[n - 1]->ticket);
}

static void tickets(struct check *c)
{
    size_t count = c->state->booking_count;
    const struct booking_row **rows = calloc(count + 1, sizeof(struct booking_row *));
    for (size_t i = 0; i < count; i++)
        rows[i] = &c->state->bookings[i];
    qsort(rows, count, sizeof(struct booking_row *), by_ticket);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && strcmp(rows[to]->session, rows[from]->session) == 0;)
            to++;
        session_tickets(c, rows + from, to - from);
    }
    free(rows);
}

static void set_status(struct play *p, struct place *place, const char *status)
{
    const char *booking = place->write->booking ? place->write->booking->booking : "?";
    if (place->status)
        p->hash -= history_row(booking, place->status);
    place->status = status;
    p->hash += history_row(booking, status);
}

static void play_book(struct check *c, struct play *p, const struct write *w)
{
    struct place *place = &p->places[p->count++];
    int position = 0;
    *place = (struct place){.write = w};
    if (p->waiting == 0 && p->confirmed < p->session->capacity) {
        p->confirmed++;
        set_status(p, place, "confirmed");
    } else {
        position = (int)++p->waiting;
        set_status(p, place, "waiting");
    }
    if (w->ok && w->ok->position != position)
        check_find(c, "model", w->ok, NULL, "%s was told position %d; in the order of numbers it is %d (0: confirmed)",
            w->op->subject, w->ok->position, position);
}

// promote gives a free place to the first who waits.
static void promote(struct play *p)
{
    while (p->first_waiting < p->count && strcmp(p->places[p->first_waiting].status, "waiting") != 0)
        p->first_waiting++;
    if (p->waiting == 0 || p->first_waiting == p->count)
        return;
    p->waiting--;
    p->confirmed++;
    set_status(p, &p->places[p->first_waiting], "confirmed");
}

static void play_cancel(struct check *c, struct play *p, const struct write *w)
{
    struct place *place = NULL;
    long ticket = w->booking ? w->booking->ticket : 0;
    if (ticket > 0 && ticket <= (long)p->count && p->places[ticket - 1].write->booking == w->booking)
        place = &p->places[ticket - 1];
    if (!place || strcmp(place->status, "cancelled") == 0) {
        check_find(
            c, "model", w->op, NULL, "%s was cancelled %s", w->op->subject, place ? "twice" : "before it was made");
        return;
    }
    bool had_place = strcmp(place->status, "confirmed") == 0;
    set_status(p, place, "cancelled");
    if (!had_place) {
        p->waiting--;
        return;
    }
    p->confirmed--;
    promote(p);
}

// end_play holds the database's end against the model's.
static void end_play(struct check *c, const struct play *p)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct write *w = p->places[i].write;
        if (w->booking && strcmp(w->booking->status, p->places[i].status) != 0)
            check_find(c, "model", w->op, NULL, "booking %s is %s; done one by one it would be %s", w->booking->booking,
                w->booking->status, p->places[i].status);
    }
}

// find_version looks among the versions that were there between a list's begin and end; both times only grow.
static const struct version *find_version(const struct version *versions, size_t count, const struct op *op)
{
    size_t low = 0, high = count; // the last that had begun before the list ended
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (versions[middle].latest_invoked <= op->finished_us)
            low = middle;
        else
            high = middle;
    }
    for (size_t i = low + 1; i > 0 && versions[i - 1].earliest_finished >= op->invoked_us; i--)
        if (versions[i - 1].hash == op->answer)
            return &versions[i - 1];
    return NULL;
}

// read_at holds one list against the versions of its session.
static void read_at(struct check *c, const struct op *op, const struct version *versions, size_t count)
{
    const struct version *v = find_version(versions, count, op);
    for (size_t i = 0; !v && i < count; i++)
        if (versions[i].hash == op->answer)
            v = &versions[i];
    if (!v)
        check_find(c, "read", op, NULL, "session %s was never as this list shows it", op->session);
    else if (v->earliest_finished < op->invoked_us)
        check_find(c, "read", op, NULL, "session %s: this list leaves out what had ended before it began", op->session);
    else if (v->latest_invoked > op->finished_us)
        check_find(c, "read", op, NULL, "session %s: this list shows what had not begun", op->session);
}

static void reads(struct check *c, const struct op **lists, const struct version *versions, size_t count)
{
    for (; *lists; lists++)
        read_at(c, *lists, versions, count);
}

// play plays one session's writes, n of them in the order of their numbers, and then looks at the lists of it.
static void play(struct check *c, const struct write **writes, size_t n, const struct op **lists)
{
    struct play p = {.session = check_get(&c->by_session, writes[0]->op->session)};
    struct version *versions = calloc(n + 1, sizeof *versions);
    uint64_t earliest = UINT64_MAX;
    p.places = calloc(n, sizeof *p.places);
    for (size_t i = 0; p.session && i < n; i++) {
        const struct write *w = writes[i];
        if (w->op->kind == OP_BOOK)
            play_book(c, &p, w);
        else
            play_cancel(c, &p, w);
        uint64_t before = versions[i].latest_invoked;
        versions[i + 1] = (struct version){.hash = p.hash, .latest_invoked = w->invoked > before ? w->invoked : before};
    }
    for (size_t i = n + 1; i > 0; i--) {
        versions[i - 1].earliest_finished = earliest;
        if (i > 1 && writes[i - 2]->finished < earliest)
            earliest = writes[i - 2]->finished;
    }
    if (p.session) {
        end_play(c, &p);
        reads(c, lists, versions, n + 1);
    }
    free(p.places);
    free(versions);
}

static int list_by_session(const void *a, const void *b)
{
    return strcmp((*(const struct op *const *)a)->session, (*(const struct op *const *)b)->session);
}

// good_lists are the answered lists, by session, with a NULL after those of each session.
static const struct op **good_lists(const struct check *c)
{
    const struct history *h = c->history;
    const struct op **lists = calloc(h->count + 1, sizeof(struct op *));
    size_t n = 0;
    for (size_t i = 0; i < h->count; i++)
        if (h->ops[i].kind == OP_LIST && h->ops[i].end == OP_OK)
            lists[n++] = &h->ops[i];
    qsort(lists, n, sizeof(struct op *), list_by_session);
    return lists;
}

// lists_of copies those of one session; *at goes on, for sessions come in the same order.
static const struct op **lists_of(const struct op **lists, size_t *at, const char *session)
{
    size_t from, to;
    for (from = *at; lists[from] && strcmp(lists[from]->session, session) < 0;)
        from++;
    for (to = from; lists[to] && strcmp(lists[to]->session, session) == 0;)
        to++;
    const struct op **some = calloc(to - from + 1, sizeof(struct op *));
    memcpy(some, lists + from, (to - from) * sizeof(struct op *));
    *at = to;
    return some;
}

static void models(struct check *c, const struct write **writes, size_t count)
{
    const struct op **lists = good_lists(c);
    size_t at = 0;
    qsort(writes, count, sizeof(struct write *), by_session);
    for (size_t from = 0, to; from < count; from = to) {
        const char *session = writes[from]->op->session;
        for (to = from + 1; to < count && strcmp(writes[to]->op->session, session) == 0;)
            to++;
        const struct op **some = lists_of(lists, &at, session);
        play(c, writes + from, to - from, some);
        free(some);
    }
    free(lists);
}

// counts holds each session's counts against its bookings.
static void counts(struct check *c)
{
    const struct state *s = c->state;
    struct count {
        long confirmed, waiting;
    } *seen = calloc(s->session_count + 1, sizeof *seen);
    for (size_t i = 0; i < s->booking_count; i++) {
        const struct session_row *row = check_get(&c->by_session, s->bookings[i].session);
        struct count *n = row ? &seen[row - s->sessions] : &seen[s->session_count];
        n->confirmed += strcmp(s->bookings[i].status, "confirmed") == 0;
        n->waiting += strcmp(s->bookings[i].status, "waiting") == 0;
    }
    for (size_t i = 0; i < s->session_count; i++) {
        const struct session_row *row = &s->sessions[i];
        if (row->confirmed != seen[i].confirmed || row->waiting != seen[i].waiting)
            check_find(c, "counts", NULL, NULL, "session %s counts %ld confirmed, %ld waiting; there are %ld and %ld",
                row->session, row->confirmed, row->waiting, seen[i].confirmed, seen[i].waiting);
        if (seen[i].confirmed > row->capacity)
            check_find(c, "counts", NULL, NULL, "session %s has %ld confirmed on %ld places", row->session,
                seen[i].confirmed, row->capacity);
    }
    free(seen);
}

void check_order(struct check *c)
{
    const struct write **writes = calloc(c->write_count + 1, sizeof(struct write *));
    size_t all = 0, some = 0;
    for (size_t i = 0; i < c->write_count; i++)
        if (c->writes[i].number)
            writes[all++] = &c->writes[i];
    numbered(c, writes, all);
    tickets(c);
    counts(c);
    for (size_t i = 0; i < all; i++)
        if (writes[i]->op->kind != OP_MAKE)
            writes[some++] = writes[i];
    models(c, writes, some);
    free(writes);
}
