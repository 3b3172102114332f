#ifndef SERVER_OUTCOME_H
#define SERVER_OUTCOME_H

#include "server/call.h"

// What PostgreSQL said when it refused; NULL where it said nothing.
struct database_error {
    const char *sqlstate;
    const char *message;
    const char *detail;
    const char *hint;
    const char *schema;
    const char *constraint;
};

// outcome_of decides what a database error means for a call, and sets the call's reply and verdict. SQLSTATE IM0nn is
// status nn with its details in DETAIL; a broken constraint speaks through its COMMENT; everything else goes through
// one table.
// outcome_attempt ends the refusal of a wrong sign-in: how long to wait, and whether it came before its time (held).
void outcome_attempt(struct call *call, uint32_t wait_ms, bool held);

void outcome_of(struct call *call, const struct database_error *error);

// outcome_constraint adds the refusal of a constraint (the JSON of its COMMENT; copied). Before threads start.
void outcome_constraint(const char *schema, const char *name, const char *refusal);

#endif
