#ifndef TESTS_SUPPORT_SINK_H
#define TESTS_SUPPORT_SINK_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

// A mail server for tests (tests/support/smtp_sink). Everything aborts the test program when it does not do as it
// should.
struct sink {
    pid_t pid;
    char room[64], port[8];
    char url[64]; // for the setting smtp_url, as "smtp_url=smtp://127.0.0.1:PORT"
};

// sink_start starts one; further arguments as smtp_sink takes them (NULL-ended; may be NULL).
void sink_start(struct sink *s, const char *const *arguments);

// sink_stop ends it, and removes what it kept.
void sink_stop(struct sink *s);

// sink_mode says how it answers from now on: lines as smtp_sink reads them.
void sink_mode(const struct sink *s, const char *lines);

// sink_count is how many messages it was given whole.
int sink_count(const struct sink *s);

// sink_wait waits until it has been given so many, and returns whether it was within the time.
bool sink_wait(const struct sink *s, int count, long ms);

// sink_message gives a message, from 1 on, as smtp_sink wrote it down (the caller decrements it).
json_t *sink_message(const struct sink *s, int number);

#endif
