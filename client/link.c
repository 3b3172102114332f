#include "client/link_private.h"
#include "common/frame.h"

#include <errno.h>
#include <nng/protocol/reqrep0/req.h>
#include <nng/transport/tls/tls.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void on_pipe(nng_pipe pipe, nng_pipe_ev event, void *data)
{
    struct link *l = data;
    pthread_mutex_lock(&l->mutex);
    if (nng_socket_id(nng_pipe_socket(pipe)) != nng_socket_id(l->socket)) {
        // of a socket that the link has left
    } else if (event == NNG_PIPE_EV_ADD_POST) {
        l->pipes++;
    } else if (l->pipes > 0 && --l->pipes == 0) {
        l->alone_since = nng_clock();
    }
    pthread_mutex_unlock(&l->mutex);
}

bool link_refuse(char *why, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(why, size, format, args);
    va_end(args);
    return false;
}

// set_tls makes the TLS configuration: the server is always verified, by authority and by name.
static bool set_tls(struct link *l, const struct link_options *o, char *why, size_t size)
{
    char host[256];
    const char *start = strstr(o->url, "://") + 3, *name = o->server_name;
    if (!name) {
        const char *end = *start == '[' ? strchr(start, ']') : strrchr(start, ':');
        start += *start == '[';
        snprintf(host, sizeof host, "%.*s", (int)(end && end > start ? end - start : (ptrdiff_t)strlen(start)), start);
        name = host;
    }
    if (!o->ca_file)
        return link_refuse(why, size, "no CA file for %s: give --ca, or ca= in the profile", o->url);
    if (access(o->ca_file, R_OK) != 0)
        return link_refuse(why, size, "cannot read the CA file %s: %s", o->ca_file, strerror(errno));
    int rv = nng_tls_config_alloc(&l->tls, NNG_TLS_MODE_CLIENT);
    if (rv == 0)
        rv = nng_tls_config_auth_mode(l->tls, NNG_TLS_AUTH_MODE_REQUIRED);
    if (rv == 0)
        rv = nng_tls_config_server_name(l->tls, name);
    if (rv == 0 && (rv = nng_tls_config_ca_file(l->tls, o->ca_file)) != 0)
        return link_refuse(why, size, "%s is no file of certificates: %s", o->ca_file, nng_strerror(rv));
    if (rv == 0 && o->certificate && (rv = nng_tls_config_cert_key_file(l->tls, o->certificate, NULL)) != 0)
        return link_refuse(why, size, "%s holds no certificate with its key: %s", o->certificate, nng_strerror(rv));
    return rv == 0 || link_refuse(why, size, "TLS: %s", nng_strerror(rv));
}

// dial opens a socket of its own and begins to connect it. The socket and dialer that the link had are the caller's to
// end.
static int dial(struct link *l)
{
    int rv = nng_req0_open(&l->socket);
    if (rv != 0)
        return rv;
    nng_socket_set_ms(
        l->socket, NNG_OPT_REQ_RESENDTIME, NNG_DURATION_INFINITE); // we try again ourselves, under the same request id
    nng_socket_set_size(l->socket, NNG_OPT_RECVMAXSZ, FRAME_REPLY_MAX + SP_HEADER);
    nng_socket_set_ms(l->socket, NNG_OPT_RECONNMINT, RECONNECT_FIRST_MS);
    nng_socket_set_ms(l->socket, NNG_OPT_RECONNMAXT, RECONNECT_MOST_MS);
    nng_pipe_notify(l->socket, NNG_PIPE_EV_ADD_POST, on_pipe, l);
    nng_pipe_notify(l->socket, NNG_PIPE_EV_REM_POST, on_pipe, l);
    rv = nng_dialer_create(&l->dialer, l->socket, l->url);
    if (rv == 0 && l->tls)
        rv = nng_dialer_set_ptr(l->dialer, NNG_OPT_TLS_CONFIG, l->tls);
    return rv == 0 ? nng_dialer_start(l->dialer, NNG_FLAG_NONBLOCK) : rv;
}

static bool connect_link(struct link *l, const struct link_options *o, char *why, size_t size)
{
    bool tls = strncmp(o->url, "tls+tcp://", 10) == 0;
    if (!tls && strncmp(o->url, "ipc://", 6) != 0)
        return link_refuse(why, size, "%s is no address of a server: it begins with tls+tcp:// or ipc://", o->url);
    if (tls)
        nng_tls_register();
    if (tls && !set_tls(l, o, why, size))
        return false;
    int rv = dial(l);
    return rv == 0 || link_refuse(why, size, "%s is no address of a server: %s", o->url, nng_strerror(rv));
}

static void forget_pipes(nng_socket socket)
{
    nng_pipe_notify(socket, NNG_PIPE_EV_ADD_POST, NULL, NULL);
    nng_pipe_notify(socket, NNG_PIPE_EV_REM_POST, NULL, NULL);
}

static void *close_dialer(void *id)
{
    nng_dialer_close((nng_dialer){.id = (uint32_t)(uintptr_t)id});
    return NULL;
}

// leave closes a dialer on a thread of its own: it waits for nng's few threads, and completion functions run on those.
// Four links that dialled anew at once waited for each other for ever.
static void leave(nng_dialer dialer)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, close_dialer, (void *)(uintptr_t)dialer.id) == 0)
        pthread_detach(thread);
}

void link_redial(struct link *l, unsigned edition)
{
    pthread_mutex_lock(&l->mutex);
    bool mine = l->edition == edition;
    nng_dialer dialer = l->dialer;
    nng_socket socket = l->socket;
    if (mine) {
        l->edition++;
        if (l->pipes > 0)
            l->alone_since = nng_clock();
        l->pipes = 0;
        dial(l); // the old socket is left to the process's end, as in link_close
    }
    pthread_mutex_unlock(&l->mutex);
    if (mine) {
        forget_pipes(socket);
        leave(dialer);
    }
}

// take_retired takes the oldest retired context off the list, if it is so old; NULL when none is. The caller frees it.
static struct retired *take_retired(struct link *l, nng_time age_ms)
{
    pthread_mutex_lock(&l->mutex);
    struct retired *r = l->oldest;
    if (r && nng_clock() - r->at >= age_ms) {
        l->oldest = r->next;
        if (!l->oldest)
            l->newest = NULL;
    } else {
        r = NULL;
    }
    pthread_mutex_unlock(&l->mutex);
    return r;
}

static void close_retired(struct link *l, nng_time age_ms)
{
    for (struct retired *r; (r = take_retired(l, age_ms));) {
        nng_ctx_close(r->ctx);
        free(r);
    }
}

void link_retire(struct link *l, nng_ctx ctx)
{
    struct retired *r = calloc(1, sizeof *r);
    if (!r)
        return; // the context stays open till the process ends
    *r = (struct retired){.ctx = ctx, .at = nng_clock()};
    pthread_mutex_lock(&l->mutex);
    if (l->newest)
        l->newest->next = r;
    else
        l->oldest = r;
    l->newest = r;
    pthread_mutex_unlock(&l->mutex);
    close_retired(l, RETIRED_MS);
}

nng_socket link_socket(struct link *l, unsigned *edition)
{
    pthread_mutex_lock(&l->mutex);
    nng_socket socket = l->socket;
    *edition = l->edition;
    pthread_mutex_unlock(&l->mutex);
    return socket;
}

struct link *link_open(const struct link_options *options, char *why, size_t why_size)
{
    struct link *l = calloc(1, sizeof *l);
    if (!l || sodium_init() < 0) {
        free(l);
        link_refuse(why, why_size, "out of memory");
        return NULL;
    }
    pthread_mutex_init(&l->mutex, NULL);
    pthread_cond_init(&l->quiet, NULL);
    l->connect_ms = options->connect_ms > 0 ? options->connect_ms : LINK_CONNECT_MS;
    l->renew = options->renew;
    l->renew_data = options->renew_data;
    l->alone_since = nng_clock();
    l->url = strdup(options->url);
    if (!l->url || !connect_link(l, options, why, why_size)) {
        link_close(l);
        return NULL;
    }
    return l;
}

void link_close(struct link *l)
{
    if (!l)
        return;
    pthread_mutex_lock(&l->mutex);
    while (l->working > 0)
        pthread_cond_wait(&l->quiet, &l->mutex);
    pthread_mutex_unlock(&l->mutex);
    for (struct call *c = l->all, *next; c; c = next) {
        next = c->born;
        nng_aio_free(c->aio); // waits until its last completion has returned
        if (c->has_ctx)
            nng_ctx_close(c->ctx);
        arena_release(&c->arena);
        free(c);
    }
    close_retired(l, 0);
    // The socket is left to the process's end: nng 1.5.2 may wait for ever in nng_close after a connection was lost.
    // Nothing that works on it remains.
    if (nng_socket_id(l->socket) > 0)
        forget_pipes(l->socket);
    if (nng_dialer_id(l->dialer) > 0)
        nng_dialer_close(l->dialer);
    pthread_cond_destroy(&l->quiet);
    pthread_mutex_destroy(&l->mutex);
    free(l->url);
    sodium_memzero(l->token, sizeof l->token);
    free(l);
}

void link_alone_why(struct link *l, char *to, size_t size)
{
    nng_stat *all = NULL;
    snprintf(to, size, "no answer");
    if (nng_stats_get(&all) != 0)
        return;
    nng_stat *dialer = nng_stat_find_dialer(all, l->dialer);
    static const struct {
        const char *counter, *text;
    } reasons[] = {{"refused", "connection refused"},
        {"auth", "its certificate is not one that the CA file and server name accept"}, {"timeout", "no answer"},
        {"proto", "it is no improve server"}};
    for (size_t i = 0; dialer && i < sizeof reasons / sizeof *reasons; i++) {
        nng_stat *s = nng_stat_find(dialer, reasons[i].counter);
        if (s && nng_stat_value(s) > 0) {
            snprintf(to, size, "%s", reasons[i].text);
            break;
        }
    }
    nng_stats_free(all);
}

bool link_is_alone(struct link *l, nng_time *since)
{
    pthread_mutex_lock(&l->mutex);
    bool alone = l->pipes == 0;
    *since = l->alone_since;
    pthread_mutex_unlock(&l->mutex);
    return alone;
}
