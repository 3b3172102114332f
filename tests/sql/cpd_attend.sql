-- Who came, what staying away costs, certificates, evaluation in three stages (CPD-9).
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/cpd.sql
set local timezone = 'Europe/London';
select plan(80);
select test.schools(929, 100001, 2, 'Primary');
select test.session(929, 'se-a', 5, 10000), test.session(929, 'se-three', 5, 0, now() + interval '60 days', 3), test.session(929, 'se-late', 5), test.session(929, 'se-after', 5, 0, now() + interval '70 days', 1, 'co-se-a');
create function pg_temp.b(p_name text) returns cpd.booking language sql security definer as $$ select b from cpd.booking b where delegate_name = p_name order by booked_at desc, ticket desc limit 1 $$;
create function pg_temp.id(p_name text) returns text language sql as $$ select (pg_temp.b(p_name)).booking_id $$;
create function pg_temp.marks(variadic p_words text[]) returns jsonb language sql as $$
  select jsonb_agg(jsonb_build_object('booking_id', pg_temp.id(split_part(w, ' ', 1)), 'mark', split_part(w, ' ', 2))) from unnest(p_words) w
$$;
create function pg_temp.account(p_urn integer) returns text language sql security definer as $$
  select string_agg(format('%s%s %s', case when c.credits is not null then 'credit of ' end, split_part(c.cause, '.', 2), c.gross_pence), ', ' order by e.posted_at)
  from money.charge c join money.entry e on e.authority_id = c.authority_id and e.entry_id = c.entry_id where c.school_urn = p_urn
$$;
create function pg_temp.owes(p_urn integer) returns bigint language sql security definer as $$ select coalesce(sum(gross_pence), 0)::bigint from money.charge where school_urn = p_urn $$;
create temporary table seen (notice_id text primary key);
create function pg_temp.told() returns text language plpgsql security definer as $$
declare
  v_told text;
begin
  select string_agg(concat_ws(' ', n.to_name, split_part(n.kind, '.', 2)), ', ' order by n.to_name, n.kind) into v_told from notices.notice n where n.notice_id not in (select s.notice_id from seen s);
  insert into seen select n.notice_id from notices.notice n on conflict do nothing;
  return v_told;
end $$;
grant execute on all functions in schema test to public;
select test.call_as(926, 'officer');
select test.call_as(929, 'booker', array[100001]), test.call_as(929, 'booker', array[100002]);
select test.call_as(929, 'finance');
select test.call_as(929, 'officer');
select test.call_as(929, 'la_admin');
select from notices.set_notice_policy(0, true, 'training@council.example', null, null, null, null);
-- South Gloucestershire's, of absence: a paid place in full, a free course £50 for each session missed.
select from cpd.add_cancellation_terms('Common', '[{"place_kind":"paid","percent":100},{"place_kind":"paid","absent":true,"percent":100},{"place_kind":"free","pence":5000},{"place_kind":"free","absent":true,"pence":5000,"per_part":true}]', true, null, null, null);
select test.call_as(929, 'booker', array[100001]);
select from cpd.book_places('se-a', 100001, '[{"name":"Ann","email":"ann@x.example"},{"name":"Bo"},{"name":"Cy"},{"name":"Di"}]', null, null);
select from cpd.record_evaluation(pg_temp.id('Ann'), 'before', 2, null, null);
select test.call_as(929, 'booker', array[100002]);
select from cpd.book_places('se-three', 100002, test.people('Eve', 'Flo', 'Gus'), null, null);
select from cpd.book_places('se-a', 100002, test.people('Hal', 'Ida'), null, null);
select pg_temp.told();

-- When: not before it begins.
select test.call_as(929, 'officer');
select throws_ok($$ select from cpd.record_attendance('se-a', null, 'attended', null) $$, 'IM009', null, 'nobody has come before it begins');
reset role;
update cpd.session set starts_at = starts_at - interval '61 days', ends_at = ends_at - interval '61 days', booking_closes_at = booking_closes_at - interval '61 days' where session_id in ('se-a', 'se-three');
update cpd.session_part set starts_at = starts_at - interval '61 days', ends_at = ends_at - interval '61 days' where session_id in ('se-a', 'se-three');
select test.call_as(929, 'officer');
select throws_ok($$ select from cpd.record_attendance('se-a', null, null, null) $$, 'IM003', 'Nobody is marked.', 'somebody is marked');
select throws_ok($$ select from cpd.record_attendance('se-a', null, 'here', null) $$, 'IM003', '"here" is no mark.', 'as attended, part or absent');
select throws_ok($$ select from cpd.record_attendance('se-a', pg_temp.marks('Ann late'), null, null) $$, 'IM003', '"late" is no mark.', 'each');
select throws_ok($$ select from cpd.record_attendance('se-a', pg_temp.marks('Ann attended', 'Ann absent'), null, null) $$, 'IM003', null, 'once');
select throws_ok($$ select from cpd.record_attendance('se-a', pg_temp.marks('Eve attended'), null, null) $$, 'IM009', null, 'who has a place on it');
select throws_ok($$ select from cpd.record_attendance('se-a', pg_temp.marks('Ida attended'), null, null) $$, 'IM009', null, 'and does not wait');
select throws_ok($$ select from cpd.record_attendance('se-a', null, 'attended', 2) $$, 'IM003', 'The session has 1 date.', 'on a date that there is');
select throws_ok($$ select from cpd.record_attendance('se-three', null, 'attended', null) $$, 'IM003', 'The session has 3 dates.', 'that is told where there are several');
select throws_ok($$ select from cpd.record_attendance('se-three', null, 'attended', 2) $$, 'IM009', null, 'and has begun');
select throws_ok($$ select from cpd.record_attendance('se-none', null, 'attended', null) $$, 'IM005', null, 'of a session that is there');

-- A register, marked and marked again.
select is(pg_temp.owes(100001), 48000::bigint, 'four places are charged');
select results_eq($$ select delegate, mark, change, attended, gross_pence from cpd.record_attendance('se-a', pg_temp.marks('Bo absent', 'Cy part'), 'attended', null) $$,
  $$ values ('Ann', 'attended', 'marked', 'attended', null::bigint), ('Bo', 'absent', 'marked', 'absent', 12000), ('Cy', 'part', 'marked', 'part', null), ('Di', 'attended', 'marked', 'attended', null),
    ('Hal', 'attended', 'marked', 'attended', null) $$, 'CPD-9: marked, the others all at once');
select results_eq($$ select delegate, change from cpd.record_attendance('se-a', pg_temp.marks('Bo absent', 'Cy part'), null, null) $$, $$ values ('Bo', 'unchanged'), ('Cy', 'unchanged') $$,
  'the same again changes nothing');
select is_empty($$ select from cpd.record_attendance('se-a', null, 'absent', null) $$, 'and there are no others left');
select is((select count(*) from cpd.charge where cause = 'absence'), 1::bigint, 'nobody is charged twice');
select is(pg_temp.owes(100001), 48000::bigint, 'who stayed away pays in full: neither nothing nor twice');
select results_eq($$ select split_part(cause, '.', 2), gross_pence from money.charge where cause_ref in (pg_temp.id('Bo'), (select charge_id from cpd.charge where booking_id = pg_temp.id('Bo'))) order by 1, 2 $$,
  $$ values ('absence', 12000::bigint), ('booking', -12000), ('booking', 12000) $$, 'as a charge for absence in place of the price');
select is((select reasons -> 0 ->> 'text' from cpd.charge where booking_id = pg_temp.id('Bo')), 'Absent: 100% of the price, £100.00', 'with the reason');
reset role;
select is_empty('select from test.mischarged()', 'charges are right');
select test.call_as(929, 'finance');
select is_empty('select from money.check()', 'the books hold');
-- Put right, back, and waived.
select test.call_as(929, 'officer');
select results_eq($$ select change, attended from cpd.record_attendance('se-a', pg_temp.marks('Bo attended'), null, null) $$, $$ values ('corrected', 'attended') $$, 'put right');
select is(pg_temp.owes(100001), 48000::bigint, 'the absence is credited, and the price charged again');
select results_eq($$ select waive_reason from cpd.charge where booking_id = pg_temp.id('Bo') $$, array['corrected'], 'as what it was');
select from cpd.record_attendance('se-a', pg_temp.marks('Bo absent'), null, null);
select is(pg_temp.owes(100001), 48000::bigint, 'and once more');
select test.call_as(929, 'finance');
select from cpd.charge h, cpd.waive_cancellation_charge(h.charge_id, h.version, 'illness', null) w where h.booking_id = pg_temp.id('Bo') and h.waived_at is null;
select is(pg_temp.owes(100001), 36000::bigint, 'waived');
select test.call_as(929, 'officer');
select from cpd.record_attendance('se-a', pg_temp.marks('Bo part'), null, null);
select is(pg_temp.owes(100001), 48000::bigint, 'who came in part after all pays the price');
reset role;
select is_empty('select from test.mischarged()', 'charges are right');
select test.call_as(929, 'finance');
select is_empty('select from money.check()', 'the books hold');

-- Three dates, free: £50 for each that was missed, once all are marked.
select test.call_as(929, 'officer');
select from cpd.record_attendance('se-three', pg_temp.marks('Eve absent', 'Flo absent'), 'attended', 1);
select is_empty($$ select from cpd.charge c where c.booking_id in (pg_temp.id('Eve'), pg_temp.id('Flo')) $$, 'nothing is charged while dates are to come');
select is((select string_agg(coalesce(attended, '-'), ' ') from cpd.list_attendance('se-three')), '- - -', 'nor is it said who came');
reset role;
update cpd.session set starts_at = starts_at - interval '20 days', ends_at = ends_at - interval '20 days', booking_closes_at = booking_closes_at - interval '20 days' where session_id = 'se-three';
update cpd.session_part set starts_at = starts_at - interval '20 days', ends_at = ends_at - interval '20 days' where session_id = 'se-three';
select test.call_as(929, 'officer');
select from cpd.record_attendance('se-three', pg_temp.marks('Eve absent', 'Flo attended'), 'attended', 2);
select results_eq($$ select delegate, attended, gross_pence from cpd.record_attendance('se-three', pg_temp.marks('Eve absent', 'Flo part'), 'attended', 3) $$,
  $$ values ('Eve', 'absent', 18000::bigint), ('Flo', 'part', 6000), ('Gus', 'attended', null) $$, 'three missed, one missed, none');
select results_eq($$ select delegate, marks::text, attended from cpd.list_attendance('se-three') $$,
  $$ values ('Eve', '["absent", "absent", "absent"]', 'absent'), ('Flo', '["absent", "attended", "part"]', 'part'), ('Gus', '["attended", "attended", "attended"]', 'attended') $$, 'the register');
select is(pg_temp.owes(100002), 36000::bigint, 'with the paid place of Hal');
select from cpd.record_attendance('se-three', pg_temp.marks('Eve attended'), null, 2);
select is(pg_temp.owes(100002), 30000::bigint, 'two missed');
select from cpd.record_attendance('se-three', pg_temp.marks('Flo attended'), null, 1);
select is(pg_temp.owes(100002), 24000::bigint, 'and none: each mark brings the charge along');
reset role;
select is_empty('select from test.mischarged()', 'charges are right');
select test.call_as(929, 'finance');
select is_empty('select from money.check()', 'the books hold');

-- Terms that say nothing of absence leave the price.
select test.call_as(929, 'la_admin');
select from cpd.terms t, cpd.revise_cancellation_terms(t.terms_id, 1, '[{"place_kind":"paid","percent":100}]', null, null, null, null);
reset role;
select test.session(929, 'se-quiet', 5, 5000);
select test.call_as(929, 'officer');
select from cpd.book_places('se-quiet', 100002, test.people('Jo'), null, null);
reset role;
update cpd.session set starts_at = now() - interval '3 hours', ends_at = now() - interval '1 hour', booking_closes_at = now() - interval '4 hours' where session_id = 'se-quiet';
update cpd.session_part set starts_at = now() - interval '3 hours', ends_at = now() - interval '1 hour' where session_id = 'se-quiet';
select test.call_as(929, 'officer');
select results_eq($$ select attended, charge_id from cpd.record_attendance('se-quiet', null, 'absent', null) $$, $$ values ('absent', null::text) $$, 'no charge');
select is(pg_temp.owes(100002), 30000::bigint, 'the place stays charged');

-- Who stayed away has not been on the course, and nobody is put in the place of who came.
select is(cpd.has_attended('co-se-quiet', 100002, 'jo', now()), false, 'absent is not attended');
select is(cpd.has_attended('co-se-a', 100001, 'cy', now()), true, 'part is');
select throws_ok($$ select from cpd.substitute_booking(pg_temp.id('Jo'), 2, 'Kay', null, null) $$, 'IM009', null, 'it is over') ;
select test.call_as(929, 'booker', array[100001]);
select results_eq($$ select delegate from cpd.list_attendance('se-a') $$, array['Ann', 'Bo', 'Cy', 'Di'], 'a school sees its own on the register');
select test.call_as(926, 'officer');
select throws_ok($$ select from cpd.list_attendance('se-a') $$, 'IM005', null, 'another authority has no such session');

-- Certificates.
select test.call_as(929, 'officer');
select throws_ok($$ select from cpd.issue_certificates('se-late') $$, 'IM009', null, 'none before it is over');
select throws_ok($$ select from cpd.issue_certificates('se-none') $$, 'IM005', null, 'nor of what there is not');
select pg_temp.told();
select results_eq($$ select delegate, outcome, certificate_id is not null from cpd.issue_certificates('se-a') $$,
  $$ values ('Ann', 'issued', true), ('Bo', 'lacks attendance', false), ('Cy', 'lacks attendance', false), ('Di', 'issued', true), ('Hal', 'issued', true) $$, 'CPD-9: who came to all of it has a certificate');
select is(pg_temp.told(), 'Ann certificate', 'and is told');
create temporary table had as select delegate, certificate_id from cpd.issue_certificates('se-a') where outcome = 'had';
grant select on had to public;
select is((select count(*) from had), 3::bigint, 'once');
select is(pg_temp.told(), null, 'and told once');
select results_eq($$ select delegate, school, course, provider = issued_by, dates, minutes, issued_on = base.today(), withdrawn_on from cpd.get_certificate((select certificate_id from had where delegate = 'Ann')) $$,
  format($$ values ('Ann', 'Primary School 100001', 'Course se-a', true, '["%s"]'::jsonb, 180, true, null::date) $$, ((now() - interval '1 day') at time zone 'Europe/London')::date), 'what stands on it');
select throws_ok($$ select from cpd.get_certificate('ce-none') $$, 'IM005', null, 'another number is none');
select test.call_as(929, 'booker', array[100001]);
select is((select delegate from cpd.get_certificate((select certificate_id from had where delegate = 'Di'))), 'Di', 'a school sees its own');
select throws_ok($$ select from cpd.get_certificate((select certificate_id from had where delegate = 'Hal')) $$, 'IM005', null, 'and no other');
select test.call_as(929, 'officer');
select from cpd.record_attendance('se-a', pg_temp.marks('Di part'), null, null);
select isnt((select withdrawn_on from cpd.get_certificate((select certificate_id from had where delegate = 'Di'))), null, 'whose mark is put right has none any more');
select from cpd.record_attendance('se-a', pg_temp.marks('Di attended'), null, null);
select is((select count(*) from cpd.issue_certificates('se-a') where outcome = 'issued'), 1::bigint, 'and another when it is put right again');
select isnt((select certificate_id from cpd.list_attendance('se-a') where delegate = 'Di'), (select certificate_id from had where delegate = 'Di'), 'with another number');

-- Evaluation.
select throws_ok($$ select from cpd.record_evaluation(pg_temp.id('Ann'), 'later', 3, null, null) $$, 'IM003', null, 'of three stages');
select throws_ok($$ select from cpd.record_evaluation(pg_temp.id('Ann'), 'before', 3, null, null) $$, 'IM009', null, 'before, only before');
select throws_ok($$ select from cpd.record_evaluation(pg_temp.id('Ida'), 'before', 3, null, null) $$, 'IM009', null, 'by who has a place');
select throws_ok($$ select from cpd.record_evaluation(pg_temp.id('Jo'), 'day', 3, 3, null) $$, 'IM009', 'The delegate did not come.', 'and came');
select throws_ok($$ select from cpd.record_evaluation(pg_temp.id('Ann'), 'day', 6, 3, null) $$, '23514', null, 'out of five');
select throws_ok($$ select from cpd.record_evaluation(pg_temp.id('Ann'), 'day', null, 3, null) $$, 'IM003', null, 'with confidence');
select throws_ok($$ select from cpd.record_evaluation(pg_temp.id('Ann'), 'day', 3, null, null) $$, 'IM003', null, 'and a rating');
select test.call_as(929, 'booker', array[100001]);
select results_eq($$ select stage, change, certificate_id from cpd.record_evaluation(pg_temp.id('Ann'), 'Day', 4, 5, ' Good ') $$, $$ values ('day', 'recorded', null::text) $$, 'on the day');
select results_eq($$ select change from cpd.record_evaluation(pg_temp.id('Ann'), 'day', 4, 4, 'Good enough') $$, array['changed'], 'thought again');
select results_eq($$ select change from cpd.record_evaluation(pg_temp.id('Ann'), 'impact', 5, 4, null) $$, array['recorded'], 'and its impact');
select throws_ok($$ select from cpd.record_evaluation(pg_temp.id('Hal'), 'day', 3, 3, null) $$, 'IM005', null, 'not of another school');
select results_eq($$ select stage, confidence, rating, comment from cpd.list_evaluations('se-a', null, null, null) $$,
  $$ values ('before', 2, null::integer, null::text), ('day', 4, 4, 'Good enough'), ('impact', 5, 4, null) $$, 'three stages, each as it was last said');
-- A certificate that waits for it.
select test.call_as(929, 'officer');
select throws_ok($$ select from cpd.set_certificate_rule('co-se-three', 2, 'evaluation') $$, 'IM010', null, 'a stale version');
select throws_ok($$ select from cpd.set_certificate_rule('co-se-three', 1, 'payment') $$, '23514', null, 'after attendance or evaluation');
select results_eq($$ select certificate_after, version from cpd.set_certificate_rule('co-se-three', 1, 'evaluation') $$, $$ values ('evaluation', 2) $$, 'after the evaluation');
select results_eq($$ select delegate, outcome from cpd.issue_certificates('se-three') where outcome <> 'lacks attendance' $$, $$ values ('Gus', 'lacks evaluation') $$, 'no certificate without it');
select test.call_as(929, 'booker', array[100002]);
select results_eq($$ select change, certificate_id is not null from cpd.record_evaluation(pg_temp.id('Gus'), 'day', 4, 5, null) $$, $$ values ('recorded', true) $$, 'with it, at once');
select results_eq($$ select certificate_id from cpd.record_evaluation(pg_temp.id('Gus'), 'day', 4, 4, null) $$, array[null::text], 'once');
select results_eq($$ select jsonb_array_length(dates), minutes from cpd.get_certificate((select certificate_id from cpd.list_attendance('se-three') where delegate = 'Gus')) $$, $$ values (3, 540) $$, 'three dates, nine hours');
select test.call_as(929, 'officer');
select ok(not has_function_privilege('persona_booker', to_regproc('cpd.record_attendance'), 'execute') and not has_function_privilege('persona_booker', to_regproc('cpd.issue_certificates'), 'execute'), 'schools mark nobody');
select throws_ok($$ insert into cpd.attendance (authority_id, booking_id, nth, mark, marked_by) values (929, pg_temp.id('Ida'), 1, 'attended', auth.person_id()) $$, '42501', null, 'whichever way');
select test.call_as(926, 'officer');
select is_empty('select authority_id from cpd.attendance union all select authority_id from cpd.certificate union all select authority_id from cpd.evaluation', 'another authority sees nothing of it');
select * from finish();
rollback;
