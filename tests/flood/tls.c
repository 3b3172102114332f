// TLS for attackers: mbedTLS on a socket, through functions that count, cut and spoil what is sent.
#include "tests/flood/sockets.h"

#include <errno.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

struct tls {
    mbedtls_ssl_context ssl;
    int fd;
    long sent, most, flip;
};

static mbedtls_ssl_config config; // made once
static pthread_once_t once = PTHREAD_ONCE_INIT;

// random_bytes keeps no state, so that threads may share the configuration.
static int random_bytes(void *data, unsigned char *to, size_t n)
{
    (void)data;
    return getrandom(to, n, 0) == (ssize_t)n ? 0 : -1; // up to 256 bytes come at once
}

static void make_config(void)
{
    mbedtls_ssl_config_init(&config);
    if (mbedtls_ssl_config_defaults(
            &config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT) != 0)
        abort();
    mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_NONE);
    mbedtls_ssl_conf_rng(&config, random_bytes, NULL);
}

static int send_bytes(void *data, const unsigned char *bytes, size_t n)
{
    struct tls *t = data;
    if (t->most >= 0 && t->sent + (long)n > t->most)
        n = (size_t)(t->most - t->sent);
    if (n == 0)
        return MBEDTLS_ERR_NET_SEND_FAILED;
    unsigned char spoiled[20000];
    for (size_t i = 0; i < n && i < sizeof spoiled; i++)
        spoiled[i] = bytes[i];
    if (t->flip >= 0 && (size_t)t->flip / 8 < n && n <= sizeof spoiled) {
        spoiled[t->flip / 8] ^= (unsigned char)(1 << t->flip % 8);
        bytes = spoiled;
    }
    t->flip = -1;
    ssize_t done = send(t->fd, bytes, n, MSG_NOSIGNAL);
    t->sent += done > 0 ? done : 0;
    return done > 0 ? (int)done : MBEDTLS_ERR_NET_SEND_FAILED;
}

static int receive_bytes(void *data, unsigned char *to, size_t n)
{
    ssize_t done = recv(((struct tls *)data)->fd, to, n, 0);
    return done > 0 ? (int)done : done == 0 ? 0 : MBEDTLS_ERR_NET_RECV_FAILED;
}

struct tls *tls_open(int fd, long most)
{
    pthread_once(&once, make_config);
    struct tls *t = calloc(1, sizeof *t);
    if (!t)
        abort();
    t->fd = fd;
    t->most = most;
    t->flip = -1;
    mbedtls_ssl_init(&t->ssl);
    if (mbedtls_ssl_setup(&t->ssl, &config) != 0)
        abort();
    mbedtls_ssl_set_hostname(&t->ssl, "localhost");
    mbedtls_ssl_set_bio(&t->ssl, t, send_bytes, receive_bytes, NULL);
    if (mbedtls_ssl_handshake(&t->ssl) == 0)
        return t;
    tls_release(t);
    return NULL;
}

bool tls_write(struct tls *t, const void *bytes, size_t n)
{
    for (size_t done = 0; done < n;) {
        int rv = mbedtls_ssl_write(&t->ssl, (const unsigned char *)bytes + done, n - done);
        if (rv <= 0)
            return false;
        done += (size_t)rv;
    }
    return true;
}

bool tls_read(struct tls *t, void *bytes, size_t n)
{
    for (size_t done = 0; done < n;) {
        int rv = mbedtls_ssl_read(&t->ssl, (unsigned char *)bytes + done, n - done);
        if (rv <= 0)
            return false;
        done += (size_t)rv;
    }
    return true;
}

void tls_flip(struct tls *t, long bit)
{
    t->flip = bit;
}

long tls_sent(const struct tls *t)
{
    return t->sent;
}

void tls_release(struct tls *t)
{
    mbedtls_ssl_free(&t->ssl);
    free(t);
}
