#include "client/verbs.h"

#include "common/names.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Words that people would rather type than those that a method's name gives. To add one: a row here; a test holds that
// the method exists and that no two methods have the same words.
static const struct {
    const char *words, *method;
} aliases[] = {
#include "client/aliases.inc"
};
enum { N_ALIASES = sizeof aliases / sizeof *aliases };

static struct verb *verbs; // never freed: as long-lived as the process
static size_t count;

// singular takes the plural ending off a word: schools → school, packages → package, authorities → authority.
static void singular(char *word)
{
    size_t n = strlen(word);
    if (n > 4 && strcmp(word + n - 3, "ies") == 0)
        memcpy(word + n - 3, "y", sizeof "y");
    else if (n > 3 && word[n - 1] == 's' && word[n - 2] != 's' && word[n - 2] != 'u')
        word[n - 1] = '\0';
}

void verbs_derive(const struct catalog_method *method, char words[VERB_WORDS_MAX])
{
    char service[VERB_WORDS_MAX / 3], name[VERB_WORDS_MAX / 2];
    size_t fits = names_separate(names_last(method->service->name), '-', service, sizeof service);
    fits = fits ? names_separate(method->method->name, '-', name, sizeof name) : 0;
    assert(fits); // a test holds every method's name to it
    char *noun = strchr(name, '-');
    singular(service);
    if (strcmp(service, "report") == 0 || !noun) {
        snprintf(words, VERB_WORDS_MAX, "%s %s", service, name);
        return;
    }
    *noun++ = '\0';
    const char *verb = strcmp(name, "get") == 0 ? "show" : name;
    size_t n = strlen(service);
    if (strncmp(noun, service, n) == 0 && noun[n] == '-' && strcmp(name, "get") == 0) {
        snprintf(words, VERB_WORDS_MAX, "%s %s", service, noun + n + 1);
        return;
    }
    singular(noun);
    snprintf(words, VERB_WORDS_MAX, "%s %s", noun, verb);
}

static bool has_alias(const struct catalog_method *method)
{
    for (size_t i = 0; i < N_ALIASES; i++)
        if (strcmp(aliases[i].method, method->full_name) == 0)
            return true;
    return false;
}

static bool is_command(const char *words)
{
    for (const struct command *c = commands; c->words; c++)
        if (strcmp(c->words, words) == 0)
            return true;
    return false;
}

// is_inner tells whether a command of the client's own makes this call for the user, or goes by its words.
static bool is_inner(const struct catalog_method *method, const char *words)
{
    static const char *const made_for_user[] = {
        "/improve.v1.Imports/OpenImport", "/improve.v1.Imports/StageRows", "/improve.v1.Imports/ApplyImport"};
    for (size_t i = 0; i < sizeof made_for_user / sizeof *made_for_user; i++)
        if (strcmp(made_for_user[i], method->full_name) == 0)
            return true;
    return is_command(words);
}

// is_ours tells the product's calls from gRPC's own (health, reflection), which programs make.
static bool is_ours(const struct catalog_method *method)
{
    return strncmp(method->service->name, "improve.", 8) == 0;
}

void verbs_init(void)
{
    if (verbs)
        return;
    size_t n_commands = 0;
    while (commands[n_commands].words)
        n_commands++;
    verbs = calloc(n_commands + N_ALIASES + catalog_count(), sizeof *verbs);
    if (!verbs)
        abort();
    for (size_t i = 0; i < n_commands; i++, count++) {
        snprintf(verbs[count].words, VERB_WORDS_MAX, "%s", commands[i].words);
        verbs[count].command = &commands[i];
        verbs[count].hidden = commands[i].hidden;
    }
    for (size_t i = 0; i < N_ALIASES; i++) {
        const struct catalog_method *method = catalog_find(aliases[i].method);
        if (!method)
            continue; // verbs_check tells
        snprintf(verbs[count].words, VERB_WORDS_MAX, "%s", aliases[i].words);
        verbs[count].hidden =
            is_command(aliases[i].words) || (i > 0 && strcmp(aliases[i].method, aliases[i - 1].method) == 0);
        verbs[count++].method = method;
    }
    for (size_t i = 0; i < catalog_count(); i++, count++) {
        verbs_derive(catalog_at(i), verbs[count].words);
        verbs[count].method = catalog_at(i);
        verbs[count].hidden =
            has_alias(catalog_at(i)) || is_inner(catalog_at(i), verbs[count].words) || !is_ours(catalog_at(i));
    }
}

size_t verbs_count(void)
{
    return count;
}

const struct verb *verbs_at(size_t i)
{
    assert(i < count);
    return &verbs[i];
}

const struct verb *verbs_find(const char *words)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(verbs[i].words, words) == 0)
            return &verbs[i];
    return NULL;
}

const char *verbs_of(const struct catalog_method *method)
{
    for (size_t i = 0; i < count; i++)
        if (verbs[i].method == method && !verbs[i].hidden)
            return verbs[i].words;
    for (size_t i = 0; i < count; i++)
        if (verbs[i].method == method)
            return verbs[i].words;
    return "";
}

bool verbs_is_noun(const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i < count; i++)
        if (strncmp(verbs[i].words, word, n) == 0 && verbs[i].words[n] == ' ')
            return true;
    return false;
}

bool verbs_check(char *why, size_t why_size)
{
    for (size_t i = 0; i < N_ALIASES; i++)
        if (!catalog_find(aliases[i].method)) {
            snprintf(
                why, why_size, "the alias \"%s\" names %s, which is no method", aliases[i].words, aliases[i].method);
            return false;
        }
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(verbs[i].words, verbs[k].words) == 0 && verbs[i].method != verbs[k].method &&
                !verbs[k].command) {
                snprintf(why, why_size, "\"%s\" stands for both %s and %s", verbs[i].words,
                    verbs[k].method ? verbs[k].method->full_name : "a command",
                    verbs[i].method ? verbs[i].method->full_name : "a command");
                return false;
            }
    return true;
}
