#ifndef CLIENT_SUGGEST_H
#define CLIENT_SUGGEST_H

#include <stddef.h>

// The nearest names to one that was mistyped.

enum { SUGGEST_MOST = 2 };

struct suggest {
    const char *wanted;
    const char *names[SUGGEST_MOST]; // nearest first; NULL when there are fewer; not owned
    int distances[SUGGEST_MOST];
};

// suggest_init begins a search for what is near wanted. suggest_offer tells it of a name, which must outlive it.
void suggest_init(struct suggest *s, const char *wanted);
void suggest_offer(struct suggest *s, const char *name);

#endif
