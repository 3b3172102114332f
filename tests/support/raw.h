#ifndef TESTS_SUPPORT_RAW_H
#define TESTS_SUPPORT_RAW_H

#include "envelope.pb-c.h"
#include "tests/support/harness.h"

#include <nng/nng.h>

// Bytes on the wire as no good client would send them.

// raw_socket opens a REQ socket to a URL (NNG's own resends off) that waits at most timeout_ms for a reply. It is left
// to the process's end: nng 1.5.2 may wait for ever in nng_close after a connection was lost, as bad bytes lose it.
nng_socket raw_socket(const char *url, int timeout_ms);

// raw_exchange sends bytes and gives the reply's header (the caller frees it with
// improve__rpc__reply_header__free_unpacked), or NULL when none came.
Improve__Rpc__ReplyHeader *raw_exchange(nng_socket socket, const void *bytes, size_t size);

// raw_frame makes a frame from a header and a payload (the caller frees it).
uint8_t *raw_frame(const Improve__Rpc__CallHeader *header, const void *payload, size_t payload_size, size_t *size);

#endif
