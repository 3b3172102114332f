-- contract: 0024
-- drops: replaceable
-- Prices as rules of several clauses, by whom they apply to and by how many pupils or staff (SLA-2); what an authority decided about years, parts of
-- them, notice and early ends (SLA-4, SLA-5); staff counted. A price's amounts move into its first clause.
set role improve_owner;

create table sla.price_clause (
  authority_id integer not null references auth.authority_scope,
  price_id text not null,
  nth integer not null,
  phase_group text,
  status text,
  school_type text,
  setting text,
  counted text not null default 'pupil',
  band_from integer,
  band_to integer,
  flat_pence bigint not null default 0,
  unit_pence bigint not null default 0,
  minimum_pence bigint,
  maximum_pence bigint,
  primary key (authority_id, price_id, nth),
  foreign key (authority_id, price_id) references sla.price,
  constraint clause_status_known check (status in ('maintained', 'academy', 'out_of_area', 'other')),
  constraint clause_setting_known check (setting in ('mainstream', 'special')),
  constraint clause_counted_known check (counted in ('pupil', 'staff')),
  constraint clause_phase_group_length check (length(phase_group) between 1 and 60),
  constraint clause_school_type_length check (length(school_type) between 1 and 100),
  constraint clause_band_in_order check (band_from >= 0 and (band_to is null or band_to >= band_from)),
  constraint clause_band_begins check (band_from is not null or band_to is null),
  constraint price_not_negative check (flat_pence >= 0 and unit_pence >= 0 and minimum_pence >= 0 and maximum_pence >= 0),
  constraint price_below_a_million check (flat_pence <= 100000000 and unit_pence <= 1000000 and minimum_pence <= 100000000 and maximum_pence <= 100000000),
  constraint price_bounds_in_order check (minimum_pence <= maximum_pence),
  constraint price_bounds_a_count check (unit_pence > 0 or minimum_pence is null and maximum_pence is null)
);
comment on table sla.price_clause is 'Tenant: the clauses of a price (SLA-2): a flat part plus a part for each pupil or member of staff, the sum within a minimum and a maximum. The first clause that fits a school prices it.';
comment on column sla.price_clause.authority_id is 'The authority that sells.';
comment on column sla.price_clause.price_id is 'The price it belongs to.';
comment on column sla.price_clause.nth is 'Its number within the price, in the order in which clauses are tried.';
comment on column sla.price_clause.phase_group is 'Only for schools of this phase group of the authority; null for all.';
comment on column sla.price_clause.status is 'Only for schools that are maintained, academy, out_of_area or other; null for all of the authority''s own.';
comment on column sla.price_clause.school_type is 'Only for schools of this type of GIAS, such as Voluntary controlled school; null for all.';
comment on column sla.price_clause.setting is 'mainstream, or special: special schools, pupil referral units and alternative provision; null for all.';
comment on column sla.price_clause.counted is 'What the part by number, and the band, count: pupil or staff.';
comment on column sla.price_clause.band_from is 'Only from this number of them on; null for a clause without a band.';
comment on column sla.price_clause.band_to is 'Up to this number of them; null for no end.';
comment on column sla.price_clause.flat_pence is 'Flat part for a year, net, in pence.';
comment on column sla.price_clause.unit_pence is 'For each pupil or member of staff and year, net, in pence; 0 when their number does not matter.';
comment on column sla.price_clause.minimum_pence is 'Least net charge for a year; null for none.';
comment on column sla.price_clause.maximum_pence is 'Greatest net charge for a year; null for none.';
comment on constraint clause_status_known on sla.price_clause is
  '{"reason":"STATUS_UNKNOWN","message":"A school has a status of the list.","field":"clauses","rule":"SLA-2","accepted":"maintained, academy, out_of_area or other"}';
comment on constraint clause_setting_known on sla.price_clause is
  '{"reason":"SETTING_UNKNOWN","message":"A school is one or the other.","field":"clauses","rule":"SLA-2","accepted":"mainstream or special"}';
comment on constraint clause_counted_known on sla.price_clause is
  '{"reason":"COUNTED_UNKNOWN","message":"A price counts pupils or staff.","field":"clauses","rule":"SLA-2","accepted":"pupil or staff"}';
comment on constraint clause_phase_group_length on sla.price_clause is
  '{"reason":"PHASE_GROUP_LENGTH","message":"A phase group has a short name.","field":"clauses","rule":"SLA-2","accepted":"1 to 60 characters"}';
comment on constraint clause_school_type_length on sla.price_clause is
  '{"reason":"TYPE_LENGTH","message":"A type of GIAS has a short name.","field":"clauses","rule":"SLA-2","accepted":"1 to 100 characters"}';
comment on constraint clause_band_in_order on sla.price_clause is
  '{"reason":"BAND_BACKWARDS","message":"A band runs from 0 or more up to that or more.","field":"clauses","rule":"SLA-2","accepted":"band_to at band_from or above"}';
comment on constraint clause_band_begins on sla.price_clause is
  '{"reason":"BAND_WITHOUT_BEGINNING","message":"A band says from which number on.","field":"clauses","rule":"SLA-2","accepted":"band_from, 0 for the first band"}';
comment on constraint price_not_negative on sla.price_clause is
  '{"reason":"PRICE_NEGATIVE","message":"No part of a price may be below zero.","rule":"SLA-2","accepted":"whole pence, 0 or more"}';
comment on constraint price_below_a_million on sla.price_clause is
  '{"reason":"PRICE_TOO_HIGH","message":"A price may be up to a million pounds, and up to £10,000 a pupil or member of staff.","rule":"SLA-2","accepted":"whole pence"}';
comment on constraint price_bounds_in_order on sla.price_clause is
  '{"reason":"BOUNDS_BACKWARDS","message":"The minimum is above the maximum.","field":"minimum_pence","rule":"SLA-2","accepted":"at most maximum_pence"}';
comment on constraint price_bounds_a_count on sla.price_clause is
  '{"reason":"BOUNDS_WITHOUT_COUNT","message":"A minimum and a maximum bound a price by number; a flat price needs none.","field":"pupil_pence","rule":"SLA-2","accepted":"above 0, or leave the bounds out"}';

-- Row security stands aside while the owner moves what is there: there are no policies now.
alter table sla.price no force row level security;
insert into sla.price_clause (authority_id, price_id, nth, flat_pence, unit_pence, minimum_pence, maximum_pence)
select p.authority_id, p.price_id, 1, p.flat_pence, p.pupil_pence, p.minimum_pence, p.maximum_pence from sla.price p;
alter table sla.price force row level security;
alter table sla.price
  drop column flat_pence, drop column pupil_pence, drop column minimum_pence, drop column maximum_pence,
  add column roll_count text not null default 'latest',
  add column freeze_years integer not null default 0,
  add constraint price_roll_count_known check (roll_count in ('latest', 'january', 'may', 'october')),
  add constraint price_freeze_range check (freeze_years between 0 and 10);
comment on table sla.price is 'Tenant: prices of packages as data (SLA-2), dated (C-5). What a school pays stands in sla.price_clause.';
comment on column sla.price.roll_count is 'Which count of pupils it uses: latest, or the latest january, may or october count, by the first day.';
comment on column sla.price.freeze_years is 'Years for which a school that joins at this price keeps it when it rolls over; 0 for none.';
comment on constraint price_roll_count_known on sla.price is
  '{"reason":"ROLL_COUNT_UNKNOWN","message":"A price uses a count of the list.","field":"roll_count","rule":"SLA-2","accepted":"latest, january, may or october"}';
comment on constraint price_freeze_range on sla.price is
  '{"reason":"FREEZE_OUT_OF_RANGE","message":"A price is frozen for some years, or for none.","field":"freeze_years","rule":"SLA-2","accepted":"0 to 10"}';

create table sla.policy (
  authority_id integer not null references auth.authority_scope,
  number integer not null,
  valid_from date not null,
  maintained_month integer not null,
  academy_month integer not null,
  pro_rata text not null,
  notice_months integer not null,
  early_end text not null,
  early_end_fee_pence bigint not null,
  recorded_by uuid not null references auth.person,
  recorded_at timestamptz not null default now(),
  primary key (authority_id, number),
  constraint policy_month_range check (maintained_month between 0 and 12 and academy_month between 0 and 12),
  constraint policy_pro_rata_known check (pro_rata in ('days', 'months')),
  constraint policy_notice_range check (notice_months between 0 and 12),
  constraint policy_early_end_known check (early_end in ('nothing', 'unused_time', 'unused_half_days')),
  constraint policy_fee_range check (early_end_fee_pence between 0 and 100000000)
);
comment on table sla.policy is 'Tenant: the terms on which an authority subscribes schools (SLA-4, SLA-5), each from a day on until a later number says otherwise for it (C-5). Without any: maintained schools'' years from April, academies'' from September, parts by days, three months'' notice, nothing back.';
comment on column sla.policy.authority_id is 'The authority.';
comment on column sla.policy.number is 'Number of these terms, from 1: of those that hold on a day the highest counts.';
comment on column sla.policy.valid_from is 'First day on which orders and roll-overs come under them.';
comment on column sla.policy.maintained_month is 'Month in which the year of maintained schools begins: 4 for 1 April; 0 for a year from the day of joining.';
comment on column sla.policy.academy_month is 'The same for all other schools: 9 for 1 September.';
comment on column sla.policy.pro_rata is 'How a part of a year is counted: days or months.';
comment on column sla.policy.notice_months is 'Months before the end until which notice may be given: three months before 31 March is 31 December.';
comment on column sla.policy.early_end is 'What an early end gives back: nothing; unused_time, the days or months not used; unused_half_days, the half-days of visits not used.';
comment on column sla.policy.early_end_fee_pence is 'What is kept of that, beside the costs, in pence.';
comment on column sla.policy.recorded_by is 'Who set them.';
comment on column sla.policy.recorded_at is 'When.';
comment on constraint policy_month_range on sla.policy is
  '{"reason":"MONTH_UNKNOWN","message":"A year begins in one of twelve months, or on the day of joining.","field":"maintained_month","rule":"SLA-4","accepted":"1 to 12, or 0 for a year from the day of joining"}';
comment on constraint policy_pro_rata_known on sla.policy is
  '{"reason":"PRO_RATA_UNKNOWN","message":"Parts of a year are counted by days or by months.","field":"pro_rata","rule":"SLA-4","accepted":"days or months"}';
comment on constraint policy_notice_range on sla.policy is
  '{"reason":"NOTICE_OUT_OF_RANGE","message":"Notice is given some months before the end, or until the end.","field":"notice_months","rule":"SLA-5","accepted":"0 to 12"}';
comment on constraint policy_early_end_known on sla.policy is
  '{"reason":"EARLY_END_UNKNOWN","message":"An early end gives back nothing or what is unused.","field":"early_end","rule":"SLA-5","accepted":"nothing, unused_time or unused_half_days"}';
comment on constraint policy_fee_range on sla.policy is
  '{"reason":"FEE_OUT_OF_RANGE","message":"A fee is nothing or some pence.","field":"early_end_fee_pence","rule":"SLA-5","accepted":"0 to 100000000 pence"}';

create table sla.staff_count (
  authority_id integer not null references auth.authority_scope,
  staff_count_id text not null,
  school_urn integer not null references register.establishment (urn),
  counted_on date not null,
  staff integer not null,
  recorded_by uuid not null references auth.person,
  recorded_at timestamptz not null default now(),
  superseded_at timestamptz,
  primary key (authority_id, staff_count_id),
  constraint staff_count_range check (staff between 0 and 10000),
  constraint staff_count_once_a_day exclude using gist (authority_id with =, school_urn with =, counted_on with =) where (superseded_at is null)
);
comment on table sla.staff_count is 'Tenant: staff of a school, as told to the authority, for prices by staff (SLA-2). The register counts pupils only.';
comment on column sla.staff_count.authority_id is 'The authority that was told.';
comment on column sla.staff_count.staff_count_id is 'Short random reference.';
comment on column sla.staff_count.school_urn is 'The school, by the URN it had then.';
comment on column sla.staff_count.counted_on is 'Day of the count.';
comment on column sla.staff_count.staff is 'Members of staff.';
comment on column sla.staff_count.recorded_by is 'Who recorded it.';
comment on column sla.staff_count.recorded_at is 'When.';
comment on column sla.staff_count.superseded_at is 'When a correction took its place; null while it is what we know.';
comment on constraint staff_count_range on sla.staff_count is
  '{"reason":"STAFF_OUT_OF_RANGE","message":"That is no number of staff.","field":"staff","rule":"SLA-2","accepted":"0 to 10000"}';
comment on constraint staff_count_once_a_day on sla.staff_count is
  '{"reason":"COUNTED_ALREADY","message":"Somebody else told that day''s staff at the same time.","field":"counted_on","rule":"SLA-2","accepted":"the change again, on what is told now","code":10}';

-- What was asked of a school that ordered before: none of it is made up for orders that there are.
alter table sla.subscription
  add column policy_number integer not null default 0,
  add column clause_nth integer,
  add column school_status text check (school_status in ('maintained', 'academy', 'out_of_area', 'other')),
  add column staff integer,
  add column staff_counted_on date,
  add column frozen_to date,
  add check ((staff is null) = (staff_counted_on is null));
comment on column sla.subscription.policy_number is 'Number of the terms it was ordered under, in sla.policy; 0 for the common ones.';
comment on column sla.subscription.clause_nth is 'Clause of the price that priced it; null for orders older than clauses.';
comment on column sla.subscription.school_status is 'maintained, academy, out_of_area or other, on the first day; null for orders older than this column.';
comment on column sla.subscription.staff is 'Members of staff used; null when the price did not ask for them.';
comment on column sla.subscription.staff_counted_on is 'Day of that count.';
comment on column sla.subscription.frozen_to is 'Last day on which a year that rolls over may begin and keep this price; null where the price is not frozen.';

do $$
declare
  t regclass;
begin
  foreach t in array array['sla.price_clause', 'sla.policy', 'sla.staff_count']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;
grant select, insert on sla.price_clause, sla.policy to improve_exec;
grant select, insert, update on sla.staff_count to improve_exec;
grant select on sla.price, sla.price_clause, sla.policy, sla.staff_count to reporting_owner;
reset role;
