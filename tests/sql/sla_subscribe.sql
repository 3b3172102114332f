-- Catalogue, prices with their reasons, and subscriptions: SLA-1 to SLA-3, SLA-5.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/sla.sql
select plan(35);
select test.schools(929, 100001, 4, 'Primary');
select test.schools(926, 200001, 1, 'Primary');
select test.roll(100001, 215, '2026-01-15');
select test.roll(100002, 60, '2026-01-15');
select test.call_as(929, 'la_admin');

create temporary table service as select * from sla.add_service('School improvement partner');
create temporary table package as select p.* from service s, sla.add_package(s.service_id, 'Core', 6, 'Three days a year', '2026-01-01', null, null) p;
select throws_ok($$ select * from sla.add_service('school IMPROVEMENT partner') $$, '23505', null, 'a service once, whatever its case');
select throws_ok($$ select * from sla.add_package('sv-none', 'Core', 6, null, null, null, null) $$, 'IM005', null, 'a package belongs to a service');

-- The published rule: £5 a pupil, minimum £750.
select lives_ok($$ select sp.* from package p, test.set_price(p.package_id, '2026-01-01', null, 500, 75000, 200000) sp $$, 'a price by pupil');
select throws_ok($$ select sp.* from package p, test.set_price(p.package_id, null, null, null, 1) sp $$, 'IM003', null, 'a price has an amount');
select throws_ok($$ select sp.* from package p, test.set_price(p.package_id, null, 100, null, 1) sp $$, '23514', null, 'bounds are for rolls');
select throws_ok($$ select sp.* from package p, test.set_price(p.package_id, null, null, 100, 5, 4) sp $$, '23514', null, 'minimum above maximum');
select throws_ok($$ select sp.* from package p, test.set_price(p.package_id, null, -1) sp $$, '23514', null, 'no negative price');

select results_eq($$ select q.roll, q.roll_counted_on, q.net_pence, q.vat_pence, q.gross_pence from package p,
    sla.quote_subscription(100001, p.package_id, '2026-04-01', '2027-03-31', null, null) q $$,
  $$ values (215, '2026-01-15'::date, 107500::bigint, 21500::bigint, 129000::bigint) $$, 'SLA-2: 215 pupils at £5, VAT beside');
select results_eq($$ select l ->> 'clause', l ->> 'text', (l ->> 'pence')::integer from package p,
    sla.quote_subscription(100002, p.package_id, '2026-04-01', null, null, null) q, jsonb_array_elements(q.reasons) l where l ->> 'clause' <> 'policy' $$,
  $$ values ('per-pupil', '60 pupils on roll, counted on 15 Jan 2026, at £5.00', 30000), ('minimum', 'Up to the minimum of £750.00', 45000),
    ('vat', 'VAT at 20%', 15000) $$, 'SLA-3: the reasons, line by line');
select is((select sum((l ->> 'pence')::bigint) from package p, sla.quote_subscription(100002, p.package_id, '2026-04-01', null, null, null) q,
    jsonb_array_elements(q.reasons) l), 90000::numeric, 'and they add up to the gross');
select is((select q.net_pence from package p, sla.quote_subscription(100003, p.package_id, '2026-04-01', null, 900, '2026-03-01') q), 200000::bigint,
  'the maximum, by a roll that the officer gives');
select throws_ok($$ select q.* from package p, sla.quote_subscription(100003, p.package_id, '2026-04-01', null, null, null) q $$, 'IM009',
  'The price is by pupil, and no roll of school 100003 is known up to 1 Apr 2026.', 'no roll, no price by pupil');
select throws_ok($$ select q.* from package p, sla.quote_subscription(100003, p.package_id, '2026-04-01', null, 900, null) q $$, 'IM003', null,
  'a roll has its day');
select throws_ok($$ select q.* from package p, sla.quote_subscription(100001, p.package_id, '2025-12-31', null, null, null) q $$, 'IM009',
  'The package has no price for a subscription that starts on 31 Dec 2025.', 'no price before the first');
select throws_ok($$ select q.* from package p, sla.quote_subscription(100001, p.package_id, '2026-04-01', '2027-04-01', null, null) q $$, 'IM003', null,
  'to the end of the school''s year at most');

-- Late news about prices adds and supersedes.
select lives_ok($$ select sp.* from package p, test.set_price(p.package_id, '2027-04-01', null, 600, 75000, null, '2028-04-01') sp $$, 'a price for one year');
select results_eq($$ select l.valid_from, l.valid_to, l.unit_pence from package p, sla.list_prices(p.package_id, null, null, null) l $$,
  $$ values ('2026-01-01'::date, '2027-04-01'::date, 500::bigint), ('2027-04-01', '2028-04-01', 600), ('2028-04-01', null, 500) $$,
  'C-5: the price before and after stays');
select is((select count(*)::integer from sla.price where superseded_at is not null), 1, 'and what was said is kept');
select lives_ok($$ select v.* from package p, sla.revise_package(p.package_id, 8, 'Four days a year', '2027-04-01', null, null, null) v $$, 'a package changes');
select results_eq($$ select package, half_days, pupil_pence from sla.list_packages('2026-04-01', null, null, null) $$, $$ values ('Core', 6, 500::bigint) $$,
  'the catalogue of a day');
select results_eq($$ select package, half_days, pupil_pence from sla.list_packages('2027-10-01', null, null, null) $$, $$ values ('Core', 8, 600::bigint) $$,
  'and of a later day');

select test.call_as(929, 'booker', array[100001]);
create temporary table bought as select s.* from package p, sla.subscribe(100001, p.package_id, '2027-04-01', '2028-03-31', null, null) s;
select results_eq($$ select half_days, roll, net_pence, gross_pence, version from bought $$, $$ values (8, 215, 129000::bigint, 154800::bigint, 1) $$,
  'a school subscribes for itself, at the price of the first day');
select throws_ok($$ select s.* from package p, sla.subscribe(100002, p.package_id, '2026-04-01', null, null, null) s $$, 'IM007', null, 'and for no other');
select throws_ok($$ select s.* from package p, sla.subscribe(100001, p.package_id, '2028-04-01', null, 10, '2026-01-01') s $$, 'IM007', null,
  'nor with a roll of its own');
select throws_ok($$ select s.* from package p, sla.subscribe(100001, p.package_id, '2028-03-31', null, null, null) s $$, '23P01', null,
  'SLA-5: no two live ones of one service overlap');
select lives_ok($$ select s.* from package p, sla.subscribe(100001, p.package_id, '2028-04-01', null, null, null) s $$, 'the day after is free');
select ok(not has_function_privilege('persona_booker', to_regproc('sla.end_subscription'), 'execute'), 'ending is not for schools');
select ok(not has_function_privilege('persona_officer', to_regproc('sla.set_price'), 'execute'), 'prices are for administrators');

select test.call_as(929, 'officer');
select is((select s.net_pence from package p, sla.subscribe(100002, p.package_id, '2026-04-01', null, null, null) s), 75000::bigint,
  'an officer subscribes any school of the authority');
select throws_ok($$ select s.* from package p, sla.subscribe(200001, p.package_id, '2026-04-01', null, 10, '2026-01-01') s $$, 'IM005', null, 'and no other authority''s');
select throws_ok($$ select e.* from bought b, sla.end_subscription(b.subscription_id, 2, 'moved', '2027-12-31', null) e $$, 'IM010', null, 'a stale version');
select results_eq($$ select e.ends_on, e.version from bought b, sla.end_subscription(b.subscription_id, 1, 'moved', '2027-12-31', null) e $$,
  $$ values ('2027-12-31'::date, 2) $$, 'an early end');
select results_eq($$ select l.status, l.gross_pence from bought b, sla.list_subscriptions(100001, null, '2028-01-01', true, null, null) l
    where l.subscription_id = b.subscription_id $$, $$ values ('ended', 154800::bigint) $$, 'the order''s price stays; the status is of the day asked for');
select test.call_as(929, 'booker', array[100002]);
select is((select array_agg(distinct school_urn) from sla.list_subscriptions(null, null, null, true, null, null)), array[100002], 'a school sees its own');
select test.call_as(926, 'la_admin');
select is_empty($$ select * from sla.list_packages(null, null, null, null) $$, 'another authority sees nothing');
select * from finish();
rollback;
