-- Groups: all or none; passed by smaller orders if and for as long as the authority says (CPD-4).
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/cpd.sql
set local timezone = 'Europe/London';
select plan(44);
select test.schools(929, 100001, 5, 'Primary');
select test.session(929, s, 4) from unnest('{se-a,se-b,se-c,se-d,se-e,se-f}'::text[]) s;
create function pg_temp.book(p_session text, p_urn integer, variadic p_names text[]) returns text language sql as $$
  select string_agg(status, ' ') from cpd.book_places(p_session, p_urn, test.people(variadic p_names), null, null)
$$;
create function pg_temp.group_of(p_session text, p_urn integer, variadic p_names text[]) returns text language sql as $$
  select string_agg(status, ' ') from cpd.book_places(p_session, p_urn, test.people(variadic p_names), null, true)
$$;
create function pg_temp.b(p_name text) returns cpd.booking language sql security definer as $$ select b from cpd.booking b where delegate_name = p_name order by ticket desc limit 1 $$;
create function pg_temp.cancel(p_name text) returns text language sql as $$
  select string_agg(format('%s %s', delegate, change), ', ') from cpd.cancel_booking((pg_temp.b(p_name)).booking_id, (pg_temp.b(p_name)).version, 'ill')
$$;
create function pg_temp.accept(p_name text) returns text language sql as $$
  select string_agg(format('%s %s', delegate, change), ', ') from cpd.accept_offer((pg_temp.b(p_name)).booking_id, (pg_temp.b(p_name)).version)
$$;
create function pg_temp.why(p_name text) returns text language sql as $$
  select string_agg(format('%s %s %s: %s', who, places, state, why), ' | ') from cpd.explain_booking((pg_temp.b(p_name)).booking_id) where who = 'you'
$$;
select test.call_as(929, 'booker', array[100003]);
select test.call_as(929, 'la_admin');

-- All or none.
select is(pg_temp.group_of('se-a', 100001, 'A1', 'A2', 'A3'), 'confirmed confirmed confirmed', 'a group that fits has its places');
select is(pg_temp.group_of('se-a', 100002, 'B1', 'B2'), 'waiting waiting', 'CPD-4: one place is free, two are wanted: both wait');
select results_eq($$ select free_places, waiting_count from cpd.session where session_id = 'se-a' $$, $$ values (0, 2) $$, 'counted');
select throws_ok($$ select pg_temp.group_of('se-a', 100003, 'C1', 'C2', 'C3', 'C4', 'C5') $$, 'IM009', 'The session has 4 places: a group of 5 can never have them together.',
  'a group that could never fit is not taken on');
select is(pg_temp.group_of('se-b', 100001, 'S'), 'confirmed', 'a group of one is no group');
select is((pg_temp.b('S')).together, false, 'and kept as none');
select is((pg_temp.b('B1')).pass_until, calendar.add_working_hours(now(), 40), 'a group may be passed for 40 working hours unless the authority says otherwise');

-- Passed by who is fewer.
select is(pg_temp.book('se-a', 100003, 'D'), 'confirmed', 'a later single takes the place that the group cannot use');
select is(pg_temp.why('B1'), 'you 2 waiting: No place is free: 4 of 4 are confirmed, 0 offered or awaiting approval. | you 2 passed: On ' || cpd.clock(now())
  || ' 1 free and 2 wanted: 1 went to who came later.', '"why not me" lists who passed, and why');
select is(pg_temp.cancel('A1'), 'A1 cancelled', 'one place is free: not enough');
select is(pg_temp.why('B2'), 'you 2 waiting: 1 place is free, and you want 2 together. | you 2 passed: On ' || cpd.clock(now()) || ' 1 free and 2 wanted: 1 went to who came later.', 'and says so');
select is(pg_temp.cancel('A2'), 'A2 cancelled, B1 offered, B2 offered', 'with two free it is offered both');
select results_eq($$ select distinct change, status from cpd.accept_offer((pg_temp.b('B2')).booking_id, (pg_temp.b('B2')).version) $$, $$ values ('accepted', 'confirmed') $$,
  'one answer is for all of them');
select is(test.places('se-a'), 'A3 confirmed, B1 confirmed, B2 confirmed, D confirmed', 'all or none');
select is(pg_temp.cancel('B1'), 'B1 cancelled', 'one of a group may go alone');

-- Time up: nobody passes any more.
select pg_temp.book('se-c', 100001, 'E1', 'E2', 'E3'), pg_temp.group_of('se-c', 100002, 'F1', 'F2', 'F3');
reset role;
select test.later(929, interval '15 days');
select test.call_as(929, 'la_admin');
select is(pg_temp.book('se-c', 100003, 'G'), 'waiting', 'after its time a group is not passed: the place is kept for it');
select is(pg_temp.why('G'), 'you 1 waiting: 1 place is free, kept for a group of 3 before you that may not be passed any more.', 'and who waits behind is told');
select is(pg_temp.cancel('E1'), 'E1 cancelled', 'two free');
select is(pg_temp.cancel('E2'), 'E2 cancelled, F1 offered, F2 offered, F3 offered', 'three free: the group has what was kept');
select is(test.places('se-c'), 'E3 confirmed, F1 offered, F2 offered, F3 offered, G waiting', 'whole');
reset role;
select test.later(929, interval '15 days');
select test.call_as(929, 'la_admin');
select results_eq($$ select delegate, change from cpd.settle_sessions('se-c') $$, $$ values ('F1', 'lapsed'), ('F2', 'lapsed'), ('F3', 'lapsed'), ('G', 'offered') $$,
  'an offer lapses for the whole group, and goes to the next');

-- A waiting list of both kinds: the first who fits.
select pg_temp.book('se-d', 100001, 'H1', 'H2', 'H3', 'H4'), pg_temp.group_of('se-d', 100002, 'I1', 'I2'), pg_temp.group_of('se-d', 100003, 'J1', 'J2', 'J3'), pg_temp.book('se-d', 100004, 'K');
select is(pg_temp.cancel('H1'), 'H1 cancelled, K offered', 'one free: the first who fits is the single at the end');
select results_eq($$ select b.delegate_name, s.about ->> 'free', s.about ->> 'wanted' from cpd.step s join cpd.booking b using (authority_id, booking_id) where s.kind = 'passed' and b.session_id = 'se-d' order by 1 $$,
  $$ values ('I1', '1', '2'), ('J1', '1', '3') $$, 'both groups were passed, and it is remembered');
select is(pg_temp.cancel('I1'), 'I1 cancelled', 'a group that waits may become fewer');
select is(pg_temp.cancel('H2'), 'H2 cancelled, I2 offered', 'and then fits where it did not');
select is(pg_temp.accept('I2'), 'I2 accepted', 'alone');
select results_eq($$ select delegate, waiting_position from cpd.list_bookings('se-d', null, null, null, null) where status = 'waiting' $$, $$ values ('J1', 1), ('J2', 2), ('J3', 3) $$, 'positions close up');

-- What the authority says.
select is((select smaller_may_pass from cpd.set_cpd_policy((select version from cpd.get_cpd_policy()), null, null, null, null, null, null, null, false, null)), false, 'nobody may pass');
select pg_temp.book('se-e', 100001, 'L1', 'L2', 'L3'), pg_temp.group_of('se-e', 100002, 'M1', 'M2');
select is((pg_temp.b('M1')).pass_until, null, 'a group that comes now is never passed');
select is(pg_temp.book('se-e', 100003, 'N'), 'waiting', 'strictly in order');
select is(pg_temp.cancel('L1'), 'L1 cancelled, M1 offered, M2 offered', 'the group first');
select is(pg_temp.cancel('L2'), 'L2 cancelled, N offered', 'then who came later');
select is((select passing_hours from cpd.set_cpd_policy((select version from cpd.get_cpd_policy()), null, null, null, null, null, null, null, true, -1)), null, 'passed without limit');
select pg_temp.book('se-f', 100001, 'O1', 'O2', 'O3'), pg_temp.group_of('se-f', 100002, 'P1', 'P2');
reset role;
select test.later(929, interval '20 days');
select test.call_as(929, 'la_admin');
select is(pg_temp.book('se-f', 100003, 'Q'), 'confirmed', 'even after weeks');
select is(pg_temp.group_of('se-f', 100004, 'R1', 'R2'), 'waiting waiting', 'another group waits behind the first');
select is(pg_temp.cancel('O1'), 'O1 cancelled', 'one is too few for either');
select is(pg_temp.cancel('O2'), 'O2 cancelled, P1 offered, P2 offered', 'two are the first''s');

-- Parts of an order that is no group stand each for itself.
select is(pg_temp.book('se-b', 100002, 'T1', 'T2', 'T3', 'T4', 'T5'), 'confirmed confirmed confirmed waiting waiting', 'singles take what is free, the rest wait');
select is(pg_temp.cancel('T1'), 'T1 cancelled, T4 offered', 'and are offered one by one');
select test.call_as(929, 'booker', array[100003]);
select results_eq($$ select who, places, state from cpd.explain_booking((pg_temp.b('J1')).booking_id) where nth is not null $$, $$ values ('you', 3, 'waiting'), ('another school', 1, 'lapsed') $$,
  'a group is one in the line; who passed it did not answer in time');
reset role;
select throws_ok($$ select from cpd.set_cpd_policy(0, null, null, null, null, null, null, null, null, 0) $$, null, null, 'hours are some');
select is_empty($$ select b.order_id from cpd.booking b where b.together and b.status <> 'cancelled' group by b.authority_id, b.session_id, b.order_id having count(distinct b.status) > 1 $$,
  'no group is ever in two states');
select is_empty('select * from test.miscounted()', 'every session counts what there is');
select ok((select bool_and(confirmed_count + held_count <= capacity) from cpd.session), 'and none is oversold');
select * from finish();
rollback;
