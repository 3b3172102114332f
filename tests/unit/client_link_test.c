// Calls over a real connection to a server of canned answers: retries under one id, lost connections, deadlines, sizes,
// pages.
#include "client/link.h"
#include "client/uuid.h"
#include "common/frame.h"
#include "health.pb-c.h"
#include "tests/support/fake_server.c" // the tests' own
#include "tests/support/run.h"

#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

static char url[64], folder[] = "/tmp/improve-link-XXXXXX";

static Grpc__Health__V1__HealthCheckRequest empty = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;

static struct link_request request(void)
{
    return (struct link_request){.method = "/grpc.health.v1.Health/Check", .message = &empty.base, .timeout_ms = 3000};
}

static struct fake_server *f; // each test's own, ended after it however it went
static struct link *l;

static void start_server(fake_handler *handler, void *data)
{
    f = fake_server_start(url, handler, data);
    ck_assert_ptr_nonnull(f);
}

static void stop(void)
{
    link_close(l);
    if (f)
        fake_server_stop(f);
    l = NULL;
    f = NULL;
}

static void open_link(int connect_ms)
{
    char why[200];
    l = link_open(&(struct link_options){.url = url, .connect_ms = connect_ms}, why, sizeof why);
    ck_assert_msg(l != NULL, "%s", why);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

// What the handlers note.
static struct {
    char ids[8][40];
    uint32_t timeouts[8];
    char cursors[8][16];
} seen;

static void note(const struct fake_request *q)
{
    unsigned i = (q->number - 1) % 8;
    snprintf(seen.ids[i], sizeof seen.ids[i], "%s", q->header->request_id ? q->header->request_id : "");
    snprintf(seen.cursors[i], sizeof seen.cursors[i], "%s", q->header->cursor ? q->header->cursor : "");
    seen.timeouts[i] = q->header->timeout_ms;
}

static Grpc__Health__V1__HealthCheckResponse serving = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;

static void answer(const struct fake_request *q, struct fake_reply *r, void *data)
{
    (void)data;
    note(q);
    r->message = &serving.base;
}

START_TEST(a_call_is_answered)
{
    start_server(answer, NULL);
    open_link(0);
    struct link_request q = request();
    struct link_reply r;
    link_call(l, &q, &r);
    ck_assert_int_eq(link_status(&r), STATUS_OK);
    ck_assert(r.from_server);
    ck_assert_uint_eq(r.attempts, 1);
    ck_assert_uint_eq(r.payload_size, 2);
    fake_server_requests(f); // seen may be read now
    ck_assert(uuid_is_valid(seen.ids[0]));
    ck_assert_str_eq(seen.ids[0], r.request_id);
    ck_assert(seen.timeouts[0] > 2500 && seen.timeouts[0] <= 3000);
    link_reply_release(&r);
}
END_TEST

// busy refuses twice before it answers: first as shed, then as unavailable.
static void busy(const struct fake_request *q, struct fake_reply *r, void *data)
{
    answer(q, r, data);
    if (q->number > 2)
        return;
    r->message = NULL;
    r->header.has_code = 1;
    r->header.code = q->number == 1 ? IMPROVE__RPC__CODE__RESOURCE_EXHAUSTED : IMPROVE__RPC__CODE__UNAVAILABLE;
    r->header.has_retry_delay_ms = q->number == 1;
    r->header.retry_delay_ms = 120;
}

START_TEST(a_shed_call_is_tried_again_under_its_id)
{
    start_server(busy, NULL);
    open_link(0);
    struct link_request q = request();
    struct link_reply r;
    double start = now();
    link_call(l, &q, &r);
    ck_assert_int_eq(link_status(&r), STATUS_OK);
    ck_assert_uint_eq(r.attempts, 3);
    ck_assert(now() - start >= 0.12 + 0.06);
    fake_server_requests(f); // seen may be read now
    ck_assert_str_eq(seen.ids[0], seen.ids[1]);
    ck_assert_str_eq(seen.ids[0], seen.ids[2]);
    ck_assert(seen.timeouts[2] < seen.timeouts[0]);
    link_reply_release(&r);
}
END_TEST

// full refuses for good: a limit that waiting does not lift.
static void full(const struct fake_request *q, struct fake_reply *r, void *data)
{
    (void)q;
    (void)data;
    r->header.has_code = 1;
    r->header.code = IMPROVE__RPC__CODE__RESOURCE_EXHAUSTED;
    r->header.message = (char *)"Too many rows.";
}

START_TEST(exhausted_without_a_delay_is_final)
{
    start_server(full, NULL);
    open_link(0);
    struct link_request q = request();
    struct link_reply r;
    link_call(l, &q, &r);
    ck_assert_int_eq(link_status(&r), STATUS_RESOURCE_EXHAUSTED);
    ck_assert_str_eq(r.header->message, "Too many rows.");
    ck_assert_uint_eq(r.attempts, 1);
    link_reply_release(&r);
}
END_TEST

static void drops_first(const struct fake_request *q, struct fake_reply *r, void *data)
{
    answer(q, r, data);
    r->drop = q->number <= 2;
}

START_TEST(a_lost_connection_is_tried_again_under_its_id)
{
    start_server(drops_first, NULL);
    open_link(0);
    struct link_request q = request();
    struct link_reply r;
    link_call(l, &q, &r);
    ck_assert_int_eq(link_status(&r), STATUS_OK);
    ck_assert_uint_eq(r.attempts, 3);
    ck_assert_uint_eq(fake_server_requests(f), 3); // nng itself has sent nothing again
    fake_server_requests(f);                       // seen may be read now
    ck_assert_str_eq(seen.ids[0], seen.ids[2]);
    link_reply_release(&r);
    q.once = true;
    link_call(l, &q, &r);
    ck_assert_int_eq(link_status(&r), STATUS_OK);
    link_reply_release(&r);
}
END_TEST

START_TEST(no_server_is_unavailable_in_time)
{
    open_link(300);
    struct link_request q = request();
    struct link_reply r;
    double start = now();
    link_call(l, &q, &r);
    ck_assert_int_eq(link_status(&r), STATUS_UNAVAILABLE);
    ck_assert(!r.from_server);
    ck_assert(now() - start > 0.25 && now() - start < 1.5);
    link_reply_release(&r);
}
END_TEST

START_TEST(a_server_that_comes_late_is_found)
{
    open_link(3000);
    usleep(200000);
    start_server(answer, NULL);
    struct link_request q = request();
    struct link_reply r;
    link_call(l, &q, &r);
    ck_assert_int_eq(link_status(&r), STATUS_OK);
    link_reply_release(&r);
    fake_server_stop(f);
    start_server(answer, NULL); // and one that was started anew
    link_call(l, &q, &r);
    ck_assert_int_eq(link_status(&r), STATUS_OK);
    link_reply_release(&r);
}
END_TEST

static void silent(const struct fake_request *q, struct fake_reply *r, void *data)
{
    (void)q;
    (void)data;
    r->ignore = true;
}

START_TEST(the_deadline_ends_a_call)
{
    start_server(silent, NULL);
    open_link(0);
    struct link_request q = request();
    struct link_reply r;
    q.timeout_ms = 200;
    double start = now();
    link_call(l, &q, &r);
    ck_assert_int_eq(link_status(&r), STATUS_DEADLINE_EXCEEDED);
    ck_assert(now() - start < 1.5);
    link_reply_release(&r);
}
END_TEST

static void nonsense(const struct fake_request *q, struct fake_reply *r, void *data)
{
    (void)q;
    (void)data;
    r->raw = "\xff\xff\xff\xff\xff";
    r->raw_size = 5;
}

START_TEST(an_unreadable_answer_is_internal)
{
    start_server(nonsense, NULL);
    open_link(0);
    struct link_request q = request();
    struct link_reply r;
    link_call(l, &q, &r);
    ck_assert_int_eq(link_status(&r), STATUS_INTERNAL);
    link_reply_release(&r);
}
END_TEST

// large answers with as many bytes as data says: the frame's other byte is the header's length, 0.
static void large(const struct fake_request *q, struct fake_reply *r, void *data)
{
    (void)q;
    r->padding = *(size_t *)data;
}

START_TEST(answers_have_a_largest_size)
{
    size_t size = FRAME_REPLY_MAX - 1;
    start_server(large, &size);
    open_link(0);
    struct link_request q = request();
    struct link_reply r;
    link_call(l, &q, &r);
    ck_assert_int_eq(link_status(&r), STATUS_OK);
    ck_assert_uint_eq(r.payload_size, size);
    link_reply_release(&r);
    fake_server_requests(f); // the handler has read size
    size = FRAME_REPLY_MAX + 1024;
    q.timeout_ms = 700;
    link_call(l, &q, &r);
    ck_assert_int_ne(link_status(&r), STATUS_OK);
    link_reply_release(&r);
}
END_TEST

START_TEST(a_large_request_is_refused_before_it_is_sent)
{
    start_server(answer, NULL);
    open_link(0);
    struct link_request q = request();
    struct link_reply r;
    static char text[FRAME_REQUEST_MAX];
    memset(text, 'x', sizeof text - 1);
    Grpc__Health__V1__HealthCheckRequest big = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;
    big.service = text;
    q.message = &big.base;
    link_call(l, &q, &r);
    ck_assert_int_eq(link_status(&r), STATUS_INVALID_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(r.header->message, "too large"));
    ck_assert_uint_eq(fake_server_requests(f), 0);
    link_reply_release(&r);
}
END_TEST

static void paged(const struct fake_request *q, struct fake_reply *r, void *data)
{
    static const char *const next[] = {"one", "two", NULL};
    answer(q, r, data);
    r->header.cursor = (char *)next[q->number - 1];
}

static bool count_pages(const struct link_reply *r, void *data)
{
    (void)r;
    ++*(int *)data;
    return true;
}

START_TEST(pages_follow_the_cursor)
{
    start_server(paged, NULL);
    open_link(0);
    struct link_request q = request();
    struct link_reply r;
    int pages = 0;
    link_call_all(l, &q, count_pages, &pages, &r);
    ck_assert_int_eq(link_status(&r), STATUS_OK);
    ck_assert_int_eq(pages, 3);
    fake_server_requests(f); // seen may be read now
    ck_assert_str_eq(seen.cursors[0], "");
    ck_assert_str_eq(seen.cursors[1], "one");
    ck_assert_str_eq(seen.cursors[2], "two");
    link_reply_release(&r);
}
END_TEST

static void count_done(struct link_reply *r, void *data)
{
    if (link_status(r) == STATUS_OK)
        atomic_fetch_add((atomic_int *)data, 1);
    link_reply_release(r);
}

START_TEST(many_calls_fly_at_once)
{
    enum { CALLS = 500 };
    start_server(answer, NULL);
    open_link(0);
    struct link_request q = request();
    atomic_int done = 0;
    char why[100];
    for (int i = 0; i < CALLS; i++)
        ck_assert(link_start(l, &q, count_done, &done, why, sizeof why));
    link_close(l); // waits for them
    l = NULL;
    ck_assert_int_eq(atomic_load(&done), CALLS);
}
END_TEST

START_TEST(bad_addresses_are_refused)
{
    char why[300] = "";
    ck_assert_ptr_null(link_open(&(struct link_options){.url = "tcp://127.0.0.1:1"}, why, sizeof why));
    ck_assert_ptr_nonnull(strstr(why, "tls+tcp://"));
    ck_assert_ptr_null(link_open(&(struct link_options){.url = "tls+tcp://127.0.0.1:1"}, why, sizeof why));
    ck_assert_ptr_nonnull(strstr(why, "CA file"));
    ck_assert_ptr_null(
        link_open(&(struct link_options){.url = "tls+tcp://127.0.0.1:1", .ca_file = "/nonexistent"}, why, sizeof why));
    ck_assert_ptr_nonnull(strstr(why, "/nonexistent"));
}
END_TEST

int main(void)
{
    serving.has_status = 1;
    serving.status = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING;
    if (!mkdtemp(folder))
        return EXIT_FAILURE;
    snprintf(url, sizeof url, "ipc://%s/s", folder);
    Suite *suite = suite_create("client link");
    TCase *t = tcase_create("link");
    tcase_add_checked_fixture(t, NULL, stop);
    tcase_add_test(t, a_call_is_answered);
    tcase_add_test(t, a_shed_call_is_tried_again_under_its_id);
    tcase_add_test(t, exhausted_without_a_delay_is_final);
    tcase_add_test(t, a_lost_connection_is_tried_again_under_its_id);
    tcase_add_test(t, no_server_is_unavailable_in_time);
    tcase_add_test(t, a_server_that_comes_late_is_found);
    tcase_add_test(t, the_deadline_ends_a_call);
    tcase_add_test(t, an_unreadable_answer_is_internal);
    tcase_add_test(t, answers_have_a_largest_size);
    tcase_add_test(t, a_large_request_is_refused_before_it_is_sent);
    tcase_add_test(t, pages_follow_the_cursor);
    tcase_add_test(t, many_calls_fly_at_once);
    tcase_add_test(t, bad_addresses_are_refused);
    suite_add_tcase(suite, t);
    int failed = run_suite(suite);
    rmdir(folder);
    return failed;
}
