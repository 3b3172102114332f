-- Who keeps an authority's users, and what a caller learns of themselves.
begin;
\ir ../support/sql/schools.sql
select plan(25);
select test.schools(929, 100001, 2, 'Primary');
select test.schools(926, 200001, 1, 'Primary');
select test.call_as(926, 'la_admin');
select test.call_as(929, 'officer');
select test.call_as(929, 'la_admin');

create temporary table booker as select * from people.add_member('Sam Hill', 'booker', 100001, null, null, null);
select results_eq($$ select name, persona, school_urn from people.list_members('booker', null, null, null, null) $$,
  $$ values ('Sam Hill', 'booker', 100001) $$, 'an administrator adds a school''s user');
select lives_ok($$ select m.* from booker b, people.add_member(null, 'booker', 100002, null, null, b.person_id) m $$, 'for a second school');
select throws_ok($$ select m.* from booker b, people.add_member(null, 'booker', 100002, null, null, b.person_id) m $$, '23P01', null, 'once');
select throws_ok($$ select * from people.add_member('X', 'booker', null, null, null, null) $$, 'IM003', null, 'a booker has a school');
select throws_ok($$ select * from people.add_member('X', 'booker', 200001, null, null, null) $$, 'IM005', null, 'of the authority');
select throws_ok($$ select * from people.add_member('X', 'officer', 100001, null, null, null) $$, 'IM003', null, 'an officer has none');
select throws_ok($$ select * from people.add_member('X', 'operator', null, null, null, null) $$, 'IM003', null, 'no administrator makes an operator');
select throws_ok($$ select * from people.add_member('X', 'officer', null, '2026-02-01', '2026-01-01', null) $$, 'IM003', null, 'no end before the start');
select throws_ok($$ select * from people.add_member(null, 'officer', null, null, null, null) $$, 'IM003', 'name is required.', 'a new person has a name');
select throws_ok($$ select * from people.add_member(null, 'officer', null, null, null, test.person('la_admin', 926)) $$, 'IM005', null,
  'a person of another authority is told like none');
select throws_ok($$ insert into auth.membership (authority_id, membership_id, person_id, persona) values (926, 'x', auth.person_id(), 'officer') $$, '42501',
  null, 'nobody is put into another authority');

select throws_ok($$ select e.* from booker b, people.end_membership(b.membership_id, 3, null) e $$, 'IM010', null, 'a stale version');
select results_eq($$ select e.ends_on, e.version from booker b, people.end_membership(b.membership_id, 1, current_date + 30) e $$,
  $$ values (current_date + 30, 2) $$, 'a membership ends');
select lives_ok($$ select m.* from booker b, people.add_member(null, 'booker', 100001, current_date + 31, null, b.person_id) m $$, 'who left may come back');
select throws_ok($$ select * from people.end_membership('me-none', 1, null) $$, 'IM005', null, 'an unknown membership');
select throws_ok($$ select * from people.end_membership('test-la_admin0', 1, null) $$, 'IM009', null, 'administrators do not end themselves');

select test.call_as(929, 'officer');
select ok(not has_function_privilege('persona_officer', to_regproc('people.add_member'), 'execute'), 'users are for administrators');
select is((select count(*)::integer from auth.membership), 1, 'an officer sees their own membership');
select throws_ok($$ insert into auth.membership (authority_id, membership_id, person_id, persona) values (929, 'x', auth.person_id(), 'la_admin') $$, '42501',
  null, 'and makes themselves nothing else');

select test.call_as(0, 'operator');
create temporary table administrator as select * from people.add_administrator('926', 'New Head');
select is((select count(*)::integer from administrator), 1, 'the operator gives an authority an administrator');
select throws_ok($$ select * from people.add_administrator('999', 'X') $$, 'IM005', null, 'an authority that there is');
select throws_ok($$ insert into auth.membership (authority_id, membership_id, person_id, persona) values (926, 'y', auth.person_id(), 'officer') $$, '42501',
  null, 'and nothing but administrators');
select test.call_as(926, 'la_admin');
select results_eq($$ select name from people.list_members('la_admin', null, null, null, null) where name = 'New Head' $$, $$ values ('New Head') $$,
  'the authority sees them');

select test.call_as(929, 'booker', array[100001, 100002]);
select results_eq($$ select name, authority, authority_name, personas, school_urns from self.who_am_i() $$,
  $$ values ('booker 929', '929', 'Authority 929', '["booker"]'::jsonb, '[100001, 100002]'::jsonb) $$, 'a caller learns what they are');
select test.call_as(0, 'person');
select results_eq($$ select name, authority from self.who_am_i() $$, $$ values ('person 0', null) $$, 'or that they are nothing yet');
select * from finish();
rollback;
