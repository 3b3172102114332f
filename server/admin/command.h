#ifndef SERVER_ADMIN_COMMAND_H
#define SERVER_ADMIN_COMMAND_H

// The commands of `improved admin`. Each gets its own words (argv[0] is the verb), blocks, and returns the exit code as
// admin_main does. To add one: its function here, its row in admin.c, its case in tests/deploy/admin.

#define ADMIN "improved admin"

int token_create(int argc, char **argv);
int token_list(int argc, char **argv);
int token_revoke(int argc, char **argv);
int authority_create(int argc, char **argv);
int authority_export(int argc, char **argv);
int authority_import(int argc, char **argv);
int authority_delete(int argc, char **argv);
int erasures_list(int argc, char **argv);
int erasures_apply(int argc, char **argv);
int tls_make(int argc, char **argv);

#endif
