-- Programmes, evidence, inspection moves, impact: FUN-4. The moves are those of S3, which change schools less than good by -3 where its table changes by
-- -6; the series of schools good or outstanding is its table's.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
set local client_min_messages = warning;
select plan(64);
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
-- An inspection, published a month after it, with an overall grade.
create function test.graded(p_urn integer, p_on date, p_grade integer) returns void language plpgsql as $$
declare
  v_id bigint;
begin
  insert into register.inspection (inspection_number, urn, kind, framework, starts_on, ends_on, published_on)
  values (p_urn || '-' || p_on, p_urn, 'graded', 'EIF', p_on, p_on + 1, p_on + 30) returning inspection_id into v_id;
  insert into register.inspection_grade (inspection_id, area, scale, grade) values (v_id, 'Overall effectiveness', '1-4', p_grade::text);
end $$;
create function test.lines() returns jsonb language sql immutable as $$ select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('what', w, 'schools', n, 'from_outcome', f, 'to_outcome', t)) order by o) from (values
  (1, 16, 'Monitoring visits', null, null), (2, 2, 'Secondary schools', 'inadequate', 'requires_improvement'), (3, 1, 'Secondary school', 'requires_improvement', 'good'),
  (4, 1, 'Secondary academy, not inspected before', 'not_inspected', 'good'), (5, 1, 'Secondary school', 'good', 'good'), (6, 1, 'Secondary school', 'good', 'requires_improvement'),
  (7, 3, 'Middle schools', 'requires_improvement', 'good'), (8, 1, 'Middle school', 'good', 'outstanding'), (9, 2, 'Primary academies, not inspected before', 'not_inspected', 'good'),
  (10, 3, 'Primary schools', 'good', 'good'), (11, 1, 'Primary school', 'good', 'outstanding')) x (o, n, w, f, t) $$;
grant execute on all functions in schema test to public;
-- 173 schools: the first 40 less than good in 2017, of which all but 33, 27, 25, 25 and 19 improve year by year; the last ones close.
select test.schools(929, 300001, 173, 'Primary'), test.schools(926, 200001, 1, 'Primary'), test.partner(929, 'pt-jo');
update register.establishment_version v set close_date = case when n > 167 then date '2018-06-30' when n > 164 then '2019-06-30' when n > 163 then '2020-06-30' when n > 162 then '2021-06-30' when n > 161
  then '2022-02-28' end from (select u, u - 300000 as n from generate_series(300001, 300173) u) x where v.urn = x.u;
select count(test.graded(300000 + n, '2016-03-01', case when n <= 40 then 3 else 2 end)) from generate_series(1, 173) n;
select count(test.graded(300000 + n, case when n > 33 then date '2018-03-01' when n > 27 then '2019-03-01' when n > 25 then '2020-03-01' else '2022-02-01' end, 2)) from generate_series(20, 40) n;
analyze register.inspection, register.inspection_grade, register.establishment, register.establishment_version;
select test.call_as(926, 'officer'), test.call_as(929, 'reporter'), test.call_as(929, 'partner'), test.call_as(929, 'officer');

-- S3's series, and moves that reconcile with it at each step.
select results_eq($$ select good_or_outstanding, less_than_good, base from (values (1, date '2017-08-31'), (2, '2018-08-31'), (3, '2019-08-31'), (4, '2020-08-31'), (5, '2021-08-31'), (6, '2022-04-30')) d (n, day)
    cross join lateral reports.ofsted_over_time(d.day, null) where authority = '929' order by n $$,
  $$ values (133, 40, 173), (134, 33, 167), (137, 27, 164), (138, 25, 163), (137, 25, 162), (142, 19, 161) $$, 'S3: good or outstanding 133, 134, 137, 138, 137, 142, less 40, 33, 27, 25, 25, 19');
create function pg_temp.moves(p_from date, p_to date) returns text language sql as $$
  select string_agg(concat_ws(' ', line, movement, schools, less_than_good, good_or_outstanding), '; ' order by nth) from reports.inspection_moves(p_from, p_to, null) with ordinality x
    (authority, from_on, to_on, line, movement, from_outcome, to_outcome, schools, less_than_good, good_or_outstanding, why, nth) $$;
select is(pg_temp.moves('2017-08-31', '2018-08-31'), 'Table before 173 40 133; Move closed 6 0 -6; Move improved 7 -7 7; Move retained 127 0 0; Move retained 33 0 0; Moves 13 -7 1; Table after 167 33 134; Residual 0 0',
  'seven improve, six close: the moves explain the table');
select is(pg_temp.moves('2021-08-31', '2022-04-30'), 'Table before 162 25 137; Move closed 1 0 -1; Move improved 6 -6 6; Move retained 136 0 0; Move retained 19 0 0; Moves 7 -6 5; Table after 161 19 142; Residual 0 0', 'and in the last step: 25 to 19 is six that improve');
select is((select why from reports.inspection_moves('2017-08-31', '2022-04-30', null) where line = 'Residual'), 'The moves explain the table.', 'and over all of them');
select test.as_owner();
select test.graded(300100, '2021-10-01', 4);
insert into register.establishment (urn, school_id) values (300900, 300161), (300901, 300901);
insert into register.establishment_version (urn, authority_id, valid_from, name, status, type, phase, open_date) select u, 929, '2021-09-01', 'New ' || u, 'Open', 'Academy converter', 'Primary', '2021-09-01' from unnest(array[300900, 300901]) u;
update register.establishment_version set close_date = '2021-08-31' where urn = 300161;
select test.call_as(929, 'officer');
select is(pg_temp.moves('2021-08-30', '2022-04-30'), 'Table before 162 25 137; Move closed 1 0 -1; Move declined 1 1 -1; Move improved 6 -6 6; Move opened 1 0 0; Move retained 135 0 0; Move retained 19 0 0; Moves 9 -5 4; Table after 162 20 141; Residual 0 0',
  'one row changed: a decline; a school that opened; a conversion is no move');
select is(test.said($$ select * from reports.inspection_moves(null, null, null) $$), 'FIELD_REQUIRED', 'between days');
select is(test.said($$ select * from reports.inspection_moves('2022-01-01', '2022-01-01', null) $$), 'INVALID_FIELD', 'in order');

-- S3's own list of moves, beside its table.
select throws_ok($$ select programmes.state_moves('Since January 2021', '2020-08-31', '2022-04-30', 25, 19, 138, 142, test.lines(), null, null) $$, 'IM009',
  'The table changes by -6 less than good and +4 good or outstanding; the moves change it by -3 and +6.', 'what does not reconcile is refused without a reason');
insert into made select 'stated', statement_id from programmes.state_moves('Since January 2021', '2020-08-31', '2022-04-30', 25, 19, 138, 142, test.lines(), 'Closures and conversions are not among the moves.', 'FACS, May 2022');
create function pg_temp.stated(p_line text) returns text language sql as $$ select string_agg(concat_ws(' ', schools, less_than_good, good_or_outstanding, why), '; ') from reports.inspection_moves(null, null, test.ref('stated')) where line = p_line $$;
select is(pg_temp.stated('Moves'), '32 -3 6', 'S3: 32 inspections, whose moves give -3 less than good');
select is(pg_temp.stated('Residual'), '-3 -2 Closures and conversions are not among the moves.', 'FUN-4: its table gives -6: what is left over is named');
select is(pg_temp.stated('Table before') || ', ' || pg_temp.stated('Table after'), '163 25 138, 161 19 142', 'with the table');
select results_eq($$ select movement, sum(schools)::integer from reports.inspection_moves(null, null, test.ref('stated')) where line = 'Move' group by 1 order by 1 $$,
  $$ values ('declined', 1), ('first graded', 3), ('improved', 8), ('not graded', 16), ('retained', 4) $$, 'S3: 16 graded: 8 improved, 4 retained, 1 declined, 3 first graded');
select test.as_owner();
update programmes.move_line set schools = 7 where number = 7;
select test.call_as(929, 'reporter');
select is(pg_temp.stated('Moves'), '36 -7 10', 'one row changed: four more improve');
select is(pg_temp.stated('Residual'), '1 -6 Closures and conversions are not among the moves.', 'and another residual');
select test.call_as(929, 'officer');
select results_eq($$ select lines, less_residual, good_residual from programmes.state_moves('Short', '2021-08-31', '2022-04-30', 25, 19, 137, 142,
    '[{"what":"Better","schools":6,"from_outcome":"inadequate","to_outcome":"good"},{"what":"Closed","schools":1,"from_outcome":"good","to_outcome":"not_inspected"}]', null, null) $$, $$ values (2, 0, 0) $$, 'what reconciles needs no reason');
select is(test.said($$ select programmes.state_moves('Short', '2021-08-31', '2022-04-30', 1, 1, 1, 1, test.lines(), 'x', null) $$), '23505', 'a title once');
select is(test.said($$ select programmes.state_moves('X', '2022-08-31', '2022-04-30', 1, 1, 1, 1, test.lines(), 'x', null) $$), '23514', 'in order');
select is(test.said($$ select programmes.state_moves('X', '2021-08-31', '2022-04-30', 1, 1, 1, 1, '[]', 'x', null) $$), 'FIELD_REQUIRED', 'with lines');
select is(test.said($$ select programmes.state_moves('X', '2021-08-31', '2022-04-30', 1, 1, 1, 1, '[{"what":"x","schools":1,"from_outcome":"fine","to_outcome":"good"}]', 'x', null) $$), '23514', 'of outcomes of the list');
select is((select count(*)::integer from programmes.list_move_statements()), 2, 'listed');
select is(test.said($$ select * from reports.inspection_moves(null, null, 'ms-none') $$), 'NOT_FOUND', 'one that is there');

-- A programme: S2's alliance.
insert into made select 'fund', fund_id from funds.add_fund('Strategic alliance', null, null, null, null);
insert into made select 'board', network_id from networks.add_network('Education Improvement Board', 'board', null, null, null, null, true, '2021-04-01');
insert into made select 'programme', programme_id from programmes.add_programme('Mathematics', 'Early years to key stage 4', test.ref('fund'), test.ref('board'), '2021-09-01', '2022-08-31');
select is(test.said($$ select programmes.add_programme('MATHEMATICS', null, null, null, '2022-08-31', null) $$), '23P01', 'one of a title at a time');
select is(test.said($$ select programmes.add_programme('X', null, 'fu-none', null, null, null) $$), 'NOT_FOUND', 'of a fund that is there');
select is(test.said($$ select programmes.add_programme('X', null, null, 'nw-none', null, null) $$), 'NOT_FOUND', 'and a board');
select is((select count(*)::integer from (select programmes.set_programme_part(test.ref('programme'), k, n, k || ' ' || n, null, null) from (values ('strand', 9), ('objective', 4), ('means', 8), ('accountability', 3), ('method', 4)) p (k, many)
    cross join lateral generate_series(1, many) n) x), 28, 'S2: nine strands, four objectives, eight means, three themes, four methods');
select is((select version from programmes.set_programme_part(test.ref('programme'), 'Strand', 1, 'Transition', null, null)), 2, 'said anew');
select is(test.said($$ select programmes.set_programme_part(test.ref('programme'), 'wish', 1, 'X', null, null) $$), '23514', 'of a kind of the list');
select is(test.said($$ select programmes.set_programme_part(test.ref('programme'), 'strand', 1, 'X', '2022-01-01', null) $$), '23514', 'a strand is not due');
select lives_ok($$ select programmes.set_programme_part(test.ref('programme'), 'deliverable', 1, 'Quality review', '2022-01-31', null) $$, 'a deliverable is');
select results_eq($$ select strands, objectives, deliverables_due, board from programmes.list_programmes('2022-03-01') $$, $$ values (9, 4, 1, 'Education Improvement Board') $$, 'listed, with what is due');
select is((select p.version from programmes.set_programme_part(test.ref('programme'), 'deliverable', 1, 'Quality review', null, '2022-02-10') p), 2, 'delivered');
select is((select deliverables_due from programmes.list_programmes('2022-03-01')), 0, 'and due no more');
select is((select added from programmes.add_programme_schools(test.ref('programme'), '[300020, 300021, 300100, 300101]', null, null)), 4, 'four schools');
select is(test.said($$ select programmes.add_programme_schools(test.ref('programme'), '[300022, 300021]', null, null) $$), '23P01', 'each once: all or none');
select is(test.said($$ select programmes.add_programme_schools(test.ref('programme'), '[200001]', null, null) $$), 'NOT_FOUND', 'of the authority');
select is(test.said($$ select programmes.add_programme_schools(test.ref('programme'), '[]', null, null) $$), 'FIELD_REQUIRED', 'some');
select is((select ends_on from programmes.end_programme_school(test.ref('programme'), 300101, '2021-12-31')), date '2021-12-31', 'one leaves');
select is(test.said($$ select programmes.end_programme_school(test.ref('programme'), 300101, '2021-12-31') $$), 'NOT_FOUND', 'once');
insert into made select 'evidence', evidence_id from programmes.add_evidence(test.ref('programme'), 'method', 3, 'survey', 'Survey of supported schools', '2022-03-01', null, 300020, '9 of 10 would do it again');
select is(test.said($$ select programmes.add_evidence(test.ref('programme'), 'method', 5, 'survey', 'X', null, null, null, null) $$), 'NOT_FOUND', 'for a part that is there');
select is(test.said($$ select programmes.add_evidence(test.ref('programme'), 'method', 3, 'dream', 'X', null, null, null, null) $$), '23514', 'in a form of the list');
select results_eq($$ select part, finding from programmes.list_evidence(test.ref('programme'), 'method', 300020) $$, $$ values ('method 3', '9 of 10 would do it again') $$, 'listed by the part it serves');
select is((select jsonb_array_length(parts) || ' ' || jsonb_array_length(schools) || ' ' || (jsonb_path_query_first(parts, '$[*] ? (@.kind == "method" && @.number == 3).evidence') #>> '{}') from programmes.get_programme(test.ref('programme'))), '29 4 1', 'shown whole');
select is(test.said($$ select programmes.get_programme('pg-none') $$), 'NOT_FOUND', 'one that is there');

-- Impact: half-days and pounds beside how the outcome moved.
select test.as_owner();
insert into visits.visit (authority_id, visit_id, school_urn, partner_id, purpose, mode, starts_at, ends_at, half_days, funding, fee_pence, notice_days, planned_by, status, done_at, note_due_on)
select 929, 'vi-' || n, u, 'pt-jo', 'core', 'in_person', t, t + interval '3 hours', h, 'core', 25000 * h, 0, test.person('officer', 929), s, case when s = 'done' then t end, case when s = 'done' then t::date end
from (values (1, 300020, '2021-11-01 09:00Z'::timestamptz, 2, 'done'), (2, 300020, '2021-12-01 09:00Z', 1, 'done'), (3, 300100, '2021-11-02 09:00Z', 4, 'done'), (4, 300021, '2021-11-03 09:00Z', 2, 'planned'),
  (5, 300050, '2021-11-04 09:00Z', 1, 'done')) v (n, u, t, h, s);
insert into funds.contribution (authority_id, contribution_id, fund_id, name, source, financial_year, pence, agreed_on) select 929, 'cn-1', test.ref('fund'), 'Council', 'council', 2021, 1000000, '2021-04-01';
insert into funds.spend (authority_id, spend_id, contribution_id, pence, spent_on, what, school_urn, spent_by)
select 929, 'sd-' || n, 'cn-1', p, d::date, 'Training', u, test.person('officer', 929) from (values (1, 300020, 80000, '2021-11-15'), (2, 300021, 30000, '2021-11-16'), (3, 300021, 5000, '2023-11-16')) s (n, u, p, d);
select test.call_as(929, 'officer');
create function pg_temp.impact(p_school text, p_programme text default test.ref('programme')) returns text language sql as $$
  select concat_ws(' ', schools, half_days, visits_pence, spent_pence, pence, outcome_before, outcome_after, movement) from reports.impact('2021-09-01', '2022-04-30', p_programme) where school = p_school $$;
select is(pg_temp.impact('Primary School 300020'), '3 75000 80000 155000 requires_improvement good improved', 'three half-days and £1,550 beside a school that improved');
select is(pg_temp.impact('Primary School 300100'), '4 100000 0 100000 good inadequate declined', 'four half-days and £1,000 beside one that declined');
select is(pg_temp.impact('Primary School 300021'), '0 0 30000 30000 requires_improvement good improved', 'what is planned is not given, nor what was spent outside the period');
select is(pg_temp.impact('All improved'), '2 3 75000 110000 185000 improved', 'summed by movement, with how many schools');
select is(pg_temp.impact('Total'), '4 7 175000 110000 285000', 'and in all: the fourth had nothing');
select is(pg_temp.impact('Total', null), '4 8 200000 110000 310000', 'without a programme, all schools that were given something');
select test.as_owner();
update visits.visit set half_days = 4 where visit_id = 'vi-1';
select test.call_as(929, 'reporter');
select is(pg_temp.impact('Primary School 300020'), '5 75000 80000 155000 requires_improvement good improved', 'one row changed: two half-days more');

-- What a school was given as one causing concern and of an offer counts too, of the period; and by phase group, where the schools stand.
select test.call_as(929, 'la_admin');
select count(*) from cases.set_case_scheme(0, '[{"code":"red","label":"Red","level":"intensive"},{"code":"watch","label":"Watched","level":"watch"}]', '[{"code":"systemic","label":"Systemic"}]', '2020-09-01');
select test.call_as(929, 'officer');
insert into made select 'case', case_id from cases.open_case(300020, 'red', 'systemic', 'Outcomes fell', '2021-10-01', 'none', null, null, null);
select count(*) from cases.open_case(300050, 'watch', 'systemic', 'A new head', '2021-10-01', 'none', null, null, null);
select count(*) from cases.add_case_line(test.ref('case'), 'Leadership', null, 6, 'days', 45000, null, null, '2021-10-10');
select count(*) from cases.add_case_line(test.ref('case'), 'English', 50000, null, null, null, null, null, '2022-05-01');
select test.as_owner();
insert into offers.scheme (authority_id, scheme_id, name, academic_year, starts_on, ends_on, predecessors, moving_down, top_up, carry_over, added_by)
values (929, 'os-1', 'Offer', 2021, '2021-09-01', '2022-08-31', true, 'keep', 'difference', 'lapse', test.person('officer', 929));
insert into offers.award (authority_id, award_id, scheme_id, school_urn, awarded_pence, committed_pence, spent_pence) values (929, 'oa-1', 'os-1', 300020, 1600000, 900000, 700000);
insert into offers.commitment (authority_id, commitment_id, award_id, what, pence, spent_pence, committed_on) values (929, 'oc-1', 'oa-1', 'Coaching', 900000, 700000, '2021-11-01');
insert into offers.entry (authority_id, entry_id, award_id, kind, pence, effective_on, commitment_id, what, entered_by)
select 929, 'oe-' || n, 'oa-1', k, p, d::date, case when k <> 'awarded' then 'oc-1' end, 'As agreed', test.person('officer', 929)
from (values (1, 'awarded', 1600000, '2021-09-01'), (2, 'committed', 900000, '2021-11-01'), (3, 'spent', 400000, '2021-12-01'), (4, 'spent', 300000, '2022-06-01')) e (n, k, p, d);
select test.call_as(929, 'reporter');
select results_eq($$ select half_days, visits_pence, spent_pence, support_pence, offer_pence, pence from reports.impact('2021-09-01', '2022-04-30', null) where school = 'Primary School 300020' $$,
  $$ values (5, 75000::bigint, 80000::bigint, 270000::bigint, 400000::bigint, 825000::bigint) $$, 'FUN-4: six days of support at £450, and £4,000 of the offer; what is of May and June is not in it');
select is((select sum(pence)::bigint from reports.impact('2021-09-01', '2022-04-30', null) where school_urn is not null), (select pence from reports.impact('2021-09-01', '2022-04-30', null) where school = 'Total'), 'the total is the sum of the schools');
select results_eq($$ select sum(outstanding + good)::integer, sum(requires_improvement + inadequate)::integer, sum(base)::integer from reports.ofsted_by_phase('2022-04-30', null, null) where phase_group <> 'Total' $$,
  $$ select good_or_outstanding, less_than_good, base from reports.ofsted_over_time('2022-04-30', null) $$, 'SCH-7: by phase group, the same schools as over time');
select results_eq($$ select outstanding + good, requires_improvement + inadequate, base, percent_good_or_outstanding from reports.ofsted_by_phase('2022-04-30', null, 'MAINTAINED') where phase_group = 'Total' $$,
  $$ values (140, 20, 160, 87.5) $$, 'of the maintained ones 140 of 160');
select results_eq($$ select phase_group, outstanding + good, base from reports.ofsted_by_phase('2022-04-30', null, 'academy') $$, $$ values ('Primary', 1, 1), ('Total', 1, 1) $$, 'and the academy');
select is(test.said($$ select * from reports.ofsted_by_phase(null, null, 'private') $$), 'INVALID_FIELD', 'of a status that there is');
select results_eq($$ select standing, schools, effective_action, not_told from reports.less_than_good('2022-04-30') where phase_group = 'Total' $$, $$ values ('less than good', 20, 0, 20), ('at risk', 2, 0, 0), ('Total', 22, 0, 20) $$,
  'less than good by inspection; who is on the scheme without that is at risk');
select test.as_owner();
insert into register.inspection (inspection_number, urn, kind, framework, starts_on, published_on, effective_action)
select 'm-' || o.urn || d, o.urn, 'monitoring', 'EIF', d::date, d::date + 20, e from reports.latest_outcomes('2022-04-30', null) o, (values ('2021-03-01', false), ('2022-02-01', true)) m (d, e)
where o.authority_id = 929 and o.grade >= 3 and (d < '2022' or o.urn <> (select max(urn) from reports.latest_outcomes('2022-04-30', null) where authority_id = 929 and grade >= 3));
select test.call_as(929, 'reporter');
select results_eq($$ select standing, schools, effective_action, not_effective from reports.less_than_good('2022-04-30') where phase_group = 'Total' $$, $$ values ('less than good', 20, 19, 1), ('at risk', 2, 0, 0), ('Total', 22, 19, 1) $$,
  'the latest monitoring visit tells whether they take effective action');
select is(test.said($$ select * from reports.impact('2022-09-01', '2022-04-30', null) $$), 'INVALID_FIELD', 'a period in order');
select is(test.said($$ select * from reports.impact(null, null, 'pg-none') $$), 'NOT_FOUND', 'of a programme that is there');

-- Who sees what.
select test.call_as(929, 'partner');
select is((select strands from programmes.list_programmes(null)), 9, 'partners see what a programme is made of');
select ok(not has_function_privilege('persona_partner', 'programmes.list_evidence(text,text,integer)', 'execute') and not has_function_privilege('persona_reporter', 'programmes.state_moves(text,date,date,integer,integer,integer,integer,jsonb,text,text)', 'execute'),
  'and officers keep them');
select test.call_as(926, 'officer');
select is_empty($$ select title from programmes.list_programmes(null) union all select title from programmes.list_move_statements() union all select title from programmes.list_evidence(null, null, null) $$, 'another authority sees none');
select is(test.said($$ select programmes.set_programme_part((select ref from made where word = 'programme'), 'strand', 1, 'X', null, null) $$), 'NOT_FOUND', 'nor touches one');
select * from finish();
rollback;
