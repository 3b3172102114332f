#include "server/transport/listener.h"

#include "common/log.h"
#include "server/transport/tls.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

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
        "listen: %s is refused: tokens would cross the network in clear; use tls+tcp://HOST:PORT or ipc://PATH",
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

// bind_to makes a listening socket at an address. -1 with errno set.
static int bind_to(const struct sockaddr *address, socklen_t size)
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, address, size) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

// is_left_behind tells whether nobody listens on a local socket's file.
static bool is_left_behind(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool refused =
        fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 && errno == ECONNREFUSED;
    if (fd >= 0)
        close(fd);
    return refused;
}

static int open_local(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path));
    int fd = bind_to((struct sockaddr *)&address, sizeof address);
    if (fd < 0 && errno == EADDRINUSE && is_left_behind(&address) && unlink(path) == 0)
        fd = bind_to((struct sockaddr *)&address, sizeof address);
    else if (fd < 0 && errno == ECONNREFUSED)
        errno = EADDRINUSE;
    if (fd >= 0)
        chmod(path, 0666); // who may call is the token's matter; the directory may say more
    return fd;
}

// open_network listens on HOST:PORT, [HOST]:PORT, or with no host or * on every address.
static int open_network(const char *where, const char **why)
{
    char host[URL_MAX_BYTES] = "";
    const char *port = strrchr(where, ':');
    size_t n = port ? (size_t)(port - where) : 0;
    if (n > 1 && where[0] == '[' && where[n - 1] == ']')
        memcpy(host, where + 1, n - 2);
    else
        memcpy(host, where, n);
    struct addrinfo *found = NULL, hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    int rv = port ? getaddrinfo(*host && strcmp(host, "*") != 0 ? host : NULL, port + 1, &hints, &found) : EAI_NONAME;
    int fd = rv == 0 ? bind_to(found->ai_addr, found->ai_addrlen) : -1;
    *why = rv == 0 ? strerror(errno) : gai_strerror(rv);
    if (rv == 0)
        freeaddrinfo(found);
    return fd;
}

bool listener_open(struct listener *l, const struct options *o)
{
    const char *why = NULL;
    if (l->secure && !(l->context = tls_context(o, l->ca)))
        return false;
    l->fd = l->secure ? open_network(l->url + strlen(secure_scheme), &why) : open_local(l->url + strlen(local_scheme));
    if (l->fd < 0)
        log_line(LOG_ERROR, "listen: %s: %s", l->url, why ? why : strerror(errno));
    return l->fd >= 0;
}
