#ifndef CLIENT_IMPORT_H
#define CLIENT_IMPORT_H

#include "client/commands.h"

// The commands that import a file: its header is opened, its rows staged in chunks with several in flight, and all
// applied at once.
enum exit_code import_schools(const struct command *self, int argc, char **argv);
enum exit_code import_links(const struct command *self, int argc, char **argv);
enum exit_code import_groups(const struct command *self, int argc, char **argv);
enum exit_code import_inspections(const struct command *self, int argc, char **argv);

#endif
