// POWER: servers and databases that do wrong on purpose, at work; the checker must find each of them out.
#include "tests/torture/faults.h"
#include "tests/torture/room.h"

#include <stdlib.h>

enum { CLIENTS = 16 };

// A trigger of this body, on a table, before its rows are inserted or updated.
#define TRIGGER(table, event, body)                                                                                    \
    "create function public.mutate() returns trigger language plpgsql security definer as $$ begin " body              \
    " return new; end $$; create trigger zz_mutate before " event " on " table                                         \
    " for each row execute function public.mutate()"

static const struct mutant {
    const char *name, *sql;
    bool crash; // of the postmaster
} mutants[] = {
    {"request ids are forgotten", TRIGGER("rpc.request", "insert", "if random() < 0.2 then return null; end if;"),
        false},
    {"audit rows are left out", TRIGGER("audit.entry", "insert", "if random() < 0.2 then return null; end if;"), false},
    {"answers are kept wrongly, so that replays differ",
        TRIGGER("rpc.request", "insert",
            "if new.method like '%BookPlaces' then new.answer := jsonb_set(new.answer, '{0,booking_id}', "
            "'\"bk-wrong\"'); end if;"),
        false},
    {"bookings are answered, and not kept",
        TRIGGER(
            "cpd.booking", "insert", "if random() < 0.1 then new.delegate_name := new.delegate_name || ' x'; end if;"),
        false},
    {"cancellations are answered, and not kept",
        TRIGGER("cpd.booking", "update", "if new.status = 'cancelled' and random() < 0.5 then return old; end if;"),
        false},
    {"who waits is told that they are confirmed",
        TRIGGER("cpd.booking", "insert", "if new.status = 'waiting' then new.status := 'confirmed'; end if;"), false},
    {"tickets are skipped",
        TRIGGER("cpd.session", "update",
            "if new.next_ticket > old.next_ticket and random() < 0.1 then new.next_ticket := new.next_ticket + 1; "
            "end if;"),
        false},
    {"replies come before the commit is on disk", NULL, true},
};

enum { MUTANTS = sizeof mutants / sizeof *mutants };

// alter_commits lets commits wait for the disk, or not.
static void alter_commits(bool wait)
{
    if (!wait) {
        room_alter("alter system set synchronous_commit = off");
        room_alter("alter system set wal_writer_delay = '10s'");
    } else {
        room_alter("alter system reset synchronous_commit");
        room_alter("alter system reset wal_writer_delay");
    }
    room_alter("select pg_reload_conf()");
}

// caught lets clients work under one mutant, and tells whether the checker finds it out.
static bool caught(const struct mutant *m)
{
    struct room r;
    struct findings f;
    room_open(&r, "POWER", NULL);
    if (m->crash)
        alter_commits(false);
    else
        room_alter(m->sql);
    struct clients *clients = clients_start(r.desk, CLIENTS);
    harness_rest(2500);
    if (m->crash) {
        room_kill_postmaster();
        room_start_postmaster();
    }
    clients_stop(clients);
    if (m->crash)
        alter_commits(true);
    else
        clients_ask_again(r.desk, 300);
    long found = room_check(&r, &f);
    figures_note("-", "%s: %ld findings, the first \"%s\"", m->name, found, found ? f.first[0].rule : "");
    room_close(&r);
    return found > 0;
}

void fault_power(void)
{
    int missed = 0;
    for (int i = 0; i < MUTANTS; i++)
        missed += !caught(&mutants[i]);
    figures_row("-", FIGURES_ALWAYS, missed, 0, "", "of %d ways of doing wrong, not caught", MUTANTS);
}
