#include "server/loop.h"

#include "common/log.h"
#include "server/clock.h"
#include "server/dispatch.h"
#include "server/lane.h"
#include "server/mailbox.h"
#include "server/pulse.h"
#include "server/statement.h"
#include "server/transport/transport.h"
#include "server/watch.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

enum { TICK_MS = 20, IDLE_TICK_MS = 100, EVENTS = 64, INBOX = LANES, LANE_SHIFT = 32 };

static struct {
    pthread_t thread;
    struct mailbox inbox;
    struct lane *lanes[LANES];
    int epoll;
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
    bool hangs = pulse_tick(now), all = !hangs, busy = false;
    for (int i = 0; i < LANES; i++) {
        lane_tick(loop.lanes[i], now, hangs);
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
        struct epoll_event events[EVENTS];
        for (uint64_t i = 0; i < LANES; i++)
            lane_watch(loop.lanes[i], loop.epoll, i << LANE_SHIFT);
        int n = epoll_wait(loop.epoll, events, EVENTS, wait_ms);
        if (n < 0 && errno != EINTR)
            abort();
        take_calls();
        if (atomic_exchange(&loop.news, false))
            take_watches(clock_ms());
        for (int i = 0; i < n; i++)
            if (events[i].data.u64 >> LANE_SHIFT != INBOX)
                lane_step(loop.lanes[events[i].data.u64 >> LANE_SHIFT], (int)(events[i].data.u64 & UINT32_MAX));
        for (int i = 0; i < LANES; i++)
            lane_flow(loop.lanes[i]);
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
    loop.epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event inbox = {.events = EPOLLIN, .data.u64 = (uint64_t)INBOX << LANE_SHIFT};
    if (!mailbox_init(&loop.inbox) || !pulse_init(o) || loop.epoll < 0 ||
        epoll_ctl(loop.epoll, EPOLL_CTL_ADD, loop.inbox.wake, &inbox) != 0)
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
