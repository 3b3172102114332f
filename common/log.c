#include "common/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1024 };

static enum log_level least_urgent = LOG_INFO;

void log_set_level(enum log_level level)
{
    least_urgent = level;
}

static size_t begin(char *line, size_t size, enum log_level level)
{
    if (getenv("JOURNAL_STREAM"))
        return (size_t)snprintf(line, size, "<%d>", (int)level);
    static const char *const names[] = {
        [LOG_ERROR] = "error", [LOG_WARNING] = "warning", [LOG_INFO] = "info", [LOG_DEBUG] = "debug"};
    struct timespec now;
    struct tm parts;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    size_t n = strftime(line, size, "%Y-%m-%dT%H:%M:%S", &parts);
    return n + (size_t)snprintf(line + n, size - n, ".%03ldZ %s ", now.tv_nsec / 1000000, names[level]);
}

void log_line(enum log_level level, const char *format, ...)
{
    if (level > least_urgent)
        return;
    char line[LINE_MAX_BYTES];
    size_t n = begin(line, sizeof line, level), start = n;
    va_list args;
    va_start(args, format);
    int wanted = vsnprintf(line + n, sizeof line - n - 1, format, args);
    va_end(args);
    if (wanted > 0)
        n += (size_t)wanted < sizeof line - n - 1 ? (size_t)wanted : sizeof line - n - 2;
    for (size_t i = start; i < n; i++)
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            line[i] = ' ';
    line[n++] = '\n';
    ssize_t written = write(STDERR_FILENO, line, n); // one write, so that lines of several threads do not mix
    (void)written;
}
