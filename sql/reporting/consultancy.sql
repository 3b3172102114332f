-- Consultancy between authorities, and the ledger, for SQL reporters.
set role reporting_owner;

create view reporting.consultancy_agreement as
select lpad(a.authority_id::text, 3, '0')::varchar(3) as authority, a.agreement_id::varchar(20) as agreement_id, a.side::varchar(20) as side,
  lpad(a.other_id::text, 3, '0')::varchar(3) as other, a.title::varchar(200) as title, a.starts_on, a.ends_on, a.status::varchar(20) as status,
  b.kind::varchar(40) as kind, b.half_days, b.left_half_days, (b.half_day_pence / 100.0)::numeric(12, 2) as half_day_pounds, a.brokerage_percent, a.vat_percent
from consultancy.agreement a
join consultancy.bank b on b.authority_id = a.authority_id and b.agreement_id = a.agreement_id;
comment on view reporting.consultancy_agreement is 'Agreements by which the authority sells or buys days, a row a kind of partner (CON-1).';
comment on column reporting.consultancy_agreement.authority is 'DfE code of the authority, three digits.';
comment on column reporting.consultancy_agreement.agreement_id is 'Reference of the agreement, the same for both parties.';
comment on column reporting.consultancy_agreement.side is 'provider or client: what this authority is.';
comment on column reporting.consultancy_agreement.other is 'DfE code of the other authority.';
comment on column reporting.consultancy_agreement.title is 'What it is about.';
comment on column reporting.consultancy_agreement.starts_on is 'First day.';
comment on column reporting.consultancy_agreement.ends_on is 'Last day.';
comment on column reporting.consultancy_agreement.status is 'proposed, accepted, declined or withdrawn.';
comment on column reporting.consultancy_agreement.kind is 'Kind of partner whose half-days it sells.';
comment on column reporting.consultancy_agreement.half_days is 'Half-days sold.';
comment on column reporting.consultancy_agreement.left_half_days is 'Half-days that no visit has taken.';
comment on column reporting.consultancy_agreement.half_day_pounds is 'Rate of a half-day in pounds, net.';
comment on column reporting.consultancy_agreement.brokerage_percent is 'Brokerage on the rates, in per cent.';
comment on column reporting.consultancy_agreement.vat_percent is 'VAT on rates and brokerage, in per cent.';

create view reporting.consultancy_delivery as
select lpad(d.authority_id::text, 3, '0')::varchar(3) as authority, d.delivery_id::varchar(20) as delivery_id, d.agreement_id::varchar(20) as agreement_id,
  a.side::varchar(20) as side, lpad(a.other_id::text, 3, '0')::varchar(3) as other, d.visit_id::varchar(20) as visit_id, d.visited_on, d.posted_on,
  d.school_urn as urn, p.name::varchar(200) as partner, d.kind::varchar(40) as kind, d.cause::varchar(20) as cause, d.half_days,
  (d.net_pence / 100.0)::numeric(12, 2) as net_pounds, (d.brokerage_pence / 100.0)::numeric(12, 2) as brokerage_pounds,
  (d.vat_pence / 100.0)::numeric(12, 2) as vat_pounds, (d.gross_pence / 100.0)::numeric(12, 2) as gross_pounds, s.number as statement_number,
  s.settled_on, d.reverses::varchar(20) as reverses
from consultancy.delivery d
join consultancy.agreement a on a.authority_id = d.authority_id and a.agreement_id = d.agreement_id
join consultancy.placement t on t.authority_id = d.authority_id and t.placement_id = d.placement_id
join partners.partner p on p.authority_id = t.authority_id and p.partner_id = t.partner_id
left join consultancy.statement_line l on l.authority_id = d.authority_id and l.delivery_id = d.delivery_id
left join consultancy.statement s on s.authority_id = l.authority_id and s.statement_id = l.statement_id;
comment on view reporting.consultancy_delivery is 'What agreements charged, visit by visit, sold and bought; reversals are rows of their own, below zero (CON-2).';
comment on column reporting.consultancy_delivery.authority is 'DfE code of the authority, three digits.';
comment on column reporting.consultancy_delivery.delivery_id is 'Reference, the same for both parties.';
comment on column reporting.consultancy_delivery.agreement_id is 'Reference of the agreement.';
comment on column reporting.consultancy_delivery.side is 'provider (sold) or client (bought).';
comment on column reporting.consultancy_delivery.other is 'DfE code of the other authority.';
comment on column reporting.consultancy_delivery.visit_id is 'Reference of the client''s visit.';
comment on column reporting.consultancy_delivery.visited_on is 'Day of the visit.';
comment on column reporting.consultancy_delivery.posted_on is 'Day in whose accounts it stands.';
comment on column reporting.consultancy_delivery.urn is 'URN of the school.';
comment on column reporting.consultancy_delivery.partner is 'Who delivered it.';
comment on column reporting.consultancy_delivery.kind is 'As what kind of partner.';
comment on column reporting.consultancy_delivery.cause is 'delivered, cancelled_late or reversed.';
comment on column reporting.consultancy_delivery.half_days is 'Half-days charged; below zero when taken back.';
comment on column reporting.consultancy_delivery.net_pounds is 'By the rate, in pounds.';
comment on column reporting.consultancy_delivery.brokerage_pounds is 'Brokerage on it, in pounds.';
comment on column reporting.consultancy_delivery.vat_pounds is 'VAT on both, in pounds.';
comment on column reporting.consultancy_delivery.gross_pounds is 'In all, in pounds.';
comment on column reporting.consultancy_delivery.statement_number is 'Number of the statement that states it; null while none does.';
comment on column reporting.consultancy_delivery.settled_on is 'Day on which that statement was settled; null before.';
comment on column reporting.consultancy_delivery.reverses is 'The delivery that it takes back; null for the others.';

create view reporting.ledger as
select lpad(e.authority_id::text, 3, '0')::varchar(3) as authority, e.entry_id::varchar(20) as entry_id, e.posted_on, e.cause::varchar(60) as cause,
  e.cause_ref::varchar(60) as cause_ref, e.what::varchar(500) as what, l.nth, l.account::varchar(40) as account,
  (l.pence / 100.0)::numeric(14, 2) as pounds, lpad(l.counterparty_id::text, 3, '0')::varchar(3) as other, e.reverses::varchar(20) as reverses
from money.entry e
join money.line l on l.authority_id = e.authority_id and l.entry_id = e.entry_id;
comment on view reporting.ledger is 'The authority''s double-entry ledger, a row a line; the lines of an entry sum to zero (MON-1).';
comment on column reporting.ledger.authority is 'DfE code of the authority, three digits.';
comment on column reporting.ledger.entry_id is 'Reference of the entry.';
comment on column reporting.ledger.posted_on is 'Day in whose accounts it stands.';
comment on column reporting.ledger.cause is 'Kind of thing that caused it.';
comment on column reporting.ledger.cause_ref is 'Reference of what caused it.';
comment on column reporting.ledger.what is 'What it is, in words.';
comment on column reporting.ledger.nth is 'Number of the line in its entry.';
comment on column reporting.ledger.account is 'The account.';
comment on column reporting.ledger.pounds is 'Pounds: above zero a debit, below zero a credit.';
comment on column reporting.ledger.other is 'DfE code of the other authority, on accounts between two; null on the others.';
comment on column reporting.ledger.reverses is 'The entry that this one takes back; null for the others.';
grant select on reporting.consultancy_agreement, reporting.consultancy_delivery, reporting.ledger to reporting_reader;
reset role;
