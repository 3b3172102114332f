#include "tests/support/sink.h"

#include "tests/support/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { READY_MS = 20000, PATH_SIZE = 128, ARGUMENTS_MAX = 16 };

static void die(const struct sink *s, const char *what)
{
    fprintf(stderr, "mail server: %s: see %s/log\n", what, s->room);
    abort();
}

static void path_of(const struct sink *s, const char *name, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%.60s/%.40s", s->room, name);
}

void sink_mode(const struct sink *s, const char *lines)
{
    char fresh[PATH_SIZE], path[PATH_SIZE];
    path_of(s, "mode.fresh", fresh);
    path_of(s, "mode", path);
    FILE *file = fopen(fresh, "w");
    if (!file || fputs(lines, file) < 0 || fclose(file) != 0 || rename(fresh, path) != 0)
        die(s, "its mode cannot be written");
}

void sink_start(struct sink *s, const char *const *arguments)
{
    char log[PATH_SIZE], path[PATH_SIZE];
    const char *argv[ARGUMENTS_MAX] = {SOURCE_DIR "/tests/support/smtp_sink", s->room};
    snprintf(s->room, sizeof s->room, "/tmp/improve-sink-XXXXXX");
    if (!mkdtemp(s->room))
        die(s, "no room");
    for (int i = 0; arguments && arguments[i]; i++)
        argv[2 + i] = arguments[i];
    path_of(s, "log", log);
    path_of(s, "port", path);
    s->pid = harness_begin(argv, log);
    for (uint64_t until = harness_ms() + READY_MS; harness_ms() < until; harness_rest(20)) {
        FILE *file = fopen(path, "r");
        bool known = file && fgets(s->port, sizeof s->port, file);
        if (file)
            fclose(file);
        if (known) {
            snprintf(s->url, sizeof s->url, "smtp_url=smtp://127.0.0.1:%s", s->port);
            return;
        }
    }
    die(s, "it does not start");
}

void sink_stop(struct sink *s)
{
    const char *argv[] = {"rm", "-rf", s->room, NULL};
    harness_end(s->pid);
    harness_run(argv, NULL);
}

int sink_count(const struct sink *s)
{
    char name[PATH_SIZE], path[PATH_SIZE];
    int n = 0;
    do {
        snprintf(name, sizeof name, "%03d.json", n + 1);
        path_of(s, name, path);
    } while (access(path, R_OK) == 0 && ++n);
    return n;
}

bool sink_wait(const struct sink *s, int count, long ms)
{
    for (uint64_t until = harness_ms() + (uint64_t)ms; harness_ms() < until; harness_rest(10))
        if (sink_count(s) >= count)
            return true;
    return false;
}

json_t *sink_message(const struct sink *s, int number)
{
    char name[PATH_SIZE], path[PATH_SIZE];
    snprintf(name, sizeof name, "%03d.json", number);
    path_of(s, name, path);
    json_t *message = json_load_file(path, 0, NULL);
    if (!message)
        die(s, "there is no such message");
    return message;
}
