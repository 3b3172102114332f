-- Who is told what: delegates of their bookings, partners of their visits, both of what is near; each reminder once.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/cpd.sql
\ir ../support/sql/visits.sql
select plan(54);
select test.schools(929, 100001, 2, 'Primary');
select test.offers(929, 0); -- a freed place is the next one's at once
select test.partner(929, 'pt-jo', test.person('partner', 929)), test.partner(929, 'pt-none');
select test.assigned(929, 'pt-jo', 100001);
update partners.partner set email = 'jo@partner.example';
create function pg_temp.told() returns table (kind text, recipient text, method text, sequence integer) language sql as $$
  select n.kind, n.to_name, n.event ->> 'method', (n.event ->> 'sequence')::integer
  from notices.notice n where n.authority_id = 929 order by n.kind, n.to_name
$$;
create function pg_temp.session(p_at timestamptz, p_capacity integer) returns text language plpgsql as $$
declare
  v_session text;
begin
  select s.session_id into v_session from cpd.add_course('Course ' || clock_timestamp(), null, null, null, null, null, null, null, null) c,
    cpd.add_session(c.course_id, p_at, p_at + interval '3 hours', 'County Hall', p_capacity, null, now() - interval '1 day', null, 4500, null, null, null) s;
  perform cpd.publish_session(v_session, 1);
  return v_session;
end $$;

-- Off: nothing is written.
select test.call_as(929, 'la_admin');
create temporary table quiet as select pg_temp.session(test.at(20), 5) as id;
select lives_ok($$ select b.* from quiet q, cpd.book_places(q.id, 100001, '[{"name":"Ann","email":"ann@a.example"}]', null, null) b $$, 'off: a booking');
select lives_ok($$ select test.visit('pt-jo', 100001, test.at(15)) $$, 'and a visit');
select is_empty('select * from pg_temp.told()', 'write nothing');

select lives_ok($$ select * from notices.set_notice_policy(0, true, 'us@x.example', null, null, null, null) $$, 'on');
select test.call_as(929, 'booker', array[100001]);
create temporary table late as select b.* from quiet q, cpd.list_bookings(q.id, null, null, null, null) b;
select lives_ok($$ select c.* from late l, cpd.cancel_booking(l.booking_id, l.version, 'Unwell') c $$, 'cancelled after notices were turned on');
select test.call_as(929, 'la_admin');
select results_eq('select * from pg_temp.told()', $$ values ('booking.cancelled', 'Ann', null::text, null::integer) $$,
  'the delegate is told; there is no calendar entry to take back');
select matches((select body from notices.notice), 'Reason:  Unwell', 'and why');

-- Bookings: each delegate with an address, by what became of theirs.
create temporary table sess as select pg_temp.session(test.at(21), 2) as id;
select test.call_as(929, 'booker', array[100001]);
create temporary table booked as select b.* from sess s, cpd.book_places(s.id, 100001,
  '[{"name":"Bo Dean","email":"bo@a.example"},{"name":"Cy Fox"},{"name":"Di Orr","email":"di@a.example"}]', null, null) b;
select test.call_as(929, 'booker', array[100002]);
create temporary table others as select b.* from sess s, cpd.book_places(s.id, 100002, '[{"name":"Ed Poe","email":"ed@b.example"}]', null, null) b;
reset role;
select results_eq($$ select * from pg_temp.told() where kind <> 'booking.cancelled' $$,
  $$ values ('booking.confirmed', 'Bo Dean', 'request', 3), ('booking.waiting', 'Di Orr', null, null), ('booking.waiting', 'Ed Poe', null, null) $$,
  'a place comes with a calendar entry; who waits is told so; who has no address is not');
select results_eq($$ select n.school_urn, n.subject, n.event ->> 'uid', (n.event ->> 'starts_at')::timestamptz, n.event ->> 'location'
  from notices.notice n where n.kind = 'booking.confirmed' $$,
  $$ select 100001, format('Place confirmed: %s, %s', n.event ->> 'summary', to_char(test.at(21) at time zone 'Europe/London', 'FMDay FMDD FMMonth YYYY, HH24:MI')),
    '929-' || b.booking_id || '@improve', test.at(21), 'County Hall' from booked b, notices.notice n where b.delegate = 'Bo Dean' and n.kind = 'booking.confirmed' $$,
  'of that session, for ever the same entry');
select matches((select body from notices.notice where kind = 'booking.confirmed'), 'School:  Primary School 100001\nPrice:   £45\.00', 'with school and price');
-- Di Orr is first in line; a school that frees a place does not see who gets it, and they are told all the same.
select test.call_as(929, 'booker', array[100001]);
select lives_ok($$ select c.* from booked b, cpd.cancel_booking(b.booking_id, 1, 'ill') c where b.delegate = 'Di Orr' $$, 'one who waits cancels');
select lives_ok($$ select c.* from booked b, cpd.cancel_booking(b.booking_id, 1, 'ill') c where b.delegate = 'Bo Dean' $$, 'one who has a place cancels');
reset role;
select results_eq($$ select * from pg_temp.told() where recipient in ('Bo Dean', 'Di Orr', 'Ed Poe') and kind <> 'booking.waiting' order by recipient, kind $$,
  $$ values ('booking.cancelled', 'Bo Dean', 'cancel', 4), ('booking.confirmed', 'Bo Dean', 'request', 3), ('booking.cancelled', 'Di Orr', null, null),
    ('booking.confirmed', 'Ed Poe', 'request', 4) $$, 'CPD-5: another school''s delegate is promoted and told; entries are taken back where there are any, under a higher number');
select is((select count(*) from audit.entry e where e.changes @> '[{"table":"notices.notice"}]'), 0::bigint, 'the audit trail holds no copy of a mail');

-- Kinds that other calls will send.
select test.call_as(929, 'officer');
select lives_ok($$ select cpd.tell(array[o.booking_id], 'booking.joining', '{"instructions":"Park behind.\nBring a laptop."}') from others o $$, 'joining instructions');
select matches((select body from notices.notice where kind = 'booking.joining'), E'\n\nPark behind\\.\nBring a laptop\\.\n\n', 'with their lines');
select lives_ok($$ select cpd.tell(array[o.booking_id], k.kind, k.example) from others o, notices.kind k where k.kind in ('booking.offered', 'booking.changed', 'booking.certificate') $$,
  'and every other kind');
select results_eq($$ select kind, method from pg_temp.told() where kind in ('booking.offered', 'booking.changed', 'booking.certificate') $$,
  $$ values ('booking.certificate', null::text), ('booking.changed', 'request'), ('booking.offered', null) $$, 'a change comes with its entry');

-- Visits: partners with an identity and an address.
reset role;
delete from notices.notice;
select test.call_as(929, 'officer');
create temporary table visit as select v.* from visits.add_visit(100001, 'pt-jo', test.at(16), null, 'core', null, null, null, null, null, null, null) v;
select lives_ok($$ select test.visit('pt-none', 100001, test.at(16)) $$, 'a partner without an identity');
select lives_ok($$ select m.* from visit v, visits.confirm_visit(v.visit_id, 1) m $$, 'confirmed');
select lives_ok($$ select m.* from visit v, visits.move_visit(v.visit_id, 2, test.at(17), null) m $$, 'moved');
select test.call_as(929, 'booker', array[100001]);
select lives_ok($$ select c.* from visit v, visits.cancel_visit(v.visit_id, 3, 'Staff training', null) c $$, 'cancelled, by the school');
reset role;
select results_eq('select kind, method, sequence from pg_temp.told()', $$ values ('visit.cancelled', 'cancel', 3), ('visit.moved', 'request', 2), ('visit.planned', 'request', 0) $$,
  'the partner is told what they should know, under rising numbers');
select results_eq($$ select distinct n.to_name, n.to_address, n.event ->> 'uid' from notices.notice n $$, $$ select 'pt-jo', 'jo@partner.example', '929-' || v.visit_id || '@improve' from visit v $$,
  'and nobody else; the entry has the name of the one in the diary');
select matches((select body from notices.notice where kind = 'visit.cancelled'), 'Reason:  Staff training', 'and why');
select test.call_as(929, 'partner');
select lives_ok($$ select test.visit('pt-jo', 100001, test.at(18)) $$, 'a partner plans their own');
reset role;
select is((select count(*) from notices.notice where kind = 'visit.planned'), 2::bigint, 'and has it in the calendar');

-- Reminders: the nearest of the days that has come, once.
delete from notices.notice;
select test.call_as(929, 'officer');
select is_empty('select * from notices.run_reminders()', 'nobody is reminded of what they were told today');
reset role;
update cpd.booking set booked_at = now() - interval '100 days', promoted_at = null;
update visits.visit set planned_at = now() - interval '100 days';
update cpd.session set starts_at = test.at(10), ends_at = test.at(10, '12:30'), booking_closes_at = test.at(10) where session_id = (select id from sess);
select test.call_as(929, 'officer');
select results_eq('select kind, recipient, due_at >= now() from notices.run_reminders()', $$ values ('booking.reminder', 'Ed Poe', true) $$,
  'ten working days before: who has a place and an address');
select is_empty('select * from notices.run_reminders()', 'once');
reset role;
update cpd.session set starts_at = test.at(2), ends_at = test.at(2, '12:30'), booking_closes_at = test.at(2) where session_id = (select id from sess);
update visits.visit set starts_at = test.at(1), ends_at = test.at(1, '12:30') where starts_at = test.at(15);
select test.call_as(929, 'officer');
select results_eq('select kind, recipient from notices.run_reminders() order by kind', $$ values ('booking.evaluation', 'Ed Poe'), ('booking.reminder', 'Ed Poe'), ('visit.reminder', 'pt-jo') $$,
  'two working days before, and one that was never sent at ten: one each; and the first question of the evaluation');
select is_empty('select * from notices.run_reminders()', 'once');
select test.as_owner();
update cpd.booking set promoted_at = now() - interval '1 day' where delegate_name = 'Ed Poe';
update cpd.session set starts_at = test.at(1), ends_at = test.at(1, '12:30'), booking_closes_at = test.at(1) where session_id = (select id from sess);
select test.call_as(929, 'officer');
select results_eq('select count(*)::integer from notices.run_reminders()', 'values (0)', 'who got the place after the day of the reminder is not reminded');
select test.as_owner();
update cpd.booking set promoted_at = null where delegate_name = 'Ed Poe';
set role improve_exec;
select set_config('app.authority_id', '', true), set_config('app.personas', '', true);
select results_eq('select authority_id from notices.senders()', 'values (929)', 'the server asks where to look');
select is(notices.remind_in(929), 1::bigint, 'and looks there');
select is(notices.remind_in(929), 0::bigint, 'once');
select is(notices.remind_in(926), 0::bigint, 'elsewhere they are off');

-- Without an address: who books for the school is written to, and passes it on.
select test.as_owner();
delete from notices.notice;
select test.call_as(929, 'booker', array[100001]);
select throws_ok($$ select * from cpd.set_school_contact(100001, 'Office', 'nowhere') $$, 'IM003', null, 'an address is one');
select throws_ok($$ select * from cpd.set_school_contact(100002, 'Office', 'office@b.example') $$, 'IM007', null, 'of one''s own school');
select throws_ok($$ select * from cpd.remove_school_contact(100001) $$, 'IM005', null, 'nobody is named yet');
select results_eq($$ select name, version from cpd.set_school_contact(100001, 'Mrs Lee', 'office@a.example') union all select name, version from cpd.set_school_contact(100001, 'The office', 'office@a.example') $$,
  $$ values ('Mrs Lee', 1), ('The office', 2) $$, 'a school names who books');
select test.call_as(929, 'officer');
create temporary table later as select pg_temp.session(test.at(20), 5) as id;
grant select on later to public;
select test.call_as(929, 'booker', array[100001]);
create temporary table mute as select b.* from later s, cpd.book_places(s.id, 100001, '[{"name":"Kim Poe"},{"name":"Lee Orr","email":"lee@a.example"}]', null, null) b;
grant select on mute to public;
select test.call_as(929, 'booker', array[100002]);
select is_empty($$ select * from cpd.list_school_contacts(null, null, null) $$, 'no school sees another''s');
select b.* from later s, cpd.book_places(s.id, 100002, '[{"name":"Max Dee"}]', null, null) b;
select test.as_owner();
select results_eq($$ select n.to_name, n.to_address, left(n.subject, 13), n.event is null from notices.notice n order by 1 $$,
  $$ values ('Lee Orr', 'lee@a.example', 'Place confirm', false), ('The office', 'office@a.example', 'For Kim Poe: ', true) $$, 'the office is written to for one; of the other school nobody is');
select matches((select body from notices.notice where to_name = 'The office'), '^Please pass this on to Kim Poe, whose address we do not have.\n\nDear Kim Poe,', 'to be passed on, and in no other''s calendar');
select test.call_as(929, 'booker', array[100001]);
select lives_ok($$ select c.* from mute m, cpd.cancel_booking(m.booking_id, 1, 'ill') c where m.delegate = 'Lee Orr' $$, 'one cancels');
-- The three questions of the evaluation, each at its time, once, and not to who has answered (CPD-9).
select test.as_owner();
delete from notices.notice;
create function pg_temp.asked(p_days integer) returns text language plpgsql security definer as $$
begin
  update cpd.session set starts_at = now() + make_interval(days => p_days), ends_at = now() + make_interval(days => p_days, hours => 3), booking_closes_at = now() + make_interval(days => p_days), booking_opens_at = now() - interval '1 year'
  where session_id = (select id from later);
  return (select string_agg(n.stage || ' ' || n.name, ', ' order by n.stage, n.name) from cpd.to_ask() n where n.facts ->> 'session' = (select id from later));
end $$;
grant execute on function pg_temp.asked to public;
select test.call_as(929, 'officer');
select is(pg_temp.asked(12), null, 'long before nobody is asked');
select is(pg_temp.asked(3), 'before The office', 'some days before, how confident they are');
select results_eq($$ select kind, recipient from notices.run_reminders() where kind = 'booking.evaluation' and about = (select booking_id from mute where delegate = 'Kim Poe') $$, $$ values ('booking.evaluation', 'The office') $$, 'by a notice');
select is_empty($$ select * from notices.run_reminders() where kind = 'booking.evaluation' $$, 'once');
select is(pg_temp.asked(-1), null, 'after it, only who is marked to have come');
select test.as_owner();
update cpd.booking set attended = 'attended' where delegate_name = 'Kim Poe';
select is(concat_ws('; ', pg_temp.asked(-1), pg_temp.asked(-20), pg_temp.asked(-60), pg_temp.asked(-90)), 'day The office; impact The office', 'then of the day for two weeks, of its impact from eight weeks on to twelve');
select pg_temp.asked(-2);
insert into cpd.evaluation (authority_id, booking_id, stage, confidence, rating, written_by) select 929, booking_id, 'day', 4, 4, test.person('officer', 929) from mute where delegate = 'Kim Poe';
select is(pg_temp.asked(-2), null, 'who has answered is not asked');
select matches((select body from notices.notice where kind = 'booking.evaluation' and about = (select booking_id from mute where delegate = 'Kim Poe')), 'improve evaluation record bk-[a-z0-9]+ before', 'and how it is entered is told');

-- Kept for so long.
select test.as_owner();
update notices.notice set status = 'sent', finished_at = now() - interval '181 days' where kind = 'visit.reminder';
select test.call_as(929, 'la_admin');
select results_eq($$ select rows from privacy.run_retention() where kind = 'notices' $$, 'values (1)', 'what was sent goes in its time; what waits stays');
select * from finish();
rollback;
