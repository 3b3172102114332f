#include "server/admin/console.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void console_user(char *to, size_t size)
{
    uid_t uid = getuid();
    const struct passwd *who = getpwuid(uid);
    const char *from = uid == 0 ? getenv("SUDO_USER") : NULL;
    char number[32];
    snprintf(number, sizeof number, "user %lu", (unsigned long)uid);
    snprintf(to, size, "%s%s%s", who ? who->pw_name : number, from ? ", by sudo from " : "", from ? from : "");
    for (char *at = to; *at; at++)
        if (*at < ' ' || *at > '~')
            *at = '?';
}
