// Connections that end before they are any use.
#include "client/link.h"
#include "common/frame.h"
#include "health.pb-c.h"
#include "tests/support/fake_server.c" // the tests' own
#include "tests/support/run.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

static char url[64], folder[] = "/tmp/improve-dial-XXXXXX";

static void answer(const struct fake_request *q, struct fake_reply *r, void *data)
{
    static Grpc__Health__V1__HealthCheckResponse well = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;
    (void)q;
    (void)data;
    r->message = &well.base;
}

// hang_up listens where the server will be, and closes the first connection that comes at once.
static void *hang_up(void *ready)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(to.sun_path, sizeof to.sun_path, "%s", url + strlen("ipc://"));
    unlink(to.sun_path);
    bool listens = bind(fd, (struct sockaddr *)&to, sizeof to) == 0 && listen(fd, 8) == 0;
    atomic_store((atomic_bool *)ready, true);
    if (listens)
        close(accept(fd, NULL, NULL));
    close(fd);
    unlink(to.sun_path);
    return NULL;
}

// nng's dialer may end for good with such a connection; most do.
START_TEST(a_connection_that_ends_before_the_hellos_is_dialled_anew)
{
    for (int i = 0; i < 2; i++) {
        pthread_t thread;
        atomic_bool ready = false;
        ck_assert_int_eq(pthread_create(&thread, NULL, hang_up, &ready), 0);
        while (!atomic_load(&ready))
            usleep(1000);
        char why[200];
        struct link *l = link_open(&(struct link_options){.url = url, .connect_ms = 3000}, why, sizeof why);
        ck_assert_msg(l != NULL, "%s", why);
        pthread_join(thread, NULL);
        struct fake_server *f = fake_server_start(url, answer, NULL);
        ck_assert_ptr_nonnull(f);
        Grpc__Health__V1__HealthCheckRequest empty = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;
        struct link_request q = {.method = "/grpc.health.v1.Health/Check", .message = &empty.base, .timeout_ms = 10000};
        struct link_reply r;
        link_call(l, &q, &r);
        ck_assert_int_eq(link_status(&r), STATUS_OK);
        link_reply_release(&r);
        link_close(l);
        fake_server_stop(f);
    }
}
END_TEST

int main(void)
{
    if (!mkdtemp(folder))
        return EXIT_FAILURE;
    snprintf(url, sizeof url, "ipc://%s/s", folder);
    Suite *suite = suite_create("client link dial");
    TCase *t = tcase_create("dial");
    tcase_add_test(t, a_connection_that_ends_before_the_hellos_is_dialled_anew);
    suite_add_tcase(suite, t);
    int failed = run_suite(suite);
    rmdir(folder);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
