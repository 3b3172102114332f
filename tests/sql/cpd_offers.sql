-- The waiting list: a freed place is offered to the first who fits, for the authority's time, then to the next (CPD-5). What has lapsed is over by time, whether anybody
-- has said so or not: test.later() moves the times.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/cpd.sql
set local timezone = 'Europe/London';
select plan(66);
select test.schools(929, 100001, 5, 'Primary');
select test.session(929, 'se-a', 2, 5000), test.session(929, 'se-b', 1), test.session(929, 'se-c', 2), test.session(929, 'se-d', 1);
create function pg_temp.book(p_session text, p_urn integer, variadic p_names text[]) returns void language sql as $$
  select from cpd.book_places(p_session, p_urn, test.people(variadic p_names), null, null)
$$;
create function pg_temp.id(p_name text) returns text language sql security definer as $$ select booking_id from cpd.booking where delegate_name = p_name order by booked_at desc, ticket desc limit 1 $$;
create function pg_temp.version(p_name text) returns integer language sql security definer as $$ select version from cpd.booking where booking_id = pg_temp.id(p_name) $$;
create function pg_temp.row(p_name text) returns cpd.booking language sql security definer as $$ select b from cpd.booking b where booking_id = pg_temp.id(p_name) $$;
create function pg_temp.counts(p_session text) returns text language sql security definer as $$
  select format('%s confirmed, %s held, %s waiting, %s free', confirmed_count, held_count, waiting_count, free_places) from cpd.session where session_id = p_session
$$;
create function pg_temp.cancel(p_name text) returns text language sql as $$
  select string_agg(format('%s %s', delegate, change), ', ') from cpd.cancel_booking(pg_temp.id(p_name), pg_temp.version(p_name), 'ill')
$$;
create function pg_temp.accept(p_name text) returns text language sql as $$
  select string_agg(format('%s %s', delegate, change), ', ') from cpd.accept_offer(pg_temp.id(p_name), pg_temp.version(p_name))
$$;
create function pg_temp.decline(p_name text) returns text language sql as $$
  select string_agg(format('%s %s', delegate, change), ', ') from cpd.decline_offer(pg_temp.id(p_name), pg_temp.version(p_name), null)
$$;
select test.call_as(926, 'officer');
select test.call_as(929, 'officer');

-- An offer: made, seen, accepted.
select pg_temp.book('se-a', 100001, 'Ann', 'Bo'), pg_temp.book('se-a', 100002, 'Cy'), pg_temp.book('se-a', 100003, 'Di', 'Ed');
select is(pg_temp.counts('se-a'), '2 confirmed, 0 held, 3 waiting, 0 free', 'two places, five delegates');
select is(pg_temp.cancel('Ann'), 'Ann cancelled, Cy offered', 'CPD-5: a freed place is offered to the first who waits');
select is(pg_temp.counts('se-a'), '1 confirmed, 1 held, 2 waiting, 0 free', 'and held: nobody else can have it');
select is((pg_temp.row('Cy')).respond_by, calendar.add_working_hours(now(), 24), 'for 24 working hours unless the authority says otherwise');
select pg_temp.book('se-a', 100004, 'Flo');
select is(test.places('se-a'), 'Bo confirmed, Cy offered, Di waiting, Ed waiting, Flo waiting', 'who comes now waits behind');
select test.call_as(929, 'booker', array[100003]);
select throws_ok($$ select pg_temp.accept('Cy') $$, 'IM005', null, 'another school cannot accept it');
select throws_ok($$ select pg_temp.accept('Di') $$, 'IM009', 'The booking is waiting; there is nothing to accept.', 'nor accept what is not offered');
select throws_ok($$ select pg_temp.decline('Di') $$, 'IM009', null, 'nor decline it');
select test.call_as(929, 'booker', array[100002]);
select throws_ok($$ select from cpd.accept_offer(pg_temp.id('Cy'), 1) $$, 'IM010', null, 'a stale version');
select throws_ok($$ select from cpd.accept_offer(pg_temp.id('Cy'), null) $$, 'IM003', null, 'a version is asked for');
select is(pg_temp.accept('Cy'), 'Cy accepted', 'the school accepts');
select is(pg_temp.counts('se-a'), '2 confirmed, 0 held, 3 waiting, 0 free', 'the place is theirs');
select isnt((pg_temp.row('Cy')).promoted_at, null, 'from the waiting list');
select throws_ok($$ select pg_temp.accept('Cy') $$, 'IM009', null, 'once');
select results_eq($$ select kind, who from cpd.list_booking_steps(pg_temp.id('Cy')) $$, $$ values ('booked', 'somebody else'), ('offered', 'by itself'), ('accepted', 'you') $$,
  'each step is remembered');

-- A neighbour left a place stuck after it was redeemed and then cancelled.
select is(pg_temp.cancel('Cy'), 'Cy cancelled, a delegate of another school offered', 'cancelling a redeemed offer frees the place again; whose is next is not told');
select test.call_as(929, 'officer');
select is(test.places('se-a'), 'Bo confirmed, Di offered, Ed waiting, Flo waiting', 'it goes to the next, once');
select is(pg_temp.decline('Di'), 'Di declined, Ed offered', 'declined, it goes to the next');
select is((pg_temp.row('Di')).ended_as, 'declined', 'and who declined is off the list');
select is(pg_temp.counts('se-a'), '1 confirmed, 1 held, 1 waiting, 0 free', 'counted');
select pg_temp.book('se-a', 100003, 'Di');
select is((pg_temp.row('Di')).status, 'waiting', 'they may join again, at the end');
select is(pg_temp.cancel('Ed'), 'Ed cancelled, Flo offered', 'cancelled while it is offered');

-- Time.
reset role;
select test.later(929, interval '20 days');
select test.call_as(929, 'officer');
select results_eq($$ select delegate, status, ended_as from cpd.list_bookings('se-a', null, true, null, null) where delegate = 'Flo' $$, $$ values ('Flo', 'cancelled', 'lapsed') $$,
  'an offer that nobody answered is over by time, at once, for whoever reads');
select is_empty($$ select from cpd.list_bookings('se-a', null, null, null, null) where delegate = 'Flo' $$, 'and no longer among those that live');
select results_eq($$ select held from cpd.get_session('se-a') $$, $$ values (0) $$, 'nor does it hold a place');
select results_eq($$ select held from cpd.list_sessions(null, '2020-01-01', null, null) where session_id = 'se-a' $$, $$ values (0) $$, 'in the list neither');
select throws_ok($$ select pg_temp.accept('Flo') $$, 'IM009', null, 'it cannot be accepted any more');
select throws_ok($$ select pg_temp.decline('Flo') $$, 'IM009', null, 'nor declined');
select throws_ok($$ select pg_temp.cancel('Flo') $$, 'IM009', null, 'nor cancelled');
select is((select array_agg(kind) from cpd.list_booking_steps(pg_temp.id('Flo'))), array['booked', 'offered', 'lapsed'], 'its history says so');
select pg_temp.book('se-a', 100005, 'Gus');
select is(test.places('se-a'), 'Bo confirmed, Di offered, Gus waiting', 'any later call gives the place to the next first: Gus waits behind Di');
select is((pg_temp.row('Flo')).ended_as, 'lapsed', 'and says of the old offer that it lapsed');
select is((pg_temp.row('Flo')).cancelled_at, (select (about ->> 'until')::timestamptz - interval '20 days' from cpd.step where booking_id = pg_temp.id('Flo') and kind = 'offered'), 'when its time was over');
reset role;
select test.later(929, interval '20 days');
select test.call_as(929, 'officer');
select results_eq($$ select session_id, delegate, change from cpd.settle_sessions(null) $$, $$ values ('se-a', 'Di', 'lapsed'), ('se-a', 'Gus', 'offered') $$, 'so does settle, for all sessions');
select is_empty($$ select from cpd.settle_sessions(null) $$, 'once');
select throws_ok($$ select from cpd.settle_sessions('se-none') $$, 'IM005', null, 'a session that is there');
reset role;
select test.later(929, interval '15 days');
update cpd.session set booking_closes_at = now() - interval '1 hour' where session_id = 'se-a';
select test.call_as(929, 'officer');
select is(test.places('se-a'), 'Bo confirmed, Gus offered', 'the offer of Gus is over, and so is booking');
select pg_temp.cancel('Bo');
select is(pg_temp.counts('se-a'), '0 confirmed, 0 held, 0 waiting, 2 free', 'all is counted back');

-- Not after booking closes; an offer ends with it at the latest.
reset role;
update cpd.session set starts_at = now() + interval '8 days', ends_at = now() + interval '9 days', booking_closes_at = now() + interval '1 hour' where session_id = 'se-b';
select test.call_as(929, 'officer');
select pg_temp.book('se-b', 100001, 'Hal'), pg_temp.book('se-b', 100002, 'Ida', 'Jo');
select is(pg_temp.cancel('Hal'), 'Hal cancelled, Ida offered', 'an hour before booking closes');
select is((pg_temp.row('Ida')).respond_by, now() + interval '1 hour', 'the offer is good for that hour');
reset role;
update cpd.session set booking_closes_at = now() - interval '1 minute', next_due_at = now() - interval '1 minute' where session_id = 'se-b';
update cpd.booking set respond_by = now() - interval '1 minute' where delegate_name = 'Ida';
select test.call_as(929, 'officer');
select results_eq($$ select delegate, change from cpd.settle_sessions('se-b') $$, $$ values ('Ida', 'lapsed') $$, 'when booking has closed the place stays free');
select results_eq($$ select who, why from cpd.explain_booking(pg_temp.id('Jo')) $$, format($$ values ('you', 'Booking closed on %s: nothing is offered any more.') $$,
  cpd.clock(now() - interval '1 minute')), 'and who waits is told why');
select is(pg_temp.cancel('Jo'), 'Jo cancelled', 'who waits may go');

-- Raising the capacity, and taking away what is free.
select pg_temp.book('se-d', 100001, 'Kay'), pg_temp.book('se-d', 100002, 'Lee', 'Max', 'Ned');
select results_eq($$ select capacity, confirmed, held, waiting from cpd.change_session('se-d', 1, null, 3, null, null, null, null, null, null) $$, $$ values (3, 1, 2, 1) $$,
  'more places are offered to those who wait');
select throws_ok($$ select from cpd.change_session('se-d', 2, null, 2, null, null, null, null, null, null) $$, 'IM009', '3 places are taken, 2 of them offered or awaiting approval.',
  'what is offered cannot be taken away');
select is(pg_temp.accept('Max'), 'Max accepted', 'offers are answered in any order');
select is(test.places('se-d'), 'Kay confirmed, Lee offered, Max confirmed, Ned waiting', 'the order of the list does not change');

-- Why not me.
select test.call_as(929, 'booker', array[100004]);
select pg_temp.book('se-d', 100004, 'Oz');
select results_eq($$ select who, places, state, why from cpd.explain_booking(pg_temp.id('Oz')) $$,
  $$ values ('another school', 1, 'offered', 'Was before you, and has until then to accept.'), ('another school', 1, 'waiting', 'Came before you.'),
    ('you', 1, 'waiting', 'No place is free: 2 of 3 are confirmed, 1 offered or awaiting approval.') $$, 'who stands before one who waits, and why; other schools have no name');
select test.call_as(929, 'officer');
select results_eq($$ select who from cpd.explain_booking(pg_temp.id('Oz')) $$, $$ values ('Primary School 100002'), ('Primary School 100002'), ('you') $$, 'staff see whose');
select throws_ok($$ select from cpd.explain_booking(pg_temp.id('Max')) $$, 'IM009', 'The booking is confirmed.', 'only who waits asks');
select throws_ok($$ select from cpd.explain_booking('bk-none') $$, 'IM005', null, 'about a booking that is there');

-- Given at once, where the authority offers none.
reset role;
select test.offers(929, 0);
select test.call_as(929, 'officer');
select is(pg_temp.decline('Lee'), 'Lee declined, Ned promoted', 'no offer time: the place is the next one''s at once');
select is(test.places('se-d'), 'Kay confirmed, Max confirmed, Ned confirmed, Oz waiting', 'confirmed');
reset role;
select test.offers(929, 8);
select test.call_as(929, 'officer');
select is(pg_temp.cancel('Ned'), 'Ned cancelled, Oz offered', 'eight working hours');
select is((pg_temp.row('Oz')).respond_by, calendar.add_working_hours(now(), 8), 'by the authority''s calendar');

-- The server's role moves nothing by itself, and a booking's life has one direction.
select throws_ok($$ update cpd.booking set status = 'confirmed' where delegate_name = 'Oz' $$, '42501', null, 'the server may not touch a status');
select throws_ok($$ insert into cpd.step (authority_id, booking_id, kind) values (929, pg_temp.id('Oz'), 'accepted') $$, '42501', null, 'nor write a step');
reset role;
select throws_ok($$ update cpd.booking set status = 'waiting' where delegate_name = 'Max' $$, 'IM009', null, 'a confirmed booking does not go back to waiting');
select throws_ok($$ update cpd.booking set status = 'confirmed' where delegate_name = 'Ned' $$, 'IM009', null, 'and nothing follows cancelled');
select throws_ok($$ update cpd.booking set status = 'confirmed' where delegate_name = 'Oz' $$, '23514', null, 'what is confirmed has no time to answer');
select throws_ok($$ update cpd.session set held_count = 2 where session_id = 'se-d' $$, '23514', null, 'held places count: nobody can oversell');
select test.call_as(929, 'booker', array[100005]);
select throws_ok($$ select from cpd.list_booking_steps(pg_temp.id('Oz')) $$, 'IM005', null, 'a school sees the history of its own bookings only');
select is_empty('select from cpd.step s where s.booking_id = pg_temp.id(''Oz'')', 'whichever way it asks');
select test.call_as(926, 'officer');
select is_empty('select from cpd.step', 'another authority sees none');
select is_empty('select from cpd.settle_sessions(null)', 'and settles its own');
reset role;
select is_empty('select * from test.miscounted()', 'every session counts what there is, and knows when the next offer ends');
select * from finish();
rollback;
