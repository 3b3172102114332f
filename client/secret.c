#include "client/secret.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { CODE_CHARACTERS = 25, CODE_GROUP = 5 };

void secret_token(const char *prefix, char to[SECRET_TOKEN_SIZE])
{
    uint8_t bits[32];
    randombytes_buf(bits, sizeof bits);
    int n = snprintf(to, SECRET_TOKEN_SIZE, "%.8s", prefix);
    sodium_bin2base64(
        to + n, SECRET_TOKEN_SIZE - (size_t)n, bits, sizeof bits, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(bits, sizeof bits);
}

void secret_code(char to[SECRET_CODE_SIZE])
{
    static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
    size_t n = 0;
    for (int i = 0; i < CODE_CHARACTERS; i++) {
        if (i && i % CODE_GROUP == 0)
            to[n++] = '-';
        to[n++] = alphabet[randombytes_uniform(32)];
    }
    to[n] = '\0';
}

void secret_code_plain(const char *typed, char to[SECRET_CODE_SIZE])
{
    size_t n = 0;
    for (const char *p = typed; *p && n < SECRET_CODE_SIZE - 1; p++) {
        char c = (char)tolower((unsigned char)*p);
        if (isalnum((unsigned char)c))
            to[n++] = c == 'o' ? '0' : c == 'i' || c == 'l' ? '1' : c;
    }
    to[n] = '\0';
}

void secret_hash(const char *text, uint8_t to[SECRET_HASH_SIZE])
{
    crypto_hash_sha256(to, (const uint8_t *)text, strlen(text));
}
