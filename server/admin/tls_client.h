#ifndef SERVER_ADMIN_TLS_CLIENT_H
#define SERVER_ADMIN_TLS_CLIENT_H

// tls_client_make makes NAME.pem in the directory, mode 0600: a client's certificate, signed by the directory's CA
// (ca.crt, ca.key), and its private key, as a profile's `certificate` takes them. One that is there already, of that
// CA and not about to end, stays. Gives the command's exit code, and says on stderr what was wrong: 2 for a name that
// is none. Blocks while openssl runs.
int tls_client_make(const char *directory, const char *name);

#endif
