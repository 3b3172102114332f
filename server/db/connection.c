#include "server/db/connection_private.h"

#include "common/log.h"
#include "server/bind.h"
#include "server/failpoint.h"

#include <assert.h>
#include <libpq-fe.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char connection_gate[] = "select auth.begin_call($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

static const struct {
    const char *name, *text;
} base_statements[] = {
    {"gate", connection_gate},
    {"replay", "select rpc.replay($1, $2, $3, $4, $5)"},
    {"answered", "select rpc.answered($1, $2, $3, $4, $5)"},
    {"dry_end", "select rpc.end_dry_run()"},
    {"touch", "select auth.touch($1)"},
    {"attempt", "select wait_ms, held from auth.note_attempt($1, $2)"},
};

static const char session_options[] =
    "-c statement_timeout=10000 -c idle_in_transaction_session_timeout=10000 -c DateStyle=ISO "
    "-c TimeZone=Europe/London -c client_min_messages=notice -c search_path=public "
    "-c default_transaction_isolation=read\\ committed -c jit=off";

struct connection *connection_new(const char *database, const char *settings, connection_done_fn *done, void *data)
{
    struct connection *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->plans = calloc(catalog_count(), sizeof *c->plans);
    c->database = database;
    c->settings = settings;
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

bool connection_is_broken(const struct connection *c)
{
    return c->broken;
}

int connection_load(const struct connection *c)
{
    return c->load;
}

bool connection_empty(const struct connection *c)
{
    return c->head == c->tail;
}

struct expectation *connection_head(struct connection *c)
{
    return &c->queue[c->head % QUEUE];
}

const struct call *connection_oldest(const struct connection *c)
{
    return connection_empty(c) ? NULL : c->queue[c->head % QUEUE].call;
}

static void expect(struct connection *c, enum expectation_kind kind, struct call *call)
{
    assert(c->tail - c->head < QUEUE);
    c->queue[c->tail++ % QUEUE] = (struct expectation){.kind = kind, .call = call};
}

void connection_let_go(struct connection *c, struct call *call)
{
    call->held = false;
    c->load--;
    c->done(call, c->data);
}

static void lose(struct connection *c, struct call *call)
{
    if (call->state != CALL_ANSWERED) {
        call_fail(call, STATUS_UNAVAILABLE, "DATABASE_AWAY",
            "The database's connection was lost; whether the call was done is not known. Repeat it with the same "
            "request id.");
        call->reply.has_retry_delay_ms = 1;
        call->reply.retry_delay_ms = 100;
        call->verdict = VERDICT_REFUSED;
    }
    connection_let_go(c, call);
}

void connection_close(struct connection *c)
{
    PQfinish(c->pg);
    c->pg = NULL;
    c->state = CONNECTION_DOWN;
    c->unsent = c->broken = false;
    for (size_t i = 0; i < catalog_count(); i++)
        c->plans[i] = (struct plan){0};
    while (!connection_empty(c)) {
        struct expectation e = *connection_head(c);
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
    struct call *call = connection_empty(c) ? NULL : connection_head(c)->call;
    if (call && sqlstate && strcmp(sqlstate, "IMNTE") == 0 && call->state != CALL_ANSWERED)
        call_note(call, PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY));
}

void connection_open(struct connection *c)
{
    const char *const names[] = {"dbname", "options", "application_name", "client_encoding", "connect_timeout", NULL};
    char options[sizeof session_options + SETTINGS_MAX];
    snprintf(options, sizeof options, "%s %s", session_options, c->settings);
    const char *const values[] = {c->database, options, "improved", "UTF8", "3", NULL};
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

static void send_prepared(struct connection *c, const char *name, int n, const char *const *values,
    enum expectation_kind kind, struct call *call)
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

bool connection_probe(struct connection *c, uint64_t now_ms)
{
    if (c->state != CONNECTION_READY || !connection_empty(c))
        return false;
    c->probed_ms = now_ms;
    send_sync(c, NULL);
    return true;
}

uint64_t connection_silent(const struct connection *c, uint64_t now_ms)
{
    return c->state == CONNECTION_READY && !connection_empty(c) && c->probed_ms > 0 ? now_ms - c->probed_ms : 0;
}

// to_hex writes a hash as PostgreSQL reads bytea.
static void to_hex(char to[static HEX_SIZE], const uint8_t *bytes)
{
    memcpy(to, "\\x", 2);
    sodium_bin2hex(to + 2, HEX_SIZE - 2, bytes, CALL_HASH_SIZE);
}

static void send_gate(struct connection *c, struct call *call, uint32_t left_ms)
{
    char token[HEX_SIZE], key[HEX_SIZE], left[16];
    to_hex(token, call->token_hash);
    to_hex(key, call->proof_key);
    snprintf(left, sizeof left, "%u", left_ms);
    const char *values[] = {call->header->token ? token : NULL, call->header->authority, call->method->full_name,
        call->method->function_name, call->statement->write ? "t" : "f", call->header->request_id, left,
        call->header->dry_run ? "t" : "f", call->header->traceparent, call->proved ? key : NULL, call->source};
    send_prepared(c, "gate", 11, values, EXPECT_GATE, call);
}

static void send_function(struct connection *c, struct call *call, const char *name)
{
    const char *values[STATEMENT_PARAMETERS_MAX];
    if (!bind_request(call,
            values)) { // too late to take the gate back: let an empty statement stand in, and the verdict be what it is
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
    call->admitted = false;
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
    c->broken = failpoint(FAILPOINT_SENT) || c->broken;
}

// send_lookup asks the ledger for the answer to a call's request id.
static void send_lookup(struct connection *c, struct call *call, const char *statement, enum expectation_kind kind)
{
    char token[HEX_SIZE], fingerprint[HEX_SIZE];
    to_hex(token, call->token_hash);
    to_hex(fingerprint, call->fingerprint);
    const char *values[] = {call->header->token ? token : NULL, call->header->authority, call->header->request_id,
        call->method->full_name, fingerprint};
    call_move(call, CALL_REPLAYING);
    send_prepared(c, statement, 5, values, kind, call);
    send_sync(c, call);
}

void connection_send_replay(struct connection *c, struct call *call)
{
    call->verdict = VERDICT_DONE;
    send_lookup(c, call, "replay", EXPECT_REPLAY);
}

void connection_send_answered(struct connection *c, struct call *call)
{
    send_lookup(c, call, "answered", EXPECT_ANSWERED);
}

void connection_send_touch(struct connection *c, const struct call *call)
{
    char token[HEX_SIZE];
    to_hex(token, call->token_hash);
    const char *values[] = {token};
    send_prepared(c, "touch", 1, values, EXPECT_TOUCH, NULL);
    send_sync(c, NULL);
}

void connection_send_attempt(struct connection *c, struct call *call)
{
    char subject[HEX_SIZE];
    snprintf(subject, sizeof subject, "\\x%s", call->attempt);
    const char *values[] = {subject, call->source};
    send_prepared(c, "attempt", 2, values, EXPECT_ATTEMPT, call);
    send_sync(c, call);
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
        connection_read(c);
    if (c->broken)
        connection_close(c);
}
