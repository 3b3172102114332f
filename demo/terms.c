#include "demo/terms.h"

#include <stdbool.h>

enum { MONDAY = 1, WEDNESDAY = 3, FRIDAY = 5 };

int terms_academic_year(day d)
{
    struct tm t = day_parts(d);
    return t.tm_year + 1900 - (t.tm_mon + 1 < 9);
}

// The first such weekday (0 is Sunday) on a day or after it.
static day weekday_from(day d, int weekday)
{
    return d + (weekday - day_parts(d).tm_wday + 7) % 7;
}

// The day, or the Monday after a weekend.
static day weekday_of(day d)
{
    return day_parts(d).tm_wday % 6 == 0 ? weekday_from(d, MONDAY) : d;
}

// Easter Sunday, by the anonymous Gregorian reckoning.
static day easter(int year)
{
    int a = year % 19, b = year / 100, c = year % 100;
    int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    return day_of(year, 3, 22) + h + l - 7 * ((a + 11 * h + 22 * l) / 451);
}

void terms_half_terms(int authority, int academic_year, struct period half_terms[HALF_TERMS])
{
    int spring = academic_year + 1;
    day october = weekday_from(day_of(academic_year, 10, 24), MONDAY);
    day february = weekday_from(day_of(spring, 2, 13), MONDAY), may = weekday_from(day_of(spring, 5, 25), MONDAY);
    bool late = authority % 2;
    half_terms[0] = (struct period){weekday_of(day_of(academic_year, 9, 2 + late)), october - 3};
    half_terms[1] = (struct period){october + 7, weekday_from(day_of(academic_year, 12, 15), FRIDAY)};
    half_terms[2] = (struct period){weekday_of(day_of(spring, 1, 4)), february - 3};
    half_terms[3] = (struct period){february + 7, easter(spring) - (late ? 3 : 9)};
    half_terms[4] = (struct period){easter(spring) + (late ? 15 : 8), may - 3};
    half_terms[5] = (struct period){may + 7, weekday_from(day_of(spring, 7, 19), WEDNESDAY)};
}

int terms_closures(
    int authority, int academic_year, struct period closures[CLOSURES_MAX], const char *names[CLOSURES_MAX])
{
    int n = 0;
    if (authority != 1) { // Thornhithe works between Christmas and New Year
        names[n] = "Christmas closure";
        closures[n++] = (struct period){day_of(academic_year, 12, 29), day_of(academic_year, 12, 31)};
    }
    if (authority == 1 || authority == 3) {
        day conference = weekday_from(day_of(academic_year + 1, 7, 1), MONDAY);
        names[n] = "Staff conference";
        closures[n++] = (struct period){conference, conference};
    }
    return n;
}
