-- The budget holder's approval, where the authority asks for it: approved, refused, expired (CPD-3).
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/cpd.sql
set local timezone = 'Europe/London';
select plan(63);
select test.schools(929, 100001, 3, 'Primary');
select test.session(929, 'se-a', 3, 5000), test.session(929, 'se-free', 3, 0), test.session(929, 'se-b', 1, 5000), test.session(929, 'se-c', 2, 5000);
create function pg_temp.book(p_session text, p_urn integer, variadic p_names text[]) returns text language sql as $$
  select string_agg(status, ' ') from cpd.book_places(p_session, p_urn, test.people(variadic p_names), null, null)
$$;
create function pg_temp.b(p_name text) returns cpd.booking language sql security definer as $$ select b from cpd.booking b where delegate_name = p_name order by ticket desc limit 1 $$;
create function pg_temp.approve(p_name text, p_note text default null) returns text language sql as $$
  select string_agg(format('%s %s %s', delegate, change, status), ', ') from cpd.approve_booking((pg_temp.b(p_name)).booking_id, (pg_temp.b(p_name)).version, p_note)
$$;
create function pg_temp.refuse(p_name text, p_note text default null) returns text language sql as $$
  select string_agg(format('%s %s %s', delegate, change, status), ', ') from cpd.refuse_booking((pg_temp.b(p_name)).booking_id, (pg_temp.b(p_name)).version, p_note)
$$;
create function pg_temp.counts(p_session text) returns text language sql security definer as $$
  select format('%s confirmed, %s held, %s waiting', confirmed_count, held_count, waiting_count) from cpd.session where session_id = p_session
$$;
select test.call_as(926, 'officer');
select test.call_as(929, 'officer');
-- Two bookers of one school: the head, who holds the budget, and another.
reset role;
insert into auth.person (person_id, kind, display_name) values (md5('head')::uuid, 'service', 'Mrs Head');
insert into auth.membership (authority_id, membership_id, person_id, persona, school_urn, starts_on) values (929, 'me-head', md5('head')::uuid, 'booker', 100001, '2020-01-01'),
  (929, 'me-officer', md5('head')::uuid, 'officer', null, '2020-01-01');
create function pg_temp.as_head() returns void language plpgsql as $$
begin
  perform test.call_as(929, 'booker', array[100001]);
  perform set_config('app.person_id', md5('head')::uuid::text, true);
end $$;

select test.call_as(929, 'la_admin');
select throws_ok($$ select * from cpd.name_budget_holder(100002, 'me-head') $$, 'IM005', null, 'a budget holder is a booker of that school');
select throws_ok($$ select * from cpd.name_budget_holder(100001, 'me-officer') $$, 'IM005', null, 'and no officer');
select results_eq($$ select school_urn, name, version from cpd.name_budget_holder(100001, 'me-head') $$, $$ values (100001, 'Mrs Head', 1) $$, 'named by the administrator');
select throws_ok($$ select * from cpd.name_budget_holder(100001, 'me-head') $$, 'IM006', null, 'once');
select throws_ok($$ select * from cpd.set_cpd_policy(0, null, null, null, 'sometimes', null, null, null, null, null) $$, '23514', null, 'never, paid or always');

select test.call_as(929, 'booker', array[100001]);
select is(pg_temp.book('se-a', 100001, 'Ann'), 'confirmed', 'where the authority does not ask, nobody is asked');
select test.call_as(929, 'la_admin');
select results_eq($$ select approval, approval_above_pence, approval_hours from cpd.set_cpd_policy(0, null, null, null, 'paid', 10000, 16, null, null, null) $$, $$ values ('paid', 10000::bigint, 16) $$,
  'orders of more than £100');

-- Requested: held, and approved.
select test.call_as(929, 'booker', array[100001]);
select is(pg_temp.book('se-free', 100001, 'Bo', 'Cy', 'Di'), 'confirmed confirmed confirmed', 'what is free is not asked about');
select is(pg_temp.book('se-c', 100001, 'Eve'), 'confirmed', 'nor what costs no more: £60 with VAT');
select is(pg_temp.book('se-a', 100001, 'Flo', 'Gus', 'Hal'), 'requested requested waiting', 'three cost £180: two are held, and one waits');
select is(pg_temp.counts('se-a'), '1 confirmed, 2 held, 1 waiting', 'what is held is taken');
select is((pg_temp.b('Flo')).respond_by, calendar.add_working_hours(now(), 16), 'for the authority''s time, in working hours');
select throws_ok($$ select pg_temp.approve('Flo') $$, 'IM007', 'You do not hold the budget of school 100001.', 'who booked does not approve');
select throws_ok($$ select pg_temp.refuse('Flo', 'no') $$, 'IM007', null, 'nor refuse');
select throws_ok($$ select from cpd.accept_offer((pg_temp.b('Flo')).booking_id, 1) $$, 'IM009', null, 'nor is it an offer');
select test.call_as(929, 'booker', array[100002]);
select throws_ok($$ select pg_temp.approve('Flo') $$, 'IM005', null, 'another school does not even see it');
select pg_temp.as_head();
select throws_ok($$ select from cpd.approve_booking((pg_temp.b('Flo')).booking_id, 7, null) $$, 'IM010', null, 'a stale version');
select is(pg_temp.approve('Gus'), 'Flo approved confirmed, Gus approved confirmed', 'one approval for the order');
select is(pg_temp.counts('se-a'), '3 confirmed, 0 held, 1 waiting', 'confirmed');
select throws_ok($$ select pg_temp.approve('Flo') $$, 'IM009', null, 'once');
select throws_ok($$ select pg_temp.approve('Hal') $$, 'IM009', 'The booking is waiting; there is nothing to approve.', 'who waits costs nothing yet');
select is((select string_agg(kind, ' ' order by at) from cpd.list_booking_steps((pg_temp.b('Flo')).booking_id)), 'booked approved', 'remembered');
select is(pg_temp.book('se-free', 100001, 'Ida'), 'waiting', 'a fourth waits');
select is((select string_agg(status, ' ') from cpd.book_places('se-c', 100001, test.people('Jo'), null, null)), 'confirmed', 'who holds the budget books without being asked');

-- Refused, or by an officer.
select test.call_as(929, 'booker', array[100001]);
select from cpd.list_bookings('se-a', null, null, null, null) b cross join lateral cpd.cancel_booking(b.booking_id, b.version, 'x') where b.delegate = 'Hal';
select test.call_as(929, 'officer');
select is((select string_agg(format('%s %s', delegate, change), ', ') from cpd.cancel_booking((pg_temp.b('Flo')).booking_id, (pg_temp.b('Flo')).version, 'x')), 'Flo cancelled', 'places come free');
select is((select string_agg(format('%s %s', delegate, change), ', ') from cpd.cancel_booking((pg_temp.b('Gus')).booking_id, (pg_temp.b('Gus')).version, 'x')), 'Gus cancelled', 'two');
select is(pg_temp.book('se-a', 100001, 'Kim', 'Lee', 'Max'), 'requested requested waiting', 'an officer who books for a school asks, too');
select throws_ok($$ select pg_temp.approve('Kim') $$, 'IM003', null, 'an officer says on whose word they approve');
select throws_ok($$ select pg_temp.refuse('Kim', ' ') $$, 'IM003', null, 'or refuse');
select is(pg_temp.refuse('Kim', 'Mrs Head, by telephone'), 'Kim refused cancelled, Lee refused cancelled, Max offered offered', 'refused: the places go to who waits');
select results_eq($$ select (b).ended_as, (b).cancel_reason from (select pg_temp.b('Kim') as b) x $$, $$ values ('refused', 'Mrs Head, by telephone') $$, 'with the reason');
select is(pg_temp.counts('se-a'), '1 confirmed, 1 held, 0 waiting', 'counted');

-- Offers, where approval is asked.
select test.call_as(929, 'la_admin');
select from cpd.set_cpd_policy(1, null, null, null, 'always', null, null, null, null, null);
select test.call_as(929, 'booker', array[100001]);
select results_eq($$ select change, status from cpd.accept_offer((pg_temp.b('Max')).booking_id, (pg_temp.b('Max')).version) $$, $$ values ('accepted', 'requested') $$,
  'a school that accepts asks its budget holder');
select is((pg_temp.b('Max')).respond_by, calendar.add_working_hours(now(), 16), 'who has their own time');
select is(pg_temp.counts('se-a'), '1 confirmed, 1 held, 0 waiting', 'the place stays held');
select pg_temp.as_head();
select is(pg_temp.approve('Max'), 'Max approved confirmed', 'and is confirmed by them');
select is(pg_temp.book('se-b', 100001, 'Ned'), 'confirmed', 'the head''s own booking');
select test.call_as(929, 'booker', array[100002]);
select is(pg_temp.book('se-b', 100002, 'Oz'), 'waiting', 'another school waits');
select pg_temp.as_head();
select is((select string_agg(change, ', ') from cpd.cancel_booking((pg_temp.b('Ned')).booking_id, 1, 'x')), 'cancelled, offered', 'offered');
select test.call_as(929, 'booker', array[100002]);
select results_eq($$ select change, status from cpd.accept_offer((pg_temp.b('Oz')).booking_id, 2) $$, $$ values ('accepted', 'requested') $$, 'a school without a budget holder');
select throws_ok($$ select pg_temp.approve('Oz') $$, 'IM007', null, 'cannot approve itself');
select test.call_as(929, 'officer');
select is(pg_temp.approve('Oz', 'Letter of 3 May'), 'Oz approved confirmed', 'an officer does, on its word');
select is((select about from cpd.list_booking_steps((pg_temp.b('Oz')).booking_id) where kind = 'approved'), 'Letter of 3 May', 'which is kept');

-- Expired.
select test.call_as(929, 'booker', array[100001]);
select is(pg_temp.book('se-a', 100001, 'Pam'), 'requested', 'the last place is held');
select test.call_as(929, 'booker', array[100002]);
select is(pg_temp.book('se-a', 100002, 'Quin'), 'waiting', 'another waits');
reset role;
select test.later(929, interval '10 days');
select pg_temp.as_head();
select throws_ok($$ select pg_temp.approve('Pam') $$, 'IM009', null, 'too late');
select results_eq($$ select delegate, status, ended_as from cpd.list_bookings('se-a', null, true, null, null) where delegate = 'Pam' $$, $$ values ('Pam', 'cancelled', 'lapsed') $$, 'over by time');
select test.call_as(929, 'officer');
select results_eq($$ select delegate, change from cpd.settle_sessions(null) $$, $$ values ('Pam', 'lapsed'), ('Quin', 'offered') $$, 'and the place is offered on');
-- Given at once, where the authority offers none: to the budget holder.
select test.call_as(929, 'la_admin');
select from cpd.set_cpd_policy(2, null, null, null, null, null, null, 0, null, null);
select is((select string_agg(format('%s %s', delegate, change), ', ') from cpd.decline_offer((pg_temp.b('Quin')).booking_id, (pg_temp.b('Quin')).version, 'No')), 'Quin declined', 'declined');
select is(pg_temp.book('se-a', 100002, 'Ray', 'Sue'), 'requested waiting', 'one is held, one waits');
select is(pg_temp.refuse('Ray', 'no'), 'Ray refused cancelled, Sue requested requested', 'without an offer the next is requested at once');

-- What the head booked themselves needs nobody's approval when its turn comes; what is over by time is not approved with the rest of its order.
select pg_temp.as_head();
select is(pg_temp.book('se-a', 100001, 'Uma'), 'waiting', 'the head waits');
select test.call_as(929, 'officer');
select is((select string_agg(format('%s %s', delegate, change), ', ') from cpd.cancel_booking((pg_temp.b('Sue')).booking_id, (pg_temp.b('Sue')).version, 'x')), 'Sue cancelled, Uma promoted',
  'given at once, the head is not asked again');
reset role;
select test.session(929, 'se-o', 1, 4000);
select test.call_as(929, 'officer');
select is(pg_temp.book('se-o', 100002, 'Val', 'Wes'), 'requested waiting', 'one of an order is held, one waits');
reset role;
update cpd.booking set respond_by = respond_by - interval '10 days' where delegate_name = 'Val';
update cpd.session set capacity = 2, held_count = 2, waiting_count = 0, next_due_at = next_due_at - interval '10 days' where session_id = 'se-o';
update cpd.booking set status = 'requested', respond_by = now() + interval '1 day' where delegate_name = 'Wes';
select test.call_as(929, 'officer');
select is(pg_temp.approve('Wes', 'Letter of 4 May'), 'Wes approved confirmed, Val lapsed cancelled', 'of an order only what is not over is approved');
select test.call_as(929, 'la_admin');

select results_eq($$ select l.school_urn, e.version from cpd.list_budget_holders(null) l, cpd.end_budget_holder(l.holder_id, l.version) e $$, $$ values (100001, 2) $$, 'the budget is in other hands');
select is_empty('select * from cpd.list_budget_holders(null)', 'nobody''s');
select throws_ok($$ select * from cpd.end_budget_holder((select holder_id from cpd.budget_holder), 2) $$, 'IM009', null, 'ended once');
select pg_temp.as_head();
select is(pg_temp.book('se-c', 100001, 'Ted'), 'waiting', 'booking is still open to them');
select is((select cpd.is_budget_holder(100001)), false, 'but not the budget');
select ok(not has_function_privilege('persona_booker', to_regproc('cpd.name_budget_holder'), 'execute') and not has_function_privilege('persona_officer', to_regproc('cpd.name_budget_holder'), 'execute'),
  'nobody names themselves');
select throws_ok($$ insert into cpd.budget_holder (authority_id, holder_id, school_urn, person_id, named_by) values (929, 'x', 100001, md5('head')::uuid, md5('head')::uuid) $$, '42501', null, 'whichever way');
reset role;
select is_empty('select * from test.miscounted()', 'every session counts what there is');
select * from finish();
rollback;
