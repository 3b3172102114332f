#include "server/rate.h"

#include "server/call.h"

static struct bucket {
    uint64_t filled_ms;
    double tokens;
} buckets[FAIR_CLASSES];

static double per_ms, most;

void rate_init(long per_second, long burst)
{
    per_ms = (double)per_second / 1000;
    most = (double)burst;
    for (int i = 0; i < FAIR_CLASSES; i++)
        buckets[i] = (struct bucket){.tokens = most};
}

bool rate_take(int fair_class, uint64_t now_ms, uint32_t *wait_ms)
{
    struct bucket *b = &buckets[fair_class];
    if (per_ms <= 0)
        return true;
    if (b->filled_ms && now_ms > b->filled_ms) // calls come from several threads: not quite in order
        b->tokens += (double)(now_ms - b->filled_ms) * per_ms;
    if (now_ms > b->filled_ms)
        b->filled_ms = now_ms;
    if (b->tokens > most)
        b->tokens = most;
    if (b->tokens < 1) {
        *wait_ms = 1 + (uint32_t)((1 - b->tokens) / per_ms);
        return false;
    }
    b->tokens -= 1;
    return true;
}
