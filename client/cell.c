#include "client/cell.h"

#include "client/dates.h"
#include "common/check.h"
#include "common/field.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

enum { PRINT_MAX = 1024 * 1024 };

static int64_t whole(const ProtobufCFieldDescriptor *field, const void *element)
{
    return field_size(field) == 8 ? *(const int64_t *)element : *(const int32_t *)element;
}

static bool is_whole(const ProtobufCFieldDescriptor *field)
{
    return field->type == PROTOBUF_C_TYPE_INT32 || field->type == PROTOBUF_C_TYPE_INT64 ||
           field->type == PROTOBUF_C_TYPE_SINT32 || field->type == PROTOBUF_C_TYPE_SINT64;
}

// write_pounds writes pence as £1,250.50.
static void write_pounds(struct strbuf *to, int64_t pence)
{
    char digits[32];
    uint64_t size = pence < 0 ? -(uint64_t)pence : (uint64_t)pence;
    int n = snprintf(digits, sizeof digits, "%" PRIu64, size / 100);
    strbuf_adds(to, pence < 0 ? "-£" : "£");
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            strbuf_addc(to, ',');
        strbuf_addc(to, digits[i]);
    }
    strbuf_addf(to, ".%02" PRIu64, size % 100);
}

static void write_people(
    struct strbuf *to, const ProtobufCFieldDescriptor *field, const void *element, const struct docs_marks *marks)
{
    char date[64];
    if (marks->date && field->type == PROTOBUF_C_TYPE_STRING && strlen(*(const char *const *)element) < sizeof date) {
        dates_short(*(const char *const *)element, date, sizeof date);
        strbuf_adds(to, date);
    } else if (field->type == PROTOBUF_C_TYPE_STRING &&
               dates_moment(*(const char *const *)element, date, sizeof date)) {
        strbuf_adds(to, date);
    } else if (marks->pence && is_whole(field)) {
        write_pounds(to, whole(field, element));
    } else if (marks->percent && field->type == PROTOBUF_C_TYPE_DOUBLE) {
        strbuf_addf(to, "%.1f%%", *(const double *)element);
    } else if (marks->percent && is_whole(field)) {
        strbuf_addf(to, "%" PRId64 "%%", whole(field, element));
    } else if (field->type == PROTOBUF_C_TYPE_BOOL) {
        strbuf_adds(to, *(const protobuf_c_boolean *)element ? "Yes" : "No");
    } else {
        field_write_value(to, field, element);
    }
}

void cell_write(struct strbuf *to, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
    const struct docs_marks *marks, enum cell_style style)
{
    size_t n = field_count(message, field);
    if (n == 0)
        return;
    if (style == CELL_MACHINE || field->type == PROTOBUF_C_TYPE_MESSAGE) {
        field_write(to, message, field);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (i)
            strbuf_adds(to, ", ");
        write_people(to, field, field_element(message, field, i), marks);
    }
}

void cell_heading(const char *name, char *to, size_t size)
{
    static const char *const capitals[] = {
        "urn", "uid", "la", "sla", "cpd", "ukprn", "sip", "nle", "fsm", "id", "dfe", "vat", "url"};
    size_t n = 0;
    for (const char *p = name; *p && n + 1 < size;) {
        size_t length = strcspn(p, "_");
        bool capital = false;
        for (size_t i = 0; i < sizeof capitals / sizeof *capitals && !capital; i++)
            capital = strlen(capitals[i]) == length && strncasecmp(p, capitals[i], length) == 0;
        for (size_t i = 0; i < length && n + 1 < size; i++)
            to[n++] = capital || (p == name && i == 0) ? (char)toupper((unsigned char)p[i]) : p[i];
        p += length;
        if (*p && n + 1 < size) {
            to[n++] = ' ';
            p++;
        }
    }
    to[n] = '\0';
}

bool cell_is_number(const ProtobufCFieldDescriptor *field)
{
    return field->label != PROTOBUF_C_LABEL_REPEATED && field->type != PROTOBUF_C_TYPE_STRING &&
           field->type != PROTOBUF_C_TYPE_BYTES && field->type != PROTOBUF_C_TYPE_MESSAGE &&
           field->type != PROTOBUF_C_TYPE_BOOL && field->type != PROTOBUF_C_TYPE_ENUM;
}

// length_at is the bytes of the UTF-8 character at p, or 0 when there is none.
static size_t length_at(const char *p, size_t left)
{
    unsigned char c = (unsigned char)*p;
    size_t n = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
    return n <= left && check_utf8(p, n) ? n : 0;
}

void cell_clean(struct strbuf *to, const char *text, size_t n, const char *keep)
{
    for (size_t i = 0; i < n;) {
        unsigned char c = (unsigned char)text[i];
        size_t length = length_at(text + i, n - i);
        bool control = length == 1 && (c < 0x20 || c == 0x7f) && !(c && strchr(keep, c));
        bool c1 = length == 2 && c == 0xc2 && (unsigned char)text[i + 1] < 0xa0;
        if (length == 0 || control || c1)
            strbuf_adds(to, "\xef\xbf\xbd");
        else
            strbuf_add(to, text + i, length);
        i += length ? length : 1;
    }
}

void cell_print(FILE *out, const char *text)
{
    struct strbuf b;
    strbuf_init(&b, PRINT_MAX);
    cell_clean(&b, text, strlen(text), "\n\t");
    fputs(strbuf_text(&b), out);
    strbuf_release(&b);
}
