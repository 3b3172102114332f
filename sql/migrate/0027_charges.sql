-- What schools are charged (MON-1): charges with their cause and reasons, the documents that ask for them, what was paid, and the journals that
-- finance systems take. Each charge stands in the ledger from the day it is made.
set role improve_owner;

alter table money.line add column school_urn integer references register.establishment (urn),
  add constraint line_school_accounts check ((account in ('due_from_school', 'recharge_to_school')) = (school_urn is not null));
comment on column money.line.school_urn is 'The school, on accounts of what schools owe; null on the others.';
create index line_by_school on money.line (authority_id, school_urn) where school_urn is not null;

create table money.document (
  authority_id integer not null references auth.authority_scope,
  document_id text not null,
  kind text not null check (kind in ('invoice', 'recharge', 'credit_note')),
  number integer not null check (number > 0),
  school_urn integer not null references register.establishment (urn),
  billed_to text not null check (length(billed_to) between 1 and 300),
  issued_on date not null,
  due_on date not null check (due_on >= issued_on),
  net_pence bigint not null,
  vat_pence bigint not null,
  gross_pence bigint not null check (gross_pence = net_pence + vat_pence),
  paid_pence bigint not null default 0,
  version integer not null default 1,
  primary key (authority_id, document_id),
  unique (authority_id, kind, number),
  check ((kind = 'credit_note') = (gross_pence < 0)),
  constraint document_not_overpaid check (case when gross_pence < 0 then paid_pence between gross_pence and 0 else paid_pence between 0 and gross_pence end)
);
comment on table money.document is 'Tenant: invoices to academies and schools out of area, recharges to maintained schools, credit notes (MON-1). Numbered from 1 without a gap, kind by kind.';
comment on column money.document.authority_id is 'The authority that bills.';
comment on column money.document.document_id is 'Short random reference.';
comment on column money.document.kind is 'invoice, recharge (internal, to a maintained school) or credit_note.';
comment on column money.document.number is 'Number of its kind, without a gap.';
comment on column money.document.school_urn is 'The school.';
comment on column money.document.billed_to is 'Name of the school when it was issued.';
comment on column money.document.issued_on is 'Day of issue.';
comment on column money.document.due_on is 'Day by which it is to be paid.';
comment on column money.document.net_pence is 'Net, in pence: the sum of its charges; below zero on a credit note.';
comment on column money.document.vat_pence is 'VAT, in pence: the sum of its charges.';
comment on column money.document.gross_pence is 'Gross, in pence.';
comment on column money.document.paid_pence is 'What was paid of it, in pence: the sum of its payments, moved only with them.';
comment on column money.document.version is 'Counts the updates.';
comment on constraint document_not_overpaid on money.document is
  '{"reason":"OVERPAID","message":"That is more than the document asks for.","field":"pence","rule":"MON-1","code":9}';
create index document_by_school on money.document (authority_id, school_urn, issued_on);

create table money.charge (
  authority_id integer not null references auth.authority_scope,
  charge_id text not null,
  school_urn integer not null references register.establishment (urn),
  kind text not null check (kind in ('invoice', 'recharge')),
  cause text not null check (length(cause) between 1 and 60),
  cause_ref text not null check (length(cause_ref) between 1 and 60),
  what text not null,
  charged_on date not null,
  net_pence bigint not null,
  vat_percent numeric(4, 1) not null,
  vat_pence bigint not null,
  gross_pence bigint not null check (gross_pence = net_pence + vat_pence),
  reasons jsonb not null default '[]',
  credits text,
  credit_reason text check (length(credit_reason) between 1 and 500),
  credited_net_pence bigint not null default 0,
  credited_vat_pence bigint not null default 0,
  document_id text,
  entry_id text not null,
  charged_by uuid not null references auth.person,
  primary key (authority_id, charge_id),
  foreign key (authority_id, credits) references money.charge,
  foreign key (authority_id, document_id) references money.document,
  foreign key (authority_id, entry_id) references money.entry,
  constraint charge_what_length check (length(what) between 1 and 300),
  constraint charge_vat_range check (vat_percent between 0 and 100),
  constraint charge_of_something check (case when credits is null then net_pence > 0 and vat_pence >= 0 else net_pence <= 0 and vat_pence <= 0 and gross_pence < 0 end),
  constraint charge_credited_at_most check (credits is not null and credited_net_pence = 0 and credited_vat_pence = 0
    or credits is null and credited_net_pence between 0 and net_pence and credited_vat_pence between 0 and vat_pence),
  check ((credits is null) = (credit_reason is null))
);
comment on table money.charge is 'Tenant: what a school is charged, or credited, for one cause (MON-1, MON-3). Never changed: a correction is a credit.';
comment on column money.charge.authority_id is 'The authority that charges.';
comment on column money.charge.charge_id is 'Short random reference.';
comment on column money.charge.school_urn is 'Who pays, by the URN it had then.';
comment on column money.charge.kind is 'invoice, or recharge for a school that was maintained by the authority on that day.';
comment on column money.charge.cause is 'Kind of thing that caused it, such as sla.subscription.';
comment on column money.charge.cause_ref is 'Reference of what caused it: each is charged once.';
comment on column money.charge.what is 'What it is for, as the invoice says.';
comment on column money.charge.charged_on is 'Day in whose accounts it stands.';
comment on column money.charge.net_pence is 'Net, in pence; below zero for a credit.';
comment on column money.charge.vat_percent is 'VAT rate in per cent.';
comment on column money.charge.vat_pence is 'VAT, in pence.';
comment on column money.charge.gross_pence is 'Gross, in pence.';
comment on column money.charge.reasons is 'Why this sum: clauses with their figures (SLA-3).';
comment on column money.charge.credits is 'The charge that this one credits; null for a charge.';
comment on column money.charge.credit_reason is 'Why it was credited; null for a charge.';
comment on column money.charge.credited_net_pence is 'Net of its credits so far, above zero: one locked row decides how much can be credited.';
comment on column money.charge.credited_vat_pence is 'VAT of its credits so far.';
comment on column money.charge.document_id is 'The document that asks for it; null while open.';
comment on column money.charge.entry_id is 'Its entry in the ledger.';
comment on column money.charge.charged_by is 'Who made the call.';
comment on constraint charge_what_length on money.charge is
  '{"reason":"TEXT_LENGTH","message":"A charge says what it is for.","field":"what","rule":"MON-1","accepted":"1 to 300 characters"}';
comment on constraint charge_vat_range on money.charge is
  '{"reason":"VAT_OUT_OF_RANGE","message":"The VAT rate is not a percentage.","field":"vat_percent","rule":"C-2","accepted":"0 to 100, such as 20"}';
comment on constraint charge_of_something on money.charge is
  '{"reason":"NOTHING_CHARGED","message":"A charge is of something.","field":"net_pence","rule":"MON-1","accepted":"1 or more pence"}';
comment on constraint charge_credited_at_most on money.charge is
  '{"reason":"CREDIT_TOO_HIGH","message":"Nobody is credited more than they were charged.","field":"net_pence","rule":"MON-1","code":9}';
create unique index charge_once_a_cause on money.charge (authority_id, cause, cause_ref) where credits is null;
create index charge_open on money.charge (authority_id, school_urn, charged_on) where document_id is null;
create index charge_by_school on money.charge (authority_id, school_urn, charged_on);
create index charge_by_document on money.charge (authority_id, document_id) where document_id is not null;
create index charge_by_credited on money.charge (authority_id, credits) where credits is not null;

create table money.payment (
  authority_id integer not null references auth.authority_scope,
  payment_id text not null,
  document_id text not null,
  paid_on date not null,
  pence bigint not null check (pence <> 0),
  reference text not null,
  entry_id text not null,
  recorded_by uuid not null references auth.person,
  primary key (authority_id, payment_id),
  foreign key (authority_id, document_id) references money.document,
  foreign key (authority_id, entry_id) references money.entry,
  constraint payment_reference_length check (length(reference) between 1 and 100),
  constraint payment_once_a_reference unique (authority_id, document_id, reference)
);
comment on table money.payment is 'Tenant: what was paid of a document, or paid back on a credit note (MON-1).';
comment on column money.payment.authority_id is 'The authority that was paid.';
comment on column money.payment.payment_id is 'Short random reference.';
comment on column money.payment.document_id is 'The document.';
comment on column money.payment.paid_on is 'When the money moved.';
comment on column money.payment.pence is 'How much, in pence; below zero when it was paid back.';
comment on column money.payment.reference is 'Reference of the payment.';
comment on column money.payment.entry_id is 'Its entry in the ledger.';
comment on column money.payment.recorded_by is 'Who recorded it.';
comment on constraint payment_reference_length on money.payment is
  '{"reason":"REFERENCE_LENGTH","message":"A payment has a reference.","field":"reference","rule":"MON-1","accepted":"1 to 100 characters"}';
comment on constraint payment_once_a_reference on money.payment is
  '{"reason":"PAYMENT_RECORDED","message":"This payment of the document was recorded before.","field":"reference","rule":"MON-3","code":6}';

create table money.journal (
  authority_id integer not null references auth.authority_scope,
  number integer not null check (number > 0),
  to_day date not null,
  entries integer not null,
  lines integer not null,
  debit_pence bigint not null,
  digest bytea not null check (octet_length(digest) = 32),
  made_at timestamptz not null default now(),
  primary key (authority_id, number)
);
comment on table money.journal is 'Tenant: what was given to the finance system, journal by journal: each ledger entry stands in one (MON-2).';
comment on column money.journal.authority_id is 'The authority.';
comment on column money.journal.number is 'From 1, without a gap.';
comment on column money.journal.to_day is 'Entries posted up to this day that no earlier journal has.';
comment on column money.journal.entries is 'Entries in it.';
comment on column money.journal.lines is 'Their lines.';
comment on column money.journal.debit_pence is 'Sum of its debits, and of its credits.';
comment on column money.journal.digest is 'SHA-256 of its lines as exported: what is exported again is the same.';
comment on column money.journal.made_at is 'When it was made.';

create table money.journal_entry (
  authority_id integer not null references auth.authority_scope,
  entry_id text not null,
  number integer not null,
  primary key (authority_id, entry_id),
  foreign key (authority_id, entry_id) references money.entry,
  foreign key (authority_id, number) references money.journal
);
comment on table money.journal_entry is 'Tenant: which journal a ledger entry was given in: one, at most.';
comment on column money.journal_entry.authority_id is 'The authority.';
comment on column money.journal_entry.entry_id is 'The entry.';
comment on column money.journal_entry.number is 'The journal.';
create index journal_entry_by_number on money.journal_entry (authority_id, number);

create table money.policy (
  authority_id integer not null references auth.authority_scope,
  payment_days integer not null,
  version integer not null default 1,
  primary key (authority_id),
  constraint policy_payment_days_range check (payment_days between 1 and 120)
);
comment on table money.policy is 'Tenant: how an authority bills, where it decided otherwise than the common rule (28 days).';
comment on column money.policy.authority_id is 'The authority.';
comment on column money.policy.payment_days is 'Days after issue by which a document is to be paid.';
comment on column money.policy.version is 'Counts the updates.';
comment on constraint policy_payment_days_range on money.policy is
  '{"reason":"PAYMENT_DAYS_OUT_OF_RANGE","message":"A document is due some days after its issue.","field":"payment_days","rule":"MON-1","accepted":"1 to 120"}';

create table money.counter (
  authority_id integer not null references auth.authority_scope,
  kind text not null check (kind in ('invoice', 'recharge', 'credit_note', 'journal')),
  last integer not null default 0,
  primary key (authority_id, kind)
);
comment on table money.counter is 'Tenant: the last number of each kind of document: the row is locked while one is made, so that numbers have no gap.';
comment on column money.counter.authority_id is 'The authority.';
comment on column money.counter.kind is 'invoice, recharge, credit_note or journal.';
comment on column money.counter.last is 'The last number that was given.';

do $$
declare
  t regclass;
begin
  foreach t in array array['money.document', 'money.charge', 'money.payment', 'money.journal', 'money.journal_entry', 'money.policy', 'money.counter']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
    execute format('grant select on %s to improve_exec', t);
  end loop;
end $$;
grant insert, update on money.policy to improve_exec;
grant select on money.document, money.charge, money.payment to reporting_owner;
reset role;
