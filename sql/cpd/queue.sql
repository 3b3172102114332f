-- The waiting list (CPD-4, CPD-5): what is held beyond its time is given back, and what is free goes to the first who fits. No clock of the server's is
-- needed: whoever next changes the session does it first, and what is read tells what time has done. Run by the owner, with the session's row held.

create function cpd.hold(p_booking_id text, p_version integer) returns cpd.booking
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_booking cpd.booking;
begin
  perform from cpd.session s
  where s.authority_id = auth.authority_id() and s.session_id = (
    select b.session_id from cpd.booking b where b.authority_id = auth.authority_id() and b.booking_id = p_booking_id)
  for no key update;
  select b.* into strict v_booking from cpd.booking b where b.authority_id = auth.authority_id() and b.booking_id = p_booking_id;
  if v_booking.version <> p_version then
    perform errors.stale('version', p_version, v_booking.version);
  end if;
  return v_booking;
end $$;
comment on function cpd.hold is 'cpd.hold locks the session of a booking to the end of the transaction and refuses a stale version. Its caller has asked cpd.require_visible.';

create function cpd.unit_of(p_booking cpd.booking) returns text[]
language plpgsql stable security definer set search_path = '' as $$
begin
  if not p_booking.together and p_booking.status <> 'requested' then
    return array[p_booking.booking_id];
  end if;
  return array(select b.booking_id from cpd.booking b
    where b.authority_id = p_booking.authority_id and b.session_id = p_booking.session_id and b.order_id = p_booking.order_id and b.status = p_booking.status
      and coalesce(b.respond_by > now(), true)
      and b.ticket between p_booking.ticket - 1000 and p_booking.ticket + 1000
    order by b.ticket);
end $$;
comment on function cpd.unit_of is 'cpd.unit_of lists the bookings that move with one: of a group those in its state, of an order all that await approval, but for what is over by time; else itself.';

create function cpd.next_due(p_session_id text) returns timestamptz
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select min(b.respond_by) from cpd.booking b
    where b.authority_id = auth.authority_id() and b.session_id = p_session_id and b.status in ('requested', 'offered'));
end $$;
comment on function cpd.next_due is 'cpd.next_due is when the first held place of a session ends by time.';

create function cpd.approval_is_due(p_policy cpd.policy, p_gross_pence bigint) returns boolean
language plpgsql immutable as $$
begin
  return p_policy.approval = 'always' or p_policy.approval = 'paid' and p_gross_pence > p_policy.approval_above_pence;
end $$;
comment on function cpd.approval_is_due is 'cpd.approval_is_due tells whether the authority asks the budget holder before an order that costs so much is confirmed.';

create function cpd.holds_budget(p_school_urn integer, p_person_id uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select from cpd.budget_holder h
    where h.authority_id = auth.authority_id() and h.school_urn = p_school_urn and h.person_id = p_person_id and h.ended_at is null);
end $$;
comment on function cpd.holds_budget is 'cpd.holds_budget tells whether somebody holds a school''s budget: what they book themselves they need not approve.';

create function cpd.answer_by(p_hours integer, p_latest timestamptz) returns timestamptz
language plpgsql stable as $$
begin
  return least(calendar.add_working_hours(now(), p_hours), p_latest);
end $$;
comment on function cpd.answer_by is 'cpd.answer_by is so many working hours from now, by the authority''s calendar, or an earlier moment at which it is too late.';

create function cpd.give(p_session cpd.session, p_policy cpd.policy, p_unit text[]) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_status text := 'offered';
  v_by timestamptz;
begin
  if p_policy.offer_hours > 0 then
    v_by := cpd.answer_by(p_policy.offer_hours, p_session.booking_closes_at);
  elsif (select cpd.approval_is_due(p_policy, sum(b.gross_pence)::bigint) and not bool_and(cpd.holds_budget(b.school_urn, b.booked_by))
      from cpd.booking b where b.authority_id = p_session.authority_id and b.booking_id = any (p_unit)) then
    v_status := 'requested';
    v_by := cpd.answer_by(p_policy.approval_hours, p_session.starts_at);
  else
    v_status := 'confirmed';
  end if;
  update cpd.booking b
  set status = v_status, respond_by = v_by, promoted_at = case when v_status <> 'offered' then now() end, version = b.version + 1
  where b.authority_id = p_session.authority_id and b.booking_id = any (p_unit);
  perform cpd.note_step(u, case v_status when 'confirmed' then 'placed' else v_status end, null, jsonb_build_object('until', v_by)) from unnest(p_unit) u;
  perform cpd.charge_price(p_unit);
  update cpd.session s
  set waiting_count = s.waiting_count - cardinality(p_unit), next_due_at = least(s.next_due_at, v_by),
    confirmed_count = s.confirmed_count + case when v_status = 'confirmed' then cardinality(p_unit) else 0 end,
    held_count = s.held_count + case when v_status = 'confirmed' then 0 else cardinality(p_unit) end
  where s.authority_id = p_session.authority_id and s.session_id = p_session.session_id;
  return v_status;
end $$;
comment on function cpd.give is 'cpd.give gives places to bookings that wait: offered for the authority''s time, or where it offers none requested of the budget holder or confirmed. It tells which.';

create function cpd.advance(p_session_id text) returns table (booking_id text, change text)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_session cpd.session;
  v_policy cpd.policy;
  v_free integer;
  v_head cpd.booking;
  v_ticket bigint := 0;
  v_unit text[];
  v_seen text[] := '{}';
  v_passed jsonb := '[]';
  v_change text;
begin
  select s.* into v_session from cpd.session s where s.authority_id = auth.authority_id() and s.session_id = p_session_id for no key update;
  v_free := v_session.capacity - v_session.confirmed_count - v_session.held_count;
  if v_session.status <> 'published' or v_session.booking_closes_at <= now() or v_session.waiting_count = 0 or v_free = 0 then
    return;
  end if;
  v_policy := cpd.policy_of();
  while v_free > 0 loop
    -- One at a time: who waits may be thousands, and seldom is more than one looked at.
    select b.* into v_head
    from cpd.booking b
    where b.authority_id = v_session.authority_id and b.session_id = p_session_id and b.status = 'waiting' and b.ticket > v_ticket
    order by b.ticket
    limit 1;
    exit when not found;
    v_ticket := v_head.ticket;
    continue when v_head.order_id = any (v_seen);
    v_unit := cpd.unit_of(v_head);
    if v_head.together then
      v_seen := v_seen || v_head.order_id;
    end if;
    if cardinality(v_unit) > v_free then
      -- A group that wants more than is free: passed for a time, and after that everybody behind it waits, too.
      exit when coalesce(v_head.pass_until <= now(), true);
      v_passed := v_passed || jsonb_build_object('booking', v_unit[1], 'free', v_free, 'wanted', cardinality(v_unit));
      continue;
    end if;
    v_change := cpd.give(v_session, v_policy, v_unit);
    perform cpd.note_step(p ->> 'booking', 'passed', null, (p - 'booking') || jsonb_build_object('places', cardinality(v_unit))) from jsonb_array_elements(v_passed) p;
    v_free := v_free - cardinality(v_unit);
    return query select u, v_change from unnest(v_unit) u;
  end loop;
end $$;
comment on function cpd.advance is 'cpd.advance gives what is free on a session to the first who fits, until booking closes: singly or as a group, in the order of tickets, past groups that want more than is free while they may be passed (CPD-4, CPD-5). It tells which bookings moved, and how: offered, requested or confirmed.';

create function cpd.lapse(p_session_id text) returns table (booking_id text, change text)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_session cpd.session;
  v_gone text[];
begin
  select s.* into v_session from cpd.session s where s.authority_id = auth.authority_id() and s.session_id = p_session_id for no key update;
  if coalesce(v_session.next_due_at > now(), true) then
    return;
  end if;
  with gone as (
    update cpd.booking b
    set status = 'cancelled', ended_as = 'lapsed', cancelled_at = b.respond_by, cancel_reason = format('No answer by %s.', cpd.clock(b.respond_by)), respond_by = null,
      version = b.version + 1
    where b.authority_id = v_session.authority_id and b.session_id = p_session_id and b.status in ('requested', 'offered') and b.respond_by <= now()
    returning b.booking_id
  )
  select array_agg(g.booking_id) into v_gone from gone g;
  perform cpd.note_step(u, 'lapsed', null, null) from unnest(v_gone) u;
  perform cpd.free_units(v_gone, 'No answer came in time.');
  update cpd.session s set held_count = s.held_count - coalesce(cardinality(v_gone), 0), next_due_at = cpd.next_due(p_session_id)
  where s.authority_id = v_session.authority_id and s.session_id = p_session_id;
  return query select u, 'lapsed' from unnest(v_gone) u;
end $$;
comment on function cpd.lapse is 'cpd.lapse gives back what was held on a session beyond its time; it tells which bookings are over.';

create function cpd.settle(p_session_id text) returns table (booking_id text, change text)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
begin
  return query select x.* from cpd.lapse(p_session_id) x;
  return query select x.* from cpd.advance(p_session_id) x;
end $$;
comment on function cpd.settle is 'cpd.settle brings a session up to now: what was held beyond its time is given back, and what is free goes to who waits. It tells which bookings moved.';

create function cpd.held_now(p_session_id text) returns integer
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select count(*) from cpd.booking b
    where b.authority_id = auth.authority_id() and b.session_id = p_session_id and b.status in ('requested', 'offered') and b.respond_by > now());
end $$;
comment on function cpd.held_now is 'cpd.held_now counts the places of a session that are held at this moment; the session''s own count waits for whoever changes it next.';
grant execute on function cpd.held_now, cpd.approval_is_due, cpd.holds_budget, cpd.answer_by to improve_exec;
