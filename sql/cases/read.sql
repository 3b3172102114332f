-- Calls that show cases: a list, and one whole. Row security leaves a school its own and a partner those of their schools.

create function cases.committed(p_case_id text, p_on date) returns bigint
language plpgsql stable as $$
begin
  return (select coalesce(sum(l.pence), 0) from cases.support_line l
    where l.authority_id = auth.authority_id() and l.case_id = p_case_id and l.agreed_on <= p_on and (l.withdrawn_on is null or l.withdrawn_on > p_on));
end $$;
comment on function cases.committed is 'cases.committed is what the package of support of a case comes to on a day, in pence: its lines that were agreed and not withdrawn.';
grant execute on function cases.committed to improve_exec;

create function cases.list_cases(p_as_of date, p_category text, p_phase_group text, p_school_urn integer, p_include_closed boolean, p_page_size integer, p_cursor text)
returns table (case_id text, school_urn integer, school text, phase_group text, category text, level text, since date, reason text, lead text, status text,
  opened_on date, closed_on date, open_actions integer, committed_pence bigint, version integer, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
begin
  return query
  select c.case_id, c.school_urn, s.name, s.phase_group, r.category, k.level, r.valid_from, c.reason, c.lead, c.status, c.opened_on, c.closed_on,
    (select count(*)::integer from cases.action a where a.authority_id = c.authority_id and a.case_id = c.case_id and a.status = 'open'),
    cases.committed(c.case_id, v_on), c.version, jsonb_build_array(coalesce(k.nth, 1000), c.school_urn, c.case_id)::text
  from cases.case_ c
  left join cases.rating r on r.authority_id = c.authority_id and r.case_id = c.case_id and r.superseded_at is null
    and r.valid_from <= v_on and (r.valid_to is null or r.valid_to > v_on)
  left join cases.category k on k.authority_id = r.authority_id and k.number = r.number and k.code = r.category
  left join lateral register.establishment_on(c.school_urn, v_on) s on true
  where c.authority_id = auth.authority_id() and c.opened_on <= v_on
    and (r.rating_id is not null or coalesce(p_include_closed, false))
    and (p_category is null or r.category = lower(p_category))
    and (p_phase_group is null or lower(s.phase_group) = lower(p_phase_group))
    and (p_school_urn is null or c.school_urn in (
      select o.urn from register.establishment e join register.establishment o on o.school_id = e.school_id where e.urn = p_school_urn))
    and (p_cursor is null or (coalesce(k.nth, 1000), c.school_urn, c.case_id)
      > ((p_cursor::jsonb ->> 0)::integer, (p_cursor::jsonb ->> 1)::integer, p_cursor::jsonb ->> 2))
  order by coalesce(k.nth, 1000), c.school_urn, c.case_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500));
end $$;
comment on function cases.list_cases is 'cases.list_cases lists the schools on the scheme on a day, the gravest category first; where asked those that have left it, too.';
grant execute on function cases.list_cases to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;

create function cases.get_case(p_case_id text)
returns table (case_id text, school_urn integer, school text, phase_group text, category text, label text, level text, status text, opened_on date, closed_on date,
  close_reason text, reason text, lead text, aim text, exit_when text, cadence text, committed_pence bigint, version integer, ratings jsonb, support jsonb,
  actions jsonb, meetings jsonb, notices jsonb, still_open jsonb)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_on constant date := base.today();
begin
  perform errors.required('case_id', p_case_id, 'a reference such as ca-7k2q9mx4td');
  return query
  select c.case_id, c.school_urn, s.name, s.phase_group, r.category, k.label, k.level, c.status, c.opened_on, c.closed_on, c.close_reason, c.reason, c.lead, c.aim,
    c.exit_when, cases.cadence_on(c.case_id, v_on), cases.committed(c.case_id, v_on), c.version,
    (select coalesce(jsonb_agg(jsonb_build_object('category', x.category, 'valid_from', x.valid_from, 'valid_to', x.valid_to, 'rationale', x.rationale,
        'recorded_at', x.recorded_at) order by x.valid_from), '[]')
     from cases.rating x where x.authority_id = c.authority_id and x.case_id = c.case_id and x.superseded_at is null),
    (select coalesce(jsonb_agg(jsonb_build_object('line_id', l.line_id, 'what', l.what, 'provider', l.provider, 'budget', l.budget, 'quantity', l.quantity, 'unit', l.unit,
        'unit_pence', l.unit_pence, 'pence', l.pence, 'agreed_on', l.agreed_on, 'withdrawn_on', l.withdrawn_on, 'withdrawn_reason', l.withdrawn_reason,
        'version', l.version) order by l.agreed_on, l.line_id), '[]')
     from cases.support_line l where l.authority_id = c.authority_id and l.case_id = c.case_id),
    (select coalesce(jsonb_agg(jsonb_build_object('action_id', a.action_id, 'what', a.what, 'owner', a.owner, 'due_on', a.due_on, 'status', a.status,
        'ended_on', a.ended_on, 'outcome', a.outcome, 'version', a.version) order by a.due_on, a.action_id), '[]')
     from cases.action a where a.authority_id = c.authority_id and a.case_id = c.case_id),
    (select coalesce(jsonb_agg(jsonb_build_object('meeting_id', m.meeting_id, 'day', m.day, 'status', m.status, 'who', m.who, 'impact', m.impact,
        'next_steps', m.next_steps, 'reason', m.reason, 'version', m.version) order by m.day, m.meeting_id), '[]')
     from cases.meeting m where m.authority_id = c.authority_id and m.case_id = c.case_id),
    (select coalesce(jsonb_agg(jsonb_build_object('warning_notice_id', w.warning_notice_id, 'kind', w.kind, 'given_on', w.given_on, 'period_days', w.period_days,
        'counting', w.counting, 'ends_on', w.ends_on, 'grounds', w.grounds, 'requires', w.requires, 'status', w.status, 'ended_on', w.ended_on,
        'outcome', w.outcome, 'version', w.version) order by w.given_on, w.warning_notice_id), '[]')
     from cases.warning_notice w where w.authority_id = c.authority_id and w.case_id = c.case_id),
    (select coalesce(jsonb_agg(jsonb_build_object('kind', o.kind, 'reference', o.reference, 'what', o.what, 'due_on', o.due_on)), '[]')
     from cases.still_open(c.case_id, v_on) o where c.status = 'open')
  from cases.case_ c
  left join cases.rating r on r.authority_id = c.authority_id and r.case_id = c.case_id and r.superseded_at is null and r.valid_from <= v_on and r.valid_to is null
  left join cases.category k on k.authority_id = r.authority_id and k.number = r.number and k.code = r.category
  left join lateral register.establishment_on(c.school_urn, v_on) s on true
  where c.authority_id = auth.authority_id() and c.case_id = p_case_id;
  if not found then
    perform cases.refuse_unknown(p_case_id);
  end if;
end $$;
comment on function cases.get_case is 'cases.get_case shows a case whole: categories with their rationale, support, actions, meetings, notices, and what is still open.';
grant execute on function cases.get_case to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;

create function cases.list_case_actions(p_due_by date, p_case_id text, p_include_ended boolean, p_page_size integer, p_cursor text)
returns table (action_id text, case_id text, school_urn integer, school text, category text, what text, owner text, due_on date, status text, days_late integer, outcome text, version integer,
  row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_on constant date := base.today();
begin
  return query
  select a.action_id, a.case_id, c.school_urn, s.name, r.category, a.what, a.owner, a.due_on, a.status, case when a.status = 'open' and a.due_on < v_on then v_on - a.due_on end, a.outcome,
    a.version, jsonb_build_array(a.due_on, a.action_id)::text
  from cases.action a
  join cases.case_ c on c.authority_id = a.authority_id and c.case_id = a.case_id
  left join cases.rating r on r.authority_id = c.authority_id and r.case_id = c.case_id and r.superseded_at is null and r.valid_to is null and r.valid_from <= v_on
  left join lateral register.school_on(c.school_urn, v_on) s on true
  where a.authority_id = auth.authority_id() and (coalesce(p_include_ended, false) or a.status = 'open') and (p_case_id is null or a.case_id = p_case_id)
    and (p_due_by is null or a.due_on <= p_due_by)
    and (p_cursor is null or (a.due_on, a.action_id) > ((p_cursor::jsonb ->> 0)::date, p_cursor::jsonb ->> 1))
  order by a.due_on, a.action_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500));
end $$;
comment on function cases.list_case_actions is 'cases.list_case_actions lists the actions that are open over all cases the caller sees, the earliest due first, with how late they are (CAS-2).';
grant execute on function cases.list_case_actions to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;

create function cases.list_warning_notices(p_ends_by date, p_case_id text, p_include_ended boolean, p_page_size integer, p_cursor text)
returns table (warning_notice_id text, case_id text, school_urn integer, school text, kind text, given_on date, period_days integer, counting text, ends_on date, days_left integer, status text,
  version integer, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_on constant date := base.today();
begin
  return query
  select w.warning_notice_id, w.case_id, c.school_urn, s.name, w.kind, w.given_on, w.period_days, w.counting, w.ends_on, case when w.status = 'running' then w.ends_on - v_on end, w.status,
    w.version, jsonb_build_array(w.ends_on, w.warning_notice_id)::text
  from cases.warning_notice w
  join cases.case_ c on c.authority_id = w.authority_id and c.case_id = w.case_id
  left join lateral register.school_on(c.school_urn, v_on) s on true
  where w.authority_id = auth.authority_id() and (coalesce(p_include_ended, false) or w.status = 'running') and (p_case_id is null or w.case_id = p_case_id)
    and (p_ends_by is null or w.ends_on <= p_ends_by)
    and (p_cursor is null or (w.ends_on, w.warning_notice_id) > ((p_cursor::jsonb ->> 0)::date, p_cursor::jsonb ->> 1))
  order by w.ends_on, w.warning_notice_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500));
end $$;
comment on function cases.list_warning_notices is 'cases.list_warning_notices lists the notices that run, the earliest to end first, with the days that are left; below zero its outcome is to be told (CAS-2).';
grant execute on function cases.list_warning_notices to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;
