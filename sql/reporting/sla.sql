-- Subscriptions for SQL reporters.
set role reporting_owner;

create view reporting.sla_subscription as
select lpad(s.authority_id::text, 3, '0')::varchar(3) as authority, s.subscription_id::varchar(20) as subscription_id,
  v.name::varchar(200) as service, p.name::varchar(200) as package, s.school_urn as urn, s.starts_on, s.ends_on, s.ordered_to,
  (s.ordered_at at time zone 'Europe/London')::timestamp(0) as ordered_uk_time, s.half_days, s.roll, s.roll_counted_on,
  (s.net_pence / 100.0)::numeric(12, 2) as net_pounds, s.vat_percent, (s.vat_pence / 100.0)::numeric(12, 2) as vat_pounds,
  (s.gross_pence / 100.0)::numeric(12, 2) as gross_pounds, s.end_reason::varchar(500) as end_reason, s.school_status::varchar(20) as school_status,
  s.staff, s.staff_counted_on, s.price_id::varchar(20) as price_id, s.clause_nth as clause_number, s.policy_number as terms_number, s.frozen_to,
  s.notice_given_on, s.notice_reason::varchar(500) as notice_reason, s.continues::varchar(20) as continues,
  (case when s.billed_elsewhere then 'Yes' else 'No' end)::varchar(3) as billed_elsewhere
from sla.subscription s
join sla.service v on v.authority_id = s.authority_id and v.service_id = s.service_id
join sla.package p on p.authority_id = s.authority_id and p.package_id = s.package_id;
comment on view reporting.sla_subscription is 'Subscriptions of schools to packages, past, active and ordered (SLA-5). Prices are those of the order.';
comment on column reporting.sla_subscription.authority is 'DfE code of the authority that sells, three digits.';
comment on column reporting.sla_subscription.subscription_id is 'Reference of the subscription.';
comment on column reporting.sla_subscription.service is 'Name of the service.';
comment on column reporting.sla_subscription.package is 'Name of the package.';
comment on column reporting.sla_subscription.urn is 'URN of the school at the order.';
comment on column reporting.sla_subscription.starts_on is 'First day.';
comment on column reporting.sla_subscription.ends_on is 'Last day; the day before the first for an order that was cancelled.';
comment on column reporting.sla_subscription.ordered_to is 'Last day as ordered: what the price is for.';
comment on column reporting.sla_subscription.ordered_uk_time is 'When it was ordered, English local time.';
comment on column reporting.sla_subscription.half_days is 'Half-days of a partner bought.';
comment on column reporting.sla_subscription.roll is 'Number on roll that the price used; null when it used none.';
comment on column reporting.sla_subscription.roll_counted_on is 'Day of that count.';
comment on column reporting.sla_subscription.net_pounds is 'Net charge in pounds.';
comment on column reporting.sla_subscription.vat_percent is 'VAT rate in per cent.';
comment on column reporting.sla_subscription.vat_pounds is 'VAT in pounds.';
comment on column reporting.sla_subscription.gross_pounds is 'Gross charge in pounds.';
comment on column reporting.sla_subscription.school_status is 'maintained, academy, out_of_area or other, on the first day; null when not recorded.';
comment on column reporting.sla_subscription.staff is 'Members of staff that the price used; null when it used none.';
comment on column reporting.sla_subscription.staff_counted_on is 'Day of that count.';
comment on column reporting.sla_subscription.price_id is 'Reference of the price, in sla_price.';
comment on column reporting.sla_subscription.clause_number is 'Clause of the price that priced it; null when not recorded.';
comment on column reporting.sla_subscription.terms_number is 'Number of the terms it was ordered under, in sla_terms; 0 for the common ones.';
comment on column reporting.sla_subscription.frozen_to is 'Last day on which a year that rolls over may begin and keep this price; null where it is not frozen.';
comment on column reporting.sla_subscription.notice_given_on is 'Day on which notice was given; null when none was.';
comment on column reporting.sla_subscription.notice_reason is 'Why notice was given; null when not told.';
comment on column reporting.sla_subscription.continues is 'Reference of the subscription that it took up; null for an order.';
comment on column reporting.sla_subscription.billed_elsewhere is 'Yes for orders from before orders were charged here: they have no charge.';
comment on column reporting.sla_subscription.end_reason is 'Why it was ended early; null when it was not.';

create view reporting.sla_price as
select lpad(p.authority_id::text, 3, '0')::varchar(3) as authority, p.price_id::varchar(20) as price_id, v.name::varchar(200) as service,
  k.name::varchar(200) as package, p.valid_from, p.valid_to, (p.recorded_at at time zone 'Europe/London')::timestamp(0) as recorded_uk_time,
  (p.superseded_at at time zone 'Europe/London')::timestamp(0) as superseded_uk_time, p.vat_percent, p.roll_count::varchar(20) as roll_count,
  p.freeze_years, c.nth as clause_number, c.phase_group::varchar(60) as phase_group, c.status::varchar(20) as school_status,
  c.school_type::varchar(100) as school_type, c.setting::varchar(20) as setting, c.counted::varchar(20) as counted, c.band_from, c.band_to,
  (c.flat_pence / 100.0)::numeric(12, 2) as flat_pounds, (c.unit_pence / 100.0)::numeric(12, 2) as unit_pounds,
  (c.minimum_pence / 100.0)::numeric(12, 2) as minimum_pounds, (c.maximum_pence / 100.0)::numeric(12, 2) as maximum_pounds
from sla.price p
join sla.price_clause c on c.authority_id = p.authority_id and c.price_id = p.price_id
join sla.package k on k.authority_id = p.authority_id and k.package_id = p.package_id
join sla.service v on v.authority_id = k.authority_id and v.service_id = k.service_id;
comment on view reporting.sla_price is 'Prices of packages, a row for each clause: the first clause that fits a school prices it (SLA-2). Superseded ones too.';
comment on column reporting.sla_price.authority is 'DfE code of the authority that sells, three digits.';
comment on column reporting.sla_price.price_id is 'Reference of the price.';
comment on column reporting.sla_price.service is 'Name of the service.';
comment on column reporting.sla_price.package is 'Name of the package.';
comment on column reporting.sla_price.valid_from is 'First day on which a subscription that starts is priced so.';
comment on column reporting.sla_price.valid_to is 'First day on which it no longer holds; null while open.';
comment on column reporting.sla_price.recorded_uk_time is 'When it was recorded, English local time.';
comment on column reporting.sla_price.superseded_uk_time is 'When another took its place; null while it is what is known.';
comment on column reporting.sla_price.vat_percent is 'VAT rate in per cent.';
comment on column reporting.sla_price.roll_count is 'Which count of pupils it uses: latest, january, may or october.';
comment on column reporting.sla_price.freeze_years is 'Years for which a school that joins keeps it; 0 for none.';
comment on column reporting.sla_price.clause_number is 'Number of the clause, in the order in which they are tried.';
comment on column reporting.sla_price.phase_group is 'Only for this phase group; null for all.';
comment on column reporting.sla_price.school_status is 'Only for maintained, academy, out_of_area or other schools; null for all of the authority''s own.';
comment on column reporting.sla_price.school_type is 'Only for this type of GIAS; null for all.';
comment on column reporting.sla_price.setting is 'mainstream, or special: special schools, pupil referral units, alternative provision; null for all.';
comment on column reporting.sla_price.counted is 'What the part by number and the band count: pupil, staff or ect (early-career teachers).';
comment on column reporting.sla_price.band_from is 'Only from this number on; null without a band.';
comment on column reporting.sla_price.band_to is 'Up to this number; null for no end.';
comment on column reporting.sla_price.flat_pounds is 'Flat part for a year, net, in pounds.';
comment on column reporting.sla_price.unit_pounds is 'For each pupil or member of staff and year, net, in pounds.';
comment on column reporting.sla_price.minimum_pounds is 'Least net charge for a year, in pounds; null for none.';
comment on column reporting.sla_price.maximum_pounds is 'Greatest net charge for a year, in pounds; null for none.';

create view reporting.sla_terms as
select lpad(p.authority_id::text, 3, '0')::varchar(3) as authority, p.number as terms_number, p.valid_from, p.maintained_month, p.academy_month,
  p.pro_rata::varchar(20) as pro_rata, p.notice_months, p.early_end::varchar(20) as early_end,
  (p.early_end_fee_pence / 100.0)::numeric(12, 2) as early_end_fee_pounds, (p.recorded_at at time zone 'Europe/London')::timestamp(0) as recorded_uk_time
from sla.policy p;
comment on view reporting.sla_terms is 'Terms on which the authority subscribes schools (SLA-4, SLA-5): of those that hold on a day the highest number counts. No row: the common terms.';
comment on column reporting.sla_terms.authority is 'DfE code of the authority, three digits.';
comment on column reporting.sla_terms.terms_number is 'Number of the terms.';
comment on column reporting.sla_terms.valid_from is 'First day.';
comment on column reporting.sla_terms.maintained_month is 'Month in which the year of maintained schools begins; 0: on the day of joining.';
comment on column reporting.sla_terms.academy_month is 'The same for all other schools.';
comment on column reporting.sla_terms.pro_rata is 'How parts of a year are counted: days or months.';
comment on column reporting.sla_terms.notice_months is 'Months before the end until which notice may be given.';
comment on column reporting.sla_terms.early_end is 'What an early end gives back: nothing, unused_time or unused_half_days.';
comment on column reporting.sla_terms.early_end_fee_pounds is 'What is kept of that, beside the costs, in pounds.';
comment on column reporting.sla_terms.recorded_uk_time is 'When they were set, English local time.';

create view reporting.school_staff_count as
select lpad(c.authority_id::text, 3, '0')::varchar(3) as authority, c.school_urn as urn, c.counted_on, c.staff
from sla.staff_count c
where c.superseded_at is null;
comment on view reporting.school_staff_count is 'Staff of schools, as told to the authority for prices by staff (SLA-2).';
comment on column reporting.school_staff_count.authority is 'DfE code of the authority that was told, three digits.';
comment on column reporting.school_staff_count.urn is 'URN of the school, the one it had then.';
comment on column reporting.school_staff_count.counted_on is 'Day of the count.';
comment on column reporting.school_staff_count.staff is 'Members of staff.';

create view reporting.sla_adjustment as
select lpad(a.authority_id::text, 3, '0')::varchar(3) as authority, a.adjustment_id::varchar(20) as adjustment_id, a.subscription_id::varchar(20) as subscription_id,
  s.school_urn as urn, v.name::varchar(200) as service, a.cause::varchar(20) as cause, a.effective_on, (a.net_pence / 100.0)::numeric(12, 2) as net_pounds,
  a.vat_percent, (a.vat_pence / 100.0)::numeric(12, 2) as vat_pounds, (a.gross_pence / 100.0)::numeric(12, 2) as gross_pounds,
  (a.recorded_at at time zone 'Europe/London')::timestamp(0) as recorded_uk_time, a.credit_id::varchar(20) as credit_id
from sla.adjustment a
join sla.subscription s on s.authority_id = a.authority_id and s.subscription_id = a.subscription_id
join sla.service v on v.authority_id = s.authority_id and v.service_id = s.service_id;
comment on view reporting.sla_adjustment is 'What subscriptions gave back of their charge: below zero (SLA-5, SLA-6).';
comment on column reporting.sla_adjustment.authority is 'DfE code of the authority that gives back, three digits.';
comment on column reporting.sla_adjustment.adjustment_id is 'Reference of the adjustment.';
comment on column reporting.sla_adjustment.subscription_id is 'Reference of the subscription.';
comment on column reporting.sla_adjustment.urn is 'URN of the school at the order.';
comment on column reporting.sla_adjustment.service is 'Name of the service.';
comment on column reporting.sla_adjustment.cause is 'early_end, conversion or cancelled.';
comment on column reporting.sla_adjustment.effective_on is 'Last day of the subscription then.';
comment on column reporting.sla_adjustment.net_pounds is 'Net, in pounds, below zero.';
comment on column reporting.sla_adjustment.vat_percent is 'VAT rate in per cent.';
comment on column reporting.sla_adjustment.vat_pounds is 'VAT in pounds.';
comment on column reporting.sla_adjustment.gross_pounds is 'Net and VAT in pounds.';
comment on column reporting.sla_adjustment.recorded_uk_time is 'When it was recorded, English local time.';
comment on column reporting.sla_adjustment.credit_id is 'Reference of the credit, in the view of charges; null where the subscription was billed elsewhere.';

create view reporting.cpd_allowance as
select lpad(a.authority_id::text, 3, '0')::varchar(3) as authority, a.allowance_id::varchar(20) as allowance_id, a.school_urn as urn, a.unit::varchar(20) as unit,
  a.subscription_id::varchar(20) as subscription_id, a.starts_on, a.ends_on, n.granted, n.moved, a.reserved_units as reserved, n.used, n.lapsed,
  a.left_units
from sla.allowance a
cross join lateral (
  select coalesce(sum(x.left_units) filter (where x.kind in ('granted', 'adjusted')), 0)::integer as granted,
    coalesce(sum(x.left_units) filter (where x.kind = 'moved'), 0)::integer as moved,
    (coalesce(-sum(x.reserved_units) filter (where x.kind = 'used'), 0) - coalesce(sum(x.left_units) filter (where x.kind = 'returned'), 0))::integer as used,
    coalesce(-sum(x.left_units) filter (where x.kind = 'lapsed'), 0)::integer as lapsed
  from sla.allowance_entry x
  where x.authority_id = a.authority_id and x.allowance_id = a.allowance_id
) n;
comment on view reporting.cpd_allowance is 'CPD credits and places of schools over a period (SLA-7): granted + moved = reserved + used + lapsed + left.';
comment on column reporting.cpd_allowance.authority is 'DfE code of the authority that gives, three digits.';
comment on column reporting.cpd_allowance.allowance_id is 'Reference of the allowance.';
comment on column reporting.cpd_allowance.urn is 'URN of the school.';
comment on column reporting.cpd_allowance.unit is 'credit or place.';
comment on column reporting.cpd_allowance.subscription_id is 'Reference of the subscription that gives them; null where an officer did.';
comment on column reporting.cpd_allowance.starts_on is 'First day.';
comment on column reporting.cpd_allowance.ends_on is 'Last day.';
comment on column reporting.cpd_allowance.granted is 'Units granted, adjustments included.';
comment on column reporting.cpd_allowance.moved is 'Units moved here from other allowances, less those moved away.';
comment on column reporting.cpd_allowance.reserved is 'Units reserved and not used yet.';
comment on column reporting.cpd_allowance.used is 'Units used, less those returned.';
comment on column reporting.cpd_allowance.lapsed is 'Units that lapsed.';
comment on column reporting.cpd_allowance.left_units is 'Units left.';

create view reporting.cpd_allowance_entry as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.allowance_id::varchar(20) as allowance_id, x.kind::varchar(20) as kind,
  x.left_units as left_change, x.reserved_units as reserved_change, x.reservation_id::varchar(20) as reservation_id, x.other_id::varchar(20) as other_id,
  (x.entered_at at time zone 'Europe/London')::timestamp(0) as entered_uk_time
from sla.allowance_entry x;
comment on view reporting.cpd_allowance_entry is 'The ledger of CPD credits and places (SLA-7).';
comment on column reporting.cpd_allowance_entry.authority is 'DfE code of the authority that gives, three digits.';
comment on column reporting.cpd_allowance_entry.allowance_id is 'Reference of the allowance.';
comment on column reporting.cpd_allowance_entry.kind is 'granted, adjusted, reserved, released, used, returned, lapsed or moved.';
comment on column reporting.cpd_allowance_entry.left_change is 'What it adds to the units left; below zero it takes.';
comment on column reporting.cpd_allowance_entry.reserved_change is 'What it adds to the units reserved; below zero it takes.';
comment on column reporting.cpd_allowance_entry.reservation_id is 'Reference of what reserves them, such as a booking; null for the kinds that concern none.';
comment on column reporting.cpd_allowance_entry.other_id is 'Reference of the allowance they were moved to or from; null for the others.';
comment on column reporting.cpd_allowance_entry.entered_uk_time is 'When, English local time.';

grant select on reporting.cpd_allowance, reporting.cpd_allowance_entry, reporting.sla_adjustment, reporting.sla_subscription, reporting.sla_price, reporting.sla_terms, reporting.school_staff_count to reporting_reader;
