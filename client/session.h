#ifndef CLIENT_SESSION_H
#define CLIENT_SESSION_H

#include "client/exits.h"
#include "client/globals.h"
#include "client/link.h"
#include "client/profile.h"
#include "client/sign_in.h"
#include "common/catalog.h"

#include <limits.h>

// Who calls which server for whom: flags before environment before profile. Who signs in with a device's key is signed
// in as calls are made, and again when the session has expired.

struct session {
    const struct globals *globals;
    struct profile profile; // owned
    struct link *link;      // owned
    const char *authority;  // or NULL
    const char *url;
    char *token; // owned when it came from --token-file; else the profile's, or the session's
    bool owns_token;
    char server_name[SIGN_IN_NAME_SIZE];
    char key_path[PATH_MAX], session_path[PATH_MAX]; // "" when no place is known
    struct key key;                                  // of the device; empty when it is not needed
    struct sign_in_session signed_in;                // its token is what token points to
};

// session_begin reads the profile and begins to connect, without anything that says who calls. Another code than
// EXIT_DONE, with a message on stderr, when that fails.
enum exit_code session_begin(struct session *s, const struct globals *globals);

// session_open is session_begin, and then finds the token: --token-file, the profile's, or the session of the profile's
// device, which it opens when there is none. May ask for the key's passphrase on the terminal.
enum exit_code session_open(struct session *s, const struct globals *globals);

// session_sign_in opens a new session with the key of s->key. EXIT_DONE, or the code of its refusal, said on stderr.
enum exit_code session_sign_in(struct session *s);

// session_request fills a request for a method with what the session knows. default_ms is the deadline without
// --timeout; 0 for the link's.
struct link_request session_request(
    const struct session *s, const struct catalog_method *method, const ProtobufCMessage *message, uint32_t default_ms);

// session_close ends the connection and forgets token and key.
void session_close(struct session *s);

#endif
