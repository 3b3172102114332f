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

create function reports.sla_take_up(p_as_of date, p_service_id text)
returns table (authority text, as_of date, phase_group text, subscribers integer, base integer, percent numeric)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_as_of date := coalesce(p_as_of, base.today());
  v_all integer;
  v_outside integer;
begin
  if p_service_id is not null
      and not exists (select from sla.service s where s.authority_id = auth.authority_id() and s.service_id = p_service_id) then
    perform errors.not_found('service_id', format('The authority has no service "%s".', left(p_service_id, 40)), 'a reference such as sv-7k2q9mx4td');
  end if;
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
