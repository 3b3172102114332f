#include "client/complete.h"

#include "client/args.h"
#include "client/profile.h"
#include "client/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FLAG_MAX = 96, NOUN_MAX = 64 };

static const struct {
    const char *shell, *lines;
} scripts[] = {
    {"bash", "_improve() {\n"
             "    local IFS=$'\\n'\n"
             "    COMPREPLY=($(improve __complete \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null))\n"
             "}\n"
             "complete -o default -F _improve improve\n"},
    {"zsh", "#compdef improve\n"
            "_improve() {\n"
            "    local -a found=(${(f)\"$(improve __complete \"${(@)words[2,CURRENT]}\" 2>/dev/null)\"})\n"
            "    if (( $#found )); then compadd -a found; else _files; fi\n"
            "}\n"
            "compdef _improve improve\n"},
    {"fish", "complete -c improve -a '(improve __complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'\n"},
};

enum exit_code complete_script_command(const struct command *self, int argc, char **argv)
{
    for (size_t i = 0; argc == 1 && i < sizeof scripts / sizeof *scripts; i++)
        if (strcmp(argv[0], scripts[i].shell) == 0) {
            fputs(scripts[i].lines, stdout);
            return EXIT_DONE;
        }
    fprintf(stderr, "Usage: improve %s %s\nSee: improve %s --help\n", self->words, self->usage, self->words);
    return EXIT_USAGE;
}

// offer writes a word when what was typed begins it.
static void offer(const char *typed, const char *word)
{
    if (strncmp(word, typed, strlen(typed)) == 0)
        puts(word);
}

// offer_words writes the n-th word (0 or 1) of the verbs that help shows, each once; of one noun where noun is given.
static void offer_words(const char *typed, const char *noun)
{
    for (size_t i = 0; i < verbs_count(); i++) {
        const char *words = verbs_at(i)->words;
        size_t n = strcspn(words, " ");
        if (verbs_at(i)->hidden)
            continue;
        if (noun) {
            if (words[n] && strlen(noun) == n && strncmp(words, noun, n) == 0)
                offer(typed, words + n + 1);
            continue;
        }
        bool seen = false;
        for (size_t k = 0; k < i && !seen; k++)
            seen = !verbs_at(k)->hidden && strncmp(verbs_at(k)->words, words, n) == 0 &&
                   (verbs_at(k)->words[n] == ' ' || !verbs_at(k)->words[n]);
        char first[NOUN_MAX];
        snprintf(first, sizeof first, "%.*s", (int)n, words);
        if (!seen)
            offer(typed, first);
    }
}

static void offer_flag(const char *typed, const char *name, size_t n)
{
    char flag[FLAG_MAX];
    snprintf(flag, sizeof flag, "--%.*s", (int)n, name);
    offer(typed, flag);
}

// offer_flags writes the flags that a verb takes: a request's fields, or those its usage names; and those of every
// command.
static void offer_flags(const char *typed, const struct verb *verb)
{
    const struct args_flag *globals;
    size_t n = args_globals(&globals);
    const ProtobufCMessageDescriptor *type = verb && verb->method ? verb->method->method->input : NULL;
    for (unsigned i = 0; type && i < type->n_fields; i++) {
        char name[FLAG_MAX];
        args_flag_name(type->fields[i].name, name, sizeof name);
        offer_flag(typed, name, strlen(name));
    }
    for (const char *p = verb && verb->command ? verb->command->usage : ""; (p = strstr(p, "--")); p += 2) {
        size_t length = strcspn(p + 2, " ]|"), k = 0;
        while (k < n && (strlen(globals[k].name) != length || strncmp(globals[k].name, p + 2, length) != 0))
            k++;
        if (k == n)
            offer_flag(typed, p + 2, length);
    }
    for (size_t i = 0; i < n; i++)
        offer_flag(typed, globals[i].name, strlen(globals[i].name));
}

// offer_profiles writes the names of this computer's profiles.
static void offer_profiles(const char *typed)
{
    char *list = NULL, why[256];
    size_t size = 0;
    FILE *to = open_memstream(&list, &size);
    if (!to)
        return;
    bool listed = profile_list(to, why, sizeof why);
    fclose(to);
    char *rest = NULL;
    for (char *line = strtok_r(list, "\n", &rest); listed && line; line = strtok_r(NULL, "\n", &rest)) {
        line += strspn(line, "* ");
        line[strcspn(line, " \t")] = '\0';
        offer(typed, line);
    }
    free(list);
}

// offer_values writes the values of the flag before the word. False when the flag takes none, or is not one with few.
static bool offer_values(const char *flag, const char *typed)
{
    static const char *const forms[] = {"table", "json", "csv", "html", "xlsx"};
    if (strcmp(flag, "--profile") == 0) {
        offer_profiles(typed);
        return true;
    }
    for (size_t i = 0; strcmp(flag, "--output") == 0 && i < sizeof forms / sizeof *forms; i++)
        offer(typed, forms[i]);
    return strcmp(flag, "--output") == 0;
}

enum exit_code complete_words_command(const struct command *self, int argc, char **argv)
{
    (void)self;
    const char *words[2] = {NULL, NULL}, *typed = argc > 0 ? argv[argc - 1] : "";
    size_t n = 0;
    for (int i = 0; i + 1 < argc && n < 2; i++)
        if (argv[i][0] != '-')
            words[n++] = argv[i];
        else if (args_takes_value(argv[i]))
            i++;
    char both[VERB_WORDS_MAX];
    snprintf(both, sizeof both, "%.45s %.45s", words[0] ? words[0] : "", words[1] ? words[1] : "");
    const struct verb *verb = n == 2 ? verbs_find(both) : NULL;
    if (!verb && n > 0)
        verb = verbs_find(words[0]);
    if (argc > 1 && offer_values(argv[argc - 2], typed))
        return EXIT_DONE;
    if (typed[0] == '-')
        offer_flags(typed, verb);
    else if (n == 0)
        offer_words(typed, NULL);
    else if (n == 1 && verbs_is_noun(words[0]))
        offer_words(typed, words[0]);
    return EXIT_DONE;
}
