#include "common/log.h"
#include "server/bind.h"
#include "server/db/connection_private.h"
#include "server/failpoint.h"
#include "server/outcome.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

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

// take_attempt takes what counting a wrong sign-in came to.
static void take_attempt(struct call *call, const PGresult *result)
{
    if (call->state != CALL_ANSWERED && PQntuples(result) == 1)
        outcome_attempt(call, (uint32_t)strtoul(PQgetvalue(result, 0, 0), NULL, 10), *PQgetvalue(result, 0, 1) == 't');
}

// take_replayed takes the answer that the ledger has.
static bool take_replayed(struct call *call, const PGresult *result)
{
    if (PQntuples(result) != 1 || !bind_answer(call, PQgetvalue(result, 0, 0), PQgetlength(result, 0, 0)))
        return false;
    call->reply.has_replayed = 1;
    call->reply.replayed = 1;
    return true;
}

// take_answered puts the ledger's answer, where it has one, in the place of a refusal.
static void take_answered(struct call *call, const PGresult *result)
{
    if (call->state == CALL_ANSWERED || PQntuples(result) != 1 || PQgetisnull(result, 0, 0))
        return;
    call_again(call);
    call->verdict = take_replayed(call, result) ? VERDICT_DONE : VERDICT_REFUSED;
}

static void take_tuples(struct call *call, enum expectation_kind kind, const PGresult *result)
{
    if (kind == EXPECT_GATE) {
        call->admitted = true;
        call->touch = PQntuples(result) == 1 && *PQgetvalue(result, 0, 0) == 't';
    }
    if (kind == EXPECT_ANSWERED)
        take_answered(call, result);
    if (kind == EXPECT_ATTEMPT)
        take_attempt(call, result);
    if (call->state == CALL_ANSWERED || call->verdict != VERDICT_DONE)
        return;
    bool taken = true;
    if (kind == EXPECT_REPLAY)
        taken = take_replayed(call, result);
    else if (kind == EXPECT_FUNCTION && call->statement->write)
        taken = PQntuples(result) == 1 && bind_answer(call, PQgetvalue(result, 0, 0), PQgetlength(result, 0, 0));
    else if (kind == EXPECT_FUNCTION)
        taken = take_rows(call, result);
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
    if (error.sqlstate && (e->kind == EXPECT_TOUCH || e->kind == EXPECT_ATTEMPT)) {
        log_line(LOG_WARNING, "sign-in: %s", error.message); // the call's own answer stands
        return;
    }
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
    if (call->attempt[0] && call->state == CALL_RUNNING) {
        call_move(call, CALL_NOTING);
        connection_send_attempt(c, call);
        return;
    }
    if (call->touch)
        connection_send_touch(c, call);
    call->touch = false;
    if (call->state != CALL_ANSWERED && call->verdict == VERDICT_REPLAY) {
        connection_send_replay(c, call);
        return;
    }
    if (call->state == CALL_RUNNING && call->verdict == VERDICT_REFUSED && call->admitted && call->statement->write &&
        !call->header->dry_run) {
        connection_send_answered(c, call); // what refused it may be its own work, sent twice
        return;
    }
    if (call->state == CALL_RUNNING && call->verdict == VERDICT_AGAIN)
        call_move(call, CALL_WAITING);
    connection_let_go(c, call);
}

static void take_result(struct connection *c, const PGresult *result)
{
    struct expectation *e = connection_head(c);
    switch (PQresultStatus(result)) {
    case PGRES_PIPELINE_SYNC: {
        assert(e->kind == EXPECT_SYNC);
        struct call *call = e->call;
        if (call && failpoint(FAILPOINT_COMMITTED)) {
            c->broken = true;
            return;
        }
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
        if (e->kind == EXPECT_GATE && failpoint(FAILPOINT_GATED))
            c->broken = true;
        break;
    case PGRES_PIPELINE_ABORTED:
        if (e->kind == EXPECT_PREPARE)
            c->plans[catalog_index(e->call->method)].prepared = false;
        break;
    default:
        break;
    }
    e->answered =
        e->kind != EXPECT_SYNC; // an error may come in Sync's place, before Sync's own result: a deferred constraint
}

void connection_read(struct connection *c)
{
    int ends =
        0; // NULLs in a row that end no result of ours: libpq gives one after an error in Sync's place, never two
    while (!c->broken && !connection_empty(c) && !PQisBusy(c->pg)) {
        PGresult *result = PQgetResult(c->pg);
        if (result) {
            ends = 0;
            take_result(c, result);
            PQclear(result);
        } else if (connection_head(c)->answered) {
            c->head++;
        } else if (++ends > 1 || PQstatus(c->pg) == CONNECTION_BAD) {
            c->broken = true;
        }
    }
}
