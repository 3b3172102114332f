-- A recurring plan: visits.plan_visits respects terms, closures, the partner's busy times and the assignment's period; all or none.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
select plan(38);
select test.schools(929, 100001, 2, 'Primary'), test.schools(926, 200001, 1, 'Primary');
select test.partner(929, 'pt-jo', test.person('partner', 929)), test.partner(926, 'pt-jo', test.person('partner', 929)), test.partner(929, 'pt-sam');
select test.assigned(929, 'pt-jo', 100001), test.assigned(929, 'pt-jo', 100002), test.assigned(929, 'pt-sam', 100001, make_date(test.next_year(), 10, 1), make_date(test.next_year() + 1, 2, 28));
create temporary view planned with (security_invoker = true) as
select v.*, t.half_term, visits.day_of(v.starts_at) as day from visits.visit v left join lateral calendar.term_on(visits.day_of(v.starts_at)) t on true;
grant select on planned to public;
create function test.plan(p_assignment text, p_per_term integer, p_time time default null, p_funding text default null) 
returns table (term text, visit_id text, starts_at timestamptz, ends_at timestamptz, status text) language sql as $$
  select p.term, p.visit_id, p.starts_at, p.ends_at, p.status
  from visits.plan_visits(p_assignment, p_per_term, test.next_year(), p_time, null, null, null, p_funding, null, null) p
$$;
grant execute on function test.plan to public;

select test.call_as(929, 'officer');
select throws_like($$ select * from visits.plan_visits('as-pt-jo100001', 2, test.next_year(), null, null, null, null, null, null, null) $$,
  'The authority has set no terms for %', 'a plan needs terms');
select test.as_owner();
select test.terms(929, test.next_year());
select test.call_as(929, 'officer');
select throws_ok($$ select * from visits.plan_visits('as-none', 2, test.next_year(), null, null, null, null, null, null, null) $$, 'IM005', 'There is no assignment "as-none".', 'an assignment');
select throws_ok($$ select * from visits.plan_visits('as-pt-jo100001', 0, test.next_year(), null, null, null, null, null, null, null) $$, 'IM003', 'A term has room for some visits.', 'some visits');
select throws_ok($$ select * from visits.plan_visits('as-pt-jo100001', 2, test.next_year() - 2, null, null, null, null, null, null, null) $$, 'IM003',
  'A plan is for this academic year or one of the next two.', 'not for the past');

-- A visit is of one day (VIS-1), also when it is one of a plan.
select throws_ok($$ select * from test.plan('as-pt-jo100001', 1, '22:00') $$, 'IM003', 'A visit begins and ends on one day.', 'none goes on over midnight');
select throws_ok($$ select * from test.plan('as-pt-jo100001', 1, '21:00') $$, 'IM003', null, 'nor to it');
select throws_ok($$ select * from visits.plan_visits('as-pt-jo100001', 1, test.next_year(), null, null, null, 0, null, null, null) $$, 'IM003',
  'A visit takes some half-days, preparation and note included.', 'some half-days');

-- A whole year.
create temporary table year_plan (term text, visit_id text, starts_at timestamptz, ends_at timestamptz, status text);
insert into year_plan select * from test.plan('as-pt-jo100001', 2);
select results_eq('select term, count(*)::integer from year_plan group by 1 order by 1', $$ values ('autumn', 2), ('spring', 2), ('summer', 2) $$, 'two a term');
select is_empty($$ select * from planned where half_term is null $$, 'none in a holiday');
select is_empty($$ select * from planned where not calendar.is_working_day(day) $$, 'each on a working day');
select is((select count(distinct status) || ' ' || min(status) from year_plan), '1 planned', 'each with a state of its own, all born planned');
select is_empty($$ select * from planned a join planned b on a.visit_id < b.visit_id and abs(a.day - b.day) < 20 $$, 'spread over the term');
select is((select count(*)::integer from planned where assignment_id = 'as-pt-jo100001'), 6, 'and belongs to the assignment');
create temporary table again as select count(*) from test.plan('as-pt-jo100001', 2);
select is((select count from again), 0::bigint, 'asked again, nothing is missing');
insert into year_plan select * from test.plan('as-pt-jo100001', 3);
select is((select count(*)::integer from planned where assignment_id = 'as-pt-jo100001'), 9, 'three a term want one more in each');

-- Busy here, busy elsewhere: the next free time is taken; the second school's visits stand beside the first's.
insert into year_plan select * from test.plan('as-pt-jo100002', 2);
select is((select count(*)::integer from planned where school_urn = 100002), 6, 'another school of the same partner');
select is_empty($$ select * from planned a join planned b on a.visit_id < b.visit_id and a.partner_id = b.partner_id and a.starts_at < b.ends_at and a.ends_at > b.starts_at $$, 'they are in one place');
select test.as_owner();
update visits.visit set status = 'cancelled', cancelled_at = now(), cancelled_for = 'authority', cancel_reason = 'anew';
select test.terms(926, test.next_year());
select test.call_as(926, 'officer');
create temporary table free as
select t.days[8] as day from visits.plan_days(test.next_year(), make_date(test.next_year(), 9, 1), make_date(test.next_year() + 1, 8, 31)) t where t.term = 'autumn';
create temporary table taken as
select test.visit('pt-jo', 200001, (d.day + time '08:00') at time zone 'Europe/London', 'core', null, 2), d.day
from visits.plan_days(test.next_year(), make_date(test.next_year(), 9, 1), make_date(test.next_year() + 1, 8, 31)) t, unnest(t.days) d (day)
where t.term = 'autumn' and d.day <> (select day from free);
select test.call_as(929, 'officer');
create temporary table around as select * from test.plan('as-pt-jo100001', 1);
select results_eq($$ select count(*)::integer from around $$, $$ values (3) $$, 'another authority has the partner''s autumn');
select is((select a.starts_at from around a where a.term = 'autumn'), (select (day + time '09:30') at time zone 'Europe/London' from free), 'but for one day, which the plan finds');
select throws_like($$ select * from test.plan('as-pt-jo100002', 12, '08:30') $$, 'Visit % of 12 in the autumn term finds no free day from %',
  'where there is no day the plan is refused');
select is((select count(*)::integer from visits.visit where school_urn = 100002 and status <> 'cancelled'), 0, 'whole: all or none');

-- The assignment's period, the school's diary, its half-days.
create temporary table short as select * from test.plan('as-pt-sam100001', 1, '13:30');
select results_eq('select term from short order by starts_at', $$ values ('autumn'), ('spring') $$, 'only in the terms that the assignment reaches');
select is_empty($$ select * from short where visits.day_of(starts_at) not between make_date(test.next_year(), 10, 1) and make_date(test.next_year() + 1, 2, 28) $$, 'within its period');
select is((select count(distinct starts_at::time) || ' ' || min(starts_at::time) from short), '1 13:30:00', 'at the time wished');
select is_empty($$ select * from planned a join planned b on a.school_urn = b.school_urn and a.visit_id < b.visit_id and a.day = b.day
  where a.status <> 'cancelled' and b.status <> 'cancelled' $$, 'a school has one visitor a day');
select lives_ok($$ select * from visits.grant_entitlement(100002, 'sla', 4, make_date(test.next_year(), 9, 1), make_date(test.next_year() + 1, 8, 31), null, null) $$, 'four half-days');
select throws_like($$ select * from test.plan('as-pt-jo100002', 2, '16:00', 'sla') $$,
  'Half-days wanted: 1; left of the school''s sla entitlement % 0.', 'are not enough for six visits');
select is((select left_half_days from visits.entitlement where school_urn = 100002), 4, 'and none is drawn');
create temporary table fits as select * from test.plan('as-pt-jo100002', 1, '16:00', 'sla');
select is((select left_half_days from visits.entitlement where school_urn = 100002), 1, 'for three they are');

-- Closures.
select test.as_owner();
update visits.visit set status = 'cancelled', cancelled_at = now(), cancelled_for = 'authority', cancel_reason = 'anew' where status = 'planned';
insert into calendar.closure (authority_id, closure_id, starts_on, ends_on, name)
values (929, 'cl-spring', make_date(test.next_year() + 1, 1, 1), make_date(test.next_year() + 1, 3, 23), 'Everything is closed');
select test.call_as(929, 'partner');
create temporary table closed as select * from test.plan('as-pt-jo100001', 1);
select results_eq($$ select visits.day_of(starts_at) between make_date(test.next_year() + 1, 3, 24) and make_date(test.next_year() + 1, 3, 25) from closed where term = 'spring' $$,
  $$ values (true) $$, 'closures are no working days')
  where extract(isodow from make_date(test.next_year() + 1, 3, 24)) < 6 or extract(isodow from make_date(test.next_year() + 1, 3, 25)) < 6
union all select pass('both are a weekend')
  where extract(isodow from make_date(test.next_year() + 1, 3, 24)) > 5 and extract(isodow from make_date(test.next_year() + 1, 3, 25)) > 5;
select throws_ok($$ select * from visits.plan_visits('as-pt-sam100001', 1, test.next_year(), null, null, null, null, null, null, null) $$, 'IM005', null,
  'a partner plans their own: another''s is not there');
select test.call_as(926, 'officer');
select throws_ok($$ select * from visits.plan_visits('as-pt-jo100001', 1, test.next_year(), null, null, null, null, null, null, null) $$, 'IM005', null, 'nor to another authority');
select ok(not has_function_privilege('persona_booker', to_regproc('visits.plan_visits'), 'execute'), 'a school plans nothing');
select ok(not has_function_privilege('persona_finance', to_regproc('visits.plan_visits'), 'execute'), 'nor does finance');
-- A school that closes is not visited afterwards.
select test.as_owner();
select test.schools(929, 100009, 1, 'Primary'), test.assigned(929, 'pt-sam', 100009);
update register.establishment_version set valid_to = make_date(test.next_year() + 1, 1, 1) where urn = 100009;
insert into register.establishment_version (urn, authority_id, valid_from, name, status, type, phase, open_date, close_date)
select urn, authority_id, valid_to, name, 'Closed', type, phase, open_date, valid_to from register.establishment_version where urn = 100009;
select test.call_as(929, 'officer');
select results_eq($$ select term, count(*)::integer from test.plan('as-pt-sam100009', 2) group by 1 $$, $$ values ('autumn', 2) $$, 'a school that closes at the end of the year is visited in autumn only');
select is_empty($$ select * from planned where school_urn = 100009 and day >= make_date(test.next_year() + 1, 1, 1) $$, 'none after it closed');
select test.as_owner();
update register.establishment_version set valid_to = make_date(test.next_year(), 9, 1) where urn = 100009 and status = 'Open';
update register.establishment_version set valid_from = make_date(test.next_year(), 9, 1), close_date = make_date(test.next_year(), 9, 1) where urn = 100009 and status = 'Closed';
select test.call_as(929, 'officer');
select is_empty($$ select * from test.plan('as-pt-sam100009', 3) $$, 'of a school that is closed nothing is planned');
select is((select cardinality(visits.open_days(100009, array[make_date(test.next_year(), 8, 31), make_date(test.next_year(), 9, 1)]))), 1, 'it is open on the last day before');
select * from finish();
rollback;
