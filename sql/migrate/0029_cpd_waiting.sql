-- Places that are held: offered to who waits, or awaiting the budget holder's approval (CPD-3, CPD-5); groups that are placed whole (CPD-4). What
-- is held counts as taken, in the session's own row, and time alone ends it: whoever next holds the row gives it back first.
set role improve_owner;

alter table cpd.policy
  add column approval text not null default 'never',
  add column approval_above_pence bigint not null default 0,
  add column approval_hours integer not null default 40,
  add column offer_hours integer not null default 24,
  add column smaller_may_pass boolean not null default true,
  add column passing_hours integer default 40,
  add constraint policy_approval_known check (approval in ('never', 'paid', 'always')),
  add constraint policy_approval_above_range check (approval_above_pence between 0 and 100000000),
  add constraint policy_approval_hours_range check (approval_hours between 1 and 400),
  add constraint policy_offer_hours_range check (offer_hours between 0 and 400),
  add constraint policy_passing_hours_range check (passing_hours between 1 and 2000);
comment on column cpd.policy.approval is 'never, paid or always: when a school''s budget holder is asked before a place is confirmed (CPD-3).';
comment on column cpd.policy.approval_above_pence is 'With paid: only for orders that cost more than this, gross, in pence.';
comment on column cpd.policy.approval_hours is 'Working hours that the budget holder has to answer.';
comment on column cpd.policy.offer_hours is 'Working hours for which a freed place is offered to who waits (CPD-5); 0: it is given at once.';
comment on column cpd.policy.smaller_may_pass is 'Whether who comes later and is fewer may pass a group that waits for more places than are free (CPD-4).';
comment on column cpd.policy.passing_hours is 'For how many working hours after it came a group may be passed; null for no limit.';
comment on constraint policy_approval_known on cpd.policy is
  '{"reason":"APPROVAL_UNKNOWN","message":"Budget holders are asked never, for what costs money, or always.","field":"approval","rule":"CPD-3","accepted":"never, paid or always"}';
comment on constraint policy_approval_above_range on cpd.policy is
  '{"reason":"APPROVAL_ABOVE_RANGE","message":"That is no amount.","field":"approval_above_pence","rule":"CPD-3","accepted":"0 to 100000000 pence"}';
comment on constraint policy_approval_hours_range on cpd.policy is
  '{"reason":"HOURS_OUT_OF_RANGE","message":"A budget holder has some working hours to answer.","field":"approval_hours","rule":"CPD-3","accepted":"1 to 400"}';
comment on constraint policy_offer_hours_range on cpd.policy is
  '{"reason":"HOURS_OUT_OF_RANGE","message":"A place is offered for some working hours, or given at once.","field":"offer_hours","rule":"CPD-5","accepted":"0 to 400"}';
comment on constraint policy_passing_hours_range on cpd.policy is
  '{"reason":"HOURS_OUT_OF_RANGE","message":"A group may be passed for some working hours.","field":"passing_hours","rule":"CPD-4","accepted":"1 to 2000, or -1 for no limit"}';

alter table cpd.session
  drop constraint session_never_oversold,
  drop column free_places,
  add column held_count integer not null default 0,
  add column next_due_at timestamptz;
alter table cpd.session
  add column free_places integer not null
    generated always as (case when waiting_count > 0 then 0 else capacity - confirmed_count - held_count end) stored,
  add constraint session_never_oversold check (confirmed_count >= 0 and held_count >= 0 and confirmed_count + held_count <= capacity);
comment on column cpd.session.free_places is 'Places that the next booking can have: none while anybody waits, but for groups that may be passed.';
comment on column cpd.session.held_count is 'Bookings that hold a place which is not confirmed: offered, or awaiting approval; moved only with the bookings.';
comment on column cpd.session.next_due_at is 'When the first of these ends by time; null while there are none.';
comment on constraint session_never_oversold on cpd.session is
  '{"reason":"OVERSOLD","message":"The session has no room for that.","rule":"CPD-3","code":9}';

alter table cpd.booking
  drop constraint booking_status_check,
  add column together boolean not null default false,
  add column respond_by timestamptz,
  add column pass_until timestamptz,
  add column ended_as text,
  add constraint booking_status_check check (status in ('requested', 'waiting', 'offered', 'confirmed', 'cancelled')),
  add check ((status in ('requested', 'offered')) = (respond_by is not null));
alter table cpd.booking no force row level security;
update cpd.booking set ended_as = 'cancelled' where status = 'cancelled';
alter table cpd.booking force row level security;
alter table cpd.booking
  add check ((status = 'cancelled') = (ended_as is not null)),
  add check (ended_as in ('cancelled', 'refused', 'declined', 'lapsed'));
comment on column cpd.booking.status is 'requested (a place is held until the budget holder answers), waiting, offered (a place is held until the school answers), confirmed or cancelled; cpd.transition says what follows what.';
comment on column cpd.booking.together is 'Whether it is one of a group, the bookings of its order: placed all or none (CPD-4).';
comment on column cpd.booking.respond_by is 'When a held place is given back unless the answer has come; null when none is held.';
comment on column cpd.booking.pass_until is 'Until when smaller orders that came later may pass this group; null: never. Infinity: for ever.';
comment on column cpd.booking.ended_as is 'How it ended: cancelled, refused by the budget holder, declined by the school when it was offered, or lapsed for want of an answer; null while it lives.';
create index booking_held on cpd.booking (authority_id, session_id, respond_by) where status in ('requested', 'offered');

create table cpd.budget_holder (
  authority_id integer not null references auth.authority_scope,
  holder_id text not null,
  school_urn integer not null references register.establishment (urn),
  person_id uuid not null references auth.person,
  named_by uuid not null references auth.person,
  named_at timestamptz not null default now(),
  ended_at timestamptz,
  version integer not null default 1,
  primary key (authority_id, holder_id)
);
comment on table cpd.budget_holder is 'Tenant: who of a school''s bookers may approve what others of the school book (CPD-3).';
comment on column cpd.budget_holder.authority_id is 'The authority that asks for approval.';
comment on column cpd.budget_holder.holder_id is 'Short random reference.';
comment on column cpd.budget_holder.school_urn is 'The school whose budget it is.';
comment on column cpd.budget_holder.person_id is 'Who holds it.';
comment on column cpd.budget_holder.named_by is 'Who named them.';
comment on column cpd.budget_holder.named_at is 'When.';
comment on column cpd.budget_holder.ended_at is 'When they ceased to be; null while they are.';
comment on column cpd.budget_holder.version is 'Counts the updates.';
create unique index budget_holder_once on cpd.budget_holder (authority_id, school_urn, person_id) where ended_at is null;

create table cpd.step (
  authority_id integer not null references auth.authority_scope,
  step_id uuid not null default gen_random_uuid(),
  booking_id text not null,
  at timestamptz not null default clock_timestamp(),
  kind text not null check (kind in ('placed', 'requested', 'offered', 'accepted', 'declined', 'approved', 'refused', 'lapsed', 'cancelled', 'passed')),
  by_person uuid references auth.person,
  note text check (length(note) between 1 and 500),
  about jsonb not null default '{}' check (jsonb_typeof(about) = 'object'),
  primary key (authority_id, step_id),
  foreign key (authority_id, booking_id) references cpd.booking
);
comment on table cpd.step is 'Tenant: what became of bookings after they were made, append-only (CPD-5): so that who waits can be told why.';
comment on column cpd.step.authority_id is 'The authority that runs the session.';
comment on column cpd.step.step_id is 'Random.';
comment on column cpd.step.booking_id is 'The booking; of a group that was passed, its first.';
comment on column cpd.step.at is 'When.';
comment on column cpd.step.kind is 'placed, requested, offered, accepted, declined, approved, refused, lapsed, cancelled, or passed by another.';
comment on column cpd.step.by_person is 'Whose call it was; null where time did it.';
comment on column cpd.step.note is 'What whoever did it said; why a booking ended stands on the booking.';
comment on column cpd.step.about is 'More of it: until, and of a passed group what was free, what it wanted, and how many passed.';
create index step_by_booking on cpd.step (authority_id, booking_id, at);

do $$
declare
  t regclass;
begin
  foreach t in array array['cpd.budget_holder', 'cpd.step']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;

-- The server names budget holders; steps are written with the bookings, by the functions that move them.
grant select, insert on cpd.budget_holder to improve_exec;
grant update (ended_at, version) on cpd.budget_holder to improve_exec;
grant select on cpd.step to improve_exec;
grant select (together, respond_by, ended_as) on cpd.booking to reporting_owner;
reset role;
