#include "tests/torture/state.h"

#include "tests/support/harness.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEALED_MS = 10000 };

static void text(char *to, size_t size, const PGresult *r, int row, int column)
{
    snprintf(to, size, "%s", PQgetvalue(r, row, column));
}

static long number(const PGresult *r, int row, int column)
{
    return strtol(PQgetvalue(r, row, column), NULL, 10);
}

static PGresult *ask(PGconn *pg, const char *sql)
{
    PGresult *r = PQexec(pg, sql);
    if (PQresultStatus(r) == PGRES_TUPLES_OK)
        return r;
    fprintf(stderr, "%s: %s", sql, PQerrorMessage(pg));
    PQclear(r);
    return NULL;
}

// wait_sealed waits until nothing of the audit trail waits for its number; not for ever: the checker finds what has
// none.
static bool wait_sealed(PGconn *pg)
{
    for (uint64_t until = harness_ms() + SEALED_MS; harness_ms() < until; harness_rest(50)) {
        PGresult *r = ask(pg, "select count(*) from audit.pending");
        long left = r ? number(r, 0, 0) : 0;
        bool answered = r != NULL;
        PQclear(r);
        if (!answered)
            return false;
        if (left == 0)
            return true;
    }
    return true;
}

static bool load_bookings(struct state *s, PGconn *pg)
{
    PGresult *r =
        ask(pg, "select authority_id, booking_id, session_id, delegate_name, status, ticket from cpd.booking");
    s->booking_count = r ? (size_t)PQntuples(r) : 0;
    s->bookings = calloc(s->booking_count + 1, sizeof *s->bookings);
    for (int i = 0; i < (int)s->booking_count; i++) {
        struct booking_row *b = &s->bookings[i];
        b->authority = (int)number(r, i, 0);
        text(b->booking, sizeof b->booking, r, i, 1);
        text(b->session, sizeof b->session, r, i, 2);
        text(b->delegate, sizeof b->delegate, r, i, 3);
        text(b->status, sizeof b->status, r, i, 4);
        b->ticket = number(r, i, 5);
    }
    PQclear(r);
    return r != NULL;
}

static bool load_sessions(struct state *s, PGconn *pg)
{
    PGresult *r = ask(pg, "select authority_id, session_id, capacity, confirmed_count + held_count, waiting_count, "
                          "next_ticket from cpd.session");
    s->session_count = r ? (size_t)PQntuples(r) : 0;
    s->sessions = calloc(s->session_count + 1, sizeof *s->sessions);
    for (int i = 0; i < (int)s->session_count; i++) {
        struct session_row *row = &s->sessions[i];
        row->authority = (int)number(r, i, 0);
        text(row->session, sizeof row->session, r, i, 1);
        row->capacity = number(r, i, 2);
        row->confirmed = number(r, i, 3);
        row->waiting = number(r, i, 4);
        row->next_ticket = number(r, i, 5);
    }
    PQclear(r);
    return r != NULL;
}

static struct write_row *load_writes(PGconn *pg, const char *sql, size_t *count)
{
    PGresult *r = ask(pg, sql);
    struct write_row *rows = r ? calloc((size_t)PQntuples(r) + 1, sizeof *rows) : NULL;
    *count = r ? (size_t)PQntuples(r) : 0;
    for (int i = 0; rows && i < PQntuples(r); i++) {
        rows[i].authority = (int)number(r, i, 0);
        text(rows[i].request_id, sizeof rows[i].request_id, r, i, 1);
        rows[i].number = number(r, i, 2);
    }
    PQclear(r);
    return rows;
}

bool state_load(struct state *s, const char *conninfo)
{
    *s = (struct state){0};
    PGconn *pg = PQconnectdb(conninfo);
    bool loaded = wait_sealed(pg) && load_bookings(s, pg) && load_sessions(s, pg);
    if (loaded) {
        s->ledger = load_writes(pg, "select authority_id, request_id, 0 from rpc.request", &s->ledger_count);
        s->audit = load_writes(pg,
            "select e.authority_id, e.request_id, coalesce(s.number, 0) from audit.entry e left join audit.seal s "
            "on s.authority_id = e.authority_id and s.stream = 'audit' and s.row_id = e.request_id "
            "where e.personas is distinct from 'operator at the console'",
            &s->audit_count);
    }
    PQfinish(pg);
    return loaded && s->ledger && s->audit;
}

void state_release(struct state *s)
{
    free(s->bookings);
    free(s->sessions);
    free(s->ledger);
    free(s->audit);
    *s = (struct state){0};
}
