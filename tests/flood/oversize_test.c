// F12: requests larger than a request may be, or that say they are; and small ones that would grow large in memory.
#include "common/frame.h"
#include "tests/flood/flood.h"
#include "tests/flood/sockets.h"
#include "tests/support/raw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024, ROUNDS_OF_AMPLIFICATION = 20, ID_SIZE = 4 };

static struct harness_server server;
static char *token;
static uint8_t zeros[CHUNK];

// claim opens a connection, says that a message of this size comes, and sends a little of it. -1 when it was not to be.
static int claim(bool ipc, uint64_t size)
{
    uint8_t head[IPC_HEAD_SIZE], hello[SP_HELLO_SIZE];
    int fd = ipc ? sockets_ipc(server.ipc_url) : sockets_tcp(flood_port(&server), 0);
    size_t n = sockets_head(head, ipc, size, 1);
    sockets_patience(fd, 5000);
    if (ipc && sockets_hello(fd)) {
        send(fd, head, n, MSG_NOSIGNAL);
        send(fd, zeros, sizeof zeros, MSG_NOSIGNAL);
        return fd;
    }
    struct tls *t = ipc ? NULL : tls_open(fd, -1);
    if (!t || !tls_write(t, sp_hello, sizeof sp_hello) || !tls_read(t, hello, sizeof hello)) {
        close(fd);
        return -1;
    }
    if (tls_write(t, head, n))
        tls_write(t, zeros, sizeof zeros);
    tls_release(t);
    return fd;
}

// flood makes n claims, holds them all, and gives how many were not closed.
static long flood(bool ipc, uint64_t size, long n)
{
    long left = 0;
    int *fds = calloc((size_t)n, sizeof *fds);
    for (long i = 0; i < n; i++)
        fds[i] = claim(ipc, size);
    for (long i = 0; i < n; i++) {
        left += fds[i] < 0 || !sockets_closed(fds[i], 3000);
        if (fds[i] >= 0)
            close(fds[i]);
    }
    free(fds);
    return left;
}

static void claims(bool ipc, uint64_t size, const char *what)
{
    long n = figures_size(4, 100), before = flood_memory(server.pid);
    long left = flood(ipc, size, n);
    long grown = flood_memory(server.pid) - before;
    figures_row(
        "F12", FIGURES_ALWAYS, (double)left, 0, "", "%s: %ld messages of %s: taken", ipc ? "ipc" : "tls", n, what);
    figures_row("F12", FIGURES_AT_FULL_SIZE, (double)grown / 1024, 10, "MB", "%s: %ld messages of %s: memory grew",
        ipc ? "ipc" : "tls", n, what);
}

// code_of sends a frame of size bytes and gives the reply's status, or -1.
static int code_of(const uint8_t *frame, size_t size, int timeout_ms)
{
    nng_socket socket = raw_socket(server.ipc_url, timeout_ms);
    Improve__Rpc__ReplyHeader *reply = raw_exchange(socket, frame, size);
    int code = reply ? (int)reply->code : -1;
    if (reply)
        improve__rpc__reply_header__free_unpacked(reply, NULL);
    return code;
}

// frame_of makes a frame of AddPartner with this payload; the caller frees it.
static uint8_t *frame_of(const uint8_t *payload, size_t payload_size, size_t *size)
{
    Improve__Rpc__CallHeader header = IMPROVE__RPC__CALL_HEADER__INIT;
    header.method = (char[]){"/improve.v1.Partners/AddPartner"};
    header.authority = (char[]){"929"};
    header.token = token;
    header.request_id = (char[]){"22222222-2222-4333-8444-000000000012"};
    return raw_frame(&header, payload, payload_size, size);
}

static void limit(void)
{
    size_t size, most = FRAME_REQUEST_MAX - ID_SIZE; // nng counts the request's id
    uint8_t *frame = frame_of(NULL, 0, &size), *whole = calloc(1, most + 1);
    memcpy(whole, frame, size);
    figures_row("F12", FIGURES_ALWAYS, code_of(whole, most, 5000) < 0, 0, "", "a request of the limit: not answered");
    figures_row("F12", FIGURES_ALWAYS, code_of(whole, most + 1, 700) >= 0, 0, "", "one byte more: answered");
    free(whole);
    free(frame);
}

static void amplification(void)
{
    size_t size, payload_size = 400 * 1024;
    uint8_t *payload = malloc(payload_size); // empty strings: 68-fold in memory, were it not for the budget
    for (size_t i = 0; i < payload_size; i += 2)
        memcpy(payload + i, "\x12", 2);
    uint8_t *frame = frame_of(payload, payload_size, &size);
    long taken = 0;
    code_of(frame, size, 5000); // what nng and malloc keep for the next time
    long before = flood_memory(server.pid);
    for (int i = 0; i < ROUNDS_OF_AMPLIFICATION; i++)
        taken += code_of(frame, size, 5000) != STATUS_RESOURCE_EXHAUSTED;
    figures_row(
        "F12", FIGURES_ALWAYS, (double)taken, 0, "", "amplification: not refused, of %d", ROUNDS_OF_AMPLIFICATION);
    figures_row("F12", FIGURES_AT_FULL_SIZE, (double)(flood_memory(server.pid) - before) / 1024, 10, "MB",
        "amplification: memory grew");
    free(frame);
    free(payload);
}

int main(void)
{
    flood_widen();
    harness_database("flood_oversize");
    token = harness_token("929", "la_admin", NULL);
    harness_start(&server, (const char *[]){"authority_rate=0", NULL});
    flood(true, 1000, 1); // first buffers
    flood(false, 1000, 1);
    limit();
    for (int ipc = 0; ipc < 2; ipc++) {
        claims(ipc, FRAME_REQUEST_MAX + 1 - ID_SIZE, "one byte over the limit");
        claims(ipc, 1ull << 30, "1 GiB");
        claims(ipc, 1ull << 62, "2^62 bytes");
    }
    amplification();
    figures_row("F12", FIGURES_ALWAYS, !flood_alive(&server), 0, "", "server gone");
    free(token);
    return flood_end(&server);
}
