-- The double-entry ledger of each authority (MON-1): entries of lines that sum to zero, append-only. What was wrong is reversed by another entry.
create schema money authorization improve_owner;
comment on schema money is 'The ledger of each authority: entries, their lines, and the accounts they stand on.';
grant usage on schema money to improve_exec, reporting_owner;

set role improve_owner;

create table money.entry (
  authority_id integer not null references auth.authority_scope,
  entry_id text not null,
  posted_on date not null,
  cause text not null check (length(cause) between 1 and 60),
  cause_ref text not null check (length(cause_ref) between 1 and 60),
  what text not null check (length(what) between 1 and 500),
  reverses text,
  posted_by uuid not null references auth.person,
  posted_at timestamptz not null default clock_timestamp(),
  primary key (authority_id, entry_id),
  foreign key (authority_id, reverses) references money.entry,
  constraint entry_once_a_cause unique (authority_id, cause, cause_ref),
  constraint entry_reversed_once unique (authority_id, reverses)
);
comment on table money.entry is 'Tenant: what was posted to an authority''s ledger, and why (MON-1). Append-only: a correction is another entry that reverses it.';
comment on column money.entry.authority_id is 'The authority whose books these are.';
comment on column money.entry.entry_id is 'Short random reference.';
comment on column money.entry.posted_on is 'Day in whose accounts it stands.';
comment on column money.entry.cause is 'Kind of thing that caused it, such as consultancy.delivery.';
comment on column money.entry.cause_ref is 'Reference of what caused it: each is posted once (MON-3).';
comment on column money.entry.what is 'What it is, in words.';
comment on column money.entry.reverses is 'The entry that this one takes back, whole; null for the others.';
comment on column money.entry.posted_by is 'Who made the call.';
comment on column money.entry.posted_at is 'When.';
comment on constraint entry_once_a_cause on money.entry is
  '{"reason":"POSTED_ALREADY","message":"This was posted to the ledger before.","rule":"MON-3","code":9}';
comment on constraint entry_reversed_once on money.entry is
  '{"reason":"REVERSED_ALREADY","message":"This entry was reversed before.","rule":"MON-1","code":9}';
create index entry_by_day on money.entry (authority_id, posted_on, entry_id);

create table money.line (
  authority_id integer not null references auth.authority_scope,
  entry_id text not null,
  nth integer not null check (nth > 0),
  account text not null,
  pence bigint not null check (pence <> 0),
  counterparty_id integer,
  primary key (authority_id, entry_id, nth),
  foreign key (authority_id, entry_id) references money.entry,
  check ((account in ('due_from_authority', 'due_to_authority')) = (counterparty_id is not null)),
  check (counterparty_id <> authority_id)
);
comment on table money.line is 'Tenant: the lines of ledger entries. Those of one entry sum to zero (MON-3).';
comment on column money.line.authority_id is 'The authority whose books these are.';
comment on column money.line.entry_id is 'The entry.';
comment on column money.line.nth is 'Number of the line in its entry.';
comment on column money.line.account is 'The account, as money.account lists them.';
comment on column money.line.pence is 'Pence: above zero a debit, below zero a credit.';
comment on column money.line.counterparty_id is 'The other authority, on accounts that stand between two; null on the others.';
create index line_by_account on money.line (authority_id, account, counterparty_id);

do $$
declare
  t regclass;
begin
  foreach t in array array['money.entry', 'money.line']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;

-- The server reads; money.post and money.reverse write, as the owner.
grant select on money.entry, money.line to improve_exec, reporting_owner;
reset role;
