// Small numbers of random tables, hidden, and then attacked: by the linear relations that are left, and by trying all
// tables of whole numbers near the true one (REP-5).
#include "client/publish/suppress.h"
#include "tests/support/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CELLS_MAX = 200, SUMS_MAX = 200, TERMS_MAX = 24, TABLES = 1000, TRIED_MAX = 15, NEAR = 2 };

// A table in memory that is never given back: one at a time.
static struct suppress_cell cells[CELLS_MAX];
static struct suppress_term terms[SUMS_MAX][TERMS_MAX];
static struct suppress_sum sums[SUMS_MAX];
static struct suppress table;

static void begin(int64_t below, bool hide_zeros)
{
    table = (struct suppress){.cells = cells, .sums = sums, .below = below, .hide_zeros = hide_zeros};
}

static size_t cell(int64_t value, bool printed, bool open)
{
    ck_assert_uint_lt(table.n_cells, CELLS_MAX);
    cells[table.n_cells] = (struct suppress_cell){.value = value, .printed = printed, .open = open};
    return table.n_cells++;
}

static void begin_sum(void)
{
    ck_assert_uint_lt(table.n_sums, SUMS_MAX);
    sums[table.n_sums] = (struct suppress_sum){.terms = terms[table.n_sums]};
    table.n_sums++;
}

static void term(size_t i, int sign)
{
    struct suppress_sum *sum = &sums[table.n_sums - 1];
    ck_assert_uint_lt(sum->n, TERMS_MAX);
    sum->terms[sum->n++] = (struct suppress_term){.cell = i, .sign = sign};
}

static bool unseen(size_t i)
{
    return cells[i].hidden || !cells[i].printed;
}

static bool wanted(size_t i)
{
    return cells[i].hidden || (!cells[i].printed && suppress_is_small(&table, &cells[i]));
}

// --- The first attack: whether a cell follows from the sums by linear algebra, over a prime field. ---

enum { PRIME = 1000003 };
static int64_t matrix[SUMS_MAX + 1][CELLS_MAX];

static int64_t inverse(int64_t a)
{
    int64_t result = 1;
    for (int n = PRIME - 2; n; n >>= 1, a = a * a % PRIME)
        result = n & 1 ? result * a % PRIME : result;
    return result;
}

static size_t rank_of(size_t rows)
{
    size_t rank = 0;
    for (size_t c = 0; c < table.n_cells; c++) {
        size_t r = rank;
        while (r < rows && !matrix[r][c])
            r++;
        if (r == rows)
            continue;
        for (size_t k = 0; k < table.n_cells; k++) {
            int64_t v = matrix[r][k];
            matrix[r][k] = matrix[rank][k];
            matrix[rank][k] = v;
        }
        int64_t by = inverse(matrix[rank][c]);
        for (size_t other = rank + 1; other < rows; other++) {
            int64_t times = matrix[other][c] * by % PRIME;
            for (size_t k = c; times && k < table.n_cells; k++)
                matrix[other][k] = (matrix[other][k] + (PRIME - times) * matrix[rank][k]) % PRIME;
        }
        rank++;
    }
    return rank;
}

// fill_matrix writes the sums over unseen cells, and, when asked for, a row that is one cell alone.
static size_t fill_matrix(size_t alone)
{
    memset(matrix, 0, sizeof matrix);
    for (size_t s = 0; s < table.n_sums; s++)
        for (size_t t = 0; t < sums[s].n; t++)
            if (unseen(sums[s].terms[t].cell))
                matrix[s][sums[s].terms[t].cell] += sums[s].terms[t].sign + (sums[s].terms[t].sign < 0 ? PRIME : 0);
    if (alone < table.n_cells)
        matrix[table.n_sums][alone] = 1;
    return table.n_sums + (alone < table.n_cells);
}

static bool follows(size_t i)
{
    size_t without = rank_of(fill_matrix(CELLS_MAX));
    return rank_of(fill_matrix(i)) == without;
}

// --- The second: all tables of whole numbers in which unseen cells are near their true numbers. ---

static size_t order[CELLS_MAX], n_order;
static int64_t tried[CELLS_MAX];
static bool other[CELLS_MAX];    // another number was found for it
static size_t last_of[SUMS_MAX]; // place in order of each sum's last unseen cell

static bool holds(size_t s)
{
    int64_t total = 0;
    for (size_t t = 0; t < sums[s].n; t++) {
        size_t i = sums[s].terms[t].cell;
        total += sums[s].terms[t].sign * (unseen(i) ? tried[i] : cells[i].value);
    }
    return total == 0;
}

static void try_all(size_t place)
{
    if (place == n_order) {
        for (size_t n = 0; n < n_order; n++)
            other[order[n]] = other[order[n]] || tried[order[n]] != cells[order[n]].value;
        return;
    }
    size_t i = order[place];
    for (int64_t v = cells[i].value - NEAR; v <= cells[i].value + NEAR; v++) {
        bool good = v >= suppress_least(&table, &cells[i]);
        tried[i] = v;
        for (size_t s = 0; good && s < table.n_sums; s++)
            good = last_of[s] != place + 1 || holds(s);
        if (good)
            try_all(place + 1);
    }
}

// try_tables fills other[]; false where there are too many to try.
static bool try_tables(void)
{
    n_order = 0;
    for (size_t i = 0; i < table.n_cells; i++)
        if (unseen(i))
            order[n_order++] = i;
    if (n_order > TRIED_MAX)
        return false;
    memset(other, 0, sizeof other);
    for (size_t s = 0; s < table.n_sums; s++) {
        last_of[s] = 0;
        for (size_t n = 0; n < n_order; n++)
            for (size_t t = 0; t < sums[s].n; t++)
                if (sums[s].terms[t].cell == order[n])
                    last_of[s] = n + 1;
    }
    try_all(0);
    return true;
}

// --- Random tables of the shapes that reports have. ---

static unsigned seed;

static int64_t number(int64_t most)
{
    return rand_r(&seed) % (most + 1);
}

static int64_t count(void)
{
    static const int64_t most[] = {0, 1, 4, 6, 12, 40};
    return number(most[number(5)]);
}

// rows_of_parts makes rows of whole = parts, of an open base with a rest, and a total row: a take-up, non-buyers.
static void rows_of_parts(void)
{
    size_t rows = 1 + (size_t)number(5), parts = (size_t)number(3), at[8][6];
    bool based = number(1);
    int64_t all[6] = {0};
    for (size_t r = 0; r <= rows; r++) {
        int64_t whole = 0, value[6];
        for (size_t p = 0; p < parts; p++) {
            value[p] = r < rows ? count() : all[p];
            whole += value[p];
        }
        value[parts] = r < rows ? (parts ? whole : count()) : all[parts];
        value[parts + 1] = r < rows ? value[parts] + count() : all[parts + 1];
        for (size_t p = 0; p < parts + 1 + based; p++) {
            at[r][p] = cell(value[p], true, p == parts + 1);
            all[p] += r < rows ? value[p] : 0;
        }
        if (parts) {
            begin_sum();
            term(at[r][parts], 1);
            for (size_t p = 0; p < parts; p++)
                term(at[r][p], -1);
        }
        if (based) {
            begin_sum();
            term(at[r][parts + 1], 1);
            term(at[r][parts], -1);
            term(cell(value[parts + 1] - value[parts], false, false), -1);
        }
    }
    for (size_t p = 0; p < parts + 1 + based; p++) {
        begin_sum();
        term(at[rows][p], 1);
        for (size_t r = 0; r < rows; r++)
            term(at[r][p], -1);
    }
}

// crossed makes counts by two things with totals of both, once or as before + added - removed = now: cases of concern.
static void crossed(void)
{
    size_t rows = 1 + (size_t)number(3), columns = 1 + (size_t)number(3), measures = number(1) ? 4 : 1, at[5][5][4];
    int64_t value[5][5][4] = {0};
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++) {
            int64_t *v = value[r][c];
            v[0] = count();
            v[1] = measures > 1 ? number(3) : 0;
            v[2] = measures > 1 ? number(v[0]) : 0;
            v[3] = v[0] + v[1] - v[2];
            for (size_t m = 0; m < measures; m++) {
                value[rows][c][m] += v[m];
                value[r][columns][m] += v[m];
                value[rows][columns][m] += v[m];
            }
        }
    for (size_t r = 0; r <= rows; r++)
        for (size_t c = 0; c <= columns; c++) {
            for (size_t m = 0; m < measures; m++)
                at[r][c][m] = cell(value[r][c][m], true, false);
            if (measures == 1)
                continue;
            begin_sum();
            for (size_t m = 0; m < 4; m++)
                term(at[r][c][m], m == 0 || m == 1 ? -1 : 1);
        }
    for (size_t m = 0; m < measures; m++) {
        for (size_t r = 0; r <= rows; r++) {
            begin_sum();
            term(at[r][columns][m], 1);
            for (size_t c = 0; c < columns; c++)
                term(at[r][c][m], -1);
        }
        for (size_t c = 0; c <= columns; c++) {
            begin_sum();
            term(at[rows][c][m], 1);
            for (size_t r = 0; r < rows; r++)
                term(at[r][c][m], -1);
        }
    }
}

static void describe(unsigned first)
{
    fprintf(
        stderr, "seed %u, below %" PRId64 ", noughts %s\n", first, table.below, table.hide_zeros ? "hidden" : "shown");
    for (size_t i = 0; i < table.n_cells; i++)
        fprintf(stderr, "cell %zu: %" PRId64 "%s%s%s%s\n", i, cells[i].value, cells[i].printed ? "" : " rest",
            cells[i].open ? " open" : "", cells[i].hidden ? " hidden" : "", cells[i].spare ? " spare" : "");
    for (size_t s = 0; s < table.n_sums; s++, fputc('\n', stderr))
        for (size_t t = 0; t < sums[s].n; t++)
            fprintf(stderr, " %c%zu", sums[s].terms[t].sign > 0 ? '+' : '-', sums[s].terms[t].cell);
}

START_TEST(nothing_hidden_can_be_worked_out)
{
    const char *given = getenv("SUPPRESS_SEED");
    unsigned first = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);
    size_t hidden = 0, spare = 0, printed = 0, attacked = 0, unproved = 0;
    printf("seed %u (SUPPRESS_SEED=%u repeats it)\n", first, first);
    for (unsigned n = 0; n < TABLES; n++) {
        seed = first + n;
        begin(2 + number(6), number(3) == 0);
        (number(1) ? rows_of_parts : crossed)();
        enum suppress_result result = suppress_run(&table);
        ck_assert_int_ne(result, SUPPRESS_NO_MEMORY);
        unproved += result == SUPPRESS_UNPROVED;
        bool tables = result == SUPPRESS_SAFE && try_tables();
        attacked += tables;
        for (size_t i = 0; i < table.n_cells; i++) {
            printed += cells[i].printed;
            hidden += cells[i].hidden;
            spare += cells[i].spare;
            bool good = !cells[i].printed || cells[i].hidden || !suppress_is_small(&table, &cells[i]);
            if (good && result == SUPPRESS_SAFE && wanted(i))
                good = !follows(i) && (!tables || other[i]);
            if (!good)
                describe(first + n);
            ck_assert_msg(good, "cell %zu is told", i);
        }
    }
    printf("%d tables, %zu of them attacked by trying: of %zu counts %zu are hidden, %zu of these for others; %zu "
           "tables without proof\n",
        TABLES, attacked, printed, hidden, spare, unproved);
    ck_assert_uint_gt(attacked, TABLES / 4);
    ck_assert_uint_lt(unproved, TABLES / 200);
}
END_TEST

// column makes a column of counts and its total.
static void column(const int64_t *values, size_t n)
{
    int64_t total = 0;
    begin(5, false);
    for (size_t i = 0; i < n; i++) {
        cell(values[i], true, false);
        total += values[i];
    }
    begin_sum();
    term(cell(total, true, false), 1);
    for (size_t i = 0; i < n; i++)
        term(i, -1);
}

static void hides(const int64_t *values, size_t n, const char *wanted_cells)
{
    char got[CELLS_MAX];
    column(values, n);
    ck_assert_int_eq(suppress_run(&table), SUPPRESS_SAFE);
    for (size_t i = 0; i <= n; i++)
        got[i] = cells[i].spare ? 's' : cells[i].hidden ? 'c' : '.';
    got[n + 1] = '\0';
    ck_assert_str_eq(got, wanted_cells);
}

START_TEST(one_small_count_takes_the_smallest_that_is_left_with_it)
{
    hides((const int64_t[]){95, 13, 3, 40}, 4, ".sc..");
    hides((const int64_t[]){95, 13, 7, 40}, 4, ".....");
    hides((const int64_t[]){95, 4, 3, 40}, 4, ".cc.."); // they sum to 7: neither is known
    hides((const int64_t[]){95, 1, 1, 40}, 4, ".ccs."); // 2 in all, and noughts are shown: each would be 1
    hides((const int64_t[]){95, 0, 3, 0}, 4, "s.c..");  // a nought that is shown protects nobody
    hides((const int64_t[]){0, 0, 3, 0}, 4, "..c.c");   // then its total is small, too
    hides((const int64_t[]){0, 6, 3, 0}, 4, ".sc..");
    hides((const int64_t[]){0, 0}, 2, "...");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("suppress");
    TCase *t = tcase_create("suppress");
    tcase_add_test(t, one_small_count_takes_the_smallest_that_is_left_with_it);
    tcase_add_test(t, nothing_hidden_can_be_worked_out);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run_suite(suite());
}
