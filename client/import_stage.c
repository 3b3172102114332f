#include "client/import_stage.h"

#include "common/field.h"

#include <stdio.h>
#include <string.h>

enum { NAME_MAX_BYTES = 80, CELL_OVERHEAD = 4, ROW_OVERHEAD = 24 };

// The fields of a row's message, by name: its other fields are the server's business.
struct row_fields {
    const ProtobufCMessageDescriptor *type;
    const ProtobufCFieldDescriptor *rows, *line, *width, *bad, *cells, *import_id;
};

// A chunk being made.
struct chunk {
    struct arena arena;
    ProtobufCMessage *rows[STAGE_ROWS_MOST];
    size_t n, bytes;
};

static bool find_fields(const struct catalog_method *method, struct row_fields *f)
{
    const ProtobufCMessageDescriptor *input = method->method->input;
    f->rows = protobuf_c_message_descriptor_get_field_by_name(input, "rows");
    f->import_id = protobuf_c_message_descriptor_get_field_by_name(input, "import_id");
    if (!f->rows || !f->import_id || f->rows->type != PROTOBUF_C_TYPE_MESSAGE)
        return false;
    f->type = f->rows->descriptor;
    f->line = protobuf_c_message_descriptor_get_field_by_name(f->type, "line");
    f->width = protobuf_c_message_descriptor_get_field_by_name(f->type, "width");
    f->bad = protobuf_c_message_descriptor_get_field_by_name(f->type, "bad");
    f->cells = protobuf_c_message_descriptor_get_field_by_name(f->type, "cells");
    return f->line && f->width && f->bad && f->cells;
}

// read_cells puts the wanted cells into a row's message, or why they cannot be read.
static bool read_cells(const struct import_stage *s, const struct row_fields *f, const struct csvfile_row *row,
    struct chunk *c, ProtobufCMessage *message)
{
    char why[160];
    char **cells = field_room(message, f->cells, s->n_wanted, &c->arena.allocator);
    const char *bad = row->bad;
    for (size_t i = 0; cells && !bad && i < s->n_wanted; i++) {
        static const struct csvfile_cell nothing = {"", 0};
        size_t at = (size_t)s->wanted[i];
        unsigned char byte;
        cells[i] = csvfile_text(at < row->width ? &row->cells[at] : &nothing, &c->arena, &byte);
        if (!cells[i] && byte == 0)
            return false;
        if (!cells[i]) {
            const char *name = at < s->n_header ? s->header[at] : "?";
            snprintf(why, sizeof why, "The byte 0x%02x in \"%.60s\" is neither UTF-8 nor Windows-1252.", byte, name);
            bad = why;
        } else {
            c->bytes += strlen(cells[i]) + CELL_OVERHEAD;
        }
    }
    if (bad) {
        field_room(message, f->cells, 0, &c->arena.allocator);
        *(char **)field_slot(message, f->bad) = arena_strndup(&c->arena, bad, strlen(bad));
        c->bytes += strlen(bad);
    }
    return cells && !c->arena.exhausted;
}

static bool add_row(
    const struct import_stage *s, const struct row_fields *f, const struct csvfile_row *row, struct chunk *c)
{
    ProtobufCMessage *message = field_new(f->type, &c->arena.allocator);
    if (!message || !read_cells(s, f, row, c, message))
        return false;
    *(uint32_t *)field_slot(message, f->line) = row->line;
    *(uint32_t *)field_slot(message, f->width) = (uint32_t)row->width;
    c->bytes += ROW_OVERHEAD;
    c->rows[c->n++] = message;
    return true;
}

static void on_done(struct link_reply *reply, void *data)
{
    struct import_stage *s = data;
    pthread_mutex_lock(&s->mutex);
    if (link_status(reply) != STATUS_OK && !s->failure.header)
        s->failure = *reply;
    else
        link_reply_release(reply);
    s->flying--;
    pthread_cond_signal(&s->came);
    pthread_mutex_unlock(&s->mutex);
}

// wait_for waits until no more than so many chunks are in flight. False when one has failed.
static bool wait_for(struct import_stage *s, size_t most)
{
    pthread_mutex_lock(&s->mutex);
    while (s->flying > most)
        pthread_cond_wait(&s->came, &s->mutex);
    bool good = s->failure.header == NULL;
    pthread_mutex_unlock(&s->mutex);
    return good;
}

// send_chunk sends a chunk and empties it. False when one before it has failed, or it cannot be sent.
static bool send_chunk(struct import_stage *s, const struct row_fields *f, struct chunk *c, char *why, size_t why_size)
{
    if (!wait_for(s, STAGE_IN_FLIGHT - 1))
        return false;
    ProtobufCMessage *request = field_new(s->method->method->input, &c->arena.allocator);
    ProtobufCMessage **rows = request ? field_room(request, f->rows, c->n, &c->arena.allocator) : NULL;
    char *id = arena_strndup(&c->arena, s->import_id, strlen(s->import_id));
    if (!rows || !id) {
        snprintf(why, why_size, "out of memory");
        return false;
    }
    memcpy(rows, c->rows, c->n * sizeof(ProtobufCMessage *));
    *(char **)field_slot(request, f->import_id) = id;
    struct link_request r = session_request(s->session, s->method, request, STAGE_TIMEOUT_MS);
    r.request_id = NULL; // each chunk its own
    r.dry_run = false;   // the rows must be there for the dry run of the whole
    pthread_mutex_lock(&s->mutex);
    s->flying++;
    pthread_mutex_unlock(&s->mutex);
    bool started = link_start(s->session->link, &r, on_done, s, why, why_size);
    pthread_mutex_lock(&s->mutex);
    s->flying -= !started;
    pthread_mutex_unlock(&s->mutex);
    s->rows += (uint32_t)c->n;
    arena_release(&c->arena);
    c->n = c->bytes = 0;
    return started;
}

static void show(const struct import_stage *s, bool end)
{
    double share = csvfile_progress(s->file);
    int done = (int)(share * 30);
    fprintf(stderr, "\r%.*s%.*s %u rows%s", done, "##############################", 30 - done,
        "..............................", s->rows, end ? "\n" : "");
}

bool import_stage_run(struct import_stage *s, bool progress, char *why, size_t why_size)
{
    struct row_fields fields;
    struct csvfile_row row;
    static struct chunk c; // too large for the stack
    *why = '\0';
    s->rows = 0;
    s->flying = 0;
    s->failure = (struct link_reply){0};
    pthread_mutex_init(&s->mutex, NULL);
    pthread_cond_init(&s->came, NULL);
    arena_init(&c.arena, STAGE_ARENA);
    c.n = c.bytes = 0;
    bool good = find_fields(s->method, &fields);
    if (!good)
        snprintf(why, why_size, "the server's rows are not as this client knows them");
    while (good && csvfile_next(s->file, &row)) {
        if (!(good = add_row(s, &fields, &row, &c)))
            snprintf(why, why_size, "out of memory");
        if (good && (c.n == STAGE_ROWS_MOST || c.bytes >= STAGE_BYTES_MOST)) {
            good = send_chunk(s, &fields, &c, why, why_size);
            if (progress)
                show(s, false);
        }
    }
    if (good && csvfile_error(s->file)) {
        snprintf(why, why_size, "%s", csvfile_error(s->file));
        good = false;
    }
    if (good && c.n > 0)
        good = send_chunk(s, &fields, &c, why, why_size);
    good = wait_for(s, 0) && good; // always: the chunks in flight know this struct
    if (progress)
        show(s, true);
    arena_release(&c.arena);
    pthread_cond_destroy(&s->came);
    pthread_mutex_destroy(&s->mutex);
    return good;
}
