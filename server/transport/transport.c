#include "server/transport/transport.h"

#include "common/frame.h"
#include "common/log.h"
#include "server/clock.h"
#include "server/transport/listener.h"
#include "server/transport/pipes.h"
#include "server/transport/probe.h"
#include "server/transport/tls.h"

#include <arpa/inet.h>
#include <nng/nng.h>
#include <nng/protocol/reqrep0/rep.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SPARE_SLOTS = 256, // beyond what may be in flight: they carry refusals
    PIPE_PATIENCE = 8, // a connection with this many times its cap unanswered does not take its replies, and is closed
    REAPED_AT_ONCE = 256,  // idle connections closed in one go
    PRESSED_SEND_MS = 100, // time to take a reply while many slots wait for clients to take theirs
    PROBE_TIMEOUT_MS = 2000,
    RELAX_MS = 20, // retry delay advised to a caller that was shed
};

enum slot_state { SLOT_RECEIVING, SLOT_BUSY, SLOT_SENDING };

struct transport_slot {
    enum slot_state state;
    nng_ctx context;
    nng_aio *aio;     // of the receive or send under way
    nng_msg *request; // owned while SLOT_BUSY; the call's bytes are in it
    nng_pipe pipe;    // where the request came from
    uint32_t pipe_id;
};

static struct {
    const struct options *options;
    transport_receive_fn *receive;
    nng_socket socket;
    struct listener listeners[LISTENERS_MAX];
    int listener_count;
    atomic_int listener_ids[LISTENERS_MAX]; // nng's numbers of the listeners, for callbacks
    struct pipes *pipes;
    struct transport_slot *slots;
    int slot_count;
    atomic_int in_flight;
    atomic_int sending; // slots whose reply is not yet taken
    bool gates[1000];   // authorities that have one
    bool gated;         // some listener is a gate
} transport;

static void receive_next(struct transport_slot *slot)
{
    slot->state = SLOT_RECEIVING;
    nng_aio_set_timeout(slot->aio, NNG_DURATION_INFINITE);
    nng_ctx_recv(slot->context, slot->aio);
}

// pressed tells whether clients that do not take their replies hold a good part of the slots: patience is short then,
// or a few of them would hold all.
static bool pressed(void)
{
    return atomic_load(&transport.sending) > transport.slot_count / 4;
}

static void end_request(struct transport_slot *slot)
{
    if (slot->request) {
        size_t header = nng_msg_len(slot->request); // where the token stands, and a code
        explicit_bzero(nng_msg_body(slot->request), header < FRAME_HEADER_MAX ? header : FRAME_HEADER_MAX);
        nng_msg_free(slot->request);
    }
    slot->request = NULL;
}

// shed answers a call on the spot that there is no room for.
static void shed(struct call *call, const char *reason, const char *message)
{
    call_fail(call, STATUS_RESOURCE_EXHAUSTED, reason, message);
    call->reply.has_retry_delay_ms = 1;
    call->reply.retry_delay_ms = RELAX_MS;
    transport_reply(call);
    call_free(call);
}

// gate_of is the authority through whose gate a connection came; 0 when through none. Runs in callbacks: takes no lock.
static int gate_of(nng_pipe pipe)
{
    int id = nng_listener_id(nng_pipe_listener(pipe));
    for (int i = 0; i < transport.listener_count; i++)
        if (atomic_load(&transport.listener_ids[i]) == id)
            return transport.listeners[i].secure ? transport.listeners[i].gate : GATE_LOCAL;
    return GATE_NONE; // of a listener that is closing
}

// open_listener also notes the listener's number for gate_of.
static bool open_listener(int i)
{
    bool opened = listener_open(&transport.listeners[i], transport.socket, transport.options);
    atomic_store(&transport.listener_ids[i], nng_listener_id(transport.listeners[i].handle));
    return opened;
}

static void admit(struct transport_slot *slot, int on_pipe)
{
    struct call *call = call_new((size_t)transport.options->call_memory);
    if (!call) { // no memory even to say so
        end_request(slot);
        pipes_leave(transport.pipes, slot->pipe_id);
        nng_pipe_close(slot->pipe);
        receive_next(slot);
        return;
    }
    slot->state = SLOT_BUSY;
    call->slot = slot;
    call->bytes = nng_msg_body(slot->request);
    call->size = nng_msg_len(slot->request);
    call->received_ms = clock_ms();
    if (transport.gated)
        call->gate = gate_of(slot->pipe);
    int in_flight = atomic_fetch_add(&transport.in_flight, 1) + 1;
    if (on_pipe > transport.options->calls_per_pipe)
        shed(call, "CONNECTION_CALLS", "Too many calls at once on this connection.");
    else if (in_flight > transport.slot_count - SPARE_SLOTS)
        shed(call, "SERVER_BUSY", "The server is busy.");
    else
        transport.receive(call);
}

static void on_received(struct transport_slot *slot)
{
    int rv = nng_aio_result(slot->aio);
    if (rv == NNG_ECLOSED)
        return;
    if (rv != 0) {
        receive_next(slot);
        return;
    }
    slot->request = nng_aio_get_msg(slot->aio);
    slot->pipe = nng_msg_get_pipe(slot->request);
    slot->pipe_id = (uint32_t)nng_pipe_id(slot->pipe);
    int on_pipe = pipes_enter(transport.pipes, slot->pipe_id);
    if (on_pipe == 0 || on_pipe > transport.options->calls_per_pipe * (pressed() ? 1 : PIPE_PATIENCE)) {
        end_request(slot);
        pipes_leave(transport.pipes, slot->pipe_id);
        nng_pipe_close(slot->pipe);
        receive_next(slot);
        return;
    }
    admit(slot, on_pipe);
}

static void on_sent(struct transport_slot *slot)
{
    int rv = nng_aio_result(slot->aio);
    if (rv == NNG_ECLOSED)
        return;
    if (rv != 0) { // the client does not take its replies: it must not hold our slots
        nng_msg_free(nng_aio_get_msg(slot->aio));
        nng_aio_set_msg(slot->aio, NULL);
        nng_pipe_close(slot->pipe);
    }
    atomic_fetch_sub(&transport.sending, 1);
    pipes_leave(transport.pipes, slot->pipe_id);
    receive_next(slot);
}

static void on_event(void *data)
{
    struct transport_slot *slot = data;
    if (slot->state == SLOT_RECEIVING)
        on_received(slot);
    else
        on_sent(slot);
}

static void on_pipe(nng_pipe pipe, nng_pipe_ev event, void *data)
{
    (void)data;
    if (event == NNG_PIPE_EV_ADD_PRE) // not ADD_POST: a request may come before that
        pipes_add(transport.pipes, (uint32_t)nng_pipe_id(pipe));
    else if (event == NNG_PIPE_EV_REM_POST)
        pipes_remove(transport.pipes, (uint32_t)nng_pipe_id(pipe));
}

static int slots_wanted(const struct options *o)
{
    long connections = o->read_connections + o->write_connections + o->bulk_connections;
    return (int)(o->queue_length + connections * o->pipeline_depth + SPARE_SLOTS);
}

static bool open_slots(void)
{
    transport.slot_count = slots_wanted(transport.options);
    transport.slots = calloc((size_t)transport.slot_count, sizeof *transport.slots);
    if (!transport.slots)
        return false;
    for (int i = 0; i < transport.slot_count; i++) {
        struct transport_slot *slot = &transport.slots[i];
        if (nng_aio_alloc(&slot->aio, on_event, slot) != 0 || nng_ctx_open(&slot->context, transport.socket) != 0)
            return false;
    }
    return true;
}

bool transport_open(const struct options *o, transport_receive_fn *receive)
{
    transport.options = o;
    transport.receive = receive;
    transport.pipes = pipes_new();
    transport.listener_count = listener_parse(transport.listeners, o);
    if (!transport.pipes || transport.listener_count == 0)
        return false;
    if (nng_rep0_open(&transport.socket) != 0)
        return false;
    nng_socket_set_size(
        transport.socket, NNG_OPT_RECVMAXSZ, FRAME_REQUEST_MAX); // before listening: later does not reach every pipe
    nng_pipe_notify(transport.socket, NNG_PIPE_EV_ADD_PRE, on_pipe, NULL);
    nng_pipe_notify(transport.socket, NNG_PIPE_EV_REM_POST, on_pipe, NULL);
    if (!open_slots()) {
        log_line(LOG_ERROR, "not enough memory for %d calls in flight", transport.slot_count);
        return false;
    }
    for (int i = 0; i < transport.listener_count; i++) {
        struct listener *l = &transport.listeners[i];
        if (!open_listener(i))
            return false;
        transport.gated = transport.gated || l->gate;
        transport.gates[l->gate] = true;
    }
    for (int i = 0; i < transport.slot_count; i++)
        receive_next(&transport.slots[i]);
    return true;
}

// pack makes the reply's bytes; too large a reply becomes a refusal to send it. NULL without memory.
static nng_msg *pack(struct call *call)
{
    size_t payload = call->answer ? protobuf_c_message_get_packed_size(call->answer) : 0;
    if (payload > FRAME_REPLY_MAX - FRAME_HEADER_MAX) {
        call_fail(call, STATUS_RESOURCE_EXHAUSTED, "REPLY_TOO_LARGE",
            "The answer is larger than a reply may be; ask for less at once.");
        payload = 0;
    }
    nng_msg *message;
    if (nng_msg_alloc(&message, frame_size(&call->reply.base, payload)) != 0)
        return NULL;
    uint8_t *to = frame_join(&call->reply.base, nng_msg_body(message));
    if (payload)
        protobuf_c_message_pack(call->answer, to);
    return message;
}

void transport_reply(struct call *call)
{
    struct transport_slot *slot = call->slot;
    nng_msg *message = pack(call);
    end_request(slot);
    call->slot = NULL;
    call->bytes = call->payload = NULL;
    call_move(call, CALL_ANSWERED);
    atomic_fetch_sub(&transport.in_flight, 1);
    if (!message) {
        nng_pipe_close(slot->pipe);
        pipes_leave(transport.pipes, slot->pipe_id);
        receive_next(slot);
        return;
    }
    long patience = transport.options->send_timeout_ms;
    if (pressed() && patience > PRESSED_SEND_MS)
        patience = PRESSED_SEND_MS;
    atomic_fetch_add(&transport.sending, 1);
    slot->state = SLOT_SENDING;
    nng_aio_set_msg(slot->aio, message);
    nng_aio_set_timeout(slot->aio, (nng_duration)patience);
    nng_ctx_send(slot->context, slot->aio);
}

void transport_source(const struct call *call, char *to, size_t size)
{
    nng_sockaddr from;
    char text[INET6_ADDRSTRLEN] = "?";
    snprintf(to, size, "local");
    if (!call->slot ||
        nng_pipe_get_addr(call->slot->pipe, NNG_OPT_REMADDR, &from) != 0) // no slot: made by a test, not received
        return;
    if (from.s_family == NNG_AF_INET) {
        inet_ntop(AF_INET, &from.s_in.sa_addr, text, sizeof text);
        snprintf(to, size, "ip %s", text);
    } else if (from.s_family == NNG_AF_INET6) {
        memset(from.s_in6.sa_addr + 8, 0, 8);
        inet_ntop(AF_INET6, from.s_in6.sa_addr, text, sizeof text);
        snprintf(to, size, "ip %s/64", text);
    }
}

int transport_in_flight(void)
{
    return atomic_load(&transport.in_flight);
}

void transport_reap(void)
{
    uint32_t ids[REAPED_AT_ONCE];
    uint64_t now = clock_ms(), silence = (uint64_t)transport.options->idle_timeout_ms;
    int n = now > silence ? pipes_idle(transport.pipes, now - silence, ids, REAPED_AT_ONCE) : 0;
    for (int i = 0; i < n; i++)
        nng_pipe_close((nng_pipe){.id = ids[i]});
}

bool transport_is_gated(int authority)
{
    return authority > 0 && transport.gates[authority];
}

// mend makes a listener anew that does not answer. Closing one whose connections are at work can hang nng 1.5.2's
// reaper for good, and with it every connection's end; so for TLS the whole process makes itself anew (see serve.c).
static void mend(int i)
{
    struct listener *l = &transport.listeners[i];
    log_line(LOG_WARNING, "listen: %s does not answer; listening anew", l->url);
    l->misses = 0;
    if (l->secure) {
        kill(getpid(), SIGHUP);
        return;
    }
    nng_listener_close(l->handle);
    open_listener(i);
}

void transport_probe(void)
{
    for (int i = 0; i < transport.listener_count; i++) {
        struct listener *l = &transport.listeners[i];
        l->misses =
            l->gate || probe_run(l->url, PROBE_TIMEOUT_MS) ? 0 : l->misses + 1; // for a gate we hold no certificate
        if (l->misses >= 2)
            mend(i);
    }
}

bool transport_may_renew(void)
{
    for (int i = 0; i < transport.listener_count; i++)
        if (transport.listeners[i].secure && !tls_config(transport.options, transport.listeners[i].ca))
            return false;
    return true;
}
