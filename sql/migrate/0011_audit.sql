-- Audit: what was before and after stands in the entry; committed entries are numbered without a gap and linked in a chain of hashes by the
-- sealer (sql/audit/seal.sql), outside the writes' own transactions.
set role improve_owner;

alter table audit.entry add column changes jsonb not null default '[]';
alter table audit.entry add column salt uuid default gen_random_uuid();
alter table audit.entry alter column salt set not null;
comment on column audit.entry.changes is 'Rows added, changed and removed: [{"table","key","before","after"}], before and after with the columns that differ. Columns marked Secret. are never copied.';
comment on column audit.entry.salt is 'Random: hashed with request, answer and changes, so that what was erased from them cannot be guessed from their hash.';
create index entry_by_person on audit.entry (authority_id, person_id, at);

create table audit.pending (
  authority_id integer not null references auth.authority_scope,
  ticket bigint generated always as identity,
  stream text not null check (stream in ('audit', 'event')),
  row_id uuid not null,
  primary key (authority_id, ticket)
);
-- Read in this order across authorities, by the sealer only.
create index pending_in_order on audit.pending (ticket);
comment on table audit.pending is 'Tenant: rows of the sealed streams that have no number yet; written with them in one transaction, taken by the sealer once they are committed.';
comment on column audit.pending.authority_id is 'The authority whose row it is.';
comment on column audit.pending.ticket is 'Order of writing; tickets commit in any order, so it is no number.';
comment on column audit.pending.stream is 'audit: a row of audit.entry; event: a row for watchers, numbered and not hashed.';
comment on column audit.pending.row_id is 'The row: for audit, the request id.';

create table audit.seal (
  authority_id integer not null references auth.authority_scope,
  stream text not null check (stream in ('audit', 'event')),
  number bigint not null check (number > 0),
  row_id uuid not null,
  digest bytea check (octet_length(digest) = 32),
  hash bytea check (octet_length(hash) = 32),
  sealed_at timestamptz not null default clock_timestamp(),
  primary key (authority_id, stream, number),
  constraint seal_once unique (authority_id, stream, row_id),
  check ((stream = 'audit') = (digest is not null) and (stream = 'audit') = (hash is not null))
);
comment on table audit.seal is 'Tenant: the numbers of committed rows, from 1 without a gap in each authority and stream. A number is visible only when all before it are.';
comment on column audit.seal.authority_id is 'The authority.';
comment on column audit.seal.stream is 'audit or event.';
comment on column audit.seal.number is 'From 1, without a gap.';
comment on column audit.seal.row_id is 'The row: for audit, the request id.';
comment on column audit.seal.digest is 'SHA-256 of salt and content (request, answer, changes) when it was sealed: erasing a value later leaves it as it was.';
comment on column audit.seal.hash is 'SHA-256 of the previous number''s hash (32 zero bytes before the first) and this row''s canonical text.';
comment on column audit.seal.sealed_at is 'When the number was given.';

create table audit.sealer (
  only_row boolean primary key default true check (only_row)
);
comment on table audit.sealer is 'Shared register: one row; whoever holds its lock seals.';
comment on column audit.sealer.only_row is 'There is one row.';
insert into audit.sealer values (true);

-- What was written before there was a sealer is sealed first.
insert into audit.pending (authority_id, stream, row_id)
select e.authority_id, 'audit', e.request_id from audit.entry e order by e.at, e.request_id;

do $$
declare
  t regclass;
begin
  foreach t in array array['audit.pending', 'audit.seal', 'audit.sealer']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;
grant select, insert on audit.pending to improve_exec;
grant select on audit.seal to improve_exec;
reset role;
