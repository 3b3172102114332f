#include "server/fair.h"

#include <stdlib.h>

// One class's calls, and its place in the ring of classes that have any.
struct class_queue {
    struct class_queue *next, *previous; // in the ring; NULL while empty
    struct call *first, *last;
    int waiting;
};

struct fair {
    struct class_queue classes[FAIR_CLASSES];
    struct class_queue *turn; // whose turn it is; NULL while all are empty
    int length, waiting;
};

struct fair *fair_new(int length)
{
    struct fair *f = calloc(1, sizeof *f);
    if (f)
        f->length = length;
    return f;
}

static int class_of(const struct fair *f, const struct class_queue *q)
{
    return (int)(q - f->classes);
}

// join puts a class that has become non-empty at the end of the ring: just before whose turn it is.
static void join(struct fair *f, struct class_queue *q)
{
    if (!f->turn) {
        f->turn = q->next = q->previous = q;
        return;
    }
    q->next = f->turn;
    q->previous = f->turn->previous;
    q->previous->next = q->next->previous = q;
}

static void leave(struct fair *f, struct class_queue *q)
{
    if (f->turn == q)
        f->turn = q->next == q ? NULL : q->next;
    q->previous->next = q->next;
    q->next->previous = q->previous;
    q->next = q->previous = NULL;
}

bool fair_push(struct fair *f, struct call *call)
{
    struct class_queue *q = &f->classes[call->fair_class];
    if (f->waiting >= f->length || q->waiting > f->length / 2)
        return false;
    call->next = NULL;
    if (q->last)
        q->last->next = call;
    else
        q->first = call;
    q->last = call;
    f->waiting++;
    if (q->waiting++ == 0)
        join(f, q);
    return true;
}

void fair_return(struct fair *f, struct call *call)
{
    struct class_queue *q = &f->classes[call->fair_class];
    call->next = q->first;
    q->first = call;
    if (!q->last)
        q->last = call;
    f->waiting++;
    if (q->waiting++ == 0)
        join(f, q);
}

// take_after takes the call after previous (the first when NULL) out of its class.
static struct call *take_after(struct fair *f, struct class_queue *q, struct call *previous)
{
    struct call *call = previous ? previous->next : q->first;
    if (previous)
        previous->next = call->next;
    else
        q->first = call->next;
    if (q->last == call)
        q->last = previous;
    call->next = NULL;
    f->waiting--;
    if (--q->waiting == 0)
        leave(f, q);
    return call;
}

struct call *fair_pop(struct fair *f, fair_may_fn *may, void *data)
{
    struct class_queue *q = f->turn;
    if (!q)
        return NULL;
    do {
        struct class_queue *after = q->next;
        if (may(data, class_of(f, q))) {
            f->turn = after;
            return take_after(f, q, NULL);
        }
        q = after;
    } while (q != f->turn);
    return NULL;
}

struct call *fair_take_expired(struct fair *f, uint64_t now_ms)
{
    struct class_queue *q = f->turn;
    if (!q)
        return NULL;
    do {
        struct call *previous = NULL;
        for (struct call *call = q->first; call; previous = call, call = call->next)
            if (now_ms >= call->deadline_ms)
                return take_after(f, q, previous);
        q = q->next;
    } while (q != f->turn);
    return NULL;
}

int fair_waiting(const struct fair *f)
{
    return f->waiting;
}
