-- How many open schools has each phase group, and how many of them are maintained?
select authority, phase_group, count(*) as schools, count(*) filter (where maintained = 'Yes') as maintained
from reporting.open_schools
where authority in (select authority from reporting.authorities where own = 'Yes')
group by authority, phase_group
order by authority, phase_group;
