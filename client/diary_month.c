// A month of the diary, as a grid for the terminal.
#include "client/cell.h"
#include "client/command_line.h"
#include "client/dates.h"
#include "client/diary.h"
#include "client/diary_rows.h"

#include <stdio.h>
#include <string.h>

enum { CELL = 6 };

// read_month reads 2026-11, 11/2026, or nothing: this month. False when it is none.
static bool read_month(const char *text, int *year, int *month)
{
    struct tm today = dates_today();
    char rest;
    *year = today.tm_year + 1900;
    *month = today.tm_mon + 1;
    if (text && sscanf(text, "%4d-%2d%c", year, month, &rest) != 2 &&
        sscanf(text, "%2d/%4d%c", month, year, &rest) != 2)
        return false;
    return *month >= 1 && *month <= 12 && *year >= 2000 && *year <= 2099;
}

// first_day gives the first of a month, at noon, with its day of the week.
static struct tm first_day(int year, int month)
{
    struct tm day = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = 1, .tm_hour = 12, .tm_isdst = -1};
    mktime(&day);
    return day;
}

static int days_in(int year, int month)
{
    struct tm last = first_day(month == 12 ? year + 1 : year, month % 12 + 1);
    last.tm_mday = 0;
    mktime(&last);
    return last.tm_mday;
}

static void print_grid(const struct diary_rows *rows, int year, int month)
{
    struct tm first = first_day(year, month);
    int visits[32] = {0}, column = (first.tm_wday + 6) % 7, days = days_in(year, month);
    char title[64];
    for (size_t i = 0; i < rows->n; i++) {
        struct tm at;
        visits[localtime_r(&rows->rows[i].starts, &at)->tm_mday]++;
    }
    strftime(title, sizeof title, "%B %Y", &first);
    printf("%*s\n", (int)(7 * CELL + strlen(title)) / 2, title);
    for (int i = 0; i < 7; i++)
        printf("%-*s", CELL, (const char *[]){"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}[i]);
    printf("\n%*s", column * CELL, "");
    for (int day = 1; day <= days; day++, column++) {
        char cell[24];
        if (column == 7) {
            putchar('\n');
            column = 0;
        }
        snprintf(cell, sizeof cell, visits[day] ? "%2d (%d)" : "%2d", day, visits[day]);
        printf("%-*s", CELL, cell);
    }
    putchar('\n');
}

static void print_visits(const struct diary_rows *rows)
{
    for (size_t i = 0; i < rows->n; i++) {
        const struct diary_row *row = &rows->rows[i];
        char from[32], to[16], line[512];
        struct tm at;
        strftime(from, sizeof from, "%a %e %b %H:%M", localtime_r(&row->starts, &at));
        strftime(to, sizeof to, "%H:%M", localtime_r(&row->ends, &at));
        snprintf(line, sizeof line, "%s to %s  %s  %.120s  %s, %s  %s", from, to, row->authority, row->school,
            row->purpose, row->status, row->visit_id);
        cell_print(stdout, line);
        putchar('\n');
    }
}

enum exit_code diary_month_command(const struct command *self, int argc, char **argv)
{
    struct arena arena;
    struct args args;
    struct session s;
    struct diary_rows rows = {0};
    int year, month;
    char from[32], to[32];
    enum exit_code code;
    if (!command_line(self, &args, &arena, NULL, 0, 0, 1, argc, argv, &code))
        return code;
    if (!read_month(args.n_words ? args.words[0] : NULL, &year, &month)) {
        fprintf(stderr, "improve: \"%.40s\" is no month. Accepted: 2026-11 or 11/2026.\n", args.words[0]);
        code = EXIT_USAGE;
    } else if ((code = session_open(&s, &args.globals)) == EXIT_DONE) {
        snprintf(from, sizeof from, "%04d-%02d-01", year, month);
        snprintf(to, sizeof to, "%04d-%02d-%02d", year, month, days_in(year, month));
        if ((code = diary_fetch(&s, "/improve.v1.Self/ListDiary", from, to, &rows)) == EXIT_DONE) {
            print_grid(&rows, year, month);
            if (rows.n)
                putchar('\n');
            print_visits(&rows);
        }
        diary_release(&rows);
        session_close(&s);
    }
    arena_release(&arena);
    return code;
}
