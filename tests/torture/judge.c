#include "tests/torture/room.h"

#include <stdlib.h>
#include <string.h>

enum { ASKED_AGAIN_MOST = 20000 };

long room_check(struct room *r, struct findings *f)
{
    struct state state;
    if (!state_load(&state, harness_superuser()))
        abort();
    check_history(&r->history, &state, f);
    state_release(&state);
    return f->count;
}

// holds makes a check of the server's own, and tells whether it found nothing; what it said is printed otherwise.
static bool holds(struct room *r, struct link *link, int authority, const char *method)
{
    char code[8];
    struct harness_reply reply;
    snprintf(code, sizeof code, "%03d", authority);
    struct harness_call call = {.method = method,
        .authority = code,
        .token = r->desk->tokens[authority - 1],
        .json = "{}",
        .timeout_ms = 300000};
    harness_call_on(link, &call, &reply);
    bool good = reply.code == STATUS_OK && !json_object_get(reply.json, "first_broken") &&
                json_array_size(json_object_get(reply.json, "rows")) == 0;
    if (!good) {
        char *said = reply.json ? json_dumps(reply.json, 0) : NULL;
        printf("%s of %s: %s %.2000s\n", method, code, status_name(reply.code), said ? said : "");
        free(said);
    }
    harness_release(&reply);
    return good;
}

// sound_tables runs amcheck over every table and index of the database.
static bool sound_tables(void)
{
    char database[600];
    char *said;
    snprintf(database, sizeof database, "%s", harness_superuser());
    room_alter("create extension if not exists amcheck");
    const char *argv[] = {SOURCE_DIR "/tests/torture/cluster", "amcheck", database, NULL};
    int rv = harness_run(argv, &said);
    if (rv != 0)
        printf("amcheck: %s\n", said);
    free(said);
    return rv == 0;
}

long room_judge(struct room *r)
{
    struct findings f;
    struct link *link = harness_link(&r->server);
    long faults = 0;
    clients_ask_again(r->desk, figures_size(500, ASKED_AGAIN_MOST));
    room_check(r, &f);
    check_print(&f, stdout);
    for (int i = 1; i <= AUTHORITIES; i++)
        faults += !holds(r, link, i, "Audit/VerifyChain") + !holds(r, link, i, "Money/CheckBooks");
    link_close(link);
    faults += !sound_tables();
    figures_note(
        r->f, "%ld writes, %ld lists, %ld unknown to the end; seed %u", f.writes, f.reads, f.unknown, r->desk->seed);
    figures_row(r->f, FIGURES_ALWAYS, (double)f.count, 0, "", "lost, doubled, out of order, phantom effects");
    figures_row(r->f, FIGURES_ALWAYS, (double)faults, 0, "", "faults in audit chains, books, tables and indexes");
    if (f.count)
        figures_note(r->f, "the history is in %s", r->history_file);
    return f.count + faults;
}
