#include "common/json.h"

#include "common/names.h"
#include "common/secrets.h"

#include <stdio.h>
#include <string.h>

void json_write_string(struct strbuf *to, const char *text)
{
    strbuf_addc(to, '"');
    const char *start = text;
    for (const char *p = text;; p++) {
        unsigned char c = (unsigned char)*p;
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
            continue;
        strbuf_add(to, start, (size_t)(p - start));
        start = p + 1;
        if (c == '\0')
            break;
        if (c == '"' || c == '\\')
            strbuf_addf(to, "\\%c", c);
        else
            strbuf_addf(to, "\\u%04x", c);
    }
    strbuf_addc(to, '"');
}

static void write_message(struct strbuf *to, const ProtobufCMessage *message, bool with_secrets);

static void write_element(
    struct strbuf *to, const ProtobufCFieldDescriptor *field, const void *element, bool with_secrets)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_MESSAGE:
        write_message(to, *(const ProtobufCMessage *const *)element, with_secrets);
        break;
    case PROTOBUF_C_TYPE_STRING:
        json_write_string(to, *(const char *const *)element);
        break;
    case PROTOBUF_C_TYPE_ENUM:
    case PROTOBUF_C_TYPE_BYTES:
        strbuf_addc(to, '"');
        field_write_value(to, field, element);
        strbuf_addc(to, '"');
        break;
    default:
        field_write_value(to, field, element);
    }
}

static void write_field(
    struct strbuf *to, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, bool with_secrets)
{
    if (field->label != PROTOBUF_C_LABEL_REPEATED) {
        write_element(to, field, field_element(message, field, 0), with_secrets);
        return;
    }
    strbuf_addc(to, '[');
    for (size_t i = 0, n = field_count(message, field); i < n; i++) {
        if (i)
            strbuf_addc(to, ',');
        write_element(to, field, field_element(message, field, i), with_secrets);
    }
    strbuf_addc(to, ']');
}

static void write_message(struct strbuf *to, const ProtobufCMessage *message, bool with_secrets)
{
    bool first = true;
    strbuf_addc(to, '{');
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        if (!field_is_set(message, field) || (!with_secrets && secrets_has(field)))
            continue;
        if (!first)
            strbuf_addc(to, ',');
        first = false;
        strbuf_addf(to, "\"%s\":", field->name);
        write_field(to, message, field, with_secrets);
    }
    strbuf_addc(to, '}');
}

void json_write_field(struct strbuf *to, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    write_field(to, message, field, true);
}

void json_write_message(struct strbuf *to, const ProtobufCMessage *message)
{
    write_message(to, message, true);
}

void json_write_kept(struct strbuf *to, const ProtobufCMessage *message)
{
    write_message(to, message, false);
}

static bool refuse(struct field_error *error, const char *field, const char *accepted, const char *message)
{
    snprintf(error->field, sizeof error->field, "%s", field);
    snprintf(error->message, sizeof error->message, "%s", message);
    snprintf(error->accepted, sizeof error->accepted, "%s", accepted);
    return false;
}

// prefix puts the outer field's name before the inner one's: delegates[2].name.
static bool prefix(struct field_error *error, const char *outer)
{
    char inner[sizeof error->field];
    memcpy(inner, error->field, sizeof inner);
    snprintf(error->field, sizeof error->field, "%.*s%s%.*s", 40, outer, *inner ? "." : "", 50, inner);
    return false;
}

static bool read_element(void *element, const ProtobufCFieldDescriptor *field, json_t *value,
    ProtobufCAllocator *allocator, struct field_error *error)
{
    if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
        ProtobufCMessage *message = field_new(field->descriptor, allocator);
        *(ProtobufCMessage **)element = message;
        if (!message)
            return refuse(error, field->name, "", "out of memory");
        return json_read_object(message, value, allocator, error) || prefix(error, field->name);
    }
    char number[64];
    if (json_is_string(value))
        return field_read_value(element, field, json_string_value(value), json_string_length(value), allocator, error);
    if (json_is_integer(value))
        snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        snprintf(number, sizeof number, "%.17g", json_real_value(value));
    else if (json_is_boolean(value))
        snprintf(number, sizeof number, "%s", json_is_true(value) ? "true" : "false");
    else
        return refuse(error, field->name, "one value", "an object or a list stands where one value belongs");
    if (field->type == PROTOBUF_C_TYPE_BYTES)
        return refuse(error, field->name, "a string of base64", "is no string");
    return field_read_value(element, field, number, strlen(number), allocator, error);
}

static bool read_field(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, json_t *value,
    ProtobufCAllocator *allocator, struct field_error *error)
{
    if (json_is_null(value))
        return true;
    if (field->label != PROTOBUF_C_LABEL_REPEATED)
        return read_element(field_slot(message, field), field, value, allocator, error);
    if (!json_is_array(value))
        return refuse(error, field->name, "a list: […]", "is no list");
    size_t n = json_array_size(value);
    char *room = field_room(message, field, n, allocator);
    if (!room) {
        field_room(message, field, 0, allocator);
        return refuse(error, field->name, "", "out of memory");
    }
    for (size_t i = 0; i < n; i++)
        if (!read_element(room + i * field_size(field), field, json_array_get(value, i), allocator, error))
            return false;
    return true;
}

static bool refuse_key(const ProtobufCMessageDescriptor *descriptor, const char *key, struct field_error *error)
{
    char accepted[sizeof error->accepted] = "";
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        size_t n = strlen(accepted);
        snprintf(accepted + n, sizeof accepted - n, "%s%s", i ? ", " : "", descriptor->fields[i].name);
    }
    return refuse(error, key, accepted, "no such field");
}

bool json_read_object(
    ProtobufCMessage *message, json_t *object, ProtobufCAllocator *allocator, struct field_error *error)
{
    if (!json_is_object(object))
        return refuse(error, "", "an object: {…}", "is no object");
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field_by_name(message->descriptor, key);
        if (!field)
            return refuse_key(message->descriptor, key, error);
        if (!read_field(message, field, value, allocator, error))
            return false;
    }
    return true;
}

static json_t *parse(const char *text, size_t n, struct field_error *error)
{
    json_error_t where;
    json_t *value = json_loadb(text, n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &where);
    if (!value) {
        refuse(error, "", "valid JSON", "");
        snprintf(error->message, sizeof error->message, "malformed JSON at character %d: %.120s", where.position,
            where.text);
    }
    return value;
}

bool json_read_field(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, const char *text, size_t n,
    ProtobufCAllocator *allocator, struct field_error *error)
{
    json_t *value = parse(text, n, error);
    bool read = value ? read_field(message, field, value, allocator, error) : prefix(error, field->name);
    json_decref(value);
    return read;
}

bool json_read_message(
    ProtobufCMessage *message, const char *text, size_t n, ProtobufCAllocator *allocator, struct field_error *error)
{
    json_t *object = parse(text, n, error);
    bool read = object && json_read_object(message, object, allocator, error);
    json_decref(object);
    return read;
}
