-- What every clock counts by (C-3, C-4): England's bank holidays, and each authority's closures, terms and office hours. Rows are added and
-- superseded, never changed, so that a count made in the past can be made again.
create schema calendar authorization improve_owner;
comment on schema calendar is 'Working days, academic and financial years, terms: one place that every clock counts by.';
grant usage on schema calendar to improve_exec;

set role improve_owner;

create table calendar.bank_holiday (
  day date not null,
  name text not null,
  proclaimed boolean not null default false,
  recorded_at timestamptz not null default now(),
  superseded_at timestamptz,
  primary key (day, recorded_at),
  check (superseded_at >= recorded_at),
  constraint bank_holiday_name_length check (length(name) between 1 and 100),
  constraint bank_holiday_on_a_weekday check (extract(isodow from day) < 6)
);
comment on table calendar.bank_holiday is 'Shared register: England''s bank holidays (C-4), each on the weekday on which it is kept.';
comment on column calendar.bank_holiday.day is 'The day on which it is kept.';
comment on column calendar.bank_holiday.name is 'Name, with (substitute day) where it is kept on another day than its own.';
comment on column calendar.bank_holiday.proclaimed is 'Whether it was proclaimed for this one year; the others follow a rule.';
comment on column calendar.bank_holiday.recorded_at is 'Since when it is known: for a proclaimed one the day of its announcement, for one that follows a rule since ever.';
comment on column calendar.bank_holiday.superseded_at is 'When it was known to be kept on another day, or not at all; null while it holds.';
comment on constraint bank_holiday_name_length on calendar.bank_holiday is
  '{"reason":"NAME_LENGTH","message":"A bank holiday needs a name of at most 100 characters.","field":"name","rule":"C-4","accepted":"1 to 100 characters"}';
comment on constraint bank_holiday_on_a_weekday on calendar.bank_holiday is
  '{"reason":"DAY_OF_WEEKEND","message":"A bank holiday is recorded on the weekday on which it is kept.","field":"day","rule":"C-4","accepted":"a day from Monday to Friday"}';
create unique index bank_holiday_once on calendar.bank_holiday (day) where superseded_at is null;

-- By rule: Easter (the anonymous Gregorian reckoning), Mondays of May and August, and substitutes for what falls on a weekend.
with year as (
  select y, y % 19 as a, y / 100 as b, y % 100 as c from generate_series(2015, 2035) y
), epact as (
  select y, a, b, c, (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30 as h from year
), weekday as (
  select y, a, h, (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7 as l from epact
), easter as (
  select y, make_date(y, 3, 22) + (h + l - 7 * ((a + 11 * h + 22 * l) / 451)) as sunday from weekday
)
insert into calendar.bank_holiday (day, name, recorded_at)
select k.day, o.name || case when k.day <> o.day then ' (substitute day)' else '' end, '-infinity'
from easter e
cross join lateral (values
  (make_date(e.y, 1, 1), 'New Year''s Day', 2),
  (e.sunday - 2, 'Good Friday', 0),
  (e.sunday + 1, 'Easter Monday', 0),
  (make_date(e.y, 5, 8) - extract(isodow from make_date(e.y, 5, 7))::integer, 'Early May bank holiday', 0),
  (make_date(e.y, 6, 1) - extract(isodow from make_date(e.y, 5, 31))::integer, 'Spring bank holiday', 0),
  (make_date(e.y, 9, 1) - extract(isodow from make_date(e.y, 8, 31))::integer, 'Summer bank holiday', 0),
  (make_date(e.y, 12, 25), 'Christmas Day', 2),
  (make_date(e.y, 12, 26), 'Boxing Day', 2)
) o (day, name, days_on)
cross join lateral (
  -- Christmas Day and Boxing Day make room for each other: each goes two days on. New Year's Day goes to the Monday.
  select o.day + case when extract(isodow from o.day) < 6 then 0
    when o.name = 'New Year''s Day' then 8 - extract(isodow from o.day)::integer else o.days_on end as day
) k;

-- Proclaimed, with the days on which they were announced.
update calendar.bank_holiday h set superseded_at = m.announced
from (values (date '2020-05-04', timestamptz '2019-06-07 00:00 Europe/London'), ('2022-05-30', '2020-11-12 00:00 Europe/London')) m (day, announced)
where h.day = m.day;
insert into calendar.bank_holiday (day, name, proclaimed, recorded_at) values
  ('2020-05-08', 'Early May bank holiday (VE Day)', true, '2019-06-07 00:00 Europe/London'),
  ('2022-06-02', 'Spring bank holiday', true, '2020-11-12 00:00 Europe/London'),
  ('2022-06-03', 'Platinum Jubilee bank holiday', true, '2020-11-12 00:00 Europe/London'),
  ('2022-09-19', 'Bank holiday for the State Funeral of Queen Elizabeth II', true, '2022-09-10 00:00 Europe/London'),
  ('2023-05-08', 'Bank holiday for the coronation of King Charles III', true, '2022-11-06 00:00 Europe/London');

create table calendar.closure (
  authority_id integer not null references auth.authority_scope,
  closure_id text not null,
  starts_on date not null,
  ends_on date not null,
  name text not null,
  recorded_at timestamptz not null default now(),
  superseded_at timestamptz,
  version integer not null default 1,
  primary key (authority_id, closure_id),
  constraint closure_name_length check (length(name) between 1 and 100),
  constraint closure_period check (ends_on >= starts_on),
  constraint closure_length check (ends_on - starts_on < 366),
  constraint closure_once_a_day exclude using gist (
    authority_id with =, daterange(starts_on, ends_on, '[]') with &&) where (superseded_at is null)
);
comment on table calendar.closure is 'Tenant: days on which an authority''s offices are closed besides bank holidays: no working days (C-4).';
comment on column calendar.closure.authority_id is 'The authority that is closed.';
comment on column calendar.closure.closure_id is 'Short random reference.';
comment on column calendar.closure.starts_on is 'First day.';
comment on column calendar.closure.ends_on is 'Last day.';
comment on column calendar.closure.name is 'Name, as counts print it.';
comment on column calendar.closure.recorded_at is 'When it was recorded.';
comment on column calendar.closure.superseded_at is 'When it was removed; null while it holds.';
comment on column calendar.closure.version is 'Counts the updates.';
comment on constraint closure_name_length on calendar.closure is
  '{"reason":"NAME_LENGTH","message":"A closure needs a name of at most 100 characters.","field":"name","rule":"C-4","accepted":"1 to 100 characters"}';
comment on constraint closure_period on calendar.closure is
  '{"reason":"PERIOD_BACKWARDS","message":"A closure cannot end before it starts.","field":"ends_on","rule":"C-4","accepted":"the first day or a later one"}';
comment on constraint closure_length on calendar.closure is
  '{"reason":"CLOSURE_TOO_LONG","message":"A closure lasts a year at most.","field":"ends_on","rule":"C-4","accepted":"a day within a year of the first"}';
comment on constraint closure_once_a_day on calendar.closure is
  '{"reason":"CLOSURE_OVERLAPS","message":"The authority is closed on some of these days already.","field":"starts_on","rule":"C-4","accepted":"days without a closure","code":9}';

create table calendar.half_term (
  authority_id integer not null references auth.authority_scope,
  academic_year integer not null,
  version integer not null,
  half_term integer not null,
  starts_on date not null,
  ends_on date not null,
  recorded_at timestamptz not null default now(),
  superseded_at timestamptz,
  primary key (authority_id, academic_year, version, half_term),
  constraint half_term_one_of_six check (half_term between 1 and 6),
  constraint half_term_period check (ends_on >= starts_on),
  constraint half_term_within_its_year check (starts_on >= make_date(academic_year, 9, 1) and ends_on <= make_date(academic_year + 1, 8, 31)),
  constraint half_term_once_a_day exclude using gist (
    authority_id with =, daterange(starts_on, ends_on, '[]') with &&) where (superseded_at is null)
);
comment on table calendar.half_term is 'Tenant: the six half-terms of an authority''s academic year (C-3), set a whole year at once: autumn has 1 and 2, spring 3 and 4, summer 5 and 6.';
comment on column calendar.half_term.authority_id is 'The authority.';
comment on column calendar.half_term.academic_year is 'Calendar year in which the academic year begins: 2026 is 2026/27.';
comment on column calendar.half_term.version is 'Counts how often the year''s terms were set.';
comment on column calendar.half_term.half_term is '1 to 6.';
comment on column calendar.half_term.starts_on is 'First day.';
comment on column calendar.half_term.ends_on is 'Last day.';
comment on column calendar.half_term.recorded_at is 'When it was recorded.';
comment on column calendar.half_term.superseded_at is 'When the year''s terms were set anew; null while they hold.';
comment on constraint half_term_one_of_six on calendar.half_term is
  '{"reason":"HALF_TERM_UNKNOWN","message":"An academic year has six half-terms.","field":"half_terms","rule":"C-3","accepted":"1 to 6"}';
comment on constraint half_term_period on calendar.half_term is
  '{"reason":"PERIOD_BACKWARDS","message":"A half-term cannot end before it starts.","field":"half_terms","rule":"C-3","accepted":"a last day after the first"}';
comment on constraint half_term_within_its_year on calendar.half_term is
  '{"reason":"OUT_OF_YEAR","message":"A half-term lies within its academic year, 1 September to 31 August.","field":"half_terms","rule":"C-3"}';
comment on constraint half_term_once_a_day on calendar.half_term is
  '{"reason":"HALF_TERMS_OVERLAP","message":"Two half-terms share a day.","field":"half_terms","rule":"C-3","code":9}';

create table calendar.policy (
  authority_id integer not null references auth.authority_scope,
  policy_id text not null,
  valid_from date not null,
  valid_to date,
  opens_at time not null,
  closes_at time not null,
  counts_bank_holidays boolean not null,
  recorded_at timestamptz not null default now(),
  superseded_at timestamptz,
  primary key (authority_id, policy_id),
  constraint policy_not_empty check (valid_to > valid_from),
  constraint policy_hours check (closes_at > opens_at),
  constraint policy_once_a_day exclude using gist (
    authority_id with =, daterange(valid_from, valid_to) with &&) where (superseded_at is null)
);
comment on table calendar.policy is 'Tenant: what an authority counts as a working day, and its office hours, dated (C-4, C-5). A day without a row counts from 9:00 to 17:00, and bank holidays do not count.';
comment on column calendar.policy.authority_id is 'The authority.';
comment on column calendar.policy.policy_id is 'Short random reference.';
comment on column calendar.policy.valid_from is 'First day that is counted so.';
comment on column calendar.policy.valid_to is 'First day that no longer is; null while open.';
comment on column calendar.policy.opens_at is 'When working hours begin, English local time.';
comment on column calendar.policy.closes_at is 'When working hours end, English local time.';
comment on column calendar.policy.counts_bank_holidays is 'Whether bank holidays are working days.';
comment on column calendar.policy.recorded_at is 'When it was recorded.';
comment on column calendar.policy.superseded_at is 'When another row took its place; null while it is what we know.';
comment on constraint policy_not_empty on calendar.policy is
  '{"reason":"PERIOD_BACKWARDS","message":"A policy must hold for at least one day.","field":"valid_to","rule":"C-4","accepted":"a day after valid_from"}';
comment on constraint policy_hours on calendar.policy is
  '{"reason":"HOURS_BACKWARDS","message":"The office must close after it opens.","field":"closes_at","rule":"C-4","accepted":"a time after opens_at"}';
comment on constraint policy_once_a_day on calendar.policy is
  '{"reason":"POLICY_OVERLAPS","message":"Somebody else set the policy of these days meanwhile.","field":"valid_from","rule":"C-4","code":10}';

do $$
declare
  t regclass;
begin
  foreach t in array array['calendar.bank_holiday', 'calendar.closure', 'calendar.half_term', 'calendar.policy']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;

grant select, insert on calendar.bank_holiday, calendar.closure, calendar.half_term, calendar.policy to improve_exec;
grant update (superseded_at) on calendar.bank_holiday, calendar.half_term, calendar.policy to improve_exec;
grant update (superseded_at, version) on calendar.closure to improve_exec;
reset role;
