#ifndef CLIENT_CALL_H
#define CLIENT_CALL_H

#include "client/commands.h"

// call_command is `improve call`: any method, with a request in JSON, or many of them, one a line.
enum exit_code call_command(const struct command *self, int argc, char **argv);

#endif
