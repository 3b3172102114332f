#include "tests/torture/proxy.h"

#include "tests/support/harness.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PIECE = 16384, LOOK_MS = 5, NEVER = -1 };

struct proxy {
    int listener;
    char to[108];
    atomic_long cut_at[2]; // NEVER: not
    atomic_bool was_cut, hold;
    atomic_long passed[2], delay_ms, jitter_ms;
};

struct connection {
    struct proxy *proxy;
    int ends[2]; // the client's, the server's
    long passed[2], cut_at[2];
    unsigned seed;
};

static struct sockaddr_un address(const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
    return a;
}

static bool send_all(int fd, const char *bytes, ssize_t n)
{
    for (ssize_t sent; n > 0; bytes += sent, n -= sent)
        if ((sent = send(fd, bytes, (size_t)n, MSG_NOSIGNAL)) <= 0)
            return false;
    return true;
}

// pass takes one piece over; false when the connection is over.
static bool pass(struct connection *c, int way)
{
    char bytes[PIECE];
    ssize_t n = recv(c->ends[way], bytes, sizeof bytes, 0);
    if (n <= 0)
        return false;
    long delay = atomic_load(&c->proxy->delay_ms), jitter = atomic_load(&c->proxy->jitter_ms);
    if (delay > 0)
        harness_rest(delay - jitter + rand_r(&c->seed) % (2 * jitter + 1));
    bool cut = c->cut_at[way] != NEVER && c->passed[way] + n >= c->cut_at[way];
    if (cut)
        n = c->cut_at[way] - c->passed[way];
    bool sent = send_all(c->ends[!way], bytes, n);
    c->passed[way] += n;
    if (cut)
        atomic_store(&c->proxy->was_cut, true);
    return sent && !cut;
}

static void *serve(void *data)
{
    struct connection *c = data;
    bool goes = true;
    while (goes) {
        struct pollfd fds[2] = {{.fd = c->ends[0], .events = POLLIN}, {.fd = c->ends[1], .events = POLLIN}};
        if (atomic_load(&c->proxy->hold)) {
            harness_rest(LOOK_MS);
            continue;
        }
        if (poll(fds, 2, LOOK_MS) < 0 && errno != EINTR)
            break;
        for (int way = 0; way < 2 && goes; way++)
            if (fds[way].revents)
                goes = pass(c, way);
    }
    for (int way = 0; way < 2; way++) {
        atomic_store(&c->proxy->passed[way], c->passed[way]);
        close(c->ends[way]);
    }
    free(c);
    return NULL;
}

static void open_connection(struct proxy *p, int client)
{
    struct sockaddr_un to = address(p->to);
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    pthread_t thread;
    if (server < 0 || connect(server, (struct sockaddr *)&to, sizeof to) != 0) {
        close(client);
        if (server >= 0)
            close(server);
        return;
    }
    struct connection *c = calloc(1, sizeof *c);
    *c = (struct connection){.proxy = p, .ends = {client, server}, .seed = (unsigned)client};
    for (int way = 0; way < 2; way++)
        c->cut_at[way] = atomic_exchange(&p->cut_at[way], NEVER);
    if (pthread_create(&thread, NULL, serve, c) != 0)
        abort();
    pthread_detach(thread);
}

static void *listen_on(void *data)
{
    struct proxy *p = data;
    for (;;) {
        int client = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC);
        if (client >= 0)
            open_connection(p, client);
    }
    return NULL;
}

struct proxy *proxy_start(const char *path, const char *to)
{
    struct proxy *p = calloc(1, sizeof *p);
    struct sockaddr_un at = address(path);
    pthread_t thread;
    snprintf(p->to, sizeof p->to, "%s", to);
    atomic_store(&p->cut_at[0], NEVER);
    atomic_store(&p->cut_at[1], NEVER);
    unlink(path);
    p->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(p->listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(p->listener, 256) != 0 ||
        pthread_create(&thread, NULL, listen_on, p) != 0) {
        perror(path);
        abort();
    }
    pthread_detach(thread);
    return p;
}

void proxy_cut(struct proxy *p, enum proxy_way way, long offset)
{
    atomic_store(&p->was_cut, false);
    atomic_store(&p->cut_at[way], offset);
}

bool proxy_was_cut(const struct proxy *p)
{
    return atomic_load(&p->was_cut);
}

long proxy_passed(const struct proxy *p, enum proxy_way way)
{
    return atomic_load(&p->passed[way]);
}

void proxy_hold(struct proxy *p, bool hold)
{
    atomic_store(&p->hold, hold);
}

void proxy_delay(struct proxy *p, long ms, long jitter_ms)
{
    atomic_store(&p->jitter_ms, jitter_ms);
    atomic_store(&p->delay_ms, ms);
}
