-- What the organiser does to a session that is booked (CPD-8): cancels it, with all charges taken back, or carries its bookings to another; moves it to
-- another time; says how to get there. Everybody is told in the same transaction.

create function cpd.end_bookings(p_session_id text, p_reason text) returns table (booking_id text, change text, credited_pence bigint)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_booking cpd.booking;
  v_charge cpd.charge;
begin
  for v_booking in
    select b.* from cpd.booking b
    where b.authority_id = auth.authority_id() and b.session_id = p_session_id and b.status <> 'cancelled'
    order by b.ticket
  loop
    update cpd.booking b
    set status = 'cancelled', ended_as = 'session_cancelled', cancelled_at = now(), cancel_reason = p_reason, respond_by = null, version = b.version + 1
    where b.authority_id = v_booking.authority_id and b.booking_id = v_booking.booking_id;
    perform cpd.note_step(v_booking.booking_id, 'session_cancelled', auth.person_id(), null);
    return query select v_booking.booking_id, 'cancelled', case when v_booking.status = 'confirmed' then cpd.credit_price(v_booking, 'The session was cancelled') else 0 end;
  end loop;
  -- Nobody pays for giving up a place on what did not take place.
  for v_charge in
    select c.* from cpd.charge c
    join cpd.booking b on b.authority_id = c.authority_id and b.booking_id = c.booking_id
    where b.authority_id = auth.authority_id() and b.session_id = p_session_id and c.waived_at is null and c.net_pence > 0
    order by b.ticket, c.charge_id
  loop
    update cpd.charge c set waived_at = now(), waived_by = auth.person_id(), waive_reason = 'session_cancelled', version = c.version + 1
    where c.authority_id = v_charge.authority_id and c.charge_id = v_charge.charge_id;
    perform money.credit_cause('cpd.' || v_charge.cause, v_charge.charge_id, null, base.today(), 'The session was cancelled');
    return query select v_charge.booking_id, 'waived', v_charge.gross_pence;
  end loop;
  perform cpd.undo_units(p_session_id, 'The session was cancelled.');
end $$;
comment on function cpd.end_bookings is 'cpd.end_bookings ends all bookings of a session that the organiser cancels: prices are credited, and so is what was charged for cancelling, staying away or a substitute; the places and credits that they drew go back.';

create function cpd.require_room(p_to cpd.session, p_places integer, p_waiting integer) returns void
language plpgsql stable as $$
declare
  v_free constant integer := p_to.capacity - p_to.confirmed_count - p_to.held_count;
begin
  if p_to.waiting_count > 0 then
    perform errors.precondition('OTHERS_WAIT', format('%s wait for session %s: nobody is carried past them.', p_to.waiting_count, p_to.session_id), 'carry_to', 'CPD-8',
      'a session for which nobody waits');
  elsif p_places > v_free then
    perform errors.precondition('NO_ROOM', format('%s places are to be carried, and session %s has %s.', p_places, p_to.session_id, v_free), 'carry_to', 'CPD-8',
      format('a session with %s free places', p_places), format('improve session change %s %s --capacity %s makes room.', p_to.session_id, p_to.version, p_to.capacity + p_places - v_free));
  elsif p_waiting > p_to.waiting_places then
    perform errors.precondition('NO_ROOM', format('%s who wait are to be carried, and the waiting list of session %s has %s places.', p_waiting, p_to.session_id, p_to.waiting_places),
      'carry_to', 'CPD-8', format('a session where %s may wait', p_waiting));
  end if;
end $$;
comment on function cpd.require_room is 'cpd.require_room refuses a session that has no room for those who are carried there.';

create function cpd.carry_session(p_from text, p_to text) returns table (booking_id text, change text)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_from cpd.session;
  v_to cpd.session;
  v_movers text[];
  v_places integer;
  v_held integer;
begin
  select s.* into strict v_from from cpd.session s where s.authority_id = auth.authority_id() and s.session_id = p_from;
  -- Those with a place first, then those who wait, each in their order; who has the other session already is not carried.
  select array_agg(b.booking_id order by b.status = 'waiting', b.ticket), count(*) filter (where b.status <> 'waiting'), count(*) filter (where b.status in ('offered', 'requested'))
    into v_movers, v_places, v_held
  from cpd.booking b
  where b.authority_id = v_from.authority_id and b.session_id = p_from and b.status <> 'cancelled' and not exists (
    select from cpd.booking o where o.authority_id = b.authority_id and o.school_urn = b.school_urn and o.session_id = p_to and o.live_key = b.live_key);
  if v_movers is null then
    return;
  end if;
  return query select x.* from cpd.settle(p_to) x;
  select s.* into strict v_to from cpd.session s where s.authority_id = v_from.authority_id and s.session_id = p_to;
  perform cpd.require_room(v_to, v_places, cardinality(v_movers) - v_places);
  -- The calendar entry's sequence counts the versions of booking and session: it rises also when the other session's is lower.
  update cpd.booking b
  set session_id = p_to, ticket = v_to.next_ticket + m.nth - 1, moved_at = now(), version = b.version + v_from.version + 1,
    respond_by = case b.status when 'offered' then least(b.respond_by, v_to.booking_closes_at) when 'requested' then least(b.respond_by, v_to.starts_at) end
  from unnest(v_movers) with ordinality m (ref, nth)
  where b.authority_id = v_from.authority_id and b.booking_id = m.ref;
  perform cpd.note_step(u, 'carried', auth.person_id(), jsonb_build_object('from', p_from)) from unnest(v_movers) u;
  update cpd.session s
  set confirmed_count = s.confirmed_count + v_places - v_held, held_count = s.held_count + v_held, waiting_count = s.waiting_count + cardinality(v_movers) - v_places,
    next_ticket = s.next_ticket + cardinality(v_movers), next_due_at = cpd.next_due(p_to)
  where s.authority_id = v_from.authority_id and s.session_id = p_to;
  return query select u, 'carried' from unnest(v_movers) u;
  return query select x.* from cpd.settle(p_to) x;
end $$;
comment on function cpd.carry_session is 'cpd.carry_session carries the bookings of a session to another, at the price and under the terms they were made at: places all or none, and who waits to the end of its waiting list. It tells which bookings moved.';

create function cpd.close_session(p_session_id text, p_reason text, p_carry_to text) returns table (booking_id text, change text, credited_pence bigint)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
begin
  return query select x.booking_id, x.change, 0::bigint from cpd.lapse(p_session_id) x;
  if p_carry_to is not null then
    return query select x.booking_id, x.change, 0::bigint from cpd.carry_session(p_session_id, p_carry_to) x;
  end if;
  return query select x.* from cpd.end_bookings(p_session_id, p_reason) x;
  update cpd.session s
  set status = 'cancelled', cancelled_at = now(), cancel_reason = p_reason, carried_to = p_carry_to, confirmed_count = 0, held_count = 0, waiting_count = 0, next_due_at = null,
    version = s.version + 1
  where s.authority_id = auth.authority_id() and s.session_id = p_session_id;
end $$;
comment on function cpd.close_session is 'cpd.close_session cancels a session whose row is held: its bookings are carried to another session, or end with all that was charged taken back.';

create function cpd.shift_session(p_session_id text, p_parts jsonb, p_venue text, p_closes_at timestamptz) returns setof text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_was cpd.session;
  v_new cpd.session;
begin
  select s.* into strict v_was from cpd.session s where s.authority_id = auth.authority_id() and s.session_id = p_session_id;
  update cpd.session s
  set starts_at = p.first, ends_at = p.last, venue = coalesce(p_venue, s.venue),
    booking_closes_at = coalesce(p_closes_at, s.booking_closes_at + (p.first - s.starts_at)), booking_opens_at = s.booking_opens_at + least(p.first - s.starts_at, interval '0'), version = s.version + 1
  from (select min((x ->> 'starts_at')::timestamptz) as first, max((x ->> 'ends_at')::timestamptz) as last from jsonb_array_elements(p_parts) x) p
  where s.authority_id = v_was.authority_id and s.session_id = p_session_id
  returning s.* into v_new;
  delete from cpd.session_part p where p.authority_id = v_was.authority_id and p.session_id = p_session_id;
  insert into cpd.session_part (authority_id, session_id, nth, starts_at, ends_at, venue)
  select v_was.authority_id, p_session_id, x.nth, x.starts_at, x.ends_at, x.venue
  from jsonb_to_recordset(p_parts) x (nth integer, starts_at timestamptz, ends_at timestamptz, venue text);
  update cpd.booking b
  set moved_at = now(), version = b.version + 1,
    respond_by = case b.status when 'offered' then least(b.respond_by, v_new.booking_closes_at) when 'requested' then least(b.respond_by, v_new.starts_at) end
  where b.authority_id = v_was.authority_id and b.session_id = p_session_id and b.status <> 'cancelled';
  perform cpd.note_step(b.booking_id, 'moved', auth.person_id(), jsonb_build_object('was', v_was.starts_at))
  from cpd.booking b where b.authority_id = v_was.authority_id and b.session_id = p_session_id and b.status <> 'cancelled';
  update cpd.session s set next_due_at = cpd.next_due(p_session_id) where s.authority_id = v_was.authority_id and s.session_id = p_session_id;
  return query select b.booking_id from cpd.booking b
    where b.authority_id = v_was.authority_id and b.session_id = p_session_id and b.status <> 'cancelled' and coalesce(b.respond_by > now(), true) order by b.ticket;
end $$;
comment on function cpd.shift_session is 'cpd.shift_session moves a session whose row is held to other dates; booking closes as long before as it did, unless told, and opens when it did, or as much earlier as the session. It tells the bookings that are concerned.';
grant execute on function cpd.close_session, cpd.shift_session to improve_exec;

create function cpd.require_to_come(p_session cpd.session) returns void
language plpgsql stable as $$
begin
  if p_session.status = 'cancelled' then
    perform errors.precondition('SESSION_CANCELLED', format('The session was cancelled on %s: %s', cpd.clock(p_session.cancelled_at), p_session.cancel_reason), 'session_id', 'CPD-8',
      'a session that is to take place');
  elsif p_session.starts_at <= now() then
    perform errors.precondition('SESSION_STARTED', format('The session began on %s.', cpd.clock(p_session.starts_at)), 'session_id', 'CPD-8', 'a session to come');
  end if;
end $$;
comment on function cpd.require_to_come is 'cpd.require_to_come refuses a session that was cancelled or has begun.';
grant execute on function cpd.require_to_come to improve_exec;

create function cpd.cancel_session(p_session_id text, p_version integer, p_reason text, p_carry_to text)
returns table (booking_id text, delegate text, school_urn integer, change text, status text, credited_pence bigint, told boolean)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_carry_to constant text := nullif(btrim(p_carry_to), '');
  v_was cpd.session;
  v_to cpd.session;
  v_ids text[];
  v_changes text[];
  v_credits bigint[];
begin
  perform errors.required('reason', btrim(p_reason), 'why, as schools will read it');
  -- Two sessions are held in the order of their references, as everywhere.
  perform from cpd.session s where s.authority_id = auth.authority_id() and s.session_id in (p_session_id, v_carry_to) order by s.session_id for no key update;
  v_was := cpd.lock_session(p_session_id, p_version);
  perform cpd.require_to_come(v_was);
  if v_carry_to = p_session_id then
    perform errors.invalid('carry_to', 'That is the session itself.', 'CPD-8', 'another session');
  elsif v_carry_to is not null then
    select s.* into v_to from cpd.session s where s.authority_id = auth.authority_id() and s.session_id = v_carry_to;
    if not found then
      perform errors.not_found('carry_to', format('There is no session "%s".', left(v_carry_to, 40)), 'a reference such as se-7k2q9mx4td', 'improve session list shows them.');
    elsif v_to.status <> 'published' or v_to.starts_at <= now() then
      perform errors.precondition('SESSION_NOT_PUBLISHED', 'Bookings are carried to what schools see, and is to come.', 'carry_to', 'CPD-8', 'a published session to come');
    end if;
  end if;
  select array_agg(x.booking_id order by x.nth), array_agg(x.change order by x.nth), array_agg(x.credited_pence order by x.nth) into v_ids, v_changes, v_credits
  from cpd.close_session(p_session_id, btrim(p_reason), v_carry_to) with ordinality x (booking_id, change, credited_pence, nth);
  perform cpd.tell(array(select u from unnest(v_ids, v_changes) x (u, c) where c = 'carried'), 'booking.changed', jsonb_build_object('before',
    format('It was to be on %s at %s, which is cancelled: %s', notices.moment(v_was.starts_at), v_was.venue, btrim(p_reason))));
  perform cpd.tell(array(select u from unnest(v_ids, v_changes) x (u, c) where c not in ('carried', 'waived')));
  return query
  select b.booking_id, b.delegate_name, b.school_urn, c.change, b.status, c.credited, c.change <> 'waived' and notices.are_on() and (cpd.addressee(b)).address is not null
  from unnest(v_ids, v_changes, v_credits) with ordinality c (ref, change, credited, nth)
  join cpd.booking b on b.authority_id = auth.authority_id() and b.booking_id = c.ref
  order by c.nth;
end $$;
comment on function cpd.cancel_session is 'cpd.cancel_session cancels a session with the reason. Everybody is told; what was charged is credited, also to those who had cancelled late; or the bookings are carried to another session at the price they were made at (CPD-8).';
grant execute on function cpd.cancel_session to persona_la_admin, persona_officer;

create function cpd.move_session(p_session_id text, p_version integer, p_starts_at timestamptz, p_ends_at timestamptz, p_venue text, p_more_parts jsonb,
  p_booking_closes_at timestamptz)
returns table (session_id text, status text, starts_at timestamptz, ends_at timestamptz, venue text, parts integer, booking_closes_at timestamptz, bookings integer, told integer,
  version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was cpd.session;
  v_parts jsonb;
  v_ids text[];
begin
  perform errors.required('starts_at', p_starts_at, 'a day and a time');
  perform errors.required('ends_at', p_ends_at, 'a day and a time');
  v_was := cpd.lock_session(p_session_id, p_version);
  perform cpd.require_to_come(v_was);
  select jsonb_agg(to_jsonb(p) order by p.nth) into v_parts from cpd.read_parts(p_starts_at, p_ends_at, p_more_parts) p;
  if (v_parts -> 0 ->> 'starts_at')::timestamptz <= now() then
    perform errors.precondition('SESSION_STARTED', 'A session is moved to a time to come.', 'starts_at', 'CPD-8', 'a time after now');
  end if;
  v_ids := array(select u from cpd.shift_session(p_session_id, v_parts, nullif(btrim(p_venue), ''), p_booking_closes_at) u);
  perform cpd.tell(v_ids, 'booking.changed', jsonb_build_object('before', format('It was to be on %s at %s.', notices.moment(v_was.starts_at), v_was.venue)));
  return query
  select s.session_id, s.status, s.starts_at, s.ends_at, s.venue, jsonb_array_length(v_parts), s.booking_closes_at, cardinality(v_ids),
    case when notices.are_on() then (select count(*) from cpd.booking b
      where b.authority_id = s.authority_id and b.booking_id = any (v_ids) and (cpd.addressee(b)).address is not null)::integer else 0 end, s.version
  from cpd.session s
  where s.authority_id = auth.authority_id() and s.session_id = p_session_id;
end $$;
comment on function cpd.move_session is 'cpd.move_session moves a session to other dates, and elsewhere if that is told. Whoever is booked is told, with what it was before; from then on they cancel free of charge (CPD-8).';
grant execute on function cpd.move_session to persona_la_admin, persona_officer;

create function cpd.send_joining_instructions(p_session_id text, p_version integer, p_instructions text)
returns table (session_id text, instructions text, told integer, not_told integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was cpd.session;
  v_text constant text := nullif(btrim(p_instructions, E' \r\n\t'), '');
  v_ids text[];
  v_told integer;
begin
  v_was := cpd.lock_session(p_session_id, p_version);
  perform cpd.require_to_come(v_was);
  if v_text is null and v_was.instructions is null then
    perform errors.required('instructions', v_text, 'how to get there or to join, what to bring');
  elsif v_text <> coalesce(v_was.instructions, '') then
    update cpd.session s set instructions = v_text, version = s.version + 1 where s.authority_id = v_was.authority_id and s.session_id = p_session_id;
  end if;
  v_ids := array(select b.booking_id from cpd.booking b where b.authority_id = v_was.authority_id and b.session_id = p_session_id and b.status = 'confirmed' order by b.ticket);
  perform cpd.tell(v_ids, 'booking.joining', jsonb_build_object('instructions', coalesce(v_text, v_was.instructions)));
  v_told := case when notices.are_on() then (select count(*) from cpd.booking b where b.authority_id = v_was.authority_id and b.booking_id = any (v_ids) and (cpd.addressee(b)).address is not null) else 0 end;
  return query
  select s.session_id, s.instructions, v_told, cardinality(v_ids) - v_told, s.version
  from cpd.session s where s.authority_id = v_was.authority_id and s.session_id = p_session_id;
end $$;
comment on function cpd.send_joining_instructions is 'cpd.send_joining_instructions sends all who have a place how to get there or to join, and what to bring; whoever gets a place later is sent it then. Without a text, what there is is sent again.';
grant execute on function cpd.send_joining_instructions to persona_la_admin, persona_officer;
