-- The audit of need (CPD-10): what schools state, against what the programme offers; each figure with its base.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/cpd.sql
set local timezone = 'Europe/London';
select plan(30);
select test.schools(929, 100001, 3, 'Primary'), test.schools(926, 200001, 1, 'Primary');
create function pg_temp.at(p_days integer) returns timestamptz language sql as $$ select calendar.academic_year_starts(calendar.academic_year(base.today()) + 1)::timestamptz + make_interval(days => p_days, hours => 9) $$;
create function pg_temp.year() returns integer language sql as $$ select calendar.academic_year(base.today()) + 1 $$;
select test.session(929, 'se-p1', 3, 0, pg_temp.at(40), 1, 'co-phonics'), test.session(929, 'se-p2', 2, 0, pg_temp.at(80), 1, 'co-phonics'), test.session(929, 'se-m', 4, 0, pg_temp.at(60), 1, 'co-maths'),
  test.session(929, 'se-old', 9, 0, pg_temp.at(-30), 1, 'co-phonics');
grant execute on all functions in schema test to public;
select test.call_as(926, 'officer');
select test.call_as(929, 'booker', array[100001]), test.call_as(929, 'booker', array[100002]);
select test.call_as(929, 'reporter');
select test.call_as(929, 'officer');
select results_eq($$ select topics, version from cpd.set_course_topics('co-phonics', 1, '["Phonics", " early   reading ", "phonics"]') $$, $$ values ('["early reading", "phonics"]'::jsonb, 2) $$, 'what a course helps with, each once');
select throws_ok($$ select from cpd.set_course_topics('co-phonics', 1, '["maths"]') $$, 'IM010', null, 'a stale version');
select throws_ok($$ select from cpd.set_course_topics('co-phonics', 2, '["maths!"]') $$, '23514', null, 'in plain words');
select throws_ok($$ select from cpd.set_course_topics('co-none', 1, '["maths"]') $$, 'IM005', null, 'of a course that is there');
select from cpd.set_course_topics('co-maths', 1, '["mathematics"]');
select from cpd.set_course_topics('co-maths', 2, null);
select is_empty($$ select from cpd.course_topic where course_id = 'co-maths' $$, 'none takes them away');
select from cpd.set_course_topics('co-maths', 3, '["mathematics","arithmetic"]');
select test.call_as(929, 'booker', array[100001]);
select results_eq($$ select academic_year, topic, people, priority, courses, version from cpd.state_training_need(100001, ' PHONICS ', 4, 1, pg_temp.year(), 'Two new teachers') $$,
  $$ select pg_temp.year(), 'phonics', 4, 1, 1, 1 $$, 'CPD-10: a school states what it needs, and is told what helps');
select throws_ok($$ select from cpd.state_training_need(100001, 'Phonics', 2, null, pg_temp.year(), null) $$, 'IM006', null, 'once a year');
select throws_ok($$ select from cpd.state_training_need(100002, 'phonics', 2, null, pg_temp.year(), null) $$, 'IM007', null, 'a school for itself');
select throws_ok($$ select from cpd.state_training_need(100001, 'music', 0, null, null, null) $$, '23514', null, 'for somebody');
select throws_ok($$ select from cpd.state_training_need(100001, 'music', 3, 4, null, null) $$, '23514', null, 'of a priority');
select throws_ok($$ select from cpd.state_training_need(100001, 'music?', 3, null, null, null) $$, '23514', null, 'in plain words');
select throws_ok($$ select from cpd.state_training_need(100001, ' ', 3, null, null, null) $$, 'IM003', null, 'that are told');
select lives_ok($$ select from cpd.state_training_need(100001, 'music', 3, null, null, null) $$, 'another, for this year');
select is((select academic_year from cpd.need where topic = 'music'), calendar.academic_year(base.today()), 'unless told');
select test.call_as(929, 'officer');
select lives_ok($$ select from cpd.state_training_need(100002, 'phonics', 2, null, pg_temp.year(), null) a, cpd.state_training_need(100002, 'drama', 5, null, pg_temp.year(), null) b, cpd.state_training_need(100003, 'mathematics', 2, null, pg_temp.year(), null) c $$,
  'officers state for schools');
select throws_ok($$ select from cpd.state_training_need(200001, 'phonics', 2, null, null, null) $$, 'IM005', null, 'of their authority');
-- Booked, and matched.
select from cpd.book_places('se-p1', 100001, test.people('Ann', 'Bo', 'Cy'), null, null) a, cpd.book_places('se-p1', 100002, test.people('Di'), null, null) b, cpd.book_places('se-m', 100003, test.people('Ed', 'Flo', 'Gus'), null, null) c,
  cpd.book_places('se-old', 100002, test.people('Hal'), null, null) d;
select results_eq($$ select topic, schools, people, pressing, courses, sessions, places, places_left, met, unmet, percent_met, says from cpd.match_training_needs(pg_temp.year()) $$,
  $$ values ('drama', 1, 5, 0, 0, 0, 0, 0, 0, 5, 0.0, 'no course helps with it'),
    ('phonics', 2, 6, 4, 1, 2, 5, 2, 3, 3, 50.0, '1 places more are wanted than are left'),
    ('arithmetic', 0, 0, 0, 1, 1, 4, 1, 0, 0, null, 'nobody has stated it'), ('early reading', 0, 0, 0, 1, 2, 5, 2, 0, 0, null, 'nobody has stated it'),
    ('mathematics', 1, 2, 0, 1, 1, 4, 1, 2, 0, 100.0, 'met') $$, 'the programme against the needs, largest gap first: who waits has no place, more than needed meets no more, another year does not count');
select is((select sum(unmet) + sum(met) from cpd.match_training_needs(pg_temp.year())), (select sum(people) from cpd.match_training_needs(pg_temp.year())), 'met and unmet are the base');
select from cpd.cancel_session('se-p2', 1, 'No trainer', null);
select results_eq($$ select sessions, places, places_left, says from cpd.match_training_needs(pg_temp.year()) where topic = 'phonics' $$, $$ values (1, 3, 0, '3 places more are wanted than are left') $$, 'a cancelled session helps nobody');
reset role;
update cpd.booking set attended = 'absent' where delegate_name = 'Ann';
select test.call_as(929, 'reporter');
select is((select met from cpd.match_training_needs(pg_temp.year()) where topic = 'phonics'), 2, 'nor does a place that nobody came to');
select test.call_as(929, 'booker', array[100001]);
select results_eq($$ select topic, people, priority, note, booked from cpd.list_training_needs(null, pg_temp.year(), null, null, null) $$, $$ values ('phonics', 4, 1, 'Two new teachers', 2) $$, 'a school sees its own');
select results_eq($$ select topic from cpd.list_training_needs(null, null, null, null, null) $$, array['music'], 'this year''s unless told');
select throws_ok($$ select w.* from cpd.withdraw_training_need((select need_id from cpd.need where topic = 'music'), 2) w $$, 'IM010', null, 'taken back by version');
select results_eq($$ select topic, version from cpd.withdraw_training_need((select need_id from cpd.need where topic = 'music'), 1) $$, $$ values ('music', 2) $$, 'taken back');
select throws_ok($$ select w.* from cpd.withdraw_training_need((select need_id from cpd.need where topic = 'music'), 2) w $$, 'IM009', null, 'once');
select is_empty($$ select from cpd.list_training_needs(null, null, null, null, null) $$, 'and no longer listed');
select lives_ok($$ select from cpd.state_training_need(100001, 'music', 1, null, null, null) $$, 'and may be stated again');
select test.call_as(929, 'booker', array[100002]);
select throws_ok($$ select from cpd.withdraw_training_need('nd-none', 1) $$, 'IM005', null, 'nobody takes back another''s');
select ok(not has_function_privilege('persona_booker', to_regproc('cpd.match_training_needs'), 'execute'), 'a school sees no other''s needs, not even summed');
select test.call_as(926, 'officer');
select is_empty('select * from cpd.need', 'nor does another authority');
select * from finish();
rollback;
