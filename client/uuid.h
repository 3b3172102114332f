#ifndef CLIENT_UUID_H
#define CLIENT_UUID_H

#include <stdbool.h>

// Request ids: UUIDs in text, 36 characters and NUL.

enum { UUID_SIZE = 37 };

// uuid_random writes a random UUID (version 4) to to.
void uuid_random(char to[UUID_SIZE]);

// uuid_from_seed writes the UUID (version 8) that is always the same for this seed and number: a repeated load repeats
// its ids.
void uuid_from_seed(char to[UUID_SIZE], const char *seed, unsigned long long number);

// uuid_is_valid tells whether text is a UUID in its usual form.
bool uuid_is_valid(const char *text);

#endif
