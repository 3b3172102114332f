#include "server/admin/openssl.h"

#include "server/admin/command.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

bool openssl_run(bool quiet, const char *const *words)
{
    posix_spawn_file_actions_t actions;
    pid_t child;
    int status;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (quiet)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int why = posix_spawnp(&child, "openssl", &actions, NULL, (char *const *)words, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (why) {
        fprintf(stderr, ADMIN ": openssl cannot be run: %s\n", strerror(why));
        return false;
    }
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool openssl_make_key(const char *path)
{
    return OPENSSL(false, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path) &&
           chmod(path, 0600) == 0;
}

bool openssl_lasts(const char *certificate)
{
    return access(certificate, R_OK) == 0 &&
           OPENSSL(true, "x509", "-in", certificate, "-noout", "-checkend", RENEW_SECONDS);
}

bool openssl_write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "we");
    bool ok = f && fputs(text, f) >= 0;
    ok = f && fclose(f) == 0 && ok;
    if (!ok)
        fprintf(stderr, ADMIN ": %s: %s\n", path, strerror(errno));
    return ok;
}
