#include "client/export/pdf.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

bool pdf_write(int page, const char *to)
{
    const char *words[] = {"weasyprint", "--quiet", "--encoding", "utf-8", "--pdf-variant", "pdf/ua-1", "-", to, NULL};
    posix_spawn_file_actions_t actions;
    pid_t child;
    int status;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, page, STDIN_FILENO);
    int why = posix_spawnp(&child, words[0], &actions, NULL, (char *const *)words, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (why) {
        fprintf(stderr,
            "improve: a PDF is made by WeasyPrint, which cannot be run: %s. Install the package weasyprint; pages need "
            "none.\n",
            strerror(why));
        return false;
    }
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fputs("improve: WeasyPrint made no PDF of the page\n", stderr);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
