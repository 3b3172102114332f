#include "server/watch.h"

#include "server/statement.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { MARGIN_MS = 250, AUTHORITIES = 1000 }; // before the deadline: for the answer to arrive

static struct {
    atomic_uint_fast64_t newest[AUTHORITIES];  // number of each authority's last event
    atomic_uint_fast64_t changes[AUTHORITIES]; // how often that rose; of 0: how often any did
    struct call *first;
    int of_class[FAIR_CLASSES];
    atomic_int parked;
} watch;

static uint64_t changes_of(const struct call *call)
{
    const char *code = call->statement->across ? NULL : call->header->authority;
    int authority = code && strlen(code) == 3 && strspn(code, "0123456789") == 3 ? atoi(code) : 0;
    return atomic_load(&watch.changes[authority]);
}

void watch_begin(struct call *call)
{
    call->watched = changes_of(call);
}

bool watch_park(struct call *call, uint64_t now_ms)
{
    if (!call->statement || !call->statement->watch || call->held || (int)call->reply.code != (int)STATUS_OK ||
        call->reply.cursor)
        return false;
    if (now_ms + MARGIN_MS >= call->deadline_ms || atomic_load(&watch.parked) >= WATCH_PARKED_MAX ||
        watch.of_class[call->fair_class] >= WATCH_CLASS_MAX) {
        call->reply.cursor = call->header->cursor;
        return false;
    }
    call_again(call);
    call_move(call, CALL_PARKED);
    call->next = watch.first;
    watch.first = call;
    watch.of_class[call->fair_class]++;
    atomic_fetch_add(&watch.parked, 1);
    return true;
}

struct call *watch_due(uint64_t now_ms, bool ending, bool *over)
{
    for (struct call **at = &watch.first; *at; at = &(*at)->next) {
        struct call *call = *at;
        *over = ending || now_ms + MARGIN_MS >= call->deadline_ms;
        if (!*over && changes_of(call) == call->watched)
            continue;
        *at = call->next;
        call->next = NULL;
        watch.of_class[call->fair_class]--;
        atomic_fetch_sub(&watch.parked, 1);
        if (*over)
            call->reply.cursor = call->header->cursor;
        return call;
    }
    return NULL;
}

bool watch_note(int authority, uint64_t number)
{
    if (authority < 0 || authority >= AUTHORITIES || atomic_exchange(&watch.newest[authority], number) == number)
        return false;
    atomic_fetch_add(&watch.changes[authority], 1);
    if (authority != 0)
        atomic_fetch_add(&watch.changes[0], 1);
    return watch_parked() > 0;
}

int watch_parked(void)
{
    return atomic_load(&watch.parked);
}
