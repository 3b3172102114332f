#ifndef CLIENT_CAN_I_H
#define CLIENT_CAN_I_H

#include "client/commands.h"

// can_i_command is `improve can-i METHOD`: exit 0 when the caller may call it, 4 when not; it prints the personas that
// give the right, or would. METHOD is a method's full name or a command's words.
enum exit_code can_i_command(const struct command *self, int argc, char **argv);

#endif
