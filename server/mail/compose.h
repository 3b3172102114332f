#ifndef SERVER_MAIL_COMPOSE_H
#define SERVER_MAIL_COMPOSE_H

#include "common/strbuf.h"
#include "server/mail/mail.h"

#include <stdbool.h>

// What a notice is made of as a mail: the same bytes however often it is sent.

enum { COMPOSE_HEADERS = 8 };

// struct composed is a mail in parts. compose_release ends it.
struct composed {
    struct strbuf headers[COMPOSE_HEADERS]; // "Name: value" each; the first n
    int n;
    struct strbuf body; // lines that end in CR LF
    char *calendar;     // iCalendar, or NULL for none
};

enum compose_result { COMPOSE_DONE, COMPOSE_UNFIT, COMPOSE_NO_MEMORY };

// compose makes a mail's parts. COMPOSE_UNFIT: something in it cannot stand in a mail, now or ever. c is to be released
// in any case.
enum compose_result compose(struct composed *c, const struct mail *m);
void compose_release(struct composed *c);

#endif
