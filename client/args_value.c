#include "client/args_value.h"

#include "client/args.h"
#include "client/dates.h"
#include "common/check.h"
#include "common/docs.h"
#include "common/field.h"
#include "common/json.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct args_given {
    struct args_given *next;
    const ProtobufCFieldDescriptor *field;
    const char *text;
};

// What one build works on.
struct building {
    struct args_values *values;
    struct tm today;
    char *why;
    size_t why_size;
};

void args_values_add(struct args_values *v, const ProtobufCFieldDescriptor *field, const char *text)
{
    struct args_given *given = arena_alloc(v->arena, sizeof *given);
    if (!given)
        return; // the arena says exhausted, and the build fails for it
    *given = (struct args_given){.field = field, .text = text};
    if (v->last)
        v->last->next = given;
    else
        v->first = given;
    v->last = given;
}

__attribute__((format(printf, 2, 3))) static bool refuse(struct building *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(b->why, b->why_size, format, args);
    va_end(args);
    return false;
}

static bool refuse_value(
    struct building *b, const ProtobufCFieldDescriptor *field, const char *text, const struct field_error *e)
{
    char flag[96], part[112] = "";
    args_flag_name(field->name, flag, sizeof flag);
    if (*e->field && strcmp(e->field, field->name) != 0)
        snprintf(part, sizeof part, " (%s)", e->field);
    bool shown = strchr(e->message, '"') || strstr(e->message, text); // the message says what was given
    return refuse(b, "--%s%s: %s%s%.100s%s.%s%s%s", flag, part, e->message, shown ? "" : ": \"", shown ? "" : text,
        shown ? "" : "\"", *e->accepted ? " Accepted: " : "", e->accepted, *e->accepted ? "." : "");
}

// read_plain reads one value; dates as people write them, enum values with - for _.
static bool read_plain(struct building *b, const ProtobufCMessageDescriptor *type,
    const ProtobufCFieldDescriptor *field, void *element, const char *text, struct field_error *e)
{
    char iso[DATE_ISO_SIZE], name[64];
    if (!check_utf8(text, strlen(text))) {
        snprintf(e->message, sizeof e->message, "is not valid UTF-8");
        return false;
    }
    if (docs_marks(type, field).date && *text) {
        if (!dates_read(text, &b->today, iso)) {
            snprintf(e->message, sizeof e->message, "\"%.60s\" is no date", text);
            snprintf(e->accepted, sizeof e->accepted, "%s", dates_accepted);
            return false;
        }
        text = iso;
    }
    if (field->type == PROTOBUF_C_TYPE_ENUM && strlen(text) < sizeof name) {
        snprintf(name, sizeof name, "%s", text);
        for (char *p = name; *p; p++)
            *p = *p == '-' ? '_' : *p;
        text = name;
    }
    return field_read_value(element, field, text, strlen(text), &b->values->arena->allocator, e);
}

// next_pair cuts the next name=value off a list parted by commas; a value may stand in double quotes, "" inside them is
// one quote.
static bool next_pair(char **at, char **name, char **value, struct field_error *e)
{
    char *p = *at, *to;
    *name = p;
    p += strcspn(p, "=,");
    if (*p != '=') {
        snprintf(e->message, sizeof e->message, "\"%.60s\" is no name=value", *name);
        snprintf(e->accepted, sizeof e->accepted, "name=value parted by commas, or JSON");
        return false;
    }
    *p++ = '\0';
    *value = to = p;
    bool quoted = *p == '"';
    p += quoted;
    while (*p && (quoted || *p != ',')) {
        if (quoted && *p == '"' && *++p != '"')
            break;
        *to++ = *p++;
    }
    if (*p && *p != ',') {
        snprintf(e->message, sizeof e->message, "more follows the quotes of %.40s", *name);
        return false;
    }
    *at = *p ? p + 1 : p;
    *to = '\0';
    return true;
}

// read_pairs reads name=…,email=… into a message.
static bool read_pairs(struct building *b, ProtobufCMessage *message, const char *text, struct field_error *e)
{
    const ProtobufCMessageDescriptor *type = message->descriptor;
    char *copy = arena_strndup(b->values->arena, text, strlen(text)), *name, *value;
    while (copy && *copy) {
        if (!next_pair(&copy, &name, &value, e))
            return false;
        for (char *p = name; *p; p++)
            *p = *p == '-' ? '_' : *p;
        const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(type, name);
        if (!field || !field_is_plain(field)) {
            snprintf(e->message, sizeof e->message, "\"%.60s\" is none of its parts", name);
            for (unsigned i = 0; i < type->n_fields; i++) {
                size_t n = strlen(e->accepted);
                snprintf(e->accepted + n, sizeof e->accepted - n, "%s%s=…", i ? "," : "", type->fields[i].name);
            }
            return false;
        }
        if (!read_plain(b, type, field, field_slot(message, field), value, e))
            return false;
    }
    return true;
}

static bool read_element(
    struct building *b, const ProtobufCFieldDescriptor *field, void *element, const char *text, struct field_error *e)
{
    if (field->type != PROTOBUF_C_TYPE_MESSAGE)
        return read_plain(b, b->values->type, field, element, text, e);
    ProtobufCAllocator *allocator = &b->values->arena->allocator;
    ProtobufCMessage *message = field_new(field->descriptor, allocator);
    *(ProtobufCMessage **)element = message;
    if (!message)
        return false;
    if (text[strspn(text, " \t\n")] == '{')
        return json_read_message(message, text, strlen(text), allocator, e);
    return read_pairs(b, message, text, e);
}

// set_field sets a field from all the texts that were given for it.
static bool set_field(struct building *b, ProtobufCMessage *request, const ProtobufCFieldDescriptor *field)
{
    struct field_error e = {0};
    const struct args_given *one = NULL;
    size_t n = 0, i = 0;
    for (const struct args_given *g = b->values->first; g; g = g->next)
        if (g->field == field) {
            n++;
            one = g;
        }
    if (n == 0)
        return true;
    if (field->label != PROTOBUF_C_LABEL_REPEATED) {
        char flag[96];
        args_flag_name(field->name, flag, sizeof flag);
        if (n > 1)
            return refuse(b, "--%s is given %zu times; it takes one value.", flag, n);
        return read_element(b, field, field_slot(request, field), one->text, &e) ||
               refuse_value(b, field, one->text, &e);
    }
    if (n == 1 && one->text[0] == '[')
        return field_read(request, field, one->text, strlen(one->text), &b->values->arena->allocator, &e) ||
               refuse_value(b, field, one->text, &e);
    char *room = field_room(request, field, n, &b->values->arena->allocator);
    for (const struct args_given *g = b->values->first; room && g; g = g->next)
        if (g->field == field && !read_element(b, field, room + i++ * field_size(field), g->text, &e))
            return refuse_value(b, field, g->text, &e);
    return room || refuse(b, "Out of memory.");
}

static bool is_given(const struct args_values *v, const ProtobufCFieldDescriptor *field)
{
    for (const struct args_given *g = v->first; g; g = g->next)
        if (g->field == field)
            return true;
    return false;
}

// fill_required gives the bare words to the required fields that no flag has set.
static bool fill_required(struct building *b, const char *const *words, size_t n_words)
{
    const ProtobufCMessageDescriptor *type = b->values->type;
    const ProtobufCFieldDescriptor *last = NULL;
    size_t used = 0;
    for (unsigned i = 0; i < type->n_fields && used < n_words; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        if (!docs_marks(type, field).required || is_given(b->values, field))
            continue;
        args_values_add(b->values, field, words[used++]);
        last = field;
    }
    while (last && last->label == PROTOBUF_C_LABEL_REPEATED && used < n_words)
        args_values_add(b->values, last, words[used++]);
    return used == n_words || refuse(b, "\"%.100s\" is one word too many.", words[used]);
}

static bool check_required(struct building *b, const ProtobufCMessage *request)
{
    const ProtobufCMessageDescriptor *type = b->values->type;
    for (unsigned i = 0; i < type->n_fields; i++) {
        struct docs_marks marks = docs_marks(type, &type->fields[i]);
        char flag[96];
        if (!marks.required || field_is_set(request, &type->fields[i]))
            continue;
        args_flag_name(type->fields[i].name, flag, sizeof flag);
        return refuse(b, "--%s is required: %.300s", flag, marks.text);
    }
    return true;
}

ProtobufCMessage *args_values_build(
    struct args_values *v, const char *const *words, size_t n_words, char *why, size_t why_size)
{
    struct building b = {.values = v, .today = dates_today(), .why = why, .why_size = why_size};
    ProtobufCMessage *request = field_new(v->type, &v->arena->allocator);
    snprintf(why, why_size, "Out of memory.");
    if (!request || !fill_required(&b, words, n_words))
        return NULL;
    for (unsigned i = 0; i < v->type->n_fields; i++)
        if (!set_field(&b, request, &v->type->fields[i]))
            return NULL;
    if (v->arena->exhausted || !check_required(&b, request))
        return NULL;
    return request;
}
