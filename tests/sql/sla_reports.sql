-- S3's non-buyers and grant (SLA-8, SLA-9), income by service and status (S4: academies pay more), from synthetic schools.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/sla.sql
select plan(34);
-- 127 primary, 29 secondary and 10 special schools; 108 of the 166 are maintained. Three all-through schools subscribe, too.
select test.schools(929, 110000, 87, 'Primary'), test.schools(929, 110500, 40, 'Primary', 'Academy converter'), test.schools(929, 111000, 13, 'Secondary'),
  test.schools(929, 111500, 16, 'Middle deemed secondary', 'Academy converter'), test.schools(929, 112000, 8, 'Primary', 'Community special school'),
  test.schools(929, 112500, 2, 'Primary', 'Academy special converter'), test.schools(929, 113000, 3, 'All-through'), test.schools(926, 120000, 5, 'Primary');
select test.roll(110086, 45, '2022-01-20');
select test.call_as(929, 'la_admin');
create temporary table p as select test.package('School improvement partner', 'Core') as package_id, test.package('Governors', 'Clerk') as other_id;
select test.set_price(package_id, '2015-04-01', 100000), test.set_price(other_id, '2015-04-01', p_clauses => '[{"status": "academy", "flat_pence": 120000}, {"flat_pence": 90000}]') from p;
-- 95 primary schools subscribe, 9 of them academies; 13 secondary, 7 special, 3 others.
create temporary table bought as
select u as urn, test.ordered(package_id, u, case when u between 110500 and 110999 then date '2021-09-01' else '2021-04-01' end) as id
from p, (select generate_series(110000, 110085) u union all select generate_series(110500, 110508) union all select generate_series(111000, 111012)
  union all select generate_series(112000, 112006) union all select generate_series(113000, 113002)) sold;

select test.call_as(929, 'reporter');
select results_eq($$ select phase_group, non_buyers, maintained, academies, other, base, percent from reports.sla_non_buyers('2022-03-15', null) $$,
  $$ values ('Primary', 32, 1, 31, 0, 127, 25.2), ('Secondary', 16, 0, 16, 0, 29, 55.2), ('Special', 3, 1, 2, 0, 10, 30.0), ('Total', 51, 2, 49, 0, 166, 30.7) $$,
  'S3: 32, 16 and 3 do not buy, 51 in all; maintained 1, 0 and 1, the rest academies');
select results_eq($$ select count(*) filter (where status = 'maintained'), count(*) filter (where buys and status = 'maintained') from reports.non_buyers('2022-03-15', null) $$, $$ values (108::bigint, 106::bigint) $$,
  'S3: 65% of 166 are maintained, 106 of the 108 buy');
select is((select sum(subscribers)::integer from reports.sla_take_up('2022-03-15', null) where base is not null and phase_group <> 'Total like for like'), 115,
  'buyers and non-buyers are the base: 115 and 51 of 166');
select results_eq($$ select urn, status, roll, last_subscribed_to from reports.sla_non_buyer_schools('2022-03-15', null, 'primary') limit 2 $$,
  $$ values (110509, 'academy', null::integer, null::date), (110510, 'academy', null, null) $$, 'by name');
select results_eq($$ select urn, roll from reports.sla_non_buyer_schools('2022-03-15', null, null) where status = 'maintained' $$, $$ values (110086, 45), (112007, null::integer) $$, 'the two maintained ones');
select is((select count(*)::integer from reports.sla_non_buyer_schools('2022-03-15', null, null)), 51, '51 of them');
select is((select count(*)::integer from reports.sla_non_buyer_schools('2022-09-15', null, null) where last_subscribed_to is not null), 115, 'when the year is over all have subscribed before');
select throws_ok($$ select * from reports.sla_non_buyers(null, 'sv-none') $$, 'IM005', null, 'of a service that is');
select is((select non_buyers from reports.sla_non_buyers('2022-03-15', (select s.service_id from sla.service s where name = 'Governors')) where phase_group = 'Total'), 166, 'of another service none buys');

-- S3: the grant is about 60% of the income. Halved it is missing 30%, gone 60% of it.
select results_eq($$ select scenario, grant_pence, subscribers, base_schools, take_up_percent, price_pence, subscriptions_pence, income_pence, gap_pence, gap_percent
    from sla.ask_what_if('2022-03-15', null, 60, null, null, null, null) $$,
  $$ values ('As it is', 17700000::bigint, 118, 166, 69.3, 100000::bigint, 11800000::bigint, 29500000::bigint, 0::bigint, 0.0),
    ('Grant halved', 8850000, 118, 166, 69.3, 100000, 11800000, 20650000, 8850000, 30.0), ('No grant', 0, 118, 166, 69.3, 100000, 11800000, 11800000, 17700000, 60.0) $$,
  'SLA-9: −50%, then nil');
select results_eq($$ select price_needed_pence, price_rise_percent, subscribers_needed, closes from sla.ask_what_if('2022-03-15', null, 60, null, null, null, null) $$,
  $$ values (null::bigint, null::numeric, null::integer, 'no gap'), (175000, 75.0, 207, 'by price; not by take-up: 204 of 166 schools'),
    (250000, 150.0, 295, 'by price; not by take-up: 292 of 166 schools') $$,
  'prices would have to rise by 75%, then 150%; no take-up can close it');
select results_eq($$ select scenario, price_rise_percent from sla.ask_what_if('2022-03-15', null, 50, null, null, null, null) where gap_pence > 0 $$, $$ values ('Grant halved', 50.0), ('No grant', 100.0) $$,
  'at "around half", as the press has it: 50% and 100%');
select results_eq($$ select grant_pence, income_pence, gap_percent from sla.ask_what_if('2022-03-15', 38891000, null, 14127333, null, null, null) $$,
  $$ values (38891000::bigint, 64818333::bigint, 0.0), (19445500, 45372833, 30.0), (0, 25927333, 60.0) $$, 'the grant of £388,910 is 60% of £648,183');
select results_eq($$ select scenario, subscribers, price_pence, subscriptions_pence, gap_pence, price_rise_percent from sla.ask_what_if('2022-03-15', null, 60, null, 50, 140, null) offset 3 $$,
  $$ values ('As it is; price +50.0%, 140 schools', 140, 150000::bigint, 21000000::bigint, -9200000::bigint, null::numeric), ('Grant halved; price +50.0%, 140 schools', 140, 150000, 21000000, -350000, null),
    ('No grant; price +50.0%, 140 schools', 140, 150000, 21000000, 8500000, 40.5) $$, 'with prices half as much again and 22 more schools, half a grant is enough');
select results_eq($$ select scenario, closes from sla.ask_what_if('2020-01-01', 100, null, null, null, null, null) offset 1 $$,
  $$ values ('Grant halved', 'unknown: nobody subscribes'), ('No grant', 'unknown: nobody subscribes') $$, 'without a subscriber there is no price');
select throws_ok($$ select * from sla.ask_what_if(null, null, null, null, null, null, null) $$, 'IM003', null, 'a grant there must be');
select throws_ok($$ select * from sla.ask_what_if(null, 1, 1, null, null, null, null) $$, 'IM003', null, 'told one way');
select throws_ok($$ select * from sla.ask_what_if(null, null, 100, null, null, null, null) $$, 'IM003', null, 'a grant is not all of an income');
select throws_ok($$ select * from sla.ask_what_if(null, 100000000001, null, null, null, null, null) $$, 'IM003', null, 'nor of a billion');
select throws_ok($$ select * from sla.ask_what_if(null, 1, null, -1, null, null, null) $$, 'IM003', null, 'nor is other income below nothing');
select results_eq($$ select subscribers, take_up_percent, subscriptions_pence from sla.ask_what_if('2022-03-15', null, 60, null, null, 2, null) offset 5 $$, $$ values (2, 0.0, 200000::bigint) $$,
  'with fewer schools than are outside the base none of the base is left');
select throws_ok($$ select * from sla.ask_what_if(null, 1, null, null, -101, null, null) $$, 'IM003', null, 'a price is not below nothing');
select is((select provolatile::text from pg_proc where oid = to_regproc('sla.ask_what_if')), 's', 'it writes nothing');

-- Income by the days of a period; S4: academies pay more.
select test.call_as(929, 'la_admin');
create temporary table two as select test.ordered(other_id, 110000, '2026-04-01') as a, test.ordered(other_id, 110500, '2026-09-01') as b from p;
select test.call_as(929, 'finance');
select results_eq($$ select service, school_status, subscriptions, schools, net_pence, base, percent, year_price_pence from reports.income_by_service('2026-04-01', '2027-03-31') $$,
  $$ values ('Governors', 'academy', 1, 1, 69699::bigint, 159699::bigint, 43.6, 120000::bigint), ('Governors', 'maintained', 1, 1, 90000, 159699, 56.4, 90000), ('Governors', 'all', 2, 2, 159699, 159699, 100.0, 105000),
    ('Total', 'all', 2, 2, 159699, 159699, 100.0, 105000) $$, 'S4: academies pay £1,200, maintained schools £900; 212 of 365 days of an academy''s year lie in the financial year');
select is((select sum(net_pence)::bigint from reports.income_by_service('2026-04-01', '2026-12-31') where service = 'Total')
  + (select net_pence from reports.income_by_service('2027-01-01', '2027-09-30') where service = 'Total'), 210000::bigint, 'periods that abut add up');
select test.call_as(929, 'la_admin');
select sla.set_subscription_policy(0, '2026-01-01', null, null, null, null, 'unused_time', null, null);
select test.as_owner();
update sla.subscription set policy_number = 1 where subscription_id = (select a from two);
select test.call_as(929, 'officer');
select sla.end_subscription(a, 1, 'Closes', '2026-09-30', null) from two;
select results_eq($$ select net_pence, year_price_pence from reports.income_by_service('2026-04-01', '2027-03-31') where service = 'Governors' and school_status = 'maintained' $$,
  $$ values (45123::bigint, 90000::bigint) $$, 'what is given back is taken off: 183 of 365 days remain');
select throws_ok($$ select * from reports.income_by_service('2026-04-01', '2026-03-31') $$, 'IM003', null, 'a period goes forwards');

-- What ends next, and entitlements.
create temporary table d as select base.today() as today;
select test.call_as(929, 'la_admin');
select sla.set_subscription_policy(1, '2015-04-01', 0, 0, null, null, null, null, null);
create temporary table due as select test.ordered(package_id, 110001, today - 350) as id from p, d;
select test.set_price(package_id, today, 110000) from p, d;
select test.call_as(929, 'reporter');
select results_eq($$ select r.standing, r.net_pence, r.next_net_pence, r.change_pence, r.change_percent, r.days_to_notice < 0 from due, reports.sla_renewals(null, null) r where r.subscription_id = due.id $$,
  $$ values ('due', 100000::bigint, 110000::bigint, 10000::bigint, 10.0, true) $$, 'what the next year would cost');
select is_empty($$ select from d, due, reports.sla_renewals(today, null) r where r.subscription_id = due.id $$, 'by its last day');
select is((select count(*)::integer from sla.subscription s, due where s.continues = due.id), 0, 'nothing is ordered');
select test.call_as(929, 'officer');
select visits.grant_entitlement(110001, 'sla', null, null, null, id, null) from due;
select sla.grant_allowance(110001, 'credit', 10, null, null, null), sla.grant_allowance(110002, 'credit', 5, null, null, null);
select sla.settle_allowance(r.reservation_id, 'used', null) from sla.reserve_allowance(110001, 'credit', 4, null, 'x') r;
select sla.reserve_allowance(110001, 'credit', 1, null, 'x');
select results_eq($$ select urn, unit, entitlements, granted, reserved, used, lapsed, units_left, base, percent from reports.entitlement_balances(null, null, null) $$,
  $$ values (110001, 'credit', 1, 10, 1, 4, 0, 5, 10, 40.0), (110002, 'credit', 1, 5, 0, 0, 0, 5, 5, 0.0), (null, 'credit', 2, 15, 1, 4, 0, 10, 15, 26.7),
    (110001, 'half-day', 1, 6, 0, 0, 0, 6, 6, 0.0), (null, 'half-day', 1, 6, 0, 0, 0, 6, 6, 0.0) $$, 'SLA-7: what schools have, and what became of it');
select is((select count(*)::integer from reports.entitlement_balances(null, 'half-days', 110002)), 0, 'of one school and unit');
select throws_ok($$ select * from reports.entitlement_balances(null, 'pence', null) $$, 'IM003', null, 'a unit that is one');
select test.call_as(926, 'reporter');
select results_eq($$ select phase_group, non_buyers from reports.sla_non_buyers('2022-03-15', null) $$, $$ values ('Primary', 5), ('Total', 5) $$, 'another authority has its own figures');
select * from finish();
rollback;
