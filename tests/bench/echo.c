// The wire's limit: nng's own requests and replies, of given sizes, with nothing done in between.
//
//   echo serve URL REPLY_BYTES [CERTIFICATE_AND_KEY_FILE]
//   echo call URL REQUEST_BYTES IN_FLIGHT SECONDS [CA_FILE]     prints samples_report's line
#include "tests/bench/plan.h"
#include "tests/bench/samples.h"

#include <nng/nng.h>
#include <nng/protocol/reqrep0/rep.h>
#include <nng/protocol/reqrep0/req.h>
#include <nng/supplemental/tls/tls.h>
#include <nng/transport/tls/tls.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CONTEXTS = 128 };

static atomic_int running;
static atomic_bool over;

struct lane {
    nng_ctx ctx;
    nng_aio *aio;
    size_t size; // of what it sends
    bool sending;
    uint64_t began_us;
};

static void must(int rv)
{
    if (rv != 0)
        plan_die(nng_strerror(rv));
}

static void send_bytes(struct lane *lane)
{
    nng_msg *m;
    must(nng_msg_alloc(&m, lane->size));
    memset(nng_msg_body(m), 'x', lane->size);
    lane->sending = true;
    nng_aio_set_msg(lane->aio, m);
    nng_ctx_send(lane->ctx, lane->aio);
}

static void receive(struct lane *lane)
{
    lane->sending = false;
    nng_ctx_recv(lane->ctx, lane->aio);
}

static void on_served(void *data)
{
    struct lane *lane = data;
    if (nng_aio_result(lane->aio) == 0 && !lane->sending) {
        nng_msg_free(nng_aio_get_msg(lane->aio));
        send_bytes(lane);
    } else {
        receive(lane);
    }
}

static void on_called(void *data)
{
    struct lane *lane = data;
    must(nng_aio_result(lane->aio));
    if (lane->sending) {
        receive(lane);
        return;
    }
    nng_msg_free(nng_aio_get_msg(lane->aio));
    samples_add(lane->began_us);
    if (atomic_load(&over)) {
        atomic_fetch_sub(&running, 1);
        return;
    }
    lane->began_us = samples_now();
    send_bytes(lane);
}

static struct lane *make_lanes(nng_socket socket, int n, size_t size, void (*moved)(void *))
{
    struct lane *lanes = calloc((size_t)n, sizeof *lanes);
    for (int i = 0; i < n; i++) {
        must(nng_ctx_open(&lanes[i].ctx, socket));
        must(nng_aio_alloc(&lanes[i].aio, moved, &lanes[i]));
        lanes[i].size = size;
    }
    return lanes;
}

static nng_tls_config *secure(enum nng_tls_mode mode, const char *file)
{
    nng_tls_config *tls;
    must(nng_tls_register());
    must(nng_tls_config_alloc(&tls, mode));
    if (mode == NNG_TLS_MODE_SERVER) {
        must(nng_tls_config_cert_key_file(tls, file, NULL));
    } else {
        must(nng_tls_config_auth_mode(tls, NNG_TLS_AUTH_MODE_REQUIRED));
        must(nng_tls_config_server_name(tls, "localhost"));
        must(nng_tls_config_ca_file(tls, file));
    }
    return tls;
}

static void serve(const char *url, size_t size, const char *file)
{
    nng_socket socket;
    nng_listener listener;
    must(nng_rep0_open(&socket));
    must(nng_listener_create(&listener, socket, url));
    if (file)
        must(nng_listener_set_ptr(listener, NNG_OPT_TLS_CONFIG, secure(NNG_TLS_MODE_SERVER, file)));
    struct lane *lanes = make_lanes(socket, CONTEXTS, size, on_served);
    must(nng_listener_start(listener, 0));
    for (int i = 0; i < CONTEXTS; i++)
        receive(&lanes[i]);
    for (;;)
        pause();
}

static void call(const char *url, size_t size, int in_flight, double seconds, const char *file)
{
    nng_socket socket;
    nng_dialer dialer;
    must(nng_req0_open(&socket));
    must(nng_socket_set_ms(socket, NNG_OPT_REQ_RESENDTIME, NNG_DURATION_INFINITE));
    must(nng_dialer_create(&dialer, socket, url));
    if (file)
        must(nng_dialer_set_ptr(dialer, NNG_OPT_TLS_CONFIG, secure(NNG_TLS_MODE_CLIENT, file)));
    must(nng_dialer_start(dialer, 0));
    struct lane *lanes = make_lanes(socket, in_flight, size, on_called);
    samples_begin();
    atomic_store(&running, in_flight);
    for (int i = 0; i < in_flight; i++) {
        lanes[i].began_us = samples_now();
        send_bytes(&lanes[i]);
    }
    usleep((useconds_t)(seconds * 1e6));
    atomic_store(&over, true);
    while (atomic_load(&running) > 0)
        usleep(1000);
}

int main(int argc, char **argv)
{
    if (argc >= 4 && strcmp(argv[1], "serve") == 0) {
        serve(argv[2], strtoul(argv[3], NULL, 10), argc > 4 ? argv[4] : NULL);
    } else if (argc >= 6 && strcmp(argv[1], "call") == 0) {
        call(argv[2], strtoul(argv[3], NULL, 10), atoi(argv[4]), atof(argv[5]), argc > 6 ? argv[6] : NULL);
        _exit(samples_report());
    }
    plan_die("usage: echo serve URL REPLY_BYTES [FILE] | echo call URL REQUEST_BYTES IN_FLIGHT SECONDS [CA]");
}
