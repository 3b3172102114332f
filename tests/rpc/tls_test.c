// TLS: the server's name is always checked; a new certificate takes effect without a restart and without a failed call;
// an authority's gate lets in only who holds a certificate that it trusts.
#include "tests/support/harness.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CALLERS = 6, RELOADS = 5 };

static struct harness_server server;
static char *admin, *neighbour;
static char room[] = "/tmp/improve-tls-XXXXXX";
static char gate_url[64];
static atomic_bool stop;
static atomic_int failed_calls, good_calls;

static void shell(const char *format, const char *a, const char *b)
{
    char command[2048], *out;
    snprintf(command, sizeof command, format, a, b);
    if (harness_run((const char *[]){"sh", "-c", command, NULL}, &out) != 0)
        abort();
    free(out);
}

// make_client makes a client authority NAME-ca.pem and a client's certificate with its key, NAME.pem.
static void make_client(const char *name)
{
    shell("cd %s && n=%s && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "
          "/CN=$n-ca -keyout $n-ca.key"
          " -out $n-ca.pem 2>/dev/null && openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=$n "
          "-keyout $n.key"
          " -out $n.csr 2>/dev/null && openssl x509 -req -in $n.csr -CA $n-ca.pem -CAkey $n-ca.key -days 2 -out $n.crt "
          "2>/dev/null"
          " && cat $n.crt $n.key > $n.pem",
        room, name);
}

static enum status call_through(
    const char *url, const char *certificate, const char *server_name, const char *authority, const char *token)
{
    char why[256];
    struct link_options options = {.url = url,
        .ca_file = server.ca_file,
        .server_name = server_name,
        .certificate = certificate,
        .connect_ms = 2500};
    struct link *link = link_open(&options, why, sizeof why);
    ck_assert_msg(link != NULL, "%s", why);
    struct harness_reply reply;
    harness_call_on(link,
        &(struct harness_call){
            .method = "Partners/ListPartners", .authority = authority, .token = token, .timeout_ms = 4000},
        &reply);
    enum status code = reply.code;
    harness_release(&reply);
    link_close(link);
    return code;
}

START_TEST(the_server_must_be_who_it_says)
{
    ck_assert_int_eq(call_through(server.tls_url, NULL, "localhost", "926", neighbour), STATUS_OK);
    ck_assert_int_eq(call_through(server.tls_url, NULL, "elsewhere.example", "926", neighbour), STATUS_UNAVAILABLE);
}
END_TEST

START_TEST(a_gate_lets_in_its_own_only)
{
    char own[128], foreign[128];
    snprintf(own, sizeof own, "%s/own.pem", room);
    snprintf(foreign, sizeof foreign, "%s/foreign.pem", room);
    ck_assert_int_eq(call_through(gate_url, own, "localhost", "929", admin), STATUS_OK);
    ck_assert_int_eq(call_through(gate_url, NULL, "localhost", "929", admin), STATUS_UNAVAILABLE);
    ck_assert_int_eq(call_through(gate_url, foreign, "localhost", "929", admin), STATUS_UNAVAILABLE);
    ck_assert_int_eq(call_through(server.tls_url, own, "localhost", "929", admin), STATUS_PERMISSION_DENIED);
    ck_assert_int_eq(call_through(gate_url, own, "localhost", "926", neighbour), STATUS_PERMISSION_DENIED);
    ck_assert_int_eq(call_through(server.tls_url, NULL, "localhost", "926", neighbour), STATUS_OK);
    ck_assert_int_eq(call_through(server.ipc_url, NULL, NULL, "929", admin), STATUS_OK); // the operator's own socket
}
END_TEST

static void *keep_calling(void *unused)
{
    (void)unused;
    char why[256];
    struct link_options options = {.url = server.tls_url, .ca_file = server.ca_file, .server_name = "localhost"};
    struct link *link = link_open(&options, why, sizeof why);
    while (!atomic_load(&stop)) {
        struct harness_reply reply;
        harness_call_on(link,
            &(struct harness_call){.method = "Partners/AddPartner",
                .authority = "926",
                .token = neighbour,
                .timeout_ms = 20000,
                .json = "{\"name\":\"R\",\"kinds\":[\"sip\"],\"capacity_half_days\":1}"},
            &reply);
        if (reply.code != STATUS_OK)
            printf("failed after %u attempts: %s %s\n", reply.link.attempts, status_name(reply.code),
                reply.link.header->message);
        atomic_fetch_add(reply.code == STATUS_OK ? &good_calls : &failed_calls, 1);
        harness_release(&reply);
    }
    link_close(link);
    return NULL;
}

static char *serial_served(void)
{
    char command[512], *out;
    snprintf(command, sizeof command,
        "openssl s_client -connect %s </dev/null 2>/dev/null | openssl x509 -noout -serial",
        server.tls_url + strlen("tls+tcp://"));
    harness_run((const char *[]){"sh", "-c", command, NULL}, &out);
    return out;
}

START_TEST(certificates_are_renewed_under_load)
{
    pthread_t threads[CALLERS];
    char folder[160];
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(server.ca_file, '/') - server.ca_file), server.ca_file);
    for (int i = 0; i < CALLERS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, keep_calling, NULL), 0);
    for (int i = 0; i < RELOADS; i++) {
        char *before = serial_served();
        shell("rm -f %s/server.crt && %s", folder, "true");
        const char *renew[] = {BUILD_DIR "/bin/improved", "admin", "tls", "--out", folder, NULL};
        char *out;
        ck_assert_int_eq(harness_run(renew, &out), 0);
        free(out);
        kill(server.pid, SIGHUP);
        char *after = serial_served();
        for (int tries = 0; strcmp(before, after) == 0 || !*after; tries++) {
            ck_assert_int_lt(tries, 50);
            harness_rest(100);
            free(after);
            after = serial_served();
        }
        free(before);
        free(after);
    }
    atomic_store(&stop, true);
    for (int i = 0; i < CALLERS; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(atomic_load(&failed_calls), 0);
    ck_assert_int_gt(atomic_load(&good_calls), CALLERS);
    char *kept = harness_sql("select count(*) from partners.partner where name = 'R'");
    ck_assert_int_eq(atoi(kept), atomic_load(&good_calls)); // each once, whatever was cut off
    free(kept);
}
END_TEST

START_TEST(files_that_cannot_be_used_change_nothing)
{
    char folder[160];
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(server.ca_file, '/') - server.ca_file), server.ca_file);
    shell("cd %s && cp server.crt kept && echo nonsense > server.crt && %s", folder, "true");
    kill(server.pid, SIGHUP);
    harness_rest(500);
    ck_assert_int_eq(call_through(server.tls_url, NULL, "localhost", "926", neighbour), STATUS_OK);
    shell("cd %s && mv kept server.crt && %s", folder, "true");
}
END_TEST

START_TEST(a_revoked_certificate_is_shut_out)
{
    char own[128];
    snprintf(own, sizeof own, "%s/own.pem", room);
    shell(
        "cd %s && : >index && echo 01 >number && printf "
        "'[ca]\\ndefault_ca=d\\n[d]\\ndatabase=index\\ncrlnumber=number\\n"
        "default_md=sha256\\ndefault_crl_days=2\\n' >conf && a='-config conf -keyfile own-ca.key -cert own-ca.pem' && "
        "openssl ca $a -revoke own.crt 2>/dev/null && openssl ca $a -gencrl -out own.crl 2>/dev/null && "
        "cat own.crl >>own-ca.pem && %s",
        room, "true");
    ck_assert_int_eq(call_through(gate_url, own, "localhost", "929", admin), STATUS_OK);
    kill(server.pid, SIGHUP);
    harness_rest(500);
    ck_assert_int_eq(call_through(gate_url, own, "localhost", "929", admin), STATUS_UNAVAILABLE);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tls");
    TCase *t = tcase_create("tls");
    tcase_add_test(t, the_server_must_be_who_it_says);
    tcase_add_test(t, a_gate_lets_in_its_own_only);
    tcase_add_test(t, certificates_are_renewed_under_load);
    tcase_add_test(t, files_that_cannot_be_used_change_nothing);
    tcase_add_test(t, a_revoked_certificate_is_shut_out);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    char gates[256];
    if (!mkdtemp(room))
        return 1;
    make_client("own");
    make_client("foreign");
    snprintf(gate_url, sizeof gate_url, "tls+tcp://127.0.0.1:%d", 41000 + (int)(getpid() % 20000));
    snprintf(gates, sizeof gates, "gates=929=%s=%s/own-ca.pem", gate_url, room);
    harness_database("rpc_tls");
    admin = harness_token("929", "la_admin", NULL);
    neighbour = harness_token("926", "la_admin", NULL);
    harness_start(&server, (const char *[]){gates, NULL});
    SRunner *runner = srunner_create(suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    if (harness_stop(&server) != 0)
        failed++;
    shell("rm -rf %s%s", room, "");
    free(admin);
    free(neighbour);
    return failed ? 1 : 0;
}
