-- Tables of the engine: who may call, and what was answered.
set role improve_owner;

create table auth.authority_scope (
  authority_id integer primary key check (authority_id between 0 and 999)
);
comment on table auth.authority_scope is 'Shared register: every tenant key there is: 0 is the instance itself, the others are DfE authority numbers. register.authority describes them.';
comment on column auth.authority_scope.authority_id is 'DfE number of the authority (929), or 0 for the instance.';
insert into auth.authority_scope values (0);

create table auth.person (
  person_id uuid primary key default gen_random_uuid(),
  kind text not null default 'person' check (kind in ('person', 'service')),
  display_name text not null check (length(display_name) between 1 and 200),
  created_at timestamptz not null default now()
);
comment on table auth.person is 'Cross-LA: one identity that signs in; an authority knows it only through a membership.';
comment on column auth.person.person_id is 'Random; never shown to another authority.';
comment on column auth.person.kind is 'person, or service for a script''s account.';
comment on column auth.person.display_name is 'Name shown to the authorities this person has joined.';
comment on column auth.person.created_at is 'When the identity was made.';

create table auth.membership (
  authority_id integer not null references auth.authority_scope,
  membership_id text not null,
  person_id uuid not null references auth.person,
  persona text not null check (persona in ('operator', 'la_admin', 'officer', 'partner', 'booker', 'finance', 'reporter')),
  school_urn integer,
  starts_on date not null default current_date,
  ends_on date check (ends_on >= starts_on),
  primary key (authority_id, membership_id),
  check ((persona = 'booker') = (school_urn is not null)),
  check ((persona = 'operator') = (authority_id = 0)),
  unique nulls not distinct (authority_id, person_id, persona, school_urn)
);
comment on table auth.membership is 'Tenant: what a person is in an authority: one row a persona, and for a booker one a school.';
comment on column auth.membership.authority_id is 'The authority, or 0 for the instance''s operators.';
comment on column auth.membership.membership_id is 'Short random reference.';
comment on column auth.membership.person_id is 'Who.';
comment on column auth.membership.persona is 'operator, la_admin, officer, partner, booker, finance or reporter; EXECUTE is granted to the role persona_<this>.';
comment on column auth.membership.school_urn is 'For a booker: the school (URN) they act for.';
comment on column auth.membership.starts_on is 'First day it holds.';
comment on column auth.membership.ends_on is 'Last day it holds; null while open.';
create index membership_by_person on auth.membership (person_id, authority_id);

create table auth.token (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  person_id uuid not null references auth.person,
  authority_id integer references auth.authority_scope,
  label text not null,
  issued_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
comment on table auth.token is 'Cross-LA: bearer tokens, as SHA-256 hashes; the token itself is shown once and kept nowhere.';
comment on column auth.token.token_hash is 'SHA-256 of the token.';
comment on column auth.token.person_id is 'Whose.';
comment on column auth.token.authority_id is 'The only authority it may be used for; null: any its person is a member of.';
comment on column auth.token.label is 'What it is for, for people.';
comment on column auth.token.issued_at is 'When it was made.';
comment on column auth.token.expires_at is 'From then on it is refused.';
comment on column auth.token.revoked_at is 'When it was revoked; null while good.';

create table rpc.request (
  authority_id integer not null references auth.authority_scope,
  request_id uuid not null,
  person_id uuid not null,
  method text not null,
  fingerprint bytea not null,
  answer jsonb not null,
  recorded_at timestamptz not null default now(),
  constraint request_once primary key (authority_id, request_id)
);
comment on table rpc.request is 'Tenant: the ledger of writes: the first answer to each request id, stored in the write''s own transaction, so that a repeat is answered and not done again.';
comment on column rpc.request.authority_id is 'The authority of the call, 0 for the instance.';
comment on column rpc.request.request_id is 'The caller''s id for this write.';
comment on column rpc.request.person_id is 'Who called: another person''s repeat is refused.';
comment on column rpc.request.method is 'Full method name.';
comment on column rpc.request.fingerprint is 'Hash of method and payload: another body under the same id is refused.';
comment on column rpc.request.answer is 'The reply''s rows.';
comment on column rpc.request.recorded_at is 'When; kept at least 30 days.';
create index request_by_age on rpc.request (recorded_at);

create table audit.entry (
  authority_id integer not null references auth.authority_scope,
  request_id uuid not null,
  at timestamptz not null default clock_timestamp(),
  person_id uuid not null,
  personas text not null,
  method text not null,
  traceparent text,
  request jsonb not null,
  answer jsonb not null,
  primary key (authority_id, request_id)
);
comment on table audit.entry is 'Tenant: one row for each write, in its own transaction.';
comment on column audit.entry.authority_id is 'The authority of the call, 0 for the instance.';
comment on column audit.entry.request_id is 'The write''s request id.';
comment on column audit.entry.at is 'When.';
comment on column audit.entry.person_id is 'Who.';
comment on column audit.entry.personas is 'As what: the personas held at that moment.';
comment on column audit.entry.method is 'Which call.';
comment on column audit.entry.traceparent is 'W3C trace context of the call, where it sent one.';
comment on column audit.entry.request is 'With what: the request''s fields.';
comment on column audit.entry.answer is 'To what effect: the reply''s rows.';

do $$
declare
  t regclass;
begin
  foreach t in array array['auth.authority_scope', 'auth.person', 'auth.membership', 'auth.token', 'rpc.request', 'audit.entry']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;

grant select on auth.authority_scope, auth.person, auth.membership, auth.token to improve_gate;
grant select on auth.authority_scope, auth.person, auth.membership to improve_exec;
grant insert on auth.authority_scope to improve_exec;
grant select, insert on rpc.request, audit.entry to improve_exec;
reset role;
