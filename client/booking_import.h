#ifndef CLIENT_BOOKING_IMPORT_H
#define CLIENT_BOOKING_IMPORT_H

#include "client/commands.h"

// booking_import_command is `improve booking import`: rows of a CSV file, each one delegate on one session, booked all
// or none; with --keep-going those that can be. What cannot be booked is named by its line and column.
enum exit_code booking_import_command(const struct command *self, int argc, char **argv);

#endif
