-- Places: the only functions that move a session's counts, here and in queue.sql. Each locks the session's row first and the bookings after, and
-- holds it to the end of the transaction. They see all bookings of the authority, and answer with counts and references only.

create function cpd.take_places(p_session_id text, p_wanted integer, p_together boolean, p_respond_by timestamptz, out placed integer,
  out last_position integer, out first_ticket bigint, out changed text[])
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_give integer;
begin
  -- Nobody waits, or nothing is free; nothing is held beyond its time. Whoever was not placed waits at the end of the list.
  update cpd.session s
  set confirmed_count = s.confirmed_count + case when p_respond_by is not null or p_together and p_wanted > s.free_places then 0 else least(p_wanted, s.free_places) end,
    held_count = s.held_count + case when p_respond_by is null or p_together and p_wanted > s.free_places then 0 else least(p_wanted, s.free_places) end,
    next_due_at = case when s.free_places = 0 or p_together and p_wanted > s.free_places then s.next_due_at else least(s.next_due_at, p_respond_by) end,
    waiting_count = s.waiting_count + p_wanted - case when p_together and p_wanted > s.free_places then 0 else least(p_wanted, s.free_places) end,
    next_ticket = s.next_ticket + p_wanted
  where s.authority_id = auth.authority_id() and s.session_id = p_session_id and s.status = 'published'
    and s.booking_opens_at <= now() and s.booking_closes_at > now() and (s.next_due_at is null or s.next_due_at > now())
    and (s.waiting_count = 0 or s.confirmed_count + s.held_count = s.capacity) and (p_wanted <= s.capacity or not p_together)
    and (s.waiting_places is null or p_wanted - case when p_together and p_wanted > s.free_places then 0 else least(p_wanted, s.free_places) end
      <= s.waiting_places - s.waiting_count)
  returning p_wanted - least(p_wanted, s.waiting_count), s.waiting_count, s.next_ticket - p_wanted into placed, last_position, first_ticket;
  if found then
    return;
  end if;

  -- Something held is due, or a group waits for more than is free. What is due is given on first; then a smaller order may pass the group.
  select array_agg(x.booking_id) into changed from cpd.settle(p_session_id) x;
  v_give := cpd.may_have(p_session_id, p_wanted, p_together);
  update cpd.session s
  set confirmed_count = s.confirmed_count + case when p_respond_by is null then v_give else 0 end,
    held_count = s.held_count + case when p_respond_by is null then 0 else v_give end,
    next_due_at = case when v_give > 0 then least(s.next_due_at, p_respond_by) else s.next_due_at end,
    waiting_count = s.waiting_count + p_wanted - v_give,
    next_ticket = s.next_ticket + p_wanted
  where s.authority_id = auth.authority_id() and s.session_id = p_session_id and s.status = 'published'
    and s.booking_opens_at <= now() and s.booking_closes_at > now() and (p_wanted <= s.capacity or not p_together)
    and (s.waiting_places is null or p_wanted - v_give <= s.waiting_places - s.waiting_count)
  returning v_give, s.waiting_count, s.next_ticket - p_wanted into placed, last_position, first_ticket;
end $$;
comment on function cpd.take_places is 'cpd.take_places takes places on a session, as many as are free, or for a group all or none, and places on its waiting list for the rest: all that is wanted, or nulls (CPD-3, CPD-4). One update under the row''s lock: tickets follow the order of commit. p_respond_by: the places are held until then for the budget holder. changed are bookings of others that moved because their time was over.';

create function cpd.may_have(p_session_id text, p_wanted integer, p_together boolean) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_session cpd.session;
  v_free integer;
  v_group record;
begin
  select s.* into v_session from cpd.session s where s.authority_id = auth.authority_id() and s.session_id = p_session_id for no key update;
  v_free := v_session.capacity - v_session.confirmed_count - v_session.held_count;
  if v_free is null or v_free = 0 or p_together and p_wanted > v_free then
    return 0;
  elsif v_session.waiting_count > 0 and exists (select from cpd.booking b
      where b.authority_id = v_session.authority_id and b.session_id = p_session_id and b.status = 'waiting'
        and not (b.together and coalesce(b.pass_until > now(), false))) then
    return 0;
  end if;
  for v_group in
    select count(*) as wanted, (array_agg(b.booking_id order by b.ticket))[1] as first
    from cpd.booking b
    where b.authority_id = v_session.authority_id and b.session_id = p_session_id and b.status = 'waiting'
    group by b.order_id
  loop
    perform cpd.note_step(v_group.first, 'passed', null, jsonb_build_object('free', v_free, 'wanted', v_group.wanted, 'places', least(p_wanted, v_free)));
  end loop;
  return least(p_wanted, v_free);
end $$;
comment on function cpd.may_have is 'cpd.may_have is how many places a new order can have at once while others wait: those that are free, if all who wait are groups that want more and may be passed; each is told in its steps that it was (CPD-4). Its caller has settled the session.';

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
    where b.authority_id = auth.authority_id() and s.course_id = p_course_id and b.status = 'confirmed' and b.attended is distinct from 'absent' and b.live_key = p_key
      -- An e-mail address is one person wherever they work; a name only within a school.
      and (b.school_urn = p_school_urn or p_key like '%@%') and s.ends_at <= p_before);
end $$;
comment on function cpd.has_attended is 'cpd.has_attended tells whether a delegate has, or will have had by a moment, a place on a course: by e-mail address anywhere in the authority, by name in their school.';

create function cpd.set_capacity(p_session_id text, p_capacity integer) returns table (booking_id text, change text)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_session cpd.session;
begin
  return query select x.* from cpd.settle(p_session_id) x;
  select s.* into strict v_session from cpd.session s where s.authority_id = auth.authority_id() and s.session_id = p_session_id;
  if p_capacity < v_session.confirmed_count + v_session.held_count then
    perform errors.precondition('PLACES_TAKEN', format('%s places are taken%s.', v_session.confirmed_count + v_session.held_count,
        case when v_session.held_count > 0 then format(', %s of them offered or awaiting approval', v_session.held_count) end), 'capacity', 'CPD-3',
      format('%s or more', v_session.confirmed_count + v_session.held_count), 'A place is free when its booking is cancelled.');
  end if;
  update cpd.session s set capacity = p_capacity where s.authority_id = v_session.authority_id and s.session_id = p_session_id;
  return query select x.* from cpd.advance(p_session_id) x;
end $$;
comment on function cpd.set_capacity is 'cpd.set_capacity changes the number of places, never below those taken, and offers new ones to those who wait until booking closes; it tells which bookings moved.';

create function cpd.release_places(p_booking_id text, p_version integer, p_ended_as text, p_reason text) returns table (booking_id text, change text)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_booking cpd.booking;
  v_session cpd.session;
  v_unit text[];
begin
  v_booking := cpd.hold(p_booking_id, p_version);
  perform cpd.require_in(v_booking, case p_ended_as when 'declined' then '{offered}' when 'refused' then '{requested}'
    else '{requested,waiting,offered,confirmed}'::text[] end, case p_ended_as when 'declined' then 'decline' when 'refused' then 'refuse' else 'cancel' end);
  select s.* into strict v_session from cpd.session s where s.authority_id = v_booking.authority_id and s.session_id = v_booking.session_id;
  if v_session.starts_at <= now() then
    perform errors.precondition('SESSION_STARTED', 'The session has begun: who is not there is absent.', 'booking_id', 'CPD-6',
      'a booking of a session to come');
  end if;
  v_unit := case p_ended_as when 'cancelled' then array[p_booking_id] else cpd.unit_of(v_booking) end;
  update cpd.booking b
  set status = 'cancelled', ended_as = p_ended_as, cancelled_at = now(), cancel_reason = p_reason, respond_by = null, version = b.version + 1
  where b.authority_id = v_booking.authority_id and b.booking_id = any (v_unit);
  perform cpd.note_step(u, p_ended_as, auth.person_id(), null) from unnest(v_unit) u;
  if v_booking.status = 'confirmed' then
    perform cpd.credit_price(v_booking, 'The booking was cancelled');
  end if;
  if v_booking.status = 'confirmed' and v_booking.terms_id is not null then
    perform cpd.charge_for(v_booking, v_session, 'cancellation', cpd.parts_of(v_session.session_id));
  end if;
  perform cpd.end_units(v_unit, v_booking, v_session, 'The booking was ' || p_ended_as || '.');
  update cpd.session s
  set waiting_count = s.waiting_count - case when v_booking.status = 'waiting' then cardinality(v_unit) else 0 end,
    confirmed_count = s.confirmed_count - case when v_booking.status = 'confirmed' then cardinality(v_unit) else 0 end,
    held_count = s.held_count - case when v_booking.status in ('requested', 'offered') then cardinality(v_unit) else 0 end,
    next_due_at = case when v_booking.respond_by is null then s.next_due_at else cpd.next_due(s.session_id) end
  where s.authority_id = v_session.authority_id and s.session_id = v_session.session_id;
  return query select u, p_ended_as from unnest(v_unit) u;
  return query select x.* from cpd.settle(v_session.session_id) x;
end $$;
comment on function cpd.release_places is 'cpd.release_places ends a booking, or the whole of a group or order when an offer is declined or a request refused, and offers its place to who waits, in the same transaction; it tells which bookings moved (CPD-5).';

create function cpd.waiting_positions(p_session_ids text[])
returns table (booking_id text, waiting_position integer)
language sql stable security definer set search_path = '' as $$
  select b.booking_id, (row_number() over (partition by b.session_id order by b.ticket))::integer
  from cpd.booking b
  where b.authority_id = auth.authority_id() and b.session_id = any (p_session_ids) and b.status = 'waiting'
$$;
comment on function cpd.waiting_positions is 'cpd.waiting_positions ranks those who wait for each of some sessions, from 1 without a gap.';

grant execute on function cpd.take_places, cpd.use_code, cpd.has_attended, cpd.set_capacity, cpd.release_places, cpd.waiting_positions to improve_exec;
