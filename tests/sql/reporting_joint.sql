-- Joint reporters: made by the operator only, for two authorities or more, under an agreement and until a day; each authority knows of its share.
begin;
\ir ../security/plant.sql
select plan(32);
set client_min_messages = warning;
grant usage on schema public to reporting_reader; -- where pgTAP is
select test.plant(1, 'amber', 2, 3), test.plant(2, 'birch', 2, 5), test.plant(3, 'cedar', 2, 7);

-- Who may not.
select test.call_as(1, 'la_admin');
select throws_ok($$ select * from reporters.create_reporter('joint', '["001", "002"]', 'Sharing', current_date + 30) $$, 'IM007',
  'Only the instance''s operator makes a reporter of several authorities.', 'an administrator of one of them makes no joint reporter');
select throws_ok($$ select * from reporters.create_reporter('joint', '["001"]', null, null) $$, 'IM007', null, 'nor names authorities at all');
select throws_ok($$ select * from reporters.create_reporter('joint', null, 'Sharing', null) $$, 'IM007', null, 'nor an agreement');
select throws_ok($$ select * from reporters.create_reporter('joint', null, null, current_date) $$, 'IM007', null, 'nor its end');
select throws_ok($$ select reporters.tell(2, '{}') $$, '42501', null, 'nor tells another authority of anything');
select throws_ok($$ insert into auth.reporter (authority_id, role_name, agreement, ends_on) values (1, 'la_000_joint', 'x', current_date) $$, '42501', null,
  'nor lets the operator''s login in');

-- What the operator must say.
select test.call_as(0, 'operator');
select throws_ok($$ select * from reporters.create_reporter('joint', null, null, null) $$, 'IM003', null, 'which authorities');
select throws_ok($$ select * from reporters.create_reporter('joint', '["001", "001"]', 'Sharing', current_date) $$, 'IM003',
  'A joint reporter reads two authorities or more; an authority''s own is made by its administrators.', 'two of them');
select throws_ok($$ select * from reporters.create_reporter('joint', '["001", "x"]', 'Sharing', current_date) $$, 'IM003', null, 'by their codes');
select throws_ok($$ select * from reporters.create_reporter('joint', '["000", "001"]', 'Sharing', current_date) $$, 'IM003', null, 'the instance is none');
select throws_ok($$ select * from reporters.create_reporter('joint', '["001", "777"]', 'Sharing', current_date) $$, 'IM005', null, 'known ones');
select throws_ok($$ select * from reporters.create_reporter('joint', '["001", "002"]', ' ', current_date) $$, 'IM003', null, 'under which agreement');
select throws_ok($$ select * from reporters.create_reporter('joint', '["001", "002"]', 'Sharing', null) $$, 'IM003', null, 'until when');
select throws_ok($$ select * from reporters.create_reporter('joint', '["001", "002"]', 'Sharing', base.today() - 1) $$, 'IM003', null, 'which is not over');
select throws_ok($$ select * from reporters.create_reporter('joint', '["001", "002"]', repeat('x', 201), current_date) $$, 'IM003', null, 'in few words');

select audit.put_changes('');
create temporary table made as select * from reporters.create_reporter('joint', '["002", "001"]', ' Sharing of 3 May 2026 ', base.today());
select is((select role_name from made), 'la_000_joint', 'the login is the operator''s');
select matches((select password from made), '^imr-[0-9a-z]{10}-[0-9a-z]{10}-[0-9a-z]{10}$', 'with a password');
select results_eq($$ select role_name, login, agreement, ends_on = base.today(), authorities from reporters.list_reporters() $$,
  $$ values ('la_000_joint', 'joint', 'Sharing of 3 May 2026', true, '["001", "002"]'::jsonb) $$, 'the operator lists it');
select is(jsonb_array_length(audit.collected()), 2, 'the operator''s own audit row will hold both shares');
select is(auth.authority_id(), 0, 'and the call is the operator''s still');

select test.as_owner();
select results_eq($$ select authority_id, request ->> 'agreement', changes #>> '{0,key,authority_id}', jsonb_array_length(changes), personas from audit.entry order by 1 $$,
  $$ values (1, 'Sharing of 3 May 2026', '1', 1, 'operator,person'), (2, 'Sharing of 3 May 2026', '2', 1, 'operator,person') $$, 'each authority is told of its own share');
select results_eq($$ select authority_id from audit.pending order by 1 $$, $$ values (1), (2) $$, 'and the sealer will number that');

select set_config('session_authorization', 'la_000_joint', true);
select results_eq('select authority::text, count(*) from reporting.cpd_booking group by 1 order by 1', $$ values ('001', 3::bigint), ('002', 5) $$,
  'the login sees both, and no third');
reset session authorization;
update auth.reporter set ends_on = base.today() - 1 where authority_id = 2 and role_name = 'la_000_joint';
select set_config('session_authorization', 'la_000_joint', true);
select set_config('timezone', 'Etc/GMT+12', true);
select results_eq('select distinct authority from reporting.cpd_booking', $$ values ('001'::varchar(3)) $$, 'a share ends with its day, whatever time zone the session says');
reset session authorization;
set local timezone to default;

-- Each authority finds it, and ends its share; the operator drops it.
select test.call_as(1, 'la_admin');
select results_eq($$ select role_name, login, agreement, authorities from reporters.list_reporters() $$,
  $$ values ('la_000_joint', 'joint', 'Sharing of 3 May 2026', '["001"]'::jsonb) $$, 'an authority lists it, without the others');
select results_eq($$ select role_name, sessions_ended from reporters.drop_reporter('la_000_joint') $$, $$ values ('la_000_joint', null::integer) $$, 'and ends its share');
select test.call_as(3, 'la_admin');
select throws_ok($$ select * from reporters.drop_reporter('la_000_joint') $$, 'IM005', null, 'a third authority has none');
select test.call_as(0, 'operator');
select throws_ok($$ select * from reporters.drop_reporter('la_001_joint') $$, 'IM005', null, 'nor is an authority''s own the operator''s to drop');
select results_eq($$ select role_name, sessions_ended from reporters.drop_reporter('la_000_joint') $$, $$ values ('la_000_joint', 0) $$, 'the operator drops the login');
select is_empty($$ select from pg_roles where rolname = 'la_000_joint' $$, 'which is gone');
select throws_ok($$ select * from reporters.drop_reporter('la_000_joint') $$, 'IM005', null, 'once');
select test.as_owner();
select is((select count(*)::integer from audit.entry where authority_id = 2), 2, 'an authority that still shared is told of the end');
select * from finish();
rollback;
