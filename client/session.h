#ifndef CLIENT_SESSION_H
#define CLIENT_SESSION_H

#include "client/exits.h"
#include "client/globals.h"
#include "client/link.h"
#include "client/profile.h"
#include "common/catalog.h"

// Who calls which server for whom: flags before environment before profile.

struct session {
    const struct globals *globals;
    struct profile profile; // owned
    struct link *link;      // owned
    const char *authority;  // or NULL
    char *token;            // owned when it came from --token-file; else the profile's
    bool owns_token;
};

// session_open reads the profile and begins to connect. Another code than EXIT_DONE, with a message on stderr, when
// that fails.
enum exit_code session_open(struct session *s, const struct globals *globals);

// session_request fills a request for a method with what the session knows. default_ms is the deadline without
// --timeout; 0 for the link's.
struct link_request session_request(
    const struct session *s, const struct catalog_method *method, const ProtobufCMessage *message, uint32_t default_ms);

// session_close ends the connection and forgets the token.
void session_close(struct session *s);

#endif
