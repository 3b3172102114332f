#include "tests/support/raw.h"

#include "common/frame.h"

#include <nng/protocol/reqrep0/req.h>
#include <stdlib.h>
#include <string.h>

nng_socket raw_socket(const char *url, int timeout_ms)
{
    nng_socket socket;
    if (nng_req0_open(&socket) != 0)
        abort();
    nng_socket_set_ms(socket, NNG_OPT_REQ_RESENDTIME, NNG_DURATION_INFINITE);
    nng_socket_set_ms(socket, NNG_OPT_RECVTIMEO, timeout_ms);
    nng_socket_set_ms(socket, NNG_OPT_SENDTIMEO, timeout_ms);
    nng_socket_set_size(socket, NNG_OPT_RECVMAXSZ, FRAME_REPLY_MAX);
    if (nng_dial(socket, url, NULL, 0) != 0)
        abort();
    return socket;
}

Improve__Rpc__ReplyHeader *raw_exchange(nng_socket socket, const void *bytes, size_t size)
{
    nng_msg *message;
    const uint8_t *header, *payload;
    size_t header_size, payload_size;
    if (nng_msg_alloc(&message, size) != 0)
        abort();
    memcpy(nng_msg_body(message), bytes, size);
    if (nng_sendmsg(socket, message, 0) != 0) {
        nng_msg_free(message);
        return NULL;
    }
    if (nng_recvmsg(socket, &message, 0) != 0)
        return NULL;
    Improve__Rpc__ReplyHeader *reply = NULL;
    if (frame_split(nng_msg_body(message), nng_msg_len(message), &header, &header_size, &payload, &payload_size))
        reply = improve__rpc__reply_header__unpack(NULL, header_size, header);
    nng_msg_free(message);
    return reply;
}

uint8_t *raw_frame(const Improve__Rpc__CallHeader *header, const void *payload, size_t payload_size, size_t *size)
{
    *size = frame_size(&header->base, payload_size);
    uint8_t *bytes = malloc(*size + 1);
    if (!bytes)
        abort();
    uint8_t *to = frame_join(&header->base, bytes);
    if (payload_size)
        memcpy(to, payload, payload_size);
    return bytes;
}
