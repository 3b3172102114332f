#ifndef SERVER_ADMIN_ADMIN_H
#define SERVER_ADMIN_ADMIN_H

// admin_main is `improved admin`: argv[0] is "admin". What is done beside the server, by whoever owns the database or
// the machine: tokens, authorities, the certificates of a private CA. Blocks. Returns the exit code: 0 done, 1 refused
// or failed (said on stderr), 2 bad usage.
int admin_main(int argc, char **argv);

#endif
