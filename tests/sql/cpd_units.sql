-- What places and credits of packages pay for (SLA-7, CPD-2): drawn by a booking, given back as its terms say, used when it is marked who came; never below zero,
-- and the books say the same.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/cpd.sql
set local timezone = 'Europe/London';
select plan(69);
select test.schools(929, 100001, 6, 'Primary'), test.offers(929, 24);
select test.session(929, 'se-a', 20, 10000, now() + interval '30 days', 1, 'co-a'), test.session(929, 'se-b', 1, 9000, now() + interval '40 days', 1, 'co-b'),
  test.session(929, 'se-next', 20, 10000, now() + interval '400 days', 1, 'co-a'), test.session(929, 'se-dear', 20, 10001, now() + interval '50 days', 1, 'co-dear'),
  test.session(929, 'se-near', 20, 10000, now() + interval '12 days', 1, 'co-a'), test.session(929, 'se-amount', 20, 10000, now() + interval '30 days', 1, 'co-amount');
-- A school's allowance of this year; what the ledger says of it; what bookings drew.
create function pg_temp.has(p_urn integer, p_unit text, p_units integer) returns text language sql security definer as $$
  select sla.open_allowance(p_urn, p_unit, null, base.today() - 30, base.today() + 300, p_units, null)
$$;
create function pg_temp.left_of(p_urn integer) returns text language sql security definer as $$
  select string_agg(format('%s %s of %s left, %s reserved, %s used', a.unit, b.left_units, b.granted, b.reserved, b.used), '; ' order by a.unit, a.ends_on)
  from sla.allowance a join sla.allowance_balance b using (authority_id, allowance_id) where a.school_urn = p_urn
$$;
create function pg_temp.reason(p_reasons jsonb) returns text language sql as $$ select string_agg(r ->> 'text', '|') from jsonb_array_elements(p_reasons) r where r ->> 'clause' = 'units' $$;
create function pg_temp.version(p_booking text) returns integer language sql security definer as $$ select version from cpd.booking where booking_id = p_booking $$;
select test.call_as(929, 'officer');
create temporary table al as select pg_temp.has(100001, 'place', 2) as places, pg_temp.has(100002, 'credit', 7) as credits;
grant select on al to public;

-- What a course takes.
select throws_ok($$ select * from cpd.set_course_credits('co-b', 1, 1001, null) $$, '23514', null, 'credits within reason');
select throws_ok($$ select * from cpd.set_course_credits('co-b', 1, null, null) $$, 'IM003', null, 'something is said');
select throws_ok($$ select * from cpd.set_course_credits('co-none', 1, 1, null) $$, 'IM005', null, 'of a course that is there');
select results_eq($$ select credits, takes_places, version from cpd.set_course_credits('co-dear', 1, 3, false) $$, $$ values (3, false, 2) $$, 'three credits, and no places');
select throws_ok($$ select * from cpd.set_course_credits('co-dear', 1, 4, null) $$, 'IM010', null, 'by its version');
select results_eq($$ select title, credits, takes_places from cpd.list_courses('Course co-dear', null, null) $$, $$ values ('Course co-dear', 3, false) $$, 'the programme says so');

-- A quote draws nothing; a booking draws place by place.
select test.call_as(929, 'booker', array[100001]);
select results_eq($$ select place, price_pence, gross_pence, place_kind, unit, units, units_left from cpd.quote_places('se-a', 100001, 3, null) $$,
  $$ values (1, 0::bigint, 0::bigint, 'package', 'place', 1, 1), (2, 0, 0, 'package', 'place', 1, 0), (3, 10000, 12000, 'paid', null, null, null) $$, 'two places are covered, the third is paid');
select is((select pg_temp.reason(reasons) from cpd.quote_places('se-a', 100001, 1, null)), (select format('1 place of %s (granted by the authority); left then: 1', places) from al), 'with the reason');
select is((select sum((r ->> 'pence')::bigint)::bigint from cpd.quote_places('se-a', 100001, 1, null), jsonb_array_elements(reasons) r), 0::bigint, 'the lines add up');
select is((select sum(gross_pence)::bigint from cpd.quote_places('se-next', 100001, 1, null)), 12000::bigint, 'not of a session after its end: credits of last year');
select is((select sum(gross_pence)::bigint from cpd.quote_places('se-dear', 100001, 1, null)), 12001::bigint, 'nor of a course that takes none');
select is(pg_temp.left_of(100001), 'place 2 of 2 left, 0 reserved, 0 used', 'a quote draws nothing');
create temporary table one as select * from cpd.book_places('se-a', 100001, test.people('Ann', 'Bo', 'Cy'), null, false);
grant select on one to public;
select results_eq($$ select delegate, status, gross_pence, unit, units, units_left from one $$,
  $$ values ('Ann', 'confirmed', 0::bigint, 'place', 1, 1), ('Bo', 'confirmed', 0, 'place', 1, 0), ('Cy', 'confirmed', 12000, null, null, null) $$, 'so is the booking');
select is(pg_temp.left_of(100001), 'place 0 of 2 left, 2 reserved, 0 used', 'reserved');
select results_eq($$ select kind, left_change, reservation_id from al, sla.list_allowance_entries(places, null, null) where kind = 'reserved' $$, $$ select 'reserved', -1, booking_id from one where units > 0 $$,
  'the ledger names the bookings');
select ok((select string_agg(about, '; ') from one, cpd.list_booking_steps(booking_id) where delegate = 'Ann' and kind = 'units reserved') like '1 place; of al-%', 'so does the history');
select test.as_owner();
select is_empty($$ select * from test.mischarged() $$, 'only the third is charged');
select test.call_as(929, 'booker', array[100001]);
select is_empty($$ select * from sla.list_allowances(100002, null, null, null, null, null) $$, 'another school''s are not told');

-- Credits: whole, then what is left of them for a part, exactly.
select test.call_as(929, 'officer');
select results_eq($$ select place, price_pence, vat_pence, place_kind, units, units_left from cpd.quote_places('se-dear', 100002, 4, null) $$,
  $$ values (1, 0::bigint, 0::bigint, 'package', 3, 4), (2, 0, 0, 'package', 3, 1), (3, 6667, 1333, 'paid', 1, 0), (4, 10001, 2000, 'paid', null, null) $$, 'a third of £100.01 is not charged to the third');
select is((select pg_temp.reason(reasons) from cpd.quote_places('se-dear', 100002, 3, null) where place = 3), (select format('1 of the 3 credits that it costs, of %s (granted by the authority); left then: 0', credits) from al),
  'and it says how many it costs');
select is_empty($$ select place from cpd.quote_places('se-dear', 100002, 4, null) q where gross_pence <> (select sum((r ->> 'pence')::bigint) from jsonb_array_elements(q.reasons) r) $$, 'every quote''s lines add up');
select lives_ok($$ select * from cpd.add_discount_code('TENTH', 10, null, null, null, null, 2) $$, 'a code');
select results_eq($$ select price_pence, units from cpd.quote_places('se-dear', 100002, 3, 'tenth') $$, $$ values (0::bigint, 3), (0, 3), (6001, 1) $$, 'a code takes its part of what is left to pay');
create temporary table two as select * from cpd.book_places('se-dear', 100002, test.people('Di', 'Ed', 'Flo'), 'tenth', false);
grant select on two to public;
select is((select uses from cpd.list_discount_codes(null)), 1, 'and is used once');
select throws_ok($$ select * from cpd.book_places('se-dear', 100002, test.people('Gus'), 'nosuch', false) $$, 'IM005', null, 'one that nobody gave out is refused');
select is(pg_temp.left_of(100002), 'credit 0 of 7 left, 7 reserved, 0 used', 'all credits are drawn');

-- Waiting, offered, cancelled: what was drawn goes back whole while nothing is confirmed, and where there are no terms.
select pg_temp.has(100003, 'place', 3);
select * from cpd.book_places('se-b', 100004, test.people('First'), null, false);
create temporary table three as select * from cpd.book_places('se-b', 100003, test.people('Hal', 'Ivy'), null, false);
grant select on three to public;
select results_eq($$ select status, units from three $$, $$ values ('waiting', 1), ('waiting', 1) $$, 'who waits draws, too: the price is fixed');
select * from three, cpd.cancel_booking(three.booking_id, 1, 'ill') where three.delegate = 'Ivy';
select is(pg_temp.left_of(100003), 'place 2 of 3 left, 1 reserved, 0 used', 'giving up waiting gives it back');
select throws_ok($$ select c.* from three, cpd.cancel_booking(three.booking_id, 2, 'ill') c where three.delegate = 'Ivy' $$, 'IM009', null, 'once: a second click is refused');
select is(pg_temp.left_of(100003), 'place 2 of 3 left, 1 reserved, 0 used', 'and gives nothing more');
select * from cpd.booking b, cpd.cancel_booking(b.booking_id, 1, 'x') where b.delegate_name = 'First';
select test.as_owner();
select test.later(929, '10 days');
select test.call_as(929, 'officer');
select results_eq($$ select change from cpd.settle_sessions('se-b') $$, $$ values ('lapsed') $$, 'an offer that nobody answers');
select is(pg_temp.left_of(100003), 'place 3 of 3 left, 0 reserved, 0 used', 'gives it back');
select * from one, cpd.substitute_booking(one.booking_id, 1, 'Zoe', null, null) where one.delegate = 'Ann';
select is(pg_temp.left_of(100001), 'place 0 of 2 left, 2 reserved, 0 used', 'a substitute changes nothing');
select results_eq($$ select c.reasons #>> '{1,text}' from one, cpd.quote_cancellation(one.booking_id, null) c where one.delegate = 'Bo' $$, $$ values ('Of 1 place that it drew 1 goes back and 0 are used up') $$, 'what would go back is told');
select * from one, cpd.cancel_booking(one.booking_id, 1, 'ill') where one.delegate = 'Bo';
select is(pg_temp.left_of(100001), 'place 1 of 2 left, 1 reserved, 0 used', 'booked without terms: all goes back');
select throws_ok($$ select s.* from one, cpd.substitute_booking(one.booking_id, 2, 'Late', null, null) s where one.delegate = 'Bo' $$, 'IM009', null, 'a cancelled place has no substitute');

-- Careless and sly: what an office would try.
select throws_ok($$ select * from cpd.book_places('se-a', 100001, test.people('Cy'), null, false) $$, 'IM006', null, 'a double click books nobody twice');
select is(pg_temp.left_of(100001), 'place 1 of 2 left, 1 reserved, 0 used', 'and draws nothing');
select throws_ok($$ select s.* from cpd.booking b, sla.settle_allowance(b.reservation_id, 'released', null) s where b.delegate_name = 'Zoe' $$, 'IM009', null, 'what a booking drew is not released by hand: it would keep the place');
select throws_ok($$ select s.* from cpd.booking b, sla.settle_allowance(b.reservation_id, 'used', null) s where b.delegate_name = 'Bo' $$, 'IM009', null, 'nor what one drew that is over');
select throws_ok($$ select a.* from al, sla.adjust_allowance(places, 1, -2, 'Too many') a $$, 'IM009', null, 'nor taken away');
select is((select sum(r.gross_pence)::bigint from cpd.book_rows('[{"line":1,"session_id":"se-a","school_urn":"100001","name":"Una"},{"line":2,"session_id":"se-a","school_urn":"100001","name":"Una"}]', true, false) r), 0::bigint,
  'a name twice in a file draws once');
select throws_ok($$ select from cpd.book_rows('[{"line":1,"session_id":"se-a","school_urn":"100001","name":"Vic"},{"line":2,"session_id":"se-none","school_urn":"100001","name":"Wes"}]', false, false) $$, 'IM009', null,
  'a file that is refused');
select is(pg_temp.left_of(100001), 'place 0 of 2 left, 2 reserved, 0 used', 'leaves what was drawn as it was');
select * from cpd.booking b, cpd.cancel_booking(b.booking_id, 1, 'x') where b.delegate_name = 'Una';

-- By terms: what they charge of the price in per cent stays used; an amount is charged, and the units go back.
select test.call_as(929, 'la_admin');
select from cpd.add_cancellation_terms('Common', '[{"place_kind":"paid","percent":50},{"place_kind":"package","at_least_days":10},{"place_kind":"package","percent":50}]', true, null, null, null);
select from cpd.add_cancellation_terms('Amount', '[{"place_kind":"package","pence":5000}]', false, null, null, null);
select test.call_as(929, 'officer');
select pg_temp.has(100005, 'credit', 30), pg_temp.has(100006, 'place', 2);
select from cpd.set_course_credits('co-a', 1, 5, null);
select * from cpd.book_places('se-a', 100005, test.people('Jo', 'Kit', 'Lou'), null, false);
select results_eq($$ select q.net_pence, q.reasons #>> '{1,text}' from cpd.booking b, cpd.session s, cpd.quote_cancellation(b.booking_id, (s.starts_at at time zone 'Europe/London')::date - 1) q
  where b.delegate_name = 'Jo' and s.session_id = 'se-a' $$, $$ values (0::bigint, 'Of 5 credits that it drew 2 go back and 3 are used up') $$, 'late: half of five credits, three, are used up');
select * from cpd.book_places('se-near', 100005, test.people('Max', 'Nat'), null, false);
select results_eq($$ select q.net_pence, q.reasons #>> '{1,text}' from cpd.booking b, cpd.cancel_booking(b.booking_id, 1, 'ill') q where b.delegate_name = 'Max' $$,
  $$ values (0::bigint, 'Of 5 credits that it drew 2 go back and 3 are used up') $$, 'and so it is done');
select is(pg_temp.left_of(100005), 'credit 7 of 30 left, 20 reserved, 3 used', 'in the ledger, too');
select * from cpd.booking b, cpd.cancel_booking(b.booking_id, 1, 'ill') where b.delegate_name = 'Jo';
select is(pg_temp.left_of(100005), 'credit 12 of 30 left, 15 reserved, 3 used', 'in time all of it goes back');
select test.call_as(929, 'finance');
select results_eq($$ select w.waive_reason from cpd.list_cancellation_charges('se-near', null, false, true, null, null) l, cpd.waive_cancellation_charge(l.charge_id, l.version, 'illness', null) w $$,
  $$ values ('illness') $$, 'a waiver');
select is(pg_temp.left_of(100005), 'credit 15 of 30 left, 15 reserved, 0 used', 'gives the rest back');
select throws_ok($$ select w.* from cpd.list_cancellation_charges('se-near', null, true, true, null, null) l, cpd.waive_cancellation_charge(l.charge_id, l.version, 'illness', null) w $$, 'IM009', null, 'once');
select throws_ok($$ select w.* from cpd.list_cancellation_charges('se-a', 100005, false, true, null, null) l, cpd.waive_cancellation_charge(l.charge_id, l.version, 'illness', null) w $$, 'IM009',
  'There is nothing to waive: the charge is £0.00.', 'where nothing stayed used there is nothing to waive');
select test.call_as(929, 'la_admin');
select from cpd.change_course('co-amount', 1, null, null, null, null, null, null, null, null, (select terms_id from cpd.terms where name = 'Amount'));
select test.call_as(929, 'officer');
select * from cpd.book_places('se-amount', 100006, test.people('Oz'), null, false);
select results_eq($$ select q.net_pence from cpd.booking b, cpd.cancel_booking(b.booking_id, 1, 'ill') q where b.delegate_name = 'Oz' $$, $$ values (5000::bigint) $$, 'an amount is charged instead');
select is(pg_temp.left_of(100006), 'place 2 of 2 left, 0 reserved, 0 used', 'and the place goes back');

-- The organiser gives back whole, what stayed used of a late cancellation too; moved or carried, a booking keeps what it drew.
select * from cpd.booking b, cpd.cancel_booking(b.booking_id, 1, 'ill') where b.delegate_name = 'Nat';
select is(pg_temp.left_of(100005), 'credit 17 of 30 left, 10 reserved, 3 used', 'again late');
select from cpd.cancel_session('se-near', 1, 'Too few', null);
select is(pg_temp.left_of(100005), 'credit 20 of 30 left, 10 reserved, 0 used', 'the session is called off: nothing of it stays used');
select from cpd.move_session('se-a', 1, now() + interval '21 days', now() + interval '21 days 3 hours', null, null, null);
select is(pg_temp.left_of(100005), 'credit 20 of 30 left, 10 reserved, 0 used', 'a session that moves changes nothing');
select test.as_owner();
select test.session(929, 'se-other', 20, 10000, now() + interval '25 days', 1, 'co-a');
select test.call_as(929, 'officer');
select from cpd.cancel_session('se-a', 2, 'Two in one', 'se-other');
select is(pg_temp.left_of(100005), 'credit 20 of 30 left, 10 reserved, 0 used', 'nor one that is carried to another');

-- The register: who has come has used it, and who stayed away, too.
select test.as_owner();
select test.later(929, '26 days');
delete from cpd.session_part;
select test.call_as(929, 'officer');
select results_eq($$ select delegate, attended from cpd.record_attendance('se-other', (select jsonb_agg(jsonb_build_object('booking_id', booking_id, 'mark', 'absent')) from cpd.booking
  where delegate_name = 'Lou'), 'attended', null) where school_urn in (100001, 100005) order by delegate $$, $$ values ('Cy', 'attended'), ('Kit', 'attended'), ('Lou', 'absent'), ('Zoe', 'attended') $$, 'marked');
select is(pg_temp.left_of(100005), 'credit 20 of 30 left, 0 reserved, 10 used', 'used');
select from cpd.record_attendance('se-other', (select jsonb_agg(jsonb_build_object('booking_id', booking_id, 'mark', 'attended')) from cpd.booking where delegate_name = 'Lou'), null, null);
select is(pg_temp.left_of(100005), 'credit 20 of 30 left, 0 reserved, 10 used', 'once, however the register is put right');
select throws_ok($$ select c.* from cpd.booking b, cpd.cancel_booking(b.booking_id, b.version, 'ill') c where b.delegate_name = 'Kit' $$, 'IM009', null, 'what is used is not cancelled');

-- Who waited in vain has it back when the year is closed.
select test.as_owner();
select test.session(929, 'se-vain', 1, 5000, now() + interval '20 days', 1, 'co-vain');
select test.call_as(929, 'officer');
select pg_temp.has(100004, 'place', 1);
select from cpd.book_places('se-vain', 100003, test.people('Xan'), null, false);
select from cpd.book_places('se-vain', 100004, test.people('Yve'), null, false);

-- The end of a year: what nobody marked was used, what is left lapses; the report and the books agree.
select results_eq($$ select unit, granted, reserved, used, units_left from reports.entitlement_balances(null, null, 100005) where urn is not null $$, $$ values ('credit', 30, 0, 10, 20) $$, 'entitlement-balances shows it');
select test.as_owner();
select test.later(929, '30 days');
update sla.allowance set ends_on = base.today() - 1 where school_urn = 100002;
select test.call_as(929, 'officer');
select is_empty($$ select * from sla.lapse_entitlements(null) where school_urn = 100002 $$, 'nothing is left of what was drawn');
select is(pg_temp.left_of(100002), 'credit 0 of 7 left, 0 reserved, 7 used', 'and what nobody marked was used');
select is(pg_temp.left_of(100004), 'place 1 of 1 left, 0 reserved, 0 used', 'who waited in vain has theirs back');
select is_empty($$ select * from cpd.check_money() where rule = 'SLA-7' $$, 'bookings and ledger agree');
select test.as_owner();
select is_empty($$ select * from test.mischarged() $$, 'so does the money');
select is((select count(*)::integer from sla.allowance a join sla.allowance_balance b using (authority_id, allowance_id) where a.left_units <> b.left_units or a.reserved_units <> b.reserved
  or b.granted + b.moved <> b.reserved + b.used + b.lapsed + b.left_units), 0, 'granted + moved = reserved + used + lapsed + left');
select * from finish();
rollback;
