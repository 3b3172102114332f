// F10: clients that ask and never read. Each is closed within three seconds, and honest callers hardly notice.
#include "tests/flood/flood.h"
#include "tests/flood/honest.h"
#include "tests/flood/sockets.h"
#include "tests/support/raw.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// Answers to so many requests are far more than any buffers on the way hold; an attacker that asked on would only take
// the processor, which the test needs too.
enum { CLIENTS_MOST = 1000, ASKED_MOST = 2000, PATIENCE_MS = 15000 };

struct offender {
    pthread_t thread;
    bool ipc;
    long asked;
    double borne; // seconds until it was closed
};

static struct harness_server server;
static struct honest_options options;
static struct offender offenders[CLIENTS_MOST];
static uint8_t *request;
static size_t request_size;

// make_request makes a small request with a large answer: the descriptor of a whole file.
static void make_request(void)
{
    static const char method[] = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    Improve__Rpc__CallHeader header = IMPROVE__RPC__CALL_HEADER__INIT;
    header.method = (char *)(uintptr_t)method;
    size_t payload_size;
    uint8_t *payload = harness_pack(method, "{\"file_containing_symbol\":\"improve.v1.Partners\"}", &payload_size);
    request = raw_frame(&header, payload, payload_size, &request_size);
    free(payload);
}

// ask asks again and again on a connection, never reads, and returns when it is closed, at the latest after
// PATIENCE_MS.
static void ask(struct offender *o, int fd, struct tls *t)
{
    uint8_t *frame = malloc(IPC_HEAD_SIZE + request_size);
    size_t head = sockets_head(frame, o->ipc, request_size, 1), size = head + request_size;
    memcpy(frame + head, request, request_size);
    for (bool open = true; open && o->asked < ASKED_MOST; o->asked += open)
        open = t ? tls_write(t, frame, size) : send(fd, frame, size, MSG_NOSIGNAL) == (ssize_t)size;
    free(frame);
    poll(&(struct pollfd){.fd = fd}, 1, PATIENCE_MS); // for the end only
}

static void *offend(void *data)
{
    struct offender *o = data;
    uint8_t hello[SP_HELLO_SIZE];
    uint64_t began = harness_ms();
    int fd = o->ipc ? sockets_ipc(server.ipc_url) : sockets_tcp(flood_port(&server), 0);
    sockets_patience(fd, PATIENCE_MS);
    struct tls *t = o->ipc ? NULL : tls_open(fd, -1);
    if (o->ipc ? sockets_hello(fd) : t && tls_write(t, sp_hello, sizeof hello) && tls_read(t, hello, sizeof hello)) {
        began = harness_ms();
        ask(o, fd, t);
    }
    o->borne = (double)(harness_ms() - began) / 1000;
    if (t)
        tls_release(t);
    close(fd);
    return NULL;
}

// attack lets n offenders ask until all are closed, and gives the seconds that the longest was borne.
static double attack(bool ipc, long n, long *asked)
{
    double longest = 0;
    for (long i = 0; i < n; i++) {
        offenders[i] = (struct offender){.ipc = ipc};
        if (pthread_create(&offenders[i].thread, NULL, offend, &offenders[i]) != 0)
            abort();
    }
    for (long i = 0; i < n; i++) {
        pthread_join(offenders[i].thread, NULL);
        *asked += offenders[i].asked;
        longest = offenders[i].borne > longest ? offenders[i].borne : longest;
    }
    return longest;
}

static void flood(bool ipc, const struct honest_figures *quiet)
{
    const char *where = ipc ? "ipc" : "tls";
    long n = figures_size(5, 100), files = flood_baseline(server.pid), asked = 0;
    struct honest *honest = honest_start(&options);
    harness_rest(200);
    double longest = attack(ipc, n, &asked);
    harness_rest(figures_size(200, 8000));
    struct honest_figures loud = honest_stop(honest);
    figures_note("F10", "%s: %ld clients that do not read: %ld requests", where, n, asked);
    figures_note("F10", "%s: honest: quiet p50 %.2f, p99 %.2f ms; loud %ld calls, p50 %.2f, p99 %.2f, longest %.0f ms",
        where, quiet->p50_ms, quiet->p99_ms, loud.calls, loud.p50_ms, loud.p99_ms, loud.longest_ms);
    figures_row("F10", FIGURES_ALWAYS, (double)(loud.failed + !flood_alive(&server)), 0, "",
        "%s: honest calls refused, server gone", where);
    figures_row("F10", FIGURES_ALWAYS, loud.longest_ms / 1000, 5, "s", "%s: longest honest call", where);
    figures_row("F10", FIGURES_ALWAYS, longest, figures_full() ? 3 : 10, "s", "%s: longest that one was borne", where);
    figures_row(
        "F10", FIGURES_AT_FULL_SIZE, loud.p99_ms / quiet->p99_ms, 2, "x", "%s: p99 of honest calls, to quiet", where);
    figures_row("F10", FIGURES_ALWAYS, flood_settle(server.pid, files + 2, 30), 30, "s",
        "%s: descriptors back to where they were", where);
}

int main(void)
{
    flood_widen();
    harness_database("flood_unread");
    char *token = harness_token("929", "la_admin", NULL);
    harness_start(&server, (const char *[]){"authority_rate=0", NULL});
    make_request();
    options = (struct honest_options){.url = server.tls_url, .ca_file = server.ca_file, .token = token, .rest_ms = 2};
    struct honest_figures quiet = honest_for(&options, figures_size(500, 8000));
    flood(false, &quiet);
    options.url = server.ipc_url;
    quiet = honest_for(&options, figures_size(500, 8000));
    flood(true, &quiet);
    free(request);
    free(token);
    return flood_end(&server);
}
