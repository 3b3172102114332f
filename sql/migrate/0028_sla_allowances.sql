-- CPD credits and places of schools (SLA-7): what is left and reserved stands in the allowance's own row, so that one locked row decides, and the
-- ledger says how it came to that. Half-days of visits stand in visits.entitlement.
set role improve_owner;

alter table sla.package_version
  add column cpd_credits integer not null default 0,
  add column cpd_places integer not null default 0,
  add constraint package_version_credits_range check (cpd_credits between 0 and 1000000),
  add constraint package_version_places_range check (cpd_places between 0 and 10000);
comment on column sla.package_version.cpd_credits is 'CPD credits of a year in the package.';
comment on column sla.package_version.cpd_places is 'Places on training of a year in the package.';
comment on constraint package_version_credits_range on sla.package_version is
  '{"reason":"CREDITS_OUT_OF_RANGE","message":"A package holds no or some credits of a year.","field":"cpd_credits","rule":"SLA-7","accepted":"0 to 1000000"}';
comment on constraint package_version_places_range on sla.package_version is
  '{"reason":"PLACES_OUT_OF_RANGE","message":"A package holds no or some places of a year.","field":"cpd_places","rule":"SLA-7","accepted":"0 to 10000"}';

alter table sla.policy
  add column move_weeks integer,
  add constraint policy_move_weeks_range check (move_weeks between 0 and 52);
comment on column sla.policy.move_weeks is 'Weeks before their end until which entitlements that are left may be moved to the next year; null: they never may.';
comment on constraint policy_move_weeks_range on sla.policy is
  '{"reason":"WEEKS_OUT_OF_RANGE","message":"What is left is moved some weeks before its end.","field":"move_weeks","rule":"SLA-7","accepted":"0 to 52"}';

create table sla.allowance (
  authority_id integer not null references auth.authority_scope,
  allowance_id text not null,
  school_urn integer not null references register.establishment (urn),
  unit text not null,
  subscription_id text,
  starts_on date not null,
  ends_on date not null,
  left_units integer not null default 0,
  reserved_units integer not null default 0,
  version integer not null default 1,
  primary key (authority_id, allowance_id),
  foreign key (authority_id, subscription_id) references sla.subscription,
  constraint allowance_unit_known check (unit in ('credit', 'place')),
  constraint allowance_once_a_subscription unique (authority_id, subscription_id, unit),
  constraint allowance_ends_after_start check (ends_on >= starts_on),
  constraint allowance_never_below_zero check (left_units >= 0 and reserved_units >= 0)
) with (fillfactor = 70);
comment on table sla.allowance is 'Tenant: CPD credits or places that a school has over a period (SLA-7). The ledger sla.allowance_entry says how it came to what is left and reserved.';
comment on column sla.allowance.authority_id is 'The authority that gives.';
comment on column sla.allowance.allowance_id is 'Short random reference.';
comment on column sla.allowance.school_urn is 'The school, by the URN it had then.';
comment on column sla.allowance.unit is 'credit or place.';
comment on column sla.allowance.subscription_id is 'The subscription that gives them; null where an officer did.';
comment on column sla.allowance.starts_on is 'First day on which they may be reserved for.';
comment on column sla.allowance.ends_on is 'Last day.';
comment on column sla.allowance.left_units is 'Units left: a sum of the ledger, moved only with it, in one transaction.';
comment on column sla.allowance.reserved_units is 'Units reserved and not used yet: the other sum.';
comment on column sla.allowance.version is 'Counts the changes people make; reservations do not count.';
comment on constraint allowance_unit_known on sla.allowance is
  '{"reason":"UNIT_UNKNOWN","message":"An allowance is of credits or of places.","field":"unit","rule":"SLA-7","accepted":"credit or place"}';
comment on constraint allowance_once_a_subscription on sla.allowance is
  '{"reason":"GRANTED_ALREADY","message":"What this subscription gives was granted already.","field":"subscription_id","rule":"SLA-7"}';
comment on constraint allowance_ends_after_start on sla.allowance is
  '{"reason":"PERIOD_BACKWARDS","message":"An allowance cannot end before it starts.","field":"ends_on","rule":"SLA-7","accepted":"the first day or a later one"}';
comment on constraint allowance_never_below_zero on sla.allowance is
  '{"reason":"ALLOWANCE_EXHAUSTED","message":"The school has not so many left.","rule":"SLA-7","code":9}';
create index allowance_by_school on sla.allowance (authority_id, school_urn, unit, ends_on);

create table sla.allowance_entry (
  authority_id integer not null references auth.authority_scope,
  entry_id text not null,
  allowance_id text not null,
  kind text not null check (kind in ('granted', 'adjusted', 'reserved', 'released', 'used', 'lapsed', 'moved')),
  left_units integer not null,
  reserved_units integer not null,
  reservation_id text,
  other_id text,
  reason text check (length(reason) between 1 and 500),
  entered_by uuid not null references auth.person,
  entered_at timestamptz not null default clock_timestamp(),
  primary key (authority_id, entry_id),
  foreign key (authority_id, allowance_id) references sla.allowance,
  foreign key (authority_id, other_id) references sla.allowance,
  constraint allowance_entry_reserves check ((kind in ('reserved', 'released', 'used')) = (reservation_id is not null)),
  constraint allowance_entry_moves check ((kind = 'moved') = (other_id is not null)),
  constraint allowance_entry_sign check (case kind
    when 'granted' then left_units > 0 and reserved_units = 0
    when 'reserved' then left_units < 0 and reserved_units = -left_units
    when 'released' then left_units > 0 and reserved_units = -left_units
    when 'used' then left_units = 0 and reserved_units < 0
    when 'lapsed' then left_units < 0 and reserved_units = 0
    else left_units <> 0 and reserved_units = 0 end)
);
comment on table sla.allowance_entry is 'Tenant: the ledger of CPD credits and places, append-only (SLA-7): granted, adjusted, reserved, released, used, lapsed, moved.';
comment on column sla.allowance_entry.authority_id is 'The authority that gives.';
comment on column sla.allowance_entry.entry_id is 'Short random reference.';
comment on column sla.allowance_entry.allowance_id is 'The allowance.';
comment on column sla.allowance_entry.kind is 'granted, adjusted, reserved, released, used, lapsed or moved.';
comment on column sla.allowance_entry.left_units is 'What it adds to the units left; below zero it takes.';
comment on column sla.allowance_entry.reserved_units is 'What it adds to the units reserved; below zero it takes.';
comment on column sla.allowance_entry.reservation_id is 'Reference of what reserves them, such as a booking; null for the kinds that concern none.';
comment on column sla.allowance_entry.other_id is 'The allowance they were moved to or from; null for the others.';
comment on column sla.allowance_entry.reason is 'Why.';
comment on column sla.allowance_entry.entered_by is 'Who.';
comment on column sla.allowance_entry.entered_at is 'When.';
create index allowance_entry_by_allowance on sla.allowance_entry (authority_id, allowance_id, entered_at);
create unique index allowance_entry_reserved_once on sla.allowance_entry (authority_id, reservation_id) where kind = 'reserved';
create unique index allowance_entry_settled_once on sla.allowance_entry (authority_id, reservation_id) where kind in ('released', 'used');

alter table sla.allowance enable row level security, force row level security;
alter table sla.allowance_entry enable row level security, force row level security;
-- The server reads; the functions of sql/sla/allowances.sql write, as the owner.
grant select on sla.allowance, sla.allowance_entry to improve_exec, reporting_owner;
reset role;
