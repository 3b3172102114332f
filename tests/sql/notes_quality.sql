-- Quality assurance: a sample that anyone can draw again, ratings, agreement between raters: VIS-4.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
\ir ../support/sql/notes.sql
select plan(42);
select test.schools(929, 100001, 60, 'Primary'), test.schools(929, 100101, 4, 'Secondary');
select test.partner(929, 'pt-a', test.person('partner', 929)), test.partner(929, 'pt-b');
select test.call_as(926, 'officer');
select test.call_as(929, 'la_admin');
select test.call_as(929, 'officer');
create temporary table form as select * from notes.add_template('Visit', '[{"key":"a","title":"A","part":"partner","prompts":[{"key":"b","text":"?"}]}]', null, null, null);
select test.as_owner();
-- Notes of two partners: ten primaries and four secondaries, six primaries.
create function test.noted(p_visit text, p_partner text, p_urn integer, p_group text, p_at timestamptz default now() - interval '1 day') returns void language plpgsql as $$
begin
  insert into visits.visit (authority_id, visit_id, school_urn, partner_id, purpose, mode, starts_at, ends_at, half_days, funding, notice_days, planned_by, status, done_at, note_due_on)
  select 929, p_visit, p_urn, p_partner, 'core', 'in_person', t, t + interval '1 minute', 1, 'core', 0, test.person('officer', 929), 'noted', now(), base.today()
  from (select (base.today() - 10)::timestamptz + make_interval(mins => (select count(*)::integer from visits.visit)) as t) x;
  insert into notes.note (authority_id, visit_id, template_id, template_number, phase_group) select 929, p_visit, template_id, 1, p_group from form;
  insert into notes.part (authority_id, visit_id, part, number, answers, themes, written_by, written_at) values (929, p_visit, 'partner', 1, '[]', '{}', test.person('partner', 929), p_at);
end $$;
grant all on form to public;
grant execute on all functions in schema test to public;
select test.noted('vi-ap' || n, 'pt-a', 100000 + n, 'Primary') from generate_series(1, 10) n;
select test.noted('vi-as' || n, 'pt-a', 100100 + n, 'Secondary') from generate_series(1, 4) n;
select test.noted('vi-bp' || n, 'pt-b', 100010 + n, 'Primary') from generate_series(1, 6) n;

select test.call_as(929, 'officer');
create temporary view sample as select * from notes.sample_notes(5, '7', base.today() - 20, base.today(), null);
grant select on sample to public;
select results_eq('select partner_id, phase_group, stratum_notes, count(*)::integer from sample group by 1, 2, 3 order by 1, 2',
  $$ values ('pt-a', 'Primary', 10, 3), ('pt-a', 'Secondary', 4, 1), ('pt-b', 'Primary', 6, 1) $$,
  'five of twenty: 2.5, 1 and 1.5 by largest remainder; of equal remainders the larger stratum''s');
select results_eq('select visit_id from sample order by 1', 'select visit_id from sample order by 1', 'the same seed, the same sample');
-- Drawn again without us, as anybody with a list of the notes could.
select set_eq('select visit_id from sample', $$
  select x.id from (
    select 'vi-ap' || n as id, 3 as take, row_number() over (order by encode(sha256(('7:vi-ap' || n)::bytea), 'hex')) as place from generate_series(1, 10) n union all
    select 'vi-as' || n, 1, row_number() over (order by encode(sha256(('7:vi-as' || n)::bytea), 'hex')) from generate_series(1, 4) n union all
    select 'vi-bp' || n, 1, row_number() over (order by encode(sha256(('7:vi-bp' || n)::bytea), 'hex')) from generate_series(1, 6) n) x
  where x.place <= x.take $$, 'anyone can draw it again, with sha256 alone');
select is((select distinct seed from sample), '7', 'the seed is told');
select is((select lot from sample order by visit_id limit 1), (select encode(sha256(('7:' || visit_id)::bytea), 'hex') from sample order by visit_id limit 1), 'and what decided');
select isnt((select array_agg(visit_id order by visit_id) from notes.sample_notes(5, '8', base.today() - 20, base.today(), null)), (select array_agg(visit_id order by visit_id) from sample), 'another seed, another sample');
select is((select count(*)::integer from notes.sample_notes(1000, '7', base.today() - 20, base.today(), null)), 20, 'more than there are: all');
select is((select count(*)::integer from notes.sample_notes(2, '7', base.today() - 20, base.today(), null)), 2, 'fewer than there are strata');
select is((select count(*)::integer from generate_series(1, 20) k where (select count(*) from notes.sample_notes(k, 'x', base.today() - 20, base.today(), null)) <> k), 0, 'every size gives as many');
select is((select length(min(seed)) from notes.sample_notes(2, null, base.today() - 20, base.today(), null)), 8, 'without a seed one is made, and told');
select is((select count(*)::integer from notes.sample_notes(2, '7', base.today() + 1, base.today() + 2, null)), 0, 'none in a period without notes');
select throws_ok($$ select * from notes.sample_notes(0, '7', null, null, null) $$, 'IM003', 'A sample has some notes.', 'some');
select throws_ok($$ select * from notes.sample_notes(null, '7', null, null, null) $$, 'IM003', null, 'a size');
select throws_ok($$ select * from notes.sample_notes(5, '7', base.today(), base.today() - 1, null) $$, 'IM003', 'A period cannot end before it starts.', 'a period not backwards');
select throws_ok($$ select * from notes.sample_notes(5, repeat('7', 61), null, null, null) $$, 'IM003', 'A seed is a short word or number.', 'a short seed');
-- Notes that come later change what is drawn now, and not what was drawn then.
create temporary table then_ as select * from sample;
select test.as_owner();
select test.noted('vi-late' || n, 'pt-b', 100030 + n, 'Primary', now() + interval '1 second') from generate_series(1, 20) n;
select test.call_as(929, 'officer');
select set_eq($$ select visit_id from notes.sample_notes(5, '7', base.today() - 20, base.today(), now()) $$, 'select visit_id from then_', 'known at that moment, it is the same sample');
select is((select count(*)::integer from notes.sample_notes(5, '7', base.today() - 20, base.today(), now() + interval '1 minute') where partner_id = 'pt-b'), 3, 'by now it is another');
select test.as_owner();
insert into notes.part (authority_id, visit_id, part, number, answers, themes, written_by) select 929, visit_id, 'partner', 2, '[]', '{}', test.person('partner', 929) from then_;
select test.call_as(929, 'officer');
select results_eq('select visit_id, version from sample order by 1', 'select visit_id, 2 from then_ order by 1', 'corrections do not change the draw');
-- A delivery that is taken back: the visit did not take place, and its note is nobody's to rate; what was drawn before can be drawn again.
select test.as_owner();
update visits.visit set status = 'cancelled', cancelled_at = now() + interval '2 minutes', cancelled_for = 'authority', cancel_reason = 'It did not take place', done_at = null, note_due_on = null
where visit_id = (select min(visit_id) from then_);
select test.call_as(929, 'officer');
select set_eq($$ select visit_id from notes.sample_notes(5, '7', base.today() - 20, base.today(), now()) $$, 'select visit_id from then_', 'known before, it is the same sample');
select is((select count(*)::integer from notes.sample_notes(1000, '7', base.today() - 20, base.today(), now() + interval '5 minutes')), 39, 'known since, a note fewer');
select is((select count(*)::integer from reports.notes_of(base.today() - 20, base.today(), null)), 39, 'nor are its themes counted');
select test.as_owner();
alter table visits.visit disable trigger status_moves;
update visits.visit set status = 'noted', cancelled_at = null, cancelled_for = null, cancel_reason = null, done_at = now(), note_due_on = base.today() where status = 'cancelled';
alter table visits.visit enable trigger status_moves;
select test.call_as(929, 'officer');

-- Ratings.
select throws_ok($$ select * from notes.rate_note('vi-ap1', 'brilliant', null, null) $$, '23514', null, 'an outcome of the list');
select throws_ok($$ select * from notes.rate_note('vi-ap1', '', null, null) $$, 'IM003', null, 'is required');
select throws_ok($$ select * from notes.rate_note('vi-none', 'met', null, null) $$, 'IM005', null, 'of a note that is there');
select throws_ok($$ select * from notes.rate_note('vi-ap1', 'met', 9, null) $$, 'IM010', null, 'of the version that was read');
select results_eq($$ select outcome, ratings from notes.rate_note('vi-ap1', 'MET', null, 'Clear.') $$, $$ values ('met', 1) $$, 'rated');
select throws_ok($$ select * from notes.rate_note('vi-ap1', 'not_met', null, null) $$, 'IM006', 'You have rated this version of the note.', 'once');
select test.as_owner();
insert into notes.part (authority_id, visit_id, part, number, answers, themes, written_by) values (929, 'vi-ap2', 'partner', 3, '[]', '{}', test.person('officer', 929));
select test.done(929, 'vi-bare', 'pt-a', 100060);
select test.call_as(929, 'officer');
select throws_ok($$ select * from notes.rate_note('vi-ap2', 'met', null, null) $$, 'IM009', 'Nobody rates a note that they wrote.', 'not one''s own');
select throws_ok($$ select * from notes.rate_note('vi-bare', 'met', null, null) $$, 'IM009', 'The partner has written nothing yet.', 'nor what is not written');
select test.call_as(929, 'la_admin');
select is((select ratings from notes.rate_note('vi-ap1', 'partly_met', null, null)), 2, 'a second rater');
select ok(not has_function_privilege('persona_partner', to_regproc('notes.rate_note'), 'execute') and not has_function_privilege('persona_booker', to_regproc('notes.sample_notes'), 'execute'),
  'partners and schools neither rate nor sample');
select test.call_as(929, 'partner');
select is_empty('select * from notes.rating', 'nor read what raters said');
select test.call_as(929, 'officer');
select throws_ok('update notes.rating set outcome = ''met''', '42501', null, 'a rating stays');

-- Agreement: of fifty notes both say met of 20 and partly met of 15; the one 25 met, the other 30. Cohen's example: 70 per cent, kappa 0.4.
select test.as_owner();
delete from notes.rating where set_config('app.method', '', true) = '';
select test.noted('vi-k' || n, 'pt-b', 100001 + n % 50, 'Primary') from generate_series(1, 50) n;
insert into notes.rating (authority_id, visit_id, number, rater_id, outcome)
select 929, 'vi-k' || n, 1, test.person(r, 929), case when n <= 20 or n <= 25 and r = 'officer' or n between 26 and 35 and r = 'la_admin' then 'met' else 'partly_met' end
from generate_series(1, 50) n, unnest(array['officer', 'la_admin']) r;
select test.call_as(929, 'la_admin');
select results_eq('select base, agreed, percent, kappa from notes.compare_raters(base.today() - 20, base.today())', $$ values (50, 35, 70.0, 0.400) $$, 'percentage and kappa, with their base');
select is((select array[rater, other] @> array['officer 929', 'la_admin 929'] from notes.compare_raters(base.today() - 20, base.today())), true, 'of two raters');
select is_empty('select * from notes.compare_raters(base.today() + 1, base.today() + 2)', 'none in another period');
select is(notes.kappa(10, 10, 100), null, 'where chance alone would make them agree there is no kappa');
select is(notes.kappa(0, 0, 0), null, 'nor without a base');
select is(notes.kappa(10, 10, 50), 1.000, 'full agreement is 1');
select is(notes.kappa(10, 0, 50), -1.000, 'none is below what chance gives');
select test.call_as(926, 'officer');
select is_empty('select * from notes.sample_notes(5, ''7'', base.today() - 20, base.today(), null)', 'another authority draws from its own');
select is_empty('select * from notes.compare_raters(base.today() - 20, base.today())', 'and compares its own');
select * from finish();
rollback;
