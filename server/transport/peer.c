#include "server/transport/peer.h"

#include "common/frame.h"
#include "common/log.h"
#include "server/call.h"
#include "server/clock.h"
#include "server/transport/tls.h"
#include "server/transport/wire.h"

#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    UNSENT_MAX = 128 * 1024, // a client that leaves so much of its replies is not asked for more requests
    WINDOW = 10,             // times the patience: what it is watched for
    SLOWEST = 16,            // bytes a millisecond that a client must take, or send of a request it began
    COPIED_MAX = 4096,       // a reply of this size is copied together with its neighbours
};

static peer_request_fn *hand_over;
static long calls_at_once;
static atomic_size_t buffered;
static SLIST_HEAD(, peer) replied = SLIST_HEAD_INITIALIZER(replied);

void peer_init(const struct options *o, peer_request_fn *request)
{
    hand_over = request;
    calls_at_once = o->calls_per_pipe;
}

size_t peer_buffered(void)
{
    return atomic_load(&buffered);
}

static void on_input(struct evbuffer *input, const struct evbuffer_cb_info *info, void *data)
{
    (void)input;
    (void)data;
    buffered += info->n_added - info->n_deleted;
}

static void watch_from(struct peer *p, uint64_t now, size_t owed)
{
    p->window_ms = now;
    p->window_sent = p->sent;
    p->window_owed = owed;
}

static void on_output(struct evbuffer *output, const struct evbuffer_cb_info *info, void *data)
{
    struct peer *p = data;
    (void)output;
    buffered += info->n_added - info->n_deleted;
    p->sent += info->n_deleted;
    if (info->n_deleted)
        p->taken_ms = clock_ms();
    if (info->orig_size == 0)
        watch_from(p, p->taken_ms = clock_ms(), info->n_added);
}

// must_wait tells whether a client's next request waits until it has had, and taken, more of its replies.
static bool must_wait(const struct peer *p)
{
    return p->in_flight >= calls_at_once || evbuffer_get_length(bufferevent_get_output(p->stream)) >= UNSENT_MAX;
}

static bool take_hello(struct peer *p, struct evbuffer *input)
{
    uint8_t hello[WIRE_HELLO_SIZE];
    if (evbuffer_get_length(input) < sizeof hello)
        return false;
    evbuffer_remove(input, hello, sizeof hello);
    p->greeted = wire_is_req(hello);
    if (!p->greeted)
        peer_close(p);
    return p->greeted;
}

// take_message takes one whole message and hands it over. False when there is none, or the connection is closed.
static bool take_message(struct peer *p, struct evbuffer *input)
{
    uint8_t head[WIRE_HEAD_MAX], *message;
    size_t head_size = wire_head_size(p->local);
    uint64_t size;
    if (evbuffer_copyout(input, head, head_size) < (ssize_t)head_size)
        return false;
    if (!wire_read_head(head, p->local, &size) || size > FRAME_REQUEST_MAX) {
        peer_close(p);
        return false;
    }
    if (evbuffer_get_length(input) < head_size + size)
        return false;
    if (!(message = malloc(size + 1))) {
        peer_close(p);
        return false;
    }
    evbuffer_drain(input, head_size);
    evbuffer_remove(input, message, size);
    p->last_ms = clock_ms();
    p->partial_ms = 0;
    p->in_flight++;
    hand_over(p, message, size);
    return p->stream != NULL;
}

static void on_read(struct bufferevent *stream, void *data)
{
    struct peer *p = data;
    struct evbuffer *input = bufferevent_get_input(stream);
    if (!p->greeted && !take_hello(p, input))
        return;
    while (!(p->paused = must_wait(p)))
        if (!take_message(p, input))
            break;
    if (!p->stream)
        return;
    if (p->paused)
        bufferevent_disable(stream, EV_READ); // the network makes the client wait
    else if (evbuffer_get_length(input) > 0 && p->partial_ms == 0)
        p->partial_ms = clock_ms();
}

static void go_on(struct peer *p)
{
    if (!p->paused || must_wait(p))
        return;
    bufferevent_enable(p->stream, EV_READ);
    on_read(p->stream, p);
}

// send_now writes to a local socket what it takes, without waiting for the loop to find it writable: what is left, or
// an error, is the loop's.
static void send_now(struct peer *p)
{
    struct evbuffer *output = bufferevent_get_output(p->stream);
    evbuffer_unfreeze(output, 1); // a bufferevent keeps others from its front
    evbuffer_write(output, bufferevent_getfd(p->stream));
    evbuffer_freeze(output, 1);
    if (evbuffer_get_length(output) > 0)
        bufferevent_enable(p->stream, EV_WRITE);
}

void peer_send_all(void)
{
    while (!SLIST_EMPTY(&replied)) {
        struct peer *p = SLIST_FIRST(&replied);
        SLIST_REMOVE_HEAD(&replied, replied_list);
        p->replied = false;
        if (!p->stream)
            continue;
        send_now(p);
        go_on(p);
    }
}

// on_written: all that it was sent is on its way.
static void on_written(struct bufferevent *stream, void *data)
{
    struct peer *p = data;
    if (p->local)
        bufferevent_disable(stream, EV_WRITE);
    go_on(p);
}

static void on_end(struct bufferevent *stream, short what, void *data)
{
    struct peer *p = data;
    (void)stream;
    if (what & BEV_EVENT_CONNECTED) // of TLS
        return;
    log_line(LOG_DEBUG, "%s: connection ended%s%s", p->source, p->greeted || p->local ? "" : ": ",
        p->greeted || p->local ? "" : tls_why());
    peer_close(p);
}

// note_source writes where a client is: an IPv6 network is one source.
static void note_source(struct peer *p, const struct sockaddr *from)
{
    char text[INET6_ADDRSTRLEN] = "?";
    if (from->sa_family == AF_INET) {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)from)->sin_addr, text, sizeof text);
        snprintf(p->source, sizeof p->source, "ip %s", text);
    } else if (from->sa_family == AF_INET6) {
        struct in6_addr network = ((const struct sockaddr_in6 *)(const void *)from)->sin6_addr;
        memset(network.s6_addr + 8, 0, 8);
        inet_ntop(AF_INET6, &network, text, sizeof text);
        snprintf(p->source, sizeof p->source, "ip %s/64", text);
    } else {
        snprintf(p->source, sizeof p->source, "local");
    }
}

// set_tcp makes the kernel send at once, keep no more for a client than we do, and notice within two minutes that one
// has vanished.
static void set_tcp(int fd)
{
    int on = 1, idle_s = 60, between_s = 15, probes = 4, unsent = UNSENT_MAX;
    unsigned unacknowledged_ms = 30000;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &unsent, sizeof unsent);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &between_s, sizeof between_s);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms, sizeof unacknowledged_ms);
}

static struct bufferevent *make_stream(struct event_base *base, int fd, const struct listener *l)
{
    if (!l->secure)
        return bufferevent_socket_new(base, fd, BEV_OPT_CLOSE_ON_FREE);
    SSL *ssl = SSL_new(l->context);
    if (!ssl)
        return NULL;
    set_tcp(fd);
    struct bufferevent *stream =
        bufferevent_openssl_socket_new(base, fd, ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
    if (!stream)
        SSL_free(ssl);
    else
        bufferevent_openssl_set_allow_dirty_shutdown(stream, 1); // messages say their own length
    return stream;
}

struct peer *peer_open(struct event_base *base, int fd, const struct listener *l, const struct sockaddr *from)
{
    struct peer *p = calloc(1, sizeof *p);
    if (p)
        p->stream = make_stream(base, fd, l);
    if (!p || !p->stream) {
        free(p);
        close(fd);
        return NULL;
    }
    p->local = !l->secure;
    p->gate = l->secure ? l->gate : GATE_LOCAL;
    p->last_ms = clock_ms();
    note_source(p, from);
    evbuffer_add_cb(bufferevent_get_input(p->stream), on_input, p);
    evbuffer_add_cb(bufferevent_get_output(p->stream), on_output, p);
    bufferevent_setcb(p->stream, on_read, on_written, on_end, p);
    bufferevent_setwatermark(p->stream, EV_READ, 0, WIRE_HEAD_MAX + FRAME_REQUEST_MAX);
    if (p->local)
        bufferevent_disable(p->stream, EV_WRITE); // send_now writes
    bufferevent_enable(p->stream, p->local ? EV_READ : EV_READ | EV_WRITE);
    bufferevent_write(p->stream, wire_hello, WIRE_HELLO_SIZE);
    if (p->local)
        send_now(p);
    return p;
}

static void free_bytes(const void *bytes, size_t size, void *data)
{
    (void)size;
    (void)data;
    free((void *)(uintptr_t)bytes);
}

void peer_reply(struct peer *p, uint8_t *bytes, size_t size)
{
    p->in_flight--;
    if (!p->stream || !bytes) {
        free(bytes);
        peer_close(p);
        return;
    }
    struct evbuffer *output = bufferevent_get_output(p->stream);
    bool kept = size > COPIED_MAX;
    int rv = kept ? evbuffer_add_reference(output, bytes, size, free_bytes, NULL) : evbuffer_add(output, bytes, size);
    if (!kept || rv != 0)
        free(bytes);
    if (rv != 0) {
        peer_close(p); // no memory
    } else if (!p->local) {
        go_on(p);
    } else if (!p->replied) {
        p->replied = true;
        SLIST_INSERT_HEAD(&replied, p, replied_list);
    }
}

void peer_close(struct peer *p)
{
    if (!p->stream)
        return;
    struct bufferevent *stream = p->stream;
    p->stream = NULL;
    buffered -=
        evbuffer_get_length(bufferevent_get_input(stream)) + evbuffer_get_length(bufferevent_get_output(stream));
    evbuffer_remove_cb(bufferevent_get_input(stream), on_input, p);
    evbuffer_remove_cb(bufferevent_get_output(stream), on_output, p);
    bufferevent_setcb(stream, NULL, NULL, NULL, NULL);
    bufferevent_free(stream);
}

void peer_free(struct peer *p)
{
    if (p->replied)
        SLIST_REMOVE(&replied, p, peer, replied_list);
    free(p);
}

bool peer_is_slow(struct peer *p, uint64_t now_ms, long patience_ms)
{
    size_t unsent = evbuffer_get_length(bufferevent_get_output(p->stream));
    uint64_t patience = (uint64_t)patience_ms, window = WINDOW * patience;
    if (p->partial_ms && !p->paused && now_ms - p->partial_ms > FRAME_REQUEST_MAX / SLOWEST + patience)
        return true;
    if (unsent > 0 && now_ms - p->taken_ms >= patience)
        return true;
    if (unsent == 0 || now_ms - p->window_ms < window)
        return false;
    if (p->sent - p->window_sent < (p->window_owed < window * SLOWEST ? p->window_owed : window * SLOWEST))
        return true;
    watch_from(p, now_ms, unsent);
    return false;
}
