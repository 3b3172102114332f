#include "client/link_private.h"
#include "common/frame.h"

#include <assert.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    REPLY_GRACE_MS = 250, // after the deadline, so that the server's own DEADLINE_EXCEEDED can arrive
    SEND_MS = 1000,       // for one attempt to be sent, while there is a connection
    ALONE_MS = 3000,      // for one attempt to be sent, while there is none; or two thirds of the link's patience
    PATIENCE_MS = 3000,   // for one attempt's answer, at least
    REQUEST_ARENA = 1024 * 1024,
    HEADER_ARENA = 256 * 1024,
};

enum status link_status(const struct link_reply *reply)
{
    return reply->header && reply->header->has_code ? (enum status)reply->header->code : STATUS_OK;
}

void link_reply_release(struct link_reply *reply)
{
    if (reply->memory)
        nng_msg_free(reply->memory);
    arena_release(&reply->arena);
    *reply = (struct link_reply){0};
}

uint32_t link_retry_delay(unsigned attempt, uint32_t asked_ms, double jitter)
{
    double ms = 50;
    for (unsigned i = 1; i < attempt && ms < 2000; i++)
        ms *= 1.6;
    if (ms > 2000)
        ms = 2000;
    ms *= 0.8 + 0.4 * jitter;
    return ms > (double)asked_ms ? (uint32_t)ms : asked_ms;
}

static void call_send(struct call *c);

// call_move is the one door through which a call changes state.
static void call_move(struct call *c, enum call_state to)
{
    static const unsigned from[] = {
        [CALL_IDLE] = 1u << CALL_IDLE | 1u << CALL_SENDING | 1u << CALL_RECEIVING | 1u << CALL_PAUSING,
        [CALL_SENDING] = 1u << CALL_IDLE | 1u << CALL_PAUSING | 1u << CALL_SENDING,
        [CALL_RECEIVING] = 1u << CALL_SENDING,
        [CALL_PAUSING] = 1u << CALL_SENDING | 1u << CALL_RECEIVING | 1u << CALL_PAUSING,
    };
    assert(from[to] & 1u << c->state);
    c->state = to;
}

// call_finish hands the reply over and puts the call back among the idle ones.
static void call_finish(struct call *c, struct link_reply *reply)
{
    struct link *l = c->link;
    link_done *done = c->done;
    void *data = c->data;
    reply->attempts = c->attempt;
    memcpy(reply->request_id, c->request_id, sizeof c->request_id);
    arena_release(&c->arena);
    call_move(c, CALL_IDLE);
    done(reply, data);
    pthread_mutex_lock(&l->mutex);
    c->next = l->idle; // only now: done may start calls, and must not be given this one
    l->idle = c;
    if (--l->working == 0)
        pthread_cond_broadcast(&l->quiet);
    pthread_mutex_unlock(&l->mutex);
}

// call_fail ends a call with a status of the link's own.
__attribute__((format(printf, 3, 4))) static void call_fail(struct call *c, enum status code, const char *format, ...)
{
    static const Improve__Rpc__ReplyHeader nothing = IMPROVE__RPC__REPLY_HEADER__INIT;
    struct link_reply reply = {0};
    arena_init(&reply.arena, HEADER_ARENA);
    Improve__Rpc__ReplyHeader *h = arena_alloc(&reply.arena, sizeof *h);
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (h) {
        improve__rpc__reply_header__init(h);
        h->has_code = 1;
        h->code = (Improve__Rpc__Code)code;
        h->message = arena_strndup(&reply.arena, text, strlen(text));
    }
    reply.header = h ? h : &nothing;
    call_finish(c, &reply);
}

static int32_t left_ms(const struct call *c)
{
    nng_time now = nng_clock();
    return now >= c->deadline ? 0 : (int32_t)(c->deadline - now);
}

// call_pause waits before the next attempt; false when the deadline does not allow one.
static bool call_pause(struct call *c, uint32_t asked_ms)
{
    double jitter = (double)randombytes_uniform(1001) / 1000;
    uint32_t ms = link_retry_delay(c->attempt, asked_ms, jitter);
    if (c->once || (int64_t)ms + 5 >= left_ms(c))
        return false;
    call_move(c, CALL_PAUSING);
    nng_aio_set_timeout(c->aio, NNG_DURATION_INFINITE);
    nng_sleep_aio((nng_duration)ms, c->aio);
    return true;
}

// fresh_context gives the call a context that no attempt has used before: after a lost connection, one of nng 1.5.2's
// is not to be relied on ("incorrect state", a request that is never sent, an answer without a message).
static bool fresh_context(struct call *c)
{
    if (c->has_ctx)
        link_retire(c->link, c->ctx);
    c->has_ctx = nng_ctx_open(&c->ctx, link_socket(c->link, &c->edition)) == 0;
    return c->has_ctx;
}

static int alone_ms(const struct link *l)
{
    return l->connect_ms * 2 / 3 < ALONE_MS ? l->connect_ms * 2 / 3 : ALONE_MS;
}

static void call_send(struct call *c)
{
    int32_t left = left_ms(c);
    nng_time since;
    nng_msg *m = NULL;
    link_take_token(c);
    c->header.has_timeout_ms = 1;
    c->header.timeout_ms = left > 0 ? (uint32_t)left : 1;
    if (!fresh_context(c) || nng_msg_alloc(&m, frame_size(&c->header.base, c->payload_size)) != 0) {
        call_fail(c, STATUS_RESOURCE_EXHAUSTED, "out of memory");
        return;
    }
    uint8_t *to = frame_join(&c->header.base, nng_msg_body(m));
    if (c->payload_size)
        memcpy(to, c->payload, c->payload_size);
    int32_t wait = left > 0 ? left : 1;
    if (link_is_alone(c->link, &since)) {
        int64_t patience = (int64_t)since + c->link->connect_ms - (int64_t)nng_clock();
        if (patience < wait)
            wait = patience < RECONNECT_FIRST_MS ? RECONNECT_FIRST_MS : (int32_t)patience;
        if (wait > alone_ms(c->link))
            wait = alone_ms(c->link);
    } else if (wait > SEND_MS) {
        wait = SEND_MS;
    }
    c->attempt++;
    call_move(c, CALL_SENDING);
    nng_aio_set_msg(c->aio, m);
    nng_aio_set_timeout(c->aio, wait);
    nng_ctx_send(c->ctx, c->aio);
}

// reply_patience is how long to wait for this attempt's answer: a third of the time left, so that an answer lost on the
// way (nng 1.5.2 does not always notice a connection's end) leaves time to ask again under the same request id, which
// does nothing twice.
static int32_t reply_patience(const struct call *c)
{
    int32_t left = left_ms(c), part = left / 3 > PATIENCE_MS ? left / 3 : PATIENCE_MS;
    return c->once || part >= left ? left + REPLY_GRACE_MS : part;
}

// is_patient tells whether a link that has been alone since then may go on to be. It is dialled anew from time to time:
// a dialer of nng 1.5.2 whose connection ended before the hellos were exchanged dials no more.
static bool is_patient(struct call *c, nng_time since)
{
    if (c->once || left_ms(c) <= 0 || nng_clock() >= since + (nng_time)c->link->connect_ms)
        return false;
    if (nng_clock() >= since + (nng_time)alone_ms(c->link))
        link_redial(c->link, c->edition);
    return true;
}

static void call_sent(struct call *c, int rv)
{
    nng_time since;
    if (rv != 0) {
        nng_msg *m = nng_aio_get_msg(c->aio);
        if (m)
            nng_msg_free(m);
        nng_aio_set_msg(c->aio, NULL);
        char why[128];
        if (rv == NNG_ETIMEDOUT && !link_is_alone(c->link, &since)) {
            // A connection came just as patience ended, or it is too busy to take the request, or nng forgot to send
            // it.
            link_redial(c->link, c->edition);
            if (!call_pause(c, 0))
                call_fail(c, STATUS_DEADLINE_EXCEEDED, "The request could not be sent within its time.");
        } else if (rv == NNG_ETIMEDOUT && is_patient(c, since)) {
            call_send(c); // the connection went while this was being sent, or none has come yet
        } else if (rv == NNG_ETIMEDOUT) {
            link_alone_why(c->link, why, sizeof why);
            call_fail(c, STATUS_UNAVAILABLE, "Cannot reach the server at %.120s: %s.", c->link->url, why);
        } else {
            call_fail(
                c, STATUS_UNAVAILABLE, "Cannot send to the server at %.120s: %s.", c->link->url, nng_strerror(rv));
        }
        return;
    }
    call_move(c, CALL_RECEIVING);
    nng_aio_set_msg(c->aio, NULL);
    nng_aio_set_timeout(c->aio, reply_patience(c));
    nng_ctx_recv(c->ctx, c->aio);
}

// read_reply decodes a received frame; it takes the message over. False when it is no reply.
static bool read_reply(struct link_reply *reply, nng_msg *m)
{
    const uint8_t *header;
    size_t header_size;
    *reply = (struct link_reply){.memory = m, .from_server = true};
    arena_init(&reply->arena, HEADER_ARENA);
    if (!frame_split(nng_msg_body(m), nng_msg_len(m), &header, &header_size, &reply->payload, &reply->payload_size))
        return false;
    reply->header = improve__rpc__reply_header__unpack(&reply->arena.allocator, header_size, header);
    return reply->header != NULL;
}

static void call_received(struct call *c, int rv)
{
    nng_msg *m = rv == 0 ? nng_aio_get_msg(c->aio) : NULL;
    if (rv == 0 && !m)
        rv = NNG_ECONNRESET;
    if (rv == NNG_ETIMEDOUT && left_ms(c) <= 0) {
        call_fail(c, STATUS_DEADLINE_EXCEEDED, "No answer within the time given.");
        return;
    }
    if (rv == NNG_ESTATE || rv == NNG_ETIMEDOUT) // the request went to a connection that is no more, or may not be
        link_redial(c->link, c->edition);
    if (rv != 0) {
        if (!call_pause(c, 0))
            call_fail(c, STATUS_UNAVAILABLE, "The connection was lost before the answer came: %s.", nng_strerror(rv));
        return;
    }
    struct link_reply reply;
    nng_aio_set_msg(c->aio, NULL);
    if (!read_reply(&reply, m)) {
        link_reply_release(&reply);
        call_fail(c, STATUS_INTERNAL, "The server's answer cannot be read.");
        return;
    }
    enum status code = link_status(&reply);
    if ((code == STATUS_UNAVAILABLE || code == STATUS_RESOURCE_EXHAUSTED) &&
        (code == STATUS_UNAVAILABLE || reply.header->has_retry_delay_ms) &&
        call_pause(c, reply.header->retry_delay_ms)) {
        link_reply_release(&reply);
        return;
    }
    if (link_renews(c, &reply) && call_pause(c, 0)) {
        link_reply_release(&reply);
        return;
    }
    call_finish(c, &reply);
}

// on_event moves a call on when its send, receive or pause has ended.
static void on_event(void *data)
{
    struct call *c = data;
    int rv = nng_aio_result(c->aio);
    switch (c->state) {
    case CALL_SENDING:
        call_sent(c, rv);
        break;
    case CALL_RECEIVING:
        call_received(c, rv);
        break;
    case CALL_PAUSING:
        if (!link_is_renewing(c->link) || !call_pause(c, 0))
            call_send(c);
        break;
    case CALL_IDLE:
        break;
    }
}

// call_take gives an idle call.
static struct call *call_take(struct link *l)
{
    pthread_mutex_lock(&l->mutex);
    struct call *c = l->idle;
    if (c)
        l->idle = c->next;
    pthread_mutex_unlock(&l->mutex);
    if (!c) {
        c = calloc(1, sizeof *c);
        if (!c || nng_aio_alloc(&c->aio, on_event, c) != 0) {
            free(c);
            return NULL;
        }
        c->link = l;
        pthread_mutex_lock(&l->mutex);
        c->born = l->all;
        l->all = c;
        pthread_mutex_unlock(&l->mutex);
    } else {
        nng_aio_wait(c->aio); // its last completion may still be on its way out
    }
    return c;
}

static void call_put_back(struct call *c)
{
    arena_release(&c->arena);
    pthread_mutex_lock(&c->link->mutex);
    c->next = c->link->idle;
    c->link->idle = c;
    pthread_mutex_unlock(&c->link->mutex);
}

static char *keep(struct call *c, const char *text)
{
    return text && *text ? arena_strndup(&c->arena, text, strlen(text)) : NULL;
}

// call_fill copies a request into a call.
static void call_fill(struct call *c, const struct link_request *r)
{
    arena_init(&c->arena, REQUEST_ARENA);
    if (r->request_id && *r->request_id)
        snprintf(c->request_id, sizeof c->request_id, "%s", r->request_id);
    else
        uuid_random(c->request_id);
    improve__rpc__call_header__init(&c->header);
    c->header.method = keep(c, r->method);
    c->header.authority = keep(c, r->authority);
    c->header.token = keep(c, r->token);
    c->header.request_id = c->request_id;
    c->header.cursor = keep(c, r->cursor);
    c->header.has_dry_run = r->dry_run;
    c->header.dry_run = r->dry_run;
    c->header.client_version = keep(c, IMPROVE_VERSION);
    c->header.has_timeout_ms = 1;
    uint32_t timeout = r->timeout_ms ? r->timeout_ms : (uint32_t)LINK_TIMEOUT_MS;
    c->header.timeout_ms = timeout;
    c->deadline = nng_clock() + timeout;
    c->attempt = 0;
    c->token_edition = 0;
    c->once = r->once;
    c->payload_size = protobuf_c_message_get_packed_size(r->message);
    c->payload = arena_alloc(&c->arena, c->payload_size);
    if (c->payload)
        protobuf_c_message_pack(r->message, c->payload);
}

bool link_start(
    struct link *l, const struct link_request *request, link_done *done, void *data, char *why, size_t why_size)
{
    struct call *c = call_take(l);
    if (!c)
        return link_refuse(why, why_size, "out of memory");
    call_fill(c, request);
    c->done = done;
    c->data = data;
    bool fits = c->payload && frame_size(&c->header.base, c->payload_size) + SP_HEADER <= FRAME_REQUEST_MAX;
    if (!fits || c->arena.exhausted) {
        size_t size = c->payload_size;
        bool memory = fits && c->arena.exhausted;
        call_put_back(c);
        return memory ? link_refuse(why, why_size, "out of memory")
                      : link_refuse(why, why_size, "the request is too large: %zu bytes, at most %d are taken", size,
                            FRAME_REQUEST_MAX);
    }
    pthread_mutex_lock(&l->mutex);
    l->working++;
    pthread_mutex_unlock(&l->mutex);
    call_send(c);
    return true;
}
