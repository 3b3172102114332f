#include "tests/torture/room.h"

#include <ctype.h>
#include <errno.h>
#include <libpq-fe.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TIMEOUT_MS = 60000, CONNECT_MS = 60000 };

static const char schools[] =
    "insert into register.establishment (urn, school_id) select u, u from generate_series(900001, 900100) u;"
    "insert into register.establishment_version (urn, authority_id, valid_from, name, status, type, phase, open_date)"
    " select u, case when u <= 900050 then 1 else 2 end, '2015-09-01', 'School ' || u, 'Open', 'Community school',"
    " 'Primary', '2015-09-01' from generate_series(900001, 900100) u;"
    "insert into auth.authority_scope values (1), (2) on conflict do nothing;"
    // What is given back is the next one's at once.
    "insert into cpd.policy (authority_id, vat_percent, price_day, out_of_area, offer_hours)"
    " select a, 20, 'booking', false, 0 from generate_series(1, 2) a";

const char *room_cluster(void)
{
    const char *cluster = getenv("IMPROVE_TEST_CLUSTER");
    if (!cluster)
        abort();
    return cluster;
}

void room_alter(const char *sql)
{
    free(harness_sql("%s", sql));
}

static void make_course(struct room *r, int authority)
{
    char code[8];
    struct harness_reply reply;
    snprintf(code, sizeof code, "%03d", authority);
    // Its ledger and audit rows are a client's, too.
    struct op op = {.kind = OP_MAKE, .process = CLIENTS_ROOM, .authority = authority, .end = OP_OK};
    snprintf(op.request_id, sizeof op.request_id, "%08x-03e6-4000-8000-%012d", r->desk->seed, authority);
    struct link *link = harness_link(&r->server);
    harness_call_on(link,
        &(struct harness_call){.method = "Cpd/AddCourse",
            .authority = code,
            .token = r->desk->tokens[authority - 1],
            .request_id = op.request_id,
            .json = "{\"title\":\"Phonics\"}"},
        &reply);
    snprintf(r->desk->courses[authority - 1], sizeof r->desk->courses[0], "%s",
        json_string_value(json_object_get(reply.json, "course_id")));
    harness_release(&reply);
    link_close(link);
    op.invoked_us = op.finished_us = history_us();
    history_add(&r->history, &op);
}

// set_durable turns fsync off while a database is made, and on before anything is tried with it.
static void set_durable(const char *on)
{
    const char *argv[] = {SOURCE_DIR "/tests/torture/cluster", "durable", room_cluster(), on, NULL};
    if (harness_run(argv, NULL) != 0)
        abort();
}

void room_open(struct room *r, const char *f, const char *const *settings)
{
    static const char *const plain[] = {"authority_rate=0", NULL};
    char database[32];
    const char *folder = getenv("TORTURE_HISTORIES"), *seed = getenv("TORTURE_SEED");
    *r = (struct room){.f = f, .settings = settings ? settings : plain, .desk = calloc(1, sizeof *r->desk)};
    snprintf(database, sizeof database, "torture_%s", *f == '-' ? "steps" : f);
    for (char *c = database; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    r->desk->seed = seed ? (unsigned)strtoul(seed, NULL, 10) : (unsigned)(history_us() ^ (unsigned)getpid() << 16);
    r->dice = r->desk->seed;
    snprintf(r->history_file, sizeof r->history_file, "%s/%s-%u.tsv", folder ? folder : ".", f, r->desk->seed);
    if (!history_open(&r->history, folder ? r->history_file : NULL)) {
        perror(r->history_file);
        abort();
    }
    set_durable("off");
    harness_database(database);
    set_durable("on");
    harness_start(&r->server, r->settings);
    r->desk->server = &r->server;
    r->desk->history = &r->history;
    r->desk->link = (struct link_options){.url = r->server.ipc_url, .connect_ms = CONNECT_MS};
    r->desk->timeout_ms = TIMEOUT_MS;
    pthread_mutex_init(&r->desk->lock, NULL);
    r->desk->tokens[0] = harness_token("001", "la_admin", NULL);
    r->desk->tokens[1] = harness_token("002", "la_admin", NULL);
    room_alter(schools);
    for (int i = 1; i <= AUTHORITIES; i++)
        make_course(r, i);
}

void room_close(struct room *r)
{
    if (harness_stop(&r->server) != 0)
        figures_row(r->f, FIGURES_ALWAYS, 1, 0, "", "servers that did not end well when asked to");
    history_close(&r->history);
    for (int i = 0; i < AUTHORITIES; i++)
        free(r->desk->tokens[i]);
    free(r->desk);
}

void room_fault(struct room *r)
{
    if (r->fault_count < FAULTS_MOST)
        r->faults_us[r->fault_count++] = history_us();
}

static int by_time(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static int by_length(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// gap_at is the longest gap that ends after a fault and begins before the next: a database's sessions may work on for
// seconds when their postmaster is gone.
static double gap_at(const uint64_t *ends, size_t n, uint64_t fault, uint64_t next)
{
    uint64_t longest = 0;
    for (size_t i = 1; i < n; i++)
        if (ends[i] > fault && ends[i - 1] < next && ends[i] - ends[i - 1] > longest)
            longest = ends[i] - ends[i - 1];
    return (double)longest / 1e6;
}

double room_gap(const struct room *r, double *middle)
{
    uint64_t *ends = calloc(r->history.count + 1, sizeof *ends);
    double *gaps = calloc((size_t)r->fault_count + 1, sizeof *gaps), longest = 0;
    size_t n = 0;
    for (size_t i = 0; i < r->history.count; i++)
        if (r->history.ops[i].end == OP_OK && r->history.ops[i].kind != OP_LIST)
            ends[n++] = r->history.ops[i].finished_us;
    qsort(ends, n, sizeof *ends, by_time);
    for (int i = 0; i < r->fault_count; i++)
        gaps[i] = gap_at(ends, n, r->faults_us[i], i + 1 < r->fault_count ? r->faults_us[i + 1] : UINT64_MAX);
    qsort(gaps, (size_t)r->fault_count, sizeof *gaps, by_length);
    if (r->fault_count > 0)
        longest = gaps[r->fault_count - 1];
    if (middle)
        *middle = gaps[r->fault_count / 2];
    free(ends);
    free(gaps);
    return longest;
}

double room_await(struct room *r, double most)
{
    uint64_t from = history_us();
    double taken = 0;
    while (atomic_load(&r->desk->last_ok_us) <= from && taken < most) {
        harness_rest(2);
        taken = (double)(history_us() - from) / 1e6;
    }
    return taken;
}

void room_kill_postmaster(void)
{
    char path[PATH_MAX], *real = realpath(room_cluster(), NULL);
    long pid = 0;
    if (!real)
        abort();
    snprintf(path, sizeof path, "%s/data/postmaster.pid", real);
    free(real);
    FILE *file = fopen(path, "r");
    if (!file || fscanf(file, "%ld", &pid) != 1 || pid <= 1)
        abort();
    fclose(file);
    kill((pid_t)pid, SIGKILL);
    while (kill((pid_t)pid, 0) == 0 || errno != ESRCH)
        harness_rest(2);
}

void room_start_postmaster(void)
{
    const char *argv[] = {SOURCE_DIR "/tests/torture/cluster", "again", room_cluster(), NULL};
    if (harness_run(argv, NULL) != 0)
        abort();
}

// signal_backends sends a signal to so many of the sessions that an application of this name has.
static int signal_backends(const char *application, int signal_number, int n)
{
    const char *values[] = {application};
    PGconn *pg = PQconnectdb(harness_superuser());
    while (PQstatus(pg) != CONNECTION_OK) { // it still recovers
        PQfinish(pg);
        harness_rest(20);
        pg = PQconnectdb(harness_superuser());
    }
    PGresult *rows = PQexecParams(pg,
        "select pid from pg_stat_activity where datname = current_database() and usename = 'improve_exec' and "
        "application_name = $1 order by random()",
        1, NULL, values, NULL, NULL, 0);
    int done = 0;
    for (int i = 0; i < PQntuples(rows) && done < n; i++) {
        long pid = strtol(PQgetvalue(rows, i, 0), NULL, 10);
        done += pid > 1 && kill((pid_t)pid, signal_number) == 0;
    }
    PQclear(rows);
    PQfinish(pg);
    return done;
}

int room_kill_backends(int n)
{
    return signal_backends("improved", SIGKILL, n);
}

void room_signal_backends(int signal_number)
{
    signal_backends("improved", signal_number, INT_MAX);
}
