// Non-interference (T3): what one authority is told is the same whether or not two others are busy with the same names,
// and with its very ids. One seeded sequence of calls is made three times on fresh databases: alone, alone again (which
// proves the comparison), and beside the others. CALLS=100000 is full size; SEED repeats a run.
#include "tests/support/harness.h"
#include "tests/support/run.h"

#include <ctype.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REFS_MAX = 4096, REF_SIZE = 40, KINDS = 6, BUSY_THREADS = 4 };

// The references that calls made, by kind, so that later calls can use them: partner, assignment, service and package,
// course and session, booking. The busy authorities take those of the authority under test, too.
enum kind { PARTNER, PACKAGE, SERVICE, COURSE, SESSION, BOOKING };
static const char *const prefixes[KINDS] = {"pt-", "pk-", "sv-", "co-", "se-", "bk-"};

struct tenant {
    const char *authority;
    char *token;
    int first_urn;
    unsigned random; // state of its own generator
    char refs[KINDS][REFS_MAX][REF_SIZE];
    json_t *known; // all of refs
    int count[KINDS];
    int serial; // makes names that differ within the tenant, and agree between tenants
};

static struct harness_server server_under_test;
static struct tenant *watched; // whose ids the others try
static atomic_bool stop;
static atomic_long others_calls, others_successes_on_foreign_ids;

static unsigned pick(struct tenant *t, unsigned n)
{
    t->random = t->random * 1664525u + 1013904223u;
    return (t->random >> 8) % n;
}

static const char *ref(struct tenant *t, enum kind kind)
{
    if (t->count[kind] == 0 || pick(t, 20) == 0)
        return "xx-0000000000";
    return t->refs[kind][pick(t, (unsigned)t->count[kind])];
}

// remember takes every reference out of an answer.
static void remember(struct tenant *t, const char *text)
{
    for (int kind = 0; kind < KINDS; kind++)
        for (const char *at = text; (at = strstr(at, prefixes[kind])); at += 3)
            if (strspn(at + 3, "0123456789abcdefghjkmnpqrstvwxyz") == 10 && t->count[kind] < REFS_MAX) {
                char found[REF_SIZE];
                snprintf(found, sizeof found, "%.13s", at);
                if (json_object_get(t->known, found))
                    continue;
                json_object_set_new(t->known, found, json_true());
                memcpy(t->refs[kind][t->count[kind]++], found, sizeof found);
            }
}

// next_call writes the tenant's next call.
static const char *next_call(struct tenant *t, char *json, size_t size)
{
    int urn = t->first_urn + (int)pick(t, 12), n = t->serial++;
    switch (pick(t, 16)) {
    case 0:
        if (t->count[PARTNER] > 200 && pick(t, 20)) { // no authority has thousands, whom each list would sort
            snprintf(json, size, "{\"partner_id\":\"%s\"}", ref(t, PARTNER));
            return "Partners/GetPartner";
        }
        snprintf(
            json, size, "{\"name\":\"Partner %d\",\"kinds\":[\"sip\"],\"capacity_half_days\":%u}", n, 4 + pick(t, 40));
        return "Partners/AddPartner";
    case 1:
        snprintf(json, size, "{\"school_urn\":%d,\"partner_id\":\"%s\",\"half_days\":%u,\"starts_on\":\"2026-0%u-01\"}",
            urn, ref(t, PARTNER), 1 + pick(t, 8), 1 + pick(t, 9));
        return "Partners/AssignPartner";
    case 2:
        snprintf(json, size, "{}");
        return "Partners/ListPartners";
    case 3:
        snprintf(json, size, "{\"name\":\"Service %d\"}", n / 8);
        return "Sla/AddService";
    case 4:
        snprintf(json, size, "{\"service_id\":\"%s\",\"name\":\"Package %d\",\"valid_from\":\"2026-01-01\"}",
            ref(t, SERVICE), n);
        return "Sla/AddPackage";
    case 5:
        snprintf(json, size, "{\"package_id\":\"%s\",\"flat_pence\":%u,\"valid_from\":\"2026-01-01\"}", ref(t, PACKAGE),
            100 * pick(t, 1000));
        return "Sla/SetPrice";
    case 6:
        snprintf(
            json, size, "{\"school_urn\":%d,\"package_id\":\"%s\",\"starts_on\":\"2026-04-01\"}", urn, ref(t, PACKAGE));
        return pick(t, 2) ? "Sla/Subscribe" : "Sla/QuoteSubscription";
    case 7:
        snprintf(json, size, "{\"title\":\"Course %d\"}", n);
        return "Cpd/AddCourse";
    case 8:
        snprintf(json, size,
            "{\"course_id\":\"%s\",\"starts_at\":\"2031-01-%02uT%02u:%02u:00Z\",\"ends_at\":\"2031-01-%02uT23:59:59Z\","
            "\"venue\":\"Hall\",\"capacity\":%u}",
            ref(t, COURSE), 1 + (unsigned)n % 28, (unsigned)n / 28 % 23, (unsigned)n / 644 % 60, 1 + (unsigned)n % 28,
            1 + pick(t, 3));
        return "Cpd/AddSession";
    case 9:
        snprintf(json, size, "{\"session_id\":\"%s\",\"version\":1}", ref(t, SESSION));
        return "Cpd/PublishSession";
    case 10:
    case 11:
        snprintf(json, size,
            "{\"session_id\":\"%s\",\"school_urn\":%d,\"delegates\":[{\"name\":\"Jo "
            "%d\",\"email\":\"jo%u@school.example\"}]}",
            ref(t, SESSION), urn, n, pick(t, 200));
        return "Cpd/BookPlaces";
    case 12:
        snprintf(json, size, "{\"booking_id\":\"%s\",\"version\":1,\"reason\":\"Unwell\"}", ref(t, BOOKING));
        return "Cpd/CancelBooking";
    case 13:
        snprintf(json, size, "{\"session_id\":\"%s\"}", ref(t, SESSION));
        return "Cpd/ListBookings";
    case 14:
        snprintf(json, size, "{}");
        switch (pick(t, 40)) { // reports take longer the more there is: at full size few of them are many
        case 0:
            return "Reports/PartnerWorkload";
        case 1:
            return "Reports/SlaTakeUp";
        default:
            return pick(t, 2) ? "Partners/ListPartners" : "Schools/ListSchools";
        }
    default:
        snprintf(json, size, "{\"name\":\"User %d\",\"persona\":\"officer\"}", n);
        return "People/AddMember";
    }
}

// write_plain writes an answer with what chance and clock put into it taken out: references by the order of their first
// appearance, and moments. What is left must not depend on anybody else.
static void write_plain(FILE *to, const char *text, json_t *seen)
{
    for (const char *p = text; *p;) {
        size_t n = strspn(p, "0123456789abcdefghijklmnopqrstuvwxyzT:+-.Z");
        bool is_ref = n == 13 && islower((unsigned char)p[0]) && islower((unsigned char)p[1]) && p[2] == '-';
        bool is_uuid = n == 36 && p[8] == '-' && p[13] == '-' && p[18] == '-' && p[23] == '-';
        bool is_moment =
            n >= 19 && n != 36 && p[4] == '-' && p[10] == 'T' && p[13] == ':' && strncmp(p, "2031", 4) != 0;
        if (is_ref || is_uuid) {
            char found[REF_SIZE];
            snprintf(found, sizeof found, "%.*s", (int)n, p);
            json_t *nth = json_object_get(seen, found);
            if (!nth)
                json_object_set_new(seen, found, nth = json_integer((json_int_t)json_object_size(seen)));
            fprintf(to, "#%" JSON_INTEGER_FORMAT, json_integer_value(nth));
        } else if (is_moment) {
            fputs("MOMENT", to);
        } else {
            if (n == 0)
                n = 1;
            fwrite(p, 1, n, to);
        }
        p += n;
    }
}

static void make_call(
    struct link *link, struct tenant *t, const char *method, const char *json, struct harness_reply *reply)
{
    harness_call_on(link,
        &(struct harness_call){
            .method = method, .authority = t->authority, .token = t->token, .json = json, .timeout_ms = 60000},
        reply);
}

static void *be_busy(void *data)
{
    struct tenant *t = data;
    struct link *link = harness_link(&server_under_test);
    while (!atomic_load(&stop)) {
        char json[512];
        struct harness_reply reply;
        const char *method = next_call(t, json, sizeof json);
        make_call(link, t, method, json, &reply);
        char *text = reply.json ? json_dumps(reply.json, JSON_COMPACT) : NULL;
        if (text)
            remember(t, text);
        free(text);
        harness_release(&reply);
        // And the watched authority's own ids, as an intruder would try them.
        if (watched->count[BOOKING] > 0) {
            snprintf(json, sizeof json, "{\"booking_id\":\"%s\",\"version\":1,\"reason\":\"Theirs\"}",
                watched->refs[BOOKING][pick(t, (unsigned)watched->count[BOOKING])]);
            make_call(link, t, "Cpd/CancelBooking", json, &reply);
            atomic_fetch_add(&others_successes_on_foreign_ids, reply.code == STATUS_OK);
            harness_release(&reply);
        }
        atomic_fetch_add(&others_calls, 1);
    }
    link_close(link);
    return NULL;
}

static struct tenant *tenant_new(const char *authority, unsigned seed)
{
    struct tenant *t = calloc(1, sizeof *t);
    t->authority = authority;
    t->first_urn = 900000 + 100 * atoi(authority) + 1;
    t->random = seed;
    t->known = json_object();
    t->token = harness_token(authority, "la_admin,officer", NULL);
    free(harness_sql(
        "insert into register.establishment (urn, school_id) select u, u from generate_series(%d, %d) u;"
        "insert into register.establishment_version (urn, authority_id, valid_from, name, status, type, phase, "
        "open_date)"
        " select u, %d, '2015-09-01', 'School ' || u %% 100, 'Open', 'Community school', 'Primary', '2015-09-01'"
        " from generate_series(%d, %d) u",
        t->first_urn, t->first_urn + 11, atoi(authority), t->first_urn, t->first_urn + 11));
    return t;
}

static void tenant_free(struct tenant *t)
{
    json_decref(t->known);
    free(t->token);
    free(t);
}

// run makes the watched authority's sequence, beside others where busy, and gives the transcript (the caller frees it).
static char *run(const char *database, unsigned seed, int calls, bool busy)
{
    pthread_t threads[BUSY_THREADS];
    struct tenant *others[BUSY_THREADS];
    json_t *seen = json_object(); // references by the order of their first appearance
    char *transcript = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&transcript, &size);
    harness_database(database);
    watched = tenant_new("001", seed);
    harness_start(&server_under_test, (const char *[]){"authority_rate=0", NULL});
    atomic_store(&stop, false);
    for (int i = 0; busy && i < BUSY_THREADS; i++) {
        others[i] = i < 2 ? tenant_new(i ? "003" : "002", seed) : calloc(1, sizeof *others[i]);
        if (i >= 2) {
            memcpy(others[i], others[i - 2], sizeof *others[i]);
            others[i]->token = strdup(others[i - 2]->token);
            others[i]->known = json_object();
            others[i]->random = seed + 77;
        }
        ck_assert_int_eq(pthread_create(&threads[i], NULL, be_busy, others[i]), 0);
    }
    struct link *link = harness_link(&server_under_test);
    for (int i = 0; i < calls; i++) {
        char json[512];
        struct harness_reply reply;
        const char *method = next_call(watched, json, sizeof json);
        make_call(link, watched, method, json, &reply);
        char *text = reply.json ? json_dumps(reply.json, JSON_COMPACT)
                                : strdup(reply.link.header->message ? reply.link.header->message : "");
        fprintf(to, "%d %s %s %s ", i, method, status_name(reply.code), harness_reason(&reply));
        write_plain(to, text, seen);
        fputc('\n', to);
        remember(watched, text);
        free(text);
        harness_release(&reply);
    }
    link_close(link);
    atomic_store(&stop, true);
    for (int i = 0; busy && i < BUSY_THREADS; i++) {
        pthread_join(threads[i], NULL);
        tenant_free(others[i]);
    }
    tenant_free(watched);
    ck_assert_int_eq(harness_stop(&server_under_test), 0);
    fclose(to);
    json_decref(seen);
    return transcript;
}

// first_difference prints the first line that two transcripts do not share.
static int first_difference(const char *a, const char *b)
{
    int line = 0;
    while (*a && *b) {
        size_t m = strcspn(a, "\n"), n = strcspn(b, "\n");
        if (m != n || strncmp(a, b, m) != 0) {
            printf("line %d:\n  %.*s\n  %.*s\n", line, (int)(m < 600 ? m : 600), a, (int)(n < 600 ? n : 600), b);
            return 1;
        }
        a += m + 1;
        b += n + 1;
        line++;
    }
    return *a != *b;
}

START_TEST(nobody_notices_the_others)
{
    unsigned seed = (unsigned)(getenv("SEED") ? strtoul(getenv("SEED"), NULL, 10) : harness_ms());
    int calls = getenv("CALLS") ? atoi(getenv("CALLS")) : 350;
    printf("nobody_notices_the_others: SEED=%u CALLS=%d\n", seed, calls);
    char *alone = run("rpc_interference", seed, calls, false);
    char *again = run("rpc_interference", seed, calls, false);
    char *beside = run("rpc_interference", seed, calls, true);
    long good = 0;
    for (const char *p = alone; (p = strstr(p, " OK ")); p++)
        good++;
    printf("%d calls, %ld of them good; beside them %ld calls of two others; %ld of their tries at its ids succeeded\n",
        calls, good, atomic_load(&others_calls), atomic_load(&others_successes_on_foreign_ids));
    ck_assert_int_gt(good, calls / 4); // the sequence does something
    ck_assert_int_eq(first_difference(alone, again), 0);
    ck_assert_int_eq(first_difference(alone, beside), 0);
    ck_assert_int_gt(atomic_load(&others_calls), calls / 4);
    ck_assert_int_eq(atomic_load(&others_successes_on_foreign_ids), 0);
    free(alone);
    free(again);
    free(beside);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("interference");
    TCase *t = tcase_create("interference");
    tcase_add_test(t, nobody_notices_the_others);
    suite_add_tcase(s, t);
    return run_suite(s);
}
