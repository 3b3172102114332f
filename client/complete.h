#ifndef CLIENT_COMPLETE_H
#define CLIENT_COMPLETE_H

#include "client/commands.h"

// Completion of the command line in a shell.

// complete_script_command writes the lines that a shell (bash, zsh or fish) reads to complete improve's words.
enum exit_code complete_script_command(const struct command *self, int argc, char **argv);

// complete_words_command is what those lines call, `improve __complete WORD…`: it writes what the last word may become,
// one a line: nouns, verbs, flags, and the values of flags that have few. It asks no server.
enum exit_code complete_words_command(const struct command *self, int argc, char **argv);

#endif
