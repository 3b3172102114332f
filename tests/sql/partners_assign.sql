-- Partners and assignments: PAR-1, PAR-2, and who may do what.
begin;
\ir ../support/sql/schools.sql
select plan(24);
select test.schools(929, 100001, 3, 'Primary');
select test.schools(926, 200001, 1, 'Primary');
select test.call_as(929, 'partner');
select test.call_as(929, 'la_admin');

create temporary table made as select * from partners.add_partner('Jo Field', '["sip","NLE","sip"]', 10, test.person('partner', 929), null, null, null, null, null);
select test.call_as(929, 'officer');
create temporary table other as select * from partners.add_partner('Al Marsh', '["ele"]', 40, null, null, null, null, null, null);
select results_eq($$ select name, kinds, capacity_half_days, half_days_assigned from partners.list_partners(null, null, null, null, null, null) $$,
  $$ values ('Al Marsh', '["ele"]'::jsonb, 40, 0), ('Jo Field', '["nle", "sip"]', 10, 0) $$, 'partners are listed by name, kinds once');
select results_eq($$ select name from partners.list_partners(null, null, null, null, 1, '["Al Marsh", "zz"]') $$, $$ values ('Jo Field') $$, 'a cursor goes on');
select throws_ok($$ select * from partners.add_partner('X', '["wizard"]', 1, null, null, null, null, null, null) $$, '23514', null, 'an unknown kind is refused');
select throws_ok($$ select * from partners.add_partner('X', null, 1, null, null, null, null, null, null) $$, 'IM003', 'kinds is required.', 'kinds are required');

create temporary table assigned as select * from partners.assign_partner(100001, (select partner_id from made), 6, null, '2026-09-01', null);
select results_eq($$ select partner, role, half_days_left, version from assigned $$, $$ values ('Jo Field', 'sip', 4, 1) $$,
  'an officer assigns; what is left is told');
select throws_ok($$ select * from partners.assign_partner(100001, (select partner_id from other), 6, 'SIP', '2027-01-01', null) $$, 'IM009',
  'Jo Field is sip of school 100001, from 1 Sep 2026 on.',
  'PAR-2: one live assignment for each school and role');
select is((select (c.refusal::jsonb ->> 'reason') from errors.constraint_message c where c.constraint_name = 'assignment_once_a_school_and_role'),
  'ASSIGNMENT_OVERLAPS', 'the constraint speaks to people');
select lives_ok($$ select * from partners.assign_partner(100001, (select partner_id from other), 6, 'moderator', '2027-01-01', null) $$,
  'another role is another assignment');
select throws_ok($$ select * from partners.assign_partner(100002, (select partner_id from made), 5, null, '2026-10-01', null) $$, 'IM009',
  'Jo Field has 4 of 10 half-days a year left in that period.', 'PAR-2: within capacity');
select lives_ok($$ select * from partners.assign_partner(100002, (select partner_id from made), 10, null, '2025-09-01', '2026-08-31') $$,
  'capacity is counted by the day: the year before is free');
select throws_ok($$ select * from partners.assign_partner(100003, (select partner_id from made), 1, null, '2026-08-31', '2026-09-30') $$, 'IM009',
  'Jo Field has 0 of 10 half-days a year left in that period.', 'the fullest day of the period decides');
select throws_ok($$ select * from partners.assign_partner(200001, (select partner_id from made), 1, null, null, null) $$, 'IM005', null,
  'another authority''s school is told like none');
select throws_ok($$ select * from partners.assign_partner(100003, 'pt-nobody', 1, null, null, null) $$, 'IM005',
  'The authority has no partner "pt-nobody".', 'an unknown partner is refused');
select throws_ok($$ select * from partners.assign_partner(100003, (select partner_id from other), 1, null, '2026-10-02', '2026-10-01') $$, 'IM003', null,
  'no end before the start');
select throws_ok($$ select * from partners.end_assignment((select assignment_id from assigned), 7, 'left', '2026-12-31') $$, 'IM010', null,
  'C-8: a stale version is refused');
select results_eq($$ select ends_on, version from partners.end_assignment((select assignment_id from assigned), 1, 'left', '2026-12-31') $$,
  $$ values ('2026-12-31'::date, 2) $$, 'an assignment ends, with a reason');
select throws_ok($$ select * from partners.end_assignment((select assignment_id from assigned), 2, 'left', '2027-12-31') $$, 'IM009', null,
  'ending does not make longer');
select lives_ok($$ select * from partners.assign_partner(100001, (select partner_id from other), 6, null, '2027-01-01', null) $$,
  'after the end the school is free');

select results_eq($$ select partner, assignments, half_days, capacity, half_days_left, percent from reports.partner_workload('2027-02-01') $$,
  $$ values ('Al Marsh', 2, 12, 40, 28, 30.0), ('Jo Field', 0, 0, 10, 10, 0.0) $$, 'the workload report counts what is live that day');

select test.call_as(929, 'partner');
select results_eq($$ select school_urn from partners.list_assignments(null, null, null, true, null, null, null) $$, $$ values (100001), (100002) $$,
  'a partner sees their own assignments');
select results_eq($$ select name from partners.list_partners(null, null, null, null, null, null) $$, $$ values ('Jo Field') $$, 'and their own engagement');
select test.call_as(929, 'booker', array[100001]);
select is((select count(*)::integer from partners.list_assignments(null, null, null, true, null, null, null) where school_urn = 100001), 3,
  'a school sees its own assignments');
select is((select count(*)::integer from partners.list_assignments(null, null, null, true, null, null, null) where school_urn <> 100001), 0, 'and no others');
select test.call_as(926, 'la_admin');
select is_empty($$ select * from partners.list_partners(null, null, null, null, null, null) $$, 'another authority sees nothing');
select * from finish();
rollback;
