#ifndef CLIENT_LISTING_H
#define CLIENT_LISTING_H

#include "client/globals.h"

#include <stddef.h>
#include <stdio.h>

// Rows that the client knows by itself, in the forms that --output names.

struct listing;

// listing_open begins a listing of n columns, whose names must outlive it. NULL when memory lacks.
struct listing *listing_open(const char *const *names, size_t n, enum output_form form, FILE *out);

// listing_add prints a row of n cells, or keeps it for the table.
void listing_add(struct listing *l, const char *const *cells);

// listing_close ends the listing and releases it.
void listing_close(struct listing *l);

#endif
