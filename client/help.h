#ifndef CLIENT_HELP_H
#define CLIENT_HELP_H

#include "client/verbs.h"

#include <stdio.h>

// Help, made from the comments of the .proto files and the commands' table.

// help_root tells of the program: examples, nouns and their verbs.
void help_root(FILE *out);

// help_noun lists the verbs of one noun.
void help_noun(const char *noun, FILE *out);

// help_verb tells how one verb is used: its words, flags, and what it answers.
void help_verb(const struct verb *verb, FILE *out);

// help_summary writes the first sentence of a method's comment.
void help_summary(const struct verb *verb, char *to, size_t size);

// help_type writes what a field takes, for a person: NUMBER, TEXT, DATE, or an enum's values.
void help_type(const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field, char *to, size_t size);

#endif
