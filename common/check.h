#ifndef COMMON_CHECK_H
#define COMMON_CHECK_H

#include "common/field.h"

// check_message walks an unpacked message and refuses what protobuf-c lets through and PostgreSQL or a reader would
// choke on: strings that are not UTF-8, enum values that the type does not have, doubles that are infinite or no
// number. (Depth needs no check: message types may not be recursive, and contract.c holds them to it.) A NUL inside a
// string is only visible in the packed bytes: see check_packed.
bool check_message(const ProtobufCMessage *message, struct field_error *error);

// check_packed walks the packed bytes of a message of this type and refuses string fields that hold a NUL byte, which
// unpacking would cut short in silence. Bytes that are not well-formed are left for unpacking to refuse.
bool check_packed(
    const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes, size_t size, struct field_error *error);

// check_utf8 tells whether n bytes are valid UTF-8 (RFC 3629: shortest form, no surrogates).
bool check_utf8(const char *text, size_t n);

#endif
