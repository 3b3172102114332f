#ifndef CLIENT_SECRET_H
#define CLIENT_SECRET_H

#include <stddef.h>
#include <stdint.h>

// Secrets that this program makes: tokens and enrolment codes. The server is given their hashes only. sodium_init comes
// first.

enum { SECRET_HASH_SIZE = 32, SECRET_TOKEN_SIZE = 64, SECRET_CODE_SIZE = 32 };

// secret_token writes a new token: the prefix (5 characters) and 256 random bits.
void secret_token(const char *prefix, char to[SECRET_TOKEN_SIZE]);

// secret_code writes a new enrolment code: 125 random bits as five groups of five letters and digits without
// look-alikes.
void secret_code(char to[SECRET_CODE_SIZE]);

// secret_code_plain writes a code as it is hashed, from what somebody typed: in lower case, without dashes and blanks,
// o as 0, i and l as 1. What is no letter or digit is left out.
void secret_code_plain(const char *typed, char to[SECRET_CODE_SIZE]);

// secret_hash is the SHA-256 of a text.
void secret_hash(const char *text, uint8_t to[SECRET_HASH_SIZE]);

#endif
