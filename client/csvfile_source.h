#ifndef CLIENT_CSVFILE_SOURCE_H
#define CLIENT_CSVFILE_SOURCE_H

#include <stddef.h>

// The bytes of a file, unpacked when it is .xz (known by its first bytes, not its name).

struct csvfile_source;

// csvfile_source_open opens a file ("-": standard input). NULL, and why filled, when it cannot be.
struct csvfile_source *csvfile_source_open(const char *path, char *why, size_t why_size);

// csvfile_source_read reads up to size bytes (some, when there are any). 0 at the end; -1, and why filled, when it
// failed.
long csvfile_source_read(struct csvfile_source *s, char *to, size_t size, char *why, size_t why_size);

// csvfile_source_progress is the share of the file that was read, from 0 to 1; 0 when its size is not known.
double csvfile_source_progress(const struct csvfile_source *s);

// csvfile_source_close releases it; NULL is allowed.
void csvfile_source_close(struct csvfile_source *s);

#endif
