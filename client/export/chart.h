#ifndef CLIENT_EXPORT_CHART_H
#define CLIENT_EXPORT_CHART_H

#include "client/export/export.h"
#include "common/strbuf.h"

// Charts as SVG, after the Government Analysis Function's rules: bars that begin at nought or lines, four series at
// most, in colours that stand apart from the page and each other; labels instead of a legend where there is one series,
// and never colour alone; nothing is turned.
//
// A call's comment says what is drawn: "Chart: bars phase_group percent", "Chart: lines as_of good_or_outstanding
// less"; the first column names the bars or the points, the others are the series. Rows of totals are left out.

enum { CHART_SERIES_MAX = 4, CHART_POINTS_MAX = 40 };

struct chart {
    const struct export *export;
    bool lines;
    size_t label;                    // its column
    size_t series[CHART_SERIES_MAX]; // their columns
    size_t n_series, n_points;
    bool hides; // small numbers are left out: what it says of the others would be said of these too
    const struct export_row *points[CHART_POINTS_MAX];
    double low, high; // nought lies between
};

// chart_of reads which chart an answer has. False: none is asked for, a column of it is not printed, there is nothing
// to draw, or more than a chart can show.
bool chart_of(struct chart *c, const struct export *e);

// chart_headline writes what the chart tells in a few words: "Good or outstanding rose from 133 to 142".
void chart_headline(const struct chart *c, char *to, size_t size);

// chart_write appends the SVG; its name is the headline and what it draws.
void chart_write(const struct chart *c, struct strbuf *to);

// chart_escape appends text as HTML and SVG have it.
void chart_escape(struct strbuf *to, const char *text);

#endif
