-- Places and the waiting list: the only functions that move a session's counts. Each locks the session's row first and the bookings after,
-- and holds it to the end of the transaction. They see all bookings of the authority, and answer with counts and references only.

create function cpd.take_places(p_session_id text, p_wanted integer)
returns table (confirmed integer, last_position integer, first_ticket bigint, price_pence bigint)
language sql volatile security definer set search_path = '' as $$
  update cpd.session s
  set confirmed_count = s.confirmed_count + least(p_wanted, s.free_places),
    waiting_count = s.waiting_count + p_wanted - least(p_wanted, s.free_places),
    next_ticket = s.next_ticket + p_wanted
  where s.authority_id = auth.authority_id() and s.session_id = p_session_id and s.status = 'published'
    and s.booking_opens_at <= now() and s.booking_closes_at > now()
    and (s.waiting_places is null or p_wanted <= s.free_places + s.waiting_places - s.waiting_count)
  -- Whoever was not confirmed waits at the end of the list.
  returning p_wanted - least(p_wanted, s.waiting_count), s.waiting_count, s.next_ticket - p_wanted, s.price_pence
$$;
comment on function cpd.take_places is 'cpd.take_places takes places on a session, as many as are free, and places on its waiting list for the rest: all that is wanted, or no row (CPD-3). One update under the row''s lock: tickets follow the order of commit.';

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

grant execute on function cpd.take_places, cpd.release_place, cpd.waiting_positions to improve_exec;
