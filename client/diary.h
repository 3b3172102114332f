#ifndef CLIENT_DIARY_H
#define CLIENT_DIARY_H

#include "client/commands.h"

// A partner's diary over all their authorities (VIS-6), as a month and as iCalendar; `improve diary list` is a call.

// diary_month_command prints a month as a grid, each day with the number of its visits, and the visits below.
enum exit_code diary_month_command(const struct command *self, int argc, char **argv);

// diary_export_command writes the caller's own diary as one .ics file (- for standard output).
enum exit_code diary_export_command(const struct command *self, int argc, char **argv);

// diary_publish_command keeps one .ics file a partner of the authority in a folder for a web server, each under a name
// that nobody can guess and that stays: a keyed hash of the partner's reference; the key is in the folder, mode 0600.
enum exit_code diary_publish_command(const struct command *self, int argc, char **argv);

#endif
