#include "server/transport/crowd.h"

#include "common/log.h"
#include "server/clock.h"

#include <limits.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    FILES_KEPT = 128,                  // descriptors beside those of clients and of the database
    PRESSED_BYTES = 128 * 1024 * 1024, // in all connections' buffers: beyond it, patience is short
    PRESSED_MS = 100,
    SAY_FULL_MS = 10000, // between two complaints
};

TAILQ_HEAD(list, peer);

static struct {
    const struct options *options;
    long most; // connections
    long count;
    struct list greeting; // have not said hello; oldest first
    struct list open;
    uint64_t said_ms;
} crowd;

void crowd_init(const struct options *o)
{
    struct rlimit files;
    long kept = FILES_KEPT + o->read_connections + o->write_connections + o->bulk_connections;
    crowd.options = o;
    crowd.most = LONG_MAX;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY)
        crowd.most = (long)files.rlim_cur > 2 * kept ? (long)files.rlim_cur - kept : kept;
    TAILQ_INIT(&crowd.greeting);
    TAILQ_INIT(&crowd.open);
}

static void complain(void)
{
    uint64_t now = clock_ms();
    if (crowd.said_ms == 0 || now - crowd.said_ms > SAY_FULL_MS)
        log_line(LOG_WARNING, "%ld connections: no more descriptors (RLIMIT_NOFILE); newcomers are turned away",
            crowd.count);
    crowd.said_ms = now;
}

static void drop(struct list *list, struct peer *p)
{
    if (p->in_flight > 0)
        return; // its replies are still to come
    TAILQ_REMOVE(list, p, list);
    crowd.count--;
    peer_free(p);
}

// make_room closes the connection that has been longest about its hello. False when all have said it.
static bool make_room(void)
{
    struct peer *p = TAILQ_FIRST(&crowd.greeting);
    while (p && (p->greeted || !p->stream))
        p = TAILQ_NEXT(p, list);
    if (!p)
        return false;
    peer_close(p);
    drop(&crowd.greeting, p);
    return true;
}

bool crowd_admit(struct event_base *base, int fd, const struct listener *l, const struct sockaddr *from)
{
    if (crowd.count >= crowd.most) {
        complain();
        if (!make_room()) {
            close(fd);
            return false;
        }
    }
    struct peer *p = peer_open(base, fd, l, from);
    if (!p)
        return false;
    TAILQ_INSERT_TAIL(&crowd.greeting, p, list);
    crowd.count++;
    return true;
}

static void sweep_greeting(uint64_t now)
{
    uint64_t patience = (uint64_t)crowd.options->handshake_timeout_ms;
    for (struct peer *p = TAILQ_FIRST(&crowd.greeting), *next; p; p = next) {
        next = TAILQ_NEXT(p, list);
        if (p->stream && p->greeted) {
            TAILQ_REMOVE(&crowd.greeting, p, list);
            TAILQ_INSERT_TAIL(&crowd.open, p, list);
            continue;
        }
        if (p->stream && now - p->last_ms > patience)
            peer_close(p);
        if (!p->stream)
            drop(&crowd.greeting, p);
    }
}

static void sweep_open(uint64_t now)
{
    long patience = crowd.options->send_timeout_ms;
    if (peer_buffered() > PRESSED_BYTES && patience > PRESSED_MS)
        patience = PRESSED_MS;
    for (struct peer *p = TAILQ_FIRST(&crowd.open), *next; p; p = next) {
        next = TAILQ_NEXT(p, list);
        if (p->stream && (peer_is_slow(p, now, patience) ||
                             (p->in_flight == 0 && now - p->last_ms > (uint64_t)crowd.options->idle_timeout_ms)))
            peer_close(p);
        if (!p->stream)
            drop(&crowd.open, p);
    }
}

void crowd_sweep(void)
{
    uint64_t now = clock_ms();
    sweep_greeting(now);
    sweep_open(now);
}
