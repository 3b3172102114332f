#include "server/transport/listener.h"

#include "common/frame.h"
#include "common/log.h"
#include "envelope.pb-c.h"

#include <errno.h>
#include <nng/protocol/reqrep0/req.h>
#include <nng/supplemental/tls/tls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PEM_MAX = 64 * 1024 };

static const char secure_scheme[] = "tls+tcp://", local_scheme[] = "ipc://";

static bool accept_url(struct listener *l, const char *url, size_t n)
{
    if (n >= sizeof l->url) {
        log_line(LOG_ERROR, "listen: a URL is longer than %d bytes", URL_MAX_BYTES - 1);
        return false;
    }
    *l = (struct listener){0};
    memcpy(l->url, url, n);
    l->secure = strncmp(l->url, secure_scheme, strlen(secure_scheme)) == 0;
    if (l->secure || strncmp(l->url, local_scheme, strlen(local_scheme)) == 0)
        return true;
    log_line(LOG_ERROR,
        "listen: %s is refused: one connection can kill nng 1.5.2's plain TCP listener, and its HTTP parser reads past "
        "its buffer; use tls+tcp://HOST:PORT or ipc://PATH",
        l->url);
    return false;
}

int listener_parse(struct listener *listeners, const struct options *o)
{
    int n = 0;
    for (const char *at = o->listen; *at;) {
        at += strspn(at, ", ");
        size_t length = strcspn(at, ", ");
        if (length == 0)
            break;
        if (n == LISTENERS_MAX || !accept_url(&listeners[n++], at, length))
            return 0;
        at += length;
    }
    if (n == 0)
        log_line(LOG_ERROR, "listen: no URL to listen on");
    return n;
}

// read_pem reads a whole PEM file; the caller frees it. NULL with the reason in the log.
static char *read_pem(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = calloc(1, PEM_MAX);
    if (!file || !text || fread(text, 1, PEM_MAX - 1, file) == 0) {
        log_line(LOG_ERROR, "listen: cannot read \"%s\": %s", path, strerror(errno));
        free(text);
        text = NULL;
    }
    if (file)
        fclose(file);
    return text;
}

static bool secure(struct listener *l, const struct options *o)
{
    nng_tls_config *config = NULL;
    char *certificate = read_pem(o->tls_certificate), *key = read_pem(o->tls_key);
    int rv = certificate && key ? nng_tls_config_alloc(&config, NNG_TLS_MODE_SERVER) : NNG_EINVAL;
    if (rv == 0)
        rv = nng_tls_config_own_cert(config, certificate, key, NULL);
    free(certificate);
    if (key)
        explicit_bzero(key, PEM_MAX);
    free(key);
    if (rv != 0) {
        log_line(LOG_ERROR, "listen: %s: certificate %s and key %s: %s", l->url, o->tls_certificate, o->tls_key,
            nng_strerror(rv));
        return false;
    }
    return nng_listener_set_ptr(l->handle, NNG_OPT_TLS_CONFIG, config) ==
           0; // the config stays for ever: nng 1.5.2 miscounts its owners
}

bool listener_open(struct listener *l, nng_socket socket, const struct options *o)
{
    int rv = nng_listener_create(&l->handle, socket, l->url);
    if (rv != 0) {
        log_line(LOG_ERROR, "listen: %s: %s", l->url, nng_strerror(rv));
        return false;
    }
    if (l->secure && !secure(l, o))
        return false;
    nng_listener_set_size(l->handle, NNG_OPT_RECVMAXSZ, FRAME_REQUEST_MAX);
    rv = nng_listener_start(l->handle, 0);
    if (rv != 0)
        log_line(LOG_ERROR, "listen: %s: %s", l->url, nng_strerror(rv));
    else if (!l->secure)
        chmod(l->url + strlen(local_scheme), 0666); // who may call is the token's matter; the directory may say more
    l->misses = 0;
    return rv == 0;
}

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
static bool dial(nng_socket socket, const struct listener *l)
{
    nng_dialer dialer;
    nng_tls_config *config;
    if (nng_dialer_create(&dialer, socket, l->url) != 0)
        return false;
    if (l->secure) {
        if (nng_tls_config_alloc(&config, NNG_TLS_MODE_CLIENT) != 0)
            return false;
        nng_tls_config_auth_mode(config, NNG_TLS_AUTH_MODE_NONE);
        nng_dialer_set_ptr(dialer, NNG_OPT_TLS_CONFIG, config);
        nng_tls_config_free(config);
    }
    return nng_dialer_start(dialer, NNG_FLAG_NONBLOCK) == 0;
}

bool listener_answers(const struct listener *l, int timeout_ms)
{
    nng_socket socket;
    if (nng_req0_open(&socket) != 0)
        return true; // no means to ask is no answer about the listener
    nng_socket_set_ms(socket, NNG_OPT_REQ_RESENDTIME, NNG_DURATION_INFINITE);
    nng_socket_set_ms(socket, NNG_OPT_SENDTIMEO, timeout_ms);
    nng_socket_set_ms(socket, NNG_OPT_RECVTIMEO, timeout_ms);
    nng_msg *message = dial(socket, l) ? health_request() : NULL;
    bool answered = false;
    if (message && nng_sendmsg(socket, message, 0) != 0) {
        nng_msg_free(message);
    } else if (message && nng_recvmsg(socket, &message, 0) == 0) {
        nng_msg_free(message);
        answered = true;
    }
    nng_close(socket);
    return answered;
}
