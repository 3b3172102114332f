#include "client/export/page.h"

#include "client/export/chart.h"

#include <string.h>

// A page of its own: no script, no picture, nothing fetched. WCAG 2.2 AA: one heading a level, a caption and scopes in
// the table, text of 16 px in #0b0c0c on white (19.4:1), a chart that the table beside it says again; what scrolls can
// be reached by the keyboard.

enum { PAGE_MAX = 512 * 1024 * 1024 };

static const char style[] =
    "body{margin:0;font:1rem/1.5 Arial,Helvetica,sans-serif;color:#0b0c0c;background:#fff}\n"
    "main{max-width:60rem;margin:0 auto;padding:1.5rem}\n"
    "h1{font-size:2rem;line-height:1.2;margin:0 0 .5rem}h2{font-size:1.4rem;margin:2rem 0 .5rem}\n"
    "p{max-width:44rem}dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.5rem}\n"
    "dt{font-weight:bold}dd{margin:0}figure{margin:0}figcaption{font-weight:bold;margin:0 0 .5rem}\n"
    "svg{width:100%;height:auto;font-size:15px;fill:#0b0c0c}\n"
    ".table{overflow-x:auto}.table:focus-visible{outline:3px solid #12436d;outline-offset:3px}\n"
    "table{border-collapse:collapse;min-width:100%}caption{text-align:left;font-weight:bold;padding:.25rem 0}\n"
    "th,td{text-align:left;vertical-align:top;padding:.4rem 1.2rem .4rem 0;border-bottom:1px solid #6f777b}\n"
    "thead th{border-bottom:2px solid #0b0c0c}th.n,td.n{text-align:right;font-variant-numeric:tabular-nums}\n"
    "tbody th{font-weight:normal}tr.total th,tr.total "
    "td{font-weight:bold}code{font-size:.95rem;overflow-wrap:anywhere}\n"
    "@page{size:A4 landscape;margin:15mm}@media print{main{max-width:none;padding:0}.table{overflow:visible}\n"
    "thead{display:table-header-group}tr,figure{break-inside:avoid}}\n";

static bool shown(const struct export_column *c)
{
    return !c->fixed && c->filled;
}

static bool to_the_right(const struct export_column *c)
{
    return c->kind == EXPORT_NUMBER || c->kind == EXPORT_MONEY || c->kind == EXPORT_PERCENT;
}

// first_text is the column that names the rows: the first of text that is shown; n_columns when there is none.
static size_t first_text(const struct export *e)
{
    for (size_t i = 0; i < e->n_columns; i++)
        if (shown(&e->columns[i]) && !to_the_right(&e->columns[i]))
            return i;
    return e->n_columns;
}

// keep_names leaves the day in the rows where nothing else names them.
static void keep_names(struct export *e)
{
    for (size_t i = 0; i < e->n_columns && first_text(e) == e->n_columns; i++)
        if (e->columns[i].fixed && e->columns[i].kind == EXPORT_DATE)
            e->columns[i].fixed = false;
}

void page_fact(struct strbuf *b, const char *name, const char *value)
{
    strbuf_adds(b, "<dt>");
    chart_escape(b, name);
    strbuf_adds(b, "</dt><dd>");
    chart_escape(b, value);
    strbuf_adds(b, "</dd>\n");
}

void page_open(struct strbuf *b, const char *title, const char *sheet, const char *heading)
{
    strbuf_adds(b, "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    chart_escape(b, title);
    strbuf_addf(b, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n<h1>", sheet);
    chart_escape(b, heading);
    strbuf_adds(b, "</h1>\n");
}

void page_begin(struct strbuf *b, const char *title)
{
    page_open(b, title, style, title);
}

void page_end(struct strbuf *b)
{
    strbuf_adds(b, "</main>\n</body>\n</html>\n");
}

static void add_head(const struct export *e, struct strbuf *b)
{
    page_begin(b, e->title);
    strbuf_adds(b, "<p>");
    chart_escape(b, e->summary);
    strbuf_adds(b, "</p>\n<dl>\n");
    for (size_t i = 0; i < e->n_columns && e->rows; i++)
        if (e->columns[i].fixed)
            page_fact(b, e->columns[i].heading, e->rows->cells[i].text);
    page_fact(b, "Printed", e->printed_on);
    strbuf_adds(b, "</dl>\n");
}

static void add_chart(const struct export *e, struct strbuf *b)
{
    struct chart c;
    char headline[320];
    if (!chart_of(&c, e))
        return;
    chart_headline(&c, headline, sizeof headline);
    strbuf_adds(b, "<h2>Chart</h2>\n<figure>\n<figcaption>");
    chart_escape(b, headline);
    strbuf_adds(b, "</figcaption>\n");
    chart_write(&c, b);
    strbuf_adds(b, "</figure>\n");
}

static void add_header(const struct export *e, struct strbuf *b)
{
    strbuf_adds(b, "<thead>\n<tr>");
    for (size_t i = 0; i < e->n_columns; i++) {
        if (!shown(&e->columns[i]))
            continue;
        strbuf_addf(b, "<th scope=\"col\"%s>", to_the_right(&e->columns[i]) ? " class=\"n\"" : "");
        chart_escape(b, e->columns[i].heading);
        strbuf_adds(b, "</th>");
    }
    strbuf_adds(b, "</tr>\n</thead>\n<tbody>\n");
}

static void add_row(const struct export *e, struct strbuf *b, const struct export_row *row, size_t name)
{
    bool total = name < e->n_columns && strncmp(row->cells[name].text, "Total", 5) == 0;
    strbuf_adds(b, total ? "<tr class=\"total\">" : "<tr>");
    for (size_t i = 0; i < e->n_columns; i++) {
        if (!shown(&e->columns[i]))
            continue;
        const char *tag = i == name ? "th" : "td";
        strbuf_addf(
            b, "<%s%s%s>", tag, i == name ? " scope=\"row\"" : "", to_the_right(&e->columns[i]) ? " class=\"n\"" : "");
        chart_escape(b, row->cells[i].set || row->cells[i].hidden ? row->cells[i].text
                        : to_the_right(&e->columns[i])            ? "[x]"
                                                                  : "");
        strbuf_addf(b, "</%s>", tag);
    }
    strbuf_adds(b, "</tr>\n");
}

static bool any_missing(const struct export *e)
{
    for (const struct export_row *row = e->rows; row; row = row->next)
        for (size_t i = 0; i < e->n_columns; i++)
            if (shown(&e->columns[i]) && to_the_right(&e->columns[i]) && !row->cells[i].set && !row->cells[i].hidden)
                return true;
    return false;
}

static void add_table(const struct export *e, struct strbuf *b)
{
    size_t name = first_text(e);
    strbuf_adds(b, "<h2>Table</h2>\n");
    if (!e->rows) {
        strbuf_adds(b, "<p>There are no rows.</p>\n");
        return;
    }
    strbuf_adds(b, "<div class=\"table\" role=\"region\" aria-labelledby=\"caption\" "
                   "tabindex=\"0\">\n<table>\n<caption id=\"caption\">");
    chart_escape(b, e->title);
    strbuf_addf(b, ", %zu row%s</caption>\n", e->n_rows, e->n_rows == 1 ? "" : "s");
    add_header(e, b);
    for (const struct export_row *row = e->rows; row; row = row->next)
        add_row(e, b, row, name);
    strbuf_adds(b, "</tbody>\n</table>\n</div>\n");
}

static void add_notes(struct export *e, struct strbuf *b)
{
    strbuf_adds(b, "<h2>Notes</h2>\n");
    for (const struct export_text *note = e->notes; note; note = note->next) {
        strbuf_adds(b, "<p>");
        chart_escape(b, note->text);
        strbuf_adds(b, "</p>\n");
    }
    if (any_missing(e))
        strbuf_adds(b, "<p>[x]: not available.</p>\n");
    strbuf_adds(b, "<h3>What the columns hold</h3>\n<dl>\n");
    for (size_t i = 0; i < e->n_columns; i++)
        if (shown(&e->columns[i]))
            page_fact(b, e->columns[i].heading, e->columns[i].about);
    strbuf_adds(b, "</dl>\n<h3>Asking for it again</h3>\n<p><code>");
    chart_escape(b, export_command(e));
    strbuf_adds(b, "</code></p>\n");
}

bool export_page(struct export *e, FILE *out)
{
    struct strbuf b;
    strbuf_init(&b, PAGE_MAX);
    keep_names(e);
    add_head(e, &b);
    add_chart(e, &b);
    add_table(e, &b);
    add_notes(e, &b);
    page_end(&b);
    bool good = !e->failed && !b.failed && fwrite(strbuf_text(&b), 1, b.length, out) == b.length;
    strbuf_release(&b);
    return good;
}
