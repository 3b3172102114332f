#include "common/names.h"

#include <ctype.h>
#include <string.h>

enum { LONGEST_WORD = 63 };

size_t names_separate(const char *name, char separator, char *to, size_t size)
{
    size_t n = 0;
    for (const char *p = name; *p; p++) {
        unsigned char c = (unsigned char)*p;
        int begins = isupper(c) && p > name && (!isupper((unsigned char)p[-1]) || islower((unsigned char)p[1]));
        if (n + 2 >= size)
            return 0;
        if (begins && p[-1] != '_')
            to[n++] = separator;
        to[n++] = c == '_' ? separator : (char)tolower(c);
    }
    to[n] = '\0';
    return n;
}

const char *names_last(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot ? dot + 1 : name;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

int names_distance(const char *a, const char *b, int limit)
{
    size_t m = strlen(a), n = strlen(b);
    if (m > LONGEST_WORD || n > LONGEST_WORD)
        return limit + 1;
    int rows[3][LONGEST_WORD + 1]; // the row before the last, the last, and the one being made
    int *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= n; j++)
        last[j] = (int)j;
    for (size_t i = 1; i <= m; i++) {
        now[0] = (int)i;
        for (size_t j = 1; j <= n; j++) {
            int x = tolower((unsigned char)a[i - 1]), y = tolower((unsigned char)b[j - 1]);
            int best = smaller(last[j] + 1, now[j - 1] + 1);
            best = smaller(best, last[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) && y == tolower((unsigned char)a[i - 2]))
                best = smaller(best, before[j - 2] + 1);
            now[j] = best;
        }
        int *free_row = before;
        before = last;
        last = now;
        now = free_row;
    }
    return last[n] <= limit ? last[n] : limit + 1;
}
