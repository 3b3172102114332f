#ifndef SERVER_TRANSPORT_TLS_H
#define SERVER_TRANSPORT_TLS_H

#include "server/options.h"

#include <openssl/ssl.h>

// tls_context makes the configuration of a listener from o's certificate and key; where ca is not "", clients must show
// a certificate that one of that PEM file's authorities signed, and that none of its revocation lists, where it has
// some, names. Read from the files each time. The caller frees it with SSL_CTX_free. NULL, with the reason in the log,
// when a file cannot be used. Any thread.
SSL_CTX *tls_context(const struct options *o, const char *ca);

// tls_why is the reason of the last failure of this thread's, in OpenSSL's words; valid until the next.
const char *tls_why(void);

#endif
