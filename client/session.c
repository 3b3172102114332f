#include "client/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// first gives the first that is given; an empty one counts, so that --authority "" overrules a profile's.
static const char *first(const char *flag, const char *environment, const char *profile)
{
    return flag ? flag : environment ? environment : profile;
}

enum exit_code session_open(struct session *s, const struct globals *globals)
{
    char why[512];
    *s = (struct session){.globals = globals};
    const char *name = first(globals->profile, getenv("IMPROVE_PROFILE"), NULL);
    if (!profile_load(&s->profile, name && *name ? name : NULL, why, sizeof why)) {
        fprintf(stderr, "improve: %s\n", why);
        return EXIT_USAGE;
    }
    s->authority = first(globals->authority, getenv("IMPROVE_AUTHORITY"), s->profile.authority);
    s->token = s->profile.token;
    if (globals->token_file) {
        s->token = profile_read_token(globals->token_file, why, sizeof why);
        s->owns_token = true;
        if (!s->token) {
            fprintf(stderr, "improve: --token-file: %s\n", why);
            return EXIT_USAGE;
        }
    }
    struct link_options options = {.url = first(globals->url, NULL, s->profile.url),
        .ca_file = first(globals->ca, NULL, s->profile.ca),
        .server_name = first(globals->server_name, NULL, s->profile.server_name)};
    if (!options.url) {
        fputs("improve: which server? Give --url, or make a profile: improve profile add NAME --url URL --ca FILE "
              "--token-stdin\n",
            stderr);
        return EXIT_USAGE;
    }
    if (!(s->link = link_open(&options, why, sizeof why))) {
        fprintf(stderr, "improve: %s\n", why);
        return EXIT_USAGE;
    }
    return EXIT_DONE;
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
    profile_release(&s->profile);
    *s = (struct session){0};
}
