-- How many working days and school days has each month of a financial year, and which weekdays do not count? Variable: year (in which it begins: this one's).
\if :{?year} \else
select financial_year_begins as year from reporting.calendar_day where day = current_date limit 1 \gset
\endif
select authority, month_starts_on, count(*) filter (where working_day = 'Yes') as working_days, count(*) filter (where school_day = 'Yes') as school_days,
  string_agg(to_char(day, 'FMDD FMMonth') || ' ' || not_working_because, ', ' order by day) filter (where weekday_number < 6) as not_working
from reporting.calendar_day
where financial_year_begins = :year
group by authority, month_starts_on
order by authority, month_starts_on;
