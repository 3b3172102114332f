#include "tests/fuzz/fuzz.h"

#include "common/catalog.h"
#include "common/field.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fuzz_must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

size_t fuzz_type_count(void)
{
    return 2 * catalog_count();
}

const ProtobufCMessageDescriptor *fuzz_type(size_t i)
{
    const ProtobufCMethodDescriptor *method = catalog_at(i / 2 % catalog_count())->method;
    return i % 2 ? method->output : method->input;
}

// sample_value sets one element to something of its type.
static void sample_value(void *element, const ProtobufCFieldDescriptor *field, struct arena *arena)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        *(char **)element = arena_printf(arena, "%s \xc3\xa9\"\\\x01", field->name);
        break;
    case PROTOBUF_C_TYPE_MESSAGE:
        *(ProtobufCMessage **)element = fuzz_sample(field->descriptor, arena);
        break;
    case PROTOBUF_C_TYPE_ENUM: {
        const ProtobufCEnumDescriptor *type = field->descriptor;
        *(int *)element = type->values[type->n_values - 1].value;
        break;
    }
    case PROTOBUF_C_TYPE_BYTES:
        *(ProtobufCBinaryData *)element =
            (ProtobufCBinaryData){.len = 4, .data = (uint8_t *)arena_strndup(arena, "\0\xff\x80\x01", 4)};
        break;
    case PROTOBUF_C_TYPE_DOUBLE:
        *(double *)element = -0.1;
        break;
    default:
        memset(element, 1, field_size(field));
    }
}

ProtobufCMessage *fuzz_sample(const ProtobufCMessageDescriptor *type, struct arena *arena)
{
    ProtobufCMessage *message = field_new(type, &arena->allocator);
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        if (field->label != PROTOBUF_C_LABEL_REPEATED) {
            sample_value(field_slot(message, field), field, arena);
            continue;
        }
        char *elements = field_room(message, field, 2, &arena->allocator);
        sample_value(elements, field, arena);
        sample_value(elements + field_size(field), field, arena);
    }
    return message;
}
