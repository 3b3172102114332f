#include "tests/support/harness.h"

#include "common/catalog.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SETTINGS_MAX = 32, ARGUMENTS_MAX = 2 * SETTINGS_MAX + 8, OUTPUT_MAX = 1 << 20, READY_MS = 20000 };

static char superuser[400], server_database[512], room[64];

__attribute__((format(printf, 1, 2), noreturn)) static void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    abort();
}

uint64_t harness_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void harness_rest(long ms)
{
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static pid_t spawn(const char *const *argv, const char *stdout_file, const char *stderr_file)
{
    posix_spawn_file_actions_t actions;
    pid_t pid;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (stdout_file)
        posix_spawn_file_actions_addopen(&actions, 1, stdout_file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (stderr_file)
        posix_spawn_file_actions_addopen(&actions, 2, stderr_file, O_WRONLY | O_CREAT | O_APPEND, 0600);
    int rv = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (rv != 0)
        die("%s: %s", argv[0], strerror(rv));
    return pid;
}

static int wait_for(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            die("waitpid: %s", strerror(errno));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static char *read_file(const char *path)
{
    char *text = calloc(1, OUTPUT_MAX + 1);
    FILE *file = fopen(path, "r");
    if (!text || !file)
        die("%s: %s", path, strerror(errno));
    size_t n = fread(text, 1, OUTPUT_MAX, file);
    text[n] = '\0';
    fclose(file);
    return text;
}

static const char *make_room(void)
{
    if (!*room) {
        snprintf(room, sizeof room, "/tmp/improve-test-XXXXXX");
        if (!mkdtemp(room))
            die("mkdtemp: %s", strerror(errno));
    }
    return room;
}

int harness_run(const char *const *argv, char **out)
{
    char path[256];
    snprintf(path, sizeof path, "%s/out", make_room());
    int code = wait_for(spawn(argv, out ? path : NULL, NULL));
    if (out)
        *out = read_file(path);
    return code;
}

void harness_database(const char *name)
{
    const char *cluster = getenv("IMPROVE_TEST_CLUSTER");
    if (!cluster)
        die("IMPROVE_TEST_CLUSTER must name the test cluster's folder: run this through ctest");
    catalog_init(); // before threads start
    setenv("IMPROVED", IMPROVED_PROGRAM, 1);
    const char *fresh[] = {CLUSTER_SCRIPT, "fresh", cluster, name, NULL},
               *conninfo[] = {CLUSTER_SCRIPT, "conninfo", cluster, name, NULL};
    char *printed;
    if (harness_run(fresh, &printed) != 0)
        die("cluster fresh failed: %s", printed);
    free(printed);
    if (harness_run(conninfo, &printed) != 0)
        die("cluster conninfo failed");
    snprintf(superuser, sizeof superuser, "%.*s", (int)strcspn(printed, "\n"), printed);
    const char *user = strstr(superuser, "user=");
    if (!user)
        die("no user in %s", superuser);
    snprintf(server_database, sizeof server_database, "%.*suser=improve_exec%s", (int)(user - superuser), superuser,
        user + strcspn(user, " "));
    free(printed);
}

const char *harness_superuser(void)
{
    return superuser;
}

char *harness_sql(const char *format, ...)
{
    char *sql;
    va_list args;
    va_start(args, format);
    if (vasprintf(&sql, format, args) < 0)
        die("out of memory");
    va_end(args);
    PGconn *pg = PQconnectdb(superuser);
    PGresult *result = PQexec(pg, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        die("%s\n%s", sql, PQerrorMessage(pg));
    char *first = strdup(PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
    PQfinish(pg);
    free(sql);
    return first;
}

char *harness_token(const char *authority, const char *personas, const char *school_urn)
{
    const char *argv[20] = {
        IMPROVED_PROGRAM, "admin", "token", "create", "--name", "test", "--stdout", "--database", superuser};
    int n = 9;
    if (!authority) {
        argv[n++] = "--instance";
    } else {
        const char *create[] = {
            IMPROVED_PROGRAM, "admin", "authority", "create", authority, authority, "--database", superuser, NULL};
        char *ignored;
        harness_run(create, &ignored);
        free(ignored);
        argv[n++] = "--authority";
        argv[n++] = authority;
        argv[n++] = "--persona";
        argv[n++] = personas;
    }
    if (school_urn) {
        argv[n++] = "--school";
        argv[n++] = school_urn;
    }
    char *token;
    if (harness_run(argv, &token) != 0)
        die("token create failed");
    token[strcspn(token, "\n")] = '\0';
    return token;
}

static void make_certificates(struct harness_server *s)
{
    char folder[160];
    snprintf(folder, sizeof folder, "%.60s/tls", make_room());
    snprintf(s->ca_file, sizeof s->ca_file, "%.100s/ca.crt", folder);
    const char *argv[] = {IMPROVED_PROGRAM, "admin", "tls", "--out", folder, NULL};
    if (access(s->ca_file, R_OK) != 0 && harness_run(argv, NULL) != 0)
        die("admin tls failed");
}

// The servers under test end with the test, also when it aborts.
static pid_t children[16];

static void end_children(int signal_number)
{
    for (size_t i = 0; i < sizeof children / sizeof *children; i++)
        if (children[i])
            kill(children[i], SIGKILL);
    if (signal_number) {
        signal(signal_number, SIG_DFL);
        raise(signal_number);
    }
}

static void end_at_exit(void)
{
    end_children(0);
}

static void own_child(pid_t pid)
{
    static const int ends[] = {SIGABRT, SIGSEGV, SIGTERM, SIGINT};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        signal(ends[i], end_children);
    atexit(end_at_exit); // those that a failed test left
    for (size_t i = 0; i < sizeof children / sizeof *children; i++)
        if (!children[i]) {
            children[i] = pid;
            return;
        }
}

static void disown_child(pid_t pid)
{
    for (size_t i = 0; i < sizeof children / sizeof *children; i++)
        if (children[i] == pid)
            children[i] = 0;
}

// allot gives a server addresses and a log of its own.
static void allot(struct harness_server *s)
{
    static int port = 0;
    if (!port)
        port = 20000 + (int)(getpid() % 20000);
    port++;
    snprintf(s->ipc_url, sizeof s->ipc_url, "ipc://%.60s/s%d.sock", room, port);
    snprintf(s->tls_url, sizeof s->tls_url, "tls+tcp://127.0.0.1:%d", port);
    snprintf(s->log_file, sizeof s->log_file, "%.60s/log%d", room, port);
}

static pid_t start(const struct harness_server *s, const char *ready, const char *const *settings)
{
    static char own[8][640];
    snprintf(own[0], sizeof own[0], "listen=%s,%s", s->ipc_url, s->tls_url);
    snprintf(own[1], sizeof own[1], "database=%s", server_database);
    snprintf(own[2], sizeof own[2], "tls_certificate=%s/tls/server.crt", room);
    snprintf(own[3], sizeof own[3], "tls_key=%s/tls/server.key", room);
    snprintf(own[4], sizeof own[4], "ready_file=%s", ready);
    const char *program = getenv("HARNESS_PROGRAM");
    const char *argv[ARGUMENTS_MAX] = {program ? program : IMPROVED_PROGRAM, "serve"};
    int n = 2;
    for (int i = 0; i < 5; i++) {
        argv[n++] = "--set";
        argv[n++] = own[i];
    }
    for (int i = 0; settings && settings[i]; i++) {
        argv[n++] = "--set";
        argv[n++] = settings[i];
    }
    return spawn(argv, "/dev/null", s->log_file);
}

pid_t harness_begin(const char *const *argv, const char *stderr_file)
{
    pid_t pid = spawn(argv, "/dev/null", stderr_file);
    own_child(pid);
    return pid;
}

void harness_end(pid_t pid)
{
    disown_child(pid);
    kill(pid, SIGKILL);
    wait_for(pid);
}

// serves waits until a server that was started serves; false when it ends before.
static bool serves(struct harness_server *s, const char *ready)
{
    for (uint64_t until = harness_ms() + READY_MS; harness_ms() < until; harness_rest(5)) {
        int status;
        struct stat found;
        if (waitpid(s->pid, &status, WNOHANG) == s->pid) {
            disown_child(s->pid);
            return false;
        }
        if (stat(ready, &found) == 0 && found.st_size > 0)
            return true;
    }
    die("the server is neither ready nor gone; see %s", s->log_file);
}

bool harness_again(struct harness_server *s, const char *const *settings)
{
    char ready[160];
    snprintf(ready, sizeof ready, "%s/ready", make_room());
    unlink(ready);
    s->pid = start(s, ready, settings);
    own_child(s->pid);
    return serves(s, ready);
}

bool harness_try_start(struct harness_server *s, const char *const *settings)
{
    make_room();
    make_certificates(s);
    allot(s);
    return harness_again(s, settings);
}

void harness_start(struct harness_server *s, const char *const *settings)
{
    if (!harness_try_start(s, settings))
        die("the server did not start:\n%s", harness_log(s));
}

int harness_stop(struct harness_server *s)
{
    disown_child(s->pid);
    kill(s->pid, SIGTERM);
    return wait_for(s->pid);
}

void harness_kill(struct harness_server *s)
{
    harness_end(s->pid);
}

char *harness_log(const struct harness_server *s)
{
    return read_file(s->log_file);
}
