#ifndef COMMON_ICAL_H
#define COMMON_ICAL_H

#include <stdbool.h>
#include <time.h>

// Calendars as iCalendar has them (RFC 5545), by libical: times in Europe/London, with the zone's rules inside.

struct ical;

// One appointment. Texts are copied.
struct ical_event {
    const char *uid; // the same for ever
    int sequence;    // counts its changes, from 0
    time_t starts, ends;
    const char *summary;
    const char *location;   // or NULL
    const char *categories; // or NULL
    bool tentative;         // planned, not yet confirmed
    bool cancelled;
    time_t written; // when it was written; 0: taken from when it starts, so that the same diary makes the same file
    // Who asks whom to come, name and address, where somebody is asked; organizer NULL where nobody is.
    const char *organizer, *organizer_name, *attendee, *attendee_name;
};

// ical_new makes an empty calendar of this name, to look at. NULL when memory lacks, or the machine knows no
// Europe/London.
struct ical *ical_new(const char *name);

// ical_message makes an empty calendar that asks somebody to take up what is in it, or to take it back.
struct ical *ical_message(bool cancel);

// ical_add adds an appointment. False when memory lacks.
bool ical_add(struct ical *calendar, const struct ical_event *event);

// ical_text writes the calendar; the caller frees it. The same appointments make the same text.
char *ical_text(const struct ical *calendar);

// ical_free frees it. NULL may be freed.
void ical_free(struct ical *calendar);

#endif
