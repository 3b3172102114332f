-- Bookings go on under the URN that follows their school's (SLA-6). Their price stays as it was fixed.

create function cpd.carry_bookings(p_school_urn integer, p_to_urn integer, p_on date)
returns table (booking_id text, course text, starts_at timestamptz, status text, why text)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
begin
  for booking_id, course, starts_at, status in
    select b.booking_id, c.title, s.starts_at, b.status
    from cpd.booking b
    join cpd.session s on s.authority_id = b.authority_id and s.session_id = b.session_id
    join cpd.course c on c.authority_id = s.authority_id and c.course_id = s.course_id
    where b.authority_id = auth.authority_id() and b.school_urn = p_school_urn and b.status <> 'cancelled'
      and s.starts_at >= p_on::timestamp at time zone 'Europe/London'
    order by s.starts_at, b.booking_id
  loop
    why := null;
    begin
      update cpd.booking b set school_urn = p_to_urn, version = b.version + 1
      where b.authority_id = auth.authority_id() and b.booking_id = carry_bookings.booking_id;
    exception when unique_violation then
      why := 'The delegate is booked under the new URN already.';
    end;
    return next;
  end loop;
end $$;
comment on function cpd.carry_bookings is 'cpd.carry_bookings takes a school''s bookings of sessions from a day on to another of its URNs, with their places in the waiting list; why tells of one that could not be.';
grant execute on function cpd.carry_bookings to improve_exec;

-- What bookings ahead drew is given back before a conversion divides what the school has, and drawn anew from what the academy has, as visits do.
create function cpd.free_ahead(p_school_urn integer, p_on date, p_to_urn integer) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_ahead jsonb;
begin
  select jsonb_agg(jsonb_build_object('booking_id', b.booking_id, 'allowance_id', n.allowance_id, 'unit', a.unit, 'units', n.reserved_units,
      'on', (s.starts_at at time zone 'Europe/London')::date) order by s.starts_at, b.booking_id)
    into v_ahead
  from cpd.booking b
  join cpd.session s on s.authority_id = b.authority_id and s.session_id = b.session_id
  join sla.allowance_entry n on n.authority_id = b.authority_id and n.reservation_id = b.reservation_id and n.kind = 'reserved'
  join sla.allowance a on a.authority_id = n.authority_id and a.allowance_id = n.allowance_id
  where b.authority_id = auth.authority_id() and b.school_urn = p_school_urn and b.status <> 'cancelled' and b.reservation_id is not null
    and s.starts_at >= p_on::timestamp at time zone 'Europe/London'
    and not exists (select from sla.allowance_entry o where o.authority_id = n.authority_id and o.reservation_id = n.reservation_id and o.kind in ('used', 'released'));
  perform cpd.free_units(array(select x ->> 'booking_id' from jsonb_array_elements(v_ahead) x), format('Carried to URN %s.', p_to_urn));
  return v_ahead;
end $$;
comment on function cpd.free_ahead is 'cpd.free_ahead gives back what a school''s bookings of sessions from a day on drew and have not used, and lists it.';

create function cpd.draw_again(p_booking_id text, p_units integer, p_unit text, p_was text, p_on date, out allowance_id text, out how text)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_booking cpd.booking;
  v_reservation text;
  v_left integer;
begin
  select b.* into strict v_booking from cpd.booking b where b.authority_id = auth.authority_id() and b.booking_id = p_booking_id;
  allowance_id := sla.hold_allowance(v_booking.school_urn, p_unit, p_on, p_units);
  how := 'drawn';
  if allowance_id is null then
    allowance_id := p_was;
    how := 'kept';
    v_left := (sla.lock_allowance(p_was)).left_units;
    if v_left < p_units then
      perform sla.enter_units(p_was, 'adjusted', p_units - v_left, 0, null, null, format('Booking %s keeps what it drew.', p_booking_id));
    end if;
  end if;
  v_reservation := concat(p_booking_id, '.', 1 + coalesce(nullif(split_part(v_booking.reservation_id, '.', 2), ''), '1')::integer);
  perform sla.enter_units(allowance_id, 'reserved', -p_units, p_units, v_reservation, null, null);
  update cpd.booking b set reservation_id = v_reservation where b.authority_id = v_booking.authority_id and b.booking_id = p_booking_id;
end $$;
comment on function cpd.draw_again is 'cpd.draw_again draws again for a booking what it had drawn: from what its school has now (drawn), or else from where it did (kept), where it is given what is no longer left; its price stays as it was fixed.';

create function cpd.draw_ahead(p_ahead jsonb) returns table (booking_id text, allowance_id text, how text, detail text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_one record;
  v_drawn record;
begin
  for v_one in select x.* from jsonb_to_recordset(coalesce(p_ahead, '[]')) x (booking_id text, allowance_id text, unit text, units integer, "on" date) loop
    v_drawn := cpd.draw_again(v_one.booking_id, v_one.units, v_one.unit, v_one.allowance_id, v_one."on");
    return query values (v_one.booking_id, v_drawn.allowance_id, v_drawn.how, format('%s for %s.', sla.units_text(v_one.units, v_one.unit), sla.day(v_one."on")));
  end loop;
end $$;
comment on function cpd.draw_ahead is 'cpd.draw_ahead draws again what cpd.free_ahead gave back, the first session first.';
grant execute on function cpd.free_ahead, cpd.draw_again, cpd.draw_ahead to improve_exec;

create function cpd.drawn_after(p_subscription_id text, p_on date, out bookings integer, out named text)
language plpgsql stable security definer set search_path = '' as $$
begin
  select count(*)::integer, string_agg(format('%s on %s', b.booking_id, sla.day((s.starts_at at time zone 'Europe/London')::date)), ', ' order by s.starts_at, b.booking_id)
    into bookings, named
  from sla.allowance a
  join sla.allowance_entry n on n.authority_id = a.authority_id and n.allowance_id = a.allowance_id and n.kind = 'reserved'
  join cpd.booking b on b.authority_id = n.authority_id and b.reservation_id = n.reservation_id and b.status <> 'cancelled'
  join cpd.session s on s.authority_id = b.authority_id and s.session_id = b.session_id
  where a.authority_id = auth.authority_id() and a.subscription_id = p_subscription_id and s.starts_at >= (p_on + 1)::timestamp at time zone 'Europe/London';
end $$;
comment on function cpd.drawn_after is 'cpd.drawn_after counts and names the bookings of sessions after a day that draw on a subscription''s places and credits.';
grant execute on function cpd.drawn_after to improve_exec;
