#ifndef CLIENT_SHOWN_ONCE_H
#define CLIENT_SHOWN_ONCE_H

#include "client/commands.h"

// shown_once_command is `improve member invite`, `device invite` and `token create`: it makes a code or token, gives
// the server its hash, and shows it, once, on stdout or in a new file of mode 0600. To add one: a row of its table.
enum exit_code shown_once_command(const struct command *self, int argc, char **argv);

#endif
