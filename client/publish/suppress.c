#include "client/publish/suppress.h"

#include "client/publish/kernel.h"

#include <stdlib.h>
#include <string.h>

enum { SPARING_MAX = 600 }; // cells of a table in which it is looked for what need not be hidden

// What a run knows besides the table.
struct run {
    struct suppress *s;
    size_t *begin, *of; // the sums of cell i: of[begin[i]] to of[begin[i + 1] - 1]
    size_t *n_unseen;   // of each sum
    bool *touched;      // sums in which something was hidden since the last proof
    bool *safe;
    size_t *order; // cells by value
};

bool suppress_is_small(const struct suppress *s, const struct suppress_cell *c)
{
    return !c->open && c->value < s->below && (c->value > 0 || s->hide_zeros);
}

int64_t suppress_least(const struct suppress *s, const struct suppress_cell *c)
{
    return c->printed && !s->hide_zeros ? 1 : 0;
}

// is_wanted tells whether a cell must not be worked out.
static bool is_wanted(const struct suppress *s, const struct suppress_cell *c)
{
    return c->hidden || (!c->printed && suppress_is_small(s, c));
}

static bool may_hide(const struct suppress *s, const struct suppress_cell *c)
{
    return c->printed && !c->hidden && (c->value > 0 || s->hide_zeros);
}

static int by_value(const void *a, const void *b, void *data)
{
    const struct suppress *s = data;
    size_t i = *(const size_t *)a, k = *(const size_t *)b;
    if (s->cells[i].value != s->cells[k].value)
        return s->cells[i].value < s->cells[k].value ? -1 : 1;
    return i < k ? -1 : 1;
}

static bool open_run(struct run *r, struct suppress *s)
{
    size_t n_terms = 0;
    for (size_t i = 0; i < s->n_sums; i++)
        n_terms += s->sums[i].n;
    *r = (struct run){.s = s,
        .begin = calloc(s->n_cells + 2, sizeof *r->begin),
        .of = calloc(n_terms + 1, sizeof *r->of),
        .n_unseen = calloc(s->n_sums + 1, sizeof *r->n_unseen),
        .touched = calloc(s->n_sums + 1, sizeof *r->touched),
        .safe = calloc(s->n_cells + 1, sizeof *r->safe),
        .order = calloc(s->n_cells + 1, sizeof *r->order)};
    if (!r->begin || !r->of || !r->n_unseen || !r->touched || !r->safe || !r->order)
        return false;
    for (size_t i = 0; i < s->n_sums; i++)
        for (size_t t = 0; t < s->sums[i].n; t++)
            r->begin[s->sums[i].terms[t].cell + 2]++;
    for (size_t i = 0; i < s->n_cells; i++)
        r->begin[i + 2] += r->begin[i + 1];
    for (size_t i = 0; i < s->n_sums; i++)
        for (size_t t = 0; t < s->sums[i].n; t++)
            r->of[r->begin[s->sums[i].terms[t].cell + 1]++] = i;
    for (size_t i = 0; i < s->n_cells; i++)
        r->order[i] = i;
    if (s->n_cells)
        qsort_r(r->order, s->n_cells, sizeof *r->order, by_value, s);
    return true;
}

static void close_run(struct run *r)
{
    free(r->begin);
    free(r->of);
    free(r->n_unseen);
    free(r->touched);
    free(r->safe);
    free(r->order);
}

static void set_hidden(struct run *r, size_t i, bool hidden)
{
    r->s->cells[i].hidden = hidden;
    for (size_t k = r->begin[i]; k < r->begin[i + 1]; k++) {
        r->n_unseen[r->of[k]] += hidden ? 1 : (size_t)-1;
        r->touched[r->of[k]] = true;
    }
}

static void hide_small(struct run *r)
{
    for (size_t i = 0; i < r->s->n_cells; i++) {
        struct suppress_cell *c = &r->s->cells[i];
        c->hidden = c->spare = false;
        if (c->printed && suppress_is_small(r->s, c))
            set_hidden(r, i, true);
        for (size_t k = r->begin[i]; !c->printed && k < r->begin[i + 1]; k++)
            r->n_unseen[r->of[k]]++;
    }
}

// rank_of says how well a cell may be hidden for a sum's sake: 0 where its other sums have something hidden already,
// so that none of them tells it; 1 where one does; 2 where anybody can look it up.
static int rank_of(const struct run *r, size_t i, size_t sum)
{
    int rank = 0;
    for (size_t k = r->begin[i]; k < r->begin[i + 1]; k++)
        if (r->of[k] != sum && r->n_unseen[r->of[k]] == 0)
            rank = 1;
    return r->s->cells[i].open ? 2 : rank;
}

// better looks in one sum for a cell to hide that is better than *best.
static void better(const struct run *r, size_t sum, size_t *best, int *best_rank)
{
    const struct suppress *s = r->s;
    for (size_t t = 0; t < s->sums[sum].n; t++) {
        size_t i = s->sums[sum].terms[t].cell;
        if (!may_hide(s, &s->cells[i]))
            continue;
        int rank = rank_of(r, i, sum);
        if (*best == s->n_cells || rank < *best_rank || (rank == *best_rank && by_value(&i, best, r->s) < 0)) {
            *best = i;
            *best_rank = rank;
        }
    }
}

// cell_for finds what to hide for the sake of a cell: in a sum that tells it alone, or, when asked for, in any of its
// sums. The number of cells when there is none.
static size_t cell_for(const struct run *r, size_t i, bool any_sum)
{
    size_t best = r->s->n_cells;
    int rank = 0;
    for (size_t k = r->begin[i]; k < r->begin[i + 1]; k++)
        if (any_sum || r->n_unseen[r->of[k]] == 1)
            better(r, r->of[k], &best, &rank);
    return best;
}

static bool is_touched(const struct run *r, size_t i)
{
    for (size_t k = r->begin[i]; k < r->begin[i + 1]; k++)
        if (r->touched[r->of[k]])
            return true;
    return false;
}

static void spare(struct run *r, size_t i)
{
    set_hidden(r, i, true);
    r->s->cells[i].spare = true;
}

// hide_for hides something for the smallest cell without proof; in a large table for each, unless something was hidden
// in one of its sums just now. False when it hid nothing.
static bool hide_for(struct run *r, bool any_sum)
{
    struct suppress *s = r->s;
    bool any = false;
    memset(r->touched, 0, s->n_sums * sizeof *r->touched);
    for (size_t n = 0; n < s->n_cells; n++) {
        size_t i = r->order[n];
        if (!is_wanted(s, &s->cells[i]) || r->safe[i] || is_touched(r, i))
            continue;
        size_t other = cell_for(r, i, any_sum);
        if (other == s->n_cells)
            continue;
        spare(r, other);
        any = true;
        if (s->n_cells <= SPARING_MAX)
            break;
    }
    return any;
}

// hide_more hides something for cells without proof; false when there is nothing left to hide.
static bool hide_more(struct run *r)
{
    size_t best = r->s->n_cells;
    int rank = 0;
    if (hide_for(r, false) || hide_for(r, true))
        return true;
    for (size_t i = 0; i < r->s->n_sums; i++) // what its own sums cannot, others may
        if (r->n_unseen[i])
            better(r, i, &best, &rank);
    if (best < r->s->n_cells)
        spare(r, best);
    return best < r->s->n_cells;
}

static bool all_safe(const struct run *r)
{
    for (size_t i = 0; i < r->s->n_cells; i++)
        if (is_wanted(r->s, &r->s->cells[i]) && !r->safe[i])
            return false;
    return true;
}

// none_shown tells whether nothing is shown: then nothing is told, proof or not.
static bool none_shown(const struct suppress *s)
{
    for (size_t i = 0; i < s->n_cells; i++)
        if (s->cells[i].printed && !s->cells[i].hidden)
            return false;
    return true;
}

// show_needless shows again what was hidden for the sake of others and need not be, the largest first.
static bool show_needless(struct run *r)
{
    struct suppress *s = r->s;
    for (size_t n = s->n_cells; n-- > 0;) {
        size_t i = r->order[n];
        if (!s->cells[i].spare)
            continue;
        set_hidden(r, i, false);
        if (!kernel_prove(s, r->safe))
            return false;
        if (all_safe(r))
            s->cells[i].spare = false;
        else
            set_hidden(r, i, true);
    }
    return true;
}

enum suppress_result suppress_run(struct suppress *s)
{
    struct run r;
    enum suppress_result result = SUPPRESS_NO_MEMORY;
    if (open_run(&r, s)) {
        hide_small(&r);
        bool good = kernel_prove(s, r.safe);
        while (good && !all_safe(&r) && hide_more(&r))
            good = kernel_prove(s, r.safe);
        result = !good ? SUPPRESS_NO_MEMORY : all_safe(&r) || none_shown(s) ? SUPPRESS_SAFE : SUPPRESS_UNPROVED;
        if (good && all_safe(&r) && s->n_cells <= SPARING_MAX && !show_needless(&r))
            result = SUPPRESS_NO_MEMORY;
    }
    close_run(&r);
    return result;
}
