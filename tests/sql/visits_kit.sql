-- Keeping in touch: who is owed a visit, by when, and what became of it: VIS-5.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
select plan(40);
select test.schools(929, 100001, 4, 'Primary'), test.schools(929, 100011, 1, 'Nursery', 'Local authority nursery school'),
  test.schools(929, 100012, 1, 'Not applicable', 'Pupil referral unit'), test.schools(929, 100013, 2, 'Primary', 'Academy converter'),
  test.schools(929, 100015, 1, 'Not applicable', 'Community special school'), test.schools(926, 200001, 1, 'Primary');
select test.partner(929, 'pt-jo', test.person('partner', 929)), test.partner(929, 'pt-sam'), test.terms(929, test.next_year());
-- The window of next year is of 48 months unless decided otherwise: it began on 1 September three years before this one's.
create function test.window_starts() returns date language sql stable as $$ select make_date(test.next_year() - 4, 9, 1) $$;
create function test.inspect(p_urn integer, p_on date, p_kind text default 'graded') returns void language sql as $$
  insert into register.inspection (inspection_number, urn, kind, framework, starts_on) values (p_urn || '-' || p_on, p_urn, p_kind, 'EIF', p_on)
$$;
grant execute on all functions in schema test to public;
select test.inspect(100001, test.window_starts() - 1), test.inspect(100002, test.window_starts()), test.inspect(100003, test.window_starts() - 400),
  test.inspect(100003, test.window_starts() + 10, 'ungraded'), test.inspect(100004, test.window_starts() - 400), test.inspect(100004, test.window_starts() + 10, 'monitoring');
create temporary view kit as select * from visits.list_kit(test.next_year(), null, null, null, null);
grant select on kit to public;

select test.call_as(929, 'officer');
select results_eq('select urn from kit order by urn', $$ values (100001), (100002), (100003), (100004), (100011), (100012), (100015) $$,
  'every maintained school, nursery and pupil referral unit, and no academy');
select results_eq('select distinct state, late from kit', $$ values ('owed', false) $$, 'all owed, none late');
select results_eq('select urn, in_window from kit where urn <= 100004 order by urn', $$ values (100001, true), (100002, false), (100003, false), (100004, true) $$,
  'in the window: inspected before it began; an ungraded inspection counts, a monitoring visit does not');
select is((select in_window from kit where urn = 100011), true, 'never inspected and open since before: in the window');
select results_eq('select due_by, array_agg(urn order by urn) from kit group by 1 order by 1', $$ values
  (make_date(test.next_year(), 12, 18), array[100001, 100004, 100011, 100012, 100015]), (make_date(test.next_year() + 1, 7, 20), array[100002, 100003]) $$,
  'due by the end of the autumn term, or of the year');
select is((select array_agg(urn) from visits.list_kit(test.next_year(), null, null, 2, null)), array[100001, 100004], 'the earliest due first, by pages');
select is((select array_agg(urn) from visits.list_kit(test.next_year(), null, null, 2, (select row_cursor from visits.list_kit(test.next_year(), null, null, 2, null) offset 1))),
  array[100011, 100012], 'and on');
select test.call_as(929, 'la_admin');
select lives_ok('select * from visits.set_visit_policy(0, null, null, 36)', 'a window from 36 months');
select results_eq('select urn from kit where not in_window', 'select 0 where false', 'has them all');
select lives_ok('select * from visits.set_visit_policy(1, null, null, 48)', 'back');

-- A predecessor's inspection counts.
select test.as_owner();
insert into register.establishment (urn, school_id) values (99001, 100001);
select test.inspect(99001, test.window_starts() + 1);
select test.call_as(929, 'officer');
select is((select in_window from kit where urn = 100001), false, 'a predecessor''s inspection counts');

-- Outside the support package.
select throws_ok($$ select * from visits.add_support_package(999999, null, null, null) $$, 'IM005', null, 'a school of the authority');
select throws_ok($$ select * from visits.add_support_package(100004, test.day(10), test.day(1), null) $$, '23514', null, 'a period not backwards');
create temporary table package as select * from visits.add_support_package(100004, base.today(), null, 'Red');
select throws_ok($$ select * from visits.add_support_package(100004, test.day(10), test.day(20), null) $$, '23P01', null, 'once at a time: an overlap is refused');
select is((select count(*)::integer from kit where urn = 100004), 0, 'in the package: it is owed none');
select is((select count(*)::integer from visits.list_support_packages(null, null, null, null, null)), 1, 'listed');
select throws_ok($$ select e.* from package p, visits.end_support_package(p.support_package_id, 2, null) e $$, 'IM010', null, 'a stale version');
select throws_ok($$ select e.* from package p, visits.end_support_package(p.support_package_id, 1, base.today() - 1) e $$, '23514', null, 'not before it began');
select throws_ok($$ select * from visits.end_support_package('sp-none', 1, null) $$, 'IM005', null, 'one that is there');
select is((select e.ends_on from package p, visits.end_support_package(p.support_package_id, 1, null) e), base.today(), 'ended');
select is((select count(*)::integer from kit where urn = 100004), 1, 'it is owed one again');

-- Owed, planned, done.
create temporary table kept (visit_id text);
insert into kept select test.visit('pt-jo', 100001, (make_date(test.next_year(), 10, 5) + time '09:30') at time zone 'Europe/London', 'kit');
select results_eq($$ select state, partner, visits.day_of(starts_at) from kit where urn = 100001 $$, $$ values ('planned', 'pt-jo', make_date(test.next_year(), 10, 5)) $$, 'planned');
select is((select c.status from kept, visits.confirm_visit(kept.visit_id, 1) c), 'confirmed', 'and confirmed');
select is((select state from kit where urn = 100001), 'planned', 'is planned still');
select test.as_owner();
update visits.visit set status = 'done', done_at = now(), note_due_on = base.today();
select test.call_as(929, 'officer');
select results_eq($$ select urn from visits.list_kit(test.next_year(), make_date(test.next_year(), 10, 5), 'done', null, null) $$, $$ values (100001) $$, 'done');
-- As it stood on a day (C-5): what is done was done on its own day, late or not.
select is((select state from visits.list_kit(test.next_year(), make_date(test.next_year(), 10, 4), null, null, null) where urn = 100001), 'planned', 'the day before it was planned');
insert into kept select test.visit('pt-jo', 100012, (make_date(test.next_year() + 1, 1, 13) + time '09:30') at time zone 'Europe/London', 'kit');
select test.as_owner();
update visits.visit set status = 'confirmed' where school_urn = 100012;
update visits.visit set status = 'done', done_at = now(), note_due_on = base.today() where school_urn = 100012;
select test.call_as(929, 'officer');
select results_eq($$ select d.day, k.state, k.late from (values (date '0001-12-18'), ('0001-12-19'), ('0002-01-31')) x (day)
    cross join lateral (select make_date(test.next_year() + extract(year from x.day)::integer - 1, extract(month from x.day)::integer, extract(day from x.day)::integer) as day) d
    cross join lateral visits.list_kit(test.next_year(), d.day, null, null, null) k where k.urn = 100012 order by 1 $$, format($$ values (date '%s-12-18', 'planned', false),
    ('%1$s-12-19', 'planned', true), ('%2$s-01-31', 'done', false) $$, test.next_year(), test.next_year() + 1), 'a visit of January was planned in December, and late after the term');
create temporary table past as select calendar.academic_year(base.today()) as year;
create temporary table written_down (visit_id text);
insert into written_down select test.visit('pt-sam', 100002, test.at(-1), 'kit');
select results_eq($$ select d.n, k.state from past p, (values (-2), (-1), (0)) d (n)
    cross join lateral visits.list_kit(p.year, test.day(d.n), null, null, null) k where k.urn = 100002 and calendar.academic_year(test.day(-2)) = p.year order by 1 $$,
  $$ select n, s from past, (values (-2, 'owed'), (-1, 'planned'), (0, 'planned')) v (n, s) where calendar.academic_year(test.day(-2)) = year $$, 'written down afterwards it counts from its own day on, and is done when it is said to be');
select lives_ok($$ select c.* from written_down w, visits.confirm_visit(w.visit_id, 1) c $$, 'confirmed');
select lives_ok($$ select c.* from written_down w, visits.complete_visit(w.visit_id, 2) c $$, 'and done');
select is((select k.state from visits.list_kit(calendar.academic_year(test.day(-1)), test.day(-1), null, null, null) k where k.urn = 100002), 'done', 'it was done on its day');
select throws_ok($$ select * from visits.list_kit(2040, null, null, null, null) $$, 'IM003', 'There is no calendar of that academic year.', 'a year that there is');
select throws_ok($$ select * from visits.list_kit(null, '9999-12-31', null, null, null) $$, 'IM003', 'There is no calendar of that academic year.', 'a day that there is');
select is((select array_agg(urn order by urn) from visits.list_kit(test.next_year(), make_date(test.next_year() + 1, 2, 1), null, null, null) where late), array[100004, 100011, 100015], 'the others of the autumn are late by February');
select is((select count(*)::integer from visits.list_kit(test.next_year() + 1, null, 'done', null, null)), 0, 'another year, another visit');
insert into kept select test.visit('pt-sam', 100002, (make_date(test.next_year(), 10, 5) + time '09:30') at time zone 'Europe/London', 'kit');
select is((select c.status from kept, visits.cancel_visit(kept.visit_id, 1, 'Snow', null) c, visits.visit v where v.visit_id = kept.visit_id and v.school_urn = 100002), 'cancelled', 'cancelled');
select is((select state from kit where urn = 100002), 'owed', 'it is owed again');
select throws_ok($$ select * from visits.list_kit(null, null, 'eaten', null, null) $$, 'IM003', null, 'a state of the list');

select test.call_as(929, 'partner');
select ok(not has_function_privilege('persona_partner', to_regproc('visits.list_kit'), 'execute')
  and not has_function_privilege('persona_booker', to_regproc('visits.add_support_package'), 'execute'), 'partners and schools do neither');
select test.call_as(926, 'officer');
select results_eq('select urn from kit', $$ values (200001) $$, 'another authority lists its own');
select * from finish();
rollback;
