-- Prices as English authorities, dioceses and trading arms publish them, run as they stand (SLA-2, SLA-3); the source beside each.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/sla.sql
select plan(63);
select test.schools(929, 100001, 4, 'Primary'), test.schools(929, 100011, 2, 'Primary', 'Voluntary controlled school'),
  test.schools(929, 100021, 2, 'Primary', 'Voluntary aided school'), test.schools(929, 100031, 2, 'Primary', 'Academy converter'),
  test.schools(929, 100041, 2, 'Secondary', 'Academy converter'), test.schools(929, 100051, 1, 'Primary', 'Community special school'),
  test.schools(929, 100061, 1, 'Not applicable', 'Pupil referral unit'), test.schools(929, 100071, 1, 'Primary', 'Other independent school'),
  test.schools(929, 100081, 1, 'Secondary'), test.schools(926, 200001, 2, 'Primary', 'Academy converter'),
  test.schools(926, 200011, 1, 'Primary');
select test.roll(u, 150, '2026-01-15') from unnest(array[100001, 100011, 100021, 100031, 100041, 100051, 100061, 100081, 200001]) u;
select test.roll(100001, 171, '2026-05-21'), test.roll(100002, 151, '2026-01-15'), test.roll(100003, 90, '2025-10-02');
select test.call_as(929, 'la_admin');

-- theeducationpeople.org/primary-school-improvement-training-package-faqs: £5 a pupil, minimum £750 (150 pupils or fewer), the previous January
-- count, twelve months from joining, four months' notice; special schools and pupil referral units by staff.
create temporary table kent as select test.package('Primary school improvement', 'Training package') as package_id;
select lives_ok($$ select s.* from sla.set_subscription_policy(0, '2020-04-01', 0, 0, 'days', 4, null, null, null) s $$, 'a year from the day of joining, four months'' notice');
select is((select p.price from kent, test.set_price(package_id, '2020-04-01', p_roll_count => 'january', p_clauses => '[{"setting": "special", "counted": "staff",
  "unit_pence": 3000, "minimum_pence": 75000}, {"unit_pence": 500, "minimum_pence": 75000}]') p),
  'special: £30.00 a member of staff, at least £750.00; all schools: £5.00 a pupil, at least £750.00', 'Kent''s price in words');
select is((select test.net(100001, package_id, '2026-06-01') from kent), 75000::bigint, '150 pupils in January pay the minimum, £750, whatever was counted in May');
select is((select test.net(100002, package_id, '2026-06-01') from kent), 75500::bigint, '151 pupils pay £755');
select results_eq($$ select q.starts_on, q.ends_on, q.notice_by, q.net_pence, q.status from kent, sla.quote_subscription(100002, package_id, '2026-06-15', null, null, null) q $$,
  $$ values ('2026-06-15'::date, '2027-06-14'::date, '2027-02-14'::date, 75500::bigint, 'quoted') $$, 'twelve months from joining, notice four months before');
select throws_ok($$ select test.net(100003, package_id, '2026-06-01') from kent $$, 'IM009',
  'The price is by pupil, and no January roll of school 100003 is known up to 1 Jun 2026; the latest of all is 90, counted on 2 Oct 2025.', 'an October count is no January count');
select throws_ok($$ select test.net(100051, package_id, '2026-06-01') from kent $$, 'IM009',
  'The price is by staff, and no count of the staff of school 100051 is known up to 1 Jun 2026.', 'a special school needs its staff counted');
select results_eq($$ select c.staff, c.was from sla.set_staff_count(100051, 42, '2025-11-06') c $$, $$ values (42, null::integer) $$, 'an officer counts');
select results_eq($$ select c.staff, c.was from sla.set_staff_count(100051, 41, '2025-11-06') c $$, $$ values (41, 42) $$, 'and corrects');
select throws_ok($$ select * from sla.set_staff_count(100051, 41, base.today() + 1) $$, 'IM003', null, 'not for a day to come');
select throws_ok($$ select * from sla.set_staff_count(999999, 41, '2026-01-01') $$, 'IM005', null, 'nor for a school that is none');
select throws_ok($$ select * from sla.set_staff_count(100051, -1, '2026-01-01') $$, '23514', null, 'nor fewer than none');
select results_eq($$ select school_urn, counted_on, staff from sla.list_staff_counts(null, null, null) $$, $$ values (100051, '2025-11-06'::date, 41) $$, 'listed');
select results_eq($$ select q.* from kent, test.quote(100051, package_id, '2026-06-01') q $$,
  $$ values ('applies', 'Clause 1 of 2: special', 0::bigint), ('per-staff', '41 staff, counted on 6 Nov 2025, at £30.00', 123000), ('vat', 'VAT at 20%', 24600) $$,
  'the special school by its staff');
select sla.set_staff_count(100061, 20, '2026-01-08');
select is((select test.net(100061, package_id, '2026-06-01') from kent), 75000::bigint, 'a pupil referral unit too');

-- oxford-diocese-sla.org/services: £4.75 a pupil for voluntary controlled schools, £6.25 for voluntary aided schools and academies; at least £500; at
-- most £900 controlled, £1,700 primary, £2,150 secondary; frozen for three years. Three visits at £475 are £1,425, six at £450 are £2,700.
select sla.set_subscription_policy(1, '2020-04-02', 4, 9, null, 3, null, null, null);
create temporary table oxford as select test.package('Diocesan service', 'Membership') as package_id, test.package('Diocesan service', 'Three visits') as three,
  test.package('Diocesan service', 'Six visits') as six;
select is((select p.clauses from oxford, test.set_price(package_id, '2020-04-01', p_freeze_years => 3, p_clauses => '[
  {"school_type": "Voluntary controlled school", "unit_pence": 475, "minimum_pence": 50000, "maximum_pence": 90000},
  {"school_type": "Voluntary aided school", "phase_group": "Primary", "unit_pence": 625, "minimum_pence": 50000, "maximum_pence": 170000},
  {"status": "academy", "phase_group": "Primary", "unit_pence": 625, "minimum_pence": 50000, "maximum_pence": 170000},
  {"status": "academy", "phase_group": "Secondary", "unit_pence": 625, "minimum_pence": 50000, "maximum_pence": 215000}]') p), 4, 'Oxford''s four clauses');
select results_eq($$ select u, array(select test.net(u, package_id, '2026-09-01', null, r) from unnest(array[50, 120, 1000]) r) from oxford,
    unnest(array[100031, 100041]) u order by u $$,
  $$ values (100031, '{50000,75000,170000}'::bigint[]), (100041, '{50000,75000,215000}') $$, 'academies: the minimum, by pupil, the maximum of each phase');
select results_eq($$ select u, array(select test.net(u, package_id, '2026-04-01', null, r) from unnest(array[50, 120, 1000]) r) from oxford,
    unnest(array[100011, 100021]) u order by u $$,
  $$ values (100011, '{50000,57000,90000}'::bigint[]), (100021, '{50000,75000,170000}') $$, 'controlled and aided schools');
select throws_ok($$ select test.net(100002, package_id, '2026-04-01') from oxford $$, 'IM009',
  'The price has no clause for a school that is Primary, maintained, Community school, mainstream.', 'a community school is none of theirs');
select is((select q.line from oxford, test.quote(100011, package_id, '2026-04-01') q where clause = 'freeze'), 'Frozen for years that begin by 31 Mar 2029',
  'three years'' freeze, said');
create temporary table ordered as select b.* from oxford, sla.subscribe(100011, package_id, '2026-04-01', null, null, null) b;
select is((select s.frozen_to from ordered o join sla.subscription s using (subscription_id)), '2029-03-31'::date, 'and kept with the order');
select is((select array[(test.set_price(three, '2020-04-01', 142500)).clauses, (test.set_price(six, '2020-04-01', 270000)).clauses] from oxford), '{1,1}', 'visits');
select results_eq($$ select test.net(100002, three, '2026-04-01'), 3 * 47500::bigint, test.net(100002, six, '2026-04-01'), 6 * 45000::bigint from oxford $$,
  $$ values (142500::bigint, 142500::bigint, 270000::bigint, 270000::bigint) $$, '3 at £475 are £1,425; 6 at £450 are £2,700');

-- bts.bradford.gov.uk/about-us/about-us/sla: in 2017-18 £439 and £1.08 for each primary or £0.88 for each secondary pupil; in 2021-22 £466.14 and £1.14.
create temporary table bradford as select test.package('Schools'' network', 'Broadband') as package_id;
select lives_ok($$ select p.* from bradford, test.set_price(package_id, '2017-04-01', p_valid_to => '2021-04-01', p_clauses => '[
  {"phase_group": "Primary", "flat_pence": 43900, "unit_pence": 108}, {"phase_group": "Secondary", "flat_pence": 43900, "unit_pence": 88}]') p $$, 'Bradford, 2017');
select lives_ok($$ select p.* from bradford, test.set_price(package_id, '2021-04-01', 46614, 114) p $$, 'Bradford, 2021');
select results_eq($$ select test.net(100001, package_id, '2018-04-01', null, 210), test.net(100081, package_id, '2018-04-01', null, 900),
    test.net(100001, package_id, '2022-04-01', null, 210) from bradford $$,
  $$ values (43900::bigint + 210 * 108, 43900::bigint + 900 * 88, 46614::bigint + 210 * 114) $$, 'flat and by pupil, by phase, by the year''s price');
select results_eq($$ select q.* from bradford, test.quote(100001, package_id, '2022-04-01', null, 210) q $$,
  $$ values ('flat', 'Flat charge', 46614::bigint), ('per-pupil', '210 pupils on roll, counted on 1 Apr 2022, at £1.14', 23940), ('vat', 'VAT at 20%', 14111) $$,
  'line by line: £466.14 and £239.40');

-- The SIP handbook on documents.pub (ALPSIT): £2,000 and VAT for three days.
create temporary table alpsit as select test.package('SIP service', 'Three days', 6) as package_id;
select test.set_price(package_id, '2010-04-01', 200000) from alpsit;
select results_eq($$ select q.net_pence, q.gross_pence, (select half_days from sla.list_packages('2026-04-01', null, null, null) l where l.package_id = a.package_id)
    from alpsit a, sla.quote_subscription(100002, package_id, '2026-04-01', null, null, null) q $$, $$ values (200000::bigint, 240000::bigint, 6) $$, '£2,400 with VAT');

-- S4, and every table of CPD terms: maintained schools pay a subsidised price, academies a higher one, schools out of the area another.
create temporary table sefton as select test.package('School improvement package', 'Network and training') as package_id;
select lives_ok($$ select p.* from sefton, test.set_price(package_id, '2020-04-01', p_clauses => '[
  {"status": "maintained", "flat_pence": 90000}, {"status": "academy", "flat_pence": 120000}, {"status": "out_of_area", "flat_pence": 150000}]') p $$, 'by status');
select results_eq($$ select test.net(100002, package_id, '2026-04-01'), test.net(100031, package_id, '2026-09-01'), test.net(200001, package_id, '2026-09-01') from sefton $$,
  $$ values (90000::bigint, 120000::bigint, 150000::bigint) $$, 'academies pay more (S4), schools out of the area most');
insert into ordered select b.* from sefton, sla.subscribe(200001, package_id, '2026-09-01', null, null, null) b;
select is((select s.school_status from ordered o join sla.subscription s using (subscription_id) where s.school_urn = 200001), 'out_of_area', 'an order keeps what the school was');
select throws_ok($$ select test.net(200001, package_id, '2026-09-01', null, 100) from kent $$, 'IM005', null, 'without a clause for them, another authority''s school is told like none');
select throws_ok($$ select test.net(100071, package_id, '2026-09-01') from sefton $$, 'IM009',
  'The price has no clause for a school that is Primary, other, Other independent school, mainstream.', 'an independent school is neither');
select ok((select q.ends_on = '2027-03-31' from sefton, sla.quote_subscription(200011, package_id, '2026-04-01', null, null, null) q), 'its year is that of its own status');

-- Bands by roll.
create temporary table banded as select test.package('Governor support', 'Clerking') as package_id;
select is((select p.price from banded, test.set_price(package_id, '2020-04-01', p_clauses => '[{"band_from": 0, "band_to": 100, "flat_pence": 40000},
  {"band_from": 101, "band_to": 200, "flat_pence": 60000}, {"band_from": 201, "flat_pence": 60000, "unit_pence": 100, "maximum_pence": 100000}]') p),
  '0 to 100 pupils: £400.00; 101 to 200 pupils: £600.00; 201 pupils or more: £600.00 and £1.00 a pupil, at most £1,000.00', 'bands in words');
select is((select array_agg(test.net(100002, package_id, '2026-04-01', null, r) order by r) from banded, unnest(array[0, 100, 101, 200, 201, 500]) r),
  '{40000,40000,60000,60000,80100,100000}', 'each band to its last pupil');
select results_eq($$ select q.* from banded, test.quote(100001, package_id, '2026-04-01') q where clause in ('applies', 'flat') $$,
  $$ values ('applies', 'Clause 2 of 3: 101 to 200 pupils; 150 counted on 15 Jan 2026', 0::bigint), ('flat', 'Flat charge', 60000) $$, 'the band and the count that led to it');

-- docest.com (Hartlepool, 2015-16) and schools.norfolk.gov.uk (clerking, 2023-24): maintained schools from 1 April to 31 March, academies from 1 September to
-- 31 August. commercial.buckscc.gov.uk: three months' notice, by 31 December for 31 March.
create temporary table years as select test.package('Appropriate body', 'All') as package_id;
select test.set_price(package_id, '2020-04-01', 75001) from years;
select results_eq($$ select q.starts_on, q.ends_on, q.notice_by, q.net_pence from years, unnest(array[100001, 100031]) u, sla.quote_subscription(u, package_id,
    case u when 100001 then date '2026-04-01' else '2026-09-01' end, null, null, null) q order by 1 $$,
  $$ values ('2026-04-01'::date, '2027-03-31'::date, '2026-12-31'::date, 75001::bigint), ('2026-09-01', '2027-08-31', '2027-05-31', 75001) $$, 'the year of each status, and its day for notice');
-- buckscc.gov.uk/traded-services-sla-2020-2021: 7/12 and 5/12 when schools move from the academic to the financial year.
select sla.set_subscription_policy(2, '2020-04-03', null, null, 'months', null, null, null, null);
select results_eq($$ select array[test.net(100001, package_id, '2026-09-01', '2027-03-31'), test.net(100001, package_id, '2026-04-01', '2026-08-31')] from years $$, $$ values ('{43751,31250}'::bigint[]) $$,
  '7/12 and 5/12 of £750.01, which are all of it');
select is((select q.line from years, test.quote(100001, package_id, '2026-09-01', '2027-03-31') q where clause = 'pro-rata'),
  '7 of 12 months: 1 Sep 2026 to 31 Mar 2027, of the year from 1 Apr 2026 to 31 Mar 2027', 'with the months counted');
select is((select sum(test.net(100031, package_id, m, (m + interval '1 month')::date - 1))::bigint from years, generate_series(date '2026-09-01', '2027-08-01', interval '1 month') g, lateral (select g::date) x (m)), 75001::bigint,
  'twelve months'' parts add up to the year');
-- hartlepool.gov.uk, CPD terms: internal recharges to maintained schools, invoices to academies and schools out of the area.
create temporary table billed as select nth, s.charge_id from sefton, unnest(array[100003, 100032, 200002]) with ordinality u (urn, nth),
  sla.subscribe(urn, package_id, case nth when 1 then date '2026-04-01' else '2026-09-01' end, null, null, null) s;
select results_eq($$ select c.kind, c.gross_pence from billed, money.get_charge(charge_id) c order by nth $$, $$ values ('recharge', 108000::bigint), ('invoice', 144000), ('invoice', 180000) $$,
  'who is recharged, and who invoiced');

-- A new URN uses the count of the one school it came from.
select test.as_owner();
update register.establishment set school_id = 100002 where urn = 100032;
select test.call_as(929, 'officer');
select is((select q.line from bradford, test.quote(100032, package_id, '2026-09-01') q where clause = 'per-pupil'),
  '151 pupils on roll, counted on 15 Jan 2026 as URN 100002, at £1.14', 'SCH-1: the count of the school it was');
select test.as_owner();
update register.establishment set school_id = 100002 where urn = 100001;
select test.call_as(929, 'officer');
select throws_ok($$ select test.net(100032, package_id, '2026-02-01') from bradford $$, 'IM009', null, 'of two schools that merged, neither''s');
select test.call_as(929, 'booker', array[100002]);
select is_empty($$ select * from sla.list_staff_counts(null, null, null) $$, 'a school sees its own staff count only');
select throws_ok($$ select * from sla.set_staff_count(100002, 5, '2026-01-01') $$, '42501', null, 'and sets none');

-- Appropriate bodies: £250 an early-career teacher a year or part of one (londondistricteast.org), £75 a term (teesvalleytsh.co.uk); what the school states.
select test.call_as(929, 'la_admin');
create temporary table ab as select test.package('Appropriate body', 'By the year') as year_id, test.package('Appropriate body by term', 'By the term') as term_id;
grant select on ab to public;
create temporary table t as select calendar.academic_year(base.today()) as y, calendar.academic_year_starts(calendar.academic_year(base.today())) as sep;
grant select on t to public;
select throws_ok($$ select p.* from ab, test.set_price(year_id, '2015-04-01', p_clauses => '[{"unit_pence": 500, "settles": true}]') p $$, '23514', null, 'only early-career teachers are settled');
select is((select p.price from ab, test.set_price(year_id, '2015-04-01', p_clauses => '[{"counted": "ect", "unit_pence": 25000, "whole_year": true, "settles": true}]') p),
  'all schools: £250.00 a early-career teacher, for a year or a part of one, settled when the year has ended', 'the price in words');
select is((select clauses from ab, test.set_price(term_id, '2015-04-01', p_clauses => '[{"counted": "ect", "unit_pence": 22500, "settles": true}]')), 1, 'three terms of £75 are £225 a year');
select test.call_as(929, 'booker', array[100031]);
select throws_like($$ select q.* from ab, t, sla.quote_subscription(100031, year_id, sep, null, null, null) q $$, 'The price is by early-career teachers, and school 100031 has stated none for %.', 'not known: refused');
select throws_ok($$ select * from sla.state_ect_count(100032, 3, null) $$, 'IM007', null, 'a school states its own');
select throws_ok($$ select c.* from t, sla.state_ect_count(100031, 3, y + 2) c $$, 'IM003', null, 'of a year that is near');
select throws_ok($$ select * from sla.state_ect_count(100031, -1, null) $$, '23514', null, 'a number');
select is((select ects from sla.state_ect_count(100031, 5, null)), 5, 'stated');
select is((select was from sla.state_ect_count(100031, 3, null)), 5, 'and again');
select results_eq($$ select ects from sla.list_ect_counts(null, null, null, null) $$, $$ values (3) $$, 'the last holds');
select results_eq($$ select q.ects, q.net_pence from ab, t, sla.quote_subscription(100031, year_id, (sep + interval '4 months')::date, null, null, null) q $$, $$ values (3, 75000::bigint) $$,
  'three at £250, for a part of a year the whole');
select matches((select q.line from ab, t, test.quote(100031, year_id, sep) q where clause = 'per-ect'), '^3 early-career teachers, counted on .* at £250.00$', 'with the line');
select is((select net_pence from ab, t, sla.quote_subscription(100031, term_id, (sep + interval '4 months')::date, null, null, null) q), 45000::bigint, 'two of three terms: £450 of £675');
create temporary table e as select 'year' as what, test.ordered(year_id, 100031, sep) as id from ab, t union all select 'term', test.ordered(term_id, 100031, sep) from ab, t;
grant select on e to public;
select test.call_as(929, 'officer');
select throws_ok($$ select * from sla.settle_ect_counts(base.today()) $$, 'IM003', null, 'what has not ended is not settled');
select test.as_owner();
update sla.subscription x set starts_on = t.sep - interval '1 year', ends_on = t.sep - 1, ordered_to = t.sep - 1 from e, t where e.id = x.subscription_id;
insert into sla.ect_count (authority_id, ect_count_id, school_urn, academic_year, ects, stated_by) select 929, 'ec-was', 100031, y - 1, 5, test.person('officer', 929) from t;
select test.call_as(929, 'officer');
create temporary table st as select x.*, e.what from sla.settle_ect_counts(null) x join e on e.id = x.subscription_id;
select results_eq($$ select what, ects_ordered, ects_stated, net_pence, vat_pence from st order by what $$, $$ values ('term', 3, 5, 45000::bigint, 9000::bigint), ('year', 3, 5, 50000, 10000) $$,
  'two more than were charged for');
select is_empty('select * from sla.settle_ect_counts(null)', 'once');
select is_empty('select * from money.check()', 'the books hold');
select * from finish();
rollback;
