#include "client/call.h"

#include "client/call_lines.h"
#include "client/command_line.h"
#include "client/invoke.h"
#include "client/suggest.h"
#include "common/json.h"
#include "common/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REQUEST_ARENA = 8 * 1024 * 1024 };

static const struct catalog_method *find_method(const char *name)
{
    const struct catalog_method *m = catalog_find(name);
    struct suggest near;
    if (m)
        return m;
    suggest_init(&near, names_last(strrchr(name, '/') ? strrchr(name, '/') + 1 : name));
    for (size_t i = 0; i < catalog_count(); i++)
        suggest_offer(&near, catalog_at(i)->method->name);
    fprintf(stderr, "improve: there is no method %.100s.", name);
    for (size_t i = 0; near.names[0] && i < catalog_count(); i++)
        if (strcmp(catalog_at(i)->method->name, near.names[0]) == 0) {
            fprintf(stderr, " Did you mean %s?", catalog_at(i)->full_name);
            break;
        }
    fputs("\nSee: improve list-methods\n", stderr);
    return NULL;
}

// call_one makes one call from JSON text.
static enum exit_code call_one(
    struct session *s, const struct catalog_method *method, const char *text, struct arena *arena)
{
    struct field_error e = {0};
    ProtobufCMessage *request = field_new(method->method->input, &arena->allocator);
    if (request && json_read_message(request, text, strlen(text), &arena->allocator, &e))
        return invoke_message(s, method, request);
    fprintf(stderr, "The request does not fit %s: %s%s%s%s%s%s\nSee: improve describe %s\n",
        names_last(method->method->input->name), e.field, *e.field ? ": " : "", e.message,
        *e.accepted ? ". Accepted: " : "", e.accepted, *e.accepted ? "." : "", method->full_name);
    return EXIT_USAGE;
}

static enum exit_code run(struct args *args, struct call_lines *lines)
{
    struct session session;
    bool own = strcmp(args->words[0], "-") == 0;
    bool many = own || strcmp(args->words[args->n_words - 1], "-") == 0;
    const char *text = args->n_words > 1 ? args->words[1] : "{}";
    if (!own && !(lines->method = find_method(args->words[0])))
        return EXIT_USAGE;
    if (args->globals.form == OUTPUT_AUTO)
        args->globals.form = OUTPUT_JSON;
    enum exit_code code = session_open(&session, &args->globals);
    if (code != EXIT_DONE)
        return code;
    lines->session = &session;
    struct arena arena;
    arena_init(&arena, REQUEST_ARENA);
    code = many ? call_lines_run(lines, stdin, stdout) : call_one(&session, lines->method, text, &arena);
    arena_release(&arena);
    session_close(&session);
    return code;
}

enum exit_code call_command(const struct command *self, int argc, char **argv)
{
    struct call_lines lines = {.in_flight = 8};
    const char *in_flight = NULL;
    const struct args_flag flags[] = {
        {"request-id-seed", 0, "TEXT", "request ids follow from this and the line's number", &lines.seed, NULL},
        {"in-flight", 0, "N", "calls at once", &in_flight, NULL},
        {"keep-going", 0, NULL, "do not stop at the first failure", NULL, &lines.keep_going},
    };
    struct arena arena;
    struct args args;
    enum exit_code code;
    if (!command_line(self, &args, &arena, flags, sizeof flags / sizeof *flags, 1, 2, argc, argv, &code))
        return code;
    if (in_flight) {
        char *end;
        unsigned long n = strtoul(in_flight, &end, 10);
        if (*end || n < 1 || n > CALL_LINES_MOST) {
            fprintf(stderr, "--in-flight \"%.40s\" is not accepted. Accepted: 1 to %d.\n", in_flight, CALL_LINES_MOST);
            arena_release(&arena);
            return EXIT_USAGE;
        }
        lines.in_flight = n;
    }
    code = run(&args, &lines);
    arena_release(&arena);
    return code;
}
