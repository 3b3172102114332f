#ifndef SERVER_MAIL_HEADER_H
#define SERVER_MAIL_HEADER_H

#include "common/strbuf.h"

#include <stdbool.h>
#include <time.h>

// Headers of a mail (RFC 5322), with words that are not ASCII encoded (RFC 2047) and long ones folded. Each is appended
// as "Name: value", without a line end after it. Not a character of a value can begin another header: what holds
// control characters, or is not UTF-8, is refused.

// header_text appends a header of free text. False, with nothing appended, when the text cannot stand in a header.
bool header_text(struct strbuf *to, const char *name, const char *text);

// header_address appends a header of one address, with a person's name ("" for none) before it. False as header_text,
// also when the address is more than one, or not ASCII.
bool header_address(struct strbuf *to, const char *name, const char *person, const char *address);

// header_date appends a header of a moment.
void header_date(struct strbuf *to, const char *name, time_t at);

// header_is_address tells whether a text is one address that mail can be sent to, such as jo@school.example.
bool header_is_address(const char *text);

#endif
