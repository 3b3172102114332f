#include "server/transport/probe.h"

#include "common/frame.h"
#include "common/log.h"
#include "envelope.pb-c.h"
#include "server/self.h"

#include <nng/nng.h>
#include <nng/protocol/reqrep0/req.h>
#include <nng/supplemental/tls/tls.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static nng_msg *health_request(void)
{
    Improve__Rpc__CallHeader header = IMPROVE__RPC__CALL_HEADER__INIT;
    header.method = (char[]){"/grpc.health.v1.Health/Check"};
    nng_msg *message;
    if (nng_msg_alloc(&message, frame_size(&header.base, 0)) != 0)
        return NULL;
    frame_join(&header.base, nng_msg_body(message));
    return message;
}

// dial connects a socket of our own to the listener, without checking the certificate: it is ourselves we call, to see
// that we answer.
static bool dial(nng_socket socket, const char *url)
{
    nng_dialer dialer;
    nng_tls_config *config;
    if (nng_dialer_create(&dialer, socket, url) != 0)
        return false;
    if (strncmp(url, "tls+tcp://", 10) == 0) {
        if (nng_tls_config_alloc(&config, NNG_TLS_MODE_CLIENT) != 0)
            return false;
        nng_tls_config_auth_mode(config, NNG_TLS_AUTH_MODE_NONE);
        nng_dialer_set_ptr(dialer, NNG_OPT_TLS_CONFIG, config);
        nng_tls_config_free(config);
    }
    return nng_dialer_start(dialer, NNG_FLAG_NONBLOCK) == 0;
}

static bool answers(const char *url, int timeout_ms)
{
    nng_socket socket;
    if (nng_req0_open(&socket) != 0)
        return true; // no means to ask is no answer about the listener
    nng_socket_set_ms(socket, NNG_OPT_REQ_RESENDTIME, NNG_DURATION_INFINITE);
    nng_socket_set_ms(socket, NNG_OPT_SENDTIMEO, timeout_ms);
    nng_socket_set_ms(socket, NNG_OPT_RECVTIMEO, timeout_ms);
    nng_msg *message = dial(socket, url) ? health_request() : NULL;
    bool answered = false;
    if (message && nng_sendmsg(socket, message, 0) != 0) {
        nng_msg_free(message);
    } else if (message && nng_recvmsg(socket, &message, 0) == 0) {
        nng_msg_free(message);
        answered = true;
    }
    return answered; // the socket ends with this process: nng 1.5.2 may wait for ever in nng_close
}

int probe_main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    alarm(PROBE_LIFE_S);
    _exit(answers(argv[1], atoi(argv[2])) ? 0 : 1);
}

bool probe_run(const char *url, int timeout_ms)
{
    char timeout[16];
    pid_t pid;
    int status;
    snprintf(timeout, sizeof timeout, "%d", timeout_ms);
    const char *argv[] = {"improved", "probe", url, timeout, NULL};
    int rv = posix_spawn(&pid, self_path(), NULL, NULL, (char *const *)(uintptr_t)argv, environ);
    if (rv != 0) {
        log_line(LOG_WARNING, "listen: cannot probe: %s", strerror(rv));
        return true; // no means to ask is no answer about the listener
    }
    return waitpid(pid, &status, 0) != pid || (WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
