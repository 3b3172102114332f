#include "server/mail/postman.h"

#include "common/arena.h"
#include "common/ical.h"
#include "common/log.h"
#include "server/clock.h"
#include "server/db/worker.h"
#include "server/mail/smtp.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    NOTICE_MEMORY = 1 << 20,
    NUMBER = 24,
    COLUMNS = 21,
    MARK_TRIES = 3,
    MARK_REST_MS = 250,
    AWAY_MAX_MS = 300000, // longest rest while the mail server is away
    LEASE_MARGIN_MS = 5000,
    SENDERS_MAX = 1000,
};

static const char claim_sql[] = "select * from notices.claim($1, $2, $3)",
                  finish_sql[] = "select notices.finish($1, $2, $3, $4, $5, $6, $7)",
                  senders_sql[] = "select authority_id from notices.senders()",
                  remind_sql[] = "select notices.remind_in($1)";

static const char *const outcomes[] = {
    [SMTP_SENT] = "sent", [SMTP_LATER] = "later", [SMTP_REFUSED] = "refused", [SMTP_AWAY] = "later"};

static struct {
    const struct options *o;
    struct worker *worker; // both live as long as the thread
    struct smtp *smtp;
    char last[NUMBER]; // authority served last
    long away_ms;      // to rest while the mail server is away; 0 while it is not
    uint64_t reminded_ms;
    atomic_bool on, away, stopping, busy;
} postman;

static void rest(long ms)
{
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

// A notice that was taken, in memory of its own.
struct taken {
    struct arena arena;
    struct mail mail;
    bool any;
};

// take reads a row of notices.claim.
static bool take(void *data, int columns, char *const *values)
{
    struct taken *t = data;
    const char *v[COLUMNS];
    if (columns != COLUMNS)
        return false;
    for (int i = 0; i < COLUMNS; i++)
        if (!(v[i] = arena_strndup(&t->arena, values[i], strlen(values[i]))))
            return false;
    t->mail = (struct mail){.authority = arena_printf(&t->arena, "%03ld", strtol(v[0], NULL, 10)),
        .notice_id = v[1],
        .claim = v[2],
        .kind = v[3],
        .message_id = v[4],
        .sender = v[5],
        .sender_name = v[6],
        .reply_to = v[7],
        .to_address = v[8],
        .to_name = v[9],
        .subject = v[10],
        .body = v[11],
        .attempts = (int)strtol(v[12], NULL, 10),
        .queued_at = (time_t)strtoll(v[13], NULL, 10),
        .entry = {.uid = v[14],
            .sequence = (int)strtol(v[15], NULL, 10),
            .cancel = strcmp(v[16], "cancel") == 0,
            .starts = (time_t)strtoll(v[17], NULL, 10),
            .ends = (time_t)strtoll(v[18], NULL, 10),
            .summary = v[19],
            .location = v[20]}};
    t->any = t->mail.authority != NULL;
    return t->any;
}

// claim takes the next notice that is due, for as long as sending it may last. False when there is none, or no
// database.
static bool claim(struct taken *t)
{
    char lease[NUMBER], attempts[NUMBER];
    snprintf(lease, sizeof lease, "%ld", 2 * postman.o->smtp_timeout_ms + LEASE_MARGIN_MS);
    snprintf(attempts, sizeof attempts, "%ld", postman.o->notice_attempts);
    return worker_ask(postman.worker, claim_sql, 3, (const char *const[]){postman.last, lease, attempts}, take, t) &&
           t->any;
}

// note_status takes what notices.finish tells: the status, or nothing where the claim was lost.
static bool note_status(void *data, int columns, char *const *values)
{
    (void)columns;
    snprintf(data, NUMBER, "%s", values[0]);
    return true;
}

// mark notes what became of a notice. Where the database stays away, the notice is sent again when its lease ends.
static bool mark(const struct mail *m, enum smtp_outcome outcome, const struct smtp_reason *reason, char status[NUMBER])
{
    char retry[NUMBER], attempts[NUMBER];
    snprintf(retry, sizeof retry, "%ld", postman.o->notice_retry_ms);
    snprintf(attempts, sizeof attempts, "%ld", postman.o->notice_attempts);
    const char *const parameters[] = {m->authority, m->notice_id, m->claim, outcomes[outcome],
        outcome == SMTP_SENT ? NULL : reason->said, retry, attempts};
    for (int i = 0; i < MARK_TRIES; i++) {
        if (worker_ask(postman.worker, finish_sql, 7, parameters, note_status, status))
            return true;
        rest(MARK_REST_MS);
    }
    return false;
}

static void note(const struct mail *m, enum smtp_outcome outcome, const struct smtp_reason *reason, const char *status)
{
    if (outcome == SMTP_SENT)
        log_line(LOG_INFO, "mail: %s %s %s sent, attempt %d", m->authority, m->notice_id, m->kind, m->attempts);
    else
        log_line(LOG_WARNING, "mail: %s %s %s not sent, attempt %d: %s (%d); it is %s", m->authority, m->notice_id,
            m->kind, m->attempts, reason->what, reason->code, *status ? status : "another's");
}

// note_server notes whether the mail server is there: while it is not, nothing is taken for ever longer.
static void note_server(enum smtp_outcome outcome)
{
    bool away = outcome == SMTP_AWAY;
    postman.away_ms = !away ? 0 : postman.away_ms ? postman.away_ms * 2 : postman.o->notice_retry_ms;
    if (postman.away_ms > AWAY_MAX_MS)
        postman.away_ms = AWAY_MAX_MS;
    if (atomic_exchange(&postman.away, away) && !away)
        log_line(LOG_INFO, "mail: the mail server works again");
}

// deliver takes a notice, sends it and marks it. False when there was nothing to do, or nothing could be done.
static bool deliver(void)
{
    struct taken t = {.any = false};
    struct smtp_reason reason;
    char status[NUMBER] = "";
    arena_init(&t.arena, NOTICE_MEMORY);
    bool taken = claim(&t);
    if (taken) {
        snprintf(postman.last, sizeof postman.last, "%s", t.mail.authority);
        enum smtp_outcome outcome = smtp_send(postman.smtp, &t.mail, &reason);
        if (!mark(&t.mail, outcome, &reason, status))
            log_line(LOG_ERROR, "mail: %s %s could not be marked %s: it may be sent again", t.mail.authority,
                t.mail.notice_id, outcomes[outcome]);
        note(&t.mail, outcome, &reason, status);
        note_server(outcome);
    }
    arena_release(&t.arena);
    return taken && !atomic_load(&postman.away);
}

// Authorities that send notices.
struct senders {
    int n;
    char numbers[SENDERS_MAX][NUMBER];
};

static bool add_sender(void *data, int columns, char *const *values)
{
    struct senders *s = data;
    if (columns == 1 && s->n < SENDERS_MAX)
        snprintf(s->numbers[s->n++], NUMBER, "%s", values[0]);
    return true;
}

// remind has the reminders written that are due, authority by authority, each in a transaction of its own.
static void remind(void)
{
    static struct senders senders;
    uint64_t now = clock_ms();
    if (postman.reminded_ms && now - postman.reminded_ms < (uint64_t)postman.o->notice_remind_ms)
        return;
    senders.n = 0;
    if (!worker_ask(postman.worker, senders_sql, 0, NULL, add_sender, &senders))
        return;
    for (int i = 0; i < senders.n; i++) {
        char count[NUMBER] = "0";
        worker_ask(postman.worker, remind_sql, 1, (const char *const[]){senders.numbers[i]}, note_status, count);
        if (strcmp(count, "0") != 0)
            log_line(LOG_INFO, "mail: %s is sent %s reminders", senders.numbers[i], count);
    }
    postman.reminded_ms = now;
}

// work does a round. False when there is time to rest.
static bool work(void)
{
    bool more = false;
    atomic_store(&postman.busy, true);
    if (!atomic_load(&postman.stopping)) { // looked at when busy is seen: who stops us waits for what was begun
        remind();
        more = deliver();
    }
    atomic_store(&postman.busy, false);
    return more;
}

static void *run(void *unused)
{
    (void)unused;
    for (;;)
        if (!work())
            rest(postman.away_ms ? postman.away_ms : postman.o->notice_interval_ms);
    return NULL;
}

bool postman_check(const struct options *o)
{
    if (!smtp_check(o))
        return false;
    if (*o->smtp_url) // it reads the time zones, and sets up the C library's
        ical_free(ical_message(false));
    return true;
}

bool postman_start(const struct options *o)
{
    pthread_t thread;
    if (!*o->smtp_url)
        return true;
    postman.o = o;
    snprintf(postman.last, sizeof postman.last, "0");
    postman.worker = worker_new(o->database, "improved postman");
    postman.smtp = smtp_new(o);
    int rv = postman.worker && postman.smtp ? pthread_create(&thread, NULL, run, NULL) : -1;
    if (rv != 0)
        log_line(LOG_ERROR, "cannot start the postman: %s", rv > 0 ? strerror(rv) : "no memory");
    atomic_store(&postman.on, rv == 0);
    return rv == 0;
}

void postman_stop(void)
{
    atomic_store(&postman.stopping, true);
}

bool postman_is_quiet(void)
{
    return !atomic_load(&postman.busy);
}

const char *postman_state(void)
{
    return !atomic_load(&postman.on) ? "off" : atomic_load(&postman.away) ? "failing" : "on";
}
