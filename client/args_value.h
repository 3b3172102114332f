#ifndef CLIENT_ARGS_VALUE_H
#define CLIENT_ARGS_VALUE_H

#include "common/arena.h"

#include <protobuf-c/protobuf-c.h>

// From the texts of a command line to a request's fields.

struct args_given;
struct args_values {
    struct arena *arena;
    const ProtobufCMessageDescriptor *type;
    struct args_given *first, *last; // in the order of the command line
};

// args_values_add notes that a field's flag was given with this text, which must live as long as the arena.
void args_values_add(struct args_values *v, const ProtobufCFieldDescriptor *field, const char *text);

// args_values_build makes the request: the flags' values, then bare words into the required fields that have none yet,
// in order (a repeated one takes all that are left when it is the last). NULL, and why filled with the flag's name,
// what was given and what would be accepted, when a value does not fit, a word is left over, or a required field has no
// value.
ProtobufCMessage *args_values_build(
    struct args_values *v, const char *const *words, size_t n_words, char *why, size_t why_size);

#endif
