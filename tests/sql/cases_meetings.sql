-- Challenge meetings that are due by the authority's terms, and notices with their period by the law of the day: CAS-2.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
\ir ../support/sql/cases.sql
set local timezone = 'Europe/London';
set local client_min_messages = warning;
select plan(55);
select test.schools(929, 100001, 4, 'Primary'), test.schools(929, 100011, 1, 'Secondary', 'Academy converter');
select test.terms(929, 2022), test.terms(929, 2023);
create temporary table made (word text primary key, ref text);
grant all on made to public;
create function test.ref(p_word text) returns text language sql stable as $$ select ref from made where word = p_word $$;
create function test.due(p_word text, p_on date) returns text language sql stable as $$
  select string_agg(concat_ws(' ', d.period, d.due_by, d.state), '; ' order by d.due_by) from cases.meetings_due(p_on, test.ref(p_word)) d
$$;
create function test.opened(p_word text, p_urn integer, p_on date, p_cadence text) returns text language sql as $$
  insert into made select p_word, o.case_id from cases.open_case(p_urn, 'red', 'systemic', 'Weak', p_on, p_cadence, null, null, null) o returning ref
$$;
grant execute on function test.ref, test.due, test.opened to public;
select test.call_as(929, p) from unnest(array['officer', 'la_admin', 'finance']) p;
select test.call_as(929, 'la_admin');
select count(*) from cases.set_case_scheme(0, test.categories(), test.reasons(), '2007-01-01');
select test.call_as(929, 'officer');
select test.opened('termly', 100001, '2022-11-21', 'termly'), test.opened('half', 100002, '2022-10-25', 'half_termly'), test.opened('none', 100003, '2022-09-05', 'none');

select is(test.due('termly', '2022-12-01'), 'autumn term 2022/23 2022-12-18 due', 'the term in which it was opened owes one');
select is(test.due('termly', '2022-12-18'), 'autumn term 2022/23 2022-12-18 due', 'until its last day');
select is(test.due('termly', '2022-12-19'), 'autumn term 2022/23 2022-12-18 overdue', 'then it is overdue');
select is(test.due('termly', '2023-01-06'), 'autumn term 2022/23 2022-12-18 overdue; spring term 2022/23 2023-03-25 due', 'a term owes one, not its half-terms');
select is(test.due('half', '2022-10-31'), null, 'opened in the break: nothing is owed for the half-term before');
select is(test.due('half', '2023-02-23'), 'half-term 2 of 2022/23 2022-12-18 overdue; half-term 3 of 2022/23 2023-02-12 overdue; half-term 4 of 2022/23 2023-03-25 due', 'half-terms each');
select is(test.due('none', '2023-05-01'), null, 'no cadence, no meeting');

-- Planned, held, cancelled, waived.
insert into made select 'm1', meeting_id from cases.plan_case_meeting(test.ref('termly'), '2022-12-15');
select is(test.due('termly', '2022-12-16'), 'autumn term 2022/23 2022-12-18 planned', 'planned');
select is(test.due('termly', '2022-12-19'), 'autumn term 2022/23 2022-12-18 overdue', 'and not held');
select throws_ok($$ select * from cases.plan_case_meeting(test.ref('termly'), '2022-11-20') $$, 'IM003', null, 'not before the case');
select throws_ok($$ select * from cases.plan_case_meeting('ca-none', '2022-12-15') $$, 'IM005', null, 'of a case that there is');
select throws_ok($$ select * from cases.record_case_meeting(test.ref('m1'), 1, ' ', null, null, null) $$, 'IM003', null, 'it says what the support has come to');
select throws_ok($$ select * from cases.record_case_meeting(test.ref('m1'), 1, 'x', null, null, base.today() + 1) $$, 'IM003', null, 'and has been held');
select throws_ok($$ select * from cases.record_case_meeting(test.ref('m1'), 2, 'x', null, null, null) $$, 'IM010', null, 'by version');
select is((select status from cases.record_case_meeting(test.ref('m1'), 1, 'Attendance is up', 'Two more days', 'Head, chair', '2022-12-30')), 'held', 'held, in the holidays');
select is(test.due('termly', '2023-01-01'), 'autumn term 2022/23 2022-12-18 held', 'which still are the term''s');
select is(test.due('termly', '2022-12-20'), 'autumn term 2022/23 2022-12-18 overdue', 'as of a day before, it was not held');
select throws_ok($$ select * from cases.cancel_case_meeting(test.ref('m1'), 2, 'x') $$, 'IM009', null, 'what was held is not cancelled');
insert into made select 'm2', meeting_id from cases.plan_case_meeting(test.ref('termly'), '2023-03-01');
select throws_ok($$ select * from cases.cancel_case_meeting(test.ref('m2'), 1, null) $$, 'IM003', null, 'cancelled with a reason');
select throws_ok($$ select * from cases.waive_case_meeting(test.ref('termly'), '2023-03-02', 'Ofsted') $$, 'IM009', null, 'a term with a meeting that is planned is not waived');
select is((select status from cases.cancel_case_meeting(test.ref('m2'), 1, 'Ofsted')), 'cancelled', 'cancelled');
select is(test.due('termly', '2023-03-02'), 'autumn term 2022/23 2022-12-18 held; spring term 2022/23 2023-03-25 due', 'one is owed still');
select results_eq($$ select period, status from cases.waive_case_meeting(test.ref('termly'), '2023-03-02', 'Ofsted') $$, $$ values ('spring term 2022/23', 'waived') $$, 'waived');
select throws_ok($$ select * from cases.waive_case_meeting(test.ref('termly'), '2023-03-02', 'Ofsted') $$, 'IM009', 'The meeting of the spring term 2022/23 is waived.', 'once');
select throws_ok($$ select * from cases.waive_case_meeting(test.ref('none'), '2023-03-02', 'Ofsted') $$, 'IM009', 'No meeting is owed for 2 Mar 2023.', 'where one is owed');
select is(test.due('termly', '2023-04-20'), 'autumn term 2022/23 2022-12-18 held; spring term 2022/23 2023-03-25 waived; summer term 2022/23 2023-07-20 due', 'the summer term is owed one');
select is((select cadence from cases.change_case(test.ref('termly'), 1, null, null, null, 'half_termly', '2023-06-01')), 'half_termly', 'from June by half-terms');
select is(test.due('termly', '2023-07-21'), 'autumn term 2022/23 2022-12-18 held; spring term 2022/23 2023-03-25 waived; summer term 2022/23 2023-07-20 overdue', 'a term that began otherwise stays whole');
select is(test.due('termly', '2023-10-01'), 'autumn term 2022/23 2022-12-18 held; spring term 2022/23 2023-03-25 waived; summer term 2022/23 2023-07-20 overdue; half-term 1 of 2023/24 2023-10-20 due', 'then by half-terms');
select throws_ok($$ select * from cases.change_case(test.ref('termly'), 2, null, null, null, 'termly', '2022-11-20') $$, 'IM003', null, 'while the case is open');
-- Overdue meetings keep a case open; one who left before it was due owes none.
select is(test.refused_list($$ select * from cases.close_case(test.ref('half'), 1, 'Good', '2023-02-13') $$), 'meeting_due, meeting_due', 'CAS-3: meetings that were due and not held keep a case open');
select test.opened('left', 100004, '2023-01-09', 'half_termly');
select is((select status from cases.close_case(test.ref('left'), 1, 'Good', '2023-02-12')), 'closed', 'it closes on the day before which none was overdue');
select is(test.due('left', '2023-05-01'), null, 'and owes none');
select test.call_as(929, 'finance');
select results_eq($$ select about, school_urn, name, period, state, days_late from reports.meetings_due('2023-07-21', null) where school_urn = 100001 $$,
  $$ values ('case', 100001, 'Primary School 100001', 'summer term 2022/23', 'overdue', 1) $$, 'the report lists what is owed');
select is((select count(*)::integer from reports.meetings_due('2023-07-21', true) where school_urn = 100001), 3, 'with those held and waived where asked for');
select is_empty($$ select * from reports.meetings_due('2021-07-21', null) $$, 'before, none');

-- Notices: the period is the law's, or the one that the notice states.
select test.call_as(929, 'officer');
select results_eq($$ select kind, valid_from, valid_to, period_days, counting from cases.list_notice_laws('warning') $$,
  $$ values ('warning', '2007-04-01'::date, '2016-04-17'::date, 15, 'working'), ('warning', '2016-04-18', null, null, null) $$, 'the law is data with dates: 15 working days, and no longer');
select throws_ok($$ select * from cases.give_warning_notice(test.ref('half'), 'Standards', 'A plan', null, '2023-03-20', null, null) $$, 'IM003', 'period_days is required.', 'today the notice states its period');
select results_eq($$ select period_days, counting, ends_on, version from cases.give_warning_notice(test.ref('half'), 'Standards', 'A plan', null, '2023-03-20', 15, null) $$,
  $$ values (15, 'working', '2023-04-12'::date, 1) $$, 'C-4: fifteen working days over Easter 2023: Good Friday and Easter Monday do not count');
select results_eq($$ select ends_on, version from cases.give_warning_notice(test.ref('half'), 'Standards', 'A plan', 'pre_warning', '2023-03-20', 20, 'calendar') $$, $$ values ('2023-04-09'::date, 1) $$, 'calendar days');
select throws_ok($$ select * from cases.give_warning_notice(test.ref('half'), 'x', 'y', 'final', '2023-03-20', 15, null) $$, 'IM003', null, 'a kind of the list');
select throws_ok($$ select * from cases.give_warning_notice(test.ref('half'), 'x', 'y', null, '2023-03-20', 15, 'lunar') $$, 'IM003', null, 'in working or calendar days');
select throws_ok($$ select * from cases.give_warning_notice(test.ref('half'), 'x', 'y', null, '2022-03-20', 15, null) $$, 'IM003', null, 'while the case is open');
insert into made select 'notice', warning_notice_id from cases.warning_notice where kind = 'warning';
select throws_like($$ select * from cases.end_warning_notice(test.ref('notice'), 1, 'not_complied', 'No plan', '2023-04-12') $$, 'The school has until the end of 12 Apr 2023%', 'not complied with only when the period is over');
select throws_ok($$ select * from cases.end_warning_notice(test.ref('notice'), 1, 'expired', 'No plan', null) $$, 'IM003', null, 'it ends in one of three ways');
select is((select status from cases.end_warning_notice(test.ref('notice'), 1, 'not_complied', 'No plan', '2023-04-13')), 'not_complied', 'then it is told');
select throws_ok($$ select * from cases.end_warning_notice(test.ref('notice'), 2, 'complied', 'A plan', null) $$, 'IM009', null, 'once');
select test.opened('academy', 100011, '2015-09-07', 'none');
select throws_like($$ select * from cases.give_warning_notice(test.ref('academy'), 'x', 'y', null, null, 15, null) $$, '%Secretary of State%', 'an academy''s is not the authority''s to give');
select test.as_owner();
update register.establishment_version set type = 'Community school' where urn = 100011;
select test.call_as(929, 'officer');
select throws_like($$ select * from cases.give_warning_notice(test.ref('academy'), 'x', 'y', null, '2016-03-01', 20, null) $$, 'On 1 Mar 2016 the law gave the period: 15 working days.%', 'CAS-2: a notice of 2016 under the law of 2006');
select results_eq($$ select period_days, counting, ends_on from cases.give_warning_notice(test.ref('academy'), 'x', 'y', null, '2016-03-01', null, null) $$, $$ values (15, 'working', '2016-03-22'::date) $$, 'has its fifteen working days');
select test.call_as(929, 'la_admin');
select ok(not has_function_privilege('persona_la_admin', to_regproc('cases.add_notice_law'), 'execute'), 'the law is not an authority''s to write');
select test.call_as(0, 'operator');
select throws_ok($$ select * from cases.add_notice_law('warning', '2016-01-01', 'x', null, null) $$, 'IM003', null, 'nor is the past');
select throws_ok($$ select * from cases.add_notice_law('warning', '2027-01-01', 'x', 20, null) $$, 'IM003', null, 'a period is in some kind of days');
select results_eq($$ select period_days, counting from cases.add_notice_law('warning', '2027-09-01', 'Act of 2027, section 1', 20, 'working') $$, $$ values (20, 'working') $$, 'a new law is a row');
select is((select valid_to from cases.list_notice_laws('warning') where valid_from = '2016-04-18'), '2027-08-31'::date, 'and ends the one before');
select * from finish();
rollback;
