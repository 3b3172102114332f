-- Needs analyses (NEE-1); priorities, steps, outputs, comments (PRI-1). S3's priorities are 2, 6 and 7, its devices two lots of 2,000.
begin;
\ir ../support/sql/schools.sql
set local client_min_messages = warning;
select plan(51);
select test.schools(929, 100001, 6, 'Primary'), test.schools(926, 200001, 1, 'Primary');
update register.establishment_version set easting = 400000 + 1000 * (urn - 100000) ^ 2, northing = 500000 where authority_id = 929;
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
-- Outcomes of a school from 2024 on.
create function test.told(p_urn integer, variadic p_values numeric[]) returns jsonb language sql immutable as $$
  select jsonb_agg(jsonb_build_object('school_urn', p_urn, 'academic_year', 2023 + n, 'value', v, 'cohort', 30)) from unnest(p_values) with ordinality x (v, n) where v is not null
$$;
create function test.standings(p_number integer default null) returns text language sql stable as $$
  select string_agg(school_urn - 100000 || ' ' || standing, ', ' order by school_urn) from programmes.list_needs(test.ref('analysis'), 2026, p_number, null)
$$;
grant execute on all functions in schema test to public;
select test.call_as(926, 'officer'), test.call_as(929, 'booker', array[100001]), test.call_as(929, 'reporter'), test.call_as(929, 'officer');

select is(test.said($$ select programmes.add_analysis('X', 'RWM', 50, 60) $$), '23514', 'no school is strong and in need at once');
insert into made select 'analysis', analysis_id from programmes.add_analysis('Primary outcomes', 'Reading, writing and mathematics, per cent', 75, 55);
select is(test.said($$ select programmes.add_analysis('PRIMARY outcomes', 'RWM', 75, 55) $$), '23505', 'a title once');
select is(test.said($$ select * from programmes.list_needs(test.ref('analysis'), null, null, null) $$), 'NOT_FOUND', 'nothing is told yet');
select results_eq($$ select number, outcomes, changed from programmes.add_analysis_version(test.ref('analysis'), 1, test.told(100001, 75, 80, 90) || test.told(100002, 70, 80, 90) || test.told(100003, 80, 80, 54.99) || test.told(100004, 80, 50, 55)
    || test.told(100005, null, null, 80) || test.told(100006, 80), 'Norfolk, version 1') $$, $$ values (1, 14, 0) $$, 'version 1');
select is(test.standings(), '1 strong over three years, 2 strong this year, 3 in need of support, 4 neither, 5 strong this year, 6 not told', 'NEE-1: strong this year, over three years, in need of support');
select is((select string_agg(school_urn - 100000 || '', '' order by n) from programmes.list_needs(test.ref('analysis'), null, null, null) with ordinality x (school_urn, a, b, c, d, e, f, g, n)), '345216', 'those in need first');
select results_eq($$ select this_year, last_year, year_before, cohort from programmes.list_needs(test.ref('analysis'), null, null, 'In need of support') $$, $$ values (54.99::double precision, 80::double precision, 80::double precision, 30) $$, 'with three years, and the base');
select results_eq($$ select number, outcomes, changed, version from programmes.add_analysis_version(test.ref('analysis'), 2, '[{"school_urn":100003,"academic_year":2026,"value":58.5,"cohort":29},{"school_urn":100006,"academic_year":2026,"value":40}]', 'Version 2') $$,
  $$ values (2, 2, 1, 3) $$, 'a later version tells more, and anew');
select is(test.standings(), '1 strong over three years, 2 strong this year, 3 neither, 4 neither, 5 strong this year, 6 in need of support', 'one row changed, another came');
select is(test.standings(1), '1 strong over three years, 2 strong this year, 3 in need of support, 4 neither, 5 strong this year, 6 not told', 'version 1 can still be read');
select is(test.said($$ select programmes.add_analysis_version(test.ref('analysis'), 2, '[{"school_urn":100003,"academic_year":2026,"value":1}]', null) $$), 'STALE_VERSION', 'by version');
select is(test.said($$ select programmes.add_analysis_version(test.ref('analysis'), 3, '[]', null) $$), 'FIELD_REQUIRED', 'of something');
select is(test.said($$ select programmes.add_analysis_version(test.ref('analysis'), 3, '[{"school_urn":100003,"academic_year":2026}]', null) $$), 'FIELD_REQUIRED', 'with a value');
select is(test.said($$ select programmes.add_analysis_version(test.ref('analysis'), 3, '[{"school_urn":200001,"academic_year":2026,"value":1}]', null) $$), 'NOT_FOUND', 'of the authority''s schools');
select is(test.said($$ select programmes.add_analysis_version(test.ref('analysis'), 3, test.told(100001, 1) || test.told(100001, 2), null) $$), '23505', 'each once a version');
select is(test.said($$ select * from programmes.list_needs(test.ref('analysis'), null, 3, null) $$), 'NOT_FOUND', 'a version that is there');
select is(test.said($$ select * from programmes.list_needs(test.ref('analysis'), null, null, 'good') $$), 'INVALID_FIELD', 'a standing of the list');
select results_eq($$ select versions, schools, first_year, last_year from programmes.list_analyses() $$, $$ values (2, 6, '2024/25', '2026/27') $$, 'listed');

-- Matching: who could support whom (S0's brokerage hub).
insert into made select 'fund', fund_id from funds.add_fund('SSIF', null, null, null, null);
insert into made select 'round', round_id from funds.open_round(test.ref('fund'), 2, base.today() - 30, base.today() + 30, null, null, null);
select lives_ok($$ select funds.add_round_priority(test.ref('round'), n, 'Priority ' || n, null, null, null) from generate_series(1, 2) n $$, 'two priorities');
select is((select count(*)::integer from (select funds.express_interest(test.ref('round'), w::jsonb, u, null, p, null) from (values ('["giver"]', 100001, 1), ('["giver"]', 100005, null), ('["giver","receiver"]', 100004, 1), ('["receiver"]', 100006, 1),
  ('["receiver"]', 100002, 1), ('["giver","receiver"]', 100003, 2)) x (w, u, p)) y), 6, 'six interests');
select results_eq($$ select receiver_urn - 100000, receiver_standing, rank, giver_urn - 100000, giver_standing, km from programmes.match_support(test.ref('round'), test.ref('analysis'), 1, null) $$,
  $$ values (6, 'in need of support', 1, 1, 'strong over three years', 35::double precision), (6, 'in need of support', 2, 5, 'strong this year', 11), (6, 'in need of support', 3, 4, 'neither', 20),
    (4, 'neither', 1, 1, 'strong over three years', 15), (4, 'neither', 2, 5, 'strong this year', 9) $$, 'receivers in need first, strong givers first; who is strong receives none');
select is((select count(*)::integer from programmes.match_support(test.ref('round'), test.ref('analysis'), 1, 1)), 2, 'so many as are asked for');
select lives_ok($$ select funds.add_bid(test.ref('round'), 'Bid', o.organisation_id, 1, null, null, null, null) from funds.add_organisation('Hethersett TSA', 'tsa') o $$, 'a partner leads');
select is((select distinct led_by from programmes.match_support(test.ref('round'), test.ref('analysis'), 1, null)), 'Hethersett TSA', 'and is named');
select results_eq($$ select receiver_urn - 100000, giver_urn - 100000, led_by from programmes.match_support(test.ref('round'), test.ref('analysis'), 2, null) $$, $$ values (3, 5, null::text) $$, 'another priority');
select is(test.said($$ select * from programmes.match_support(test.ref('round'), test.ref('analysis'), 9, null) $$), 'NOT_FOUND', 'a priority that is there');
select is(test.said($$ select * from programmes.match_support('ro-none', test.ref('analysis'), null, null) $$), 'NOT_FOUND', 'a round that is there');

-- Priorities with their own numbers.
insert into made select 'priority' || n, (programmes.add_priority('Education Strategy Board', n, 'Priority ' || n, '2022-05-01', null)).priority_id from unnest(array[2, 6, 7]) n;
select is((select array_agg(number) from programmes.list_priorities(null, null)), array[2, 6, 7], 'S3: priorities 2, 6 and 7, their gaps kept');
select is(test.said($$ select programmes.add_priority('Education Strategy Board', 6, 'X', '2023-01-01', null) $$), '23P01', 'a number once in a plan');
select lives_ok($$ select programmes.add_priority('Corporate plan', 6, 'X', '2023-01-01', '2023-12-31') $$, 'another plan has its own');
select is((select count(*)::integer from programmes.list_priorities('Corporate plan', '2024-01-01')), 0, 'for its time');
select is(test.said($$ select programmes.add_priority('X', 1, 'X', '2024-01-01', '2023-12-31') $$), '23514', 'in order');

-- Steps.
select is((select count(*)::integer from (select programmes.add_step('FACS, May 2022', n, k || n, k, case n when 1 then test.ref('priority2') end, '2022-05-05') from (values ('next_step', 6), ('recommendation', 4)) x (k, many)
    cross join lateral generate_series(1, many) n) y), 10, 'S3: six next steps, four recommendations');
select is(test.said($$ select programmes.add_step('FACS, May 2022', 6, 'X', null, null, null) $$), '23505', 'a number once a paper and kind');
select is(test.said($$ select programmes.add_step('X', 1, 'X', 'wish', null, null) $$), '23514', 'of a kind of the list');
select is(test.said($$ select programmes.add_step('X', 1, 'X', null, 'py-none', null) $$), 'NOT_FOUND', 'for a priority that is there');
insert into made select 'step', step_id from programmes.list_steps('facs', 'next_step', true) where number = 1;
select is((select done_on from programmes.complete_step(test.ref('step'), 1, '2022-12-01', 'Three more schools')), date '2022-12-01', 'done');
select is(test.said($$ select programmes.complete_step(test.ref('step'), 1, null, null) $$), 'STALE_VERSION', 'by version');
select is(test.said($$ select programmes.complete_step(test.ref('step'), 2, null, null) $$), 'DONE_ALREADY', 'once');
select is((select count(*)::integer from programmes.list_steps(null, 'next_step', true)), 5, 'five are open');
select results_eq($$ select steps, steps_done from programmes.list_priorities(null, null) where number = 2 $$, $$ values (2, 1) $$, 'counted at the priority');

-- Outputs: two separate lots stay two.
select is((select count(*)::integer from (select programmes.add_output(w, q, s, true, '2020-03-01', '2022-04-30', null) from (values ('Updates', 200, 'Website'), ('Information sessions', 80, 'The team'), ('Colleagues trained', 1000, 'The team'),
  ('Digital devices', 2000, 'DfE schemes'), ('Digital devices', 2000, 'Covid recovery funding')) x (w, q, s)) y), 5, 'S3: outputs with their sources');
select results_eq($$ select source, quantity, at_least, lots, lots_quantity from programmes.list_outputs('devices', null) $$, $$ values ('Covid recovery funding', 2000, true, 2, 4000), ('DfE schemes', 2000, true, 2, 4000) $$, 'two lots of 2,000 devices, not one');
select is(test.said($$ select programmes.add_output('digital devices', 5, 'dfe schemes', null, '2021-01-01', null, null) $$), '23P01', 'one source is counted once for a time');
select is(test.said($$ select programmes.add_output('X', -1, 'Y', null, null, null, null) $$), '23514', 'some or none');

-- Comments.
select is((select count(*)::integer from (select programmes.add_comment(w, s, null, 'Ofsted report', p, null, null) from (values ('Honest and purposeful support.', 'Ofsted', 'Primary'), ('Well targeted packages.', 'ofsted', 'Secondary'), ('The best training.', 'school', null)) x (w, s, p)) y), 3, 'what others said');
select is((select string_agg(words, ' ') from programmes.list_comments('ofsted', null, 'primary', null)), 'Honest and purposeful support.', 'by source and phase');
select is(test.said($$ select programmes.add_comment('X', 'gossip', null, null, null, null, null) $$), '23514', 'of a source of the list');

-- Who sees what.
select test.call_as(929, 'booker', array[100001]);
select is((select count(*)::integer from programmes.list_priorities(null, null)), 3, 'schools see the priorities');
select is_empty($$ select 1 from programmes.outcome union all select 1 from programmes.comment union all select 1 from programmes.analysis $$, 'and no outcomes of others');
select test.call_as(926, 'officer');
select is_empty($$ select title from programmes.list_analyses() union all select what from programmes.list_priorities(null, null) union all select what from programmes.list_steps(null, null, null) union all select what from programmes.list_outputs(null, null)
  union all select words from programmes.list_comments(null, null, null, null) $$, 'another authority sees none');
select * from finish();
rollback;
