#include "server/sealer.h"

#include "common/log.h"
#include "server/db/worker.h"
#include "server/loop.h"
#include "server/watch.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

enum { BATCH = 500, AWAY_MS = 250, LOOK_EVERY = 5 }; // rounds, where another server seals

static const char seal_sql[] = "select audit.seal(500)", news_sql[] = "select * from events.newest()";

static struct worker *worker; // lives as long as the thread

static void rest(long ms)
{
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static void note_newest(const long numbers[WORKER_COLUMNS_MAX])
{
    loop_note_event((int)numbers[0], (uint64_t)numbers[1]);
}

static void *run(void *data)
{
    const struct options *o = data;
    for (unsigned round = 0;; round++) {
        long sealed = 0;
        if (!worker_number(worker, seal_sql, &sealed))
            rest(AWAY_MS);
        else if (watch_parked() > 0 && (sealed > 0 || round % LOOK_EVERY == 0))
            worker_rows(worker, news_sql, note_newest);
        if (sealed < BATCH) // after a full batch more may wait
            rest(o->seal_interval_ms);
    }
    return NULL;
}

bool sealer_start(const struct options *o)
{
    pthread_t thread;
    worker = worker_new(o->database, "improved sealer");
    int rv = worker ? pthread_create(&thread, NULL, run, (void *)(uintptr_t)o) : -1;
    if (rv != 0)
        log_line(LOG_ERROR, "cannot start the sealer: %s", worker ? strerror(rv) : "no memory");
    return rv == 0;
}
