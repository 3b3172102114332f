-- Assignments through their gates (PAR-2, PAR-3): proposed → conflict check → the school's answer → live; a gate is withdrawn when its cause is.
begin;
\ir ../support/sql/schools.sql
select plan(89);
set local timezone = 'Europe/London'; -- today is England's
select test.schools(929, 100001, 6, 'Primary');
select test.schools(926, 200001, 1, 'Primary');
create temporary table known (who text primary key, partner_id text);
create temporary table made (word text primary key, assignment_id text);
grant all on known, made to public;
create function test.partner(p_who text) returns text language sql as $$ select partner_id from known where who = p_who $$;
create function test.as(p_word text) returns text language sql as $$ select assignment_id from made where word = p_word $$;
create function test.status(p_word text) returns text language sql as $$
  select concat_ws(' ', a.status, a.starts_on - current_date, a.ends_on - current_date) from partners.assignment a where a.assignment_id = test.as(p_word)
$$;
create function test.version(p_word text) returns integer language sql as $$
  select a.version from partners.assignment a where a.assignment_id = test.as(p_word)
$$;
create function test.gates(p_word text) returns text language sql as $$
  select string_agg(g.gate || ' ' || g.outcome, ', ' order by g.nth) from partners.list_gates(test.as(p_word)) g
$$;
create function test.refusal(p_sql text, out reason text, out rule text, out field text, out accepted text) language plpgsql as $$
declare
  v_detail text;
begin
  execute p_sql;
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail;
  reason := v_detail::jsonb ->> 'reason';
  rule := v_detail::jsonb ->> 'rule';
  field := v_detail::jsonb #>> '{violations,0,field}';
  accepted := v_detail::jsonb #>> '{violations,0,accepted}';
end $$;
grant execute on all functions in schema test to public;
select test.call_as(929, 'partner');
select test.call_as(929, 'la_admin');

insert into known select 'jo', partner_id from partners.add_partner('Jo Field', '["sip"]', 40, test.person('partner', 929), null, null, null, null, null);
insert into known select 'al', partner_id from partners.add_partner('Al Marsh', '["sip"]', 40, null, null, null, null, null, null);
insert into known select 'bo', partner_id from partners.add_partner('Bo Reed', '["ele"]', 40, null, null, null, null, null, null);
select is(test.partner('jo') is not null, true, 'partners are there');

-- A role asks for a kind and an accreditation, on every day.
select results_eq($$ select role, kind, accreditation_body, version, sent_back from partners.set_assignment_role('SIP', 'sip', 'AEA', null) $$,
  $$ values ('sip', 'sip', 'AEA', 1, '[]'::jsonb) $$, 'a role asks for a kind and an accreditation');
select throws_ok($$ select * from partners.set_assignment_role('sip', 'sip', 'AEA', null) $$, 'IM010', null, 'it is changed by its version only');
select throws_ok($$ select * from partners.set_assignment_role('sip', 'wizard', null, 1) $$, '23514', null, 'a kind is one of the list');
select results_eq($$ select role, kind, accreditation_body, live_assignments from partners.list_assignment_roles() $$,
  $$ values ('sip', 'sip', 'AEA', 0) $$, 'roles are listed');
select test.call_as(929, 'officer');
select throws_ok($$ insert into partners.role (authority_id, role) values (929, 'x') $$, '42501', null, 'an officer sets no role');
select throws_like($$ select * from partners.assign_partner(100001, test.partner('jo'), 6, null, current_date, current_date + 300) $$,
  'Jo Field holds no accreditation by AEA on %', 'PAR-2: without the accreditation nobody is assigned');
create temporary table accredited as select * from partners.add_accreditation(test.partner('jo'), 'AEA', 'A-1', current_date - 100, current_date + 200);
select throws_ok($$ select * from partners.assign_partner(100001, test.partner('jo'), 6, null, current_date, current_date + 300) $$, 'IM009',
  format('Jo Field holds no accreditation by AEA on %s.', to_char(current_date + 201, 'FMDD Mon YYYY')), 'PAR-2: nor when it runs out before the last day');
select results_eq($$ select * from test.refusal('select * from partners.assign_partner(100001, test.partner(''jo''), 6, null, current_date, current_date + 300)') $$,
  $$ select 'CONFLICT_CHECK_FAILED', 'PAR-2', 'partner_id', to_char(current_date, 'FMDD Mon YYYY') || ' to ' || to_char(current_date + 200, 'FMDD Mon YYYY') $$,
  'the refusal names rule and field, and the days that would be accepted');
select throws_ok($$ select * from partners.add_accreditation(test.partner('jo'), 'aea', null, current_date, null) $$, '23P01', null,
  'a body accredits once at a time, however it is written');
select lives_ok($$ select * from partners.add_accreditation(test.partner('jo'), 'AEA', 'A-2', current_date + 201, current_date + 400) $$, 'a renewal follows on');
insert into made select 'first', assignment_id from partners.assign_partner(100001, test.partner('jo'), 6, null, current_date - 10, current_date + 300);
select is(test.status('first'), 'live -10 300', 'two accreditations together cover every day');
select is(test.version('first'), 1, 'one call, one version');
select is(test.gates('first'), 'proposal passed, conflict_check passed, live passed', 'the gates are on record');
select throws_like($$ select * from partners.assign_partner(100002, test.partner('bo'), 6, null, current_date, current_date + 10) $$, '%Bo Reed is no sip of the authority on %',
  'the role''s kind is needed too');
select lives_ok($$ select * from partners.assign_partner(100002, test.partner('bo'), 6, 'reading', current_date, null) $$, 'a role that nobody set asks for any kind');

-- A proposal, its check, and who recorded it.
create temporary table proposal as select * from partners.propose_assignment(100002, test.partner('al'), 6, null, current_date + 10, current_date + 100);
insert into made select 'second', assignment_id from proposal;
select results_eq($$ select status, half_days_left, jsonb_array_length(findings) from proposal $$, $$ values ('proposed', 34, 1) $$,
  'a proposal tells what the check would find');
select throws_ok($$ select * from partners.check_assignment(test.as('second'), 2, null, null) $$, 'IM010', null, 'a stale version is refused');
select throws_like($$ select * from partners.check_assignment(test.as('second'), 1, 'clear', null) $$, 'Al Marsh holds no accreditation%', 'a check is not found clear against the facts');
select throws_ok($$ select * from partners.check_assignment(test.as('second'), 1, 'maybe', null) $$, 'IM003', null, 'an outcome is clear or conflict');
select throws_ok($$ select * from partners.check_assignment(test.as('second'), 1, 'conflict', null) $$, 'IM003', null, 'a conflict is explained');
select results_eq($$ select status, version from partners.check_assignment(test.as('second'), 1, 'conflict', 'His wife teaches there') $$, $$ values ('proposed', 2) $$,
  'a conflict that was found keeps the gate shut');
select lives_ok($$ select * from partners.add_accreditation(test.partner('al'), 'AEA', null, current_date - 500, null) $$, 'the accreditation comes');
select results_eq($$ select status, version from partners.check_assignment(test.as('second'), 2, null, 'She has left') $$, $$ values ('live', 3) $$, 'checked again, it is live');
select results_eq($$ select gate, outcome, reason, decided_by from partners.list_gates(test.as('second')) $$, $$ values
  ('proposal', 'passed', null, 'officer 929'), ('conflict_check', 'failed', 'His wife teaches there', 'officer 929'),
  ('conflict_check', 'passed', 'She has left', 'officer 929'), ('live', 'passed', null, 'officer 929') $$, 'the history says who, and why');
select throws_ok($$ select * from partners.check_assignment(test.as('second'), 3, null, null) $$, 'IM009', 'The assignment is live.', 'what is live is not checked again');
select throws_ok($$ select * from partners.list_gates('as-nobody') $$, 'IM005', null, 'no gates of nothing');
select throws_ok($$ insert into partners.gate values (929, test.as('second'), 9, 'live', 'passed') $$, '42501', null, 'the history is not written by hand');

-- The school's answer.
select throws_ok($$ select * from partners.propose_assignment(100003, test.partner('jo'), 90, null, current_date, null) $$, 'IM009', null, 'a proposal keeps within capacity');
select is((select school_answers from partners.get_assignment_policy()), false, 'nobody is asked unless the authority says so');
select throws_ok($$ insert into partners.policy (authority_id) values (929) $$, '42501', null, 'an officer does not decide that');
select test.call_as(929, 'la_admin');
select results_eq($$ select school_answers, own, version from partners.set_assignment_policy(true, null) $$, $$ values (true, true, 1) $$, 'the authority asks its schools');
select throws_ok($$ select * from partners.set_assignment_policy(false, null) $$, 'IM010', null, 'and changes that by its version');
select test.call_as(929, 'officer');
insert into made select 'third', assignment_id from partners.assign_partner(100003, test.partner('al'), 6, null, current_date + 5, current_date + 90);
select is(test.status('third'), 'checked 5 90', 'the school is to answer');
insert into made select 'hidden', assignment_id from partners.propose_assignment(100003, test.partner('jo'), 2, 'reading', current_date + 5, current_date + 90);
select test.call_as(929, 'booker', array[100003]);
select results_eq($$ select assignment_id, status from partners.list_assignments(null, null, null, null, null, null, null) $$,
  $$ select test.as('third'), 'checked'::text $$, 'the school sees what it is asked, and no proposal before');
select throws_ok($$ select * from partners.answer_assignment(test.as('hidden'), 1, 'accept', null) $$, 'IM005', null, 'a proposal is not there for it');
select throws_ok($$ select * from partners.answer_assignment(test.as('third'), 1, 'decline', ' ') $$, 'IM003', null, 'to decline takes a reason');
select throws_ok($$ select * from partners.answer_assignment(test.as('third'), 1, 'perhaps', null) $$, 'IM003', null, 'an answer is one of two');
select test.call_as(929, 'booker', array[100004]);
select throws_ok($$ select * from partners.answer_assignment(test.as('third'), 1, 'accept', null) $$, 'IM005', null, 'another school cannot answer');
select test.call_as(929, 'booker', array[100003]);
select results_eq($$ select status, version from partners.answer_assignment(test.as('third'), 1, 'accept', 'With pleasure') $$, $$ values ('live', 2) $$, 'the school accepts: live');
select throws_ok($$ select * from partners.answer_assignment(test.as('third'), 2, 'accept', null) $$, 'IM009', 'The assignment is live.', 'once');
select is(test.gates('third'), 'school_answer passed, live passed', 'a school reads of its own answers only');
select results_eq($$ select status, version from partners.answer_assignment(test.as('third'), 2, 'decline', 'We asked for another') $$, $$ values ('declined', 3) $$,
  'until the first day the school may take its answer back');
select test.call_as(929, 'officer');
insert into made select 'fourth', assignment_id from partners.assign_partner(100003, test.partner('al'), 6, null, current_date - 5, current_date + 90);
select test.call_as(929, 'booker', array[100003]);
select lives_ok($$ select * from partners.answer_assignment(test.as('fourth'), 1, 'accept', null) $$, 'a declined one frees the role');
select throws_ok($$ select * from partners.answer_assignment(test.as('fourth'), 2, 'decline', 'No') $$, 'IM009', null, 'after the first day it is the authority''s to end');

-- What the gate stood on goes: the assignment goes back, from then on, with the explanation.
select test.call_as(929, 'officer');
select throws_ok($$ select * from partners.withdraw_accreditation((select accreditation_id from accredited), 1, '', null) $$, 'IM003', null, 'a withdrawal has a reason');
create temporary table gone as select * from partners.withdraw_accreditation((select accreditation_id from accredited), 1, 'Struck off', current_date + 30);
select results_eq($$ select x ->> 'assignment_id', x ->> 'school_urn', (x ->> 'goes_back_on')::date from gone, jsonb_array_elements(sent_back) x $$,
  $$ select test.as('first'), '100001', current_date + 30 $$, 'an accreditation is withdrawn: what needs it goes back from that day');
select is(test.status('first'), 'live -10 29', 'until then it was live');
insert into made select 'first rest', x ->> 'proposal_id' from gone, jsonb_array_elements(sent_back) x;
select is(test.status('first rest'), 'proposed 30 300', 'what is left of it is proposed again');
select is((select follows_id from partners.assignment a where a.assignment_id = test.as('first rest')), test.as('first'), 'and says what it takes up');
select is(test.gates('first'), 'proposal passed, conflict_check passed, live passed, conflict_check withdrawn, live ended', 'the gate is withdrawn, on record');
select alike((select reason from partners.list_gates(test.as('first')) g where g.gate = 'conflict_check' and g.outcome = 'withdrawn'), 'Jo Field holds no accreditation by AEA on %', 'with why');
select throws_ok($$ select * from partners.check_assignment(test.as('first rest'), 1, null, null) $$, 'IM009', null, 'it stays shut while the cause is gone');
select throws_ok($$ select * from partners.withdraw_accreditation((select accreditation_id from accredited), 2, 'Again', null) $$, 'IM009', null, 'nothing is withdrawn twice');
select lives_ok($$ select * from partners.add_accreditation(test.partner('jo'), 'AEA', 'A-3', current_date + 30, current_date + 200) $$, 'it is granted again');
select results_eq($$ select status from partners.check_assignment(test.as('first rest'), 1, null, null) $$, $$ values ('checked') $$, 'and the assignment goes on to the school');
select test.call_as(929, 'booker', array[100001]);
select results_eq($$ select status from partners.answer_assignment(test.as('first rest'), 2, 'accept', null) $$, $$ values ('live') $$, 'which accepts');

-- A conflict is declared later, by the partner.
select test.call_as(929, 'partner');
select throws_ok($$ select * from partners.declare_conflict(test.partner('al'), 'family', 100001, null, null, null, null) $$, 'IM005', null, 'nobody declares for another');
select throws_ok($$ select * from partners.declare_conflict(null, 'family', null, null, null, null, null) $$, '23514', null, 'a conflict is with a school or a trust');
select throws_ok($$ select * from partners.declare_conflict(null, 'family', 999999, null, null, null, null) $$, 'IM005', null, 'that there is');
select throws_ok($$ select * from partners.declare_conflict(null, 'family', 100001, null, current_date, current_date - 1, null) $$, 'IM003', null, 'in a period that ends after it starts');
create temporary table declared as select * from partners.declare_conflict(null, 'family', 100001, null, current_date - 1000, current_date + 60, 'A cousin teaches there');
select results_eq($$ select (x ->> 'assignment_id') = test.as('first'), (x ->> 'goes_back_on')::date from declared, jsonb_array_elements(sent_back) x order by 2 $$,
  $$ values (true, current_date), (false, current_date + 30) $$, 'a declaration bites at once, and not before today: what happened stays');
select is(test.status('first'), 'live -10 -1', 'the live one ended yesterday');
select is(test.status('first rest'), 'proposed 30 300', 'the one to come went back whole');
select test.call_as(929, 'officer');
select is(test.gates('first rest'), 'proposal passed, conflict_check passed, school_answer passed, live passed, live withdrawn, school_answer withdrawn, conflict_check withdrawn',
  'with every gate behind the one that was withdrawn');
select is((select count(*)::integer from partners.list_conflicts(test.partner('jo'), null, null, null, null)), 1, 'officers see what is declared');
select throws_ok($$ select * from partners.withdraw_conflict((select conflict_id from declared), 1, '') $$, 'IM003', null, 'a declaration is taken back with a reason');
select lives_ok($$ select * from partners.withdraw_conflict((select conflict_id from declared), 1, 'Another school') $$, 'by an officer');
select is_empty($$ select * from partners.list_conflicts(null, 100001, null, null, null) $$, 'and stands no more');
select is(test.status('first rest'), 'proposed 30 300', 'what went back waits for a check');
select test.call_as(929, 'finance');
select is_empty($$ select * from partners.conflict $$, 'finance does not read declarations');

-- The school a partner works from, its trust, and a trust that is declared.
select test.as_owner();
insert into register.group_ (group_uid, name, type) values (7001, 'Harbour Trust', 'Multi-academy trust');
insert into register.group_membership (urn, group_uid, joined_on, left_on) values (100004, 7001, '2020-01-01', null), (100005, 7001, current_date + 50, null),
  (200001, 7001, '2020-01-01', null);
insert into register.establishment (urn, school_id) values (100905, 100005);
insert into register.establishment_version (urn, authority_id, valid_from, name, status) values (100905, 929, '2015-09-01', 'The old school', 'Closed');
select test.call_as(929, 'officer');
insert into made select 'fifth', assignment_id from partners.assign_partner(100005, test.partner('al'), 2, 'reading', current_date, null);
insert into made select 'sixth', assignment_id from partners.assign_partner(100006, test.partner('al'), 2, 'reading', current_date, null);
select test.call_as(929, 'booker', array[100005, 100006]);
select lives_ok($$ select partners.answer_assignment(test.as(w), 1, 'accept', null) from unnest(array['fifth', 'sixth']) w $$, 'two schools accept');
select test.call_as(929, 'officer');
create temporary table moved as select * from partners.change_partner(test.partner('al'), 1, null, 'retired_head', 200001, null, null);
select results_eq($$ select background, base_school_urn, version, (x ->> 'goes_back_on')::date, x ->> 'school_urn', x ->> 'reason' from moved, jsonb_array_elements(sent_back) x $$,
  $$ values ('retired_head', 200001, 2, current_date + 50, '100005', 'Al Marsh works from a school of the same trust, Harbour Trust.') $$,
  'another base school, of another authority: the schools of its trust go back from the day they joined it');
select throws_ok($$ select * from partners.assign_partner(100004, test.partner('al'), 1, 'reading', current_date, null) $$, 'IM009',
  'Al Marsh works from a school of the same trust, Harbour Trust.', 'own trust');
select results_eq($$ select jsonb_array_length(sent_back) from partners.change_partner(test.partner('al'), 2, null, null, 100006, null, null) $$, $$ values (1) $$,
  'a partner becomes head of a school they visit');
select is(test.status('sixth'), 'proposed 0', 'and visits it no more');
select throws_ok($$ select * from partners.check_assignment(test.as('sixth'), (test.version('sixth')), null, null) $$, 'IM009', 'Al Marsh works from this school.', 'own school');
select lives_ok($$ select * from partners.declare_conflict(test.partner('bo'), 'own_trust', null, 7001, null, null, null) $$, 'an officer records a declaration');
select throws_ok($$ select * from partners.assign_partner(100004, test.partner('bo'), 1, 'maths', current_date, null) $$, 'IM009',
  'Bo Reed has declared a conflict with the school''s trust: own trust.', 'a declared trust keeps from all its schools');
select lives_ok($$ select * from partners.declare_conflict(test.partner('bo'), 'recent_employment', 100905, null, null, current_date + 10, null) $$, 'and of a URN that was');
select throws_ok($$ select * from partners.assign_partner(100005, test.partner('bo'), 1, 'maths', current_date, current_date + 20) $$, 'IM009', null, 'its successor');
select lives_ok($$ select * from partners.propose_assignment(100005, test.partner('bo'), 1, 'maths', current_date + 11, current_date + 20) $$, 'for as long as it lasts');

select test.as_owner();
update register.establishment_version set trust = 'Beacon Trust' where urn = 100006 or urn = 100001;
select test.call_as(929, 'officer');
select throws_ok($$ select * from partners.assign_partner(100001, test.partner('al'), 1, 'maths', current_date, null) $$, 'IM009',
  'Al Marsh works from a school of the same trust, Beacon Trust.', 'own trust, by the name that the schools'' records give');

-- Late news of the register: what was checked is looked at again.
insert into made select 'seventh', assignment_id from partners.propose_assignment(100002, test.partner('bo'), 1, 'maths', current_date, current_date + 20);
select lives_ok($$ select * from partners.check_assignment(test.as('seventh'), 1, null, null) $$, 'checked when nothing spoke against it');
select is_empty($$ select * from partners.recheck_assignments(null) $$, 'looked at again, all is as it was');
select test.as_owner();
insert into register.group_membership (urn, group_uid, joined_on, left_on) values (100002, 7001, current_date - 1, null);
select test.call_as(929, 'officer');
select results_eq($$ select role, goes_back_on, proposal_id = assignment_id from partners.recheck_assignments(null) order by 1 $$,
  $$ values ('maths', current_date, true), ('reading', current_date, true) $$, 'a school joins the trust: what waited for the school goes back, and what was live from today');
select throws_ok($$ select * from partners.recheck_assignments('pt-nobody') $$, 'IM005', null, 'of a partner there is');
select test.call_as(926, 'officer');
select throws_ok($$ select * from partners.check_assignment(test.as('seventh'), 1, null, null) $$, 'IM005', null, 'another authority finds nothing');
select is_empty($$ select * from partners.gate $$, 'and reads of no gate');
select * from finish();
rollback;
