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
