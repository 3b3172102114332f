-- Courses and sessions with all their settings: CPD-1.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/cpd.sql
select plan(50);
select test.schools(929, 100001, 3, 'Primary');
select test.offers(929, 0); -- a freed place is the next one's at once
select test.call_as(926, 'la_admin');
select test.call_as(929, 'booker', array[100001]);
select test.call_as(929, 'partner');
select test.call_as(929, 'officer');
create function pg_temp.at(p_day integer, p_hour integer) returns timestamptz language sql stable as $$ select date_trunc('day', now()) + make_interval(days => p_day, hours => p_hour) $$;
create function pg_temp.part(p_day integer, p_hour integer, p_hours integer default 3) returns jsonb language sql stable as $$
  select jsonb_build_object('starts_at', pg_temp.at(p_day, p_hour), 'ends_at', pg_temp.at(p_day, p_hour + p_hours))
$$;

create temporary table basic as select * from cpd.add_course('Mentoring: the basics', null, null, null, null, null, null, null, null);
create temporary table course as select c.* from basic b, cpd.add_course('Mentoring', 'Two days', 'Mentors', 'Eastmarch Research School', 'A mentee to work with.',
  jsonb_build_array(b.course_id), 2, 0, null) c;
grant all on basic, course to public;
select results_eq($$ select title, provider, prerequisites, required_courses, school_cap, vat_percent, sessions_to_come from cpd.list_courses('MENTORING', null, null) order by title desc $$,
  $$ values ('Mentoring: the basics', null, null, '[]'::jsonb, null::integer, null::numeric, 0),
    ('Mentoring', 'Eastmarch Research School', 'A mentee to work with.', '["Mentoring: the basics"]', 2, 0.0, 0) $$, 'courses with all that they ask');
select throws_ok($$ select * from cpd.add_course('Other', null, null, null, null, '["co-none"]', null, null, null) $$, 'IM005', null, 'what comes before is a course');
select throws_ok($$ select * from cpd.add_course('Other', null, null, null, null, null, -1, null, null) $$, '23514', null, 'a cap is a number of places');
select throws_ok($$ select c.* from course, cpd.change_course(course_id, 1, null, null, null, null, null, jsonb_build_array(course_id), null, null, null) c $$, '23514', null,
  'a course does not come before itself');
select throws_ok($$ select c.* from course, cpd.change_course(course_id, 2, 'X', null, null, null, null, null, null, null, null) c $$, 'IM010', null, 'changes go by version');
select throws_ok($$ select * from cpd.change_course('co-none', 1, 'X', null, null, null, null, null, null, null, null) $$, 'IM005', null, 'of a course that is there');
select results_eq($$ select c.version from course, cpd.change_course(course_id, 1, null, '', 'Mentors and tutors', null, null, null, 3, null, null) c $$, $$ values (2) $$, 'a change');
select results_eq($$ select title, description, audience, provider, school_cap from cpd.list_courses('mentoring', 1, null) $$,
  $$ values ('Mentoring', null, 'Mentors and tutors', 'Eastmarch Research School', 3) $$, 'of what is given; empty text takes away');

-- Several dates.
create temporary table sess as select s.* from course c, cpd.add_session(c.course_id, pg_temp.at(40, 9), pg_temp.at(40, 12), 'County Hall', 4, 2, null, null, 4500, 2, null,
  jsonb_build_array(pg_temp.part(54, 9) || '{"venue":"Online"}', pg_temp.part(47, 9))) s;
grant all on sess to public;
select results_eq('select status, parts from sess', $$ values ('draft', 3) $$, 'a session on three dates');
select results_eq($$ select s.starts_at, s.ends_at, s.minimum, s.school_cap, s.booking_closes_at from sess, cpd.get_session(session_id) s $$,
  $$ select pg_temp.at(40, 9), pg_temp.at(54, 12), 2, 3, pg_temp.at(40, 9) $$, 'begins with the first, ends with the last, has its course''s cap, and closes when it begins');
select results_eq($$ select (p ->> 'starts_at')::timestamptz, p ->> 'venue' from sess, cpd.get_session(session_id) s cross join jsonb_array_elements(s.parts) p $$,
  $$ values (pg_temp.at(40, 9), 'County Hall'), (pg_temp.at(47, 9), 'County Hall'), (pg_temp.at(54, 9), 'Online') $$, 'its dates in order, each with its venue');
select throws_ok($$ select s.* from course c, cpd.add_session(c.course_id, pg_temp.at(40, 9), pg_temp.at(40, 12), 'Hall', 4, null, null, null, null, null, null,
  jsonb_build_array(pg_temp.part(40, 11))) s $$, '23P01', null, 'no two dates share some time');
select throws_ok($$ select s.* from course c, cpd.add_session(c.course_id, pg_temp.at(40, 9), pg_temp.at(40, 12), 'Hall', 4, null, null, null, null, null, null, '[{"starts_at":"x"}]') s $$,
  'IM003', null, 'each date has a beginning and an end');
select throws_ok($$ select s.* from course c, cpd.add_session(c.course_id, pg_temp.at(40, 9), pg_temp.at(40, 12), 'Hall', 4, null, null, null, null, null, null,
  '[{"starts_at":"soon","ends_at":"later"}]') s $$, 'IM003', null, 'that are times');
select throws_ok($$ select s.* from course c, cpd.add_session(c.course_id, pg_temp.at(40, 9), pg_temp.at(42, 12), 'Hall', 4, null, null, null, null, null, null, null) s $$,
  '23514', null, 'two days are two parts');
select throws_ok($$ select s.* from course c, cpd.add_session(c.course_id, pg_temp.at(40, 9), pg_temp.at(40, 12), 'Hall', 4, null, null, null, null, 5, null, null) s $$,
  '23514', null, 'the minimum is some of the places');
select throws_ok($$ select s.* from course c, cpd.add_session(c.course_id, pg_temp.at(40, 9), pg_temp.at(40, 12), 'Hall', 4, null, pg_temp.at(20, 0), pg_temp.at(10, 0), null, null, null, null) s $$,
  '23514', null, 'booking closes after it opens');

-- Who sees it.
select test.call_as(929, 'booker', array[100001]);
select throws_ok($$ select s.* from sess, cpd.get_session(session_id) s $$, 'IM005', null, 'a draft is not there for schools');
select is_empty('select * from cpd.session_part', 'nor are its dates');
select test.call_as(929, 'la_admin');
select throws_ok($$ select p.* from sess, cpd.publish_session('se-none', 1) p $$, 'IM005', null, 'a session that is not there');
select lives_ok($$ select p.* from sess, cpd.publish_session(session_id, 1) p $$, 'published');
select test.call_as(929, 'booker', array[100001]);
select is((select jsonb_array_length(s.parts) from sess, cpd.get_session(session_id) s), 3, 'schools see it with its dates');
select results_eq($$ select sessions_to_come from cpd.list_courses('mentoring', 1, null) $$, $$ values (1) $$, 'and that the course has a session');

-- Prerequisites and the cap.
select throws_ok($$ select b.* from sess, cpd.book_places(session_id, 100001, test.people('Ann'), null, null) b $$, 'IM009', 'Ann must meet what the course asks: A mentee to work with.',
  'whoever books says that the delegate brings what is asked');
select throws_ok($$ select b.* from sess, cpd.book_places(session_id, 100001, '[{"name":"Ann","meets_prerequisites":true}]', null, null) b $$, 'IM009',
  'Ann has not been on "Mentoring: the basics", which comes before this course.', 'a course that comes before is looked up');
select test.as_owner();
select test.session(929, 'se-basics', 5, 0, now() + interval '10 days', 1, (select course_id from basic));
select test.call_as(929, 'booker', array[100001]);
select lives_ok($$ select * from cpd.book_places('se-basics', 100001, '[{"name":"Ann"},{"name":"Bo","email":"bo@x.example"}]', null, null) $$, 'two of the school go there first');
select lives_ok($$ select b.* from sess, cpd.book_places(session_id, 100001, '[{"name":"ANN","meets_prerequisites":true}]', null, null) b $$, 'and may go on');
select throws_ok($$ select b.* from sess, cpd.book_places(session_id, 100001, '[{"name":"Cy","meets_prerequisites":true}]', null, null) b $$, 'IM009', null, 'a school does not vouch');
select test.call_as(929, 'officer');
select throws_ok($$ select b.* from sess, cpd.book_places(session_id, 100002, '[{"name":"Ann"}]', null, null) b $$, 'IM009', null, 'Ann of another school is another');
select lives_ok($$ select b.* from sess, cpd.book_places(session_id, 100002, '[{"name":"B","email":"BO@x.example","meets_prerequisites":true}]', null, null) b $$, 'an e-mail address is one person');
select lives_ok($$ select b.* from sess, cpd.book_places(session_id, 100001, '[{"name":"Di","meets_prerequisites":true}]', null, null) b $$, 'an officer vouches for Di');
select throws_ok($$ select b.* from sess, cpd.book_places(session_id, 100001, '[{"name":"Ed","meets_prerequisites":true},{"name":"Flo","meets_prerequisites":true}]', null, null) b $$, 'IM009',
  'A school may have 3 places on this session; it has 2 and wants 2 more.', 'CPD-1: the cap of a school');
select lives_ok($$ select b.* from sess, cpd.book_places(session_id, 100001, '[{"name":"Ed","meets_prerequisites":true}]', null, null) b $$, 'up to it');
select throws_ok($$ select b.* from sess, cpd.book_places(session_id, 100001, '[{"name":"Flo","meets_prerequisites":true}]', null, null) b $$, 'IM009', null, 'and no further');
select is((select s.confirmed + s.waiting from sess, cpd.get_session(session_id) s), 4, 'what was refused took no place');

-- Changes.
select throws_ok($$ select s.* from sess, cpd.change_session(session_id, 1, null, 5, null, null, null, null, null, null) s $$, 'IM010', null, 'changes go by version');
select throws_ok($$ select s.* from sess, cpd.change_session(session_id, 2, null, 3, null, null, null, null, null, null) s $$, 'IM009', '4 places are taken.', 'places that are taken stay');
select lives_ok($$ select b.* from sess, cpd.book_places(session_id, 100003, '[{"name":"Ann","meets_prerequisites":true},{"name":"Bo","meets_prerequisites":true}]', null, null) b $$, 'two wait');
select throws_ok($$ select s.* from sess, cpd.change_session(session_id, 2, null, null, null, 1, null, null, null, null) s $$, 'IM009', '2 wait already.', 'nor are those who wait sent away');
select results_eq($$ select s.capacity, s.confirmed, s.waiting, s.version from sess, cpd.change_session(session_id, 2, 'Town Hall', 5, 0, -1, 0, null, null, 5000) s $$,
  $$ values (5, 5, 1, 3) $$, 'a further place goes to the first who waits');
select results_eq($$ select s.venue, s.minimum, s.waiting_places, s.school_cap, s.price_pence from sess, cpd.get_session(session_id) s $$,
  $$ values ('Town Hall', null::integer, null::integer, null::integer, 5000::bigint) $$, 'limits are taken away');
select results_eq($$ select distinct price_pence from sess, cpd.list_bookings(session_id, null, null, null, null) $$, $$ values (4500::bigint) $$, 'what was booked keeps its price');
select results_eq($$ select s.confirmed, s.waiting from sess, cpd.change_session(session_id, 3, null, 9, null, null, null, null, null, null) s $$, $$ values (6, 0) $$, 'no more than wait');
select test.as_owner();
update cpd.session set starts_at = now() - interval '5 days', ends_at = now() - interval '4 days', booking_opens_at = now() - interval '9 days', booking_closes_at = now() - interval '6 days';
select test.call_as(929, 'officer');
select throws_ok($$ select s.* from sess, cpd.change_session(session_id, 4, null, 10, null, null, null, null, null, null) s $$, 'IM009', null, 'what is over is not changed');
select test.call_as(929, 'partner');
select results_eq('select count(*) from sess, cpd.get_session(session_id)', $$ values (1::bigint) $$, 'partners see published sessions');
select ok(not has_function_privilege('persona_booker', to_regproc('cpd.change_session'), 'execute') and not has_function_privilege('persona_booker', to_regproc('cpd.change_course'), 'execute')
  and not has_function_privilege('persona_partner', to_regproc('cpd.add_discount_code'), 'execute') and not has_function_privilege('persona_officer', to_regproc('cpd.set_cpd_policy'), 'execute'),
  'who may change what');
select test.call_as(929, 'booker', array[100001]);
select throws_ok($$ insert into cpd.price (authority_id, price_id, course_id, school_kind, place_pence, valid_from) select 929, 'x', course_id, 'other', 0, current_date from course $$, '42501', null,
  'row security says so, too');
select test.call_as(926, 'la_admin');
select throws_ok($$ select s.* from sess, cpd.get_session(session_id) s $$, 'IM005', null, 'another authority sees nothing');
select is_empty('select * from cpd.list_courses(null, null, null)', 'of the programme');
select is_empty('select from cpd.price union all select from cpd.benefit union all select from cpd.discount_code union all select from cpd.policy union all select from cpd.session_part', 'nor of what it costs');
select * from finish();
rollback;
