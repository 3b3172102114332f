#include "client/session.h"

#include "client/fail.h"
#include "client/prompt.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// first gives the first that is given; an empty one counts, so that --authority "" overrules a profile's.
static const char *first(const char *flag, const char *environment, const char *profile)
{
    return flag ? flag : environment ? environment : profile;
}

static enum exit_code refuse(const char *why)
{
    fprintf(stderr, "improve: %s\n", why);
    return EXIT_USAGE;
}

// renew signs in again when a call finds its session expired. A sealed key cannot: nobody is asked amid a call.
static bool renew(struct link *l, void *data, char token[LINK_TOKEN_SIZE])
{
    struct session *s = data;
    struct link_reply reply = {0};
    struct key key;
    struct sign_in_session opened;
    char why[512];
    if (!key_load(&key, s->key_path, why, sizeof why))
        return false;
    bool done = key.secret && sign_in_open(l, &key, s->server_name, s->session_path, &opened, &reply);
    if (done)
        snprintf(token, LINK_TOKEN_SIZE, "%s", opened.token);
    link_reply_release(&reply);
    key_release(&key);
    sodium_memzero(&opened, sizeof opened);
    return done;
}

static enum exit_code connect_link(struct session *s)
{
    char why[512];
    const struct globals *g = s->globals;
    struct link_options options = {.url = first(g->url, NULL, s->profile.url),
        .ca_file = first(g->ca, NULL, s->profile.ca),
        .server_name = first(g->server_name, NULL, s->profile.server_name),
        .certificate = s->profile.certificate,
        .renew = renew,
        .renew_data = s};
    if (!options.url)
        return refuse("which server? Give --url, or make a profile: improve profile add NAME --url URL --ca FILE");
    s->url = options.url;
    sign_in_server_name(options.url, options.server_name, s->server_name);
    s->link = link_open(&options, why, sizeof why);
    return s->link ? EXIT_DONE : refuse(why);
}

enum exit_code session_begin(struct session *s, const struct globals *globals)
{
    char why[512];
    *s = (struct session){.globals = globals};
    const char *name = first(globals->profile, getenv("IMPROVE_PROFILE"), NULL);
    if (!profile_load(&s->profile, name && *name ? name : NULL, why, sizeof why))
        return refuse(why);
    s->authority = first(globals->authority, getenv("IMPROVE_AUTHORITY"), s->profile.authority);
    if (!profile_key_path(&s->profile, s->key_path, sizeof s->key_path - sizeof ".session"))
        s->key_path[0] = '\0';
    else
        snprintf(s->session_path, sizeof s->session_path, "%.*s.session",
            (int)(sizeof s->session_path - sizeof ".session"), s->key_path);
    enum exit_code code = connect_link(s);
    if (code != EXIT_DONE)
        session_close(s);
    return code;
}

enum exit_code session_sign_in(struct session *s)
{
    struct link_reply reply = {0};
    bool opened = sign_in_open(s->link, &s->key, s->server_name, s->session_path, &s->signed_in, &reply);
    enum exit_code code = opened ? EXIT_DONE : fail_report(&reply, s->globals);
    link_reply_release(&reply);
    s->token = opened ? s->signed_in.token : NULL;
    return code;
}

// use_device takes the device's session, or opens one.
static enum exit_code use_device(struct session *s)
{
    char why[512], passphrase[PROMPT_MAX];
    if (sign_in_session_load(s->session_path, &s->signed_in)) {
        sign_in_session_used(s->session_path, &s->signed_in);
        s->token = s->signed_in.token;
        return EXIT_DONE;
    }
    if (!key_load(&s->key, s->key_path, why, sizeof why))
        return refuse(why);
    if (!s->key.secret) {
        if (!prompt_secret("Passphrase of this device's key: ", passphrase))
            return refuse("the session has expired, and the device's key has a passphrase: sign in with improve login");
        bool unlocked = key_unlock(&s->key, passphrase);
        explicit_bzero(passphrase, sizeof passphrase);
        if (!unlocked)
            return refuse("that is not the passphrase of this device's key");
    }
    return session_sign_in(s);
}

enum exit_code session_open(struct session *s, const struct globals *globals)
{
    char why[512];
    enum exit_code code = session_begin(s, globals);
    if (code != EXIT_DONE)
        return code;
    s->token = s->profile.token;
    if (globals->token_file) {
        s->token = profile_read_token(globals->token_file, why, sizeof why);
        s->owns_token = true;
        code = s->token ? EXIT_DONE : refuse(why);
    } else if (!s->token && s->key_path[0] && access(s->key_path, F_OK) == 0) {
        code = use_device(s);
    }
    if (code != EXIT_DONE)
        session_close(s);
    return code;
}

struct link_request session_request(
    const struct session *s, const struct catalog_method *method, const ProtobufCMessage *message, uint32_t default_ms)
{
    return (struct link_request){.method = method->full_name,
        .authority = s->authority,
        .token = s->token,
        .request_id = s->globals->request_id,
        .message = message,
        .timeout_ms = s->globals->timeout_ms ? s->globals->timeout_ms : default_ms,
        .dry_run = s->globals->dry_run};
}

void session_close(struct session *s)
{
    link_close(s->link);
    if (s->owns_token && s->token) {
        explicit_bzero(s->token, strlen(s->token));
        free(s->token);
    }
    explicit_bzero(&s->signed_in, sizeof s->signed_in);
    key_release(&s->key);
    profile_release(&s->profile);
    *s = (struct session){0};
}
