-- Early ends and what they give back: nothing, or what is unused less costs and a fee, with the arithmetic shown (SLA-5); half-days lapse (SLA-7).
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/sla.sql
\ir ../support/sql/visits.sql
select plan(33);
select test.schools(929, 100001, 14, 'Primary');
select test.call_as(929, 'la_admin');
create temporary table p as select test.package('Service', 'Core') as package_id, test.package('Flat', 'None', 0) as other_id;
select test.set_price(package_id, '2015-04-01', 75001), test.set_price(other_id, '2015-04-01', 12000) from p;
-- Subscriptions of 2026/27 under five sets of terms, each from the day of its order on.
select sla.set_subscription_policy(0, '2015-04-01', null, null, null, null, 'nothing', null, null);
create temporary table o as select 'nothing' as what, test.ordered(package_id, 100001, '2026-04-01') as id from p;
select sla.set_subscription_policy(1, '2015-04-01', null, null, 'days', null, 'unused_time', 5000, null);
insert into o select 'days', test.ordered(package_id, 100002, '2026-04-01') from p;
insert into o select 'late', test.ordered(package_id, 100003, '2026-04-01') from p;
insert into o select 'costs', test.ordered(package_id, 100004, '2026-04-01') from p;
select sla.set_subscription_policy(2, '2015-04-01', null, null, 'months', null, null, null, null);
insert into o select 'months', test.ordered(package_id, 100005, '2026-04-01') from p;
select sla.set_subscription_policy(3, '2015-04-01', null, null, 'days', null, 'unused_half_days', null, null);
insert into o select 'half-days', test.ordered(package_id, 100006, '2026-04-01') from p;
insert into o select 'ungranted', test.ordered(package_id, 100007, '2026-04-01') from p;
insert into o select 'no half-days', test.ordered(other_id, 100008, '2026-04-01') from p;
insert into o select 'years ahead', test.ordered(package_id, 100009, '2026-04-01') from p;
select visits.grant_entitlement(s.school_urn, 'sla', null, null, null, s.subscription_id, null) from o join sla.subscription s on s.subscription_id = o.id
where what in ('half-days', 'days');

create temporary table e as
select o.what, x.* from o cross join lateral sla.end_subscription(o.id, 1, 'Closes', '2026-08-31', case o.what when 'costs' then 12000 end) x
where o.what in ('nothing', 'days', 'costs', 'months', 'ungranted', 'no half-days');
select results_eq($$ select what, net_pence, vat_pence, gross_pence, adjustment_id is not null from e order by what $$,
  $$ values ('costs', -26562::bigint, -5312::bigint, -31874::bigint, true), ('days', -38562, -7712, -46274, true), ('months', -38751, -7750, -46501, true),
    ('no half-days', 0, 0, 0, false), ('nothing', 0, 0, 0, false), ('ungranted', -70001, -14000, -84001, true) $$, 'what each gives back');
select results_eq($$ select l ->> 'clause', l ->> 'text', (l ->> 'pence')::integer from e, jsonb_array_elements(reasons) with ordinality x (l, nth) where what = 'costs' order by nth $$,
  $$ values ('unused', '212 of 365 days unused: 1 Sep 2026 to 31 Mar 2027, of £750.01 net', -43562), ('costs', 'Less costs of £120.00', 12000), ('fee', 'Less a fee of £50.00', 5000),
    ('vat', 'VAT at 20%', -5312) $$, 'schools.norfolk.gov.uk/article/29356: unused, less costs and £50, line by line');
select results_eq($$ select l ->> 'text', (l ->> 'pence')::integer from e, jsonb_array_elements(reasons) l where what = 'nothing' and l ->> 'clause' = 'unused' $$,
  $$ values ('Nothing is given back: terms 1, in force from 1 Apr 2015', 0) $$, 'theeducationpeople.org: no part-year refund');
select is((select l ->> 'text' from e, jsonb_array_elements(reasons) l where what = 'months' and l ->> 'clause' = 'unused'),
  '7 of 12 months unused: 1 Sep 2026 to 31 Mar 2027, of £750.01 net', 'by months where the terms of the order say so');
select is((select l ->> 'text' from e, jsonb_array_elements(reasons) l where what = 'ungranted' and l ->> 'clause' = 'unused'), '6 of 6 half-days unused, of £750.01 net', 'by half-days: none was drawn');
select is((select l ->> 'text' from e, jsonb_array_elements(reasons) l where what = 'no half-days' and l ->> 'clause' = 'unused'), '0 of 0 half-days unused, of £120.00 net', 'none were in it');
select is((select count(*)::integer from e where (select sum((l ->> 'pence')::bigint) from jsonb_array_elements(reasons) l) <> gross_pence), 0, 'the lines add up to what is given back');
select is((select count(*)::integer from e join sla.subscription s using (subscription_id)
  where sla.vat_on(s.net_pence + e.net_pence, s.vat_percent) <> s.vat_pence + e.vat_pence), 0, 'C-2: the VAT that stays is the VAT of the charge that stays');
select results_eq($$ select half_days_lapsed from e where what in ('days', 'nothing') order by what $$, $$ values (6), (0) $$, 'half-days not drawn lapse');
select results_eq($$ select n.kind, n.half_days, n.reason from visits.entitlement_entry n join visits.entitlement en using (authority_id, entitlement_id)
    join o on o.id = en.reference where what = 'days' order by n.entered_at $$, $$ values ('granted', 6, null), ('lapsed', -6, 'Closes') $$, 'in their ledger, with the reason');
select is((select en.ends_on from visits.entitlement en join o on o.id = en.reference where what = 'days'), '2026-08-31'::date, 'and no visit draws on them later');

-- Refusals, each with its sum or count.
select throws_ok($$ select x.* from o, sla.end_subscription(o.id, 2, 'Again', '2026-07-31', null) x where what = 'days' $$, 'IM009',
  '£385.62 was given back already, net, when it was to end on 31 Aug 2026.', 'it gives back once');
select lives_ok($$ select x.* from o, sla.end_subscription(o.id, 2, 'Sooner', '2026-07-31', null) x where what = 'nothing' $$, 'where nothing was given back it may end sooner still');
select throws_ok($$ select x.* from o, sla.end_subscription(o.id, 1, 'x', '2027-04-01', null) x where what = 'late' $$, 'IM009',
  'The subscription ends on 31 Mar 2027; ending it cannot make it longer.', 'never longer');
select throws_ok($$ select x.* from o, sla.end_subscription(o.id, 1, 'x', '2026-08-31', -1) x where what = 'late' $$, 'IM003', null, 'costs below zero');
select throws_ok($$ select x.* from o, sla.end_subscription(o.id, 1, ' ', '2026-08-31', null) x where what = 'late' $$, 'IM003', null, 'a reason there must be');
select test.as_owner();
update sla.subscription s set policy_number = 3 from o where o.id = s.subscription_id and what = 'late';
select test.call_as(929, 'la_admin');
select throws_ok($$ select x.* from o, sla.end_subscription(o.id, 1, 'x', '2026-08-15', null) x where what = 'late' $$, 'IM003',
  'The authority counts parts of a year by months: 15 Aug 2026 is not the last day of one.', 'by months, the last day of one');
select results_eq($$ select x.net_pence, x.reasons #>> '{1,text}', x.reasons #>> '{2,text}' from o, sla.end_subscription(o.id, 1, 'x', '2027-02-28', 5000) x where what = 'late' $$,
  $$ values (0::bigint, 'Less costs of £50.00', 'Less a fee of £50.00, as far as there is something to give back') $$, 'never less than nothing: £62.50 unused, less £50, less as much of £50 as there is');

-- By half-days drawn.
select test.as_owner();
select test.partner(929, 'pt-jo');
create temporary table drawn as select en.entitlement_id, s.subscription_id from o join sla.subscription s on s.subscription_id = o.id join visits.entitlement en on en.reference = o.id where what = 'half-days';
grant select on drawn to public;
update visits.entitlement en set left_half_days = 4 from drawn where drawn.entitlement_id = en.entitlement_id;
insert into visits.visit (authority_id, visit_id, school_urn, partner_id, purpose, mode, starts_at, ends_at, half_days, funding, entitlement_id, notice_days, planned_by)
select 929, 'vi-1', 100006, 'pt-jo', 'core', 'virtual', '2026-10-01 09:30Z', '2026-10-01 10:30Z', 2, 'sla', entitlement_id, 0, test.person('la_admin', 929) from drawn;
insert into visits.entitlement_entry (authority_id, entry_id, entitlement_id, kind, half_days, visit_id, entered_by)
select 929, 'ee-1', entitlement_id, 'drawn', -2, 'vi-1', test.person('la_admin', 929) from drawn;
select test.call_as(929, 'officer');
select throws_ok($$ select x.* from drawn d, sla.end_subscription(d.subscription_id, 1, 'x', '2026-08-31', null) x $$, 'IM009',
  'Visits after 31 Aug 2026 that draw on it: 1, of 2 half-days: vi-1.', 'visits ahead are named and counted');
select results_eq($$ select x.net_pence, x.half_days_lapsed, x.reasons #>> '{0,text}' from drawn d, sla.end_subscription(d.subscription_id, 1, 'Closes', '2026-11-30', null) x $$,
  $$ values (-45001::bigint, 4, '4 of 6 half-days unused, of £750.01 net') $$, '4 of 6 unused: £500.01, less £50');
select results_eq($$ select b.granted, b.drawn, b.lapsed, b.moved, b.left_half_days from drawn d join visits.entitlement_balance b using (entitlement_id) $$,
  $$ values (6, 2, 4, 0, 0) $$, 'the ledger says so too');
select is((select given_back_pence from sla.list_subscriptions(100006, null, null, true, null, null)), 54001::bigint, 'the list tells what was given back');

-- Half-days move between entitlements, never below zero.
create temporary table m as select (visits.grant_entitlement(100010, 'core', 4, '2026-04-01', '2027-03-31', null, null)).entitlement_id as a,
  (visits.grant_entitlement(100010, 'offer', 1, '2026-04-01', '2027-03-31', null, null)).entitlement_id as b;
select visits.move_half_days(a, b, 3, 'Asked for') from m;
select results_eq($$ select en.left_half_days, b.moved from m join visits.entitlement en on en.entitlement_id in (m.a, m.b) join visits.entitlement_balance b using (entitlement_id) order by 1 $$,
  $$ values (1, -3), (4, 3) $$, 'moved, and both ledgers say so');
select throws_ok($$ select visits.move_half_days(a, b, 2, null) from m $$, '23514', null, 'never below zero');
select is((select visits.lapse(a, 'Over') from m), 1, 'what is left lapses');
select is((select visits.lapse(a, 'Over') from m), 0, 'once');
select test.as_owner();
select is((select count(*)::integer from visits.entitlement en join visits.entitlement_balance b using (authority_id, entitlement_id)
  where en.authority_id = 929 and b.left_half_days <> en.left_half_days), 0, 'every entitlement''s row is what its ledger says');
select throws_ok($$ insert into visits.entitlement_entry (authority_id, entry_id, entitlement_id, kind, half_days, entered_by)
  select 929, 'ee-x', a, 'lapsed', 1, test.person('la_admin', 929) from m $$, '23514', null, 'nothing lapses upwards');
select throws_ok($$ insert into visits.entitlement_entry (authority_id, entry_id, entitlement_id, kind, half_days, entered_by)
  select 929, 'ee-x', a, 'moved', 1, test.person('la_admin', 929) from m $$, '23514', null, 'and nothing moves from nowhere');

-- Whatever the charge and the day, what is used and what is given back are the charge.
select setseed(0.5);
select is((select count(*)::integer from (
    select s.net_pence as net, (sla.unused_time(s, cut, c)).pence as unused, (sla.part_of(s.net_pence, s.starts_on, s.ordered_to, s.starts_on, cut, c)).pence as used
    from generate_series(1, 200) n
    cross join lateral (select (random() * 500000)::bigint as pence, (date '2026-04-01' + make_interval(months => 1 + (random() * 10)::integer))::date - 1 as cut) x
    cross join lateral (select (jsonb_populate_record(t, jsonb_build_object('net_pence', x.pence))).* from sla.subscription t join o on o.id = t.subscription_id where what = 'days') s
    cross join unnest(array['days', 'months']) c) y
  where used + unused <> net), 0, 'C-2: 400 early ends');
select test.call_as(929, 'officer');
select results_eq($$ select cause, count(*)::integer from sla.list_adjustments(null, null, null, null, null) group by 1 $$, $$ values ('early_end', 5) $$, 'five gave something back');
select is_empty($$ select * from sla.list_adjustments(null, '2027-01-01', null, null, null) $$, 'by their day');
select ok(not has_function_privilege('persona_booker', to_regproc('sla.end_subscription'), 'execute'), 'a school gives notice, and ends nothing early');
select * from finish();
rollback;
