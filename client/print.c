#include "client/print.h"

#include "client/cell.h"
#include "client/csv.h"
#include "client/export/export.h"
#include "client/suggest.h"
#include "client/table.h"
#include "common/field.h"
#include "common/json.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { ROW_MAX = 8 * 1024 * 1024 };

void print_locale(void)
{
    setlocale(LC_CTYPE, "");
    if (strcasecmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
}

static enum print_form choose(const struct catalog_method *method, const struct globals *globals, bool terminal)
{
    bool rows = method->shape == REPLY_ROWS;
    switch (globals->form) {
    case OUTPUT_JSON:
        return PRINT_JSON;
    case OUTPUT_CSV:
        return PRINT_CSV;
    case OUTPUT_HTML:
        return PRINT_PAGE;
    case OUTPUT_XLSX:
        return PRINT_WORKBOOK;
    case OUTPUT_TABLE:
        return rows ? PRINT_TABLE : PRINT_LABELS;
    default:
        return !rows ? PRINT_LABELS : terminal ? PRINT_TABLE : PRINT_TABS;
    }
}

static bool add_column(struct printer *p, const ProtobufCMessageDescriptor *row, const char *name, size_t n)
{
    for (unsigned i = 0; i < row->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &row->fields[i];
        if (strlen(field->name) != n || strncasecmp(field->name, name, n) != 0)
            continue;
        p->columns[p->n_columns++] = (struct print_column){.field = field, .marks = docs_marks(row, field)};
        return true;
    }
    return false;
}

static enum exit_code refuse_column(const ProtobufCMessageDescriptor *row, const char *name)
{
    struct suggest near;
    suggest_init(&near, name);
    fprintf(stderr, "--columns: there is no column \"");
    cell_print(stderr, name);
    fprintf(stderr, "\".");
    for (unsigned i = 0; i < row->n_fields; i++)
        suggest_offer(&near, row->fields[i].name);
    if (near.names[0])
        fprintf(stderr, " Did you mean %s%s%s?", near.names[0], near.names[1] ? " or " : "",
            near.names[1] ? near.names[1] : "");
    fputs(" Accepted:", stderr);
    for (unsigned i = 0; i < row->n_fields; i++)
        fprintf(stderr, "%s %s", i ? "," : "", row->fields[i].name);
    fputs(".\n", stderr);
    return EXIT_USAGE;
}

// choose_columns takes those that --columns names, in its order, or all.
static enum exit_code choose_columns(struct printer *p, const ProtobufCMessageDescriptor *row, const char *names)
{
    char name[96];
    for (unsigned i = 0; !names && i < row->n_fields; i++)
        add_column(p, row, row->fields[i].name, strlen(row->fields[i].name));
    while (names && *names) {
        names += strspn(names, ", ");
        size_t n = strcspn(names, ", ");
        snprintf(name, sizeof name, "%.*s", (int)n, names);
        for (char *c = name; *c; c++)
            *c = *c == '-' ? '_' : *c;
        if (n > 0 && (p->n_columns == row->n_fields || !add_column(p, row, name, strlen(name))))
            return refuse_column(row, name);
        names += n;
    }
    return EXIT_DONE;
}

// begin writes what stands before the first row.
static void begin(struct printer *p)
{
    if (p->begun)
        return;
    p->begun = true;
    struct strbuf b;
    strbuf_init(&b, ROW_MAX);
    if (p->form == PRINT_CSV || p->form == PRINT_TABS) {
        for (size_t i = 0; i < p->n_columns; i++)
            strbuf_addf(&b, "%s%s", i == 0 ? "" : p->form == PRINT_CSV ? "," : "\t", p->columns[i].field->name);
        strbuf_addc(&b, '\n');
    } else if (p->form == PRINT_JSON && p->listed && !p->lines) {
        strbuf_addc(&b, '[');
    } else if (p->form == PRINT_TABLE) {
        p->table = table_open(p->columns, p->n_columns);
    }
    fputs(strbuf_text(&b), p->out);
    strbuf_release(&b);
}

enum exit_code print_open(
    struct printer *p, const struct catalog_method *method, const struct globals *globals, FILE *out)
{
    bool terminal = isatty(fileno(out)) == 1;
    *p = (struct printer){.out = out,
        .form = choose(method, globals, terminal),
        .terminal = terminal,
        .listed = method->shape == REPLY_ROWS,
        .limit = globals->limit,
        .to_publish = globals->publish,
        .columns = calloc(method->row->n_fields + 1, sizeof *p->columns)};
    if (!p->columns) {
        fputs("Out of memory.\n", stderr);
        return EXIT_REFUSED;
    }
    enum exit_code code = globals->publish ? publish_refuse(method) : EXIT_DONE;
    if (code == EXIT_DONE)
        code = choose_columns(p, method->row, globals->columns);
    if (code == EXIT_DONE && p->form == PRINT_WORKBOOK && terminal) {
        fputs("A workbook is no text for a terminal: send it to a file, as in > answer.xlsx\n", stderr);
        code = EXIT_USAGE;
    }
    if (code == EXIT_DONE && (p->form == PRINT_PAGE || p->form == PRINT_WORKBOOK) &&
        !(p->export = export_open(method, p->columns, p->n_columns))) {
        fputs("Out of memory.\n", stderr);
        code = EXIT_REFUSED;
    }
    if (code != EXIT_DONE) {
        free(p->columns);
        p->columns = NULL;
    }
    return code;
}

void print_asked(
    struct printer *p, const ProtobufCMessage *request, const char *authority, const struct globals *globals)
{
    if (p->export)
        export_asked(p->export, request, authority, globals);
}

void print_note(struct printer *p, const char *text)
{
    if (p->export)
        export_note(p->export, text);
}

void print_as_lines(struct printer *p)
{
    p->lines = true;
    if (p->form == PRINT_TABLE)
        p->form = PRINT_TABS;
}

void print_publish(struct printer *p, const struct catalog_method *method, const struct publish_rule *rule)
{
    p->publish = publish_open(method, rule);
}

// is_hidden tells whether the row that is being printed shows nothing in a column.
static bool is_hidden(const struct printer *p, const ProtobufCMessage *row, size_t column)
{
    return p->hidden && p->hidden[p->columns[column].field - row->descriptor->fields];
}

static void add_delimited(struct printer *p, struct strbuf *b, const ProtobufCMessage *row)
{
    struct strbuf cell;
    strbuf_init(&cell, ROW_MAX);
    for (size_t i = 0; i < p->n_columns; i++) {
        strbuf_clear(&cell);
        if (is_hidden(p, row, i))
            strbuf_adds(&cell, PUBLISH_MARK);
        else
            cell_write(&cell, row, p->columns[i].field, &p->columns[i].marks, CELL_MACHINE);
        if (i)
            strbuf_addc(b, p->form == PRINT_CSV ? ',' : '\t');
        if (p->form == PRINT_CSV)
            csv_write_cell(b, strbuf_text(&cell));
        else
            csv_write_tabbed(b, strbuf_text(&cell));
    }
    strbuf_addc(b, '\n');
    strbuf_release(&cell);
}

static void add_object(struct printer *p, struct strbuf *b, const ProtobufCMessage *row)
{
    bool first = true;
    strbuf_adds(b, !p->listed || p->lines ? "{" : p->rows ? ",\n {" : "\n {");
    for (size_t i = 0; i < p->n_columns; i++) {
        if (!field_is_set(row, p->columns[i].field))
            continue;
        strbuf_addf(b, "%s\"%s\": ", first ? "" : ", ", p->columns[i].field->name);
        if (is_hidden(p, row, i))
            strbuf_adds(b, "\"" PUBLISH_MARK "\"");
        else
            json_write_field(b, row, p->columns[i].field);
        first = false;
    }
    strbuf_adds(b, p->lines ? "}\n" : "}");
}

// document is the text of a reply's field that is one, where it has come; else NULL.
static const char *document(const struct printer *p, const ProtobufCMessage *row)
{
    for (size_t i = 0; i < p->n_columns; i++)
        if (p->columns[i].marks.document && field_is_set(row, p->columns[i].field))
            return *(const char *const *)field_element(row, p->columns[i].field, 0);
    return NULL;
}

// add_labels writes a line for each field that is set; a list of messages becomes a small table under its label.
static void add_labels(struct printer *p, struct strbuf *b, const ProtobufCMessage *row)
{
    for (size_t i = 0; i < p->n_columns; i++) {
        const ProtobufCFieldDescriptor *field = p->columns[i].field;
        char heading[96];
        if (!field_is_set(row, field))
            continue;
        cell_heading(field->name, heading, sizeof heading);
        strbuf_addf(b, "%s:", heading);
        if (field->type != PROTOBUF_C_TYPE_MESSAGE) {
            strbuf_addc(b, ' ');
            cell_write(b, row, field, &p->columns[i].marks, CELL_PEOPLE);
            strbuf_addc(b, '\n');
            continue;
        }
        for (size_t k = 0, n = field_count(row, field); k < n; k++) {
            const ProtobufCMessage *inner = *(ProtobufCMessage *const *)field_element(row, field, k);
            const char *gap = "\n  ";
            for (unsigned f = 0; f < inner->descriptor->n_fields; f++) {
                const ProtobufCFieldDescriptor *part = &inner->descriptor->fields[f];
                struct docs_marks marks = docs_marks(inner->descriptor, part);
                if (!field_is_set(inner, part))
                    continue;
                cell_heading(part->name, heading, sizeof heading);
                strbuf_addf(b, "%s%s: ", gap, heading);
                cell_write(b, inner, part, &marks, CELL_PEOPLE);
                gap = "; ";
            }
        }
        strbuf_addc(b, '\n');
    }
}

// put writes finished text. JSON never holds a raw control character but its own line ends; CSV and tabs keep the data
// as it is in a pipe.
static void put(struct printer *p, const struct strbuf *b)
{
    if (!p->terminal) {
        fwrite(strbuf_text(b), 1, b->length, p->out);
        return;
    }
    struct strbuf clean;
    strbuf_init(&clean, 2 * ROW_MAX);
    cell_clean(&clean, strbuf_text(b), b->length, "\n\t");
    fwrite(strbuf_text(&clean), 1, clean.length, p->out);
    strbuf_release(&clean);
}

static void print_row(struct printer *p, const ProtobufCMessage *row)
{
    struct strbuf b;
    strbuf_init(&b, ROW_MAX);
    switch (p->form) {
    case PRINT_TABLE:
        if (p->table)
            table_add(p->table, row, p->hidden);
        break;
    case PRINT_TABS:
    case PRINT_CSV:
        add_delimited(p, &b, row);
        break;
    case PRINT_JSON:
        add_object(p, &b, row);
        break;
    case PRINT_PAGE:
    case PRINT_WORKBOOK:
        export_add(p->export, row, p->hidden);
        break;
    case PRINT_LABELS:
        if (document(p, row))
            strbuf_adds(&b, document(p, row));
        else
            add_labels(p, &b, row);
        break;
    }
    put(p, &b);
    strbuf_release(&b);
    p->rows++;
}

// keep_rows keeps a page of an answer that is for publication: what is hidden turns on all of it.
static bool keep_rows(struct printer *p, const ProtobufCMessage *reply)
{
    const ProtobufCFieldDescriptor *rows = &reply->descriptor->fields[0];
    for (size_t i = 0, n = field_count(reply, rows); p->publish && i < n; i++)
        if (!publish_add(p->publish, *(ProtobufCMessage *const *)field_element(reply, rows, i))) {
            publish_close(p->publish);
            p->publish = NULL;
        }
    return p->publish != NULL;
}

bool print_published(struct printer *p, const char **note)
{
    const char *why = "out of memory";
    *note = NULL;
    if (!p->to_publish)
        return true;
    if (!p->publish || !publish_decide(p->publish, &why)) {
        fprintf(stderr, "improve: this table cannot be published (REP-5): %s.\n", why);
        return false;
    }
    *note = publish_note(p->publish);
    print_note(p, *note);
    begin(p);
    for (size_t i = 0; i < publish_count(p->publish) && (!p->limit || p->rows < (size_t)p->limit); i++) {
        struct publish_row row = publish_at(p->publish, i);
        p->hidden = row.hidden;
        print_row(p, row.message);
    }
    p->hidden = NULL;
    return true;
}

bool print_reply(struct printer *p, const struct catalog_method *method, const ProtobufCMessage *reply)
{
    if (p->to_publish)
        return keep_rows(p, reply);
    begin(p);
    if (method->shape == REPLY_FIELDS) {
        print_row(p, reply);
        return true;
    }
    const ProtobufCFieldDescriptor *rows = &reply->descriptor->fields[0];
    for (size_t i = 0, n = field_count(reply, rows); i < n; i++) {
        if (p->limit && p->rows >= (size_t)p->limit)
            return false;
        print_row(p, *(ProtobufCMessage *const *)field_element(reply, rows, i));
    }
    return !p->limit || p->rows < (size_t)p->limit;
}

bool print_close(struct printer *p)
{
    if (p->form == PRINT_JSON && p->begun && !p->lines)
        fputs(!p->listed ? "\n" : p->rows ? "\n]\n" : "]\n", p->out);
    if (p->table)
        table_close(p->table, p->out, p->terminal);
    if (p->terminal && p->form == PRINT_TABLE && p->begun && p->rows == 0)
        fputs("None.\n", stderr);
    bool kept = !p->export || !p->begun || (p->form == PRINT_PAGE ? export_page : export_workbook)(p->export, p->out);
    export_close(p->export);
    publish_close(p->publish);
    free(p->columns);
    *p = (struct printer){.out = p->out};
    return kept && fflush(p->out) == 0 && !ferror(p->out);
}
