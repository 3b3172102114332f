#include "client/dates.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char dates_accepted[] =
    "13/1/2026, 13 Jan 2026, 13 January (this year), 2026-01-13, today, tomorrow or yesterday";

static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December"};

struct tm dates_today(void)
{
    struct tm today;
    time_t now = time(NULL);
    setenv("TZ", "Europe/London", 1); // the zone of the business, wherever the machine stands
    tzset();
    localtime_r(&now, &today);
    return today;
}

static bool is_day(int year, int month, int day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1000 || year > 9999 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= lengths[month - 1] + (month == 2 && leap);
}

// number reads 1 to most digits. False when there are none, or more.
static bool number(const char **p, int most, int *value)
{
    int digits = 0;
    for (*value = 0; isdigit((unsigned char)**p); ++*p, digits++)
        *value = digits < 6 ? *value * 10 + (**p - '0') : *value;
    return digits > 0 && digits <= most;
}

// month_name reads a month's name, or its first three letters (Sept too).
static bool month_name(const char **p, int *month)
{
    size_t n = strspn(*p, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    if (n < 3)
        return false;
    for (int m = 0; m < 12; m++)
        if (strncasecmp(*p, months[m], n) == 0 && (n == 3 || n == strlen(months[m]) || (m == 8 && n == 4))) {
            *p += n;
            *month = m + 1;
            return true;
        }
    return false;
}

static void blanks(const char **p)
{
    while (isspace((unsigned char)**p))
        ++*p;
}

// relative reads today, tomorrow and yesterday.
static bool relative(const char *text, const struct tm *today, int *year, int *month, int *day)
{
    static const char *const words[] = {"yesterday", "today", "tomorrow"};
    for (int i = 0; i < 3; i++)
        if (strcasecmp(text, words[i]) == 0) {
            struct tm t = {
                .tm_year = today->tm_year, .tm_mon = today->tm_mon, .tm_mday = today->tm_mday + i - 1, .tm_hour = 12};
            timegm(&t); // puts the day into its month
            *year = t.tm_year + 1900;
            *month = t.tm_mon + 1;
            *day = t.tm_mday;
            return true;
        }
    return false;
}

// read_parts reads the forms with numbers.
static bool read_parts(const char *p, const struct tm *today, int *year, int *month, int *day)
{
    const char *start = p;
    int first;
    if (!number(&p, 4, &first))
        return false;
    if (p - start == 4) {
        *year = first;
        return *p++ == '-' && number(&p, 2, month) && *p++ == '-' && number(&p, 2, day) && !*p;
    }
    *day = first;
    if (p - start > 2)
        return false;
    char mark = *p;
    if (mark == '/' || mark == '-' || mark == '.') {
        p++;
        start = p;
        if (!number(&p, 2, month) || *p++ != mark)
            return false;
        start = p;
        return number(&p, 4, year) && p - start == 4 && !*p;
    }
    blanks(&p);
    if (!month_name(&p, month))
        return false;
    blanks(&p);
    *year = today->tm_year + 1900;
    start = p;
    return !*p || (number(&p, 4, year) && p - start == 4 && !*p);
}

bool dates_read(const char *text, const struct tm *today, char iso[DATE_ISO_SIZE])
{
    int year = 0, month = 0, day = 0;
    char trimmed[40];
    blanks(&text);
    size_t n = strlen(text);
    while (n > 0 && isspace((unsigned char)text[n - 1]))
        n--;
    if (n == 0 || n >= sizeof trimmed)
        return false;
    memcpy(trimmed, text, n);
    trimmed[n] = '\0';
    if (!relative(trimmed, today, &year, &month, &day) && !read_parts(trimmed, today, &year, &month, &day))
        return false;
    if (!is_day(year, month, day))
        return false;
    char whole[48];
    snprintf(whole, sizeof whole, "%04d-%02d-%02d", year, month, day);
    memcpy(iso, whole, DATE_ISO_SIZE - 1);
    iso[DATE_ISO_SIZE - 1] = '\0';
    return true;
}

void dates_short(const char *iso, char *to, size_t size)
{
    int year, month, day, n = 0;
    if (sscanf(iso, "%4d-%2d-%2d%n", &year, &month, &day, &n) == 3 && n == 10 && !iso[n] && is_day(year, month, day))
        snprintf(to, size, "%d %.3s %04d", day, months[month - 1], year);
    else
        snprintf(to, size, "%s", iso);
}

bool dates_moment(const char *text, char *to, size_t size)
{
    static const char shape[] = "0000-00-00T00:00:00";
    char day[DATE_ISO_SIZE], shortly[DATE_SHORT_SIZE];
    for (size_t i = 0; shape[i]; i++)
        if (shape[i] == '0' ? !isdigit((unsigned char)text[i]) : text[i] != shape[i])
            return false;
    snprintf(day, sizeof day, "%s", text);
    dates_short(day, shortly, sizeof shortly);
    snprintf(to, size, "%s %.5s", shortly, text + 11);
    return true;
}

time_t dates_instant(const char *text)
{
    struct tm tm = {0};
    const char *rest = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;
    if (!rest)
        return 0;
    if (*rest == '.')
        rest += 1 + strspn(rest + 1, "0123456789");
    int hours = 0, minutes = 0;
    sscanf(rest + (*rest != '\0'), "%2d:%2d", &hours, &minutes);
    time_t ahead = hours * 3600 + minutes * 60;
    return timegm(&tm) - (*rest == '-' ? -ahead : ahead);
}
