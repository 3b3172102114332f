#include "server/transport/wire.h"

#include <string.h>

enum { REQ = 0x30, REP = 0x31, LENGTH = 8, ID = 4, LAST_ID = 0x80, MESSAGE = 1 };

const uint8_t wire_hello[WIRE_HELLO_SIZE] = {0, 'S', 'P', 0, 0, REP, 0, 0};

bool wire_is_req(const uint8_t hello[WIRE_HELLO_SIZE])
{
    static const uint8_t req[WIRE_HELLO_SIZE] = {0, 'S', 'P', 0, 0, REQ, 0, 0};
    return memcmp(hello, req, sizeof req) == 0;
}

size_t wire_head_size(bool local)
{
    return local ? 1 + LENGTH : LENGTH;
}

bool wire_read_head(const uint8_t *head, bool local, uint64_t *size)
{
    if (local && *head++ != MESSAGE)
        return false;
    *size = 0;
    for (int i = 0; i < LENGTH; i++)
        *size = *size << 8 | head[i];
    return true;
}

size_t wire_write_head(uint8_t *to, bool local, uint64_t size)
{
    if (local)
        *to++ = MESSAGE;
    for (int i = 0; i < LENGTH; i++)
        to[i] = (uint8_t)(size >> 8 * (LENGTH - 1 - i));
    return wire_head_size(local);
}

size_t wire_trace(const uint8_t *message, size_t n)
{
    for (size_t at = 0; at + ID <= n && at < WIRE_TRACE_MAX; at += ID)
        if (message[at] & LAST_ID)
            return at + ID;
    return 0;
}
