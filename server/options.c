#include "server/options.h"

#include "common/names.h"

#include <errno.h>
#include <ini.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum kind { TEXT, NUMBER };

struct setting {
    const char *name;
    enum kind kind;
    size_t offset;
    const char *fallback; // the default
    long least, most;     // of a number
    const char *help;
};

#define TEXT_SETTING(name, fallback, help)                                                                             \
    {                                                                                                                  \
#name, TEXT, offsetof(struct options, name), fallback, 0, 0, help                                              \
    }
#define NUMBER_SETTING(name, fallback, least, most, help)                                                              \
    {                                                                                                                  \
#name, NUMBER, offsetof(struct options, name), #fallback, least, most, help                                    \
    }

static const struct setting settings[] = {
    TEXT_SETTING(listen, "ipc:///run/improve/improved.sock",
        "URLs to listen on, comma-separated: tls+tcp://HOST:PORT, ipc://PATH"),
    TEXT_SETTING(
        database, "dbname=improve user=improve_exec", "PostgreSQL connection string; the role must be improve_exec"),
    TEXT_SETTING(tls_certificate, "", "PEM file with the certificate chain for tls+tcp://"),
    TEXT_SETTING(tls_key, "", "PEM file with its private key"),
    TEXT_SETTING(server_names, "localhost,127.0.0.1,::1",
        "names of this server, comma-separated, as its certificate has them: devices sign in to one of them; ipc:// is "
        "localhost"),
    TEXT_SETTING(gates, "",
        "gates, comma-separated: CODE=tls+tcp://HOST:PORT=CA_FILE: the authority's calls come there only, with a "
        "certificate that the CA signed"),
    TEXT_SETTING(ready_file, "", "file to write, with the process id, once calls are served"),
    TEXT_SETTING(
        smtp_url, "", "mail server that notices leave by: smtp://HOST:PORT or smtps://HOST:PORT; none: they stay"),
    TEXT_SETTING(smtp_tls, "required", "on smtp://: required (STARTTLS), or none for a mail server on this machine"),
    TEXT_SETTING(smtp_ca_file, "", "PEM file with the CA of the mail server's certificate; none: the system's"),
    TEXT_SETTING(smtp_user, "", "user to sign in with at the mail server"),
    TEXT_SETTING(smtp_password_file, "", "file whose first line is that user's password"),
    NUMBER_SETTING(read_connections, 4, 1, 64, "database connections for reads"),
    NUMBER_SETTING(write_connections, 12, 1, 64, "database connections for writes"),
    NUMBER_SETTING(bulk_connections, 4, 1, 64, "database connections for reports and imports"),
    NUMBER_SETTING(pipeline_depth, 8, 1, 64, "calls in the pipeline of one database connection"),
    NUMBER_SETTING(queue_length, 512, 1, 65536, "calls that may wait in a lane; more are answered RESOURCE_EXHAUSTED"),
    NUMBER_SETTING(shared_calls, 4, 1, 4096,
        "calls under way in a lane that authorities share when several are about; one alone may use every connection"),
    NUMBER_SETTING(authority_rate, 2000, 0, 1000000,
        "calls a second that one authority may make; more are answered RESOURCE_EXHAUSTED; 0 for no limit"),
    NUMBER_SETTING(authority_burst, 10000, 1, 10000000, "calls that one authority may make at once beyond its rate"),
    NUMBER_SETTING(calls_per_pipe, 32, 1, 4096, "calls in flight on one client connection; more wait to be read"),
    NUMBER_SETTING(default_timeout_ms, 10000, 1, 3600000, "deadline of a call that names none, milliseconds"),
    NUMBER_SETTING(bulk_timeout_ms, 120000, 1, 3600000, "deadline of a report or import that names none, milliseconds"),
    NUMBER_SETTING(max_timeout_ms, 600000, 1, 3600000, "longest deadline a call may ask for, milliseconds"),
    NUMBER_SETTING(send_timeout_ms, 2000, 10, 60000,
        "time a client has to take a reply before its connection is closed, milliseconds"),
    NUMBER_SETTING(handshake_timeout_ms, 5000, 10, 60000,
        "time a new connection has for its TLS handshake and hello before it is closed, milliseconds"),
    NUMBER_SETTING(
        idle_timeout_ms, 900000, 100, 86400000, "silence after which a client connection is closed, milliseconds"),
    NUMBER_SETTING(
        seal_interval_ms, 30, 5, 60000, "time between two rounds of numbering and hashing audit rows, milliseconds"),
    NUMBER_SETTING(
        drain_timeout_ms, 30000, 0, 600000, "time that calls in flight have when the server stops, milliseconds"),
    NUMBER_SETTING(smtp_timeout_ms, 30000, 100, 600000, "time a notice has to be sent, milliseconds"),
    NUMBER_SETTING(notice_interval_ms, 1000, 10, 60000, "time between two looks into an empty outbox, milliseconds"),
    NUMBER_SETTING(notice_retry_ms, 60000, 10, 3600000,
        "time before a notice's second attempt, doubled for each further one up to four hours, milliseconds"),
    NUMBER_SETTING(
        notice_attempts, 25, 1, 1000, "attempts before a notice is given up; 25 of them take about three days"),
    NUMBER_SETTING(
        notice_remind_ms, 3600000, 100, 86400000, "time between two looks for reminders that are due, milliseconds"),
    NUMBER_SETTING(call_memory, 4194304, 65536, 268435456, "memory one call may use for its request, bytes"),
    NUMBER_SETTING(log_level, 6, 3, 7, "least urgent lines logged: 3 errors, 4 warnings, 6 information, 7 debug"),
};

enum { SETTINGS = sizeof settings / sizeof *settings };

static const struct setting *find(const char *name)
{
    for (size_t i = 0; i < SETTINGS; i++)
        if (strcmp(settings[i].name, name) == 0)
            return &settings[i];
    return NULL;
}

static bool refuse_name(const char *name)
{
    fprintf(stderr, "improved: there is no setting \"%s\"", name);
    for (size_t i = 0; i < SETTINGS; i++)
        if (names_distance(name, settings[i].name, 3) <= 3)
            fprintf(stderr, "; did you mean %s?", settings[i].name);
    fputs("\n", stderr);
    return false;
}

static bool set_number(long *to, const struct setting *s, const char *value)
{
    char *end;
    errno = 0;
    long number = strtol(value, &end, 10);
    if (errno || end == value || *end || number < s->least || number > s->most) {
        fprintf(stderr, "improved: %s: \"%s\" is not accepted; a whole number from %ld to %ld is\n", s->name, value,
            s->least, s->most);
        return false;
    }
    *to = number;
    return true;
}

static bool set(struct options *o, const char *name, const char *value)
{
    const struct setting *s = find(name);
    if (!s)
        return refuse_name(name);
    void *to = (char *)o + s->offset;
    if (s->kind == NUMBER)
        return set_number(to, s, value);
    char *copy = strdup(value);
    if (!copy)
        return false;
    free(*(char **)to);
    *(char **)to = copy;
    return true;
}

static int on_file_line(void *user, const char *section, const char *name, const char *value)
{
    if (*section) {
        fprintf(stderr, "improved: the file has a section [%s]; settings stand without sections\n", section);
        return 0;
    }
    return set(user, name, value);
}

static bool load_file(struct options *o, const char *path)
{
    int line = ini_parse(path, on_file_line, o);
    if (line < 0)
        fprintf(stderr, "improved: cannot read %s: %s\n", path, strerror(errno));
    else if (line > 0)
        fprintf(stderr, "improved: %s, line %d is not accepted\n", path, line);
    return line == 0;
}

static bool load_pair(struct options *o, const char *pair)
{
    const char *equals = strchr(pair, '=');
    char name[64];
    if (!equals || (size_t)(equals - pair) >= sizeof name) {
        fprintf(stderr, "improved: --set takes name=value, not \"%s\"\n", pair);
        return false;
    }
    memcpy(name, pair, (size_t)(equals - pair));
    name[equals - pair] = '\0';
    return set(o, name, equals + 1);
}

bool options_load(struct options *o, int argc, char **argv)
{
    *o = (struct options){0};
    for (size_t i = 0; i < SETTINGS; i++)
        if (!set(o, settings[i].name, settings[i].fallback))
            return false;
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 >= argc) {
            fprintf(stderr, "improved: \"%s\" needs a value after it, or is not an option; see improved serve --help\n",
                argv[i]);
            return false;
        }
        bool good =
            strcmp(argv[i], "--config") == 0 ? load_file(o, argv[i + 1])
            : strcmp(argv[i], "--set") == 0  ? load_pair(o, argv[i + 1])
            : strcmp(argv[i], "--ready-file") == 0
                ? set(o, "ready_file", argv[i + 1])
                : (fprintf(stderr, "improved: unknown option \"%s\"; see improved serve --help\n", argv[i]), false);
        if (!good)
            return false;
    }
    return true;
}

void options_release(struct options *o)
{
    for (size_t i = 0; i < SETTINGS; i++)
        if (settings[i].kind == TEXT) {
            char **text = (char **)(void *)((char *)o + settings[i].offset);
            free(*text);
            *text = NULL;
        }
}

void options_help(FILE *to)
{
    fputs("usage: improved serve [--config FILE] [--set NAME=VALUE]… [--ready-file FILE]\n\nSettings:\n", to);
    for (size_t i = 0; i < SETTINGS; i++) {
        const struct setting *s = &settings[i];
        fprintf(to, "  %-20s %s", s->name, s->help);
        if (s->kind == NUMBER)
            fprintf(to, " (%s; %ld to %ld)\n", s->fallback, s->least, s->most);
        else
            fprintf(to, " (%s)\n", *s->fallback ? s->fallback : "none");
    }
}

void options_sample(FILE *to)
{
    fputs("# improved's settings, each at its default. Made by: improved sample-config\n", to);
    for (size_t i = 0; i < SETTINGS; i++)
        fprintf(to, "\n# %s\n#%s = %s\n", settings[i].help, settings[i].name, settings[i].fallback);
}
