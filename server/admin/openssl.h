#ifndef SERVER_ADMIN_OPENSSL_H
#define SERVER_ADMIN_OPENSSL_H

#include <stdbool.h>

// Certificates by the openssl program. Keys are ECDSA P-256. Everything here blocks while it runs.

#define CA_DAYS "3650"
#define LEAF_DAYS "397"         // of a server's or client's certificate
#define RENEW_SECONDS "2592000" // 30 days before it ends

// openssl_run runs openssl with these words (NULL-terminated, the first is "openssl"); what it says goes to stderr
// unless quiet. False when it cannot, which is said on stderr, or fails.
bool openssl_run(bool quiet, const char *const *words);

#define OPENSSL(quiet, ...) openssl_run(quiet, (const char *const[]){"openssl", __VA_ARGS__, NULL})

// openssl_make_key makes a private key in a file of mode 0600.
bool openssl_make_key(const char *path);

// openssl_lasts tells whether the file holds a certificate that will not end within the time for renewing it.
bool openssl_lasts(const char *certificate);

// openssl_write_text makes a file with this text. False, and said on stderr, when it cannot.
bool openssl_write_text(const char *path, const char *text);

#endif
