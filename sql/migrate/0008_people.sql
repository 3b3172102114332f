-- Memberships as an authority's administrators keep them.
create schema people authorization improve_owner;
create schema self authorization improve_owner;
comment on schema people is 'An authority''s users: who is what, from when to when.';
comment on schema self is 'Calls about the caller.';
grant usage on schema people, self to improve_exec;

set role improve_owner;
alter table auth.membership add column version integer not null default 1;
comment on column auth.membership.version is 'Counts the updates.';

-- Somebody who left may come back: what may not happen is to hold the same twice on one day.
alter table auth.membership drop constraint membership_authority_id_person_id_persona_school_urn_key;
alter table auth.membership add constraint membership_once_a_day exclude using gist (
  authority_id with =, person_id with =, persona with =, coalesce(school_urn, 0) with =, daterange(starts_on, ends_on, '[]') with &&);
comment on constraint membership_once_a_day on auth.membership is
  '{"reason":"MEMBERSHIP_EXISTS","message":"This person holds that already in the period.","field":"persona","accepted":"a period after the other membership ends","code":6}';
create index membership_by_authority on auth.membership (authority_id, person_id);

grant insert on auth.person, auth.membership to improve_exec;
grant update (ends_on, version) on auth.membership to improve_exec;
reset role;
