-- How full is each training session from a day on, and how many wait? Variable: from (the first of this academic year).
\if :{?from} \else
select min(day) as "from" from reporting.calendar_day where academic_year = (select academic_year from reporting.calendar_day where day = current_date limit 1) \gset
\endif
select authority, session_id, course, starts_uk_time, venue, capacity, confirmed, held, waiting, places_left, round(100.0 * confirmed / nullif(capacity, 0), 1) as percent
from reporting.cpd_session
where status = 'published' and starts_uk_time >= date :'from'
order by authority, starts_uk_time, session_id;
