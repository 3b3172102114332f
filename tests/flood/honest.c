#include "tests/flood/honest.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SAMPLES_MAX = 200000, CALL_TIMEOUT_MS = 20000 };

struct honest {
    struct honest_options options;
    pthread_t thread;
    atomic_bool ends;
    long n, failed;
    double samples[SAMPLES_MAX]; // milliseconds
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static struct link *connect_to(const struct honest_options *o)
{
    char why[256] = "";
    struct link_options options = {
        .url = o->url, .ca_file = o->ca_file, .server_name = "localhost", .connect_ms = CALL_TIMEOUT_MS};
    struct link *link = link_open(&options, why, sizeof why);
    if (!link) {
        fprintf(stderr, "honest caller: %s\n", why);
        abort();
    }
    return link;
}

static bool call(struct link *link, const struct honest_options *o)
{
    struct harness_reply reply;
    struct harness_call call = {.method = "Partners/ListPartners",
        .authority = "929",
        .token = o->token,
        .json = "{\"page_size\":5}",
        .timeout_ms = CALL_TIMEOUT_MS};
    harness_call_on(link, &call, &reply);
    bool good = reply.code == STATUS_OK;
    if (!good)
        fprintf(stderr, "honest caller: %s %s\n", harness_reason(&reply),
            reply.link.header->message ? reply.link.header->message : "");
    harness_release(&reply);
    return good;
}

static void *run(void *data)
{
    struct honest *h = data;
    struct link *link = h->options.fresh ? NULL : connect_to(&h->options);
    if (link)
        call(link, &h->options); // the first waits for the connection
    while (!atomic_load(&h->ends) && h->n < SAMPLES_MAX) {
        double began = now_ms();
        struct link *on = link ? link : connect_to(&h->options);
        if (!call(on, &h->options))
            h->failed++;
        h->samples[h->n++] = now_ms() - began;
        if (!link)
            link_close(on);
        harness_rest(h->options.rest_ms);
    }
    if (link)
        link_close(link);
    return NULL;
}

struct honest *honest_start(const struct honest_options *options)
{
    struct honest *h = calloc(1, sizeof *h);
    if (!h)
        abort();
    h->options = *options;
    if (pthread_create(&h->thread, NULL, run, h) != 0)
        abort();
    return h;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct honest_figures honest_stop(struct honest *h)
{
    atomic_store(&h->ends, true);
    pthread_join(h->thread, NULL);
    struct honest_figures f = {.calls = h->n, .failed = h->failed};
    if (h->n > 0) {
        qsort(h->samples, (size_t)h->n, sizeof *h->samples, compare);
        f.p50_ms = h->samples[h->n / 2];
        f.p99_ms = h->samples[h->n * 99 / 100];
        f.longest_ms = h->samples[h->n - 1];
    }
    free(h);
    return f;
}

struct honest_figures honest_for(const struct honest_options *options, long ms)
{
    struct honest *h = honest_start(options);
    harness_rest(ms);
    return honest_stop(h);
}
