-- Events: what watchers are told. Written in the transaction of what happened, and numbered by the sealer once that is committed, so that a
-- number is seen only when all before it are: sequences commit out of order, and a watcher would miss one.
create schema events authorization improve_owner;
comment on schema events is 'What happened, for those who watch: numbered without a gap in each authority.';
grant usage on schema events to improve_exec, improve_sealer;
grant create on schema events to improve_sealer; -- it owns events.newest

set role improve_owner;

create table events.event (
  authority_id integer not null references auth.authority_scope,
  event_id uuid not null default gen_random_uuid(),
  number bigint check (number > 0),
  at timestamptz not null default clock_timestamp(),
  kind text not null check (kind ~ '^[a-z_]+\.[a-z_]+$'),
  subject text not null,
  school_urn integer,
  partner_id text,
  person_id uuid,
  about jsonb not null default '{}' check (jsonb_typeof(about) = 'object'),
  primary key (authority_id, event_id),
  constraint event_numbered_once unique (authority_id, number)
);
comment on table events.event is 'Tenant: what happened to a visit and the like, for those who watch. Kept as it was: nothing here is looked up later.';
comment on column events.event.authority_id is 'The authority in which it happened.';
comment on column events.event.event_id is 'Random.';
comment on column events.event.number is 'From 1 in each authority, without a gap; null for the moment between the commit and the sealer''s round.';
comment on column events.event.at is 'When.';
comment on column events.event.kind is 'What happened, to what: visit.planned.';
comment on column events.event.subject is 'Reference of what it happened to.';
comment on column events.event.school_urn is 'The school that may see it; null for none.';
comment on column events.event.partner_id is 'The partner whom it concerns.';
comment on column events.event.person_id is 'That partner''s person, who sees it in their diary.';
comment on column events.event.about is 'How it stood then: status, times.';
create index event_of_person on events.event (person_id, authority_id, number) where person_id is not null;

alter table events.event enable row level security, force row level security;
grant select on events.event to improve_exec, improve_sealer;
grant insert on events.event to improve_exec;
grant update (number) on events.event to improve_sealer;
grant usage on schema auth to improve_sealer;
grant select on auth.authority_scope to improve_sealer;
reset role;
