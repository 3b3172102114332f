#include "client/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool refuse(const char *path, char *why, size_t why_size)
{
    snprintf(why, why_size, "%s: %s", path, strerror(errno));
    return false;
}

static bool write_all(int fd, const char *text)
{
    size_t n = strlen(text);
    bool written = write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
    return close(fd) == 0 && written;
}

bool private_file_make(const char *path, const char *text, char *why, size_t why_size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return refuse(path, why, why_size);
    if (write_all(fd, text))
        return true;
    refuse(path, why, why_size);
    unlink(path);
    return false;
}

bool private_file_put(const char *path, const char *text, char *why, size_t why_size)
{
    char copy[PATH_MAX];
    if ((size_t)snprintf(copy, sizeof copy, "%s.XXXXXX", path) >= sizeof copy) {
        errno = ENAMETOOLONG;
        return refuse(path, why, why_size);
    }
    int fd = mkstemp(copy); // mode 0600
    if (fd >= 0 && write_all(fd, text) && rename(copy, path) == 0)
        return true;
    refuse(path, why, why_size);
    if (fd >= 0)
        unlink(copy);
    return false;
}

bool private_file_read(const char *path, char *to, size_t size, char *why, size_t why_size)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return refuse(path, why, why_size);
    bool good = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077) == 0;
    ssize_t n = good ? read(fd, to, size - 1) : -1;
    close(fd);
    to[n > 0 ? n : 0] = '\0';
    if (!good)
        snprintf(why, why_size, "%s may be read by others: run chmod 600 %s", path, path);
    else if (n < 0)
        refuse(path, why, why_size);
    return n >= 0;
}
