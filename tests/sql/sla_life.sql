-- The life of a subscription (SLA-5): notice by the authority's date, roll-over, frozen prices, a change of calendar. Days lie about today, so that
-- no test ages.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/sla.sql
select plan(42);
select test.schools(929, 100001, 12, 'Primary'), test.schools(929, 100031, 3, 'Primary', 'Academy converter');
select test.call_as(929, 'la_admin');
create temporary table p as select test.package('Service', 'Core') as package_id, test.package('Another', 'Core') as other_id;
select test.set_price(package_id, '2015-04-01', 75001, p_freeze_years => 3), test.set_price(other_id, '2015-04-01', 10000) from p;
select sla.set_subscription_policy(0, '2015-04-01', 0, null, null, null, null, null, null); -- a maintained school's year is from the day of joining
create temporary table d as select base.today() as today, calendar.academic_year_ends(calendar.academic_year(base.today()) - 1) as august;

create temporary table o as
select 'open' as what, test.ordered(package_id, 100001, today - 30) as id from d, p union all
select 'late', test.ordered(package_id, 100002, today - 300) from d, p union all
select 'noticed', test.ordered(package_id, 100003, today - 360) from d, p union all
select 'due', test.ordered(package_id, 100004, today - 361) from d, p union all
select 'later', test.ordered(package_id, 100005, today - 362) from d, p union all
select 'closing', test.ordered(package_id, 100006, today - 363) from d, p union all
select 'to come', test.ordered(package_id, 100007, today + 30) from d, p union all
select 'ended', test.ordered(package_id, 100008, today - 400) from d, p;
select test.ordered(package_id, 100005, today + 30) from d, p;

-- Notice.
select test.call_as(929, 'booker', array[100001, 100002]);
create temporary table n as select g.* from o, sla.give_notice(o.id, 1, 'Buys elsewhere', null) g where what = 'open';
select results_eq($$ select n.status, n.notice_given_on, n.notice_by, n.version from n $$,
  $$ select 'notice_given', today, (today - 30 + interval '1 year' - interval '3 months')::date - 1, 2 from d $$, 'a school gives notice for its own');
select throws_like($$ select g.* from o, sla.give_notice(o.id, 2, null, null) g where what = 'open' $$, 'Notice was given on %', 'once');
select results_eq($$ select w.status, w.version from o, sla.withdraw_notice(o.id, 2) w where what = 'open' $$, $$ values ('active', 3) $$, 'and takes it back');
select throws_ok($$ select w.* from o, sla.withdraw_notice(o.id, 3) w where what = 'open' $$, 'IM009', 'No notice was given.', 'once');
select throws_like($$ select g.* from o, sla.give_notice(o.id, 1, null, null) g where what = 'late' $$,
  'Notice for the end on % was due by %, % days earlier.', 'too late is refused, with the days');
select throws_ok($$ select g.* from o, sla.give_notice(o.id, 1, null, (select today - 100 from d)) g where what = 'late' $$, 'IM007', null, 'and a school tells no earlier day');
select throws_ok($$ select g.* from o, sla.give_notice(o.id, 1, null, null) g where what = 'due' $$, 'IM005', null, 'another school''s subscription is told like none');
select throws_ok($$ select g.* from o, sla.give_notice(o.id, 2, null, null) g where what = 'open' $$, 'IM010', null, 'a stale version');
select test.call_as(929, 'officer');
select results_eq($$ select g.notice_given_on = today - 100 from d, o, sla.give_notice(o.id, 1, 'A letter', today - 100) g where what = 'noticed' $$, $$ values (true) $$,
  'an officer tells when the letter came');
select throws_ok($$ select g.* from o, d, sla.give_notice(o.id, 1, null, today + 1) g where what = 'late' $$, 'IM003', null, 'no day to come');
select throws_like($$ select g.* from o, sla.give_notice(o.id, 1, null, null) g where what = 'ended' $$, 'The subscription ended on %', 'nothing to give notice of');
select results_eq($$ select what, l.status from o join sla.list_subscriptions(null, null, null, true, null, null) l on l.subscription_id = o.id order by what $$,
  $$ values ('closing', 'active'), ('due', 'active'), ('ended', 'ended'), ('late', 'active'), ('later', 'active'), ('noticed', 'notice_given'), ('open', 'active'),
    ('to come', 'ordered') $$, 'each where it is in its life');

-- Roll-over. Prices rose since, but this one is frozen for three years; one school has closed.
select test.as_owner();
update register.establishment_version set close_date = base.today() - 10, status = 'Closed' where urn = 100006;
select test.call_as(929, 'la_admin');
select test.set_price(package_id, today - 100, 90000) from p, d;
create temporary table r as select x.* from sla.roll_over(null) x;
select results_eq($$ select what, outcome, net_before_pence, net_pence, change_pence from r join o on o.id = r.subscription_id order by what $$,
  $$ values ('closing', 'refused', 75001::bigint, null::bigint, null::bigint), ('due', 'rolled_over', 75001, 75001, 0), ('ended', 'rolled_over', 75001, 75001, 0),
    ('late', 'rolled_over', 75001, 75001, 0), ('later', 'ordered', 75001, null, null), ('noticed', 'notice_given', 75001, null, null),
    ('open', 'notice_open', 75001, null, null) $$, 'each with what came of it; those to come are not looked at');
select matches((select why from r join o on o.id = r.subscription_id where what = 'closing'), '^Primary School 100006 \(100006\) is not open on .*: its status is Closed\.$', 'why one is refused');
select matches((select why from r join o on o.id = r.subscription_id where what = 'open'), '^Notice may be given until ', 'and why one waits');
select matches((select why from r join o on o.id = r.subscription_id where what = 'due'), '^Frozen price pr-', 'the price is the frozen one');
select results_eq($$ select s.starts_on, s.ends_on, s.continues, s.frozen_to from r join o on o.id = r.subscription_id join sla.subscription s on s.subscription_id = r.new_subscription_id
    where what = 'due' $$, $$ select (today - 361 + interval '1 year')::date, (today - 361 + interval '2 years')::date - 1, (select id from o where what = 'due'),
    (today - 361 + interval '3 years')::date - 1 from d $$, 'the next year takes the last up, and keeps the end of the freeze');
select results_eq($$ select outcome, count(*)::integer from sla.roll_over(null) group by 1 order by 1 $$,
  $$ values ('notice_given', 1), ('notice_open', 2), ('ordered', 1), ('refused', 1) $$, 'run again, nobody is rolled over twice');
select throws_like($$ select g.* from o, sla.give_notice(o.id, 1, null, (select today - 200 from d)) g where what = 'due' $$, 'The subscription has rolled over into su-%', 'nor gives notice of the year that is over');
select results_eq($$ select sla.standing(s, (select today from d)) from r join o on o.id = r.subscription_id join sla.subscription s on s.subscription_id = r.new_subscription_id
    where what = 'due' $$, $$ values ('notice_open') $$, 'the new year has its own day for notice');

-- A freeze ends: the year that begins after it has the price of its day.
select test.as_owner();
update sla.subscription s set frozen_to = (select today from d) - 1 from o where o.id = s.subscription_id and what = 'closing';
update register.establishment_version set close_date = null, status = 'Open' where urn = 100006;
select test.call_as(929, 'officer');
select results_eq($$ select outcome, net_before_pence, net_pence, change_pence, why from sla.roll_over(null) where school_urn = 100006 $$,
  $$ values ('rolled_over', 75001::bigint, 90000::bigint, 14999::bigint, null) $$, 'when the freeze is over, the new price, and what it is more');

-- The authority moves its academies to the financial year: the year from September is billed 7/12 to March, and then by whole years.
create temporary table b as select test.ordered(package_id, 100031, (august - interval '1 year')::date + 1) as id from d, p;
select test.call_as(929, 'la_admin');
select sla.set_subscription_policy(1, august + 1, null, 4, 'days', null, null, null, null) from d;
create temporary table r2 as select x.* from sla.roll_over((select august from d)) x;
select results_eq($$ select r2.outcome, r2.starts_on, r2.ends_on, r2.net_pence from r2 join b on b.id = r2.subscription_id $$,
  $$ select 'rolled_over', august + 1, calendar.financial_year_ends(calendar.financial_year(august + 1)), 43751::bigint from d $$, 'SLA-4: a change of calendar bills 7/12 exactly: £437.51 of £750.01');
select is((select l ->> 'text' from r2 join b on b.id = r2.subscription_id join sla.subscription s on s.subscription_id = r2.new_subscription_id, jsonb_array_elements(s.reasons) l
    where l ->> 'clause' = 'pro-rata') like '7 of 12 months: 1 Sep % to 31 Mar %', true, 'whatever the terms count other parts by');
select is((select count(*)::integer from r2 where ended_on > (select august from d)), 0, 'none that ends after the day asked for');
select test.call_as(929, 'officer');
select is((sla.year_of(sla.policy_on((select august from d) + 1), false, (select august from d) + 1)).year_starts, (select calendar.financial_year_starts(calendar.financial_year(august + 1)) from d), 'the calendar is the policy''s');
select throws_ok($$ select * from sla.set_subscription_policy(2, null, null, null, null, null, null, null, null) $$, '42501', null, 'terms are an administrator''s');

-- Cancelled before it began: the whole charge, and the days are free.
select throws_like($$ select c.* from o, sla.cancel_subscription(o.id, 1, 'Twice') c where what = 'late' $$, 'The subscription began on %', 'what has begun is ended, not cancelled');
select throws_like($$ select e.* from o, d, sla.end_subscription(o.id, 1, 'x', today, null) e where what = 'to come' $$, 'The subscription begins on %', 'and the other way round');
select results_eq($$ select c.status, c.net_pence, c.vat_pence, c.gross_pence, c.version, sla.lines_sum(c.reasons) from o, sla.cancel_subscription(o.id, 1, 'Ordered twice') c where what = 'to come' $$,
  $$ values ('cancelled', -75001::bigint, -15000::bigint, -90001::bigint, 2, -90001::bigint) $$, 'all of it, to the penny, VAT too');
select throws_ok($$ select c.* from o, sla.cancel_subscription(o.id, 2, 'Again') c where what = 'to come' $$, 'IM009', null, 'once');
select lives_ok($$ select test.ordered(package_id, 100007, today + 20) from d, p $$, 'the days are free for another order');
select is_empty($$ select from sla.list_subscriptions(100007, null, null, false, null, null) where status = 'cancelled' $$, 'a cancelled order is not listed');
select is((select count(*)::integer from sla.list_subscriptions(100007, null, null, true, null, null) where status = 'cancelled'), 1, 'unless ended ones are asked for');
select results_eq($$ select cause, net_pence, school_urn, service from sla.list_adjustments(null, null, null, null, null) $$, $$ values ('cancelled', -75001::bigint, 100007, 'Service') $$,
  'what was given back is listed');
select test.call_as(929, 'booker', array[100001]);
select is_empty($$ select * from sla.list_adjustments(null, null, null, null, null) $$, 'to a school its own');
select ok(not has_function_privilege('persona_booker', to_regproc('sla.roll_over'), 'execute'), 'no school rolls over');
select ok(not has_function_privilege('persona_booker', to_regproc('sla.cancel_subscription'), 'execute'), 'nor cancels');
select test.call_as(926, 'officer');
select is_empty($$ select * from sla.roll_over(null) $$, 'another authority has nothing to roll over');
select throws_ok($$ select g.* from o, sla.give_notice(o.id, 1, null, null) g where what = 'late' $$, 'IM005', null, 'nor anything to give notice of');
select test.call_as(929, 'officer');
select is((select count(*)::integer from o, sla.withdraw_notice(o.id, 2) w where what = 'noticed'), 1, 'an officer takes notice back to the end');
select results_eq($$ select outcome from o, sla.roll_over(null) x where x.subscription_id = o.id and what = 'noticed' $$, $$ values ('rolled_over') $$, 'and it rolls over after all');
select is((select count(*)::integer from sla.subscription n join sla.subscription s on s.subscription_id = n.continues where n.starts_on <> s.ends_on + 1), 0,
  'every year begins the day after the last');
select * from finish();
rollback;
