-- How many visits are planned or were made each month, by purpose, with their half-days? Variable: from (the first day of this academic year).
\if :{?from} \else
select min(day) as "from" from reporting.calendar_day where academic_year = (select academic_year from reporting.calendar_day where day = current_date limit 1) \gset
\endif
select v.authority, d.month_starts_on, d.month_name, v.purpose, count(*) as visits, count(*) filter (where v.status in ('done', 'noted', 'agreed')) as done,
  sum(v.half_days) as half_days
from reporting.visit v
join reporting.calendar_day d on d.authority = v.authority and d.day = v.starts_uk_time::date
where v.status <> 'cancelled' and d.day >= date :'from'
group by v.authority, d.month_starts_on, d.month_name, v.purpose
order by v.authority, d.month_starts_on, v.purpose;
