// F1 to F3: the server and the database end without a word.
#include "tests/torture/faults.h"
#include "tests/torture/room.h"

#include <stdlib.h>

enum { CLIENTS = 32 };

static void rest_some(struct room *r)
{
    harness_rest(150 + rand_r(&r->dice) % 350);
}

static void kill_server(struct room *r)
{
    room_fault(r);
    harness_kill(&r->server);
    if (!harness_again(&r->server, r->settings))
        abort();
}

static void kill_database(struct room *r)
{
    room_fault(r);
    room_kill_postmaster();
    room_start_postmaster();
}

// show prints the gaps, and judges.
static void show(struct room *r, double bar, const char *what, int n)
{
    double middle, longest = room_gap(r, &middle);
    figures_note(r->f, "%s, %d times: gap in the middle %.2f s", what, n, middle);
    figures_row(r->f, FIGURES_AT_FULL_SIZE, longest, bar, "s", "%s: longest time without a write", what);
    room_judge(r);
    room_close(r);
}

void fault_f1(void)
{
    struct room r;
    room_open(&r, "F1", NULL);
    struct clients *clients = clients_start(r.desk, CLIENTS);
    int n = (int)figures_size(3, 100);
    for (int i = 0; i < n; i++) {
        rest_some(&r);
        kill_server(&r);
        room_await(&r, 20);
    }
    rest_some(&r);
    clients_stop(clients);
    show(&r, 1, "kill -9 of the server", n);
}

void fault_f2(void)
{
    struct room r;
    room_open(&r, "F2", NULL);
    struct clients *clients = clients_start(r.desk, CLIENTS);
    int n = (int)figures_size(1, 30);
    for (int i = 0; i < n; i++) {
        rest_some(&r);
        kill_database(&r);
        room_await(&r, 30);
    }
    rest_some(&r);
    double middle, longest = room_gap(&r, &middle);
    figures_note("F2", "kill -9 of the postmaster, %d times: gap in the middle %.2f s", n, middle);
    figures_row("F2", FIGURES_AT_FULL_SIZE, longest, 5, "s", "kill -9 of the postmaster: longest time without a write");
    r.fault_count = 0;
    n = (int)figures_size(2, 200);
    for (int i = 0; i < n; i++) {
        rest_some(&r);
        room_fault(&r);
        room_kill_backends(1);
        room_await(&r, 30);
    }
    rest_some(&r);
    clients_stop(clients);
    show(&r, 1, "kill -9 of a backend", n);
}

void fault_f3(void)
{
    struct room r;
    room_open(&r, "F3", NULL);
    struct clients *clients = clients_start(r.desk, CLIENTS);
    int n = (int)figures_size(1, 20);
    for (int i = 0; i < n; i++) {
        rest_some(&r);
        room_fault(&r);
        harness_kill(&r.server);
        room_kill_postmaster();
        room_start_postmaster();
        if (!harness_again(&r.server, r.settings))
            abort();
        room_await(&r, 30);
    }
    rest_some(&r);
    clients_stop(clients);
    show(&r, 5, "kill -9 of both", n);
}
