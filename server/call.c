#include "server/call.h"

#include "common/secrets.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_BUDGET = 64 * 1024 * 1024 }; // a reply of FRAME_REPLY_MAX, unpacked, with room to spare

// The moves there are: [from][to].
static const bool moves[CALL_STATES][CALL_STATES] = {
    [CALL_RECEIVED] = {[CALL_WAITING] = true, [CALL_ANSWERED] = true},
    [CALL_WAITING] = {[CALL_RUNNING] = true, [CALL_ANSWERED] = true},
    [CALL_RUNNING] = {[CALL_WAITING] = true,
        [CALL_REPLAYING] = true,
        [CALL_NOTING] = true,
        [CALL_PARKED] = true,
        [CALL_ANSWERED] = true},
    [CALL_PARKED] = {[CALL_WAITING] = true, [CALL_ANSWERED] = true},
    [CALL_REPLAYING] = {[CALL_ANSWERED] = true},
    [CALL_NOTING] = {[CALL_ANSWERED] = true},
};

struct call *call_new(size_t budget)
{
    struct call *call = calloc(1, sizeof *call);
    if (!call)
        return NULL;
    arena_init(&call->arena, budget);
    arena_init(&call->answer_arena, ANSWER_BUDGET);
    improve__rpc__reply_header__init(&call->reply);
    return call;
}

void call_move(struct call *call, enum call_state to)
{
    if (!moves[call->state][to])
        abort();
    call->state = to;
}

void call_again(struct call *call)
{
    size_t budget = call->answer_arena.budget;
    arena_release(&call->answer_arena);
    arena_init(&call->answer_arena, budget);
    improve__rpc__reply_header__init(&call->reply);
    call->answer = NULL;
    call->answer_size = 0;
    call->tries = 0;
}

void call_free(struct call *call)
{
    assert(call->state == CALL_ANSWERED && !call->held && !call->ticket);
    if (call->request)
        secrets_wipe(call->request);
    arena_release(&call->arena);
    arena_release(&call->answer_arena);
    free(call);
}

const char *call_state_name(enum call_state state)
{
    static const char *const names[CALL_STATES] = {
        "received", "waiting", "running", "replaying", "noting", "parked", "answered"};
    return names[state];
}

static char *copy(struct call *call, const char *text)
{
    return arena_strndup(&call->answer_arena, text, strlen(text));
}

void call_fail(struct call *call, enum status code, const char *reason, const char *message)
{
    Improve__Rpc__ReplyHeader fresh = IMPROVE__RPC__REPLY_HEADER__INIT;
    call->reply = fresh;
    call->answer = NULL;
    call->reply.has_code = 1;
    call->reply.code = (Improve__Rpc__Code)code;
    call->reply.reason = copy(call, reason);
    call->reply.message = copy(call, message);
}

// grow makes room for one more pointer in a repeated field. NULL when the arena is spent: the entry is then left out.
static void **grow(struct call *call, size_t n, void *const *old)
{
    void **room = arena_alloc(&call->answer_arena, (n + 1) * sizeof *room);
    if (room && n)
        memcpy(room, old, n * sizeof *room);
    return room;
}

void call_violation(struct call *call, const char *field, const char *description, const char *accepted)
{
    Improve__Rpc__FieldViolation *violation = arena_alloc(&call->answer_arena, sizeof *violation);
    void **room = grow(call, call->reply.n_violations, (void *const *)call->reply.violations);
    if (!violation || !room)
        return;
    improve__rpc__field_violation__init(violation);
    violation->field = copy(call, field);
    violation->description = copy(call, description);
    violation->accepted = accepted && *accepted ? copy(call, accepted) : NULL;
    room[call->reply.n_violations++] = violation;
    call->reply.violations = (Improve__Rpc__FieldViolation **)(void *)room;
}

void call_note(struct call *call, const char *text)
{
    if (call->reply.n_notes == CALL_NOTES_MAX)
        return;
    char *note = copy(call, text);
    void **room = grow(call, call->reply.n_notes, (void *const *)(void *)call->reply.notes);
    if (!note || !room)
        return;
    room[call->reply.n_notes++] = note;
    call->reply.notes = (char **)(void *)room;
}
