-- Prices by early-career teachers (SLA-2): what a school states for an academic year, what a clause asks for each of them, and the end of the year.
set role improve_owner;

alter table sla.price_clause
  add column whole_year boolean not null default false,
  add column settles boolean not null default false,
  drop constraint clause_counted_known,
  add constraint clause_counted_known check (counted in ('pupil', 'staff', 'ect')),
  add constraint clause_settles_ects check (counted = 'ect' or not settles);
comment on column sla.price_clause.counted is 'What the part by number, and the band, count: pupil, staff or ect (early-career teachers).';
comment on column sla.price_clause.whole_year is 'Whether a part of a year costs as much as a whole one.';
comment on column sla.price_clause.settles is 'Whether the charge is brought to the number that the school has stated last, when the year has ended.';
comment on constraint clause_counted_known on sla.price_clause is
  '{"reason":"COUNTED_UNKNOWN","message":"A price by number is by pupils, by staff or by early-career teachers.","field":"clauses","rule":"SLA-2","accepted":"pupil, staff or ect"}';
comment on constraint clause_settles_ects on sla.price_clause is
  '{"reason":"NOTHING_TO_SETTLE","message":"Only a price by early-career teachers is settled at the end of the year: schools state how many they have.","field":"clauses","rule":"SLA-2","accepted":"settles with counted=ect"}';

alter table sla.subscription add column ects integer;
comment on column sla.subscription.ects is 'Early-career teachers used; null when the price did not ask for them.';

create table sla.ect_count (
  authority_id integer not null references auth.authority_scope,
  ect_count_id text not null,
  school_urn integer not null references register.establishment (urn),
  academic_year integer not null,
  ects integer not null,
  stated_by uuid not null references auth.person,
  stated_at timestamptz not null default now(),
  superseded_at timestamptz,
  primary key (authority_id, ect_count_id),
  constraint ect_count_range check (ects between 0 and 500),
  constraint ect_count_year_range check (academic_year between 2000 and 2100)
);
comment on table sla.ect_count is 'Tenant: how many early-career teachers a school states that it has in an academic year (SLA-2); stated again, it supersedes.';
comment on column sla.ect_count.authority_id is 'The authority that was told.';
comment on column sla.ect_count.ect_count_id is 'Short random reference.';
comment on column sla.ect_count.school_urn is 'The school, by the URN it had then.';
comment on column sla.ect_count.academic_year is 'Academic year, by the year in which it begins.';
comment on column sla.ect_count.ects is 'How many.';
comment on column sla.ect_count.stated_by is 'Who stated it.';
comment on column sla.ect_count.stated_at is 'When.';
comment on column sla.ect_count.superseded_at is 'When another statement took its place; null while it is what we know.';
comment on constraint ect_count_range on sla.ect_count is
  '{"reason":"ECTS_OUT_OF_RANGE","message":"That is no number of early-career teachers.","field":"ects","rule":"SLA-2","accepted":"0 to 500"}';
comment on constraint ect_count_year_range on sla.ect_count is
  '{"reason":"YEAR_OUT_OF_RANGE","message":"An academic year goes by the year in which it begins.","field":"academic_year","rule":"SLA-2","accepted":"such as 2027"}';
create unique index ect_count_once on sla.ect_count (authority_id, school_urn, academic_year) where superseded_at is null;

create table sla.ect_settlement (
  authority_id integer not null references auth.authority_scope,
  subscription_id text not null,
  ects_ordered integer not null,
  ects_stated integer not null,
  net_pence bigint not null,
  vat_pence bigint not null,
  reasons jsonb not null,
  charge_id text,
  settled_by uuid not null references auth.person,
  settled_at timestamptz not null default now(),
  primary key (authority_id, subscription_id),
  foreign key (authority_id, subscription_id) references sla.subscription
);
comment on table sla.ect_settlement is 'Tenant: what the end of the year made of subscriptions priced by early-career teachers, each once (SLA-2).';
comment on column sla.ect_settlement.authority_id is 'The authority that sells.';
comment on column sla.ect_settlement.subscription_id is 'The subscription.';
comment on column sla.ect_settlement.ects_ordered is 'How many it was charged for.';
comment on column sla.ect_settlement.ects_stated is 'How many were stated last.';
comment on column sla.ect_settlement.net_pence is 'What that makes, net: below zero it is given back.';
comment on column sla.ect_settlement.vat_pence is 'VAT on it.';
comment on column sla.ect_settlement.reasons is 'Why, line by line.';
comment on column sla.ect_settlement.charge_id is 'The charge or the credit; null for nothing, or where the subscription was billed elsewhere.';
comment on column sla.ect_settlement.settled_by is 'Who settled it.';
comment on column sla.ect_settlement.settled_at is 'When.';

alter table sla.ect_count enable row level security, force row level security;
alter table sla.ect_settlement enable row level security, force row level security;
grant select, insert on sla.ect_count, sla.ect_settlement to improve_exec;
grant update (superseded_at) on sla.ect_count to improve_exec;
reset role;
