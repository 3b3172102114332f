#ifndef CLIENT_DESCRIBE_H
#define CLIENT_DESCRIBE_H

#include "client/commands.h"

// What calls and messages there are, from the descriptors, with their comments. None of these needs a server.
enum exit_code describe_methods(const struct command *self, int argc, char **argv);
enum exit_code describe_reports(const struct command *self, int argc, char **argv);
enum exit_code describe_command(const struct command *self, int argc, char **argv);
enum exit_code describe_version(const struct command *self, int argc, char **argv);

#endif
