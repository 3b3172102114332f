#ifndef SERVER_ADMIN_SCRIPT_RUN_H
#define SERVER_ADMIN_SCRIPT_RUN_H

#include "server/admin/script.h"

#include <libpq-fe.h>

// script_run runs all statements of a file in the transaction that is open. When one fails it says on stderr which file
// and line, and why, and returns false; the transaction is then aborted.
bool script_run(PGconn *c, const struct script *s);

#endif
