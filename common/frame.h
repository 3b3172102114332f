#ifndef COMMON_FRAME_H
#define COMMON_FRAME_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A frame is one message on the wire: varint length of the header, header, payload (the rest).

enum {
    FRAME_REQUEST_MAX = 512 * 1024,    // bytes of a whole request; the listener drops what is larger
    FRAME_REPLY_MAX = 8 * 1024 * 1024, // bytes of a whole reply
    FRAME_HEADER_MAX = 16 * 1024,      // bytes of a header
};

// frame_split finds header and payload in a frame of size bytes. They point into bytes. False when the length is cut
// short, overlong, larger than FRAME_HEADER_MAX or beyond the frame.
bool frame_split(const uint8_t *bytes, size_t size, const uint8_t **header, size_t *header_size,
    const uint8_t **payload, size_t *payload_size);

// frame_size is the size of the frame that frame_join writes.
size_t frame_size(const ProtobufCMessage *header, size_t payload_size);

// frame_join writes a frame of frame_size bytes to to, with room for the payload at its end, and returns where the
// payload goes.
uint8_t *frame_join(const ProtobufCMessage *header, uint8_t *to);

#endif
