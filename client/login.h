#ifndef CLIENT_LOGIN_H
#define CLIENT_LOGIN_H

#include "client/commands.h"

// login_command is `improve login`: it enrols this device where a code is given, and opens a session.
// logout_command is `improve logout`: it closes the session; the key stays. Both block, and say on stderr what they
// did.
enum exit_code login_command(const struct command *self, int argc, char **argv);
enum exit_code logout_command(const struct command *self, int argc, char **argv);

#endif
