#ifndef CLIENT_COMMANDS_H
#define CLIENT_COMMANDS_H

#include "client/exits.h"

#include <stdbool.h>

// What only the client does: commands that are more, or less, than one call.

struct command {
    const char *words;                                                        // "profile add"; NULL ends the list
    const char *usage;                                                        // what follows the words
    const char *summary;                                                      // one sentence
    const char *examples;                                                     // lines, or ""
    enum exit_code (*run)(const struct command *self, int argc, char **argv); // argv: what follows the words
    bool hidden;
};

// To add a command: a row in commands.c, and its function in a file of its own.
extern const struct command commands[];

#endif
