#include "server/self.h"

#include <string.h>
#include <unistd.h>

static char path[4096];

void self_find(void)
{
    static const char deleted[] = " (deleted)"; // what the kernel adds when the file was replaced
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    path[n > 0 ? n : 0] = '\0';
    char *mark = strstr(path, deleted);
    if (mark && mark[strlen(deleted)] == '\0')
        *mark = '\0';
}

const char *self_path(void)
{
    return path;
}
