-- Calls about schools: whose they are shown to, as of which day; phase groups; authorities; lookups for other domains (SCH-8, C-5, C-7).
begin;
\ir ../support/sql/schools.sql
select plan(27);
select test.schools(1, 100001, 3, 'Primary'), test.schools(1, 100011, 2, 'Middle deemed primary'), test.schools(1, 100021, 2, 'Secondary'),
  test.schools(1, 100031, 1, 'Middle deemed secondary'), test.schools(1, 100041, 2, 'Not applicable', 'Community special school'),
  test.schools(1, 100051, 1, 'Not applicable', 'Pupil referral unit'), test.schools(1, 100061, 1, 'All-through'), test.schools(2, 100101, 4, 'Primary');

select test.call_as(1, 'reporter');
select results_eq($$ select authority, phase_group, schools from reports.schools_by_phase_group(null, null) $$,
  $$ values ('001', 'Primary', 5), ('001', 'Secondary', 3), ('001', 'Special', 2), ('001', 'Other', 2) $$, 'SCH-8: middle schools as deemed, special by type, the rest in Other');
select test.as_owner();
select is((select schools from reporting.schools_by_phase_group where authority = '001' and phase_group = 'Secondary'), 3, 'the view says the same');
select test.call_as(1, 'reporter');
select is((select count(*)::integer from reports.schools_by_phase_group('2015-08-31', null)), 0, 'none on the day before they opened');

select test.as_owner();
update register.establishment_version set status = 'Closed' where urn = 100021;
select test.call_as(1, 'reporter');
select is((select schools from reports.schools_by_phase_group(null, null) where phase_group = 'Secondary'), 2, 'one row changed changes the printed figure');

select test.call_as(1, 'la_admin');
select is((select count(*)::integer from schools.set_phase_groups('[{"phase": "all-through", "phase_group": "Secondary"}, {"phase": "Secondary", "phase_group": "Secondary"},
  {"phase": "Primary", "phase_group": "First and primary"}]')), 9, 'C-7: an administrator sets the groups');
select results_eq($$ select phase_group, schools from reports.schools_by_phase_group(null, null) $$,
  $$ values ('Secondary', 2), ('Other', 6), ('First and primary', 3) $$, 'phases left out fall under Other');
select throws_ok($$ select schools.set_phase_groups('[{"phase": "Kindergarten", "phase_group": "x"}]') $$, 'IM003', 'These phases are unknown or have no group: Kindergarten.');
select test.call_as(2, 'reporter');
select results_eq($$ select phase_group, schools from reports.schools_by_phase_group(null, null) $$, $$ values ('Primary', 4) $$, 'another authority groups as before');
select test.call_as(1, 'la_admin');
select is((select bool_or(own) from schools.set_phase_groups(null)), false, 'none at all brings the common grouping back');

select test.call_as(1, 'booker', array[100001]);
select is((select count(*)::integer from schools.list_schools(null, null, null, null, null, null, null, null)), 11, 'everyone signed in reads the register: the authority''s open schools');
select is((select count(*)::integer from schools.list_schools(null, 'primary', null, null, null, null, null, null)), 5, 'by phase group');
select is((select string_agg(urn::text, ',') from schools.list_schools('Primary', null, null, '0002', null, null, null, null)), '100002', 'by name');
select is((select string_agg(urn::text, ',') from schools.list_schools(null, null, 'closed', null, null, null, null, null)), '100021', 'by status');
create temporary table page as select * from schools.list_schools('Primary', null, null, null, null, null, 2, null);
select is((select string_agg(urn::text, ',') from schools.list_schools('Primary', null, null, null, null, null, 2, (select max(row_cursor) from page))), '100003',
  'the second page goes on after the first');
select throws_ok($$ select schools.get_school(100009, null, null) $$, 'IM005', 'The register has never heard of URN 100009.');
select is((select phase_group from schools.get_school(100041, null, null)), 'Special', 'a special school is one by its type');

select ok((select is_open and is_maintained and roll is null from register.establishment_on(100001, '2026-01-01')), 'lookup: open and maintained');
select lives_ok($$ select register.require_open_school('school_urn', 100001, 1, '2026-01-01') $$, 'an open school of the authority passes');
select throws_ok($$ select register.require_open_school('school_urn', 100101, 1, '2026-01-01') $$, 'IM005', 'Authority 001 has no school with URN 100101 on 1 Jan 2026.',
  'another authority''s school is told like none');
select throws_ok($$ select register.require_open_school('school_urn', 100021, 1, '2026-01-01') $$, 'IM009', null, 'a closed one is told as such');
select throws_ok($$ select register.require_open_school('school_urn', 100001, 1, '2015-01-01') $$, 'IM005', null, 'and one that was not there yet as none');

select test.call_as(0, 'operator');
select is((select count(*)::integer from schools.create_authority('009', 'Newshire')), 1, 'the operator adds an authority');
select throws_ok($$ select schools.create_authority('009', 'Again') $$, 'IM006', 'There is an authority 009 already: Newshire.');
select ok(not has_function_privilege('persona_officer', 'imports.apply_import(text, integer)', 'execute')
  and not has_function_privilege('persona_la_admin', 'schools.create_authority(text, text)', 'execute')
  and not has_function_privilege('persona_booker', 'schools.set_phase_groups(jsonb)', 'execute')
  and has_function_privilege('persona_la_admin', 'imports.apply_import(text, integer)', 'execute'), 'rights are grants');
select ok((select count(*) > 0 from imports.list_imports(null, null)) = (select count(*) > 0 from imports.file), 'the operator lists the imports there were');
select is((select count(*)::integer from schools.list_authorities(null) where code = '009'), 1, 'and every authority');
select test.call_as(1, 'la_admin');
select ok((select count(*) > 0 and bool_and(phase_group is not null) from schools.list_phase_groups()), 'each phase has its group');
select * from finish();
rollback;
