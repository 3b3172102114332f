#include "client/publish/kernel.h"

#include <stdlib.h>
#include <string.h>

// The sums that hold unseen cells, as rows of a matrix over these; eliminated in whole numbers, each cell that is not
// the first of a row gives one change that leaves all sums as they are. Large cells are taken to be the first of rows:
// they can give and take most.
struct kernel {
    const struct suppress *s;
    size_t *cell;   // of each column
    size_t *first;  // column of each row's first cell
    bool *is_first; // by column
    bool *told;     // of each row, before it is eliminated: a number that is not nought is shown of its sum
    int64_t *m;     // rows × columns
    int64_t *twice; // the change of make_double
    size_t rows, columns, rank;
};

static int by_value_down(const void *a, const void *b, void *data)
{
    const struct suppress *s = data;
    size_t i = *(const size_t *)a, k = *(const size_t *)b;
    if (s->cells[i].value != s->cells[k].value)
        return s->cells[i].value > s->cells[k].value ? -1 : 1;
    return i < k ? -1 : 1;
}

static bool unseen(const struct suppress_cell *c)
{
    return c->hidden || !c->printed;
}

static int64_t *at(const struct kernel *k, size_t row, size_t column)
{
    return &k->m[row * k->columns + column];
}

static void fill(struct kernel *k, const size_t *column)
{
    const struct suppress *s = k->s;
    for (size_t r = 0; r < s->n_sums; r++) {
        bool any = false, told = false;
        for (size_t t = 0; t < s->sums[r].n; t++) {
            const struct suppress_term *term = &s->sums[r].terms[t];
            if (!unseen(&s->cells[term->cell])) {
                told = told || s->cells[term->cell].value != 0;
                continue;
            }
            *at(k, k->rows, column[term->cell]) += term->sign;
            any = true;
        }
        k->told[k->rows] = told;
        k->rows += any;
    }
}

static bool open_kernel(struct kernel *k, const struct suppress *s)
{
    size_t *column = calloc(s->n_cells + 1, sizeof *column);
    *k = (struct kernel){.s = s, .cell = calloc(s->n_cells + 1, sizeof *k->cell)};
    for (size_t i = 0; k->cell && i < s->n_cells; i++)
        if (unseen(&s->cells[i]))
            k->cell[k->columns++] = i;
    if (k->columns)
        qsort_r(k->cell, k->columns, sizeof *k->cell, by_value_down, (void *)(uintptr_t)s);
    for (size_t c = 0; column && c < k->columns; c++)
        column[k->cell[c]] = c;
    k->m = calloc(s->n_sums * k->columns + 1, sizeof *k->m);
    k->first = calloc(s->n_sums + 1, sizeof *k->first);
    k->is_first = calloc(k->columns + 1, sizeof *k->is_first);
    k->told = calloc(s->n_sums + 1, sizeof *k->told);
    k->twice = calloc(k->columns + 1, sizeof *k->twice);
    bool good = column && k->cell && k->m && k->first && k->is_first && k->told && k->twice;
    if (good)
        fill(k, column);
    free(column);
    return good;
}

static void close_kernel(struct kernel *k)
{
    free(k->cell);
    free(k->first);
    free(k->is_first);
    free(k->told);
    free(k->twice);
    free(k->m);
}

static int64_t size_of(int64_t v)
{
    return v < 0 ? -v : v;
}

static int64_t common(int64_t a, int64_t b)
{
    for (a = size_of(a), b = size_of(b); b;) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

// shorten divides numbers by what they have in common.
static void shorten(int64_t *numbers, size_t n)
{
    int64_t all = 0;
    for (size_t i = 0; i < n && all != 1; i++)
        all = numbers[i] ? common(all, numbers[i]) : all;
    for (size_t i = 0; all > 1 && i < n; i++)
        numbers[i] /= all;
}

// clear_cell takes a multiple of the row `from` off row `to`, so that its number in a column is nought. False where
// numbers grow out of all bounds, which those of tables do not.
static bool clear_cell(const struct kernel *k, size_t from, size_t to, size_t column)
{
    int64_t a = *at(k, from, column), b = *at(k, to, column), g = common(a, b);
    for (size_t c = 0; c < k->columns; c++) {
        int64_t keep, take;
        if (__builtin_mul_overflow(*at(k, to, c), a / g, &keep) ||
            __builtin_mul_overflow(*at(k, from, c), b / g, &take) || __builtin_sub_overflow(keep, take, at(k, to, c)))
            return false;
    }
    shorten(at(k, to, 0), k->columns);
    return true;
}

static void swap_rows(const struct kernel *k, size_t a, size_t b)
{
    for (size_t c = 0; a != b && c < k->columns; c++) {
        int64_t v = *at(k, a, c);
        *at(k, a, c) = *at(k, b, c);
        *at(k, b, c) = v;
    }
}

static bool eliminate(struct kernel *k)
{
    for (size_t c = 0; c < k->columns && k->rank < k->rows; c++) {
        size_t row = k->rank;
        while (row < k->rows && !*at(k, row, c))
            row++;
        if (row == k->rows)
            continue;
        swap_rows(k, row, k->rank);
        for (size_t r = 0; r < k->rows; r++)
            if (r != k->rank && *at(k, r, c) && !clear_cell(k, k->rank, r, c))
                return false;
        k->is_first[c] = true;
        k->first[k->rank++] = c;
    }
    return true;
}

// make_change makes the change that a column, which is no row's first, gives: it moves by as much as makes all whole.
static bool make_change(const struct kernel *k, size_t column, int64_t *change)
{
    int64_t by = 1;
    memset(change, 0, k->columns * sizeof *change);
    for (size_t r = 0; r < k->rank; r++) {
        int64_t first = size_of(*at(k, r, k->first[r]));
        if (*at(k, r, column) && __builtin_mul_overflow(by, first / common(first, by), &by))
            return false;
    }
    change[column] = by;
    for (size_t r = 0; r < k->rank; r++)
        if (*at(k, r, column) &&
            __builtin_mul_overflow(-*at(k, r, column), by / *at(k, r, k->first[r]), &change[k->first[r]]))
            return false;
    shorten(change, k->columns);
    return true;
}

// make_double makes the change that doubles cells: where all that is shown of the sums of cells that hang together is
// nought, the same table twice as large fits, too. Every cell of such cells is moved, but for the noughts.
static void make_double(const struct kernel *k, int64_t *change)
{
    for (size_t c = 0; c < k->columns; c++)
        change[c] = k->s->cells[k->cell[c]].value;
    for (bool more = true; more;) {
        more = false;
        for (size_t r = 0; r < k->rows; r++) {
            int64_t told = k->told[r]; // what the row's cells would no longer add up to
            for (size_t c = 0; !told && c < k->columns; c++)
                told = *at(k, r, c) && !change[c] && k->s->cells[k->cell[c]].value;
            for (size_t c = 0; told && c < k->columns; c++) {
                more = more || (*at(k, r, c) && change[c]);
                change[c] = *at(k, r, c) ? 0 : change[c];
            }
        }
    }
}

// try_changes tries the sum of two changes, each its way round; what it moves is safe when nothing falls too low.
static void try_changes(const struct kernel *k, const int64_t *x, int way_x, const int64_t *y, int way_y, bool *safe)
{
    for (size_t c = 0; c < k->columns; c++) {
        const struct suppress_cell *cell = &k->s->cells[k->cell[c]];
        if (cell->value + way_x * x[c] + way_y * y[c] < suppress_least(k->s, cell))
            return;
    }
    for (size_t c = 0; c < k->columns; c++)
        safe[k->cell[c]] = safe[k->cell[c]] || way_x * x[c] + way_y * y[c] != 0;
}

enum { PAIRS_MAX = 160 }; // changes whose pairs are tried, too

static void try_pairs(const struct kernel *k, const int64_t *changes, size_t n, bool *safe)
{
    for (size_t a = 0; a < n; a++) {
        const int64_t *x = &changes[a * k->columns];
        bool wanted = false; // it moves a cell for which there is no proof yet
        for (size_t c = 0; c < k->columns; c++)
            wanted = wanted || (x[c] && !safe[k->cell[c]]);
        for (size_t b = 0; wanted && b < n; b++)
            for (int way = 0; b != a && way < 4; way++)
                try_changes(k, x, way & 1 ? 1 : -1, &changes[b * k->columns], way & 2 ? 1 : -1, safe);
    }
}

static bool prove(const struct kernel *k, bool *safe)
{
    size_t n = k->columns - k->rank, kept = n <= PAIRS_MAX ? n : 1, made = 0;
    int64_t *changes = calloc(kept * k->columns + 1, sizeof *changes);
    for (size_t c = 0; changes && c < k->columns; c++) {
        int64_t *change = &changes[(made < kept ? made : 0) * k->columns];
        if (k->is_first[c] || !make_change(k, c, change))
            continue;
        for (int way = -1; way <= 1; way += 2) {
            try_changes(k, change, way, change, 0, safe);
            try_changes(k, change, way, k->twice, 1, safe);
        }
        made++;
    }
    try_changes(k, k->twice, 1, k->twice, 0, safe);
    if (changes && made <= kept)
        try_pairs(k, changes, made, safe);
    free(changes);
    return changes != NULL;
}

bool kernel_prove(const struct suppress *s, bool *safe)
{
    struct kernel k;
    memset(safe, 0, s->n_cells * sizeof *safe);
    bool good = open_kernel(&k, s);
    if (good)
        make_double(&k, k.twice);
    if (good && eliminate(&k)) // where it gave up, nothing is proved
        good = prove(&k, safe);
    close_kernel(&k);
    return good;
}
