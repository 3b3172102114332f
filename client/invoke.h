#ifndef CLIENT_INVOKE_H
#define CLIENT_INVOKE_H

#include "client/session.h"
#include "client/verbs.h"

// invoke_verb reads the command line of a verb that is one call, makes the call (all its pages) and prints the answer.
enum exit_code invoke_verb(const struct verb *verb, int argc, char **argv);

// invoke_message makes a call whose request is at hand, over an open session, and prints the answer.
enum exit_code invoke_message(struct session *s, const struct catalog_method *method, const ProtobufCMessage *request);

// invoke_unpack unpacks a reply's payload into the arena and checks its texts. NULL when it is no such message.
ProtobufCMessage *invoke_unpack(
    const struct link_reply *reply, const ProtobufCMessageDescriptor *type, struct arena *arena);

#endif
