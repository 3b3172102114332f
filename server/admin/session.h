#ifndef SERVER_ADMIN_SESSION_H
#define SERVER_ADMIN_SESSION_H

#include <libpq-fe.h>
#include <stdbool.h>

// A plain, blocking connection for the administrator's commands. The server's own are in server/db.c. Not thread-safe.

// session_open connects as conninfo says (NULL: as libpq's environment says); database, where not NULL, replaces the
// one it names. The setting app.console tells audit rows who runs the program. Says why on stderr, after program's
// name, and returns NULL when it cannot. A password in conninfo is refused: it would show in process lists. PQfinish
// ends it.
PGconn *session_open(const char *program, const char *conninfo, const char *database);

// session_database gives the database that conninfo names, in buffer. False, and said on stderr, when it names none.
bool session_database(const char *program, const char *conninfo, char *buffer, size_t size);

// session_run runs one or several statements and drops their rows. Says why on stderr and returns false when one fails.
bool session_run(const char *program, PGconn *c, const char *sql);

// session_query runs one statement with n text parameters (NULL is SQL's null) and gives its rows; the caller clears
// them (PQclear). Says why on stderr and returns NULL when it fails.
PGresult *session_query(const char *program, PGconn *c, const char *sql, int n, const char *const *values);

#endif
