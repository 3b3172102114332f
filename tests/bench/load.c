// A load: so many calls in flight over the client's own library, one begun as soon as one ends, for so many seconds.
//
//   load --url URL [--ca FILE] [--token TOKEN] [--authority CODE] [--links N] [--in-flight N] [--seconds S] METHOD JSON
//
// Prints one line, tab-separated: calls a second, p50, p99, p99.9 and longest in ms, CPU µs a call (this program's),
// calls that failed. "@" in JSON becomes the number of the call, so that writes can differ.
#include "client/link.h"
#include "common/arena.h"
#include "common/catalog.h"
#include "common/field.h"
#include "common/json.h"

#include <getopt.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { LINKS_MOST = 64, SAMPLES_MOST = 4 << 20, REQUEST_MOST = 1 << 20 };

static struct {
    struct link_options link;
    const char *token, *authority, *json;
    const struct catalog_method *method;
    int links, in_flight;
    double seconds;
} wanted = {.links = 1, .in_flight = 64, .seconds = 5};

static struct link *links[LINKS_MOST];
static uint32_t *samples; // µs
static atomic_long taken, failed, number;
static atomic_int running;
static atomic_bool over;

// One of the calls in flight.
struct lane {
    struct link *link;
    uint64_t began_us;
};

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void die(const char *why)
{
    fprintf(stderr, "load: %s\n", why);
    exit(2);
}

// spell writes the request's JSON with the call's number for each "@".
static void spell(char *to, size_t size, long n)
{
    size_t at = 0;
    for (const char *c = wanted.json; *c && at + 24 < size; c++)
        at += *c == '@' ? (size_t)snprintf(to + at, size - at, "%ld", n) : (to[at] = *c, (size_t)1);
    to[at] = '\0';
}

static void begin(struct lane *lane);

static void done(struct link_reply *reply, void *data)
{
    struct lane *lane = data;
    uint64_t took = now_us() - lane->began_us;
    if (link_status(reply) != STATUS_OK && atomic_fetch_add(&failed, 1) == 0)
        fprintf(stderr, "load: %d %s\n", (int)link_status(reply), reply->header->message);
    link_reply_release(reply);
    long i = atomic_fetch_add(&taken, 1);
    if (i < SAMPLES_MOST)
        samples[i] = (uint32_t)took;
    if (atomic_load(&over))
        atomic_fetch_sub(&running, 1);
    else
        begin(lane);
}

static void begin(struct lane *lane)
{
    char json[4096], why[256];
    struct arena arena;
    struct field_error error;
    arena_init(&arena, REQUEST_MOST);
    spell(json, sizeof json, atomic_fetch_add(&number, 1));
    ProtobufCMessage *message = field_new(wanted.method->method->input, &arena.allocator);
    if (!message || !json_read_message(message, json, strlen(json), &arena.allocator, &error))
        die(error.message);
    lane->began_us = now_us();
    struct link_request request = {.method = wanted.method->full_name,
        .authority = wanted.authority,
        .token = wanted.token,
        .message = message,
        .timeout_ms = 30000};
    if (!link_start(lane->link, &request, done, lane, why, sizeof why))
        die(why);
    arena_release(&arena);
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static double cpu_us(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static void read_arguments(int argc, char **argv)
{
    static const struct option names[] = {{"url", 1, NULL, 'u'}, {"ca", 1, NULL, 'c'}, {"token", 1, NULL, 't'},
        {"authority", 1, NULL, 'a'}, {"links", 1, NULL, 'l'}, {"in-flight", 1, NULL, 'n'}, {"seconds", 1, NULL, 's'},
        {NULL, 0, NULL, 0}};
    for (int o; (o = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        switch (o) {
        case 'u':
            wanted.link.url = optarg;
            break;
        case 'c':
            wanted.link.ca_file = optarg;
            break;
        case 't':
            wanted.token = optarg;
            break;
        case 'a':
            wanted.authority = optarg;
            break;
        case 'l':
            wanted.links = atoi(optarg);
            break;
        case 'n':
            wanted.in_flight = atoi(optarg);
            break;
        case 's':
            wanted.seconds = atof(optarg);
            break;
        default:
            exit(2);
        }
    }
    if (optind + 2 != argc || !wanted.link.url || wanted.links < 1 || wanted.links > LINKS_MOST)
        die("usage: load --url URL … METHOD JSON");
    wanted.method = catalog_find(argv[optind]);
    wanted.json = argv[optind + 1];
    if (!wanted.method)
        die("no such method");
}

static void report(double seconds, double cpu)
{
    long n = atomic_load(&taken), kept = n < SAMPLES_MOST ? n : SAMPLES_MOST;
    qsort(samples, (size_t)kept, sizeof *samples, by_size);
    double at[] = {0.5, 0.99, 0.999, 1};
    printf("%.0f", (double)n / seconds);
    for (size_t i = 0; i < sizeof at / sizeof *at; i++)
        printf("\t%.3f", kept ? (double)samples[(long)((double)(kept - 1) * at[i])] / 1000 : 0);
    printf("\t%.1f\t%ld\n", cpu / (double)(n ? n : 1), atomic_load(&failed));
}

int main(int argc, char **argv)
{
    char why[256];
    catalog_init();
    read_arguments(argc, argv);
    samples = malloc(SAMPLES_MOST * sizeof *samples);
    struct lane *lanes = calloc((size_t)wanted.in_flight, sizeof *lanes);
    if (!samples || !lanes)
        die("out of memory");
    for (int i = 0; i < wanted.links; i++)
        if (!(links[i] = link_open(&wanted.link, why, sizeof why)))
            die(why);
    double cpu = cpu_us();
    uint64_t began = now_us();
    atomic_store(&running, wanted.in_flight);
    for (int i = 0; i < wanted.in_flight; i++) {
        lanes[i].link = links[i % wanted.links];
        begin(&lanes[i]);
    }
    usleep((useconds_t)(wanted.seconds * 1e6));
    atomic_store(&over, true);
    while (atomic_load(&running) > 0)
        usleep(1000);
    report((double)(now_us() - began) / 1e6, cpu_us() - cpu);
    fflush(NULL);
    _exit(atomic_load(&failed) ? 1 : 0);
}
