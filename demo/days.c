#include "demo/days.h"

enum { SECONDS = 24 * 60 * 60 };

day day_of(int year, int month, int mday)
{
    struct tm parts = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = mday};
    return (day)(timegm(&parts) / SECONDS);
}

struct tm day_parts(day d)
{
    time_t seconds = (time_t)d * SECONDS;
    struct tm parts;
    gmtime_r(&seconds, &parts);
    return parts;
}

const char *day_write(day d, const char *format, char *to, size_t size)
{
    struct tm parts = day_parts(d);
    if (d == DAY_NONE || strftime(to, size, format, &parts) == 0)
        to[0] = '\0';
    return to;
}
