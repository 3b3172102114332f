#ifndef SERVER_TRANSPORT_LISTENER_H
#define SERVER_TRANSPORT_LISTENER_H

#include "server/options.h"

#include <nng/nng.h>
#include <stdbool.h>

enum { LISTENERS_MAX = 8, URL_MAX_BYTES = 256 };

// One URL that we listen on.
struct listener {
    char url[URL_MAX_BYTES];
    nng_listener handle;
    bool secure; // tls+tcp://
    int misses;  // probes without an answer, running
};

// listener_open listens on l->url with socket; o names certificate and key for tls+tcp://. False with the reason in the
// log.
bool listener_open(struct listener *l, nng_socket socket, const struct options *o);

// listener_parse splits o->listen into listeners and refuses transports that are not safe to face anyone. Returns their
// number, 0 when there is none or one is refused (said in the log).
int listener_parse(struct listener *listeners, const struct options *o);

// listener_answers calls the health method through the listener as a client would, waiting at most timeout ms. Blocks.
bool listener_answers(const struct listener *l, int timeout_ms);

#endif
