#ifndef CLIENT_DATES_H
#define CLIENT_DATES_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

// Dates as people in England write them, day first, and as the wire has them (ISO: 2026-01-13).

enum { DATE_ISO_SIZE = 11, DATE_SHORT_SIZE = 16 };

// What dates_read accepts, for messages.
extern const char dates_accepted[];

// dates_today gives the day it is in England.
struct tm dates_today(void);

// dates_read reads 13/1/2026, 13-1-2026, 13 Jan 2026, 13 January (this year's), 2026-01-13, today, tomorrow or
// yesterday. False when the text is none of these, or no day of the calendar.
bool dates_read(const char *text, const struct tm *today, char iso[DATE_ISO_SIZE]);

// dates_instant reads an instant as the wire has it, 2026-11-22T13:00:00.123+00:00. 0 when the text is none.
time_t dates_instant(const char *text);

// dates_short writes an ISO date as 13 Jan 2026; text that is no ISO date is copied as far as it fits.
void dates_short(const char *iso, char *to, size_t size);

// dates_moment writes an instant as the server has it, in England's time: 2026-12-04T09:30:00+00:00 as 4 Dec 2026
// 09:30. False when the text is none.
bool dates_moment(const char *text, char *to, size_t size);

#endif
