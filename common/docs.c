#include "common/docs.h"

#include "common/docs_files.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef Google__Protobuf__FileDescriptorProto File;
typedef Google__Protobuf__DescriptorProto Message;
typedef Google__Protobuf__EnumDescriptorProto Enum;

// Numbers of the fields that a SourceCodeInfo path goes through (descriptor.proto).
enum {
    FILE_MESSAGE = 4,
    FILE_ENUM = 5,
    FILE_SERVICE = 6,
    MESSAGE_FIELD = 2,
    MESSAGE_NESTED = 3,
    MESSAGE_ENUM = 4,
    ENUM_VALUE = 2,
    SERVICE_METHOD = 2,
};
enum { PATH_MAX_STEPS = 16 };

// Where a thing is declared: a file and the path to it.
struct place {
    const File *file;
    int32_t path[PATH_MAX_STEPS];
    size_t steps;
};

static void step(struct place *place, int32_t field, size_t index)
{
    if (place->steps + 2 > PATH_MAX_STEPS)
        return;
    place->path[place->steps++] = field;
    place->path[place->steps++] = (int32_t)index;
}

static const char *comment(const struct place *place)
{
    const Google__Protobuf__SourceCodeInfo *info = place->file ? place->file->source_code_info : NULL;
    for (size_t i = 0; info && i < info->n_location; i++) {
        const Google__Protobuf__SourceCodeInfo__Location *l = info->location[i];
        if (l->n_path == place->steps && memcmp(l->path, place->path, place->steps * sizeof *l->path) == 0)
            return l->leading_comments ? l->leading_comments : "";
    }
    return "";
}

// inside gives what is left of a full name after a file's package, or NULL when it is not of that package.
static const char *inside(const File *file, const char *full_name)
{
    if (!file->package)
        return NULL;
    size_t n = strlen(file->package);
    return strncmp(full_name, file->package, n) == 0 && full_name[n] == '.' ? full_name + n + 1 : NULL;
}

// first_part tells whether name is the first part of a dotted name, and where the rest begins ("" at its end).
static bool first_part(const char *dotted, const char *name, const char **rest)
{
    size_t n = strlen(name);
    if (strncmp(dotted, name, n) != 0 || (dotted[n] != '.' && dotted[n] != '\0'))
        return false;
    *rest = dotted[n] ? dotted + n + 1 : dotted + n;
    return true;
}

static const Enum *find_enum(Enum *const *enums, size_t n, const char *name, size_t *index)
{
    for (*index = 0; *index < n; ++*index)
        if (strcmp(enums[*index]->name, name) == 0)
            return enums[*index];
    return NULL;
}

// find_type finds a message (or, when found_enum is given, an enum) by full name, and its place.
static const Message *find_type(const char *full_name, struct place *place, const Enum **found_enum)
{
    const File *file = docs_file(full_name);
    *place = (struct place){.file = file};
    if (!file)
        return NULL;
    const char *name = inside(file, full_name), *rest = name;
    size_t e;
    if (found_enum && (*found_enum = find_enum(file->enum_type, file->n_enum_type, name, &e))) {
        step(place, FILE_ENUM, e);
        return NULL;
    }
    Message *const *messages = file->message_type;
    size_t n = file->n_message_type;
    int32_t kind = FILE_MESSAGE;
    for (size_t i = 0; i < n;) {
        if (!first_part(name, messages[i]->name, &rest)) {
            i++;
            continue;
        }
        const Message *here = messages[i];
        step(place, kind, i);
        if (!*rest)
            return found_enum ? NULL : here;
        if (found_enum && (*found_enum = find_enum(here->enum_type, here->n_enum_type, rest, &e))) {
            step(place, MESSAGE_ENUM, e);
            return NULL;
        }
        messages = here->nested_type;
        n = here->n_nested_type;
        kind = MESSAGE_NESTED;
        name = rest;
        i = 0;
    }
    place->file = NULL;
    return NULL;
}

static const Google__Protobuf__ServiceDescriptorProto *find_service(const char *full_name, struct place *place)
{
    const File *file = docs_file(full_name);
    const char *name = file ? inside(file, full_name) : NULL;
    for (size_t i = 0; name && i < file->n_service; i++)
        if (strcmp(file->service[i]->name, name) == 0) {
            *place = (struct place){.file = file};
            step(place, FILE_SERVICE, i);
            return file->service[i];
        }
    place->file = NULL;
    return NULL;
}

const char *docs_service(const ProtobufCServiceDescriptor *service)
{
    struct place place;
    return find_service(service->name, &place) ? comment(&place) : "";
}

const char *docs_method(const ProtobufCServiceDescriptor *service, const ProtobufCMethodDescriptor *method)
{
    struct place place;
    const Google__Protobuf__ServiceDescriptorProto *found = find_service(service->name, &place);
    for (size_t i = 0; found && i < found->n_method; i++)
        if (strcmp(found->method[i]->name, method->name) == 0) {
            step(&place, SERVICE_METHOD, i);
            return comment(&place);
        }
    return "";
}

const char *docs_message(const ProtobufCMessageDescriptor *message)
{
    struct place place;
    return find_type(message->name, &place, NULL) ? comment(&place) : "";
}

const char *docs_field(const ProtobufCMessageDescriptor *message, const ProtobufCFieldDescriptor *field)
{
    struct place place;
    const Message *found = find_type(message->name, &place, NULL);
    for (size_t i = 0; found && i < found->n_field; i++)
        if (strcmp(found->field[i]->name, field->name) == 0) {
            step(&place, MESSAGE_FIELD, i);
            return comment(&place);
        }
    return "";
}

const char *docs_enum(const ProtobufCEnumDescriptor *descriptor)
{
    struct place place;
    const Enum *found = NULL;
    find_type(descriptor->name, &place, &found);
    return found ? comment(&place) : "";
}

const char *docs_enum_value(const ProtobufCEnumDescriptor *descriptor, const ProtobufCEnumValue *value)
{
    struct place place;
    const Enum *found = NULL;
    find_type(descriptor->name, &place, &found);
    for (size_t i = 0; found && i < found->n_value; i++)
        if (strcmp(found->value[i]->name, value->name) == 0) {
            step(&place, ENUM_VALUE, i);
            return comment(&place);
        }
    return "";
}

static bool take(const char **text, const char *word)
{
    size_t n = strlen(word);
    if (strncmp(*text, word, n) != 0 || ((*text)[n] && !isspace((unsigned char)(*text)[n])))
        return false;
    *text += n;
    while (isspace((unsigned char)**text))
        ++*text;
    return true;
}

struct docs_marks docs_marks(const ProtobufCMessageDescriptor *message, const ProtobufCFieldDescriptor *field)
{
    struct docs_marks marks = {.text = docs_field(message, field)};
    for (bool more = true; more;) {
        more = true;
        if (take(&marks.text, "Required."))
            marks.required = true;
        else if (take(&marks.text, "Date."))
            marks.date = true;
        else if (take(&marks.text, "Pence."))
            marks.pence = true;
        else if (take(&marks.text, "Percent."))
            marks.percent = true;
        else if (take(&marks.text, "Secret."))
            marks.secret = true;
        else if (take(&marks.text, "Document."))
            marks.document = true;
        else
            more = false;
    }
    return marks;
}

void docs_clear(void)
{
    docs_files_clear();
}
