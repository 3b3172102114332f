-- SQL reporters read their own authority's rows in the views of reporting: by the login, whatever is set (design 5).
begin;
\ir ../security/plant.sql
select plan(38);
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
-- All rows of the views that hold an authority's own rows, by authority.
create function test.rows(out view_name text, out authority text, out rows bigint) returns setof record language sql as $$
  select 'calendar_closure', authority, count(*) from reporting.calendar_closure group by 2
  union all select 'calendar_half_term', authority, count(*) from reporting.calendar_half_term group by 2
  union all select 'partner', authority, count(*) from reporting.partner group by 2
  union all select 'partner_assignment', authority, count(*) from reporting.partner_assignment group by 2
  union all select 'sla_subscription', authority, count(*) from reporting.sla_subscription group by 2
  union all select 'sla_adjustment', authority, count(*) from reporting.sla_adjustment group by 2
  union all select 'cpd_allowance', authority, count(*) from reporting.cpd_allowance group by 2
  union all select 'cpd_allowance_entry', authority, count(*) from reporting.cpd_allowance_entry group by 2
  union all select 'sla_price', authority, count(*) from reporting.sla_price group by 2
  union all select 'sla_terms', authority, count(*) from reporting.sla_terms group by 2
  union all select 'school_staff_count', authority, count(*) from reporting.school_staff_count group by 2
  union all select 'cpd_session', authority, count(*) from reporting.cpd_session group by 2
  union all select 'cpd_booking', authority, count(*) from reporting.cpd_booking group by 2
  union all select 'visit', authority, count(*) from reporting.visit group by 2
  union all select 'visit_entitlement', authority, count(*) from reporting.visit_entitlement group by 2
  union all select 'support_package', authority, count(*) from reporting.support_package group by 2
  union all select 'visit_note', authority, count(*) from reporting.visit_note group by 2
  union all select 'visit_note_theme', authority, count(*) from reporting.visit_note_theme group by 2
  union all select 'visit_note_rating', authority, count(*) from reporting.visit_note_rating group by 2
  union all select 'consultancy_agreement', authority, count(*) from reporting.consultancy_agreement group by 2
  union all select 'consultancy_delivery', authority, count(*) from reporting.consultancy_delivery group by 2
  union all select 'ledger', authority, count(*) from reporting.ledger group by 2
  union all select 'charge', authority, count(*) from reporting.charge group by 2
  union all select 'billing_document', authority, count(*) from reporting.billing_document group by 2
  union all select 'fund_round', authority, count(*) from reporting.fund_round group by 2
  union all select 'fund_bid', authority, count(*) from reporting.fund_bid group by 2
  union all select 'fund_interest', authority, count(*) from reporting.fund_interest group by 2
  union all select 'fund_contribution', authority, count(*) from reporting.fund_contribution group by 2
  union all select 'fund_reserve', authority, count(*) from reporting.fund_reserve group by 2
  union all select 'fund_recommendation', authority, count(*) from reporting.fund_recommendation group by 2
  union all select 'fund_spend', authority, count(*) from reporting.fund_spend group by 2
  union all select 'concern_action', authority, count(*) from reporting.concern_action group by 2
  union all select 'concern_case', authority, count(*) from reporting.concern_case group by 2
  union all select 'concern_category', authority, count(*) from reporting.concern_category group by 2
  union all select 'concern_meeting', authority, count(*) from reporting.concern_meeting group by 2
  union all select 'concern_notice', authority, count(*) from reporting.concern_notice group by 2
  union all select 'concern_support', authority, count(*) from reporting.concern_support group by 2
  union all select 'offer_tier', authority, count(*) from reporting.offer_tier group by 2
  union all select 'offer_award', authority, count(*) from reporting.offer_award group by 2
  union all select 'offer_move', authority, count(*) from reporting.offer_move group by 2
  union all select 'offer_entry', authority, count(*) from reporting.offer_entry group by 2
  order by 1, 2
$$;
set client_min_messages = warning;
select test.reporter(1, 'viewsa'), test.reporter(2, 'viewsb'), test.reporter(3, 'joint');
insert into auth.reporter (authority_id, role_name, agreement) values (2, 'la_003_joint', 'of 2 and 3');

select is_empty('select * from test.rows()', 'a login that is no reporter, even a superuser, reads no authority''s rows through the views');
select test.sign_in('la_001_viewsa');
select is(session_user::text, 'la_001_viewsa', 'the session is the reporter''s');
select results_eq('select * from test.rows()', $$ values ('billing_document', '001', 1::bigint), ('calendar_closure', '001', 7), ('calendar_half_term', '001', 3), ('charge', '001', 1),
  ('concern_action', '001', 1), ('concern_case', '001', 3), ('concern_category', '001', 3), ('concern_meeting', '001', 1),
  ('concern_notice', '001', 1), ('concern_support', '001', 1), ('consultancy_agreement', '001', 1), ('consultancy_delivery', '001', 1),
  ('cpd_allowance', '001', 3), ('cpd_allowance_entry', '001', 3), ('cpd_booking', '001', 7), ('cpd_session', '001', 1), ('fund_bid', '001', 1),
  ('fund_contribution', '001', 3), ('fund_interest', '001', 3), ('fund_recommendation', '001', 1), ('fund_reserve', '001', 1),
  ('fund_round', '001', 1), ('fund_spend', '001', 3), ('ledger', '001', 2), ('offer_award', '001', 3), ('offer_entry', '001', 3),
  ('offer_move', '001', 3), ('offer_tier', '001', 1), ('partner', '001', 1), ('partner_assignment', '001', 3), ('school_staff_count', '001', 3),
  ('sla_adjustment', '001', 1), ('sla_price', '001', 1), ('sla_subscription', '001', 3), ('sla_terms', '001', 1), ('support_package', '001', 1),
  ('visit', '001', 3), ('visit_entitlement', '001', 3), ('visit_note', '001', 3), ('visit_note_rating', '001', 3), ('visit_note_theme', '001', 3) $$, 'a reporter sees all of its own authority, and nothing of another');
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
select results_eq($$ select distinct kinds::text, capacity_half_days from reporting.partner $$, $$ values ('nle, sip', 60) $$, 'lists are words');
select results_eq($$ select distinct starts_uk_time, places_left, price_pounds from reporting.cpd_session $$,
  $$ values ('2031-01-15 09:30'::timestamp, 9993, 0.00::numeric) $$, 'times are local, money in pounds');
select results_eq($$ select distinct net_pounds, vat_pounds, gross_pounds from reporting.sla_subscription $$, $$ values (123.45, 24.69, 148.14) $$, 'to the penny');

reset session authorization;
select test.sign_in('la_002_viewsb');
select results_eq('select distinct authority, sum(rows) from test.rows() group by 1', $$ values ('002', 138::numeric) $$, 'the other reporter sees the other authority');
reset session authorization;
select test.sign_in('la_003_joint');
select results_eq('select authority, sum(rows) from test.rows() group by 1 order by 1', $$ values ('002', 138::numeric), ('003', 67) $$,
  'a joint reporter sees both of its authorities, and no third');

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
select * from finish();
rollback;
