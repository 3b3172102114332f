-- Sessions, bookings and the waiting list: CPD-1, CPD-3, CPD-5.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/cpd.sql
select plan(46);
select test.schools(929, 100001, 3, 'Primary');
select test.offers(929, 0); -- a freed place is the next one's at once
select test.call_as(926, 'la_admin');
select test.call_as(929, 'la_admin');
create function pg_temp.one(p_name text) returns jsonb language sql as $$ select jsonb_build_array(jsonb_build_object('name', p_name)) $$;

create temporary table course as select * from cpd.add_course('Phonics', null, 'Year 1 teachers', null, null, null, null, null, null);
select throws_ok($$ select * from cpd.add_course('PHONICS', null, null, null, null, null, null, null, null) $$, '23505', null, 'a course once, whatever its case');
create temporary table sess as
select s.* from course c, cpd.add_session(c.course_id, now() + interval '30 days', now() + interval '30 days 3 hours', 'County Hall', 2, 3, null, null, 4500, null, null, null) s;
select results_eq($$ select status, version from sess $$, $$ values ('draft', 1) $$, 'a session is born a draft');
select throws_ok($$ select * from cpd.add_session('co-none', now(), now() + interval '1 hour', 'x', 2, null, null, null, null, null, null, null) $$, 'IM005', null, 'of a course');
select throws_ok($$ select s.* from course c, cpd.add_session(c.course_id, now(), now() - interval '1 hour', 'x', 2, null, now() - interval '2 days',
  now() - interval '1 day', null, null, null, null) s $$, '23514', null, 'that ends after it begins');
select throws_ok($$ select b.* from sess s, cpd.book_places(s.session_id, 100001, pg_temp.one('Ann'), null, null) b $$, 'IM009',
  'The session is a draft: publish it first.', 'a draft is not booked');
select test.call_as(929, 'booker', array[100001]);
select is_empty($$ select * from cpd.list_sessions(null, null, null, null) $$, 'nor seen by schools');
select throws_ok($$ select b.* from sess s, cpd.book_places(s.session_id, 100001, pg_temp.one('Ann'), null, null) b $$, 'IM005', null, 'who are told it is not there');
select test.call_as(929, 'la_admin');
select throws_ok($$ select p.* from sess s, cpd.publish_session(s.session_id, 2) p $$, 'IM010', null, 'a stale version');
select results_eq($$ select p.status, p.version from sess s, cpd.publish_session(s.session_id, 1) p $$, $$ values ('published', 2) $$, 'published');
select throws_ok($$ select p.* from sess s, cpd.publish_session(s.session_id, 2) p $$, 'IM009', 'The session is published already.', 'once');

select test.call_as(929, 'booker', array[100001]);
select throws_ok($$ select b.* from sess s, cpd.book_places(s.session_id, 100002, pg_temp.one('Ann'), null, null) b $$, 'IM007', null, 'a school books for itself');
select throws_ok($$ select b.* from sess s, cpd.book_places(s.session_id, 100001, '[]', null, null) b $$, 'IM003', null, 'and names somebody');
select throws_ok($$ select b.* from sess s, cpd.book_places(s.session_id, 100001, '[{"email":"a@b.c"}]', null, null) b $$, 'IM003', null, 'by name');
select throws_ok($$ select b.* from sess s, cpd.book_places(s.session_id, 100001, '[{"name":"Ann"},{"name":"ann "}]', null, null) b $$, 'IM003', 'ann is named twice.',
  'each once');
select throws_ok($$ select b.* from sess s, cpd.book_places(s.session_id, 100001, '[{"name":"Ann","email":"nowhere"}]', null, null) b $$, '23514', null,
  'an e-mail address has an @');

create temporary table first_ as select b.* from sess s, cpd.book_places(s.session_id, 100001,
  '[{"name":"Ann Lee","email":"Ann@a.example"},{"name":"Bo Dean"},{"name":"Cy Fox"}]', null, null) b;
select results_eq('select delegate, status, waiting_position, price_pence from first_',
  $$ values ('Ann Lee', 'confirmed', null, 4500::bigint), ('Bo Dean', 'confirmed', null, 4500), ('Cy Fox', 'waiting', 1, 4500) $$,
  'CPD-3: three delegates on two places: one waits');
select throws_ok($$ select b.* from sess s, cpd.book_places(s.session_id, 100001, '[{"name":"A. Lee","email":"ann@A.example"}]', null, null) b $$, 'IM006',
  'Ann Lee is booked on this session already.', 'nobody twice');
select test.call_as(929, 'booker', array[100002]);
create temporary table second_ as select b.* from sess s, cpd.book_places(s.session_id, 100002, '[{"name":"Di Orr"}, {"name":"Ed Poe"}]', null, null) b;
select results_eq('select delegate, status, waiting_position from second_', $$ values ('Di Orr', 'waiting', 2), ('Ed Poe', 'waiting', 3) $$,
  'positions go on');
select throws_ok($$ select b.* from sess s, cpd.book_places(s.session_id, 100002, pg_temp.one('Flo'), null, null) b $$, 'IM009',
  'Places wanted: 1; free: 0; left on the waiting list: 0.', 'the waiting list is full');
select results_eq($$ select capacity, confirmed, waiting, places_left from cpd.list_sessions(null, null, null, null) $$, $$ values (2, 2, 3, 0) $$, 'the counts');
select results_eq($$ select delegate, waiting_position from cpd.list_bookings(null, null, null, null, null) $$, $$ values ('Di Orr', 2), ('Ed Poe', 3) $$,
  'a school sees its own bookings, with their place in the whole list');

select throws_ok($$ select c.* from first_ f, cpd.cancel_booking(f.booking_id, 1, 'ill') c where f.delegate = 'Ann Lee' $$, 'IM005', null,
  'a school cannot cancel another''s booking');
select test.call_as(929, 'booker', array[100001]);
select throws_ok($$ select c.* from first_ f, cpd.cancel_booking(f.booking_id, 4, 'ill') c where f.delegate = 'Ann Lee' $$, 'IM010', null, 'a stale version');
select throws_ok($$ select c.* from first_ f, cpd.cancel_booking(f.booking_id, 1, ' ') c where f.delegate = 'Ann Lee' $$, 'IM003', null, 'a reason is required');
select results_eq($$ select c.delegate, c.change, c.status from first_ f, cpd.cancel_booking(f.booking_id, 1, 'ill') c where f.delegate = 'Ann Lee' $$,
  $$ values ('Ann Lee', 'cancelled', 'cancelled'), ('Cy Fox', 'promoted', 'confirmed') $$, 'CPD-5: the first who waits gets the place');
select results_eq($$ select c.booking_id is null, c.delegate, c.change from first_ f, cpd.cancel_booking(f.booking_id, 1, 'ill') c where f.delegate = 'Bo Dean' $$,
  $$ values (false, 'Bo Dean', 'cancelled'), (true, 'a delegate of another school', 'promoted') $$, 'another school''s delegate is not named');
select throws_ok($$ select c.* from first_ f, cpd.cancel_booking(f.booking_id, 2, 'ill') c where f.delegate = 'Bo Dean' $$, 'IM009',
  null, 'cancelled once');
select test.call_as(929, 'officer');
select results_eq($$ select delegate, status, waiting_position from cpd.list_bookings(null, null, null, null, null) $$,
  $$ values ('Cy Fox', 'confirmed', null), ('Di Orr', 'confirmed', null), ('Ed Poe', 'waiting', 1) $$, 'the list closes up');
select lives_ok($$ select b.* from sess s, cpd.book_places(s.session_id, 100001, '[{"name":"Ann Lee","email":"ann@a.example"}]', null, null) b $$,
  'who cancelled may book again');
select results_eq($$ select c.change from second_ f, cpd.cancel_booking(f.booking_id, 1, 'ill') c where f.delegate = 'Ed Poe' $$, $$ values ('cancelled') $$,
  'one who waits leaves; nobody is promoted');
select results_eq($$ select delegate, waiting_position from cpd.list_bookings(null, null, null, null, null) where status = 'waiting' $$,
  $$ values ('Ann Lee', 1) $$, 'who came after moves up');
select results_eq($$ select delegate from cpd.list_bookings(null, null, true, null, null) where status = 'cancelled' $$,
  $$ values ('Ann Lee'), ('Bo Dean'), ('Ed Poe') $$, 'what was cancelled is kept');
select results_eq($$ select capacity, confirmed, waiting, places_left, percent from reports.cpd_sessions(null, null) $$, $$ values (2, 2, 1, 0, 100.0) $$,
  'the report');
select is((select array_agg(c.change order by c.change) from cpd.list_bookings(null, null, null, null, null) l, cpd.cancel_booking(l.booking_id, l.version, 'ill') c
  where l.delegate = 'Cy Fox'), array['cancelled', 'promoted'], 'a confirmed one leaves, the last who waits comes in');
select results_eq($$ select confirmed, waiting, percent from reports.cpd_sessions(null, null) $$, $$ values (2, 0, 100.0) $$, 'nobody waits');
select is((select array_agg(c.change) from cpd.list_bookings(null, null, null, null, null) l, cpd.cancel_booking(l.booking_id, l.version, 'ill') c
  where l.delegate = 'Di Orr'), array['cancelled'], 'the next leaves a free place');
select results_eq($$ select confirmed, waiting, places_left, percent from reports.cpd_sessions(null, null) $$, $$ values (1, 0, 1, 50.0) $$,
  'the report changes with it');

-- The server's role cannot oversell, whatever a call does.
select throws_ok($$ update cpd.session set confirmed_count = 0 $$, '42501', null, 'the server may not touch the counts');
select throws_ok($$ update cpd.booking set status = 'confirmed' $$, '42501', null, 'nor the status of a booking');
select test.as_owner();
select throws_ok($$ update cpd.session set confirmed_count = capacity + 1 $$, '23514', null, 'and nobody can oversell');

update cpd.session set booking_opens_at = now() - interval '2 days', booking_closes_at = now() - interval '1 day';
select test.call_as(929, 'booker', array[100002]);
select throws_ok($$ select b.* from sess s, cpd.book_places(s.session_id, 100002, pg_temp.one('Flo'), null, null) b $$, 'IM009', null, 'not after booking closes');
select test.as_owner();
update cpd.session set booking_closes_at = now() + interval '2 days', booking_opens_at = now() + interval '1 day';
select test.call_as(929, 'booker', array[100002]);
select throws_ok($$ select b.* from sess s, cpd.book_places(s.session_id, 100002, pg_temp.one('Flo'), null, null) b $$, 'IM009', null, 'nor before it opens');
select test.as_owner();
update cpd.session set booking_opens_at = now() - interval '2 days', booking_closes_at = now() - interval '1 day', waiting_count = 0;
insert into cpd.booking (authority_id, booking_id, session_id, ticket, school_urn, status, delegate_name, price_pence, booked_by, place_kind, order_id)
select 929, 'bk-late', s.session_id, 99, 100002, 'waiting', 'Gus', 0, test.person('booker', 929), 'free', 'bk-late' from sess s;
update cpd.session set waiting_count = 1;
select test.call_as(929, 'officer');
select is((select array_agg(c.change) from cpd.list_bookings(null, null, null, null, null) l, cpd.cancel_booking(l.booking_id, l.version, 'ill') c
  where l.status = 'confirmed'), array['cancelled'], 'CPD-5: nobody is promoted after booking closes');
select ok(not has_function_privilege('persona_booker', to_regproc('cpd.publish_session'), 'execute'), 'schools publish nothing');
select test.call_as(929, 'partner');
select is_empty($$ select * from cpd.booking $$, 'a partner sees no bookings');
select test.call_as(926, 'la_admin');
select is_empty($$ select * from cpd.list_sessions(null, null, null, null) $$, 'another authority sees nothing');
select * from finish();
rollback;
