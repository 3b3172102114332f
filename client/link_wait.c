// Calls that are waited for, made of the link's asynchronous ones.
#include "client/link.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

struct waiter {
    pthread_mutex_t mutex;
    pthread_cond_t came;
    bool done;
    struct link_reply *reply;
};

static void wake(struct link_reply *reply, void *data)
{
    struct waiter *w = data;
    pthread_mutex_lock(&w->mutex);
    *w->reply = *reply;
    w->reply->arena.allocator.allocator_data = &w->reply->arena;
    w->done = true;
    pthread_cond_signal(&w->came);
    pthread_mutex_unlock(&w->mutex);
}

// make_up makes a reply for a call that could not be started.
static void make_up(struct link_reply *reply, enum status code, const char *why)
{
    static const Improve__Rpc__ReplyHeader nothing = IMPROVE__RPC__REPLY_HEADER__INIT;
    *reply = (struct link_reply){.header = &nothing};
    arena_init(&reply->arena, 4096);
    Improve__Rpc__ReplyHeader *h = arena_alloc(&reply->arena, sizeof *h);
    if (!h)
        return;
    improve__rpc__reply_header__init(h);
    h->has_code = 1;
    h->code = (Improve__Rpc__Code)code;
    h->message =
        arena_printf(&reply->arena, "%c%s.", why[0] >= 'a' && why[0] <= 'z' ? why[0] - 'a' + 'A' : why[0], why + 1);
    reply->header = h;
}

void link_call(struct link *l, const struct link_request *request, struct link_reply *reply)
{
    char why[160];
    struct waiter w = {.mutex = PTHREAD_MUTEX_INITIALIZER, .came = PTHREAD_COND_INITIALIZER, .reply = reply};
    *reply = (struct link_reply){0};
    if (!link_start(l, request, wake, &w, why, sizeof why)) {
        make_up(reply, STATUS_INVALID_ARGUMENT, why);
        return;
    }
    pthread_mutex_lock(&w.mutex);
    while (!w.done)
        pthread_cond_wait(&w.came, &w.mutex);
    pthread_mutex_unlock(&w.mutex);
}

void link_call_all(
    struct link *l, const struct link_request *request, link_page *page, void *data, struct link_reply *last)
{
    struct link_request r = *request;
    struct link_reply before = {0};
    for (;;) {
        link_call(l, &r, last);
        link_reply_release(&before);
        if (link_status(last) != STATUS_OK || !page(last, data) || !last->header->cursor || !*last->header->cursor)
            return;
        before = *last;
        r.cursor = before.header->cursor; // lives until before is released
        r.request_id = NULL;
    }
}
