-- Hand-over keeps history (PAR-2): the old one ends the day before, the new one refers to it; and what is taken back frees the half-days.
begin;
\ir ../support/sql/schools.sql
select plan(30);
set local timezone = 'Europe/London'; -- today is England's
select test.schools(929, 100001, 3, 'Primary');
create function test.live(p_urn integer, p_on date) returns text language sql as $$
  select string_agg(a.partner || ' ' || a.half_days, ', ') from partners.list_assignments(p_urn, null, p_on, null, null, null, null) a
$$;
grant execute on all functions in schema test to public;
select test.call_as(929, 'officer');
create temporary table jo as select partner_id from partners.add_partner('Jo Field', '["sip"]', 10, null, null, null, null, null, null);
create temporary table al as select partner_id from partners.add_partner('Al Marsh', '["sip"]', 8, null, null, null, null, null, null);
create temporary table old as select * from partners.assign_partner(100001, (select partner_id from jo), 6, null, '2036-09-01', '2037-08-31');
create temporary table other as select * from partners.assign_partner(100002, (select partner_id from al), 4, null, '2037-01-01', '2037-03-31');

select throws_ok($$ select * from partners.hand_over_assignment((select assignment_id from old), 1, (select partner_id from jo), '2037-01-01', null) $$, 'IM009', null, 'to another partner');
select throws_ok($$ select * from partners.hand_over_assignment((select assignment_id from old), 1, (select partner_id from al), null, null) $$, 'IM003', null, 'from a day');
select throws_ok($$ select * from partners.hand_over_assignment((select assignment_id from old), 1, (select partner_id from al), '2036-09-01', null) $$, 'IM009', null, 'after its first');
select throws_ok($$ select * from partners.hand_over_assignment((select assignment_id from old), 1, (select partner_id from al), '2037-09-01', null) $$, 'IM009',
  'The assignment is 1 Sep 2036 to 31 Aug 2037.', 'and not after its last');
select throws_ok($$ select * from partners.hand_over_assignment((select assignment_id from old), 3, (select partner_id from al), '2037-01-01', null) $$, 'IM010', null, 'a stale version is refused');
select throws_ok($$ select * from partners.hand_over_assignment('as-nothing', 1, (select partner_id from al), '2037-01-01', null) $$, 'IM005', null, 'nothing is not handed over');
select throws_ok($$ select * from partners.hand_over_assignment((select assignment_id from old), 1, (select partner_id from al), '2037-01-01', null) $$, 'IM009',
  'Al Marsh has 4 of 8 half-days a year left in that period.', 'the new partner''s capacity holds');
select test.as_owner();
set local session_replication_role = replica; -- visits without what leads to one: tests/sql/visits_life.sql has that
insert into visits.visit (authority_id, visit_id, school_urn, partner_id, assignment_id, purpose, mode, starts_at, ends_at, half_days, funding, notice_days, planned_by)
select 929, 'vi-' || d, 100001, jo.partner_id, old.assignment_id, 'core', 'virtual', d, d + interval '1 hour', 1, 'core', 0, test.person('officer', 929)
from jo, old, unnest('{2037-03-31 09:00Z,2037-04-01 09:00Z,2037-05-01 09:00Z}'::timestamptz[]) d;
set local session_replication_role = origin;
select test.call_as(929, 'officer');
create temporary table new as select * from partners.hand_over_assignment((select assignment_id from old), 1, (select partner_id from al), '2037-04-01', null);
select results_eq($$ select partner, follows_id = (select assignment_id from old), starts_on, ends_on, half_days, status, version, old_ends_on from new $$,
  $$ values ('Al Marsh', true, '2037-04-01'::date, '2037-08-31'::date, 6, 'live', 1, '2037-03-31'::date) $$, 'handed over: live from that day, the old one to the day before');
select is((select visits_ahead from new), 2, 'and it is told how many visits are planned from then on');
select is(test.live(100001, '2037-03-31'), 'Jo Field 6', 'on the last day of the old one it is the old one''s');
select is(test.live(100001, '2037-04-01'), 'Al Marsh 6', 'and on the next the new one''s');
select results_eq($$ select gate, outcome, reason from partners.list_gates((select assignment_id from old)) where outcome = 'ended' $$,
  $$ values ('live', 'ended', 'Handed over to Al Marsh. Last day: 31 Mar 2037.') $$, 'the old one''s history says so');
select results_eq($$ select end_reason from partners.list_assignments(100001, (select partner_id from jo), null, true, null, null, null) $$, $$ values ('Handed over to Al Marsh.') $$, 'and its row');
select lives_ok($$ select * from partners.assign_partner(100003, (select partner_id from jo), 10, null, '2037-04-01', null) $$, 'the old partner is free from then on');

-- Where schools answer, the old one goes on until the school has accepted the new one.
select test.call_as(929, 'la_admin');
select lives_ok($$ select * from partners.set_assignment_policy(true, null) $$, 'schools are asked');
create temporary table asked as select * from partners.hand_over_assignment((select assignment_id from new), 1, (select partner_id from jo), '2037-06-01', 0 + 1) limit 0;
create temporary table bo as select partner_id from partners.add_partner('Bo Reed', '["sip"]', 12, null, null, null, null, null, null);
insert into asked select * from partners.hand_over_assignment((select assignment_id from new), 1, (select partner_id from bo), '2037-06-01', 2);
insert into asked select * from partners.hand_over_assignment((select assignment_id from new), 1, (select partner_id from bo), '2037-06-15', 3);
select results_eq($$ select status, half_days, old_ends_on from asked order by starts_on $$, $$ values ('checked', 2, '2037-08-31'::date), ('checked', 3, '2037-08-31') $$, 'two that wait for the school');
select is(test.live(100001, '2037-07-01'), 'Al Marsh 6', 'change nothing yet');
select test.call_as(929, 'booker', array[100001]);
select results_eq($$ select status from partners.answer_assignment((select assignment_id from asked where half_days = 2), 1, 'accept', null) $$, $$ values ('live') $$, 'the school accepts one');
select is(test.live(100001, '2037-06-01'), 'Bo Reed 2', 'and it takes over');
select is(test.live(100001, '2037-05-31'), 'Al Marsh 6', 'from its day');
select throws_ok($$ select * from partners.answer_assignment((select assignment_id from asked where half_days = 3), 1, 'accept', null) $$, 'IM009', null, 'the other comes too late');
select test.call_as(929, 'officer');
select throws_ok($$ select * from partners.withdraw_assignment((select assignment_id from asked where half_days = 3), 1, '') $$, 'IM003', null, 'taking back has a reason');
select results_eq($$ select status from partners.withdraw_assignment((select assignment_id from asked where half_days = 3), 1, 'Not needed') $$, $$ values ('withdrawn') $$, 'the authority takes it back');
select throws_ok($$ select * from partners.withdraw_assignment((select assignment_id from asked where half_days = 3), 2, 'Again') $$, 'IM009', 'The assignment is withdrawn.', 'once');
select results_eq($$ select status from partners.withdraw_assignment((select assignment_id from asked where half_days = 2), 2, 'The school closes') $$, $$ values ('withdrawn') $$,
  'and a live one before its first day');
create temporary table begun as select * from partners.propose_assignment(100002, (select partner_id from bo), 2, null, current_date, current_date);
select lives_ok($$ select * from partners.check_assignment((select assignment_id from begun), 1, null, null) $$, 'one for today');
select test.call_as(929, 'booker', array[100002]);
select lives_ok($$ select * from partners.answer_assignment((select assignment_id from begun), 2, 'accept', null) $$, 'is accepted');
select test.call_as(929, 'officer');
select throws_ok($$ select * from partners.withdraw_assignment((select assignment_id from begun), 3, 'Wrong') $$, 'IM009', null, 'and not taken back: it has begun');
select results_eq($$ select partner, half_days, half_days_left, proposed_half_days from reports.partner_workload('2037-06-20') $$,
  $$ values ('Al Marsh', 0, 8, 0), ('Bo Reed', 0, 12, 0), ('Jo Field', 10, 0, 0) $$, 'what was taken back weighs nothing');
select results_eq($$ select status, count(*)::integer from partners.list_assignments(100001, null, null, true, null, null, null) group by 1 order by 1 $$,
  $$ values ('live', 2), ('withdrawn', 2) $$, 'and stays on record');
select * from finish();
rollback;
