#include "server/transport/pipes.h"

#include "server/clock.h"

#include <pthread.h>
#include <stdlib.h>

enum { BUCKETS = 4096 };

struct entry {
    struct entry *next;
    uint32_t id;
    int in_flight;
    uint64_t last_ms;
};

struct pipes {
    pthread_mutex_t lock;
    int count;
    struct entry *buckets[BUCKETS];
};

struct pipes *pipes_new(void)
{
    struct pipes *p = calloc(1, sizeof *p);
    if (p)
        pthread_mutex_init(&p->lock, NULL);
    return p;
}

// find gives the place that points to the entry, or to the NULL where it would stand.
static struct entry **find(struct pipes *p, uint32_t id)
{
    struct entry **at = &p->buckets[id % BUCKETS];
    while (*at && (*at)->id != id)
        at = &(*at)->next;
    return at;
}

void pipes_add(struct pipes *p, uint32_t id)
{
    struct entry *entry = calloc(1, sizeof *entry);
    if (!entry)
        return; // its calls will be refused as from a connection that has gone
    entry->id = id;
    entry->last_ms = clock_ms();
    pthread_mutex_lock(&p->lock);
    struct entry **at = find(p, id);
    if (*at) {
        free(entry);
    } else {
        *at = entry;
        p->count++;
    }
    pthread_mutex_unlock(&p->lock);
}

void pipes_remove(struct pipes *p, uint32_t id)
{
    pthread_mutex_lock(&p->lock);
    struct entry **at = find(p, id), *gone = *at;
    if (gone) {
        *at = gone->next;
        p->count--;
    }
    pthread_mutex_unlock(&p->lock);
    free(gone);
}

int pipes_enter(struct pipes *p, uint32_t id)
{
    pthread_mutex_lock(&p->lock);
    struct entry *entry = *find(p, id);
    int in_flight = 0;
    if (entry) {
        in_flight = ++entry->in_flight;
        entry->last_ms = clock_ms();
    }
    pthread_mutex_unlock(&p->lock);
    return in_flight;
}

void pipes_leave(struct pipes *p, uint32_t id)
{
    pthread_mutex_lock(&p->lock);
    struct entry *entry = *find(p, id);
    if (entry && entry->in_flight > 0)
        entry->in_flight--;
    pthread_mutex_unlock(&p->lock);
}

int pipes_idle(struct pipes *p, uint64_t then, uint32_t *ids, int most)
{
    int n = 0;
    pthread_mutex_lock(&p->lock);
    for (int b = 0; b < BUCKETS && n < most; b++)
        for (struct entry *entry = p->buckets[b]; entry && n < most; entry = entry->next)
            if (entry->in_flight == 0 && entry->last_ms < then)
                ids[n++] = entry->id;
    pthread_mutex_unlock(&p->lock);
    return n;
}

int pipes_count(struct pipes *p)
{
    pthread_mutex_lock(&p->lock);
    int count = p->count;
    pthread_mutex_unlock(&p->lock);
    return count;
}
