-- A maintained school becomes an academy in one call (SLA-6): all that is ahead goes on under the new URN, each step is told, or nothing is done.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/sla.sql
\ir ../support/sql/visits.sql
\ir ../support/sql/cpd.sql
select plan(61);
select test.schools(929, 100001, 6, 'Primary'), test.schools(929, 100031, 6, 'Primary', 'Academy converter'), test.schools(926, 200031, 1, 'Primary', 'Academy converter');
select test.roll(100001, 200, '2025-10-02');
-- The school becomes an academy on 1 September of this academic year or the next, whichever is nearer: within a year of today, always.
create temporary table d as select y as on_, y - make_interval(months => 5) as april, base.today() as today
from (select case when base.today() - calendar.academic_year_starts(calendar.academic_year(base.today())) < 180
  then calendar.academic_year_starts(calendar.academic_year(base.today())) else calendar.academic_year_ends(calendar.academic_year(base.today())) + 1 end as y) x;
alter table d alter april type date;
grant select on d to public;
update register.roll_count set counted_on = (select april from d) - 60 where urn = 100001;
insert into register.link (urn, linked_urn, link_type) select n, n + 30, 'Successor' from generate_series(100001, 100003) n;
insert into register.link (urn, linked_urn, link_type) values (100005, 100035, 'Successor');
update register.establishment set school_id = urn - 30 where urn in (100031, 100032, 100035);
insert into register.link (urn, linked_urn, link_type) values (100003, 100034, 'Successor');

select test.call_as(929, 'la_admin');
create temporary table p as select test.package('Partner', 'Three days') as package_id, test.package('Governors', 'Core', 0, 24, 0) as other_id;
select test.set_price(package_id, '2015-04-01', p_clauses => '[{"status": "academy", "flat_pence": 60000, "unit_pence": 114}, {"flat_pence": 46614, "unit_pence": 114}]'),
  test.set_price(other_id, '2015-04-01', 75001) from p;
create temporary table s as
select 'partner' as what, test.ordered(package_id, 100001, april) as id from p, d union all
select 'governors', test.ordered(other_id, 100001, april) from p, d union all
select 'next', test.ordered(package_id, 100001, (april + interval '1 year')::date) from p, d;
grant select on s, p to public;
select visits.grant_subscribed(null);
select sla.reserve_allowance(100001, 'credit', 4, april + 30, 'A day in the school'), sla.grant_allowance(100001, 'place', 2, april, (april + interval '2 years')::date, null) from d;
select visits.grant_entitlement(100001, 'core', 2, april, (april + interval '2 years')::date, null, null) from d;
select test.as_owner();
update sla.subscription n set continues = o.id from s o, s x where n.subscription_id = x.id and o.what = 'partner' and x.what = 'next';
update visits.entitlement e set left_half_days = 3 from s where e.reference = s.id and what = 'partner';
create temporary table en as select e.entitlement_id from visits.entitlement e join s on s.id = e.reference and what = 'partner';
grant select on en to public;
select test.partner(929, 'pt-jo'), test.partner(929, 'pt-sam');
select test.assigned(929, 'pt-jo', 100001), test.assigned(929, 'pt-sam', 100001);
update partners.partner set base_school_urn = 100031 where partner_id = 'pt-sam'; -- who works from the academy
-- Of six half-days: one visit took place in summer, one of two half-days is ahead.
insert into visits.visit (authority_id, visit_id, school_urn, partner_id, assignment_id, purpose, mode, starts_at, ends_at, half_days, funding, funding_ref,
  entitlement_id, notice_days, planned_by, status, done_at, note_due_on)
select 929, v, 100001, 'pt-jo', 'as-pt-jo100001', 'core', 'virtual', at, at + interval '1 hour', h, 'sla', (select id from s where what = 'partner'), (select entitlement_id from en), 0,
  test.person('la_admin', 929), st, case when st = 'done' then at end, case when st = 'done' then at::date end
from d cross join lateral (values ('vi-done', (april + 60 + time '10:00') at time zone 'Europe/London', 1, 'done'),
  ('vi-ahead', (on_ + 40 + time '10:00') at time zone 'Europe/London', 2, 'confirmed')) x (v, at, h, st);
insert into visits.entitlement_entry (authority_id, entry_id, entitlement_id, kind, half_days, visit_id, entered_by)
select 929, 'ee-' || n, entitlement_id, k, h, v, test.person('la_admin', 929) from en
cross join lateral (values (1, 'drawn', -1, 'vi-done'), (2, 'drawn', -2, 'vi-ahead')) x (n, k, h, v);
insert into cpd.course (authority_id, course_id, title) values (929, 'co-1', 'Phonics');
insert into cpd.session (authority_id, session_id, course_id, status, starts_at, ends_at, venue, capacity, booking_opens_at, booking_closes_at,
  confirmed_count)
select 929, 'se-' || n, 'co-1', 'published', on_ + n * interval '100 days', on_ + n * interval '100 days' + interval '2 hours', 'Hall', 10, on_ - 999, on_ + n * interval '100 days', 2
from d, generate_series(-1, 1, 2) n;
insert into cpd.booking (authority_id, booking_id, session_id, ticket, school_urn, status, delegate_name, price_pence, place_kind, order_id, booked_by)
select 929, b, se, t, u, 'confirmed', who, 4500, 'paid', b, test.person('la_admin', 929)
from (values ('bk-past', 'se--1', 1, 100001, 'Ann'), ('bk-ann', 'se-1', 1, 100001, 'Ann'), ('bk-bo', 'se-1', 2, 100001, 'Bo'), ('bk-new', 'se-1', 3, 100031, 'Bo')) x (b, se, t, u, who);

create function pg_temp.kept() returns text language sql security definer as $$
  select sla.open_allowance(100004, 'place', null, base.today() - 100, base.today() - 50, 1, null)
$$;

-- Refusals.
select test.call_as(929, 'officer');
select throws_like($$ select c.* from d, sla.convert_school(100004, on_, null) c $$, 'The register links 0 open schools of the authority that follow school 100004 on %.', 'no successor link, no conversion');
select throws_like($$ select c.* from d, sla.convert_school(100003, on_, null) c $$, 'The register links 2 open schools of the authority that follow school 100003 on %: 100033, 100034.', 'two are named and counted');
select throws_ok($$ select c.* from d, sla.convert_school(100001, on_, 100036) c $$, 'IM009',
  'URN 100036 is of another lineage than URN 100001: no link joins them (schools 100036 and 100001).', 'a URN that is told must be of the lineage');
select throws_ok($$ select c.* from d, sla.convert_school(100001, on_, 999999) c $$, 'IM005', null, 'and be there');
select throws_ok($$ select c.* from d, sla.convert_school(100001, on_, 200031) c $$, 'IM005', null, 'in this authority');
select throws_like($$ select c.* from d, sla.convert_school(100031, on_, null) c $$, 'Primary School 100031 (100031) is academy on %: Academy converter.', 'an academy does not become one');
select throws_ok($$ select c.* from d, sla.convert_school(999999, on_, null) c $$, 'IM005', null, 'nor does no school');
select throws_ok($$ select c.* from d, sla.convert_school(100001, (today - interval '2 years')::date, null) c $$, 'IM003', null, 'not long ago');
select throws_ok($$ select c.* from d, sla.convert_school(null, on_, null) c $$, 'IM003', null, 'whose');
select throws_like($$ select c.* from d, sla.convert_school(100002, on_, null) c $$,
  'School 100002 has 0 subscriptions, 0 entitlements, 0 assignments, 0 visits and 0 bookings on %', 'a school with nothing ahead is told so, by count');
select test.as_owner();
update register.establishment_version set type = 'Foundation school' where urn = 100032;
select test.call_as(929, 'officer');
select throws_like($$ select c.* from d, sla.convert_school(100002, on_, null) c $$, 'Primary School 100032 (100032) is maintained on %: Foundation school.', 'what follows must be an academy');

-- The conversion.
create temporary table c as select x.* from d, sla.convert_school(100001, on_, null) x;
select results_eq($$ select what, outcome, count(*)::integer from c group by 1, 2 order by 1, 2 $$,
  $$ values ('allowance', 'carried', 2), ('assignment', 'carried', 1), ('assignment', 'ended', 1), ('booking', 'carried', 1), ('booking', 'left', 1), ('entitlement', 'carried', 2), ('school', 'found', 1),
    ('subscription', 'cancelled', 1), ('subscription', 'ended', 2), ('subscription', 'opened', 2), ('visit', 'carried', 1) $$, 'every step');
select is((select array_agg(step) from c), (select array_agg(n) from generate_series(1, 15) n), 'numbered in order');
select results_eq($$ select s.what, c.net_pence, c.gross_pence from c join s on s.id = c.reference where c.outcome = 'ended' order by 1 $$,
  $$ values ('governors', -43751::bigint, -52501::bigint), ('partner', -40491, -48589) $$, 'the maintained year ends pro rata: 7/12 of £750.01 and of £694.14 are given back');
select is((select c.detail from c join s on s.id = c.reference where c.outcome = 'ended' and s.what = 'governors') like 'On 31 Aug %. 7 of 12 months unused: 1 Sep % to 31 Mar %, of £750.01 net.', true,
  'with the months counted');
select results_eq($$ select x.school_urn, x.starts_on = on_, x.ends_on = (on_ + interval '1 year')::date - 1, x.net_pence, x.school_status, x.roll from d, c join s on s.id = c.reference
    join sla.subscription x on x.subscription_id = c.new_reference where c.outcome = 'opened' order by s.what $$,
  $$ values (100031, true, true, 75001::bigint, 'academy', null::integer), (100031, true, true, 82800, 'academy', 200) $$,
  'the academy''s year opens at an academy''s price, by the roll of the school it was');
select is((select net_pence from c where outcome = 'cancelled'), -69414::bigint, 'the year that had not begun is given back whole');
select is((select count(*)::integer from sla.subscription x where x.school_urn = 100031 and x.ends_on >= x.starts_on), 2, 'and not ordered again: the academy''s rolls over');
select is((select detail from c where what = 'entitlement' and reference <> new_reference), 'Earned 3 of 6 half-days, used 1: 2 move, 3 lapse; the academy has 8.',
  'half-days: 5/12 of six earned, one used');
select results_eq($$ select detail from c where what = 'allowance' order by detail $$, $$ values ('2 places left.'), ('Earned 10 of 24 credits, used or reserved 4: 6 move, 14 lapse.') $$,
  'credits: 5/12 of 24 earned, four reserved; other places go with the school');
select results_eq($$ select l.unit, l.granted, l.moved, l.units_left from sla.list_allowances(100031, null, null, true, null, null) l order by 1 $$, $$ values ('credit', 24, 6, 30), ('place', 2, 0, 2) $$,
  'the academy has its own and what moved');
select results_eq($$ select b.granted, b.drawn, b.lapsed, b.moved, b.left_half_days, e.ends_on = on_ - 1 from d, en join visits.entitlement e using (entitlement_id) join visits.entitlement_balance b using (entitlement_id) $$,
  $$ values (6, 1, 3, -2, 0, true) $$, 'the old ledger closes');
select results_eq($$ select b.granted, b.drawn, b.moved, b.left_half_days, e.school_urn from c join visits.entitlement e on e.entitlement_id = c.new_reference join visits.entitlement_balance b using (entitlement_id)
    where what = 'entitlement' and c.reference <> c.new_reference $$, $$ values (6, 2, 2, 6, 100031) $$, 'the new one has its own, what moved, and the visit ahead');
select results_eq($$ select e.school_urn, e.source from c join visits.entitlement e on e.entitlement_id = c.reference where what = 'entitlement' and c.reference = c.new_reference $$,
  $$ values (100031, 'core') $$, 'other half-days go with the school as they are');
select results_eq($$ select a.assignment_id = c.reference, a.school_urn, a.status, a.partner_id, a.ends_on is null from c join partners.assignment a on a.assignment_id in (c.reference, c.new_reference)
    where c.what = 'assignment' and c.outcome = 'carried' order by 1 desc $$, $$ values (true, 100001, 'live', 'pt-jo', false), (false, 100031, 'live', 'pt-jo', true) $$,
  'the assignment ends and is taken up, live');
select is((select detail from c where what = 'assignment' and outcome = 'ended'), 'pt-sam, pt-sam, 6 half-days a year: pt-sam works from this school.', 'who has a conflict there is not carried, and why');
select is((select ends_on from partners.assignment where assignment_id = 'as-pt-sam100001'), (select on_ - 1 from d), 'their assignment ends too');
select results_eq($$ select v.school_urn, v.assignment_id = c.new_reference, v.status, v.version from visits.visit v, c where v.visit_id = 'vi-ahead' and c.what = 'assignment' and c.outcome = 'carried' $$,
  $$ values (100031, true, 'confirmed', 2) $$, 'the visit ahead goes on with it');
select is((select v.funding_ref from visits.visit v where v.visit_id = 'vi-ahead'), (select c.new_reference from c join s on s.id = c.reference where c.outcome = 'opened' and s.what = 'partner'),
  'on the academy''s subscription');
select is((select school_urn from visits.visit where visit_id = 'vi-done'), 100001, 'what took place stays where it was');
select results_eq('select booking_id, school_urn from cpd.booking order by 1', $$ values ('bk-ann', 100031), ('bk-bo', 100001), ('bk-new', 100031), ('bk-past', 100001) $$,
  'bookings ahead go on, but for a delegate who is booked there already');
select is((select detail from c where reference = 'bk-bo') like '%The delegate is booked under the new URN already.', true, 'and it says so');
select test.as_owner();
select is((select count(*)::integer from visits.entitlement e join visits.entitlement_balance b using (authority_id, entitlement_id) where b.left_half_days <> e.left_half_days), 0,
  'every entitlement is what its ledger says');
select is((select sum(x.net_pence + coalesce(a.net_pence, 0)) from sla.subscription x left join sla.adjustment a using (authority_id, subscription_id) where x.school_urn = 100001),
  (75001 - 43751 + 69414 - 40491)::numeric, 'what the maintained school pays is 5/12 of each year');
select is((select count(*)::integer from events.event where kind = 'visit.carried'), 1, 'watchers are told');

-- A school under notice: the academy's subscription ends when the notice was for.
select test.call_as(929, 'officer');
select test.as_owner();
update register.establishment_version set type = 'Academy converter' where urn = 100032;
select test.call_as(929, 'officer');
create temporary table n as select test.ordered(other_id, 100002, april) as id from p, d;
select test.as_owner();
update sla.subscription x set notice_given_on = x.starts_on, notice_given_by = test.person('officer', 929) from n where n.id = x.subscription_id;
select test.call_as(929, 'officer');
create temporary table c2 as select x.* from d, sla.convert_school(100002, on_, 100032) x;
select results_eq($$ select x.net_pence, x.ends_on = (april + interval '1 year')::date - 1, x.notice_given_on is not null from d, c2 join sla.subscription x on x.subscription_id = c2.new_reference where c2.outcome = 'opened' $$,
  $$ values (43751::bigint, true, true) $$, 'notice stands: 7/12 of a year, to the day it was given for');
select is((select detail from c2 where outcome = 'opened') like '%Notice stands.', true, 'and it is told');
select throws_like($$ select x.* from d, sla.convert_school(100002, on_, 100032) x $$, 'School 100002 has 0 subscriptions%', 'carried out again, there is nothing left');

-- What bookings ahead drew is drawn again from what the academy has, so that the year is divided as if nothing were booked yet (SLA-7).
select test.as_owner();
update cpd.session set price_pence = 4500, next_ticket = 4 where session_id = 'se-1';
update cpd.course set credits = 3 where course_id = 'co-1';
select test.call_as(929, 'officer');
create temporary table u as select test.ordered(other_id, 100005, april) as id from p, d;
grant select on u to public;
create temporary table b as select * from cpd.book_places('se-1', 100005, test.people('Pat', 'Quin'), null, false);
select results_eq($$ select units, units_left from b $$, $$ values (3, 21), (3, 18) $$, 'two places of three credits');
select throws_like($$ select e.* from d, u, sla.end_subscription(id, 1, 'Closes', on_ - 1, null) e $$, 'Bookings of sessions after % that draw on it: 2: bk-% on %.', 'what is drawn on is not ended before');
create temporary table c3 as select x.* from d, sla.convert_school(100005, on_, null) x;
select results_eq($$ select detail from c3 where what = 'allowance' $$, $$ values ('Earned 10 of 24 credits, used or reserved 0: 10 move, 14 lapse.') $$, 'credits: 5/12 of 24 earned');
select results_eq($$ select outcome, count(*)::integer, bool_and(detail like '3 credits for %') from c3 where what = 'booking' group by 1 order by 1 $$, $$ values ('carried', 2, false), ('drawn', 2, true) $$,
  'the bookings go on, and draw again');
select results_eq($$ select granted, moved, reserved, units_left from sla.list_allowances(100035, null, null, true, null, null) $$, $$ values (24, 10, 6, 28) $$, 'from the academy''s');
select * from cpd.booking x, cpd.cancel_booking(x.booking_id, x.version, 'ill') where x.delegate_name = 'Quin';
select results_eq($$ select reserved, units_left from sla.list_allowances(100035, null, null, true, null, null) $$, $$ values (3, 31) $$, 'where they go back to');
select is_empty($$ select * from cpd.check_money() where rule = 'SLA-7' $$, 'bookings and ledger agree');
-- Where the academy has nothing, a booking keeps what it drew.
create temporary table k as select pg_temp.kept() as id;
select results_eq($$ select how, allowance_id = id from k, cpd.draw_ahead(jsonb_build_array(jsonb_build_object('booking_id', (select booking_id from b where delegate = 'Pat'), 'allowance_id', id, 'unit', 'place', 'units', 2,
  'on', base.today()))) $$, $$ values ('kept', true) $$, 'what is nowhere left is kept');
select is((select units_left from k, sla.list_allowances(100004, null, null, true, null, null)), 0, 'and not out of nothing: the ledger says what was added');

-- Known ahead: held until its day, and until the register has the academy.
select throws_ok($$ select p.* from sla.plan_conversion(100004, base.today(), null) p $$, 'IM003', null, 'planned for a day to come');
select throws_like($$ select p.* from sla.plan_conversion(100031, base.today() + 30, null) p $$, 'Primary School 100031 (100031) is academy: %', 'of a maintained school');
select throws_ok($$ select p.* from sla.plan_conversion(100004, base.today() + 30, 100004) p $$, 'IM003', null, 'to another URN');
create temporary table pl as select * from sla.plan_conversion(100004, base.today() + 30, null);
grant select on pl to public;
select is((select status from pl), 'planned', 'the register has no academy for it: it is held all the same');
select throws_like($$ select p.* from sla.plan_conversion(100004, base.today() + 40, null) p $$, 'Its conversion on % is planned already (cv-%).', 'once');
select is_empty('select * from sla.carry_out_conversions()', 'before its day nothing is done');
select test.as_owner();
update sla.conversion set converts_on = base.today() where school_urn = 100004;
select test.call_as(929, 'officer');
select results_eq($$ select outcome, detail like 'The register links 0 open schools%' from sla.carry_out_conversions() $$, $$ values ('waits', true) $$, 'on its day it waits for the register, and says so');
select results_eq($$ select kind, what like 'Conversion to an academy%' from reports.due(null, null, 'conversion', null) $$, $$ values ('conversion', true) $$, 'and is due');
select test.as_owner();
insert into register.link (urn, linked_urn, link_type) values (100004, 100034, 'Successor');
update register.establishment set school_id = 100004 where urn = 100034;
select test.call_as(929, 'officer');
select sla.grant_allowance(100004, 'place', 2, base.today() - 10, base.today() + 100, null);
select results_eq($$ select outcome, steps > 1 from sla.carry_out_conversions() $$, $$ values ('done', true) $$, 'when the register has it, it is carried out');
select results_eq($$ select status from sla.list_conversions(true, null, null) union all select count(*)::text from sla.list_conversions(false, null, null) $$, $$ values ('done'), ('0') $$, 'and is over');
select throws_ok($$ select w.* from pl, sla.list_conversions(true, null, null) l, sla.withdraw_conversion(l.conversion_id, l.version) w $$, 'IM009', null, 'what is done is not withdrawn');
select ok(not has_function_privilege('persona_booker', to_regproc('sla.plan_conversion'), 'execute'), 'no school plans its own');
select ok(not has_function_privilege('persona_booker', to_regproc('sla.convert_school'), 'execute'), 'no school converts itself');
select test.call_as(926, 'officer');
select throws_ok($$ select x.* from d, sla.convert_school(100001, on_, null) x $$, 'IM005', null, 'nor another authority''s school');
select * from finish();
rollback;
