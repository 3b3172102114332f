-- Which notes of visits came after their day, or are due and not there, since a day? Variable: from (the first of this academic year).
\if :{?from} \else
select min(day) as "from" from reporting.calendar_day where academic_year = (select academic_year from reporting.calendar_day where day = current_date limit 1) \gset
\endif
select v.authority, v.visit_id, v.partner, o.school, v.starts_uk_time::date as visited_on, v.note_due_on, n.first_written_uk_time::date as written_on,
  coalesce(n.first_written_uk_time::date, current_date) - v.note_due_on as days_late
from reporting.visit v
left join reporting.open_schools o on o.authority = v.authority and o.urn = v.urn
left join reporting.visit_note n on n.authority = v.authority and n.visit_id = v.visit_id
where v.status in ('done', 'noted', 'agreed') and v.starts_uk_time >= date :'from' and coalesce(n.first_written_uk_time::date, current_date) > v.note_due_on
order by v.authority, v.note_due_on, v.visit_id;
