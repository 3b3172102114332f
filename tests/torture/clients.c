#include "tests/torture/clients.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HOT = 8,               // sessions that are booked at a time
    CALLS_A_WINDOW = 1600, // then others are
    AHEAD = 2 * HOT,       // sessions opened ahead
    OWN = 32,              // bookings that a client remembers
    PLACES = 20,
    SCHOOLS = 50,
    ROWS_MOST = 500,
    AGAIN_THREADS = 8,
    KEEPER = 999, // the process that opens sessions
};

struct own {
    int session;
    char booking[24];
};

struct client {
    struct clients *all;
    pthread_t thread;
    int process;
    unsigned seed;
    struct own own[OWN];
    int own_count;
    long n;
};

struct clients {
    struct desk *desk;
    int n;
    pthread_t keeper;
    struct client client[];
};

// spell writes the request of an op: the same op gives the same bytes.
static const char *spell(const struct desk *d, const struct op *op, char *json, size_t size)
{
    switch (op->kind) {
    case OP_BOOK:
        snprintf(json, size, "{\"session_id\":\"%s\",\"school_urn\":%d,\"delegates\":[{\"name\":\"%s\"}]}", op->session,
            900001 + op->process % SCHOOLS + (op->authority - 1) * SCHOOLS, op->subject);
        return "Cpd/BookPlaces";
    case OP_CANCEL:
        snprintf(json, size, "{\"booking_id\":\"%s\",\"version\":%d,\"reason\":\"Unwell\"}", op->subject, op->position);
        return "Cpd/CancelBooking";
    case OP_LIST:
        snprintf(
            json, size, "{\"session_id\":\"%s\",\"include_cancelled\":true,\"page_size\":%d}", op->session, ROWS_MOST);
        return "Cpd/ListBookings";
    case OP_MAKE:
    default:
        break;
    }
    if (*op->session) {
        snprintf(json, size, "{\"session_id\":\"%s\",\"version\":1}", op->session);
        return "Cpd/PublishSession";
    }
    snprintf(json, size,
        "{\"course_id\":\"%s\",\"starts_at\":\"2030-01-15T09:30:00Z\",\"ends_at\":\"2030-01-15T12:30:00Z\","
        "\"venue\":\"Hall\",\"capacity\":%d,\"price_pence\":5000}",
        d->courses[op->authority - 1], PLACES);
    return "Cpd/AddSession";
}

static const char *text(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value ? value : "";
}

static enum op_end end_of(enum status code)
{
    switch (code) {
    case STATUS_OK:
        return OP_OK;
    case STATUS_INVALID_ARGUMENT:
    case STATUS_NOT_FOUND:
    case STATUS_ALREADY_EXISTS:
    case STATUS_PERMISSION_DENIED:
    case STATUS_FAILED_PRECONDITION:
    case STATUS_ABORTED:
    case STATUS_OUT_OF_RANGE:
    case STATUS_UNIMPLEMENTED:
    case STATUS_UNAUTHENTICATED:
        return OP_FAIL;
    default:
        return OP_UNKNOWN;
    }
}

// take notes what an answer says.
static void take(struct op *op, const struct harness_reply *reply)
{
    json_t *rows = json_object_get(reply->json, "rows"), *first = json_array_get(rows, 0);
    op->answer = history_hash(reply->link.payload, reply->link.payload_size);
    op->replayed = reply->link.header->replayed != 0;
    if (op->kind == OP_BOOK) {
        snprintf(op->booking, sizeof op->booking, "%s", text(first, "booking_id"));
        op->position = (int)json_integer_value(json_object_get(first, "waiting_position"));
    } else if (op->kind == OP_LIST) {
        size_t i;
        json_t *row;
        op->answer = 0;
        json_array_foreach(rows, i, row) op->answer += history_row(text(row, "booking_id"), text(row, "status"));
        if (json_array_size(rows) >= ROWS_MOST)
            op->end = OP_UNKNOWN; // there may be more
    } else if (op->kind == OP_MAKE && !*op->session) {
        snprintf(op->booking, sizeof op->booking, "%s", text(reply->json, "session_id"));
    }
}

bool clients_ask(struct desk *d, struct link *link, struct op *op)
{
    char json[512], authority[8];
    snprintf(authority, sizeof authority, "%03d", op->authority);
    struct harness_call call = {.method = spell(d, op, json, sizeof json),
        .json = json,
        .authority = authority,
        .token = d->tokens[op->authority - 1],
        .request_id = op->kind == OP_LIST ? NULL : op->request_id,
        .timeout_ms = d->timeout_ms};
    struct harness_reply reply;
    op->invoked_us = history_us();
    harness_call_on(link, &call, &reply);
    op->finished_us = history_us();
    op->code = reply.code;
    op->end = end_of(reply.code);
    if (reply.code == STATUS_OK)
        take(op, &reply);
    else
        snprintf(op->booking, sizeof op->booking, "%.23s", harness_reason(&reply));
    history_add(d->history, op);
    if (op->end == OP_OK && op->kind != OP_LIST) {
        if (atomic_load(&d->last_ok_us) < op->invoked_us)
            atomic_store(&d->last_ok_us, op->invoked_us);
        atomic_fetch_add(&d->ok_writes, 1);
    }
    harness_release(&reply);
    return op->end == OP_OK;
}

// new_op makes an op with a request id of its own.
static struct op new_op(const struct desk *d, enum op_kind kind, int process, long n)
{
    struct op op = {.kind = kind, .process = process};
    snprintf(
        op.request_id, sizeof op.request_id, "%08x-%04x-4000-8000-%012lx", d->seed, (unsigned)process & 0xffffu, n);
    return op;
}

// choose gives one of the sessions that are booked now.
static struct session_open choose(struct desk *d, unsigned *seed, int *index)
{
    long window = atomic_fetch_add(&d->calls, 1) / CALLS_A_WINDOW * HOT;
    pthread_mutex_lock(&d->lock);
    long last = d->session_count - HOT;
    *index = (int)((window < last ? window : last) + rand_r(seed) % HOT);
    struct session_open session = d->sessions[*index];
    pthread_mutex_unlock(&d->lock);
    return session;
}

static void book(struct client *c, struct link *link)
{
    struct desk *d = c->all->desk;
    int index;
    struct session_open session = choose(d, &c->seed, &index);
    struct op op = new_op(d, OP_BOOK, c->process, ++c->n);
    op.authority = session.authority;
    snprintf(op.session, sizeof op.session, "%s", session.session);
    snprintf(op.subject, sizeof op.subject, "d%d-%ld", c->process, c->n);
    if (!clients_ask(d, link, &op))
        return;
    struct own *own = &c->own[c->own_count < OWN ? c->own_count++ : rand_r(&c->seed) % OWN];
    own->session = index;
    snprintf(own->booking, sizeof own->booking, "%s", op.booking);
}

// cancel gives up one of the client's own: its version is 1, and 2 once it was promoted.
static void cancel(struct client *c, struct link *link)
{
    struct desk *d = c->all->desk;
    int i = rand_r(&c->seed) % c->own_count;
    struct own own = c->own[i];
    c->own[i] = c->own[--c->own_count];
    for (int version = 1; version <= 2; version++) {
        struct op op = new_op(d, OP_CANCEL, c->process, ++c->n);
        op.authority = d->sessions[own.session].authority;
        op.position = version;
        snprintf(op.session, sizeof op.session, "%s", d->sessions[own.session].session);
        snprintf(op.subject, sizeof op.subject, "%s", own.booking);
        if (clients_ask(d, link, &op) || op.end == OP_UNKNOWN)
            return;
    }
}

static void list(struct client *c, struct link *link)
{
    struct desk *d = c->all->desk;
    int index;
    struct session_open session = choose(d, &c->seed, &index);
    struct op op = {.kind = OP_LIST, .process = c->process, .authority = session.authority, .request_id = "-"};
    snprintf(op.session, sizeof op.session, "%s", session.session);
    clients_ask(d, link, &op);
}

static struct link *dial(const struct desk *d)
{
    char why[256];
    struct link *link = link_open(&d->link, why, sizeof why);
    if (!link) {
        fprintf(stderr, "%s\n", why);
        abort();
    }
    return link;
}

static void *work(void *data)
{
    struct client *c = data;
    struct desk *d = c->all->desk;
    struct link *link = dial(d);
    while (!atomic_load(&d->over)) {
        int dice = rand_r(&c->seed) % 100;
        if (dice < 70 || (dice < 90 && c->own_count == 0))
            book(c, link);
        else if (dice < 90)
            cancel(c, link);
        else
            list(c, link);
    }
    link_close(link);
    return NULL;
}

// open_session adds and publishes one more session; false when it could not.
static bool open_session(struct desk *d, struct link *link, long n)
{
    struct op add = new_op(d, OP_MAKE, KEEPER, 2 * n), publish = new_op(d, OP_MAKE, KEEPER, 2 * n + 1);
    add.authority = publish.authority = 1 + (int)(n % AUTHORITIES);
    if (!clients_ask(d, link, &add))
        return false;
    snprintf(publish.session, sizeof publish.session, "%s", add.booking);
    if (!clients_ask(d, link, &publish))
        return false;
    pthread_mutex_lock(&d->lock);
    struct session_open *session = &d->sessions[d->session_count++];
    session->authority = add.authority;
    snprintf(session->session, sizeof session->session, "%s", add.booking);
    pthread_mutex_unlock(&d->lock);
    return true;
}

static void *keep(void *data)
{
    struct desk *d = data;
    struct link *link = dial(d);
    for (long n = d->session_count; !atomic_load(&d->over) && d->session_count < SESSIONS_MOST; n++) {
        while (!atomic_load(&d->over) && d->session_count > AHEAD + atomic_load(&d->calls) / CALLS_A_WINDOW * HOT)
            harness_rest(5);
        if (!atomic_load(&d->over))
            open_session(d, link, n);
    }
    link_close(link);
    return NULL;
}

struct clients *clients_start(struct desk *d, int n)
{
    struct clients *c = calloc(1, sizeof *c + (size_t)n * sizeof *c->client);
    struct link *link = dial(d);
    for (long i = d->session_count; d->session_count < HOT; i++)
        open_session(d, link, i);
    link_close(link);
    *c = (struct clients){.desk = d, .n = n};
    atomic_store(&d->over, false);
    pthread_create(&c->keeper, NULL, keep, d);
    for (int i = 0; i < n; i++) {
        c->client[i] = (struct client){.all = c, .process = i, .seed = d->seed * 1000 + (unsigned)i};
        pthread_create(&c->client[i].thread, NULL, work, &c->client[i]);
    }
    return c;
}

void clients_stop(struct clients *c)
{
    atomic_store(&c->desk->over, true);
    for (int i = 0; i < c->n; i++)
        pthread_join(c->client[i].thread, NULL);
    pthread_join(c->keeper, NULL);
    free(c);
}

// What is asked again, and by which thread.
struct repeat {
    struct desk *desk;
    pthread_t thread;
    size_t from, to;
    long every; // of those answered ok
};

static void *repeat(void *data)
{
    const struct repeat *r = data;
    struct desk *d = r->desk;
    struct link *link = dial(d);
    for (size_t i = r->from; i < r->to; i++) {
        pthread_mutex_lock(&d->history->lock);
        struct op op = d->history->ops[i]; // what is added may move them
        pthread_mutex_unlock(&d->history->lock);
        if (op.kind == OP_LIST || op.process == CLIENTS_ROOM || op.end == OP_FAIL ||
            (op.end == OP_OK && (long)i % r->every != 0))
            continue;
        op.again = true;
        if (op.kind != OP_CANCEL)
            op.position = 0;
        clients_ask(d, link, &op);
    }
    link_close(link);
    return NULL;
}

void clients_ask_again(struct desk *d, long most)
{
    struct repeat parts[AGAIN_THREADS];
    size_t count = d->history->count;
    for (int i = 0; i < AGAIN_THREADS; i++) {
        parts[i] = (struct repeat){.desk = d,
            .from = count * (size_t)i / AGAIN_THREADS,
            .to = count * (size_t)(i + 1) / AGAIN_THREADS,
            .every = 1 + (long)count / most};
        pthread_create(&parts[i].thread, NULL, repeat, &parts[i]);
    }
    for (int i = 0; i < AGAIN_THREADS; i++)
        pthread_join(parts[i].thread, NULL);
}
