#ifndef TESTS_SUPPORT_HARNESS_H
#define TESTS_SUPPORT_HARNESS_H

#include "client/link.h"

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

// Real servers on real databases, for tests. Programs are started with posix_spawn: an nng process must not fork.
// Everything aborts the test program, with the reason, when the machine does not do as it should.

// harness_run runs a program to its end and returns its exit code; out, where not NULL, takes what it printed (the
// caller frees it).
int harness_run(const char *const *argv, char **out);

// harness_begin starts a program that ends with the test at the latest; what it says on stderr goes into the file.
// harness_end ends it at once.
pid_t harness_begin(const char *const *argv, const char *stderr_file);
void harness_end(pid_t pid);

// harness_database makes the database of this name anew in the test cluster (IMPROVE_TEST_CLUSTER), migrated, for the
// calls below.
void harness_database(const char *name);

// harness_sql runs statements as the superuser and returns the first column of the first row ("" for none; the caller
// frees it).
char *harness_sql(const char *format, ...) __attribute__((format(printf, 1, 2)));

// harness_superuser is the connection string of the test's database for the superuser; valid to the end.
const char *harness_superuser(void);

// harness_token makes a service account with personas ("la_admin,officer") in an authority (NULL: operator of the
// instance) and returns its token (the caller frees it).
char *harness_token(const char *authority, const char *personas, const char *school_urn);

// One server under test.
struct harness_server {
    pid_t pid;
    char ipc_url[128], tls_url[64];
    char ca_file[128], log_file[128];
};

// harness_start starts improved with these further settings ("name=value", NULL-ended; may be NULL) and waits until it
// serves. harness_try_start returns false instead when it ends before it serves.
void harness_start(struct harness_server *s, const char *const *settings);
bool harness_try_start(struct harness_server *s, const char *const *settings);

// harness_again starts a server that has ended once more, at the same addresses; false when it ends before it serves.
// HARNESS_PROGRAM in the environment names another program than improved to start.
bool harness_again(struct harness_server *s, const char *const *settings);

// harness_stop asks it to end (SIGTERM) and returns its exit code; harness_kill ends it at once.
int harness_stop(struct harness_server *s);
void harness_kill(struct harness_server *s);

// harness_log is all that it logged (the caller frees it).
char *harness_log(const struct harness_server *s);

// harness_link connects to it over its ipc URL.
struct link *harness_link(const struct harness_server *s);

// What a call came to.
struct harness_reply {
    struct link_reply link; // released by harness_release
    enum status code;
    json_t *json; // the payload; NULL when there is none
};

// One call to make: method as "Partners/AddPartner", the request as JSON.
struct harness_call {
    const char *method, *json, *token, *authority, *request_id, *cursor;
    bool dry_run, once;
    uint32_t timeout_ms;
};

// harness_call_on makes a call; harness_release ends its reply. harness_reason is its reason, "" for none.
void harness_call_on(struct link *link, const struct harness_call *call, struct harness_reply *reply);
void harness_release(struct harness_reply *reply);
const char *harness_reason(const struct harness_reply *reply);

// harness_pack packs a request of a method from JSON (the caller frees the bytes).
uint8_t *harness_pack(const char *method, const char *json, size_t *size);

// harness_ms is the monotonic time in milliseconds; harness_rest sleeps.
uint64_t harness_ms(void);
void harness_rest(long ms);

#endif
