#ifndef SERVER_TRANSPORT_TLS_H
#define SERVER_TRANSPORT_TLS_H

#include "server/options.h"

#include <nng/nng.h>
#include <nng/supplemental/tls/tls.h>

// tls_config makes the configuration of a listener from o's certificate and key; where ca is not "", clients must show
// a certificate that one of that PEM file's authorities signed. Read from the files each time, so that new ones take
// effect on the next listening. The configuration is never freed: nng 1.5.2 miscounts its owners. NULL, with the reason
// in the log, when a file cannot be used.
nng_tls_config *tls_config(const struct options *o, const char *ca);

#endif
