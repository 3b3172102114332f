#include "common/secrets.h"

#include "common/catalog.h"
#include "common/docs.h"
#include "common/field.h"

#include <stdlib.h>
#include <string.h>

enum { SECRETS_MAX = 64, DEEPEST = 16 };

static const ProtobufCFieldDescriptor *secrets[SECRETS_MAX];
static size_t count;

static void find(const ProtobufCMessageDescriptor *type, int depth)
{
    if (depth == DEEPEST || strncmp(type->name, "improve.", 8) != 0)
        return;
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        if (field->type == PROTOBUF_C_TYPE_MESSAGE)
            find(field->descriptor, depth + 1);
        if (!docs_marks(type, field).secret || secrets_has(field))
            continue;
        if (count == SECRETS_MAX)
            abort();
        secrets[count++] = field;
    }
}

void secrets_init(void)
{
    for (size_t i = 0; i < catalog_count(); i++) {
        find(catalog_at(i)->method->input, 0);
        find(catalog_at(i)->method->output, 0);
    }
}

bool secrets_has(const ProtobufCFieldDescriptor *field)
{
    for (size_t i = 0; i < count; i++)
        if (secrets[i] == field)
            return true;
    return false;
}

void secrets_wipe(ProtobufCMessage *message)
{
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        if (!secrets_has(field) || !field_is_plain(field) || !field_is_set(message, field))
            continue;
        void *value = (char *)message + field->offset;
        if (field->type == PROTOBUF_C_TYPE_STRING) {
            char *text = *(char **)value;
            explicit_bzero(text, strlen(text));
        } else if (field->type == PROTOBUF_C_TYPE_BYTES) {
            ProtobufCBinaryData *data = value;
            explicit_bzero(data->data, data->len);
        }
    }
}
