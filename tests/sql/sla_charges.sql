-- Subscriptions are charged where they are ordered, and credited what they give back (MON-3, SLA-3 to SLA-6). Each sum is worked out by hand.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/sla.sql
select plan(47);
select test.schools(929, 100001, 12, 'Primary'), test.schools(929, 100031, 3, 'Primary', 'Academy converter'), test.schools(926, 200001, 2, 'Primary', 'Academy converter');
select test.roll(100001, 151, '2020-01-15'), test.roll(100003, 90, '2020-01-15');
create temporary table d as select base.today() as today;
create temporary table o (what text primary key, id text);
grant all on d, o to public;
create function test.ref(p_what text) returns text language sql stable as $$ select id from o where what = p_what $$;
create function test.account(p_account text, p_urn integer default null) returns bigint language sql stable security definer as $$
  select coalesce(sum(l.pence), 0)::bigint from money.line l where l.authority_id = 929 and l.account = p_account and (p_urn is null or l.school_urn = p_urn)
$$;
-- What was charged and credited for a subscription, as net and VAT.
create function test.charged(p_what text) returns text language sql stable as $$
  select string_agg(format('%s %s+%s', c.kind, c.net_pence, c.vat_pence), ', ' order by c.credits is not null, c.charged_on, c.net_pence) from money.charge c
  where c.authority_id = auth.authority_id() and c.cause_ref = test.ref(p_what)
$$;
grant execute on all functions in schema test to public;
select test.call_as(929, 'la_admin');
create temporary table p as select test.package('School improvement', 'Three days') as package_id, test.package('Governors', 'Core') as other_id, test.package('Newsletter', 'Free', 0) as free_id;
select test.set_price(package_id, '2015-04-01', p_freeze_years => 2, p_clauses => '[{"status": "academy", "flat_pence": 120000}, {"status": "out_of_area", "flat_pence": 150000}, {"flat_pence": 75001}]'),
  test.set_price(other_id, '2015-04-01', 0, 500, 75000), test.set_price(free_id, '2015-04-01', 0) from p;
grant select on p to public;
select sla.set_subscription_policy(0, '2015-04-01', 0, 0, 'days', 3, 'unused_time', 5000, null); -- years from the day of joining, £50 kept of early ends

-- An order charges, with the reasons of its price.
create temporary table made as select s.* from p, d, sla.subscribe(100001, other_id, today - 40, null, null, null) s;
select is((select c.cause_ref from made, money.get_charge(charge_id) c), (select subscription_id from made), 'an order tells its charge');
select results_eq($$ select c.school_urn, c.kind, c.cause, c.net_pence, c.vat_percent, c.vat_pence, c.gross_pence, c.status, c.charged_on = starts_on from made, money.get_charge(charge_id) c $$,
  $$ values (100001, 'recharge', 'sla.subscription', 75500::bigint, 20.0, 15100::bigint, 90600::bigint, 'open', true) $$, 'a maintained school is recharged, in the accounts of the first day');
select is((select c.reasons ->> 0 from made, money.get_charge(charge_id) c), '151 pupils on roll, counted on 15 Jan 2020, at £5.00: £755.00', 'SLA-3: the charge says why');
select is((select c.reasons ->> 1 from made, money.get_charge(charge_id) c), 'VAT at 20%: £151.00', 'VAT, too');
select is((select count(*)::integer from made m join sla.subscription s using (subscription_id) join money.charge c on c.charge_id = m.charge_id where c.reasons = s.reasons), 1, 'the reasons are those of the order, as it keeps them');
select matches((select c.what from made, money.get_charge(charge_id) c), '^Governors, Core, \d+ [A-Z][a-z]{2} \d{4} to \d+ [A-Z][a-z]{2} \d{4}$', 'the document says what it is for');
select results_eq('select test.account($$recharge_to_school$$, 100001), test.account($$sla_income$$), test.account($$vat_output$$)', $$ values (90600::bigint, -75500::bigint, -15100::bigint) $$, 'it stands in the ledger');
insert into o select 'academy', test.ordered(package_id, 100031, today - 100) from p, d union all select 'area', test.ordered(package_id, 200001, today - 100) from p, d
  union all select 'free', test.ordered(free_id, 100001, today) from p, d;
select is(test.charged('academy'), 'invoice 120000+24000', 'an academy is invoiced');
select is(test.charged('area'), 'invoice 150000+30000', 'a school of another area too');
select is(test.charged('free'), null, 'what is free is not charged');
select is((select s.charge_id from p, d, sla.subscribe(100002, free_id, today, null, null, null) s), null, 'and tells no charge');
select throws_ok($$ select sla.charge(s) from sla.subscription s where s.subscription_id = test.ref('academy') $$, '23505', null, 'a subscription is charged once');
select test.call_as(929, 'booker', array[100003]);
insert into o select 'school', test.ordered(package_id, 100003, today + 20) from p, d;
select is(test.charged('school'), 'recharge 75001+15000', 'a school that orders is charged, and sees it');
select is_empty($$ select from money.charge c where c.school_urn <> 100003 $$, 'and no other''s');
select throws_ok($$ select test.ordered(package_id, 100003, today + 30) from p, d $$, '23P01', null, 'an order that is refused');
select is((select count(*)::integer from money.charge), 1, 'charges nothing');
select is((select count(*)::integer from p, sla.quote_subscription(100003, other_id, null, null, null, null) q, money.charge c), 1, 'nor does a quote');

-- Early end: what is unused, less £50. 75,001 pence over 365 or 366 days, of which 200 are unused.
select test.call_as(929, 'officer');
insert into o select 'early', test.ordered(package_id, 100004, today - 100) from p, d;
create temporary table e as select x.*, s.ordered_to - s.starts_on + 1 as days from sla.subscription s, sla.end_subscription(s.subscription_id, 1, 'Closes', s.ordered_to - 200, null) x
  where s.subscription_id = test.ref('early');
select results_eq($$ select e.net_pence, e.vat_pence from e $$, $$ select -(75001 - round(75001 * (days - 200) / days::numeric) - 5000)::bigint, -round((75001 - round(75001 * (days - 200) / days::numeric) - 5000) / 5)::bigint from e $$,
  'days unused, less £50, with their VAT');
select results_eq($$ select c.credits = money.charge_of('sla.subscription', test.ref('early')), c.net_pence, c.vat_pence, c.charged_on = e.ends_on, c.credit_reason like 'Ends early, on %' from e, money.get_charge(e.credit_id) c $$,
  $$ select true, e.net_pence, e.vat_pence, true, true from e $$, 'that is credited, in the accounts of the last day');
select is((select c.credited_pence from money.get_charge(money.charge_of('sla.subscription', test.ref('early'))) c), (select -gross_pence from e), 'the charge knows');
select results_eq($$ select a.credit_id from sla.list_adjustments(100004, null, null, null, null) a $$, 'select credit_id from e', 'and what was given back names it');
select is_empty('select * from money.check()', 'the books hold');

-- What finance credited by hand is not given back again.
select test.call_as(929, 'finance');
select lives_ok($$ select money.credit_charge(money.charge_of('sla.subscription', test.ref('academy')), 'Goodwill', 115000) $$, 'all but £50 is credited by hand');
select test.call_as(929, 'officer');
create temporary table g as select x.* from sla.end_subscription(test.ref('academy'), 1, 'Closes', (select today from d), null) x;
select is((select net_pence from g), -5000::bigint, 'an early end gives back no more than is left');
select is((select sum((l ->> 'pence')::bigint)::bigint from g, jsonb_array_elements(reasons) l), (select gross_pence from g), 'the lines add up to it');
select results_eq($$ select l ->> 'text' from g, jsonb_array_elements(reasons) l where l ->> 'clause' = 'credited' $$, $$ values ('Less what was credited before: £50.00 of £1,200.00 net are left') $$, 'and say so');
select is(test.charged('academy'), 'invoice 120000+24000, invoice -115000+-23000, invoice -5000+-1000', 'the whole charge is credited then');

-- Cancelled before it began: all of it, whatever the terms.
create temporary table c as select x.* from sla.cancel_subscription(test.ref('school'), 1, 'Ordered twice') x;
select is(test.charged('school'), 'recharge 75001+15000, recharge -75001+-15000', 'a cancelled order is credited whole');
select is((select k.charged_on from c, money.get_charge(c.credit_id) k), (select today + 20 from d), 'on the day of the charge: no document credits what none has asked for');
select is((select sum(gross_pence)::bigint from money.charge where school_urn = 100003), 0::bigint, 'nothing remains');

-- Roll-over: the new year's charge, at the frozen price.
insert into o select 'due', test.ordered(package_id, 100005, today - 360) from p, d;
select test.call_as(929, 'la_admin');
select test.set_price(package_id, today - 200, 90000) from p, d;
insert into o select 'next', r.new_subscription_id from sla.roll_over(null) r where r.subscription_id = test.ref('due');
select is(test.charged('next'), 'recharge 75001+15000', 'the year that follows is charged, at the price that is frozen');
select is((select c.charged_on from money.get_charge(money.charge_of('sla.subscription', test.ref('next'))) c), (select s.ends_on + 1 from sla.subscription s where s.subscription_id = test.ref('due')), 'from its first day');
select is_empty($$ select * from sla.roll_over(null) r where r.outcome = 'rolled_over' $$, 'run again, nothing is charged again');
select is_empty('select * from money.check()', 'the books hold');

-- commercial.buckscc.gov.uk: under notice, fees to the end of the year are still due.
select test.call_as(929, 'officer');
select g.status from sla.subscription s, sla.give_notice(s.subscription_id, 1, 'Buys elsewhere', null) g where s.subscription_id = test.ref('next');
select is(test.charged('next'), 'recharge 75001+15000', 'notice gives nothing back');

-- Conversion: the maintained year is credited pro rata, the academy's is charged to the new URN.
select test.as_owner();
insert into register.link (urn, linked_urn, link_type) values (100006, 100032, 'Successor');
update register.establishment set school_id = 100006 where urn = 100032;
select test.call_as(929, 'officer');
insert into o select 'maintained', test.ordered(package_id, 100006, today - 65) from p, d;
select test.call_as(929, 'la_admin');
create temporary table v as select x.* from d, sla.convert_school(100006, today, null) x;
insert into o select 'converted', new_reference from v where outcome = 'opened';
select is((select s.charge from (select test.charged('maintained') as charge) s), (select format('recharge 90000+18000, recharge %s+%s', x, round(x / 5.0))
    from (select -(90000 - round(90000 * 65 / (s.ordered_to - s.starts_on + 1)::numeric)) as x from sla.subscription s where s.subscription_id = test.ref('maintained')) y),
  'what is left of the maintained year is credited to the school that was, with no £50 kept');
select is((select c.school_urn from money.get_charge(money.charge_of('sla.subscription', test.ref('converted'))) c), 100032, 'the academy''s year is charged under the new URN');
select matches(test.charged('converted'), '^invoice 90000\+18000$', 'as an invoice');
select is((select sum(net_pence)::bigint from v where what = 'subscription'), (select sum(net_pence)::bigint from money.charge where cause_ref in (test.ref('maintained'), test.ref('converted'))) - 90000,
  'the steps told what was charged and credited');
select is_empty('select * from money.check()', 'the books hold');

-- Subscriptions of databases from before were billed elsewhere: no charge is made up, nothing is credited here, and their next year is charged.
select test.as_owner();
insert into o select 'old', 'su-old';
insert into sla.subscription (authority_id, subscription_id, service_id, package_id, school_urn, starts_on, ends_on, ordered_to, package_version_id, half_days, price_id, net_pence, vat_percent,
  vat_pence, gross_pence, reasons, policy_number, billed_elsewhere)
select authority_id, id || u, service_id, package_id, u, today - 350, today + 14, today + 14, package_version_id, half_days, price_id, 75001, 20, 15000, 90001, '[]', 1, true
from d, sla.subscription s, (values ('su-old', 100007), ('su-end', 100008)) x (id, u) where s.subscription_id = test.ref('due');
select test.call_as(929, 'officer');
select is_empty('select * from money.check()', 'what was billed elsewhere has no charge, and the books hold');
select is((select x.credit_id from d, sla.end_subscription('su-end100008', 1, 'Closes', today - 300, null) x), null, 'an early end of one credits nothing here');
select is((select count(*)::integer from sla.adjustment a where a.subscription_id = 'su-end100008' and a.net_pence < 0 and a.credit_id is null), 1, 'and keeps the arithmetic');
insert into o select 'old next', r.new_subscription_id from sla.roll_over(null) r where r.subscription_id = 'su-old100007';
select is(test.charged('old next'), 'recharge 90000+18000', 'its next year is charged');
select is_empty('select * from money.check()', 'the books hold');

-- The check finds what does not hold.
select test.as_owner();
update sla.subscription set billed_elsewhere = false where subscription_id = 'su-old100007';
update sla.subscription set net_pence = net_pence + 1, gross_pence = gross_pence + 1 where subscription_id = test.ref('next');
update sla.adjustment set credit_id = null where subscription_id = test.ref('early');
update sla.subscription set billed_elsewhere = true where subscription_id = test.ref('converted');
update money.charge set cause_ref = 'su-gone' where cause_ref = test.ref('area') and credits is null;
select test.call_as(929, 'finance');
select results_eq($$ select c.reference, left(c.what, 40) from money.check() c order by 2 $$,
  $$ select x.reference, left(x.what, 40) from (
    select money.charge_of('sla.subscription', 'su-gone') as reference, 'a charge of a subscription that there is not: sla.subscription su-gone' as what union all
    select 'su-old100007', 'costs 75001 pence net, and is not charged' union all select test.ref('area'), 'costs 150000 pence net, and is not charged' union all
    select test.ref('next'), 'costs 75002 pence net and 15000 VAT for school 100005;' union all
    select a.adjustment_id, format('gives back %s pence net and %s VAT of su-', -a.net_pence, -a.vat_pence) from sla.adjustment a where a.subscription_id = test.ref('early') union all
    select test.ref('converted'), 'was billed elsewhere, and is charged by ch-') x order by 2 $$, 'a charge without its subscription, subscriptions without theirs or with another, and a sum that no credit gives back');
select test.call_as(926, 'finance');
select is_empty('select * from money.check()', 'another authority has its own books');
select * from finish();
rollback;
