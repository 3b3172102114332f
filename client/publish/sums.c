#include "client/publish/sums.h"

#include "common/field.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 2, 3))) static bool refuse(struct sums *s, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(s->why, sizeof s->why, format, list);
    va_end(list);
    return false;
}

static const char *text_of(const ProtobufCMessage *row, unsigned column)
{
    const ProtobufCFieldDescriptor *f = &row->descriptor->fields[column];
    return f->type == PROTOBUF_C_TYPE_STRING && field_is_set(row, f) ? *(const char *const *)field_element(row, f, 0)
                                                                     : "";
}

static int64_t value_of(const ProtobufCMessage *row, unsigned column)
{
    const ProtobufCFieldDescriptor *f = &row->descriptor->fields[column];
    const void *element = field_element(row, f, 0);
    return f->type == PROTOBUF_C_TYPE_INT64 ? *(const int64_t *)element : *(const int32_t *)element;
}

static size_t cell_at(const struct sums_table *t, size_t row, unsigned column)
{
    return t->cell[row * t->marks->row->n_fields + column];
}

static size_t add_cell(struct sums *s, int64_t value, bool printed, bool open)
{
    s->all.cells[s->all.n_cells] = (struct suppress_cell){.value = value, .printed = printed, .open = open};
    return s->all.n_cells++;
}

static bool find_cells(struct sums *s, struct sums_table *t)
{
    const struct marks *m = t->marks;
    for (size_t r = 0; r < t->n_rows; r++)
        for (unsigned c = 0; c < m->row->n_fields; c++) {
            size_t *cell = &t->cell[r * m->row->n_fields + c];
            *cell = SUMS_NO_CELL;
            if ((m->kind[c] != MARK_COUNT && m->kind[c] != MARK_OPEN) || !field_is_set(t->rows[r], &m->row->fields[c]))
                continue;
            if (value_of(t->rows[r], c) < 0)
                return refuse(s, "%s is below nought in row %zu", m->row->fields[c].name, r + 1);
            *cell = add_cell(s, value_of(t->rows[r], c), true, m->kind[c] == MARK_OPEN);
        }
    return true;
}

// begin_sum makes room for a sum of at most n cells; NULL when memory lacks.
static struct suppress_sum *begin_sum(struct sums *s, size_t n)
{
    struct suppress_sum *sum = &s->all.sums[s->all.n_sums];
    *sum = (struct suppress_sum){.terms = arena_alloc(s->arena, (n + 1) * sizeof *sum->terms)};
    return sum->terms ? sum : NULL;
}

static void add_term(struct suppress_sum *sum, size_t cell, int sign)
{
    sum->terms[sum->n++] = (struct suppress_term){.cell = cell, .sign = sign};
}

static int64_t left_over(const struct sums *s, const struct suppress_sum *sum)
{
    int64_t total = 0;
    for (size_t i = 0; i < sum->n; i++)
        total += sum->terms[i].sign * s->all.cells[sum->terms[i].cell].value;
    return total;
}

// name_of is what a row is called in the column by which two tables are alike; total rows are alike, however called.
static const char *name_of(const struct sums_table *t, size_t row, unsigned column)
{
    const char *name = text_of(t->rows[row], column);
    return strcmp(name, t->marks->total) == 0 ? "" : name;
}

// cell_beside finds the cell of the other table that is what a row's equation leaves over; SUMS_NO_CELL for none.
static size_t cell_beside(const struct sums *s, const struct sums_table *t, size_t row)
{
    const struct sums_table *other = &s->table[t == &s->table[0]];
    const ProtobufCFieldDescriptor *by = &t->marks->row->fields[t->marks->beside_by], *its_by, *count;
    if (s->n_tables < 2 || !(its_by = protobuf_c_message_descriptor_get_field_by_name(other->marks->row, by->name)) ||
        !(count = protobuf_c_message_descriptor_get_field_by_name(other->marks->row, t->marks->beside_column)))
        return SUMS_NO_CELL;
    unsigned name = (unsigned)(its_by - other->marks->row->fields);
    for (size_t r = 0; r < other->n_rows; r++)
        if (strcmp(name_of(other, r, name), name_of(t, row, t->marks->beside_by)) == 0)
            return cell_at(other, r, (unsigned)(count - other->marks->row->fields));
    return SUMS_NO_CELL;
}

// add_equation adds what holds in one row; where a cell of it is not there, nothing does.
static bool add_equation(struct sums *s, const struct sums_table *t, size_t row, const struct marks_equation *e)
{
    struct suppress_sum *sum = begin_sum(s, t->marks->row->n_fields + 1);
    if (!sum)
        return false;
    for (unsigned c = 0; c < t->marks->row->n_fields; c++) {
        if (!e->sign[c])
            continue;
        if (cell_at(t, row, c) == SUMS_NO_CELL)
            return true;
        add_term(sum, cell_at(t, row, c), e->sign[c]);
    }
    size_t beside = e->rest ? cell_beside(s, t, row) : SUMS_NO_CELL;
    if (beside != SUMS_NO_CELL)
        add_term(sum, beside, -1);
    int64_t rest = left_over(s, sum);
    bool open = e->rest && beside == SUMS_NO_CELL;
    if (open ? rest < 0 : rest != 0)
        return refuse(s, "row %zu does not add up: %" PRId64 " is left over", row + 1, rest);
    if (open)
        add_term(sum, add_cell(s, rest, false, false), -1);
    s->all.n_sums++;
    return true;
}

// alike tells whether a total over a dimension may sum a row: all else that parts the rows is the same.
static bool alike(const struct sums_table *t, size_t a, size_t b, size_t dimension)
{
    const struct marks *m = t->marks;
    for (unsigned c = 0; c < m->row->n_fields; c++) {
        bool parts = m->within[c] || strcmp(m->row->fields[c].name, "authority") == 0;
        for (size_t d = 0; d < m->n_dimensions; d++)
            parts = parts || (d != dimension && m->dimension[d] == c);
        if (parts && strcmp(text_of(t->rows[a], c), text_of(t->rows[b], c)) != 0)
            return false;
    }
    return true;
}

// has_all tells whether a row counts all that the total does. One that does not is outside of it: the Others of a
// take-up have no base, and a total like for like leaves them out.
static bool has_all(const struct sums_table *t, size_t row, size_t total)
{
    for (unsigned c = 0; c < t->marks->row->n_fields; c++)
        if (cell_at(t, total, c) != SUMS_NO_CELL && cell_at(t, row, c) == SUMS_NO_CELL)
            return false;
    return true;
}

// add_total adds the sums of one total row over a dimension, one a column of counts.
static bool add_total(struct sums *s, const struct sums_table *t, size_t total, size_t dimension)
{
    const struct marks *m = t->marks;
    for (unsigned c = 0; c < m->row->n_fields; c++) {
        if (cell_at(t, total, c) == SUMS_NO_CELL)
            continue;
        struct suppress_sum *sum = begin_sum(s, t->n_rows);
        if (!sum)
            return false;
        add_term(sum, cell_at(t, total, c), 1);
        for (size_t r = 0; r < t->n_rows; r++) {
            const char *name = text_of(t->rows[r], m->dimension[dimension]);
            if (r == total || !alike(t, r, total, dimension))
                continue;
            if (strcmp(name, m->total) == 0)
                return refuse(s, "two rows are called %s", m->total);
            if ((!*m->except || strcmp(name, m->except) != 0) && has_all(t, r, total))
                add_term(sum, cell_at(t, r, c), -1);
        }
        if (left_over(s, sum) != 0)
            return refuse(s, "%s does not add up to its total: %" PRId64 " is left over", m->row->fields[c].name,
                left_over(s, sum));
        s->all.n_sums++;
    }
    return true;
}

static bool has_row(const struct sums_table *t, const char *one, const char *other)
{
    const unsigned *d = t->marks->dimension;
    for (size_t r = 0; r < t->n_rows; r++)
        if (strcmp(text_of(t->rows[r], d[0]), one) == 0 && strcmp(text_of(t->rows[r], d[1]), other) == 0)
            return true;
    return false;
}

// has_every_row tells whether a table by two things has a row for each two of them. Where noughts are hidden, a row
// that is not there would tell one.
static bool has_every_row(struct sums *s, const struct sums_table *t)
{
    const unsigned *d = t->marks->dimension;
    for (size_t a = 0; s->all.hide_zeros && t->marks->n_dimensions > 1 && a < t->n_rows; a++)
        for (size_t b = 0; b < t->n_rows; b++) {
            const char *one = text_of(t->rows[a], d[0]), *other = text_of(t->rows[b], d[1]);
            if (!has_row(t, one, other))
                return refuse(
                    s, "noughts are hidden, and that there is no row for %.60s and %.60s would tell one", one, other);
        }
    return true;
}

static bool find_sums(struct sums *s, const struct sums_table *t)
{
    const struct marks *m = t->marks;
    for (size_t r = 0; r < t->n_rows; r++) {
        for (size_t e = 0; e < m->n_equations; e++)
            if (!add_equation(s, t, r, &m->equation[e]))
                return false;
        for (size_t d = 0; d < m->n_dimensions; d++)
            if (strcmp(text_of(t->rows[r], m->dimension[d]), m->total) == 0 && !add_total(s, t, r, d))
                return false;
    }
    return true;
}

bool sums_find(struct sums *s)
{
    size_t n_cells = 0, n_sums = 0;
    s->why[0] = '\0';
    for (size_t i = 0; i < s->n_tables; i++) {
        struct sums_table *t = &s->table[i];
        size_t columns = t->marks->row->n_fields;
        n_cells += t->n_rows * (columns + t->marks->n_equations);
        n_sums += t->n_rows * (t->marks->n_equations + t->marks->n_dimensions * columns);
        if (!(t->cell = arena_alloc(s->arena, (t->n_rows * columns + 1) * sizeof *t->cell)))
            return false;
    }
    s->all.cells = arena_calloc(s->arena, (n_cells + 1) * sizeof *s->all.cells);
    s->all.sums = arena_calloc(s->arena, (n_sums + 1) * sizeof *s->all.sums);
    bool good = s->all.cells && s->all.sums;
    for (size_t i = 0; good && i < s->n_tables; i++)
        good = find_cells(s, &s->table[i]);
    for (size_t i = 0; good && i < s->n_tables; i++)
        good = has_every_row(s, &s->table[i]) && find_sums(s, &s->table[i]);
    return good;
}
