#include "client/watch.h"

#include "client/args.h"
#include "client/fail.h"
#include "client/help.h"
#include "client/invoke.h"
#include "client/print.h"
#include "client/private_file.h"
#include "client/session.h"
#include "common/field.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    REQUEST_ARENA = 1024 * 1024,
    REPLY_ARENA = 64 * 1024 * 1024,
    CURSOR_MAX = 2048,
    ASKED_MS = 60000, // how long one call waits for an event
    REST_LEAST_MS = 100,
    REST_MOST_MS = 2000,
    ANSWER_MOST = 200, // events
};

struct watch {
    struct session *session;
    const struct catalog_method *method;
    const char *cursor_file; // or NULL
    char cursor[CURSOR_MAX]; // "" at first
    struct printer printer;
    unsigned failures; // in a row
};

bool watch_is(const struct catalog_method *method)
{
    return strncmp(method->method->name, "Watch", strlen("Watch")) == 0;
}

// drop_beginnings takes the rows out of a reply that only say where the watch begins.
static void drop_beginnings(ProtobufCMessage *reply)
{
    const ProtobufCFieldDescriptor *rows = &reply->descriptor->fields[0];
    size_t *n = (size_t *)(void *)((char *)reply + rows->quantifier_offset), kept = 0;
    ProtobufCMessage **all = *(ProtobufCMessage ***)(void *)((char *)reply + rows->offset);
    for (size_t i = 0; i < *n; i++) {
        const ProtobufCFieldDescriptor *kind =
            protobuf_c_message_descriptor_get_field_by_name(all[i]->descriptor, "kind");
        const char *text = kind ? *(char *const *)field_slot(all[i], kind) : NULL;
        if (!text || strcmp(text, "from") != 0)
            all[kept++] = all[i];
    }
    *n = kept;
}

static enum exit_code keep_cursor(struct watch *w, const char *cursor)
{
    char why[512], line[CURSOR_MAX + 1];
    if (!cursor || strcmp(cursor, w->cursor) == 0)
        return EXIT_DONE;
    snprintf(w->cursor, sizeof w->cursor, "%s", cursor);
    snprintf(line, sizeof line, "%s\n", cursor);
    if (!w->cursor_file || private_file_put(w->cursor_file, line, why, sizeof why))
        return EXIT_DONE;
    fprintf(stderr, "improve: %s\n", why);
    return EXIT_REFUSED;
}

// take prints an answer's events, and then keeps its cursor. *more: --limit is not reached.
static enum exit_code take(struct watch *w, const struct link_reply *reply, bool *more)
{
    struct arena arena;
    arena_init(&arena, REPLY_ARENA);
    ProtobufCMessage *m = invoke_unpack(reply, w->method->method->output, &arena);
    enum exit_code code = EXIT_DONE;
    if (!m) {
        fputs("The server's answer cannot be read: is this client too old for it?\n", stderr);
        code = EXIT_REFUSED;
    } else {
        drop_beginnings(m);
        *more = print_reply(&w->printer, w->method, m);
        if (fflush(stdout) != 0) {
            if (errno != EPIPE) // the reader of a pipe had enough
                perror("improve: cannot write the events");
            code = EXIT_REFUSED;
        } else {
            code = keep_cursor(w, reply->header->cursor);
        }
    }
    arena_release(&arena);
    return code;
}

static bool passes(enum status status)
{
    return status == STATUS_UNAVAILABLE || status == STATUS_DEADLINE_EXCEEDED || status == STATUS_RESOURCE_EXHAUSTED;
}

// wait_a_while rests after a failure, longer each time, and says once that it waits.
static void wait_a_while(struct watch *w, const struct link_reply *reply)
{
    if (w->failures == 0 && !w->session->globals->quiet)
        fprintf(stderr, "Waiting for the server: %s\n", reply->header->message ? reply->header->message : "no answer.");
    unsigned shift = w->failures < 5 ? w->failures : 5;
    long ms = REST_LEAST_MS << shift;
    ms = ms < REST_MOST_MS ? ms : REST_MOST_MS;
    struct timespec rest = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&rest, NULL);
    w->failures++;
}

// shorten_answer asks for no more events than --limit still wants: the cursor that is kept is that of the last one
// printed.
static void shorten_answer(const struct watch *w, ProtobufCMessage *request)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(request->descriptor, "page_size");
    long left = w->printer.limit - (long)w->printer.rows;
    if (!field || !w->printer.limit)
        return;
    bool asked = field_is_set(request, field);
    int32_t *size = field_slot(request, field);
    if (!asked || *size < 1 || *size > left)
        *size = (int32_t)(left < ANSWER_MOST ? left : ANSWER_MOST);
}

static enum exit_code follow(struct watch *w, ProtobufCMessage *request)
{
    enum exit_code code = EXIT_DONE;
    for (bool more = true; more && code == EXIT_DONE;) {
        shorten_answer(w, request);
        struct link_request r = session_request(w->session, w->method, request, ASKED_MS);
        struct link_reply reply;
        char asked[CURSOR_MAX];
        snprintf(asked, sizeof asked, "%s", w->cursor);
        r.cursor = *asked ? asked : NULL;
        link_call(w->session->link, &r, &reply);
        if (link_status(&reply) == STATUS_OK) {
            w->failures = 0;
            code = take(w, &reply, &more);
        } else if (passes(link_status(&reply))) {
            wait_a_while(w, &reply);
        } else {
            code = fail_report(&reply, w->session->globals);
        }
        link_reply_release(&reply);
    }
    return code;
}

static enum exit_code begin(struct watch *w, ProtobufCMessage *request)
{
    char why[512];
    if (w->cursor_file && access(w->cursor_file, F_OK) == 0 &&
        !private_file_read(w->cursor_file, w->cursor, sizeof w->cursor, why, sizeof why)) {
        fprintf(stderr, "improve: %s\n", why);
        return EXIT_REFUSED;
    }
    w->cursor[strcspn(w->cursor, "\n")] = '\0';
    enum exit_code code = print_open(&w->printer, w->method, w->session->globals, stdout);
    if (code != EXIT_DONE)
        return code;
    print_as_lines(&w->printer);
    code = follow(w, request);
    print_close(&w->printer);
    return code;
}

enum exit_code watch_verb(const struct verb *verb, int argc, char **argv)
{
    struct watch w = {.method = verb->method};
    const struct args_flag flags[] = {
        {"cursor-file", 0, "FILE", "keep the place in this file, and go on from it", &w.cursor_file, NULL}};
    struct arena arena;
    arena_init(&arena, REQUEST_ARENA);
    struct args args = {
        .command = verb->words, .type = verb->method->method->input, .arena = &arena, .flags = flags, .n_flags = 1};
    struct session session;
    enum exit_code code = args_parse(&args, argc, argv);
    if (args.globals.help && code == EXIT_DONE) {
        help_verb(verb, stdout);
    } else if (code == EXIT_DONE && (code = session_open(&session, &args.globals)) == EXIT_DONE) {
        w.session = &session;
        code = begin(&w, args.request);
        session_close(&session);
    }
    arena_release(&arena);
    return code;
}
