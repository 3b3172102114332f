-- A booking's life (CPD-3 to CPD-5): which state follows which, and what is remembered of it. Lock order, everywhere: the session's row, then its bookings.

create view cpd.transition with (security_invoker = true) as
select t.from_status, t.to_status, t.call
from (values
  ('waiting', 'offered', 'a place that is free, for some time'),
  ('waiting', 'requested', 'a place that is free, once the budget holder says so'),
  ('waiting', 'confirmed', 'a place that is free, where none is offered first'),
  ('offered', 'requested', 'AcceptOffer, where the budget holder is asked'),
  ('offered', 'confirmed', 'AcceptOffer'),
  ('requested', 'confirmed', 'ApproveBooking'),
  ('requested', 'cancelled', 'RefuseBooking, CancelBooking, CancelSession, or no answer in time'),
  ('offered', 'cancelled', 'DeclineOffer, CancelBooking, CancelSession, or no answer in time'),
  ('waiting', 'cancelled', 'CancelBooking, CancelSession'),
  ('confirmed', 'cancelled', 'CancelBooking, CancelSession')
) t (from_status, to_status, call);
comment on view cpd.transition is 'Which state of a booking may follow which, and by what. The only such list: the trigger on the table reads it. Nothing follows cancelled.';
comment on column cpd.transition.from_status is 'State it is in.';
comment on column cpd.transition.to_status is 'State it may move to.';
comment on column cpd.transition.call is 'What moves it.';
grant select on cpd.transition to improve_exec;

create function cpd.status_moves() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
  if not exists (select from cpd.transition t where t.from_status = old.status and t.to_status = new.status) then
    perform errors.precondition('BOOKING_STATUS', format('The booking is %s; it cannot become %s.', old.status, new.status), 'booking_id', 'CPD-3');
  end if;
  return new;
end $$;
comment on function cpd.status_moves is 'cpd.status_moves holds every change of a booking''s state to cpd.transition, whoever makes it.';
create trigger status_moves before update of status on cpd.booking for each row when (old.status <> new.status) execute function cpd.status_moves();

create function cpd.refuse_booking_of(p_booking_id text) returns void
language plpgsql stable as $$
begin
  perform errors.not_found('booking_id', format('There is no booking "%s".', left(p_booking_id, 40)), 'a reference such as bk-7k2q9mx4td',
    'improve booking list shows them.');
end $$;
comment on function cpd.refuse_booking_of is 'cpd.refuse_booking_of refuses a booking that is not there, or not the caller''s: the two are told alike. Never returns.';

create function cpd.require_visible(p_booking_id text) returns void
language plpgsql stable as $$
begin
  perform errors.required('booking_id', p_booking_id, 'a reference such as bk-7k2q9mx4td');
  -- Row security leaves a school its own bookings; an officer's or a school's right to change one is the right to see it and to call.
  if not exists (select from cpd.booking b where b.authority_id = auth.authority_id() and b.booking_id = p_booking_id) then
    perform cpd.refuse_booking_of(p_booking_id);
  end if;
end $$;
comment on function cpd.require_visible is 'cpd.require_visible refuses a booking that is not there, or not the caller''s to see.';

create function cpd.require_in(p_booking cpd.booking, p_statuses text[], p_wish text) returns void
language plpgsql stable as $$
begin
  if p_booking.respond_by <= now() then
    perform errors.precondition('LAPSED', format('The place was held until %s, and nobody answered.', cpd.clock(p_booking.respond_by)), 'booking_id', 'CPD-5',
      'a booking whose time is not over', 'Book again, to wait for another place.');
  elsif p_booking.status = 'cancelled' then
    perform errors.precondition('ALREADY_CANCELLED', format('The booking is over: it was %s on %s.', case p_booking.ended_as when 'lapsed' then 'lapsed for want of an answer'
        when 'session_cancelled' then 'cancelled with its session' else p_booking.ended_as end,
      cpd.clock(p_booking.cancelled_at)), 'booking_id', 'CPD-6', 'a booking that is not over');
  elsif p_booking.status <> all (p_statuses) then
    perform errors.precondition('BOOKING_STATUS', format('The booking is %s; there is nothing to %s.', p_booking.status, p_wish), 'booking_id', 'CPD-3',
      'a booking that is ' || array_to_string(p_statuses, ' or '));
  end if;
end $$;
comment on function cpd.require_in is 'cpd.require_in refuses a booking that is over, by time or otherwise, or in none of these states.';

create function cpd.note_step(p_booking_id text, p_kind text, p_by uuid, p_about jsonb, p_note text default null) returns void
language plpgsql volatile as $$
begin
  insert into cpd.step (authority_id, booking_id, kind, by_person, about, note)
  values (auth.authority_id(), p_booking_id, p_kind, p_by, coalesce(jsonb_strip_nulls(p_about), '{}'), p_note);
end $$;
comment on function cpd.note_step is 'cpd.note_step remembers what became of a booking. Its caller is a function of the owner.';
grant execute on function cpd.refuse_booking_of, cpd.require_visible, cpd.require_in to improve_exec;
