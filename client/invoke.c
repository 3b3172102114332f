#include "client/invoke.h"

#include "client/args.h"
#include "client/fail.h"
#include "client/help.h"
#include "client/print.h"
#include "client/watch.h"
#include "common/check.h"
#include "common/field.h"
#include "common/names.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    REQUEST_ARENA = 4 * 1024 * 1024,
    REPLY_ARENA = 256 * 1024 * 1024, // an answer of FRAME_REPLY_MAX unpacked
    REPORT_TIMEOUT_MS = 120000,
    LIMIT_PAGE_MAX = 500,
};

ProtobufCMessage *invoke_unpack(
    const struct link_reply *reply, const ProtobufCMessageDescriptor *type, struct arena *arena)
{
    struct field_error error;
    ProtobufCMessage *m = protobuf_c_message_unpack(type, &arena->allocator, reply->payload_size, reply->payload);
    return m && check_message(m, &error) ? m : NULL;
}

// One call's pages on their way to the printer.
struct pages {
    const struct catalog_method *method;
    struct printer printer;
    const struct globals *globals;
    bool readable;
};

static bool on_page(const struct link_reply *reply, void *data)
{
    struct pages *pages = data;
    struct arena arena;
    arena_init(&arena, REPLY_ARENA);
    ProtobufCMessage *m = invoke_unpack(reply, pages->method->method->output, &arena);
    pages->readable = m != NULL;
    bool more = m && print_reply(&pages->printer, pages->method, m);
    // What the server remarks beside an answer may tell what is hidden in it.
    for (size_t i = 0; !pages->globals->publish && i < reply->header->n_notes; i++)
        print_note(&pages->printer, reply->header->notes[i]);
    if (!pages->globals->publish)
        fail_notes(reply, pages->globals);
    arena_release(&arena);
    return more;
}

static uint32_t default_timeout(const struct catalog_method *method)
{
    return strcmp(names_last(method->service->name), "Reports") == 0 ? REPORT_TIMEOUT_MS : LINK_TIMEOUT_MS;
}

enum exit_code invoke_message(struct session *s, const struct catalog_method *method, const ProtobufCMessage *request)
{
    struct pages pages = {.method = method, .globals = s->globals, .readable = true};
    struct link_request r = session_request(s, method, request, default_timeout(method));
    struct link_reply last;
    struct publish_rule rule;
    const char *note = NULL;
    enum exit_code code = print_open(&pages.printer, method, s->globals, stdout);
    if (code != EXIT_DONE)
        return code;
    if (s->globals->publish) {
        if ((code = publish_ask(s, &rule)) == EXIT_DONE) {
            print_publish(&pages.printer, method, &rule);
            code = publish_ask_beside(s, pages.printer.publish, request);
        }
        if (code != EXIT_DONE) {
            print_close(&pages.printer);
            return code;
        }
    }
    print_asked(&pages.printer, request, s->authority, s->globals);
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    link_call_all(s->link, &r, on_page, &pages, &last);
    clock_gettime(CLOCK_MONOTONIC, &end);
    bool failed = link_status(&last) != STATUS_OK;
    bool published = failed || !pages.readable || print_published(&pages.printer, &note);
    if (note && !s->globals->quiet)
        fprintf(stderr, "%s\n", note);
    bool written = print_close(&pages.printer);
    if (failed) {
        code = fail_report(&last, s->globals);
    } else if (!pages.readable) {
        fputs("The server's answer cannot be read: is this client too old for it?\n", stderr);
        code = EXIT_REFUSED;
    } else if (!published) {
        code = EXIT_REFUSED; // said
    } else if (!written) {
        if (errno != EPIPE) // the reader of a pipe had enough
            perror("improve: cannot write the answer");
        code = EXIT_REFUSED;
    } else if (s->globals->dry_run && !s->globals->quiet) {
        fputs("Dry run: nothing was kept.\n", stderr);
    }
    if (s->globals->verbose)
        fprintf(stderr, "Took %.1f ms.\n",
            (double)(end.tv_sec - start.tv_sec) * 1e3 + (double)(end.tv_nsec - start.tv_nsec) / 1e6);
    link_reply_release(&last);
    return code;
}

// shorten_page asks for no more rows a page than --limit wants.
static void shorten_page(ProtobufCMessage *request, long limit)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(request->descriptor, "page_size");
    if (field && field->type == PROTOBUF_C_TYPE_INT32 && !field_is_set(request, field) && limit > 0)
        *(int32_t *)field_slot(request, field) = (int32_t)(limit < LIMIT_PAGE_MAX ? limit : LIMIT_PAGE_MAX);
}

enum exit_code invoke_verb(const struct verb *verb, int argc, char **argv)
{
    if (watch_is(verb->method))
        return watch_verb(verb, argc, argv);
    struct arena arena;
    arena_init(&arena, REQUEST_ARENA);
    struct args args = {.command = verb->words, .type = verb->method->method->input, .arena = &arena};
    struct session session;
    enum exit_code code = args_parse(&args, argc, argv);
    if (args.globals.help && code == EXIT_DONE) {
        help_verb(verb, stdout);
    } else if (code == EXIT_DONE && (code = session_open(&session, &args.globals)) == EXIT_DONE) {
        shorten_page(args.request, args.globals.limit);
        code = invoke_message(&session, verb->method, args.request);
        session_close(&session);
    }
    arena_release(&arena);
    return code;
}
