-- contract: 0022
-- drops: replaceable
-- Consultancy between authorities (CON-1, CON-2). As a contract is signed in two copies, each party holds its own rows of everything here, with the
-- same references: an authority's rows stay its own to read, export and delete. Functions of sql/consultancy write both copies in one transaction.
create schema consultancy authorization improve_owner;
comment on schema consultancy is 'Days that one authority sells to another: agreements, the days and schools they name, who works under them, and statements.';
grant usage on schema consultancy to improve_exec, reporting_owner;

-- Half-days of consultancy are an agreement's, not a school's.
update visits.entitlement set source = 'core' where source = 'consultancy';
set role improve_owner;
alter table visits.entitlement drop constraint entitlement_source_known;
alter table visits.entitlement add constraint entitlement_source_known check (source in ('sla', 'offer', 'core'));
comment on constraint entitlement_source_known on visits.entitlement is
  '{"reason":"SOURCE_UNKNOWN","message":"Half-days come from a source of the list.","field":"source","rule":"VIS-2","accepted":"sla, offer or core; an agreement gives those of consultancy"}';
comment on column visits.entitlement.source is 'sla, offer or core: what gives the half-days.';
comment on column visits.entitlement.reference is 'Reference of the subscription or offer; null where there is none. It gives half-days once.';
comment on column visits.visit.funding_ref is 'Reference of what pays: the agreement of a consultancy visit, an offer, a subscription; null where the funding alone says it.';

create table consultancy.agreement (
  authority_id integer not null references auth.authority_scope,
  agreement_id text not null,
  side text not null check (side in ('provider', 'client')),
  other_id integer not null check (other_id <> authority_id),
  title text not null,
  starts_on date not null,
  ends_on date not null,
  brokerage_percent numeric(5, 2) not null,
  vat_percent numeric(5, 2) not null,
  notice_days integer not null,
  status text not null default 'proposed' check (status in ('proposed', 'accepted', 'declined', 'withdrawn')),
  proposed_at timestamptz not null default now(),
  answered_at timestamptz,
  answer_note text check (length(answer_note) between 1 and 500),
  end_reason text check (length(end_reason) between 1 and 500),
  version integer not null default 1,
  primary key (authority_id, agreement_id),
  check ((status = 'proposed') = (answered_at is null)),
  constraint agreement_title_length check (length(title) between 1 and 200),
  constraint agreement_ends_after_start check (ends_on >= starts_on),
  constraint agreement_brokerage_range check (brokerage_percent between 0 and 50),
  constraint agreement_vat_range check (vat_percent between 0 and 50),
  constraint agreement_notice_range check (notice_days between 0 and 60)
);
comment on table consultancy.agreement is 'Tenant: a party''s copy of an agreement by which a provider authority sells days to a client authority (CON-1).';
comment on column consultancy.agreement.authority_id is 'The party whose copy it is.';
comment on column consultancy.agreement.agreement_id is 'Short random reference, the same in both copies.';
comment on column consultancy.agreement.side is 'Which party holds this copy: provider or client.';
comment on column consultancy.agreement.other_id is 'The other party.';
comment on column consultancy.agreement.title is 'What it is about.';
comment on column consultancy.agreement.starts_on is 'First day.';
comment on column consultancy.agreement.ends_on is 'Last day.';
comment on column consultancy.agreement.brokerage_percent is 'Brokerage on top of the rates, in per cent of them.';
comment on column consultancy.agreement.vat_percent is 'VAT on rates and brokerage, in per cent.';
comment on column consultancy.agreement.notice_days is 'Working days before a visit until which the client may cancel it and keep the half-days.';
comment on column consultancy.agreement.status is 'proposed, accepted, declined or withdrawn. Accepted, it runs from its first day to its last.';
comment on column consultancy.agreement.proposed_at is 'When the provider proposed it.';
comment on column consultancy.agreement.answered_at is 'When the client answered, or the provider withdrew; null before.';
comment on column consultancy.agreement.answer_note is 'What was said with the answer.';
comment on column consultancy.agreement.end_reason is 'Why it was ended before its time; null when it was not.';
comment on column consultancy.agreement.version is 'Counts the updates, the same in both copies.';
comment on constraint agreement_title_length on consultancy.agreement is
  '{"reason":"TITLE_LENGTH","message":"An agreement has a title.","field":"title","rule":"CON-1","accepted":"1 to 200 characters"}';
comment on constraint agreement_ends_after_start on consultancy.agreement is
  '{"reason":"PERIOD_BACKWARDS","message":"An agreement cannot end before it starts.","field":"ends_on","rule":"CON-1","accepted":"the first day or a later one"}';
comment on constraint agreement_brokerage_range on consultancy.agreement is
  '{"reason":"BROKERAGE_OUT_OF_RANGE","message":"Brokerage is a share of the rates.","field":"brokerage_percent","rule":"CON-1","accepted":"0 to 50"}';
comment on constraint agreement_vat_range on consultancy.agreement is
  '{"reason":"VAT_OUT_OF_RANGE","message":"VAT is a share of what is charged.","field":"vat_percent","rule":"C-2","accepted":"0 to 50"}';
comment on constraint agreement_notice_range on consultancy.agreement is
  '{"reason":"NOTICE_OUT_OF_RANGE","message":"Notice is some working days, or none.","field":"notice_days","rule":"CON-1","accepted":"0 to 60"}';
create index agreement_by_other on consultancy.agreement (authority_id, other_id, agreement_id);

create table consultancy.bank (
  authority_id integer not null references auth.authority_scope,
  agreement_id text not null,
  kind text not null,
  half_days integer not null,
  half_day_pence bigint not null,
  left_half_days integer not null,
  primary key (authority_id, agreement_id, kind),
  foreign key (authority_id, agreement_id) references consultancy.agreement,
  constraint bank_kind_known check (kind in ('sip', 'nle', 'lle', 'sle', 'ele', 'professional_partner', 'facilitator', 'pupil_premium_reviewer')),
  constraint bank_half_days_range check (half_days between 1 and 5000),
  constraint bank_rate_range check (half_day_pence between 1 and 10000000),
  constraint bank_never_below_zero check (left_half_days between 0 and half_days)
) with (fillfactor = 70);
comment on table consultancy.bank is 'Tenant: the half-days that an agreement sells, by kind of partner, at what rate, and what is left of them (CON-1).';
comment on column consultancy.bank.authority_id is 'The party whose copy it is.';
comment on column consultancy.bank.agreement_id is 'The agreement.';
comment on column consultancy.bank.kind is 'Kind of partner who works them.';
comment on column consultancy.bank.half_days is 'Half-days sold.';
comment on column consultancy.bank.half_day_pence is 'Rate of a half-day in pence, net of brokerage and VAT.';
comment on column consultancy.bank.left_half_days is 'Half-days that no visit has taken: planned visits hold theirs.';
comment on constraint bank_kind_known on consultancy.bank is
  '{"reason":"KIND_UNKNOWN","message":"There is no such kind of partner.","field":"lines","rule":"CON-1","accepted":"sip, nle, lle, sle, ele, professional_partner, facilitator, pupil_premium_reviewer"}';
comment on constraint bank_half_days_range on consultancy.bank is
  '{"reason":"HALF_DAYS_OUT_OF_RANGE","message":"An agreement sells some half-days of a kind.","field":"lines","rule":"CON-1","accepted":"1 to 5000"}';
comment on constraint bank_rate_range on consultancy.bank is
  '{"reason":"RATE_OUT_OF_RANGE","message":"A half-day costs something.","field":"lines","rule":"CON-1","accepted":"1 to 10000000 pence; 17500 for £350 a day"}';
comment on constraint bank_never_below_zero on consultancy.bank is
  '{"reason":"DAYS_EXHAUSTED","message":"The agreement has not so many half-days left.","field":"half_days","rule":"CON-2","code":9}';

create table consultancy.school (
  authority_id integer not null references auth.authority_scope,
  agreement_id text not null,
  school_urn integer not null references register.establishment (urn),
  starts_on date not null,
  ends_on date not null,
  primary key (authority_id, agreement_id, school_urn, starts_on),
  foreign key (authority_id, agreement_id) references consultancy.agreement,
  constraint school_ends_after_start check (ends_on >= starts_on),
  constraint school_once_at_a_time exclude using gist (
    authority_id with =, agreement_id with =, school_urn with =, daterange(starts_on, ends_on, '[]') with &&)
);
comment on table consultancy.school is 'Tenant: the client''s schools that an agreement names, and from when to when: the provider sees no other (CON-1).';
comment on column consultancy.school.authority_id is 'The party whose copy it is.';
comment on column consultancy.school.agreement_id is 'The agreement.';
comment on column consultancy.school.school_urn is 'The school, by the URN it had when named.';
comment on column consultancy.school.starts_on is 'First day.';
comment on column consultancy.school.ends_on is 'Last day, the agreement''s unless it was taken out before.';
comment on constraint school_ends_after_start on consultancy.school is
  '{"reason":"PERIOD_BACKWARDS","message":"A school cannot leave an agreement before it joins.","field":"ends_on","rule":"CON-1","accepted":"the first day or a later one"}';
comment on constraint school_once_at_a_time on consultancy.school is
  '{"reason":"SCHOOL_NAMED_ALREADY","message":"The agreement names the school already.","field":"school_urn","rule":"CON-1","accepted":"another school, or a later period","code":9}';

create table consultancy.placement (
  authority_id integer not null references auth.authority_scope,
  placement_id text not null,
  agreement_id text not null,
  kind text not null,
  partner_id text not null,
  starts_on date not null,
  ends_on date not null,
  membership_id text,
  version integer not null default 1,
  primary key (authority_id, placement_id),
  foreign key (authority_id, agreement_id, kind) references consultancy.bank,
  foreign key (authority_id, partner_id) references partners.partner,
  constraint placement_ends_after_start check (ends_on >= starts_on),
  constraint placement_once_at_a_time exclude using gist (
    authority_id with =, agreement_id with =, partner_id with =, daterange(starts_on, ends_on, '[]') with &&)
);
comment on table consultancy.placement is 'Tenant: which of the provider''s partners works for the client under an agreement, as what, from when to when (CON-1).';
comment on column consultancy.placement.authority_id is 'The party whose copy it is.';
comment on column consultancy.placement.placement_id is 'Short random reference, the same in both copies.';
comment on column consultancy.placement.agreement_id is 'The agreement.';
comment on column consultancy.placement.kind is 'Kind of partner as which they work, and whose half-days their visits take.';
comment on column consultancy.placement.partner_id is 'The partner, by the reference that the party of this copy knows them by.';
comment on column consultancy.placement.starts_on is 'First day.';
comment on column consultancy.placement.ends_on is 'Last day, the agreement''s unless ended before.';
comment on column consultancy.placement.membership_id is 'In the client''s copy: the membership that it opened, and that ends with it; null when the partner was a member anyway.';
comment on column consultancy.placement.version is 'Counts the updates.';
comment on constraint placement_ends_after_start on consultancy.placement is
  '{"reason":"PERIOD_BACKWARDS","message":"A placement cannot end before it starts.","field":"ends_on","rule":"CON-1","accepted":"the first day or a later one"}';
comment on constraint placement_once_at_a_time on consultancy.placement is
  '{"reason":"PLACED_ALREADY","message":"The partner works under this agreement already.","field":"partner_id","rule":"CON-1","accepted":"another partner, or a later period","code":9}';

create table consultancy.delivery (
  authority_id integer not null references auth.authority_scope,
  delivery_id text not null,
  agreement_id text not null,
  placement_id text not null,
  visit_id text not null,
  school_urn integer not null references register.establishment (urn),
  kind text not null,
  cause text not null check (cause in ('delivered', 'cancelled_late', 'reversed')),
  visited_on date not null,
  half_days integer not null,
  net_pence bigint not null,
  brokerage_pence bigint not null,
  vat_pence bigint not null,
  gross_pence bigint not null check (gross_pence = net_pence + brokerage_pence + vat_pence),
  posted_on date not null,
  reverses text,
  reason text check (length(reason) between 1 and 500),
  entry_id text not null,
  primary key (authority_id, delivery_id),
  foreign key (authority_id, agreement_id, kind) references consultancy.bank,
  foreign key (authority_id, placement_id) references consultancy.placement,
  foreign key (authority_id, reverses) references consultancy.delivery,
  foreign key (authority_id, entry_id) references money.entry,
  check ((cause = 'reversed') = (reverses is not null) and (reverses is null) = (reason is null)),
  check (sign(half_days) = case when cause = 'reversed' then -1 else 1 end and sign(half_days) = sign(gross_pence)),
  constraint delivery_reversed_once unique (authority_id, reverses)
);
comment on table consultancy.delivery is 'Tenant: what an agreement''s visits cost, posted to the party''s ledger: delivered, cancelled too late, and taken back (CON-2). Append-only.';
comment on column consultancy.delivery.authority_id is 'The party whose copy it is.';
comment on column consultancy.delivery.delivery_id is 'Short random reference, the same in both copies.';
comment on column consultancy.delivery.agreement_id is 'The agreement.';
comment on column consultancy.delivery.placement_id is 'Who delivered it.';
comment on column consultancy.delivery.visit_id is 'The client''s visit.';
comment on column consultancy.delivery.school_urn is 'The school.';
comment on column consultancy.delivery.kind is 'Kind of partner: it says the rate.';
comment on column consultancy.delivery.cause is 'delivered, cancelled_late (by the client, past the notice) or reversed.';
comment on column consultancy.delivery.visited_on is 'Day of the visit.';
comment on column consultancy.delivery.half_days is 'Half-days charged; below zero when taken back.';
comment on column consultancy.delivery.net_pence is 'By the rate, in pence.';
comment on column consultancy.delivery.brokerage_pence is 'Brokerage on it, in pence.';
comment on column consultancy.delivery.vat_pence is 'VAT on both, in pence.';
comment on column consultancy.delivery.gross_pence is 'What the client owes for it, in pence.';
comment on column consultancy.delivery.posted_on is 'Day in whose accounts and statement it stands: that of the visit, or the first one not stated yet.';
comment on column consultancy.delivery.reverses is 'The delivery that this one takes back; null for the others.';
comment on column consultancy.delivery.reason is 'Why it was taken back.';
comment on column consultancy.delivery.entry_id is 'The entry of the party''s ledger.';
comment on constraint delivery_reversed_once on consultancy.delivery is
  '{"reason":"REVERSED_ALREADY","message":"This delivery was taken back before.","rule":"CON-2","code":9}';
create unique index delivery_once_a_visit on consultancy.delivery (authority_id, visit_id) where reverses is null;
create index delivery_by_agreement on consultancy.delivery (authority_id, agreement_id, posted_on);

create table consultancy.statement (
  authority_id integer not null references auth.authority_scope,
  statement_id text not null,
  other_id integer not null check (other_id <> authority_id),
  number integer not null check (number > 0),
  starts_on date not null,
  ends_on date not null check (ends_on >= starts_on),
  sold_pence bigint not null,
  bought_pence bigint not null,
  balance_pence bigint not null check (balance_pence = sold_pence - bought_pence),
  issued_at timestamptz not null default now(),
  settled_on date,
  settlement_ref text check (length(settlement_ref) between 1 and 100),
  entry_id text,
  version integer not null default 1,
  primary key (authority_id, statement_id),
  foreign key (authority_id, entry_id) references money.entry,
  check ((settled_on is null) = (settlement_ref is null) and (settled_on is not null or entry_id is null)),
  unique (authority_id, other_id, number),
  constraint statement_one_a_period exclude using gist (authority_id with =, other_id with =, daterange(starts_on, ends_on, '[]') with &&)
);
comment on table consultancy.statement is 'Tenant: what two authorities owe each other for a period, on one statement (CON-2). The two copies'' balances sum to zero.';
comment on column consultancy.statement.authority_id is 'The party whose copy it is.';
comment on column consultancy.statement.statement_id is 'Short random reference, the same in both copies.';
comment on column consultancy.statement.other_id is 'The other party.';
comment on column consultancy.statement.number is 'Number among the statements of the two.';
comment on column consultancy.statement.starts_on is 'First day: the one after the last statement.';
comment on column consultancy.statement.ends_on is 'Last day.';
comment on column consultancy.statement.sold_pence is 'What this party sold to the other, in pence.';
comment on column consultancy.statement.bought_pence is 'What it bought from the other, in pence.';
comment on column consultancy.statement.balance_pence is 'What the other party owes, in pence; below zero: what this party owes.';
comment on column consultancy.statement.issued_at is 'When it was issued.';
comment on column consultancy.statement.settled_on is 'Day on which the balance was paid; null before.';
comment on column consultancy.statement.settlement_ref is 'Reference of the payment.';
comment on column consultancy.statement.entry_id is 'The ledger entry of the settlement.';
comment on column consultancy.statement.version is 'Counts the updates.';
comment on constraint statement_one_a_period on consultancy.statement is
  '{"reason":"STATED_ALREADY","message":"A statement covers days of that period already.","field":"ends_on","rule":"CON-2","code":9}';

create table consultancy.statement_line (
  authority_id integer not null references auth.authority_scope,
  delivery_id text not null,
  statement_id text not null,
  primary key (authority_id, delivery_id),
  foreign key (authority_id, delivery_id) references consultancy.delivery,
  foreign key (authority_id, statement_id) references consultancy.statement
);
comment on table consultancy.statement_line is 'Tenant: which deliveries a statement states: each is stated once (CON-2).';
comment on column consultancy.statement_line.authority_id is 'The party whose copy it is.';
comment on column consultancy.statement_line.delivery_id is 'The delivery.';
comment on column consultancy.statement_line.statement_id is 'The statement.';
create index statement_line_by_statement on consultancy.statement_line (authority_id, statement_id);

do $$
declare
  t regclass;
begin
  foreach t in array array['consultancy.agreement', 'consultancy.bank', 'consultancy.school', 'consultancy.placement', 'consultancy.delivery',
    'consultancy.statement', 'consultancy.statement_line']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
    execute format('grant select on %s to improve_exec', t);
    if t <> 'consultancy.school'::regclass then
      execute format('grant select on %s to reporting_owner', t);
    end if;
  end loop;
end $$;
reset role;
