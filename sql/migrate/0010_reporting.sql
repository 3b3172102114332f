-- People who write SQL: their roles, which login reads which authority, and what PUBLIC no longer may. reporting_owner owns the views of
-- the schema reporting and is itself under row security; a reader has rights on those views and on nothing else.
do $$
begin
  if not exists (select from pg_roles where rolname = 'reporting_owner') then
    create role reporting_owner nologin nosuperuser nobypassrls;
  end if;
  if not exists (select from pg_roles where rolname = 'reporting_reader') then
    create role reporting_reader nologin nosuperuser nobypassrls;
  end if;
  if not exists (select from pg_roles where rolname = 'reporter_maker') then
    create role reporter_maker nologin nosuperuser nobypassrls createrole;
  end if;
end $$;
comment on role reporting_owner is 'Owns the views of the schema reporting. Its policies see what auth.reporter gives the login of the session.';
comment on role reporting_reader is 'Group of all SQL reporters'' logins: reads the views of reporting.';
comment on role reporter_maker is 'Owns the two functions that make and drop reporters'' logins. It may create roles, and nothing else; nobody signs in as it.';
grant reporting_owner, reporter_maker to improve_owner; -- so that the owner may hand them their views and functions
grant reporting_reader to reporter_maker with admin option;
alter default privileges for role reporting_owner revoke execute on functions from public;
alter default privileges for role reporter_maker revoke execute on functions from public;

create schema reporters authorization improve_owner;
comment on schema reporters is 'Calls by which an authority''s administrators make and drop the logins of its SQL reporters.';
grant usage on schema reporters to improve_exec;
grant create on schema reporters to reporter_maker;
grant usage on schema reporters, auth, base to reporter_maker;
revoke usage on schema reporting from improve_exec;
grant usage, create on schema reporting to reporting_owner;
grant usage on schema reporting to reporting_reader;
comment on schema reporting is 'Views for people who write SQL. Start with: select * from reporting.data_dictionary';

set role improve_owner;

create table auth.reporter (
  authority_id integer not null references auth.authority_scope,
  role_name text not null,
  created_at timestamptz not null default now(),
  created_by uuid references auth.person,
  primary key (authority_id, role_name),
  constraint reporter_role_name check (role_name ~ '^la_[0-9]{3}_[a-z][a-z0-9]{0,19}$')
);
comment on table auth.reporter is 'Tenant: which SQL login reads the rows of which authority. A joint reporter has a row in each of its authorities.';
comment on column auth.reporter.authority_id is 'The authority whose rows it reads.';
comment on column auth.reporter.role_name is 'The login role: la_, the code of the authority that made it, _ and the tool.';
comment on column auth.reporter.created_at is 'When it was given these rows.';
comment on column auth.reporter.created_by is 'Who gave them; null when the instance''s operator did so in SQL.';
comment on constraint reporter_role_name on auth.reporter is
  '{"reason":"TOOL_NAME","message":"A tool''s name is a short word.","field":"tool","accepted":"1 to 20 lower-case letters and digits, such as powerbi"}';
alter table auth.reporter enable row level security, force row level security;
grant select, insert, delete on auth.reporter to improve_exec;
grant select, delete on auth.reporter to reporter_maker;
grant select on auth.reporter to reporting_owner;

alter table rpc.request add column withheld text[];
comment on column rpc.request.withheld is 'Fields of the reply that were shown once and are not in answer; null for none.';

-- What the views read. Not among it: who a delegate is, and how they are written to.
grant usage on schema auth, register, schools, partners, sla, cpd to reporting_owner;
grant select on register.authority, register.authority_successor, register.establishment, register.establishment_version, register.link,
  register.group_, register.group_membership, register.inspection, register.inspection_grade, register.roll_count to reporting_owner;
grant select on schools.phase_group, partners.partner, partners.assignment, sla.service, sla.package, sla.subscription, cpd.course, cpd.session
  to reporting_owner;
grant select (authority_id, booking_id, session_id, school_urn, status, price_pence, booked_at, promoted_at, cancelled_at, cancel_reason)
  on cpd.booking to reporting_owner;
reset role;

-- What every login may do that row security does not see: wait and lock, keep large objects and temporary tables, run procedural code, and
-- look at counts, sizes, sessions and transaction numbers of all authorities together. Monitoring keeps them through pg_monitor.
do $$
declare
  f regprocedure;
begin
  for f in
    select p.oid from pg_catalog.pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace
      and p.proname ~ ('^(pg_sleep|pg_advisory_|pg_try_advisory_|lo_|loread|lowrite|pg_stat_get_|pg_lock_status|pg_blocking_pids|'
        'pg_safe_snapshot_blocking_pids|pg_relation_size|pg_table_size|pg_indexes_size|pg_total_relation_size|pg_database_size|'
        'pg_tablespace_size|pg_relation_filenode|pg_relation_filepath|pg_filenode_relation|pg_current_wal_|pg_last_wal_|pg_walfile_name|'
        'pg_last_committed_xact|pg_xact_|pg_current_xact_id|pg_current_snapshot|pg_export_snapshot|txid_|pg_notification_queue_usage|'
        'pg_prepared_xact|pg_logical_emit_message|pg_get_multixact_members|pg_cursor)')
      and p.prorettype <> 'trigger'::regtype
  loop
    execute format('revoke execute on function %s from public', f);
    if f::text !~ '^(pg_sleep|pg_advisory|pg_try_advisory|lo|pg_logical)' then
      execute format('grant execute on function %s to pg_monitor', f);
    end if;
  end loop;
end $$;
revoke execute on function pg_catalog.pg_read_file_old(text, bigint, bigint) from public;
grant execute on function pg_catalog.pg_advisory_xact_lock(bigint) to improve_exec; -- imports are applied one at a time
grant execute on function pg_catalog.pg_stat_get_activity(integer) to reporter_maker; -- to end the sessions of a login it drops
revoke usage on language plpgsql from public;
grant usage on language plpgsql to improve_owner, improve_gate, reporter_maker;

-- Of the database itself: no login but ours connects, and none but the server's makes temporary tables. What a database grants is not copied
-- to one made from it as a template.
do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to improve_exec, reporting_reader, pg_monitor', current_database());
end $$;
