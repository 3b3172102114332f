#include "common/check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

bool check_utf8(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text, *end = p + n;
    while (p < end) {
        unsigned char c = *p++;
        if (c < 0x80)
            continue;
        int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
        if (c < 0xc2 || c > 0xf4 || end - p < more)
            return false;
        if ((c == 0xe0 && p[0] < 0xa0) || (c == 0xed && p[0] > 0x9f) || (c == 0xf0 && p[0] < 0x90) ||
            (c == 0xf4 && p[0] > 0x8f))
            return false;
        for (; more > 0; more--)
            if ((*p++ & 0xc0) != 0x80)
                return false;
    }
    return true;
}

static bool refuse(
    struct field_error *error, const ProtobufCFieldDescriptor *field, const char *message, const char *accepted)
{
    snprintf(error->field, sizeof error->field, "%s", field->name);
    snprintf(error->message, sizeof error->message, "%s", message);
    snprintf(error->accepted, sizeof error->accepted, "%s", accepted);
    return false;
}

static bool check_element(const ProtobufCFieldDescriptor *field, const void *element, struct field_error *error)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING: {
        const char *text = *(const char *const *)element;
        return check_utf8(text, strlen(text)) || refuse(error, field, "is not valid UTF-8", "text in UTF-8");
    }
    case PROTOBUF_C_TYPE_ENUM:
        return protobuf_c_enum_descriptor_get_value(field->descriptor, *(const int *)element) != NULL ||
               refuse(error, field, "is a number that the enum does not have", "one of its values");
    case PROTOBUF_C_TYPE_DOUBLE:
        return isfinite(*(const double *)element) || refuse(error, field, "is not a finite number", "a number");
    case PROTOBUF_C_TYPE_FLOAT:
        return isfinite(*(const float *)element) || refuse(error, field, "is not a finite number", "a number");
    case PROTOBUF_C_TYPE_MESSAGE:
        return check_message(*(ProtobufCMessage *const *)element, error);
    default:
        return true;
    }
}

bool check_message(const ProtobufCMessage *message, struct field_error *error)
{
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        for (size_t k = 0, n = field_count(message, field); k < n; k++)
            if (!check_element(field, field_element(message, field, k), error))
                return false;
    }
    return true;
}

struct reader {
    const uint8_t *at, *end;
};

static bool read_varint(struct reader *r, uint64_t *value)
{
    *value = 0;
    for (int shift = 0; shift < 64 && r->at < r->end; shift += 7) {
        uint8_t byte = *r->at++;
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

// skip passes over a value that is not length-delimited. False: malformed.
static bool skip(struct reader *r, unsigned wire_type)
{
    uint64_t ignored;
    size_t size = wire_type == 1 ? 8 : wire_type == 5 ? 4 : 0;
    if (wire_type == 0)
        return read_varint(r, &ignored);
    if (size == 0 || (size_t)(r->end - r->at) < size)
        return false;
    r->at += size;
    return true;
}

bool check_packed(
    const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes, size_t size, struct field_error *error)
{
    struct reader r = {bytes, bytes + size};
    uint64_t tag, length;
    while (r.at < r.end) {
        if (!read_varint(&r, &tag))
            return true;
        if ((tag & 7) != 2) {
            if (!skip(&r, (unsigned)(tag & 7)))
                return true;
            continue;
        }
        if (!read_varint(&r, &length) || length > (uint64_t)(r.end - r.at))
            return true;
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field(descriptor, (unsigned)(tag >> 3));
        if (field && field->type == PROTOBUF_C_TYPE_STRING && memchr(r.at, '\0', (size_t)length))
            return refuse(error, field, "holds a NUL byte", "text without NUL bytes");
        if (field && field->type == PROTOBUF_C_TYPE_MESSAGE &&
            !check_packed(field->descriptor, r.at, (size_t)length, error))
            return false;
        r.at += length;
    }
    return true;
}
