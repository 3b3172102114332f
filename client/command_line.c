#include "client/command_line.h"

#include "client/help.h"
#include "client/verbs.h"

#include <stdio.h>
#include <string.h>

enum { ARENA = 1024 * 1024 };

bool command_line(const struct command *self, struct args *args, struct arena *arena, const struct args_flag *flags,
    size_t n_flags, size_t n_min, size_t n_max, int argc, char **argv, enum exit_code *code)
{
    arena_init(arena, ARENA);
    *args = (struct args){.command = self->words, .arena = arena, .flags = flags, .n_flags = n_flags};
    *code = args_parse(args, argc, argv);
    if (*code == EXIT_DONE && args->globals.help) {
        help_verb(verbs_find(self->words), stdout);
        arena_release(arena);
        return false;
    }
    if (*code == EXIT_DONE && args->globals.publish && !strstr(self->usage, "--publish")) {
        fprintf(stderr,
            "improve %s does not publish. Accepted: improve report NAME --publish, improve pack make --publish.\n",
            self->words);
        *code = EXIT_USAGE;
    }
    if (*code == EXIT_DONE && (args->n_words < n_min || args->n_words > n_max)) {
        fprintf(stderr, "Usage: improve %s%s%s\nSee: improve %s --help\n", self->words, *self->usage ? " " : "",
            self->usage, self->words);
        *code = EXIT_USAGE;
    }
    if (*code != EXIT_DONE)
        arena_release(arena);
    return *code == EXIT_DONE;
}
