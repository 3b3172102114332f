#include "server/db/connection.h"

#include "common/log.h"
#include "server/bind.h"
#include "server/outcome.h"

#include <assert.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What the next result answers.
enum expectation_kind { EXPECT_BASE, EXPECT_PREPARE, EXPECT_GATE, EXPECT_FUNCTION, EXPECT_DRY_END, EXPECT_REPLAY, EXPECT_SYNC };

struct expectation {
    enum expectation_kind kind;
    bool answered;     // its result has come; the NULL that ends it has not
    struct call *call; // NULL for the base statements
};

enum { QUEUE = 512, LONGEST_NAME = 32 }; // QUEUE: a power of two over 5 × the deepest pipeline

// Statement by method of the catalogue: whether it is prepared here, and under which edition of its name.
struct plan {
    bool prepared;
    unsigned edition;
};

struct connection {
    PGconn *pg;
    enum connection_state state;
    PostgresPollingStatusType polling; // while opening
    bool unsent;                       // bytes wait for the socket
    bool broken;                       // to be closed by the step under way
    const char *database;
    connection_done_fn *done;
    void *data;
    struct plan *plans; // one a method
    int load;           // calls in the pipeline
    struct expectation queue[QUEUE];
    unsigned head, tail; // ever rising
};

static const struct {
    const char *name, *text;
} base_statements[] = {
    {"gate", "select auth.begin_call($1, $2, $3, $4, $5, $6, $7, $8, $9)"},
    {"replay", "select rpc.replay($1, $2, $3, $4, $5)"},
    {"dry_end", "select rpc.end_dry_run()"},
};

static const char session_options[] = "-c statement_timeout=10000 -c idle_in_transaction_session_timeout=10000 -c DateStyle=ISO "
                                      "-c TimeZone=Europe/London -c client_min_messages=notice -c search_path=public "
                                      "-c default_transaction_isolation=read\\ committed -c jit=off";

struct connection *connection_new(const char *database, connection_done_fn *done, void *data)
{
    struct connection *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->plans = calloc(catalog_count(), sizeof *c->plans);
    c->database = database;
    c->done = done;
    c->data = data;
    if (!c->plans) {
        free(c);
        return NULL;
    }
    return c;
}

enum connection_state connection_state(const struct connection *c)
{
    return c->state;
}

int connection_socket(const struct connection *c)
{
    return c->pg ? PQsocket(c->pg) : -1;
}

bool connection_wants_write(const struct connection *c)
{
    return c->state == CONNECTION_OPENING ? c->polling == PGRES_POLLING_WRITING || c->unsent : c->unsent;
}

int connection_load(const struct connection *c)
{
    return c->load;
}

static bool empty(const struct connection *c)
{
    return c->head == c->tail;
}

static struct expectation *head(struct connection *c)
{
    return &c->queue[c->head % QUEUE];
}

const struct call *connection_oldest(const struct connection *c)
{
    return empty(c) ? NULL : c->queue[c->head % QUEUE].call;
}

static void expect(struct connection *c, enum expectation_kind kind, struct call *call)
{
    assert(c->tail - c->head < QUEUE);
    c->queue[c->tail++ % QUEUE] = (struct expectation){.kind = kind, .call = call};
}

static void let_go(struct connection *c, struct call *call)
{
    call->held = false;
    c->load--;
    c->done(call, c->data);
}

static void lose(struct connection *c, struct call *call)
{
    if (call->state != CALL_ANSWERED) {
        call_fail(call, STATUS_UNAVAILABLE, "DATABASE_AWAY",
            "The database's connection was lost; whether the call was done is not known. Repeat it with the same request id.");
        call->reply.has_retry_delay_ms = 1;
        call->reply.retry_delay_ms = 100;
        call->verdict = VERDICT_REFUSED;
    }
    let_go(c, call);
}

void connection_close(struct connection *c)
{
    PQfinish(c->pg);
    c->pg = NULL;
    c->state = CONNECTION_DOWN;
    c->unsent = c->broken = false;
    for (size_t i = 0; i < catalog_count(); i++)
        c->plans[i] = (struct plan){0};
    while (!empty(c)) {
        struct expectation e = *head(c);
        c->head++;
        if (e.kind == EXPECT_SYNC && e.call)
            lose(c, e.call);
    }
}

static void flush(struct connection *c)
{
    int rv = PQflush(c->pg);
    c->unsent = rv == 1;
    c->broken = c->broken || rv < 0;
}

static void on_notice(void *data, const PGresult *notice)
{
    struct connection *c = data;
    const char *sqlstate = PQresultErrorField(notice, PG_DIAG_SQLSTATE);
    struct call *call = empty(c) ? NULL : head(c)->call;
    if (call && sqlstate && strcmp(sqlstate, "IMNTE") == 0 && call->state != CALL_ANSWERED)
        call_note(call, PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY));
}

void connection_open(struct connection *c)
{
    const char *const names[] = {"dbname", "options", "application_name", "client_encoding", "connect_timeout", NULL};
    const char *const values[] = {c->database, session_options, "improved", "UTF8", "3", NULL};
    assert(c->state == CONNECTION_DOWN);
    c->pg = PQconnectStartParams(names, values, 1);
    c->state = CONNECTION_OPENING;
    c->polling = PGRES_POLLING_WRITING;
    if (!c->pg || PQstatus(c->pg) == CONNECTION_BAD)
        connection_close(c);
}

static void prepare_base(struct connection *c)
{
    PQsetNoticeReceiver(c->pg, on_notice, c);
    if (PQsetnonblocking(c->pg, 1) != 0 || !PQenterPipelineMode(c->pg)) {
        c->broken = true;
        return;
    }
    for (size_t i = 0; i < sizeof base_statements / sizeof *base_statements; i++) {
        if (!PQsendPrepare(c->pg, base_statements[i].name, base_statements[i].text, 0, NULL))
            c->broken = true;
        expect(c, EXPECT_BASE, NULL);
    }
    if (!PQpipelineSync(c->pg))
        c->broken = true;
    expect(c, EXPECT_SYNC, NULL);
    flush(c);
}

static void send_prepared(struct connection *c, const char *name, int n, const char *const *values, enum expectation_kind kind,
    struct call *call)
{
    if (!PQsendQueryPrepared(c->pg, name, n, values, NULL, NULL, 0))
        c->broken = true;
    expect(c, kind, call);
}

static void send_sync(struct connection *c, struct call *call)
{
    if (!PQpipelineSync(c->pg))
        c->broken = true;
    expect(c, EXPECT_SYNC, call);
    flush(c);
}

// to_hex writes a hash as PostgreSQL reads bytea.
static void to_hex(char *to, const uint8_t *bytes)
{
    to += sprintf(to, "\\x");
    for (int i = 0; i < CALL_HASH_SIZE; i++)
        to += sprintf(to, "%02x", bytes[i]);
}

static void send_gate(struct connection *c, struct call *call, uint32_t left_ms)
{
    char token[2 * CALL_HASH_SIZE + 3], left[16];
    to_hex(token, call->token_hash);
    snprintf(left, sizeof left, "%u", left_ms);
    const char *values[] = {call->header->token ? token : NULL, call->header->authority, call->method->full_name,
        call->method->function_name, call->statement->write ? "t" : "f", call->header->request_id, left,
        call->header->dry_run ? "t" : "f", call->header->traceparent};
    send_prepared(c, "gate", 9, values, EXPECT_GATE, call);
}

static void send_function(struct connection *c, struct call *call, const char *name)
{
    const char *values[STATEMENT_PARAMETERS_MAX];
    if (!bind_request(call, values)) { // too late to take the gate back: let an empty statement stand in, and the verdict be what it is
        call->verdict = VERDICT_REFUSED;
        send_prepared(c, "dry_end", 0, NULL, EXPECT_DRY_END, call);
        return;
    }
    send_prepared(c, name, call->statement->parameters, values, EXPECT_FUNCTION, call);
}

void connection_send(struct connection *c, struct call *call, uint32_t left_ms)
{
    const struct statement *s = call->statement;
    struct plan *plan = &c->plans[catalog_index(call->method)];
    char name[LONGEST_NAME];
    snprintf(name, sizeof name, "%s_%u", s->name, plan->edition);
    call_move(call, CALL_RUNNING);
    call->held = true;
    call->verdict = VERDICT_DONE;
    call->tries++;
    c->load++;
    if (!plan->prepared) {
        if (!PQsendPrepare(c->pg, name, s->text, 0, NULL))
            c->broken = true;
        expect(c, EXPECT_PREPARE, call);
        plan->prepared = true; // taken back if it fails
    }
    send_gate(c, call, left_ms);
    send_function(c, call, name);
    if (s->write && call->header->dry_run && call->verdict == VERDICT_DONE)
        send_prepared(c, "dry_end", 0, NULL, EXPECT_DRY_END, call);
    send_sync(c, call);
}

static void send_replay(struct connection *c, struct call *call)
{
    char token[2 * CALL_HASH_SIZE + 3], fingerprint[2 * CALL_HASH_SIZE + 3];
    to_hex(token, call->token_hash);
    to_hex(fingerprint, call->fingerprint);
    const char *values[] = {token, call->header->authority, call->header->request_id, call->method->full_name, fingerprint};
    call_move(call, CALL_REPLAYING);
    call->verdict = VERDICT_DONE;
    send_prepared(c, "replay", 5, values, EXPECT_REPLAY, call);
    send_sync(c, call);
}

static const char *row_value(const void *data, int column, int *length)
{
    const struct {
        const PGresult *result;
        int row;
    } *at = data;
    if (PQgetisnull(at->result, at->row, column))
        return NULL;
    *length = PQgetlength(at->result, at->row, column);
    return PQgetvalue(at->result, at->row, column);
}

static bool take_rows(struct call *call, const PGresult *result)
{
    struct {
        const PGresult *result;
        int row;
    } at = {result, 0};
    struct bind_row row = {.columns = PQnfields(result), .value = row_value, .data = &at};
    if (!bind_begin(call, PQntuples(result)))
        return false;
    for (; at.row < PQntuples(result); at.row++)
        if (!bind_row(call, at.row, &row))
            return false;
    return true;
}

static void take_tuples(struct call *call, enum expectation_kind kind, const PGresult *result)
{
    if (call->state == CALL_ANSWERED || call->verdict != VERDICT_DONE)
        return;
    bool taken = true;
    if (kind == EXPECT_REPLAY || (kind == EXPECT_FUNCTION && call->statement->write))
        taken = PQntuples(result) == 1 && bind_answer(call, PQgetvalue(result, 0, 0), PQgetlength(result, 0, 0));
    else if (kind == EXPECT_FUNCTION)
        taken = take_rows(call, result);
    if (kind == EXPECT_REPLAY && taken) {
        call->reply.has_replayed = 1;
        call->reply.replayed = 1;
    }
    if (!taken)
        call->verdict = VERDICT_REFUSED;
}

static void take_error(struct connection *c, struct expectation *e, const PGresult *result)
{
    struct database_error error = {
        .sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE),
        .message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY),
        .detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL),
        .hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT),
        .schema = PQresultErrorField(result, PG_DIAG_SCHEMA_NAME),
        .constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME),
    };
    if (!error.sqlstate || !e->call) { // the connection itself failed, or the base statements did
        log_line(LOG_ERROR, "database: %s", error.message ? error.message : PQerrorMessage(c->pg));
        c->broken = true;
        return;
    }
    if (e->call->state != CALL_ANSWERED)
        outcome_of(e->call, &error);
    struct plan *plan = &c->plans[catalog_index(e->call->method)];
    if (e->kind == EXPECT_PREPARE || e->call->verdict == VERDICT_AGAIN) {
        plan->prepared = false;
        plan->edition++;
    }
}

// synced ends a call whose transaction has ended.
static void synced(struct connection *c, struct call *call)
{
    if (!call) {
        c->state = CONNECTION_READY;
        return;
    }
    if (call->state != CALL_ANSWERED && call->verdict == VERDICT_REPLAY) {
        send_replay(c, call);
        return;
    }
    if (call->state == CALL_RUNNING && call->verdict == VERDICT_AGAIN)
        call_move(call, CALL_WAITING);
    let_go(c, call);
}

static void take_result(struct connection *c, const PGresult *result)
{
    struct expectation *e = head(c);
    switch (PQresultStatus(result)) {
    case PGRES_PIPELINE_SYNC: {
        assert(e->kind == EXPECT_SYNC);
        struct call *call = e->call;
        c->head++;
        synced(c, call);
        return;
    }
    case PGRES_FATAL_ERROR:
        take_error(c, e, result);
        break;
    case PGRES_TUPLES_OK:
        if (e->call)
            take_tuples(e->call, e->kind, result);
        break;
    case PGRES_PIPELINE_ABORTED:
        if (e->kind == EXPECT_PREPARE)
            c->plans[catalog_index(e->call->method)].prepared = false;
        break;
    default:
        break;
    }
    e->answered = e->kind != EXPECT_SYNC; // an error may come in Sync's place, before Sync's own result: a deferred constraint
}

static void read_results(struct connection *c)
{
    int ends = 0; // NULLs in a row that end no result of ours: libpq gives one after an error in Sync's place, never two
    while (!c->broken && !empty(c) && !PQisBusy(c->pg)) {
        PGresult *result = PQgetResult(c->pg);
        if (result) {
            ends = 0;
            take_result(c, result);
            PQclear(result);
        } else if (head(c)->answered) {
            c->head++;
        } else if (++ends > 1 || PQstatus(c->pg) == CONNECTION_BAD) {
            c->broken = true;
        }
    }
}

static void step_opening(struct connection *c)
{
    c->polling = PQconnectPoll(c->pg);
    if (c->polling == PGRES_POLLING_FAILED) {
        log_line(LOG_WARNING, "database: %s", PQerrorMessage(c->pg));
        connection_close(c);
    } else if (c->polling == PGRES_POLLING_OK) {
        prepare_base(c);
    }
}

void connection_step(struct connection *c)
{
    if (c->state == CONNECTION_DOWN)
        return;
    if (c->state == CONNECTION_OPENING && c->polling != PGRES_POLLING_OK) {
        step_opening(c);
        return;
    }
    if (c->unsent)
        flush(c);
    if (!c->broken && !PQconsumeInput(c->pg))
        c->broken = true;
    if (!c->broken)
        read_results(c);
    if (c->broken)
        connection_close(c);
}
