#ifndef CLIENT_COMMAND_LINE_H
#define CLIENT_COMMAND_LINE_H

#include "client/args.h"
#include "client/commands.h"

// command_line reads the command line of a client's own command: the flags given (and those of every command), and
// n_min to n_max bare words. True when the command is to run; false when it is done (--help) or wrong, with *code set.
bool command_line(const struct command *self, struct args *args, struct arena *arena, const struct args_flag *flags,
    size_t n_flags, size_t n_min, size_t n_max, int argc, char **argv, enum exit_code *code);

#endif
