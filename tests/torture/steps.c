// STEPS: the server ends, waits, or loses the connection at hand at each step of a call, by its failpoints.
#include "tests/torture/failpoints.h"
#include "tests/torture/faults.h"
#include "tests/torture/room.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CLIENTS = 32, ENDS_MS = 60000 };

static const char *const names[FAILPOINTS] = {"received", "sent", "gated", "committed", "replied"};

// counts_open makes a file of counts and maps it.
static struct failpoint_count *counts_open(char *path)
{
    int fd = mkstemp(path);
    size_t size = sizeof(struct failpoint_count[FAILPOINTS]);
    if (fd < 0 || ftruncate(fd, (off_t)size) != 0)
        abort();
    void *mapped = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED)
        abort();
    close(fd);
    return mapped;
}

// restart gives the server other failpoints: "" for none.
static void restart(struct room *r, const char *path, const char *what)
{
    char spec[400];
    snprintf(spec, sizeof spec, "seed=%u counts=%s %s", r->dice++, path, what);
    setenv("IMPROVE_FAILPOINTS", spec, 1);
    if (!harness_again(&r->server, r->settings))
        abort();
}

// let_it_end waits until the server has ended by itself; false when it does not.
static bool let_it_end(struct room *r)
{
    for (uint64_t until = harness_ms() + ENDS_MS; harness_ms() < until; harness_rest(5)) {
        siginfo_t info = {0};
        if (waitid(P_PID, (id_t)r->server.pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == r->server.pid)
            return true;
    }
    return false;
}

// fail_at lets the server wait and lose connections at one step, until it ends there.
static void fail_at(struct room *r, const char *path, int step)
{
    char what[128];
    snprintf(what, sizeof what, "%s=drop:0.05 %s=delay/20:0.05 %s=kill:0.02", names[step], names[step], names[step]);
    restart(r, path, what);
    bool ended = let_it_end(r);
    room_fault(r);
    if (!ended)
        figures_row("-", FIGURES_ALWAYS, 1, 0, "", "server that did not end at %s", names[step]);
    harness_kill(&r->server);
}

void fault_steps(void)
{
    struct room r;
    char path[] = "/tmp/improve-failpoints-XXXXXX";
    struct failpoint_count *counts = counts_open(path);
    setenv("HARNESS_PROGRAM", BUILD_DIR "/tests/improved_failpoints", 1);
    room_open(&r, "-", NULL);
    struct clients *clients = clients_start(r.desk, CLIENTS);
    harness_kill(&r.server);
    long rounds = figures_size(1, 5), missed = 0;
    for (long i = 0; i < rounds; i++)
        for (int step = 0; step < FAILPOINTS; step++)
            fail_at(&r, path, step);
    restart(&r, path, "");
    room_await(&r, 30);
    clients_stop(clients);
    for (int step = 0; step < FAILPOINTS; step++) {
        long done = atomic_load(&counts[step].done);
        figures_note(
            "-", "%s: passed %ld times, made to fail %ld times", names[step], atomic_load(&counts[step].passed), done);
        missed += done == 0;
    }
    figures_row("-", FIGURES_ALWAYS, (double)missed, 0, "", "steps of a call that were never made to fail");
    room_judge(&r);
    room_close(&r);
    unlink(path);
    unsetenv("HARNESS_PROGRAM");
    unsetenv("IMPROVE_FAILPOINTS");
}
