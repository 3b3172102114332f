#include "client/uuid.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { UUID_BYTES = 16 };

static void write_uuid(char to[UUID_SIZE], unsigned char bytes[UUID_BYTES], unsigned version)
{
    bytes[6] = (unsigned char)((bytes[6] & 0x0f) | version << 4);
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
    size_t n = 0;
    for (int i = 0; i < UUID_BYTES; i++)
        n += (size_t)snprintf(
            to + n, UUID_SIZE - n, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", bytes[i]);
}

void uuid_random(char to[UUID_SIZE])
{
    unsigned char bytes[UUID_BYTES];
    randombytes_buf(bytes, sizeof bytes);
    write_uuid(to, bytes, 4);
}

void uuid_from_seed(char to[UUID_SIZE], const char *seed, unsigned long long number)
{
    unsigned char bytes[UUID_BYTES];
    char text[32];
    int n = snprintf(text, sizeof text, "%llu", number);
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof bytes);
    crypto_generichash_update(&state, (const unsigned char *)seed, strlen(seed) + 1);
    crypto_generichash_update(&state, (const unsigned char *)text, (unsigned long long)n);
    crypto_generichash_final(&state, bytes, sizeof bytes);
    write_uuid(to, bytes, 8);
}

bool uuid_is_valid(const char *text)
{
    size_t n = strlen(text);
    if (n != UUID_SIZE - 1)
        return false;
    for (size_t i = 0; i < n; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
            return false;
    }
    return true;
}
