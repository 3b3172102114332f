#include "demo/names.h"

#include <stdio.h>

static const char *const beginnings[] = {"Alder", "Amble", "Ash", "Bar", "Beck", "Birk", "Black", "Bram", "Brock",
    "Burn", "Cald", "Carr", "Clay", "Cold", "Cran", "Dal", "Dun", "East", "Elm", "Fal", "Fen", "Gar", "Gold", "Hales",
    "Haw", "Hazel", "Hol", "Kel", "Kirk", "Lang", "Lin", "Mar", "Mill", "Nether", "North", "Oak", "Over", "Rams", "Red",
    "Row", "Sand", "Shel", "Stan", "Swin", "Thorn", "Wal", "Whit", "Wyn"};
static const char *const endings[] = {"abbey", "beck", "bourne", "bridge", "by", "combe", "cote", "dale", "den",
    "field", "ford", "garth", "gate", "ham", "holme", "hurst", "ley", "mere", "thorpe", "ton", "wick", "worth"};
static const char *const first_names[] = {"Aisha", "Alan", "Bethan", "Carol", "Chidi", "Daniel", "Deepa", "Eleanor",
    "Farah", "Gareth", "Helen", "Imran", "Joanne", "Kwame", "Laura", "Martin", "Nadia", "Owen", "Priya", "Rachel",
    "Simon", "Tomasz", "Ursula", "Yusuf"};
static const char *const last_names[] = {"Ahmed", "Barlow", "Chowdhury", "Dixon", "Ellery", "Fenwick", "Gill",
    "Hartley", "Ibrahim", "Jessop", "Kaur", "Lowther", "Mensah", "Nowak", "Okafor", "Pryce", "Quinn", "Rashid",
    "Stobbart", "Turnbull"};
static const char *const saints[] = {
    "Aidan", "Bega", "Cuthbert", "Ebba", "Hild", "Oswald", "Wilfrid", "Bede", "Chad", "Anselm"};

enum {
    BEGINNINGS = sizeof beginnings / sizeof *beginnings,
    ENDINGS = sizeof endings / sizeof *endings,
    FIRST_NAMES = sizeof first_names / sizeof *first_names,
    LAST_NAMES = sizeof last_names / sizeof *last_names,
};
_Static_assert(BEGINNINGS *ENDINGS == PLACES, "every pair is a place");
_Static_assert(FIRST_NAMES *LAST_NAMES == PEOPLE, "every pair is a person");

void place_order(struct random *r, int order[PLACES])
{
    for (int i = 0; i < PLACES; i++)
        order[i] = i;
    for (int i = PLACES - 1; i > 0; i--) {
        int j = random_below(r, i + 1), kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}

void place_write(int place, char *to, size_t size)
{
    snprintf(to, size, "%s%s", beginnings[place / ENDINGS], endings[place % ENDINGS]);
}

// Steps of a number prime to the count visit every pair once, and neighbours differ in both parts.
void person_write(int person, char *to, size_t size)
{
    int n = person * 173 % PEOPLE;
    snprintf(to, size, "%s %s", first_names[n / LAST_NAMES], last_names[n % LAST_NAMES]);
}

const char *saint_name(int n)
{
    return saints[n % (int)(sizeof saints / sizeof *saints)];
}
