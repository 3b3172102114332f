#include "client/import.h"

#include "client/cell.h"
#include "client/command_line.h"
#include "client/dates.h"
#include "client/fail.h"
#include "client/import_stage.h"
#include "client/invoke.h"
#include "client/print.h"
#include "client/verbs.h"
#include "common/field.h"
#include "common/json.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    HEADER_CELLS_MOST = 1000,
    SHOWN_MOST = 100,
    HEADER_JSON_MAX = 256 * 1024,
    WORK_ARENA = 64 * 1024 * 1024,
    APPLY_TIMEOUT_MS = 120000
};

static const char open_name[] = "/improve.v1.Imports/OpenImport", stage_name[] = "/improve.v1.Imports/StageRows",
                  apply_name[] = "/improve.v1.Imports/ApplyImport",
                  problems_name[] = "/improve.v1.Imports/ListImportProblems";

// What is asked for, and what one import works with.
struct import {
    const char *kind; // the enum's name
    const char *path;
    bool complete, strict;
    const char *effective_on; // as given, or NULL
    char iso[DATE_ISO_SIZE];  // what it means, "" when not given
    struct session session;
    struct csvfile *file;
    struct arena arena;
    char *header[HEADER_CELLS_MOST];
    size_t n_header;
    ProtobufCMessage *opened; // OpenImport's reply
};

static enum exit_code tell(const char *path, const char *why, enum exit_code code)
{
    fputs("improve: ", stderr);
    if (path) {
        cell_print(stderr, path);
        fputs(": ", stderr);
    }
    cell_print(stderr, why);
    fputc('\n', stderr);
    return code;
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

static long get_number(const ProtobufCMessage *m, const char *name)
{
    const void *p = get(m, name);
    return p ? *(const int32_t *)p : 0;
}

// read_header reads the column names. A first line without a letter in most of its cells is data.
static enum exit_code read_header(struct import *im)
{
    struct csvfile_row row;
    size_t named = 0;
    if (!csvfile_next(im->file, &row))
        return tell(im->path, csvfile_error(im->file) ? csvfile_error(im->file) : "holds no rows", EXIT_REFUSED);
    if (row.bad)
        return tell(im->path, row.bad, EXIT_REFUSED);
    if (row.width > HEADER_CELLS_MOST)
        return tell(im->path, "the first line has more than 1,000 cells", EXIT_REFUSED);
    for (size_t i = 0; i < row.width; i++) {
        unsigned char byte;
        im->header[i] = csvfile_text(&row.cells[i], &im->arena, &byte);
        if (!im->header[i])
            return tell(im->path, "the first line holds bytes that are neither UTF-8 nor Windows-1252", EXIT_REFUSED);
        named += strpbrk(im->header[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") != NULL;
    }
    im->n_header = row.width;
    if (named * 2 < row.width || isdigit((unsigned char)im->header[0][0]))
        return tell(im->path, "has no header: the first line must hold the columns' names, such as URN", EXIT_REFUSED);
    return EXIT_DONE;
}

// call makes a call whose request is given as JSON; the reply's message is in the import's arena. NULL, with *code set,
// when it failed.
static ProtobufCMessage *call(struct import *im, const char *name, const char *json, bool dry_run, enum exit_code *code)
{
    struct field_error e = {0};
    struct link_reply reply;
    const struct catalog_method *method = catalog_find(name);
    ProtobufCMessage *request = method ? field_new(method->method->input, &im->arena.allocator) : NULL, *answer = NULL;
    if (!request || !json_read_message(request, json, strlen(json), &im->arena.allocator, &e)) {
        *code = tell(name, request ? e.message : "this client knows no such call", EXIT_REFUSED);
        return NULL;
    }
    struct link_request r = session_request(&im->session, method, request, APPLY_TIMEOUT_MS);
    r.dry_run = dry_run;
    r.request_id = strcmp(name, apply_name) == 0 ? r.request_id : NULL;
    link_call(im->session.link, &r, &reply);
    if (link_status(&reply) != STATUS_OK) {
        *code = fail_report(&reply, im->session.globals);
    } else {
        fail_notes(&reply, im->session.globals);
        answer = invoke_unpack(&reply, method->method->output, &im->arena);
        *code = answer ? EXIT_DONE : tell(NULL, "the server's answer cannot be read", EXIT_REFUSED);
    }
    link_reply_release(&reply);
    return answer;
}

static enum exit_code open_import(struct import *im)
{
    struct strbuf b;
    enum exit_code code;
    const char *slash = strrchr(im->path, '/');
    strbuf_init(&b, HEADER_JSON_MAX);
    strbuf_addf(&b, "{\"kind\":\"%s\",\"file_name\":", im->kind);
    json_write_string(&b, slash ? slash + 1 : im->path);
    strbuf_adds(&b, ",\"header\":[");
    for (size_t i = 0; i < im->n_header; i++) {
        if (i)
            strbuf_addc(&b, ',');
        json_write_string(&b, im->header[i]);
    }
    strbuf_addc(&b, ']');
    if (*im->iso)
        strbuf_addf(&b, ",\"effective_on\":\"%s\"", im->iso);
    if (im->complete)
        strbuf_adds(&b, ",\"complete\":true");
    if (im->strict)
        strbuf_adds(&b, ",\"strict\":true");
    strbuf_addc(&b, '}');
    im->opened = call(im, open_name, strbuf_text(&b), false, &code);
    strbuf_release(&b);
    return code;
}

static enum exit_code stage(struct import *im, uint32_t *rows)
{
    const ProtobufCFieldDescriptor *wanted =
        protobuf_c_message_descriptor_get_field_by_name(im->opened->descriptor, "wanted");
    struct import_stage s = {.session = &im->session,
        .method = catalog_find(stage_name),
        .file = im->file,
        .import_id = get_text(im->opened, "import_id"),
        .header = im->header,
        .n_header = im->n_header};
    char why[256];
    if (!wanted || field_size(wanted) != sizeof *s.wanted || !s.method)
        return tell(NULL, "the server's imports are not as this client knows them", EXIT_REFUSED);
    s.n_wanted = field_count(im->opened, wanted);
    s.wanted = s.n_wanted ? field_element(im->opened, wanted, 0) : NULL;
    for (size_t i = 0; i < s.n_wanted; i++)
        if (s.wanted[i] < 0 || (size_t)s.wanted[i] >= im->n_header)
            return tell(NULL, "the server wants a column that the file does not have", EXIT_REFUSED);
    bool sent = import_stage_run(&s, isatty(STDERR_FILENO) == 1 && !im->session.globals->quiet, why, sizeof why);
    enum exit_code code = EXIT_DONE;
    if (s.failure.header)
        code = fail_report(&s.failure, im->session.globals);
    else if (!sent)
        code = tell(im->path, why, EXIT_REFUSED);
    link_reply_release(&s.failure);
    *rows = s.rows;
    return code;
}

// show_problems writes a list of problems to stderr, a line each, and how to see those that are not shown.
static void show_problems(const struct import *im, const ProtobufCMessage *reply, const char *list, long all, bool kept)
{
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(reply->descriptor, list);
    size_t n = field && field->type == PROTOBUF_C_TYPE_MESSAGE ? field_count(reply, field) : 0;
    for (size_t i = 0; i < n && i < SHOWN_MOST; i++) {
        const ProtobufCMessage *p = *(ProtobufCMessage *const *)field_element(reply, field, i);
        const char *column = get_text(p, "field"), *value = get_text(p, "value");
        struct strbuf b;
        strbuf_init(&b, HEADER_JSON_MAX);
        strbuf_addf(&b, "line %ld: ", get_number(p, "line"));
        if (strcmp(get_text(p, "severity"), "warning") == 0)
            strbuf_adds(&b, "warning: ");
        if (*column)
            strbuf_addf(&b, "%s%s%s%s: ", column, *value ? " \"" : "", value, *value ? "\"" : "");
        strbuf_addf(&b, "%s\n", get_text(p, "reason"));
        cell_print(stderr, strbuf_text(&b));
        strbuf_release(&b);
    }
    const struct catalog_method *method = catalog_find(problems_name);
    long shown = n < SHOWN_MOST ? (long)n : SHOWN_MOST;
    if (all > shown && method && kept)
        fprintf(stderr, "and %ld more. List all: improve %s %s\n", all - shown, verbs_of(method),
            get_text(im->opened, "import_id"));
    else if (all > shown)
        fprintf(stderr, "and %ld more.\n", all - shown);
}

// show_kept lists the problems of an import that was refused as a whole.
static void show_kept(struct import *im)
{
    char json[128];
    enum exit_code code;
    snprintf(
        json, sizeof json, "{\"import_id\":\"%.60s\",\"page_size\":%d}", get_text(im->opened, "import_id"), SHOWN_MOST);
    ProtobufCMessage *m = call(im, problems_name, json, false, &code);
    if (m)
        show_problems(im, m, "rows", 0, true);
}

// print_counts prints what came of it: labels on a terminal, JSON on a pipe unless another form was asked for. The
// problems have gone to stderr.
static enum exit_code print_counts(const struct import *im, const ProtobufCMessage *reply)
{
    struct globals g = *im->session.globals;
    struct printer printer;
    const struct catalog_method *method = catalog_find(apply_name);
    char columns[512] = "";
    for (unsigned i = 0; i < reply->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &reply->descriptor->fields[i];
        size_t n = strlen(columns);
        if (f->type != PROTOBUF_C_TYPE_MESSAGE || strcmp(f->name, "problems") != 0)
            snprintf(columns + n, sizeof columns - n, "%s%s", n ? "," : "", f->name);
    }
    if (g.form == OUTPUT_AUTO)
        g.form = isatty(STDOUT_FILENO) == 1 ? OUTPUT_TABLE : OUTPUT_JSON;
    if (!g.columns)
        g.columns = columns;
    enum exit_code code = print_open(&printer, method, &g, stdout);
    if (code != EXIT_DONE)
        return code;
    print_reply(&printer, method, reply);
    return print_close(&printer) ? EXIT_DONE : EXIT_REFUSED;
}

static enum exit_code apply(struct import *im, uint32_t rows)
{
    char json[160];
    enum exit_code code;
    bool dry_run = im->session.globals->dry_run;
    snprintf(
        json, sizeof json, "{\"import_id\":\"%.60s\",\"expected_rows\":%u}", get_text(im->opened, "import_id"), rows);
    ProtobufCMessage *reply = call(im, apply_name, json, dry_run, &code);
    if (!reply) {
        if (code == EXIT_REFUSED)
            show_kept(im);
        return code;
    }
    show_problems(im, reply, "problems", get_number(reply, "rejected") + get_number(reply, "warnings"), !dry_run);
    code = print_counts(im, reply);
    if (dry_run && !im->session.globals->quiet)
        fputs("Dry run: nothing was kept.\n", stderr);
    return code;
}

static enum exit_code work(struct import *im)
{
    uint32_t rows = 0;
    enum exit_code code = read_header(im);
    if (code == EXIT_DONE)
        code = open_import(im);
    if (code == EXIT_DONE)
        code = stage(im, &rows);
    return code == EXIT_DONE ? apply(im, rows) : code;
}

static enum exit_code run(const struct command *self, const char *kind, int argc, char **argv)
{
    static struct import im; // too large for the stack
    im = (struct import){.kind = kind};
    const struct args_flag flags[] = {
        {"complete", 0, NULL, "schools that are not in the file have closed", NULL, &im.complete},
        {"effective-on", 0, "DATE", "the day that the file describes", &im.effective_on, NULL},
        {"strict", 0, NULL, "refuse the whole file for one bad row", NULL, &im.strict},
    };
    struct arena arena;
    struct args args;
    struct tm today = dates_today();
    char why[400];
    enum exit_code code;
    if (!command_line(self, &args, &arena, flags, sizeof flags / sizeof *flags, 1, 1, argc, argv, &code))
        return code;
    im.path = args.words[0];
    arena_init(&im.arena, WORK_ARENA);
    if (im.effective_on && !dates_read(im.effective_on, &today, im.iso)) {
        fprintf(stderr, "--effective-on: \"%.60s\" is no date. Accepted: %s.\n", im.effective_on, dates_accepted);
        code = EXIT_USAGE;
    } else if (!(im.file = csvfile_open(im.path, why, sizeof why))) {
        code = tell(NULL, why, EXIT_REFUSED);
    } else {
        code = session_open(&im.session, &args.globals);
        if (code == EXIT_DONE) {
            code = work(&im);
            session_close(&im.session);
        }
        csvfile_close(im.file);
    }
    arena_release(&im.arena);
    arena_release(&arena);
    return code;
}

enum exit_code import_schools(const struct command *self, int argc, char **argv)
{
    return run(self, "SCHOOLS", argc, argv);
}

enum exit_code import_links(const struct command *self, int argc, char **argv)
{
    return run(self, "LINKS", argc, argv);
}

enum exit_code import_groups(const struct command *self, int argc, char **argv)
{
    return run(self, "GROUPS", argc, argv);
}

enum exit_code import_inspections(const struct command *self, int argc, char **argv)
{
    return run(self, "INSPECTIONS", argc, argv);
}
