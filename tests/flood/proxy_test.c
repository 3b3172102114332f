// F9: clients that begin and do not go on, through haproxy as deploy/haproxy.cfg has it: silent ones, ones that say a
// byte now and then, ones that stop after TLS's hello. Honest callers hardly notice them, improved itself sees none of
// the first two, and nothing is left of the third in a minute.
#include "tests/flood/flood.h"
#include "tests/flood/honest.h"
#include "tests/flood/sockets.h"

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SOURCES = 200, DRIP_MS = 5000, HELLO_MOST = 2048, FEW = 8, LOOK_MS = 50, OPENED_OVER_MS = 3000 };

static struct harness_server server;
static int proxy_port;
static char proxy_url[64];
static uint8_t tls_hello[HELLO_MOST];
static size_t tls_hello_size;

// start_proxy runs haproxy with the sample configuration; it ends with this process.
static pid_t start_proxy(void)
{
    char bind_to[48], server_at[48];
    pid_t pid;
    proxy_port = flood_port(&server) + 20000;
    snprintf(bind_to, sizeof bind_to, "127.0.0.1:%d", proxy_port);
    snprintf(server_at, sizeof server_at, "127.0.0.1:%d", flood_port(&server));
    snprintf(proxy_url, sizeof proxy_url, "tls+tcp://%s", bind_to);
    setenv("IMPROVE_BIND", bind_to, 1);
    setenv("IMPROVE_SERVER", server_at, 1);
    setenv("IMPROVE_CLIENTS", figures_full() ? "9500" : "1000", 1);
    setenv("IMPROVE_PER_SOURCE_RATE", "100000", 1); // the attack comes from few addresses, at a rate
    if (!figures_full())
        setenv("IMPROVE_SILENCE", "3s", 1);
    const char *argv[] = {
        "setpriv", "--pdeathsig", "TERM", "haproxy", "-db", "-q", "-f", SOURCE_DIR "/deploy/haproxy.cfg", NULL};
    if (posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)(uintptr_t)argv, environ) != 0)
        abort();
    for (int i = 0, fd = -1; fd < 0; i++) {
        harness_rest(50);
        fd = sockets_tcp(proxy_port, 0);
        if (fd >= 0)
            close(fd);
        else if (i > 100)
            abort();
    }
    return pid;
}

// learn_hello takes down what a client says first.
static void learn_hello(void)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
        abort();
    sockets_patience(pair[0], 50);
    struct tls *t = tls_open(pair[0], -1); // nobody answers
    if (t)
        tls_release(t);
    ssize_t n = recv(pair[1], tls_hello, sizeof tls_hello, MSG_DONTWAIT);
    tls_hello_size = n > 0 ? (size_t)n : 0;
    close(pair[0]);
    close(pair[1]);
}

struct crowd {
    long n;
    struct pollfd *ends; // asked all at once: a look at each alone would take a processor
    uint64_t *said_ms;   // when each last said a byte
    long opened;
    long may_open; // in this round: as many as hold n open evenly, for haproxy closes each after 3 s
};

// renew opens the i-th anew where it was closed, and lets every other one say a byte now and then.
static void renew(struct crowd *c, long i, uint64_t now)
{
    struct pollfd *end = &c->ends[i];
    if (end->fd >= 0 && end->revents) {
        close(end->fd);
        end->fd = -1;
    }
    if (end->fd < 0 && c->may_open > 0) {
        *end =
            (struct pollfd){.fd = sockets_tcp(proxy_port, 1 + (unsigned)(i % SOURCES)), .events = POLLIN | POLLRDHUP};
        c->said_ms[i] = 0;
        c->opened += end->fd >= 0;
        c->may_open--;
    }
    if (i % 2 && end->fd >= 0 && now - c->said_ms[i] >= DRIP_MS) {
        send(end->fd, "\x16", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
        c->said_ms[i] = now;
    }
}

// besiege holds n connections that say nothing, or next to it, for so long, and gives the most descriptors that the
// server had.
static long besiege(long n, long ms, long *opened)
{
    struct crowd c = {
        .n = n, .ends = calloc((size_t)n, sizeof *c.ends), .said_ms = calloc((size_t)n, sizeof *c.said_ms)};
    long most = 0;
    for (long i = 0; i < n; i++)
        c.ends[i].fd = -1;
    for (uint64_t until = harness_ms() + (uint64_t)ms, now; (now = harness_ms()) < until; harness_rest(LOOK_MS)) {
        poll(c.ends, (nfds_t)n, 0);
        c.may_open = 1 + n * LOOK_MS / OPENED_OVER_MS;
        for (long i = 0; i < n; i++)
            renew(&c, i, now);
        long files = flood_files(server.pid);
        most = files > most ? files : most;
    }
    for (long i = 0; i < n; i++)
        if (c.ends[i].fd >= 0)
            close(c.ends[i].fd);
    *opened = c.opened;
    free(c.ends);
    free(c.said_ms);
    return most;
}

static void show(const struct honest_figures *quiet, const struct honest_figures *loud, const char *how)
{
    figures_note("F9", "%s: quiet p50 %.2f ms, p99 %.2f ms; loud %ld calls, p50 %.2f ms, p99 %.2f ms, longest %.0f ms",
        how, quiet->p50_ms, quiet->p99_ms, loud->calls, loud->p50_ms, loud->p99_ms, loud->longest_ms);
    figures_row("F9", FIGURES_ALWAYS, (double)loud->failed, 0, "", "%s: honest calls refused", how);
    figures_row(
        "F9", FIGURES_AT_FULL_SIZE, loud->p99_ms / quiet->p99_ms, 2, "x", "%s: p99 of honest calls, to quiet", how);
}

// half_open leaves n connections that have said TLS's hello, and gives the seconds until the server has none of them.
static double half_open(long n, long files, const struct honest_options *options, const struct honest_figures *quiet)
{
    struct honest *honest = honest_start(options);
    int *fds = malloc((size_t)n * sizeof *fds);
    for (long i = 0; i < n; i++) {
        fds[i] = sockets_tcp(proxy_port, 1 + (unsigned)(i % SOURCES));
        if (fds[i] >= 0)
            send(fds[i], tls_hello, tls_hello_size, MSG_NOSIGNAL);
        harness_rest(2);
    }
    harness_rest(500);
    figures_note(
        "F9", "%ld stopped after the hello; the server has %ld descriptors more", n, flood_files(server.pid) - files);
    double seconds = flood_settle(server.pid, files + FEW, 60);
    for (long i = 0; i < n; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    free(fds);
    struct honest_figures loud = honest_stop(honest);
    show(quiet, &loud, "half-open, new connections");
    return seconds;
}

// crowd_of_one opens n connections from one address, and gives how many haproxy left open.
static long crowd_of_one(long n)
{
    int fds[256];
    long left = 0;
    for (long i = 0; i < n; i++)
        fds[i] = sockets_tcp(proxy_port, SOURCES + 1);
    harness_rest(300);
    for (long i = 0; i < n; i++) {
        struct pollfd one = {.fd = fds[i], .events = POLLIN | POLLRDHUP};
        left += fds[i] >= 0 && poll(&one, 1, 0) == 0;
        if (fds[i] >= 0)
            close(fds[i]);
    }
    return left;
}

int main(void)
{
    flood_widen();
    harness_database("flood_proxy");
    char *token = harness_token("929", "la_admin", NULL);
    harness_start(&server, (const char *[]){"authority_rate=0", NULL});
    pid_t proxy = start_proxy();
    learn_hello();
    long files = flood_baseline(server.pid), opened, n = figures_size(200, 8000), ms = figures_size(2000, 40000);
    struct honest_options standing = {.url = proxy_url, .ca_file = server.ca_file, .token = token, .rest_ms = 2};
    struct honest_options fresh = standing;
    fresh.fresh = true;
    fresh.rest_ms = 20;
    struct honest *one = honest_start(&standing), *other = honest_start(&fresh);
    harness_rest(ms / 2);
    struct honest_figures quiet = honest_stop(one), quiet_fresh = honest_stop(other);
    one = honest_start(&standing);
    other = honest_start(&fresh);
    harness_rest(200);
    long most = besiege(n, ms, &opened);
    struct honest_figures loud = honest_stop(one), loud_fresh = honest_stop(other);
    figures_note("F9", "%ld silent and dripping at a time, %ld opened in %ld s", n, opened, ms / 1000);
    show(&quiet, &loud, "standing");
    show(&quiet_fresh, &loud_fresh, "new connections");
    figures_row("F9", FIGURES_ALWAYS, (double)(most - files), FEW, "", "descriptors more that the server had");
    figures_row("F9", FIGURES_ALWAYS, half_open(figures_size(20, 1000), files, &fresh, &quiet_fresh), 60, "s",
        "half-open ones: until the server has none");
    figures_row(
        "F9", FIGURES_ALWAYS, (double)crowd_of_one(100), 64, "", "of 100 connections from one address: left open");
    figures_row("F9", FIGURES_ALWAYS, !flood_alive(&server), 0, "", "server gone");
    kill(proxy, SIGTERM);
    waitpid(proxy, NULL, 0);
    free(token);
    return flood_end(&server);
}
