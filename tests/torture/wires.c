// F5 to F7: wires that are cut, dead, or slow.
#include "tests/torture/faults.h"
#include "tests/torture/proxy.h"
#include "tests/torture/room.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { CLIENTS = 32, OWN_PROCESS = 997 };

// through puts a proxy between the room's clients and its server.
static struct proxy *through(struct room *r, char *path, size_t size, char *url, size_t url_size)
{
    snprintf(path, size, "%s.proxy", r->server.ipc_url + strlen("ipc://"));
    snprintf(url, url_size, "ipc://%s", path);
    r->desk->link.url = url;
    return proxy_start(path, r->server.ipc_url + strlen("ipc://"));
}

// write_once adds a session on a connection of its own, which is cut where the proxy was told to; true: answered ok.
static bool write_once(struct room *r, long n)
{
    char why[200];
    struct op op = {.kind = OP_MAKE, .process = OWN_PROCESS, .authority = 1};
    struct link *link = link_open(&r->desk->link, why, sizeof why);
    if (!link)
        abort();
    snprintf(op.request_id, sizeof op.request_id, "%08x-03e5-4000-8000-%012lx", r->desk->seed, n);
    bool good = clients_ask(r->desk, link, &op);
    link_close(link);
    return good;
}

void fault_f7(void)
{
    struct room r;
    char path[160], url[180];
    room_open(&r, "F7", NULL);
    struct proxy *proxy = through(&r, path, sizeof path, url, sizeof url);
    r.desk->timeout_ms = 20000;
    long n = 0, bad = 0, missed = 0, offsets = 0, step = figures_size(23, 1);
    bad += !write_once(&r, n++);
    harness_rest(200); // until the proxy has seen its end
    long sizes[2] = {proxy_passed(proxy, PROXY_REQUEST), proxy_passed(proxy, PROXY_REPLY)};
    for (int way = 0; way < 2; way++)
        for (long offset = 0; offset <= sizes[way]; offset += step, offsets++) {
            proxy_cut(proxy, way == 0 ? PROXY_REQUEST : PROXY_REPLY, offset);
            bad += !write_once(&r, n++);
            missed += !proxy_was_cut(proxy);
        }
    figures_note("F7", "a write's request has %ld bytes on the wire, its reply %ld; cut at %ld offsets", sizes[0],
        sizes[1], offsets);
    figures_row("F7", FIGURES_ALWAYS, (double)missed, 0, "", "offsets at which nothing was cut");
    figures_row("F7", FIGURES_ALWAYS, (double)bad, 0, "", "writes that were not answered ok in the end");
    r.desk->link.url = r.server.ipc_url;
    room_judge(&r);
    room_close(&r);
}

void fault_f5(void)
{
    struct room r;
    char path[160], url[180];
    room_open(&r, "F5", NULL);
    struct proxy *proxy = through(&r, path, sizeof path, url, sizeof url);
    struct clients *clients = clients_start(r.desk, CLIENTS);
    long ms = figures_size(1500, 30000);
    room_await(&r, 20);
    proxy_hold(proxy, true);
    harness_rest(ms);
    proxy_hold(proxy, false);
    double client = room_await(&r, 60);
    room_signal_backends(SIGSTOP); // to the server, a database that does not answer is one behind a dead wire
    harness_rest(ms);
    room_signal_backends(SIGCONT);
    double database = room_await(&r, 60);
    clients_stop(clients);
    figures_row("F5", FIGURES_AT_FULL_SIZE, client, 5, "s", "clients cut off for %ld s: then a write is answered after",
        ms / 1000);
    figures_row("F5", FIGURES_AT_FULL_SIZE, database, 5, "s", "database cut off for %ld s: then after", ms / 1000);
    r.desk->link.url = r.server.ipc_url;
    room_judge(&r);
    room_close(&r);
}

// Delay only: this kernel may lack netem, and what a stream socket hides, loss and order, would be the kernel's to try.
void fault_f6(void)
{
    enum { DELAY_MS = 100, JITTER_MS = 50 };
    struct room r;
    char path[160], url[180];
    long bad = 0;
    room_open(&r, "F6", NULL);
    struct proxy *proxy = through(&r, path, sizeof path, url, sizeof url);
    r.desk->timeout_ms = 10000;
    proxy_delay(proxy, DELAY_MS, JITTER_MS);
    struct clients *clients = clients_start(r.desk, CLIENTS);
    harness_rest(figures_size(3000, 60000));
    clients_stop(clients);
    for (size_t i = 0; i < r.history.count; i++)
        bad += r.history.ops[i].end == OP_UNKNOWN;
    figures_row("F6", FIGURES_AT_FULL_SIZE, 100.0 * (double)bad / (double)r.history.count, 0.1, "%",
        "%d ms +-%d each way: of %zu calls, not answered in 10 s", DELAY_MS, JITTER_MS, r.history.count);
    r.desk->link.url = r.server.ipc_url;
    room_judge(&r);
    room_close(&r);
}
