#include "server/serve.h"

#include "common/catalog.h"
#include "common/docs.h"
#include "common/log.h"
#include "common/secrets.h"
#include "server/clock.h"
#include "server/contract.h"
#include "server/local.h"
#include "server/loop.h"
#include "server/mail/postman.h"
#include "server/options.h"
#include "server/sealer.h"
#include "server/transport/transport.h"
#include "server/watch.h"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

enum { LOOK_MS = 10, SETTLE_MS = 50, LEAVE_MS = 1000 };

static struct options options; // lives as long as the threads that read it

// block_signals leaves SIGTERM, SIGINT and SIGHUP to serve_main, in every thread that is started from here on.
static sigset_t block_signals(void)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    signal(SIGPIPE, SIG_IGN);
    return ends;
}

// widen_files takes all the file descriptors the system allows: each connection needs one.
static void widen_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void rest(long ms)
{
    struct timespec time = {.tv_nsec = ms * 1000000};
    nanosleep(&time, NULL);
}

static bool say_ready(void)
{
    if (!*options.ready_file)
        return true;
    FILE *file = fopen(options.ready_file, "w");
    if (!file || fprintf(file, "%ld\n", (long)getpid()) < 0 || fclose(file) != 0) {
        log_line(LOG_ERROR, "cannot write %s", options.ready_file);
        return false;
    }
    return true;
}

static bool start(void)
{
    widen_files();
    local_init();
    if (!postman_check(&options) || !contract_check(options.database) || !loop_start(&options))
        return false;
    for (uint64_t until = clock_ms() + 10000; !loop_serves();) {
        if (clock_ms() > until) {
            log_line(LOG_ERROR, "the database gave no connections within 10 s");
            return false;
        }
        rest(LOOK_MS);
    }
    return transport_open(&options, loop_hand_over) && sealer_start(&options) && postman_start(&options) && say_ready();
}

static void drain(void)
{
    loop_drain();
    postman_stop();
    uint64_t until = clock_ms() + (uint64_t)options.drain_timeout_ms;
    while ((transport_in_flight() > 0 || watch_parked() > 0 || !postman_is_quiet()) && clock_ms() < until)
        rest(LOOK_MS);
    rest(SETTLE_MS);
    until = clock_ms() + LEAVE_MS;
    while (!transport_is_quiet() && clock_ms() < until) // the last replies leave
        rest(LOOK_MS);
    if (*options.ready_file)
        unlink(options.ready_file);
    log_line(LOG_INFO, "stopped, with %d calls in flight", transport_in_flight());
}

// renew takes the certificates that the files hold now.
static void renew(void)
{
    if (transport_renew())
        log_line(LOG_INFO, "certificates and keys were read again");
    else
        log_line(LOG_ERROR, "the certificates in use are kept");
}

int serve_main(int argc, char **argv)
{
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        options_help(stdout);
        return 0;
    }
    if (!options_load(&options, argc, argv))
        return 2;
    log_set_level((enum log_level)options.log_level);
    if (sodium_init() < 0)
        return 1;
    catalog_init();
    secrets_init();
    sigset_t ends = block_signals();
    if (!start())
        return 1;
    docs_clear(); // the contract has read them, and nobody will again
    malloc_trim(0);
    log_line(LOG_INFO, "serving %zu methods on %s", catalog_count(), options.listen);
    int signal_number;
    while (sigwait(&ends, &signal_number) == 0 && signal_number == SIGHUP)
        renew();
    log_line(LOG_INFO, "stopping");
    drain();
    fflush(NULL);
#ifdef __SANITIZE_ADDRESS__
    if (__lsan_do_recoverable_leak_check())
        _exit(1);
#endif
    _exit(0); // threads work to the end; nothing is left to do
}
