#ifndef CLIENT_PRINT_H
#define CLIENT_PRINT_H

#include "client/exits.h"
#include "client/globals.h"
#include "client/publish/publish.h"
#include "common/catalog.h"
#include "common/docs.h"

#include <stdio.h>

// Answers on stdout, by descriptor: rows as a table on a terminal, parted by tabs when piped, CSV or JSON when asked
// for; a reply of plain fields as "Label: value" lines; or all of it, at the end, as a page or a workbook (export/).

enum print_form { PRINT_TABLE, PRINT_TABS, PRINT_CSV, PRINT_JSON, PRINT_LABELS, PRINT_PAGE, PRINT_WORKBOOK };

struct print_column {
    const ProtobufCFieldDescriptor *field;
    struct docs_marks marks;
};

struct table;
struct export;

struct printer {
    FILE *out; // not owned
    enum print_form form;
    bool terminal;                // out is one: nothing may reach it that could steer it
    bool begun;                   // an answer has come
    bool lines;                   // JSON as one object a line, without the list around them
    bool listed;                  // rows, so that JSON is a list
    struct print_column *columns; // owned
    size_t n_columns;
    size_t rows;             // printed so far
    long limit;              // rows at most; 0: all
    struct table *table;     // owned, while a table is being made
    struct export *export;   // owned, while a page or a workbook is
    bool to_publish;         // small numbers are hidden: rows are kept, and printed by print_published
    struct publish *publish; // owned, once the rule is known
    const bool *hidden;      // of the row that is being printed, by column of the answer; NULL: nothing
};

// print_open begins to print answers of a method. EXIT_USAGE, with a message, when --columns names a column that there
// is not, a workbook would go to a terminal, or --publish is asked for and the method is not marked for it.
enum exit_code print_open(
    struct printer *p, const struct catalog_method *method, const struct globals *globals, FILE *out);

// print_as_lines makes a printer, before its first reply, write each row at once on a line of its own: no table, and
// JSON as one object a line.
void print_as_lines(struct printer *p);

// print_asked tells a printer, before its first reply, what was asked and for which authority ("" or NULL: none): a
// page or a workbook says so. print_note hands it a remark of the server for them.
void print_asked(
    struct printer *p, const ProtobufCMessage *request, const char *authority, const struct globals *globals);
void print_note(struct printer *p, const char *text);

// print_publish tells a printer of --publish the authority's rule, before its first reply: without it nothing is
// printed. print_published prints what was kept, at the end, and gives the note beside it, or NULL where it is not for
// publication. False, said on stderr, when the table cannot be published.
void print_publish(struct printer *p, const struct catalog_method *method, const struct publish_rule *rule);
bool print_published(struct printer *p, const char **note);

// print_reply prints one reply (one page of a paged one). False when --limit is reached, so that no more is wanted.
bool print_reply(struct printer *p, const struct catalog_method *method, const ProtobufCMessage *reply);

// print_close ends the output (nothing is written when no reply was printed) and releases the printer. False when the
// output could not be written.
bool print_close(struct printer *p);

// print_locale makes the program's character type UTF-8; call at start.
void print_locale(void);

#endif
