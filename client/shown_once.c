#include "client/shown_once.h"

#include "client/args.h"
#include "client/fail.h"
#include "client/help.h"
#include "client/private_file.h"
#include "client/secret.h"
#include "client/session.h"
#include "client/verbs.h"
#include "common/field.h"
#include "common/json.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ARENA = 1024 * 1024, TEXT_MAX = 64 * 1024 };

static const struct kind {
    const char *words, *method, *hash_field, *what;
} kinds[] = {
    {"member invite", "/improve.v1.People/InviteMember", "code_hash", "code"},
    {"partner invite", "/improve.v1.Partners/InvitePartner", "code_hash", "code"},
    {"device invite", "/improve.v1.SignIn/InviteDevice", "code_hash", "code"},
    {"token create", "/improve.v1.People/CreateToken", "token_hash", "token"},
};

// show writes the secret, and on a terminal or as JSON what the server said of it.
static enum exit_code show(const struct kind *kind, const char *secret, const struct link_reply *reply,
    const struct catalog_method *method, const struct globals *g, const char *out)
{
    ProtobufCMessage *answer =
        protobuf_c_message_unpack(method->method->output, NULL, reply->payload_size, reply->payload);
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    if (answer)
        json_write_message(&text, answer);
    if (g->form == OUTPUT_JSON && !out)
        printf("{\"%s\":\"%s\",%s\n", kind->what, secret, strbuf_text(&text) + 1);
    else if (!out)
        printf("%s\n", secret);
    else if (g->form == OUTPUT_JSON)
        printf("%s\n", strbuf_text(&text));
    if (!g->quiet && g->form != OUTPUT_JSON)
        fprintf(stderr, "Shown this once: the server keeps a hash. %s\n", strbuf_text(&text));
    strbuf_release(&text);
    if (answer)
        protobuf_c_message_free_unpacked(answer, NULL);
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_REFUSED;
}

// call makes the call with the secret's hash in its request.
static enum exit_code call(
    const struct kind *kind, struct session *s, ProtobufCMessage *request, const char *secret, const char *out)
{
    const struct catalog_method *method = catalog_find(kind->method);
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(request->descriptor, kind->hash_field);
    char plain[SECRET_TOKEN_SIZE], line[SECRET_TOKEN_SIZE + 1], why[512];
    uint8_t hash[SECRET_HASH_SIZE];
    struct link_reply reply;
    if (strcmp(kind->what, "code") == 0)
        secret_code_plain(secret, plain);
    else
        snprintf(plain, sizeof plain, "%s", secret);
    secret_hash(plain, hash);
    *(ProtobufCBinaryData *)field_slot(request, field) = (ProtobufCBinaryData){.len = sizeof hash, .data = hash};
    snprintf(line, sizeof line, "%s\n", secret);
    if (out && !s->globals->dry_run && !private_file_make(out, line, why, sizeof why)) {
        fprintf(stderr, "improve: %s\n", why);
        return EXIT_REFUSED;
    }
    struct link_request r = session_request(s, method, request, 0);
    link_call(s->link, &r, &reply);
    enum exit_code code = link_status(&reply) != STATUS_OK ? fail_report(&reply, s->globals)
                          : s->globals->dry_run            ? EXIT_DONE
                                                           : show(kind, secret, &reply, method, s->globals, out);
    if (code == EXIT_DONE && s->globals->dry_run && !s->globals->quiet)
        fputs("Dry run: nothing was kept.\n", stderr);
    if (code != EXIT_DONE && out)
        unlink(out);
    link_reply_release(&reply);
    sodium_memzero(plain, sizeof plain);
    sodium_memzero(line, sizeof line);
    return code;
}

enum exit_code shown_once_command(const struct command *self, int argc, char **argv)
{
    const struct kind *kind = kinds;
    const char *out = NULL;
    while (strcmp(kind->words, self->words) != 0)
        kind++;
    const struct args_flag flags[] = {{"out", 0, "FILE", "write it to this new file, mode 0600", &out, NULL}};
    struct arena arena;
    arena_init(&arena, ARENA);
    struct args args = {.command = self->words,
        .type = catalog_find(kind->method)->method->input,
        .arena = &arena,
        .flags = flags,
        .n_flags = 1};
    struct session session;
    char secret[SECRET_TOKEN_SIZE];
    enum exit_code code = args_parse(&args, argc, argv);
    if (code == EXIT_DONE && args.globals.help) {
        help_verb(verbs_find(self->words), stdout);
    } else if (code == EXIT_DONE && (code = session_open(&session, &args.globals)) == EXIT_DONE) {
        if (strcmp(kind->what, "code") == 0)
            secret_code(secret);
        else
            secret_token("impr_", secret);
        code = call(kind, &session, args.request, secret, out);
        sodium_memzero(secret, sizeof secret);
        session_close(&session);
    }
    arena_release(&arena);
    return code;
}
