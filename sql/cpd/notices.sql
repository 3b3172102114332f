-- Telling delegates what becomes of their bookings, by notices to those whose address is known.

create function cpd.to_tell(p_booking_ids text[]) returns setof cpd.booking
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select b.* from cpd.booking b
  where b.authority_id = auth.authority_id() and b.booking_id = any (p_booking_ids) and (cpd.addressee(b)).address is not null;
end $$;
comment on function cpd.to_tell is 'cpd.to_tell finds bookings about which somebody can be written to, also those of another school, which whoever frees a place may not see.';

create function cpd.notice_facts(p_booking cpd.booking, p_session cpd.session, p_course text) returns jsonb
language plpgsql stable as $$
begin
  return jsonb_build_object('course', p_course, 'session', p_session.session_id, 'when', notices.moment(p_session.starts_at),
    'ends', notices.time_of(p_session.ends_at), 'venue', p_session.venue, 'price', notices.price(p_booking.price_pence), 'reason', p_booking.cancel_reason,
    'until', notices.moment(p_booking.respond_by), 'school', (select e.name from register.establishment_on(p_booking.school_urn, (p_session.starts_at at time zone 'Europe/London')::date) e));
end $$;
comment on function cpd.notice_facts is 'cpd.notice_facts is what every notice about a booking may say.';

create function cpd.tell(p_booking_ids text[], p_kind text default null, p_more jsonb default '{}') returns void
language plpgsql volatile as $$
declare
  v_booking cpd.booking;
  v_session cpd.session;
  v_course text;
  v_kind text;
  v_method text;
  v_to record;
begin
  if not notices.are_on() then
    return;
  end if;
  for v_booking in select t.* from cpd.to_tell(p_booking_ids) t order by t.ticket loop
    select s.* into strict v_session from cpd.session s where s.authority_id = v_booking.authority_id and s.session_id = v_booking.session_id;
    select c.title into strict v_course from cpd.course c where c.authority_id = v_session.authority_id and c.course_id = v_session.course_id;
    v_kind := coalesce(p_kind, 'booking.' || v_booking.status);
    v_to := cpd.addressee(v_booking);
    v_method := case when v_to.passes_on_to is not null then null when v_kind in ('booking.confirmed', 'booking.changed') and v_booking.status = 'confirmed' then 'request'
      when v_kind = 'booking.cancelled' and notices.was_told(v_booking.booking_id, 'booking.confirmed') then 'cancel' end;
    perform notices.queue(v_kind, v_booking.booking_id, v_to.name, v_to.address,
      cpd.notice_facts(v_booking, v_session, v_course) || p_more,
      case when v_method is not null then notices.entry(v_booking.booking_id, v_booking.version + v_session.version, v_method, v_session.starts_at,
        v_session.ends_at, v_course, v_session.venue) end,
      p_school_urn => v_booking.school_urn, p_passes_on_to => v_to.passes_on_to);
    if v_kind = 'booking.confirmed' and v_session.instructions is not null then
      perform notices.queue('booking.joining', v_booking.booking_id, v_to.name, v_to.address,
        cpd.notice_facts(v_booking, v_session, v_course) || jsonb_build_object('instructions', v_session.instructions), p_school_urn => v_booking.school_urn,
        p_passes_on_to => v_to.passes_on_to);
    end if;
  end loop;
end $$;
comment on function cpd.tell is 'cpd.tell writes a notice to the delegate of each booking, or where they have no address to who books for their school, without the calendar entry: that it is confirmed, waiting or cancelled, as it is now, or of another kind, with more facts for its text. Confirmed and changed places come with their calendar entry, and a cancellation takes it back; with a confirmation come the session''s joining instructions. The entry''s sequence counts the changes of booking and session.';
grant execute on function cpd.to_tell, cpd.notice_facts, cpd.tell to improve_exec;

create function cpd.to_remind(p_until date)
returns table (kind text, about text, day date, known_on date, name text, address text, school_urn integer, facts jsonb, passes_on_to text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select 'booking.reminder', b.booking_id, (s.starts_at at time zone 'Europe/London')::date,
    (coalesce(b.promoted_at, b.booked_at) at time zone 'Europe/London')::date, a.name, a.address, b.school_urn, cpd.notice_facts(b, s, c.title), a.passes_on_to
  from cpd.session s
  join cpd.course c on c.authority_id = s.authority_id and c.course_id = s.course_id
  join cpd.booking b on b.authority_id = s.authority_id and b.session_id = s.session_id and b.status = 'confirmed'
  cross join lateral cpd.addressee(b) a
  where s.authority_id = auth.authority_id() and s.status = 'published' and s.starts_at > now() and a.address is not null
    and s.starts_at < ((p_until + 1)::timestamp at time zone 'Europe/London');
end $$;
comment on function cpd.to_remind is 'cpd.to_remind lists the confirmed places up to a day about which somebody can be written to.';
grant execute on function cpd.to_remind to improve_exec;

create function cpd.stage_question(p_stage text) returns text
language plpgsql immutable as $$
begin
  return case p_stage when 'before' then 'Before you come: how confident are you in its subject, from 1 to 5?'
    when 'day' then 'Thank you for coming. How confident are you in its subject now, from 1 to 5, and how good was it, from 1 to 5?'
    else 'Some weeks have passed. How confident are you in its subject now, from 1 to 5, and what difference did it make, from 1 to 5?' end;
end $$;
comment on function cpd.stage_question is 'cpd.stage_question is what delegates are asked at a stage of the evaluation.';

create function cpd.to_ask()
returns table (kind text, about text, stage text, name text, address text, school_urn integer, facts jsonb, passes_on_to text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_before constant timestamptz := (calendar.add_working_days(base.today(), 5) + 1)::timestamp at time zone 'Europe/London';
begin
  return query
  select 'booking.evaluation', b.booking_id, g.stage, a.name, a.address, b.school_urn, cpd.notice_facts(b, s, c.title) || jsonb_build_object('stage', g.stage,
    'question', cpd.stage_question(g.stage)), a.passes_on_to
  from cpd.session s
  join cpd.course c on c.authority_id = s.authority_id and c.course_id = s.course_id
  join cpd.booking b on b.authority_id = s.authority_id and b.session_id = s.session_id and b.status = 'confirmed'
  cross join lateral (values ('before', s.starts_at > now() and s.starts_at < v_before),
    ('day', s.ends_at between now() - interval '14 days' and now() and b.attended in ('attended', 'part')),
    ('impact', s.ends_at between now() - interval '12 weeks' and now() - interval '8 weeks' and b.attended in ('attended', 'part'))) g (stage, is_due)
  cross join lateral cpd.addressee(b) a
  where s.authority_id = auth.authority_id() and s.status = 'published' and s.starts_at < v_before and s.ends_at > now() - interval '12 weeks'
    and g.is_due and a.address is not null
    and not exists (select from cpd.evaluation e where e.authority_id = b.authority_id and e.booking_id = b.booking_id and e.stage = g.stage)
  order by s.starts_at, b.ticket;
end $$;
comment on function cpd.to_ask is 'cpd.to_ask lists who is to be asked now what they make of their training (CPD-9): before, from five working days on; of the day, once it is marked that they came, for two weeks; of its impact, from eight weeks after to twelve. Not who has answered.';
grant execute on function cpd.stage_question, cpd.to_ask to improve_exec;
