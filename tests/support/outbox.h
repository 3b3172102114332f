#ifndef TESTS_SUPPORT_OUTBOX_H
#define TESTS_SUPPORT_OUTBOX_H

// The outbox of authority 001 in the test's database, for tests of mail: after harness_database.

enum { OUTBOX_SOON_MS = 15000 };

// outbox_open turns the authority's notices on, from us@council.example.
void outbox_open(void);

// outbox_queue writes a notice as a call would, and returns its reference (the caller frees it). name and entry are
// expressions of SQL.
char *outbox_queue(const char *name, const char *address, const char *course, const char *entry);

// outbox_queue_one writes one to jo@school.example.
char *outbox_queue_one(void);

// outbox_number is the number that a query gives.
int outbox_number(const char *sql);

// outbox_column is a column of a notice as text, "" for null (the caller frees it).
char *outbox_column(const char *id, const char *column);

// outbox_is fails the test unless a notice's column holds the text; outbox_await waits until its status is that.
void outbox_is(const char *id, const char *column, const char *text);
void outbox_await(const char *id, const char *status);

#endif
