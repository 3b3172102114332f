// F13: connections that say nothing. They cost little memory, honest callers hardly notice them, none is refused, and
// nothing is left when they have gone.
#include "tests/flood/flood.h"
#include "tests/flood/honest.h"
#include "tests/flood/sockets.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct harness_server server;
static struct honest_options options;

// open_idle makes a connection that is negotiated and then silent. -1 when it was refused.
static int open_idle(bool ipc)
{
    uint8_t hello[SP_HELLO_SIZE];
    int fd = ipc ? sockets_ipc(server.ipc_url) : sockets_tcp(flood_port(&server), 0);
    sockets_patience(fd, 10000);
    if (fd >= 0 && ipc && sockets_hello(fd))
        return fd;
    struct tls *t = fd >= 0 && !ipc ? tls_open(fd, -1) : NULL;
    bool good = t && tls_write(t, sp_hello, sizeof sp_hello) && tls_read(t, hello, sizeof hello);
    if (t)
        tls_release(t);
    if (!good && fd >= 0)
        close(fd);
    return good ? fd : -1;
}

static bool is_open(int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLIN | POLLRDHUP};
    return poll(&one, 1, 0) == 0;
}

static void flood(bool ipc, const struct honest_figures *quiet)
{
    // As many TLS connections as two cores can open and hold beside honest callers; those of a local socket cost less.
    long n = figures_size(50, ipc ? 10000 : 5000), refused = 0, files = flood_baseline(server.pid),
         before = flood_memory(server.pid);
    const char *where = ipc ? "ipc" : "tls";
    int *fds = calloc((size_t)n, sizeof *fds);
    uint64_t began = harness_ms();
    for (long i = 0; i < n; i++)
        fds[i] = open_idle(ipc);
    double seconds = (double)(harness_ms() - began) / 1000;
    long grown = flood_memory(server.pid) - before;
    struct honest_figures loud = honest_for(&options, figures_size(300, 10000));
    for (long i = 0; i < n; i++) {
        refused += fds[i] < 0 || !is_open(fds[i]);
        if (fds[i] >= 0)
            close(fds[i]);
    }
    free(fds);
    figures_note("F13", "%s: %ld idle connections in %.1f s; honest p50 %.2f ms, p99 %.2f ms (quiet %.2f, %.2f)", where,
        n, seconds, loud.p50_ms, loud.p99_ms, quiet->p50_ms, quiet->p99_ms);
    figures_row("F13", FIGURES_ALWAYS, (double)(refused + loud.failed), 0, "",
        "%s: idle connections or honest calls refused", where);
    figures_row("F13", FIGURES_AT_FULL_SIZE, (double)grown / (double)n, 50, "KiB", "%s: memory of one", where);
    figures_row(
        "F13", FIGURES_AT_FULL_SIZE, loud.p99_ms / quiet->p99_ms, 2, "x", "%s: p99 of honest calls, to quiet", where);
    figures_row("F13", FIGURES_ALWAYS, flood_settle(server.pid, files + 2, 30), 30, "s",
        "%s: descriptors back to where they were", where);
}

int main(void)
{
    flood_widen();
    harness_database("flood_idle");
    char *token = harness_token("929", "la_admin", NULL);
    harness_start(&server, (const char *[]){"authority_rate=0", NULL});
    options = (struct honest_options){.url = server.ipc_url, .token = token, .rest_ms = 2};
    struct honest_figures quiet = honest_for(&options, figures_size(300, 10000));
    flood(true, &quiet); // first: what TLS leaves to the allocator would hide what these take
    flood(false, &quiet);
    figures_row("F13", FIGURES_ALWAYS, !flood_alive(&server), 0, "", "server gone");
    free(token);
    return flood_end(&server);
}
