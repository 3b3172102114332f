#include "client/login.h"

#include "client/command_line.h"
#include "client/fail.h"
#include "client/invoke.h"
#include "client/prompt.h"
#include "client/secret.h"
#include "client/session.h"
#include "sign_in.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REPLY_ARENA = 64 * 1024 };

// What one login works on.
struct login {
    struct session session;
    bool code_stdin, passphrase_stdin, is_new;
    const char *device_name;
    char code[SECRET_CODE_SIZE];
    char passphrase[PROMPT_MAX];
};

static enum exit_code fail(const char *why)
{
    fprintf(stderr, "improve: %s\n", why);
    return EXIT_REFUSED;
}

// make_profile keeps the server that the flags name as a profile, where there is none of the name yet.
static void make_profile(const struct globals *g)
{
    struct profile p = {0}, old;
    char why[512];
    const char *name = g->profile ? g->profile : getenv("IMPROVE_PROFILE");
    if (!g->url)
        return;
    snprintf(p.name, sizeof p.name, "%s", name && *name ? name : "default");
    if (profile_load(&old, p.name, why, sizeof why)) {
        profile_release(&old);
        return;
    }
    char *ca = g->ca ? realpath(g->ca, NULL) : NULL;
    p.url = (char *)(uintptr_t)g->url;
    p.ca = ca;
    p.server_name = (char *)(uintptr_t)g->server_name;
    p.authority = (char *)(uintptr_t)g->authority;
    profile_add(&p, why, sizeof why);
    free(ca);
}

// ask_code gets the code that a new device needs, from standard input or the terminal.
static enum exit_code ask_code(struct login *l)
{
    char typed[PROMPT_MAX] = "";
    if (!l->code_stdin && !l->is_new)
        return EXIT_DONE;
    bool read = l->code_stdin ? prompt_line(typed) : prompt_secret("Enrolment code: ", typed);
    secret_code_plain(typed, l->code);
    explicit_bzero(typed, sizeof typed);
    if (read && l->code[0])
        return EXIT_DONE;
    fputs("improve: this device is not enrolled: give the code from your administrator on standard input, with "
          "--code-stdin\n",
        stderr);
    return EXIT_USAGE;
}

// ask_passphrase gets a new key's passphrase, twice from the terminal; without one, none.
static enum exit_code ask_passphrase(struct login *l)
{
    char again[PROMPT_MAX] = "";
    if (l->passphrase_stdin)
        return prompt_line(l->passphrase) ? EXIT_DONE : fail("no passphrase on standard input");
    if (l->code_stdin || !prompt_secret("Passphrase for this device's key (empty for none): ", l->passphrase) ||
        !l->passphrase[0])
        return EXIT_DONE;
    bool same = prompt_secret("Once more: ", again) && strcmp(again, l->passphrase) == 0;
    explicit_bzero(again, sizeof again);
    return same ? EXIT_DONE : fail("the two are not the same");
}

// take_key makes a new device's key, or reads and unlocks the one there is.
static enum exit_code take_key(struct login *l)
{
    struct session *s = &l->session;
    char why[512];
    if (l->is_new) {
        enum exit_code code = ask_passphrase(l);
        if (code != EXIT_DONE)
            return code;
        if (!key_make(&s->key))
            return fail("not enough memory for a key");
        return key_save(&s->key, s->key_path, l->passphrase, why, sizeof why) ? EXIT_DONE : fail(why);
    }
    if (!key_load(&s->key, s->key_path, why, sizeof why))
        return fail(why);
    if (s->key.secret)
        return EXIT_DONE;
    bool read = l->passphrase_stdin ? prompt_line(l->passphrase)
                                    : prompt_secret("Passphrase of this device's key: ", l->passphrase);
    return read && key_unlock(&s->key, l->passphrase) ? EXIT_DONE
                                                      : fail("that is not the passphrase of this device's key");
}

static enum exit_code redeem(struct login *l)
{
    Improve__V1__RedeemCodeRequest request = IMPROVE__V1__REDEEM_CODE_REQUEST__INIT;
    struct session *s = &l->session;
    struct link_reply reply = {0};
    struct arena arena;
    char host[65] = "device";
    gethostname(host, sizeof host - 1);
    request.code = l->code;
    request.device_name = (char *)(uintptr_t)(l->device_name ? l->device_name : host);
    sign_in_call(s->link, &s->key, s->server_name, "/improve.v1.SignIn/RedeemCode", &request.base, &reply);
    enum exit_code code = link_status(&reply) == STATUS_OK ? EXIT_DONE : fail_report(&reply, s->globals);
    arena_init(&arena, REPLY_ARENA);
    const Improve__V1__RedeemCodeReply *answer =
        code == EXIT_DONE ? (void *)invoke_unpack(&reply, &improve__v1__redeem_code_reply__descriptor, &arena) : NULL;
    if (answer && !s->globals->quiet)
        fprintf(stderr, "Enrolled this device, %s%s%s%s%s.\n", answer->device_id, answer->persona ? ": you are " : "",
            answer->persona ? answer->persona : "", answer->persona ? " in authority " : "",
            answer->persona ? answer->authority : "");
    arena_release(&arena);
    link_reply_release(&reply);
    if (code != EXIT_DONE && l->is_new)
        unlink(s->key_path);
    return code;
}

static enum exit_code run(struct login *l)
{
    struct session *s = &l->session;
    if (!s->key_path[0])
        return fail("no home folder to keep the device's key in: set IMPROVE_CONFIG");
    l->is_new = access(s->key_path, F_OK) != 0;
    enum exit_code code = ask_code(l);
    if (code == EXIT_DONE)
        code = take_key(l);
    if (code == EXIT_DONE && l->code[0])
        code = redeem(l);
    if (code == EXIT_DONE)
        code = session_sign_in(s);
    if (code == EXIT_DONE && !s->globals->quiet)
        fputs("Signed in.\n", stderr);
    return code;
}

enum exit_code login_command(const struct command *self, int argc, char **argv)
{
    struct login l = {0};
    const struct args_flag flags[] = {
        {"code-stdin", 0, NULL, "read the enrolment code from standard input", NULL, &l.code_stdin},
        {"passphrase-stdin", 0, NULL, "read the key's passphrase from standard input, after the code", NULL,
            &l.passphrase_stdin},
        {"device-name", 0, "NAME", "what you call this device; the computer's name unless given", &l.device_name, NULL},
    };
    struct arena arena;
    struct args args;
    enum exit_code code;
    if (!command_line(self, &args, &arena, flags, sizeof flags / sizeof *flags, 0, 0, argc, argv, &code))
        return code;
    make_profile(&args.globals);
    code = session_begin(&l.session, &args.globals);
    if (code == EXIT_DONE) {
        code = run(&l);
        session_close(&l.session);
    }
    explicit_bzero(&l, sizeof l);
    arena_release(&arena);
    return code;
}

enum exit_code logout_command(const struct command *self, int argc, char **argv)
{
    Improve__V1__CloseSignInRequest request = IMPROVE__V1__CLOSE_SIGN_IN_REQUEST__INIT;
    struct session s;
    struct link_reply reply;
    struct arena arena;
    struct args args;
    enum exit_code code;
    if (!command_line(self, &args, &arena, NULL, 0, 0, 0, argc, argv, &code))
        return code;
    code = session_begin(&s, &args.globals);
    if (code == EXIT_DONE) {
        if (sign_in_session_load(s.session_path, &s.signed_in)) {
            link_call(s.link,
                &(struct link_request){.method = "/improve.v1.SignIn/CloseSignIn",
                    .token = s.signed_in.token,
                    .message = &request.base,
                    .once = true},
                &reply);
            // One that has ended already is as good as closed.
            if (link_status(&reply) != STATUS_OK && link_status(&reply) != STATUS_UNAUTHENTICATED)
                code = fail_report(&reply, s.globals);
            link_reply_release(&reply);
        }
        unlink(s.session_path);
        session_close(&s);
    }
    arena_release(&arena);
    return code;
}
