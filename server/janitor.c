#include "server/janitor.h"

#include "server/transport/transport.h"

#include <pthread.h>
#include <stdint.h>
#include <time.h>

static void rest(long ms)
{
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static void *run(void *data)
{
    const struct options *o = data;
    for (;;) {
        rest(o->probe_interval_ms);
        transport_reap();
        transport_probe();
    }
    return NULL;
}

bool janitor_start(const struct options *o)
{
    pthread_t thread;
    return pthread_create(&thread, NULL, run, (void *)(uintptr_t)o) == 0;
}
