-- Calls that book places and give them back (CPD-3, CPD-5).

create function cpd.delegates(p_delegates jsonb) returns table (nth integer, name text, email text, key text)
language sql immutable as $$
  select nth::integer, btrim(d ->> 'name'), nullif(btrim(d ->> 'email'), ''),
    lower(coalesce(nullif(btrim(d ->> 'email'), ''), btrim(d ->> 'name')))
  from jsonb_array_elements(p_delegates) with ordinality e (d, nth)
$$;
comment on function cpd.delegates is 'cpd.delegates reads the delegates of a request; key is what makes one the same, e-mail or else name.';

create function cpd.require_delegates(p_session_id text, p_school_urn integer, p_delegates jsonb) returns void
language plpgsql stable as $$
declare
  v_twice text;
begin
  if p_delegates is null or jsonb_array_length(p_delegates) not between 1 and 50 then
    perform errors.invalid('delegates', 'A booking names its delegates.', 'CPD-3', '1 to 50 delegates, each with a name');
  elsif exists (select from cpd.delegates(p_delegates) d where coalesce(d.name, '') = '') then
    perform errors.invalid('delegates', 'Every delegate needs a name.', 'CPD-3', 'a name, and an e-mail address where there is one');
  end if;
  select d.key into v_twice from cpd.delegates(p_delegates) d group by d.key having count(*) > 1 limit 1;
  if v_twice is not null then
    perform errors.invalid('delegates', format('%s is named twice.', v_twice), 'CPD-3', 'each delegate once', 'DELEGATE_TWICE');
  end if;
  select b.delegate_name into v_twice
  from cpd.booking b
  where b.authority_id = auth.authority_id() and b.school_urn = p_school_urn and b.session_id = p_session_id
    and b.live_key = any (array(select d.key from cpd.delegates(p_delegates) d))
  limit 1;
  if v_twice is not null then
    perform errors.exists('DELEGATE_BOOKED', format('%s is booked on this session already.', v_twice), 'delegates', 'CPD-3');
  end if;
end $$;
comment on function cpd.require_delegates is 'cpd.require_delegates refuses a list of delegates that is empty, names one twice, or one whom the school has booked. It names who; the constraint booking_delegate_once catches what happens at the same time.';

create function cpd.refuse_places(p_session_id text, p_wanted integer) returns void
language plpgsql stable as $$
declare
  v_session cpd.session;
begin
  select s.* into v_session from cpd.session s where s.authority_id = auth.authority_id() and s.session_id = p_session_id;
  if not found then
    perform errors.not_found('session_id', format('There is no session "%s".', left(p_session_id, 40)), 'a reference such as se-7k2q9mx4td',
      'improve session list shows them.');
  elsif v_session.status <> 'published' then
    perform errors.precondition('SESSION_NOT_PUBLISHED', 'The session is a draft: publish it first.', 'session_id', 'CPD-1', 'a published session');
  elsif v_session.booking_opens_at > now() then
    perform errors.precondition('BOOKING_NOT_OPEN', format('Booking opens on %s.', cpd.clock(v_session.booking_opens_at)), 'session_id', 'CPD-1');
  elsif v_session.booking_closes_at <= now() then
    perform errors.precondition('BOOKING_CLOSED', format('Booking closed on %s.', cpd.clock(v_session.booking_closes_at)), 'session_id', 'CPD-1',
      'a session whose booking is open');
  end if;
  perform errors.precondition('SESSION_FULL', format('Places wanted: %s; free: %s; left on the waiting list: %s.', p_wanted,
      v_session.free_places, v_session.waiting_places - v_session.waiting_count), 'delegates', 'CPD-3',
    format('%s or fewer delegates', v_session.free_places + v_session.waiting_places - v_session.waiting_count));
end $$;
comment on function cpd.refuse_places is 'cpd.refuse_places says why a session has no places to give.';

create function cpd.clock(p_at timestamptz) returns text
language sql immutable as $$ select to_char(p_at at time zone 'Europe/London', 'FMDD Mon YYYY HH24:MI') $$;
comment on function cpd.clock is 'cpd.clock writes a moment as people in England read it.';
grant execute on function cpd.delegates, cpd.require_delegates, cpd.refuse_places, cpd.clock to improve_exec;

create function cpd.book_places(p_session_id text, p_school_urn integer, p_delegates jsonb)
returns table (booking_id text, delegate text, status text, waiting_position integer, price_pence bigint, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_wanted integer := jsonb_array_length(p_delegates);
  v_refs text[];
  v_names text[];
  v_emails text[];
  v_taken record;
begin
  perform errors.required('session_id', p_session_id, 'a reference such as se-7k2q9mx4td');
  perform people.require_acts_for('school_urn', p_school_urn);
  perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), base.today());
  perform cpd.require_delegates(p_session_id, p_school_urn, p_delegates);
  select array_agg(base.new_ref('bk') order by d.nth), array_agg(d.name order by d.nth), array_agg(d.email order by d.nth)
    into v_refs, v_names, v_emails
  from cpd.delegates(p_delegates) d;
  -- From here to the commit the session is held: nothing that could be done before may stand below.
  select t.* into v_taken from cpd.take_places(p_session_id, v_wanted) t;
  if not found then
    perform cpd.refuse_places(p_session_id, v_wanted);
  end if;
  return query
  insert into cpd.booking (authority_id, booking_id, session_id, ticket, school_urn, status, delegate_name, delegate_email, price_pence, booked_by)
  select auth.authority_id(), d.ref, p_session_id, v_taken.first_ticket + d.nth - 1, p_school_urn,
    case when d.nth <= v_taken.confirmed then 'confirmed' else 'waiting' end, d.name, d.email, v_taken.price_pence, auth.person_id()
  from unnest(v_refs, v_names, v_emails) with ordinality d (ref, name, email, nth)
  order by d.nth
  returning booking_id, delegate_name, status,
    case when status = 'waiting' then (v_taken.last_position - v_wanted + 1 + ticket - v_taken.first_ticket)::integer end, price_pence, version;
  perform cpd.tell(v_refs);
end $$;
comment on function cpd.book_places is 'cpd.book_places books named delegates of a school on a session: confirmed while there are places, and waiting after, in the order given; all of them or none (CPD-3).';
grant execute on function cpd.book_places to persona_la_admin, persona_officer, persona_booker;

create function cpd.cancel_booking(p_booking_id text, p_version integer, p_reason text)
returns table (booking_id text, delegate text, school_urn integer, change text, status text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_promoted text;
begin
  perform errors.required('booking_id', p_booking_id, 'a reference such as bk-7k2q9mx4td');
  perform errors.required('version', p_version);
  perform errors.required('reason', btrim(p_reason));
  -- Row security leaves a school its own bookings; an officer's or a school's right to cancel is the right to see and to call.
  if not exists (select from cpd.booking b where b.authority_id = auth.authority_id() and b.booking_id = p_booking_id) then
    perform errors.not_found('booking_id', format('There is no booking "%s".', left(p_booking_id, 40)), 'a reference such as bk-7k2q9mx4td',
      'improve booking list shows them.');
  end if;
  v_promoted := cpd.release_place(p_booking_id, p_version, btrim(p_reason));
  perform cpd.tell(array[p_booking_id, v_promoted]);
  -- A school learns that somebody was promoted, and who only if the delegate is its own.
  return query
  select b.booking_id, coalesce(b.delegate_name, 'a delegate of another school'), b.school_urn, done.change, done.status
  from (values (1, p_booking_id, 'cancelled', 'cancelled'), (2, v_promoted, 'promoted', 'confirmed')) done (nth, ref, change, status)
  left join cpd.booking b on b.authority_id = auth.authority_id() and b.booking_id = done.ref
  where done.ref is not null
  order by done.nth;
end $$;
comment on function cpd.cancel_booking is 'cpd.cancel_booking cancels a booking and, until booking closes, promotes the first who waits, in the same transaction (CPD-5).';
grant execute on function cpd.cancel_booking to persona_la_admin, persona_officer, persona_booker;

create function cpd.list_bookings(p_session_id text, p_school_urn integer, p_include_cancelled boolean, p_page_size integer, p_cursor text)
returns table (booking_id text, session_id text, course text, starts_at timestamptz, school_urn integer, delegate text, email text, status text,
  waiting_position integer, price_pence bigint, booked_at timestamptz, version integer, row_cursor text)
language sql stable as $$
  with page as (
    select b.*
    from cpd.booking b
    where b.authority_id = (select auth.authority_id())
      and (p_session_id is null or b.session_id = p_session_id)
      and (p_school_urn is null or b.school_urn = p_school_urn)
      and (b.status <> 'cancelled' or coalesce(p_include_cancelled, false))
      and (p_cursor is null or (b.session_id, b.ticket) > (p_cursor::jsonb ->> 0, (p_cursor::jsonb ->> 1)::bigint))
    order by b.session_id, b.ticket
    limit greatest(1, least(coalesce(p_page_size, 100), 500))
  )
  select p.booking_id, p.session_id, c.title, s.starts_at, p.school_urn, p.delegate_name, p.delegate_email, p.status, w.waiting_position,
    p.price_pence, p.booked_at, p.version, jsonb_build_array(p.session_id, p.ticket)::text
  from page p
  join cpd.session s on s.authority_id = p.authority_id and s.session_id = p.session_id
  join cpd.course c on c.authority_id = s.authority_id and c.course_id = s.course_id
  left join cpd.waiting_positions(array(select distinct q.session_id from page q where q.status = 'waiting')) w on w.booking_id = p.booking_id
  order by p.session_id, p.ticket
$$;
comment on function cpd.list_bookings is 'cpd.list_bookings lists bookings by session in the order in which they were made, with the positions of those that wait; a school sees its own.';
grant execute on function cpd.list_bookings to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;
