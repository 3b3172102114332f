#include "common/docs_files.h"

#include "common/catalog.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// Numbers of fields in descriptor.proto.
enum { SET_FILE = 1, FILE_PACKAGE = 2, FILE_MESSAGE = 4, FILE_ENUM = 5, FILE_SERVICE = 6, ANY_NAME = 1 };
enum { FILES_MAX = 256, DELIMITED = 2, VARINT = 0 };

// Packed bytes, read from the front.
struct packed {
    const uint8_t *at, *end;
};

static struct source {
    struct packed bytes;
    Google__Protobuf__FileDescriptorProto *file; // NULL until it is asked for
} sources[FILES_MAX];
static size_t count, latest; // latest: the one that was asked for last, and likely is next

static uint64_t take_varint(struct packed *p)
{
    uint64_t value = 0;
    for (int shift = 0; p->at < p->end && shift < 64; shift += 7) {
        uint8_t byte = *p->at++;
        value |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            return value;
    }
    return value;
}

// take_field takes the next field, and its bytes where it has a length. It returns its number; 0 at the end. The build
// embeds the set: of scalars there are varints only.
static unsigned take_field(struct packed *p, struct packed *bytes)
{
    if (p->at >= p->end)
        return 0;
    uint64_t key = take_varint(p), value = take_varint(p);
    *bytes = (struct packed){p->at, p->at};
    if ((key & 7) == DELIMITED) {
        size_t left = (size_t)(p->end - p->at);
        p->at += value < left ? value : left;
        bytes->end = p->at;
    } else if ((key & 7) != VARINT) {
        abort();
    }
    return (unsigned)(key >> 3);
}

static bool is_text(struct packed bytes, const char *text, size_t n)
{
    return (size_t)(bytes.end - bytes.at) == n && memcmp(bytes.at, text, n) == 0;
}

// declares tells whether a file declares the thing, or what the thing is declared in.
static bool declares(struct packed file, const char *full_name)
{
    struct packed field, name;
    size_t first = 0; // length of the name's first part
    for (unsigned number; (number = take_field(&file, &field));) {
        if (number == FILE_PACKAGE) {
            size_t n = (size_t)(field.end - field.at);
            if (strncmp(full_name, (const char *)field.at, n) != 0 || full_name[n] != '.')
                return false;
            full_name += n + 1;
            first = strcspn(full_name, ".");
        }
        if (number != FILE_MESSAGE && number != FILE_ENUM && number != FILE_SERVICE)
            continue;
        while ((number = take_field(&field, &name)))
            if (number == ANY_NAME) {
                if (first && is_text(name, full_name, first))
                    return true;
                break;
            }
    }
    return false;
}

// trim takes the comment marks' blanks from the start of each line and from the end of the text.
static void trim(char *text)
{
    char *to = text;
    bool at_start = true;
    for (const char *p = text; *p; p++) {
        if (at_start && (*p == ' ' || *p == '\t'))
            continue;
        at_start = *p == '\n';
        *to++ = *p;
    }
    while (to > text && isspace((unsigned char)to[-1]))
        to--;
    *to = '\0';
}

static void find_sources(void)
{
    size_t size;
    const unsigned char *bytes = catalog_descriptor_set(&size);
    struct packed set = {bytes, bytes + size}, file;
    for (unsigned number; (number = take_field(&set, &file));)
        if (number == SET_FILE) {
            if (count == FILES_MAX)
                abort();
            sources[count++].bytes = file;
        }
}

static void load(struct source *s)
{
    s->file = google__protobuf__file_descriptor_proto__unpack(NULL, (size_t)(s->bytes.end - s->bytes.at), s->bytes.at);
    if (!s->file)
        abort(); // only memory can lack
    const Google__Protobuf__SourceCodeInfo *info = s->file->source_code_info;
    for (size_t i = 0; info && i < info->n_location; i++)
        if (info->location[i]->leading_comments)
            trim(info->location[i]->leading_comments);
}

const Google__Protobuf__FileDescriptorProto *docs_file(const char *full_name)
{
    if (count == 0)
        find_sources();
    for (size_t i = 0; i < count; i++) {
        size_t n = (latest + i) % count;
        if (!declares(sources[n].bytes, full_name))
            continue;
        latest = n;
        if (!sources[n].file)
            load(&sources[n]);
        return sources[n].file;
    }
    return NULL;
}

void docs_files_clear(void)
{
    for (size_t i = 0; i < count; i++) {
        if (sources[i].file)
            google__protobuf__file_descriptor_proto__free_unpacked(sources[i].file, NULL);
        sources[i].file = NULL;
    }
}
