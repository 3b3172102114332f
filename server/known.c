#include "server/known.h"

#include "server/clock.h"

#include <stdlib.h>
#include <string.h>

enum { PLACES = 8192, REMEMBERED_MS = 10 * 60 * 1000 };

static struct entry {
    uint8_t token_hash[CALL_HASH_SIZE];
    int authority;
    uint64_t until_ms;
} entries[PLACES];

static int authority_of(const struct call *call)
{
    const char *code = call->header->authority;
    if (!code || !*code)
        return 0;
    return strlen(code) == 3 && strspn(code, "0123456789") == 3 ? atoi(code) : FAIR_STRANGERS;
}

static struct entry *place(const struct call *call, int authority)
{
    uint64_t key; // the hash is SHA-256: its first bytes are as good as random
    memcpy(&key, call->token_hash, sizeof key);
    return &entries[(key + (uint64_t)authority * 2654435761u) % PLACES];
}

static bool matches(const struct entry *e, const struct call *call, int authority)
{
    return e->authority == authority && memcmp(e->token_hash, call->token_hash, CALL_HASH_SIZE) == 0;
}

int known_class(const struct call *call)
{
    int authority = authority_of(call);
    if (!call->header->token || authority == FAIR_STRANGERS)
        return FAIR_STRANGERS;
    const struct entry *e = place(call, authority);
    return matches(e, call, authority) && clock_ms() < e->until_ms ? authority : FAIR_STRANGERS;
}

void known_remember(const struct call *call)
{
    int authority = authority_of(call);
    if (!call->header->token || authority == FAIR_STRANGERS)
        return;
    struct entry *e = place(call, authority);
    memcpy(e->token_hash, call->token_hash, CALL_HASH_SIZE);
    e->authority = authority;
    e->until_ms = clock_ms() + REMEMBERED_MS;
}

void known_forget(const struct call *call)
{
    int authority = authority_of(call);
    struct entry *e = place(call, authority);
    if (matches(e, call, authority))
        e->until_ms = 0;
}
