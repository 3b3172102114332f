-- What is wrong with the clauses of a price is told when it is saved, all of it (SLA-2); and parts of a year add up to it (SLA-4, C-2).
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/sla.sql
select plan(40);
select test.schools(929, 100001, 3, 'Primary'), test.schools(929, 100031, 2, 'Primary', 'Academy converter');
create function test.faulty(p_clauses text) returns text language plpgsql as $$
begin
  perform test.set_price(package_id, '2020-04-01', p_clauses => p_clauses::jsonb) from p;
  return 'saved';
exception when sqlstate 'IM003' then
  return sqlerrm;
end $$;
grant execute on function test.faulty to public;
select test.call_as(929, 'la_admin');
create temporary table p as select test.package('Service', 'Core') as package_id;

select is(test.faulty('[{"band_from": 0, "band_to": 100, "flat_pence": 1}, {"band_from": 102, "flat_pence": 2}]'),
  'Bands 1 and 2 leave a gap between 0 to 100 pupils, and 102 pupils or more: 101 pupils.', 'a gap names both bands and its size');
select is(test.faulty('[{"band_from": 0, "band_to": 100, "flat_pence": 1}, {"band_from": 100, "flat_pence": 2}]'),
  'Bands 1 and 2 overlap: 0 to 100 pupils, and 100 pupils or more.', 'an overlap names both');
select is(test.faulty('[{"band_from": 0, "flat_pence": 1}, {"band_from": 100, "flat_pence": 2}]'),
  'Bands 1 and 2 overlap: 0 pupils or more, and 100 pupils or more.', 'so does a band without an end before another');
select is(test.faulty('[{"band_from": 201, "flat_pence": 3}, {"band_from": 0, "band_to": 100, "flat_pence": 1}, {"band_from": 101, "band_to": 200, "flat_pence": 2}]'),
  'saved', 'bands may be told in any order');
select is(test.faulty('[{"band_from": 1, "band_to": 100, "flat_pence": 1}, {"band_from": 101, "flat_pence": 2}]'),
  'The first band (1 to 100 pupils) leaves a gap below it: 0 pupils.', 'the first begins at 0');
select is(test.faulty('[{"band_from": 0, "band_to": 100, "flat_pence": 1}, {"band_from": 101, "band_to": 200, "flat_pence": 2}]'),
  'The last band (101 to 200 pupils) leaves a gap above it: 201 pupils or more.', 'the last has no end');
select is(test.faulty('[{"phase_group": "Primary", "band_from": 0, "band_to": 100, "flat_pence": 1}, {"phase_group": "Secondary", "band_from": 101, "flat_pence": 2}]'),
  'The clauses have 2 faults: The last band (Primary, 0 to 100 pupils) leaves a gap above it: 101 pupils or more. The first band (Secondary, 101 pupils or more) leaves a gap below it: 0 to 100 pupils.',
  'bands of other schools fill no gap');
select is(test.faulty('[{"band_from": 0, "band_to": 100, "counted": "staff", "flat_pence": 1}, {"band_from": 103, "counted": "staff", "flat_pence": 2}]'),
  'Bands 1 and 2 leave a gap between 0 to 100 staff, and 103 staff or more: 101 to 102 staff.', 'staff bands alike');
select is(test.faulty('[{"band_from": 0, "flat_pence": 1}, {"flat_pence": 2}]'),
  'Clause 2 (all schools) has no band, and others for the same schools have: they overlap.', 'with and without a band');
select is(test.faulty('[{"flat_pence": 1}, {"flat_pence": 2}]'), 'Clauses 1 and 2 are both for all schools.', 'twice the same');
select is(test.faulty('[{"flat_pence": 1}, {"status": "academy", "flat_pence": 2}]'),
  'Clause 2 (academy) is never used: clause 1 comes first and is for all of its schools.', 'the general before the special');
select is(test.faulty('[{"status": "academy", "flat_pence": 2}, {"flat_pence": 1}]'), 'saved', 'the other way round');
select is(test.faulty('[{"flat_pence": 1}, {"status": "out_of_area", "flat_pence": 2}]'), 'saved', 'all schools are all of one''s own');
select is(test.faulty('[{"phase_group": "Secundary", "flat_pence": 1}]'), 'The authority has no phase group "Secundary".', 'a phase group that is none');
select is(test.faulty('[{"school_type": "Castle", "flat_pence": 1}]'), 'GIAS has no type "Castle".', 'a type that is none');
select throws_ok($$ select test.set_price(package_id, null, p_clauses => '[{"status": "closed", "flat_pence": 1}]') from p $$, '23514', null, 'a status that is none');
select throws_ok($$ select test.set_price(package_id, null, p_clauses => '[{"setting": "home", "flat_pence": 1}]') from p $$, '23514', null, 'a setting that is none');
select throws_ok($$ select test.set_price(package_id, null, p_clauses => '[{"counted": "cats", "unit_pence": 1}]') from p $$, '23514', null, 'nothing else is counted');
select throws_ok($$ select test.set_price(package_id, null, 1, p_clauses => '[{"flat_pence": 1}]') from p $$, 'IM003',
  'A price is told by its clauses or by one flat part and part by pupil, not by both.', 'one way or the other');
select throws_ok($$ select test.set_price(package_id, null, p_clauses => (select jsonb_agg(jsonb_build_object('flat_pence', 1)) from generate_series(1, 101))) from p $$, 'IM003',
  '101 clauses are more than a price has.', 'a hundred at most, by count');
select throws_ok($$ select test.set_price(package_id, null, 1, p_roll_count => 'march') from p $$, '23514', null, 'there is no March count');
select throws_ok($$ select test.set_price(package_id, null, 1, p_freeze_years => 11) from p $$, '23514', null, 'ten years'' freeze at most');

-- Terms, and parts of a year.
select results_eq('select number, maintained_month, academy_month, pro_rata, notice_months, early_end from sla.list_subscription_policies()',
  $$ values (0, 4, 9, 'days', 3, 'nothing') $$, 'the common terms');
select throws_ok($$ select * from sla.set_subscription_policy(1, null, null, null, 'months', null, null, null, null) $$, 'IM010', null, 'terms are set on what there is');
select throws_ok($$ select * from sla.set_subscription_policy(0, null, 13, null, null, null, null, null, null) $$, '23514', null, 'twelve months');
select throws_ok($$ select * from sla.set_subscription_policy(0, null, null, null, 'weeks', null, null, null, null) $$, '23514', null, 'days or months');
select throws_ok($$ select * from sla.set_subscription_policy(0, null, null, null, null, 13, null, null, null) $$, '23514', null, 'a year''s notice at most');
select throws_ok($$ select * from sla.set_subscription_policy(0, null, null, null, null, null, 'half', null, null) $$, '23514', null, 'something or nothing back');
select test.set_price(package_id, '2020-04-01', 75001) from p;
select results_eq($$ select q.clause, q.line, q.pence from p, test.quote(100001, package_id, '2026-09-01') q $$,
  $$ values ('flat', 'Flat charge', 75001::bigint), ('pro-rata', '212 of 365 days: 1 Sep 2026 to 31 Mar 2027, of the year from 1 Apr 2026 to 31 Mar 2027', -31439),
    ('half-days', '3 of 6 half-days of visits', 0), ('vat', 'VAT at 20%', 8712) $$, 'joining part-way, by days, with the days counted');
select is((select test.net(100001, package_id, '2026-04-01', '2026-08-31') + test.net(100001, package_id, '2026-09-01') from p), 75001::bigint, 'both parts are the whole');
select results_eq($$ select * from sla.set_subscription_policy(0, '2026-04-01', null, null, 'months', null, null, null, null) $$,
  $$ values (1, '2026-04-01'::date, 4, 9, 'months', 3, 'nothing', 0::bigint, null::integer) $$, 'from now on by months; what is not told stays');
select results_eq($$ select test.net(100001, package_id, '2026-04-01', '2026-08-31'), test.net(100001, package_id, '2026-09-01') from p $$,
  $$ values (31250::bigint, 43751::bigint) $$, 'a change of calendar bills 5/12 and 7/12 exactly: £312.50 and £437.51 of £750.01 (buckscc.gov.uk/traded-services-sla-2020-2021)');
select results_eq($$ select test.net(100031, package_id, '2026-09-01', '2027-03-31'), test.net(100031, package_id, '2027-04-01') from p $$,
  $$ values (43751::bigint, 31250::bigint) $$, 'an academy''s year the other way round');
select throws_ok($$ select test.net(100001, package_id, '2026-09-15') from p $$, 'IM003',
  'The authority counts parts of a year by months: 15 Sep 2026 to 31 Mar 2027 is not of whole months.', 'by months a part is of whole months');
select is((select test.net(100001, package_id, '2025-09-15') > 0 from p), true, 'terms hold from their first day: before it, by days');
select results_eq($$ select q.starts_on, q.ends_on, q.notice_by from p, sla.quote_subscription(100031, package_id, '2026-09-01', null, null, null) q $$,
  $$ values ('2026-09-01'::date, '2027-08-31'::date, '2027-05-31'::date) $$, 'SLA-4: an academy''s year is 1 September to 31 August');
select results_eq($$ select q.ends_on, q.notice_by from p, sla.quote_subscription(100001, package_id, '2026-04-01', null, null, null) q $$,
  $$ values ('2027-03-31'::date, '2026-12-31'::date) $$, 'a maintained school''s 1 April to 31 March, with notice by 31 December');
select is((select reasons #>> '{-1,text}' like '%; terms 1, in force from 1 Apr 2026; for 1 Sep 2026 to 31 Mar 2027' from p, sla.quote_subscription(100001, package_id, '2026-09-01', null, null, null)), true,
  'SLA-3: the version of the terms is told');
select throws_ok($$ select test.net(100001, package_id, '2026-09-01', '2027-04-30') from p $$, 'IM003',
  'The school''s year runs from 1 Apr 2026 to 31 Mar 2027: an order is for that or a part of it, and rolls over.', 'no order goes beyond the year');
-- Whatever the price, wherever a year is cut at ends of months, the parts add up to it.
select setseed(0.166);
select is((select count(*)::integer from (
    select n from (select n, (random() * 1000000)::bigint as pence, date '2026-04-01' + make_interval(months => (1 + random() * 10)::integer) as cut from generate_series(1, 300) n) x
    cross join lateral (select (sla.part_of(x.pence, '2026-04-01', '2027-03-31', '2026-04-01', x.cut::date - 1, c.counting)).pence
      + (sla.part_of(x.pence, '2026-04-01', '2027-03-31', x.cut::date, '2027-03-31', c.counting)).pence as both_ from unnest(array['days', 'months']) c (counting)) y
    where y.both_ <> x.pence) wrong), 0, 'C-2: 600 cuts, nothing lost, nothing gained');
select * from finish();
rollback;
