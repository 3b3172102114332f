-- Places and the waiting list: the only functions that move a session's counts. Each locks the session's row first and the bookings after,
-- and holds it to the end of the transaction. They see all bookings of the authority, and answer with counts and references only.

create function cpd.take_places(p_session_id text, p_wanted integer, out confirmed integer, out last_position integer, out first_ticket bigint)
language plpgsql volatile security definer set search_path = '' as $$
begin
  update cpd.session s
  set confirmed_count = s.confirmed_count + least(p_wanted, s.free_places),
    waiting_count = s.waiting_count + p_wanted - least(p_wanted, s.free_places),
    next_ticket = s.next_ticket + p_wanted
  where s.authority_id = auth.authority_id() and s.session_id = p_session_id and s.status = 'published'
    and s.booking_opens_at <= now() and s.booking_closes_at > now()
    and (s.waiting_places is null or p_wanted <= s.free_places + s.waiting_places - s.waiting_count)
  -- Whoever was not confirmed waits at the end of the list.
  returning p_wanted - least(p_wanted, s.waiting_count), s.waiting_count, s.next_ticket - p_wanted into confirmed, last_position, first_ticket;
end $$;
comment on function cpd.take_places is 'cpd.take_places takes places on a session, as many as are free, and places on its waiting list for the rest: all that is wanted, or nulls (CPD-3). One update under the row''s lock: tickets follow the order of commit.';

create function cpd.use_code(p_code_id text, p_uses integer) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  update cpd.discount_code d set uses = d.uses + p_uses where d.authority_id = auth.authority_id() and d.code_id = p_code_id;
end $$;
comment on function cpd.use_code is 'cpd.use_code counts the places that a discount code was used for; the table''s constraint refuses more than the code allows. Its caller holds the session''s row.';

create function cpd.has_attended(p_course_id text, p_school_urn integer, p_key text, p_before timestamptz) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select from cpd.booking b
    join cpd.session s on s.authority_id = b.authority_id and s.session_id = b.session_id
    where b.authority_id = auth.authority_id() and s.course_id = p_course_id and b.status = 'confirmed' and b.live_key = p_key
      -- An e-mail address is one person wherever they work; a name only within a school.
      and (b.school_urn = p_school_urn or p_key like '%@%') and s.ends_at <= p_before);
end $$;
comment on function cpd.has_attended is 'cpd.has_attended tells whether a delegate has, or will have had by a moment, a place on a course: by e-mail address anywhere in the authority, by name in their school.';

create function cpd.promote_first(p_session_id text) returns text
language sql volatile security definer set search_path = '' as $$
  update cpd.booking b
  set status = 'confirmed', promoted_at = now(), version = b.version + 1
  where b.authority_id = auth.authority_id() and b.session_id = p_session_id and b.ticket = (
    select w.ticket from cpd.booking w
    where w.authority_id = auth.authority_id() and w.session_id = p_session_id and w.status = 'waiting'
    order by w.ticket
    limit 1)
  returning b.booking_id
$$;
comment on function cpd.promote_first is 'cpd.promote_first gives a place to the first who waits, and tells the booking; null when nobody does. Its caller holds the session''s row (CPD-5).';

create function cpd.set_capacity(p_session_id text, p_capacity integer) returns text[]
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_session cpd.session;
  v_promoted text[] := '{}';
  v_next text;
begin
  select s.* into strict v_session from cpd.session s
  where s.authority_id = auth.authority_id() and s.session_id = p_session_id
  for no key update;
  if p_capacity < v_session.confirmed_count then
    perform errors.precondition('PLACES_TAKEN', format('%s places are taken.', v_session.confirmed_count), 'capacity', 'CPD-3',
      format('%s or more', v_session.confirmed_count), 'A place is free when its booking is cancelled.');
  end if;
  while v_session.booking_closes_at > now() and v_session.confirmed_count + cardinality(v_promoted) < p_capacity loop
    v_next := cpd.promote_first(p_session_id);
    exit when v_next is null;
    v_promoted := v_promoted || v_next;
  end loop;
  update cpd.session s
  set capacity = p_capacity, confirmed_count = s.confirmed_count + cardinality(v_promoted), waiting_count = s.waiting_count - cardinality(v_promoted)
  where s.authority_id = v_session.authority_id and s.session_id = p_session_id;
  return v_promoted;
end $$;
comment on function cpd.set_capacity is 'cpd.set_capacity changes the number of places, never below those taken, and gives new ones to those who wait until booking closes; it tells whose bookings.';

create function cpd.release_place(p_booking_id text, p_version integer, p_reason text) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_session cpd.session;
  v_booking cpd.booking;
  v_promoted text;
begin
  select s.* into v_session from cpd.session s
  where s.authority_id = auth.authority_id() and s.session_id = (
    select b.session_id from cpd.booking b where b.authority_id = auth.authority_id() and b.booking_id = p_booking_id)
  for no key update;
  select b.* into strict v_booking from cpd.booking b
  where b.authority_id = auth.authority_id() and b.booking_id = p_booking_id;
  if v_booking.version <> p_version then
    perform errors.stale('version', p_version, v_booking.version);
  elsif v_booking.status = 'cancelled' then
    perform errors.precondition('ALREADY_CANCELLED', 'The booking is cancelled already.', 'booking_id', 'CPD-6');
  elsif v_session.starts_at <= now() then
    perform errors.precondition('SESSION_STARTED', 'The session has begun: who is not there is absent.', 'booking_id', 'CPD-6',
      'a booking of a session to come');
  end if;
  update cpd.booking b
  set status = 'cancelled', cancelled_at = now(), cancel_reason = p_reason, version = b.version + 1
  where b.authority_id = v_booking.authority_id and b.booking_id = p_booking_id;
  if v_booking.status = 'confirmed' and v_session.booking_closes_at > now() then
    v_promoted := cpd.promote_first(v_session.session_id);
  end if;
  -- Somebody leaves the waiting list in two of the three cases: they cancelled, or were promoted into the place.
  update cpd.session s
  set waiting_count = s.waiting_count - (v_booking.status = 'waiting' or v_promoted is not null)::integer,
    confirmed_count = s.confirmed_count - (v_booking.status = 'confirmed' and v_promoted is null)::integer
  where s.authority_id = v_session.authority_id and s.session_id = v_session.session_id;
  return v_promoted;
end $$;
comment on function cpd.release_place is 'cpd.release_place cancels a booking and, until booking closes, gives its place to the first who waits, in the same transaction; it tells the promoted booking, or null (CPD-5).';

create function cpd.waiting_positions(p_session_ids text[])
returns table (booking_id text, waiting_position integer)
language sql stable security definer set search_path = '' as $$
  select b.booking_id, (row_number() over (partition by b.session_id order by b.ticket))::integer
  from cpd.booking b
  where b.authority_id = auth.authority_id() and b.session_id = any (p_session_ids) and b.status = 'waiting'
$$;
comment on function cpd.waiting_positions is 'cpd.waiting_positions ranks those who wait for each of some sessions, from 1 without a gap.';

grant execute on function cpd.take_places, cpd.use_code, cpd.has_attended, cpd.set_capacity, cpd.release_place, cpd.waiting_positions to improve_exec;
