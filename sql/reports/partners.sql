-- Reports on partners.

create function reports.partner_workload(p_as_of date)
returns table (authority text, as_of date, partner_id text, partner text, kinds text, assignments integer, half_days integer, capacity integer,
  half_days_left integer, percent numeric)
language sql stable cost 10000 as $$
  select base.authority_code(p.authority_id), coalesce(p_as_of, base.today()), p.partner_id, p.name, array_to_string(p.kinds, ', '),
    count(a.assignment_id)::integer, coalesce(sum(a.half_days), 0)::integer, p.capacity_half_days,
    (p.capacity_half_days - coalesce(sum(a.half_days), 0))::integer,
    round(100.0 * coalesce(sum(a.half_days), 0) / nullif(p.capacity_half_days, 0), 1)
  from partners.partner p
  left join partners.assignment a on a.authority_id = p.authority_id and a.partner_id = p.partner_id
    and a.starts_on <= coalesce(p_as_of, base.today()) and (a.ends_on is null or a.ends_on >= coalesce(p_as_of, base.today()))
  where p.authority_id = (select auth.authority_id())
  group by p.authority_id, p.partner_id
  order by p.name, p.partner_id
$$;
comment on function reports.partner_workload is 'reports.partner_workload is what each partner carries on a day, in half-days a year, with the capacity as its base (PAR-2).';
grant execute on function reports.partner_workload to persona_la_admin, persona_officer, persona_finance, persona_reporter;
