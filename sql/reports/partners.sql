-- Reports on partners.

create function reports.days(p_half_days bigint) returns text
language sql immutable as $$ select trim_scale(p_half_days / 2.0)::text $$;
comment on function reports.days is 'reports.days writes half-days as days: 3, 3.5.';

create function reports.workload_remark(p_as_of date) returns text
language plpgsql stable as $$
declare
  v_all record;
begin
  select count(*) as assignments, count(distinct a.school_urn) as schools, count(distinct a.partner_id) as partners, sum(a.half_days) as half_days,
    min(a.half_days) as least, max(a.half_days) as most,
    sum(a.half_days * partners.rate_for(a.partner_id, a.role, 'in_person', p_as_of)) as pence into v_all
  from partners.assignment a
  where a.authority_id = auth.authority_id() and a.status = 'live' and a.starts_on <= p_as_of and (a.ends_on is null or a.ends_on >= p_as_of);
  return case when v_all.assignments = 0 then 'No assignment is live.'
    else format('Partners: %s. Schools: %s. Assignments: %s, which take %s days a year', v_all.partners, v_all.schools, v_all.assignments,
        reports.days(v_all.half_days))
      || case when v_all.least = v_all.most then format(', %s each.', reports.days(v_all.least))
        else format(', %s to %s each: %s if all took %s, %s if all took %s.', reports.days(v_all.least), reports.days(v_all.most),
          reports.days(v_all.assignments * v_all.least), reports.days(v_all.least), reports.days(v_all.assignments * v_all.most),
          reports.days(v_all.most)) end
      || coalesce(' By the rate cards, in person: £' || to_char(v_all.pence / 100.0, 'FM999,999,990.00') || '.', '') end;
end $$;
comment on function reports.workload_remark is 'reports.workload_remark sums a workload up: who works where, how many days it takes between the least and the most, and what that costs where rates are known.';
grant execute on function reports.days, reports.workload_remark to improve_exec;

create function reports.partner_workload(p_as_of date)
returns table (authority text, as_of date, partner_id text, partner text, kinds text, assignments integer, half_days integer, capacity integer,
  half_days_left integer, percent numeric, proposed_half_days integer)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_as_of constant date := coalesce(p_as_of, base.today());
begin
  raise notice using errcode = 'IMNTE', message = reports.workload_remark(v_as_of);
  return query
  select base.authority_code(p.authority_id), v_as_of, p.partner_id, p.name, held.kinds, load.assignments::integer, load.live::integer, cap.half_days,
    (cap.half_days - load.live - load.proposed)::integer, round(100.0 * load.live / nullif(cap.half_days, 0), 1), load.proposed::integer
  from partners.partner p
  cross join lateral (select partners.capacity_on(p, v_as_of) as half_days) cap
  cross join lateral (
    select coalesce(string_agg(k.kind, ', ' order by k.kind), '') as kinds from partners.kind_held k
    where k.authority_id = p.authority_id and k.partner_id = p.partner_id
      and (k.starts_on is null or k.starts_on <= v_as_of) and (k.ends_on is null or k.ends_on >= v_as_of)
  ) held
  cross join lateral (
    select count(*) filter (where a.status = 'live') as assignments, coalesce(sum(a.half_days) filter (where a.status = 'live'), 0) as live,
      coalesce(sum(a.half_days) filter (where a.status <> 'live'), 0) as proposed
    from partners.assignment a
    where a.authority_id = p.authority_id and a.partner_id = p.partner_id and partners.holds(a.status)
      and a.starts_on <= v_as_of and (a.ends_on is null or a.ends_on >= v_as_of)
  ) load
  where p.authority_id = auth.authority_id()
  order by p.name, p.partner_id;
end $$;
comment on function reports.partner_workload is 'reports.partner_workload is what each partner carries on a day, in half-days a year, with the capacity of that academic year as its base, what is proposed beside it, and what is left (PAR-2).';
grant execute on function reports.partner_workload to persona_la_admin, persona_officer, persona_finance, persona_reporter;
