-- "Why not me" (CPD-5): who stands before one who waits, who was passed or came by, and why.

create function cpd.line_of(p_booking_id text)
returns table (nth integer, order_id text, school_urn integer, places integer, state text, until timestamptz, me boolean, passed_at timestamptz, passed_by integer, free_then integer)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_me cpd.booking;
begin
  select b.* into strict v_me from cpd.booking b where b.authority_id = auth.authority_id() and b.booking_id = p_booking_id;
  return query
  select (row_number() over (order by min(b.ticket)))::integer, min(b.order_id), min(b.school_urn), count(*)::integer,
    case when b.status = 'waiting' then 'waiting' when min(b.respond_by) <= now() then 'lapsed' else b.status end,
    case when b.status = 'waiting' then min(b.pass_until) else min(b.respond_by) end,
    case when v_me.together then min(b.order_id) = v_me.order_id else min(b.booking_id) = v_me.booking_id end, null::timestamptz, null::integer, null::integer
  from cpd.booking b
  where b.authority_id = v_me.authority_id and b.session_id = v_me.session_id and b.status in ('offered', 'requested', 'waiting')
    and (b.ticket <= v_me.ticket or b.status <> 'waiting' or b.order_id = v_me.order_id and v_me.together)
  group by case when b.together then b.order_id else b.booking_id end, b.status;
  return query
  select null::integer, null::text, null::integer, (s.about ->> 'wanted')::integer, 'passed', null::timestamptz, true, s.at, (s.about ->> 'places')::integer, (s.about ->> 'free')::integer
  from cpd.step s
  join cpd.booking b on b.authority_id = s.authority_id and b.booking_id = s.booking_id
  where s.authority_id = v_me.authority_id and s.kind = 'passed' and b.order_id = v_me.order_id and b.session_id = v_me.session_id
  order by s.at;
end $$;
comment on function cpd.line_of is 'cpd.line_of lists those to whom places of a session are offered or requested, and those who wait up to a booking, groups as one; then when its group was passed.';
grant execute on function cpd.line_of to improve_exec;

create function cpd.why_waits(p_session cpd.session, p_places integer, p_held_back integer) returns text
language plpgsql stable as $$
declare
  v_free constant integer := p_session.capacity - p_session.confirmed_count - p_session.held_count;
begin
  return case
    when p_session.booking_closes_at <= now() then format('Booking closed on %s: nothing is offered any more.', cpd.clock(p_session.booking_closes_at))
    when p_session.next_due_at <= now() then 'An offer is over: its place goes to the first who fits as soon as the session is settled.'
    when v_free = 0 then format('No place is free: %s of %s are confirmed, %s offered or awaiting approval.', p_session.confirmed_count, p_session.capacity, p_session.held_count)
    when p_places > v_free then format('%s free, and you want %s together.', case v_free when 1 then '1 place is' else v_free || ' places are' end, p_places)
    else format('%s free, kept for a group of %s before you that may not be passed any more.', case v_free when 1 then '1 place is' else v_free || ' places are' end, p_held_back) end;
end $$;
comment on function cpd.why_waits is 'cpd.why_waits says in a sentence why somebody waits still.';
grant execute on function cpd.why_waits to improve_exec;

create function cpd.explain_booking(p_booking_id text)
returns table (nth integer, who text, places integer, state text, why text, until timestamptz)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_booking cpd.booking;
  v_session cpd.session;
begin
  perform cpd.require_visible(p_booking_id);
  select b.* into v_booking from cpd.booking b where b.authority_id = auth.authority_id() and b.booking_id = p_booking_id;
  if v_booking.status <> 'waiting' then
    perform errors.precondition('NOT_WAITING', format('The booking is %s.', v_booking.status), 'booking_id', 'CPD-5', 'a booking that waits',
      format('improve booking history %s tells what became of it.', p_booking_id));
  end if;
  select s.* into v_session from cpd.session s where s.authority_id = auth.authority_id() and s.session_id = v_booking.session_id;
  return query
  select l.nth, case when l.me then 'you' when (select auth.is_staff()) or l.school_urn = any (auth.urns()) then (select e.name from register.school_on(l.school_urn, base.today()) e)
      else 'another school' end, l.places, l.state,
    case when l.state = 'passed' then format('On %s %s free and %s wanted: %s went to who came later.', cpd.clock(l.passed_at), l.free_then, l.places, l.passed_by)
      when l.state = 'offered' then 'Was before you, and has until then to accept.'
      when l.state = 'requested' then 'Holds a place until its budget holder answers.'
      when l.state = 'lapsed' then 'Did not answer in time.'
      when l.me then cpd.why_waits(v_session, l.places, (select g.places from cpd.line_of(p_booking_id) g where g.state = 'waiting' and g.places > 1 order by g.nth limit 1))
      when l.until > now() then 'Came before you; may be passed by fewer until then.'
      else 'Came before you.' end, case when not l.me or l.places > 1 then nullif(l.until, 'infinity') end
  from cpd.line_of(p_booking_id) l
  order by l.passed_at nulls first, l.nth;
end $$;
comment on function cpd.explain_booking is 'cpd.explain_booking tells one who waits why: who holds what is not confirmed and until when, who stands before them, when their group was passed, and what they wait for (CPD-5).';
grant execute on function cpd.explain_booking to persona_la_admin, persona_officer, persona_booker;
