#ifndef SERVER_TRANSPORT_LISTENER_H
#define SERVER_TRANSPORT_LISTENER_H

#include "server/options.h"

#include <openssl/ssl.h>
#include <stdbool.h>

enum { LISTENERS_MAX = 40, URL_MAX_BYTES = 256 };

// One URL that we listen on.
struct listener {
    char url[URL_MAX_BYTES];
    bool secure;            // tls+tcp://
    int gate;               // the authority whose calls come here only, with a client certificate; 0 for none
    char ca[URL_MAX_BYTES]; // PEM file: who signs those certificates
    int fd;                 // the listening socket
    SSL_CTX *context;       // of new connections; NULL on a local socket
};

// listener_parse makes listeners from o->listen and o->gates, and refuses transports that are not safe to face anyone.
// Returns their number, 0 when there is none or one is refused (said in the log).
int listener_parse(struct listener *listeners, const struct options *o);

// listener_open binds and listens, without blocking, and reads certificate and key for tls+tcp://. The file of a local
// socket that nobody listens on is replaced. False with the reason in the log.
bool listener_open(struct listener *l, const struct options *o);

#endif
