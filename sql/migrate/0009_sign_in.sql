-- Sign-in: enrolment codes, devices with their keys, sessions, and what is counted of wrong attempts.
do $$
begin
  if not exists (select from pg_roles where rolname = 'persona_anonymous') then
    create role persona_anonymous nologin nosuperuser nobypassrls;
  end if;
end $$;
comment on role persona_anonymous is 'Whoever has not signed in: the calls by which one does.';
grant persona_anonymous to improve_exec;

create schema sign_in authorization improve_owner;
comment on schema sign_in is 'Calls by which people enrol a device, sign in with it, and end what they began.';
grant usage on schema sign_in to improve_exec, improve_gate;
grant create on schema sign_in to improve_gate;

set role improve_owner;

create table auth.sign_in_policy (
  only_one boolean primary key default true check (only_one),
  session_idle interval not null default '30 minutes' check (session_idle >= '1 second'),
  session_lifetime interval not null default '12 hours' check (session_lifetime >= '1 second'),
  touch_every interval not null default '1 minute',
  code_lifetime interval not null default '24 hours' check (code_lifetime between '1 second' and '7 days'),
  nonce_lifetime interval not null default '2 minutes' check (nonce_lifetime between '1 second' and '1 hour'),
  nonce_key bytea not null default sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
    check (octet_length(nonce_key) = 32),
  free_attempts integer not null default 5 check (free_attempts between 1 and 1000),
  back_off_first interval not null default '1 second',
  back_off_most interval not null default '15 minutes',
  token_days_most integer not null default 366 check (token_days_most between 1 and 3660)
);
comment on table auth.sign_in_policy is 'Shared register: how long sessions, codes and nonces are good, and how wrong attempts are slowed: one row, changed by the database''s owner.';
comment on column auth.sign_in_policy.only_one is 'There is one row.';
comment on column auth.sign_in_policy.session_idle is 'A session ends when no call came for so long.';
comment on column auth.sign_in_policy.session_lifetime is 'A session ends so long after it began, whatever its use.';
comment on column auth.sign_in_policy.touch_every is 'A session''s use is noted this often at most, so that idle expiry may come this much early.';
comment on column auth.sign_in_policy.code_lifetime is 'An enrolment code is good for so long.';
comment on column auth.sign_in_policy.nonce_lifetime is 'A nonce is to be signed within this time.';
comment on column auth.sign_in_policy.nonce_key is 'Key of the nonces'' authentication codes. It proves nobody: who reads it can date nonces, and still cannot sign them.';
comment on column auth.sign_in_policy.free_attempts is 'Wrong attempts of one key, code or source before the next must wait.';
comment on column auth.sign_in_policy.back_off_first is 'The first wait; each further wrong attempt doubles it.';
comment on column auth.sign_in_policy.back_off_most is 'The longest wait; attempts are forgotten when none came for as long.';
comment on column auth.sign_in_policy.token_days_most is 'A service token is good for so many days at most.';
insert into auth.sign_in_policy default values;

create table auth.device (
  device_id text primary key,
  person_id uuid not null references auth.person,
  public_key bytea not null unique check (octet_length(public_key) = 32),
  authority_id integer references auth.authority_scope,
  label text not null check (length(label) between 1 and 100),
  enrolled_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);
comment on table auth.device is 'Cross-LA: a person''s devices, by the Ed25519 key that each proves to hold; the secret half never leaves the device.';
comment on column auth.device.device_id is 'Short random reference.';
comment on column auth.device.person_id is 'Whose.';
comment on column auth.device.public_key is 'Ed25519 public key.';
comment on column auth.device.authority_id is 'The only authority its sessions are good for, where an administrator invited the device of a person who had one; null: any.';
comment on column auth.device.label is 'What its person calls it.';
comment on column auth.device.enrolled_at is 'When it was enrolled.';
comment on column auth.device.last_used_at is 'When it last signed in.';
comment on column auth.device.revoked_at is 'When it was revoked; null while good.';
create index device_by_person on auth.device (person_id);

create table auth.invitation (
  authority_id integer not null references auth.authority_scope,
  invitation_id text not null,
  code_hash bytea not null check (octet_length(code_hash) = 32),
  name text check (length(name) between 1 and 200),
  persona text check (persona in ('la_admin', 'officer', 'partner', 'booker', 'finance', 'reporter')),
  school_urn integer,
  starts_on date,
  ends_on date check (ends_on >= starts_on),
  person_id uuid references auth.person,
  device_authority_id integer references auth.authority_scope,
  invited_by uuid not null references auth.person,
  invited_at timestamptz not null default now(),
  expires_at timestamptz not null,
  redeemed_at timestamptz,
  redeemed_by uuid references auth.person,
  revoked_at timestamptz,
  primary key (authority_id, invitation_id),
  constraint invitation_code_once unique (authority_id, code_hash),
  check (person_id is not null or persona is not null and name is not null),
  check ((persona = 'booker') = (school_urn is not null))
);
comment on table auth.invitation is 'Tenant: enrolment codes, as SHA-256 hashes: each makes one device of a person known, and may make them a member.';
comment on column auth.invitation.authority_id is 'The authority that invites; 0 where a person invites a device of their own.';
comment on column auth.invitation.invitation_id is 'Short random reference.';
comment on column auth.invitation.code_hash is 'SHA-256 of the code, which has 125 random bits.';
comment on column auth.invitation.name is 'Name of a new person.';
comment on column auth.invitation.persona is 'What the code makes its redeemer in the authority; null: only a device more.';
comment on column auth.invitation.school_urn is 'For a booker: the school (URN).';
comment on column auth.invitation.starts_on is 'First day of the membership; null: the day of redeeming.';
comment on column auth.invitation.ends_on is 'Last day of the membership; null: open.';
comment on column auth.invitation.person_id is 'Whose device it enrols; null: whoever redeems it.';
comment on column auth.invitation.device_authority_id is 'The only authority that the device will be good for; null: any.';
comment on column auth.invitation.invited_by is 'Who invited.';
comment on column auth.invitation.invited_at is 'When.';
comment on column auth.invitation.expires_at is 'From then on the code is refused.';
comment on column auth.invitation.redeemed_at is 'When it was redeemed: once.';
comment on column auth.invitation.redeemed_by is 'Who redeemed it.';
comment on column auth.invitation.revoked_at is 'When it was withdrawn.';
create index invitation_by_code on auth.invitation (code_hash);

create table auth.used_nonce (
  nonce_hash bytea primary key,
  expires_at timestamptz not null
);
comment on table auth.used_nonce is 'Cross-LA: nonces that were signed and taken, until they would have expired anyway: a proof works once.';
comment on column auth.used_nonce.nonce_hash is 'SHA-256 of the nonce.';
comment on column auth.used_nonce.expires_at is 'From then on the nonce is refused for its age.';
create index used_nonce_by_age on auth.used_nonce (expires_at);

create table auth.wrong_attempt (
  subject bytea primary key,
  attempts integer not null,
  last_at timestamptz not null,
  wait_until timestamptz not null
);
comment on table auth.wrong_attempt is 'Cross-LA: wrong sign-ins by key, code and source, each as a hash, to slow them.';
comment on column auth.wrong_attempt.subject is 'SHA-256 of the kind and the key, code or network address.';
comment on column auth.wrong_attempt.attempts is 'How many, without a pause as long as the longest wait.';
comment on column auth.wrong_attempt.last_at is 'When the last one came.';
comment on column auth.wrong_attempt.wait_until is 'Before that the next is not looked at.';
create index wrong_attempt_by_age on auth.wrong_attempt (last_at);

create table auth.identity (
  issuer text not null check (length(issuer) between 1 and 500),
  subject text not null check (length(subject) between 1 and 500),
  person_id uuid not null references auth.person,
  linked_at timestamptz not null default now(),
  constraint identity_once primary key (issuer, subject)
);
comment on table auth.identity is 'Cross-LA: who a person is to an OpenID Connect provider: the place for (issuer, subject); no call uses it yet.';
comment on column auth.identity.issuer is 'The provider''s issuer URL (iss), as it stands in its tokens.';
comment on column auth.identity.subject is 'Its lasting identifier for the person (sub): never an e-mail address.';
comment on column auth.identity.person_id is 'The person.';
comment on column auth.identity.linked_at is 'When the two were linked.';

alter table auth.token
  add column token_id text unique,
  add column kind text not null default 'service' check (kind in ('service', 'session')),
  add column device_id text references auth.device,
  add column last_seen_at timestamptz,
  add column issued_by uuid references auth.person,
  add constraint token_session_has_device check ((kind = 'session') = (device_id is not null) and (kind = 'service' or last_seen_at is not null));
comment on column auth.token.token_id is 'Short random reference; null for tokens made by improved admin.';
comment on column auth.token.kind is 'service: a script''s, until it expires; session: a device''s, which also ends when idle.';
comment on column auth.token.device_id is 'For a session: the device that opened it.';
comment on column auth.token.last_seen_at is 'For a session: when a call last came, to the minute.';
comment on column auth.token.issued_by is 'For a service token: the administrator who made it.';
create index token_by_person on auth.token (person_id);
create index token_by_authority on auth.token (authority_id) where kind = 'service';

alter table auth.membership add column revoked_at timestamptz;
comment on column auth.membership.revoked_at is 'When it was taken away, with effect on the next call; null while it runs its days.';
alter table auth.membership drop constraint membership_once_a_day;
alter table auth.membership add constraint membership_once_a_day exclude using gist (
  authority_id with =, person_id with =, persona with =, coalesce(school_urn, 0) with =, daterange(starts_on, ends_on, '[]') with &&)
  where (revoked_at is null);
comment on constraint membership_once_a_day on auth.membership is
  '{"reason":"MEMBERSHIP_EXISTS","message":"This person holds that already in the period.","field":"persona","accepted":"a period after the other membership ends","code":6}';
comment on constraint invitation_code_once on auth.invitation is
  '{"reason":"CODE_EXISTS","message":"This code was given out before.","field":"code_hash","accepted":"the hash of a new random code","code":6}';

do $$
declare
  t regclass;
begin
  foreach t in array array['auth.sign_in_policy', 'auth.device', 'auth.invitation', 'auth.used_nonce', 'auth.wrong_attempt', 'auth.identity']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;

-- The gate's functions enrol and open sessions; the server itself lists and revokes, and reads no hash.
grant select on auth.sign_in_policy, auth.device, auth.invitation, auth.used_nonce, auth.wrong_attempt to improve_gate;
grant insert on auth.device, auth.used_nonce, auth.wrong_attempt, auth.token, auth.person, auth.membership to improve_gate;
grant update on auth.device, auth.invitation, auth.wrong_attempt to improve_gate;
grant update (last_seen_at, revoked_at) on auth.token to improve_gate;
grant delete on auth.used_nonce, auth.wrong_attempt, auth.token to improve_gate;

grant select (device_id, person_id, authority_id, label, enrolled_at, last_used_at, revoked_at), update (revoked_at) on auth.device to improve_exec;
grant select (authority_id, invitation_id, name, persona, school_urn, starts_on, ends_on, person_id, device_authority_id, invited_by, invited_at,
  expires_at, redeemed_at, redeemed_by, revoked_at), insert, update (revoked_at) on auth.invitation to improve_exec;
grant select (person_id, authority_id, label, issued_at, expires_at, revoked_at, token_id, kind, device_id, last_seen_at, issued_by), insert,
  update (revoked_at) on auth.token to improve_exec;
grant select (only_one, session_idle, session_lifetime, code_lifetime, token_days_most) on auth.sign_in_policy to improve_exec;
grant update (revoked_at) on auth.membership to improve_exec;
reset role;
