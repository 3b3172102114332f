-- The take-up table of S3 from synthetic schools (SLA-8), and what one changed row does to it.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/sla.sql
select plan(6);
select test.schools(929, 110000, 120, 'Primary'), test.schools(929, 110500, 7, 'Middle deemed primary'), test.schools(929, 111000, 15, 'Secondary'),
  test.schools(929, 111500, 14, 'Middle deemed secondary'), test.schools(929, 112000, 10, 'Primary', 'Community special school'),
  test.schools(929, 113000, 3, 'All-through'), test.schools(926, 120000, 5, 'Primary');
select test.call_as(929, 'la_admin');
create temporary table service as select * from sla.add_service('School improvement partner');
create temporary table package as select p.* from service s, sla.add_package(s.service_id, 'Core', 6, null, '2021-01-01', null, null) p;
select count(*) from package p, test.set_price(p.package_id, '2021-01-01', 100000);
create temporary table bought as
select u as urn, s.subscription_id
from package p,
  (select generate_series(110000, 110091) u union all select generate_series(110500, 110502) union all select generate_series(111000, 111012)
   union all select generate_series(112000, 112006) union all select generate_series(113000, 113002)) sold
cross join lateral sla.subscribe(sold.u, p.package_id, '2021-04-01', '2022-03-31', null, null) s;

select test.call_as(929, 'reporter');
select results_eq($$ select authority, phase_group, subscribers, base, percent from reports.sla_take_up('2022-03-15', null) $$,
  $$ values ('929', 'Primary', 95, 127, 74.8), ('929', 'Secondary', 13, 29, 44.8), ('929', 'Special', 7, 10, 70.0), ('929', 'Other', 3, null, null),
    ('929', 'Total like for like', 115, 166, 69.3) $$, 'SLA-8: S3''s table, its total like for like');
select is((select count(distinct urn)::integer from reports.sla_subscribers('2022-03-15', null)), 118, '118 subscribers in all');
select is((select subscribers from reports.sla_take_up('2021-03-31', null) where phase_group = 'Primary'), 0, 'as of the day before, none');

select test.call_as(929, 'officer');
select count(*) from bought b, sla.end_subscription(b.subscription_id, 1, 'closed budget', '2022-02-28', null) where b.urn = 110000;
select results_eq($$ select phase_group, subscribers, percent from reports.sla_take_up('2022-03-15', null) where phase_group in ('Primary', 'Total like for like') $$,
  $$ values ('Primary', 94, 74.0), ('Total like for like', 114, 68.7) $$, 'one subscription fewer changes its group and the total');
select test.as_owner();
insert into register.establishment (urn, school_id) values (119999, 119999);
insert into register.establishment_version (urn, authority_id, valid_from, name, status, type, phase, open_date)
values (119999, 929, '2022-03-01', 'New Special', 'Open', 'Community special school', 'Not applicable', '2022-03-01');
select test.call_as(929, 'officer');
select results_eq($$ select subscribers, base, percent from reports.sla_take_up('2022-03-15', null) where phase_group = 'Special' $$,
  $$ values (7, 11, 63.6) $$, 'one more school changes the base');
select test.call_as(926, 'reporter');
select results_eq($$ select phase_group, subscribers, base from reports.sla_take_up('2022-03-15', null) $$,
  $$ values ('Primary', 0, 5), ('Total like for like', 0, 5) $$, 'another authority has its own figures');
select * from finish();
rollback;
