#ifndef SERVER_STATEMENT_H
#define SERVER_STATEMENT_H

#include "common/catalog.h"

#include <stdbool.h>

// How a method is served by SQL: its one statement and where it runs. Made by the contract at start, then read-only.

// Calls of different kinds use different connections, so that a slow one never delays a quick one.
enum lane_kind {
    LANE_READ,  // STABLE functions
    LANE_WRITE, // VOLATILE functions
    LANE_BULK,  // functions whose COST is BULK_COST or more: reports, imports
    LANES
};

enum { BULK_COST = 10000, STATEMENT_PARAMETERS_MAX = 64 };

struct statement {
    const struct catalog_method *method;
    enum lane_kind lane;
    bool write;    // VOLATILE: recorded under its request id
    bool watch;    // asked for events past a cursor: see watch.h
    bool across;   // of the service Self: reads the caller's own rows in every authority
    bool paged;    // takes p_cursor, and its rows carry row_cursor as their last column
    char name[16]; // of the prepared statement
    char *text;    // owned
    // Parameters, in order: the request's fields as descriptors list them; then, when paged, the cursor; then, for a
    // write, fingerprint and the request as JSON.
    int parameters;
};

// statement_for gives the statement of a method, or NULL when no SQL serves it (local methods). Valid once
// contract_check has passed.
const struct statement *statement_for(const struct catalog_method *method);

#endif
