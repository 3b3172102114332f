#include "server/outcome.h"

#include "common/log.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

// How SQLSTATEs map to statuses: the longest prefix that fits wins, the first of equals. A NULL message lets
// PostgreSQL's own text through.
static const struct mapping {
    const char *prefix;
    enum status code;
    const char *reason;
    const char *message;
    unsigned retry_ms;
} mappings[] = {
    {"57014", STATUS_DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED",
        "The time allowed for the call ran out; nothing was changed.", 0},
    {"55P03", STATUS_DEADLINE_EXCEEDED, "LOCK_TIMEOUT",
        "Others held the record for as long as the call could wait; nothing was changed.", 100},
    {"40", STATUS_ABORTED, "CONFLICT", "The call collided with another one; nothing was changed. Try again.", 20},
    {"57", STATUS_UNAVAILABLE, "DATABASE_RESTARTING", "The database is restarting.", 250},
    {"08", STATUS_UNAVAILABLE, "DATABASE_AWAY", "The database does not answer.", 250},
    {"53", STATUS_UNAVAILABLE, "DATABASE_FULL", "The database has no room for this now.", 1000},
    {"54", STATUS_RESOURCE_EXHAUSTED, "TOO_COMPLEX", "The request is larger than the database can take.", 0},
    {"22", STATUS_INVALID_ARGUMENT, "INVALID_VALUE", NULL, 0},
    {"23505", STATUS_ALREADY_EXISTS, "ALREADY_EXISTS", "There is one already.", 0},
    {"23P01", STATUS_FAILED_PRECONDITION, "OVERLAP", "It overlaps with one that exists.", 0},
    {"23503", STATUS_FAILED_PRECONDITION, "REFERENCE", "It refers to something that is not there.", 0},
    {"23", STATUS_INVALID_ARGUMENT, "CONSTRAINT", "A value is outside what is allowed.", 0},
    {"42501", STATUS_PERMISSION_DENIED, "PERMISSION_DENIED", "You may not do that.", 0},
    {"0A000", STATUS_UNAVAILABLE, "UPGRADING", "The database was just upgraded. Try again.", 50},
    {"", STATUS_INTERNAL, "INTERNAL", "The server failed to do this; the failure is in its log.", 0},
};

struct constraint {
    struct constraint *next;
    char *schema, *name;
    json_t *refusal;
};

static struct constraint *constraints; // as long-lived as the process

void outcome_constraint(const char *schema, const char *name, const char *refusal)
{
    struct constraint *c = calloc(1, sizeof *c);
    json_t *parsed = json_loads(refusal, 0, NULL);
    if (!c || !parsed) {
        log_line(LOG_WARNING, "the comment of constraint %s.%s is no JSON", schema, name);
        free(c);
        json_decref(parsed);
        return;
    }
    *c = (struct constraint){constraints, strdup(schema), strdup(name), parsed};
    constraints = c;
}

static const char *text(json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static char *keep(struct call *call, const char *value)
{
    return value && *value ? arena_strndup(&call->answer_arena, value, strlen(value)) : NULL;
}

static void add_violations(struct call *call, json_t *violations)
{
    size_t i;
    json_t *one;
    json_array_foreach(violations, i, one)
    {
        const char *description = text(one, "description");
        call_violation(
            call, text(one, "field") ? text(one, "field") : "", description ? description : "", text(one, "accepted"));
    }
}

// refusal_of_call reads what errors.refuse raised: IM0nn.
static void refusal_of_call(struct call *call, const struct database_error *error)
{
    int code = atoi(error->sqlstate + 2);
    json_t *detail = error->detail ? json_loads(error->detail, 0, NULL) : NULL;
    const char *reason = text(detail, "reason");
    if (code < STATUS_CANCELLED || code > STATUS_UNAUTHENTICATED)
        code = STATUS_UNKNOWN;
    call_fail(call, (enum status)code, reason ? reason : status_name((enum status)code), error->message);
    call->reply.rule = keep(call, text(detail, "rule"));
    call->reply.hint = keep(call, error->hint);
    add_violations(call, json_object_get(detail, "violations"));
    json_t *retry = json_object_get(detail, "retry_ms");
    if (json_is_integer(retry)) {
        call->reply.has_retry_delay_ms = 1;
        call->reply.retry_delay_ms = (uint32_t)json_integer_value(retry);
    }
    snprintf(call->attempt, sizeof call->attempt, "%s", text(detail, "attempt") ? text(detail, "attempt") : "");
    json_decref(detail);
}

static bool refusal_of_constraint(struct call *call, const struct database_error *error, enum status code)
{
    const struct constraint *c = error->constraint && error->schema ? constraints : NULL;
    while (c && !(strcmp(c->name, error->constraint) == 0 && strcmp(c->schema, error->schema) == 0))
        c = c->next;
    if (!c)
        return false;
    json_t *own_code = json_object_get(c->refusal, "code");
    if (json_is_integer(own_code))
        code = (enum status)json_integer_value(own_code);
    const char *message = text(c->refusal, "message"), *reason = text(c->refusal, "reason"),
               *field = text(c->refusal, "field");
    call_fail(call, code, reason ? reason : "CONSTRAINT", message ? message : "A rule was broken.");
    call->reply.rule = keep(call, text(c->refusal, "rule"));
    if (field)
        call_violation(call, field, message ? message : "", text(c->refusal, "accepted"));
    return true;
}

static const struct mapping *mapping_of(const char *sqlstate)
{
    const struct mapping *best = NULL;
    for (size_t i = 0; i < sizeof mappings / sizeof *mappings; i++) {
        size_t n = strlen(mappings[i].prefix);
        if (strncmp(mappings[i].prefix, sqlstate, n) == 0 && (!best || n > strlen(best->prefix)))
            best = &mappings[i];
    }
    return best;
}

static void refusal_of_table(struct call *call, const struct database_error *error)
{
    const struct mapping *m = mapping_of(error->sqlstate);
    if (strncmp(error->sqlstate, "23", 2) == 0 && refusal_of_constraint(call, error, m->code))
        return;
    if (m->code == STATUS_INTERNAL || m->code == STATUS_UNAVAILABLE)
        log_line(LOG_WARNING, "%s: %s %s", call->method->full_name, error->sqlstate, error->message);
    call_fail(call, m->code, m->reason, m->message ? m->message : error->message);
    if (m->retry_ms) {
        call->reply.has_retry_delay_ms = 1;
        call->reply.retry_delay_ms = m->retry_ms;
    }
}

void outcome_attempt(struct call *call, uint32_t wait_ms, bool held)
{
    if (held)
        call_fail(
            call, STATUS_RESOURCE_EXHAUSTED, "SIGN_IN_BACK_OFF", "Too many wrong sign-ins: wait before the next.");
    call->reply.has_retry_delay_ms = wait_ms > 0;
    call->reply.retry_delay_ms = wait_ms;
}

void outcome_of(struct call *call, const struct database_error *error)
{
    if (call->verdict != VERDICT_DONE)
        return; // the first error says why; what follows it is its echo
    if (strcmp(error->sqlstate, "IMDRY") == 0) {
        call->verdict = VERDICT_UNDONE;
        return;
    }
    bool same_id =
        strcmp(error->sqlstate, "23505") == 0 && error->constraint && strcmp(error->constraint, "request_once") == 0;
    if (same_id || strcmp(error->sqlstate, "IMRPL") == 0) {
        call->verdict = VERDICT_REPLAY;
        return;
    }
    if (strcmp(error->sqlstate, "0A000") == 0 && call->tries == 1) {
        call->verdict = VERDICT_AGAIN;
        return;
    }
    call->verdict = VERDICT_REFUSED;
    if (strncmp(error->sqlstate, "IM0", 3) == 0)
        refusal_of_call(call, error);
    else
        refusal_of_table(call, error);
}
