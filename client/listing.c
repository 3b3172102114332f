#include "client/listing.h"

#include "client/cell.h"
#include "client/csv.h"
#include "common/json.h"

#include <libsmartcols.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 64 * 1024 };

struct listing {
    const char *const *names;
    size_t n, rows;
    FILE *out;
    enum output_form form;
    char mark;                    // between cells: a comma or a tab
    struct libscols_table *table; // or NULL
};

static void write_line(struct listing *l, const char *const *cells)
{
    struct strbuf b;
    strbuf_init(&b, LINE_MAX_BYTES);
    for (size_t i = 0; i < l->n; i++) {
        if (i)
            strbuf_addc(&b, l->mark);
        if (l->mark == ',')
            csv_write_cell(&b, cells[i]);
        else
            csv_write_tabbed(&b, cells[i]);
    }
    fprintf(l->out, "%s\n", strbuf_text(&b));
    strbuf_release(&b);
}

struct listing *listing_open(const char *const *names, size_t n, enum output_form form, FILE *out)
{
    struct listing *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    *l = (struct listing){.names = names, .n = n, .out = out, .form = form, .mark = form == OUTPUT_CSV ? ',' : '\t'};
    if (form == OUTPUT_AUTO && isatty(fileno(out)) == 1)
        l->form = OUTPUT_TABLE;
    if (l->form == OUTPUT_TABLE) {
        l->table = scols_new_table();
        for (size_t i = 0; l->table && i < n; i++) {
            char heading[64];
            cell_heading(names[i], heading, sizeof heading);
            scols_table_new_column(l->table, heading, 0, i + 1 == n ? SCOLS_FL_TRUNC : 0);
        }
    } else if (l->form != OUTPUT_JSON) {
        write_line(l, names);
    }
    return l;
}

void listing_add(struct listing *l, const char *const *cells)
{
    if (l->table) {
        struct libscols_line *line = scols_table_new_line(l->table, NULL);
        for (size_t i = 0; line && i < l->n; i++)
            scols_line_set_data(line, i, cells[i]);
    } else if (l->form == OUTPUT_JSON) {
        struct strbuf b;
        strbuf_init(&b, LINE_MAX_BYTES);
        for (size_t i = 0; i < l->n; i++) {
            strbuf_addf(&b, "%s\"%s\": ", i ? ", " : "", l->names[i]);
            json_write_string(&b, cells[i]);
        }
        fprintf(l->out, "%s\n {%s}", l->rows ? "," : "[", strbuf_text(&b));
        strbuf_release(&b);
    } else {
        write_line(l, cells);
    }
    l->rows++;
}

void listing_close(struct listing *l)
{
    if (l->form == OUTPUT_JSON)
        fputs(l->rows ? "\n]\n" : "[]\n", l->out);
    if (l->table) {
        scols_table_set_stream(l->table, l->out);
        scols_print_table(l->table);
        scols_unref_table(l->table);
    }
    free(l);
}
