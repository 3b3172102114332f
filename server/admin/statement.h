#ifndef SERVER_ADMIN_STATEMENT_H
#define SERVER_ADMIN_STATEMENT_H

#include <stddef.h>

// Where a statement of an SQL file stands, so that an error can name its line. Pure functions of the text; thread-safe.

// statement_next finds the first statement at or after at: its first character (past blanks and comments), and in *end
// the place after its semicolon or the end of the text. Quotes, dollar quotes, nested comments, parentheses and `begin
// atomic … end` are understood. NULL when only blanks and comments are left.
const char *statement_next(const char *at, const char **end);

// statement_line is the line (from 1) on which the n-th statement (from 0) of text starts; the last line when there are
// fewer.
int statement_line(const char *text, size_t n);

// statement_line_at is the line (from 1) of the character (from 1, in UTF-8 characters as PostgreSQL counts them) of
// text.
int statement_line_at(const char *text, size_t character);

#endif
