-- Defects of neighbouring systems that must not be possible here: each case names the defect and where it was seen (MSI: Manage School Improvement,
-- RECT: register early career teachers, RCC: record concerns, F2F: Moodle Face-to-face, pretix, indico). Several are tried at length elsewhere; here
-- each is short and sharp. What only shows when two do it at once is raced in tests/rpc: places_test, partners_test, exactly_once_test.
-- Not here, for the parts are not built; the rule that each belongs to must refuse it:
--   REP-2   a published percentage kept without its base (S4: 95 % of maintained primaries)
begin;
\ir ../support/sql/imports.sql
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
\ir ../support/sql/notes.sql
\ir ../support/sql/cpd.sql
set local timezone = 'Europe/London';
set local client_min_messages = warning;
select plan(71);
select test.schools(929, 100001, 6, 'Primary'), test.schools(926, 200001, 1, 'Primary');
select test.partner(929, 'pt-jo', test.person('partner', 929)), test.partner(929, 'pt-al', test.person('al')), test.partner(929, 'pt-sam'),
  test.partner(926, 'pt-jo', test.person('partner', 929));
create temporary table made (word text primary key, ref text);
grant all on made to public;
create function test.ref(p_word text) returns text language sql as $$ select ref from made where word = p_word $$;
-- What a call says: its reason, or its SQLSTATE.
create function test.said(p_sql text) returns text language plpgsql as $$
declare
  v_detail text;
begin
  execute p_sql;
  return 'ok';
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail;
  return case when v_detail like '{%' then v_detail::jsonb ->> 'reason' else sqlstate end;
end $$;
grant execute on all functions in schema test to public;
select test.call_as(929, p) from unnest(array['la_admin', 'partner', 'reporter', 'finance']) p;
select test.call_as(929, 'booker', array[100001, 100002]), test.call_as(926, 'officer');
select test.call_as(929, 'la_admin');
select * from partners.set_assignment_role('sip', 'sip', 'AEA', null);
select test.call_as(929, 'officer');
insert into made select 'accredited', accreditation_id from partners.add_accreditation('pt-jo', 'AEA', 'A-1', test.day(-300), test.day(300));
insert into made select 'assigned', assignment_id from partners.assign_partner(100001, 'pt-jo', 6, 'sip', test.day(-200), test.day(200));
insert into made select 'entitled', entitlement_id from visits.grant_entitlement(100001, 'sla', 2, test.day(-200), test.day(200), null, null);
select test.template() from (select n.* from (values ('attendance'), ('reading')) c (code), notes.add_theme(c.code, initcap(c.code)) n) t having count(*) > 0;

-- Overlapping periods let in by an import (RECT: one-day induction periods; overlap is checked in the application, and no table excludes it).
select * from partners.set_partner_rate('sip', 'in_person', 25000, null, test.day(-200), null);
select * from visits.add_support_package(100003, test.day(-200), test.day(-100), null);
select * from calendar.add_closure('Office move', test.day(100), test.day(101));
insert into made select 'visit', test.visit('pt-jo', 100001, test.at(-3));
select test.as_owner();
select test.subscription(929, 100002, 6, test.day(-200), test.day(200)), test.session(929, 'se-f', 2, 4500);
-- The row that is there, once more, from its last day on: what an archive or an import would put in.
create function test.again(p_table text) returns text language plpgsql as $$
declare
  v_row jsonb;
begin
  execute format('select to_jsonb(t) from %s t where authority_id = 929 limit 1', p_table::regclass) into v_row;
  v_row := v_row || coalesce((select jsonb_object_agg(a.attname, 'again') from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
    where i.indrelid = p_table::regclass and i.indisprimary and a.attname <> 'authority_id'), '{}');
  v_row := v_row || case when v_row ->> 'ends_on' is not null then jsonb_build_object('starts_on', v_row -> 'ends_on') else '{}' end;
  return test.said(format('select privacy.archive_insert(929, %L)', jsonb_build_array(jsonb_build_object('table', p_table, 'row', v_row))));
end $$;
select is(test.again(t), '23P01', 'RECT: no import lets in a period that shares one day with another: ' || t)
from unnest(array['partners.accreditation', 'partners.assignment', 'partners.kind_held', 'partners.rate', 'visits.support_package', 'calendar.closure',
  'sla.subscription', 'visits.visit']) t;
select results_eq($$ select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
    where n.nspowner = 'improve_owner'::regrole and c.relkind = 'r' and a.attname in ('starts_on', 'ends_on', 'valid_from', 'valid_to', 'starts_at', 'ends_at', 'joined_on', 'left_on')
      and not exists (select from pg_constraint x where x.conrelid = c.oid and x.contype = 'x')
    group by c.oid having count(*) > 1 order by 1 $$,
  $$ values ('auth.invitation'), ('consultancy.agreement'), ('cpd.discount_code'), ('cpd.session'), ('offers.scheme'), ('partners.conflict'), ('register.group_membership'), ('register.inspection'), ('sla.allowance'), ('visits.entitlement') $$,
  'RECT: every table of periods excludes overlaps itself, but for things of which a school, person or authority may have several at once');

-- A duplicate by double submit (MSI 263839: the same school added several times; guarded only in the page).
select test.as_owner();
create temporary table file as select E'URN;LA (code);LA (name);EstablishmentNumber;EstablishmentName;EstablishmentStatus (name)\n900100;929;Authority 929;2001;Elm Primary;Open' as f;
grant select on file to public;
select test.call_as(0, 'operator');
select is(test.counts(test.import('SCHOOLS', f)), 'rows 1, added 1, changed 0, unchanged 0, closed 0, moved 0, rejected 0', 'MSI: a school is added once') from file;
select is(test.counts(test.import('SCHOOLS', f)), 'rows 1, added 0, changed 0, unchanged 1, closed 0, moved 0, rejected 0', 'MSI: submitted again it is not there twice') from file;
select test.as_owner();
select throws_ok($$ insert into register.establishment (urn, school_id) values (100001, 100001) $$, '23505', null, 'MSI: nor past the page');
select test.call_as(929, 'officer');
select is(test.said(s), r, 'MSI: submitted twice: ' || w) from (values
  ('a visit', $$ select test.visit('pt-jo', 100001, test.at(-3)) $$, 'PARTNER_BUSY'),
  ('an assignment', $$ select * from partners.assign_partner(100001, 'pt-jo', 6, 'sip', test.day(-200), test.day(200)) $$, 'ASSIGNMENT_OVERLAPS'),
  ('an accreditation', $$ select * from partners.add_accreditation('pt-jo', 'AEA', 'A-1', test.day(-300), test.day(300)) $$, '23P01'),
  ('half-days of a subscription', $$ select g.* from generate_series(1, 2) n, visits.grant_entitlement(100002, 'sla', null, null, null, 'su-100002', n::text) g $$, '23505'),
  ('a theme', $$ select * from notes.add_theme('Reading', 'Reading') $$, 'THEME_EXISTS')) x (w, s, r);
select test.call_as(929, 'la_admin');
select is(test.said($$ select * from partners.add_partner('Jo', '["sip"]', 40, test.person('partner', 929), null, null, null, null, null) $$), '23505', 'MSI: submitted twice: a partner');
select test.call_as(929, 'officer');

-- Rights enforced only by hiding the link (MSI notes: only the author may edit, says the page; the handler checks nothing, and overwrites the text).
select c.status from visits.confirm_visit(test.ref('visit'), 1) c;
select c.status from visits.complete_visit(test.ref('visit'), 2) c;
select test.call_as(929, 'partner');
select is((select w.version from notes.write_note(test.ref('visit'), test.answers('As I wrote it.'), null, 'light', null, null, null) w), 1, 'the author writes');
select test.call_as(929, 'officer');
select is(test.said($$ select * from notes.write_note(test.ref('visit'), test.answers('Mine now.'), null, 'light', null, 1, null) $$), 'NOT_YOUR_NOTE', 'MSI: an officer who makes the call may not edit a partner''s note');
select is(test.said($$ select * from notes.write_note(test.ref('visit'), '[{"prompt":"wish","text":"Ours"}]', null, null, 'school', null, null) $$), 'NOT_YOUR_NOTE', 'MSI: nor write for the school');
select is(test.said($$ update notes.part set answers = '[]' $$), '42501', 'MSI: nor, as the server, change what was written');
select is(test.said($$ insert into notes.part (authority_id, visit_id, part, number, answers, themes, written_by)
  values (929, test.ref('visit'), 'partner', 2, '[]', '{}', test.person('officer', 929)) $$), '42501', 'MSI: nor add to it past the call');
select test.call_as(929, 'booker', array[100001]);
select is(test.said($$ select * from notes.write_note(test.ref('visit'), test.answers(), null, 'light', 'partner', 1, null) $$), 'NOT_YOUR_NOTE', 'MSI: nor the school for the partner');
select test.as_owner();
select test.call_as(929, 'partner');
select set_config('app.person_id', test.person('al')::text, true);
select is(test.said($$ select * from notes.write_note(test.ref('visit'), test.answers(), null, 'light', null, 1, null) $$), 'NOT_FOUND', 'MSI: and to another partner it is not there');
select test.call_as(929, 'partner');
select is((select w.version from notes.write_note(test.ref('visit'), test.answers('Corrected.'), null, 'light', null, 1, null) w), 2, 'the author corrects');
select is((select p.answers #>> '{0,text}' from notes.part p where p.number = 1), 'As I wrote it.', 'MSI: and the old text is kept');
select is_empty($$ select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace, unnest(array['persona_reporter', 'persona_finance']) r
  where n.nspname in ('partners', 'visits', 'notes') and p.provolatile = 'v' and has_function_privilege(r, p.oid, 'execute') $$, 'MSI: one role for all: who only reads may make no call that writes');
select test.call_as(926, 'officer');
select is_empty($$ select v.visit_id from visits.list_visits(null, null, null, null, null, null, true, null, null) v union all
  select a.assignment_id from partners.list_assignments(null, null, null, true, null, null, null) a union all
  select p.partner_id from partners.partner p where p.authority_id = 929 $$, 'MSI: the authority is no filter of a list: another''s rows are not there');

-- A gate that stays open when its cause is withdrawn (MSI AdviserCanBeSet: computed in three pages, and never withdrawn once true).
select test.call_as(929, 'officer');
insert into made select 'ahead', test.visit('pt-jo', 100001, test.at(20));
select is((select w.sent_back #>> '{0,visits_ahead}' from partners.withdraw_accreditation(test.ref('accredited'), 1, 'Struck off', test.day(5)) w), '1',
  'MSI: withdrawn, it sends the assignment back, and tells the visits that it leaves');
select is((select array_agg(a.status || ' ' || (a.ends_on < test.day(5)) order by a.starts_on) from partners.assignment a), array['live true', 'proposed false'],
  'MSI: live to the day before, proposed from then on');
select is(test.said($$ select * from visits.confirm_visit(test.ref('ahead'), 1) $$), 'ASSIGNMENT_NOT_LIVE', 'MSI: what hangs on the gate is refused too');
select is(test.said($$ select c.* from partners.assignment a, partners.check_assignment(a.assignment_id, a.version, null, null) c where a.status = 'proposed' $$), 'CONFLICT_CHECK_FAILED',
  'MSI: it cannot be passed again');
insert into made select 'again', accreditation_id from partners.add_accreditation('pt-jo', 'AEA', 'A-2', test.day(5), test.day(300));
select is((select count(*)::integer from partners.assignment a where a.status = 'proposed'), 1, 'MSI: nor does it open by itself when the cause is back');
select is(test.said($$ select c.* from partners.assignment a, partners.check_assignment(a.assignment_id, a.version, null, null) c where a.status = 'proposed' $$), 'ok', 'but by a check');
-- The adviser is one current value (MSI): no dates, no capacity, nothing asked on the day.
select is(test.said($$ select * from partners.assign_partner(100002, 'pt-al', 6, 'sip', test.day(0), null) $$), 'CONFLICT_CHECK_FAILED', 'MSI: nobody is assigned who does not hold what the role asks on every day');
select is(test.said($$ select * from partners.assign_partner(100002, 'pt-jo', 95, 'maths', test.day(0), null) $$), 'CAPACITY_EXCEEDED', 'MSI: nor beyond the days they have');

-- A related-record test that forgets one kind (RCC DeleteConcernsCase omits targeted engagements).
select is(test.said(format($$ select d.* from partners.declare_conflict('pt-sam', %L, 100004, null, null, null, null) d;
    select * from partners.assign_partner(100004, 'pt-sam', 2, 'other', test.day(0), null) $$, k)), 'CONFLICT_CHECK_FAILED', 'RCC: every kind of conflict counts: ' || k)
from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([a-z_]+)''', 'g') m, unnest(m) k where c.conname = 'conflict_kind_known';
select test.as_owner();
select is_empty($$ select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attname = 'authority_id' and a.attnotnull
  where n.nspowner = 'improve_owner'::regrole and c.relkind = 'r' and obj_description(c.oid) !~ '^Shared register' and c.oid::regclass::text not in (select t.table_name from privacy.archive_tables() t)
    and not exists (select from pg_constraint f where f.conrelid = c.oid and f.contype = 'f' and f.confdeltype = 'c') $$, 'RCC: what goes with an authority is listed from the catalogue: no kind of row is forgotten');

-- A band whose label drifted from its value (MSI UpTo120000, which displays "Up to £100,000").
create temporary view worded as
select c.conname, pg_get_constraintdef(c.oid) as def, obj_description(c.oid, 'pg_constraint')::jsonb ->> 'accepted' as accepted
from pg_constraint c where c.contype = 'c' and obj_description(c.oid, 'pg_constraint') like '{%';
select results_eq($$ select c.conname, count(*) > 10 from worded c cross join lateral (select array(select m[1] from regexp_matches(c.def, '''([a-z_]+)''::text', 'g') m) as words) w
  where c.def like '%= ANY (ARRAY[%' group by rollup (c.conname) having grouping(c.conname) = 1 or bool_or(w.words <> regexp_split_to_array(split_part(c.accepted, ';', 1), ', | or ')) $$,
  $$ values (null::name, true) $$, 'MSI: what a refusal lists is what the table takes, nothing else and nothing less');
select results_eq($$ select c.conname, count(*) > 30 from worded c cross join lateral (select array(select m[1] from regexp_matches(c.def, '[<>]= \(?([0-9]+)', 'g') m) as bounds) n
  where c.accepted ~ '^[0-9]+ to [0-9]+' and cardinality(n.bounds) = 2 group by rollup (c.conname)
  having grouping(c.conname) = 1 or bool_or(n.bounds <> regexp_match(c.accepted, '^([0-9]+) to ([0-9]+)')) $$, $$ values (null::name, true) $$, 'MSI: and its bounds are the table''s');

-- A percentage without its base (Northumberland's Ofsted series, Sefton's 95 %).
select is_empty($$ select p.oid::regproc from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname in ('reports', 'notes') and p.proargnames && array['percent', 'percent_good_or_outstanding'] and not p.proargnames && array['base', 'capacity', 'entitled'] $$, 'C-6: whatever answers with a share answers with its base');
select results_eq($$ select reports.percent(0, 0), reports.percent(115, 166) $$, $$ values (null::numeric, 69.3) $$, 'C-6: of nothing there is no share');

-- A place stuck after redeem-then-cancel (pretix#1163).
select test.call_as(929, 'officer');
insert into made select 'taken', test.visit('pt-jo', 100001, test.at(30), 'kit', 'sla', 2);
select is(test.said($$ select test.visit('pt-jo', 100001, test.at(31), 'core', 'sla') $$), 'ENTITLEMENT_EXHAUSTED', 'the half-days are taken');
select test.call_as(929, 'booker', array[100001]);
select is((select c.half_days_given_back from visits.cancel_visit(test.ref('taken'), 1, 'Snow', null) c), 2, 'cancelled');
select test.call_as(926, 'officer');
select lives_ok($$ insert into made select 'theirs', test.visit('pt-jo', 200001, test.at(30)) $$, 'pretix: the partner''s time is free, for another authority too');
select c.status from visits.cancel_visit(test.ref('theirs'), 1, 'Fog', null) c;
select test.call_as(929, 'officer');
select lives_ok($$ select test.visit('pt-jo', 100001, test.at(30), 'kit', 'sla', 2) $$, 'pretix: time, half-days and the year''s visit to keep in touch can be had again');

-- Check, then insert (indico display.py, F2F signup.php, eventyay#1359), and a check of start times alone (pretix memberships): the table refuses, whoever asks.
select is(test.said($$ select test.visit('pt-jo', 100002, test.at(30, '10:30')) $$), 'PARTNER_BUSY', 'pretix: two visits that begin at different times overlap nevertheless');
select test.as_owner();
select is(test.said(s), r, 'indico: past every check: ' || w) from (values
  ('a second visit at a time', $$ insert into visits.visit (authority_id, visit_id, school_urn, partner_id, purpose, mode, starts_at, ends_at, half_days, funding, notice_days, planned_by)
    values (929, 'vi-x', 100002, 'pt-jo', 'core', 'in_person', test.at(30, '10:30'), test.at(30, '11:30'), 1, 'core', 0, test.person('officer', 929)) $$, '23P01'),
  ('for another authority', $$ insert into visits.visit (authority_id, visit_id, school_urn, partner_id, purpose, mode, starts_at, ends_at, half_days, funding, notice_days, planned_by)
    values (926, 'vi-x', 200001, 'pt-jo', 'core', 'in_person', test.at(30, '10:30'), test.at(30, '11:30'), 1, 'core', 0, test.person('officer', 926)) $$, 'BUSY'),
  ('half-days below zero', $$ update visits.entitlement set left_half_days = -1 $$, '23514'),
  ('an oversold session', $$ update cpd.session set confirmed_count = capacity + 1 $$, '23514')) x (w, s, r);

-- One status for many (F2F signup.php computes it once, before the loop), and any text as a code (F2F facetoface_cost).
select test.call_as(929, 'booker', array[100001, 100002]);
select results_eq($$ select b.status from cpd.book_places('se-f', 100002, test.people('Ann', 'Bo', 'Cy'), null, null) b $$, array['confirmed', 'confirmed', 'waiting'], 'F2F: each delegate has a status of their own');
select is(test.said($$ select * from cpd.book_places('se-f', 100001, test.people('Di'), 'anything', null) $$), 'CODE_UNKNOWN', 'F2F: not any text is a code');
select test.call_as(929, 'officer');
select is(test.said($$ select test.visit('pt-jo', 100001, test.at(40), 'core', 'magic') $$), 'NO_ENTITLEMENT', 'F2F: no word in a field pays for a visit');
select is(test.said(format($$ select * from visits.add_visit(100001, 'pt-jo', %L, null, 'core', null, null, null, 1, 'sla', 'WELCOME10', null) $$, test.at(40))), 'NO_ENTITLEMENT', 'F2F: nor does any reference');

-- A state that was never implemented (F2F status 20, "session cancelled"), and an old value that the audit does not keep (RCC).
select test.as_owner();
select is_empty($$ select w from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([a-z_]+)''::text', 'g') m, unnest(m) w
  where c.conname = 'visit_status_check' and w <> 'planned' and w not in (select t.to_status from visits.transition t) $$, 'F2F: every state of a visit is one that a call brings it to');
select is_empty($$ select w from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([a-z_]+)''::text', 'g') m, unnest(m) w
  where c.conname = 'booking_status_check' and w not in (select t.to_status from cpd.transition t union all select t.from_status from cpd.transition t) $$, 'F2F: so is every state of a booking');
select test.session(929, 'se-off', 5, 10000);
select test.call_as(929, 'officer');
select from cpd.book_places('se-off', 100001, test.people('Ann'), null, null);
select results_eq($$ select change, credited_pence from cpd.cancel_session('se-off', 1, 'Too few', null) $$, $$ values ('cancelled', 12000::bigint) $$, 'F2F: "session cancelled" is a state that a call brings a session to, and its bookings with it');
select is(test.said($$ select from cpd.book_places('se-off', 100002, test.people('Bo'), null, null) $$), 'SESSION_CANCELLED', 'F2F: and that is what it then says');
select test.as_owner();
-- Approval, groups and offers (F2F facetoface_approve_requests leaves a status unset when the session is full; a group that waits as one, asked for in pretix; pretix#1163: the
-- place of a redeemed offer stays taken), and a band that says what it takes (MSI UpTo120000).
select test.session(929, 'se-few', 2, 10000);
create function test.of_few() returns text language sql security definer as $$
  select string_agg(delegate_name || ' ' || status, ', ' order by ticket) from cpd.booking where session_id = 'se-few' and status <> 'cancelled'
$$;
create function test.few(p_name text) returns cpd.booking language sql security definer as $$ select b from cpd.booking b where session_id = 'se-few' and delegate_name = p_name $$;
grant execute on all functions in schema test to public;
select test.call_as(929, 'la_admin');
select from cpd.set_cpd_policy(0, null, null, null, 'always', null, null, null, null, null);
select test.call_as(929, 'officer');
select from cpd.book_places('se-few', 100001, test.people('Ann', 'Bo', 'Cy'), null, null);
select is(test.of_few(), 'Ann requested, Bo requested, Cy waiting', 'F2F: who awaits approval on a full session has a status, as has who waits');
select from cpd.approve_booking((test.few('Ann')).booking_id, 1, 'Mrs Lee');
select is(test.of_few(), 'Ann confirmed, Bo confirmed, Cy waiting', 'F2F: and after it, each their own');
select test.call_as(929, 'la_admin');
select from cpd.set_cpd_policy(1, null, null, null, 'never', null, null, null, null, null);
select test.call_as(929, 'officer');
select from cpd.cancel_booking((test.few('Cy')).booking_id, 1, 'ill');
select from cpd.book_places('se-few', 100002, test.people('Di', 'Ed'), null, true);
select from cpd.cancel_booking((test.few('Ann')).booking_id, 2, 'ill');
select is(test.of_few(), 'Bo confirmed, Di waiting, Ed waiting', 'pretix: of a group that waits as one, none is let in alone');
select from cpd.cancel_booking((test.few('Bo')).booking_id, 2, 'ill');
select from cpd.accept_offer((test.few('Ed')).booking_id, 2);
select is(test.of_few(), 'Di confirmed, Ed confirmed', 'pretix: but all');
select from cpd.book_places('se-few', 100001, test.people('Flo'), null, null);
select from cpd.cancel_booking((test.few('Ed')).booking_id, 3, 'ill');
select is(test.of_few(), 'Di confirmed, Flo offered', 'pretix#1163: the place of a redeemed offer is free when its booking is cancelled');
select test.call_as(929, 'la_admin');
select from cpd.add_cancellation_terms('Bands', '[{"place_kind":"paid","at_least_days":9,"pence":1200},{"place_kind":"paid","percent":100}]', null, null, null, null);
select from cpd.terms t, cpd.revise_cancellation_terms(t.terms_id, 1, '[{"place_kind":"paid","at_least_days":7,"counting":"calendar","pence":800},{"place_kind":"paid","percent":75}]', null, null, null, null)
  where t.name = 'Bands';
select results_eq($$ select band from cpd.list_cancellation_terms((select terms_id from cpd.terms where name = 'Bands'), null) $$,
  array['With 7 or more calendar days'' notice: £8.00', 'With less than 7 calendar days'' notice: 75% of the price'], 'MSI: a band is told in words made of what it takes');

select test.as_owner();
select is_empty($$ select t.call from visits.transition t where not exists (select from pg_proc p where p.proname = lower(regexp_replace(t.call, '(.)([A-Z])', '\1_\2', 'g'))) $$, 'F2F: and every such call is there');
select test.call_as(929, 'officer');
select audit.put_changes('');
select c.status from visits.confirm_visit((select visit_id from visits.visit where status = 'planned' and purpose = 'kit'), 1) c;
select is((select (c -> 'before' ->> 'status') || ' to ' || (c -> 'after' ->> 'status') from jsonb_array_elements(audit.collected()) c where c ->> 'table' = 'visits.visit'), 'planned to confirmed', 'RCC: what is audited says what was there before');
select * from finish();
rollback;
