#ifndef CLIENT_SIGN_IN_H
#define CLIENT_SIGN_IN_H

#include "client/key.h"
#include "client/link.h"

#include <time.h>

// Signing in with a device's key: challenge, proof, session; and the file that keeps the session beside the key.

enum { SIGN_IN_TOKEN_SIZE = 64, SIGN_IN_NAME_SIZE = 256 };

// What a session's file holds.
struct sign_in_session {
    char token[SIGN_IN_TOKEN_SIZE];
    time_t expires_at;
    int idle_seconds;
    time_t used_at; // when the file was last written or touched
};

// sign_in_server_name writes the name that a server at this URL is known by: name where it is given, else the URL's
// host; localhost for ipc://.
void sign_in_server_name(const char *url, const char *name, char to[SIGN_IN_NAME_SIZE]);

// sign_in_call makes a call that carries a proof: it fetches a nonce, signs the request with the key, and sends it,
// once. The caller releases the reply.
void sign_in_call(struct link *l, const struct key *k, const char *server_name, const char *method,
    ProtobufCMessage *request, struct link_reply *reply);

// sign_in_open opens a session and keeps it in a file (not kept when path is NULL). True: s is filled. False: the reply
// says why; it is the caller's to release either way.
bool sign_in_open(struct link *l, const struct key *k, const char *server_name, const char *path,
    struct sign_in_session *s, struct link_reply *reply);

// sign_in_session_load reads a session's file; false when there is none that is likely to be good still.
bool sign_in_session_load(const char *path, struct sign_in_session *s);

// sign_in_session_used notes in the file's time that the session was used now, once a minute at most.
void sign_in_session_used(const char *path, const struct sign_in_session *s);

#endif
