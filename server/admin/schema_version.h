#ifndef SERVER_ADMIN_SCHEMA_VERSION_H
#define SERVER_ADMIN_SCHEMA_VERSION_H

#include <stdbool.h>
#include <stddef.h>

// Which databases this program can serve. A database says `select version, contract from migrate.schema_version`: its
// highest migration, and the highest that servers must know (0: none). Expand, then contract: a migration that only
// adds leaves older servers running; one that takes away begins with "-- contract: NNNN", the migration that servers
// must know to live without what it takes. The other way round there is no choice: this program's SQL functions are
// made with all of its migrations, so it serves no database that has had fewer. Databases are migrated first, servers
// follow.

// schema_version_known is the number of the highest migration inside this program: the oldest schema that it serves.
int schema_version_known(void);

// schema_version_served tells whether this program can serve a database of that version and contract; if not, why holds
// what to do.
bool schema_version_served(int version, int contract, char *why, size_t size);

#endif
