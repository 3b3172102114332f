-- Bank holidays, closures and terms for SQL reporters.
set role reporting_owner;

create view reporting.bank_holiday as
select b.day, b.name::varchar(100) as name, (case when b.proclaimed then 'Yes' else 'No' end)::varchar(3) as proclaimed
from calendar.bank_holiday b
where b.superseded_at is null;
comment on view reporting.bank_holiday is 'England''s bank holidays (C-4).';
comment on column reporting.bank_holiday.day is 'Day on which it is kept.';
comment on column reporting.bank_holiday.name is 'Name.';
comment on column reporting.bank_holiday.proclaimed is 'Yes when it was proclaimed for this one year; the others follow a rule.';

create view reporting.calendar_closure as
select lpad(c.authority_id::text, 3, '0')::varchar(3) as authority, c.closure_id::varchar(20) as closure_id, c.name::varchar(100) as name,
  c.starts_on, c.ends_on, (c.recorded_at at time zone 'Europe/London')::timestamp(0) as recorded_uk_time,
  (c.superseded_at at time zone 'Europe/London')::timestamp(0) as removed_uk_time
from calendar.closure c;
comment on view reporting.calendar_closure is 'Days on which the authority''s offices are closed besides bank holidays, with those that were removed (C-4).';
comment on column reporting.calendar_closure.authority is 'DfE code of the authority, three digits.';
comment on column reporting.calendar_closure.closure_id is 'Reference of the closure.';
comment on column reporting.calendar_closure.name is 'Name.';
comment on column reporting.calendar_closure.starts_on is 'First day.';
comment on column reporting.calendar_closure.ends_on is 'Last day.';
comment on column reporting.calendar_closure.recorded_uk_time is 'When it was recorded, English local time.';
comment on column reporting.calendar_closure.removed_uk_time is 'When it was removed; null while it holds.';

create view reporting.calendar_half_term as
select lpad(h.authority_id::text, 3, '0')::varchar(3) as authority, h.academic_year,
  (case when h.half_term <= 2 then 'autumn' when h.half_term <= 4 then 'spring' else 'summer' end)::varchar(6) as term, h.half_term, h.starts_on, h.ends_on
from calendar.half_term h
where h.superseded_at is null;
comment on view reporting.calendar_half_term is 'The six half-terms of each academic year that the authority has set (C-3).';
comment on column reporting.calendar_half_term.authority is 'DfE code of the authority, three digits.';
comment on column reporting.calendar_half_term.academic_year is 'Academic year, by the calendar year in which it begins: 2026 is 2026/27.';
comment on column reporting.calendar_half_term.term is 'autumn, spring or summer.';
comment on column reporting.calendar_half_term.half_term is '1 to 6.';
comment on column reporting.calendar_half_term.starts_on is 'First day.';
comment on column reporting.calendar_half_term.ends_on is 'Last day.';

create view reporting.calendar_day as
with mine as (
  select r.authority_id from auth.reporter r where r.role_name = session_user
), known as (
  select date_trunc('year', min(b.day))::date as first_day, (date_trunc('year', max(b.day)) + interval '1 year')::date - 1 as last_day
  from calendar.bank_holiday b where b.superseded_at is null
), each_day as (
  select m.authority_id, k.first_day + n as day from known k cross join generate_series(0, k.last_day - k.first_day) n cross join mine m
), told as (
  select d.authority_id, d.day, extract(isodow from d.day)::integer as weekday_number, b.name as bank_holiday, c.name as closure, h.academic_year, h.half_term,
    h.starts_on as half_term_starts_on, coalesce(p.counts_bank_holidays, false) as counts_bank_holidays
  from each_day d
  left join calendar.bank_holiday b on b.day = d.day and b.superseded_at is null
  left join calendar.policy p on b.day is not null and p.authority_id = d.authority_id and p.superseded_at is null and p.valid_from <= d.day
    and (p.valid_to is null or p.valid_to > d.day)
  left join calendar.half_term h on h.authority_id = d.authority_id and h.superseded_at is null and h.starts_on <= d.day and h.ends_on >= d.day
  left join lateral (
    select min(x.name) as name from calendar.closure x
    where x.authority_id = d.authority_id and x.superseded_at is null and x.starts_on <= d.day and x.ends_on >= d.day
  ) c on true
), judged as (
  select t.*, t.academic_year as term_year, extract(year from t.day)::integer - (extract(month from t.day) < 9)::integer as school_year,
    extract(year from t.day)::integer - (extract(month from t.day) < 4)::integer as money_year,
    case when t.weekday_number > 5 then (array['Saturday', 'Sunday'])[t.weekday_number - 5]
      when t.bank_holiday is not null and not t.counts_bank_holidays then t.bank_holiday else t.closure end as not_working
  from told t
)
select lpad(j.authority_id::text, 3, '0')::varchar(3) as authority, j.day, extract(year from j.day)::integer as year, extract(month from j.day)::integer as month,
  (array['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'])[extract(month from j.day)::integer]::varchar(9)
    as month_name,
  date_trunc('month', j.day)::date as month_starts_on, j.weekday_number,
  (array['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])[j.weekday_number]::varchar(9) as weekday,
  j.day - (j.weekday_number - 1) as week_starts_on, extract(week from j.day)::integer as iso_week, extract(isoyear from j.day)::integer as iso_week_year,
  (j.school_year || '/' || lpad(((j.school_year + 1) % 100)::text, 2, '0'))::varchar(7) as academic_year, j.school_year as academic_year_begins,
  (j.money_year || '/' || lpad(((j.money_year + 1) % 100)::text, 2, '0'))::varchar(7) as financial_year, j.money_year as financial_year_begins,
  (case when j.half_term <= 2 then 'autumn' when j.half_term <= 4 then 'spring' when j.half_term <= 6 then 'summer' end)::varchar(6) as term, j.half_term,
  (j.day - j.half_term_starts_on + extract(isodow from j.half_term_starts_on)::integer - 1) / 7 + 1 as week_of_half_term,
  (case when j.half_term is not null then case when j.weekday_number < 6 and j.bank_holiday is null then 'Yes' else 'No' end
    when exists (select from calendar.half_term y where y.authority_id = j.authority_id and y.superseded_at is null and y.academic_year = j.school_year) then 'No' end)::varchar(3)
    as school_day,
  (case when j.not_working is null then 'Yes' else 'No' end)::varchar(3) as working_day, j.not_working::varchar(100) as not_working_because,
  j.bank_holiday::varchar(100) as bank_holiday, j.closure::varchar(100) as closure
from judged j;
comment on view reporting.calendar_day is 'Each day of the years whose bank holidays are known, as the authority counts it: working day or not and why, term and half-term, week, month, academic and financial year. To be joined by authority and day (C-3, C-4).';
comment on column reporting.calendar_day.authority is 'DfE code of the authority, three digits.';
comment on column reporting.calendar_day.day is 'The day.';
comment on column reporting.calendar_day.year is 'Calendar year.';
comment on column reporting.calendar_day.month is 'Month, 1 to 12.';
comment on column reporting.calendar_day.month_name is 'January to December.';
comment on column reporting.calendar_day.month_starts_on is 'First day of the month: to group and sort by.';
comment on column reporting.calendar_day.weekday_number is 'Weekday, 1 Monday to 7 Sunday.';
comment on column reporting.calendar_day.weekday is 'Monday to Sunday.';
comment on column reporting.calendar_day.week_starts_on is 'Monday of its week: to group and sort by.';
comment on column reporting.calendar_day.iso_week is 'Week of the year by ISO 8601, 1 to 53; week 1 has the first Thursday.';
comment on column reporting.calendar_day.iso_week_year is 'The year that this week is counted in.';
comment on column reporting.calendar_day.academic_year is 'Academic year, 1 September to 31 August: 2026/27 (C-3).';
comment on column reporting.calendar_day.academic_year_begins is 'The calendar year in which it begins: 2026 for 2026/27.';
comment on column reporting.calendar_day.financial_year is 'Financial year, 1 April to 31 March: 2026/27 (C-3).';
comment on column reporting.calendar_day.financial_year_begins is 'The calendar year in which it begins: 2026 for 2026/27.';
comment on column reporting.calendar_day.term is 'autumn, spring or summer; null between half-terms, and where the authority has set no terms.';
comment on column reporting.calendar_day.half_term is 'Half-term, 1 to 6; null as term.';
comment on column reporting.calendar_day.week_of_half_term is 'Week of the half-term, from 1, Monday to Sunday; null as term.';
comment on column reporting.calendar_day.school_day is 'Yes on Mondays to Fridays of a half-term that are no bank holidays, No otherwise; null where the authority has set no terms for the year.';
comment on column reporting.calendar_day.working_day is 'Yes when it counts in deadlines, by the authority''s policy of the day; No at weekends, on bank holidays and closures (C-4).';
comment on column reporting.calendar_day.not_working_because is 'Why it does not count: weekday, bank holiday or closure; null for a working day.';
comment on column reporting.calendar_day.bank_holiday is 'Name of the bank holiday; null on other days.';
comment on column reporting.calendar_day.closure is 'Name of the closure of the authority''s offices; null on other days.';

grant select on reporting.bank_holiday, reporting.calendar_closure, reporting.calendar_half_term, reporting.calendar_day to reporting_reader;
