// F8: connections that end before, in, or instead of the negotiation. The listeners live, and honest callers, with
// connections that stand and with new ones, are served within two seconds throughout.
#include "tests/flood/flood.h"
#include "tests/flood/honest.h"
#include "tests/flood/sockets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SHAPE_SECONDS = 60 }; // a shape and listener

static struct harness_server server;
static char *token;
static long whole_handshake; // bytes that a client sends until its first request

// One way to behave badly, the n-th time.
struct shape {
    const char *name;
    void (*attack)(int fd, long n);
};

static void fin(int fd, long n)
{
    (void)n;
    sockets_end(fd, true, false);
}

static void rst(int fd, long n)
{
    (void)n;
    sockets_end(fd, false, true);
}

static void fin_then_rst(int fd, long n)
{
    (void)n;
    sockets_end(fd, true, true);
}

static void say(int fd, const void *bytes, size_t size, long n)
{
    send(fd, bytes, size, MSG_NOSIGNAL);
    sockets_end(fd, n % 2, n % 3 == 0);
}

static void partial_hello(int fd, long n)
{
    say(fd, sp_hello, 1 + (size_t)n % (SP_HELLO_SIZE - 1), n);
}

static void wrong_protocol(int fd, long n)
{
    static const uint8_t protocols[] = {0x10, 0x11, 0x20, 0x21, 0x31, 0x50, 0x51, 0x62, 0x63, 0x70};
    uint8_t hello[SP_HELLO_SIZE];
    memcpy(hello, sp_hello, sizeof hello);
    hello[5] = protocols[(size_t)n % sizeof protocols];
    say(fd, hello, sizeof hello, n);
}

static void http_get(int fd, long n)
{
    static const char get[] = "GET /%41%% HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n";
    say(fd, get, sizeof get - 1, n);
}

// cut_tls goes through the handshake, the hello and the head of a request, and stops after the n-th byte.
static void cut_tls(int fd, long n)
{
    uint8_t head[TLS_HEAD_SIZE];
    sockets_patience(fd, 1000);
    struct tls *t = tls_open(fd, whole_handshake ? n % whole_handshake : -1);
    if (t && tls_write(t, sp_hello, sizeof sp_hello) && tls_read(t, head, sizeof sp_hello))
        tls_write(t, head, sockets_head(head, false, 100, 1));
    if (t && !whole_handshake)
        whole_handshake = tls_sent(t);
    if (t)
        tls_release(t);
    sockets_end(fd, n % 2, n % 3 == 0);
}

static const struct shape shapes[] = {{"FIN", fin}, {"RST", rst}, {"FIN, then RST", fin_then_rst},
    {"part of the hello", partial_hello}, {"another protocol", wrong_protocol}, {"HTTP GET", http_get},
    {"TLS cut after each byte", cut_tls}};

// attack makes up to count attacks of a shape, for at most SHAPE_SECONDS, and returns how many it made.
static long attack(const struct shape *shape, bool ipc, long count)
{
    uint64_t until = harness_ms() + SHAPE_SECONDS * 1000;
    long n = 0;
    for (; n < count && harness_ms() < until; n++) {
        int fd = ipc ? sockets_ipc(server.ipc_url) : sockets_tcp(flood_port(&server), 0);
        if (fd >= 0)
            shape->attack(fd, n);
    }
    return n;
}

static struct honest *start_honest(bool ipc, bool fresh)
{
    return honest_start(&(struct honest_options){.url = ipc ? server.ipc_url : server.tls_url,
        .ca_file = server.ca_file,
        .token = token,
        .fresh = fresh,
        .rest_ms = fresh ? 50 : 5});
}

static void flood(const struct shape *shape, bool ipc)
{
    struct honest *standing = start_honest(ipc, false), *fresh = start_honest(ipc, true);
    uint64_t began = harness_ms();
    long made = attack(shape, ipc, figures_size(25, 10000));
    double seconds = (double)(harness_ms() - began + 1) / 1000;
    harness_rest(200);
    struct honest_figures on_standing = honest_stop(standing), on_fresh = honest_stop(fresh);
    const char *where = ipc ? "ipc" : "tls";
    figures_note("F8", "%s, %s: %ld in %.1f s (%.0f a second); %ld and %ld honest calls", where, shape->name, made,
        seconds, (double)made / seconds, on_standing.calls, on_fresh.calls);
    figures_row("F8", FIGURES_ALWAYS, (double)(on_standing.failed + on_fresh.failed + !flood_alive(&server)), 0, "",
        "%s, %s: honest calls refused, server gone", where, shape->name);
    figures_row(
        "F8", FIGURES_AT_FULL_SIZE, on_standing.longest_ms / 1000, 2, "s", "%s, %s: longest call", where, shape->name);
    figures_row("F8", FIGURES_AT_FULL_SIZE, on_fresh.longest_ms / 1000, 2, "s", "%s, %s: longest connect and call",
        where, shape->name);
}

int main(void)
{
    harness_database("flood_negotiation");
    token = harness_token("929", "la_admin", NULL);
    harness_start(&server, (const char *[]){"authority_rate=0", NULL});
    long files = flood_baseline(server.pid);
    int fd = sockets_tcp(flood_port(&server), 0);
    cut_tls(fd, 0); // whole, to learn its length
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        flood(&shapes[i], false);
        if (shapes[i].attack != cut_tls)
            flood(&shapes[i], true);
    }
    figures_note("F8", "descriptors: %ld before, %ld after", files, flood_files(server.pid));
    figures_row(
        "F8", FIGURES_ALWAYS, flood_settle(server.pid, files + 2, 30), 30, "s", "descriptors back to where they were");
    free(token);
    return flood_end(&server);
}
