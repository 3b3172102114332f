-- Which day is so many working days after a day, counted as the authority counts? Variables: from (today), days (10).
\if :{?from} \else \set from today \endif
\if :{?days} \else \set days 10 \endif
select authority, date :'from' as from_day, :days as working_days, day as deadline, weekday
from (
  select d.*, row_number() over (partition by authority order by day) as nth
  from reporting.calendar_day d
  where working_day = 'Yes' and day > date :'from'
) counted
where nth = :days
order by authority;
