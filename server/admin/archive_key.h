#ifndef SERVER_ADMIN_ARCHIVE_KEY_H
#define SERVER_ADMIN_ARCHIVE_KEY_H

#include <sodium.h>
#include <stdbool.h>

// The Ed25519 key that signs archives. The file of the secret half holds its seed, and FILE.pub the public half, both
// as a line of hexadecimal.

// archive_key_load reads the secret half, or makes a new pair (FILE readable by its owner only, and FILE.pub) where
// there is no file. Says why on stderr and returns false when it cannot. The caller wipes secret.
bool archive_key_load(const char *file, unsigned char public_half[crypto_sign_PUBLICKEYBYTES],
    unsigned char secret[crypto_sign_SECRETKEYBYTES]);

// archive_key_public reads a public half. Says why on stderr and returns false when it cannot.
bool archive_key_public(const char *file, unsigned char public_half[crypto_sign_PUBLICKEYBYTES]);

#endif
