#include "server/transport/transport.h"

#include "common/frame.h"
#include "common/log.h"
#include "server/clock.h"
#include "server/failpoint.h"
#include "server/mailbox.h"
#include "server/transport/crowd.h"
#include "server/transport/listener.h"
#include "server/transport/peer.h"
#include "server/transport/tls.h"
#include "server/transport/wire.h"

#include <errno.h>
#include <event2/event.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    RELAX_MS = 20,         // retry delay advised to a caller that was shed
    ACCEPTED_AT_ONCE = 64, // newcomers taken in before those who are in have their turn
};

// A call's place on the wire: where it came from, and what goes back.
struct transport_ticket {
    struct mail mail; // first: it travels to the transport's thread
    struct peer *peer;
    uint8_t *request; // the whole message, ids first
    size_t request_size, trace_size;
    uint8_t trace[WIRE_TRACE_MAX];
    uint8_t *reply; // NULL when there was no memory for it
    size_t reply_size;
};

static struct {
    const struct options *options;
    transport_receive_fn *receive;
    struct event_base *base;
    struct listener listeners[LISTENERS_MAX];
    int listener_count;
    pthread_mutex_t contexts; // over the listeners' TLS contexts
    struct mailbox outbox;    // tickets with their replies
    atomic_int in_flight;
    atomic_int replying; // tickets on their way back
    int most_in_flight;
    bool gates[1000]; // authorities that have one
    bool gated;       // some listener is a gate
} transport = {.contexts = PTHREAD_MUTEX_INITIALIZER};

static void end_ticket(struct transport_ticket *ticket)
{
    if (failpoint(FAILPOINT_REPLIED)) {
        free(ticket->reply);
        ticket->reply = NULL;
    }
    peer_reply(ticket->peer, ticket->reply, ticket->reply_size);
    atomic_fetch_sub(&transport.replying, 1);
    free(ticket);
}

// shed answers a call on the spot that there is no room for.
static void shed(struct call *call)
{
    call_fail(call, STATUS_RESOURCE_EXHAUSTED, "SERVER_BUSY", "The server is busy.");
    call->reply.has_retry_delay_ms = 1;
    call->reply.retry_delay_ms = RELAX_MS;
    transport_reply(call);
    call_free(call);
}

// wipe frees a request, and first its header: a token stands there, or a code.
static void wipe(uint8_t *request, size_t size)
{
    explicit_bzero(request, size < FRAME_HEADER_MAX ? size : FRAME_HEADER_MAX);
    free(request);
}

static void on_request(struct peer *p, uint8_t *message, size_t size)
{
    size_t trace = failpoint(FAILPOINT_RECEIVED) ? 0 : wire_trace(message, size);
    struct transport_ticket *ticket = trace ? calloc(1, sizeof *ticket) : NULL;
    struct call *call = ticket ? call_new((size_t)transport.options->call_memory) : NULL;
    if (!call) { // no request, or no memory even to say so
        free(ticket);
        wipe(message, size);
        peer_reply(p, NULL, 0);
        return;
    }
    *ticket = (struct transport_ticket){.peer = p, .request = message, .request_size = size, .trace_size = trace};
    memcpy(ticket->trace, message, trace);
    call->ticket = ticket;
    call->bytes = message + trace;
    call->size = size - trace;
    call->received_ms = clock_ms();
    call->gate = p->gate;
    int in_flight = atomic_fetch_add(&transport.in_flight, 1) + 1;
    if (in_flight > transport.most_in_flight)
        shed(call);
    else
        transport.receive(call);
}

// pack makes the reply's bytes; too large a reply becomes a refusal to send it. Without memory there are none.
static void pack(struct call *call, struct transport_ticket *ticket)
{
    size_t payload = call->answer ? protobuf_c_message_get_packed_size(call->answer) : 0;
    if (payload > FRAME_REPLY_MAX - FRAME_HEADER_MAX) {
        call_fail(call, STATUS_RESOURCE_EXHAUSTED, "REPLY_TOO_LARGE",
            "The answer is larger than a reply may be; ask for less at once.");
        payload = 0;
    }
    bool local = ticket->peer->local;
    size_t message = ticket->trace_size + frame_size(&call->reply.base, payload);
    ticket->reply_size = wire_head_size(local) + message;
    ticket->reply = malloc(ticket->reply_size);
    if (!ticket->reply)
        return;
    uint8_t *to = ticket->reply + wire_write_head(ticket->reply, local, message);
    memcpy(to, ticket->trace, ticket->trace_size);
    to = frame_join(&call->reply.base, to + ticket->trace_size);
    if (payload)
        protobuf_c_message_pack(call->answer, to);
}

void transport_reply(struct call *call)
{
    struct transport_ticket *ticket = call->ticket;
    pack(call, ticket);
    wipe(ticket->request, ticket->request_size);
    call->ticket = NULL;
    call->bytes = call->payload = NULL;
    call_move(call, CALL_ANSWERED);
    atomic_fetch_add(&transport.replying, 1);
    atomic_fetch_sub(&transport.in_flight, 1);
    mailbox_send(&transport.outbox, &ticket->mail);
}

static void on_outbox(evutil_socket_t fd, short what, void *data)
{
    (void)fd;
    (void)what;
    (void)data;
    for (struct mail *mail = mailbox_take(&transport.outbox), *next; mail; mail = next) {
        next = mail->next;
        end_ticket((struct transport_ticket *)(void *)mail);
    }
    peer_send_all();
}

static void on_newcomer(evutil_socket_t fd, short what, void *data)
{
    const struct listener *l = data;
    (void)what;
    pthread_mutex_lock(&transport.contexts);
    for (int i = 0; i < ACCEPTED_AT_ONCE; i++) {
        struct sockaddr_storage from = {0};
        socklen_t size = sizeof from;
        int client = accept4(fd, (struct sockaddr *)&from, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client >= 0)
            crowd_admit(transport.base, client, l, (struct sockaddr *)&from);
        else if (errno != EINTR && errno != ECONNABORTED)
            break; // no more, or no descriptor: then the next look is soon enough
    }
    pthread_mutex_unlock(&transport.contexts);
}

static void on_sweep(evutil_socket_t fd, short what, void *data)
{
    (void)fd;
    (void)what;
    (void)data;
    crowd_sweep();
}

static void *run(void *unused)
{
    (void)unused;
    event_base_dispatch(transport.base);
    log_line(LOG_ERROR, "the transport's loop ended");
    abort();
}

static bool add(struct event *event, const struct timeval *every)
{
    return event && event_add(event, every) == 0;
}

static bool begin(void)
{
    static const struct timeval every = {.tv_usec = CROWD_SWEEP_MS * 1000};
    struct event_config *config = event_config_new();
    pthread_t thread;
    event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
    transport.base = event_base_new_with_config(config);
    event_config_free(config);
    if (!transport.base || !mailbox_init(&transport.outbox))
        return false;
    bool added = add(event_new(transport.base, -1, EV_PERSIST, on_sweep, NULL), &every) &&
                 add(event_new(transport.base, transport.outbox.wake, EV_READ | EV_PERSIST, on_outbox, NULL), NULL);
    for (int i = 0; added && i < transport.listener_count; i++)
        added = add(event_new(transport.base, transport.listeners[i].fd, EV_READ | EV_PERSIST, on_newcomer,
                        &transport.listeners[i]),
            NULL);
    return added && pthread_create(&thread, NULL, run, NULL) == 0;
}

bool transport_open(const struct options *o, transport_receive_fn *receive)
{
    long connections = o->read_connections + o->write_connections + o->bulk_connections;
    transport.options = o;
    transport.receive = receive;
    transport.most_in_flight = (int)(o->queue_length + connections * o->pipeline_depth);
    transport.listener_count = listener_parse(transport.listeners, o);
    if (transport.listener_count == 0)
        return false;
    peer_init(o, on_request);
    crowd_init(o);
    for (int i = 0; i < transport.listener_count; i++) {
        struct listener *l = &transport.listeners[i];
        if (!listener_open(l, o))
            return false;
        transport.gated = transport.gated || l->gate;
        transport.gates[l->gate] = true;
    }
    if (begin())
        return true;
    log_line(LOG_ERROR, "cannot start the transport's thread");
    return false;
}

bool transport_renew(void)
{
    SSL_CTX *fresh[LISTENERS_MAX] = {NULL};
    bool good = true;
    for (int i = 0; i < transport.listener_count; i++)
        if (transport.listeners[i].secure)
            good = (fresh[i] = tls_context(transport.options, transport.listeners[i].ca)) && good;
    pthread_mutex_lock(&transport.contexts);
    for (int i = 0; good && i < transport.listener_count; i++) {
        SSL_CTX *old = transport.listeners[i].context;
        transport.listeners[i].context = fresh[i];
        fresh[i] = old; // connections that began with it keep it alive
    }
    pthread_mutex_unlock(&transport.contexts);
    for (int i = 0; i < transport.listener_count; i++)
        SSL_CTX_free(fresh[i]);
    return good;
}

void transport_source(const struct call *call, char *to, size_t size)
{
    snprintf(to, size, "%s", call->ticket ? call->ticket->peer->source : "local"); // none: made by a test
}

int transport_in_flight(void)
{
    return atomic_load(&transport.in_flight);
}

bool transport_is_quiet(void)
{
    return atomic_load(&transport.in_flight) == 0 && atomic_load(&transport.replying) == 0 && peer_buffered() == 0;
}

void transport_parked(int more)
{
    atomic_fetch_sub(&transport.in_flight, more);
}

bool transport_is_gated(int authority)
{
    return authority > 0 && transport.gates[authority];
}
