#include "server/transport/tls.h"

#include "common/log.h"

#include <openssl/err.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const char *tls_why(void)
{
    const char *why = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return why ? why : "no reason known";
}

static bool refuse(const char *what, const char *path)
{
    log_line(LOG_ERROR, "listen: cannot use \"%s\" as %s: %s", path, what, tls_why());
    return false;
}

static bool own(SSL_CTX *context, const struct options *o)
{
    if (SSL_CTX_use_certificate_chain_file(context, o->tls_certificate) != 1)
        return refuse("the certificate", o->tls_certificate);
    if (SSL_CTX_use_PrivateKey_file(context, o->tls_key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1)
        return refuse("its key", o->tls_key);
    return true;
}

// heed_revocations makes a context ask the revocation lists that a file has beside the authorities.
static void heed_revocations(SSL_CTX *context, const char *path)
{
    FILE *file = fopen(path, "r");
    X509_CRL *list = file ? PEM_read_X509_CRL(file, NULL, NULL, NULL) : NULL;
    if (list)
        X509_STORE_set_flags(SSL_CTX_get_cert_store(context), X509_V_FLAG_CRL_CHECK);
    X509_CRL_free(list);
    if (file)
        fclose(file);
    ERR_clear_error();
}

static bool require_client(SSL_CTX *context, const char *ca)
{
    if (SSL_CTX_load_verify_file(context, ca) != 1) // takes revocation lists too
        return refuse("the authority of clients", ca);
    heed_revocations(context, ca);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    return true;
}

SSL_CTX *tls_context(const struct options *o, const char *ca)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (!context)
        return NULL;
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
    SSL_CTX_set_options(
        context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS); // an idle connection holds none
    if (own(context, o) && (!*ca || require_client(context, ca)))
        return context;
    SSL_CTX_free(context);
    return NULL;
}
