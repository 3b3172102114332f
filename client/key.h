#ifndef CLIENT_KEY_H
#define CLIENT_KEY_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A device's Ed25519 key and the file that keeps it, mode 0600: as it is, or sealed by a passphrase (argon2id, then a
// secret box). Not thread-safe.

enum { KEY_PUBLIC_SIZE = 32, KEY_SEALED_SIZE = 16 + 24 + 16 + 32 };

struct key {
    uint8_t public_key[KEY_PUBLIC_SIZE];
    uint8_t *secret; // owned; in memory that is locked, guarded and wiped; NULL while sealed
    bool is_sealed;  // the file needs a passphrase
    uint8_t sealed[KEY_SEALED_SIZE];
};

// key_make makes a new key. False without memory.
bool key_make(struct key *k);

// key_save writes a key to a new file; passphrase NULL or "" keeps it unsealed. False, and why filled, when the file is
// there already or cannot be written.
bool key_save(const struct key *k, const char *path, const char *passphrase, char *why, size_t why_size);

// key_load reads a key's file; a sealed one is to be unlocked. False, and why filled, when it is missing, malformed, or
// open to others.
bool key_load(struct key *k, const char *path, char *why, size_t why_size);

// key_unlock opens a sealed key; false when the passphrase is wrong. Takes about a second and 256 MiB.
bool key_unlock(struct key *k, const char *passphrase);

// key_sign fills in public_key and signature of a request that carries a proof (common/proof.h), its nonce being set.
// signature is 64 bytes of the caller's, which must outlive the request.
bool key_sign(
    const struct key *k, ProtobufCMessage *request, const char *method, const char *server_name, uint8_t signature[64]);

// key_release wipes and frees.
void key_release(struct key *k);

#endif
