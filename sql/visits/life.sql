-- A visit's life (VIS-1): which state follows which, and the one function through which it moves. Lock order, everywhere: the partner's row, then
-- the visit's, then the entitlement's, then the person's busy time. All visits of a partner are serialised by the first.

create view visits.transition with (security_invoker = true) as
select t.from_status, t.to_status, t.call
from (values
  ('planned', 'planned', 'MoveVisit'),
  ('planned', 'confirmed', 'ConfirmVisit'),
  ('planned', 'cancelled', 'CancelVisit'),
  ('confirmed', 'planned', 'MoveVisit'), -- who agreed to the old time did not agree to the new one
  ('confirmed', 'done', 'CompleteVisit'),
  ('confirmed', 'cancelled', 'CancelVisit'),
  ('done', 'noted', 'WriteNote'),
  ('noted', 'noted', 'WriteNote'),
  ('noted', 'agreed', 'AgreeNote'),
  ('agreed', 'noted', 'WriteNote'), -- nor did who agreed to a note agree to its correction
  ('done', 'cancelled', 'ReverseDelivery'), -- of consultancy: it did not take place after all
  ('noted', 'cancelled', 'ReverseDelivery')
) t (from_status, to_status, call);
comment on view visits.transition is 'Which state of a visit may follow which, and by which call. The only such list: the function that moves a visit and the trigger on its table read it.';
comment on column visits.transition.from_status is 'State it is in.';
comment on column visits.transition.to_status is 'State it may move to.';
comment on column visits.transition.call is 'The call that moves it.';
grant select on visits.transition to improve_exec;

create function visits.refuse_move(p_status text, p_to text) returns void
language plpgsql stable as $$
begin
  perform errors.precondition('VISIT_STATUS', format('The visit is %s; it cannot become %s.', p_status, p_to), 'visit_id', 'VIS-1',
    (select format('a visit that is %s', string_agg(t.from_status, ' or ' order by t.from_status)) from visits.transition t where t.to_status = p_to),
    (select case when count(*) = 0 then format('Nothing follows %s.', p_status)
      else format('From %s it can become %s.', p_status, string_agg(t.to_status, ' or ' order by t.to_status)) end
      from visits.transition t where t.from_status = p_status and t.to_status <> p_status));
end $$;
comment on function visits.refuse_move is 'visits.refuse_move refuses a move of a visit''s state, naming the state it is in, what is possible from there, and from where the wish would be.';

create function visits.status_moves() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
  if not exists (select from visits.transition t where t.from_status = old.status and t.to_status = new.status) then
    perform visits.refuse_move(old.status, new.status);
  end if;
  return new;
end $$;
comment on function visits.status_moves is 'visits.status_moves holds every change of a visit''s state to visits.transition, whoever makes it.';
create trigger status_moves before update of status on visits.visit for each row when (old.status <> new.status) execute function visits.status_moves();

create function visits.clock(p_at timestamptz) returns text
language plpgsql immutable as $$
begin
  return to_char(p_at at time zone 'Europe/London', 'FMDD Mon YYYY HH24:MI');
end $$;
comment on function visits.clock is 'visits.clock writes a moment as people in England read it.';

create function visits.day_of(p_at timestamptz) returns date
language plpgsql immutable as $$
begin
  return (p_at at time zone 'Europe/London')::date;
end $$;
comment on function visits.day_of is 'visits.day_of is the day in England of a moment (C-3).';

create function visits.policy_of() returns visits.policy
language plpgsql stable as $$
declare
  v_policy visits.policy;
begin
  select p.* into v_policy from visits.policy p where p.authority_id = auth.authority_id();
  if not found then
    v_policy := row(auth.authority_id(), 0, 10, 48, 0)::visits.policy;
  end if;
  return v_policy;
end $$;
comment on function visits.policy_of is 'visits.policy_of is what the authority decided about visits, or the common rule, at version 0: no notice, notes due in 10 working days, the Ofsted window from 48 months.';

create function visits.last_free_day(p_visit visits.visit) returns date
language plpgsql stable as $$
begin
  return calendar.add_working_days(visits.day_of(p_visit.starts_at), -p_visit.notice_days);
end $$;
comment on function visits.last_free_day is 'visits.last_free_day is the last day on which a school can cancel a visit and get its half-days back: so many working days before it as the policy asked when it was planned (VIS-2, C-4).';

create function visits.require_visible(p_visit_id text) returns void
language plpgsql stable as $$
begin
  perform errors.required('visit_id', p_visit_id, 'a reference such as vi-7k2q9mx4td');
  -- Row security leaves a partner their own visits, and a school its own.
  if not exists (select from visits.visit v where v.authority_id = auth.authority_id() and v.visit_id = p_visit_id) then
    perform errors.not_found('visit_id', format('There is no visit "%s".', left(p_visit_id, 40)), 'a reference such as vi-7k2q9mx4td',
      'improve visit list shows them.');
  end if;
end $$;
comment on function visits.require_visible is 'visits.require_visible refuses a visit that is not there, or not the caller''s to see: the two are told alike.';

create function visits.hold(p_visit_id text, p_version integer) returns visits.visit
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_visit visits.visit;
begin
  perform from partners.partner p
  where p.authority_id = auth.authority_id() and p.partner_id = (
    select v.partner_id from visits.visit v where v.authority_id = auth.authority_id() and v.visit_id = p_visit_id)
  for no key update;
  select v.* into strict v_visit from visits.visit v
  where v.authority_id = auth.authority_id() and v.visit_id = p_visit_id
  for no key update;
  if v_visit.version <> p_version then
    perform errors.stale('version', p_version, v_visit.version);
  end if;
  return v_visit;
end $$;
comment on function visits.hold is 'visits.hold locks a visit to the end of the transaction, its partner first, and refuses a stale version. Its caller has asked visits.require_visible.';

create function visits.move_status(p_visit visits.visit, p_to text) returns visits.visit
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_visit visits.visit;
begin
  if not exists (select from visits.transition t where t.from_status = p_visit.status and t.to_status = p_to) then
    perform visits.refuse_move(p_visit.status, p_to);
  end if;
  update visits.visit v
  set status = p_to, version = v.version + 1,
    starts_at = p_visit.starts_at, ends_at = p_visit.ends_at, entitlement_id = p_visit.entitlement_id, moved_late = p_visit.moved_late,
    done_at = case p_to when 'done' then now() when 'cancelled' then null else v.done_at end,
    note_due_on = case when p_to <> 'cancelled' then p_visit.note_due_on end,
    cancelled_at = case when p_to = 'cancelled' then now() end, cancelled_for = p_visit.cancelled_for, cancel_reason = p_visit.cancel_reason
  where v.authority_id = p_visit.authority_id and v.visit_id = p_visit.visit_id
  returning v.* into v_visit;
  return v_visit;
end $$;
comment on function visits.move_status is 'visits.move_status is the one way by which a visit''s state moves: from the state it is held in to another that visits.transition allows, together with what the caller changed of its times, entitlement and cancellation.';

create function visits.tell(p_visit visits.visit, p_what text) returns void
language plpgsql volatile as $$
begin
  perform events.note('visit.' || p_what, p_visit.visit_id, p_visit.school_urn, p_visit.partner_id, p.person_id,
    jsonb_build_object('status', p_visit.status, 'starts_at', p_visit.starts_at, 'ends_at', p_visit.ends_at))
  from partners.partner p
  where p.authority_id = p_visit.authority_id and p.partner_id = p_visit.partner_id;
  perform visits.tell_partner(p_visit, p_what);
end $$;
comment on function visits.tell is 'visits.tell notes for watchers what happened to a visit: planned, confirmed, moved, done, noted, agreed or cancelled (C-8), and writes its partner a notice of what they should know.';

grant execute on function visits.tell, visits.refuse_move, visits.clock, visits.day_of, visits.policy_of, visits.last_free_day, visits.require_visible,
  visits.hold, visits.move_status to improve_exec;
