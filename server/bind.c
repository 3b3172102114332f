#include "server/bind.h"

#include "common/field.h"
#include "common/frame.h"
#include "common/json.h"
#include "common/log.h"

#include <string.h>

enum { PARAMETER_MAX = 4 * 1024 * 1024 };

static bool spent(struct call *call)
{
    call_fail(call, STATUS_RESOURCE_EXHAUSTED, "CALL_TOO_LARGE", "The call needs more memory than one call may use.");
    return false;
}

// hex writes bytes as PostgreSQL reads bytea.
static const char *hex(struct arena *a, const uint8_t *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    char *text = arena_alloc(a, 2 * n + 3);
    if (!text)
        return NULL;
    memcpy(text, "\\x", 2);
    for (size_t i = 0; i < n; i++) {
        text[2 + 2 * i] = digits[bytes[i] >> 4];
        text[3 + 2 * i] = digits[bytes[i] & 15];
    }
    text[2 + 2 * n] = '\0';
    return text;
}

static const char *text_of(struct call *call, const ProtobufCFieldDescriptor *field)
{
    const void *element = field_element(call->request, field, 0);
    if (field_is_plain(field) && field->type == PROTOBUF_C_TYPE_STRING)
        return *(const char *const *)element;
    if (field_is_plain(field) && field->type == PROTOBUF_C_TYPE_BYTES) {
        const ProtobufCBinaryData *data = element;
        return hex(&call->arena, data->data, data->len);
    }
    struct strbuf text;
    strbuf_init(&text, PARAMETER_MAX);
    field_write(&text, call->request, field);
    const char *copy = text.failed ? NULL : arena_strndup(&call->arena, strbuf_text(&text), text.length);
    strbuf_release(&text);
    return copy;
}

static const char *request_json(struct call *call)
{
    struct strbuf text;
    strbuf_init(&text, PARAMETER_MAX);
    json_write_kept(&text, call->request);
    const char *copy = text.failed ? NULL : arena_strndup(&call->arena, text.text, text.length);
    strbuf_release(&text);
    return copy;
}

bool bind_request(struct call *call, const char **values)
{
    int n = 0;
    const ProtobufCMessageDescriptor *descriptor = call->request->descriptor;
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        values[n] = NULL;
        if (field_is_set(call->request, field) && !(values[n] = text_of(call, field)))
            return spent(call);
        n++;
    }
    if (call->statement->paged)
        values[n++] = call->header->cursor;
    if (call->statement->write) {
        values[n] = hex(&call->arena, call->fingerprint, sizeof call->fingerprint);
        values[n + 1] = request_json(call);
        if (!values[n] || !values[n + 1])
            return spent(call);
    }
    return true;
}

static bool misfit(struct call *call, const struct field_error *error)
{
    if (call->answer_arena.exhausted)
        return spent(call);
    log_line(LOG_ERROR, "%s: column %s of the answer: %s", call->method->full_name, error->field, error->message);
    call_fail(call, STATUS_INTERNAL, "ANSWER_MISFIT", "The server could not put the answer together.");
    return false;
}

bool bind_begin(struct call *call, int rows)
{
    call->answer = field_new(call->method->method->output, &call->answer_arena.allocator);
    if (!call->answer)
        return spent(call);
    if (call->method->shape == REPLY_ROWS &&
        !field_room(call->answer, &call->answer->descriptor->fields[0], (size_t)rows, &call->answer_arena.allocator))
        return spent(call);
    return true;
}

// target gives the message that the i-th row fills.
static ProtobufCMessage *target(struct call *call, int i)
{
    if (call->method->shape == REPLY_FIELDS)
        return i == 0 ? call->answer : NULL;
    ProtobufCMessage *message = field_new(call->method->row, &call->answer_arena.allocator);
    const ProtobufCFieldDescriptor *rows = &call->answer->descriptor->fields[0];
    ProtobufCMessage **all = *(ProtobufCMessage ***)(void *)((char *)call->answer + rows->offset);
    all[i] = message;
    return message;
}

bool bind_row(struct call *call, int i, const struct bind_row *row)
{
    struct field_error error = {0};
    ProtobufCMessage *message = target(call, i);
    if (!message)
        return call->method->shape == REPLY_FIELDS || spent(call);
    int fields = (int)call->method->row->n_fields;
    for (int column = 0; column < row->columns; column++) {
        int length = 0;
        const char *value = row->value(row->data, column, &length);
        if (!value)
            continue;
        call->answer_size += (size_t)length;
        if (call->answer_size > FRAME_REPLY_MAX)
            return spent(call);
        if (column >= fields) // row_cursor
            call->reply.cursor = arena_strndup(&call->answer_arena, value, (size_t)length);
        else if (!field_read(message, &call->method->row->fields[column], value, (size_t)length,
                     &call->answer_arena.allocator, &error))
            return misfit(call, &error);
    }
    return true;
}

bool bind_answer(struct call *call, const char *json, int length)
{
    struct field_error error = {0};
    call->answer = field_new(call->method->method->output, &call->answer_arena.allocator);
    if (!call->answer)
        return spent(call);
    if (call->method->shape == REPLY_ROWS)
        return json_read_field(call->answer, &call->answer->descriptor->fields[0], json, (size_t)length,
                   &call->answer_arena.allocator, &error) ||
               misfit(call, &error);
    json_t *rows = json_loadb(json, (size_t)length, 0, NULL), *first = json_array_get(rows, 0);
    bool read = !first || json_read_object(call->answer, first, &call->answer_arena.allocator, &error);
    json_decref(rows);
    return read || misfit(call, &error);
}
