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

const char *time_write(day d, int minutes, char *to, size_t size)
{
    struct tm local = day_parts(d), utc;
    local.tm_hour = minutes / 60;
    local.tm_min = minutes % 60;
    local.tm_isdst = -1;
    time_t at = mktime(&local);
    gmtime_r(&at, &utc);
    strftime(to, size, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return to;
}
