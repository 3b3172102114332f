-- Reports on what Ofsted made of an authority's schools, by phase group (S4), and on those that are less than good or at risk of it (S3).

create function reports.outcomes_of(p_on date, p_known_at timestamptz) returns table (urn integer, school_id integer, phase_group text, status text, grade integer)
language plpgsql stable set enable_nestloop = off set jit = off as $$
begin
  return query
  select o.urn, e.school_id, coalesce(s.phase_group, 'Other'),
    case when s.is_maintained then 'maintained' when coalesce(t.type_group, s.type_group) in ('Academies', 'Free Schools') then 'academy' else 'other' end, o.grade
  from reports.latest_outcomes(p_on, p_known_at) o
  join register.establishment e on e.urn = o.urn
  left join register.schools_on(p_on, p_known_at) s on s.urn = o.urn
  left join register.establishment_type t on t.type = s.type
  where o.authority_id = (select auth.authority_id());
end $$;
comment on function reports.outcomes_of is 'reports.outcomes_of gives each school of the authority on a day with its phase group, its status (maintained, academy, other) and its latest grade.';

create function reports.monitored(p_on date) returns table (school_id integer, starts_on date, effective_action boolean)
language plpgsql stable as $$
begin
  return query
  select distinct on (e.school_id) e.school_id, i.starts_on, i.effective_action
  from register.inspection i
  join register.establishment e on e.urn = i.urn
  where i.kind = 'monitoring' and i.superseded_at is null and coalesce(i.published_on, i.ends_on, i.starts_on) <= p_on
  order by e.school_id, i.starts_on desc, i.inspection_number desc;
end $$;
comment on function reports.monitored is 'reports.monitored gives the latest monitoring visit of each school that was published by a day, and whether its leaders take effective action.';
grant execute on function reports.outcomes_of, reports.monitored to improve_exec;

create function reports.ofsted_by_phase(p_as_of date, p_known_at timestamptz, p_status text)
returns table (authority text, as_of date, status text, phase_group text, outstanding integer, good integer, requires_improvement integer, inadequate integer, not_inspected integer, base integer,
  percent_good_or_outstanding numeric, percent_outstanding numeric)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
  v_status constant text := lower(btrim(p_status));
begin
  if v_status not in ('maintained', 'academy', 'other') then
    perform errors.invalid('status', 'Schools are maintained, academies (free schools too) or other.', 'SCH-9', 'maintained, academy or other');
  end if;
  perform reports.note_register_start(v_on);
  raise notice using errcode = 'IMNTE', message = 'base counts the schools inspected.';
  return query
  select base.authority_code(auth.authority_id()), v_on, coalesce(v_status, 'all'), case when grouping(o.phase_group) = 1 then 'Total' else o.phase_group end,
    count(*) filter (where o.grade = 1)::integer, count(*) filter (where o.grade = 2)::integer, count(*) filter (where o.grade = 3)::integer, count(*) filter (where o.grade = 4)::integer,
    count(*) filter (where o.grade is null)::integer, count(o.grade)::integer, reports.percent(count(*) filter (where o.grade <= 2), count(o.grade)),
    reports.percent(count(*) filter (where o.grade = 1), count(o.grade))
  from reports.outcomes_of(v_on, p_known_at) o
  where v_status is null or o.status = v_status
  group by rollup (o.phase_group)
  having count(*) > 0
  order by grouping(o.phase_group), array_position(array['Primary', 'Secondary', 'Nursery', 'Special'], o.phase_group), o.phase_group;
end $$;
comment on function reports.ofsted_by_phase is 'reports.ofsted_by_phase counts an authority''s schools by phase group and latest grade on a day, all or those of a status, with shares of the schools inspected: Sandleigh''s 95% of maintained primaries (SCH-7, SCH-9, C-6).';

create function reports.standings(p_on date) returns table (standing text, phase_group text, effective_action boolean)
language plpgsql stable as $$
begin
  return query
  select case when o.grade >= 3 then 'less than good' else 'at risk' end, o.phase_group, case when o.grade >= 3 then m.effective_action end
  from reports.outcomes_of(p_on, null) o
  left join reports.monitored(p_on) m on m.school_id = o.school_id
  where o.grade >= 3 or exists (
    select from cases.rating r join register.establishment e on e.urn = r.school_urn
    where r.authority_id = (select auth.authority_id()) and e.school_id = o.school_id and r.superseded_at is null and r.valid_from <= p_on and (r.valid_to is null or r.valid_to > p_on));
end $$;
comment on function reports.standings is 'reports.standings lists the schools that are less than good by their latest grade on a day, and those that are not but are on the authority''s scheme of schools causing concern: at risk.';
grant execute on function reports.standings to improve_exec;

create function reports.less_than_good(p_as_of date)
returns table (authority text, as_of date, standing text, phase_group text, schools integer, effective_action integer, not_effective integer, not_told integer, base integer, percent numeric)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
  v_base constant integer := (select count(*) from reports.outcomes_of(v_on, null));
  v_sum record;
begin
  perform reports.note_register_start(v_on);
  select count(*) filter (where s.standing = 'less than good') as less, count(*) filter (where s.effective_action) as effective, count(*) filter (where s.standing = 'at risk') as risk into v_sum
  from reports.standings(v_on) s;
  raise notice using errcode = 'IMNTE', message = format('%s schools are less than good, of which %s take effective action by their latest monitoring visit; %s more are at risk, as the authority judges: %s in all. base counts its schools.',
    v_sum.less, v_sum.effective, v_sum.risk, v_sum.less + v_sum.risk);
  return query
  select base.authority_code(auth.authority_id()), v_on, case when grouping(s.standing) = 1 then 'Total' else s.standing end, case when grouping(s.phase_group) = 1 then 'Total' else s.phase_group end,
    count(*)::integer, count(*) filter (where s.effective_action)::integer, count(*) filter (where not s.effective_action)::integer,
    count(*) filter (where s.effective_action is null and s.standing = 'less than good')::integer, v_base, reports.percent(count(*), v_base)
  from reports.standings(v_on) s
  group by rollup (s.standing, s.phase_group)
  having count(*) > 0
  order by grouping(s.standing), s.standing desc, grouping(s.phase_group), s.phase_group;
end $$;
comment on function reports.less_than_good is 'reports.less_than_good counts the schools that are less than good on a day, by phase group, and whether they take effective action; and those at risk of it: on the authority''s scheme of schools causing concern without being less than good (SCH-7, CAS-1).';
grant execute on function reports.ofsted_by_phase, reports.less_than_good to persona_la_admin, persona_officer, persona_finance, persona_reporter;
