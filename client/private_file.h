#ifndef CLIENT_PRIVATE_FILE_H
#define CLIENT_PRIVATE_FILE_H

#include <stdbool.h>
#include <stddef.h>

// Small files of text that only their owner may read: keys, sessions, tokens. Each function returns false, and fills
// why, when it cannot do what it says.

// private_file_make writes a new file, mode 0600; one that is there already is left as it is, and refused.
bool private_file_make(const char *path, const char *text, char *why, size_t why_size);

// private_file_put writes a file, mode 0600, in the place of the one that is there: a reader sees either whole.
bool private_file_put(const char *path, const char *text, char *why, size_t why_size);

// private_file_read reads a file of less than size bytes, ended by NUL. One that others may read is refused.
bool private_file_read(const char *path, char *to, size_t size, char *why, size_t why_size);

#endif
