#include "common/ical.h"

#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>

struct ical {
    icalcomponent *calendar; // owned
    icaltimezone *london;    // libical's
};

static const char zone_name[] = "Europe/London";

static struct ical *make(icalproperty_method method, const char *name)
{
    struct ical *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->london = icaltimezone_get_builtin_timezone(zone_name);
    c->calendar = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);
    if (!c->london || !c->calendar) {
        ical_free(c);
        return NULL;
    }
    icalcomponent_add_property(c->calendar, icalproperty_new_version("2.0"));
    icalcomponent_add_property(c->calendar, icalproperty_new_prodid("-//improve//diary//EN"));
    icalcomponent_add_property(c->calendar, icalproperty_new_method(method));
    if (name) {
        icalproperty *title = icalproperty_new_x(name);
        icalproperty_set_x_name(title, "X-WR-CALNAME");
        icalcomponent_add_property(c->calendar, title);
    }
    icalcomponent *rules = icalcomponent_new_clone(icaltimezone_get_component(c->london));
    icalproperty_set_tzid(icalcomponent_get_first_property(rules, ICAL_TZID_PROPERTY), zone_name); // its plain name
    icalcomponent_add_component(c->calendar, rules);
    return c;
}

struct ical *ical_new(const char *name)
{
    return make(ICAL_METHOD_PUBLISH, name);
}

struct ical *ical_message(bool cancel)
{
    return make(cancel ? ICAL_METHOD_CANCEL : ICAL_METHOD_REQUEST, NULL);
}

// in_london gives a time property's value, and names the zone.
static icalproperty *in_london(struct ical *c, time_t at, bool end)
{
    struct icaltimetype time =
        icaltime_convert_to_zone(icaltime_from_timet_with_zone(at, 0, icaltimezone_get_utc_timezone()), c->london);
    time.zone = NULL; // as the clock shows it: the zone stands beside it
    icalproperty *property = end ? icalproperty_new_dtend(time) : icalproperty_new_dtstart(time);
    icalproperty_add_parameter(property, icalparameter_new_tzid(zone_name));
    return property;
}

// common_name makes a parameter of a name, in which neither quotes nor line ends can stand.
static icalparameter *common_name(const char *name)
{
    char plain[256];
    snprintf(plain, sizeof plain, "%.200s", name);
    for (char *at = plain; *at; at++)
        if (*at == '"' || *at == '\\' || (unsigned char)*at < ' ' || *at == 0x7f)
            *at = '\'';
    return icalparameter_new_cn(plain);
}

static void add_people(icalcomponent *event, const struct ical_event *e)
{
    char address[300];
    snprintf(address, sizeof address, "mailto:%.254s", e->organizer);
    icalproperty *organizer = icalproperty_new_organizer(address);
    if (e->organizer_name && *e->organizer_name)
        icalproperty_add_parameter(organizer, common_name(e->organizer_name));
    snprintf(address, sizeof address, "mailto:%.254s", e->attendee);
    icalproperty *attendee = icalproperty_new_attendee(address);
    if (e->attendee_name && *e->attendee_name)
        icalproperty_add_parameter(attendee, common_name(e->attendee_name));
    icalproperty_add_parameter(attendee, icalparameter_new_role(ICAL_ROLE_REQPARTICIPANT));
    icalproperty_add_parameter(attendee, icalparameter_new_partstat(ICAL_PARTSTAT_NEEDSACTION));
    icalproperty_add_parameter(attendee, icalparameter_new_rsvp(ICAL_RSVP_FALSE));
    icalcomponent_add_property(event, organizer);
    icalcomponent_add_property(event, attendee);
}

static enum icalproperty_status status_of(const struct ical_event *e)
{
    return e->cancelled ? ICAL_STATUS_CANCELLED : e->tentative ? ICAL_STATUS_TENTATIVE : ICAL_STATUS_CONFIRMED;
}

bool ical_add(struct ical *c, const struct ical_event *e)
{
    icalcomponent *event = icalcomponent_new(ICAL_VEVENT_COMPONENT);
    if (!event)
        return false;
    icalcomponent_add_property(event, icalproperty_new_uid(e->uid));
    icalcomponent_add_property(event, icalproperty_new_sequence(e->sequence));
    icalcomponent_add_property(event, icalproperty_new_dtstamp(icaltime_from_timet_with_zone(
                                          e->written ? e->written : e->starts, 0, icaltimezone_get_utc_timezone())));
    icalcomponent_add_property(event, in_london(c, e->starts, false));
    icalcomponent_add_property(event, in_london(c, e->ends, true));
    icalcomponent_add_property(event, icalproperty_new_summary(e->summary));
    if (e->categories)
        icalcomponent_add_property(event, icalproperty_new_categories(e->categories));
    if (e->location)
        icalcomponent_add_property(event, icalproperty_new_location(e->location));
    icalcomponent_add_property(event, icalproperty_new_status(status_of(e)));
    if (e->organizer)
        add_people(event, e);
    icalcomponent_add_component(c->calendar, event);
    return true;
}

char *ical_text(const struct ical *c)
{
    return icalcomponent_as_ical_string_r(c->calendar);
}

void ical_free(struct ical *c)
{
    if (c && c->calendar)
        icalcomponent_free(c->calendar);
    free(c);
}
