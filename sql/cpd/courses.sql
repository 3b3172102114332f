-- Calls that make courses and sessions known (CPD-1).

create function cpd.add_course(p_title text, p_description text, p_audience text) returns table (course_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('title', btrim(p_title));
  return query
  insert into cpd.course (authority_id, course_id, title, description, audience)
  values (auth.authority_id(), base.new_ref('co'), btrim(p_title), p_description, p_audience)
  returning course_id, version;
end $$;
comment on function cpd.add_course is 'cpd.add_course adds a course to the programme.';
grant execute on function cpd.add_course to persona_la_admin, persona_officer;

create function cpd.add_session(p_course_id text, p_starts_at timestamptz, p_ends_at timestamptz, p_venue text, p_capacity integer,
  p_waiting_places integer, p_booking_opens_at timestamptz, p_booking_closes_at timestamptz, p_price_pence bigint)
returns table (session_id text, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('course_id', p_course_id, 'a reference such as co-7k2q9mx4td');
  perform errors.required('starts_at', p_starts_at, 'a day and a time');
  perform errors.required('ends_at', p_ends_at, 'a day and a time');
  perform errors.required('venue', btrim(p_venue));
  perform errors.required('capacity', p_capacity, 'a number of places');
  if not exists (select from cpd.course c where c.authority_id = auth.authority_id() and c.course_id = p_course_id) then
    perform errors.not_found('course_id', format('The authority has no course "%s".', left(p_course_id, 40)),
      'a reference such as co-7k2q9mx4td', 'improve session list shows courses with their sessions.');
  end if;
  return query
  insert into cpd.session (authority_id, session_id, course_id, starts_at, ends_at, venue, capacity, waiting_places, booking_opens_at,
    booking_closes_at, price_pence)
  values (auth.authority_id(), base.new_ref('se'), p_course_id, p_starts_at, p_ends_at, btrim(p_venue), p_capacity, p_waiting_places,
    coalesce(p_booking_opens_at, now()), coalesce(p_booking_closes_at, p_starts_at), coalesce(p_price_pence, 0))
  returning session_id, status, version;
end $$;
comment on function cpd.add_session is 'cpd.add_session adds a session of a course, as a draft that schools do not see.';
grant execute on function cpd.add_session to persona_la_admin, persona_officer;

create function cpd.publish_session(p_session_id text, p_version integer) returns table (session_id text, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_session cpd.session;
begin
  perform errors.required('session_id', p_session_id, 'a reference such as se-7k2q9mx4td');
  perform errors.required('version', p_version);
  select s.* into v_session from cpd.session s
  where s.authority_id = auth.authority_id() and s.session_id = p_session_id
  for no key update;
  if not found then
    perform errors.not_found('session_id', format('There is no session "%s".', left(p_session_id, 40)), 'a reference such as se-7k2q9mx4td',
      'improve session list shows them.');
  elsif v_session.version <> p_version then
    perform errors.stale('version', p_version, v_session.version);
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
  row_cursor text)
language sql stable as $$
  select s.session_id, s.course_id, c.title, s.starts_at, s.ends_at, s.venue, s.capacity, s.confirmed_count, s.waiting_count, s.free_places,
    s.price_pence, s.booking_closes_at, s.status, s.version, jsonb_build_array(s.starts_at, s.session_id)::text
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
