-- What is due (REP-4): one list over all domains, ranked by risk and money. A new kind of thing that falls due is a function here, and a line in
-- reports.due_things. Risk: 3 pupils or a school may come to harm, or a period of law ends; 2 a duty of the authority is late; 1 money or a promise.

create function reports.due_of_cases(p_on date, p_until date) returns table (kind text, due_on date, school_urn integer, what text, reference text, pence bigint, risk integer)
language plpgsql stable as $$
begin
  return query
  select 'warning notice'::text, w.ends_on, c.school_urn, format('The period of the %s notice given on %s ends.', replace(w.kind, '_', '-'), reports.day(w.given_on)),
    w.warning_notice_id, null::bigint, 3
  from cases.warning_notice w
  join cases.case_ c on c.authority_id = w.authority_id and c.case_id = w.case_id
  where w.authority_id = auth.authority_id() and w.status = 'running' and w.given_on <= p_on and w.ends_on <= p_until
  union all
  select 'case action', a.due_on, c.school_urn, format('%s (%s).', a.what, a.owner), a.action_id, null, case when a.due_on < p_on then 3 else 2 end
  from cases.action a
  join cases.case_ c on c.authority_id = a.authority_id and c.case_id = a.case_id
  where a.authority_id = auth.authority_id() and a.status = 'open' and a.due_on <= p_until
  union all
  select 'case meeting', d.due_by, d.school_urn, format('Challenge meeting of the %s.', d.period), d.case_id, null, case when d.due_by < p_on then 3 else 2 end
  from cases.meetings_due(p_on, null) d
  where d.state in ('due', 'overdue') and d.due_by <= p_until;
end $$;
comment on function reports.due_of_cases is 'reports.due_of_cases: warning notices whose period ends, actions, and challenge meetings of schools causing concern.';

create function reports.due_of_visits(p_on date, p_until date) returns table (kind text, due_on date, school_urn integer, what text, reference text, pence bigint, risk integer)
language plpgsql stable as $$
begin
  return query
  select 'note of visit'::text, n.note_due_on, n.school_urn, format('Note of the visit of %s by %s.', reports.day(n.visited_on), p.name), n.visit_id, null::bigint,
    case when n.note_due_on < p_on - 14 then 2 else 1 end
  from notes.notes_on(p_on) n
  join partners.partner p on p.authority_id = auth.authority_id() and p.partner_id = n.partner_id
  where n.written_on is null and n.note_due_on <= p_until
  union all
  select 'keeping in touch', k.due_by, k.urn, 'A visit to keep in touch is owed.', null, null, case when k.due_by < p_on then 2 else 1 end
  from visits.kit(calendar.academic_year(p_on), p_on) k
  where k.state = 'owed' and k.due_by <= p_until
  union all
  -- What a subscription paid for and nobody used has a price: its share of the charge.
  select 'days unspent', e.ends_on, e.school_urn, format('%s half-days are not used.', e.left_half_days), e.entitlement_id,
    (select s.net_pence * e.left_half_days / nullif(s.half_days, 0) from sla.subscription s where s.authority_id = e.authority_id and s.subscription_id = e.reference), 1
  from visits.entitlement e
  where e.authority_id = auth.authority_id() and e.starts_on <= p_on and e.ends_on between p_on and p_until and e.left_half_days > 0;
end $$;
comment on function reports.due_of_visits is 'reports.due_of_visits: notes that are late or due, keeping-in-touch visits owed, and half-days about to lapse, with what they cost.';

create function reports.due_of_schools(p_on date, p_until date) returns table (kind text, due_on date, school_urn integer, what text, reference text, pence bigint, risk integer)
language plpgsql stable as $$
begin
  return query
  with school as materialized (
    select s.urn, s.school_id from register.schools_on(p_on, null) s where s.authority_id = auth.authority_id() and s.is_open
  ), graded as materialized (
    select s.urn, o.starts_on, o.grade
    from school s
    join register.establishment e on e.school_id = s.school_id
    join reports.graded_outcomes(p_on, null) o on o.urn = e.urn
  ), spell as (
    -- Requires improvement without a break: since the first such inspection after the last of another grade.
    select g.urn, min(g.starts_on) as since
    from graded g
    where g.grade = 3 and not exists (select from graded b where b.urn = g.urn and b.grade <> 3 and b.starts_on > g.starts_on)
    group by g.urn
  )
  select 'ten years'::text, (s.since + interval '10 years')::date, s.urn, format('Requires improvement without a break since %s.', reports.day(s.since)), null::text, null::bigint, 3
  from spell s
  where s.since + interval '10 years' between p_on and p_on + interval '1 year';
end $$;
comment on function reports.due_of_schools is 'reports.due_of_schools: schools that within a year will have required improvement for ten years without a break; predecessors'' inspections count.';

create function reports.due_of_money(p_on date, p_until date) returns table (kind text, due_on date, school_urn integer, what text, reference text, pence bigint, risk integer)
language plpgsql stable as $$
begin
  return query
  select 'SLA notice'::text, n.notice_by, s.school_urn, format('Last day for notice: the subscription to %s ends on %s and rolls over.', v.name, reports.day(s.ends_on)),
    s.subscription_id, s.net_pence, 1
  from sla.rolling(p_on, 'infinity') s
  join sla.service v on v.authority_id = s.authority_id and v.service_id = s.service_id
  cross join lateral (select sla.notice_by(sla.policy_of(s.policy_number), s.ends_on) as notice_by) n
  where n.notice_by between p_on and p_until and sla.standing(s, p_on) in ('due', 'notice_open')
  union all
  select 'report back', u.due_on, null, format('To %s: %s', u.body, u.what), u.update_id, null, case when u.due_on < p_on then 2 else 1 end
  from funds.list_updates_due(p_on, false) u
  where u.due_on <= p_until
  union all
  select 'conversion', c.converts_on, c.school_urn, 'Conversion to an academy, planned.', c.conversion_id, null, case when c.converts_on < p_on then 2 else 1 end
  from sla.conversion c
  where c.authority_id = auth.authority_id() and c.status = 'planned' and c.converts_on <= p_until;
end $$;
comment on function reports.due_of_money is 'reports.due_of_money: subscriptions whose last day for notice is near, with their charge, reports that bodies were promised, and conversions to academies that are planned.';

create function reports.day(p_day date) returns text
language plpgsql immutable as $$
begin
  return to_char(p_day, 'FMDD Mon YYYY');
end $$;
comment on function reports.day is 'reports.day writes a day as people read it: 13 Jan 2026.';

create function reports.due_things(p_on date, p_until date) returns table (kind text, due_on date, school_urn integer, what text, reference text, pence bigint, risk integer)
language sql stable as $$
  select * from reports.due_of_cases(p_on, p_until)
  union all select * from reports.due_of_visits(p_on, p_until)
  union all select * from reports.due_of_schools(p_on, p_until)
  union all select * from reports.due_of_money(p_on, p_until)
$$;
comment on function reports.due_things is 'reports.due_things is all that is due up to a day or late.';
grant execute on function reports.due_of_cases, reports.due_of_visits, reports.due_of_schools, reports.due_of_money, reports.day, reports.due_things to improve_exec;

create function reports.due(p_as_of date, p_within_days integer, p_kind text, p_school_urn integer)
returns table (authority text, as_of date, rank integer, kind text, due_on date, days_late integer, school_urn integer, school text, what text, reference text, pence bigint,
  risk integer)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
begin
  if coalesce(p_within_days, 30) not between 0 and 400 then
    perform errors.invalid('within_days', 'The list looks ahead for some days.', 'REP-4', '0 to 400; 30 unless given');
  elsif lower(p_kind) not in ('warning notice', 'case action', 'case meeting', 'note of visit', 'keeping in touch', 'days unspent', 'ten years', 'sla notice', 'report back', 'conversion') then
    perform errors.invalid('kind', 'No such thing falls due.', 'REP-4',
      'warning notice, case action, case meeting, note of visit, keeping in touch, days unspent, ten years, SLA notice, report back or conversion');
  end if;
  return query
  select base.authority_code(auth.authority_id()), v_on, rank() over (order by d.risk desc, d.pence desc nulls last, d.due_on)::integer, d.kind, d.due_on,
    nullif(greatest(v_on - d.due_on, 0), 0), d.school_urn, s.name, d.what, d.reference, d.pence, d.risk
  from reports.due_things(v_on, v_on + coalesce(p_within_days, 30)) d
  left join lateral register.establishment_on(d.school_urn, v_on) s on d.school_urn is not null
  where (p_kind is null or lower(d.kind) = lower(p_kind)) and (p_school_urn is null or d.school_urn = p_school_urn)
  order by 3, d.kind, d.school_urn, d.reference;
end $$;
comment on function reports.due is 'reports.due lists what is due or late across the authority''s work, ranked by risk (3 a school or the law, 2 a duty that is late, 1 money or a promise), then by money, then by day (REP-4).';
grant execute on function reports.due to persona_la_admin, persona_officer, persona_finance, persona_reporter;
