-- Calls that book places and give them back (CPD-3 to CPD-5).

create function cpd.read_delegates(p_delegates jsonb, out names text[], out emails text[], out keys text[], out vouched boolean[])
language plpgsql stable as $$
declare
  v_distinct bigint;
begin
  if p_delegates is null or jsonb_array_length(p_delegates) not between 1 and 50 then
    perform errors.invalid('delegates', 'A booking names its delegates.', 'CPD-3', '1 to 50 delegates, each with a name');
  end if;
  select array_agg(nullif(btrim(d ->> 'name'), '') order by nth), array_agg(nullif(btrim(d ->> 'email'), '') order by nth),
      array_agg(coalesce((d ->> 'meets_prerequisites')::boolean, false) order by nth)
    into names, emails, vouched
  from jsonb_array_elements(p_delegates) with ordinality e (d, nth);
  if array_position(names, null) is not null then
    perform errors.invalid('delegates', 'Every delegate needs a name.', 'CPD-3', 'a name, and an e-mail address where there is one');
  end if;
  select array_agg(lower(coalesce(d.email, d.name)) order by d.nth), count(distinct lower(coalesce(d.email, d.name))) into keys, v_distinct
  from unnest(names, emails) with ordinality d (name, email, nth);
  if v_distinct < cardinality(keys) then
    perform errors.invalid('delegates', format('%s is named twice.', (select k from unnest(keys) k group by k having count(*) > 1 limit 1)), 'CPD-3',
      'each delegate once', 'DELEGATE_TWICE');
  end if;
end $$;
comment on function cpd.read_delegates is 'cpd.read_delegates reads the delegates of a request, and refuses a list that is empty or names one twice; keys are what makes one the same, e-mail or else name.';

create function cpd.refuse_booked(p_session_id text, p_school_urn integer, p_keys text[]) returns void
language plpgsql stable as $$
declare
  v_twice text;
begin
  select b.delegate_name into v_twice
  from cpd.booking b
  where b.authority_id = auth.authority_id() and b.school_urn = p_school_urn and b.session_id = p_session_id and b.live_key = any (p_keys)
  limit 1;
  if v_twice is not null then
    perform errors.exists('DELEGATE_BOOKED', format('%s is booked on this session already.', v_twice), 'delegates', 'CPD-3');
  end if;
end $$;
comment on function cpd.refuse_booked is 'cpd.refuse_booked refuses a delegate whom the school has booked on the session, by name; the constraint booking_delegate_once catches what happens at the same time.';

create function cpd.require_prerequisites(p_terms record, p_school_urn integer, p_names text[], p_keys text[], p_vouched boolean[]) returns void
language plpgsql stable as $$
declare
  v_missing record;
begin
  if p_terms.prerequisites is not null and array_position(p_vouched, false) is not null then
    perform errors.precondition('PREREQUISITES', format('%s must meet what the course asks: %s', p_names[array_position(p_vouched, false)], p_terms.prerequisites),
      'delegates', 'CPD-1', 'delegates who do, each with meets_prerequisites');
  elsif not p_terms.requires_courses then
    return;
  end if;
  -- An officer may vouch for who learned it elsewhere.
  select d.name, c.title into v_missing
  from unnest(p_names, p_keys, p_vouched) with ordinality d (name, key, vouched, nth)
  cross join cpd.required_course r
  join cpd.course c on c.authority_id = r.authority_id and c.course_id = r.required_course_id
  where r.authority_id = auth.authority_id() and r.course_id = p_terms.course_id
    and not (d.vouched and auth.has_persona('la_admin', 'officer'))
    and not cpd.has_attended(r.required_course_id, p_school_urn, d.key, p_terms.starts_at)
  order by d.nth, c.title_key
  limit 1;
  if found then
    perform errors.precondition('PREREQUISITE_COURSE', format('%s has not been on "%s", which comes before this course.', v_missing.name, v_missing.title),
      'delegates', 'CPD-1', 'delegates who have; an officer may vouch for others');
  end if;
end $$;
comment on function cpd.require_prerequisites is 'cpd.require_prerequisites refuses delegates who do not bring what the course asks: in words, that the caller says they do; as a course, that they have or will have had a place on it (CPD-1).';

create function cpd.places_of(p_session_id text, p_school_urn integer) returns integer
language plpgsql stable as $$
begin
  return (select count(*) from cpd.booking b
    where b.authority_id = auth.authority_id() and b.school_urn = p_school_urn and b.session_id = p_session_id and b.live_key is not null);
end $$;
comment on function cpd.places_of is 'cpd.places_of counts the places of a school on a session, those it waits for included.';

create function cpd.require_within_cap(p_session_id text, p_school_urn integer, p_cap integer, p_wanted integer) returns void
language plpgsql volatile as $$
declare
  v_has constant integer := cpd.places_of(p_session_id, p_school_urn);
begin
  if v_has + p_wanted > p_cap then
    perform errors.precondition('SCHOOL_CAP', format('A school may have %s place%s on this session; it has %s and wants %s more.', p_cap,
      case when p_cap > 1 then 's' end, v_has, p_wanted), 'delegates', 'CPD-1', case when p_cap > v_has then format('%s or fewer delegates', p_cap - v_has) end);
  end if;
end $$;
comment on function cpd.require_within_cap is 'cpd.require_within_cap refuses more places than a school may have on a session. Volatile, and called when the session''s row is held, so that it counts what was committed before.';

create function cpd.refuse_session(p_session_id text) returns void
language plpgsql stable as $$
begin
  perform errors.not_found('session_id', format('There is no session "%s".', left(p_session_id, 40)), 'a reference such as se-7k2q9mx4td',
    'improve session list shows them.');
end $$;
comment on function cpd.refuse_session is 'cpd.refuse_session refuses a session that is not there, or not the caller''s to see. Never returns.';

create function cpd.refuse_places(p_session_id text, p_wanted integer, p_together boolean) returns void
language plpgsql stable as $$
declare
  v_session cpd.session;
begin
  select s.* into v_session from cpd.session s where s.authority_id = auth.authority_id() and s.session_id = p_session_id;
  if not found then
    perform cpd.refuse_session(p_session_id);
  elsif v_session.status = 'cancelled' then
    perform cpd.require_to_come(v_session);
  elsif v_session.status <> 'published' then
    perform errors.precondition('SESSION_NOT_PUBLISHED', 'The session is a draft: publish it first.', 'session_id', 'CPD-1', 'a published session');
  elsif v_session.booking_opens_at > now() then
    perform errors.precondition('BOOKING_NOT_OPEN', format('Booking opens on %s.', cpd.clock(v_session.booking_opens_at)), 'session_id', 'CPD-1');
  elsif v_session.booking_closes_at <= now() then
    perform errors.precondition('BOOKING_CLOSED', format('Booking closed on %s.', cpd.clock(v_session.booking_closes_at)), 'session_id', 'CPD-1',
      'a session whose booking is open');
  end if;
  if p_together and p_wanted > v_session.capacity then
    perform errors.precondition('GROUP_TOO_LARGE', format('The session has %s places: a group of %s can never have them together.', v_session.capacity, p_wanted),
      'together', 'CPD-4', 'delegates singly, or a smaller group');
  end if;
  perform errors.precondition('SESSION_FULL', format('Places wanted: %s; free: %s; left on the waiting list: %s.', p_wanted,
      v_session.free_places, v_session.waiting_places - v_session.waiting_count), 'delegates', 'CPD-3',
    format('%s or fewer delegates', v_session.free_places + v_session.waiting_places - v_session.waiting_count));
end $$;
comment on function cpd.refuse_places is 'cpd.refuse_places says why a session has no places to give.';

create function cpd.clock(p_at timestamptz) returns text
language plpgsql immutable as $$
begin
  return to_char(p_at at time zone 'Europe/London', 'FMDD Mon YYYY HH24:MI');
end $$;
comment on function cpd.clock is 'cpd.clock writes a moment as people in England read it.';
grant execute on function cpd.read_delegates, cpd.refuse_booked, cpd.require_prerequisites, cpd.places_of, cpd.require_within_cap, cpd.refuse_session,
  cpd.refuse_places, cpd.clock to improve_exec;

create function cpd.asked_by(p_terms record, p_school_urn integer, p_gross_pence bigint) returns timestamptz
language plpgsql stable as $$
begin
  if cpd.approval_is_due(cpd.policy_of(), p_gross_pence) and not cpd.is_budget_holder(p_school_urn) then
    return cpd.answer_by(p_terms.approval_hours, p_terms.starts_at);
  end if;
  return null;
end $$;
comment on function cpd.asked_by is 'cpd.asked_by is by when the budget holder must approve an order that costs so much; null when they need not be asked (CPD-3).';
grant execute on function cpd.asked_by to improve_exec;

create function cpd.passed_until(p_terms record) returns timestamptz
language plpgsql stable as $$
begin
  return case when not p_terms.may_be_passed then null when p_terms.passing_hours is null then 'infinity'
    else cpd.answer_by(p_terms.passing_hours, 'infinity') end;
end $$;
comment on function cpd.passed_until is 'cpd.passed_until is until when a group that is booked now may be passed by smaller orders, if it must wait (CPD-4); null for never.';
grant execute on function cpd.passed_until to improve_exec;

create function cpd.book_places(p_session_id text, p_school_urn integer, p_delegates jsonb, p_discount_code text, p_together boolean)
returns table (booking_id text, delegate text, status text, waiting_position integer, price_pence bigint, version integer, vat_percent numeric,
  vat_pence bigint, gross_pence bigint, reasons jsonb, order_id text, respond_by timestamptz, unit text, units integer, units_left integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_terms record;
  v_kind text;
  v_delegates record;
  v_wanted integer;
  v_together boolean;
  v_refs text[];
  v_first record;
  v_further record;
  v_has integer := 0;
  v_respond_by timestamptz;
  v_pass_until timestamptz;
  v_taken record;
begin
  perform errors.required('session_id', p_session_id, 'a reference such as se-7k2q9mx4td');
  perform people.require_acts_for('school_urn', p_school_urn);
  v_terms := cpd.terms_of(p_session_id);
  v_kind := cpd.bookable_kind(p_school_urn, coalesce(v_terms.out_of_area, false));
  v_delegates := cpd.read_delegates(p_delegates);
  v_wanted := cardinality(v_delegates.names);
  v_together := coalesce(p_together, false) and v_wanted > 1;
  perform cpd.refuse_booked(p_session_id, p_school_urn, v_delegates.keys);
  if v_terms.session_id is null then
    perform cpd.refuse_session(p_session_id);
  elsif v_terms.prerequisites is not null or v_terms.requires_courses then
    perform cpd.require_prerequisites(v_terms, p_school_urn, v_delegates.names, v_delegates.keys, v_delegates.vouched);
  end if;
  v_first := cpd.price_place(v_terms, p_school_urn, v_kind, p_discount_code, false);
  v_further := v_first;
  if v_first.further_differs then
    v_further := cpd.price_place(v_terms, p_school_urn, v_kind, p_discount_code, true);
  end if;
  if v_first.net_pence + v_further.net_pence > 0 and cpd.may_draw(v_terms, p_school_urn) then
    return query select o.* from cpd.book_order(v_terms, p_school_urn, v_kind, v_delegates, p_discount_code, v_together, null, null) o;
    return;
  end if;
  if v_terms.asks then
    v_respond_by := cpd.asked_by(v_terms, p_school_urn, v_first.net_pence + v_first.vat_pence + (v_wanted - 1) * (v_further.net_pence + v_further.vat_pence));
  end if;
  if v_together then
    v_pass_until := cpd.passed_until(v_terms);
  end if;
  for i in 1 .. v_wanted loop
    v_refs[i] := base.new_ref('bk');
  end loop;
  -- From here to the commit the session is held: nothing that could be done before may stand below.
  v_taken := cpd.take_places(p_session_id, v_wanted, v_together, v_respond_by);
  if v_taken.first_ticket is null then
    perform cpd.refuse_places(p_session_id, v_wanted, v_together);
  end if;
  if v_terms.school_cap is not null then
    perform cpd.require_within_cap(p_session_id, p_school_urn, v_terms.school_cap, v_wanted);
  end if;
  if v_first.further_differs then
    v_has := cpd.places_of(p_session_id, p_school_urn);
  end if;
  if v_first.code_id is not null then
    perform cpd.use_code(v_first.code_id, v_wanted);
  end if;
  return query
  insert into cpd.booking (authority_id, booking_id, session_id, ticket, school_urn, status, delegate_name, delegate_email, price_pence, booked_by,
    place_kind, vat_percent, vat_pence, reasons, order_id, together, respond_by, pass_until, terms_id, terms_number)
  select auth.authority_id(), d.ref, p_session_id, v_taken.first_ticket + d.nth - 1, p_school_urn,
    case when d.nth > v_taken.placed then 'waiting' when v_respond_by is null then 'confirmed' else 'requested' end, d.name, d.email,
    case when v_has + d.nth > 1 then v_further.net_pence else v_first.net_pence end, auth.person_id(),
    case when v_has + d.nth > 1 then v_further.place_kind else v_first.place_kind end, v_first.vat_percent,
    case when v_has + d.nth > 1 then v_further.vat_pence else v_first.vat_pence end,
    case when v_has + d.nth > 1 then v_further.reasons else v_first.reasons end, v_refs[1], v_together,
    case when d.nth <= v_taken.placed then v_respond_by end, v_pass_until, v_terms.terms_id, v_terms.terms_number
  from unnest(v_refs, v_delegates.names, v_delegates.emails) with ordinality d (ref, name, email, nth)
  order by d.nth
  returning booking_id, delegate_name, status,
    case when status = 'waiting' then (v_taken.last_position - v_wanted + 1 + ticket - v_taken.first_ticket)::integer end, price_pence, version,
    vat_percent, vat_pence, gross_pence, reasons, order_id, respond_by, null::text, null::integer, null::integer;
  if v_taken.placed > 0 and v_respond_by is null and v_first.net_pence + v_further.net_pence > 0 then
    perform cpd.charge_price(v_refs[:v_taken.placed]);
  end if;
  perform cpd.tell(v_refs || v_taken.changed);
end $$;
comment on function cpd.book_places is 'cpd.book_places books named delegates of a school on a session at today''s price, with reasons: confirmed while there are places, or held for the budget holder where the authority asks them, and waiting after, in the order given; a group all together. All that is asked or nothing (CPD-2 to CPD-4). What places and credits of the school pay for goes by cpd.book_order (SLA-7).';
grant execute on function cpd.book_places to persona_la_admin, persona_officer, persona_booker;

create function cpd.cancel_booking(p_booking_id text, p_version integer, p_reason text)
returns table (booking_id text, delegate text, school_urn integer, change text, status text, charge_id text, notice_days integer, counted jsonb, net_pence bigint,
  vat_pence bigint, gross_pence bigint, reasons jsonb)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_ids text[];
  v_changes text[];
begin
  perform errors.required('version', p_version);
  perform errors.required('reason', btrim(p_reason));
  perform cpd.require_visible(p_booking_id);
  select array_agg(x.booking_id), array_agg(x.change) into v_ids, v_changes from cpd.release_places(p_booking_id, p_version, 'cancelled', btrim(p_reason)) x;
  return query
  select c.booking_id, c.delegate, c.school_urn, c.change, c.status, h.charge_id, h.notice_days, h.counted, h.net_pence, h.vat_pence, h.gross_pence, h.reasons
  from cpd.changes(v_ids, v_changes) c
  left join cpd.charge h on c.change = 'cancelled' and h.authority_id = auth.authority_id() and h.booking_id = c.booking_id and h.cause = 'cancellation';
end $$;
comment on function cpd.cancel_booking is 'cpd.cancel_booking cancels a booking at what its terms charge, with the count of days, and, until booking closes, offers its place to the first who fits, in the same transaction (CPD-5, CPD-6).';
grant execute on function cpd.cancel_booking to persona_la_admin, persona_officer, persona_booker;

create function cpd.list_bookings(p_session_id text, p_school_urn integer, p_include_cancelled boolean, p_page_size integer, p_cursor text)
returns table (booking_id text, session_id text, course text, starts_at timestamptz, school_urn integer, delegate text, email text, status text,
  waiting_position integer, price_pence bigint, booked_at timestamptz, version integer, gross_pence bigint, respond_by timestamptz, order_id text,
  together boolean, ended_as text, row_cursor text)
language sql stable as $$
  with page as (
    select b.*, b.status = 'cancelled' or coalesce(b.respond_by <= now(), false) as is_over
    from cpd.booking b
    where b.authority_id = (select auth.authority_id())
      and (p_session_id is null or b.session_id = p_session_id)
      and (p_school_urn is null or b.school_urn = p_school_urn)
      and (b.status <> 'cancelled' and coalesce(b.respond_by > now(), true) or coalesce(p_include_cancelled, false))
      and (p_cursor is null or (b.session_id, b.ticket) > (p_cursor::jsonb ->> 0, (p_cursor::jsonb ->> 1)::bigint))
    order by b.session_id, b.ticket
    limit greatest(1, least(coalesce(p_page_size, 100), 500))
  )
  select p.booking_id, p.session_id, c.title, s.starts_at, p.school_urn, p.delegate_name, p.delegate_email,
    case when p.is_over then 'cancelled' else p.status end, w.waiting_position,
    p.price_pence, p.booked_at, p.version, p.gross_pence, p.respond_by, p.order_id, p.together,
    case when p.is_over then coalesce(p.ended_as, 'lapsed') end, jsonb_build_array(p.session_id, p.ticket)::text
  from page p
  join cpd.session s on s.authority_id = p.authority_id and s.session_id = p.session_id
  join cpd.course c on c.authority_id = s.authority_id and c.course_id = s.course_id
  left join cpd.waiting_positions(array(select distinct q.session_id from page q where q.status = 'waiting')) w on w.booking_id = p.booking_id
  order by p.session_id, p.ticket
$$;
comment on function cpd.list_bookings is 'cpd.list_bookings lists bookings by session in the order in which they were made, with the positions of those that wait and by when those that are held must be answered; what was not answered in time is over, whether anybody has said so or not. A school sees its own.';
grant execute on function cpd.list_bookings to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;
