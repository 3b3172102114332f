#ifndef TESTS_SUPPORT_FAKE_SERVER_H
#define TESTS_SUPPORT_FAKE_SERVER_H

#include "common/arena.h"
#include "common/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A server of canned answers for tests of the client: it speaks the frame of the real one over any address of nng's.

struct fake_request {
    const Improve__Rpc__CallHeader *header;
    const uint8_t *payload;
    size_t payload_size;
    unsigned number; // of the request, from 1
};

// What to do with a request: fill header and message, or one of the misdeeds.
struct fake_reply {
    Improve__Rpc__ReplyHeader header;
    const ProtobufCMessage *message; // or NULL for an empty payload
    unsigned delay_ms;
    bool drop;       // close the connection instead of answering
    bool ignore;     // never answer
    const char *raw; // answer with these bytes instead of a frame
    size_t raw_size;
    size_t padding;     // answer with so many bytes of payload that mean nothing
    struct arena arena; // for what the handler makes
};

// Handlers run one at a time.
typedef void fake_handler(const struct fake_request *request, struct fake_reply *reply, void *data);

struct fake_server;

// fake_server_start listens and answers on threads of its own. NULL when it cannot listen.
struct fake_server *fake_server_start(const char *url, fake_handler *handler, void *data);

// fake_server_requests is how many requests came so far; what their handlers wrote may be read after it.
unsigned fake_server_requests(struct fake_server *f);

// fake_server_stop ends it.
void fake_server_stop(struct fake_server *f);

#endif
