#ifndef COMMON_NAMES_H
#define COMMON_NAMES_H

#include <stddef.h>

// names_separate writes CamelCase or snake_case in lower case with separator between its words: ListSchools →
// list_schools or list-schools. Writes at most size bytes, NUL included; returns the length, or 0 when it does not fit.
size_t names_separate(const char *name, char separator, char *to, size_t size);

// names_last is the part of a dotted name after its last dot: improve.v1.Cpd → Cpd. Points into name.
const char *names_last(const char *name);

// names_distance counts the edits (insert, delete, replace, swap of neighbours) between two words, ignoring case, up to
// a limit: for "did you mean". Words over 63 bytes are never near.
int names_distance(const char *a, const char *b, int limit);

#endif
