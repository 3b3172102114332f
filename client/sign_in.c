#include "client/sign_in.h"

#include "client/dates.h"
#include "client/invoke.h"
#include "client/private_file.h"
#include "client/secret.h"
#include "sign_in.pb-c.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { REPLY_ARENA = 64 * 1024, SPARE_SECONDS = 60, TOUCH_SECONDS = 60 };

void sign_in_server_name(const char *url, const char *name, char to[SIGN_IN_NAME_SIZE])
{
    const char *start = strstr(url, "://");
    if (!name && strncmp(url, "tls+tcp://", 10) != 0)
        name = "localhost";
    if (name || !start) {
        snprintf(to, SIGN_IN_NAME_SIZE, "%s", name ? name : url);
        return;
    }
    start += 3;
    const char *end = *start == '[' ? strchr(start, ']') : strrchr(start, ':');
    start += *start == '[';
    snprintf(to, SIGN_IN_NAME_SIZE, "%.*s", (int)(end && end > start ? end - start : (ptrdiff_t)strlen(start)), start);
}

void sign_in_call(struct link *l, const struct key *k, const char *server_name, const char *method,
    ProtobufCMessage *request, struct link_reply *reply)
{
    Improve__V1__GetChallengeRequest ask = IMPROVE__V1__GET_CHALLENGE_REQUEST__INIT;
    struct arena arena;
    uint8_t signature[64];
    link_call(l, &(struct link_request){.method = "/improve.v1.SignIn/GetChallenge", .message = &ask.base}, reply);
    if (link_status(reply) != STATUS_OK)
        return;
    arena_init(&arena, REPLY_ARENA);
    ProtobufCMessage *challenge = invoke_unpack(reply, &improve__v1__get_challenge_reply__descriptor, &arena);
    const ProtobufCFieldDescriptor *nonce =
        protobuf_c_message_descriptor_get_field_by_name(request->descriptor, "nonce");
    *(char **)(void *)((char *)request + nonce->offset) =
        challenge ? ((Improve__V1__GetChallengeReply *)(void *)challenge)->nonce : NULL;
    key_sign(k, request, method, server_name, signature); // what cannot be signed is refused by the server
    link_reply_release(reply);
    link_call(l, &(struct link_request){.method = method, .message = request, .once = true}, reply);
    *(char **)(void *)((char *)request + nonce->offset) = NULL;
    arena_release(&arena);
}

static bool keep(const char *path, const struct sign_in_session *s)
{
    char text[160], why[256];
    snprintf(text, sizeof text, "%s %lld %d\n", s->token, (long long)s->expires_at, s->idle_seconds);
    bool kept = private_file_put(path, text, why, sizeof why);
    explicit_bzero(text, sizeof text);
    if (!kept)
        fprintf(stderr, "improve: the session could not be kept: %s\n", why);
    return kept;
}

bool sign_in_open(struct link *l, const struct key *k, const char *server_name, const char *path,
    struct sign_in_session *s, struct link_reply *reply)
{
    Improve__V1__OpenSignInRequest request = IMPROVE__V1__OPEN_SIGN_IN_REQUEST__INIT;
    uint8_t hash[SECRET_HASH_SIZE];
    struct arena arena;
    *s = (struct sign_in_session){0};
    secret_token("imps_", s->token);
    secret_hash(s->token, hash);
    request.has_token_hash = 1;
    request.token_hash = (ProtobufCBinaryData){.len = sizeof hash, .data = hash};
    sign_in_call(l, k, server_name, "/improve.v1.SignIn/OpenSignIn", &request.base, reply);
    if (link_status(reply) != STATUS_OK)
        return false;
    arena_init(&arena, REPLY_ARENA);
    const Improve__V1__OpenSignInReply *opened =
        (void *)invoke_unpack(reply, &improve__v1__open_sign_in_reply__descriptor, &arena);
    s->expires_at = opened ? dates_instant(opened->expires_at) : 0;
    s->idle_seconds = opened ? opened->idle_seconds : 0;
    arena_release(&arena);
    if (path)
        keep(path, s);
    return true;
}

bool sign_in_session_load(const char *path, struct sign_in_session *s)
{
    char text[160], why[256];
    long long expires;
    struct stat st;
    *s = (struct sign_in_session){0};
    if (stat(path, &st) != 0 || !private_file_read(path, text, sizeof text, why, sizeof why))
        return false;
    bool read = sscanf(text, "%63s %lld %d", s->token, &expires, &s->idle_seconds) == 3;
    explicit_bzero(text, sizeof text);
    s->expires_at = (time_t)expires;
    s->used_at = st.st_mtime;
    time_t now = time(NULL), spare = s->idle_seconds / 10 < SPARE_SECONDS ? s->idle_seconds / 10 : SPARE_SECONDS;
    return read && now + spare < s->expires_at && now + spare < s->used_at + s->idle_seconds;
}

void sign_in_session_used(const char *path, const struct sign_in_session *s)
{
    if (time(NULL) - s->used_at >= TOUCH_SECONDS)
        utimensat(AT_FDCWD, path, NULL, 0);
}
