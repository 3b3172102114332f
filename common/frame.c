#include "common/frame.h"

enum { VARINT_MAX = 4 }; // bytes: enough for FRAME_HEADER_MAX, so a longer one is refused

static size_t varint_size(size_t value)
{
    size_t n = 1;
    while (value >>= 7)
        n++;
    return n;
}

bool frame_split(const uint8_t *bytes, size_t size, const uint8_t **header, size_t *header_size,
    const uint8_t **payload, size_t *payload_size)
{
    size_t length = 0, i = 0;
    for (;; i++) {
        if (i == size || i == VARINT_MAX)
            return false;
        length |= (size_t)(bytes[i] & 0x7f) << (7 * i);
        if (!(bytes[i] & 0x80))
            break;
    }
    i++;
    if (length > FRAME_HEADER_MAX || length > size - i)
        return false;
    *header = bytes + i;
    *header_size = length;
    *payload = bytes + i + length;
    *payload_size = size - i - length;
    return true;
}

size_t frame_size(const ProtobufCMessage *header, size_t payload_size)
{
    size_t length = protobuf_c_message_get_packed_size(header);
    return varint_size(length) + length + payload_size;
}

uint8_t *frame_join(const ProtobufCMessage *header, uint8_t *to)
{
    size_t length = protobuf_c_message_get_packed_size(header);
    for (size_t rest = length;; rest >>= 7) {
        *to++ = (uint8_t)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
        if (rest <= 0x7f)
            break;
    }
    return to + protobuf_c_message_pack(header, to);
}
