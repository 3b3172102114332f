-- Which schools book training, how many places have they had, and what did these cost?
select b.authority, b.urn, o.school, count(*) filter (where b.status = 'confirmed') as confirmed, count(*) filter (where b.status = 'waiting') as waiting,
  count(*) filter (where b.status = 'cancelled') as cancelled, sum(b.gross_pounds) filter (where b.status = 'confirmed') as gross_pounds
from reporting.cpd_booking b
left join reporting.open_schools o on o.authority = b.authority and o.urn = b.urn
group by b.authority, b.urn, o.school
order by b.authority, confirmed desc, b.urn;
