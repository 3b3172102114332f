#include "client/booking_import.h"

#include "client/cell.h"
#include "client/command_line.h"
#include "client/csvfile.h"
#include "client/fail.h"
#include "client/invoke.h"
#include "client/print.h"
#include "client/uuid.h"
#include "common/field.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum {
    ROWS_A_CALL = 1000, // as the server takes
    COLUMNS_MOST = 100,
    COLUMN_NAME = 64,
    WORK_ARENA = 64 * 1024 * 1024,
    TIMEOUT_MS = 120000
};

static const char book_name[] = "/improve.v1.Cpd/BookRows";

struct booking_import {
    const char *path, *seed;
    char own_seed[UUID_SIZE];
    bool keep_going, together;
    struct session session;
    const struct catalog_method *method;
    const ProtobufCFieldDescriptor *rows;                  // of the request
    const ProtobufCFieldDescriptor *columns[COLUMNS_MOST]; // which field of a row a column fills; NULL for none
    size_t n_columns;
    struct csvfile *file;
    struct arena arena;
    ProtobufCMessage *chunk[ROWS_A_CALL];
    size_t n;
    unsigned calls, refused;
    bool shown; // something was printed
    struct printer printer;
};

static enum exit_code tell(const char *path, const char *why)
{
    fputs("improve: ", stderr);
    cell_print(stderr, path);
    fputs(": ", stderr);
    cell_print(stderr, why);
    fputc('\n', stderr);
    return EXIT_REFUSED;
}

// column_name makes a field's name of what a file calls it: "School URN" → school_urn.
static void column_name(const char *text, char to[COLUMN_NAME])
{
    size_t n = 0;
    while (isspace((unsigned char)*text))
        text++;
    for (; *text && n < COLUMN_NAME - 1; text++)
        to[n++] = (char)(isspace((unsigned char)*text) || *text == '-' ? '_' : tolower((unsigned char)*text));
    while (n > 0 && to[n - 1] == '_')
        n--;
    to[n] = '\0';
}

static bool has_column(const struct booking_import *im, const char *name)
{
    for (size_t i = 0; i < im->n_columns; i++)
        if (im->columns[i] && strcmp(im->columns[i]->name, name) == 0)
            return true;
    return false;
}

// read_header finds what each column fills; an unknown column is refused, so that a misspelt one is not passed over.
static enum exit_code read_header(struct booking_import *im)
{
    static const char *const needed[] = {"session_id", "school_urn", "name"};
    const char accepted[] = "session_id, school_urn, name, email, meets_prerequisites, discount_code";
    struct csvfile_row row;
    char why[320];
    if (!csvfile_next(im->file, &row))
        return tell(im->path, csvfile_error(im->file) ? csvfile_error(im->file) : "holds no rows");
    if (row.bad || row.width > COLUMNS_MOST)
        return tell(im->path, row.bad ? row.bad : "the first line has more than 100 cells");
    im->n_columns = row.width;
    for (size_t i = 0; i < row.width; i++) {
        char name[COLUMN_NAME];
        column_name(row.cells[i].text, name);
        im->columns[i] = protobuf_c_message_descriptor_get_field_by_name(im->rows->descriptor, name);
        if (!im->columns[i] || im->columns[i]->type != PROTOBUF_C_TYPE_STRING || strcmp(name, "bad") == 0) {
            snprintf(why, sizeof why, "line 1: there is no column \"%.60s\". Accepted: %s.", name, accepted);
            return tell(im->path, why);
        }
    }
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!has_column(im, needed[i])) {
            snprintf(why, sizeof why, "line 1: the column %s is missing. Accepted: %s.", needed[i], accepted);
            return tell(im->path, why);
        }
    return EXIT_DONE;
}

static void set_text(
    struct booking_import *im, ProtobufCMessage *message, const ProtobufCFieldDescriptor *f, const char *text)
{
    *(char **)field_slot(message, f) = arena_strndup(&im->arena, text, strlen(text));
}

// add_row keeps a line of the file; what cannot be read of it the server refuses with the rest.
static bool add_row(struct booking_import *im, const struct csvfile_row *row)
{
    ProtobufCMessage *message = field_new(im->rows->descriptor, &im->arena.allocator);
    const char *bad = row->bad;
    char why[160];
    if (!message)
        return false;
    *(uint32_t *)field_slot(message, protobuf_c_message_descriptor_get_field_by_name(im->rows->descriptor, "line")) =
        row->line;
    if (!bad && row->width > im->n_columns)
        bad = "The line has more cells than the first one.";
    for (size_t i = 0; !bad && i < row->width; i++) {
        unsigned char byte;
        char *text = csvfile_text(&row->cells[i], &im->arena, &byte);
        if (!text && byte == 0)
            return false;
        if (text) {
            *(char **)field_slot(message, im->columns[i]) = text;
            continue;
        }
        snprintf(
            why, sizeof why, "The byte 0x%02x in %.40s is neither UTF-8 nor Windows-1252.", byte, im->columns[i]->name);
        bad = why;
    }
    if (bad)
        set_text(im, message, protobuf_c_message_descriptor_get_field_by_name(im->rows->descriptor, "bad"), bad);
    im->chunk[im->n++] = message;
    return !im->arena.exhausted;
}

static const void *get(const ProtobufCMessage *m, const char *name)
{
    const ProtobufCFieldDescriptor *f = protobuf_c_message_descriptor_get_field_by_name(m->descriptor, name);
    return f && field_is_set(m, f) ? field_element(m, f, 0) : NULL;
}

static const char *get_text(const ProtobufCMessage *m, const char *name)
{
    const void *p = get(m, name);
    return p ? *(const char *const *)p : "";
}

// show_refused names the rows of an answer that were not booked, by line and column.
static void show_refused(struct booking_import *im, const ProtobufCMessage *answer)
{
    const ProtobufCFieldDescriptor *rows = protobuf_c_message_descriptor_get_field_by_name(answer->descriptor, "rows");
    for (size_t i = 0; i < field_count(answer, rows); i++) {
        const ProtobufCMessage *row = *(ProtobufCMessage *const *)field_element(answer, rows, i);
        const void *line = get(row, "line");
        const char *field = get_text(row, "field"), *accepted = get_text(row, "accepted");
        char text[1200];
        if (strcmp(get_text(row, "outcome"), "refused") != 0)
            continue;
        im->refused++;
        snprintf(text, sizeof text, "line %d%s%.60s: %.500s%s%.400s%s\n", line ? *(const int32_t *)line : 0,
            *field ? ", " : "", field, get_text(row, "message"), *accepted ? " Accepted: " : "", accepted,
            *accepted ? "." : "");
        cell_print(stderr, text);
    }
}

// say sets a field of the request that is yes or no, where it is yes.
static void say(ProtobufCMessage *request, const char *name, bool yes)
{
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(request->descriptor, name);
    if (yes && field)
        *(protobuf_c_boolean *)field_slot(request, field) = true;
}

// send_chunk books the rows that are kept, under an id that follows from the seed, and prints what came of them.
static enum exit_code send_chunk(struct booking_import *im)
{
    char id[UUID_SIZE];
    struct link_reply reply;
    ProtobufCMessage *request = field_new(im->method->method->input, &im->arena.allocator);
    ProtobufCMessage **rows = request ? field_room(request, im->rows, im->n, &im->arena.allocator) : NULL;
    if (!rows)
        return tell(im->path, "out of memory");
    memcpy(rows, im->chunk, im->n * sizeof *rows);
    say(request, "keep_going", im->keep_going);
    say(request, "together", im->together);
    uuid_from_seed(id, im->seed, im->calls++);
    struct link_request r = session_request(&im->session, im->method, request, TIMEOUT_MS);
    r.request_id = im->session.globals->request_id && !im->keep_going ? im->session.globals->request_id : id;
    link_call(im->session.link, &r, &reply);
    enum exit_code code = EXIT_DONE;
    if (link_status(&reply) != STATUS_OK) {
        code = fail_report(&reply, im->session.globals);
        if (code == EXIT_UNREACHED || code == EXIT_LATE)
            fprintf(stderr,
                "What was booked is not known. The same command with --request-id-seed %s books nothing twice.\n",
                im->seed);
    } else {
        ProtobufCMessage *answer = invoke_unpack(&reply, im->method->method->output, &im->arena);
        if (answer) {
            show_refused(im, answer);
            print_reply(&im->printer, im->method, answer);
        } else {
            code = tell(im->path, "the server's answer cannot be read");
        }
    }
    link_reply_release(&reply);
    im->n = 0;
    return code;
}

static enum exit_code book(struct booking_import *im)
{
    struct csvfile_row row;
    enum exit_code code = EXIT_DONE;
    while (code == EXIT_DONE && csvfile_next(im->file, &row)) {
        if (im->n == ROWS_A_CALL && !im->keep_going)
            return tell(
                im->path, "has more than 1000 rows, and no more are booked all or none: part it, or take --keep-going");
        if (im->n == ROWS_A_CALL)
            code = send_chunk(im);
        if (code == EXIT_DONE && !add_row(im, &row))
            return tell(im->path, "out of memory");
    }
    if (code == EXIT_DONE && csvfile_error(im->file))
        return tell(im->path, csvfile_error(im->file));
    if (code == EXIT_DONE && im->n == 0 && im->calls == 0)
        return tell(im->path, "holds no rows");
    return code == EXIT_DONE && im->n > 0 ? send_chunk(im) : code;
}

static enum exit_code run(struct booking_import *im)
{
    const struct globals *g = im->session.globals;
    enum exit_code code = read_header(im);
    if (code != EXIT_DONE || (code = print_open(&im->printer, im->method, g, stdout)) != EXIT_DONE)
        return code;
    code = book(im);
    if (!print_close(&im->printer) && code == EXIT_DONE)
        code = EXIT_REFUSED;
    if (code == EXIT_DONE && g->dry_run && !g->quiet)
        fputs("Dry run: nothing was kept.\n", stderr);
    if (code == EXIT_DONE && im->refused > 0)
        fprintf(stderr, "%u row%s not booked.\n", im->refused, im->refused == 1 ? " was" : "s were");
    return code == EXIT_DONE && im->refused > 0 ? EXIT_REFUSED : code;
}

enum exit_code booking_import_command(const struct command *self, int argc, char **argv)
{
    static struct booking_import im; // too large for the stack
    im = (struct booking_import){.method = catalog_find(book_name)};
    const struct args_flag flags[] = {
        {"keep-going", 0, NULL, "book the rows that can be booked, and name the others", NULL, &im.keep_going},
        {"together", 0, NULL, "those of a school on a session all get places, or all wait", NULL, &im.together},
        {"request-id-seed", 0, "TEXT", "request ids follow from this: a repeat books nothing twice", &im.seed, NULL},
    };
    struct arena arena;
    struct args args;
    char why[400];
    enum exit_code code;
    if (!command_line(self, &args, &arena, flags, sizeof flags / sizeof *flags, 1, 1, argc, argv, &code))
        return code;
    im.path = args.words[0];
    uuid_random(im.own_seed);
    im.seed = im.seed ? im.seed : im.own_seed;
    im.rows = im.method ? protobuf_c_message_descriptor_get_field_by_name(im.method->method->input, "rows") : NULL;
    arena_init(&im.arena, WORK_ARENA);
    if (!im.rows) {
        code = tell(book_name, "this client knows no such call");
    } else if (!(im.file = csvfile_open(im.path, why, sizeof why))) {
        code = tell(im.path, why);
    } else {
        code = session_open(&im.session, &args.globals);
        if (code == EXIT_DONE) {
            code = run(&im);
            session_close(&im.session);
        }
        csvfile_close(im.file);
    }
    arena_release(&im.arena);
    arena_release(&arena);
    return code;
}
