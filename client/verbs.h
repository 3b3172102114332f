#ifndef CLIENT_VERBS_H
#define CLIENT_VERBS_H

#include "client/commands.h"
#include "common/catalog.h"

#include <stdbool.h>

// The words that people type, and what they stand for.
//
// A method's words come from its name: ListSchools → "school list", AssignPartner → "partner assign", GetSchool →
// "school show", GetServerInfo of Server → "server info"; every method of Reports → "report <name>". The short alias
// table in verbs.c gives words of their own to methods that people would call otherwise; those then stand in help, and
// the derived ones still work.

enum { VERB_WORDS_MAX = 96 };

struct verb {
    char words[VERB_WORDS_MAX];          // "school list"; one word for some commands
    const struct catalog_method *method; // what it calls, or NULL
    const struct command *command;       // what it does when it is more than a call, or NULL
    bool hidden;                         // not in help: it has better words
};

// verbs_init makes the list; call once, after catalog_init. Aborts when memory lacks.
void verbs_init(void);

// verbs_count is how many there are; verbs_at gives the i-th: commands, aliases, then derived words.
size_t verbs_count(void);
const struct verb *verbs_at(size_t i);

// verbs_find gives the verb of these words (one string, parted by one blank), or NULL.
const struct verb *verbs_find(const char *words);

// verbs_of gives the words that help shows for a method.
const char *verbs_of(const struct catalog_method *method);

// verbs_is_noun tells whether any verb begins with this word.
bool verbs_is_noun(const char *word);

// verbs_derive writes the words that a method's name gives.
void verbs_derive(const struct catalog_method *method, char words[VERB_WORDS_MAX]);

// verbs_check finds fault with the alias table and with equal words: it writes the first fault to why and returns
// false.
bool verbs_check(char *why, size_t why_size);

#endif
