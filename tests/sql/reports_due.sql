-- What is due: one ranked list over all work (REP-4). Days are counted from today, so that the list is the same on every day.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
\ir ../support/sql/notes.sql
\ir ../support/sql/offers.sql
\ir ../support/sql/cases.sql
set local timezone = 'Europe/London';
set local client_min_messages = warning;
select plan(19);
select test.schools(929, 100001, 4, 'Primary', 'Academy converter'), test.schools(926, 200001, 1, 'Primary', 'Academy converter');
create function test.due(p_kind text default null, p_within integer default null) returns text language sql stable as $$
  select string_agg(concat_ws(' ', rank, kind, school_urn, days_late, pence, risk), '; ' order by rank, kind, school_urn) from reports.due(null, p_within, p_kind, null)
$$;
grant execute on all functions in schema test to public;
select test.call_as(926, 'officer'), test.call_as(929, 'officer');
select test.call_as(929, 'la_admin');
select count(*) from cases.set_case_scheme(0, test.categories(), test.reasons(), base.today() - 400);
select test.call_as(929, 'officer');
select is(test.due(), null, 'nothing is due');
-- A case: an action late, one to come, one far off; a notice whose period ends.
create temporary table k as select o.case_id from cases.open_case(100001, 'red', 'systemic', 'As discussed', base.today() - 60, 'none', null, null, null) o;
grant select on k to public;
select is(test.due(), null, 'nor of a case without anything to do');
create temporary table a as select x.n, c.* from k, (values (1, -5), (2, 10), (3, 60)) x (n, days), cases.add_case_action(k.case_id, 'Plan ' || x.n, 'The head', base.today() + x.days) c;
grant select on a to public;
select is(test.due(), '1 case action 100001 5 3; 2 case action 100001 2', 'actions: the late one first, and not one that is far off');
select is(test.due(null, 60), '1 case action 100001 5 3; 2 case action 100001 2; 3 case action 100001 2', 'looking further, that too');
select is(test.due(null, 0), '1 case action 100001 5 3', 'or no further than today');
create temporary table w as select g.* from k, cases.give_warning_notice(k.case_id, 'Standards', 'A plan', 'pre_warning', base.today() - 3, 10, 'calendar') g;
grant select on w to public;
select is(test.due('Warning Notice'), '1 warning notice 100001 3', 'a notice whose period ends');
select is((select due_on from reports.due(null, null, 'warning notice', null)), base.today() + 7, 'on its last day');
select is(test.due(), '1 case action 100001 5 3; 2 warning notice 100001 3; 3 case action 100001 2', 'ranked by risk, then by day');
-- Half-days about to lapse, with what they cost: 6 of £1,500, of which 4 are left.
select test.as_owner();
select test.subscription(929, 100002, 6, base.today() - 340, base.today() + 25);
update sla.subscription set net_pence = 150000, vat_pence = 30000, gross_pence = 180000 where school_urn = 100002;
select test.call_as(929, 'officer');
create temporary table e as select g.entitlement_id, g.version from visits.grant_entitlement(100002, 'sla', null, null, null, 'su-100002', 'Ordered') g;
grant select on e to public;
select is(test.due('days unspent'), '1 days unspent 100002 150000 1', 'half-days that lapse, at what they cost');
select test.as_owner();
update visits.entitlement set left_half_days = 4;
select test.call_as(929, 'officer');
select is(test.due('days unspent'), '1 days unspent 100002 100000 1', 'two of them used: a third less');
select is(test.due(null, 20), '1 case action 100001 5 3; 2 warning notice 100001 3; 3 case action 100001 2', 'not before they are near');
-- Ten years of requiring improvement.
select test.as_owner();
select test.graded(100003, (base.today() - interval '9 years 6 months')::date, 3), test.graded(100003, (base.today() - interval '5 years')::date, 3),
  test.graded(100004, (base.today() - interval '9 years 6 months')::date, 3), test.graded(100004, (base.today() - interval '5 years')::date, 2), test.graded(100004, (base.today() - interval '2 years')::date, 3);
select test.call_as(929, 'officer');
select is(test.due('ten years'), '1 ten years 100003 3', 'a school near ten years of it, and not one that was good in between');
select is((select due_on from reports.due(null, null, 'ten years', null)), ((base.today() - interval '9 years 6 months')::date + interval '10 years')::date, 'and when');
-- Done, it is due no more.
select count(*) from a, cases.close_case_action(a.action_id, a.version, 'Done', null, null) where a.n = 1;
select is(test.due('case action', 60), '1 case action 100001 2; 2 case action 100001 2', 'what is closed leaves the list');
-- Another authority, and who may ask.
select is_empty($$ select 1 from reports.due(null, null, null, 200001) $$, 'one school''s');
select throws_ok($$ select * from reports.due(null, null, 'homework', null) $$, 'IM003', 'No such thing falls due.', 'a kind that there is');
select throws_ok($$ select * from reports.due(null, 500, null, null) $$, 'IM003', 'The list looks ahead for some days.', 'and not for ever');
select test.call_as(926, 'officer');
select is(test.due(null, 400), null, 'another authority''s work is not there');
select test.as_owner();
select is((select count(*)::integer from pg_proc p where p.proname like 'due\_of\_%' and p.pronamespace = 'reports'::regnamespace
    and position('reports.' || p.proname || '(' in (select prosrc from pg_proc where oid = 'reports.due_things'::regproc)) > 0),
  (select count(*)::integer from pg_proc p where p.proname like 'due\_of\_%' and p.pronamespace = 'reports'::regnamespace), 'every kind of thing is in the list');
select * from finish();
rollback;
