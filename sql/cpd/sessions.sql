-- Calls that make sessions known (CPD-1).

create function cpd.lock_session(p_session_id text, p_version integer) returns cpd.session
language plpgsql volatile as $$
declare
  v_session cpd.session;
begin
  perform errors.required('session_id', p_session_id, 'a reference such as se-7k2q9mx4td');
  perform errors.required('version', p_version);
  select s.* into v_session from cpd.session s
  where s.authority_id = auth.authority_id() and s.session_id = p_session_id
  for no key update;
  if not found then
    perform cpd.refuse_session(p_session_id);
  elsif v_session.version <> p_version then
    perform errors.stale('version', p_version, v_session.version);
  end if;
  return v_session;
end $$;
comment on function cpd.lock_session is 'cpd.lock_session finds a session for a change by staff, holds its row to the end of the transaction, and refuses a stale version.';

create function cpd.read_parts(p_starts_at timestamptz, p_ends_at timestamptz, p_more jsonb)
returns table (nth integer, starts_at timestamptz, ends_at timestamptz, venue text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  if coalesce(jsonb_array_length(p_more), 0) > 49 then
    perform errors.invalid('more_parts', 'A session has fifty parts at most.', 'CPD-1', '49 or fewer besides the first');
  elsif exists (select from jsonb_array_elements(p_more) m where coalesce(m ->> 'starts_at', '') = '' or coalesce(m ->> 'ends_at', '') = '') then
    perform errors.invalid('more_parts', 'Each part of a session has a beginning and an end.', 'CPD-1', 'starts_at and ends_at');
  end if;
  return query
  select (row_number() over (order by p.starts_at, p.ends_at))::integer, p.starts_at, p.ends_at, p.venue
  from (
    select p_starts_at as starts_at, p_ends_at as ends_at, null::text as venue
    union all
    select (m ->> 'starts_at')::timestamptz, (m ->> 'ends_at')::timestamptz, nullif(btrim(m ->> 'venue'), '')
    from jsonb_array_elements(p_more) m
  ) p
  order by 1;
exception when invalid_datetime_format or datetime_field_overflow then
  perform errors.invalid('more_parts', 'A part''s beginning or end is no time.', 'CPD-1', 'ISO dates and times');
end $$;
comment on function cpd.read_parts is 'cpd.read_parts reads the dates of a session, the first and more, and numbers them by time.';
grant execute on function cpd.lock_session, cpd.read_parts to improve_exec;

create function cpd.add_session(p_course_id text, p_starts_at timestamptz, p_ends_at timestamptz, p_venue text, p_capacity integer,
  p_waiting_places integer, p_booking_opens_at timestamptz, p_booking_closes_at timestamptz, p_price_pence bigint, p_minimum integer,
  p_school_cap integer, p_more_parts jsonb)
returns table (session_id text, status text, version integer, parts integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_ref constant text := base.new_ref('se');
  v_first timestamptz;
  v_last timestamptz;
  v_parts integer;
begin
  perform cpd.require_course('course_id', p_course_id);
  perform errors.required('starts_at', p_starts_at, 'a day and a time');
  perform errors.required('ends_at', p_ends_at, 'a day and a time');
  perform errors.required('venue', btrim(p_venue));
  perform errors.required('capacity', p_capacity, 'a number of places');
  select min(p.starts_at), max(p.ends_at), count(*) into v_first, v_last, v_parts from cpd.read_parts(p_starts_at, p_ends_at, p_more_parts) p;
  insert into cpd.session (authority_id, session_id, course_id, starts_at, ends_at, venue, capacity, waiting_places, booking_opens_at,
    booking_closes_at, price_pence, minimum, school_cap)
  values (auth.authority_id(), v_ref, p_course_id, v_first, v_last, btrim(p_venue), p_capacity, p_waiting_places,
    coalesce(p_booking_opens_at, now()), coalesce(p_booking_closes_at, v_first), coalesce(p_price_pence, 0), nullif(p_minimum, 0),
    nullif(coalesce(p_school_cap, (select c.school_cap from cpd.course c where c.authority_id = auth.authority_id() and c.course_id = p_course_id)), 0));
  insert into cpd.session_part (authority_id, session_id, nth, starts_at, ends_at, venue)
  select auth.authority_id(), v_ref, p.nth, p.starts_at, p.ends_at, p.venue from cpd.read_parts(p_starts_at, p_ends_at, p_more_parts) p;
  return query values (v_ref, 'draft', 1, v_parts);
end $$;
comment on function cpd.add_session is 'cpd.add_session adds a session of a course, on one date or several, as a draft that schools do not see.';
grant execute on function cpd.add_session to persona_la_admin, persona_officer;

create function cpd.change_session(p_session_id text, p_version integer, p_venue text, p_capacity integer, p_minimum integer, p_waiting_places integer,
  p_school_cap integer, p_booking_opens_at timestamptz, p_booking_closes_at timestamptz, p_price_pence bigint)
returns table (session_id text, status text, capacity integer, confirmed integer, waiting integer, version integer, held integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was cpd.session;
begin
  v_was := cpd.lock_session(p_session_id, p_version);
  if v_was.status = 'cancelled' then
    perform cpd.require_to_come(v_was);
  elsif v_was.ends_at <= now() then
    perform errors.precondition('SESSION_ENDED', format('The session ended on %s.', cpd.clock(v_was.ends_at)), 'session_id', 'CPD-1', 'a session that is not over');
  elsif p_waiting_places between 0 and v_was.waiting_count - 1 then
    perform errors.precondition('WAITING_PLACES_TAKEN', format('%s wait already.', v_was.waiting_count), 'waiting_places', 'CPD-1',
      format('%s or more, or -1 for no limit', v_was.waiting_count));
  end if;
  update cpd.session s
  set venue = coalesce(nullif(btrim(p_venue), ''), s.venue), minimum = nullif(coalesce(p_minimum, s.minimum), 0),
    waiting_places = nullif(coalesce(p_waiting_places, s.waiting_places), -1), school_cap = nullif(coalesce(p_school_cap, s.school_cap), 0),
    booking_opens_at = coalesce(p_booking_opens_at, s.booking_opens_at), booking_closes_at = coalesce(p_booking_closes_at, s.booking_closes_at),
    price_pence = coalesce(p_price_pence, s.price_pence), version = s.version + 1
  where s.authority_id = auth.authority_id() and s.session_id = p_session_id;
  if p_capacity is not null then
    perform cpd.tell(array_agg(x.booking_id)) from cpd.set_capacity(p_session_id, p_capacity) x having count(*) > 0;
  end if;
  if v_was.status = 'published' and btrim(p_venue) not in ('', v_was.venue) then
    perform cpd.tell(array(select b.booking_id from cpd.booking b where b.authority_id = v_was.authority_id and b.session_id = p_session_id and b.status = 'confirmed' order by b.ticket),
      'booking.changed', jsonb_build_object('before', format('It was to be at %s.', v_was.venue)));
  end if;
  return query
  select s.session_id, s.status, s.capacity, s.confirmed_count, s.waiting_count, s.version, s.held_count
  from cpd.session s
  where s.authority_id = auth.authority_id() and s.session_id = p_session_id;
end $$;
comment on function cpd.change_session is 'cpd.change_session changes what is given of a session and leaves the rest; more places go to those who wait, and places that are taken cannot be taken away. Who has a place is told of another venue. What bookings were made at, stays.';
grant execute on function cpd.change_session to persona_la_admin, persona_officer;

create function cpd.publish_session(p_session_id text, p_version integer) returns table (session_id text, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_session cpd.session;
begin
  v_session := cpd.lock_session(p_session_id, p_version);
  if v_session.status = 'cancelled' then
    perform cpd.require_to_come(v_session);
  elsif v_session.status <> 'draft' then
    perform errors.precondition('ALREADY_PUBLISHED', 'The session is published already.', 'session_id', 'CPD-1', 'a draft');
  elsif v_session.starts_at <= now() then
    perform errors.precondition('SESSION_STARTED', format('The session began on %s.', cpd.clock(v_session.starts_at)), 'session_id', 'CPD-1',
      'a session to come');
  end if;
  return query
  update cpd.session s set status = 'published', version = s.version + 1
  where s.authority_id = auth.authority_id() and s.session_id = p_session_id
  returning s.session_id, s.status, s.version;
end $$;
comment on function cpd.publish_session is 'cpd.publish_session lets schools see a session and book it.';
grant execute on function cpd.publish_session to persona_la_admin, persona_officer;

create function cpd.list_sessions(p_course_id text, p_from date, p_page_size integer, p_cursor text)
returns table (session_id text, course_id text, course text, starts_at timestamptz, ends_at timestamptz, venue text, capacity integer,
  confirmed integer, waiting integer, places_left integer, price_pence bigint, booking_closes_at timestamptz, status text, version integer,
  minimum integer, held integer, row_cursor text)
language sql stable as $$
  select s.session_id, s.course_id, c.title, s.starts_at, s.ends_at, s.venue, s.capacity, s.confirmed_count, s.waiting_count, s.free_places,
    s.price_pence, s.booking_closes_at, s.status, s.version, s.minimum,
    case when s.next_due_at <= now() then cpd.held_now(s.session_id) else s.held_count end, jsonb_build_array(s.starts_at, s.session_id)::text
  from cpd.session s
  join cpd.course c on c.authority_id = s.authority_id and c.course_id = s.course_id
  where s.authority_id = (select auth.authority_id())
    and (p_course_id is null or s.course_id = p_course_id)
    and s.starts_at >= (coalesce(p_from, base.today())::timestamp at time zone 'Europe/London')
    and (p_cursor is null or (s.starts_at, s.session_id) > ((p_cursor::jsonb ->> 0)::timestamptz, p_cursor::jsonb ->> 1))
  order by s.starts_at, s.session_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function cpd.list_sessions is 'cpd.list_sessions lists sessions from a day on, today unless given, with the places left; schools and partners see the published ones.';
grant execute on function cpd.list_sessions to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;

create function cpd.get_session(p_session_id text)
returns table (session_id text, course_id text, course text, status text, starts_at timestamptz, ends_at timestamptz, venue text, parts jsonb, provider text,
  audience text, prerequisites text, required_courses jsonb, capacity integer, minimum integer, confirmed integer, waiting integer, places_left integer,
  waiting_places integer, school_cap integer, booking_opens_at timestamptz, booking_closes_at timestamptz, price_pence bigint, version integer,
  held integer)
language plpgsql stable as $$
#variable_conflict use_column
begin
  perform errors.required('session_id', p_session_id, 'a reference such as se-7k2q9mx4td');
  return query
  select s.session_id, s.course_id, c.title, s.status, s.starts_at, s.ends_at, s.venue,
    (select jsonb_agg(jsonb_build_object('starts_at', p.starts_at, 'ends_at', p.ends_at, 'venue', coalesce(p.venue, s.venue)) order by p.nth)
      from cpd.session_part p where p.authority_id = s.authority_id and p.session_id = s.session_id),
    c.provider, c.audience, c.prerequisites,
    coalesce((select jsonb_agg(o.title order by o.title_key) from cpd.required_course r
      join cpd.course o on o.authority_id = r.authority_id and o.course_id = r.required_course_id
      where r.authority_id = c.authority_id and r.course_id = c.course_id), '[]'),
    s.capacity, s.minimum, s.confirmed_count, s.waiting_count, s.free_places, s.waiting_places, s.school_cap, s.booking_opens_at, s.booking_closes_at,
    s.price_pence, s.version, case when s.next_due_at <= now() then cpd.held_now(s.session_id) else s.held_count end
  from cpd.session s
  join cpd.course c on c.authority_id = s.authority_id and c.course_id = s.course_id
  where s.authority_id = auth.authority_id() and s.session_id = p_session_id;
  if not found then
    perform cpd.refuse_session(p_session_id);
  end if;
end $$;
comment on function cpd.get_session is 'cpd.get_session shows a session whole, with each of its dates; schools and partners see published ones.';
grant execute on function cpd.get_session to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;
