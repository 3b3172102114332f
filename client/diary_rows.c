#include "client/diary_rows.h"

#include "client/dates.h"
#include "client/fail.h"
#include "client/invoke.h"
#include "common/field.h"
#include "common/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_ARENA = 64 * 1024 * 1024, FIRST_ROWS = 256, TIMEOUT_MS = 60000 };

static const void *get(const ProtobufCMessage *m, const char *name)
{
    const ProtobufCFieldDescriptor *f = protobuf_c_message_descriptor_get_field_by_name(m->descriptor, name);
    return f && field_is_set(m, f) ? field_element(m, f, 0) : NULL;
}

static const char *get_text(struct diary_rows *rows, const ProtobufCMessage *m, const char *name)
{
    const char *const *text = get(m, name);
    const char *copy = text ? arena_strndup(&rows->arena, *text, strlen(*text)) : NULL;
    return copy ? copy : "";
}

static time_t get_time(const ProtobufCMessage *m, const char *name)
{
    const char *const *text = get(m, name);
    return dates_instant(text ? *text : NULL);
}

static bool grow(struct diary_rows *rows)
{
    size_t room = rows->room ? 2 * rows->room : FIRST_ROWS;
    struct diary_row *more = arena_alloc(&rows->arena, room * sizeof *more);
    if (!more)
        return false;
    if (rows->n)
        memcpy(more, rows->rows, rows->n * sizeof *more);
    rows->rows = more;
    rows->room = room;
    return true;
}

static bool add(struct diary_rows *rows, const ProtobufCMessage *m)
{
    if (rows->n == rows->room && !grow(rows))
        return false;
    const int32_t *version = get(m, "version");
    rows->rows[rows->n++] = (struct diary_row){.starts = get_time(m, "starts_at"),
        .ends = get_time(m, "ends_at"),
        .authority = get_text(rows, m, "authority"),
        .visit_id = get_text(rows, m, "visit_id"),
        .school = get_text(rows, m, "school"),
        .purpose = get_text(rows, m, "purpose"),
        .mode = get_text(rows, m, "mode"),
        .place = get_text(rows, m, "place"),
        .status = get_text(rows, m, "status"),
        .partner_id = get_text(rows, m, "partner_id"),
        .partner = get_text(rows, m, "partner"),
        .version = version ? *version : 1};
    return true;
}

static bool on_page(const struct link_reply *reply, void *data)
{
    struct diary_rows *rows = data;
    struct arena arena;
    arena_init(&arena, ROWS_ARENA);
    ProtobufCMessage *m = invoke_unpack(reply, rows->method->method->output, &arena);
    const ProtobufCFieldDescriptor *list = &rows->method->method->output->fields[0];
    rows->readable = m != NULL;
    for (size_t i = 0; rows->readable && i < field_count(m, list); i++)
        rows->readable = add(rows, *(ProtobufCMessage *const *)field_element(m, list, i));
    arena_release(&arena);
    return rows->readable;
}

enum exit_code diary_fetch(
    struct session *s, const char *method, const char *from, const char *to, struct diary_rows *rows)
{
    char json[160];
    struct field_error error;
    struct link_reply last;
    *rows = (struct diary_rows){.method = catalog_find(method), .readable = true};
    arena_init(&rows->arena, ROWS_ARENA);
    snprintf(json, sizeof json, "{\"from\":\"%s\",\"page_size\":500%s%s%s}", from, *to ? ",\"to\":\"" : "", to,
        *to ? "\"" : "");
    ProtobufCMessage *request = field_new(rows->method->method->input, &rows->arena.allocator);
    if (!request || !json_read_message(request, json, strlen(json), &rows->arena.allocator, &error))
        abort(); // made here, of dates
    struct link_request r = session_request(s, rows->method, request, TIMEOUT_MS);
    link_call_all(s->link, &r, on_page, rows, &last);
    enum exit_code code = link_status(&last) == STATUS_OK ? EXIT_DONE : fail_report(&last, s->globals);
    if (code == EXIT_DONE && !rows->readable) {
        fputs("The server's answer cannot be read: is this client too old for it?\n", stderr);
        code = EXIT_REFUSED;
    }
    link_reply_release(&last);
    return code;
}

void diary_release(struct diary_rows *rows)
{
    arena_release(&rows->arena);
    *rows = (struct diary_rows){0};
}
