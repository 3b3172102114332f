#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include "common/field.h"

#include <jansson.h>

// Messages ↔ JSON, by descriptor: names as in the .proto, enums by name, bytes as base64, 64-bit integers as numbers,
// absent fields left out (null is read as absent). A key that is no field is refused.

// json_write_string appends text (valid UTF-8) as a JSON string.
void json_write_string(struct strbuf *to, const char *text);

// json_write_field appends a field's value: an array when it is repeated.
void json_write_field(struct strbuf *to, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

// json_write_message appends the message as an object.
void json_write_message(struct strbuf *to, const ProtobufCMessage *message);

// json_write_kept is json_write_message without the secret fields (common/secrets.h): for what is stored or logged.
void json_write_kept(struct strbuf *to, const ProtobufCMessage *message);

// json_read_field sets a field from n bytes of JSON. False, and *error filled, when the JSON is malformed or does not
// fit.
bool json_read_field(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, const char *text, size_t n,
    ProtobufCAllocator *allocator, struct field_error *error);

// json_read_object fills a message from a parsed object; strings and sub-messages are made in the allocator's memory.
bool json_read_object(
    ProtobufCMessage *message, json_t *object, ProtobufCAllocator *allocator, struct field_error *error);

// json_read_message fills a message from n bytes of JSON.
bool json_read_message(
    ProtobufCMessage *message, const char *text, size_t n, ProtobufCAllocator *allocator, struct field_error *error);

#endif
