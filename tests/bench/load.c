// A load over the client's own library: so many calls in flight, one begun as soon as one ends, for so many seconds;
// or, with --rate, calls that begin when their time has come however many are under way, and whose time counts from
// then.
//
// The flags are plan_usage's, the line printed is samples_report's. In JSON, @n is the number of the call, @urn a
// school of its caller's and @session a session's number. Before the load it makes one call, and says on stderr how
// many bytes it and its answer were.
#include "client/link.h"
#include "common/arena.h"
#include "common/catalog.h"
#include "common/field.h"
#include "common/frame.h"
#include "common/json.h"
#include "tests/bench/plan.h"
#include "tests/bench/samples.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINKS_MOST = 64, REQUEST_MOST = 1 << 20, TIMEOUT_MS = 30000 };

static struct plan plan;
static const struct catalog_method *method;
static struct link *links[LINKS_MOST];
static atomic_long number;
static atomic_int running;
static atomic_bool over;

// One of the calls in flight.
struct lane {
    struct link *link;
    uint64_t began_us;
    struct lane *next; // of the idle ones, in an open loop
};

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t any;
    struct lane *first;
} idle = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL};

// spell writes the n-th request's JSON.
static void spell(char *to, size_t size, long n)
{
    size_t at = 0;
    for (const char *c = plan.json; *c && at + 24 < size;) {
        const struct {
            const char *word;
            long value;
        } words[] = {{"@n", n}, {"@urn", plan_urn(&plan, n)}, {"@session", plan_session(&plan, n)}};
        size_t found = 0;
        for (size_t i = 0; !found && i < sizeof words / sizeof *words; i++)
            if (strncmp(c, words[i].word, strlen(words[i].word)) == 0) {
                at += (size_t)snprintf(to + at, size - at, "%ld", words[i].value);
                found = strlen(words[i].word);
            }
        if (!found)
            to[at++] = *c;
        c += found ? found : 1;
    }
    to[at] = '\0';
}

static ProtobufCMessage *request_of(long n, struct arena *arena)
{
    char json[4096];
    struct field_error error;
    arena_init(arena, REQUEST_MOST);
    spell(json, sizeof json, n);
    ProtobufCMessage *message = field_new(method->method->input, &arena->allocator);
    if (!message || !json_read_message(message, json, strlen(json), &arena->allocator, &error))
        plan_die(error.message);
    return message;
}

static struct link_request envelope(long n, const ProtobufCMessage *message)
{
    const struct caller *caller = plan_caller(&plan, n);
    return (struct link_request){.method = method->full_name,
        .authority = caller->authority,
        .token = caller->token,
        .message = message,
        .timeout_ms = TIMEOUT_MS};
}

static void start(struct lane *lane, uint64_t began_us);

static void rest(struct lane *lane)
{
    pthread_mutex_lock(&idle.mutex);
    lane->next = idle.first;
    idle.first = lane;
    pthread_cond_signal(&idle.any);
    pthread_mutex_unlock(&idle.mutex);
    atomic_fetch_sub(&running, 1);
}

static void done(struct link_reply *reply, void *data)
{
    struct lane *lane = data;
    samples_add(lane->began_us);
    if (link_status(reply) != STATUS_OK)
        samples_fail((int)link_status(reply), reply->header->message);
    link_reply_release(reply);
    if (plan.rate > 0 || atomic_load(&over))
        rest(lane);
    else
        start(lane, samples_now());
}

static void start(struct lane *lane, uint64_t began_us)
{
    char why[256];
    struct arena arena;
    long n = atomic_fetch_add(&number, 1);
    struct link_request request = envelope(n, request_of(n, &arena));
    lane->began_us = began_us;
    if (!link_start(lane->link, &request, done, lane, why, sizeof why))
        plan_die(why);
    arena_release(&arena);
}

static struct lane *take_idle(void)
{
    pthread_mutex_lock(&idle.mutex);
    while (!idle.first)
        pthread_cond_wait(&idle.any, &idle.mutex);
    struct lane *lane = idle.first;
    idle.first = lane->next;
    pthread_mutex_unlock(&idle.mutex);
    return lane;
}

static void sleep_until(uint64_t us)
{
    struct timespec t = {.tv_sec = (time_t)(us / 1000000), .tv_nsec = (long)(us % 1000000 * 1000)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

// run_open begins calls at their times; one that finds no lane idle begins late, and its time counts from when it was
// due.
static void run_open(void)
{
    uint64_t began = samples_now();
    for (long i = 0; (double)i < plan.rate * plan.seconds; i++) {
        uint64_t due = began + (uint64_t)((double)i / plan.rate * 1e6);
        sleep_until(due);
        atomic_fetch_add(&running, 1);
        start(take_idle(), due);
    }
}

static void run_closed(struct lane *lanes)
{
    atomic_store(&running, plan.in_flight);
    for (int i = 0; i < plan.in_flight; i++)
        start(&lanes[i], samples_now());
    usleep((useconds_t)(plan.seconds * 1e6));
    atomic_store(&over, true);
}

// try_once makes one call, so that a load is not begun that must fail.
static void try_once(void)
{
    struct arena arena;
    struct link_reply reply;
    long n = atomic_fetch_add(&number, 1);
    struct link_request request = envelope(n, request_of(n, &arena));
    Improve__Rpc__CallHeader header = IMPROVE__RPC__CALL_HEADER__INIT;
    header.method = (char *)(uintptr_t)request.method;
    header.authority = (char *)(uintptr_t)request.authority;
    header.token = (char *)(uintptr_t)request.token;
    header.client_version = IMPROVE_VERSION;
    header.has_timeout_ms = 1;
    header.timeout_ms = TIMEOUT_MS;
    link_call(links[0], &request, &reply);
    if (link_status(&reply) != STATUS_OK)
        plan_die(reply.header->message);
    header.request_id = reply.request_id;
    fprintf(stderr, "request %zu reply %zu\n",
        frame_size(&header.base, protobuf_c_message_get_packed_size(request.message)),
        frame_size(&reply.header->base, reply.payload_size));
    link_reply_release(&reply);
    arena_release(&arena);
}

int main(int argc, char **argv)
{
    char why[256];
    catalog_init();
    plan_read(&plan, argc, argv);
    method = catalog_find(plan.method);
    struct lane *lanes = calloc((size_t)plan.in_flight, sizeof *lanes);
    if (!method || plan.links > LINKS_MOST || !lanes)
        plan_die(method ? "too many links, or no memory" : "no such method");
    atomic_store(&number, plan.from);
    struct link_options options = {.url = plan.url, .ca_file = plan.ca_file};
    for (int i = 0; i < plan.links; i++)
        if (!(links[i] = link_open(&options, why, sizeof why)))
            plan_die(why);
    try_once();
    for (int i = 0; i < plan.in_flight; i++) {
        lanes[i].link = links[i % plan.links];
        lanes[i].next = idle.first;
        idle.first = &lanes[i];
    }
    samples_begin();
    if (plan.rate > 0)
        run_open();
    else
        run_closed(lanes);
    while (atomic_load(&running) > 0)
        usleep(1000);
    _exit(samples_report());
}
