#include "client/export/chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

// Everything is in the units of the drawing, of which a page shows WIDTH side by side.
enum {
    WIDTH = 760,
    LETTER = 8, // an average one
    LINE = 22,
    BAR = 18,
    LABELS_MAX = 250,
    VALUES = 150, // beside the longest bar
    PLOT_HEIGHT = 260,
    SCALE = 56, // left of a plot, for its numbers
    ENDS = 190  // right of it, for what its lines are called
};

static const char *const one[] = {"#12436D"};
static const char *const two[] = {"#12436D", "#F46A25"};
static const char *const more[] = {"#12436D", "#28A197", "#801650", "#F46A25"};
static const char *const dashes[] = {"none", "10 5", "3 4", "14 4 3 4"};

static const char *colour(const struct chart *c, size_t series)
{
    return c->n_series == 1 ? one[series] : c->n_series == 2 ? two[series] : more[series];
}

// add_text writes a label, cut with an ellipsis where it is longer than room allows.
static void add_text(struct strbuf *to, double x, double y, const char *anchor, const char *text, size_t room)
{
    char cut[256];
    size_t n = 0, letters = 0;
    for (; text[n] && n + 4 < sizeof cut && letters < room; n++)
        letters += (text[n + 1] & 0xc0) != 0x80;
    snprintf(cut, sizeof cut, "%.*s%s", (int)n, text, text[n] ? "…" : "");
    strbuf_addf(to, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
    chart_escape(to, cut);
    strbuf_adds(to, "</text>\n");
}

// open_svg begins the drawing, with its name for who cannot see it.
static void open_svg(const struct chart *c, struct strbuf *to, int height)
{
    char headline[320];
    chart_headline(c, headline, sizeof headline);
    strbuf_addf(to, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH,
        height);
    chart_escape(to, headline);
    strbuf_addf(to, ". %s of ", c->lines ? "Lines" : "Bars");
    for (size_t s = 0; s < c->n_series; s++) {
        strbuf_adds(to, s == 0 ? "" : s + 1 == c->n_series ? " and " : ", ");
        chart_escape(to, c->export->columns[c->series[s]].heading);
    }
    strbuf_adds(to, " by ");
    chart_escape(to, c->export->columns[c->label].heading);
    strbuf_adds(to, "; the table has every figure.\">\n");
}

// write_bars draws a bar a series for each row, with its value, and the series' name where there are several.
static void write_bars(const struct chart *c, struct strbuf *to)
{
    size_t longest = 0;
    for (size_t i = 0; i < c->n_points; i++) {
        size_t n = strlen(c->points[i]->cells[c->label].text);
        longest = n > longest ? n : longest;
    }
    double left = (double)(longest * LETTER + 12 < LABELS_MAX ? longest * LETTER + 12 : LABELS_MAX);
    double scale = (WIDTH - VALUES - left) / (c->high - c->low), zero = left - c->low * scale;
    int group = (int)c->n_series * LINE + (c->n_series > 1 ? LINE / 2 : 4), height = (int)c->n_points * group + 8;
    open_svg(c, to, height);
    for (size_t i = 0; i < c->n_points; i++) {
        double top = (double)i * group + 4;
        add_text(to, left - 8, top + (double)c->n_series * LINE / 2 + 4, "end", c->points[i]->cells[c->label].text,
            LABELS_MAX / LETTER - 2);
        for (size_t s = 0; s < c->n_series; s++) {
            const struct export_cell *cell = &c->points[i]->cells[c->series[s]];
            double y = top + (double)s * LINE, length = cell->number * scale, end = length > 0 ? zero + length : zero;
            char label[200];
            if (!cell->set)
                continue;
            strbuf_addf(to, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n",
                length < 0 ? zero + length : zero, y, fabs(length), BAR, colour(c, s));
            snprintf(label, sizeof label, "%.60s%s%.90s", cell->text, c->n_series > 1 ? " " : "",
                c->n_series > 1 ? c->export->columns[c->series[s]].heading : "");
            add_text(to, end + 6, y + BAR - 4, "start", label, VALUES / LETTER + 4);
        }
    }
    strbuf_addf(
        to, "<line x1=\"%.1f\" y1=\"0\" x2=\"%.1f\" y2=\"%d\" stroke=\"#0b0c0c\"/>\n</svg>\n", zero, zero, height);
}

// step_of is a round step that parts a range into four to ten.
static double step_of(double range)
{
    double step = pow(10, floor(log10(range / 4)));
    return range / step > 20 ? 5 * step : range / step > 10 ? 2 * step : step;
}

static double height_of(const struct chart *c, double value)
{
    return 10 + PLOT_HEIGHT * (c->high - value) / (c->high - c->low);
}

static double place_of(const struct chart *c, size_t i)
{
    return SCALE + 10 + (double)(WIDTH - SCALE - ENDS - 20) * (double)i / (double)(c->n_points - 1);
}

static void write_scale(const struct chart *c, struct strbuf *to)
{
    double step = step_of(c->high - c->low);
    for (int n = (int)ceil(c->low / step); n * step <= c->high + step / 1000; n++) {
        char number[40];
        double v = n * step;
        snprintf(number, sizeof number, "%.10g", v);
        strbuf_addf(to, "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"%s\"/>\n", SCALE, height_of(c, v),
            WIDTH - ENDS, height_of(c, v), v == 0 ? "#0b0c0c" : "#d0d3d4");
        add_text(to, SCALE - 6, height_of(c, v) + 5, "end", number, 12);
    }
    size_t longest = 1, every;
    for (size_t i = 0; i < c->n_points; i++) {
        size_t n = strlen(c->points[i]->cells[c->label].text);
        longest = n > longest ? n : longest;
    }
    every = 1 + (size_t)((double)(longest * LETTER + 8) / (place_of(c, 1) - place_of(c, 0)));
    for (size_t i = 0; i < c->n_points; i += every)
        add_text(to, place_of(c, i), PLOT_HEIGHT + 32, "middle", c->points[i]->cells[c->label].text, 20);
}

// write_lines draws a line a series, named at its end; names stand apart by a line's height at least.
static void write_lines(const struct chart *c, struct strbuf *to)
{
    double names[CHART_SERIES_MAX];
    open_svg(c, to, PLOT_HEIGHT + 44);
    write_scale(c, to);
    for (size_t s = 0; s < c->n_series; s++) {
        const struct export_cell *last = NULL;
        strbuf_addf(to, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"3\" stroke-dasharray=\"%s\" points=\"",
            colour(c, s), dashes[s]);
        for (size_t i = 0; i < c->n_points; i++) {
            const struct export_cell *cell = &c->points[i]->cells[c->series[s]];
            if (cell->set)
                strbuf_addf(to, "%.1f,%.1f ", place_of(c, i), height_of(c, cell->number));
            last = cell->set ? cell : last;
        }
        strbuf_adds(to, "\"/>\n");
        names[s] = last ? height_of(c, last->number) + 5 : 0;
        for (size_t k = 0; k < s; k++)
            if (fabs(names[k] - names[s]) < LINE - 4)
                names[s] = names[k] + (names[s] < names[k] ? -1 : 1) * (LINE - 4);
        char label[200];
        snprintf(label, sizeof label, "%.90s %.60s", c->export->columns[c->series[s]].heading, last ? last->text : "");
        add_text(to, WIDTH - ENDS + 6, names[s], "start", label, ENDS / LETTER);
    }
    strbuf_adds(to, "</svg>\n");
}

void chart_write(const struct chart *c, struct strbuf *to)
{
    if (c->lines)
        write_lines(c, to);
    else
        write_bars(c, to);
}
