#include "tests/support/fake_server.h"

#include "common/frame.h"

#include <nng/nng.h>
#include <nng/protocol/reqrep0/rep.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORKERS = 8, PIPES = 64, BUDGET = 64 * 1024 * 1024 };

struct fake_server {
    nng_socket socket;
    pthread_t threads[WORKERS];
    struct worker {
        struct fake_server *server;
        nng_ctx ctx;
        nng_aio *aio;
    } workers[WORKERS];
    nng_listener listener;
    pthread_mutex_t mutex;
    nng_pipe pipes[PIPES];
    size_t n_pipes;
    atomic_bool ending;
    fake_handler *handler;
    void *data;
    atomic_uint requests;
};

static void on_pipe(nng_pipe pipe, nng_pipe_ev event, void *data)
{
    struct fake_server *f = data;
    (void)event;
    pthread_mutex_lock(&f->mutex);
    if (f->n_pipes < PIPES)
        f->pipes[f->n_pipes++] = pipe;
    pthread_mutex_unlock(&f->mutex);
}

static nng_msg *receive(nng_ctx ctx, nng_aio *aio)
{
    nng_ctx_recv(ctx, aio);
    nng_aio_wait(aio);
    return nng_aio_result(aio) == 0 ? nng_aio_get_msg(aio) : NULL;
}

static void send_bytes(nng_ctx ctx, nng_aio *aio, nng_msg *m)
{
    nng_aio_set_msg(aio, m);
    nng_ctx_send(ctx, aio);
    nng_aio_wait(aio);
    if (nng_aio_result(aio) != 0)
        nng_msg_free(m);
}

static void send_reply(nng_ctx ctx, nng_aio *aio, const struct fake_reply *reply)
{
    nng_msg *m;
    size_t payload = reply->padding + (reply->message ? protobuf_c_message_get_packed_size(reply->message) : 0);
    size_t size = reply->raw ? reply->raw_size : frame_size(&reply->header.base, payload);
    if (nng_msg_alloc(&m, size) != 0)
        return;
    if (reply->raw) {
        memcpy(nng_msg_body(m), reply->raw, size);
    } else {
        uint8_t *to = frame_join(&reply->header.base, nng_msg_body(m));
        if (reply->message)
            to += protobuf_c_message_pack(reply->message, to);
        memset(to, 0, reply->padding);
    }
    send_bytes(ctx, aio, m);
}

// serve answers one request; it takes the message over.
static void serve(struct fake_server *f, nng_ctx ctx, nng_aio *aio, nng_msg *m)
{
    const uint8_t *header, *payload;
    size_t header_size, payload_size;
    struct fake_reply reply = {.header = IMPROVE__RPC__REPLY_HEADER__INIT};
    arena_init(&reply.arena, BUDGET);
    if (frame_split(nng_msg_body(m), nng_msg_len(m), &header, &header_size, &payload, &payload_size)) {
        struct fake_request request = {
            .header = improve__rpc__call_header__unpack(&reply.arena.allocator, header_size, header),
            .payload = payload,
            .payload_size = payload_size,
            .number = atomic_fetch_add(&f->requests, 1) + 1};
        pthread_mutex_lock(&f->mutex);
        f->handler(&request, &reply, f->data);
        pthread_mutex_unlock(&f->mutex);
    }
    if (reply.delay_ms)
        usleep(reply.delay_ms * 1000);
    if (reply.drop)
        nng_pipe_close(nng_msg_get_pipe(m));
    else if (!reply.ignore)
        send_reply(ctx, aio, &reply);
    nng_msg_free(m);
    arena_release(&reply.arena);
}

static void *work(void *data)
{
    struct worker *w = data;
    nng_msg *m;
    while (!atomic_load(&w->server->ending) && (m = receive(w->ctx, w->aio)))
        serve(w->server, w->ctx, w->aio, m);
    return NULL;
}

struct fake_server *fake_server_start(const char *url, fake_handler *handler, void *data)
{
    struct fake_server *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    f->handler = handler;
    f->data = data;
    pthread_mutex_init(&f->mutex, NULL);
    if (nng_rep0_open(&f->socket) != 0 || nng_pipe_notify(f->socket, NNG_PIPE_EV_ADD_POST, on_pipe, f) != 0 ||
        nng_listen(f->socket, url, &f->listener, 0) != 0) {
        free(f);
        return NULL;
    }
    for (int i = 0; i < WORKERS; i++) {
        struct worker *w = &f->workers[i];
        w->server = f;
        if (nng_ctx_open(&w->ctx, f->socket) != 0 || nng_aio_alloc(&w->aio, NULL, NULL) != 0)
            abort();
        pthread_create(&f->threads[i], NULL, work, w);
    }
    return f;
}

unsigned fake_server_requests(struct fake_server *f)
{
    pthread_mutex_lock(&f->mutex);
    unsigned n = atomic_load(&f->requests);
    pthread_mutex_unlock(&f->mutex);
    return n;
}

// The socket itself is left to the process's end: nng 1.5.2 may wait for ever in nng_close after a connection was lost.
void fake_server_stop(struct fake_server *f)
{
    nng_listener_close(f->listener);
    atomic_store(&f->ending, true);
    for (int i = 0; i < WORKERS; i++) {
        nng_aio_stop(f->workers[i].aio);
        pthread_join(f->threads[i], NULL);
        nng_ctx_close(f->workers[i].ctx);
        nng_aio_free(f->workers[i].aio);
    }
    nng_pipe_notify(f->socket, NNG_PIPE_EV_ADD_POST, NULL, NULL);
    for (size_t i = 0; i < f->n_pipes; i++)
        nng_pipe_close(f->pipes[i]);
    pthread_mutex_destroy(&f->mutex);
    free(f);
}
