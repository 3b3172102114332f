// F14, F18, F20, F23: connections that hang, locks that are held, everybody at once, processes that stand still.
#include "tests/torture/faults.h"
#include "tests/torture/room.h"

#include "cpd.pb-c.h"

#include <libpq-fe.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { CLIENTS = 32, HEALTH_MS = 10 };

static bool serving(struct link *link)
{
    struct harness_reply reply;
    harness_call_on(link, &(struct harness_call){.method = "/grpc.health.v1.Health/Check", .once = true}, &reply);
    const char *status = json_string_value(json_object_get(reply.json, "status"));
    bool yes = status && strcmp(status, "SERVING") == 0;
    harness_release(&reply);
    return yes;
}

// await_health gives the seconds until the server says that it serves, or does not; `most` when it took longer.
static double await_health(struct link *link, bool wanted, double most)
{
    uint64_t began = history_us();
    double taken = 0;
    while (serving(link) != wanted && taken < most) {
        harness_rest(HEALTH_MS);
        taken = (double)(history_us() - began) / 1e6;
    }
    return taken;
}

// refused makes a call that may not wait, and gives the milliseconds until it was refused with a time to try again.
static double refused(struct room *r, struct link *link)
{
    struct harness_reply reply;
    struct harness_call call = {.method = "Cpd/ListCourses",
        .authority = "001",
        .token = r->desk->tokens[0],
        .json = "{}",
        .once = true,
        .timeout_ms = 5000};
    uint64_t began = history_us();
    harness_call_on(link, &call, &reply);
    double ms = (double)(history_us() - began) / 1e3;
    if ((reply.code != STATUS_UNAVAILABLE && reply.code != STATUS_RESOURCE_EXHAUSTED) ||
        !reply.link.header->has_retry_delay_ms)
        ms = 5000;
    harness_release(&reply);
    return ms;
}

static long unknown(const struct room *r)
{
    long n = 0;
    for (size_t i = 0; i < r->history.count; i++)
        n += r->history.ops[i].end == OP_UNKNOWN && r->history.ops[i].kind != OP_LIST;
    return n;
}

void fault_f14(void)
{
    struct room r;
    room_open(&r, "F14", NULL);
    struct clients *clients = clients_start(r.desk, CLIENTS);
    struct link *link = harness_link(&r.server);
    double down = 0, up = 0, again = 0, ms = 0;
    long n = figures_size(1, 5);
    for (long i = 0; i < n; i++) {
        room_await(&r, 20);
        harness_rest(500);
        room_fault(&r);
        room_signal_backends(SIGSTOP);
        double seconds = await_health(link, false, 10);
        down = seconds > down ? seconds : down;
        double one = refused(&r, link);
        ms = one > ms ? one : ms;
        room_signal_backends(SIGCONT);
        seconds = room_await(&r, 20);
        again = seconds > again ? seconds : again;
        seconds = await_health(link, true, 10);
        up = seconds > up ? seconds : up;
    }
    link_close(link);
    clients_stop(clients);
    figures_row(
        "F14", FIGURES_ALWAYS, down >= 10 || ms >= 5000, 0, "", "all connections hang, unnoticed or calls kept");
    figures_row("F14", FIGURES_AT_FULL_SIZE, down, 2, "s", "all connections hang: health says NOT_SERVING after");
    figures_row("F14", FIGURES_AT_FULL_SIZE, ms, 100, "ms", "then a call is refused, with a time to try again, after");
    figures_row("F14", FIGURES_AT_FULL_SIZE, again, 2, "s", "they go on: a write is answered after");
    figures_row("F14", FIGURES_AT_FULL_SIZE, up, 2, "s", "and health says SERVING after");
    room_judge(&r);
    room_close(&r);
}

// What holds locks while others look on.
struct locker {
    pthread_t thread;
    atomic_bool over;
    long hold_ms, rest_ms;
};

// hold_locks keeps some sessions' rows locked for so long.
static void hold_locks(PGconn *pg, long ms)
{
    char sql[240];
    snprintf(sql, sizeof sql,
        "begin; select from cpd.session order by random() limit 6 for update skip locked; select pg_sleep(%f); commit",
        (double)ms / 1000);
    PQclear(PQexec(pg, sql));
}

static void *lock_on(void *data)
{
    struct locker *l = data;
    PGconn *pg = PQconnectdb(harness_superuser());
    while (!atomic_load(&l->over)) {
        hold_locks(pg, l->hold_ms);
        harness_rest(l->rest_ms);
    }
    PQfinish(pg);
    return NULL;
}

static double oldest_transaction(PGconn *pg)
{
    PGresult *r = PQexec(pg,
        "select coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0) from pg_stat_activity where "
        "application_name = 'improved'");
    double seconds = PQntuples(r) == 1 ? strtod(PQgetvalue(r, 0, 0), NULL) : 1000;
    PQclear(r);
    return seconds;
}

static double seconds_since(uint64_t since)
{
    return (double)(history_us() - since) / 1e6;
}

void fault_f18(void)
{
    enum { DEADLINE_MS = 800, SLEEP_MS = 300 };
    static const char *const settings[] = {"authority_rate=0", "shared_calls=64", NULL};
    struct room r;
    room_open(&r, "F18", settings);
    // A booking locks another session's row first, any: calls come to wait for each other in a ring.
    room_alter(
        "create function public.tangle() returns trigger language plpgsql security definer as $$ begin perform 1 from "
        "cpd.session "
        "s where s.authority_id = new.authority_id and s.next_ticket > 1 order by random() limit 2 for update; return "
        "new; end $$; grant execute on function public.tangle to improve_exec;"
        "create trigger tangle before insert on cpd.booking for each row execute function public.tangle()");
    room_alter("alter system set deadlock_timeout = '50ms'"); // well before the calls' deadline
    room_alter("select pg_reload_conf()");
    r.desk->timeout_ms = DEADLINE_MS;
    struct clients *clients = clients_start(r.desk, CLIENTS);
    PGconn *watcher = PQconnectdb(harness_superuser());
    struct locker locker = {.hold_ms = DEADLINE_MS + SLEEP_MS, .rest_ms = SLEEP_MS};
    pthread_create(&locker.thread, NULL, lock_on, &locker);
    double oldest = 0;
    uint64_t began = history_us();
    long seconds = figures_size(5, 60);
    for (double one; seconds_since(began) < (double)seconds; harness_rest(20))
        if ((one = oldest_transaction(watcher)) > oldest)
            oldest = one;
    clients_stop(clients);
    atomic_store(&locker.over, true);
    pthread_join(locker.thread, NULL);
    long late = 0, aborted = 0, other = 0;
    for (size_t i = 0; i < r.history.count; i++) {
        const struct op *op = &r.history.ops[i];
        late += op->code == STATUS_DEADLINE_EXCEEDED;
        aborted += op->code == STATUS_ABORTED && strcmp(op->booking, "CONFLICT") == 0;
        other += op->code == STATUS_INTERNAL || op->code == STATUS_UNKNOWN;
    }
    figures_note(
        "F18", "%ld calls: %ld DEADLINE_EXCEEDED, %ld ABORTED by deadlocks", (long)r.history.count, late, aborted);
    figures_row("F18", FIGURES_ALWAYS, (double)other, 0, "", "calls that ended INTERNAL or UNKNOWN");
    figures_row("F18", FIGURES_AT_FULL_SIZE, oldest, DEADLINE_MS / 1000.0 + 1, "s",
        "oldest transaction, deadline %.1f s", DEADLINE_MS / 1000.0);
    PQfinish(watcher);
    room_alter("drop trigger tangle on cpd.booking");
    room_alter("alter system reset deadlock_timeout");
    room_alter("select pg_reload_conf()");
    r.desk->timeout_ms = 60000;
    room_judge(&r);
    room_close(&r);
}

// One of a storm's clients.
struct caller {
    struct link *link;
    atomic_long *left, *bad;
};

static void on_answer(struct link_reply *reply, void *data)
{
    const struct caller *c = data;
    if (link_status(reply) != STATUS_OK && atomic_fetch_add(c->bad, 1) == 0)
        figures_note("F20", "the first that failed: %s %.120s", status_name(link_status(reply)),
            reply->header->message ? reply->header->message : "");
    atomic_fetch_sub(c->left, 1);
    link_reply_release(reply);
}

// all_call lets each make a call, and waits for all; the seconds it took since the moment `from`.
static double all_call(struct room *r, struct caller *callers, long n, atomic_long *left, uint64_t from)
{
    Improve__V1__ListCoursesRequest message = IMPROVE__V1__LIST_COURSES_REQUEST__INIT;
    char why[200];
    atomic_store(left, n);
    for (long i = 0; i < n; i++) {
        struct link_request request = {.method = "/improve.v1.Cpd/ListCourses",
            .authority = "001",
            .token = r->desk->tokens[0],
            .message = &message.base,
            .timeout_ms = 60000};
        if (!link_start(callers[i].link, &request, on_answer, &callers[i], why, sizeof why))
            abort();
    }
    while (atomic_load(left) > 0)
        harness_rest(5);
    return (double)(history_us() - from) / 1e6;
}

static void *start_again(void *data)
{
    struct room *r = data;
    harness_rest(300);
    if (!harness_again(&r->server, r->settings))
        abort();
    return NULL;
}

// widen lets this process have all the descriptors that the system allows: each client takes one.
static void widen(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

// storm lets n clients call, kills the server, and lets all of them call again while it starts.
static void storm(const struct link_options *options, struct room *r, long n, const char *how)
{
    struct caller *callers = calloc((size_t)n, sizeof *callers);
    atomic_long left = 0, bad = 0;
    pthread_t starter;
    for (long i = 0; i < n; i++) {
        char why[200];
        callers[i] = (struct caller){.link = link_open(options, why, sizeof why), .left = &left, .bad = &bad};
        if (!callers[i].link)
            abort();
    }
    double first = all_call(r, callers, n, &left, history_us());
    harness_kill(&r->server);
    pthread_create(&starter, NULL, start_again, r);
    double again = all_call(r, callers, n, &left, history_us());
    pthread_join(starter, NULL);
    double after = all_call(r, callers, n, &left, history_us());
    figures_note("F20", "%ld clients, %s: first connections %.2f s; calls afterwards %.2f s", n, how, first, after);
    figures_row("F20", FIGURES_AT_FULL_SIZE, again, 10, "s", "%s: kill -9 and restart: all clients served after", how);
    figures_row("F20", FIGURES_ALWAYS, (double)atomic_load(&bad), 0, "", "%s: calls that failed", how);
    for (long i = 0; i < n; i++)
        link_close(callers[i].link);
    free(callers);
}

void fault_f20(void)
{
    struct room r;
    widen();
    room_open(&r, "F20", NULL);
    struct link_options local = {.url = r.server.ipc_url, .connect_ms = 60000};
    struct link_options tls = {
        .url = r.server.tls_url, .ca_file = r.server.ca_file, .server_name = "localhost", .connect_ms = 60000};
    storm(&local, &r, figures_size(150, 1000), "local socket");
    if (figures_full())
        storm(&tls, &r, 1000, "TLS");
    room_close(&r);
}

void fault_f23(void)
{
    struct room r;
    room_open(&r, "F23", NULL);
    struct clients *clients = clients_start(r.desk, CLIENTS);
    long ms = figures_size(1000, 10000), n = figures_size(2, 20);
    room_await(&r, 20);
    kill(r.server.pid, SIGSTOP);
    harness_rest(ms);
    kill(r.server.pid, SIGCONT);
    double server = room_await(&r, 30);
    room_signal_backends(SIGSTOP);
    harness_rest(ms);
    room_signal_backends(SIGCONT);
    double database = room_await(&r, 30);
    long before = unknown(&r);
    for (long i = 0; i < n; i++) {
        harness_rest(300);
        room_fault(&r);
        if (harness_stop(&r.server) != 0)
            figures_row("F23", FIGURES_ALWAYS, 1, 0, "", "SIGTERM: the server did not end well");
        if (!harness_again(&r.server, r.settings))
            abort();
        room_await(&r, 20);
    }
    clients_stop(clients);
    double middle, longest = room_gap(&r, &middle);
    figures_row("F23", FIGURES_AT_FULL_SIZE, server, 2, "s", "server stopped for %ld s: then a write is answered after",
        ms / 1000);
    figures_row("F23", FIGURES_AT_FULL_SIZE, database, 2, "s", "database stopped for %ld s: then after", ms / 1000);
    figures_row(
        "F23", FIGURES_ALWAYS, (double)(unknown(&r) - before), 0, "", "SIGTERM, %ld times: calls that failed", n);
    figures_row("F23", FIGURES_AT_FULL_SIZE, longest, 1, "s", "SIGTERM and start: longest time without a write");
    room_judge(&r);
    room_close(&r);
}
