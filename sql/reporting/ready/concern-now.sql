-- Which schools are on the scheme for schools causing concern on a day, since when, and in which category? Variable: on (today).
\if :{?on} \else \set on today \endif
select k.authority, k.case_id, k.urn, o.school, g.label as category, g.common_level, g.valid_from as in_it_since, k.opened_on, k.lead
from reporting.concern_case k
join reporting.concern_category g on g.authority = k.authority and g.case_id = k.case_id and g.valid_from <= date :'on' and (g.valid_to is null or g.valid_to > date :'on')
left join reporting.open_schools o on o.authority = k.authority and o.urn = k.urn
where k.opened_on <= date :'on' and (k.closed_on is null or k.closed_on > date :'on')
order by k.authority, g.common_level, o.school;
