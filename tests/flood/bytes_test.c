// F11: garbage; every request cut at every length, and with every bit inverted, in clear and inside TLS. No crash, and
// no effect that was not asked for: for each call answered OK the ledger has one more row, and for the others nothing
// changed.
#include "common/catalog.h"
#include "common/frame.h"
#include "tests/flood/flood.h"
#include "tests/flood/sockets.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/raw.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THREADS = 4, GARBAGE_MOST = 96, REQUEST_MEMORY = 1 << 20, FLIP_PATIENCE_MS = 150 };

static struct harness_server server;
static char *token;
static nng_socket raw;

// Calls that are done when they arrive whole. Those of other methods are made from their types: well-formed, and mostly
// refused for what they say.
static const struct {
    const char *method, *json;
} good[] = {
    {"/improve.v1.Partners/AddPartner", "{\"name\":\"Jo Field\",\"kinds\":[\"sip\"],\"capacity_half_days\":60}"},
    {"/improve.v1.Partners/ListPartners", "{\"name\":\"Jo\",\"page_size\":10}"},
    {"/improve.v1.Sla/AddService", "{\"name\":\"School improvement\"}"},
    {"/improve.v1.Cpd/AddCourse", "{\"title\":\"Phonics\"}"},
    {"/improve.v1.Cpd/ListSessions", "{\"page_size\":5}"},
    {"/improve.v1.Schools/ListSchools", "{\"page_size\":5}"},
    {"/improve.v1.Reports/CpdSessions", "{}"},
};

static long answered, ok_writes; // of the requests sent since the last count

// send sends a frame, and counts it when it was a write that is done now.
static void send_frame(const uint8_t *frame, size_t size, bool write)
{
    const uint8_t *header_at, *payload_at;
    size_t header_size, payload_size;
    Improve__Rpc__ReplyHeader *reply = raw_exchange(raw, frame, size);
    if (!reply)
        return;
    answered++;
    if (write && reply->code == IMPROVE__RPC__CODE__OK && !reply->replayed &&
        frame_split(frame, size, &header_at, &header_size, &payload_at, &payload_size)) {
        Improve__Rpc__CallHeader *header = improve__rpc__call_header__unpack(NULL, header_size, header_at);
        ok_writes += header && !header->dry_run;
        if (header)
            improve__rpc__call_header__free_unpacked(header, NULL);
    }
    improve__rpc__reply_header__free_unpacked(reply, NULL);
}

static uint8_t *payload_of(const struct catalog_method *method, size_t *size)
{
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (strcmp(good[i].method, method->full_name) == 0)
            return harness_pack(good[i].method, good[i].json, size);
    struct arena arena;
    arena_init(&arena, REQUEST_MEMORY);
    const ProtobufCMessage *message = fuzz_sample(method->method->input, &arena);
    *size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = malloc(*size + 1);
    protobuf_c_message_pack(message, bytes);
    arena_release(&arena);
    return bytes;
}

// frame_of makes the request of a method under a request id of its own.
static uint8_t *frame_of(const struct catalog_method *method, size_t *size)
{
    static unsigned long count;
    char id[40];
    size_t payload_size;
    Improve__Rpc__CallHeader header = IMPROVE__RPC__CALL_HEADER__INIT;
    uint8_t *payload = payload_of(method, &payload_size);
    snprintf(id, sizeof id, "22222222-2222-4333-8444-%012lx", ++count);
    header.method = (char *)(uintptr_t)method->full_name;
    header.authority = (char[]){"929"};
    header.token = token;
    header.request_id = id;
    uint8_t *frame = raw_frame(&header, payload, payload_size, size);
    free(payload);
    return frame;
}

// rows is how many rows every table has: what a call may have done. Of sign-in, back-off remembers who tried in vain.
static char *rows(void)
{
    return harness_sql("select string_agg(t.schemaname || '.' || t.tablename || '=' || (xpath('/row/c/text()', "
                       "query_to_xml(format('select count(*) as c from %%I.%%I', t.schemaname, t.tablename), false, "
                       "true, '')))[1]::text, ' ' order by 1) from pg_tables t where t.schemaname not in "
                       "('pg_catalog', 'information_schema') and t.tablename not in ('wrong_attempt', 'used_nonce', "
                       "'pending', 'seal', 'sealer')");
}

static long ledger(void)
{
    char *n = harness_sql("select count(*) from rpc.request");
    long count = strtol(n, NULL, 10);
    free(n);
    return count;
}

static bool is_write(const struct catalog_method *method)
{
    char *is = harness_sql("select coalesce((select provolatile = 'v' from pg_proc p join pg_namespace n on n.oid = "
                           "pronamespace where nspname || '.' || proname = '%s'), false)",
        method->function_name);
    bool write = *is == 't';
    free(is);
    return write;
}

// spoil cuts a method's request at every length, and inverts every step-th bit of it. It gives 1 when something was
// done that was not answered OK.
static long spoil(const struct catalog_method *method, long step)
{
    size_t size;
    bool write = is_write(method);
    char *before = rows();
    long kept = ledger();
    ok_writes = 0;
    free(frame_of(method, &size));
    for (size_t n = 0; n < size; n += (size_t)(step + 7) / 8) {
        uint8_t *frame = frame_of(method, &size);
        send_frame(frame, n, write);
        free(frame);
    }
    for (size_t bit = 0; bit < size * 8; bit += (size_t)step) {
        uint8_t *frame = frame_of(method, &size);
        frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
        send_frame(frame, size, write);
        free(frame);
    }
    char *after = rows();
    bool right = ledger() - kept == ok_writes && (ok_writes > 0 || strcmp(before, after) == 0);
    if (!right)
        figures_note("F11", "%s: %ld answered OK, %ld in the ledger; %s; %s", method->full_name, ok_writes,
            ledger() - kept, before, after);
    free(before);
    free(after);
    return !right;
}

struct garbage {
    long count;
    unsigned seed;
    long unanswered;
};

// throw_garbage sends frames of random bytes, every other with a length before them that fits.
static void *throw_garbage(void *data)
{
    struct garbage *g = data;
    nng_socket socket = raw_socket(server.ipc_url, 10000);
    uint8_t bytes[GARBAGE_MOST];
    for (long i = 0; i < g->count; i++) {
        size_t n = (size_t)rand_r(&g->seed) % (sizeof bytes + 1);
        for (size_t k = 0; k < n; k++)
            bytes[k] = (uint8_t)(rand_r(&g->seed) >> 7);
        if (i % 2 && n > 1)
            bytes[0] = (uint8_t)((size_t)rand_r(&g->seed) % n);
        Improve__Rpc__ReplyHeader *reply = raw_exchange(socket, bytes, n);
        g->unanswered += !reply || reply->code == IMPROVE__RPC__CODE__OK;
        if (reply)
            improve__rpc__reply_header__free_unpacked(reply, NULL);
    }
    return NULL;
}

static void garbage(unsigned seed)
{
    pthread_t threads[THREADS];
    struct garbage parts[THREADS];
    long bad = 0, count = figures_size(8000, 1000000) / THREADS;
    char *before = rows();
    for (unsigned i = 0; i < THREADS; i++) {
        parts[i] = (struct garbage){.count = count, .seed = seed + i};
        pthread_create(&threads[i], NULL, throw_garbage, &parts[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        bad += parts[i].unanswered;
    }
    char *after = rows();
    figures_row("F11", FIGURES_ALWAYS, (double)bad, 0, "", "%ld frames of garbage: not refused", count * THREADS);
    figures_row("F11", FIGURES_ALWAYS, strcmp(before, after) != 0, 0, "", "garbage: effects");
    free(before);
    free(after);
}

// answered_over_tls sends a request over TLS with one bit of what goes over the wire inverted (none when bit is
// negative), and tells whether there was an answer. *sent is the number of bytes on the wire.
static bool answered_over_tls(const uint8_t *request, size_t size, long bit, long *sent)
{
    uint8_t hello[SP_HELLO_SIZE], answer[TLS_HEAD_SIZE];
    int fd = sockets_tcp(flood_port(&server), 0);
    struct tls *t = fd >= 0 ? tls_open(fd, -1) : NULL;
    bool open = t && tls_write(t, sp_hello, sizeof sp_hello) && tls_read(t, hello, sizeof hello), came = false;
    if (open) {
        sockets_patience(fd, bit < 0 ? 5000 : FLIP_PATIENCE_MS); // a length made larger leaves the server waiting
        long before = tls_sent(t);
        tls_flip(t, bit);
        came = tls_write(t, request, size) && tls_read(t, answer, sizeof answer);
        *sent = tls_sent(t) - before;
    }
    if (t)
        tls_release(t);
    if (fd >= 0)
        close(fd);
    return came;
}

// flip_over_tls inverts single bits of a write inside TLS: each must be noticed, and nothing done.
static void flip_over_tls(void)
{
    size_t size;
    long sent = 0, flips = 0, came = 0, none;
    char *before = rows();
    uint8_t *frame = frame_of(catalog_find(good[0].method), &size), *request = malloc(TLS_HEAD_SIZE + size);
    size_t head = sockets_head(request, false, size, 1);
    memcpy(request + head, frame, size);
    for (long bit = 0; bit == 0 || bit < sent * 8; bit += figures_size(61, 1), flips++) {
        came += answered_over_tls(request, head + size, bit, &none);
        sent = bit == 0 ? none : sent;
    }
    char *after = rows();
    figures_row(
        "F11", FIGURES_ALWAYS, (double)came, 0, "", "%ld requests with a bit inverted inside TLS: answered", flips);
    figures_row("F11", FIGURES_ALWAYS, strcmp(before, after) != 0, 0, "", "bits inverted inside TLS: effects");
    figures_row("F11", FIGURES_ALWAYS, !answered_over_tls(request, head + size, -1, &none), 0, "",
        "the same, whole: not answered");
    free(before);
    free(after);
    free(frame);
    free(request);
}

int main(void)
{
    unsigned seed = (unsigned)(getenv("SEED") ? strtoul(getenv("SEED"), NULL, 10) : harness_ms());
    figures_note("F11", "SEED=%u", seed);
    catalog_init();
    harness_database("flood_bytes");
    token = harness_token("929", "la_admin", NULL);
    harness_start(&server, (const char *[]){"authority_rate=0", NULL});
    raw = raw_socket(server.ipc_url, 10000);
    long step = figures_size(13, 1), wrong = 0; // bits; 13 comes by every bit of a byte
    // In every build a third of the methods, another one by each seed; at full size all.
    size_t every = (size_t)figures_size(3, 1), tried = 0;
    for (size_t i = seed % every; i < catalog_count(); i += every, tried++)
        wrong += spoil(catalog_at(i), step);
    figures_note("F11", "%ld spoiled requests of %zu methods answered", answered, tried);
    figures_row("F11", FIGURES_ALWAYS, (double)wrong, 0, "", "methods with an effect that was not answered OK");
    garbage(seed);
    flip_over_tls();
    figures_row("F11", FIGURES_ALWAYS, !flood_alive(&server), 0, "", "server gone");
    free(token);
    return flood_end(&server);
}
