#include "common/proof.h"

#include "common/field.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const char purpose[] = "improve proof 1";

static const ProtobufCFieldDescriptor *bytes_field(const ProtobufCMessageDescriptor *type, const char *name)
{
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(type, name);
    return field && field->type == PROTOBUF_C_TYPE_BYTES && field_is_plain(field) ? field : NULL;
}

bool proof_is_carried(const ProtobufCMessageDescriptor *type)
{
    return bytes_field(type, "signature") && bytes_field(type, "public_key") &&
           protobuf_c_message_descriptor_get_field_by_name(type, "nonce");
}

ProtobufCBinaryData *proof_field(ProtobufCMessage *request, const char *name)
{
    const ProtobufCFieldDescriptor *field = bytes_field(request->descriptor, name);
    return field ? (ProtobufCBinaryData *)(void *)((char *)request + field->offset) : NULL;
}

void proof_set(ProtobufCMessage *request, const char *name, const uint8_t *bytes, size_t size)
{
    const ProtobufCFieldDescriptor *field = bytes_field(request->descriptor, name);
    *(ProtobufCBinaryData *)field_slot(request, field) =
        (ProtobufCBinaryData){.len = size, .data = (uint8_t *)(uintptr_t)bytes};
}

// digest hashes the request as it would be packed without its signature. False without memory.
static bool digest(ProtobufCMessage *request, uint8_t to[crypto_hash_sha256_BYTES])
{
    const ProtobufCFieldDescriptor *field = bytes_field(request->descriptor, "signature");
    protobuf_c_boolean *has = (protobuf_c_boolean *)(void *)((char *)request + field->quantifier_offset), had = *has;
    *has = 0;
    size_t size = protobuf_c_message_get_packed_size(request);
    uint8_t *packed = malloc(size + 1);
    if (packed) {
        protobuf_c_message_pack(request, packed);
        crypto_hash_sha256(to, packed, size);
        sodium_memzero(packed, size);
    }
    *has = had;
    free(packed);
    return packed != NULL;
}

size_t proof_message(
    ProtobufCMessage *request, const char *method, const char *server_name, uint8_t to[PROOF_MESSAGE_MAX])
{
    const char *const texts[] = {purpose, method, server_name};
    size_t n = 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        size_t size = strlen(texts[i]) + 1;
        if (size > PROOF_MESSAGE_MAX - crypto_hash_sha256_BYTES - n)
            return 0;
        memcpy(to + n, texts[i], size);
        n += size;
    }
    return digest(request, to + n) ? n + crypto_hash_sha256_BYTES : 0;
}
