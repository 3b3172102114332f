-- When is each half-term that ends from a day on, and how many school days and weeks has it? Variable: from (five years ago).
\if :{?from} \else
select (current_date - interval '5 years')::date as "from" \gset
\endif
select authority, academic_year, term, half_term, min(day) as first_day, max(day) as last_day, count(*) filter (where school_day = 'Yes') as school_days,
  max(week_of_half_term) as weeks
from reporting.calendar_day
where half_term is not null
group by authority, academic_year, term, half_term
having max(day) >= date :'from'
order by authority, academic_year, half_term;
