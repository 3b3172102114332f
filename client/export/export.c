#include "client/export/export.h"

#include "client/cell.h"
#include "client/dates.h"
#include "client/verbs.h"
#include "common/field.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { KEPT_MAX = 512 * 1024 * 1024, TEXT_MAX = 64 * 1024 };

const char *export_keep(struct export *e, const char *text, size_t n)
{
    const char *kept = arena_strndup(&e->arena, text, n);
    e->failed = e->failed || !kept;
    return kept ? kept : "";
}

static enum export_kind kind_of(const struct print_column *c)
{
    if (c->marks.pence)
        return EXPORT_MONEY;
    if (c->marks.percent)
        return EXPORT_PERCENT;
    if (c->marks.date)
        return EXPORT_DATE;
    // A URN is a number that nobody adds up.
    size_t n = strlen(c->field->name);
    bool is_name = n >= 3 && strcmp(c->field->name + n - 3, "urn") == 0;
    return cell_is_number(c->field) && !is_name ? EXPORT_NUMBER : EXPORT_TEXT;
}

// read_comment takes the call's comment apart: what it tells, without its examples, and its chart.
static void read_comment(struct export *e)
{
    const char *text = docs_method(e->method->service, e->method->method);
    size_t n = strcspn(text, "\n");
    e->summary = export_keep(e, text, n);
    const char *chart = strstr(text, "\nChart: ");
    if (chart) {
        chart += strlen("\nChart: ");
        e->chart = export_keep(e, chart, strcspn(chart, "\n"));
    }
}

static void write_title(struct export *e)
{
    const char *words = verbs_of(e->method), *name = strchr(words, ' ');
    char plain[96];
    snprintf(plain, sizeof plain, "%s", strncmp(words, "report ", 7) == 0 && name ? name + 1 : words);
    for (char *p = plain; *p; p++)
        *p = *p == '-' || *p == ' ' ? '_' : *p;
    cell_heading(plain, e->title, sizeof e->title);
}

struct export *export_open(const struct catalog_method *method, const struct print_column *columns, size_t n)
{
    struct export *e = calloc(1, sizeof *e);
    if (!e)
        return NULL;
    arena_init(&e->arena, KEPT_MAX);
    e->method = method;
    e->n_columns = n;
    e->asked = "";
    e->columns = arena_alloc(&e->arena, (n + 1) * sizeof *e->columns);
    if (!e->columns) {
        export_close(e);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        e->columns[i] = (struct export_column){
            .name = columns[i].field->name, .about = columns[i].marks.text, .kind = kind_of(&columns[i])};
        cell_heading(columns[i].field->name, e->columns[i].heading, sizeof e->columns[i].heading);
    }
    char today[DATE_ISO_SIZE], day[DATE_SHORT_SIZE];
    struct tm now = dates_today();
    strftime(today, sizeof today, "%Y-%m-%d", &now);
    dates_short(today, day, sizeof day);
    e->printed_on = export_keep(e, day, strlen(day));
    read_comment(e);
    write_title(e);
    return e;
}

static double number_of(const ProtobufCFieldDescriptor *field, const void *element, enum export_kind kind)
{
    struct strbuf text;
    strbuf_init(&text, 64);
    field_write_value(&text, field, element);
    double number = strtod(strbuf_text(&text), NULL);
    strbuf_release(&text);
    return kind == EXPORT_MONEY ? number / 100 : number;
}

void export_add(struct export *e, const ProtobufCMessage *row, const bool *hidden)
{
    struct export_row *kept = arena_alloc(&e->arena, sizeof *kept + e->n_columns * sizeof *kept->cells);
    if (!kept) {
        e->failed = true;
        return;
    }
    struct strbuf text, clean;
    strbuf_init(&text, TEXT_MAX);
    strbuf_init(&clean, TEXT_MAX);
    kept->next = NULL;
    const ProtobufCFieldDescriptor *day = protobuf_c_message_descriptor_get_field_by_name(row->descriptor, "as_of");
    if (!e->day && day && day->type == PROTOBUF_C_TYPE_STRING && field_is_set(row, day)) {
        field_write(&text, row, day);
        e->day = export_keep(e, strbuf_text(&text), text.length);
    }
    for (size_t i = 0; i < e->n_columns; i++) {
        struct export_column *column = &e->columns[i];
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field_by_name(row->descriptor, column->name);
        struct docs_marks marks = {.date = column->kind == EXPORT_DATE,
            .pence = column->kind == EXPORT_MONEY,
            .percent = column->kind == EXPORT_PERCENT};
        struct export_cell *cell = &kept->cells[i];
        strbuf_clear(&text);
        strbuf_clear(&clean);
        bool hide = hidden && hidden[field - row->descriptor->fields];
        if (hide)
            strbuf_adds(&text, PUBLISH_MARK);
        else
            cell_write(&text, row, field, &marks, CELL_PEOPLE);
        cell_clean(&clean, strbuf_text(&text), text.length, "\n\t");
        *cell = (struct export_cell){.text = export_keep(e, strbuf_text(&clean), clean.length),
            .set = !hide && field_is_set(row, field),
            .hidden = hide};
        if (cell->set && column->kind != EXPORT_TEXT && column->kind != EXPORT_DATE)
            cell->number = number_of(field, field_element(row, field, 0), column->kind);
        column->filled = column->filled || cell->set || hide;
        column->fixed = strcmp(column->name, "authority") == 0 || strcmp(column->name, "as_of") == 0
                            ? e->n_rows == 0 || (column->fixed && strcmp(cell->text, e->rows->cells[i].text) == 0)
                            : false;
    }
    strbuf_release(&text);
    strbuf_release(&clean);
    *(e->last_row ? &e->last_row->next : &e->rows) = kept;
    e->last_row = kept;
    e->n_rows++;
}

void export_note(struct export *e, const char *text)
{
    struct export_text *note = arena_alloc(&e->arena, sizeof *note);
    if (!note) {
        e->failed = true;
        return;
    }
    *note = (struct export_text){.text = export_keep(e, text, strlen(text))};
    *(e->last_note ? &e->last_note->next : &e->notes) = note;
    e->last_note = note;
}

void export_close(struct export *e)
{
    if (!e)
        return;
    arena_release(&e->arena);
    free(e);
}
