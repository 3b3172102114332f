#ifndef COMMON_FIELD_H
#define COMMON_FIELD_H

#include "common/strbuf.h"

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

// Fields of any message, by descriptor: text ↔ field. The one place that knows protobuf-c's layout of a message.
// Text is what PostgreSQL, the command line and people write: numbers in decimal, booleans as true/false (t/f read
// too), enums by name, bytes as base64, and a repeated or message field as JSON.

// Why a text was not accepted.
struct field_error {
    char field[96];     // dotted name of the field at fault
    char message[192];  // what is wrong
    char accepted[192]; // what would be accepted; "" when there is nothing to add
};

// field_is_plain tells whether a field is one value: neither repeated nor a message.
bool field_is_plain(const ProtobufCFieldDescriptor *field);

// field_is_set tells whether the message holds a value (or any element) in this field.
bool field_is_set(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

// field_count is the number of elements of a repeated field, and 0 or 1 of another.
size_t field_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

// field_element points to the i-th element of a repeated field, or to the value of another, in its C type.
const void *field_element(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t i);

// field_size is the size in bytes of one element in its C type.
size_t field_size(const ProtobufCFieldDescriptor *field);

// field_room makes room for n elements in a repeated field (freeing nothing that was there) and returns the first;
// allocator gives the memory. NULL when it has none.
void *field_room(
    ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t n, ProtobufCAllocator *allocator);

// field_slot points to where a plain or single-message field's value goes, and marks the field as set.
void *field_slot(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

// field_new makes an empty message of this type, in the allocator's memory. NULL when it has none.
ProtobufCMessage *field_new(const ProtobufCMessageDescriptor *descriptor, ProtobufCAllocator *allocator);

// field_write_value appends one plain element's text.
void field_write_value(struct strbuf *to, const ProtobufCFieldDescriptor *field, const void *element);

// field_read_value reads n bytes of text into *element, in the field's C type; strings and bytes are copied to the
// allocator. False, and *error filled (all but a dotted prefix), when the text is no value of the field's type.
bool field_read_value(void *element, const ProtobufCFieldDescriptor *field, const char *text, size_t n,
    ProtobufCAllocator *allocator, struct field_error *error);

// field_write appends a set field's text: a value, or JSON when it is repeated or a message.
void field_write(struct strbuf *to, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

// field_read sets a field from n bytes of text: a value, or JSON. False as field_read_value.
bool field_read(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, const char *text, size_t n,
    ProtobufCAllocator *allocator, struct field_error *error);

#endif
