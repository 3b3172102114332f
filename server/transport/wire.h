#ifndef SERVER_TRANSPORT_WIRE_H
#define SERVER_TRANSPORT_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What nng puts around a message: the Scalability Protocols' mappings to TCP (sp-tcp-mapping-01) and to local sockets
// (sp-ipc-mapping-01), and the request ids of REQ and REP (sp-request-reply-01). Pure functions: no input, no output.

enum {
    WIRE_HELLO_SIZE = 8, // each side says it first
    WIRE_HEAD_MAX = 9,   // before each message: its length, after one byte of type on a local socket
    WIRE_TRACE_MAX = 32, // ids before the payload: those of routers that passed it on, then the request's own
};

// wire_hello is what a REP socket says.
extern const uint8_t wire_hello[WIRE_HELLO_SIZE];

// wire_is_req tells whether a hello is that of a REQ socket.
bool wire_is_req(const uint8_t hello[WIRE_HELLO_SIZE]);

// wire_head_size is the size of a message's head, on a local socket or on TCP and TLS.
size_t wire_head_size(bool local);

// wire_read_head reads the size of the message from its head. False when it is not the head of a message.
bool wire_read_head(const uint8_t *head, bool local, uint64_t *size);

// wire_write_head writes the head of a message of this size and returns the head's size.
size_t wire_write_head(uint8_t *to, bool local, uint64_t size);

// wire_trace is the size of the ids that a message of n bytes begins with, of which the reply carries a copy. 0 when
// they do not end within WIRE_TRACE_MAX: it is no request.
size_t wire_trace(const uint8_t *message, size_t n);

#endif
