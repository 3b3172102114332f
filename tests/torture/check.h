#ifndef TESTS_TORTURE_CHECK_H
#define TESTS_TORTURE_CHECK_H

#include "tests/torture/history.h"
#include "tests/torture/state.h"

// The checker: holds what clients were told against what the database ended with. Nothing is searched for: the database
// gives every write of an authority an explicit number, so each rule is one pass over rows in order.
//
//   lost        an ok call whose effect, ledger row or audit row is not there
//   duplicated  an effect, a ticket or a record that is there twice
//   phantom     an effect or a record that nobody asked for, or that was refused
//   answer      two answers to one request id that differ, or one that names another effect
//   half        an effect without its record, or a record without its effect
//   tickets     tickets of a session that are not 1..n, or not in the order of the numbers
//   real-time   a write numbered before one that had ended before it began; the same of tickets
//   counts      a session's counts that are not those of its bookings; more confirmed than there are places
//   model       an answer or an end that is not that of the same writes done one by one, in the order of their numbers
//   read        a list that shows no state there ever was, or one that was over before it began, or was still to come

enum { PROOF_MOST = 3, FINDINGS_KEPT = 12 };

struct finding {
    const char *rule;
    char text[200];
    const struct op *proof[PROOF_MOST]; // NULL: no more
};

struct findings {
    struct finding first[FINDINGS_KEPT];
    long count; // of all
    long writes, reads, unknown;
};

// check_history fills findings; the history and the state must outlive them.
void check_history(const struct history *h, const struct state *s, struct findings *f);

// check_print prints what was found, each with the history's lines that prove it.
void check_print(const struct findings *f, FILE *to);

#endif
