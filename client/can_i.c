#include "client/can_i.h"

#include "client/command_line.h"
#include "client/fail.h"
#include "client/invoke.h"
#include "client/session.h"
#include "client/verbs.h"
#include "common/json.h"
#include "self.pb-c.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 64 * 1024 };

static void print_list(char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        printf("%s%s", i ? ", " : "", names[i]);
    putchar('\n');
}

static enum exit_code show(const Improve__V1__CanIReply *reply, const struct globals *g)
{
    struct strbuf text;
    if (g->form == OUTPUT_JSON) {
        strbuf_init(&text, TEXT_MAX);
        json_write_message(&text, &reply->base);
        puts(strbuf_text(&text));
        strbuf_release(&text);
    } else {
        fputs(reply->allowed ? "yes, as " : "no; given to ", stdout);
        if (reply->allowed)
            print_list(reply->personas, reply->n_personas);
        else
            print_list(reply->given_by, reply->n_given_by);
    }
    return reply->allowed ? EXIT_DONE : EXIT_NOT_ALLOWED;
}

// method_of finds the full name of what was asked for: a command's words, or a name as it stands.
static const char *method_of(const struct args *args, char *words, size_t size)
{
    snprintf(
        words, size, "%s%s%s", args->words[0], args->n_words > 1 ? " " : "", args->n_words > 1 ? args->words[1] : "");
    const struct verb *verb = verbs_find(words);
    const struct catalog_method *method = verb && verb->method ? verb->method : catalog_find(words);
    return method ? method->full_name : words;
}

enum exit_code can_i_command(const struct command *self, int argc, char **argv)
{
    Improve__V1__CanIRequest request = IMPROVE__V1__CAN_IREQUEST__INIT;
    char words[CATALOG_NAME_MAX];
    struct session s;
    struct link_reply reply;
    struct arena arena;
    struct args args;
    enum exit_code code;
    if (!command_line(self, &args, &arena, NULL, 0, 1, 2, argc, argv, &code))
        return code;
    request.method = (char *)(uintptr_t)method_of(&args, words, sizeof words);
    code = session_open(&s, &args.globals);
    if (code == EXIT_DONE) {
        struct link_request r = session_request(&s, catalog_find("/improve.v1.Self/CanI"), &request.base, 0);
        link_call(s.link, &r, &reply);
        ProtobufCMessage *answer = link_status(&reply) == STATUS_OK
                                       ? invoke_unpack(&reply, &improve__v1__can_ireply__descriptor, &arena)
                                       : NULL;
        code = answer ? show((void *)answer, s.globals) : fail_report(&reply, s.globals);
        link_reply_release(&reply);
        session_close(&s);
    }
    arena_release(&arena);
    return code;
}
