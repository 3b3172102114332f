#include "common/field.h"

#include "common/base64.h"
#include "common/json.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool field_is_plain(const ProtobufCFieldDescriptor *field)
{
    return field->label != PROTOBUF_C_LABEL_REPEATED && field->type != PROTOBUF_C_TYPE_MESSAGE;
}

size_t field_size(const ProtobufCFieldDescriptor *field)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return 8;
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_STRING:
        return sizeof(char *);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(ProtobufCMessage *);
    default:
        return 4;
    }
}

static const void *member(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    return (const char *)message + field->offset;
}

static bool is_pointer(const ProtobufCFieldDescriptor *field)
{
    return field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE;
}

size_t field_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const char *quantifier = (const char *)message + field->quantifier_offset;
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return *(const size_t *)(const void *)quantifier;
    if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
        return *(const uint32_t *)(const void *)quantifier == field->id;
    if (is_pointer(field))
        return *(void *const *)member(message, field) != NULL;
    return *(const protobuf_c_boolean *)(const void *)quantifier != 0;
}

bool field_is_set(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    return field_count(message, field) > 0;
}

const void *field_element(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t i)
{
    const void *at = member(message, field);
    if (field->label != PROTOBUF_C_LABEL_REPEATED)
        return at;
    return *(const char *const *)at + i * field_size(field);
}

void *field_slot(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    char *quantifier = (char *)message + field->quantifier_offset;
    if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
        *(uint32_t *)(void *)quantifier = field->id;
    else if (!is_pointer(field))
        *(protobuf_c_boolean *)(void *)quantifier = 1;
    return (char *)message + field->offset;
}

void *field_room(
    ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t n, ProtobufCAllocator *allocator)
{
    void *room = allocator->alloc(allocator->allocator_data, n ? n * field_size(field) : 1);
    if (!room)
        return NULL;
    memset(room, 0, n * field_size(field));
    *(void **)(void *)((char *)message + field->offset) = room;
    *(size_t *)(void *)((char *)message + field->quantifier_offset) = n;
    return room;
}

ProtobufCMessage *field_new(const ProtobufCMessageDescriptor *descriptor, ProtobufCAllocator *allocator)
{
    ProtobufCMessage *message = allocator->alloc(allocator->allocator_data, descriptor->sizeof_message);
    if (message)
        descriptor->message_init(message);
    return message;
}

static void write_double(struct strbuf *to, double value)
{
    char text[40];
    if (value == 0)
        value = 0; // -0 would be read back as the whole number 0
    snprintf(text, sizeof text, "%.15g", value);
    if (strtod(text, NULL) != value)
        snprintf(text, sizeof text, "%.17g", value);
    strbuf_adds(to, text);
}

void field_write_value(struct strbuf *to, const ProtobufCFieldDescriptor *field, const void *element)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        strbuf_addf(to, "%" PRId32, *(const int32_t *)element);
        break;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        strbuf_addf(to, "%" PRIu32, *(const uint32_t *)element);
        break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        strbuf_addf(to, "%" PRId64, *(const int64_t *)element);
        break;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        strbuf_addf(to, "%" PRIu64, *(const uint64_t *)element);
        break;
    case PROTOBUF_C_TYPE_FLOAT:
        write_double(to, (double)*(const float *)element);
        break;
    case PROTOBUF_C_TYPE_DOUBLE:
        write_double(to, *(const double *)element);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        strbuf_adds(to, *(const protobuf_c_boolean *)element ? "true" : "false");
        break;
    case PROTOBUF_C_TYPE_ENUM: {
        const ProtobufCEnumValue *value =
            protobuf_c_enum_descriptor_get_value(field->descriptor, *(const int *)element);
        strbuf_adds(to, value ? value->name : "");
        break;
    }
    case PROTOBUF_C_TYPE_STRING:
        strbuf_adds(to, *(const char *const *)element);
        break;
    case PROTOBUF_C_TYPE_BYTES: {
        const ProtobufCBinaryData *data = element;
        base64_write(to, data->data, data->len);
        break;
    }
    case PROTOBUF_C_TYPE_MESSAGE:
        json_write_message(to, *(ProtobufCMessage *const *)element);
        break;
    }
}

__attribute__((format(printf, 4, 5))) static bool refuse(
    struct field_error *error, const ProtobufCFieldDescriptor *field, const char *accepted, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
    snprintf(error->field, sizeof error->field, "%s", field->name);
    snprintf(error->accepted, sizeof error->accepted, "%s", accepted);
    return false;
}

static bool read_integer(
    void *element, const ProtobufCFieldDescriptor *field, const char *text, struct field_error *error)
{
    bool is_unsigned = field->type == PROTOBUF_C_TYPE_UINT32 || field->type == PROTOBUF_C_TYPE_FIXED32 ||
                       field->type == PROTOBUF_C_TYPE_UINT64 || field->type == PROTOBUF_C_TYPE_FIXED64;
    bool is_wide = field_size(field) == 8;
    char *end;
    errno = 0;
    intmax_t value = strtoimax(text, &end, 10);
    if (end == text || *end || strspn(text, " \t") > 0)
        return refuse(error, field, "a whole number", "\"%.60s\" is not a whole number", text);
    if (errno || (is_unsigned && value < 0) || (!is_wide && !is_unsigned && (value < INT32_MIN || value > INT32_MAX)) ||
        (!is_wide && is_unsigned && value > (intmax_t)UINT32_MAX))
        return refuse(error, field, is_unsigned ? "a whole number from 0" : "a smaller whole number",
            "%.60s is out of range", text);
    if (is_wide)
        *(int64_t *)element = value;
    else
        *(uint32_t *)element = (uint32_t)value;
    return true;
}

static bool read_enum(void *element, const ProtobufCFieldDescriptor *field, const char *text, struct field_error *error)
{
    const ProtobufCEnumDescriptor *descriptor = field->descriptor;
    char accepted[sizeof error->accepted] = "";
    for (unsigned i = 0; i < descriptor->n_values; i++) {
        if (strcasecmp(descriptor->values[i].name, text) == 0) {
            *(int *)element = descriptor->values[i].value;
            return true;
        }
        size_t n = strlen(accepted);
        snprintf(accepted + n, sizeof accepted - n, "%s%s", i ? ", " : "", descriptor->values[i].name);
    }
    return refuse(error, field, accepted, "\"%.60s\" is not one of its values", text);
}

static bool read_double(
    void *element, const ProtobufCFieldDescriptor *field, const char *text, struct field_error *error)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !isfinite(value))
        return refuse(error, field, "a number", "\"%.60s\" is not a number", text);
    if (field->type == PROTOBUF_C_TYPE_FLOAT)
        *(float *)element = (float)value;
    else
        *(double *)element = value;
    return true;
}

static bool read_bool(void *element, const ProtobufCFieldDescriptor *field, const char *text, struct field_error *error)
{
    static const char *const yes[] = {"true", "t", "yes", "on", "1"}, *const no[] = {"false", "f", "no", "off", "0"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (strcasecmp(text, yes[i]) == 0 || strcasecmp(text, no[i]) == 0) {
            *(protobuf_c_boolean *)element = strcasecmp(text, yes[i]) == 0;
            return true;
        }
    return refuse(error, field, "true or false", "\"%.60s\" is neither true nor false", text);
}

static char *copy(ProtobufCAllocator *allocator, const char *text, size_t n)
{
    char *to = allocator->alloc(allocator->allocator_data, n + 1);
    if (to) {
        memcpy(to, text, n);
        to[n] = '\0';
    }
    return to;
}

static bool read_bytes(void *element, const ProtobufCFieldDescriptor *field, const char *text, size_t n,
    ProtobufCAllocator *allocator, struct field_error *error)
{
    ProtobufCBinaryData *data = element;
    data->data = allocator->alloc(allocator->allocator_data, base64_read_size(n) + 1);
    if (!data->data)
        return refuse(error, field, "", "out of memory");
    if (!base64_read(data->data, &data->len, text, n))
        return refuse(error, field, "base64", "not base64");
    return true;
}

bool field_read_value(void *element, const ProtobufCFieldDescriptor *field, const char *text, size_t n,
    ProtobufCAllocator *allocator, struct field_error *error)
{
    char number[64];
    if (field->type == PROTOBUF_C_TYPE_STRING) {
        if (memchr(text, '\0', n))
            return refuse(error, field, "text without NUL bytes", "holds a NUL byte");
        char *value = copy(allocator, text, n);
        *(char **)element = value;
        return value || refuse(error, field, "", "out of memory");
    }
    if (field->type == PROTOBUF_C_TYPE_BYTES)
        return read_bytes(element, field, text, n, allocator, error);
    if (n >= sizeof number)
        return refuse(error, field, "", "\"%.40s…\" is too long for it", text);
    memcpy(number, text, n);
    number[n] = '\0';
    switch (field->type) {
    case PROTOBUF_C_TYPE_ENUM:
        return read_enum(element, field, number, error);
    case PROTOBUF_C_TYPE_BOOL:
        return read_bool(element, field, number, error);
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
        return read_double(element, field, number, error);
    case PROTOBUF_C_TYPE_MESSAGE:
        return refuse(error, field, "JSON", "is no plain value");
    default:
        return read_integer(element, field, number, error);
    }
}

void field_write(struct strbuf *to, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    if (field_is_plain(field))
        field_write_value(to, field, field_element(message, field, 0));
    else
        json_write_field(to, message, field);
}

bool field_read(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, const char *text, size_t n,
    ProtobufCAllocator *allocator, struct field_error *error)
{
    if (field_is_plain(field))
        return field_read_value(field_slot(message, field), field, text, n, allocator, error);
    return json_read_field(message, field, text, n, allocator, error);
}
