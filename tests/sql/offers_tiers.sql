-- S1's School Improvement Offer 2019-20 (OFF-1 to OFF-3): its tiers and sums, schools that join and move up mid-year, late news, other editions as data,
-- and the ledgers of days and money.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/offers.sql
set local timezone = 'Europe/London';
set local client_min_messages = warning;
select plan(74);
select test.schools(881, 115001, 12, 'Primary'), test.schools(926, 200001, 1, 'Primary');
create temporary table made (word text primary key, ref text);
grant all on made to public;
create function test.ref(p_word text) returns text language sql stable as $$ select ref from made where word = p_word $$;
create function test.moved(p_as_of date, p_word text default 'offer') returns table (moved text) language sql volatile as $$
  select format('%s %s %s->%s %s %s %s', school_urn, effective_on, coalesce(right(from_tier, 1), '-'), coalesce(right(to_tier, 1), '-'), cause, pence / 100, half_days)
  from offers.recompute_offer(test.ref(p_word), p_as_of) order by 1
$$;
grant execute on function test.ref, test.moved to public;
-- 115001 RI once; 115002 RI twice; 115003 RI for ten years and more; 115004 good, then RI in November; 115005 good; 115006 RI, and again RI in January;
-- 115007 RI, ten years on 1 March 2020; 115008 RI twice, ten years on 1 May 2020; 115009 not inspected; 115010 RI, then good in February.
select test.graded(115001, '2018-03-06', 3), test.graded(115002, '2014-03-06', 3), test.graded(115002, '2017-03-06', 3), test.graded(115003, '2008-03-04', 3), test.graded(115003, '2012-03-04', 4),
  test.graded(115003, '2016-03-04', 3), test.graded(115004, '2015-05-05', 2), test.graded(115004, '2019-10-08', 3, '2019-11-11'), test.graded(115005, '2016-05-05', 2),
  test.graded(115006, '2017-01-10', 3), test.graded(115006, '2019-12-03', 3, '2020-01-13'), test.graded(115007, '2010-03-01', 3), test.graded(115008, '2010-05-01', 3), test.graded(115008, '2014-05-01', 3),
  test.graded(115010, '2017-06-06', 3), test.graded(115010, '2020-01-14', 2, '2020-02-10');
select test.call_as(881, p) from unnest(array['la_admin', 'officer', 'finance', 'reporter']) p;

-- Rules are refused in words that name both.
select test.call_as(881, 'la_admin');
select is(test.tier_faults('[{"name":"T","rules":[{"test":"mood","grades":[5]}]}]'), 'tiers[0].rules[0].grades: There is no such grade.; tiers[0].rules[0].test: "mood" is no test of a history.', 'the form of a rule');
select is(test.tier_faults('[{"name":"T","rules":[]}]'), 'tiers[0].rules: T asks for nothing.', 'a tier asks for something');
select is(test.tier_faults('[{"name":"T","rules":[{"test":"latest_grade","grades":[3],"at_least":2},{"test":"never_above","grades":[3,4]},{"test":"times_at_grade","grades":[3]},{"test":"inspections","at_least":3,"at_most":2}]}]'),
  'tiers[0].rules[0].at_least: latest_grade counts nothing.; tiers[0].rules[1].grades: never_above is about one grade.; tiers[0].rules[2].at_least: times_at_grade needs a number.; tiers[0].rules[3].at_least: At least 3 and at most 2 contradict each other.',
  'every fault at once');
select is(test.tier_faults('[{"name":"Never","rules":[{"test":"inspections","at_least":1},{"test":"latest_grade","grades":[3]},{"test":"never_above","grades":[4]}]}]'),
  'tiers[0].rules: Never can have no school: "latest grade requires improvement" and "never better than inadequate" contradict each other.', 'OFF-1: rules that contradict each other are named');
select is(test.tier_faults('[{"name":"Never","rules":[{"test":"years_at_or_below","grades":[4],"at_least":10},{"test":"years_at_or_below","grades":[3],"at_most":5}]}]'),
  'tiers[0].rules: Never can have no school: "inadequate or worse without a break for at least 10 years" and "requires improvement or worse without a break for at most 5 years" contradict each other.', 'in years, too');
select is(test.tier_faults('[{"name":"Never","rules":[{"test":"times_at_grade","grades":[3],"at_least":2,"in_row":true},{"test":"inspections","at_most":1}]}]'),
  'tiers[0].rules: Never can have no school: "requires improvement at least 2 times in a row" and "at most 1 graded inspections" contradict each other.', 'and in numbers');
select is(test.tier_faults('[{"name":"A","rank":1,"rules":[{"test":"first_grade","grades":[3]}]},{"name":"B","rank":1,"rules":[{"test":"latest_grade","grades":[3]}]}]'),
  'tiers[1].rank: A school can fit both A and B, and neither goes before the other.', 'tiers that overlap have an order');
select is(test.tier_faults('[{"name":"A","rank":1,"rules":[{"test":"first_grade","grades":[3]}]},{"name":"B","rank":1,"rules":[{"test":"first_grade","grades":[4]}]}]'), 'added', 'those that do not need none');
select is(test.tier_faults('[{"name":"Low","rules":[{"test":"times_at_grade","grades":[3],"at_least":2,"in_row":true}]},{"name":"High","rules":[{"test":"latest_grade","grades":[3,4]}]}]'),
  'tiers[0].rules: Low can have no school: every one that fits it fits High, which goes before.', 'a tier that another takes all of is named');
select throws_ok($$ select * from offers.add_offer_scheme('X', 2019, '[]', null, null, null, null, null, null, null) $$, 'IM003', null, 'an offer has tiers');
select throws_ok($$ select * from offers.add_offer_scheme('X', 2019, test.offer_tiers(), null, null, null, 'halve', null, null, null) $$, '23514', null, 'settings are of a list');
select throws_ok($$ select * from offers.add_offer_scheme('X', 2019, test.offer_tiers(), '2020-09-01', '2019-09-01', null, null, null, null, null) $$, '23514', null, 'a period is not backwards');

-- The offer of 2019-20.
insert into made select 'offer', scheme_id from offers.add_offer_scheme('School Improvement Offer', 2019, test.offer_tiers(), null, null, null, null, null, null, 'Builds on the offer of 2018-19');
select throws_ok($$ select * from offers.add_offer_scheme('school improvement OFFER', 2019, test.offer_tiers(), null, null, null, null, null, null, null) $$, '23505', null, 'once a year');
select results_eq($$ select t ->> 'name', t ->> 'pence', t ->> 'half_days', t ->> 'meaning' from offers.get_offer_scheme(test.ref('offer')) g, jsonb_array_elements(g.tiers) t $$, $$ values
  ('Tier 1', '0', '6', 'latest grade requires improvement'), ('Tier 2', '1600000', '6', 'requires improvement at least 2 times in a row'),
  ('Tier 3', '2400000', '6', 'latest grade requires improvement; requires improvement or worse without a break for at least 10 years') $$, 'S1: 3 days; 3 days and £16,000; 3 days and £24,000');
select ok(not has_function_privilege('persona_officer', to_regproc('offers.add_offer_scheme'), 'execute'), 'an administrator adds offers');
select test.call_as(881, 'officer');
select throws_ok($$ select * from offers.recompute_offer(test.ref('offer'), base.today() + 1) $$, 'IM003', null, 'nothing is computed before its day');
select throws_ok($$ select * from offers.recompute_offer(test.ref('offer'), '2019-08-31') $$, 'IM009', null, 'nor before the offer');
select throws_ok($$ select * from offers.recompute_offer('os-none', null) $$, 'IM005', null, 'nor of none');
select results_eq($$ select * from test.moved('2019-09-01') $$, $$ values ('115001 2019-09-01 -->1 start 0 6'), ('115002 2019-09-01 -->2 start 16000 6'), ('115003 2019-09-01 -->3 start 24000 6'),
  ('115006 2019-09-01 -->1 start 0 6'), ('115007 2019-09-01 -->1 start 0 6'), ('115008 2019-09-01 -->2 start 16000 6'), ('115010 2019-09-01 -->1 start 0 6') $$, 'OFF-1: the highest that fits; who is good or not inspected is in none');
select is_empty($$ select * from test.moved('2019-09-01') $$, 'computed again, nothing is posted');
select results_eq($$ select tier, half_days, tier_pence, schools, base, total_half_days, awarded_pence from reports.offer_tiers(test.ref('offer'), '2019-09-01') $$, $$ values ('Tier 1', 6, 0::bigint, 4, 12, 24, 0::bigint),
  ('Tier 2', 6, 1600000, 2, 12, 12, 3200000), ('Tier 3', 6, 2400000, 1, 12, 6, 2400000), ('Total', null, null, 7, 12, 42, 5600000) $$, 'offer-tiers: S1''s figures, with the base');
select results_eq($$ select * from test.moved('2019-11-30') $$, $$ values ('115004 2019-11-11 -->1 news 0 6') $$, 'OFF-2: newly RI, a school joins on the day of the publication');
select results_eq($$ select * from test.moved('2020-02-01') $$, $$ values ('115006 2020-01-13 1->2 news 16000 0') $$, 'OFF-2: RI again: +£16,000, no extra days');
select results_eq($$ select * from test.moved('2020-06-01') $$, $$ values ('115007 2020-03-01 1->3 anniversary 24000 0'), ('115008 2020-05-01 2->3 anniversary 8000 0'), ('115010 2020-02-10 1->- news 0 0') $$,
  'OFF-2: 1 to 3 +£24,000, 2 to 3 +£8,000, on the tenth anniversary; who becomes good keeps what it has');
select results_eq($$ select effective_on, school_urn, from_tier, to_tier, cause, inspection, pence, half_days from reports.offer_moves(test.ref('offer'), '2019-09-02', null, null) $$, $$ values
  ('2019-11-11'::date, 115004, null, 'Tier 1', 'news', '115004-2019-10-08', 0::bigint, 6), ('2020-01-13', 115006, 'Tier 1', 'Tier 2', 'news', '115006-2019-12-03', 1600000, 0), ('2020-02-10', 115010, 'Tier 1', null, 'news', '115010-2020-01-14', 0, 0),
  ('2020-03-01', 115007, 'Tier 1', 'Tier 3', 'anniversary', null, 2400000, 0), ('2020-05-01', 115008, 'Tier 2', 'Tier 3', 'anniversary', null, 800000, 0) $$, 'offer-moves: mid-year moves with what they gave');
select results_eq($$ select tier, schools, awarded_pence from reports.offer_tiers(test.ref('offer'), '2020-06-01') $$, $$ values ('Tier 1', 2, 0::bigint), ('Tier 2', 2, 3200000), ('Tier 3', 3, 7200000), ('Left', 1, 0), ('Total', 7, 10400000) $$, 'offer-tiers at the end');
select results_eq($$ select tier, schools from reports.offer_tiers(test.ref('offer'), '2019-12-01') $$, $$ values ('Tier 1', 5), ('Tier 2', 2), ('Tier 3', 1), ('Total', 8) $$, 'and as of a day before');
select results_eq($$ select tier, rule, holds, because from offers.explain_offer(test.ref('offer'), 115007, '2020-02-29') where tier = 'Tier 3' $$, $$ values ('Tier 3', 'latest grade requires improvement', true, 'Grades: 3.'),
  ('Tier 3', 'requires improvement or worse without a break for at least 10 years', false, 'Since 1 Mar 2010.') $$, 'why a school is not in a tier: one day short of ten years');
select throws_ok($$ select * from offers.explain_offer(test.ref('offer'), 200001, null) $$, 'IM005', null, 'of a school of the authority');
select is_empty($$ select * from test.moved('2019-12-01') $$, 'an earlier day takes nothing back');

-- Late news: an inspection of October, published in November and known now only, runs from its publication and posts the difference.
select test.as_owner();
select test.graded(115001, '2019-10-15', 3, '2019-11-20'), test.graded(115005, '2019-06-04', 3, '2019-07-01'), test.graded(115002, '2019-10-22', 2, '2019-11-25');
select test.call_as(881, 'officer');
select results_eq($$ select * from test.moved('2020-06-01') $$, $$ values ('115001 2019-11-20 1->2 news 16000 0'), ('115002 2019-11-25 2->- news 0 0'), ('115005 2019-09-01 -->1 start 0 6') $$, 'OFF-2: late news runs from its publication, and posts the difference');
select test.as_owner();
select test.graded(115006, '2019-09-24', 2, '2019-10-21');
select test.call_as(881, 'officer');
select results_eq($$ select school_urn, late, pence, awarded_pence, from_tier, to_tier from offers.recompute_offer(test.ref('offer'), '2020-06-01') $$, $$ values (115006, true, -1600000::bigint, 0::bigint, null, 'Tier 1') $$, 'an inspection in between: RI in January is no second in a row, and the £16,000 goes back');
select results_eq($$ select kind, pence, awarded_pence from offers.list_offer_entries((select award_id from offers.award where school_urn = 115006), null, null) $$, $$ values ('adjusted', 1600000::bigint, 1600000::bigint), ('adjusted', -1600000, 0) $$, 'the ledger is added to, never changed');
select results_eq($$ select effective_on, from_tier, to_tier from reports.offer_moves(test.ref('offer'), null, null, null) where school_urn = 115006 $$, $$ values ('2019-09-01'::date, null, 'Tier 1'), ('2019-10-21', 'Tier 1', null), ('2020-01-13', null, 'Tier 1') $$, 'its moves are as they should have been');
-- Late news moves the day on which a school joined, and with it the first day of what it is entitled to; not past a visit that draws on it.
select test.as_owner();
create function test.first_day(p_urn integer) returns date language sql volatile as $$ select starts_on from visits.entitlement where school_urn = p_urn and source = 'offer' $$;
grant execute on function test.first_day to public;
select test.graded(115012, '2016-05-05', 2), test.graded(115012, '2019-11-05', 3, '2019-12-09');
select test.call_as(881, 'officer');
select is((select string_agg(m, ', ') from test.moved('2020-06-01') m) || ' ' || test.first_day(115012), '115012 2019-12-09 -->1 news 0 6 2019-12-09', 'who joins mid-year has its days from then on');
select test.as_owner();
select test.graded(115012, '2019-09-17', 3, '2019-10-14');
select test.call_as(881, 'officer');
select is((select count(*)::integer from test.moved('2020-06-01')) || ' ' || test.first_day(115012), '1 2019-10-14', 'OFF-2: known late, that it was so from October: its days begin then');
select test.as_owner();
update register.inspection set superseded_at = now() where urn = 115012 and starts_on = '2019-09-17';
select test.call_as(881, 'officer');
select is((select count(*)::integer from test.moved('2020-06-01')) || ' ' || test.first_day(115012), '1 2019-12-09', 'and taken back, they begin in December again');
select test.as_owner();
update offers.move set recorded_at = recorded_at - interval '2 days', superseded_at = superseded_at - interval '1 day' where superseded_at is not null;
select test.call_as(881, 'officer');
-- An inspection of a predecessor.
select test.as_owner();
insert into register.establishment (urn, school_id) values (99011, 115011);
select test.graded(99011, '2009-01-13', 3);
select test.graded(115011, '2018-01-16', 3);
select test.call_as(881, 'officer');
select results_eq($$ select * from test.moved('2020-06-01') $$, $$ values ('115011 2019-09-01 -->3 start 24000 6') $$, 'OFF-1: a predecessor''s inspection counts');
select test.call_as(881, 'la_admin');
insert into made select 'own', scheme_id from offers.add_offer_scheme('Own inspections', 2019, test.offer_tiers(), null, null, false, null, null, null, null);
select test.call_as(881, 'officer');
select results_eq($$ select * from test.moved('2019-09-01', 'own') m where m like '115011%' $$, $$ values ('115011 2019-09-01 -->1 start 0 6') $$, 'or does not, as the scheme says');

-- Days, by the entitlements of visits; money, committed and spent.
select results_eq($$ select source, starts_on, ends_on, granted, half_days_left from visits.list_entitlements(115003, 'offer', '2019-10-01', null, null, null) where starts_on = '2019-09-01' limit 1 $$, $$ values ('offer', '2019-09-01'::date, '2020-08-31'::date, 6, 6) $$, 'OFF-3: three days, to the end of the year');
insert into made select 'award', award_id from offers.list_offer_awards(test.ref('offer'), 115003, null, null);
select throws_ok($$ select * from offers.commit_offer(test.ref('award'), 2400001, 'Too much', null) $$, 'IM009', null, 'no more is committed than was awarded');
select throws_ok($$ select * from offers.commit_offer(test.ref('award'), 0, 'Nothing', null) $$, 'IM003', null, 'nor nothing');
select throws_ok($$ select * from offers.commit_offer('oa-none', 1, 'x', null) $$, 'IM005', null, 'nor of no award');
insert into made select 'commitment', commitment_id from offers.commit_offer(test.ref('award'), 1000000, 'Leadership programme', null);
select throws_ok($$ select * from offers.commit_offer(test.ref('award'), 1400001, 'The rest and more', null) $$, 'IM009', 'Awarded: £24,000.00; committed: £10,000.00; wanted: £14,000.01.', 'nor than is left');
select test.call_as(881, 'finance');
select results_eq($$ select spent_pence, left_pence, version from offers.spend_offer(test.ref('commitment'), 1, 400000, 'Invoice 12', null) $$, $$ values (400000::bigint, 600000::bigint, 2) $$, 'spent');
select throws_ok($$ select * from offers.spend_offer(test.ref('commitment'), 2, 600001, null, null) $$, 'IM009', null, 'no more than was committed');
select throws_ok($$ select * from offers.spend_offer(test.ref('commitment'), 1, 1, null, null) $$, 'IM010', null, 'by version');
select results_eq($$ select tier, half_days, awarded_pence, committed_pence, spent_pence, left_pence from offers.list_offer_awards(test.ref('offer'), 115003, null, null) $$, $$ values ('Tier 3', 6, 2400000::bigint, 1000000::bigint, 400000::bigint, 1400000::bigint) $$, 'OFF-3: awarded, committed, spent');
select test.call_as(881, 'officer');
select throws_ok($$ select * from offers.release_offer(test.ref('commitment'), 2, ' ') $$, 'IM003', null, 'released with a reason');
select results_eq($$ select released_pence, left_pence from offers.release_offer(test.ref('commitment'), 2, 'Provider withdrew') $$, $$ values (600000::bigint, 2000000::bigint) $$, 'what was not spent is left again');
select throws_ok($$ select * from offers.spend_offer(test.ref('commitment'), 3, 1, null, null) $$, 'IM009', null, 'and nothing more is spent');
select is((select string_agg(kind || ' ' || pence / 100, ', ' order by entered_at, entry_id) from offers.entry where award_id = test.ref('award')), 'awarded 24000, committed 10000, spent 4000, released -6000', 'the ledger says all of it');
select test.as_owner();
select throws_ok($$ update offers.award set committed_pence = awarded_pence + 1 where award_id = test.ref('award') $$, '23514', null, 'past the call, too');

-- Another edition: by the first inspection, by how many, by never having been above, "up to" sums, and other settings: data alone.
select test.call_as(881, 'la_admin');
insert into made select 'edition', scheme_id from offers.add_offer_scheme('Another edition', 2020, '[{"name":"First RI 1","rules":[{"test":"first_grade","grades":[3]},{"test":"inspections","at_most":1}],"pence":500000,"up_to":true},
  {"name":"Never good 2","rules":[{"test":"never_above","grades":[3]},{"test":"inspections","at_least":2}],"pence":900000,"up_to":true,"half_days":4}]', '2020-09-01', '2021-08-31', false, 'take_back', 'full', 'carry', null);
select test.call_as(881, 'officer');
select results_eq($$ select * from test.moved('2020-09-01', 'edition') m where m ~ '^115(007|011)' $$, $$ values ('115007 2020-09-01 -->1 start 5000 0'), ('115011 2020-09-01 -->1 start 5000 0') $$, 'OFF-1: rules are data') ;
select results_eq($$ select up_to, tier_pence from reports.offer_tiers(test.ref('edition'), '2020-09-01') where tier = 'First RI 1' $$, $$ values (true, 500000::bigint) $$, '"up to" is held');
select test.as_owner();
select test.graded(115007, '2020-11-03', 4, '2020-12-01'), test.graded(115011, '2020-11-03', 2, '2020-12-01');
select test.call_as(881, 'officer');
select results_eq($$ select * from test.moved('2020-12-31', 'edition') $$, $$ values ('115007 2020-12-01 1->2 news 9000 4'), ('115011 2020-12-01 1->- news -5000 0') $$, 'full: the whole sum besides; take_back: what is above the lower tier goes back');
insert into made select 'kept', commitment_id from offers.list_offer_awards(test.ref('edition'), 115007, null, null) a, offers.commit_offer(a.award_id, 1200000, 'Programme', '2021-01-10');
select test.as_owner();
select test.graded(115007, '2021-03-02', 1, '2021-04-01');
select test.call_as(881, 'officer');
select results_eq($$ select * from test.moved('2021-05-01', 'edition') $$, $$ values ('115007 2021-04-01 2->- news -2000 -4') $$, 'what is committed is not taken back: £2,000 of £14,000');
select is_empty($$ select * from test.moved('2021-05-01', 'edition') $$, 'nor is it the next time');
select count(*) from offers.release_offer(test.ref('kept'), 1, 'Stopped');
select results_eq($$ select late, pence, awarded_pence from offers.recompute_offer(test.ref('edition'), '2021-05-01') $$, $$ values (true, -1200000::bigint, 0::bigint) $$, 'when it is released, it is');

-- Carried over.
select test.call_as(881, 'la_admin');
insert into made select 'next', scheme_id from offers.add_offer_scheme('Another edition', 2021, test.offer_tiers(), null, null, null, null, null, null, null);
select test.call_as(881, 'officer');
select throws_ok($$ select * from offers.carry_offer(test.ref('offer'), test.ref('next')) $$, 'IM009', 'What is left of School Improvement Offer 2019/20 lapses.', 'what lapses is not carried');
select throws_ok($$ select * from offers.carry_offer(test.ref('edition'), test.ref('offer')) $$, 'IM009', null, 'nor back in time');
select is((select sum(c.pence) from offers.carry_offer(test.ref('edition'), test.ref('next')) c), 2700000::numeric, 'what is left is carried');
select is((select sum(e.pence) from offers.entry e where e.kind in ('carried_in', 'carried_out')), 0::numeric, 'and comes to the same on both sides');
select is_empty($$ select * from offers.carry_offer(test.ref('edition'), test.ref('next')) $$, 'once');

-- What is to come, by years alone.
select test.call_as(881, 'la_admin');
insert into made select 'ahead', scheme_id from offers.add_offer_scheme('This year', calendar.academic_year(base.today()), test.offer_tiers(), base.today() - 30, base.today() + 300, null, null, null, null, null);
select test.as_owner();
select test.graded(115009, (base.today() + 100 - interval '10 years')::date, 3), test.graded(115012, (base.today() + 400 - interval '10 years')::date, 3);
select test.call_as(881, 'reporter');
select results_eq($$ select school_urn, effective_on, days_ahead, from_tier, to_tier, pence from offers.list_offer_ahead(test.ref('ahead'), null) $$, $$ select 115009, base.today() + 100, 100, 'Tier 1', 'Tier 3', 2400000::bigint $$, 'REP-4: who is near ten years RI, when, and what that will give');
select is_empty($$ select * from offers.list_offer_ahead(test.ref('ahead'), base.today() + 99) $$, 'by a day');
select test.call_as(881, 'officer');

-- Who sees it.
select test.call_as(881, 'booker', array[115003]);
select results_eq($$ select distinct school_urn from offers.list_offer_awards(null, null, null, null) $$, $$ values (115003) $$, 'a school sees its own');
select throws_ok($$ select * from offers.list_offer_entries((select ref from made where word = 'none'), null, null) $$, 'IM003', null, 'of a ledger that is named');
select throws_ok(format($$ select * from offers.list_offer_entries(%L, null, null) $$, 'oa-other'), 'IM005', null, 'its own');
select is((select count(*)::integer from offers.list_offer_entries(test.ref('award'), null, null)), 4, 'with its ledger');
select results_eq($$ select schools from offers.list_offer_schemes() where name = 'School Improvement Offer' $$, $$ values (1) $$, 'and is told of none but itself');
select ok(not has_function_privilege('persona_booker', to_regproc('offers.recompute_offer'), 'execute') and not has_function_privilege('persona_finance', to_regproc('offers.commit_offer'), 'execute'), 'who may not, cannot');
select test.as_owner();
select test.call_as(926, 'officer');
select is_empty($$ select * from offers.list_offer_schemes() $$, 'another authority sees none');
select throws_ok($$ select * from offers.recompute_offer(test.ref('offer'), null) $$, 'IM005', null, 'and computes none');
select * from finish();
rollback;
