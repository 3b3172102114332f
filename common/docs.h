#ifndef COMMON_DOCS_H
#define COMMON_DOCS_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>

// The comments of the .proto files, from the embedded FileDescriptorSet. Each text is trimmed, its lines parted by
// '\n', and "" when there is none. The texts live until docs_clear, if ever. The first question about a file unpacks it
// (under 1 ms): not for several threads at once.

// docs_service, docs_method, docs_message, docs_field, docs_enum and docs_enum_value give the comment of what they are
// named for.
const char *docs_service(const ProtobufCServiceDescriptor *service);
const char *docs_method(const ProtobufCServiceDescriptor *service, const ProtobufCMethodDescriptor *method);
const char *docs_message(const ProtobufCMessageDescriptor *message);
const char *docs_field(const ProtobufCMessageDescriptor *message, const ProtobufCFieldDescriptor *field);
const char *docs_enum(const ProtobufCEnumDescriptor *descriptor);
const char *docs_enum_value(const ProtobufCEnumDescriptor *descriptor, const ProtobufCEnumValue *value);

// What the words at the start of a field's comment say of it.
struct docs_marks {
    bool required;    // Required.
    bool date;        // Date.
    bool pence;       // Pence.
    bool percent;     // Percent.
    bool secret;      // Secret.
    bool document;    // Document.
    const char *text; // the comment after those words
};

// docs_marks reads the words at the start of a field's comment.
struct docs_marks docs_marks(const ProtobufCMessageDescriptor *message, const ProtobufCFieldDescriptor *field);

// docs_clear frees what the questions so far have unpacked: their answers are gone.
void docs_clear(void);

#endif
