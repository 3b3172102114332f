#include "common/harden.h"
#include "server/admin/admin.h"
#include "server/admin/migrate.h"
#include "server/options.h"
#include "server/self.h"
#include "server/serve.h"
#include "server/transport/probe.h"

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
    self_find();
    harden_process();
    if (argc > 1 && strcmp(argv[1], "probe") == 0) // started by the server itself
        return probe_main(argc - 1, argv + 1);
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
