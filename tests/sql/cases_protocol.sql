-- S4's protocol as it was printed (CAS-4): 10 = 6 red + 4 amber; 6 primaries, 1 secondary, 1 nursery, 1 special and 1 PRU; since the last report 3 off
-- and 1 on, so 12 before. And what one changed row does to it.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
\ir ../support/sql/cases.sql
set local timezone = 'Europe/London';
set local client_min_messages = warning;
select plan(24);
select test.schools(343, 105001, 8, 'Primary'), test.schools(343, 105101, 2, 'Secondary'), test.schools(343, 105201, 1, 'Nursery', 'Local authority nursery school'),
  test.schools(343, 105301, 1, 'Not applicable', 'Community special school'), test.schools(343, 105401, 1, 'Not applicable', 'Pupil referral unit'), test.schools(926, 200001, 2, 'Primary');
create temporary table c (urn integer, case_id text);
grant all on c to public;
create function test.case_of(p_urn integer) returns text language sql stable as $$ select case_id from c where urn = p_urn $$;
create function test.version_of(p_urn integer) returns integer language sql stable as $$ select version from cases.case_ where case_id = test.case_of(p_urn) $$;
-- The remark that a report makes.
create function test.cells(p_as_of date, p_since date, p_known_at timestamptz default null) returns table (cell text) language sql stable as $$
  select format('%s %s: %s + %s - %s + %s - %s = %s', category, phase_group, before, added, removed, changed_in, changed_out, schools)
  from reports.concern_cases(p_as_of, p_since, p_known_at)
$$;
grant execute on function test.case_of, test.version_of, test.cells to public;
select test.call_as(926, 'la_admin'), test.call_as(343, 'officer');
select test.call_as(343, 'la_admin');
select count(*) from schools.set_phase_groups('[{"phase":"Primary","phase_group":"Primary"},{"phase":"Secondary","phase_group":"Secondary"},{"phase":"Nursery","phase_group":"Nursery"},{"phase":"Special","phase_group":"Special"},{"phase":"Not applicable","phase_group":"PRU"}]');
select count(*) from cases.set_case_scheme(0, test.categories(), test.reasons(), '2022-09-01');
select test.call_as(343, 'officer');
-- October 2023: 12 on the protocol, of which three leave and one more comes. The cross-table is ours: the source does not give it.
insert into c select x.urn, o.case_id from (values (105001, 'red'), (105002, 'red'), (105003, 'red'), (105004, 'amber'), (105005, 'amber'), (105006, 'amber'), (105007, 'amber'), (105101, 'red'),
  (105102, 'amber'), (105201, 'red'), (105301, 'amber'), (105401, 'amber')) x (urn, category)
cross join lateral cases.open_case(x.urn, x.category, 'systemic', 'As discussed', '2023-01-09', 'termly', null, null, null) o;
select is((select count(*)::integer from cases.list_cases('2023-10-02', null, null, null, null, null, null)), 12, 'S4: 12 before');
-- No terms are set, so that no meeting is owed.
select is((select string_agg(k.status, ' ') from (values (105006), (105007), (105102)) x (urn), cases.close_case(test.case_of(x.urn), 1, 'Judged good', '2023-11-10') k), 'closed closed closed',
  'three have been moved from it');
insert into c select 105008, o.case_id from cases.open_case(105008, 'red', 'preventative', 'A new head', '2023-11-20', 'half_termly', null, null, null) o;
select is((select string_agg(k.category, ' ') from cases.change_category(test.case_of(105401), 1, 'red', 'Exclusions', '2023-11-27') k), 'red', 'one has changed');

select test.call_as(343, 'reporter');
select results_eq($$ select * from test.cells('2023-12-01', '2023-10-02') $$, $$ values
  ('red Primary: 3 + 1 - 0 + 0 - 0 = 4'), ('red Secondary: 1 + 0 - 0 + 0 - 0 = 1'), ('red Nursery: 1 + 0 - 0 + 0 - 0 = 1'), ('red PRU: 0 + 0 - 0 + 1 - 0 = 1'), ('red Total: 5 + 1 - 0 + 1 - 0 = 7'),
  ('amber Primary: 4 + 0 - 2 + 0 - 0 = 2'), ('amber Secondary: 1 + 0 - 1 + 0 - 0 = 0'), ('amber Special: 1 + 0 - 0 + 0 - 0 = 1'), ('amber PRU: 1 + 0 - 0 + 0 - 1 = 0'), ('amber Total: 7 + 0 - 3 + 0 - 1 = 3'),
  ('Total Primary: 7 + 1 - 2 + 0 - 0 = 6'), ('Total Secondary: 2 + 0 - 1 + 0 - 0 = 1'), ('Total Nursery: 1 + 0 - 0 + 0 - 0 = 1'), ('Total Special: 1 + 0 - 0 + 0 - 0 = 1'), ('Total PRU: 1 + 0 - 0 + 1 - 1 = 1'),
  ('Total Total: 12 + 1 - 3 + 1 - 1 = 10') $$, 'CAS-4: category by phase group, every row adds up; 12 before, 1 on, 3 off, 10 now; 6 primaries, 1 secondary, 1 nursery, 1 special, 1 PRU');
select test.call_as(343, 'officer');
select is((select string_agg(k.category, ' ') from cases.change_category(test.case_of(105001), 1, 'amber', 'Better', '2023-11-30') k), 'amber', 'one more is better');
select test.call_as(343, 'reporter');
select results_eq($$ select category, schools from reports.concern_cases('2023-12-01', '2023-10-02', null) where phase_group = 'Total' $$, $$ values ('red', 6), ('amber', 4), ('Total', 10) $$, 'CAS-4: 10 = 6 red + 4 amber');
select results_eq($$ select phase_group, schools from reports.concern_cases('2023-12-01', '2023-10-02', null) where category = 'Total' $$,
  $$ values ('Primary', 6), ('Secondary', 1), ('Nursery', 1), ('Special', 1), ('PRU', 1), ('Total', 10) $$, '= 6 primaries, 1 secondary, 1 nursery, 1 special, 1 PRU');
select results_eq($$ select before, added, removed from reports.concern_cases('2023-12-01', '2023-10-02', null) where category = 'Total' and phase_group = 'Total' $$, $$ values (12, 1, 3) $$, 'since the last report 3 off, 1 on');
select results_eq($$ select schools, added, removed from reports.concern_cases('2023-12-01', '2023-11-20', null) where category = 'Total' and phase_group = 'Total' $$, $$ values (10, 0, 0) $$, 'since another day none');
select results_eq($$ select category, schools from reports.concern_cases('2023-10-02', '2023-09-01', null) where phase_group = 'Total' $$, $$ values ('red', 5), ('amber', 7), ('Total', 12) $$, 'as of October, 12');
select is_empty($$ select * from reports.concern_cases('2022-10-02', null, null) $$, 'a year before, none');
select throws_ok($$ select * from reports.concern_cases('2023-10-02', '2023-10-03', null) $$, 'IM003', null, 'since an earlier day');
-- One changed row changes the table: late news that a school was red all along, by what is known now and by what was known then.
select test.as_owner();
update cases.rating set recorded_at = '2023-11-30 12:00Z' where superseded_at is null;
update cases.rating set recorded_at = '2023-01-09', superseded_at = '2023-11-30 12:00Z' where superseded_at is not null;
select test.call_as(343, 'officer');
select is((select k.was from cases.change_category(test.case_of(105002), 1, 'amber', 'The report says so', '2023-11-28') k), 'red', 'late news');
select test.call_as(343, 'reporter');
select results_eq($$ select category, schools from reports.concern_cases('2023-12-01', '2023-10-02', null) where phase_group = 'Total' $$, $$ values ('red', 5), ('amber', 5), ('Total', 10) $$, 'one row changed: 5 and 5');
select results_eq($$ select category, schools from reports.concern_cases('2023-12-01', '2023-10-02', '2023-12-05') where phase_group = 'Total' $$, $$ values ('red', 6), ('amber', 4), ('Total', 10) $$, 'C-5: as it was known, 6 and 4 still');
select test.call_as(343, 'officer');
select is((select k.status from cases.reopen_case(test.case_of(105102), 2, 'red', 'Judged weak', '2023-12-01') k), 'open', 'one comes back');
select test.call_as(343, 'reporter');
select results_eq($$ select before, added, removed, schools from reports.concern_cases('2023-12-01', '2023-10-02', null) where category = 'Total' and phase_group = 'Total' $$, $$ values (12, 1, 2, 11) $$, 'which is neither on nor off since');
select results_eq($$ select before, removed, added from reports.concern_cases('2023-12-01', '2023-11-15', null) where category = 'Total' and phase_group = 'Total' $$, $$ values (9, 0, 2) $$, 'and on, since a day when it was off');
-- S4's sixth line: £38,500, delegated as appropriate, against what the schools' packages come to.
select test.call_as(343, 'officer');
select count(*) from (values (105001, 'Leadership', null::bigint, 6, 45000::bigint, 'SCC protocol'), (105001, 'Cover', 130000, null, null, 'scc protocol'), (105002, 'Reading', 1000000, null, null, 'SCC protocol'),
  (105003, 'Governance', 25000, null, null, null)) x (urn, what, pence, quantity, each, budget)
cross join lateral cases.add_case_line(test.case_of(x.urn), x.what, x.pence, x.quantity, case when x.each is not null then 'days' end, x.each, null, initcap(x.budget), '2023-11-30') l;
select test.call_as(343, 'finance');
select results_eq($$ select budget, school_urn, category, lines, committed_pence from reports.concern_support('2023-12-01', null, null) $$, $$ values ('None named', 105003, 'red', 1, 25000::bigint), ('None named', null, null, 1, 25000),
  ('Scc Protocol', 105001, 'amber', 2, 400000), ('Scc Protocol', 105002, 'amber', 1, 1000000), ('Scc Protocol', null, null, 3, 1400000), ('Total', null, null, 4, 1425000) $$, 'F23: commitments per school, by budget line, each with its total');
select is((select committed_pence from reports.concern_support('2023-12-01', 'SCC PROTOCOL', 3850000) where budget = 'Total'), 1400000::bigint, 'of one budget line: £14,000 of £38,500');
select is_empty($$ select * from reports.concern_support('2023-11-29', null, null) $$, 'a day before, nothing was agreed');
select throws_ok($$ select * from reports.concern_support(null, null, 3850000) $$, 'IM003', null, 'a sum is of a budget line');
select test.call_as(926, 'la_admin');
select is_empty($$ select * from reports.concern_cases('2023-12-01', '2023-10-02', null) $$, 'another authority has its own');
select ok(not has_function_privilege('persona_booker', to_regproc('reports.concern_cases'), 'execute') and not has_function_privilege('persona_partner', to_regproc('reports.concern_cases'), 'execute'), 'schools and partners have no report');
select * from finish();
rollback;
