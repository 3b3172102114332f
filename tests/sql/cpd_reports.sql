-- Reports on training: how full, who waits, who came, what they made of it; each share with its base.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/cpd.sql
set local timezone = 'Europe/London';
select plan(17);
select test.schools(929, 100001, 4, 'Primary');
select test.session(929, 'se-full', 3, 0, now() + interval '20 days'), test.session(929, 'se-easy', 5, 0, now() + interval '30 days'), test.session(929, 'se-p', 6, 0, now() + interval '10 days', 1, 'co-p'),
  test.session(929, 'se-q', 6, 0, now() + interval '11 days', 1, 'co-p');
grant execute on all functions in schema test to public;
create function pg_temp.id(p_name text) returns text language sql security definer as $$ select booking_id from cpd.booking where delegate_name = p_name order by booked_at desc, ticket desc limit 1 $$;
select test.call_as(926, 'officer');
select test.call_as(929, 'reporter');
select test.call_as(929, 'officer');

-- How full, and who waits.
select from cpd.book_places('se-full', 100001, test.people('Ann', 'Bo', 'Cy'), null, null) a, cpd.book_places('se-full', 100002, test.people('Di', 'Ed'), null, true) b, cpd.book_places('se-full', 100003, test.people('Flo'), null, null) c;
select from cpd.change_session('se-easy', 1, null, null, 4, null, null, null, null, null);
select from cpd.book_places('se-easy', 100001, test.people('Ann'), null, null);
select test.call_as(929, 'reporter');
select results_eq($$ select session_id, free, offered, awaiting_approval, waiting, groups, largest_group, longest_days, next_answer_by from reports.cpd_waiting(null) $$,
  $$ values ('se-full', 0, 0, 0, 3, 1, 2, 0, null::timestamptz) $$, 'who waits: three, two of them together');
select test.call_as(929, 'officer');
select from cpd.cancel_booking(pg_temp.id('Bo'), 1, 'ill');
select test.call_as(929, 'reporter');
select results_eq($$ select free, offered, waiting, groups, next_answer_by = calendar.add_working_hours(now(), 24) from reports.cpd_waiting('se-full') $$, $$ values (0, 1, 2, 1, true) $$, 'one place, offered past the group');
select results_eq($$ select session_id, capacity, confirmed, held, waiting, places_left, percent, minimum, short_of_minimum from reports.cpd_sessions(null, null) where session_id like 'se-_____' or session_id in ('se-full', 'se-easy') $$,
  $$ values ('se-full', 3, 2, 1, 2, 0, 66.7, null::integer, null::integer), ('se-easy', 5, 1, 0, 0, 4, 20.0, 4, 3) $$, 'how full: what is offered is not left; three lack of a minimum of four');
reset role;
select test.later(929, interval '8 days');
select test.call_as(929, 'reporter');
select results_eq($$ select free, offered, waiting from reports.cpd_waiting('se-full') $$, $$ values (1, 0, 2) $$, 'an offer whose time is over is none, whether anybody has said so or not');
select results_eq($$ select held, places_left from reports.cpd_sessions(null, null) where session_id = 'se-full' $$, $$ values (0, 1) $$, 'in both');

-- Who came, and what they made of it.
select test.call_as(929, 'officer');
select from cpd.book_places('se-p', 100001, test.people('Gus', 'Hal', 'Ida'), null, null) a, cpd.book_places('se-q', 100002, test.people('Jo', 'Kay'), null, null) b;
select from cpd.record_evaluation(pg_temp.id('Gus'), 'before', 2, null, null) a, cpd.record_evaluation(pg_temp.id('Hal'), 'before', 3, null, null) b, cpd.record_evaluation(pg_temp.id('Jo'), 'before', 1, null, null) c;
reset role;
select test.later(929, interval '5 days');
update cpd.session_part set starts_at = starts_at - interval '13 days', ends_at = ends_at - interval '13 days';
select test.call_as(929, 'officer');
select from cpd.record_attendance('se-p', jsonb_build_array(jsonb_build_object('booking_id', pg_temp.id('Ida'), 'mark', 'absent')), 'attended', null);
select from cpd.record_attendance('se-q', jsonb_build_array(jsonb_build_object('booking_id', pg_temp.id('Jo'), 'mark', 'part')), null, null);
select from cpd.issue_certificates('se-p');
select test.call_as(929, 'reporter');
select results_eq($$ select session_id, course, places_taken, marked, attended, part, absent, percent_attended, certificates from reports.cpd_attendance(null, null, null) $$,
  $$ values ('se-p', 'Course co-p', 3, 3, 2, 0, 1, 66.7, 2), ('se-q', 'Course co-p', 2, 1, 0, 1, 0, 0.0, 0), (null, 'Total', 5, 4, 2, 1, 1, 50.0, 2) $$, 'CPD-9: of four who are marked two came to all of it');
select results_eq($$ select attended + part + absent from reports.cpd_attendance(null, null, null) $$, $$ select marked from reports.cpd_attendance(null, null, null) $$, 'the parts are the base');
select is_empty($$ select from reports.cpd_attendance(base.today() + 1, null, null) $$, 'of a period');
select is_empty($$ select from reports.cpd_attendance(null, null, 'co-none') $$, 'or a course');
select test.call_as(929, 'officer');
select from cpd.record_evaluation(pg_temp.id('Gus'), 'day', 4, 5, null) a, cpd.record_evaluation(pg_temp.id('Jo'), 'day', 4, 4, null) b, cpd.record_evaluation(pg_temp.id('Gus'), 'impact', 5, 4, null) c;
select test.call_as(929, 'reporter');
select results_eq($$ select course, stage, asked, answered, percent_answered, confidence, rating, gained, gained_of from reports.cpd_evaluation(null, null, 'co-p') where course <> 'Total' $$,
  $$ values ('Course co-p', 'before', 5, 3, 60.0, 2.00, null::numeric, null::numeric, 0), ('Course co-p', 'day', 3, 2, 66.7, 4.00, 4.50, 2.50, 2), ('Course co-p', 'impact', 3, 1, 33.3, 5.00, 4.00, 3.00, 1) $$,
  'before all with a place are asked, afterwards those who came; confidence rose by 2.5 for the two who said both');
select results_eq($$ select stage, asked, answered from reports.cpd_evaluation(null, null, null) where course = 'Total' $$, $$ values ('before', 8, 3), ('day', 3, 2), ('impact', 3, 1) $$, 'and the total, with those of courses to come');
-- For SQL reporters.
select is((select count(*) from information_schema.columns c where c.table_schema = 'reporting' and c.table_name in ('cpd_attendance', 'cpd_evaluation', 'cpd_certificate', 'cpd_need', 'cpd_charge')
  and c.column_name ~ 'delegate|name|comment|note$'), 0::bigint, 'views name nobody and quote nobody');
select ok(not has_function_privilege('persona_booker', to_regproc('reports.cpd_evaluation'), 'execute') and not has_function_privilege('persona_booker', to_regproc('reports.cpd_waiting'), 'execute'), 'not for schools');
select test.call_as(926, 'officer');
select is_empty('select from reports.cpd_waiting(null)', 'another authority has its own');
select is_empty('select from reports.cpd_attendance(null, null, null)', 'sessions');
select is_empty('select from reports.cpd_evaluation(null, null, null)', 'and answers');
select is((select count(*) from reports.cpd_sessions(null, null)), 0::bigint, 'none');
select * from finish();
rollback;
