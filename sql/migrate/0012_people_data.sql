-- People's data (GDP-1): how long each kind is kept, and what was erased. And a role for the sealer, which numbers every authority's rows.
do $$
begin
  if not exists (select from pg_roles where rolname = 'improve_sealer') then
    create role improve_sealer nologin nosuperuser nobypassrls;
  end if;
end $$;
comment on role improve_sealer is 'Owns audit.seal: the one role whose policies see every authority''s audit rows, in order to number and link them.';
grant improve_sealer to improve_owner; -- so that the owner may hand it the function

create schema privacy authorization improve_owner;
comment on schema privacy is 'People''s data: what is held on somebody, erasure that keeps the figures, retention.';
grant usage on schema privacy to improve_exec, improve_gate;
grant usage, create on schema audit to improve_sealer;

set role improve_owner;

create table privacy.retention (
  authority_id integer not null references auth.authority_scope,
  kind text not null,
  keep_days integer not null,
  version integer not null default 1,
  primary key (authority_id, kind),
  constraint retention_kind_known check (kind in ('delegates', 'former_users', 'imports', 'requests')),
  constraint retention_days_range check (keep_days between 30 and 36500)
);
comment on table privacy.retention is 'Tenant: how long an authority keeps each kind of personal data, where it decided otherwise than the common rule.';
comment on column privacy.retention.authority_id is 'The authority.';
comment on column privacy.retention.kind is 'delegates: names on bookings, after the session; former_users: after their last membership; imports: files and their problems; requests: answers kept for repeats.';
comment on column privacy.retention.keep_days is 'Days.';
comment on column privacy.retention.version is 'Counts the updates.';
comment on constraint retention_kind_known on privacy.retention is
  '{"reason":"KIND_UNKNOWN","message":"There is no such kind of data.","field":"kind","rule":"GDP-1","accepted":"delegates, former_users, imports or requests"}';
comment on constraint retention_days_range on privacy.retention is
  '{"reason":"DAYS_OUT_OF_RANGE","message":"Data is kept for at least 30 days.","field":"keep_days","rule":"GDP-1","accepted":"30 to 36500"}';

create table privacy.tombstone (
  authority_id integer not null references auth.authority_scope,
  tombstone_id text not null,
  placeholder text not null,
  person_id uuid,
  rows jsonb not null,
  erased_at timestamptz not null default now(),
  primary key (authority_id, tombstone_id)
);
comment on table privacy.tombstone is 'Tenant: who was erased, without a word about them: what to erase again after an older backup is restored.';
comment on column privacy.tombstone.authority_id is 'The authority whose rows they were; 0 for what a person erased of themselves across authorities.';
comment on column privacy.tombstone.tombstone_id is 'Short random reference.';
comment on column privacy.tombstone.placeholder is 'What stands in place of the name.';
comment on column privacy.tombstone.person_id is 'Identity, for a person who signed in; null for one who was only named.';
comment on column privacy.tombstone.rows is 'Rows that were found by another sign than the identity: [{"table","key"}].';
comment on column privacy.tombstone.erased_at is 'When.';

alter table privacy.retention enable row level security, force row level security;
alter table privacy.tombstone enable row level security, force row level security;
grant select, insert, update on privacy.retention to improve_exec;
grant select on privacy.tombstone to improve_exec;
grant select, delete on audit.pending to improve_sealer;
grant select, insert on audit.seal to improve_sealer;
grant select on audit.entry to improve_sealer;
grant select, update on audit.sealer to improve_sealer;
reset role;
