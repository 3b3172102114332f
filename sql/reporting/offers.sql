-- Offers for SQL reporters.
set role reporting_owner;

create view reporting.offer_tier as
select lpad(t.authority_id::text, 3, '0')::varchar(3) as authority, t.scheme_id::varchar(20) as scheme_id, s.name::varchar(200) as offer, s.academic_year as academic_year_begins,
  s.starts_on, s.ends_on, t.nth as tier_number, t.rank as tier_rank, t.name::varchar(100) as tier, t.half_days, (t.pence / 100.0)::numeric(12, 2) as pounds,
  case when t.up_to then 'Yes' else 'No' end::varchar(3) as up_to, t.wording::varchar(1000) as wording
from offers.tier t
join offers.scheme s on s.authority_id = t.authority_id and s.scheme_id = t.scheme_id;
comment on view reporting.offer_tier is 'Offers of support by the history of inspections, and what their tiers give (OFF-1).';
comment on column reporting.offer_tier.authority is 'DfE code of the authority, three digits.';
comment on column reporting.offer_tier.scheme_id is 'Reference of the offer.';
comment on column reporting.offer_tier.offer is 'Name of the offer.';
comment on column reporting.offer_tier.academic_year_begins is 'Year in which its academic year begins: 2026 for 2026/27.';
comment on column reporting.offer_tier.starts_on is 'First day.';
comment on column reporting.offer_tier.ends_on is 'Last day.';
comment on column reporting.offer_tier.tier_number is 'Place of the tier in the list.';
comment on column reporting.offer_tier.tier_rank is 'The higher goes before.';
comment on column reporting.offer_tier.tier is 'Name of the tier.';
comment on column reporting.offer_tier.half_days is 'Half-days of support that it gives.';
comment on column reporting.offer_tier.pounds is 'Pounds that it gives.';
comment on column reporting.offer_tier.up_to is 'Yes where that sum is a ceiling.';
comment on column reporting.offer_tier.wording is 'What the source says; null when not told.';

create view reporting.offer_award as
select lpad(a.authority_id::text, 3, '0')::varchar(3) as authority, a.award_id::varchar(20) as award_id, a.scheme_id::varchar(20) as scheme_id, a.school_urn as urn,
  a.entitlement_id::varchar(20) as entitlement_id, a.half_days, (a.awarded_pence / 100.0)::numeric(12, 2) as awarded_pounds,
  (a.committed_pence / 100.0)::numeric(12, 2) as committed_pounds, (a.spent_pence / 100.0)::numeric(12, 2) as spent_pounds
from offers.award a;
comment on view reporting.offer_award is 'What schools have of offers (OFF-3).';
comment on column reporting.offer_award.authority is 'DfE code of the authority, three digits.';
comment on column reporting.offer_award.award_id is 'Reference of the award.';
comment on column reporting.offer_award.scheme_id is 'Reference of the offer.';
comment on column reporting.offer_award.urn is 'URN of the school, the one it had when it joined.';
comment on column reporting.offer_award.entitlement_id is 'Reference of its entitlement to half-days; null when it has none.';
comment on column reporting.offer_award.half_days is 'Half-days granted.';
comment on column reporting.offer_award.awarded_pounds is 'Pounds awarded.';
comment on column reporting.offer_award.committed_pounds is 'Of these, pounds committed.';
comment on column reporting.offer_award.spent_pounds is 'Of these, pounds spent.';

create view reporting.offer_move as
select lpad(m.authority_id::text, 3, '0')::varchar(3) as authority, m.award_id::varchar(20) as award_id, m.scheme_id::varchar(20) as scheme_id, a.school_urn as urn, m.effective_on,
  m.from_nth as from_tier_number, m.to_nth as to_tier_number, m.cause::varchar(20) as cause, m.inspection_number::varchar(40) as inspection_number,
  (m.pence / 100.0)::numeric(12, 2) as pounds, m.half_days, (m.recorded_at at time zone 'Europe/London')::timestamp(0) as recorded_uk_time
from offers.move m
join offers.award a on a.authority_id = m.authority_id and a.award_id = m.award_id
where m.superseded_at is null;
comment on view reporting.offer_move is 'Schools that joined an offer, moved between its tiers or left it, by what is known now (OFF-2).';
comment on column reporting.offer_move.authority is 'DfE code of the authority, three digits.';
comment on column reporting.offer_move.award_id is 'Reference of the award.';
comment on column reporting.offer_move.scheme_id is 'Reference of the offer.';
comment on column reporting.offer_move.urn is 'URN of the school, the one it had when it joined.';
comment on column reporting.offer_move.effective_on is 'First day in the new tier.';
comment on column reporting.offer_move.from_tier_number is 'The tier before; null for none.';
comment on column reporting.offer_move.to_tier_number is 'The tier from then on; null for none.';
comment on column reporting.offer_move.cause is 'start, news or anniversary.';
comment on column reporting.offer_move.inspection_number is 'The inspection that was published; null otherwise.';
comment on column reporting.offer_move.pounds is 'Pounds that it gives or takes.';
comment on column reporting.offer_move.half_days is 'Half-days that it gives or takes.';
comment on column reporting.offer_move.recorded_uk_time is 'When it was computed, English local time.';

create view reporting.offer_entry as
select lpad(e.authority_id::text, 3, '0')::varchar(3) as authority, e.award_id::varchar(20) as award_id, e.kind::varchar(20) as kind, (e.pence / 100.0)::numeric(12, 2) as pounds,
  e.effective_on, e.what::varchar(1000) as what, (e.entered_at at time zone 'Europe/London')::timestamp(0) as entered_uk_time
from offers.entry e;
comment on view reporting.offer_entry is 'The ledger of schools'' money of offers (OFF-3).';
comment on column reporting.offer_entry.authority is 'DfE code of the authority, three digits.';
comment on column reporting.offer_entry.award_id is 'Reference of the award.';
comment on column reporting.offer_entry.kind is 'awarded, adjusted, carried_in, carried_out, committed, released or spent.';
comment on column reporting.offer_entry.pounds is 'Pounds; below zero takes away.';
comment on column reporting.offer_entry.effective_on is 'Day for which it stands.';
comment on column reporting.offer_entry.what is 'Why.';
comment on column reporting.offer_entry.entered_uk_time is 'When it was entered, English local time.';

grant select on reporting.offer_tier, reporting.offer_award, reporting.offer_move, reporting.offer_entry to reporting_reader;
