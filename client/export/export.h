#ifndef CLIENT_EXPORT_EXPORT_H
#define CLIENT_EXPORT_EXPORT_H

#include "client/print.h"
#include "common/arena.h"

// An answer kept whole, with what was asked, to be written as something to hand on: an accessible page (HTML, page.c)
// with a chart (chart.c), or a workbook (XLSX, workbook.c).

enum export_kind { EXPORT_TEXT, EXPORT_NUMBER, EXPORT_MONEY, EXPORT_PERCENT, EXPORT_DATE };

struct export_column {
    const char *name; // as in the message
    char heading[96];
    const char *about; // its comment
    enum export_kind kind;
    bool fixed;  // a fact of the whole answer, told once: the authority, the day
    bool filled; // some row has a value
};

struct export_cell {
    const char *text; // for people; "" when not set
    double number;    // of numbers, money (pounds) and percentages
    bool set;
    bool hidden; // a small number, left out of what is published: its text says so, and it is not set
};

struct export_row {
    struct export_row *next;
    struct export_cell cells[]; // one a column
};

struct export_text {
    struct export_text *next;
    const char *text;
};

struct export
{
    struct arena arena; // all that it holds
    const struct catalog_method *method;
    char title[96];
    const char *summary;    // what the answer tells: the call's comment
    const char *asked;      // the command that asks for it again
    const char *chart;      // what the call's comment says of its chart, or NULL
    const char *printed_on; // the day, for people
    bool day_is_open;       // the request might have named a day, and did not
    const char *day;        // that of the first row, as in the message; NULL when it has none
    struct export_column *columns;
    size_t n_columns, n_rows;
    struct export_row *rows, *last_row;
    struct export_text *notes, *last_note;
    bool failed; // memory lacked: nothing is written
};

// export_open begins to keep answers of a method; its columns are those that are printed. NULL when memory lacks.
struct export *export_open(const struct catalog_method *method, const struct print_column *columns, size_t n);

// export_asked notes the request, and the flags it was made with. A day that the request leaves open, and the rows
// tell, is written into the command that asks for the answer again.
void export_asked(
    struct export *e, const ProtobufCMessage *request, const char *authority, const struct globals *globals);

// export_add keeps a row; hidden says which of its columns are left out as small numbers, NULL for none. export_note a
// remark of the server about the answer.
void export_add(struct export *e, const ProtobufCMessage *row, const bool *hidden);
void export_note(struct export *e, const char *text);

// export_command is the command that asks for the answer again, once all rows are there. Owned by the export.
const char *export_command(struct export *e);

// export_page and export_workbook write what was kept; false when it could not be written.
bool export_page(struct export *e, FILE *out);
bool export_workbook(struct export *e, FILE *out);

// export_keep copies n bytes of text into an export's memory; "" where it lacks, and the export has failed.
const char *export_keep(struct export *e, const char *text, size_t n);

// export_close frees an export; NULL is none.
void export_close(struct export *e);

#endif
