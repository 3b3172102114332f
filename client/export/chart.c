#include "client/export/chart.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

void chart_escape(struct strbuf *to, const char *text)
{
    for (const char *p = text; *p; p++)
        switch (*p) {
        case '&':
            strbuf_adds(to, "&amp;");
            break;
        case '<':
            strbuf_adds(to, "&lt;");
            break;
        case '>':
            strbuf_adds(to, "&gt;");
            break;
        case '"':
            strbuf_adds(to, "&quot;");
            break;
        default:
            strbuf_addc(to, *p);
        }
}

// take_word takes the next word off a text. False at its end, or where it is too long to be one.
static bool take_word(const char **text, char *word, size_t size)
{
    *text += strspn(*text, " ");
    size_t n = strcspn(*text, " ");
    if (n == 0 || n >= size)
        return false;
    snprintf(word, size, "%.*s", (int)n, *text);
    *text += n;
    return true;
}

static bool find_column(const struct export *e, const char *name, size_t *index)
{
    for (*index = 0; *index < e->n_columns; ++*index)
        if (strcmp(e->columns[*index].name, name) == 0)
            return true;
    return false;
}

static bool read_columns(struct chart *c, const char *text)
{
    char word[96];
    if (!take_word(&text, word, sizeof word))
        return false;
    c->lines = strcmp(word, "lines") == 0;
    if (!take_word(&text, word, sizeof word) || !find_column(c->export, word, &c->label))
        return false;
    while (take_word(&text, word, sizeof word)) {
        if (c->n_series == CHART_SERIES_MAX || !find_column(c->export, word, &c->series[c->n_series]))
            return false;
        c->n_series++;
    }
    return c->n_series > 0;
}

static bool is_total(const char *label)
{
    return strncasecmp(label, "total", 5) == 0 || strncasecmp(label, "all ", 4) == 0 || strcasecmp(label, "all") == 0;
}

bool chart_of(struct chart *c, const struct export *e)
{
    *c = (struct chart){.export = e};
    if (!e->chart || !read_columns(c, e->chart))
        return false;
    for (const struct export_row *row = e->rows; row; row = row->next) {
        bool any = false;
        for (size_t s = 0; s < c->n_series; s++) {
            any = any || row->cells[c->series[s]].set;
            c->hides = c->hides || row->cells[c->series[s]].hidden;
        }
        if (!any || is_total(row->cells[c->label].text))
            continue;
        if (c->n_points == CHART_POINTS_MAX)
            return false;
        for (size_t s = 0; s < c->n_series; s++) {
            double value = row->cells[c->series[s]].number;
            c->low = value < c->low ? value : c->low;
            c->high = value > c->high ? value : c->high;
        }
        c->points[c->n_points++] = row;
    }
    return c->n_points > (c->lines ? 1 : 0) && c->high > c->low;
}

void chart_headline(const struct chart *c, char *to, size_t size)
{
    const struct export_column *first = &c->export->columns[c->series[0]];
    size_t column = c->series[0];
    if (c->hides) {
        snprintf(to, size, "%s by %s, without small numbers", first->heading, c->export->columns[c->label].heading);
        return;
    }
    if (c->lines) {
        const struct export_cell *from = &c->points[0]->cells[column],
                                 *last = &c->points[c->n_points - 1]->cells[column];
        const char *verb = last->number > from->number ? "rose" : last->number < from->number ? "fell" : "went";
        snprintf(to, size, "%s %s from %s to %s", first->heading, verb, from->text, last->text);
        return;
    }
    size_t best = 0, ties = 0;
    for (size_t i = 0; i < c->n_points; i++)
        if (c->points[i]->cells[column].number > c->points[best]->cells[column].number)
            best = i;
    for (size_t i = 0; i < c->n_points; i++)
        ties += c->points[i]->cells[column].number >= c->points[best]->cells[column].number;
    if (ties > 1)
        snprintf(to, size, "%s: %s at the most", first->heading, c->points[best]->cells[column].text);
    else
        snprintf(to, size, "%s is highest for %s: %s", first->heading, c->points[best]->cells[c->label].text,
            c->points[best]->cells[column].text);
}
