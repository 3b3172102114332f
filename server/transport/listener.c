#include "server/transport/listener.h"

#include "common/frame.h"
#include "common/log.h"
#include "server/transport/tls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

static bool parse_urls(struct listener *listeners, int *n, const struct options *o)
{
    for (const char *at = o->listen; *(at += strspn(at, ", "));) {
        size_t length = strcspn(at, ", ");
        if (*n == LISTENERS_MAX || !accept_url(&listeners[(*n)++], at, length))
            return false;
        at += length;
    }
    return true;
}

// parse_gate reads one gate: CODE=tls+tcp://HOST:PORT=CA_FILE.
static bool parse_gate(struct listener *l, const char *text, size_t length)
{
    char gate[2 * URL_MAX_BYTES] = "";
    if (length < sizeof gate)
        memcpy(gate, text, length);
    char *url = strchr(gate, '='), *ca = url ? strchr(url + 1, '=') : NULL;
    int authority = url == gate + 3 && strspn(gate, "0123456789") == 3 ? atoi(gate) : 0;
    if (authority == 0 || !ca || strlen(ca + 1) >= sizeof l->ca) {
        log_line(LOG_ERROR, "gates: \"%.*s\" is none; CODE=tls+tcp://HOST:PORT=CA_FILE is", (int)length, text);
        return false;
    }
    if (!accept_url(l, url + 1, (size_t)(ca - url - 1)))
        return false;
    l->gate = authority;
    snprintf(l->ca, sizeof l->ca, "%s", ca + 1);
    if (!l->secure)
        log_line(LOG_ERROR, "gates: %s cannot ask for a certificate; tls+tcp://HOST:PORT can", l->url);
    return l->secure;
}

static bool parse_gates(struct listener *listeners, int *n, const struct options *o)
{
    for (const char *at = o->gates; *(at += strspn(at, ", "));) {
        size_t length = strcspn(at, ", ");
        if (*n == LISTENERS_MAX || !parse_gate(&listeners[(*n)++], at, length))
            return false;
        at += length;
    }
    return true;
}

int listener_parse(struct listener *listeners, const struct options *o)
{
    int n = 0;
    if (!parse_urls(listeners, &n, o) || !parse_gates(listeners, &n, o))
        return 0;
    if (n == 0)
        log_line(LOG_ERROR, "listen: no URL to listen on");
    return n;
}

static bool begin(struct listener *l, nng_socket socket, nng_tls_config *config)
{
    int rv = nng_listener_create(&l->handle, socket, l->url);
    if (rv == 0 && config)
        rv = nng_listener_set_ptr(l->handle, NNG_OPT_TLS_CONFIG, config);
    if (rv == 0)
        nng_listener_set_size(l->handle, NNG_OPT_RECVMAXSZ, FRAME_REQUEST_MAX);
    if (rv == 0)
        rv = nng_listener_start(l->handle, 0);
    if (rv != 0)
        log_line(LOG_ERROR, "listen: %s: %s", l->url, nng_strerror(rv));
    else if (!l->secure)
        chmod(l->url + strlen(local_scheme), 0666); // who may call is the token's matter; the directory may say more
    l->misses = 0;
    return rv == 0;
}

bool listener_open(struct listener *l, nng_socket socket, const struct options *o)
{
    nng_tls_config *config = l->secure ? tls_config(o, l->ca) : NULL;
    return (config || !l->secure) && begin(l, socket, config);
}
