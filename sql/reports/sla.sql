-- Reports on subscriptions.

create function reports.sla_subscribers(p_as_of date, p_service_id text) returns table (urn integer, phase_group text)
language sql stable as $$
  select distinct coalesce(school.urn, s.school_urn), coalesce(school.phase_group, 'Other')
  from sla.subscription s
  join register.establishment e on e.urn = s.school_urn
  left join lateral (
    -- The school it is now: one that became an academy still subscribes.
    select o.urn, o.phase_group
    from register.schools_on(p_as_of, null) o
    where o.school_id = e.school_id and o.authority_id = s.authority_id and o.is_open
    order by o.urn = s.school_urn desc, o.urn
    limit 1
  ) school on true
  where s.authority_id = (select auth.authority_id()) and s.starts_on <= p_as_of and s.ends_on >= p_as_of
    and (p_service_id is null or s.service_id = p_service_id)
$$;
comment on function reports.sla_subscribers is 'reports.sla_subscribers gives the schools that subscribe on a day, each once, with the phase group they count in: Other when the school is none of the authority''s open ones.';
grant execute on function reports.sla_subscribers to improve_exec;

create function reports.require_service(p_service_id text) returns void
language plpgsql stable as $$
begin
  if p_service_id is not null
      and not exists (select from sla.service s where s.authority_id = auth.authority_id() and s.service_id = p_service_id) then
    perform errors.not_found('service_id', format('The authority has no service "%s".', left(p_service_id, 40)), 'a reference such as sv-7k2q9mx4td');
  end if;
end $$;
comment on function reports.require_service is 'reports.require_service refuses a service that is not there.';
grant execute on function reports.require_service to improve_exec;

create function reports.sla_take_up(p_as_of date, p_service_id text)
returns table (authority text, as_of date, phase_group text, subscribers integer, base integer, percent numeric)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_as_of date := coalesce(p_as_of, base.today());
  v_all integer;
  v_outside integer;
begin
  perform reports.require_service(p_service_id);
  select count(*), count(*) filter (where s.phase_group = 'Other') into v_all, v_outside from reports.sla_subscribers(v_as_of, p_service_id) s;
  raise notice using errcode = 'IMNTE', message = case
    when v_all = 0 then 'No school subscribes.'
    when v_outside = 0 then format('%s schools subscribe in all, every one in the base.', v_all)
    else format('%s schools subscribe in all; %s of them are outside the base and not in the total.', v_all, v_outside) end;
  return query
  with schools as (
    select s.phase_group, count(*) as schools
    from register.schools_on(v_as_of, null) s
    where s.authority_id = (select auth.authority_id()) and s.is_open and s.phase_group <> 'Other'
    group by s.phase_group
  ), buyers as (
    select s.phase_group, count(*) as buyers from reports.sla_subscribers(v_as_of, p_service_id) s group by s.phase_group
  ), by_group as (
    select 1 as part, coalesce(g.phase_group, b.phase_group) as phase_group, coalesce(b.buyers, 0)::integer as subscribers,
      g.schools::integer as base
    from schools g
    full join buyers b on b.phase_group = g.phase_group
  ), with_total as (
    select * from by_group
    union all
    select 2, 'Total like for like', coalesce(sum(g.subscribers), 0)::integer, coalesce(sum(g.base), 0)::integer
    from by_group g where g.base is not null
  )
  select base.authority_code(auth.authority_id()), v_as_of, t.phase_group, t.subscribers, t.base,
    round(100.0 * t.subscribers / nullif(t.base, 0), 1)
  from with_total t
  order by t.part, t.base is null, array_position(array['Primary', 'Secondary', 'Special'], t.phase_group), t.phase_group;
end $$;
comment on function reports.sla_take_up is 'reports.sla_take_up is the take-up of subscriptions by phase group (SLA-8). The total is like for like: subscribers that no base counts, the Others, are in a line of their own and in no rate.';
grant execute on function reports.sla_take_up to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function reports.non_buyers(p_as_of date, p_service_id text)
returns table (urn integer, school text, phase_group text, status text, buys boolean)
language sql stable as $$
  select s.urn, s.name, s.phase_group, case when s.is_maintained then 'maintained' when t.type_group in ('Academies', 'Free Schools') then 'academy' else 'other' end,
    b.urn is not null
  from register.schools_on(p_as_of, null) s
  left join register.establishment_type t on t.type = s.type
  left join reports.sla_subscribers(p_as_of, p_service_id) b on b.urn = s.urn
  where s.authority_id = (select auth.authority_id()) and s.is_open and s.phase_group <> 'Other'
$$;
comment on function reports.non_buyers is 'reports.non_buyers lists the schools of the base on a day, with whether each subscribes and whether it is maintained.';
grant execute on function reports.non_buyers to improve_exec;

create function reports.sla_non_buyers(p_as_of date, p_service_id text)
returns table (authority text, as_of date, phase_group text, non_buyers integer, maintained integer, academies integer, other integer, base integer, percent numeric)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_as_of constant date := coalesce(p_as_of, base.today());
  v_all record;
begin
  perform reports.require_service(p_service_id);
  select count(*) as schools, count(*) filter (where not n.buys) as without, count(*) filter (where n.status = 'maintained') as maintained,
    count(*) filter (where n.status = 'maintained' and not n.buys) as maintained_without into v_all
  from reports.non_buyers(v_as_of, p_service_id) n;
  raise notice using errcode = 'IMNTE', message = format('%s of %s schools do not subscribe; of %s maintained ones (%s%%) %s do not.', v_all.without,
    v_all.schools, v_all.maintained, coalesce(reports.percent(v_all.maintained, v_all.schools), 0), v_all.maintained_without);
  return query
  select base.authority_code(auth.authority_id()), v_as_of, coalesce(n.phase_group, 'Total'), (count(*) filter (where not n.buys))::integer,
    (count(*) filter (where not n.buys and n.status = 'maintained'))::integer, (count(*) filter (where not n.buys and n.status = 'academy'))::integer,
    (count(*) filter (where not n.buys and n.status = 'other'))::integer, count(*)::integer, reports.percent(count(*) filter (where not n.buys), count(*))
  from reports.non_buyers(v_as_of, p_service_id) n
  group by grouping sets ((n.phase_group), ())
  order by n.phase_group is null, array_position(array['Primary', 'Secondary', 'Special'], n.phase_group), n.phase_group;
end $$;
comment on function reports.sla_non_buyers is 'reports.sla_non_buyers counts the schools that do not subscribe by phase group, and of which status they are, with the open schools as the base (SLA-8). Schools outside the base are in no line.';
grant execute on function reports.sla_non_buyers to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function reports.sla_non_buyer_schools(p_as_of date, p_service_id text, p_phase_group text)
returns table (authority text, as_of date, urn integer, school text, phase_group text, status text, roll integer, last_subscribed_to date)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_as_of constant date := coalesce(p_as_of, base.today());
begin
  perform reports.require_service(p_service_id);
  return query
  select base.authority_code(auth.authority_id()), v_as_of, n.urn, n.school, n.phase_group, n.status, r.roll, (
      select max(s.ends_on) from sla.subscription s
      join register.establishment e on e.urn = s.school_urn
      join register.establishment me on me.urn = n.urn and me.school_id = e.school_id
      where s.authority_id = auth.authority_id() and s.ends_on < v_as_of and s.ends_on >= s.starts_on and (p_service_id is null or s.service_id = p_service_id))
  from reports.non_buyers(v_as_of, p_service_id) n
  cross join lateral sla.roll_counted(n.urn, v_as_of, 'latest') r
  where not n.buys and (p_phase_group is null or lower(n.phase_group) = lower(p_phase_group))
  order by array_position(array['Primary', 'Secondary', 'Special'], n.phase_group), n.phase_group, n.status, n.school, n.urn;
end $$;
comment on function reports.sla_non_buyer_schools is 'reports.sla_non_buyer_schools names the schools that do not subscribe, with their pupils and when they last did.';
grant execute on function reports.sla_non_buyer_schools to persona_la_admin, persona_officer, persona_finance, persona_reporter;
