#include "client/audit.h"

#include "client/audit_chain.h"
#include "client/command_line.h"
#include "client/fail.h"
#include "client/invoke.h"
#include "client/session.h"
#include "common/field.h"
#include "common/json.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE_ARENA = 256 * 1024 * 1024, TIMEOUT_MS = 120000 };

static const char export_name[] = "/improve.v1.Audit/ExportEntries", verify_name[] = "/improve.v1.Audit/VerifyChain";

// An export on its way into its file.
struct export
{
    const struct catalog_method *method;
    FILE *out;
    const char *authority;
    unsigned long entries;
    char head[AUDIT_HASH_TEXT];
    bool written;
};

static enum exit_code trouble(const char *path, const char *why)
{
    fprintf(stderr, "improve: %s: %s\n", path, why);
    return EXIT_REFUSED;
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

static long long get_number(const ProtobufCMessage *m, const char *name)
{
    const void *p = get(m, name);
    return p ? *(const int64_t *)p : 0;
}

static ProtobufCMessage *make_request(const struct catalog_method *method, const char *json, struct arena *arena)
{
    struct field_error e = {0};
    ProtobufCMessage *m = method ? field_new(method->method->input, &arena->allocator) : NULL;
    return m && json_read_message(m, json, strlen(json), &arena->allocator, &e) ? m : NULL;
}

static void write_header(struct export *x, long long first, const char *previous)
{
    snprintf(x->head, sizeof x->head, "%s", previous);
    x->written = fprintf(x->out, "{\"improve_audit\":1,\"authority\":\"%s\",\"first\":%lld,\"previous\":\"%s\"}\n",
                     x->authority && *x->authority ? x->authority : "000", first, previous) > 0;
}

static bool on_page(const struct link_reply *reply, void *data)
{
    struct export *x = data;
    struct arena arena;
    arena_init(&arena, PAGE_ARENA);
    ProtobufCMessage *m = invoke_unpack(reply, x->method->method->output, &arena);
    x->written = x->written && m;
    for (size_t i = 0; m && x->written && i < field_count(m, &m->descriptor->fields[0]); i++) {
        const ProtobufCMessage *row = *(ProtobufCMessage *const *)field_element(m, &m->descriptor->fields[0], i);
        const char *line = get_text(row, "line");
        if (x->entries++ == 0)
            write_header(x, get_number(row, "number"), get_text(row, "previous"));
        snprintf(x->head, sizeof x->head, "%.64s", strlen(line) > 73 ? line + 9 : "");
        x->written = x->written && fprintf(x->out, "%s\n", line) > 0;
    }
    arena_release(&arena);
    return x->written;
}

static enum exit_code export_to(struct session *s, struct export *x, const char *path, const char *from)
{
    struct arena arena;
    struct link_reply last;
    char json[64], none[AUDIT_HASH_TEXT];
    arena_init(&arena, PAGE_ARENA);
    snprintf(json, sizeof json, "{\"from_number\":%ld}", from ? strtol(from, NULL, 10) : 1L);
    struct link_request r = session_request(s, x->method, make_request(x->method, json, &arena), TIMEOUT_MS);
    memset(none, '0', sizeof none - 1);
    none[sizeof none - 1] = '\0';
    link_call_all(s->link, &r, on_page, x, &last);
    enum exit_code code = link_status(&last) == STATUS_OK ? EXIT_DONE : fail_report(&last, s->globals);
    if (code == EXIT_DONE && x->entries == 0)
        write_header(x, 1, none);
    if (code == EXIT_DONE)
        x->written = x->written && fprintf(x->out, "{\"entries\":%lu,\"head\":\"%s\"}\n", x->entries, x->head) > 0;
    if (code == EXIT_DONE && !x->written)
        code = trouble(path, "cannot be written");
    link_reply_release(&last);
    arena_release(&arena);
    return code;
}

// open_private makes a file that only its owner reads; "-" is standard output.
static FILE *open_private(const char *path)
{
    if (strcmp(path, "-") == 0)
        return stdout;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return fd < 0 ? NULL : fdopen(fd, "w");
}

enum exit_code audit_export_command(const struct command *self, int argc, char **argv)
{
    const char *from = NULL;
    const struct args_flag flags[] = {{"from-number", 0, "N", "first number, 1 unless given", &from, NULL}};
    struct arena arena;
    struct args args;
    struct session session;
    enum exit_code code;
    if (!command_line(self, &args, &arena, flags, 1, 1, 1, argc, argv, &code))
        return code;
    struct export x = {.method = catalog_find(export_name), .written = true};
    if ((code = session_open(&session, &args.globals)) == EXIT_DONE) {
        x.authority = session.authority;
        x.out = open_private(args.words[0]);
        code = x.out ? export_to(&session, &x, args.words[0], from) : trouble(args.words[0], strerror(errno));
        if (x.out && fclose(x.out) != 0 && code == EXIT_DONE)
            code = trouble(args.words[0], strerror(errno));
        if (code == EXIT_DONE && !args.globals.quiet)
            fprintf(stderr, "%lu entries; the last hash is %s\n", x.entries, x.head);
        session_close(&session);
    }
    arena_release(&arena);
    return code;
}

static char *read_file(const char *path, size_t *n)
{
    struct stat found;
    FILE *file = fopen(path, "rb");
    char *text = file && fstat(fileno(file), &found) == 0 ? malloc((size_t)found.st_size + 1) : NULL;
    if (text)
        *n = fread(text, 1, (size_t)found.st_size, file);
    if (file)
        fclose(file);
    if (text)
        text[*n] = '\0';
    return text;
}

static enum exit_code verify_file(const char *path, const char *head)
{
    struct audit_verdict verdict;
    size_t n = 0;
    char *text = read_file(path, &n);
    if (!text)
        return trouble(path, strerror(errno));
    audit_chain_check(text, n, &verdict);
    free(text);
    if (verdict.good && head && strcmp(head, verdict.head) != 0)
        return trouble(path, "the chain holds, and ends in another hash than the one given");
    if (!verdict.good)
        return trouble(path, verdict.why);
    printf("The chain holds: %ld entries, the last hash is %s\n", verdict.entries, verdict.head);
    return EXIT_DONE;
}

static enum exit_code verify_server(struct session *s)
{
    struct arena arena;
    struct link_reply reply;
    const struct catalog_method *method = catalog_find(verify_name);
    arena_init(&arena, PAGE_ARENA);
    struct link_request r = session_request(s, method, make_request(method, "{}", &arena), TIMEOUT_MS);
    link_call(s->link, &r, &reply);
    enum exit_code code = EXIT_DONE;
    ProtobufCMessage *m = NULL;
    if (link_status(&reply) != STATUS_OK)
        code = fail_report(&reply, s->globals);
    else if (!(m = invoke_unpack(&reply, method->method->output, &arena)))
        code = trouble("verify", "the server's answer cannot be read");
    else if (*get_text(m, "reason")) {
        fprintf(stderr, "improve: the chain is broken at entry %lld: %s\n", get_number(m, "first_broken"),
            get_text(m, "reason"));
        code = EXIT_REFUSED;
    } else {
        printf("The chain holds: %lld entries, the last hash is %s\n", get_number(m, "entries"), get_text(m, "head"));
    }
    link_reply_release(&reply);
    arena_release(&arena);
    return code;
}

enum exit_code audit_verify_command(const struct command *self, int argc, char **argv)
{
    const char *head = NULL;
    const struct args_flag flags[] = {{"head", 0, "HASH", "the hash in which the chain must end", &head, NULL}};
    struct arena arena;
    struct args args;
    struct session session;
    enum exit_code code;
    if (!command_line(self, &args, &arena, flags, 1, 0, 1, argc, argv, &code))
        return code;
    if (sodium_init() < 0) {
        code = EXIT_REFUSED;
    } else if (args.n_words == 1) {
        code = verify_file(args.words[0], head);
    } else if ((code = session_open(&session, &args.globals)) == EXIT_DONE) {
        code = verify_server(&session);
        session_close(&session);
    }
    arena_release(&arena);
    return code;
}
