#include "tests/torture/history.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LINE = 512, FIRST_ROOM = 4096 };

bool history_open(struct history *h, const char *path)
{
    *h = (struct history){.lock = PTHREAD_MUTEX_INITIALIZER};
    if (!path)
        return true;
    h->file = fopen(path, "w");
    if (h->file)
        fputs("process\tcall\trequest\tsession\tsubject\tinvoked_us\tfinished_us\tend\tcode\tresult\n", h->file);
    return h->file != NULL;
}

void history_close(struct history *h)
{
    if (h->file)
        fclose(h->file);
    free(h->ops);
    *h = (struct history){0};
}

void history_line(const struct op *op, char *to, size_t size)
{
    static const char *const kinds[] = {"make", "book", "cancel", "list"}, *const ends[] = {"ok", "fail", "unknown"};
    snprintf(to, size, "%d\t%03d %s%s\t%s\t%s\t%s\t%llu\t%llu\t%s\t%d\t%s %d %016llx%s", op->process, op->authority,
        kinds[op->kind], op->again ? " again" : "", op->request_id, op->session, op->subject,
        (unsigned long long)op->invoked_us, (unsigned long long)op->finished_us, ends[op->end], (int)op->code,
        op->booking, op->position, (unsigned long long)op->answer, op->replayed ? " replayed" : "");
}

void history_add(struct history *h, const struct op *op)
{
    char line[LINE];
    history_line(op, line, sizeof line);
    pthread_mutex_lock(&h->lock);
    if (h->count == h->room) {
        h->room = h->room ? 2 * h->room : FIRST_ROOM;
        h->ops = realloc(h->ops, h->room * sizeof *h->ops);
        if (!h->ops)
            abort();
    }
    h->ops[h->count++] = *op;
    if (h->file)
        fprintf(h->file, "%s\n", line);
    pthread_mutex_unlock(&h->lock);
}

uint64_t history_hash(const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    uint64_t hash = 14695981039346656037u; // FNV-1a
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ at[i]) * 1099511628211u;
    return hash;
}

uint64_t history_row(const char *booking, const char *status)
{
    char text[64];
    int n = snprintf(text, sizeof text, "%s %s", booking, status);
    uint64_t hash = history_hash(text, (size_t)n);
    return hash ^ (hash >> 29) * 0xbf58476d1ce4e5b9u;
}

uint64_t history_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}
