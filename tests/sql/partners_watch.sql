-- What happens at the gates of assignments, for those who watch (C-8): staff all, a partner their own, a school what concerns it.
begin;
\ir ../support/sql/schools.sql
select plan(9);
set local timezone = 'Europe/London'; -- today is England's
select test.schools(929, 100001, 2, 'Primary');
select test.call_as(929, 'partner');
select test.call_as(926, 'officer');
select test.call_as(929, 'la_admin');
create temporary table jo as select partner_id from partners.add_partner('Jo Field', '["sip"]', 40, test.person('partner', 929), null, null, null, null, null);
create temporary table al as select partner_id from partners.add_partner('Al Marsh', '["sip"]', 40, null, null, null, null, null, null);
select lives_ok($$ select * from partners.set_assignment_policy(true, null) $$, 'schools answer');
create temporary table proposed as select * from partners.propose_assignment(100001, (select partner_id from jo), 6, null, current_date + 10, null);
select lives_ok($$ select * from partners.check_assignment((select assignment_id from proposed), 1, null, null) $$, 'checked');
create temporary table other as select * from partners.propose_assignment(100002, (select partner_id from al), 6, null, current_date + 10, null);
select test.call_as(929, 'booker', array[100001]);
select lives_ok($$ select * from partners.answer_assignment((select assignment_id from proposed), 2, 'accept', null) $$, 'accepted');
select test.as_owner();
select audit.seal(500);
select test.call_as(929, 'officer');
select results_eq($$ select kind, status, starts_on from events.watch_assignments(null, null, null, '0') $$, $$ values ('proposal_passed', 'proposed', current_date + 10),
  ('conflict_check_passed', 'checked', current_date + 10), ('proposal_passed', 'proposed', current_date + 10), ('school_answer_passed', 'checked', current_date + 10),
  ('live_passed', 'live', current_date + 10) $$, 'staff see every gate, in order');
select results_eq($$ select kind from events.watch_assignments(null, (select partner_id from al), null, '0') $$, $$ values ('proposal_passed') $$, 'or one partner''s');
select test.call_as(929, 'booker', array[100001]);
select results_eq($$ select kind from events.watch_assignments(null, null, null, '0') $$, $$ values ('conflict_check_passed'), ('school_answer_passed'), ('live_passed') $$,
  'a school is told that it is asked, of its answer, and when it is live; not of proposals');
select test.call_as(929, 'partner');
select is((select count(*)::integer from events.watch_assignments(null, null, null, '0')), 4, 'a partner sees their own');
select is_empty($$ select from self.watch_diary(null, '{}') where kind like '%passed' $$, 'and none of it in the diary');
select test.call_as(926, 'officer');
select results_eq($$ select kind from events.watch_assignments(null, null, null, null) $$, $$ values ('from') $$, 'another authority sees nothing');
select * from finish();
rollback;
