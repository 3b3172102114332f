#ifndef COMMON_PROOF_H
#define COMMON_PROOF_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What is signed to prove that one holds a device's key. The same on both sides: Ed25519 over
//   "improve proof 1" NUL method NUL server name NUL SHA-256(request packed without its signature)
// so that a proof serves one method of one server, with this very request: its nonce, its key, its code, its token.
// Both functions are free of state and thread-safe; sodium_init comes first.

enum {
    PROOF_KEY_SIZE = 32,       // of a public key
    PROOF_SIGNATURE_SIZE = 64, // of a signature
    PROOF_MESSAGE_MAX = 512,   // of what is signed
};

// proof_is_carried tells whether a request type carries a proof: bytes public_key, string nonce, bytes signature.
bool proof_is_carried(const ProtobufCMessageDescriptor *type);

// proof_set puts bytes into a request's public_key or signature; they stay the caller's.
void proof_set(ProtobufCMessage *request, const char *name, const uint8_t *bytes, size_t size);

// proof_field points to a request's public_key or signature (NULL where the type has no such bytes).
ProtobufCBinaryData *proof_field(ProtobufCMessage *request, const char *name);

// proof_message writes what is signed for a request into to, and returns its size in bytes; 0 when it does not fit or
// memory lacks. The request is left as it was.
size_t proof_message(
    ProtobufCMessage *request, const char *method, const char *server_name, uint8_t to[PROOF_MESSAGE_MAX]);

#endif
