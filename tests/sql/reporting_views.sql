-- SQL reporters read their own authority's rows in the views of reporting: by the login, whatever is set (design 5).
begin;
\ir ../security/plant.sql
select plan(53);
select test.plant(1, 'amber', 3, 7), test.plant(2, 'beryl', 5, 11), test.plant(3, 'coral', 2, 4);
grant usage on schema public to reporting_reader; -- where pgTAP is

create function test.reporter(p_authority integer, p_tool text) returns void language plpgsql as $$
begin
  perform test.call_as(p_authority, 'la_admin');
  perform reporters.create_reporter(p_tool, null, null, null);
  perform test.as_owner();
end $$;
create function test.sign_in(p_role text) returns void language plpgsql as $$
begin
  perform set_config('session_authorization', p_role, true);
end $$;
-- All rows of the views that hold an authority's own rows, by authority: every view with an authority's code but those of the public register.
do $do$
begin
  execute format('create function test.rows(out view_name text, out authority text, out rows bigint) returns setof record language sql as $f$ %s order by 1, 2 $f$', (
    select string_agg(format('select %L, authority::text, count(*) from reporting.%I group by 2', c.relname, c.relname), ' union all ')
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'authority' and not a.attisdropped
    where c.relnamespace = 'reporting'::regnamespace and c.relkind = 'v'
      and c.relname not in ('authorities', 'open_schools', 'schools_by_phase_group')));
end $do$;
set client_min_messages = warning;
select test.reporter(1, 'viewsa'), test.reporter(2, 'viewsb'), test.reporter(3, 'joint');
insert into auth.reporter (authority_id, role_name, agreement) values (2, 'la_003_joint', 'of 2 and 3');

select is_empty('select * from test.rows()', 'a login that is no reporter, even a superuser, reads no authority''s rows through the views');
select test.sign_in('la_001_viewsa');
select is(session_user::text, 'la_001_viewsa', 'the session is the reporter''s');
select is_empty($$ select view_name from test.rows() where authority <> '001' $$, 'a reporter sees nothing of another authority');
select is_empty($$ select c.view_name::text from reporting.data_dictionary c where c.column_name = 'authority' and c.view_name not in ('authorities', 'open_schools', 'schools_by_phase_group')
  except select r.view_name from test.rows() r $$, 'and something of its own in each view: plant.sql fills them all');
select results_eq($$ select view_name, rows from test.rows() where view_name in ('calendar_closure', 'charge', 'cpd_booking', 'visit') $$,
  $$ values ('calendar_closure', 7::bigint), ('charge', 1), ('cpd_booking', 7), ('visit', 3) $$, 'all of it');
select set_config('app.authority_id', '2', true), set_config('app.personas', 'la_admin,officer', true);
select results_eq('select distinct authority from test.rows()', $$ values ('001') $$, 'whatever it sets');
select throws_ok('set role la_002_viewsb', '42501', null, 'it cannot become another reporter');
select throws_ok('set role reporting_owner', '42501', null, 'nor the views'' owner');
select throws_ok('set role improve_exec', '42501', null, 'nor the server');
select throws_ok('set role reporter_maker', '42501', null, 'nor who makes logins');
set local role reporting_reader;
select results_eq('select distinct authority from test.rows()', $$ values ('001') $$, 'as its group it still is itself');
reset role;
select throws_ok('select * from cpd.booking', '42501', null, 'it does not enter the schemas of the tables');
select throws_ok('select * from auth.reporter', '42501', null, 'nor sees who else reports');
select throws_ok('select base.today()', '42501', null, 'nor calls functions');
select throws_ok('insert into reporting.partner (base_school_urn) values (1)', '42501', null, 'it does not write');
select throws_ok('delete from reporting.cpd_booking', '42501', null, 'nor delete');
select throws_ok('create table reporting.mine (i integer)', '42501', null, 'nor make tables');
select throws_ok('create view reporting.mine as select 1', '42501', null, 'nor views');
select throws_ok('select pg_sleep(0)', '42501', null, 'nor wait');
select throws_ok('select pg_advisory_lock(1)', '42501', null, 'nor lock');
select throws_ok('select lo_create(0)', '42501', null, 'nor keep large objects');
select throws_ok('do $do$ begin end $do$', '42501', null, 'nor run procedural code');
select results_eq('select authority::text, own::text from reporting.authorities order by 1', $$ values ('001', 'Yes'), ('002', 'No'), ('003', 'No') $$,
  'the register is for everyone');
select results_eq('select authority::text, phase_group::text, schools from reporting.schools_by_phase_group order by 1',
  $$ values ('001', 'amber primaries', 3), ('002', 'Primary', 5), ('003', 'Primary', 2) $$, 'with one''s own grouping of phases, and the common one of others');
select cmp_ok((select count(*) from reporting.data_dictionary where description is not null and view_description is not null), '>', 50::bigint, 'the dictionary tells of every column');
select is_empty('select view_name, column_name from reporting.data_dictionary where description is null or view_description is null', 'and leaves none out');
select is((select rules::text from reporting.data_dictionary where view_name = 'calendar_closure' and column_name = 'name'), 'C-4', 'with the rules that it names');
-- What ODBC takes well: no arrays, enums, intervals, ranges, JSON, booleans or unbounded text; times without a zone, to the second; keys short.
select is_empty($$ select c.view_name || '.' || c.column_name || ': ' || c.data_type from reporting.data_dictionary c
  where c.data_type !~ '^(character varying\([0-9]+\)|integer|bigint|date|numeric\([0-9]+,[0-9]+\)|timestamp\(0\) without time zone)$'
    or c.column_name ~ '(_id|_urn|^urn|^authority|^view_name|^column_name)$' and c.data_type !~ '^(integer|character varying\(([1-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])\))$'
    or c.data_type ~ 'varying' and substring(c.data_type from '[0-9]+')::integer > 4000
  order by 1 $$, 'every type is one that ODBC tools take, keys are at most 255 long');
select is_empty($$ select c.view_name || '.' || c.column_name from reporting.data_dictionary c
  where c.column_name !~ '^[a-z][a-z0-9_]*$' or c.view_name !~ '^[a-z][a-z0-9_]*$' or exists (select from pg_get_keywords() k where k.word in (c.view_name, c.column_name) and k.catcode = 'R') $$,
  'names need no quotes');

-- The calendar day by day (C-3, C-4): bank holidays of plant.sql's authority count or not by its policy.
select results_eq($$ select day, weekday::text, week_starts_on, month_name::text, academic_year::text, academic_year_begins, financial_year::text, working_day::text, not_working_because::text
    from reporting.calendar_day where day in ('2027-03-26', '2027-03-27', '2027-04-01', '2027-08-31', '2027-09-01') order by day $$,
  $$ values (date '2027-03-26', 'Friday', date '2027-03-22', 'March', '2026/27', 2026, '2026/27', 'No', 'Good Friday'), ('2027-03-27', 'Saturday', '2027-03-22', 'March', '2026/27', 2026, '2026/27', 'No', 'Saturday'),
    ('2027-04-01', 'Thursday', '2027-03-29', 'April', '2026/27', 2026, '2027/28', 'Yes', null), ('2027-08-31', 'Tuesday', '2027-08-30', 'August', '2026/27', 2026, '2027/28', 'Yes', null),
    ('2027-09-01', 'Wednesday', '2027-08-30', 'September', '2027/28', 2027, '2027/28', 'Yes', null) $$, 'years, weeks, months, and why a day does not count');
select is((select count(*)::integer from reporting.calendar_day), (date '2036-01-01' - date '2015-01-01'), 'each day once');
select results_eq($$ select distinct kinds::text, capacity_half_days from reporting.partner $$, $$ values ('nle, sip', 60) $$, 'lists are words');
select results_eq($$ select distinct starts_uk_time, places_left, price_pounds from reporting.cpd_session $$,
  $$ values ('2031-01-15 09:30'::timestamp, 9993, 0.00::numeric) $$, 'times are local, money in pounds');
select results_eq($$ select distinct net_pounds, vat_pounds, gross_pounds from reporting.sla_subscription $$, $$ values (123.45, 24.69, 148.14) $$, 'to the penny');

reset session authorization;
select test.sign_in('la_002_viewsb');
select results_eq('select distinct authority from test.rows()', $$ values ('002') $$, 'the other reporter sees the other authority');
select string_agg(view_name || ' ' || rows, ', ') as seen from test.rows() \gset
reset session authorization;
select test.sign_in('la_003_joint');
select results_eq('select distinct authority from test.rows() order by 1', $$ values ('002'), ('003') $$, 'a joint reporter sees both of its authorities, and no third');
select is((select string_agg(view_name || ' ' || rows, ', ') from test.rows() where authority = '002'), :'seen', 'of the other no less than it sees itself');

-- A share is ended by the authority that shares, and bites at the next statement.
reset session authorization;
select test.call_as(2, 'la_admin');
select results_eq($$ select role_name, login from reporters.list_reporters() $$, $$ values ('la_002_viewsb', 'own'), ('la_003_joint', 'shared') $$,
  'an administrator lists who reads the authority');
select results_eq($$ select * from reporters.drop_reporter('la_003_joint') $$, $$ values ('la_003_joint', null::integer) $$, 'and ends a share');
select throws_ok($$ select * from reporters.drop_reporter('la_001_viewsa') $$, 'IM005', null, 'another authority''s reporter is told like none');
select test.as_owner();
select test.sign_in('la_003_joint');
select results_eq('select distinct authority from test.rows()', $$ values ('003') $$, 'the login stays what it is in its own authority');
reset session authorization;
select ok(exists (select from pg_roles where rolname = 'la_003_joint'), 'and is there');
insert into auth.reporter (authority_id, role_name, agreement) values (2, 'la_003_joint', 'of 2 and 3');
select test.call_as(3, 'la_admin');
select results_eq($$ select role_name, sessions_ended from reporters.drop_reporter('la_003_joint') $$, $$ values ('la_003_joint', 0) $$, 'its own authority drops it');
select test.as_owner();
select is_empty($$ select from auth.reporter where role_name = 'la_003_joint' $$, 'everywhere');
select ok(not exists (select from pg_roles where rolname = 'la_003_joint'), 'with its login');
select test.call_as(2, 'officer');
select throws_ok($$ insert into auth.reporter (authority_id, role_name) values (2, 'la_002_x') $$, '42501', null, 'officers make no reporters');

-- The calendar that reporters see is the one that clocks count by; the dictionary that the server shows is the one that reporters read.
select test.as_owner();
insert into calendar.closure (authority_id, closure_id, starts_on, ends_on, name) values (1, 'cl-xmas', '2026-12-29', '2026-12-31', 'Christmas closure');
insert into calendar.policy (authority_id, policy_id, valid_from, opens_at, closes_at, counts_bank_holidays) values (1, 'po-late', '2030-01-01', '9:00', '17:00', true);
select test.sign_in('la_001_viewsa');
select md5(string_agg(concat(day, not_working_because), ',' order by day)) as days from reporting.calendar_day where day between '2026-01-01' and '2031-12-31' \gset
select md5(string_agg(concat_ws('|', view_name, column_name, data_type, description, view_description, rules), ',' order by view_name collate "C", column_position)) as words from reporting.data_dictionary \gset
select is((select string_agg(to_char(day, 'FMDD') || ' ' || working_day, ', ' order by day) from reporting.calendar_day where day between '2026-12-24' and '2027-01-04'),
  '24 Yes, 25 No, 26 No, 27 No, 28 No, 29 No, 30 No, 31 No, 1 No, 2 No, 3 No, 4 Yes', 'a closure between the years');
reset session authorization;
select test.call_as(1, 'officer');
select is((select md5(string_agg(concat(day, reason), ',' order by day)) from calendar.days('2026-01-01', '2031-12-31', 'working', null)), :'days', 'days count as in deadlines, with the same reasons');
select is((select md5(string_agg(concat_ws('|', view_name, column_name, data_type, description, view_description, rules), ',' order by view_name collate "C", column_position)) from reporters.dictionary()),
  :'words', 'one dictionary');
select throws_ok($$ select * from reporters.list_dictionary('nothing', null) $$, 'IM005', null, 'a view that is not there');
select is((select string_agg(rules, ' ' order by view, "column") from reporters.list_dictionary('calendar_closure', null) where "column" like '%\_on'), 'C-4 C-4', 'of one view');
select cmp_ok((select count(*) from reporters.list_dictionary(null, 'bank holiday')), '>', 3::bigint, 'or with a word');
select ok((select views > 60 and columns > 600 and position('<h2 id="calendar_day">calendar_day</h2>' in page) > 0 from reporters.get_dictionary()), 'on a page');
select * from finish();
rollback;
