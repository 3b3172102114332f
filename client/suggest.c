#include "client/suggest.h"

#include "common/names.h"

#include <string.h>
#include <strings.h>

void suggest_init(struct suggest *s, const char *wanted)
{
    *s = (struct suggest){.wanted = wanted};
}

// limit is how many slips a word of this length may have and still be meant: a third of it, from 1 to 4.
static int limit(const char *wanted)
{
    size_t third = (strlen(wanted) + 2) / 3;
    return third > 4 ? 4 : third < 1 ? 1 : (int)third;
}

static int distance(const char *wanted, const char *name)
{
    int most = limit(wanted);
    size_t n = strlen(wanted);
    if (n >= 3 && strncasecmp(wanted, name, n) == 0)
        return 1; // the beginning of a name is as near as one slip
    return names_distance(wanted, name, most);
}

void suggest_offer(struct suggest *s, const char *name)
{
    int d = distance(s->wanted, name);
    if (d > limit(s->wanted))
        return;
    for (int i = 0; i < SUGGEST_MOST; i++)
        if (s->names[i] && strcmp(s->names[i], name) == 0)
            return;
    for (int i = 0; i < SUGGEST_MOST; i++)
        if (!s->names[i] || d < s->distances[i]) {
            for (int k = SUGGEST_MOST - 1; k > i; k--) {
                s->names[k] = s->names[k - 1];
                s->distances[k] = s->distances[k - 1];
            }
            s->names[i] = name;
            s->distances[i] = d;
            return;
        }
}
