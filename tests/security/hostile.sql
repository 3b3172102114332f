-- What a reporter of authority 1 might try against authority 2. Each piece runs in a session of its own, as psql runs it, and is
--   --@ allowed   carried out, and shows nothing of authority 2
--   --@ denied    refused
--   --@ residual  carried out, and may show how much there is of all authorities together: each of these stands in deploy/SECURITY.md
-- tests/security/hostile.bats splits the file at these lines, and looks for authority 2's words and counts in whatever comes back.

-- 1. Plain reading.
--@ allowed
select * from partner;
--@ allowed
select authority, count(*) from cpd_booking group by authority;
--@ allowed
select count(*) from cpd_booking where authority = '002';
--@ allowed
select count(*) from cpd_booking where authority <> '001';
--@ allowed
select count(*) from cpd_booking where authority is distinct from '001';
--@ allowed
select * from sla_subscription where urn between 102000 and 102999;
--@ allowed
select * from partner_assignment where urn not in (select urn from open_schools where authority = '001');
--@ allowed
select * from cpd_session order by authority desc limit 5;
--@ allowed
select s.*, b.* from cpd_session s full join cpd_booking b on true where b.authority = '002' limit 1;
--@ allowed
select (select string_agg(partner, ',') from partner), (select max(booking_id) from cpd_booking);
--@ allowed
table reporting.partner;
--@ allowed
select phase_group from schools_by_phase_group where authority = '002';
--@ allowed
select * from authorities;
--@ allowed
select * from data_dictionary;
--@ allowed
select b from cpd_booking b limit 1;
--@ allowed
select row_to_json(p), to_jsonb(p), p::text from partner p;
--@ denied
select xmin from open_schools limit 0;
--@ denied
select ctid, xmin from partner;
--@ denied
select tableoid from cpd_booking;
--@ allowed
select * from partner for update skip locked \gdesc
--@ denied
select * from partner for update;
--@ denied
select * from cpd_booking for key share;
--@ denied
select * from cpd_booking tablesample system (100);

-- 2. The tables behind the views.
--@ denied
select * from cpd.booking;
--@ denied
select count(*) from cpd.session;
--@ denied
select * from sla.subscription;
--@ denied
select * from partners.partner;
--@ denied
select * from schools.phase_group;
--@ denied
select * from register.establishment;
--@ denied
select * from auth.reporter;
--@ denied
select * from auth.person;
--@ denied
select * from auth.token;
--@ denied
select * from auth.membership;
--@ denied
select * from audit.entry;
--@ denied
select * from rpc.request;
--@ denied
select * from imports.staged_row;
--@ denied
select * from migrate.applied;
--@ denied
select * from errors.constraint_message;
--@ denied
select * from register.phase_grouping;
--@ denied
select has_table_privilege('cpd.booking', 'select') and (select count(*) > 0 from cpd.booking);
--@ denied
select 'cpd.booking'::regclass;
--@ denied
select (select count(*) from only cpd.booking);
--@ denied
table test.nothing;
--@ denied
select test.plant(1, 'x', 1, 1);

-- 3. Settings that policies of the server read.
--@ allowed
set app.authority_id = '2'; select distinct authority from cpd_booking;
--@ allowed
set app.authority_id = '0'; set app.personas = 'operator'; select distinct authority from partner;
--@ allowed
select set_config('app.authority_id', '2', false), set_config('app.personas', 'la_admin,officer,person', false); select distinct authority from sla_subscription;
--@ allowed
begin; set local app.authority_id = '2'; set local app.urns = '102000'; select distinct authority from cpd_session; commit;
--@ allowed
set app.person_id = '00000000-0000-0000-0000-000000000000'; select count(*) from partner where authority = '002';
--@ denied
set row_security = off; select count(*) from cpd_booking;
--@ allowed
set default_transaction_read_only = off; select count(*) from partner where authority = '002';
--@ allowed
set search_path = cpd, sla, partners, auth; select count(*) from reporting.partner where authority = '002';
--@ denied
set search_path = cpd; select * from booking;
--@ denied
set session_replication_role = replica;
--@ denied
set lo_compat_privileges = on;
--@ denied
set log_statement = 'all';
--@ denied
set session_preload_libraries = 'auto_explain';
--@ allowed
set local_preload_libraries = '/tmp/evil';
--@ denied
load 'auto_explain';
--@ denied
set temp_file_limit = -1;
--@ denied
set zero_damaged_pages = on;
--@ denied
set allow_system_table_mods = on;
--@ denied
set log_min_messages = debug5;
--@ denied
set track_activities = off;
--@ allowed
set client_min_messages = debug5; select count(*) from partner where authority = '002';
--@ allowed
set plan_cache_mode = force_generic_plan; prepare p (text) as select count(*) from cpd_booking where authority = $1; execute p ('002');
--@ allowed
set debug_print_plan = on; select count(*) from partner where authority = '002';
--@ denied
alter role la_001_hostile set app.authority_id = '2'; alter role la_002_hostile set app.x = '2';
--@ denied
alter database improve set app.authority_id = '2';
--@ denied
alter system set log_statement = 'all';
--@ denied
set application_name = 'improved'; select pg_stat_get_activity(null);

-- 4. Becoming somebody else.
--@ denied
set role la_002_hostile;
--@ denied
set role improve_exec;
--@ denied
set role improve_owner;
--@ denied
set role improve_gate;
--@ denied
set role reporting_owner;
--@ denied
set role reporter_maker;
--@ denied
set role persona_la_admin;
--@ denied
set role postgres;
--@ denied
set role pg_read_all_data;
--@ denied
set role pg_monitor;
--@ denied
set session authorization la_002_hostile;
--@ denied
set session authorization postgres;
--@ denied
set session_authorization = 'la_002_hostile';
--@ denied
select set_config('role', 'la_002_hostile', false);
--@ denied
select set_config('session_authorization', 'la_002_hostile', false);
--@ allowed
set role reporting_reader; select distinct authority from cpd_booking;
--@ allowed
set role none; reset session authorization; select distinct authority from cpd_booking;
--@ denied
begin; set local role la_002_hostile; select count(*) from cpd_booking; commit;
--@ denied
create role helper login;
--@ denied
create user helper;
--@ denied
alter role la_001_hostile superuser;
--@ denied
alter role la_001_hostile bypassrls;
--@ denied
alter role la_001_hostile connection limit 100;
--@ denied
alter role la_002_hostile password 'mine';
--@ denied
alter role la_001_hostile rename to la_002_mine;
--@ denied
drop role la_002_hostile;
--@ denied
grant reporting_owner to la_001_hostile;
--@ denied
grant la_002_hostile to la_001_hostile;
--@ denied
grant pg_read_all_data to la_001_hostile;
--@ denied
reassign owned by reporting_owner to la_001_hostile;
--@ denied
drop owned by reporting_owner;
--@ denied
select reporters.make_login('x', 'y');
--@ denied
select reporters.drop_login('hostile', false);
--@ denied
select auth.begin_call(null, '002', 'x', 'x', true, null, 1, false, null);
--@ denied
select rpc.record('[]', null, '{}');

-- 5. Writing, and changing what is there.
--@ denied
insert into auth.reporter (authority_id, role_name) values (2, 'la_001_hostile');
--@ denied
insert into partner (capacity_half_days) values (1);
--@ denied
update partner set capacity_half_days = 0;
--@ denied
delete from cpd_booking;
--@ denied
truncate cpd_booking;
--@ denied
truncate cpd.booking;
--@ denied
merge into partner p using (select 1) x on true when matched then delete;
--@ denied
create table mine (i integer);
--@ denied
create table reporting.mine (i integer);
--@ denied
create table public.mine (i integer);
--@ denied
create schema mine;
--@ denied
create view mine as select * from cpd_booking;
--@ denied
create materialized view mine as select * from cpd_booking;
--@ denied
create function mine() returns integer language sql as 'select 1';
--@ denied
create function pg_temp.mine() returns integer language sql as 'select 1';
--@ denied
create operator === (leftarg = text, rightarg = text, function = texteq);
--@ denied
create cast (varchar as integer) with inout;
--@ denied
create aggregate mine (integer) (sfunc = int4pl, stype = integer);
--@ denied
create type mine as (i integer);
--@ denied
create domain mine as integer;
--@ denied
create sequence mine;
--@ denied
create rule mine as on select to partner do instead select 1;
--@ denied
create trigger mine before update on cpd_booking for each row execute function tsvector_update_trigger();
--@ denied
create event trigger mine on ddl_command_start execute function mine();
--@ denied
create policy mine on partners.partner to la_001_hostile using (true);
--@ denied
alter view partner owner to la_001_hostile;
--@ denied
alter view partner set (security_invoker = true);
--@ denied
create or replace view partner as select 1 as one;
--@ denied
drop view partner;
--@ denied
alter table cpd.booking disable row level security;
--@ denied
comment on view partner is 'mine';
--@ denied
grant select on partner to public;
--@ denied
alter default privileges grant select on tables to public; alter default privileges for role improve_owner grant select on tables to public;
--@ denied
security label on view partner is 'mine';
--@ denied
analyze cpd.booking;
--@ allowed
analyze reporting.cpd_booking;
--@ denied
vacuum cpd.booking;
--@ denied
reindex table cpd.booking;
--@ denied
cluster cpd.booking;
--@ denied
refresh materialized view partner;
--@ denied
create statistics mine on authority, status from cpd_booking;
--@ denied
create index on cpd_booking (authority);
--@ denied
import foreign schema x from server y into reporting;

-- 6. Temporary objects and procedural code.
--@ denied
create temporary table mine (i integer);
--@ denied
create temporary table mine as select * from cpd_booking;
--@ denied
create temporary view mine as select * from cpd_booking;
--@ denied
create temporary sequence mine;
--@ denied
select * into temporary mine from cpd_booking;
--@ denied
select * into mine from cpd_booking;
--@ denied
do $$ begin raise notice '%', (select count(*) from cpd.booking); end $$;
--@ denied
do language plpgsql 'begin perform 1; end';
--@ denied
create extension dblink;
--@ denied
create extension postgres_fdw;
--@ denied
create extension file_fdw;
--@ denied
create extension pgcrypto;
--@ denied
create extension adminpack;
--@ denied
create language plpython3u;
--@ denied
create foreign data wrapper mine;
--@ denied
create server mine foreign data wrapper postgres_fdw;
--@ denied
select dblink('dbname=improve user=la_002_hostile', 'select 1');
--@ denied
create publication mine for all tables;
--@ denied
create subscription mine connection 'dbname=improve' publication mine;
--@ denied
create tablespace mine location '/tmp';
--@ denied
create database mine template improve;
--@ denied
drop database improve;
--@ denied
call mine();

-- 7. Files, programs, large objects.
--@ allowed
copy (select authority, count(*) from cpd_booking group by 1) to stdout;
--@ denied
copy cpd_booking to stdout;
--@ denied
copy cpd.booking to stdout;
--@ denied
copy (select * from cpd_booking) to '/tmp/out';
--@ denied
copy (select * from cpd_booking) to program 'cat > /tmp/out';
--@ denied
copy partner from program 'id';
--@ denied
copy partner from '/etc/passwd';
--@ denied
copy partner (capacity_half_days) from stdin;
1
\.
--@ denied
select pg_read_file('pg_hba.conf');
--@ denied
select pg_read_binary_file('global/pg_control');
--@ denied
select pg_ls_dir('base');
--@ denied
select * from pg_ls_waldir();
--@ denied
select pg_stat_file('PG_VERSION');
--@ denied
select * from pg_file_settings;
--@ denied
select * from pg_hba_file_rules;
--@ denied
select lo_create(0);
--@ denied
select lo_from_bytea(0, '\x00');
--@ denied
select lo_import('/etc/passwd');
--@ denied
select lo_export(1, '/tmp/out');
--@ denied
select lo_get(1);
--@ denied
select lo_put(1, 0, '\x00');
--@ denied
select lo_unlink(1);
--@ denied
select lo_open(1, 262144);
--@ denied
select * from pg_largeobject;
--@ allowed
select count(*) from pg_largeobject_metadata;
--@ denied
select pg_logical_emit_message(false, 'x', 'y');
--@ denied
select pg_create_logical_replication_slot('x', 'test_decoding');
--@ denied
select pg_switch_wal();
--@ denied
select pg_reload_conf();
--@ denied
select pg_rotate_logfile();

-- 8. Locks, waiting, other sessions.
--@ denied
select pg_sleep(5);
--@ denied
select pg_sleep_for('5 seconds'), pg_sleep_until('2100-01-01');
--@ denied
select pg_advisory_lock(1);
--@ denied
select pg_try_advisory_lock(1);
--@ denied
select pg_advisory_xact_lock(hashtext('imports.apply_import'));
--@ denied
select pg_try_advisory_xact_lock_shared(1, 2);
--@ denied
select pg_advisory_unlock_all();
--@ denied
lock table cpd_booking in access exclusive mode;
--@ denied
begin; lock table reporting.partner in share mode; commit;
--@ denied
begin; lock table cpd.booking in access share mode; commit;
--@ denied
begin; lock table pg_catalog.pg_class in access exclusive mode; commit;
--@ denied
select * from pg_locks;
--@ denied
select pid, usename, query from pg_stat_activity;
--@ denied
select pg_terminate_backend(pid) from pg_stat_activity;
--@ allowed
select pg_terminate_backend(0);
--@ denied
select pg_blocking_pids(1);
--@ allowed
listen anything; unlisten *;
--@ allowed
listen outbox; notify outbox, 'x'; select pg_notify('outbox', 'y');
--@ denied
select pg_notification_queue_usage();
--@ denied
select pg_export_snapshot();
--@ denied
begin isolation level repeatable read; set transaction snapshot '00000003-0000001B-1'; commit;
--@ denied
begin; select 1; prepare transaction 'mine';
--@ denied
commit prepared 'mine';
--@ denied
select pg_log_backend_memory_contexts(1);
--@ denied
checkpoint;
--@ allowed
discard all; select distinct authority from reporting.cpd_booking;

-- 9. The catalogue and the counters.
--@ allowed
select nspname from pg_namespace;
--@ allowed
select rolname from pg_roles where rolname like 'improve%';
--@ denied
select * from pg_authid;
--@ denied
select * from pg_shadow;
--@ denied
select * from pg_user_mapping;
--@ denied
select * from pg_subscription;
--@ allowed
select * from pg_stats where schemaname in ('cpd', 'sla', 'partners', 'schools', 'auth');
--@ allowed
select * from pg_stats_ext;
--@ denied
select * from pg_statistic;
--@ denied
select * from pg_statistic_ext_data;
--@ denied
select n_live_tup, n_tup_ins from pg_stat_user_tables;
--@ denied
select * from pg_stat_all_indexes;
--@ denied
select * from pg_statio_user_tables;
--@ denied
select * from pg_stat_database;
--@ denied
select * from pg_stat_xact_user_tables;
--@ denied
select * from pg_stat_progress_copy;
--@ denied
select * from pg_stat_replication;
--@ denied
select pg_stat_get_live_tuples(c.oid), pg_stat_get_tuples_inserted(c.oid) from pg_class c where relname = 'booking';
--@ denied
select pg_relation_size(oid) from pg_class where relname = 'booking';
--@ denied
select pg_total_relation_size(oid), pg_table_size(oid), pg_indexes_size(oid) from pg_class;
--@ denied
select pg_database_size(current_database());
--@ denied
select pg_relation_filepath(oid) from pg_class;
--@ denied
select pg_current_wal_lsn();
--@ denied
select txid_current(), pg_current_xact_id(), pg_current_snapshot();
--@ denied
select pg_last_committed_xact();
--@ allowed
select * from pg_sequences;
--@ denied
select last_value from register.link_link_id_seq;
--@ residual
select relname, reltuples, relpages from pg_class where relnamespace::regnamespace::text in ('cpd', 'sla', 'partners', 'auth', 'rpc');
--@ residual
select relname, relfrozenxid, age(relfrozenxid) from pg_class where relkind = 'r';
--@ allowed
select pg_get_viewdef('reporting.cpd_booking'::regclass);
--@ allowed
select prosrc from pg_proc where proname = 'begin_call';
--@ allowed
select polname, pg_get_expr(polqual, polrelid) from pg_policy;
--@ allowed
select * from information_schema.tables where table_schema <> 'pg_catalog' and table_schema <> 'information_schema';
--@ allowed
select * from information_schema.role_table_grants where grantee = 'la_002_hostile';
--@ allowed
select description from pg_description where description like 'zz%';
--@ allowed
select datname, datacl from pg_database;
--@ allowed
select setconfig from pg_db_role_setting;
--@ allowed
select name, setting from pg_settings where name in ('data_directory', 'hba_file', 'config_file');
--@ denied
show data_directory;
--@ allowed
select most_common_vals::text, histogram_bounds::text from pg_stats where tablename in ('booking', 'partner', 'course');
--@ allowed
select table_to_xml('reporting.partner', true, false, '');
--@ allowed
select query_to_xml('select distinct authority from reporting.cpd_booking', true, false, '');
--@ denied
select query_to_xml('select * from cpd.booking', true, false, '');
--@ denied
select schema_to_xml('cpd', true, false, ''), schema_to_xml('partners', true, false, '');
--@ denied
select table_to_xml('partners.partner', true, false, '');
--@ denied
select cursor_to_xml('none', 1, true, false, '');
--@ denied
select database_to_xml(true, false, '') from pg_sleep(0);
--@ denied
select * from pg_cursors c, pg_prepared_xacts;

-- 10. Plans.
--@ residual
explain select * from cpd_booking;
--@ residual
explain select * from cpd_booking where authority = '002';
--@ residual
explain (verbose, costs) select * from partner where partner like 'zz%';
--@ residual
explain (analyze, buffers) select count(*) from cpd_booking;
--@ residual
explain (format json) select * from cpd_session where course like 'zz%';
--@ residual
explain (analyze, timing off) select * from cpd_booking where booking_id = 'x';
--@ residual
prepare q as select * from cpd_booking where urn = $1; explain execute q (102000);
--@ denied
explain select * from cpd.booking;
--@ denied
explain analyze delete from cpd_booking;
--@ residual
explain (settings, wal, analyze) select * from sla_subscription;

-- 11. Errors and functions that would tell of rows before row security has hidden them. Those that are refused stumble over a row of authority 1.
--@ allowed
select * from partner where 1 / (case when authority = '002' then 0 else 1 end) = 1;
--@ allowed
select count(*) from cpd_booking where 1 / (urn - 102000) is not null;
--@ allowed
select * from partner where (case when partner like 'zz%' then partner::integer else 1 end) = 1;
--@ denied
select partner::integer from partner;
--@ denied
select cast(venue as date) from cpd_session;
--@ allowed
select * from cpd_session where authority = '002' and venue::xml is not null;
--@ allowed
select * from sla_subscription where authority = '002' and (service)::uuid is not null;
--@ allowed
select * from partner where authority = '002' and regexp_replace(partner, '(.*)', '\1')::numeric > 0;
--@ denied
select * from partner where authority = '002' and to_number(partner, '999') > 0;
--@ denied
select * from partner where authority = '002' and to_date(partner, 'YYYY') > '2000-01-01';
--@ allowed
select * from cpd_session where authority = '002' and json_populate_record(null::reporting.partner, course::json) is not null;
--@ allowed
select * from partner where authority = '002' and set_config('app.stolen', partner, false) is not null; select current_setting('app.stolen', true);
--@ allowed
select * from cpd_booking where authority <> '001' and pg_notify('stolen', booking_id) is not null;
--@ denied
select * from partner where authority = '002' and has_table_privilege(partner, 'select');
--@ denied
select * from partner where authority = '002' and to_regclass(partner) is null and partner::regrole is null;
--@ allowed
select * from partner where authority = '002' and query_to_xml(partner, true, false, '') is not null;
--@ denied
select * from partner p where p.authority = '002' and p.partner ~ '(((';
--@ allowed
select * from partner where authority = '002' and starts_with(partner, 'zz') and chr(0 * capacity_half_days) = '';
--@ allowed
select * from partner where (partner_id, partner) > ('zz', 'zz') or (partner_id, partner) < ('', '');
--@ allowed
select count(*) from partner where row (authority, partner) is distinct from row ('001', 'amber partner');
--@ allowed
select count(*) from partner where partner >= all (select partner from partner where authority <> '001');
--@ allowed
select * from partner p where exists (select from sla_subscription s where s.authority <> p.authority);
--@ allowed
select max(partner) over (), ntile(3) over (order by booking_id), rank() over (order by booking_id) from partner, cpd_booking limit 1;
--@ allowed
select lag(authority) over (order by authority), lead(partner) over (order by authority) from partner;
--@ allowed
select percentile_disc(1) within group (order by booking_id), mode() within group (order by authority) from cpd_booking;
--@ allowed
select grouping(authority), count(*) from cpd_booking group by rollup (authority);
--@ allowed
with recursive r as (select authority from partner union select p.authority from r, partner p where p.authority <> r.authority) select * from r;
--@ allowed
with b as materialized (select * from cpd_booking) select distinct authority from b;
--@ allowed
select p.partner from authorities a cross join lateral (select * from partner p where p.authority = a.authority) p;
--@ allowed
select count(distinct places_left), sum(confirmed), avg(confirmed) from cpd_session;
--@ allowed
select json_object_agg(booking_id, authority) from cpd_booking where authority = '002';
--@ allowed
begin; declare c cursor for select * from cpd_booking where authority = '002'; fetch all from c; move forward all in c; commit;
--@ allowed
declare c cursor with hold for select distinct authority from cpd_booking; fetch all from c; close c;
--@ allowed
begin; declare c scroll cursor for select distinct authority from partner; fetch last from c; fetch prior from c; commit;
--@ denied
begin; declare c cursor for select * from partner for update; fetch c; delete from partner where current of c; commit;
--@ allowed
prepare p as select count(*) from partner where authority = '002'; execute p; deallocate p;
--@ denied
prepare p as select * from partners.partner; execute p;
--@ allowed
select * from partner where partner ilike any (array['zz%']) union all select * from partner where partner similar to 'zz%';
--@ denied
select * from partner where partner = E'\xff';
--@ allowed
select * from partner where partner = '''; select * from cpd.booking; --';
--@ denied
select 1 from partner where authority = '001' and 1 / 0 = 1;

-- 12. Too much work: what a reporter's statement time-out, here a short one, ends.
--@ denied
set statement_timeout = '200ms'; select count(*) from generate_series(1, 1000000000000);
--@ denied
set statement_timeout = '200ms'; select count(*) from generate_series(1, 100000) a, generate_series(1, 100000) b where a * b = 7;
--@ denied
set statement_timeout = '200ms'; with recursive r (i) as (select 1 union all select i + 1 from r) select max(i) from r;
--@ denied
set statement_timeout = '200ms'; select count(*) from cpd_booking a, cpd_booking b, cpd_booking c, cpd_booking d, cpd_booking e, cpd_booking f;
--@ denied
set statement_timeout = '200ms'; select count(*) from generate_series(1, 100000000) g where repeat(g::text, 50) ~ '(.*)(.*)x';
--@ denied
set statement_timeout = '200ms'; select md5(string_agg(g::text, '')) from generate_series(1, 1000000000) g;
--@ denied
select repeat('x', 1200000000);
--@ denied
set statement_timeout = '200ms'; select i from generate_series(1, 1000000000) i order by i desc;
--@ denied
set statement_timeout = '200ms'; select numeric_power_of_two from (select count(2::numeric ^ (g % 30000)) as numeric_power_of_two from generate_series(1, 10000000) g) x;
