-- What changes after booking: delegates who are replaced (CPD-7), sessions that the organiser cancels or moves (CPD-8), joining instructions.
set role improve_owner;

alter table cpd.session
  drop constraint session_status_check,
  add column cancelled_at timestamptz,
  add column cancel_reason text,
  add column carried_to text,
  add column instructions text,
  add constraint session_status_check check (status in ('draft', 'published', 'cancelled')),
  add constraint session_cancelled_once check ((status = 'cancelled') = (cancelled_at is not null) and (status = 'cancelled') = (cancel_reason is not null)),
  add foreign key (authority_id, carried_to) references cpd.session,
  add constraint session_cancel_reason_length check (length(cancel_reason) between 1 and 500),
  add constraint session_instructions_length check (length(instructions) between 1 and 4000);
comment on column cpd.session.status is 'draft, published or cancelled: a draft is not seen by schools, and only a published session is booked.';
comment on column cpd.session.cancelled_at is 'When the organiser cancelled it; null while it is to take place.';
comment on column cpd.session.cancel_reason is 'Why the organiser cancelled it.';
comment on column cpd.session.carried_to is 'The session that its bookings were carried to; null when they ended.';
comment on column cpd.session.instructions is 'Joining instructions, sent to whoever has a place; null while there are none.';
comment on constraint session_cancel_reason_length on cpd.session is
  '{"reason":"REASON_LENGTH","message":"A reason is a few lines.","field":"reason","rule":"CPD-8","accepted":"1 to 500 characters"}';
comment on constraint session_instructions_length on cpd.session is
  '{"reason":"TEXT_LENGTH","message":"Joining instructions are a page at most.","field":"instructions","rule":"CPD-8","accepted":"1 to 4000 characters"}';

alter table cpd.booking
  drop constraint booking_ended_as_check,
  add column moved_at timestamptz,
  add constraint booking_ended_as_check check (ended_as in ('cancelled', 'refused', 'declined', 'lapsed', 'session_cancelled'));
comment on column cpd.booking.ended_as is 'How it ended: cancelled, refused by the budget holder, declined by the school when it was offered, lapsed for want of an answer, or session_cancelled by the organiser; null while it lives.';
comment on column cpd.booking.moved_at is 'When the organiser moved its session to another time, or carried it to another session: cancelling it costs nothing any more. Null for never.';

alter table cpd.step
  drop constraint step_kind_check,
  add constraint step_kind_check check (kind in ('placed', 'requested', 'offered', 'accepted', 'declined', 'approved', 'refused', 'lapsed', 'cancelled',
    'session_cancelled', 'moved', 'carried', 'passed'));
comment on column cpd.step.kind is 'placed, requested, offered, accepted, declined, approved, refused, lapsed, cancelled, session_cancelled, moved or carried by the organiser, or passed by another.';

alter table cpd.charge
  drop constraint charge_waive_reason_known,
  add constraint charge_waive_reason_known check (waive_reason in ('illness', 'bereavement', 'court', 'inspection', 'safeguarding', 'our_mistake', 'other', 'session_cancelled', 'corrected'));
comment on column cpd.charge.waive_reason is 'illness, bereavement, court, inspection, safeguarding, our_mistake, other, session_cancelled (by the organiser) or corrected (it never was due).';
comment on constraint charge_waive_reason_known on cpd.charge is
  '{"reason":"WAIVE_REASON_UNKNOWN","message":"A charge is waived for a reason of the list.","field":"reason","rule":"CPD-6","accepted":"illness, bereavement, court, inspection, safeguarding, our_mistake, other, session_cancelled or corrected"}';

create table cpd.substitution (
  authority_id integer not null references auth.authority_scope,
  substitution_id uuid not null default gen_random_uuid(),
  booking_id text not null,
  at timestamptz not null default clock_timestamp(),
  was_name text not null,
  was_email text,
  by_person uuid not null references auth.person,
  primary key (authority_id, substitution_id),
  foreign key (authority_id, booking_id) references cpd.booking
);
comment on table cpd.substitution is 'Tenant: delegates who were replaced by another, append-only (CPD-7). Who comes stands on the booking.';
comment on column cpd.substitution.authority_id is 'The authority that runs the session.';
comment on column cpd.substitution.substitution_id is 'Random.';
comment on column cpd.substitution.booking_id is 'The booking.';
comment on column cpd.substitution.at is 'When.';
comment on column cpd.substitution.was_name is 'Who was to come.';
comment on column cpd.substitution.was_email is 'Where they were written to.';
comment on column cpd.substitution.by_person is 'Who replaced them.';
create index substitution_by_booking on cpd.substitution (authority_id, booking_id, at);
alter table cpd.substitution enable row level security, force row level security;

-- All of it is changed by the owner's functions, with the bookings; the server keeps the instructions.
grant select on cpd.substitution to improve_exec;
grant update (instructions) on cpd.session to improve_exec;
grant select (moved_at) on cpd.booking to reporting_owner;
grant select (cancelled_at, cancel_reason) on cpd.session to reporting_owner;
reset role;
