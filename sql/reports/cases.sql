-- Reports on schools causing concern (CAS-4), and on meetings that are due (CAS-2).

create function reports.rated_on(p_on date, p_known_at timestamptz) returns table (case_id text, school_urn integer, category text, level text)
language plpgsql stable as $$
begin
  return query
  select r.case_id, r.school_urn, r.category, k.level
  from cases.rating r
  join cases.category k on k.authority_id = r.authority_id and k.number = r.number and k.code = r.category
  where r.authority_id = (select auth.authority_id()) and r.valid_from <= p_on and (r.valid_to is null or r.valid_to > p_on)
    and case when p_known_at is null then r.superseded_at is null
      else r.recorded_at <= p_known_at and (r.superseded_at is null or r.superseded_at > p_known_at) end;
end $$;
comment on function reports.rated_on is 'reports.rated_on gives the schools that are on the scheme on a day, each with its category, as known at a moment (C-5).';

create function reports.moves_between(p_since date, p_on date, p_known_at timestamptz)
returns table (case_id text, phase_group text, was text, was_level text, category text, level text)
language plpgsql stable as $$
begin
  return query
  select coalesce(n.case_id, b.case_id), coalesce(s.phase_group, 'Other'), b.category, b.level, n.category, n.level
  from reports.rated_on(p_since, p_known_at) b
  full join reports.rated_on(p_on, p_known_at) n on n.case_id = b.case_id
  left join lateral register.establishment_on(coalesce(n.school_urn, b.school_urn), case when n.case_id is null then p_since else p_on end) s on true;
end $$;
comment on function reports.moves_between is 'reports.moves_between gives each school that was on the scheme on one day or another, with its category on both; null is off the scheme. Its phase group is that of the later day, or of the last on which it is counted.';
grant execute on function reports.rated_on, reports.moves_between to improve_exec;

create function reports.concern_cases(p_as_of date, p_since date, p_known_at timestamptz)
returns table (authority text, as_of date, since date, category text, level text, phase_group text, before integer, added integer, removed integer,
  changed_in integer, changed_out integer, schools integer)
-- It counts a few schools with much arithmetic: compiling that takes longer.
language plpgsql stable cost 10000 set jit = off as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
  v_since constant date := coalesce(p_since, calendar.academic_year_starts(calendar.academic_year(v_on)) - 1);
  v_summary record;
begin
  if v_since > v_on then
    perform errors.invalid('since', 'Changes are counted from an earlier day.', 'CAS-4', format('%s or earlier', v_on));
  end if;
  select count(m.category) as now, count(m.was) as earlier, count(*) filter (where m.was is null) as added, count(*) filter (where m.category is null) as removed,
    count(*) filter (where m.was <> m.category) as changed into v_summary
  from reports.moves_between(v_since, v_on, p_known_at) m;
  raise notice using errcode = 'IMNTE', message = format('On the scheme on %s: %s. Since %s: %s off, %s on, %s changed category; then %s.', cases.day(v_on),
    coalesce(nullif(concat_ws(' = ', v_summary.now, (
      select string_agg(format('%s %s', x.n, x.category), ' + ' order by x.rank, x.category) from (
        select m.category, count(*) as n, min(l.rank) as rank from reports.moves_between(v_since, v_on, p_known_at) m join cases.common_scale l on l.level = m.level
        where m.category is not null group by m.category) x)), ''), '0'),
    cases.day(v_since), v_summary.removed, v_summary.added, v_summary.changed, v_summary.earlier);
  return query
  with cell as (
    select x.category, x.level, m.phase_group, (x.side = 'was')::integer as before, (x.side = 'now' and m.was is null)::integer as added,
      (x.side = 'was' and m.category is null)::integer as removed, (x.side = 'now' and m.was is not null and m.was <> m.category)::integer as changed_in,
      (x.side = 'was' and m.category is not null and m.was <> m.category)::integer as changed_out, (x.side = 'now')::integer as schools
    from reports.moves_between(v_since, v_on, p_known_at) m
    cross join lateral (values ('was', m.was, m.was_level), ('now', m.category, m.level)) x (side, category, level)
    where x.category is not null
  )
  select base.authority_code(auth.authority_id()), v_on, v_since, coalesce(c.category, 'Total'),
    case when c.category is not null then min(c.level) end, coalesce(c.phase_group, 'Total'), sum(c.before)::integer, sum(c.added)::integer, sum(c.removed)::integer,
    sum(c.changed_in)::integer, sum(c.changed_out)::integer, sum(c.schools)::integer
  from cell c
  group by cube (c.category, c.phase_group)
  having count(*) > 0
  order by grouping(c.category), case when grouping(c.category) = 0 then min((select l.rank from cases.common_scale l where l.level = c.level)) end, c.category, grouping(c.phase_group),
    array_position(array['Primary', 'Secondary', 'Nursery', 'Special', 'Other'], c.phase_group), c.phase_group;
end $$;
comment on function reports.concern_cases is 'reports.concern_cases counts the schools on the scheme on a day by category and phase group, and how that came about since another day: before + added − removed + changed in − changed out = schools, in every row (CAS-4).';
grant execute on function reports.concern_cases to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function reports.meetings_due(p_as_of date, p_include_held boolean)
returns table (authority text, as_of date, about text, reference text, school_urn integer, name text, period text, due_by date, state text, day date, days_late integer)
language plpgsql stable cost 10000 set jit = off as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
  v_summary record;
begin
  if not exists (select from calendar.half_term h where h.authority_id = auth.authority_id() and h.superseded_at is null and h.academic_year = calendar.academic_year(v_on)) then
    raise notice using errcode = 'IMNTE', message = format('The authority has set no terms for %s: no meeting of its terms is counted.', calendar.year_text(calendar.academic_year(v_on)));
  end if;
  select count(*) filter (where d.state = 'overdue') as overdue, count(*) filter (where d.state in ('due', 'planned')) as due,
    count(*) filter (where d.state in ('held', 'waived')) as held into v_summary
  from (select c.state from cases.meetings_due(v_on, null) c union all select n.state from networks.meetings_due(v_on) n) d;
  raise notice using errcode = 'IMNTE', message = format('Meetings overdue: %s; due: %s; held or waived: %s.', v_summary.overdue, v_summary.due, v_summary.held);
  return query
  select base.authority_code(auth.authority_id()), v_on, d.about, d.reference, d.school_urn, d.name, d.period, d.due_by, d.state, d.day, case when d.state = 'overdue' then v_on - d.due_by end
  from (
    select 'case'::text as about, c.case_id as reference, c.school_urn, s.name, c.period, c.due_by, c.state, c.day
    from cases.meetings_due(v_on, null) c
    left join lateral register.establishment_on(c.school_urn, v_on) s on true
    union all
    select 'network', n.network_id, null, n.name, n.period, n.due_by, n.state, n.day from networks.meetings_due(v_on) n
  ) d
  where coalesce(p_include_held, false) or d.state in ('due', 'planned', 'overdue')
  order by d.due_by, d.about, d.school_urn, d.name, d.reference;
end $$;
comment on function reports.meetings_due is 'reports.meetings_due lists the meetings that are owed and were not held by a day: challenge meetings of schools causing concern (CAS-2) and meetings of networks (NET-1), by the authority''s terms, the earliest due first.';
grant execute on function reports.meetings_due to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function reports.concern_support(p_as_of date, p_budget text, p_budget_pence bigint)
returns table (authority text, as_of date, budget text, school_urn integer, school text, category text, lines integer, committed_pence bigint)
language plpgsql stable cost 10000 set jit = off as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
  v_sum bigint;
begin
  if p_budget_pence is not null then
    perform errors.required('budget', p_budget, 'the budget line whose sum is given');
  end if;
  select coalesce(sum(l.pence), 0) into v_sum from cases.support_line l
  where l.authority_id = auth.authority_id() and l.agreed_on <= v_on and (l.withdrawn_on is null or l.withdrawn_on > v_on) and (p_budget is null or lower(l.budget) = lower(p_budget));
  raise notice using errcode = 'IMNTE', message = format('Committed to schools causing concern on %s: %s%s.', cases.day(v_on), sla.pounds(v_sum), case when p_budget_pence is not null
    then format(' of %s; %s %s', sla.pounds(p_budget_pence), case when v_sum > p_budget_pence then 'over it' else 'left' end, sla.pounds(abs(p_budget_pence - v_sum))) else '' end);
  return query
  select base.authority_code(auth.authority_id()), v_on, case when grouping(b.budget) = 1 then 'Total' else b.budget end, c.school_urn,
    case when grouping(c.school_urn) = 0 then min(s.name) when grouping(b.budget) = 0 then 'Total' end, case when grouping(c.school_urn) = 0 then min(r.category) end,
    count(*)::integer, sum(l.pence)::bigint
  from cases.support_line l
  join cases.case_ c on c.authority_id = l.authority_id and c.case_id = l.case_id
  cross join lateral (select coalesce(l.budget, 'None named')) b (budget)
  left join cases.rating r on r.authority_id = c.authority_id and r.case_id = c.case_id and r.superseded_at is null and r.valid_from <= v_on and (r.valid_to is null or r.valid_to > v_on)
  left join lateral register.school_on(c.school_urn, v_on) s on true
  where l.authority_id = auth.authority_id() and l.agreed_on <= v_on and (l.withdrawn_on is null or l.withdrawn_on > v_on) and (p_budget is null or lower(l.budget) = lower(p_budget))
  group by rollup (b.budget, c.school_urn)
  having count(*) > 0
  order by grouping(b.budget), b.budget, grouping(c.school_urn), c.school_urn;
end $$;
comment on function reports.concern_support is 'reports.concern_support sums the packages of support of schools causing concern by the budget line that pays and by school, as agreed on a day; against the sum of a budget line where it is given (CAS-2, C-2).';
grant execute on function reports.concern_support to persona_la_admin, persona_officer, persona_finance, persona_reporter;
