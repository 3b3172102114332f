-- How many open schools subscribe to each service on a day, of how many, and for how much? Variable: on (today).
\if :{?on} \else \set on today \endif
with school as (
  select authority, count(*) as schools from reporting.open_schools group by authority
)
select s.authority, s.service, count(distinct s.urn) as subscribers, o.schools as base, round(100.0 * count(distinct s.urn) / o.schools, 1) as percent,
  sum(s.net_pounds) as net_pounds
from reporting.sla_subscription s
join school o on o.authority = s.authority
where s.starts_on <= date :'on' and s.ends_on >= date :'on'
group by s.authority, s.service, o.schools
order by s.authority, s.service;
