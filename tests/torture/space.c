// F15: no space is left where the database keeps its data and its log. On a small file system of its own, in memory.
#include "tests/torture/faults.h"
#include "tests/torture/room.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { CLIENTS = 32, FULL_MS = 6000, PIECE = 1 << 20 };

static int cluster(const char *verb, const char *dir)
{
    const char *argv[] = {SOURCE_DIR "/tests/torture/cluster", verb, dir, "1200m", NULL};
    return harness_run(argv, NULL);
}

// reads makes one read, and tells whether it was answered ok.
static bool reads(struct room *r, struct link *link)
{
    struct harness_reply reply;
    struct harness_call call = {.method = "Cpd/ListCourses",
        .authority = "001",
        .token = r->desk->tokens[0],
        .json = "{}",
        .once = true,
        .timeout_ms = 2000};
    harness_call_on(link, &call, &reply);
    bool good = reply.code == STATUS_OK;
    harness_release(&reply);
    return good;
}

struct tries {
    long reads, good;
};

// fill takes all the space there is, and goes on taking what is freed, for a while; it reads meanwhile.
static struct tries fill(struct room *r, const char *path, long ms)
{
    static const char piece[PIECE];
    struct tries tries = {0};
    struct link *link = harness_link(&r->server);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    for (uint64_t until = harness_ms() + (uint64_t)ms; harness_ms() < until;)
        if (write(fd, piece, sizeof piece) <= 0 && write(fd, piece, 4096) <= 0) {
            tries.good += reads(r, link);
            tries.reads++;
        }
    close(fd);
    link_close(link);
    return tries;
}

// answered counts the writes answered ok between two moments.
static long answered(const struct history *h, uint64_t from, uint64_t until)
{
    long n = 0;
    for (size_t i = 0; i < h->count; i++)
        n += h->ops[i].end == OP_OK && h->ops[i].kind != OP_LIST && h->ops[i].invoked_us > from &&
             h->ops[i].finished_us < until;
    return n;
}

void fault_f15(void)
{
    struct room r;
    char dir[400], file[440], *usual = strdup(room_cluster());
    snprintf(dir, sizeof dir, "%s-small", usual);
    if (cluster("small", dir) != 0) {
        figures_note("F15", "not run: no file system can be mounted here");
        free(usual);
        return;
    }
    setenv("IMPROVE_TEST_CLUSTER", dir, 1);
    snprintf(file, sizeof file, "%s/ballast", dir);
    room_open(&r, "F15", NULL);
    r.desk->timeout_ms = 120000;
    struct clients *clients = clients_start(r.desk, CLIENTS);
    room_await(&r, 20);
    harness_rest(1000);
    room_fault(&r);
    fill(&r, file, 2000); // what is left of files that are begun is used up meanwhile
    uint64_t from = history_us();
    struct tries tries = fill(&r, file, FULL_MS);
    uint64_t until = history_us();
    unlink(file);
    bool ended = cluster("runs", dir) != 0;
    if (ended)
        room_start_postmaster(); // as systemd would
    double again = room_await(&r, 60);
    clients_stop(clients);
    figures_note("F15", "no space for %.0f s: %ld writes answered, %ld of %ld reads; the postmaster %s",
        (double)(until - from) / 1e6, answered(&r.history, from, until), tries.good, tries.reads,
        ended ? "ended, and was started again" : "stayed");
    figures_row("F15", FIGURES_AT_FULL_SIZE, again, 20, "s", "space is freed: a write is answered after");
    room_judge(&r);
    room_close(&r);
    cluster("away", dir);
    setenv("IMPROVE_TEST_CLUSTER", usual, 1);
    free(usual);
}
