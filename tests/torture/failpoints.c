// The failpoints of improved_failpoints, by the environment:
//
//   IMPROVE_FAILPOINTS="seed=7 counts=/path received=kill:0.001 gated=delay/20:0.1 replied=drop:0.05"
//
// each point with what to do (kill the process, delay by milliseconds, drop the connection at hand) and how likely it
// is. The file of counts, made by whoever reads it, has two numbers a point (passed, done) as struct failpoint_count;
// it is mapped, so what was counted outlives the process.
#include "tests/torture/failpoints.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { ACTIONS_MOST = 8, SPEC_MOST = 512 };

struct action {
    enum { KILL, DELAY, DROP } what;
    long delay_ms;
    double likely;
};

static const char *const names[FAILPOINTS] = {"received", "sent", "gated", "committed", "replied"};
static struct {
    struct action actions[FAILPOINTS][ACTIONS_MOST];
    int count[FAILPOINTS];
    struct failpoint_count own[FAILPOINTS];
    struct failpoint_count *counts;
    pthread_mutex_t lock; // over seed
    unsigned seed;
} points = {.lock = PTHREAD_MUTEX_INITIALIZER, .counts = points.own};
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void map_counts(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    void *mapped =
        fd < 0 ? MAP_FAILED
               : mmap(NULL, sizeof(struct failpoint_count[FAILPOINTS]), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED)
        abort();
    points.counts = mapped;
    close(fd);
}

static void add_action(int at, const char *how)
{
    struct action *a = &points.actions[at][points.count[at]++];
    const char *likely = strrchr(how, ':');
    a->likely = likely ? strtod(likely + 1, NULL) : 1;
    a->what = strncmp(how, "kill", 4) == 0 ? KILL : strncmp(how, "delay", 5) == 0 ? DELAY : DROP;
    a->delay_ms = a->what == DELAY ? strtol(how + 6, NULL, 10) : 0;
}

static void read_word(const char *word)
{
    const char *is = strchr(word, '=');
    size_t n = is ? (size_t)(is - word) : 0;
    if (n == 4 && strncmp(word, "seed", n) == 0)
        points.seed = (unsigned)strtoul(is + 1, NULL, 10) + (unsigned)getpid();
    else if (n == 6 && strncmp(word, "counts", n) == 0)
        map_counts(is + 1);
    else
        for (int i = 0; i < FAILPOINTS; i++)
            if (n == strlen(names[i]) && strncmp(word, names[i], n) == 0 && points.count[i] < ACTIONS_MOST)
                add_action(i, is + 1);
}

static void read_environment(void)
{
    char spec[SPEC_MOST], *rest = spec;
    const char *given = getenv("IMPROVE_FAILPOINTS");
    snprintf(spec, sizeof spec, "%s", given ? given : "");
    for (char *word; (word = strsep(&rest, " "));)
        read_word(word);
}

static double dice(void)
{
    pthread_mutex_lock(&points.lock);
    double thrown = (double)rand_r(&points.seed) / ((double)RAND_MAX + 1);
    pthread_mutex_unlock(&points.lock);
    return thrown;
}

bool failpoint(enum failpoint at)
{
    bool drop = false;
    pthread_once(&once, read_environment);
    atomic_fetch_add(&points.counts[at].passed, 1);
    for (int i = 0; i < points.count[at]; i++) {
        const struct action *a = &points.actions[at][i];
        if (dice() >= a->likely)
            continue;
        atomic_fetch_add(&points.counts[at].done, 1);
        struct timespec time = {.tv_sec = a->delay_ms / 1000, .tv_nsec = a->delay_ms % 1000 * 1000000};
        if (a->what == KILL)
            raise(SIGKILL);
        else if (a->what == DELAY)
            nanosleep(&time, NULL);
        else
            drop = true;
    }
    return drop;
}
