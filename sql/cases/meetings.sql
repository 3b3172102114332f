-- Challenge meetings (CAS-2): held once a term or once a half-term, as the case's cadence says, by the authority's own terms. What is due is counted,
-- not kept: so terms that are set later, and days that a school was off the scheme, count by themselves.

create function cases.cadence_on(p_case_id text, p_on date) returns text
language plpgsql stable as $$
begin
  return (select k.cadence from cases.cadence k
    where k.authority_id = auth.authority_id() and k.case_id = p_case_id and k.valid_from <= p_on
    order by k.valid_from desc limit 1);
end $$;
comment on function cases.cadence_on is 'cases.cadence_on is how often a case''s meeting is held, as it stands on a day.';

create function cases.half_terms() returns table (academic_year integer, half_term integer, starts_on date, ends_on date, until date)
language plpgsql stable as $$
begin
  return query
  select h.academic_year, h.half_term, h.starts_on, h.ends_on,
    coalesce(lead(h.starts_on) over (partition by h.academic_year order by h.half_term) - 1, calendar.academic_year_ends(h.academic_year))
  from calendar.half_term h
  where h.authority_id = auth.authority_id() and h.superseded_at is null;
end $$;
comment on function cases.half_terms is 'cases.half_terms is the authority''s half-terms, each with the day before the next one: the break after a half-term belongs to it.';

create function cases.meeting_periods(p_on date, p_case_id text)
returns table (case_id text, school_urn integer, period text, starts_on date, until date, due_by date)
language plpgsql stable as $$
begin
  return query
  with half as materialized (select * from cases.half_terms()), spent as (
    -- The half-terms in which a case was on the scheme, and how often its meeting was to be held when it came into each.
    select r.case_id, r.school_urn, h.academic_year, h.half_term, h.starts_on, h.ends_on, h.until,
      cases.cadence_on(r.case_id, min(greatest(r.valid_from, h.starts_on))) as cadence
    from cases.rating r
    join half h on h.starts_on <= p_on and r.valid_from <= least(h.until, p_on) and (r.valid_to is null or r.valid_to > h.starts_on)
    where r.authority_id = (select auth.authority_id()) and r.superseded_at is null and (p_case_id is null or r.case_id = p_case_id)
    group by r.case_id, r.school_urn, h.academic_year, h.half_term, h.starts_on, h.ends_on, h.until
  ), owed as (
    select s.case_id, s.school_urn, s.starts_on, s.academic_year, s.half_term, s.cadence,
      case when s.cadence = 'termly' then coalesce(o.until, s.until) else s.until end as until,
      case when s.cadence = 'termly' then coalesce(o.ends_on, s.ends_on) else s.ends_on end as due_by
    from spent s
    left join half o on o.academic_year = s.academic_year and o.half_term = s.half_term + 1 and s.half_term % 2 = 1
    where s.cadence in ('termly', 'half_termly') and not exists (
      select from spent b where b.case_id = s.case_id and b.academic_year = s.academic_year and b.half_term = s.half_term - 1
        and s.half_term % 2 = 0 and b.cadence = 'termly')
  )
  select o.case_id, o.school_urn, case when o.cadence = 'termly' then format('%s term %s', calendar.term_of(o.half_term), calendar.year_text(o.academic_year))
      else format('half-term %s of %s', o.half_term, calendar.year_text(o.academic_year)) end,
    o.starts_on, o.until, o.due_by
  from owed o
  -- A school that left the scheme before the day it was due by is owed none.
  where exists (
    select from cases.rating r
    where r.authority_id = (select auth.authority_id()) and r.case_id = o.case_id and r.superseded_at is null
      and r.valid_from <= least(o.due_by, p_on) and (r.valid_to is null or r.valid_to > least(o.due_by, p_on)));
end $$;
comment on function cases.meeting_periods is 'cases.meeting_periods lists the terms and half-terms for which a case is owed a challenge meeting, up to a day: those in which it was on the scheme, and still was when the meeting was due.';

create function cases.meetings_due(p_on date, p_case_id text)
returns table (case_id text, school_urn integer, period text, starts_on date, due_by date, state text, day date, meeting_id text)
language plpgsql stable as $$
begin
  return query
  select p.case_id, p.school_urn, p.period, p.starts_on, p.due_by,
    case when m.status in ('held', 'waived') then m.status when p.due_by < p_on then 'overdue' when m.status = 'planned' then 'planned' else 'due' end,
    m.day, m.meeting_id
  from cases.meeting_periods(p_on, p_case_id) p
  left join lateral (
    select n.status, n.day, n.meeting_id from cases.meeting n
    where n.authority_id = (select auth.authority_id()) and n.case_id = p.case_id and n.day between p.starts_on and p.until and n.status <> 'cancelled'
      and (n.status <> 'held' or n.day <= p_on)
    order by array_position(array['held', 'waived', 'planned'], n.status), n.day limit 1
  ) m on true;
end $$;
comment on function cases.meetings_due is 'cases.meetings_due tells of each term or half-term for which a meeting is owed, as it stands on a day, whether it was held, is waived, planned, due or overdue (CAS-2). One that is planned and whose time is over is overdue.';
grant execute on function cases.cadence_on, cases.half_terms, cases.meeting_periods, cases.meetings_due to improve_exec;

create function cases.plan_case_meeting(p_case_id text, p_day date)
returns table (meeting_id text, case_id text, day date, status text, period text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_case cases.case_;
begin
  v_case := cases.hold(p_case_id, null, true);
  perform errors.required('day', p_day, 'the day of the meeting');
  if p_day < v_case.opened_on then
    perform errors.invalid('day', format('The case was opened on %s.', cases.day(v_case.opened_on)), 'CAS-2', format('%s or later', v_case.opened_on));
  end if;
  return query
  insert into cases.meeting (authority_id, meeting_id, case_id, day, status) values (v_case.authority_id, base.new_ref('cm'), p_case_id, p_day, 'planned')
  returning meeting_id, case_id, day, status,
    (select format('half-term %s of %s', h.half_term, calendar.year_text(h.academic_year)) from cases.half_terms() h where p_day between h.starts_on and h.until),
    version;
end $$;
comment on function cases.plan_case_meeting is 'cases.plan_case_meeting plans a challenge meeting (CAS-2).';
grant execute on function cases.plan_case_meeting to persona_la_admin, persona_officer;

create function cases.hold_meeting(p_meeting_id text, p_version integer) returns cases.meeting
language plpgsql volatile as $$
declare
  v_meeting cases.meeting;
begin
  perform errors.required('meeting_id', p_meeting_id, 'a reference such as cm-7k2q9mx4td');
  perform errors.required('version', p_version);
  perform cases.hold(m.case_id, null, true) from cases.meeting m where m.authority_id = auth.authority_id() and m.meeting_id = p_meeting_id;
  select m.* into v_meeting from cases.meeting m where m.authority_id = auth.authority_id() and m.meeting_id = p_meeting_id;
  if not found then
    perform errors.not_found('meeting_id', format('There is no meeting "%s".', left(p_meeting_id, 40)), 'a reference such as cm-7k2q9mx4td', 'improve case show lists them.');
  elsif v_meeting.version <> p_version then
    perform errors.stale('version', p_version, v_meeting.version);
  elsif v_meeting.status <> 'planned' then
    perform errors.precondition('MEETING_STATUS', format('The meeting of %s is %s.', cases.day(v_meeting.day), v_meeting.status), 'meeting_id', 'CAS-2', 'a meeting that is planned');
  end if;
  return v_meeting;
end $$;
comment on function cases.hold_meeting is 'cases.hold_meeting finds a meeting that is planned and locks its case; it refuses a stale version.';
grant execute on function cases.hold_meeting to improve_exec;

create function cases.record_case_meeting(p_meeting_id text, p_version integer, p_impact text, p_next_steps text, p_who text, p_day date)
returns table (meeting_id text, case_id text, day date, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was constant cases.meeting := cases.hold_meeting(p_meeting_id, p_version);
  v_opened date;
begin
  perform errors.required('impact', btrim(p_impact), 'what the support has come to');
  perform cases.require_past('day', coalesce(p_day, v_was.day));
  select c.opened_on into v_opened from cases.case_ c where c.authority_id = v_was.authority_id and c.case_id = v_was.case_id;
  if p_day < v_opened then
    perform errors.invalid('day', format('The case was opened on %s.', cases.day(v_opened)), 'CAS-2', format('%s or later', v_opened));
  end if;
  return query
  update cases.meeting m
  set status = 'held', day = coalesce(p_day, m.day), impact = btrim(p_impact), next_steps = nullif(btrim(p_next_steps), ''), who = nullif(btrim(p_who), ''), version = m.version + 1
  where m.authority_id = v_was.authority_id and m.meeting_id = p_meeting_id
  returning m.meeting_id, m.case_id, m.day, m.status, m.version;
end $$;
comment on function cases.record_case_meeting is 'cases.record_case_meeting says that a planned meeting was held, what the support has come to, and what is done next (CAS-2).';
grant execute on function cases.record_case_meeting to persona_la_admin, persona_officer;

create function cases.cancel_case_meeting(p_meeting_id text, p_version integer, p_reason text)
returns table (meeting_id text, case_id text, day date, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was constant cases.meeting := cases.hold_meeting(p_meeting_id, p_version);
begin
  perform errors.required('reason', btrim(p_reason));
  return query
  update cases.meeting m set status = 'cancelled', reason = btrim(p_reason), version = m.version + 1
  where m.authority_id = v_was.authority_id and m.meeting_id = p_meeting_id
  returning m.meeting_id, m.case_id, m.day, m.status, m.version;
end $$;
comment on function cases.cancel_case_meeting is 'cases.cancel_case_meeting cancels a meeting that is planned; its term or half-term is owed one still (CAS-2).';
grant execute on function cases.cancel_case_meeting to persona_la_admin, persona_officer;

create function cases.waive_case_meeting(p_case_id text, p_day date, p_reason text)
returns table (meeting_id text, case_id text, period text, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_case cases.case_;
  v_due record;
begin
  v_case := cases.hold(p_case_id, null, true);
  perform errors.required('day', p_day, 'a day of the term or half-term');
  perform errors.required('reason', btrim(p_reason));
  select d.* into v_due from cases.meetings_due(greatest(p_day, base.today()), p_case_id) d
  where p_day >= d.starts_on order by d.starts_on desc limit 1;
  if v_due.period is null or v_due.state in ('held', 'waived') then
    perform errors.precondition('NOT_DUE', case when v_due.period is null then format('No meeting is owed for %s.', cases.day(p_day))
        else format('The meeting of the %s is %s.', v_due.period, v_due.state) end, 'day', 'CAS-2',
      coalesce((select string_agg(format('a day of the %s', d.period), ', ' order by d.starts_on) from cases.meetings_due(base.today(), p_case_id) d
        where d.state in ('due', 'overdue', 'planned')), 'a day of a term for which one is owed'));
  elsif v_due.meeting_id is not null then
    perform errors.precondition('MEETING_PLANNED', format('A meeting is planned for %s.', cases.day(v_due.day)), 'day', 'CAS-2', 'a term without a meeting that is planned',
      format('improve case-meeting cancel %s cancels it.', v_due.meeting_id));
  end if;
  return query
  insert into cases.meeting (authority_id, meeting_id, case_id, day, status, reason)
  values (v_case.authority_id, base.new_ref('cm'), p_case_id, greatest(p_day, v_due.starts_on), 'waived', btrim(p_reason))
  returning meeting_id, case_id, v_due.period::text, status, version;
end $$;
comment on function cases.waive_case_meeting is 'cases.waive_case_meeting says that no meeting is held for the term or half-term of a day, and why (CAS-2).';
grant execute on function cases.waive_case_meeting to persona_la_admin, persona_officer;
