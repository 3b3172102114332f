#include "common/harden.h"
#include "server/admin/admin.h"
#include "server/admin/migrate.h"
#include "server/options.h"
#include "server/serve.h"

#include <stdio.h>
#include <string.h>

static int sample_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    options_sample(stdout);
    return 0;
}

static const struct {
    const char *name, *help;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"serve", "serve calls", serve_main},
    {"migrate", "bring a database to this program's schema", migrate_main},
    {"admin", "tokens, authorities, certificates", admin_main},
    {"sample-config", "print a settings file with every setting at its default", sample_main},
};

int main(int argc, char **argv)
{
    harden_process();
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    FILE *to = argc > 1 && strcmp(argv[1], "--help") == 0 ? stdout : stderr;
    fputs("usage: improved COMMAND …\n\n", to);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        fprintf(to, "  %-14s %s\n", commands[i].name, commands[i].help);
    fputs("\nimproved COMMAND --help says more.\n", to);
    return to == stdout ? 0 : 2;
}
