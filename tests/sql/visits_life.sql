-- A visit's life: VIS-1, who may do what, what is refused, and that no other way leads to a state.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
select plan(72);
select test.schools(929, 100001, 3, 'Primary');
select test.schools(926, 200001, 1, 'Primary');
select test.partner(929, 'pt-jo', test.person('partner', 929)), test.partner(929, 'pt-sam'), test.partner(926, 'pt-far');
select test.assigned(929, 'pt-jo', 100001), test.assigned(929, 'pt-sam', 100001, '2020-09-01', test.day(30));

-- Planning: who, whom, where, when.
select test.call_as(929, 'officer');
create temporary table one as
select * from visits.add_visit(100001, 'pt-jo', test.at(10), null, 'core', null, null, null, null, null, null, 25000);
select results_eq('select status, ends_at - starts_at, half_days, funding, entitlement_id is null, version from one',
  $$ values ('planned', interval '3 hours', 1, 'core', true, 1) $$, 'a visit is born planned: a half-day, three hours, the authority''s own');
select results_eq($$ select g.assignment_id, g.mode, g.fee_pence, g.may_become::text from one, visits.get_visit(one.visit_id) g $$,
  $$ values ('as-pt-jo100001', 'in_person', 25000::bigint, '["cancelled", "confirmed"]') $$, 'of the assignment that is live');
select throws_ok($$ select test.visit('pt-none', 100001, test.at(10)) $$, 'IM005', 'The authority has no partner "pt-none".', 'a partner of the authority');
select throws_ok($$ select test.visit('pt-far', 100001, test.at(10)) $$, 'IM005', 'The authority has no partner "pt-far".', 'not another''s');
select throws_ok($$ select test.visit('pt-jo', 200001, test.at(11)) $$, 'IM005', null, 'a school of the authority');
select throws_ok($$ select test.visit('pt-jo', 100001, test.at(11), 'tea') $$, '23514', null, 'a purpose of the list');
select throws_ok($$ select * from visits.add_visit(100001, 'pt-jo', test.at(11), null, 'core', null, 'by pigeon', null, null, null, null, null) $$,
  '23514', null, 'a mode of the list');
select throws_ok($$ select * from visits.add_visit(100001, 'pt-jo', test.at(11), test.at(11), 'core', null, null, null, null, null, null, null) $$,
  'IM003', 'A visit must end after it begins.', 'not backwards');
select throws_ok($$ select * from visits.add_visit(100001, 'pt-jo', test.at(11), test.at(12), 'core', null, null, null, null, null, null, null) $$,
  'IM003', 'A visit begins and ends on one day; plan one for each.', 'on one day');
select throws_like($$ select test.visit('pt-jo', 100001, '2019-01-13 09:30') $$, 'Visits are planned, or written down afterwards, from %', 'not long ago');
select throws_like($$ select test.visit('pt-jo', 100001, now() + interval '5 years') $$, 'Visits are planned, or written down afterwards, from %', 'nor far ahead');
select throws_ok($$ select test.visit('pt-jo', 100001, test.at(11), 'core', null, 5) $$, '23514', null, 'four half-days at most');
select throws_ok($$ select * from visits.add_visit(100001, 'pt-jo', test.at(11), null, 'core', 'as-none', null, null, null, null, null, null) $$,
  'IM005', 'The partner has no assignment "as-none" to school 100001.', 'an assignment of this partner to this school');
select throws_like($$ select * from visits.add_visit(100001, 'pt-sam', test.at(31), null, 'core', 'as-pt-sam100001', null, null, null, null, null, null) $$,
  'The assignment runs from 2020-09-01 to %', 'PAR-2: live on the day');
select lives_ok($$ select test.visit('pt-sam', 100001, test.at(31)) $$, 'an officer may plan outside any assignment');

-- In two places at once.
select throws_ok($$ select test.visit('pt-jo', 100002, test.at(10, '12:29')) $$, 'IM009', format('The partner has another visit at that time: %s.', (select visit_id from one)),
  'VIS-1: a partner is in one place; the authority is told by which of its own visits');
select lives_ok($$ select test.visit('pt-jo', 100002, test.at(10, '12:30')) $$, 'one visit may follow on another');
select throws_ok($$ insert into visits.visit (authority_id, visit_id, school_urn, partner_id, purpose, mode, starts_at, ends_at, half_days, funding, notice_days, planned_by)
  values (929, 'vi-import', 100002, 'pt-sam', 'core', 'virtual', test.at(31), test.at(31, '10:00'), 1, 'core', 0, auth.person_id()) $$, '23P01', null,
  'whatever writes the table: the constraint refuses an overlap that an import would let in');

-- Partners plan their own visits, to schools they are assigned to.
select test.call_as(929, 'partner');
select lives_ok($$ select test.visit('pt-jo', 100001, test.at(12)) $$, 'a partner plans a visit');
select throws_ok($$ select test.visit('pt-sam', 100001, test.at(13)) $$, 'IM005', null, 'not another''s');
select throws_like($$ select test.visit('pt-jo', 100003, test.at(13)) $$, 'You are not assigned to school 100003 on %', 'nor to a school they are not assigned to');
select is((select count(*)::integer from visits.list_visits(null, null, null, null, null, null, null, null, null)), 3, 'a partner sees their own visits');
select is_empty($$ select * from visits.visit where partner_id <> 'pt-jo' $$, 'and no other''s');
select test.call_as(929, 'booker', array[100001]);
select is((select count(*)::integer from visits.list_visits(null, null, null, null, null, null, null, null, null)), 3, 'a school sees the visits to it');
select is((select fee_pence from one, visits.get_visit(one.visit_id)), null, 'not what the partner is paid');
select test.call_as(929, 'booker', array[100002]);
select throws_ok($$ select g.* from one, visits.get_visit(one.visit_id) g $$, 'IM005', null, 'another school is told there is none');
select throws_ok($$ select c.* from one, visits.confirm_visit(one.visit_id, 1) c $$, 'IM005', null, 'and confirms none');
select throws_ok($$ select c.* from one, visits.cancel_visit(one.visit_id, 1, 'x', null) c $$, 'IM005', null, 'nor cancels');
select test.call_as(926, 'officer');
select is_empty($$ select * from visits.list_visits(null, null, null, null, null, null, null, null, null) $$, 'another authority sees nothing');
select throws_ok($$ select c.* from one, visits.cancel_visit(one.visit_id, 1, 'x', null) c $$, 'IM005', null, 'and touches nothing');

-- planned → confirmed → done, and what is refused on the way.
select test.call_as(929, 'booker', array[100001]);
select throws_ok($$ select c.* from one, visits.confirm_visit(one.visit_id, 2) c $$, 'IM010', null, 'a stale version');
select results_eq($$ select c.status, c.version from one, visits.confirm_visit(one.visit_id, 1) c $$, $$ values ('confirmed', 2) $$, 'the school confirms');
select throws_ok($$ select c.* from one, visits.confirm_visit(one.visit_id, 2) c $$, 'IM009', 'The visit is confirmed; it cannot become confirmed.', 'once');
select ok(not has_function_privilege('persona_booker', to_regproc('visits.complete_visit'), 'execute'), 'a school does not say that it took place');
select test.call_as(929, 'partner');
select throws_like($$ select c.* from one, visits.complete_visit(one.visit_id, 2) c $$, 'The visit is on %', 'a visit to come is not done');
select results_eq($$ select m.status, m.moved_late, m.version, m.ends_at - m.starts_at from one, visits.move_visit(one.visit_id, 2, test.at(14, '13:00'), null) m $$,
  $$ values ('planned', false, 3, interval '3 hours') $$, 'moved, it is planned again: who confirmed the old time did not confirm the new one');
select throws_ok($$ select m.* from one, visits.move_visit(one.visit_id, 2, test.at(15), null) m $$, 'IM010', null, 'a stale version');
select throws_like($$ select m.* from one, visits.move_visit(one.visit_id, 3, test.at(12, '10:00'), null) m $$, 'The partner has another visit at that time: vi-%', 'not into another visit');
select results_eq($$ select m.starts_at = test.at(14, '13:30') from one, visits.move_visit(one.visit_id, 3, test.at(14, '13:30'), null) m $$, $$ values (true) $$,
  'but over its own old time');
select test.as_owner();
update visits.visit set starts_at = test.at(-2), ends_at = test.at(-2, '12:00') where visit_id = (select visit_id from one);
select test.call_as(929, 'partner');
select throws_ok($$ select c.* from one, visits.complete_visit(one.visit_id, 4) c $$, 'IM009', 'The visit is planned; it cannot become done.', 'what was not confirmed is not done');
select is((select c.version from one, visits.confirm_visit(one.visit_id, 4) c), 5, 'confirmed');
select results_eq($$ select c.status, c.note_due_on = calendar.add_working_days(test.day(-2), 10) from one, visits.complete_visit(one.visit_id, 5) c $$, $$ values ('done', true) $$,
  'VIS-3: done, and its note is due ten working days after the visit');
select throws_ok($$ select c.* from one, visits.cancel_visit(one.visit_id, 6, 'Too late', null) c $$, 'IM009', 'The visit is done; it cannot become cancelled.', 'what was done is not cancelled');
select throws_ok($$ select m.* from one, visits.move_visit(one.visit_id, 6, test.at(20), null) m $$, 'IM009', 'The visit is done; it cannot become planned.', 'nor moved');

-- A gate closes when its cause is gone: an assignment that ended keeps no visit alive.
select test.call_as(929, 'officer');
create temporary table late as select test.visit('pt-sam', 100001, test.at(25)) as visit_id;
select is((select assignment_id from visits.visit join late using (visit_id)), 'as-pt-sam100001', 'a visit of an assignment');
select lives_ok($$ select * from partners.end_assignment('as-pt-sam100001', 1, 'Retired', test.day(20)) $$, 'which is ended before it');
select throws_like($$ select c.* from late, visits.confirm_visit(late.visit_id, 1) c $$, 'The assignment runs from 2020-09-01 to %', 'is not confirmed');
select throws_like($$ select m.* from late, visits.move_visit(late.visit_id, 1, test.at(26), null) m $$, 'The assignment runs from 2020-09-01 to %', 'nor moved to a later day');
select lives_ok($$ select m.* from late, visits.move_visit(late.visit_id, 1, test.at(19), null) m $$, 'only to a day of the assignment');

-- Cancelled: the time is free, and it stays cancelled.
select throws_ok($$ select c.* from late, visits.cancel_visit(late.visit_id, 2, ' ', null) c $$, 'IM003', null, 'a reason is required');
select throws_ok($$ select c.* from late, visits.cancel_visit(late.visit_id, 2, 'x', 'weather') c $$, 'IM003', 'A visit is cancelled on one side.', 'and a side of the list');
select results_eq($$ select c.status, c.cancelled_for, c.half_days_given_back, c.explanation from late, visits.cancel_visit(late.visit_id, 2, 'Snow', null) c $$,
  $$ values ('cancelled', 'authority', 0, 'It drew on no entitlement.') $$, 'cancelled');
select lives_ok($$ select test.visit('pt-sam', 100002, test.at(19)) $$, 'the time is free');
select throws_ok($$ select c.* from late, visits.confirm_visit(late.visit_id, 3) c $$, 'IM009', 'The visit is cancelled; it cannot become confirmed.', 'nothing follows cancelled');
select results_eq($$ select g.may_become::text, g.cancel_reason from late, visits.get_visit(late.visit_id) g $$, $$ values ('[]', 'Snow') $$, 'and says why');
select is((select count(*)::integer from visits.list_visits(null, 'pt-sam', null, null, null, null, true, null, null)), 3, 'what was cancelled is kept');
select is((select count(*)::integer from visits.list_visits(null, 'pt-sam', null, null, null, null, null, null, null)), 2, 'and not listed unless asked for');
select is((select count(*)::integer from visits.list_visits(null, null, null, null, test.day(19), test.day(19), null, null, null)), 1, 'by day');

select is((select array_agg(kind || ' ' || (about ->> 'status')) from (select * from events.event where subject = (select visit_id from late) order by at) e),
  array['visit.planned planned', 'visit.moved planned', 'visit.cancelled cancelled'], 'watchers are told each step');

-- A visit that keeps in touch is had once a year (VIS-5).
select lives_ok($$ select test.visit('pt-sam', 100003, test.at(-4), 'kit') $$, 'one to keep in touch');
select throws_ok($$ select test.visit('pt-jo', 100003, test.at(-4, '14:00'), 'kit') $$, '23P01', null, 'and no second in the academic year');
select lives_ok($$ select test.visit('pt-jo', 100003, test.at(-4, '14:00') + interval '1 year', 'kit') $$, 'but one in the next');

-- Policy.
select test.call_as(929, 'la_admin');
select results_eq('select notice_days, note_due_days, ofsted_window_months, own, version from visits.get_visit_policy()', $$ values (0, 10, 48, false, 0) $$, 'the common rule');
select results_eq('select notice_days, note_due_days, own, version from visits.set_visit_policy(0, 4, null, null)', $$ values (4, 10, true, 1) $$, 'and a decision');
select throws_ok('select * from visits.set_visit_policy(0, 5, null, null)', 'IM010', null, 'by version');
select throws_ok('select * from visits.set_visit_policy(1, 61, null, null)', '23514', null, 'within bounds');

-- No other way: neither the server's role nor the owner moves a state against the table of transitions.
select test.call_as(929, 'officer');
select throws_ok($$ update visits.visit set status = 'agreed' $$, '42501', null, 'the server may not touch a state');
select throws_ok($$ update visits.visit set starts_at = now() $$, '42501', null, 'nor a time');
select throws_ok($$ delete from visits.visit $$, '42501', null, 'nor take a visit away');
select throws_ok($$ insert into visits.visit (authority_id, visit_id, school_urn, partner_id, purpose, mode, status, starts_at, ends_at, half_days, funding, notice_days, planned_by)
  values (929, 'vi-x', 100001, 'pt-jo', 'core', 'virtual', 'agreed', now(), now() + interval '1 hour', 1, 'core', 0, auth.person_id()) $$, '42501', null, 'nor begin one in another state');
select test.as_owner();
select throws_ok($$ update visits.visit set status = 'agreed' where status = 'planned' $$, 'IM009', 'The visit is planned; it cannot become agreed.', 'and nobody can');
select results_eq($$ select string_agg(to_status, ' ' order by to_status) from visits.transition where from_status = 'planned' $$, $$ values ('cancelled confirmed planned') $$,
  'the transitions are data');
select * from finish();
rollback;
