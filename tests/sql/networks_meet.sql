-- Networks, boards, members, meetings: NET-1. S4's five groups by area, each with a facilitator, a plan, and a chair who sits on the board.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
set local client_min_messages = warning;
set local timezone = 'Europe/London';
select plan(67);
select test.schools(929, 100001, 10, 'Primary'), test.schools(926, 200001, 1, 'Primary'), test.partner(929, 'pt-jo', test.person('partner', 929));
create temporary table made (word text primary key, ref text);
grant all on made to public;
create function test.ref(p_word text) returns text language sql stable as $$ select ref from made where word = p_word $$;
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
create function test.network(p_name text, p_kind text, p_board text default null, p_cadence text default null, p_area text default null, p_from date default '2023-09-01') returns text
language sql as $$ select network_id from networks.add_network(p_name, p_kind, p_area, null, p_board, p_cadence, null, p_from) $$;
create function test.member(p_network text, p_name text, p_role text default null, p_urn integer default null, p_from date default '2023-09-01', p_group text default null, p_partner text default null) returns text
language sql as $$ select member_id from networks.add_network_member(p_network, p_name, p_role, p_urn, null, p_partner, p_group, null, null, p_from, null) $$;
grant execute on all functions in schema test to public;
select test.call_as(926, 'officer'), test.call_as(929, 'reporter'), test.call_as(929, 'partner'), test.call_as(929, 'booker', array[100001]), test.call_as(929, 'officer');

-- A board, and five groups that report to it.
insert into made values ('board', test.network('School Improvement Board', 'board', null, 'termly'));
insert into made select 'group' || n, test.network('Group ' || n, 'improvement_group', test.ref('board'), 'half_termly', a) from (values (1, 'North'), (2, 'South'), (3, 'East'), (4, 'West'), (5, 'Central')) x (n, a);
select is(test.said($$ select test.network('group 1', 'hub') $$), '23P01', 'a name once');
select is(test.said($$ select test.network('X', 'club') $$), '23514', 'of a kind of the list');
select is(test.said($$ select test.network('X', 'hub', 'nw-none') $$), 'NOT_FOUND', 'reporting to a network that is there');
select is(test.said($$ select test.network('X', 'hub', null, 'daily') $$), '23514', 'meeting so often as can be');
select is(test.said($$ select c.* from networks.change_network(test.ref('board'), 1, null, null, test.ref('board'), null, null, null) c $$), '23514', 'not to itself');
select results_eq($$ select count(*)::integer, count(distinct area)::integer, min(board) from networks.list_networks('improvement_group', null) $$, $$ values (5, 5, 'School Improvement Board') $$, 'S4: five groups by area');

-- Members: schools as such, people, offices.
insert into made select 'school' || n, test.member(test.ref('group1'), null, null, 100000 + n) from generate_series(1, 3) n;
select is(test.said($$ select test.member(test.ref('group1'), null, null, 100001) $$), '23P01', 'a school once');
select is(test.said($$ select test.member(test.ref('group1'), null, null, null) $$), '23514', 'somebody');
select is(test.said($$ select test.member(test.ref('group1'), null, 'chair', 100004) $$), '23514', 'an office is held by a person');
select is(test.said($$ select test.member(test.ref('group1'), null, null, 999999) $$), 'NOT_FOUND', 'of a school that is there');
insert into made select 'chair' || n, test.member(test.ref('group' || n), 'Chair ' || n, 'chair', 100000 + n, '2023-09-01', 'Headteachers') from generate_series(1, 5) n;
insert into made select 'facilitator' || n, test.member(test.ref('group' || n), 'Facilitator ' || n, 'facilitator') from generate_series(2, 5) n;
insert into made values ('facilitator1', test.member(test.ref('group1'), null, 'facilitator', null, '2023-09-01', null, 'pt-jo'));
select results_eq($$ select name, stakeholder_group, seat_of from networks.list_network_members(test.ref('board'), null, null, '2023-09-01') order by name $$,
  $$ select 'Chair ' || n, 'Headteachers', 'Group ' || n from generate_series(1, 5) n $$, 'S4: the chairs sit on the board');
select is((select name from networks.list_network_members(test.ref('group1'), null, 'facilitator', null)), 'pt-jo', 'a partner facilitates, by name');
select is(test.said($$ select e.* from networks.list_network_members(test.ref('board'), null, null, null) m, networks.end_network_member(m.member_id, 1, null) e where m.name = 'Chair 1' $$), 'SEAT_OF_CHAIR',
  'a seat goes with the chair and not by itself');
select results_eq($$ select handed_over_by, sits_on from networks.add_network_member(test.ref('group1'), 'Bea Hall', 'chair', 100002, null, null, 'Headteachers', null, null, '2024-01-01', null) $$,
  $$ values ('Chair 1', 'School Improvement Board') $$, 'a chair hands over');
select is((select string_agg(name, ', ' order by name) from networks.list_network_members(test.ref('board'), null, null, '2024-01-01') where seat_of = 'Group 1'), 'Bea Hall', 'and the seat with it');
select is((select string_agg(name, ', ' order by name) from networks.list_network_members(test.ref('board'), null, null, '2023-12-31') where seat_of = 'Group 1'), 'Chair 1', 'from that day on');
select is(test.said($$ select test.member(test.ref('group1'), 'Z', 'chair', null, '2023-10-01') $$), '23P01', 'one chair at a time');
select is((select e.seats_ended from networks.list_network_members(test.ref('group2'), null, 'chair', null) m, networks.end_network_member(m.member_id, m.version, '2024-03-31') e), 1, 'a chair leaves, and the board, too');
select is((select chair_on_board from networks.get_network(test.ref('group2'), '2024-04-01')), false, 'nobody sits there for it');
select results_eq($$ select chair, facilitator, chair_on_board, jsonb_array_length(members), stakeholder_groups from networks.get_network(test.ref('group1'), '2024-01-01') $$,
  $$ values ('Bea Hall', 'pt-jo', true, 5, '["Headteachers: 1", "None told: 4"]'::jsonb) $$, 'a group whole');
select is(test.said($$ select networks.get_network('nw-none', null) $$), 'NOT_FOUND', 'one that is there');
select is(test.said($$ select networks.end_network_member(test.ref('chair3'), 2, null) $$), 'STALE_VERSION', 'by version');
select is(test.said($$ select networks.end_network_member(test.ref('chair3'), 1, '2023-08-31') $$), '23514', 'after it began');

-- Another board, and an end.
insert into made values ('other', test.network('Other board', 'board'));
select results_eq($$ select board_id = test.ref('other'), version from networks.change_network(test.ref('group5'), 1, null, null, test.ref('other'), null, null, null) $$, $$ values (true, 2) $$, 'a group reports to another board');
select is((select string_agg(n.name, ', ' order by m.starts_on) from networks.list_network_members(null, null, null, base.today()) m, networks.network n where m.seat_of = 'Group 5' and n.network_id = m.network_id), 'Other board', 'its chair goes with it');
select is((select version from networks.change_network(test.ref('group5'), 2, '', null, '', 'termly', null, null)), 3, 'and to none');
select is((select count(*)::integer from networks.list_network_members(test.ref('other'), null, null, base.today())), 0, 'no seat is left there');
select is(test.said($$ select networks.change_network(test.ref('group5'), 2, 'X', null, null, null, null, null) $$), 'STALE_VERSION', 'by version');

-- Plans.
select is((select version from networks.set_network_plan(test.ref('group1'), 2023, 'Reading across the north', null, '2023-10-01')), 1, 'a plan');
select is((select version from networks.set_network_plan(test.ref('group1'), 2023, 'Reading and phonics', null, '2023-10-01')), 2, 'said anew');
select is(test.said($$ select networks.set_network_plan(test.ref('group1'), 1999, 'X', null, null) $$), '23514', 'of a year');

-- Meetings: held with who came and what it cost.
insert into made select 'meeting' || n, meeting_id from (values (1, '2023-09-20 16:00'), (2, '2023-11-22 16:00'), (3, '2024-01-17 16:00')) x (n, t), networks.plan_network_meeting(test.ref('group1'), t::timestamptz, null, 'Town hall', 47500);
select is(test.said($$ select networks.plan_network_meeting(test.ref('group1'), '2023-09-20 17:00', null, null, null) $$), '23P01', 'one at a time');
select is(test.said($$ select networks.plan_network_meeting(test.ref('group1'), '2023-09-21 17:00', '2023-09-21 16:00', null, null) $$), '23514', 'it ends after it begins');
select is(test.said($$ select networks.plan_network_meeting(test.ref('group1'), '2023-08-31 17:00', null, null, null) $$), 'NETWORK_NOT_THERE', 'while the network is there');
select results_eq($$ select status, attended, expected, cost_pence from networks.hold_network_meeting(test.ref('meeting1'), 1,
    jsonb_build_array(jsonb_build_object('member_id', test.ref('school1')), jsonb_build_object('member_id', test.ref('school2'), 'came', 'Apologies'), jsonb_build_object('member_id', test.ref('chair1'))), null, 'Plan agreed') $$,
  $$ values ('held', 2, 5, 47500::bigint) $$, 'two of five came');
select is((select attended from networks.hold_network_meeting(test.ref('meeting1'), 2, jsonb_build_array(jsonb_build_object('member_id', test.ref('school2'), 'came', 'attended')), 50000, null)), 3, 'corrected');
select is(test.said($$ select networks.hold_network_meeting(test.ref('meeting2'), 1, jsonb_build_array(jsonb_build_object('member_id', test.ref('chair3'))), null, null) $$), 'NOT_FOUND', 'members of the network came');
select is(test.said($$ select networks.hold_network_meeting(test.ref('meeting2'), 1, jsonb_build_array(jsonb_build_object('member_id', test.ref('school1'), 'came', 'late')), null, null) $$), '23514', 'or did not');
select is(test.said($$ select networks.hold_network_meeting(m.meeting_id, 1, null, null, null) from networks.plan_network_meeting(test.ref('group1'), now() + interval '1 day', null, null, null) m $$), 'MEETING_TO_COME', 'not before it begins');
select is(test.said($$ select networks.cancel_network_meeting(test.ref('meeting1'), 3, 'Snow') $$), 'MEETING_STATUS', 'what was held is not cancelled');
select is((select status from networks.cancel_network_meeting(test.ref('meeting2'), 1, 'Snow')), 'cancelled', 'cancelled');
select is(test.said($$ select networks.hold_network_meeting(test.ref('meeting2'), 2, null, null, null) $$), 'MEETING_CANCELLED', 'it was not held');
select is((select count(*)::integer from networks.list_network_meetings(null, 'improvement_group', 'held', '2023-09-01', '2023-12-31')), 1, 'listed');

-- The report, and what is due: once in each half-term.
select is_empty($$ select * from reports.meetings_due('2024-01-10', null) $$, 'where no terms are set none is due by them');
select test.as_owner();
select test.terms(929, 2023);
select test.call_as(929, 'officer');
create function pg_temp.row_of(p_network text, p_on date default '2024-01-10') returns text language sql as $$
  select concat_ws(' ', chair, sits_on, facilitator, schools, people, meetings_planned, meetings_held, attended, base, percent, cost_pence) from reports.networks(null, p_on) where network = p_network $$;
select is(pg_temp.row_of('Group 1'), 'Bea Hall School Improvement Board pt-jo 3 2 1 1 3 5 60.0 50000', 'a group: three of five came, £500');
select is((select count(*)::integer || ' ' || count(facilitator) || ' ' || count(sits_on) from reports.networks('improvement_group', '2024-01-10') where network <> 'Total'), '5 5 5', 'S4: five groups with facilitators, their chairs on the board');
select is((select count(sits_on)::integer from reports.networks('improvement_group', base.today())), 3, 'today three: one chair left, and one group reports to none');
select is((select plan from reports.networks(null, '2024-01-10') where network = 'Group 1'), 'Reading and phonics', 'with its plan');
select is((select string_agg(period || ' ' || state, ', ' order by due_by) from reports.meetings_due('2024-01-10', null) where name = 'Group 1'), 'half-term 2 of 2023/24 overdue, half-term 3 of 2023/24 planned', 'the cancelled one is due again');
select is((select string_agg(period || ' ' || state, ', ' order by due_by) from reports.meetings_due('2024-01-10', null) where name = 'School Improvement Board'), 'autumn term 2023/24 overdue, spring term 2023/24 due', 'a board once a term');
select is((select string_agg(concat_ws(' ', about, state, days_late), ', ' order by due_by) from reports.meetings_due('2024-01-10', true) where reference = test.ref('group1')), 'network held, network overdue 23, network planned', 'with what was held where asked for');
select is((select count(*)::integer from reports.meetings_due('2024-01-10', null) where name = 'Other board'), 0, 'without a cadence nothing is due');
select test.as_owner();
update networks.meeting set status = 'planned', cancel_reason = null where meeting_id = test.ref('meeting2');
select test.call_as(929, 'officer');
select is((select h.status from networks.hold_network_meeting(test.ref('meeting2'), 2, null, null, null) h), 'held', 'held after all');
select is((select string_agg(period || ' ' || due_by || ' ' || state, ', ' order by due_by) from reports.meetings_due('2024-01-10', null) where name = 'Group 1'), 'half-term 3 of 2023/24 2024-02-12 planned', 'and due no more');
select is(pg_temp.row_of('Group 1'), 'Bea Hall School Improvement Board pt-jo 3 2 1 2 3 10 30.0 97500', 'one row changed: another meeting, to which nobody came');
select is(pg_temp.row_of('Total'), '1 2 3 10 30.0 97500', 'in all');
select results_eq($$ select distinct cadence, count(*)::integer from networks.periods('monthly', 2023) p, (values ('m')) x (cadence) group by 1 $$, $$ values ('m', 11) $$, 'eleven months');
select is((select count(*)::integer from networks.periods('yearly', 2023)), 1, 'one year');

-- Meetings count against a budget (FUN-3).
insert into made select 'budget', budget_id from funds.add_budget('School improvement', '2023-04-01', '2024-03-31', null, null);
select lives_ok($$ select funds.set_budget_line(test.ref('budget'), 1, 3, 'SIG groups', 5, 'facilitators', 6, 'meetings', 47500, null, 'meetings', 'improvement_group', null, null, null) $$, 'S4: 5 × 6 × £475');
select is(test.said($$ select funds.set_budget_line(test.ref('budget'), 2, 4, 'X', 5, 'x', null, null, 1, null, 'meetings', 'tea', null, null, null) $$), 'INVALID_FIELD', 'of a kind of network');
select results_eq($$ select budget_pence, actual_pence, units, delivered, planned from reports.budget_against_actual(test.ref('budget'), '2024-01-10') where number = 3 $$,
  $$ values (1425000::bigint, 97500::bigint, 30, 2, 1) $$, 'two meetings of thirty were held');

-- Who sees what.
select test.call_as(929, 'booker', array[100001]);
select is((select count(*)::integer from networks.list_networks(null, '2024-01-01')), 7, 'a school sees the networks');
select is((select string_agg(coalesce(name, school_urn::text), ', ' order by starts_on, name) from networks.list_network_members(null, null, null, '2023-10-01')), 'Chair 1, Chair 1, 100001', 'and its own people');
select test.call_as(929, 'partner');
select is((select string_agg(network, ', ') from networks.list_network_members(null, null, null, null)), 'Group 1', 'a partner what they facilitate');
select ok(not has_function_privilege('persona_partner', 'networks.get_network(text,date)', 'execute') and not has_function_privilege('persona_reporter', 'networks.cancel_network_meeting(text,integer,text)', 'execute'), 'officers change networks');
select test.call_as(926, 'officer');
select is_empty($$ select name from networks.list_networks(null, '2024-01-01') union all select name from networks.list_network_members(null, null, null, null) $$, 'another authority sees none');
select is(test.said($$ select networks.set_network_plan((select ref from made where word = 'group1'), 2023, 'X', null, null) $$), 'NOT_FOUND', 'nor touches one');
select * from finish();
rollback;
