-- Reports on visits and notes: visits-owed, delivered-against-entitled, notes-late, qa-sample, visit-themes; each with its base.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
\ir ../support/sql/notes.sql
select plan(27);
select test.schools(929, 100001, 3, 'Primary'), test.schools(929, 100011, 1, 'Secondary'), test.schools(929, 100021, 2, 'Primary', 'Academy converter');
select test.partner(929, 'pt-jo', test.person('partner', 929)), test.partner(929, 'pt-sam'), test.terms(929, test.next_year());
create function test.kit(p_partner text, p_urn integer, p_day integer, p_fee bigint) returns text language sql as $$
  select v.visit_id from visits.add_visit(p_urn, p_partner, (make_date(test.next_year(), 10, p_day) + time '09:30') at time zone 'Europe/London', null, 'kit', null, null, null, null, null, null, p_fee) v
$$;
grant execute on function test.kit to public;
select test.call_as(926, 'officer');
select test.call_as(929, 'officer');
select * from visits.add_support_package(100003, '2020-01-01', null, 'Red');

-- Keeping in touch.
create temporary table kits as select test.kit('pt-jo', 100001, 5, 25000) as visit_id union all select test.kit('pt-jo', 100011, 6, 25000);
select test.as_owner();
update visits.visit set status = 'confirmed'; update visits.visit set status = 'done', done_at = now(), note_due_on = base.today() where school_urn = 100001;
select test.call_as(929, 'reporter');
select results_eq($$ select academic_year, phase_group, base, done, planned, owed, autumn, autumn_done, late, percent from reports.visits_owed(make_date(test.next_year() + 1, 2, 1), null) $$,
  format($$ values (%L, 'Primary', 2, 1, 0, 1, 2, 1, 1, 50.0), (%1$L, 'Secondary', 1, 0, 1, 0, 1, 0, 1, 0.0), (%1$L, 'Total', 3, 1, 1, 1, 3, 1, 2, 33.3) $$,
    test.next_year() || '/' || lpad(((test.next_year() + 1) % 100)::text, 2, '0')), 'of the three that are owed one: done, planned and owed, late in February; academies and the support package are out');
select results_eq($$ select base, done, late from reports.visits_owed(null, test.next_year()) where phase_group = 'Total' $$, $$ values (3, 0, 0) $$, 'of a year to come, as it will begin');
select test.call_as(926, 'officer');
select results_eq($$ select phase_group, base from reports.visits_owed(null, null) $$, $$ values ('Total', 0) $$, 'another authority has none');

-- Delivered against entitled: what became of every half-day.
select test.call_as(929, 'officer');
select * from visits.grant_entitlement(100001, 'sla', 8, test.day(-200), test.day(200), null, null);
select * from visits.grant_entitlement(100002, 'offer', 3, test.day(-200), test.day(200), null, null);
create temporary table v (what text, visit_id text);
insert into v select 'done', test.visit('pt-sam', 100001, test.at(-5), 'core', 'sla', 2) union all select 'planned', test.visit('pt-sam', 100001, test.at(5), 'core', 'sla', 1)
  union all select 'kept', test.visit('pt-sam', 100001, test.at(-4), 'core', 'sla', 1) union all select 'back', test.visit('pt-sam', 100001, test.at(6), 'core', 'sla', 2);
select c.* from v, visits.confirm_visit(v.visit_id, 1) c where what = 'done';
select c.* from v, visits.complete_visit(v.visit_id, 2) c where what = 'done';
select c.* from v, visits.cancel_visit(v.visit_id, 1, 'x', 'school') c where what in ('kept', 'back');
select results_eq($$ select school_urn, source, entitled, delivered, planned, kept, half_days_left, percent from reports.delivered_against_entitled(null, null) $$,
  $$ values (100001, 'sla', 8, 2, 1, 1, 4, 25.0), (100002, 'offer', 3, 0, 0, 0, 3, 0.0), (null, 'Total', 11, 2, 1, 1, 7, 18.2) $$, 'delivered, planned, kept, given back and left');
select is_empty($$ select * from reports.delivered_against_entitled(null, null) where entitled <> delivered + planned + kept + half_days_left $$, 'nothing is lost between them');
select is((select sum(half_days_left) filter (where source <> 'Total') from reports.delivered_against_entitled(null, null)), (select sum(left_half_days) from visits.entitlement), 'and what is left is what may be drawn');
select results_eq($$ select source from reports.delivered_against_entitled(null, 'OFFER') $$, $$ values ('offer'), ('Total') $$, 'by source');
select is_empty($$ select * from reports.delivered_against_entitled(test.day(201), null) $$, 'none when none runs');
select throws_ok($$ select * from reports.delivered_against_entitled(null, 'lottery') $$, 'IM003', null, 'a source of the list');
select results_eq($$ select entitled, delivered from reports.delivered_against_entitled(base.today() - 1, 'offer') where source = 'offer' $$, $$ values (0, 0) $$, 'yesterday it was not granted yet');

-- Notes.
select n.* from (values ('attendance', 'Attendance'), ('reading', 'Reading'), ('covid', 'Covid')) x (c, l), notes.add_theme(x.c, x.l) n;
select test.template();
select * from notes.retire_theme('covid', 1);
select test.as_owner();
update visits.visit set status = 'cancelled', cancelled_at = now(), cancelled_for = 'authority', cancel_reason = 'x' where status in ('planned', 'confirmed');
alter table visits.visit disable trigger status_moves;
delete from visits.entitlement_entry where set_config('app.method', '', true) = '';
delete from visits.visit;
alter table visits.visit enable trigger status_moves;
select test.done(929, 'vi-1', 'pt-jo', 100001, 3), test.done(929, 'vi-2', 'pt-jo', 100002, 30, 2), test.done(929, 'vi-3', 'pt-jo', 100011, 31, 2), test.done(929, 'vi-4', 'pt-sam', 100001, 3);
select test.call_as(929, 'partner');
select w.version from notes.write_note('vi-1', test.answers(), '["reading"]', 'light', null, null, null) w;
select w.version from notes.write_note('vi-2', test.answers(), '["attendance"]', 'light', null, null, null) w;
select w.version from notes.write_note('vi-2', test.answers('Corrected'), '["reading","attendance"]', 'light', null, 1, null) w;
select test.call_as(929, 'finance');
select results_eq($$ select partner, base, on_time, came_late, late, not_due, longest_working_days = calendar.count_working_days(calendar.add_working_days(test.day(-31), 2), base.today()), percent
    from reports.notes_late(null, base.today() - 100) $$,
  $$ values ('pt-jo', 3, 1, 1, 1, 0, true, 33.3), ('pt-sam', 1, 0, 0, 0, 1, null, null), ('Total', 4, 1, 1, 1, 1, true, 33.3) $$, 'on time, come late, late still, not due yet');
select results_eq($$ select partner, base, late, not_due from reports.notes_late(test.day(-30), base.today() - 100) $$, $$ values ('pt-jo', 2, 0, 2), ('Total', 2, 0, 2) $$, 'as it stood then');
select is_empty($$ select * from reports.notes_late(null, base.today() + 1) $$, 'no visit, no line');
select results_eq($$ select theme, notes, base, percent from reports.visit_themes(base.today() - 100, base.today(), null) $$,
  $$ values ('reading', 2, 2, 100.0), ('attendance', 1, 2, 50.0) $$, 'themes by the latest versions, each note once, with its base; a retired theme that nobody chose is not listed');
select results_eq($$ select theme, notes, base from reports.visit_themes(base.today() - 10, base.today(), 'primary') $$, $$ values ('reading', 1, 1), ('attendance', 0, 1) $$, 'of a period and a phase group');
select results_eq($$ select notes, base, percent from reports.visit_themes(base.today() - 10, base.today(), 'Secondary') where theme = 'reading' $$, $$ values (0, 0, null::numeric) $$, 'no base, no percentage');
select throws_ok($$ select * from reports.visit_themes(base.today(), base.today() - 1, null) $$, 'IM003', null, 'a period not backwards');
select test.call_as(929, 'officer');
select r.* from notes.rate_note('vi-1', 'met', null, null) r;
select results_eq($$ select partner, phase_group, base, drawn, rated, met, partly_met, not_met, percent from reports.qa_sample(1000, '7', base.today() - 100, base.today(), null) $$,
  $$ values ('pt-jo', 'Primary', 2, 2, 1, 1, 0, 0, 50.0), ('Total', null, 2, 2, 1, 1, 0, 0, 50.0) $$, 'the sample with what raters made of it');
select is_empty($$ select * from reports.qa_sample(5, '7', base.today() + 1, base.today() + 2, null) $$, 'none without notes');
select throws_ok($$ select * from reports.qa_sample(null, '7', null, null, null) $$, 'IM003', null, 'a size');

select test.call_as(926, 'officer');
select is_empty($$ select * from reports.notes_late(null, '2020-01-01') $$, 'another authority has its own notes');
select is_empty($$ select * from reports.visit_themes(null, null, null) $$, 'its own themes');
select is_empty($$ select * from reports.qa_sample(5, '7', '2020-01-01', base.today(), null) $$, 'its own sample');
select is_empty($$ select * from reports.delivered_against_entitled(null, null) $$, 'its own entitlements');
select ok(not has_function_privilege('persona_partner', to_regproc('reports.' || r), 'execute') and not has_function_privilege('persona_booker', to_regproc('reports.' || r), 'execute'),
  'neither partners nor schools report: ' || r)
from unnest(array['visits_owed', 'notes_late', 'visit_themes']) r;
select * from finish();
rollback;
