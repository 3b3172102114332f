-- The gates of an assignment (PAR-3): proposal → conflict check → the school's answer → live. These functions run as the owner, see all assignments of
-- the authority and hold the partner's row first and the assignment's after, to the end of the transaction. Who may call for what is the calls' to ask.

create function partners.lock_partner(p_partner_id text) returns partners.partner
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_partner partners.partner;
begin
  select p.* into v_partner from partners.partner p
  where p.authority_id = auth.authority_id() and p.partner_id = p_partner_id
  for no key update;
  if not found then
    perform errors.not_found('partner_id', format('The authority has no partner "%s".', left(p_partner_id, 40)),
      'a reference such as pt-7k2q9mx4td', 'improve partner list shows them.');
  end if;
  return v_partner;
end $$;
comment on function partners.lock_partner is 'partners.lock_partner finds a partner and holds the row, so that what is done at once cannot exceed the capacity together, nor pass a gate whose cause goes.';

create function partners.lock_assignment(p_assignment_id text, p_version integer) returns partners.assignment
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_assignment partners.assignment;
begin
  perform partners.lock_partner(a.partner_id) from partners.assignment a
  where a.authority_id = auth.authority_id() and a.assignment_id = p_assignment_id;
  select a.* into v_assignment from partners.assignment a
  where a.authority_id = auth.authority_id() and a.assignment_id = p_assignment_id
  for no key update;
  if v_assignment.version is distinct from p_version then
    perform errors.stale('version', p_version, v_assignment.version);
  end if;
  return v_assignment;
end $$;
comment on function partners.lock_assignment is 'partners.lock_assignment holds the partner of an assignment and the assignment, and refuses a stale version. Its caller has seen that it is there.';

create function partners.record_gate(p_assignment_id text, p_gate text, p_outcome text, p_reason text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  insert into partners.gate (authority_id, assignment_id, nth, gate, outcome, reason, decided_by)
  select auth.authority_id(), p_assignment_id, coalesce(max(g.nth), 0) + 1, p_gate, p_outcome, p_reason, auth.person_id()
  from partners.gate g where g.authority_id = auth.authority_id() and g.assignment_id = p_assignment_id;
  -- The school is told of what it may read: that it is asked, of its own answers, and when it is live.
  perform events.note('assignment.' || p_gate || '_' || p_outcome, a.assignment_id,
    case when p_gate in ('school_answer', 'live') or a.status = 'checked' then a.school_urn end, a.partner_id, p.person_id,
    jsonb_build_object('status', a.status, 'role', a.role, 'starts_on', a.starts_on, 'ends_on', a.ends_on))
  from partners.assignment a
  join partners.partner p on p.authority_id = a.authority_id and p.partner_id = a.partner_id
  where a.authority_id = auth.authority_id() and a.assignment_id = p_assignment_id;
end $$;
comment on function partners.record_gate is 'partners.record_gate adds to the history of an assignment''s gates, and notes it for watchers (C-8); its caller holds the assignment.';

-- The one door: every change of an assignment's status goes through here.
create function partners.move(p_assignment_id text, p_status text, p_gate text, p_outcome text, p_reason text) returns partners.assignment
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_was text;
  v_now partners.assignment;
begin
  select a.status into v_was from partners.assignment a where a.authority_id = auth.authority_id() and a.assignment_id = p_assignment_id;
  if (v_was, p_status) not in (('proposed', 'proposed'), ('proposed', 'checked'), ('proposed', 'live'), ('proposed', 'withdrawn'), ('checked', 'checked'),
      ('checked', 'live'), ('checked', 'proposed'), ('checked', 'declined'), ('checked', 'withdrawn'), ('live', 'proposed'), ('live', 'declined'),
      ('live', 'withdrawn')) then
    raise exception 'an assignment does not go from % to %', v_was, p_status;
  end if;
  update partners.assignment a
  set status = p_status, version = a.version + 1,
    asked_on = case when p_status in ('checked', 'live') then coalesce(a.asked_on, base.today()) else a.asked_on end
  where a.authority_id = auth.authority_id() and a.assignment_id = p_assignment_id
  returning a.* into v_now;
  perform partners.record_gate(p_assignment_id, p_gate, p_outcome, p_reason);
  return v_now;
end $$;
comment on function partners.move is 'partners.move brings an assignment to a status and writes the gate it passed, failed or lost into its history.';

create function partners.end_followed(p_assignment partners.assignment) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_reason text;
begin
  select format('Handed over to %s.', p.name) into v_reason from partners.partner p
  where p.authority_id = p_assignment.authority_id and p.partner_id = p_assignment.partner_id;
  update partners.assignment a
  set ends_on = p_assignment.starts_on - 1, end_reason = coalesce(a.end_reason, v_reason), version = a.version + 1
  where a.authority_id = p_assignment.authority_id and a.assignment_id = p_assignment.follows_id and a.status = 'live'
    and a.starts_on < p_assignment.starts_on and (a.ends_on is null or a.ends_on >= p_assignment.starts_on);
  if found then
    perform partners.record_gate(p_assignment.follows_id, 'live', 'ended', format('%s Last day: %s.', v_reason, partners.day(p_assignment.starts_on - 1)));
  end if;
end $$;
comment on function partners.end_followed is 'partners.end_followed ends the assignment that another takes up, the day before.';

create function partners.refuse_overlap(p_school_urn integer, p_role text, p_starts_on date, p_ends_on date, p_except text) returns void
language plpgsql stable security definer set search_path = '' as $$
declare
  v_other record;
begin
  select a.*, p.name into v_other
  from partners.assignment a
  join partners.partner p on p.authority_id = a.authority_id and p.partner_id = a.partner_id
  where a.authority_id = auth.authority_id() and a.school_urn = p_school_urn and a.role = p_role and a.status = 'live'
    and a.assignment_id is distinct from p_except
    and (p_ends_on is null or a.starts_on <= p_ends_on) and (a.ends_on is null or a.ends_on >= p_starts_on)
  order by a.starts_on limit 1;
  if found then
    perform errors.precondition('ASSIGNMENT_OVERLAPS', format('%s is %s of school %s, %s.', v_other.name, v_other.role, v_other.school_urn,
        partners.spans(datemultirange(daterange(v_other.starts_on, v_other.ends_on, '[]')))), 'starts_on', 'PAR-2',
      coalesce('from ' || partners.day(v_other.ends_on + 1) || ' on, or another role', 'another role, or a hand-over'),
      format('improve assignment hand-over %s hands it over to another partner.', v_other.assignment_id));
  end if;
end $$;
comment on function partners.refuse_overlap is 'partners.refuse_overlap refuses a second live assignment in a school and role, and says who is there; the constraint assignment_once_a_school_and_role catches what happens at the same time.';

create function partners.go_live(p_assignment partners.assignment, p_gate text, p_reason text) returns partners.assignment
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform partners.refuse_findings(p_assignment.partner_id, p_assignment.school_urn, p_assignment.role, p_assignment.starts_on, p_assignment.ends_on);
  if p_assignment.follows_id is not null then
    perform partners.end_followed(p_assignment);
  end if;
  perform partners.refuse_overlap(p_assignment.school_urn, p_assignment.role, p_assignment.starts_on, p_assignment.ends_on, null);
  perform partners.record_gate(p_assignment.assignment_id, p_gate, 'passed', p_reason);
  return partners.move(p_assignment.assignment_id, 'live', 'live', 'passed', null);
end $$;
comment on function partners.go_live is 'partners.go_live makes an assignment live by its last gate, when nothing speaks against it, and ends the one that it takes up.';

create function partners.pass_check(p_assignment partners.assignment, p_note text) returns partners.assignment
language plpgsql volatile security definer set search_path = '' as $$
begin
  if exists (select from partners.policy p where p.authority_id = auth.authority_id() and p.school_answers) then
    perform partners.refuse_findings(p_assignment.partner_id, p_assignment.school_urn, p_assignment.role, p_assignment.starts_on, p_assignment.ends_on);
    return partners.move(p_assignment.assignment_id, 'checked', 'conflict_check', 'passed', p_note);
  end if;
  return partners.go_live(p_assignment, 'conflict_check', p_note);
end $$;
comment on function partners.pass_check is 'partners.pass_check passes the conflict check: on to the school, or live where the authority asks no school.';

create function partners.withdraw_gates(p_assignment partners.assignment, p_reason text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  if p_assignment.status = 'live' then
    perform partners.record_gate(p_assignment.assignment_id, 'live', 'withdrawn', p_reason);
    if 'passed' = (select g.outcome from partners.gate g
        where g.authority_id = p_assignment.authority_id and g.assignment_id = p_assignment.assignment_id and g.gate = 'school_answer'
        order by g.nth desc limit 1) then
      perform partners.record_gate(p_assignment.assignment_id, 'school_answer', 'withdrawn', p_reason);
    end if;
  end if;
  perform partners.move(p_assignment.assignment_id, 'proposed', 'conflict_check', 'withdrawn', p_reason);
end $$;
comment on function partners.withdraw_gates is 'partners.withdraw_gates takes an assignment back to proposed: the conflict check is withdrawn, and every gate behind it.';

create function partners.cut_off(p_assignment partners.assignment, p_from date, p_reason text) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_rest constant text := base.new_ref('as');
begin
  update partners.assignment a
  set ends_on = p_from - 1, end_reason = left(p_reason, 500), version = a.version + 1
  where a.authority_id = p_assignment.authority_id and a.assignment_id = p_assignment.assignment_id;
  perform partners.record_gate(p_assignment.assignment_id, 'conflict_check', 'withdrawn', p_reason);
  perform partners.record_gate(p_assignment.assignment_id, 'live', 'ended', format('Last day: %s. What was left goes back to proposed as %s.',
    partners.day(p_from - 1), v_rest));
  insert into partners.assignment (authority_id, assignment_id, partner_id, school_urn, role, starts_on, ends_on, half_days, status, follows_id, asked_on)
  values (p_assignment.authority_id, v_rest, p_assignment.partner_id, p_assignment.school_urn, p_assignment.role, p_from, p_assignment.ends_on,
    p_assignment.half_days, 'proposed', p_assignment.assignment_id, p_assignment.asked_on);
  perform partners.record_gate(v_rest, 'proposal', 'passed', format('What was left of %s. %s', p_assignment.assignment_id, p_reason));
  return v_rest;
end $$;
comment on function partners.cut_off is 'partners.cut_off ends a live assignment before a day, for it was live until then, and makes a proposal of the rest, whose reference it gives.';

create function partners.visits_ahead(p_assignment_id text, p_from date) returns integer
language plpgsql stable as $$
begin
  return (select count(*) from visits.visit v
    where v.authority_id = auth.authority_id() and v.assignment_id = p_assignment_id and v.status in ('planned', 'confirmed')
      and v.starts_at >= p_from::timestamp at time zone 'Europe/London');
end $$;
comment on function partners.visits_ahead is 'partners.visits_ahead counts the visits that an assignment has planned from a day on: what ends it leaves them to be moved or cancelled.';

create function partners.send_back(p_partner_id text) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_assignment partners.assignment;
  v_from date;
  v_reason text;
  v_rest text;
  v_all jsonb := '[]';
begin
  for v_assignment in
    select a.* from partners.assignment a
    where a.authority_id = auth.authority_id() and a.partner_id = p_partner_id and a.status in ('checked', 'live')
      and (a.ends_on is null or a.ends_on >= base.today())
    order by a.starts_on, a.assignment_id
    for no key update
  loop
    select min(f.first_day), string_agg(f.message, ' ' order by f.first_day, f.cause) into v_from, v_reason
    from partners.findings(p_partner_id, v_assignment.school_urn, v_assignment.role, greatest(v_assignment.starts_on, base.today()), v_assignment.ends_on) f;
    if v_from is null then
      continue;
    elsif v_assignment.status = 'live' and v_from > v_assignment.starts_on then
      v_rest := partners.cut_off(v_assignment, v_from, v_reason);
    else
      perform partners.withdraw_gates(v_assignment, v_reason);
      v_from := v_assignment.starts_on;
      v_rest := v_assignment.assignment_id;
    end if;
    v_all := v_all || jsonb_build_object('assignment_id', v_assignment.assignment_id, 'school_urn', v_assignment.school_urn, 'role', v_assignment.role,
      'goes_back_on', v_from, 'proposal_id', v_rest, 'reason', v_reason,
      'visits_ahead', partners.visits_ahead(v_assignment.assignment_id, v_from));
    raise notice using errcode = 'IMNTE', message = format('%s, %s of school %s, goes back to proposed from %s on: %s', v_assignment.assignment_id,
      v_assignment.role, v_assignment.school_urn, partners.day(v_from), v_reason);
  end loop;
  return v_all;
end $$;
comment on function partners.send_back is 'partners.send_back looks at all of a partner''s assignments again after something about them changed, and sends back to proposed those whose conflict check no longer holds, from the first day on which it does not, and not before today. It tells which; its caller holds the partner.';

grant execute on function partners.lock_partner, partners.lock_assignment, partners.record_gate, partners.move, partners.refuse_overlap, partners.go_live,
  partners.pass_check, partners.visits_ahead, partners.send_back to improve_exec;
