-- Cases of schools causing concern: schemes, categories with their history, what is still open, closing and opening again: CAS-1 to CAS-3.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
\ir ../support/sql/cases.sql
set local timezone = 'Europe/London';
set local client_min_messages = warning;
select plan(94);
select test.schools(929, 100001, 5, 'Primary'), test.schools(929, 100011, 1, 'Primary', 'Academy converter'), test.schools(926, 200001, 1, 'Primary');
create temporary table made (word text primary key, ref text);
grant all on made to public;
create function test.ref(p_word text) returns text language sql stable as $$ select ref from made where word = p_word $$;
grant execute on function test.ref to public;
select test.call_as(929, p) from unnest(array['la_admin', 'officer', 'reporter']) p;
select test.call_as(926, 'officer');

-- The scheme.
select test.call_as(929, 'officer');
select throws_ok($$ select * from cases.open_case(100001, 'red', 'systemic', 'Weak', null, null, null, null, null) $$, 'IM009', null, 'without a scheme there is no case');
select ok(not has_function_privilege('persona_officer', to_regproc('cases.set_case_scheme'), 'execute'), 'an officer sets no scheme');
select test.call_as(929, 'la_admin');
select is(test.scheme_faults('[]', '[]'), 'categories: A scheme has categories.', 'a scheme has categories');
select is(test.scheme_faults('[{"code":"red","label":"Red","level":"intensive"}]', null), 'reasons: A scheme has reasons for which a school may be put on it.', 'and reasons');
select is(test.scheme_faults('[{"code":"amber","label":"Amber","level":"support"},{"code":"red","label":"Red","level":"intensive"},{"code":"red","label":"Again","level":"grave"}]',
    '[{"code":"a","label":"A"},{"code":"A","label":"B"}]'),
  'categories[1].level: red (intensive) comes after amber (support), and is graver on the common scale.; categories[2].code: There is a category "red" already.; '
  || 'categories[2].level: "grave" is no level of the common scale.; reasons[1].code: There is a reason "a" already.', 'every fault is named, with its place');
select throws_ok($$ select * from cases.set_case_scheme(0, '[{"code":"Far too red!","label":"Red","level":"watch"}]', '[{"code":"a","label":"A"}]', null) $$, '23514', null, 'a code is a short word');
select throws_ok($$ select * from cases.set_case_scheme(1, test.categories(), test.reasons(), null) $$, 'IM010', null, 'by version');
select results_eq($$ select version, valid_from, jsonb_array_length(categories), jsonb_array_length(reasons) from cases.set_case_scheme(0, test.categories(), test.reasons(), test.day(-400)) $$,
  $$ select 1, test.day(-400), 2, 3 $$, 'CAS-1: red and amber, and three reasons');
select results_eq($$ select s.categories #>> '{0,code}', s.categories #>> '{1,level}' from cases.list_case_schemes() s $$, $$ values ('red', 'support') $$, 'in order');

-- Opening.
select test.call_as(929, 'officer');
select throws_ok($$ select * from cases.open_case(100001, 'green', 'systemic', 'Weak', null, null, null, null, null) $$, 'IM003', 'The authority''s scheme has no category "green".', 'a category of the scheme');
select throws_ok($$ select * from cases.open_case(100001, 'red', 'weather', 'Weak', null, null, null, null, null) $$, 'IM003', 'The authority''s scheme has no reason "weather".', 'a reason of it');
select throws_ok($$ select * from cases.open_case(100001, 'red', 'systemic', '', null, null, null, null, null) $$, 'IM003', null, 'with a rationale');
select throws_ok($$ select * from cases.open_case(100001, 'red', 'systemic', 'Weak', base.today() + 1, null, null, null, null) $$, 'IM003', null, 'not before its day has come');
select throws_ok($$ select * from cases.open_case(100001, 'red', 'systemic', 'Weak', test.day(-401), null, null, null, null) $$, 'IM009', null, 'nor before the scheme');
select throws_ok($$ select * from cases.open_case(200001, 'red', 'systemic', 'Weak', null, null, null, null, null) $$, 'IM005', null, 'a school of the authority');
select throws_ok($$ select * from cases.open_case(100001, 'red', 'systemic', 'Weak', null, 'weekly', null, null, null) $$, '23514', null, 'a cadence by terms');
insert into made select 'one', case_id from cases.open_case(100001, ' RED ', 'systemic', 'Results fell', test.day(-100), 'none', 'Sam Hill', 'Good by 2027', 'Two good visits');
select results_eq($$ select category, level, since, reason, lead, status, open_actions, committed_pence from cases.list_cases(null, null, null, null, null, null, null) $$,
  $$ select 'red', 'intensive', test.day(-100), 'systemic', 'Sam Hill', 'open', 0, 0::bigint $$, 'it is on the scheme');
select throws_ok($$ select * from cases.open_case(100001, 'amber', 'systemic', 'Again', null, null, null, null, null) $$, 'IM009', null, 'MSI: once a school');
select test.as_owner();
insert into register.establishment (urn, school_id) values (99001, 100002);
insert into register.establishment_version (urn, authority_id, valid_from, name, status, type, phase, open_date) values (99001, 929, '2015-09-01', 'Old', 'Open', 'Community school', 'Primary', '2015-09-01');
select test.call_as(929, 'officer');
insert into made select 'old urn', case_id from cases.open_case(99001, 'amber', 'barrier', 'New head', test.day(-50), null, null, null, null);
select throws_like($$ select * from cases.open_case(100002, 'amber', 'systemic', 'Again', null, null, null, null, null) $$, '%under URN 99001%', 'SCH-1: nor under another URN of its lineage');
select is((select count(*)::integer from cases.list_cases(null, null, null, 100002, null, null, null)), 1, 'where it is found under either');

-- The category changes on any day.
select throws_ok($$ select * from cases.change_category(test.ref('one'), 2, 'amber', 'Better', null) $$, 'IM010', null, 'by version');
select throws_ok($$ select * from cases.change_category(test.ref('one'), 1, 'red', 'The same', null) $$, 'IM009', null, 'to another one');
select throws_ok($$ select * from cases.change_category(test.ref('one'), 1, 'amber', ' ', null) $$, 'IM003', null, 'with a rationale');
select throws_ok($$ select * from cases.change_category(test.ref('one'), 1, 'amber', 'Better', test.day(-101)) $$, 'IM009', null, 'on a day on the scheme');
select throws_ok($$ select * from cases.change_category('ca-none', 1, 'amber', 'Better', null) $$, 'IM005', null, 'of a case that there is');
select results_eq($$ select was, category, since, version from cases.change_category(test.ref('one'), 1, 'amber', 'Better', test.day(-20)) $$, $$ select 'red', 'amber', test.day(-20), 2 $$, 'CAS-1: red to amber');
select is((select c.version from cases.change_category(test.ref('one'), 2, 'amber', 'It was better before', test.day(-60)) c), 3, 'a day of the past, while it was red');
select is((select c.version from cases.change_category(test.ref('one'), 3, 'red', 'Attendance', test.day(-40)) c), 4, 'and between two');
select results_eq($$ select r.category, r.valid_from, r.valid_to, r.rationale from cases.get_case(test.ref('one')) g, jsonb_to_recordset(g.ratings) r (category text, valid_from date, valid_to date, rationale text) $$,
  $$ values ('red', test.day(-100), test.day(-60), 'Results fell'), ('amber', test.day(-60), test.day(-40), 'It was better before'), ('red', test.day(-40), test.day(-20), 'Attendance'), ('amber', test.day(-20), null, 'Better') $$,
  'the history has no gap and no overlap');
select is((select count(*)::integer from cases.rating where case_id = test.ref('one') and superseded_at is not null), 3, 'C-5: what was recorded before is kept');
select is((select c.version from cases.change_category(test.ref('one'), 4, 'red', 'Not so', test.day(-20)) c), 5, 'on its first day it is replaced');
select is((select string_agg(category, ' ' order by valid_from) from cases.rating where case_id = test.ref('one') and superseded_at is null), 'red amber red red', 'whole');
select test.as_owner();
select throws_ok($$ insert into cases.rating (authority_id, rating_id, case_id, school_urn, number, category, rationale, valid_from, recorded_by)
  select authority_id, 'cr-x', case_id, school_urn, number, 'amber', 'x', valid_from + 1, recorded_by from cases.rating where case_id = test.ref('one') and superseded_at is null and valid_to is null $$,
  '23P01', null, 'RECT: past the call, too, no two categories of one day');
select throws_ok($$ update cases.rating set case_id = 'ca-x' where case_id = test.ref('one') $$, '23503', null, 'a rating is of its case''s school');

-- A further scheme: what was given stays.
select test.call_as(929, 'la_admin');
select lives_ok($$ select * from cases.set_case_scheme(1, '[{"code":"stage3","label":"Stage 3","level":"intervention"},{"code":"stage2","label":"Stage 2","level":"intensive"},{"code":"stage1","label":"Stage 1","level":"watch"},{"code":"amber","label":"Amber","level":"watch"}]',
  null, base.today()) $$, 'four categories from today on');
select is((select jsonb_array_length(reasons) from cases.list_case_schemes() where version = 2), 3, 'the reasons stay');
select test.call_as(929, 'officer');
select throws_ok($$ select * from cases.change_category(test.ref('one'), 5, 'red', 'x', null) $$, 'IM003', 'The authority''s scheme has no category "red".', 'from today the new ones');
select is((select c.level from cases.change_category(test.ref('one'), 5, 'stage3', 'Grave', null) c), 'intervention', 'are given');
select throws_ok($$ select * from cases.change_category(test.ref('one'), 6, 'stage2', 'Grave', test.day(-5)) $$, 'IM003', null, 'and yesterday the old ones');

-- Support, with its money.
select throws_ok($$ select * from cases.add_case_line(test.ref('one'), 'Days', null, 6, 'days', null, null, null, null) $$, 'IM003', 'A line is a lump, or a quantity at a rate.', 'a quantity has a rate');
select throws_ok($$ select * from cases.add_case_line(test.ref('one'), 'Days', 270001, 6, 'days', 45000, null, null, null) $$, 'IM003', '6 × £450.00 is £2,700.00, not £2,700.01.', 'C-2: a sum that differs is refused with both');
select throws_ok($$ select * from cases.add_case_line(test.ref('one'), 'Days', null, null, null, null, null, null, null) $$, 'IM003', null, 'money is told');
insert into made select 'line', line_id from cases.add_case_line(test.ref('one'), 'Leadership', null, 6, 'days', 45000, 'Jo Field', 'SCC protocol', null);
select results_eq($$ select pence, committed_pence from cases.add_case_line(test.ref('one'), 'Cover', 100000, null, null, null, null, null, null) $$, $$ values (100000::bigint, 370000::bigint) $$, 'CAS-2: lines add up');
select is((select w.committed_pence from cases.withdraw_case_line(test.ref('line'), 1, 'Another partner', null) w), 100000::bigint, 'one is withdrawn');
select throws_ok($$ select * from cases.withdraw_case_line(test.ref('line'), 2, 'Again', null) $$, 'IM009', null, 'once');
select throws_ok($$ select * from cases.withdraw_case_line('sl-none', 1, 'x', null) $$, 'IM005', null, 'one that there is');
select is((select l.committed_pence from cases.list_cases(test.day(-1), null, null, 100001, null, null, null) l), 0::bigint, 'yesterday nothing was committed');

-- Actions, a meeting, a notice.
select throws_ok($$ select * from cases.add_case_action(test.ref('one'), 'Review', ' ', base.today()) $$, 'IM003', null, 'an action has an owner');
select throws_ok($$ select * from cases.add_case_action(test.ref('one'), 'Review', 'Head', test.day(-101)) $$, 'IM003', null, 'and a day after the case began');
insert into made select 'action ' || n, action_id from generate_series(1, 2) n, cases.add_case_action(test.ref('one'), 'Review ' || n, 'Head', test.day(-10 + n));
select results_eq($$ select owner, due_on, version from cases.change_case_action(test.ref('action 1'), 1, 'Chair', test.day(3)) $$, $$ select 'Chair', test.day(3), 2 $$, 'changed');
select throws_ok($$ select * from cases.change_case_action(test.ref('action 1'), 2, null, null) $$, 'IM003', null, 'if something is');
insert into made select 'meeting', meeting_id from cases.plan_case_meeting(test.ref('one'), test.day(-3));
insert into made select 'notice', warning_notice_id from cases.give_warning_notice(test.ref('one'), 'Standards', 'A plan', null, test.day(-20), 15, null);

-- CAS-3: every kind that is open is named; none is forgotten, whatever table comes.
select is(test.refused_list($$ select * from cases.close_case(test.ref('one'), 6, 'Good', null) $$), 'action, action, meeting, warning_notice', 'CAS-3: the refusal lists everything that is open');
select test.as_owner();
select is_empty($$ select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'status'
  where c.relnamespace = 'cases'::regnamespace and c.relkind = 'r' and exists (select from pg_constraint f where f.conrelid = c.oid and f.contype = 'f' and f.confrelid = 'cases.case_'::regclass)
    and not exists (select from cases.still_open(test.ref('one'), base.today()) o where o.kind = c.relname) $$, 'RCC: no table of things with a state is left out of the list: each has one here');
select test.call_as(929, 'officer');
select results_eq($$ select what, owner, days_late, school_urn, category from cases.list_case_actions(null, null, null, null, null) $$, $$ values ('Review 2', 'Head', base.today() - test.day(-8), 100001, 'stage3'), ('Review 1', 'Chair', null, 100001, 'stage3') $$, 'what is to be done, the earliest due first, with how late it is');
select results_eq($$ select what from cases.list_case_actions(base.today(), null, null, null, null) $$, $$ values ('Review 2') $$, 'by a day');
select results_eq($$ select warning_notice_id, days_left, status from cases.list_warning_notices(null, null, null, null, null) $$, $$ select test.ref('notice'), test.day(-5) - base.today(), 'running' $$, 'notices that run, with the days that are left');
select is((select string_agg(o.kind, ' ' order by o.kind) from cases.get_case(test.ref('one')) g, jsonb_to_recordset(g.still_open) o (kind text)), 'action action meeting warning_notice', 'and so does the case itself');
select throws_ok($$ select * from cases.close_case_action(test.ref('action 1'), 1, 'Done', null, null) $$, 'IM010', null, 'a stale version');
select is((select c.open_actions from cases.close_case_action(test.ref('action 1'), 2, 'Done', null, null) c), 1, 'one done');
select throws_ok($$ select * from cases.close_case_action(test.ref('action 1'), 3, 'Done', null, null) $$, 'IM009', null, 'once');
select is(test.refused_list($$ select * from cases.close_case(test.ref('one'), 6, 'Good', null) $$), 'action, meeting, warning_notice', 'three are left');
select is((select c.status from cases.close_case_action(test.ref('action 2'), 1, 'Not needed', true, null) c), 'dropped', 'one dropped');
select is(test.refused_list($$ select * from cases.close_case(test.ref('one'), 6, 'Good', null) $$), 'meeting, warning_notice', 'two are left');
select is((select r.status from cases.record_case_meeting(test.ref('meeting'), 1, 'Attendance up', 'More days', 'Head, chair', null) r), 'held', 'the meeting is held');
select is(test.refused_list($$ select * from cases.close_case(test.ref('one'), 6, 'Good', null) $$), 'warning_notice', 'the notice runs');
select is((select e.status from cases.end_warning_notice(test.ref('notice'), 1, 'complied', 'Plan accepted', null) e), 'complied', 'complied with');
select throws_ok($$ select * from cases.close_case(test.ref('one'), 6, 'Good', test.day(-1)) $$, 'IM003', null, 'not before its last change');
select throws_ok($$ select * from cases.close_case(test.ref('one'), 6, ' ', null) $$, 'IM003', null, 'with a reason');
select results_eq($$ select was, status, closed_on, days, version from cases.close_case(test.ref('one'), 6, 'Judged good', null) $$,
  $$ select 'stage3', 'closed', base.today(), base.today() - test.day(-100), 7 $$, 'CAS-3: nothing is open: it closes');
select is((select count(*)::integer from cases.list_cases(null, null, null, 100001, null, null, null)), 0, 'off the scheme');
select results_eq($$ select category, status from cases.list_cases(null, null, null, 100001, true, null, null) $$, $$ values (null::text, 'closed') $$, 'listed where asked for');
select is((select category from cases.list_cases(test.day(-1), null, null, 100001, null, null, null)), 'red', 'and it was on it yesterday');
select throws_ok(s, 'IM009', null, 'closed: ' || s) from (values ($$ select * from cases.add_case_action(test.ref('one'), 'x', 'y', base.today()) $$),
  ($$ select * from cases.plan_case_meeting(test.ref('one'), base.today()) $$), ($$ select * from cases.add_case_line(test.ref('one'), 'x', 1, null, null, null, null, null, null) $$),
  ($$ select * from cases.give_warning_notice(test.ref('one'), 'x', 'y', null, null, 5, null) $$), ($$ select * from cases.change_category(test.ref('one'), 7, 'amber', 'x', null) $$),
  ($$ select * from cases.change_case(test.ref('one'), 7, 'x', null, null, null, null) $$), ($$ select * from cases.close_case(test.ref('one'), 7, 'x', null) $$)) x (s);
select throws_ok($$ select * from cases.reopen_case(test.ref('one'), 7, 'amber', 'x', test.day(-1)) $$, 'IM003', null, 'opened again not before it was closed');
select is((select r.category from cases.reopen_case(test.ref('one'), 7, 'stage1', 'The head has left', null) r), 'stage1', 'opened again');
select throws_ok($$ select * from cases.reopen_case(test.ref('one'), 8, 'stage1', 'x', null) $$, 'IM009', null, 'once');
select results_eq($$ select aim, cadence, version from cases.change_case(test.ref('one'), 8, null, 'Good by 2028', null, 'termly', null) $$, $$ values ('Good by 2028', 'termly', 9) $$, 'and changed');
select throws_ok($$ select * from cases.change_case(test.ref('one'), 9, null, null, null, null, null) $$, 'IM003', null, 'if something is');

-- Who sees it.
select test.call_as(929, 'reporter');
select is((select count(*)::integer from cases.list_cases(null, null, null, null, null, null, null)), 2, 'staff see all');
select ok(not has_function_privilege('persona_reporter', to_regproc('cases.open_case'), 'execute'), 'and who only reads opens none');
select test.call_as(929, 'booker', array[100001]);
select results_eq($$ select school_urn from cases.list_cases(null, null, null, null, null, null, null) $$, $$ values (100001) $$, 'a school sees its own');
select is((select jsonb_array_length(g.actions) from cases.get_case(test.ref('one')) g), 2, 'whole');
select throws_ok($$ select * from cases.get_case(test.ref('old urn')) $$, 'IM005', null, 'and no other');
select test.as_owner();
select test.partner(929, 'pt-jo', test.person('partner', 929)), test.partner(929, 'pt-sam');
select test.assigned(929, 'pt-jo', 100001, test.day(-10)), test.assigned(929, 'pt-jo', 99001, test.day(-30), test.day(-1));
select test.call_as(929, 'partner');
select results_eq($$ select school_urn from cases.list_cases(null, null, null, null, null, null, null) $$, $$ values (100001) $$, 'a partner those of the schools where they are assigned today');
select is((select count(*)::integer from cases.action), 2, 'with what belongs to them');
select throws_ok($$ select * from cases.get_case(test.ref('old urn')) $$, 'IM005', null, 'not of those where they were');
select test.call_as(926, 'officer');
select is_empty($$ select * from cases.list_cases(null, null, null, null, true, null, null) $$, 'another authority sees none');
select throws_ok($$ select * from cases.close_case(test.ref('one'), 9, 'x', null) $$, 'IM005', null, 'and closes none');
select * from finish();
rollback;
