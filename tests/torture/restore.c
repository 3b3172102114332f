// F24: a base backup and the archived log bring the database back to a moment, while clients worked: what the restored
// one holds is the history up to that moment, and nothing else.
#include "tests/torture/faults.h"
#include "tests/torture/room.h"

#include <stdlib.h>
#include <string.h>

enum { CLIENTS = 32, WORK_MS = 1500 };

static void cluster(const char *verb, const char *a, const char *b)
{
    const char *argv[] = {SOURCE_DIR "/tests/torture/cluster", verb, room_cluster(), a, b, NULL};
    if (harness_run(argv, NULL) != 0)
        abort();
}

// prefix is what clients knew at a moment: calls that had not begun are left out, calls that had not ended may have
// been done or not.
static void prefix(const struct history *all, uint64_t from, uint64_t until, struct history *to)
{
    history_open(to, NULL);
    for (size_t i = 0; i < all->count; i++) {
        struct op op = all->ops[i];
        if (op.again || op.invoked_us > until || (op.kind == OP_LIST && op.finished_us > from))
            continue;
        if (op.finished_us > from) {
            op.end = OP_UNKNOWN;
            op.finished_us = UINT64_MAX;
        }
        history_add(to, &op);
    }
}

// restored restores to a named point in a cluster beside, and gives the number of faults found there.
static long restored(struct room *r, const char *point, uint64_t from, uint64_t until, double *seconds)
{
    struct history known;
    struct findings f;
    struct state state;
    char conninfo[700], place[600];
    uint64_t began = history_us();
    cluster("restore", point, NULL);
    *seconds = (double)(history_us() - began) / 1e6;
    const char *rest = strstr(harness_superuser(), " port=");
    snprintf(place, sizeof place, "%s-restored", room_cluster());
    snprintf(conninfo, sizeof conninfo, "host=%s/socket%s", place, rest);
    const char *seal[] = {"psql", "-X", "-q", "-d", conninfo, "-c", "select audit.seal(1000000)", NULL};
    char *said;
    harness_run(seal, &said);
    free(said);
    prefix(&r->history, from, until, &known);
    if (!state_load(&state, conninfo))
        abort();
    check_history(&known, &state, &f);
    check_print(&f, stdout);
    state_release(&state);
    history_close(&known);
    cluster("unrestore", NULL, NULL);
    return f.count;
}

// archive_all has the log archived up to now.
static void archive_all(void)
{
    room_alter("select pg_switch_wal()");
    for (bool all = false; !all; harness_rest(20)) {
        char *left = harness_sql("select count(*) from pg_ls_archive_statusdir() where name like '%%.ready'");
        all = strcmp(left, "0") == 0;
        free(left);
    }
}

void fault_f24(void)
{
    struct room r;
    long faults = 0, n = figures_size(1, 10);
    double slowest = 0;
    cluster("archive", NULL, NULL);
    room_open(&r, "F24", NULL);
    struct clients *clients = clients_start(r.desk, CLIENTS);
    for (long i = 0; i < n; i++) {
        char sql[120], point[32];
        double seconds;
        harness_rest(WORK_MS / 3);
        cluster("backup", NULL, NULL);
        harness_rest(WORK_MS / 3 + rand_r(&r.dice) % WORK_MS);
        snprintf(point, sizeof point, "moment_%ld", i);
        snprintf(sql, sizeof sql, "select pg_create_restore_point('%s')", point);
        uint64_t from = history_us();
        room_alter(sql);
        uint64_t until = history_us();
        harness_rest(WORK_MS / 3);
        archive_all();
        faults += restored(&r, point, from, until, &seconds);
        slowest = seconds > slowest ? seconds : slowest;
    }
    clients_stop(clients);
    figures_row("F24", FIGURES_ALWAYS, (double)faults, 0, "",
        "restored to a moment, %ld times: differences from the history", n);
    figures_row("F24", FIGURES_AT_FULL_SIZE, slowest, 900, "s", "the longest restore (of a small database)");
    room_judge(&r);
    room_close(&r);
}
