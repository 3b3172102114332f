-- Roles and the schemas of the engine. Roles belong to the cluster, so each is made only where it is absent.
-- Rights to call are GRANTs of EXECUTE to a persona; improve_exec (the server) is a member of all and checks the caller's in the gate.
do $$
declare
  r text;
begin
  foreach r in array array['improve_owner', 'improve_gate', 'improve_migrator', 'persona_operator', 'persona_la_admin', 'persona_officer',
    'persona_partner', 'persona_booker', 'persona_finance', 'persona_reporter', 'persona_person']
  loop
    if not exists (select from pg_roles where rolname = r) then
      execute format('create role %I nologin nosuperuser nobypassrls', r);
    end if;
  end loop;
  if not exists (select from pg_roles where rolname = 'improve_exec') then
    create role improve_exec login nosuperuser nobypassrls;
  end if;
end $$;

comment on role improve_owner is 'Owns every schema, table, view and call function. Nobody signs in as it.';
comment on role improve_gate is 'Owns the gate (auth.begin_call): the one role whose policies see every authority''s tokens and memberships.';
comment on role improve_exec is 'The server''s execution role: row security binds it, and it runs prepared statements only.';
comment on role persona_operator is 'The instance''s operator: authorities, shared register, nothing of a tenant.';
comment on role persona_la_admin is 'LA administrator: services, prices, courses, users of one authority.';
comment on role persona_officer is 'LA officer: assigns partners, runs cases and funds.';
comment on role persona_partner is 'School Improvement Partner or other visiting expert.';
comment on role persona_booker is 'School user: subscribes and books for their own schools.';
comment on role persona_finance is 'Finance: charges, invoices, statements.';
comment on role persona_reporter is 'Reads reports through the client; changes nothing.';
comment on role persona_person is 'Anyone signed in, for calls about themselves and the shared register.';

grant persona_operator, persona_la_admin, persona_officer, persona_partner, persona_booker, persona_finance, persona_reporter,
  persona_person to improve_exec;

-- Only this global form keeps new functions from PUBLIC; "in schema … revoke" does nothing.
alter default privileges for role improve_owner revoke execute on functions from public;
alter default privileges for role improve_gate revoke execute on functions from public;
revoke all on schema public from public;

create schema base authorization improve_owner;
create schema errors authorization improve_owner;
create schema auth authorization improve_owner;
create schema rpc authorization improve_owner;
create schema audit authorization improve_owner;
comment on schema base is 'Small helpers that every domain uses: references, dates.';
comment on schema errors is 'How a call refuses: one function a status, each with field, rule and what would be accepted.';
comment on schema auth is 'Who calls: people, memberships, tokens, and the gate that every call passes.';
comment on schema rpc is 'The request ledger: the first answer to each request id.';
comment on schema audit is 'One row for each write: who, when, which call, with what.';
grant usage on schema base, errors, auth, rpc, audit to improve_exec, improve_gate;
grant create on schema auth, rpc to improve_gate;
grant improve_gate to improve_owner; -- so that the owner may hand it the gate's functions

create extension if not exists btree_gist with schema public;
grant usage on schema public to improve_owner, improve_exec;
