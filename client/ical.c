#include "client/ical.h"

#include <libical/ical.h>
#include <stdlib.h>

struct ical {
    icalcomponent *calendar; // owned
    icaltimezone *london;    // libical's
};

static const char zone_name[] = "Europe/London";

struct ical *ical_new(const char *name)
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
    icalcomponent_add_property(c->calendar, icalproperty_new_method(ICAL_METHOD_PUBLISH));
    icalproperty *title = icalproperty_new_x(name);
    icalproperty_set_x_name(title, "X-WR-CALNAME");
    icalcomponent_add_property(c->calendar, title);
    icalcomponent *rules = icalcomponent_new_clone(icaltimezone_get_component(c->london));
    icalproperty_set_tzid(icalcomponent_get_first_property(rules, ICAL_TZID_PROPERTY), zone_name); // its plain name
    icalcomponent_add_component(c->calendar, rules);
    return c;
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

bool ical_add(struct ical *c, const struct ical_event *e)
{
    icalcomponent *event = icalcomponent_new(ICAL_VEVENT_COMPONENT);
    if (!event)
        return false;
    icalcomponent_add_property(event, icalproperty_new_uid(e->uid));
    icalcomponent_add_property(event, icalproperty_new_sequence(e->sequence));
    // Of the appointment and not of the writing: the same diary makes the same file.
    icalcomponent_add_property(
        event, icalproperty_new_dtstamp(icaltime_from_timet_with_zone(e->starts, 0, icaltimezone_get_utc_timezone())));
    icalcomponent_add_property(event, in_london(c, e->starts, false));
    icalcomponent_add_property(event, in_london(c, e->ends, true));
    icalcomponent_add_property(event, icalproperty_new_summary(e->summary));
    icalcomponent_add_property(event, icalproperty_new_categories(e->categories));
    if (e->location)
        icalcomponent_add_property(event, icalproperty_new_location(e->location));
    icalcomponent_add_property(
        event, icalproperty_new_status(e->tentative ? ICAL_STATUS_TENTATIVE : ICAL_STATUS_CONFIRMED));
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
