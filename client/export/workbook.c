#include "client/export/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

// A workbook as the Government Analysis Function has them: a cover, notes, and one table a sheet, marked as a table,
// with one header row, no merged cells and no meaning in colours.

enum { WIDTH_MAX = 60 };

struct formats {
    lxw_format *heading, *number, *money, *percent, *wrap;
};

static void write_lines(lxw_worksheet *sheet, const struct formats *f, const char *const (*lines)[2], size_t n)
{
    worksheet_set_column(sheet, 0, 0, 24, NULL);
    worksheet_set_column(sheet, 1, 1, WIDTH_MAX + 20, NULL);
    for (size_t i = 0; i < n; i++) {
        worksheet_write_string(sheet, (lxw_row_t)i, 0, lines[i][0], i == 0 ? f->heading : NULL);
        worksheet_write_string(sheet, (lxw_row_t)i, 1, lines[i][1], f->wrap);
    }
}

static void write_cover(struct export *e, lxw_workbook *book, const struct formats *f)
{
    const char *lines[12][2] = {{e->title, ""}, {"What it tells", e->summary}};
    size_t n = 2;
    for (size_t i = 0; i < e->n_columns && e->rows && n < 8; i++)
        if (e->columns[i].fixed) {
            lines[n][0] = e->columns[i].heading;
            lines[n++][1] = e->rows->cells[i].text;
        }
    const char *const rest[][2] = {
        {"Printed", e->printed_on}, {"Sheets", "Cover, Notes, Table"}, {"Asking for it again", export_command(e)}};
    memcpy(lines[n], rest, sizeof rest);
    write_lines(workbook_add_worksheet(book, "Cover"), f, (const char *const(*)[2])lines, n + 3);
}

// write_notes says what the shorthand means, what the server remarked, and what each column holds.
static void write_notes(const struct export *e, lxw_workbook *book, const struct formats *f)
{
    lxw_worksheet *sheet = workbook_add_worksheet(book, "Notes");
    lxw_row_t row = 0;
    worksheet_set_column(sheet, 0, 0, 30, NULL);
    worksheet_set_column(sheet, 1, 1, WIDTH_MAX + 20, NULL);
    worksheet_write_string(sheet, row, 0, "Term", f->heading);
    worksheet_write_string(sheet, row++, 1, "What it means", f->heading);
    worksheet_write_string(sheet, row, 0, "[x]", NULL);
    worksheet_write_string(sheet, row++, 1, "Not available.", f->wrap);
    for (const struct export_text *note = e->notes; note; note = note->next) {
        worksheet_write_string(sheet, row, 0, "Note", NULL);
        worksheet_write_string(sheet, row++, 1, note->text, f->wrap);
    }
    for (size_t i = 0; i < e->n_columns; i++) {
        worksheet_write_string(sheet, row, 0, e->columns[i].heading, NULL);
        worksheet_write_string(sheet, row++, 1, e->columns[i].about, f->wrap);
    }
}

static void write_cell(lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, const struct export_cell *cell,
    enum export_kind kind, const struct formats *f)
{
    bool number = kind == EXPORT_NUMBER || kind == EXPORT_MONEY || kind == EXPORT_PERCENT;
    if (cell->hidden)
        worksheet_write_string(sheet, row, column, cell->text, NULL);
    else if (number && !cell->set)
        worksheet_write_string(sheet, row, column, "[x]", NULL);
    else if (number)
        worksheet_write_number(sheet, row, column, cell->number,
            kind == EXPORT_MONEY     ? f->money
            : kind == EXPORT_PERCENT ? f->percent
                                     : f->number);
    else if (cell->set)
        worksheet_write_string(sheet, row, column, cell->text, NULL);
}

// write_table writes the rows; false when they are more than a sheet holds.
static bool write_table(const struct export *e, lxw_workbook *book, const struct formats *f)
{
    lxw_worksheet *sheet = workbook_add_worksheet(book, "Table");
    lxw_table_column *columns = calloc(e->n_columns, sizeof *columns), **all = calloc(e->n_columns + 1, sizeof *all);
    bool good = columns && all && e->n_rows < LXW_ROW_MAX - 1;
    for (size_t i = 0; good && i < e->n_columns; i++) {
        columns[i].header = e->columns[i].heading;
        all[i] = &columns[i];
        worksheet_set_column(sheet, (lxw_col_t)i, (lxw_col_t)i, (double)strlen(e->columns[i].heading) + 8, NULL);
    }
    lxw_table_options options = {
        .name = "answer", .style_type = LXW_TABLE_STYLE_TYPE_LIGHT, .style_type_number = 1, .columns = all};
    if (good)
        good = worksheet_add_table(sheet, 0, 0, (lxw_row_t)(e->n_rows ? e->n_rows : 1), (lxw_col_t)(e->n_columns - 1),
                   &options) == LXW_NO_ERROR;
    lxw_row_t n = 1;
    for (const struct export_row *row = e->rows; good && row; row = row->next, n++)
        for (size_t i = 0; i < e->n_columns; i++)
            write_cell(sheet, n, (lxw_col_t)i, &row->cells[i], e->columns[i].kind, f);
    worksheet_freeze_panes(sheet, 1, 0);
    free(columns);
    free(all);
    return good;
}

static bool write_book(struct export *e, const char *path)
{
    lxw_workbook *book = workbook_new(path);
    if (!book)
        return false;
    struct formats f = {workbook_add_format(book), workbook_add_format(book), workbook_add_format(book),
        workbook_add_format(book), workbook_add_format(book)};
    format_set_bold(f.heading);
    format_set_num_format(f.number, "#,##0.###############");
    format_set_num_format(f.money, "£#,##0.00");
    format_set_num_format(f.percent, "0.0\"%\"");
    format_set_text_wrap(f.wrap);
    lxw_doc_properties properties = {.title = (char *)(uintptr_t)e->title, .comments = (char *)(uintptr_t)e->asked};
    workbook_set_properties(book, &properties);
    write_cover(e, book, &f);
    write_notes(e, book, &f);
    bool good = write_table(e, book, &f);
    return workbook_close(book) == LXW_NO_ERROR && good;
}

bool export_workbook(struct export *e, FILE *out)
{
    char path[64], block[16384];
    int fd = memfd_create("workbook", MFD_CLOEXEC); // the library writes to a name: this one is of no file
    if (fd < 0)
        return false;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    bool good = !e->failed && write_book(e, path) && lseek(fd, 0, SEEK_SET) == 0;
    for (ssize_t n; good && (n = read(fd, block, sizeof block)) != 0;)
        good = n > 0 && fwrite(block, 1, (size_t)n, out) == (size_t)n;
    close(fd);
    return good;
}
