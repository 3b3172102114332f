#ifndef SERVER_MAIL_POSTMAN_H
#define SERVER_MAIL_POSTMAN_H

#include "server/options.h"

#include <stdbool.h>

// The postman takes notices out of the outbox (sql/notices/send.sql), sends them, and marks them; at intervals it has
// the reminders written that are due. It works on a thread and a connection of its own. Where several servers run, each
// takes what no other has taken. Whatever becomes of this server, what it has taken is due again when its lease ends:
// a notice leaves at least once.

// postman_check tells whether the settings make sense, says in the log what does not, and readies the libraries that
// mails are made with. Before threads start.
bool postman_check(const struct options *o);

// postman_start starts the thread, if the settings name a mail server. o must outlive it. False, with the reason in the
// log, when there is no memory or no thread to be had.
bool postman_start(const struct options *o);

// postman_stop has it take nothing more; postman_is_quiet tells whether what it had taken is marked.
void postman_stop(void);
bool postman_is_quiet(void);

// postman_state is "off", "on", or "failing" while the mail server cannot be reached or does not take us in. Any
// thread.
const char *postman_state(void);

#endif
