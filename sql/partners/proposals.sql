-- Calls that bring a proposal through its gates (PAR-3). What the gates do stands in gates.sql.

create function partners.make_proposal(p_school_urn integer, p_partner_id text, p_half_days integer, p_role text, p_starts_on date, p_ends_on date,
  p_follows_id text, p_version integer) returns partners.assignment
language plpgsql volatile as $$
declare
  v_starts_on constant date := coalesce(p_starts_on, base.today());
  v_role constant text := coalesce(lower(btrim(p_role)), 'sip');
  v_partner partners.partner;
  v_full record;
  v_made partners.assignment;
begin
  perform errors.required('school_urn', p_school_urn, 'a URN');
  perform errors.required('partner_id', p_partner_id, 'a reference such as pt-7k2q9mx4td');
  perform errors.required('half_days', p_half_days, 'half-days a year; six for three days');
  perform partners.require_in_order(v_starts_on, p_ends_on, 'PAR-2');
  perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), v_starts_on);
  v_partner := partners.lock_partner(p_partner_id);
  perform partners.refuse_overlap(p_school_urn, v_role, v_starts_on, p_ends_on, p_follows_id);
  select f.* into v_full from partners.fullest_day(p_partner_id, v_starts_on, p_ends_on) f;
  if p_half_days > v_full.half_days_left then
    perform errors.precondition('CAPACITY_EXCEEDED', format('%s has %s of %s half-days a year left in that period.', v_partner.name, v_full.half_days_left,
      v_full.capacity), 'half_days', 'PAR-2', format('%s or fewer', v_full.half_days_left));
  end if;
  insert into partners.assignment (authority_id, assignment_id, partner_id, school_urn, role, starts_on, ends_on, half_days, status, follows_id,
    version)
  values (auth.authority_id(), base.new_ref('as'), p_partner_id, p_school_urn, v_role, v_starts_on, p_ends_on, p_half_days, 'proposed', p_follows_id,
    p_version)
  returning * into v_made;
  perform partners.record_gate(v_made.assignment_id, 'proposal', 'passed', case when p_follows_id is not null then format('Handed over from %s.', p_follows_id) end);
  return v_made;
end $$;
comment on function partners.make_proposal is 'partners.make_proposal proposes a partner for a school of the authority, within the partner''s capacity, where nobody else is live in the role. p_version is 0 where the call goes on to the next gate: one call, one version.';
grant execute on function partners.make_proposal to improve_exec;

create function partners.propose_assignment(p_school_urn integer, p_partner_id text, p_half_days integer, p_role text, p_starts_on date, p_ends_on date)
returns table (assignment_id text, status text, role text, starts_on date, ends_on date, half_days integer, half_days_left integer, findings jsonb,
  version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_made constant partners.assignment := partners.make_proposal(p_school_urn, p_partner_id, p_half_days, p_role, p_starts_on, p_ends_on, null, 1);
begin
  return query
  select v_made.assignment_id, v_made.status, v_made.role, v_made.starts_on, v_made.ends_on, v_made.half_days, left_.half_days_left, (
      select coalesce(jsonb_agg(format('%s Accepted: %s.', f.message, f.accepted) order by f.first_day, f.cause), '[]')
      from partners.findings(v_made.partner_id, v_made.school_urn, v_made.role, v_made.starts_on, v_made.ends_on) f),
    v_made.version
  from partners.fullest_day(p_partner_id, v_made.starts_on, v_made.ends_on) left_;
end $$;
comment on function partners.propose_assignment is 'partners.propose_assignment proposes an assignment, and tells what the conflict check would find now. It holds the partner''s half-days.';
grant execute on function partners.propose_assignment to persona_la_admin, persona_officer;

create function partners.see_assignment(p_assignment_id text, p_version integer) returns partners.assignment
language plpgsql volatile as $$
begin
  perform errors.required('assignment_id', p_assignment_id, 'a reference such as as-7k2q9mx4td');
  perform errors.required('version', p_version);
  if not exists (select from partners.assignment a where a.authority_id = auth.authority_id() and a.assignment_id = p_assignment_id) then
    perform errors.not_found('assignment_id', format('The authority has no assignment "%s".', left(p_assignment_id, 40)),
      'a reference such as as-7k2q9mx4td', 'improve partner assignments shows them.');
  end if;
  return partners.lock_assignment(p_assignment_id, p_version);
end $$;
comment on function partners.see_assignment is 'partners.see_assignment finds an assignment that the caller may see, and holds it with its partner.';

create function partners.require_status(p_assignment partners.assignment, p_statuses text[], p_accepted text) returns void
language plpgsql stable as $$
begin
  if p_assignment.status <> all (p_statuses) then
    perform errors.precondition('NOT_AT_THIS_GATE', format('The assignment is %s.', p_assignment.status), 'assignment_id', 'PAR-3', p_accepted,
      'improve assignment gates shows what happened.');
  end if;
end $$;
comment on function partners.require_status is 'partners.require_status refuses what an assignment of another status does not allow.';
grant execute on function partners.see_assignment, partners.require_status to improve_exec;

create function partners.check_assignment(p_assignment_id text, p_version integer, p_outcome text, p_note text)
returns table (assignment_id text, partner_id text, school_urn integer, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was constant partners.assignment := partners.see_assignment(p_assignment_id, p_version);
  v_now partners.assignment;
begin
  perform partners.require_status(v_was, array['proposed', 'checked'], 'one that is proposed');
  if lower(coalesce(p_outcome, 'clear')) = 'clear' then
    v_now := partners.pass_check(v_was, nullif(btrim(p_note), ''));
  elsif lower(p_outcome) = 'conflict' then
    perform errors.required('note', btrim(p_note), 'what the conflict is');
    v_now := partners.move(p_assignment_id, 'proposed', 'conflict_check', 'failed', btrim(p_note));
  else
    perform errors.invalid('outcome', format('"%s" is no outcome of a check.', left(p_outcome, 40)), 'PAR-3', 'clear or conflict');
  end if;
  return query values (v_now.assignment_id, v_now.partner_id, v_now.school_urn, v_now.status, v_now.version);
end $$;
comment on function partners.check_assignment is 'partners.check_assignment records the conflict check of a proposal: who found it clear, or what the conflict is. Clear is refused while accreditation, own school, own trust or a declared conflict speak against it.';
grant execute on function partners.check_assignment to persona_la_admin, persona_officer;

create function partners.answer_assignment(p_assignment_id text, p_version integer, p_answer text, p_reason text)
returns table (assignment_id text, school_urn integer, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was constant partners.assignment := partners.see_assignment(p_assignment_id, p_version);
  v_now partners.assignment;
begin
  if not v_was.school_urn = any (auth.urns()) then
    perform errors.refuse(7, 'NOT_YOUR_SCHOOL', format('You may not answer for school %s.', v_was.school_urn), 'assignment_id', 'PAR-3',
      'an assignment to one of your schools');
  end if;
  if lower(p_answer) = 'accept' then
    perform partners.require_status(v_was, array['checked'], 'one that waits for the school');
    v_now := partners.go_live(v_was, 'school_answer', nullif(btrim(p_reason), ''));
  elsif lower(p_answer) = 'decline' then
    perform errors.required('reason', btrim(p_reason), 'why the school declines');
    if v_was.status = 'live' and v_was.starts_on <= base.today() then
      perform errors.precondition('ALREADY_STARTED', format('The partner has worked with the school since %s.', partners.day(v_was.starts_on)), 'assignment_id',
        'PAR-3', 'an assignment that has not started', 'Ask the authority to end it or to hand it over.');
    end if;
    perform partners.require_status(v_was, array['checked', 'live'], 'one that waits for the school, or has not started');
    v_now := partners.move(p_assignment_id, 'declined', 'school_answer', case when v_was.status = 'live' then 'withdrawn' else 'failed' end, btrim(p_reason));
  else
    perform errors.invalid('answer', format('"%s" is no answer.', left(coalesce(p_answer, ''), 40)), 'PAR-3', 'accept or decline');
  end if;
  return query values (v_now.assignment_id, v_now.school_urn, v_now.status, v_now.version);
end $$;
comment on function partners.answer_assignment is 'partners.answer_assignment is the school''s: it accepts a partner, who is live then, or declines with the reason; until the first day it may take its acceptance back.';
grant execute on function partners.answer_assignment to persona_booker;

create function partners.withdraw_assignment(p_assignment_id text, p_version integer, p_reason text)
returns table (assignment_id text, partner_id text, school_urn integer, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was constant partners.assignment := partners.see_assignment(p_assignment_id, p_version);
  v_now partners.assignment;
begin
  perform errors.required('reason', btrim(p_reason), 'why it is withdrawn');
  if v_was.status = 'live' and v_was.starts_on <= base.today() then
    perform errors.precondition('ALREADY_STARTED', format('The assignment has been live since %s.', partners.day(v_was.starts_on)), 'assignment_id', 'PAR-3',
      'one that has not started', 'improve partner end sets its last day.');
  end if;
  perform partners.require_status(v_was, array['proposed', 'checked', 'live'], 'one that is proposed, waits for the school, or has not started');
  v_now := partners.move(p_assignment_id, 'withdrawn', case v_was.status when 'live' then 'live' else 'proposal' end, 'withdrawn', btrim(p_reason));
  return query values (v_now.assignment_id, v_now.partner_id, v_now.school_urn, v_now.status, v_now.version);
end $$;
comment on function partners.withdraw_assignment is 'partners.withdraw_assignment takes back what has not started, and frees the partner''s half-days.';
grant execute on function partners.withdraw_assignment to persona_la_admin, persona_officer;

create function partners.list_gates(p_assignment_id text)
returns table (nth integer, gate text, outcome text, reason text, decided_by text, decided_at timestamptz)
language plpgsql stable as $$
#variable_conflict use_column
begin
  perform errors.required('assignment_id', p_assignment_id, 'a reference such as as-7k2q9mx4td');
  if not exists (select from partners.assignment a where a.authority_id = auth.authority_id() and a.assignment_id = p_assignment_id) then
    perform errors.not_found('assignment_id', format('The authority has no assignment "%s".', left(p_assignment_id, 40)),
      'a reference such as as-7k2q9mx4td', 'improve partner assignments shows them.');
  end if;
  return query
  select g.nth, g.gate, g.outcome, g.reason, p.display_name, g.decided_at
  from partners.gate g
  left join auth.person p on p.person_id = g.decided_by
  where g.authority_id = auth.authority_id() and g.assignment_id = p_assignment_id
  order by g.nth;
end $$;
comment on function partners.list_gates is 'partners.list_gates tells what happened at the gates of an assignment, in order, by whom and why; a school reads of its own answers and when it was live.';
grant execute on function partners.list_gates to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;
