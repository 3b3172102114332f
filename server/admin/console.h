#ifndef SERVER_ADMIN_CONSOLE_H
#define SERVER_ADMIN_CONSOLE_H

#include <stddef.h>

enum { CONSOLE_USER_MAX = 128 };

// console_user tells, for the audit trail, which user of the operating system runs this program: "root", or "root, by
// sudo from alice" as sudo says. Anything but printable ASCII becomes a question mark, and what does not fit is cut.
// Not thread-safe.
void console_user(char *to, size_t size);

#endif
