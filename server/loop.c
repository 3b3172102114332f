#include "server/loop.h"

#include "common/log.h"
#include "server/clock.h"
#include "server/dispatch.h"
#include "server/lane.h"
#include "server/mailbox.h"
#include "server/statement.h"
#include "server/transport/transport.h"
#include "server/watch.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { TICK_MS = 20, IDLE_TICK_MS = 100 };

static struct {
    pthread_t thread;
    struct mailbox inbox;
    struct lane *lanes[LANES];
    struct pollfd *fds;
    atomic_bool draining;
    atomic_bool serves;
    atomic_bool news; // some authority has a new event, and calls are parked
} loop;

void loop_hand_over(struct call *call)
{
    mailbox_send(&loop.inbox, &call->mail);
}

static void finished(struct call *call)
{
    if (!atomic_load(&loop.draining) && watch_park(call, clock_ms())) {
        transport_parked(1);
        return;
    }
    transport_reply(call);
    if (!call->held)
        call_free(call);
}

static void submit(struct call *call)
{
    if (call->statement->watch)
        watch_begin(call);
    lane_submit(loop.lanes[call->statement->lane], call);
}

static void take_calls(void)
{
    for (struct mail *mail = mailbox_take(&loop.inbox), *next; mail; mail = next) {
        struct call *call = (struct call *)(void *)mail;
        next = mail->next;
        if (dispatch_admit(call, atomic_load(&loop.draining)))
            submit(call);
        else
            finished(call);
    }
}

// take_watches sends parked calls again for which there may be events, and answers those whose time is up.
static void take_watches(uint64_t now)
{
    bool over;
    for (struct call *call; (call = watch_due(now, atomic_load(&loop.draining), &over));) {
        transport_parked(-1);
        if (over) {
            transport_reply(call);
            call_free(call);
        } else {
            submit(call);
        }
    }
}

static bool tick(uint64_t now)
{
    bool all = true, busy = false;
    for (int i = 0; i < LANES; i++) {
        lane_tick(loop.lanes[i], now);
        all = all && lane_ready(loop.lanes[i]) > 0;
    }
    take_watches(now);
    busy = transport_in_flight() > 0;
    atomic_store(&loop.serves, all && !atomic_load(&loop.draining));
    return busy || !all;
}

static void *run(void *unused)
{
    (void)unused;
    uint64_t ticked = 0;
    int wait_ms = 0;
    for (;;) {
        int n = 1;
        loop.fds[0] = (struct pollfd){.fd = loop.inbox.wake, .events = POLLIN};
        for (int i = 0; i < LANES; i++)
            n += lane_poll(loop.lanes[i], loop.fds + n);
        if (poll(loop.fds, (nfds_t)n, wait_ms) < 0 && errno != EINTR)
            abort();
        take_calls();
        if (atomic_exchange(&loop.news, false))
            take_watches(clock_ms());
        for (int i = 0; i < LANES; i++)
            lane_step(loop.lanes[i]);
        uint64_t now = clock_ms();
        if (now - ticked >= TICK_MS) {
            wait_ms = tick(now) ? TICK_MS : IDLE_TICK_MS;
            ticked = now;
        }
    }
    return NULL;
}

bool loop_start(const struct options *o)
{
    const long sizes[LANES] = {
        [LANE_READ] = o->read_connections, [LANE_WRITE] = o->write_connections, [LANE_BULK] = o->bulk_connections};
    // A write's statements find rows by their keys, whatever the values: planning them anew, as PostgreSQL does where
    // it thinks that a value makes a plan cheaper, costs a booking an eighth of its time and gains nothing. A read's
    // filters do turn on the values.
    const char *const settings[LANES] = {
        [LANE_READ] = "", [LANE_WRITE] = "-c plan_cache_mode=force_generic_plan", [LANE_BULK] = ""};
    dispatch_init(o);
    loop.fds = calloc((size_t)(1 + sizes[0] + sizes[1] + sizes[2]), sizeof *loop.fds);
    if (!mailbox_init(&loop.inbox) || !loop.fds)
        return false;
    for (int i = 0; i < LANES; i++)
        if (!(loop.lanes[i] = lane_new(o, (int)sizes[i], settings[i], finished)))
            return false;
    int rv = pthread_create(&loop.thread, NULL, run, NULL);
    if (rv != 0)
        log_line(LOG_ERROR, "cannot start the loop thread: %s", strerror(rv));
    return rv == 0;
}

void loop_note_event(int authority, uint64_t number)
{
    if (watch_note(authority, number) && !atomic_exchange(&loop.news, true))
        mailbox_wake(&loop.inbox);
}

void loop_drain(void)
{
    atomic_store(&loop.draining, true);
    atomic_store(&loop.news, true); // calls that watch are let go
    mailbox_wake(&loop.inbox);
}

bool loop_serves(void)
{
    return atomic_load(&loop.serves) && !atomic_load(&loop.draining);
}
