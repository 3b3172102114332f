#include "server/transport/tls.h"

#include "common/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PEM_MAX = 256 * 1024 };

// read_pem reads a whole PEM file; release_pem frees it. NULL with the reason in the log.
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

static void release_pem(char *text)
{
    if (text)
        explicit_bzero(text, PEM_MAX);
    free(text);
}

static int require_client(nng_tls_config *config, const char *ca)
{
    char *text = read_pem(ca);
    int rv = text ? nng_tls_config_ca_chain(config, text, NULL) : NNG_EINVAL;
    release_pem(text);
    return rv == 0 ? nng_tls_config_auth_mode(config, NNG_TLS_AUTH_MODE_REQUIRED) : rv;
}

nng_tls_config *tls_config(const struct options *o, const char *ca)
{
    nng_tls_config *config = NULL;
    char *certificate = read_pem(o->tls_certificate), *key = read_pem(o->tls_key);
    int rv = certificate && key ? nng_tls_config_alloc(&config, NNG_TLS_MODE_SERVER) : NNG_EINVAL;
    if (rv == 0)
        rv = nng_tls_config_own_cert(config, certificate, key, NULL);
    if (rv == 0 && *ca)
        rv = require_client(config, ca);
    release_pem(certificate);
    release_pem(key);
    if (rv == 0)
        return config;
    log_line(LOG_ERROR, "listen: certificate %s, key %s%s%s: %s", o->tls_certificate, o->tls_key,
        *ca ? ", authority of clients " : "", ca, nng_strerror(rv));
    return NULL;
}
