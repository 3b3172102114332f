#include "client/csvfile.h"

#include "client/csvfile_source.h"
#include "common/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BUFFER_SIZE = 512 * 1024,
    ROW_MAX_BYTES = 256 * 1024, // a longer row is bad, so that the buffer always has room for one
    CELLS_MAX = 4096,
    NOTHING = -1,
};

struct csvfile {
    struct csvfile_source *source; // owned
    char *bytes;                   // BUFFER_SIZE and one for a NUL
    size_t start, end;             // what is read and not yet taken
    bool ended;                    // the source has no more
    bool failed;
    uint32_t line; // of start
    char why[200];
    char bad[120];
    struct csvfile_cell cells[CELLS_MAX];
};

// fill reads more behind what there is. False when there was no room or no more.
static bool fill(struct csvfile *f)
{
    if (f->ended || f->failed)
        return false;
    memmove(f->bytes, f->bytes + f->start, f->end - f->start);
    f->end -= f->start;
    f->start = 0;
    if (f->end == BUFFER_SIZE)
        return false;
    long n = csvfile_source_read(f->source, f->bytes + f->end, BUFFER_SIZE - f->end, f->why, sizeof f->why);
    f->failed = n < 0;
    f->ended = n == 0;
    f->end += n > 0 ? (size_t)n : 0;
    return n > 0;
}

// How a row's quotes stand when its end is looked for.
enum quotes {
    QUOTES_RIGHT,
    QUOTES_OPEN, // one is not closed at the end of the bytes
    QUOTES_TEXT, // text follows a closing one
};

static const char *const quote_faults[] = {[QUOTES_RIGHT] = NULL,
    [QUOTES_OPEN] = "A quote is opened on this line and not closed.",
    [QUOTES_TEXT] = "Text follows a closing quote: is a quote inside the cell not doubled?"};

static long first_line_end(const char *p, size_t n)
{
    const char *end = memchr(p, '\n', n);
    return end ? end - p : NOTHING;
}

// row_end finds the line end that ends the row, passing over those in quotes; NOTHING when there is none. A row with
// text after a closing quote ends with its first line: what follows may be good.
static long row_end(const char *p, size_t n, enum quotes *quotes)
{
    bool in = false, cell_begins = true;
    *quotes = QUOTES_RIGHT;
    for (size_t i = 0; i < n; i++) {
        char c = p[i];
        if (in && c == '"' && i + 1 < n && p[i + 1] == '"') {
            i++;
        } else if (in && c == '"') {
            in = false;
            char next = i + 1 < n ? p[i + 1] : '\n';
            if (next != ',' && next != '\n' && next != '\r') {
                *quotes = QUOTES_TEXT;
                return first_line_end(p, n);
            }
        } else if (!in && c == '\n') {
            return (long)i;
        } else if (!in) {
            in = c == '"' && cell_begins;
            cell_begins = c == ',';
        }
    }
    *quotes = in ? QUOTES_OPEN : QUOTES_RIGHT;
    return NOTHING;
}

// take_quoted takes a quoted cell in place; p is after the opening quote. It returns where the cell's text ends in
// *size, and the first byte after the closing quote.
static char *take_quoted(char *p, const char *end, size_t *size)
{
    char *text = p, *to = p;
    while (p < end) {
        if (*p == '"' && (p + 1 == end || p[1] != '"')) {
            p++;
            break;
        }
        p += *p == '"';
        *to++ = *p++;
    }
    *size = (size_t)(to - text);
    return p;
}

static bool spoil(struct csvfile *f, struct csvfile_row *row, const char *why)
{
    snprintf(f->bad, sizeof f->bad, "%s", why);
    row->bad = f->bad;
    row->width = 0;
    return true;
}

// split takes the cells of a row of n bytes in place.
static bool split(struct csvfile *f, char *p, size_t n, struct csvfile_row *row)
{
    char *end = p + n;
    size_t k = 0;
    if (memchr(p, '\0', n))
        return spoil(f, row, "The line holds a NUL byte.");
    for (;;) {
        if (k == CELLS_MAX)
            return spoil(f, row, "The line has more than 4,096 cells.");
        struct csvfile_cell *cell = &f->cells[k++];
        char *after;
        if (p < end && *p == '"') {
            cell->text = p + 1;
            after = take_quoted(p + 1, end, &cell->size);
            if (after < end && *after != ',')
                return spoil(f, row, quote_faults[QUOTES_TEXT]);
        } else {
            cell->text = p;
            after = memchr(p, ',', (size_t)(end - p));
            after = after ? after : end;
            cell->size = (size_t)(after - p);
        }
        bool last = after >= end;
        f->bytes[cell->text - f->bytes + (ptrdiff_t)cell->size] = '\0'; // over a quote, a comma or the line's end
        if (last)
            break;
        p = after + 1;
    }
    row->cells = f->cells;
    row->width = k;
    return true;
}

static uint32_t count_lines(const char *p, size_t n)
{
    uint32_t lines = 0;
    for (const char *end = p + n; (p = memchr(p, '\n', (size_t)(end - p))); p++)
        lines++;
    return lines;
}

// find_row finds the next row's bytes, filling the buffer as needed: its size without its end in *n, and with it in
// *whole. False at the end. *fault says why the row is bad, or is NULL; a bad one is its first line only.
static bool find_row(struct csvfile *f, size_t *n, size_t *whole, const char **fault)
{
    enum quotes quotes;
    long at = row_end(f->bytes + f->start, f->end - f->start, &quotes);
    while (at == NOTHING && f->end - f->start < ROW_MAX_BYTES && fill(f))
        at = row_end(f->bytes + f->start, f->end - f->start, &quotes);
    size_t left = f->end - f->start;
    if (f->failed || left == 0)
        return false;
    *fault = quote_faults[quotes];
    if (at == NOTHING && (quotes != QUOTES_RIGHT || left >= ROW_MAX_BYTES)) {
        *fault = *fault ? *fault : "The line is longer than 256 KiB.";
        at = first_line_end(f->bytes + f->start, left);
    }
    *n = at == NOTHING ? left : (size_t)at;
    *whole = *n + (at != NOTHING);
    if (*n > 0 && f->bytes[f->start + *n - 1] == '\r')
        --*n;
    return true;
}

bool csvfile_next(struct csvfile *f, struct csvfile_row *row)
{
    size_t n, whole;
    const char *fault;
    do {
        *row = (struct csvfile_row){0};
        if (!find_row(f, &n, &whole, &fault))
            return false;
        row->line = f->line;
        char *p = f->bytes + f->start;
        f->line += count_lines(p, whole);
        f->start += whole;
        if (fault)
            return spoil(f, row, fault);
        if (n > 0)
            return split(f, p, n, row);
    } while (true); // a blank line is no row
}

const char *csvfile_error(const struct csvfile *f)
{
    return f->failed ? f->why : NULL;
}

double csvfile_progress(const struct csvfile *f)
{
    return csvfile_source_progress(f->source);
}

// what_else tells what a file is that is no CSV file, by its first bytes; NULL when it may be one.
static const char *what_else(const char *p, size_t n)
{
    static const struct {
        const char *magic;
        size_t size;
        const char *what;
    } kinds[] = {{"PK\3\4", 4, "a spreadsheet or ZIP file; save it as CSV"},
        {"\x1f\x8b", 2, "compressed with gzip; unpack it first"}, {"%PDF", 4, "a PDF file; CSV is needed"},
        {"\xff\xfe", 2, "in UTF-16; save it as CSV in UTF-8"}, {"\xfe\xff", 2, "in UTF-16; save it as CSV in UTF-8"},
        {"\xd0\xcf\x11\xe0", 4, "an old Excel file; save it as CSV"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (n >= kinds[i].size && memcmp(p, kinds[i].magic, kinds[i].size) == 0)
            return kinds[i].what;
    return memchr(p, '\0', n < 8192 ? n : 8192) ? "a binary file; CSV is needed" : NULL;
}

struct csvfile *csvfile_open(const char *path, char *why, size_t why_size)
{
    struct csvfile *f = calloc(1, sizeof *f);
    if (f)
        f->bytes = malloc(BUFFER_SIZE + 1);
    if (!f || !f->bytes) {
        snprintf(why, why_size, "out of memory");
        free(f);
        return NULL;
    }
    f->line = 1;
    f->source = csvfile_source_open(path, why, why_size);
    const char *else_is = NULL;
    if (f->source) {
        fill(f);
        else_is = what_else(f->bytes, f->end);
        if (f->failed)
            snprintf(why, why_size, "%s: %s", path, f->why);
        else if (f->end == 0)
            snprintf(why, why_size, "%s is empty", path);
        else if (else_is)
            snprintf(why, why_size, "%s is %s", path, else_is);
    }
    if (!f->source || f->failed || f->end == 0 || else_is) {
        csvfile_close(f);
        return NULL;
    }
    if (f->end >= 3 && memcmp(f->bytes, "\xef\xbb\xbf", 3) == 0)
        f->start = 3;
    return f;
}

void csvfile_close(struct csvfile *f)
{
    csvfile_source_close(f->source);
    free(f->bytes);
    free(f);
}

// Windows-1252's characters 80 to 9f; 0 where it has none.
static const uint16_t windows[32] = {0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0, 0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161,
    0x203a, 0x0153, 0, 0x017e, 0x0178};

char *csvfile_text(const struct csvfile_cell *cell, struct arena *arena, unsigned char *byte)
{
    *byte = 0;
    if (check_utf8(cell->text, cell->size))
        return arena_strndup(arena, cell->text, cell->size);
    char *text = arena_alloc(arena, cell->size * 3 + 1), *to = text;
    for (size_t i = 0; text && i < cell->size; i++) {
        unsigned c = (unsigned char)cell->text[i];
        unsigned code = c >= 0x80 && c < 0xa0 ? windows[c - 0x80] : c;
        if (code == 0) {
            *byte = (unsigned char)c;
            return NULL;
        }
        if (code < 0x80) {
            *to++ = (char)code;
        } else if (code < 0x800) {
            *to++ = (char)(0xc0 | code >> 6);
            *to++ = (char)(0x80 | (code & 0x3f));
        } else {
            *to++ = (char)(0xe0 | code >> 12);
            *to++ = (char)(0x80 | (code >> 6 & 0x3f));
            *to++ = (char)(0x80 | (code & 0x3f));
        }
    }
    if (text)
        *to = '\0';
    return text;
}
