#include "tests/flood/flood.h"

#include <dirent.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

bool flood_alive(const struct harness_server *s)
{
    return kill(s->pid, 0) == 0;
}

int flood_end(struct harness_server *s)
{
    int code = harness_stop(s);
    if (code != 0) {
        char *log = harness_log(s);
        printf("the server ended with %d; the end of its log:\n%s\n", code,
            strlen(log) > 4000 ? log + strlen(log) - 4000 : log);
        free(log);
    }
    return figures_bad() || code ? 1 : 0;
}

long flood_memory(pid_t pid)
{
    char path[64], line[128];
    long kib = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kib = strtol(line + 6, NULL, 10);
    if (file)
        fclose(file);
    return kib;
}

long flood_files(pid_t pid)
{
    char path[64];
    long n = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *folder = opendir(path);
    while (folder && readdir(folder))
        n++;
    if (folder)
        closedir(folder);
    return n;
}

long flood_baseline(pid_t pid)
{
    long files = 0, same = 0;
    while (same < 10) {
        harness_rest(100);
        long now = flood_files(pid);
        same = now == files ? same + 1 : 0;
        files = now;
    }
    return files;
}

double flood_settle(pid_t pid, long files, double patience)
{
    uint64_t began = harness_ms();
    double taken = 0;
    while (flood_files(pid) > files && taken <= patience) {
        harness_rest(50);
        taken = (double)(harness_ms() - began) / 1000;
    }
    return taken <= patience ? taken : patience + 1;
}

void flood_widen(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

int flood_port(const struct harness_server *s)
{
    return (int)strtol(strrchr(s->tls_url, ':') + 1, NULL, 10);
}
