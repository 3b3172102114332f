-- Reports on impact (FUN-4): how inspection outcomes moved, reconciled with the table; and what each school had beside how it moved.

create function reports.outcome_moves(p_from date, p_to date) returns table (school_id integer, urn integer, from_outcome text, to_outcome text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  with told as materialized (
    select d.nth, e.school_id, l.urn, programmes.outcome_of(l.grade) as outcome, row_number() over (partition by d.nth, e.school_id order by l.grade nulls last, l.urn) as place
    from (values (1, p_from), (2, p_to)) d (nth, day)
    cross join lateral reports.latest_outcomes(d.day, null) l
    join register.establishment e on e.urn = l.urn
    where l.authority_id = auth.authority_id()
  )
  select coalesce(b.school_id, a.school_id), coalesce(a.urn, b.urn), coalesce(b.outcome, 'not_there'), coalesce(a.outcome, 'not_there')
  from (select * from told t where t.nth = 1) b
  full join (select * from told t where t.nth = 2) a on a.school_id = b.school_id and a.place = b.place;
end $$;
comment on function reports.outcome_moves is 'reports.outcome_moves gives the outcome of each school of the authority on two days; a school is its lineage, so that a conversion is no move. One that was not there on one of them is not_there.';
grant execute on function reports.outcome_moves to improve_exec;

create function reports.inspection_moves(p_from date, p_to date, p_statement_id text)
returns table (authority text, from_on date, to_on date, line text, movement text, from_outcome text, to_outcome text, schools integer, less_than_good integer, good_or_outstanding integer, why text)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_authority constant text := base.authority_code(auth.authority_id());
  v_statement programmes.move_statement;
begin
  if p_statement_id is not null then
    select s.* into v_statement from programmes.move_statement s
    where s.authority_id = auth.authority_id() and (s.statement_id = p_statement_id or lower(s.title) = lower(btrim(p_statement_id)))
    order by s.to_on desc, s.statement_id limit 1;
    if not found then
      perform errors.not_found('statement_id', format('The authority has no statement "%s".', left(p_statement_id, 40)), 'a reference such as ms-7k2q9mx4td, or its title',
        'improve move-statement list shows them.');
    end if;
    return query select * from reports.stated_moves(v_authority, v_statement);
    return;
  end if;
  perform errors.required('from', p_from, 'the day of the table before');
  if coalesce(p_to, base.today()) <= p_from then
    perform errors.invalid('to', 'The table after is of a later day than the table before.', 'FUN-4', 'a day after from');
  end if;
  raise notice using errcode = 'IMNTE', message = 'less_than_good and good_or_outstanding say by how much a move changes the table. A school is its lineage: a conversion is no move.';
  return query
  with move as materialized (
    select m.from_outcome, m.to_outcome, count(*)::integer as schools from reports.outcome_moves(p_from, coalesce(p_to, base.today())) m group by 1, 2
  ), line as (
    select 1 as part, 'Table before' as line, null as movement, null as from_outcome, null as to_outcome, coalesce(sum(m.schools) filter (where m.from_outcome <> 'not_there'), 0)::integer as schools,
      coalesce(sum(m.schools) filter (where m.from_outcome in ('requires_improvement', 'inadequate')), 0)::integer as less, coalesce(sum(m.schools) filter (where m.from_outcome in ('outstanding', 'good')), 0)::integer as good
    from move m
    union all
    select 2, 'Move', programmes.movement(m.from_outcome, m.to_outcome), m.from_outcome, m.to_outcome, m.schools, m.schools * programmes.less_change(m.from_outcome, m.to_outcome),
      m.schools * programmes.good_change(m.from_outcome, m.to_outcome)
    from move m
    union all
    select 3, 'Moves', null, null, null, sum(m.schools) filter (where m.from_outcome <> m.to_outcome)::integer, coalesce(sum(m.schools * programmes.less_change(m.from_outcome, m.to_outcome)), 0)::integer,
      coalesce(sum(m.schools * programmes.good_change(m.from_outcome, m.to_outcome)), 0)::integer
    from move m
    union all
    select 4, 'Table after', null, null, null, coalesce(sum(m.schools) filter (where m.to_outcome <> 'not_there'), 0)::integer, coalesce(sum(m.schools) filter (where m.to_outcome in ('requires_improvement', 'inadequate')), 0)::integer,
      coalesce(sum(m.schools) filter (where m.to_outcome in ('outstanding', 'good')), 0)::integer
    from move m
  )
  select v_authority, p_from, coalesce(p_to, base.today()), x.line, x.movement, x.from_outcome, x.to_outcome, x.schools, x.less, x.good, x.why
  from (
    select l.*, null::text as why from line l
    union all
    select 5, 'Residual', null, null, null, null, r.less, r.good, case when r.less = 0 and r.good = 0 then 'The moves explain the table.' else 'The moves do not explain the table.' end
    from (select sum(case l.part when 4 then l.less else -l.less end)::integer as less, sum(case l.part when 4 then l.good else -l.good end)::integer as good
      from line l where l.part in (1, 3, 4)) r
  ) x
  order by x.part, x.movement, x.from_outcome, x.to_outcome;
end $$;
comment on function reports.inspection_moves is 'reports.inspection_moves prints how inspection outcomes moved from one day to another, from which outcome to which, with the table before and after, and what the moves do not explain of it: computed from the register, or as a paper states it (FUN-4).';

create function reports.stated_moves(p_authority text, p_statement programmes.move_statement)
returns table (authority text, from_on date, to_on date, line text, movement text, from_outcome text, to_outcome text, schools integer, less_than_good integer, good_or_outstanding integer, why text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_moves record;
begin
  select sum(l.schools)::integer as schools, coalesce(sum(l.schools * programmes.less_change(l.from_outcome, l.to_outcome)), 0)::integer as less,
      coalesce(sum(l.schools * programmes.good_change(l.from_outcome, l.to_outcome)), 0)::integer as good into v_moves
  from programmes.move_line l where l.authority_id = p_statement.authority_id and l.statement_id = p_statement.statement_id;
  raise notice using errcode = 'IMNTE', message = format('As stated by: %s. Table %s and %s; moves %s and %s.', coalesce(p_statement.source, p_statement.title),
    to_char(p_statement.less_after - p_statement.less_before, 'FMSG990'), to_char(p_statement.good_after - p_statement.good_before, 'FMSG990'), to_char(v_moves.less, 'FMSG990'), to_char(v_moves.good, 'FMSG990'));
  return query
  select p_authority, p_statement.from_on, p_statement.to_on, x.line, x.movement, x.from_outcome, x.to_outcome, x.schools, x.less, x.good, x.why
  from (
    select 1 as part, 0 as nth, 'Table before' as line, null as movement, null as from_outcome, null as to_outcome, p_statement.less_before + p_statement.good_before as schools, p_statement.less_before as less,
      p_statement.good_before as good, null as why
    union all
    select 2, l.number, 'Move', programmes.movement(l.from_outcome, l.to_outcome), l.from_outcome, l.to_outcome, l.schools,
      l.schools * coalesce(programmes.less_change(l.from_outcome, l.to_outcome), 0), l.schools * coalesce(programmes.good_change(l.from_outcome, l.to_outcome), 0), l.what
    from programmes.move_line l where l.authority_id = p_statement.authority_id and l.statement_id = p_statement.statement_id
    union all
    select 3, 0, 'Moves', null, null, null, v_moves.schools, v_moves.less, v_moves.good, null
    union all
    select 4, 0, 'Table after', null, null, null, p_statement.less_after + p_statement.good_after, p_statement.less_after, p_statement.good_after, null
    union all
    select 5, 0, 'Residual', null, null, null, null, p_statement.less_after - p_statement.less_before - v_moves.less, p_statement.good_after - p_statement.good_before - v_moves.good,
      coalesce(p_statement.residual_reason, 'The moves explain the table.')
  ) x
  order by x.part, x.nth;
end $$;
comment on function reports.stated_moves is 'reports.stated_moves prints what a paper says about how inspection outcomes moved, with its table and what is left over.';
grant execute on function reports.stated_moves to improve_exec;

create function reports.impact(p_from date, p_to date, p_programme_id text)
returns table (authority text, from_on date, to_on date, school_urn integer, school text, schools integer, half_days integer, visits_pence bigint, spent_pence bigint, pence bigint, outcome_before text,
  outcome_after text, movement text, support_pence bigint, offer_pence bigint)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_to constant date := coalesce(p_to, base.today());
  v_from constant date := coalesce(p_from, calendar.academic_year_starts(calendar.academic_year(v_to)));
  v_authority constant text := base.authority_code(auth.authority_id());
begin
  if p_programme_id is not null then
    perform programmes.require_programme(p_programme_id);
  end if;
  if v_to < v_from then
    perform errors.invalid('to', 'The period ends before it begins.', 'FUN-4', 'a day after from');
  end if;
  raise notice using errcode = 'IMNTE', message = 'Half-days and pence are those of visits that were done, of spends for a school, of lines of its package of support that were agreed, and of what was spent of offers, in the period; outcomes are those of its first and last day. What came together is not what caused what.';
  return query
  with given as (
    select e.school_id, sum(x.half_days)::integer as half_days, sum(x.visits_pence)::bigint as visits_pence, sum(x.spent_pence)::bigint as spent_pence, sum(x.support_pence)::bigint as support_pence,
      sum(x.offer_pence)::bigint as offer_pence
    from (
      select v.school_urn as urn, v.half_days, coalesce(v.fee_pence, 0) as visits_pence, 0::bigint as spent_pence, 0::bigint as support_pence, 0::bigint as offer_pence
      from visits.visit v
      where v.authority_id = auth.authority_id() and v.status in ('done', 'noted', 'agreed') and v.starts_at >= (v_from::timestamp at time zone 'Europe/London')
        and v.starts_at < ((v_to + 1)::timestamp at time zone 'Europe/London')
      union all
      select s.school_urn, 0, 0, s.pence, 0, 0 from funds.spend s
      where s.authority_id = auth.authority_id() and s.school_urn is not null and s.spent_on between v_from and v_to
      union all
      select c.school_urn, 0, 0, 0, l.pence, 0 from cases.support_line l
      join cases.case_ c on c.authority_id = l.authority_id and c.case_id = l.case_id
      where l.authority_id = auth.authority_id() and l.agreed_on between v_from and v_to and (l.withdrawn_on is null or l.withdrawn_on > v_to)
      union all
      select a.school_urn, 0, 0, 0, 0, n.pence from offers.entry n
      join offers.award a on a.authority_id = n.authority_id and a.award_id = n.award_id
      where n.authority_id = auth.authority_id() and n.kind = 'spent' and n.effective_on between v_from and v_to
      union all
      select s.school_urn, 0, 0, 0, 0, 0 from programmes.school s
      where s.authority_id = auth.authority_id() and s.programme_id = p_programme_id and s.starts_on <= v_to and (s.ends_on is null or s.ends_on >= v_from)
    ) x
    join register.establishment e on e.urn = x.urn
    where p_programme_id is null or exists (select from programmes.school s join register.establishment o on o.urn = s.school_urn
      where s.authority_id = auth.authority_id() and s.programme_id = p_programme_id and o.school_id = e.school_id and s.starts_on <= v_to and (s.ends_on is null or s.ends_on >= v_from))
    group by e.school_id
  ), moved as materialized (
    select distinct on (m.school_id) m.* from reports.outcome_moves(v_from, v_to) m order by m.school_id, m.to_outcome = 'not_there', m.urn
  ), school as (
    select coalesce(m.urn, g.school_id) as urn, g.half_days, g.visits_pence, g.spent_pence, g.support_pence, g.offer_pence, m.from_outcome, m.to_outcome, coalesce(programmes.movement(m.from_outcome, m.to_outcome), 'not known') as movement
    from given g left join moved m using (school_id)
  )
  select v_authority, v_from, v_to, t.urn, t.name, t.schools, t.half_days, t.visits_pence, t.spent_pence, t.visits_pence + t.spent_pence + t.support_pence + t.offer_pence, t.from_outcome, t.to_outcome, t.movement,
    t.support_pence, t.offer_pence
  from (
    select 1 as part, s.urn, coalesce(o.name, '') as name, null::integer as schools, s.half_days, s.visits_pence, s.spent_pence, s.support_pence, s.offer_pence, s.from_outcome, s.to_outcome, s.movement
    from school s left join lateral register.establishment_on(s.urn, v_to) o on true
    union all
    select case when s.movement is null then 3 else 2 end, null, case when s.movement is null then 'Total' else 'All ' || s.movement end, count(*)::integer, sum(s.half_days)::integer,
      sum(s.visits_pence)::bigint, sum(s.spent_pence)::bigint, sum(s.support_pence)::bigint, sum(s.offer_pence)::bigint, null, null, s.movement
    from school s group by grouping sets ((s.movement), ()) having count(*) > 0
  ) t
  order by t.part, t.movement, t.name, t.urn;
end $$;
comment on function reports.impact is 'reports.impact sets what each school was given in a period, in half-days and pence, beside how its inspection outcome moved; for all schools that were given something, or those of a programme, and summed up by movement (FUN-4).';
grant execute on function reports.inspection_moves, reports.impact to persona_la_admin, persona_officer, persona_finance, persona_reporter;
