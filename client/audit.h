#ifndef CLIENT_AUDIT_H
#define CLIENT_AUDIT_H

#include "client/commands.h"

// improve audit export FILE: writes the authority's audit trail, from --from-number to its last entry, with its hashes.
enum exit_code audit_export_command(const struct command *self, int argc, char **argv);

// improve audit verify [FILE]: checks an export without a server, or, without FILE, has the server check its own.
// EXIT_REFUSED, with the first number that does not hold, when the chain is broken.
enum exit_code audit_verify_command(const struct command *self, int argc, char **argv);

#endif
