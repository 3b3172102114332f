#ifndef CLIENT_PACK_H
#define CLIENT_PACK_H

#include "client/commands.h"

// pack_make_command writes a folder of reports for a meeting: each as a page, as PDF and as CSV, with a page that lists
// them and tells of the paper they belong to: its type, who decides, what is recommended and what is due back (REP-3).
enum exit_code pack_make_command(const struct command *self, int argc, char **argv);

#endif
