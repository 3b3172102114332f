#ifndef COMMON_SECRETS_H
#define COMMON_SECRETS_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

// The fields of the calls whose comment in the .proto begins with "Secret.": they are left out of whatever is kept or
// shown of a request.

// secrets_init finds them, in every message that a call's request or reply can hold. After catalog_init, before threads
// start.
void secrets_init(void);

// secrets_has tells whether a field is one of them. Thread-safe once secrets_init has run.
bool secrets_has(const ProtobufCFieldDescriptor *field);

// secrets_wipe overwrites the texts and bytes of a message's own secret fields with zeros, where they stand.
void secrets_wipe(ProtobufCMessage *message);

#endif
