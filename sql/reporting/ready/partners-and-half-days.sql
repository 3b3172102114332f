-- What does each partner carry on a day, in half-days a year, against what they can give? Variable: on (today).
\if :{?on} \else \set on today \endif
select p.authority, p.partner_id, p.partner, p.kinds, p.capacity_half_days, count(a.assignment_id) as assignments, coalesce(sum(a.half_days), 0) as half_days,
  p.capacity_half_days - coalesce(sum(a.half_days), 0) as half_days_left
from reporting.partner p
left join reporting.partner_assignment a on a.authority = p.authority and a.partner_id = p.partner_id and a.status = 'live'
  and a.starts_on <= date :'on' and (a.ends_on is null or a.ends_on >= date :'on')
group by p.authority, p.partner_id, p.partner, p.kinds, p.capacity_half_days
order by p.authority, half_days_left, p.partner;
