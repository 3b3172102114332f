#ifndef SERVER_ADMIN_MIGRATE_H
#define SERVER_ADMIN_MIGRATE_H

// migrate_main is `improved migrate`: argv[0] is "migrate". Brings a database to this program's schema: the numbered
// migrations it has not had, each in a transaction of its own, then, if any changed, the replaceable files in one.
// Blocks. Returns the exit code: 0 done, 1 refused or failed (said on stderr), 2 bad usage.
int migrate_main(int argc, char **argv);

#endif
