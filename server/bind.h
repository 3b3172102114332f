#ifndef SERVER_BIND_H
#define SERVER_BIND_H

#include "server/call.h"
#include "server/statement.h"

#include <stdbool.h>

// Between messages and SQL's text. Knows neither the wire nor libpq.

// bind_request fills values (STATEMENT_PARAMETERS_MAX of room) with the call's parameters as text, NULL for absent
// fields, in the order of its statement. The texts are in the call's arena. False, and the call failed
// RESOURCE_EXHAUSTED, when the call's memory is spent.
bool bind_request(struct call *call, const char **values);

// struct bind_row gives one row's columns as text.
struct bind_row {
    int columns;
    const char *(*value)(const void *data, int column, int *length); // NULL for SQL NULL
    const void *data;
};

// bind_begin makes the empty reply of a read of so many rows; bind_row adds the next row to it. False, and the call
// failed INTERNAL or RESOURCE_EXHAUSTED, when a value does not fit its field or memory is spent.
bool bind_begin(struct call *call, int rows);
bool bind_row(struct call *call, int i, const struct bind_row *row);

// bind_answer makes the reply of a write from its stored answer: a JSON array of rows. False as bind_row.
bool bind_answer(struct call *call, const char *json, int length);

#endif
