-- Published figures: read as printed, held against reports, with a verdict and its reason (REP-2, C-6).
begin;
\ir ../support/sql/schools.sql
select plan(53);
-- As printed: the number, how exactly, the unit, and whether it is the least there was.
select is(figures.read_printed(p)::text, r, 'read: ' || p) from (values
  ('76%', '(76,0,percent,f)'), ('2.47%', '(2.47,2,percent,f)'), ('£1,087,600', '(1087600,0,pounds,f)'), ('£1.2m', '(1200000,-5,pounds,f)'), ('£60k', '(60000,-3,pounds,f)'),
  ('133', '(133,0,number,f)'), ('[c]', '(,0,number,f)'), ('over 200', '(200,0,number,t)'), ('2000+', '(2000,0,number,t)'), ('-3', '(-3,0,number,f)'), ('two thirds', '(,0,number,f)')) x (p, r);
-- Verdicts, without a database.
create function test.verdict(p_printed text, p_computed numeric, p_base numeric default null, p_printed_base integer default null, p_reason text default null) returns text
language plpgsql as $$
declare
  f figures.figure;
  r record := figures.read_printed(p_printed);
  v record;
begin
  f.printed := p_printed; f.value := r.value; f.decimals := r.decimals; f.unit := r.unit; f.at_least := r.at_least; f.printed_base := p_printed_base; f.report := 'x'; f.reason := p_reason;
  v := figures.verdict(f, p_computed, p_base);
  return v.verdict || coalesce(': ' || v.why, '');
end $$;
grant execute on all functions in schema test to public;
select is(test.verdict('75%', 74.8), 'agrees', '74.8 is 75 %');
select is(test.verdict('76%', 76.9), 'differs: 76.9% rounds to 77%; 76% is cut off.', 'cut off instead of rounded');
select is(test.verdict('24%', 23.1), 'differs: Printed 24%, computed 23.1%: -0.9%.', 'off by more');
select is(test.verdict('71%', 69.3, 166, 166, 'Its numerator counts 3 outside the base.'), 'differs: Printed 71%, computed 69.3%: -1.7%. Its numerator counts 3 outside the base.', 'with the reason on record');
select is(test.verdict('133', 133, 166, 173), 'differs: Printed of a base of 173, computed of 166.', 'the same figure of another base is another');
select is(test.verdict('133', 133, 173, 173), 'agrees', 'of the same it is the same');
select is(test.verdict('£1.2m', 1200000), 'agrees', 'to a hundred thousand');
select is(test.verdict('£1.2m', 1249999.99), 'agrees', 'and no closer');
select is(test.verdict('£1.2m', 1250000), 'differs: £1,250,000 rounds to £1,300,000; £1.2m is cut off.', 'half of it is the next');
select is(test.verdict('£153,950', 153850), 'differs: Printed £153,950, computed £153,850: -£100.', 'pounds');
select is(test.verdict('over 200', 214), 'agrees', 'at least');
select is(test.verdict('over 200', 199), 'differs: Printed over 200, computed 199: -1.', 'and not fewer');
select is(test.verdict('2.47%', 2.5), 'agrees: Checked to 1 decimal, as the report tells it.', 'as exactly as the report');
select is(test.verdict('two thirds', 66.7), 'cannot: Its words hold no number.', 'words');
select is(test.verdict('133', null), 'cannot: The report has no such row, or nothing in it, on that day.', 'no row');

-- Held against reports: 3 primary and 1 secondary schools.
select test.schools(929, 100001, 3, 'Primary'), test.schools(929, 100011, 1, 'Secondary'), test.schools(926, 200001, 1, 'Primary');
create function test.pair(p_name text, p_value text) returns jsonb language sql as $$ select jsonb_build_array(jsonb_build_object('name', p_name, 'value', p_value)) $$;
grant execute on all functions in schema test to public;
select test.call_as(926, 'officer');
select test.call_as(929, 'officer');
select results_eq($$ select code, verdict, computed, why, version from figures.add_figure('Primary-2026', '3', base.today(), '3 primary schools', 'Paper 1', null, 'Schools-by-phase-group', 'Schools',
  test.pair('Phase-group', 'primary'), null, null) $$, $$ values ('primary-2026', 'agrees', '3', null::text, 1) $$, 'recorded, and said at once that it agrees');
select is((select verdict || ' ' || why from figures.add_figure('secondary', '2', base.today(), '2 secondary schools', 'Paper 1', null, 'schools-by-phase-group', 'schools',
  test.pair('phase_group', 'Secondary'), null, null)), 'differs Printed 2, computed 1: -1.', 'or differs');
select is((select verdict || ' ' || why from figures.add_figure('nurseries', '100%', base.today(), '100% of nurseries', 'Paper 1', null, null, null, null, null, 'Its counts stand in an image that is lost.')),
  'cannot No report tells it. Its counts stand in an image that is lost.', 'or cannot be computed');
select throws_ok($$ select * from figures.add_figure('primary-2026', '3', base.today(), 'w', 's', null, null, null, null, null, null) $$, 'IM006', 'There is a figure primary-2026 already.', 'a code once');
select throws_ok($$ select * from figures.add_figure('x', '3', base.today(), 'w', 's', null, 'school-statement', 'gross', null, null, null) $$, 'IM003', null, 'a report that tells figures');
select throws_ok($$ select * from figures.add_figure('x', '3', base.today(), 'w', 's', null, 'schools-by-phase-group', 'pupils', null, null, null) $$, 'IM003',
  'The report schools-by-phase-group has no column "pupils".', 'a column of it');
select throws_ok($$ select * from figures.add_figure('x', '3', base.today(), 'w', 's', null, 'schools-by-phase-group', 'phase_group', null, null, null) $$, 'IM003',
  'The column "phase_group" holds no numbers.', 'with numbers');
select throws_ok($$ select * from figures.add_figure('x', '3', base.today(), 'w', 's', null, 'schools-by-phase-group', null, null, null, null) $$, 'IM003', null, 'and no report without one');
select throws_ok($$ select * from figures.add_figure('X y', '3', base.today(), 'w', 's', null, null, null, null, null, null) $$, '23514', null, 'a code is a word');
select results_eq($$ select code, printed, computed, verdict from reports.figures(null, null) $$,
  $$ values ('nurseries', '100%', null, 'cannot'), ('primary-2026', '3', '3', 'agrees'), ('secondary', '2', '1', 'differs') $$, 'side by side');
-- One row more, and the figures change.
select test.as_owner();
select test.schools(929, 100012, 1, 'Secondary');
select test.call_as(929, 'officer');
select results_eq($$ select code, computed, verdict from reports.figures('sec', 'agrees') $$, $$ values ('secondary', '2', 'agrees') $$, 'a school more, and it agrees');
select results_eq($$ select verdict, why, version from figures.explain_figure('nurseries', 1, 'Its counts are lost.', null, null, null, null) $$,
  $$ values ('cannot', 'No report tells it. Its counts are lost.', 2) $$, 'explained');
select throws_ok($$ select * from figures.explain_figure('nurseries', 1, 'Again', null, null, null, null) $$, 'IM010', null, 'a stale version');
select lives_ok($$ select * from figures.withdraw_figure('nurseries', 2, 'Another authority''s') $$, 'withdrawn');
select is((select count(*)::integer from reports.figures(null, null)), 2, 'it is checked no more');
select test.call_as(926, 'officer');
select is_empty($$ select 1 from figures.list_figures(true, null, null) union all select 1 from reports.figures(null, null) $$, 'another authority''s are not there');

-- What is small in what is published, and what was published suppressed (REP-5).
select results_eq('select * from figures.get_publication_policy()', $$ values (5, false, false, 0) $$, 'counts from 1 to 4 are small, unless the authority says otherwise');
select throws_ok('select * from figures.set_publication_policy(0, 10, null)', '42501', null, 'officers do not say so');
select test.call_as(929, 'la_admin');
select results_eq('select * from figures.set_publication_policy(0, 10, null)', $$ values (10, false, true, 1) $$, 'administrators do');
select throws_ok('select * from figures.set_publication_policy(0, 10, null)', 'IM010', null, 'a stale version');
select throws_ok('select * from figures.set_publication_policy(1, null, null)', 'IM003', null, 'something is to be said');
select throws_ok('select * from figures.set_publication_policy(1, 101, null)', '23514', null, 'a threshold is a small number');
select results_eq($$ select verdict, why from figures.add_figure('small', '[C]', base.today(), '[c] schools', 'Paper 1', null, 'schools-by-phase-group', 'schools',
  test.pair('phase-group', 'primary'), null, null) $$, $$ values ('agrees', 'Published suppressed: a count below 10.') $$, 'published suppressed, and small today');
select results_eq($$ select number, small_below from figures.list_figures(null, null, null) where code = 'small' $$, $$ values (null::numeric, 10) $$, 'kept with the threshold, and no number');
select from figures.set_publication_policy(1, 3, true);
select results_eq($$ select verdict, why from figures.add_figure('other', '[c]', base.today(), '[c] schools', 'Paper 2', null, 'schools-by-phase-group', 'schools',
  test.pair('phase-group', 'primary'), null, null) $$,
  $$ values ('cannot', 'Published suppressed: the count is not below 3 today; it may have been suppressed so that another cannot be worked out.') $$, 'or for the sake of another');
select test.call_as(926, 'la_admin');
select results_eq('select * from figures.get_publication_policy()', $$ values (5, false, false, 0) $$, 'each authority has its own rule');

select test.as_owner();
select is_empty($$ select p.proname from pg_proc p where p.pronamespace = 'reports'::regnamespace and has_function_privilege('persona_reporter', p.oid, 'execute')
    and not has_function_privilege('persona_booker', p.oid, 'execute') and p.proname not in ('figures', 'qa_sample', 'school_statement', 'meetings_due', 'due', 'cpd_waiting', 'sla_renewals', 'sla_non_buyer_schools')
    and position('reports.' || p.proname || '(' in (select r.prosrc from pg_proc r where r.oid = 'figures.rows_of'::regproc)) = 0 $$,
  'every report is one that a figure may be held against');
select * from finish();
rollback;
