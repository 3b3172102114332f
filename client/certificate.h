#ifndef CLIENT_CERTIFICATE_H
#define CLIENT_CERTIFICATE_H

#include "client/commands.h"

// certificate_command is `improve certificate get`: a certificate as an accessible page, or as a tagged PDF that
// WeasyPrint makes of that page.
enum exit_code certificate_command(const struct command *self, int argc, char **argv);

#endif
