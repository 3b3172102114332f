// Anything on the wire: a status, never a crash, and the next caller is served.
#include "common/frame.h"
#include "partners.pb-c.h"
#include "tests/support/raw.h"

#include <arpa/inet.h>
#include <check.h>
#include <nng/supplemental/util/platform.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct harness_server server;
static struct link *link_to;
static nng_socket raw;
static char *admin;

// still_served tells whether an honest caller gets an answer.
static bool still_served(void)
{
    struct harness_reply reply;
    struct harness_call call = {
        .method = "Partners/ListPartners", .authority = "929", .token = admin, .timeout_ms = 3000};
    harness_call_on(link_to, &call, &reply);
    bool served = reply.code == STATUS_OK;
    harness_release(&reply);
    return served;
}

static int code_of_bytes(const void *bytes, size_t size)
{
    Improve__Rpc__ReplyHeader *reply = raw_exchange(raw, bytes, size);
    int code = reply ? (int)reply->code : -1;
    if (reply)
        improve__rpc__reply_header__free_unpacked(reply, NULL);
    return code;
}

static int code_of_payload(const char *method, const void *payload, size_t payload_size)
{
    Improve__Rpc__CallHeader header = IMPROVE__RPC__CALL_HEADER__INIT;
    char name[128];
    size_t size;
    snprintf(name, sizeof name, "/improve.v1.%s", method);
    header.method = name;
    header.authority = (char[]){"929"};
    header.token = admin;
    header.request_id = (char[]){"22222222-2222-4333-8444-000000000001"};
    uint8_t *bytes = raw_frame(&header, payload, payload_size, &size);
    int code = code_of_bytes(bytes, size);
    free(bytes);
    return code;
}

START_TEST(garbage_is_answered)
{
    static const uint8_t samples[][8] = {
        {0}, {0xff, 0xff, 0xff, 0xff, 0xff}, {0x80}, {5, 'a', 'b'}, {3, 0x0a, 0x7f, 'x'}, {2, 0x0f, 0x0f}};
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        for (size_t n = 0; n <= sizeof *samples; n++) {
            int code = code_of_bytes(samples[i], n);
            ck_assert_msg(code == STATUS_INVALID_ARGUMENT || code == STATUS_UNIMPLEMENTED, "sample %zu, %zu bytes: %d",
                i, n, code);
        }
    ck_assert(still_served());
}
END_TEST

START_TEST(every_truncation_is_answered)
{
    Improve__Rpc__CallHeader header = IMPROVE__RPC__CALL_HEADER__INIT;
    header.method = (char[]){"/improve.v1.Partners/AddPartner"};
    header.authority = (char[]){"929"};
    header.token = admin;
    size_t payload_size, size;
    uint8_t *payload = harness_pack(
        "Partners/AddPartner", "{\"name\":\"Cut\",\"kinds\":[\"sip\"],\"capacity_half_days\":60}", &payload_size);
    uint8_t *bytes = raw_frame(&header, payload, payload_size, &size);
    for (size_t n = 0; n < size; n++) {
        int code = code_of_bytes(bytes, n);
        ck_assert_msg(code == STATUS_INVALID_ARGUMENT || code == STATUS_UNIMPLEMENTED ||
                          code == STATUS_UNAUTHENTICATED || code == STATUS_PERMISSION_DENIED,
            "%zu of %zu bytes: %d", n, size, code);
    }
    free(bytes);
    free(payload);
    ck_assert(still_served());
}
END_TEST

START_TEST(random_flips_are_answered)
{
    unsigned seed = (unsigned)(getenv("SEED") ? strtoul(getenv("SEED"), NULL, 10) : harness_ms());
    printf("random_flips_are_answered: SEED=%u\n", seed);
    srandom(seed);
    Improve__Rpc__CallHeader header = IMPROVE__RPC__CALL_HEADER__INIT;
    header.method = (char[]){"/improve.v1.Partners/ListPartners"};
    header.authority = (char[]){"929"};
    header.token = admin;
    size_t payload_size, size;
    uint8_t *payload = harness_pack("Partners/ListPartners", "{\"name\":\"Someone\",\"page_size\":10}", &payload_size);
    uint8_t *bytes = raw_frame(&header, payload, payload_size, &size);
    for (int i = 0; i < 2000; i++) {
        size_t at = (size_t)random() % size;
        uint8_t flip = (uint8_t)(1 << random() % 8);
        bytes[at] ^= flip;
        ck_assert_int_ge(code_of_bytes(bytes, size), 0);
        bytes[at] ^= flip;
    }
    free(bytes);
    free(payload);
    ck_assert(still_served());
}
END_TEST

START_TEST(strings_must_be_text)
{
    static const struct {
        const char *payload;
        size_t size;
    } bad[] = {
        {"\x0a\x02\xff\xfe", 4}, {"\x0a\x03\x61\x00\x62", 5}, {"\x0a\x03\xed\xa0\x80", 5}, {"\x0a\x02\xc0\xaf", 4}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_int_eq(code_of_payload("Partners/AddPartner", bad[i].payload, bad[i].size), STATUS_INVALID_ARGUMENT);
}
END_TEST

START_TEST(amplification_stays_in_its_budget)
{
    size_t size = 400 * 1024;
    uint8_t *payload = malloc(size); // 200,000 empty strings: 71-fold in memory, were it not for the budget
    for (size_t i = 0; i < size; i += 2) {
        payload[i] = 0x12;
        payload[i + 1] = 0;
    }
    ck_assert_int_eq(code_of_payload("Partners/AddPartner", payload, size), STATUS_RESOURCE_EXHAUSTED);
    free(payload);
    ck_assert(still_served());
}
END_TEST

START_TEST(oversize_is_dropped_and_the_next_is_served)
{
    nng_socket big = raw_socket(server.ipc_url, 500);
    uint8_t *bytes = calloc(1, FRAME_REQUEST_MAX + 1024);
    ck_assert_ptr_null(raw_exchange(big, bytes, FRAME_REQUEST_MAX + 1024));
    free(bytes);
    ck_assert(still_served());
}
END_TEST

START_TEST(a_request_is_not_resent_by_the_transport)
{
    free(harness_sql(
        "create function partners.slow(text) returns text language sql volatile as $$ select $1 from pg_sleep(0.5) $$;"
        "grant execute on function partners.slow to improve_exec;"
        "create policy slow on partners.partner as restrictive for insert to improve_exec with check "
        "(partners.slow(name) is not null)"));
    struct harness_reply reply;
    struct harness_call call = {.method = "Partners/AddPartner",
        .authority = "929",
        .token = admin,
        .json = "{\"name\":\"Resent\",\"kinds\":[\"sip\"],\"capacity_half_days\":1}"};
    harness_call_on(link_to, &call, &reply);
    ck_assert_int_eq(reply.code, STATUS_OK);
    ck_assert_uint_eq(reply.link.attempts, 1);
    harness_release(&reply);
    char *n = harness_sql("select count(*) from partners.partner where name = 'Resent'");
    ck_assert_str_eq(n, "1");
    free(n);
    free(harness_sql("drop policy slow on partners.partner; drop function partners.slow"));
}
END_TEST

// connect_ipc connects to the ipc URL as a plain socket, and says hello as nng's REQ does.
static int connect_ipc(void)
{
    static const uint8_t hello[8] = {0, 'S', 'P', 0, 0, 0x30, 0, 0};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    uint8_t answer[8];
    snprintf(address.sun_path, sizeof address.sun_path, "%.100s", server.ipc_url + strlen("ipc://"));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(write(fd, hello, sizeof hello), 8);
    ck_assert_int_eq(recv(fd, answer, sizeof answer, MSG_WAITALL), 8);
    return fd;
}

START_TEST(a_client_that_never_reads_is_closed)
{
    Improve__Rpc__CallHeader header = IMPROVE__RPC__CALL_HEADER__INIT;
    header.method = (char[]){"/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"};
    size_t payload_size, size;
    uint8_t *payload = harness_pack("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "{\"file_containing_symbol\":\"improve.v1.Partners\"}", &payload_size);
    uint8_t *bytes = raw_frame(&header, payload, payload_size, &size);
    int fd = connect_ipc();
    bool closed = false;
    for (uint32_t i = 0; i < 20000 && !closed; i++) {
        uint64_t length = (uint64_t)size + 4;
        uint8_t head[13] = {1};
        for (int b = 0; b < 8; b++)
            head[1 + b] = (uint8_t)(length >> (8 * (7 - b)));
        uint32_t id = htonl(0x80000000u | i);
        memcpy(head + 9, &id, 4);
        struct timeval patience = {.tv_sec = 6};
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        closed = send(fd, head, sizeof head, MSG_NOSIGNAL) != sizeof head ||
                 send(fd, bytes, size, MSG_NOSIGNAL) != (ssize_t)size;
        if (i % 100 == 99)
            ck_assert(still_served());
    }
    ck_assert_msg(closed, "the connection is still open");
    close(fd);
    free(bytes);
    free(payload);
    ck_assert(still_served());
}
END_TEST

START_TEST(broken_handshakes_leave_the_listener_alive)
{
    int port = atoi(strrchr(server.tls_url, ':') + 1);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    static const char *const openings[] = {"", "\x16\x03\x01", "GET /%41 HTTP/1.1\r\n\r\n", "\0SP\0\0\x30\0\0"};
    for (int i = 0; i < 80; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        struct linger abrupt = {.l_onoff = i % 2, .l_linger = 0}; // every other ends with RST
        ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
        const char *opening = openings[i % 4];
        ck_assert_int_ge(send(fd, opening, i % 4 == 3 ? 8 : strlen(opening), MSG_NOSIGNAL), 0);
        if (i % 3 == 0)
            shutdown(fd, SHUT_WR);
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &abrupt, sizeof abrupt);
        close(fd);
    }
    struct link_options options = {
        .url = server.tls_url, .ca_file = server.ca_file, .server_name = "localhost", .connect_ms = 8000};
    char why[256] = "";
    struct link *secure = link_open(&options, why, sizeof why);
    ck_assert_msg(secure != NULL, "%s", why);
    struct harness_reply reply;
    harness_call_on(secure, &(struct harness_call){.method = "/grpc.health.v1.Health/Check"}, &reply);
    ck_assert_int_eq(reply.code, STATUS_OK);
    harness_release(&reply);
    link_close(secure);
}
END_TEST

START_TEST(plain_tcp_is_refused)
{
    struct harness_server other = {0};
    ck_assert(!harness_try_start(&other, (const char *[]){"listen=tcp://127.0.0.1:0", NULL}));
    char *log = harness_log(&other);
    ck_assert_ptr_nonnull(strstr(log, "tcp://127.0.0.1:0 is refused"));
    free(log);
}
END_TEST

START_TEST(a_silent_connection_is_reaped)
{
    struct harness_server other;
    harness_start(&other, (const char *[]){"idle_timeout_ms=300", NULL});
    struct harness_server saved = server;
    server = other;
    int fd = connect_ipc();
    server = saved;
    struct timeval patience = {.tv_sec = 5};
    char byte;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ck_assert_int_eq(recv(fd, &byte, 1, 0), 0); // closed by the server
    close(fd);
    harness_stop(&other);
}
END_TEST

// leave connects to the ipc URL, says the first n bytes of the hello, and leaves.
static void leave(size_t n)
{
    static const uint8_t hello[8] = {0, 'S', 'P', 0, 0, 0x30, 0, 0};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%.100s", server.ipc_url + strlen("ipc://"));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(send(fd, hello, n, MSG_NOSIGNAL), (ssize_t)n);
    close(fd);
}

START_TEST(who_leaves_before_the_hello_leaves_the_local_listener_alive)
{
    for (size_t i = 0; i < 80; i++)
        leave(i % 8); // one such kills nng 1.5.2's own ipc listener
    struct link *fresh = harness_link(&server);
    struct harness_reply reply;
    struct harness_call call = {.method = "/grpc.health.v1.Health/Check", .timeout_ms = 2000};
    harness_call_on(fresh, &call, &reply);
    ck_assert_int_eq(reply.code, STATUS_OK);
    harness_release(&reply);
    link_close(fresh);
}
END_TEST

START_TEST(who_says_no_hello_is_closed)
{
    struct harness_server other;
    harness_start(&other, (const char *[]){"handshake_timeout_ms=200", NULL});
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct timeval patience = {.tv_sec = 5};
    uint8_t hello[8], byte;
    snprintf(address.sun_path, sizeof address.sun_path, "%.100s", other.ipc_url + strlen("ipc://"));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(recv(fd, hello, sizeof hello, MSG_WAITALL), 8);
    ck_assert_int_eq(recv(fd, &byte, 1, 0), 0); // closed by the server
    close(fd);
    harness_stop(&other);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("hostile");
    TCase *t = tcase_create("hostile");
    tcase_add_test(t, garbage_is_answered);
    tcase_add_test(t, every_truncation_is_answered);
    tcase_add_test(t, random_flips_are_answered);
    tcase_add_test(t, strings_must_be_text);
    tcase_add_test(t, amplification_stays_in_its_budget);
    tcase_add_test(t, oversize_is_dropped_and_the_next_is_served);
    tcase_add_test(t, a_request_is_not_resent_by_the_transport);
    tcase_add_test(t, a_client_that_never_reads_is_closed);
    tcase_add_test(t, broken_handshakes_leave_the_listener_alive);
    tcase_add_test(t, plain_tcp_is_refused);
    tcase_add_test(t, a_silent_connection_is_reaped);
    tcase_add_test(t, who_leaves_before_the_hello_leaves_the_local_listener_alive);
    tcase_add_test(t, who_says_no_hello_is_closed);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    harness_database("rpc_hostile");
    admin = harness_token("929", "la_admin", NULL);
    harness_start(&server, NULL);
    link_to = harness_link(&server);
    raw = raw_socket(server.ipc_url, 5000);
    SRunner *runner = srunner_create(suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    link_close(link_to);
    if (harness_stop(&server) != 0)
        failed++;
    free(admin);
    return failed ? 1 : 0;
}
