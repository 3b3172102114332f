#include "client/table.h"

#include "client/cell.h"

#include <libsmartcols.h>
#include <stdlib.h>

enum { CELL_MAX = 64 * 1024 };

struct table {
    struct libscols_table *scols;
    const struct print_column *columns;
    size_t n;
    bool *filled; // owned: which columns have had a value
};

struct table *table_open(const struct print_column *columns, size_t n)
{
    struct table *t = malloc(sizeof *t);
    if (!t)
        return NULL;
    *t = (struct table){.scols = scols_new_table(), .columns = columns, .n = n};
    t->filled = calloc(n + 1, sizeof *t->filled);
    if (!t->scols || !t->filled) {
        scols_unref_table(t->scols);
        free(t->filled);
        free(t);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        char heading[96];
        cell_heading(columns[i].field->name, heading, sizeof heading);
        int flags = cell_is_number(columns[i].field) ? SCOLS_FL_RIGHT : SCOLS_FL_TRUNC;
        scols_table_new_column(t->scols, heading, 0, flags);
    }
    return t;
}

void table_add(struct table *t, const ProtobufCMessage *row, const bool *hidden)
{
    struct libscols_line *line = scols_table_new_line(t->scols, NULL);
    struct strbuf text, clean;
    strbuf_init(&text, CELL_MAX);
    strbuf_init(&clean, CELL_MAX);
    for (size_t i = 0; line && i < t->n; i++) {
        strbuf_clear(&text);
        strbuf_clear(&clean);
        if (hidden && hidden[t->columns[i].field - row->descriptor->fields])
            strbuf_adds(&text, PUBLISH_MARK);
        else
            cell_write(&text, row, t->columns[i].field, &t->columns[i].marks, CELL_PEOPLE);
        for (size_t k = 0; k < text.length; k++)
            if (text.text[k] == '\n' || text.text[k] == '\t' || text.text[k] == '\r')
                text.text[k] = ' ';
        cell_clean(&clean, strbuf_text(&text), text.length, "");
        scols_line_set_data(line, i, strbuf_text(&clean));
        t->filled[i] = t->filled[i] || clean.length > 0;
    }
    strbuf_release(&text);
    strbuf_release(&clean);
}

void table_close(struct table *t, FILE *out, bool terminal)
{
    scols_table_set_stream(t->scols, out);
    if (!terminal)
        scols_table_set_termforce(t->scols, SCOLS_TERMFORCE_NEVER);
    for (size_t i = 0; i < t->n; i++)
        if (!t->filled[i])
            scols_column_set_flags(scols_table_get_column(t->scols, i), SCOLS_FL_HIDDEN);
    if (scols_table_get_nlines(t->scols) > 0)
        scols_print_table(t->scols);
    scols_unref_table(t->scols);
    free(t->filled);
    free(t);
}
