-- Half-days: granted, drawn, given back, never below zero: VIS-2; notice in working days: C-4.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
select plan(59);
select test.schools(929, 100001, 3, 'Primary');
select test.partner(929, 'pt-jo', test.person('partner', 929)), test.partner(929, 'pt-sam');
select test.assigned(929, 'pt-jo', 100001);
select test.subscription(929, 100001, 6, test.day(-60), test.day(160));

-- Grants.
select test.call_as(929, 'officer');
select throws_ok($$ select * from visits.grant_entitlement(100001, 'lottery', 3, '2026-09-01', '2027-08-31', null, null) $$, '23514', null, 'a source of the list');
select throws_ok($$ select * from visits.grant_entitlement(100001, 'consultancy', 3, '2026-09-01', '2027-08-31', null, null) $$, '23514', null, 'consultancy is an agreement''s to give');
select throws_ok($$ select * from visits.grant_entitlement(100001, 'offer', null, '2026-09-01', '2027-08-31', null, null) $$, 'IM003', 'half_days is required.', 'a number');
select throws_ok($$ select * from visits.grant_entitlement(100001, 'offer', 0, '2026-09-01', '2027-08-31', null, null) $$, 'IM003', null, 'above none');
select throws_ok($$ select * from visits.grant_entitlement(100001, 'offer', 3, '2026-09-01', '2026-08-31', null, null) $$, '23514', null, 'a period not backwards');
select throws_ok($$ select * from visits.grant_entitlement(999999, 'offer', 3, '2026-09-01', '2027-08-31', null, null) $$, 'IM005', null, 'a school of the authority');
select throws_ok($$ select * from visits.grant_entitlement(100001, 'sla', null, null, null, 'su-none', null) $$, 'IM005', 'School 100001 has no subscription "su-none".', 'a subscription of the school');
select throws_ok($$ select * from visits.grant_entitlement(100002, 'sla', null, null, null, 'su-100001', null) $$, 'IM005', null, 'not another''s');
create temporary table sla_days as
select * from visits.grant_entitlement(100001, 'sla', null, null, null, 'su-100001', null);
select results_eq('select source, starts_on, ends_on, half_days from sla_days', $$ values ('sla', test.day(-60), test.day(160), 6) $$, 'days and period are the subscription''s');
select throws_ok($$ select * from visits.grant_entitlement(100001, 'sla', null, null, null, 'su-100001', null) $$, '23505', null, 'which gives them once');
select is_empty('select * from visits.grant_subscribed(null)', 'nor again with all the others');
select lives_ok($$ select * from visits.grant_entitlement(100002, 'offer', 1, test.day(-10), test.day(100), 'of-1', 'Newly RI') $$, 'an offer''s');

-- Draws: a visit takes from what is left, and is refused when nothing is.
create temporary table drawn (nth integer, visit_id text);
insert into drawn select n, test.visit('pt-jo', 100001, test.at(10 + n), 'core', 'sla', 2) from generate_series(1, 2) n;
select results_eq('select granted, drawn, half_days_left from visits.list_entitlements(100001, null, null, null, null, null)', $$ values (6, 4, 2) $$, 'two visits of a day each draw four half-days');
select throws_ok($$ select test.visit('pt-jo', 100001, test.at(20), 'core', 'sla', 3) $$, 'IM009',
  format('Half-days wanted: 3; left of the school''s sla entitlement on %s: 2.', to_char(test.day(20), 'FMDD Mon YYYY')), 'never below zero');
insert into drawn select 3, test.visit('pt-jo', 100001, test.at(20), 'core', 'sla', 2);
select throws_like($$ select test.visit('pt-jo', 100001, test.at(21), 'core', 'sla') $$, 'Half-days wanted: 1; left of the school''s sla entitlement % 0.', 'exhausted');
select throws_like($$ select test.visit('pt-jo', 100001, test.at(21), 'core', 'offer') $$, 'School 100001 has no offer entitlement on %', 'another''s offer is not drawn on');
select throws_like($$ select * from visits.add_visit(100002, 'pt-sam', test.at(21), null, 'core', null, null, null, null, 'offer', 'of-2', null) $$,
  'School 100002 has no offer entitlement under of-2 on %', 'nor under another reference');
select lives_ok($$ select * from visits.add_visit(100002, 'pt-sam', test.at(21), null, 'core', null, null, null, null, 'offer', 'of-1', null) $$, 'but under its own');
select lives_ok($$ select test.visit('pt-jo', 100001, test.at(21)) $$, 'the authority may visit on its own account');
select lives_ok($$ select * from visits.grant_entitlement(100003, 'core', 1, test.day(-10), test.day(100), null, null) $$, 'which it may bound, too');
select lives_ok($$ select test.visit('pt-sam', 100003, test.at(22)) $$, 'then such a visit draws');
select throws_like($$ select test.visit('pt-sam', 100003, test.at(23)) $$, 'Half-days wanted: 1; left of the school''s core entitlement on % 0.', 'and is refused beyond');
select throws_like($$ select test.visit('pt-jo', 100001, test.at(170), 'core', 'sla') $$, 'School 100001 has no sla entitlement on %', 'nothing outside its period');
select is((select sum(e.left_half_days) from visits.entitlement e), (select sum(b.left_half_days) from visits.entitlement_balance b), 'what is left is what the ledger says');

-- What would lapse first is used first.
select lives_ok($$ select * from visits.grant_entitlement(100003, 'offer', 4, test.day(-10), test.day(90), 'of-8', null);
  select * from visits.grant_entitlement(100003, 'offer', 1, test.day(-10), test.day(50), 'of-9', null) $$, 'two of one source');
insert into drawn select n, test.visit('pt-sam', 100003, test.at(14 + n), 'core', 'offer') from generate_series(10, 11) n;
select results_eq($$ select e.reference from drawn d join visits.visit v using (visit_id) join visits.entitlement e using (authority_id, entitlement_id)
  where d.nth in (10, 11) order by d.nth $$, $$ values ('of-9'), ('of-8') $$, 'the one that ends first, then the other');

-- Cancelled by the authority or the partner: given back, whenever. By the school: by the notice of the policy it was planned under.
select results_eq($$ select c.cancelled_for, c.half_days_given_back, c.explanation from drawn d, visits.cancel_visit(d.visit_id, 1, 'Ill', 'partner') c where nth = 3 $$,
  $$ values ('partner', 2, 'Given back: it was not the school that cancelled.') $$, 'the partner''s cancelling gives back');
select test.call_as(929, 'la_admin');
select lives_ok('select * from visits.set_visit_policy(0, 4, null, null)', 'four working days of notice from now on');
select test.call_as(929, 'booker', array[100001]);
select throws_ok($$ select c.* from drawn d, visits.cancel_visit(d.visit_id, 1, 'x', 'authority') c where nth = 2 $$, 'IM003', 'You cannot cancel for the authority.', 'a school speaks for itself');
select results_eq($$ select c.cancelled_for, c.half_days_given_back, c.explanation from drawn d, visits.cancel_visit(d.visit_id, 1, 'Staff training', null) c where nth = 2 $$,
  format($$ values ('school', 2, 'Given back: the last free day is %s, 0 working days before the visit.') $$, to_char(test.day(12), 'FMDD Mon YYYY')),
  'planned before the policy: no notice was asked for');
select test.call_as(929, 'officer');
insert into drawn select n, test.visit('pt-jo', 100001, test.at(n), 'core', 'sla') from generate_series(3, 5) n;
select results_eq($$ select g.last_free_day from drawn d, visits.get_visit(d.visit_id) g where nth between 3 and 5 and d.visit_id in (select visit_id from visits.visit where half_days = 1) order by nth $$,
  $$ values (calendar.add_working_days(test.day(3), -4)), (calendar.add_working_days(test.day(4), -4)), (calendar.add_working_days(test.day(5), -4)) $$, 'the last free days');
select test.call_as(929, 'booker', array[100001]);
select results_eq($$ select c.half_days_given_back, c.explanation from drawn d, visits.cancel_visit(d.visit_id, 1, 'Staff training', null) c where nth = 5 $$,
  format($$ values (1, 'Given back: the last free day is %s, 4 working days before the visit.') $$, to_char(calendar.add_working_days(test.day(5), -4), 'FMDD Mon YYYY')), 'in time');
select results_eq($$ select c.half_days_given_back, c.explanation from drawn d, visits.cancel_visit(d.visit_id, 1, 'Staff training', null) c, visits.visit v
    where nth = 3 and v.visit_id = d.visit_id and v.half_days = 1 $$,
  format($$ values (0, 'Not given back: the last free day was %s, 4 working days before the visit.') $$, to_char(calendar.add_working_days(test.day(3), -4), 'FMDD Mon YYYY')), 'too late');
-- Moving does not get round it.
select test.call_as(929, 'partner');
select results_eq($$ select m.moved_late from drawn d, visits.move_visit(d.visit_id, 1, test.at(40), null) m, visits.visit v
  where nth = 4 and v.visit_id = d.visit_id and v.half_days = 1 $$, $$ values (calendar.add_working_days(test.day(4), -4) < base.today()) $$, 'moved when the notice had passed');
select test.as_owner();
update visits.visit set moved_late = true where visit_id in (select d.visit_id from drawn d where nth = 4);
select test.call_as(929, 'booker', array[100001]);
select results_eq($$ select c.half_days_given_back, c.explanation from drawn d, visits.cancel_visit(d.visit_id, 2, 'Never mind', null) c where nth = 4 $$,
  $$ values (0, 'Not given back: it was moved after its last free day.') $$, 'and cancelled after: nothing');
select results_eq('select granted, drawn, half_days_left from visits.list_entitlements(100001, null, null, null, null, null)', $$ values (6, 4, 2) $$, 'a school sees what it has left');
select is_empty('select * from visits.list_entitlements(100002, null, null, null, null, null)', 'and not what another has');
select results_eq($$ select e.kind, e.half_days, e.half_days_left from sla_days s, visits.list_entitlement_entries(s.entitlement_id, null, null) e $$,
  $$ values ('granted', 6, 6), ('drawn', -2, 4), ('drawn', -2, 2), ('drawn', -2, 0), ('given_back', 2, 2), ('given_back', 2, 4), ('drawn', -1, 3), ('drawn', -1, 2),
    ('drawn', -1, 1), ('given_back', 1, 2) $$, 'with every step on the way');
select test.call_as(929, 'partner');
select is((select count(*)::integer from visits.list_entitlements(null, null, null, null, null, null)), 1, 'a partner sees those of the schools they are assigned to');

-- Moved out of the period, it draws on the next one.
select test.call_as(929, 'officer');
select lives_ok($$ select * from visits.grant_entitlement(100001, 'sla', 2, test.day(160) + 1, test.day(260), null, 'By hand') $$, 'the next year''s');
insert into drawn select 6, test.visit('pt-jo', 100001, test.at(41), 'core', 'sla');
select lives_ok($$ select m.* from drawn d, visits.move_visit(d.visit_id, 1, test.at(170), null) m where nth = 6 $$, 'moved into it');
select results_eq('select granted, drawn, half_days_left from visits.list_entitlements(100001, null, null, null, null, null)', $$ values (6, 4, 2), (2, 1, 1) $$, 'drawn there, given back here');
select throws_like($$ select m.* from drawn d, visits.move_visit(d.visit_id, 2, test.at(265), null) m where nth = 6 $$, 'School 100001 has no sla entitlement on %', 'not to where nothing is granted');
select is((select e.ends_on from visits.visit v join visits.entitlement e using (authority_id, entitlement_id) join drawn d using (visit_id) where d.nth = 6), test.day(260), 'it stayed');

-- Adjustments.
select throws_ok($$ select a.* from sla_days s, visits.adjust_entitlement(s.entitlement_id, 2, -2, 'x') a $$, 'IM010', null, 'a stale version');
select throws_ok($$ select a.* from sla_days s, visits.adjust_entitlement(s.entitlement_id, 1, -3, 'x') a $$, 'IM009', 'Half-days left: 2; what visits have drawn stays.', 'not below what was drawn');
select throws_ok($$ select a.* from sla_days s, visits.adjust_entitlement(s.entitlement_id, 1, 0, 'x') a $$, 'IM003', null, 'not by nothing');
select throws_ok($$ select a.* from sla_days s, visits.adjust_entitlement(s.entitlement_id, 1, 1, ' ') a $$, 'IM003', null, 'with a reason');
select results_eq($$ select a.half_days_left, a.version from sla_days s, visits.adjust_entitlement(s.entitlement_id, 1, -2, 'The school gave them up') a $$, $$ values (0, 2) $$, 'adjusted');
select throws_ok($$ select * from visits.adjust_entitlement('en-none', 1, 1, 'x') $$, 'IM005', null, 'of an entitlement that is there');

-- Grants for all that is sold.
select test.as_owner();
select test.subscription(929, 100002, 8, test.day(-60), test.day(160)), test.subscription(929, 100003, 0, test.day(-60), test.day(160));
select test.call_as(929, 'officer');
select results_eq('select school_urn, source, half_days from visits.grant_subscribed(null)', $$ values (100002, 'sla', 8) $$, 'all that is sold and has half-days is granted at once');
select is_empty('select * from visits.grant_subscribed(null)', 'once');

-- Who may not; and no other way to the ledger.
select ok(not has_function_privilege('persona_booker', to_regproc('visits.grant_entitlement'), 'execute'), 'a school grants itself nothing');
select ok(not has_function_privilege('persona_partner', to_regproc('visits.adjust_entitlement'), 'execute'), 'nor does a partner');
select test.call_as(929, 'officer');
select throws_ok($$ update visits.entitlement set left_half_days = 100 $$, '42501', null, 'the server may not touch what is left');
select throws_ok($$ insert into visits.entitlement_entry select * from visits.entitlement_entry $$, '42501', null, 'nor the ledger');
select throws_ok($$ delete from visits.entitlement_entry $$, '42501', null, 'which only grows');
select test.as_owner();
select throws_ok($$ update visits.entitlement set left_half_days = -1 $$, '23514', null, 'and nobody can go below zero');
select test.call_as(926, 'officer');
select is_empty('select * from visits.list_entitlements(null, null, null, true, null, null)', 'another authority sees nothing');
select * from finish();
rollback;
