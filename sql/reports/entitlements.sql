-- What schools have of half-days, credits and places, and what became of it (SLA-7).

create function reports.half_day_balances(p_on date)
returns table (school_urn integer, unit text, entitlements integer, granted integer, moved integer, reserved integer, used integer, lapsed integer, left_ integer)
language sql stable as $$
  select e.school_urn, 'half-day', count(distinct e.entitlement_id)::integer, coalesce(sum(n.half_days) filter (where n.kind in ('granted', 'adjusted')), 0)::integer,
    coalesce(sum(n.half_days) filter (where n.kind = 'moved'), 0)::integer,
    coalesce(-sum(n.half_days) filter (where v.status in ('planned', 'confirmed')), 0)::integer,
    coalesce(-sum(n.half_days) filter (where n.visit_id is not null and v.status not in ('planned', 'confirmed')), 0)::integer,
    coalesce(-sum(n.half_days) filter (where n.kind = 'lapsed'), 0)::integer, coalesce(sum(n.half_days), 0)::integer
  from visits.entitlement e
  left join visits.entitlement_entry n on n.authority_id = e.authority_id and n.entitlement_id = e.entitlement_id
  left join visits.visit v on v.authority_id = n.authority_id and v.visit_id = n.visit_id
  where e.authority_id = (select auth.authority_id()) and e.starts_on <= p_on and e.ends_on >= p_on
  group by e.school_urn
$$;
comment on function reports.half_day_balances is 'reports.half_day_balances sums the half-days of visits by school: those of visits ahead are reserved, those of visits that took place, or were cancelled too late, are used.';

create function reports.allowance_balances(p_on date)
returns table (school_urn integer, unit text, entitlements integer, granted integer, moved integer, reserved integer, used integer, lapsed integer, left_ integer)
language sql stable as $$
  select a.school_urn, a.unit, count(*)::integer, sum(b.granted)::integer, sum(b.moved)::integer, sum(b.reserved)::integer, sum(b.used)::integer, sum(b.lapsed)::integer,
    sum(b.left_units)::integer
  from sla.allowance a
  join sla.allowance_balance b on b.authority_id = a.authority_id and b.allowance_id = a.allowance_id
  where a.authority_id = (select auth.authority_id()) and a.starts_on <= p_on and a.ends_on >= p_on
  group by a.school_urn, a.unit
$$;
comment on function reports.allowance_balances is 'reports.allowance_balances sums credits and places by school.';
grant execute on function reports.half_day_balances, reports.allowance_balances to improve_exec;

create function reports.entitlement_balances(p_as_of date, p_unit text, p_school_urn integer)
returns table (authority text, as_of date, urn integer, school text, unit text, entitlements integer, granted integer, moved integer, reserved integer,
  used integer, lapsed integer, units_left integer, base integer, percent numeric)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
  v_unit constant text := regexp_replace(lower(btrim(p_unit)), 's$', '');
begin
  if v_unit not in ('half-day', 'credit', 'place') then
    perform errors.invalid('unit', format('"%s" is no unit of entitlements.', left(p_unit, 40)), 'SLA-7', 'half-day, credit or place', 'UNIT_UNKNOWN');
  end if;
  return query
  with balance as (
    select * from reports.half_day_balances(v_on) union all select * from reports.allowance_balances(v_on)
  ), chosen as (
    select * from balance b where (v_unit is null or b.unit = v_unit) and (p_school_urn is null or b.school_urn = p_school_urn)
  ), with_total as (
    select c.* from chosen c
    union all
    select null, c.unit, sum(c.entitlements)::integer, sum(c.granted)::integer, sum(c.moved)::integer, sum(c.reserved)::integer, sum(c.used)::integer,
      sum(c.lapsed)::integer, sum(c.left_)::integer
    from chosen c group by c.unit
  )
  select base.authority_code(auth.authority_id()), v_on, t.school_urn, coalesce(school.name, 'Total'), t.unit, t.entitlements, t.granted, t.moved, t.reserved, t.used,
    t.lapsed, t.left_, t.granted + t.moved, reports.percent(t.used, t.granted + t.moved)
  from with_total t
  left join lateral register.establishment_on(t.school_urn, v_on) school on true
  order by t.unit, t.school_urn nulls last;
end $$;
comment on function reports.entitlement_balances is 'reports.entitlement_balances tells what schools have on a day of half-days of visits, credits and places: granted + moved = reserved + used + lapsed + left, and the share that is used (SLA-7).';
grant execute on function reports.entitlement_balances to persona_la_admin, persona_officer, persona_finance, persona_reporter;
