#ifndef CLIENT_CSVFILE_H
#define CLIENT_CSVFILE_H

#include "common/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A CSV file read row by row, plain or .xz, in memory that does not grow with the file. Rows end with LF or CRLF; the
// last may have no end; a byte order mark is passed over; quoted cells may hold line ends; rows may have any number of
// cells; blank lines are no rows.

struct csvfile;

struct csvfile_cell {
    const char *text; // ended by NUL; in the file's bytes, until the next row is read
    size_t size;
};

struct csvfile_row {
    uint32_t line; // on which it begins, from 1
    size_t width;  // cells
    const struct csvfile_cell *cells;
    const char *bad; // why it cannot be read, or NULL; then it has no cells
};

// csvfile_open opens a file ("-": standard input). NULL, and why filled, when it cannot be read, is empty, or is
// plainly no CSV file.
struct csvfile *csvfile_open(const char *path, char *why, size_t why_size);

// csvfile_next reads the next row. False at the end, and when reading failed: csvfile_error then gives the reason, or
// NULL at the end. A quote that is never closed spoils only the line that it stands on.
bool csvfile_next(struct csvfile *f, struct csvfile_row *row);
const char *csvfile_error(const struct csvfile *f);

// csvfile_progress is how much of the file has been read, from 0 to 1; 0 when its size is not known.
double csvfile_progress(const struct csvfile *f);

// csvfile_close releases it.
void csvfile_close(struct csvfile *f);

// csvfile_text copies a cell as UTF-8: as it is when it is valid UTF-8, else read as Windows-1252. NULL when it is
// neither, with *byte set to the one that has no meaning, or when the arena is spent (*byte is then 0).
char *csvfile_text(const struct csvfile_cell *cell, struct arena *arena, unsigned char *byte);

#endif
