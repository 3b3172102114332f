#ifndef DEMO_DAYS_H
#define DEMO_DAYS_H

#include <stddef.h>
#include <time.h>

// A day is a count of days since 1 January 1970, so that days can be added.
typedef int day;

// day_of makes a day; month and day of month count from 1, and may run over (month 13 is the next January).
day day_of(int year, int month, int mday);

// day_parts gives a day's year, month and day of month.
struct tm day_parts(day d);

// day_write writes a day as strftime does ("%d-%m-%Y"), or "" for DAY_NONE; returns to.
const char *day_write(day d, const char *format, char *to, size_t size);

// time_write writes a time of day of the process's time zone, in minutes from midnight, as UTC; returns to.
const char *time_write(day d, int minutes, char *to, size_t size);

enum { DAY_NONE = -1000000, DAY_TEXT = 40 };

#endif
