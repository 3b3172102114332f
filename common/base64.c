#include "common/base64.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_write(struct strbuf *to, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        uint32_t group =
            (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0u);
        char four[4] = {alphabet[group >> 18], alphabet[group >> 12 & 63], left > 1 ? alphabet[group >> 6 & 63] : '=',
            left > 2 ? alphabet[group & 63] : '='};
        strbuf_add(to, four, sizeof four);
    }
}

size_t base64_read_size(size_t n)
{
    return n / 4 * 3 + 3;
}

bool base64_read(uint8_t *bytes, size_t *size, const char *text, size_t n)
{
    uint32_t group = 0;
    size_t digits = 0, out = 0, padding = 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '\n' || text[i] == '\r')
            continue;
        if (text[i] == '=') {
            padding++;
            continue;
        }
        const char *at = text[i] ? strchr(alphabet, text[i]) : NULL;
        if (!at || padding)
            return false;
        group = group << 6 | (uint32_t)(at - alphabet);
        if (++digits % 4 == 0) {
            bytes[out++] = (uint8_t)(group >> 16);
            bytes[out++] = (uint8_t)(group >> 8);
            bytes[out++] = (uint8_t)group;
        }
    }
    size_t rest = digits % 4;
    if (rest == 1 || padding != (rest ? 4 - rest : 0))
        return false;
    if (rest == 2)
        bytes[out++] = (uint8_t)(group >> 4);
    if (rest == 3) {
        bytes[out++] = (uint8_t)(group >> 10);
        bytes[out++] = (uint8_t)(group >> 2);
    }
    *size = out;
    return true;
}
