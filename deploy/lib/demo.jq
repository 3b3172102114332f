# What the demonstration's lines say of other things, as `improve call` takes it. $made: references and URNs by name, today and this-year.
#   "@001/fund-1"               what an earlier line made, or a school
#   "@today" "@today-30"        a day
#   "@last-year/10-20T16:00"    a day, or a time, of an academic year: last, this, next
#   "@this-year"                the calendar year in which an academic year begins
# A line with "@past" and a day is left out until that day is over; "@" names what a line makes, and stays.

def years: {last: -1, this: 0, next: 1};

def day_of_year:
    capture("^(?<which>last|this|next)-year(/(?<month>[0-9]{2})(?<rest>-[0-9]{2}(T[0-9:]+)?))?$")
    | ($made[0]["this-year"] + years[.which]) as $year
    | if .month then "\($year + if (.month | tonumber) < 9 then 1 else 0 end)-\(.month)\(.rest)" else $year end;

def day_from_today:
    capture("^today(?<days>[-+][0-9]+)$")
    | ($made[0].today | strptime("%Y-%m-%d") | mktime) + (.days | ltrimstr("+") | tonumber) * 86400
    | strftime("%Y-%m-%d");

def meaning:
    .[1:] as $word
    | $made[0][$word] // ([$word | day_of_year, day_from_today][0]) // error("nothing is known as \(.)");

select(.["@past"] == null or (.["@past"] | meaning) < $made[0].today)
| del(.["@past"])
| .request |= walk(if type == "string" and startswith("@") then meaning else . end)
