#include "server/lane.h"

#include "server/clock.h"
#include "server/fair.h"
#include "server/known.h"

#include <stdlib.h>
#include <sys/epoll.h>

enum {
    REOPEN_MS = 200,    // between two tries to connect
    AWAY_MS = 600,      // without any connection for so long, calls are refused at once
    GRACE_MS = 300,     // PostgreSQL ends a statement at the deadline; the server itself speaks up this much later
    STUCK_MS = 5000,    // past its deadline by so much, a call's connection is given up
    SHED_RETRY_MS = 20, // advised to callers that found the queue full
    AWAY_RETRY_MS = 250,
    ACTIVE_MS = 10000, // a class is about for so long after a call
    LEAST_SHARE = 1,
    RESERVED_PART = 4, // one connection in so many is kept for who has nothing under way
};

struct lane {
    const struct options *options;
    void (*finished)(struct call *call);
    struct connection **connections;
    uint32_t *watched;  // what of each connection's socket the epoll tells; 0 while that is not sure
    uint64_t *tried_ms; // when each connection was last opened
    int size;
    struct fair *queue;
    int under_way[FAIR_CLASSES];      // calls of each class in pipelines
    uint64_t active_ms[FAIR_CLASSES]; // when each class last called
    int active;                       // classes that called lately
    uint64_t served_ms;               // when a connection was last ready
    bool hangs;                       // the database does, as lane_tick was told
    struct call **running;            // calls in pipelines: size × pipeline_depth places
};

static int places(const struct lane *lane)
{
    return lane->size * (int)lane->options->pipeline_depth;
}

static void track(struct lane *lane, struct call *call)
{
    lane->under_way[call->fair_class]++;
    for (int i = 0; i < places(lane); i++)
        if (!lane->running[i]) {
            lane->running[i] = call;
            return;
        }
}

static void untrack(struct lane *lane, const struct call *call)
{
    lane->under_way[call->fair_class]--;
    for (int i = 0; i < places(lane); i++)
        if (lane->running[i] == call)
            lane->running[i] = NULL;
}

// note_identity remembers whom the gate let in, for the next call's place in the queue.
static void note_identity(const struct call *call)
{
    int code = (int)call->reply.code;
    if (code == STATUS_UNAUTHENTICATED || code == STATUS_PERMISSION_DENIED)
        known_forget(call);
    else if (code == STATUS_OK || code == STATUS_NOT_FOUND || code == STATUS_ALREADY_EXISTS ||
             code == STATUS_FAILED_PRECONDITION)
        known_remember(call);
}

static void on_done(struct call *call, void *data)
{
    struct lane *lane = data;
    untrack(lane, call);
    note_identity(call);
    if (call->state == CALL_ANSWERED)
        call_free(call); // its deadline passed, and it was told so, while the database was still at it
    else if (call->state == CALL_WAITING)
        fair_return(lane->queue, call);
    else
        lane->finished(call);
}

struct lane *lane_new(
    const struct options *o, int connections, const char *settings, void (*finished)(struct call *call))
{
    struct lane *lane = calloc(1, sizeof *lane);
    if (!lane)
        return NULL;
    lane->options = o;
    lane->finished = finished;
    lane->size = connections;
    lane->queue = fair_new((int)o->queue_length);
    lane->connections = calloc((size_t)connections, sizeof *lane->connections);
    lane->watched = calloc((size_t)connections, sizeof *lane->watched);
    lane->tried_ms = calloc((size_t)connections, sizeof *lane->tried_ms);
    lane->running = calloc((size_t)places(lane), sizeof(struct call *));
    if (!lane->queue || !lane->connections || !lane->watched || !lane->tried_ms || !lane->running)
        return NULL;
    for (int i = 0; i < connections; i++)
        if (!(lane->connections[i] = connection_new(o->database, settings, on_done, lane)))
            return NULL;
    return lane;
}

static void refuse(
    struct lane *lane, struct call *call, enum status code, const char *reason, const char *message, unsigned retry_ms)
{
    call_fail(call, code, reason, message);
    if (retry_ms) {
        call->reply.has_retry_delay_ms = 1;
        call->reply.retry_delay_ms = retry_ms;
    }
    lane->finished(call);
}

static void refuse_expired(struct lane *lane, struct call *call)
{
    refuse(lane, call, STATUS_DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", "The time allowed for the call ran out.", 0);
}

// reserved is the number of connections kept for classes that have nothing under way: whoever floods the lane leaves
// these alone, so that another's call does not stand behind the flood's.
static int reserved(const struct lane *lane)
{
    return lane->size / RESERVED_PART;
}

// share is the number of calls that one class may have under way. Alone, it may use all there is; when others are
// about, all share what the machine does at its best, so that a flood does not take the processors from who calls now
// and then.
static int share(const struct lane *lane)
{
    if (lane->active <= 1)
        return places(lane);
    int part = (int)lane->options->shared_calls / lane->active;
    return part > LEAST_SHARE ? part : LEAST_SHARE;
}

static struct connection *freest(const struct lane *lane, int fair_class)
{
    if (lane->under_way[fair_class] >= share(lane))
        return NULL;
    struct connection *best = NULL;
    int usable = lane->size - (lane->under_way[fair_class] > 0 ? reserved(lane) : 0);
    for (int i = 0; i < usable; i++) {
        struct connection *c = lane->connections[i];
        if (connection_state(c) == CONNECTION_READY && connection_load(c) < lane->options->pipeline_depth &&
            (!best ||
                connection_load(c) <=
                    connection_load(best))) // the last of equals: the reserved ones first, while nothing is under way
            best = c;
    }
    return best;
}

static bool may_send(void *data, int fair_class)
{
    return freest(data, fair_class) != NULL;
}

static void pump(struct lane *lane)
{
    uint64_t now = clock_ms();
    for (struct call *call; (call = fair_pop(lane->queue, may_send, lane));) {
        if (now >= call->deadline_ms) {
            refuse_expired(lane, call);
            continue;
        }
        struct connection *c = freest(lane, call->fair_class);
        track(lane, call);
        connection_send(c, call, (uint32_t)(call->deadline_ms - now));
    }
}

static bool away(const struct lane *lane, uint64_t now)
{
    return lane->hangs || (lane_ready(lane) == 0 && now - lane->served_ms > AWAY_MS);
}

static void refuse_away(struct lane *lane, struct call *call)
{
    refuse(lane, call, STATUS_UNAVAILABLE, "DATABASE_AWAY", "The database does not answer. Nothing was done.",
        AWAY_RETRY_MS);
}

// note_active counts a class that calls as about; count_active forgets those that have not called for long.
static void note_active(struct lane *lane, int fair_class, uint64_t now)
{
    if (now - lane->active_ms[fair_class] > ACTIVE_MS)
        lane->active++;
    lane->active_ms[fair_class] = now;
}

static void count_active(struct lane *lane, uint64_t now)
{
    lane->active = 0;
    for (int i = 0; i < FAIR_CLASSES; i++)
        lane->active += lane->active_ms[i] && now - lane->active_ms[i] <= ACTIVE_MS;
}

void lane_submit(struct lane *lane, struct call *call)
{
    call_move(call, CALL_WAITING);
    note_active(lane, call->fair_class, clock_ms());
    if (away(lane, clock_ms()))
        refuse_away(lane, call);
    else if (fair_push(lane->queue, call))
        pump(lane);
    else
        refuse(lane, call, STATUS_RESOURCE_EXHAUSTED, "QUEUE_FULL", "The server has as much to do as it can hold.",
            SHED_RETRY_MS);
}

static void expire_waiting(struct lane *lane, uint64_t now)
{
    for (struct call *call; (call = fair_take_expired(lane->queue, now));)
        refuse_expired(lane, call);
}

static void expire_running(struct lane *lane, uint64_t now)
{
    for (int i = 0; i < places(lane); i++) {
        struct call *call = lane->running[i];
        if (call && call->state != CALL_ANSWERED && now > call->deadline_ms + GRACE_MS)
            refuse_expired(lane, call); // held by its pipeline, and freed when that lets go
    }
}

static void tend(struct lane *lane, int i, uint64_t now)
{
    struct connection *c = lane->connections[i];
    const struct call *oldest = connection_oldest(c);
    if (oldest && now > oldest->deadline_ms + STUCK_MS)
        connection_close(c);
    if (connection_state(c) == CONNECTION_OPENING && now - lane->tried_ms[i] > STUCK_MS)
        connection_close(c);
    if (connection_state(c) == CONNECTION_DOWN && now - lane->tried_ms[i] >= REOPEN_MS) {
        lane->tried_ms[i] = now;
        connection_open(c);
    }
    if (connection_state(c) == CONNECTION_READY)
        lane->served_ms = now;
}

void lane_tick(struct lane *lane, uint64_t now, bool hangs)
{
    lane->hangs = hangs;
    count_active(lane, now);
    for (int i = 0; i < lane->size; i++)
        tend(lane, i, now);
    expire_waiting(lane, now);
    expire_running(lane, now);
    while (away(lane, now) && fair_waiting(lane->queue) > 0)
        refuse_away(lane, fair_take_expired(lane->queue, UINT64_MAX));
    pump(lane);
}

// watch has the epoll tell of one connection's socket. While it opens, libpq may change the socket behind its number.
static void watch(struct lane *lane, int n, int epoll, uint64_t data)
{
    const struct connection *c = lane->connections[n];
    uint32_t events = connection_socket(c) < 0 ? 0 : EPOLLIN | (connection_wants_write(c) ? EPOLLOUT : 0);
    bool settled = connection_state(c) == CONNECTION_READY;
    if (events == lane->watched[n] && (settled || events == 0))
        return;
    struct epoll_event event = {.events = events, .data.u64 = data};
    if (events && epoll_ctl(epoll, EPOLL_CTL_MOD, connection_socket(c), &event) != 0 &&
        epoll_ctl(epoll, EPOLL_CTL_ADD, connection_socket(c), &event) != 0)
        abort();                             // only memory can lack
    lane->watched[n] = settled ? events : 0; // of a closed socket the epoll has let go itself
}

void lane_watch(struct lane *lane, int epoll, uint64_t first)
{
    for (int i = 0; i < lane->size; i++)
        watch(lane, i, epoll, first + (uint64_t)i);
}

void lane_step(struct lane *lane, int n)
{
    connection_step(lane->connections[n]);
}

void lane_flow(struct lane *lane)
{
    for (int i = 0; i < lane->size; i++)
        if (connection_is_broken(lane->connections[i]))
            connection_step(lane->connections[i]);
    pump(lane);
}

int lane_size(const struct lane *lane)
{
    return lane->size;
}

int lane_ready(const struct lane *lane)
{
    int ready = 0;
    for (int i = 0; i < lane->size; i++)
        ready += connection_state(lane->connections[i]) == CONNECTION_READY;
    return ready;
}

int lane_waiting(const struct lane *lane)
{
    return fair_waiting(lane->queue);
}
