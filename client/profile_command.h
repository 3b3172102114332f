#ifndef CLIENT_PROFILE_COMMAND_H
#define CLIENT_PROFILE_COMMAND_H

#include "client/commands.h"

// The commands about profiles.
enum exit_code profile_list_command(const struct command *self, int argc, char **argv);
enum exit_code profile_use_command(const struct command *self, int argc, char **argv);
enum exit_code profile_add_command(const struct command *self, int argc, char **argv);

#endif
