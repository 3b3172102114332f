#ifndef SERVER_TRANSPORT_LISTENER_H
#define SERVER_TRANSPORT_LISTENER_H

#include "server/options.h"

#include <nng/nng.h>
#include <stdbool.h>

enum { LISTENERS_MAX = 40, URL_MAX_BYTES = 256 };

// One URL that we listen on.
struct listener {
    char url[URL_MAX_BYTES];
    nng_listener handle;
    bool secure;            // tls+tcp://
    int gate;               // the authority whose calls come here only, with a client certificate; 0 for none
    char ca[URL_MAX_BYTES]; // PEM file: who signs those certificates
    int misses;             // probes without an answer, running
};

// listener_parse makes listeners from o->listen and o->gates, and refuses transports that are not safe to face anyone.
// Returns their number, 0 when there is none or one is refused (said in the log).
int listener_parse(struct listener *listeners, const struct options *o);

// listener_open listens on l->url with socket; o names certificate and key for tls+tcp://. False with the reason in the
// log.
bool listener_open(struct listener *l, nng_socket socket, const struct options *o);

#endif
