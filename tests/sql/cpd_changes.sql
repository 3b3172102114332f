-- After booking: another delegate (CPD-7), sessions that the organiser cancels, carries and moves, joining instructions (CPD-8); what each costs and who is told.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/cpd.sql
set local timezone = 'Europe/London';
select plan(90);
select test.schools(929, 100001, 3, 'Primary');
select test.session(929, 'se-a', 3, 10000), test.session(929, 'se-b', 3, 10000), test.session(929, 'se-c', 2, 5000, now() + interval '90 days'), test.session(929, 'se-d', 1, 10000, now() + interval '2 days'),
  test.session(929, 'se-m', 2, 10000, now() + interval '60 days', 2), test.session(929, 'se-req', 3, 0, now() + interval '60 days', 1, 'co-req');
create function pg_temp.b(p_name text) returns cpd.booking language sql security definer as $$ select b from cpd.booking b where delegate_name = p_name order by booked_at desc, ticket desc limit 1 $$;
create function pg_temp.id(p_name text) returns text language sql as $$ select (pg_temp.b(p_name)).booking_id $$;
create function pg_temp.book(p_session text, p_urn integer, variadic p_names text[]) returns void language sql as $$
  select from cpd.book_places(p_session, p_urn, (select jsonb_agg(jsonb_build_object('name', n, 'email', lower(n) || '@x.example') order by o) from unnest(p_names) with ordinality x (n, o)), null, null)
$$;
create function pg_temp.substitute(p_name text, p_to text, p_email text default null, p_meets boolean default null) returns cpd.booking language plpgsql as $$
begin
  perform from cpd.substitute_booking(pg_temp.id(p_name), (pg_temp.b(p_name)).version, p_to, p_email, p_meets);
  return pg_temp.b(p_to);
end $$;
create temporary table seen (notice_id text primary key);
-- What was told since it was last asked: to whom, of what kind, with which calendar entry.
create function pg_temp.told() returns text language plpgsql security definer as $$
declare
  v_told text;
begin
  select string_agg(concat_ws(' ', n.to_name, split_part(n.kind, '.', 2), n.event ->> 'method'), ', ' order by n.queued_at, n.to_name, n.kind) into v_told from notices.notice n where n.notice_id not in (select s.notice_id from seen s);
  insert into seen select n.notice_id from notices.notice n on conflict do nothing;
  return v_told;
end $$;
create function pg_temp.account(p_urn integer) returns text language sql security definer as $$
  select string_agg(format('%s%s %s', case when c.credits is not null then 'credit of ' end, split_part(c.cause, '.', 2), c.gross_pence), ', ' order by e.posted_at)
  from money.charge c join money.entry e on e.authority_id = c.authority_id and e.entry_id = c.entry_id where c.school_urn = p_urn
$$;
create function pg_temp.counts(p_session text) returns text language sql security definer as $$
  select format('%s: %s confirmed, %s held, %s waiting', status, confirmed_count, held_count, waiting_count) from cpd.session where session_id = p_session
$$;
grant execute on all functions in schema test to public;
select test.call_as(926, 'officer');
select test.call_as(929, 'booker', array[100001]), test.call_as(929, 'booker', array[100002]);
select test.call_as(929, 'la_admin');
select from notices.set_notice_policy(0, true, 'training@council.example', null, null, null, null);
select from cpd.add_cancellation_terms('Common', '[{"place_kind":"paid","at_least_days":4},{"place_kind":"paid","percent":100}]', true, null, 3, null);

-- Another delegate: the place and its price stay, both are told, the history keeps who it was.
select test.call_as(929, 'booker', array[100001]);
select pg_temp.book('se-a', 100001, 'Ann', 'Bo');
select pg_temp.told();
select results_eq($$ select delegate, was, status, gross_pence, version from cpd.substitute_booking(pg_temp.id('Ann'), 1, ' Cy ', 'cy@x.example', null) $$, $$ values ('Cy', 'Ann', 'confirmed', 0::bigint, 2) $$,
  'CPD-7: another name on the place, free where the terms charge nothing');
select is(pg_temp.told(), 'Ann cancelled cancel, Cy confirmed request', 'both are told, and the calendar entry goes from one to the other');
select is(pg_temp.account(100001), 'booking 12000, booking 12000', 'the price stays charged once');
select results_eq($$ select kind, who, about from cpd.list_booking_steps(pg_temp.id('Cy')) $$, $$ values ('booked', 'you', 'price £100.00 net'), ('substituted', 'you', 'in place of Ann') $$, 'the history is kept');
select is(pg_temp.counts('se-a'), 'published: 2 confirmed, 0 held, 0 waiting', 'no place moved');
select throws_ok($$ select pg_temp.substitute('Cy', 'Bo', 'bo@x.example') $$, 'IM006', 'Bo is booked on this session already.', 'nobody twice');
select throws_ok($$ select pg_temp.substitute('Cy', 'Cy', 'cy@x.example') $$, 'IM009', 'The booking is for Cy already.', 'nor for themselves');
select throws_ok($$ select pg_temp.substitute('Cy', ' ') $$, 'IM003', 'name is required.', 'who comes is named');
select throws_ok($$ select pg_temp.substitute('Cy', 'Di', 'no address') $$, '23514', null, 'an address is one');
select throws_ok($$ select from cpd.substitute_booking(pg_temp.id('Cy'), 1, 'Di', null, null) $$, 'IM010', null, 'a stale version');
select is((pg_temp.substitute('Cy', 'Cyril', 'cy@x.example')).delegate_email, 'cy@x.example', 'a name is put right under its address');
select test.call_as(929, 'booker', array[100002]);
select throws_ok($$ select pg_temp.substitute('Bo', 'Eve') $$, 'IM005', null, 'another school cannot');
-- Its prerequisites.
select test.call_as(929, 'officer');
select from cpd.change_course('co-req', 1, null, null, null, null, 'A mentee', null, null, null, null);
select from cpd.book_places('se-req', 100001, '[{"name":"Fay","meets_prerequisites":true}]', null, null);
select test.call_as(929, 'booker', array[100001]);
select throws_ok($$ select pg_temp.substitute('Fay', 'Gus') $$, 'IM009', 'Gus must meet what the course asks: A mentee', 'a substitute must bring what the course asks');
select is((pg_temp.substitute('Fay', 'Gus', null, true)).delegate_name, 'Gus', 'and does');
-- Its time: by the school until three working days before, by an officer until the session is over.
select pg_temp.book('se-d', 100001, 'Hal');
select throws_ok($$ select pg_temp.substitute('Hal', 'Ida') $$, 'IM009', null, 'three working days before is too late for a school');
select test.call_as(929, 'officer');
select is((pg_temp.substitute('Hal', 'Ida')).status, 'confirmed', 'an officer still may');
reset role;
update cpd.session set starts_at = now() - interval '1 hour', ends_at = now() + interval '1 hour', booking_closes_at = now() - interval '2 hours' where session_id = 'se-d';
select test.call_as(929, 'booker', array[100001]);
select throws_ok($$ select pg_temp.substitute('Ida', 'Jo') $$, 'IM009', 'The session has begun.', 'not a school when it has begun');
select test.call_as(929, 'officer');
select is((pg_temp.substitute('Ida', 'Jo')).status, 'confirmed', 'but an officer, who sees who came');
reset role;
update cpd.session set starts_at = now() - interval '3 hour', ends_at = now() - interval '1 hour', booking_closes_at = now() - interval '4 hours' where session_id = 'se-d';
select test.call_as(929, 'officer');
select throws_ok($$ select pg_temp.substitute('Jo', 'Kay') $$, 'IM009', null, 'until it is over');
-- Its charge.
select test.call_as(929, 'la_admin');
select from cpd.terms t, cpd.revise_cancellation_terms(t.terms_id, 1, null, null, 500, null, null);
select test.call_as(929, 'booker', array[100002]);
select pg_temp.book('se-b', 100002, 'Lee', 'Max');
select results_eq($$ select net_pence, vat_pence, gross_pence, charge_id is not null from cpd.substitute_booking(pg_temp.id('Lee'), 1, 'Ned', null, null) $$, $$ values (500::bigint, 100::bigint, 600::bigint, true) $$, 'charged by the terms');
select is((pg_temp.substitute('Ned', 'Lee')).version, 3, 'and again');
select is(pg_temp.account(100002), 'booking 12000, booking 12000, substitution 600, substitution 600', 'each substitute by itself');
select results_eq($$ select cause, delegate, gross_pence, reasons -> 0 ->> 'clause' from cpd.list_cancellation_charges('se-b', null, null, null, null, null) $$,
  $$ values ('substitution', 'Lee', 600::bigint, 'substitute'), ('substitution', 'Lee', 600, 'substitute') $$, 'listed with its reasons');
select test.call_as(929, 'officer');
select is_empty('select from money.check()', 'the books hold');
select test.call_as(929, 'booker', array[100002]);
-- One who waits costs nothing; one whose booking is over is not replaced.
select pg_temp.book('se-b', 100002, 'Oz', 'Pam');
select is((pg_temp.substitute('Pam', 'Quin')).status, 'waiting', 'who waits is replaced where they stand');
select is((select count(*) from cpd.charge where cause = 'substitution'), 2::bigint, 'for nothing');
select from cpd.cancel_booking(pg_temp.id('Quin'), 2, 'ill');
select throws_ok($$ select pg_temp.substitute('Quin', 'Ray') $$, 'IM009', null, 'not when it is over');

-- The organiser cancels.
reset role;
update cpd.session set starts_at = now() + interval '1 day', ends_at = now() + interval '2 days', booking_closes_at = now() + interval '1 hour' where session_id = 'se-b';
select test.call_as(929, 'booker', array[100002]);
select from cpd.cancel_booking(pg_temp.id('Max'), 1, 'ill');
select test.call_as(929, 'booker', array[100001]);
select pg_temp.book('se-b', 100001, 'Sam', 'Tim');
select pg_temp.told();
select is(pg_temp.counts('se-b'), 'published: 3 confirmed, 0 held, 1 waiting', 'three places taken, one waits, one was cancelled late');
select test.call_as(929, 'officer');
select throws_ok($$ select from cpd.cancel_session('se-b', 1, ' ', null) $$, 'IM003', null, 'with a reason');
select throws_ok($$ select from cpd.cancel_session('se-b', 7, 'Ill', null) $$, 'IM010', null, 'a stale version');
select throws_ok($$ select from cpd.cancel_session('se-x', 1, 'Ill', null) $$, 'IM005', null, 'a session that is there');
select throws_ok($$ select from cpd.cancel_session('se-d', 1, 'Ill', null) $$, 'IM009', null, 'and has not begun');
select results_eq($$ select delegate, change, status, credited_pence, told from cpd.cancel_session('se-b', 1, 'The trainer is ill', null) $$,
  $$ values ('Lee', 'cancelled', 'cancelled', 12000::bigint, false), ('Oz', 'cancelled', 'cancelled', 12000, true), ('Sam', 'cancelled', 'cancelled', 12000, true), ('Tim', 'cancelled', 'cancelled', 0, true),
    ('Lee', 'waived', 'cancelled', 600, false), ('Lee', 'waived', 'cancelled', 600, false), ('Max', 'waived', 'cancelled', 12000, false) $$,
  'CPD-8: every booking ends and is credited, and so is what substitutes and a late cancellation had cost; who has no address is told otherwise');
select is(pg_temp.told(), 'Oz cancelled cancel, Sam cancelled cancel, Tim cancelled', 'everybody is told');
select is((select sum(gross_pence)::bigint from money.charge where school_urn = 100002), 0::bigint, 'the school owes nothing for it');
select is(pg_temp.counts('se-b'), 'cancelled: 0 confirmed, 0 held, 0 waiting', 'nobody is on it');
select results_eq($$ select distinct ended_as, cancel_reason from cpd.booking where session_id = 'se-b' and delegate_name in ('Lee', 'Oz', 'Sam', 'Tim') $$, $$ values ('session_cancelled', 'The trainer is ill') $$, 'with the reason');
select results_eq($$ select distinct waive_reason from cpd.charge where net_pence > 0 $$, $$ values ('session_cancelled') $$, 'the charges are waived as that');
select is((select about from cpd.list_booking_steps(pg_temp.id('Oz')) where kind = 'session_cancelled'), 'The trainer is ill', 'the history says why');
select throws_ok($$ select from cpd.cancel_session('se-b', 2, 'Again', null) $$, 'IM009', null, 'once');
select throws_ok($$ select pg_temp.book('se-b', 100001, 'Una') $$, 'IM009', null, 'a cancelled session cannot be booked');
select throws_ok($$ select from cpd.publish_session('se-b', 2) $$, 'IM009', null, 'nor published');
select throws_ok($$ select from cpd.change_session('se-b', 2, 'Elsewhere', null, null, null, null, null, null, null) $$, 'IM009', null, 'nor changed');
select throws_ok($$ select from cpd.move_session('se-b', 2, now() + interval '9 days', now() + interval '10 days', null, null, null) $$, 'IM009', null, 'nor moved');
select throws_ok($$ select from cpd.cancel_booking(pg_temp.id('Oz'), 2, 'x') $$, 'IM009', null, 'its bookings are over');
select test.call_as(929, 'booker', array[100001]);
select results_eq($$ select status from cpd.list_sessions(null, null, null, null) where session_id = 'se-b' $$, array['cancelled'], 'a school sees that it was cancelled');
reset role;
select is_empty('select from test.miscounted()', 'counts are right');
select is_empty('select from test.mischarged()', 'charges are right');

-- Carried to another session.
select test.call_as(929, 'officer');
select is(pg_temp.counts('se-a'), 'published: 2 confirmed, 0 held, 0 waiting', 'Cyril and Bo');
select pg_temp.book('se-a', 100003, 'Val', 'Wes', 'Xi');
select from cpd.change_session('se-a', 1, null, null, null, null, null, null, null, null);
select from cpd.cancel_booking(pg_temp.id('Bo'), 1, 'ill');
select is(test.places('se-a'), 'Cyril confirmed, Val confirmed, Wes offered, Xi waiting', 'two have a place, one is offered one, one waits');
select pg_temp.book('se-c', 100003, 'Val');
select pg_temp.told();
select throws_ok($$ select from cpd.cancel_session('se-a', 2, 'Double booked', 'se-a') $$, 'IM003', null, 'to another session');
select throws_ok($$ select from cpd.cancel_session('se-a', 2, 'Double booked', 'se-x') $$, 'IM005', null, 'that is there');
select throws_ok($$ select from cpd.cancel_session('se-a', 2, 'Double booked', 'se-b') $$, 'IM009', null, 'and is to take place');
select throws_ok($$ select from cpd.cancel_session('se-a', 2, 'Double booked', 'se-c') $$, 'IM009', '2 places are to be carried, and session se-c has 1.', 'all places or none');
select is(pg_temp.counts('se-a'), 'published: 2 confirmed, 1 held, 1 waiting', 'nothing moved');
select from cpd.change_session('se-c', 1, null, 3, null, null, null, null, null, null);
create temporary table before as select pg_temp.account(100001) as ann, pg_temp.account(100003) as val, (pg_temp.b('Cyril')).version + (select version from cpd.session where session_id = 'se-a') as sequence;
grant select on before to public;
select results_eq($$ select delegate, change, status, credited_pence from cpd.cancel_session('se-a', 2, 'Double booked', 'se-c') $$,
  $$ values ('Cyril', 'carried', 'confirmed', 0::bigint), ('Wes', 'carried', 'offered', 0), ('Xi', 'carried', 'waiting', 0), ('Val', 'cancelled', 'cancelled', 12000) $$,
  'CPD-8: carried, those with a place first; who has the other session already is credited');
select is(test.places('se-c'), 'Val confirmed, Cyril confirmed, Wes offered, Xi waiting', 'there they are, in their order');
select is(pg_temp.counts('se-c'), 'published: 2 confirmed, 1 held, 1 waiting', 'counted');
select is(pg_temp.told(), 'Cyril changed request, Val cancelled cancel, Wes changed, Xi changed', 'everybody is told, and the calendar entry of who has a place moves');
select is(pg_temp.account(100001), (select ann from before), 'the price is carried: neither credited nor charged again');
select is(pg_temp.account(100003), (select val from before) || ', credit of booking -12000', 'who was not carried is credited');
select ok((pg_temp.b('Cyril')).version + (select version from cpd.session where session_id = 'se-c') > (select sequence from before), 'the calendar entry''s sequence rises');
select is((select about from cpd.list_booking_steps(pg_temp.id('Cyril')) where kind = 'carried'), 'from session se-a', 'the history says from where');
select is((select carried_to from cpd.session where session_id = 'se-a'), 'se-c', 'and the session to where');
select test.call_as(929, 'booker', array[100001]);
select results_eq($$ select net_pence, reasons -> 0 ->> 'clause' from cpd.quote_cancellation(pg_temp.id('Cyril'), (select (starts_at - interval '1 day')::date from cpd.session where session_id = 'se-c')) $$,
  $$ values (0::bigint, 'moved') $$, 'who was carried cancels free of charge');
select from cpd.cancel_booking(pg_temp.id('Cyril'), (pg_temp.b('Cyril')).version, 'Other plans');
reset role;
select is_empty('select from test.miscounted()', 'counts are right');
select is_empty('select from test.mischarged()', 'charges are right');
select test.call_as(929, 'officer');
select is_empty('select from money.check()', 'the books hold');
select throws_ok($$ select from cpd.cancel_session('se-m', 1, 'x', 'se-c') s $$, 'IM009', null, 'nobody is carried past those who wait') where (select waiting_count from cpd.session where session_id = 'se-c') > 0;

-- Moved.
select test.call_as(929, 'booker', array[100001]);
select pg_temp.book('se-m', 100001, 'Yan', 'Zoe', 'Abe');
select test.call_as(929, 'officer');
select from cpd.cancel_booking(pg_temp.id('Zoe'), 1, 'ill');
select pg_temp.told();
select throws_ok($$ select from cpd.move_session('se-m', 1, now() - interval '1 day', now() + interval '1 day', null, null, null) $$, 'IM009', null, 'to a time to come');
select throws_ok($$ select from cpd.move_session('se-m', 1, now() + interval '9 days', now() + interval '8 days', null, null, null) $$, '23514', null, 'that ends after it begins');
select throws_ok($$ select from cpd.move_session('se-m', 1, null, now() + interval '8 days', null, null, null) $$, 'IM003', null, 'and is told');
select results_eq($$ select status, venue, parts, booking_closes_at = now() + interval '70 days', bookings, told, version from cpd.move_session('se-m', 1, now() + interval '70 days', now() + interval '70 days 2 hours', 'Town Hall',
  jsonb_build_array(jsonb_build_object('starts_at', now() + interval '77 days', 'ends_at', now() + interval '77 days 2 hours')), null) $$,
  $$ values ('published', 'Town Hall', 2, true, 2, 2, 2) $$, 'CPD-8: moved, with all its dates; booking closes as long before as it did');
select results_eq($$ select nth, starts_at from cpd.session_part where session_id = 'se-m' $$, $$ values (1, now() + interval '70 days'), (2, now() + interval '77 days') $$, 'two dates');
select is(pg_temp.told(), 'Abe changed, Yan changed request', 'everybody is told');
select is((select about from cpd.list_booking_steps(pg_temp.id('Yan')) where kind = 'moved'), 'it was to be on ' || cpd.clock(now() + interval '60 days'), 'the history says what it was');
select is((select net_pence from cpd.quote_cancellation(pg_temp.id('Yan'), (now() + interval '69 days')::date)), 0::bigint, 'who was booked before cancels free of charge');
reset role;
select is_empty('select from test.miscounted()', 'counts are right');
select test.call_as(929, 'officer');
select is((select version from cpd.change_session('se-m', 2, 'City Hall', null, null, null, null, null, null, null)), 3, 'another venue');
select is(pg_temp.told(), 'Yan changed request', 'is told to who has a place');

reset role;
select test.session(929, 'se-unopened', 2, 0, now() + interval '60 days');
update cpd.session set booking_opens_at = now() + interval '10 days', booking_closes_at = now() + interval '50 days' where session_id = 'se-unopened';
select test.call_as(929, 'officer');
select from cpd.move_session('se-unopened', 1, now() + interval '70 days', now() + interval '70 days 2 hours', null, null, null);
select results_eq($$ select booking_opens_at, booking_closes_at from cpd.session where session_id = 'se-unopened' $$, $$ values (now() + interval '10 days', now() + interval '60 days') $$, 'moved to later, booking opens when it would have');
select from cpd.move_session('se-unopened', 2, now() + interval '15 days', now() + interval '15 days 2 hours', null, null, null);
select results_eq($$ select booking_opens_at, booking_closes_at from cpd.session where session_id = 'se-unopened' $$, $$ values (now() - interval '45 days', now() + interval '5 days') $$, 'to earlier, as much earlier');

-- Joining instructions.
select throws_ok($$ select from cpd.send_joining_instructions('se-m', 3, ' ') $$, 'IM003', null, 'instructions say something');
select results_eq($$ select told, not_told, version from cpd.send_joining_instructions('se-m', 3, E'Park behind.\nBring a laptop.') $$, $$ values (1, 0, 4) $$, 'sent to who has a place');
select is(pg_temp.told(), 'Yan joining', 'told');
select from cpd.accept_offer(pg_temp.id('Abe'), (pg_temp.b('Abe')).version);
select is(pg_temp.told(), 'Abe confirmed request, Abe joining', 'who gets a place later is sent them with it');
select results_eq($$ select told, version from cpd.send_joining_instructions('se-m', 4, null) $$, $$ values (2, 4) $$, 'sent again');
select test.call_as(926, 'officer');
select throws_ok($$ select from cpd.cancel_session('se-m', 4, 'x', null) $$, 'IM005', null, 'another authority has no such session');
select is_empty('select from cpd.substitution', 'nor sees who was replaced');
select test.call_as(929, 'booker', array[100002]);
select is((select count(*) from cpd.substitution), 3::bigint, 'a school sees its own');
select ok(not has_function_privilege('persona_booker', to_regproc('cpd.cancel_session'), 'execute') and not has_function_privilege('persona_booker', to_regproc('cpd.move_session'), 'execute'), 'schools cancel no sessions');
select * from finish();
rollback;
