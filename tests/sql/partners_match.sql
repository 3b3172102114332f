-- Matching (PAR-4): who could be assigned, in order and with what counts, and why each other one could not. And the workload of S3's figures.
begin;
\ir ../support/sql/schools.sql
select plan(31);
set local timezone = 'Europe/London'; -- today is England's
select test.schools(929, 100001, 4, 'Primary');
select test.schools(929, 300001, 1, 'Secondary');
select test.schools(929, 400001, 118, 'Primary');
update register.establishment_version set easting = 400000 + 1000 * (urn - 100001), northing = 600000 where urn between 100001 and 100003;
create temporary table known (who text primary key, partner_id text);
grant all on known to public;
create function test.partner(p_who text) returns text language sql as $$ select partner_id from known where who = p_who $$;
create function test.match(p_school_urn integer, p_half_days integer, p_expertise text, p_to date default null)
returns table (rank integer, partner text, score integer, criterion text, points integer, why text, accepted text) language sql as $$
  select m.rank, m.partner, m.score, m.criterion, m.points, m.why, m.accepted
  from partners.match_partners(p_school_urn, null, p_half_days, current_date, p_to, p_expertise) m
$$;
grant execute on all functions in schema test to public;
select test.call_as(929, 'la_admin');
select is_empty($$ select * from test.match(100001, 6, null) $$, 'nobody to choose from');
select lives_ok($$ select * from partners.set_assignment_role('sip', 'sip', 'AEA', null) $$, 'what the role asks');
select test.call_as(929, 'officer');
select lives_ok($$ select partners.set_expertise(c, c, null, null) from unnest('{phonics,maths}'::text[]) c $$, 'what partners are expert in');
insert into known select v.who, a.partner_id
from (values ('near', 'Ann Near', 100002, 40), ('far', 'Bea Far', 100003, 20), ('full', 'Cal Full', null, 7), ('head', 'Dan Head', 100001, 40), ('none', 'Eve Unaccredited', null, 40),
  ('sec', 'Fay Secondary', null, 40), ('lead', 'Guy Lead', null, 40)) v (who, name, base, capacity)
cross join lateral partners.add_partner(v.name, case v.who when 'lead' then '["lle"]' else '["sip"]' end::jsonb, v.capacity, null, null, null, v.base, null, null) a;
select lives_ok($$ select partners.add_accreditation(partner_id, 'AEA', null, current_date - 10, case who when 'far' then current_date + 100 end) from known where who <> 'none' $$, 'accredited but one');
select lives_ok($$ select partners.set_partner_expertise(test.partner(w), 1, e::jsonb) from (values ('near', '[{"code":"phonics","phase_group":"Primary"}]'),
  ('far', '[{"code":"phonics"},{"code":"maths"}]'), ('sec', '[{"code":"phonics","phase_group":"Secondary"},{"code":"maths","phase_group":"Primary"}]'), ('head', '[{"code":"phonics"}]'),
  ('full', '[{"code":"phonics"}]')) v (w, e) $$, 'and expert');
select lives_ok($$ select * from partners.set_partner_rate('sip', 'in_person', 30000, null, current_date, null) $$, 'the authority''s rate');
select lives_ok($$ select * from partners.set_partner_rate('sip', 'in_person', 15000, test.partner('far'), current_date, null) $$, 'and a partner''s');
select lives_ok($$ select * from partners.assign_partner(100004, test.partner('full'), 2, null, current_date, null) $$, 'one is nearly full');

select results_eq($$ select * from test.match(100001, 6, 'phonics', current_date + 50) where rank is not null $$, $$ values
  (1, 'Ann Near', 90, 'expertise', 30, 'phonics in Primary.', null::text), (1, 'Ann Near', 90, 'phase', 20, 'Works in Primary.', null),
  (1, 'Ann Near', 90, 'capacity', 17, '34 of 40 half-days a year would be left.', null), (1, 'Ann Near', 90, 'distance', 15, '1.0 km from the base school.', null),
  (1, 'Ann Near', 90, 'cost', 8, '£300.00 a half-day, £1,800.00 a year.', null),
  (2, 'Bea Far', 75, 'expertise', 20, 'phonics in any phase.', null), (2, 'Bea Far', 75, 'phase', 15, 'Works in any phase.', null),
  (2, 'Bea Far', 75, 'capacity', 14, '14 of 20 half-days a year would be left.', null), (2, 'Bea Far', 75, 'distance', 15, '2.0 km from the base school.', null),
  (2, 'Bea Far', 75, 'cost', 11, '£150.00 a half-day, £900.00 a year.', null) $$, 'ranked, with what counts line by line');
select results_eq($$ select partner, criterion, why, accepted from test.match(100001, 6, 'phonics', current_date + 50) where rank is null $$, $$ values
  ('Cal Full', 'capacity', format('5 of 7 half-days a year left on %s, 6 wanted.', to_char(current_date, 'FMDD Mon YYYY')), '5 or fewer'),
  ('Dan Head', 'conflict', 'Dan Head works from this school.', 'another partner, or another school'),
  ('Eve Unaccredited', 'accreditation', format('Eve Unaccredited holds no accreditation by AEA on %s.', to_char(current_date, 'FMDD Mon YYYY')), 'a partner whom AEA accredits on every day'),
  ('Eve Unaccredited', 'expertise', 'No expertise in phonics.', 'a partner with phonics'),
  ('Fay Secondary', 'phase', 'Works in Secondary with phonics, and not in Primary.', 'a partner for Primary'),
  ('Guy Lead', 'expertise', 'No expertise in phonics.', 'a partner with phonics'),
  ('Guy Lead', 'kind', format('Guy Lead is no sip of the authority on %s.', to_char(current_date, 'FMDD Mon YYYY')), 'a partner who is sip on every day') $$,
  'and every other one with each reason, and what would be accepted');
select is((select count(distinct partner)::integer from test.match(100001, 6, 'phonics', current_date + 50)), 7, 'nobody is left out');
select results_eq($$ select accepted from test.match(100001, 6, 'phonics', current_date + 101) where partner = 'Bea Far' $$,
  $$ select to_char(current_date, 'FMDD Mon YYYY') || ' to ' || to_char(current_date + 100, 'FMDD Mon YYYY') $$, 'an accreditation that runs out in the period rules out, until when it would do');
select results_eq($$ select distinct partner, rank from test.match(300001, 6, null) where rank is not null order by 2 $$,
  $$ values ('Fay Secondary', 1), ('Dan Head', 2) $$, 'without an expertise all who work in the phase are ranked');
select results_eq($$ select criterion, points, why from test.match(300001, 6, null) where partner = 'Dan Head' and criterion in ('distance', 'cost') $$,
  $$ values ('distance', 0, 'The distance is not known.'), ('cost', 8, '£300.00 a half-day, £1,800.00 a year.') $$, 'what is not known brings no points, and says so');
select test.as_owner();
set local session_replication_role = replica; -- ratings without all that leads to one: tests/sql/notes_quality.sql has that
insert into visits.visit (authority_id, visit_id, school_urn, partner_id, purpose, mode, starts_at, ends_at, half_days, funding, notice_days, planned_by)
select 929, 'vi-' || n, 100003, test.partner('far'), 'core', 'virtual', now() + n * interval '1 day', now() + n * interval '25 hours', 1, 'core', 0, test.person('officer', 929)
from generate_series(1, 3) n;
insert into notes.rating (authority_id, visit_id, number, rater_id, outcome)
select 929, 'vi-' || n, 1, test.person('officer', 929), case n when 3 then 'not_met' when 2 then 'partly_met' else 'met' end from generate_series(1, 3) n;
set local session_replication_role = origin;
select test.call_as(929, 'officer');
select results_eq($$ select score, criterion, points, why from test.match(100001, 6, 'phonics', current_date + 50) where partner = 'Bea Far' and criterion = 'rating' $$,
  $$ values (73, 'rating', 5, 'Notes that were rated: 3; met the standard: 1, in part: 1.') $$, 'a past rating counts where there is one, for more or for less');
select is_empty($$ select from test.match(100001, 6, 'phonics', current_date + 50) where partner <> 'Bea Far' and criterion = 'rating' $$, 'and for nobody who was not rated');
select throws_ok($$ select * from test.match(999999, 6, null) $$, 'IM005', null, 'a school there is');
select throws_ok($$ select * from test.match(100001, 6, 'juggling') $$, 'IM003', null, 'an expertise of the list');
select throws_ok($$ select * from test.match(100001, 6, null, current_date - 1) $$, 'IM003', null, 'a period in order');
-- What is ranked can be assigned, and what is ruled out cannot.
select lives_ok($$ select * from partners.assign_partner(100001, test.partner('near'), 6, null, current_date, current_date + 50) $$, 'the first can be assigned');
select throws_ok($$ select * from partners.assign_partner(100001, test.partner('head'), 6, 'other', current_date, null) $$, 'IM009', null, 'who is ruled out cannot');
select test.call_as(929, 'reporter');
select results_eq($$ select partner, assignments, half_days, percent from reports.partner_workload(null) where assignments > 0 $$,
  $$ values ('Ann Near', 1, 6, 15.0), ('Cal Full', 1, 2, 28.6) $$, 'the report is for reporters too');

-- S3's figures: 118 schools, 20 partners, 3 or 4 days for each school: 354 to 472 days.
select test.call_as(929, 'officer');
select lives_ok($$ select partners.end_assignment(assignment_id, version, 'Counting anew', starts_on) from partners.assignment $$, 'a clean table');
insert into known select 'sip ' || n, a.partner_id from generate_series(1, 20) n
cross join lateral partners.add_partner('Partner ' || to_char(n, 'FM00'), '["sip"]', 50, null, null, null, null, null, null) a;
select lives_ok($$ select partners.add_accreditation(partner_id, 'AEA', null, current_date - 10, null) from known where who like 'sip %' $$, 'twenty partners');
select lives_ok($$ select partners.assign_partner(400000 + n, test.partner('sip ' || 1 + n % 20), case n % 3 when 0 then 8 else 6 end, null, current_date, null) from generate_series(1, 118) n $$,
  '118 schools');
select is(reports.workload_remark(current_date + 1), 'Partners: 20. Schools: 118. Assignments: 118, which take 393 days a year, 3 to 4 each: 354 if all took 3, 472 if all took 4. By the rate cards, in person: £235,800.00.',
  'S3: 354 to 472 days');
select results_eq($$ select sum(half_days)::integer, sum(assignments)::integer, sum(capacity)::integer from reports.partner_workload(current_date + 1) where partner like 'Partner %' $$,
  $$ values (786, 118, 1000) $$, 'of a thousand half-days that they can give');
-- S4's figures: 66 visits of £250 by 15 partners: 4.4 each, £16,500.
select test.as_owner();
select test.schools(343, 500001, 66, 'Primary');
select test.call_as(343, 'officer');
select lives_ok($$ select * from partners.set_partner_rate('professional_partner', 'in_person', 25000, null, current_date, null) $$, 'a visit is £250');
insert into known select 'pp ' || n, a.partner_id from generate_series(1, 15) n
cross join lateral partners.add_partner('Professional ' || to_char(n, 'FM00'), '["professional_partner"]', 12, null, null, null, null, null, null) a;
select lives_ok($$ select partners.assign_partner(500000 + n, test.partner('pp ' || 1 + n % 15), 1, 'professional partner', current_date, null) from generate_series(1, 66) n $$, '66 schools');
select is(reports.workload_remark(current_date), 'Partners: 15. Schools: 66. Assignments: 66, which take 33 days a year, 0.5 each. By the rate cards, in person: £16,500.00.', 'S4: £16,500');
select is((select round(avg(assignments), 1) from reports.partner_workload(current_date)), 4.4, 'S4: 4.4 each');
select * from finish();
rollback;
