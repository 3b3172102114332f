#ifndef SERVER_MAIL_SMTP_H
#define SERVER_MAIL_SMTP_H

#include "server/mail/mail.h"
#include "server/options.h"

#include <stdbool.h>

// Mails on their way to the mail server of the settings, by libcurl, which only smtp.c includes. For one thread.

// What became of a mail. AWAY: nothing was said about this mail, for the mail server could not be reached, or does not
// take us in.
enum smtp_outcome { SMTP_SENT, SMTP_LATER, SMTP_REFUSED, SMTP_AWAY };

enum { SMTP_SAID_MAX = 400 };

// Why it was not sent.
struct smtp_reason {
    int code;                 // the mail server's last code; 0 when it said nothing
    const char *what;         // without names and addresses, for the log
    char said[SMTP_SAID_MAX]; // in full, for the outbox: the mail server's words may hold addresses
};

// smtp_check tells whether the settings make sense, and says in the log what does not. Call before threads start.
bool smtp_check(const struct options *o);

struct smtp;

// smtp_new makes what sends mails; o must outlive it. NULL without memory. It lives as long as the process.
struct smtp *smtp_new(const struct options *o);

// smtp_send sends a mail, and blocks while it does, up to smtp_timeout_ms. A 5xx to this mail is SMTP_REFUSED, for
// good; what the operator has to put right, such as a wrong password, is SMTP_AWAY.
enum smtp_outcome smtp_send(struct smtp *s, const struct mail *m, struct smtp_reason *reason);

#endif
