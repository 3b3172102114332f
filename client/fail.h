#ifndef CLIENT_FAIL_H
#define CLIENT_FAIL_H

#include "client/exits.h"
#include "client/globals.h"
#include "client/link.h"

// fail_code is the exit code for a call's status.
enum exit_code fail_code(enum status status);

// fail_report tells on stderr what went wrong with a call: what happened, the flags at fault with what would be
// accepted, the rule, and what to do next; with --verbose the request id, and with --output json also one JSON object.
// Returns fail_code.
enum exit_code fail_report(const struct link_reply *reply, const struct globals *globals);

// fail_notes writes the remarks beside an answer to stderr, unless --quiet.
void fail_notes(const struct link_reply *reply, const struct globals *globals);

#endif
