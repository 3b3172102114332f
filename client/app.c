#include "client/app.h"

#include "client/args.h"
#include "client/cell.h"
#include "client/help.h"
#include "client/invoke.h"
#include "client/print.h"
#include "client/suggest.h"
#include "client/verbs.h"

#include <stdio.h>
#include <string.h>

enum { WORDS = 2, MORE_MAX = 4096 };

static bool is_help(const char *arg)
{
    return strcmp(arg, "-h") == 0 || strcmp(arg, "--help") == 0;
}

// find_words notes where the first two bare words stand; returns how many there are.
static int find_words(int argc, char **argv, int at[WORDS])
{
    int n = 0;
    for (int i = 1; i < argc && n < WORDS; i++) {
        if (strcmp(argv[i], "--") == 0)
            break;
        if (argv[i][0] != '-' || !argv[i][1])
            at[n++] = i;
        else if (args_takes_value(argv[i]))
            i++;
    }
    return n;
}

static int did_you_mean(const char *given, const struct suggest *near)
{
    fputs("improve: there is no \"", stderr);
    cell_print(stderr, given);
    fputs("\".", stderr);
    if (near->names[0])
        fprintf(stderr, " Did you mean improve %s%s%s?", near->names[0], near->names[1] ? " or improve " : "",
            near->names[1] ? near->names[1] : "");
    fputs("\nSee: improve --help\n", stderr);
    return EXIT_USAGE;
}

// unknown refuses words that are no verb, with the nearest that are: of the noun when there is one of that name, else
// of the nouns.
static int unknown(const char *noun, const char *words)
{
    static char nouns[MORE_MAX]; // the nouns, each ended by NUL
    struct suggest near;
    bool known = verbs_is_noun(noun), single = strchr(words, ' ') == NULL;
    suggest_init(&near, known || !single ? words : noun);
    size_t used = 0;
    for (size_t i = 0; i < verbs_count(); i++) {
        const char *v = verbs_at(i)->words;
        size_t n = strcspn(v, " ");
        if (verbs_at(i)->hidden || (known && (strncmp(v, noun, n) != 0 || noun[n])))
            continue;
        if (known || !single || !v[n]) {
            suggest_offer(&near, v);
        } else if (used + n + 1 < sizeof nouns) {
            memcpy(nouns + used, v, n);
            nouns[used + n] = '\0';
            suggest_offer(&near, nouns + used);
            used += n + 1;
        }
    }
    return did_you_mean(words, &near);
}

static int run_verb(const struct verb *verb, int argc, char **argv)
{
    return verb->command ? (int)verb->command->run(verb->command, argc, argv) : (int)invoke_verb(verb, argc, argv);
}

// run_rest runs a verb with the arguments but those at its words.
static int run_rest(const struct verb *verb, int argc, char **argv, const int *at, int n)
{
    char *rest[argc > 0 ? argc : 1];
    int count = 0;
    for (int i = 1; i < argc; i++) {
        bool word = false;
        for (int k = 0; k < n; k++)
            word = word || at[k] == i;
        if (!word)
            rest[count++] = argv[i];
    }
    return run_verb(verb, count, rest);
}

// run_help shows help on the words after `help`.
static int run_help(int argc, char **argv)
{
    char words[VERB_WORDS_MAX] = "";
    if (argc == 0) {
        help_root(stdout);
        return EXIT_DONE;
    }
    snprintf(words, sizeof words, "%.40s%s%.40s", argv[0], argc > 1 ? " " : "", argc > 1 ? argv[1] : "");
    const struct verb *verb = verbs_find(words);
    if (verb)
        help_verb(verb, stdout);
    else if (argc == 1 && verbs_is_noun(words))
        help_noun(words, stdout);
    else
        return unknown(argv[0], words);
    return EXIT_DONE;
}

int app_run(int argc, char **argv)
{
    int at[WORDS];
    char words[VERB_WORDS_MAX];
    print_locale();
    catalog_init();
    verbs_init();
    int n = find_words(argc, argv, at);
    if (n == 0) {
        for (int i = 1; i < argc; i++)
            if (!is_help(argv[i])) {
                fprintf(stderr, "improve: which command?\nSee: improve --help\n");
                return EXIT_USAGE;
            }
        help_root(stdout);
        return EXIT_DONE;
    }
    if (strcmp(argv[at[0]], "help") == 0)
        return run_help(argc - at[0] - 1, argv + at[0] + 1);
    const struct verb *verb = NULL;
    if (n == WORDS && strlen(argv[at[0]]) + strlen(argv[at[1]]) + 2 < sizeof words) {
        snprintf(words, sizeof words, "%.45s %.45s", argv[at[0]], argv[at[1]]);
        verb = verbs_find(words);
    }
    if (verb)
        return run_rest(verb, argc, argv, at, WORDS);
    if ((verb = verbs_find(argv[at[0]])))
        return run_rest(verb, argc, argv, at, 1);
    if (n == 1 && verbs_is_noun(argv[at[0]])) {
        bool asked = false;
        for (int i = 1; i < argc; i++)
            asked = asked || is_help(argv[i]);
        help_noun(argv[at[0]], asked ? stdout : stderr);
        return asked ? EXIT_DONE : EXIT_USAGE;
    }
    snprintf(words, sizeof words, "%.45s%s%.45s", argv[at[0]], n > 1 ? " " : "", n > 1 ? argv[at[1]] : "");
    return unknown(argv[at[0]], words);
}
