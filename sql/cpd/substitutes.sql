-- Another delegate on a booking (CPD-7): named, of the same school, bringing what the course asks; the place, its price and its history stay.

create function cpd.put_delegate(p_booking_id text, p_version integer, p_name text, p_email text, out charge_id text)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_booking cpd.booking;
  v_session cpd.session;
begin
  v_booking := cpd.hold(p_booking_id, p_version);
  perform cpd.require_in(v_booking, '{requested,waiting,offered,confirmed}', 'put another name on');
  if exists (select from cpd.attendance a where a.authority_id = v_booking.authority_id and a.booking_id = p_booking_id) then
    perform errors.precondition('ATTENDANCE_MARKED', format('It is marked already whether %s came.', v_booking.delegate_name), 'booking_id', 'CPD-7', 'a booking that is not marked yet');
  end if;
  select s.* into strict v_session from cpd.session s where s.authority_id = v_booking.authority_id and s.session_id = v_booking.session_id;
  insert into cpd.substitution (authority_id, booking_id, was_name, was_email, by_person)
  values (v_booking.authority_id, p_booking_id, v_booking.delegate_name, v_booking.delegate_email, auth.person_id());
  update cpd.booking b set delegate_name = p_name, delegate_email = p_email, version = b.version + 1
  where b.authority_id = v_booking.authority_id and b.booking_id = p_booking_id;
  if v_booking.status = 'confirmed' and v_booking.terms_id is not null
    and (cpd.cost_of(v_booking, v_session, 'substitution', base.today(), 1)).net_pence > 0 then
    charge_id := cpd.charge_for(v_booking, v_session, 'substitution', 1);
  end if;
end $$;
comment on function cpd.put_delegate is 'cpd.put_delegate puts another name on a booking, remembers who it was, and charges what the terms say.';

create function cpd.last_day_to_substitute(p_booking cpd.booking, p_starts_on date) returns date
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select case when v.substitute_days = 0 then p_starts_on else calendar.move_days(p_starts_on, -v.substitute_days, 'working', null) end
    from cpd.terms_version v
    where v.authority_id = p_booking.authority_id and v.terms_id = p_booking.terms_id and v.number = p_booking.terms_number);
end $$;
comment on function cpd.last_day_to_substitute is 'cpd.last_day_to_substitute is until when a school puts another name on a booking itself, by the terms it was made under; null where they say nothing.';
grant execute on function cpd.put_delegate, cpd.last_day_to_substitute to improve_exec;

create function cpd.require_in_time(p_booking cpd.booking, p_starts_at timestamptz, p_ends_at timestamptz) returns void
language plpgsql stable as $$
declare
  v_last date;
begin
  if p_ends_at <= now() then
    perform errors.precondition('SESSION_ENDED', format('The session ended on %s.', cpd.clock(p_ends_at)), 'booking_id', 'CPD-7', 'a booking of a session that is not over');
  elsif auth.has_persona('la_admin', 'officer') then
    return;
  elsif p_starts_at <= now() then
    perform errors.precondition('SESSION_STARTED', 'The session has begun.', 'booking_id', 'CPD-7', 'an officer''s call, who writes down who came');
  end if;
  v_last := cpd.last_day_to_substitute(p_booking, (p_starts_at at time zone 'Europe/London')::date);
  if base.today() > v_last then
    perform errors.precondition('SUBSTITUTE_LATE', format('Until %s a school puts another name on it itself.', sla.day(v_last)), 'booking_id', 'CPD-7', 'an officer''s call');
  end if;
end $$;
comment on function cpd.require_in_time is 'cpd.require_in_time refuses a school that puts another name on a booking after the day that its terms say; an officer may until the session is over.';
grant execute on function cpd.require_in_time to improve_exec;

create function cpd.substitute_booking(p_booking_id text, p_version integer, p_name text, p_email text, p_meets_prerequisites boolean)
returns table (booking_id text, delegate text, was text, status text, charge_id text, net_pence bigint, vat_pence bigint, gross_pence bigint, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_name constant text := btrim(p_name);
  v_email constant text := nullif(btrim(p_email), '');
  v_key constant text := lower(coalesce(v_email, v_name));
  v_was cpd.booking;
  v_terms record;
  v_charge_id text;
begin
  perform errors.required('version', p_version);
  perform errors.required('name', v_name, 'who comes');
  perform cpd.require_visible(p_booking_id);
  select b.* into v_was from cpd.booking b where b.authority_id = auth.authority_id() and b.booking_id = p_booking_id;
  if (v_was.delegate_name, coalesce(v_was.delegate_email, '')) = (v_name, coalesce(v_email, '')) then
    perform errors.precondition('SAME_DELEGATE', format('The booking is for %s already.', v_name), 'name', 'CPD-7', 'somebody else');
  end if;
  perform cpd.require_in_time(v_was, s.starts_at, s.ends_at) from cpd.session s where s.authority_id = v_was.authority_id and s.session_id = v_was.session_id;
  if v_key is distinct from v_was.live_key then
    perform cpd.refuse_booked(v_was.session_id, v_was.school_urn, array[v_key]);
  end if;
  v_terms := cpd.terms_of(v_was.session_id);
  if v_terms.prerequisites is not null or v_terms.requires_courses then
    perform cpd.require_prerequisites(v_terms, v_was.school_urn, array[v_name], array[v_key], array[coalesce(p_meets_prerequisites, false)]);
  end if;
  if v_was.version = p_version and v_was.status <> 'cancelled' then
    perform cpd.tell(array[p_booking_id], 'booking.cancelled', '{"reason":"Somebody else of your school comes in your place."}');
  end if;
  v_charge_id := cpd.put_delegate(p_booking_id, p_version, v_name, v_email);
  perform cpd.tell(array[p_booking_id]);
  return query
  select b.booking_id, b.delegate_name, v_was.delegate_name, b.status, c.charge_id, coalesce(c.net_pence, 0), coalesce(c.vat_pence, 0), coalesce(c.gross_pence, 0), b.version
  from cpd.booking b
  left join cpd.charge c on c.authority_id = b.authority_id and c.charge_id = v_charge_id
  where b.authority_id = v_was.authority_id and b.booking_id = p_booking_id;
end $$;
comment on function cpd.substitute_booking is 'cpd.substitute_booking puts another delegate of the school on a booking, who must bring what the course asks, at what its terms charge; whom the place was for is told, and remembered (CPD-7).';
grant execute on function cpd.substitute_booking to persona_la_admin, persona_officer, persona_booker;
