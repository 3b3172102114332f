// A connection's bytes, as a local client sends them: hello, heads, messages. The first byte is how many of the others
// are sent at a time.
#include "common/frame.h"
#include "server/transport/peer.h"
#include "server/transport/wire.h"
#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CALLS_AT_ONCE = 4 };

static struct event_base *base;
static int waiting; // requests whose replies are to come

static void on_request(struct peer *p, uint8_t *message, size_t size)
{
    fuzz_must(size <= FRAME_REQUEST_MAX, "a message is within its limit");
    fuzz_must(wire_trace(message, size) <= size, "the ids are within the message");
    fuzz_must(p->greeted, "nothing is taken before the hello");
    fuzz_must(++waiting <= CALLS_AT_ONCE, "no more is taken than may be in flight");
    free(message);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    signal(SIGPIPE, SIG_IGN);
    base = event_base_new();
    fuzz_must(base != NULL, "libevent starts");
    peer_init(&(struct options){.calls_per_pipe = CALLS_AT_ONCE}, on_request);
    return 0;
}

// answer lets the loop turn, and answers what has come.
static void answer(struct peer *p)
{
    do {
        event_base_loop(base, EVLOOP_NONBLOCK);
        for (int n = waiting; n > 0; n--) {
            waiting--;
            peer_reply(p, calloc(1, 16), 16);
        }
        peer_send_all();
    } while (waiting > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct sockaddr local = {.sa_family = AF_UNIX};
    uint8_t drop[4096];
    int pair[2];
    size_t step = size ? 1 + data[0] : 1;
    fuzz_must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0, "there are sockets");
    struct peer *p = peer_open(base, pair[1], &(struct listener){.fd = -1}, &local);
    fuzz_must(p != NULL, "there is memory");
    for (size_t at = 1; at < size && p->stream; at += step) {
        size_t n = size - at < step ? size - at : step;
        if (send(pair[0], data + at, n, MSG_NOSIGNAL) < 0)
            fuzz_must(errno == EPIPE || errno == ECONNRESET || errno == EAGAIN, "sending goes on");
        answer(p);
        while (recv(pair[0], drop, sizeof drop, 0) > 0) {
        }
    }
    close(pair[0]);
    answer(p);
    fuzz_must(!p->stream, "the client's end is seen");
    fuzz_must(peer_buffered() == 0, "nothing is left in buffers");
    peer_free(p);
    event_base_loop(base, EVLOOP_NONBLOCK); // what libevent ends later
    return 0;
}
