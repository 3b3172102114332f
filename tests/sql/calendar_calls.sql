-- Deadlines, closures, terms, bank holidays and policies as people call them: C-3, C-4, C-5.
begin;
\ir ../support/sql/schools.sql
select plan(95);
select test.schools(929, 100001, 2, 'Primary');
select test.call_as(926, 'officer');
select test.call_as(929, 'officer');

-- Deadlines.
select results_eq($$ select day, weekday, counts, number, reason from calendar.deadline(2, '2026-04-01', null, null, null, null) $$, $$ values
  (date '2026-04-02', 'Thursday', true, 1, null), ('2026-04-03', 'Friday', false, null, 'Good Friday'), ('2026-04-04', 'Saturday', false, null, 'Saturday'),
  ('2026-04-05', 'Sunday', false, null, 'Sunday'), ('2026-04-06', 'Monday', false, null, 'Easter Monday'), ('2026-04-07', 'Tuesday', true, 2, null) $$,
  'C-4: the count, day by day');
select results_eq($$ select day, weekday, counts, number, reason from calendar.deadline(4, '2026-06-16', null, 'before', null, null) $$, $$ values
  (date '2026-06-15', 'Monday', true, 1, null), ('2026-06-14', 'Sunday', false, null, 'Sunday'), ('2026-06-13', 'Saturday', false, null, 'Saturday'),
  ('2026-06-12', 'Friday', true, 2, null), ('2026-06-11', 'Thursday', true, 3, null), ('2026-06-10', 'Wednesday', true, 4, null) $$,
  'South Gloucestershire''s example, printed: from a Tuesday back to the Wednesday of the week before');
create function pg_temp.ends(p_days integer, p_from date, p_at timestamptz, p_direction text, p_counting text, p_known_at date) returns text language sql as $$
  select to_char((array_agg(d.day order by d.number desc nulls last))[1], 'Dy YYYY-MM-DD') || ' ' || max(d.number)
  from calendar.deadline(p_days, p_from, p_at, p_direction, p_counting, p_known_at) d
$$;
select is(pg_temp.ends(10, '2026-03-30', null, null, null, null), 'Wed 2026-04-15 10', 'ten working days over Easter');
select is(pg_temp.ends(1, null, '2026-07-02 22:30Z', null, null, null), 'Fri 2026-07-03 1', 'a moment is of its day in England');
select is(pg_temp.ends(1, null, '2026-07-02 23:30Z', null, null, null), 'Mon 2026-07-06 1', 'where it is past midnight in summer');
select is(pg_temp.ends(1, null, '2026-12-03 23:30Z', null, null, null), 'Fri 2026-12-04 1', 'and not in winter');
select is(pg_temp.ends(1, null, null, null, 'calendar', null), to_char(base.today() + 1, 'Dy YYYY-MM-DD') || ' 1', 'today unless told');
select is(pg_temp.ends(1, '2026-04-02', null, 'after', 'weekday', null), 'Fri 2026-04-03 1', 'weekdays: Good Friday counts');
select is(pg_temp.ends(28, '2026-04-30', null, 'before', 'calendar', null), 'Thu 2026-04-02 28', 'calendar days, as Copthorne''s 28 before a course');
select is(pg_temp.ends(5, '2022-05-27', null, null, null, null), 'Tue 2022-06-07 5', 'over the jubilee');
select is(pg_temp.ends(5, '2022-05-27', null, null, null, '2020-11-11'), 'Mon 2022-06-06 5', 'as it was known before the jubilee was announced');
select throws_ok($$ select * from calendar.deadline(null, null, null, null, null, null) $$, 'IM003', null, 'how many days');
select throws_ok($$ select * from calendar.deadline(0, null, null, null, null, null) $$, 'IM003', '0 days are not counted.', 'at least one');
select throws_ok($$ select * from calendar.deadline(1001, null, null, null, null, null) $$, 'IM003', null, 'and a thousand at most');
select throws_ok($$ select * from calendar.deadline(1, '2026-01-05', now(), null, null, null) $$, 'IM003', null, 'from one beginning');
select throws_ok($$ select * from calendar.deadline(1, null, null, 'sideways', null, null) $$, 'IM003', '"sideways" is no direction.', 'after or before');
select throws_ok($$ select * from calendar.deadline(1, null, null, null, 'moons', null) $$, 'IM003', 'Days are not counted by "moons".', 'in a way that is known');
select throws_ok($$ select * from calendar.deadline(9, '2035-12-30', null, null, null, null) $$, 'IM009', null, 'within the years that are known');

-- Closures.
create temporary table closed as select * from calendar.add_closure(' Christmas closure ', '2026-12-25', '2026-12-31');
select results_eq('select name, starts_on, ends_on, working_days, version from closed',
  $$ values ('Christmas closure', date '2026-12-25', date '2026-12-31', 3, 1) $$, 'C-4: a closure says how many working days it takes');
select is((select reason from calendar.deadline(1, '2026-12-28', null, null, null, null) limit 1), 'Christmas closure', 'and stands in the count');
select is(pg_temp.ends(1, '2026-12-28', null, null, null, null), 'Mon 2027-01-04 1', 'which passes it');
select results_eq($$ select starts_on, ends_on, working_days from calendar.add_closure('Polling day', '2026-05-07', null) $$,
  $$ values (date '2026-05-07', date '2026-05-07', 1) $$, 'one day unless told');
select throws_ok($$ select * from calendar.add_closure('Again', '2026-12-30', '2027-01-04') $$, 'IM009',
  'The authority is closed already from Friday 25 December 2026 to Thursday 31 December 2026: Christmas closure.', 'not twice on a day, and the other is named');
select throws_ok($$ select * from calendar.add_closure(' ', '2026-08-03', null) $$, 'IM003', null, 'with a name');
select throws_ok($$ select * from calendar.add_closure('x', null, null) $$, 'IM003', null, 'and a day');
select throws_ok($$ select * from calendar.add_closure('x', '2026-08-03', '2026-08-02') $$, 'IM003', null, 'forwards');
select throws_ok($$ select * from calendar.add_closure('x', '2026-08-03', '2036-08-02') $$, 'IM003', null, 'within the years that are known');
select throws_ok($$ select * from calendar.add_closure('x', '2027-08-03', '2029-08-02') $$, '23514', null, 'for a year at most');
select throws_ok($$ select * from calendar.add_closure(repeat('x', 101), '2026-08-03', null) $$, '23514', null, 'in a hundred characters');
select lives_ok($$ select * from calendar.add_closure('Nothing lost', '2026-08-01', '2026-08-02') $$, 'a weekend may be closed');
select results_eq($$ select name from calendar.list_closures('2026-06-01', null, null, null) $$, $$ values ('Nothing lost'), ('Christmas closure') $$, 'listed from a day on');
select results_eq($$ select l.name from calendar.list_closures('2026-01-01', null, 1, null) f, calendar.list_closures('2026-01-01', null, 1, f.row_cursor) l $$,
  $$ values ('Nothing lost') $$, 'page by page');
select is_empty($$ select * from calendar.list_closures('2026-01-01', base.today() - 1, null, null) $$, 'yesterday none was known');
select throws_ok($$ select r.* from closed c, calendar.remove_closure(c.closure_id, 7) r $$, 'IM010', null, 'a stale version');
select throws_ok($$ select * from calendar.remove_closure('cl-none', 1) $$, 'IM005', null, 'one that is there');
select throws_ok($$ select * from calendar.remove_closure(null, 1) $$, 'IM003', null, 'and is named');
select test.call_as(926, 'officer');
select is_empty($$ select * from calendar.list_closures('2026-01-01', null, null, null) $$, 'another authority sees none of it');
select throws_ok($$ select r.* from closed c, calendar.remove_closure(c.closure_id, 1) r $$, 'IM005', null, 'and removes none');
select is(pg_temp.ends(1, '2026-12-28', null, null, null, null), 'Tue 2026-12-29 1', 'and counts by its own');
select test.call_as(929, 'booker', array[100001]);
select is((select count(*)::integer from calendar.list_closures('2026-01-01', null, null, null)), 3, 'a school sees its authority''s');
select throws_ok($$ select * from calendar.add_closure('Inset', '2026-09-01', null) $$, '42501', null, 'and adds none, whatever it calls');
select throws_ok($$ select r.* from closed c, calendar.remove_closure(c.closure_id, 1) r $$, 'IM005', null, 'nor removes one: it may not touch the row');
select test.call_as(929, 'la_admin');
select results_eq($$ select r.name, r.working_days, r.version from closed c, calendar.remove_closure(c.closure_id, 1) r $$,
  $$ values ('Christmas closure', 3, 2) $$, 'removed, and its days are given back');
select is(pg_temp.ends(1, '2026-12-28', null, null, null, null), 'Tue 2026-12-29 1', 'the count changes with it');
select throws_ok($$ select r.* from closed c, calendar.remove_closure(c.closure_id, 2) r $$, 'IM009', null, 'once');
select results_eq($$ select name, removed_at is null from calendar.list_closures('2026-01-01', null, null, null) $$,
  $$ values ('Polling day', true), ('Nothing lost', true) $$, 'no longer listed');
select lives_ok($$ select * from calendar.add_closure('Another', '2026-12-30', null) $$, 'its days are free again');

-- Terms.
create temporary table year (half_terms jsonb);
grant select on year to public;
insert into year values ('[{"starts_on":"2026-09-02","ends_on":"2026-10-23"},{"starts_on":"2026-11-02","ends_on":"2026-12-18"},
  {"starts_on":"2027-01-04","ends_on":"2027-02-12"},{"starts_on":"2027-02-22","ends_on":"2027-03-25"},
  {"starts_on":"2027-04-12","ends_on":"2027-05-28"},{"starts_on":"2027-06-07","ends_on":"2027-07-23"}]');
create function pg_temp.but(p_nth integer, p_part text, p_day text) returns jsonb language sql as $$
  select jsonb_set(half_terms, array[(p_nth - 1)::text, p_part], coalesce(to_jsonb(p_day), 'null')) from year
$$;
select is_empty($$ select * from calendar.list_terms(2026, null) $$, 'C-3: no terms unless they are set');
select throws_ok($$ select * from calendar.set_terms(null, (select half_terms from year), null) $$, 'IM003', null, 'of a year');
select throws_ok($$ select * from calendar.set_terms(2035, (select half_terms from year), null) $$, 'IM003', null, 'whose bank holidays are known');
select throws_ok($$ select * from calendar.set_terms(2026, null, null) $$, 'IM003', 'An academic year has six half-terms; 0 are given.', 'all of them');
select throws_ok($$ select * from calendar.set_terms(2026, (select half_terms - 5 from year), null) $$, 'IM003',
  'An academic year has six half-terms; 5 are given.', 'none missing');
select throws_ok($$ select * from calendar.set_terms(2025, (select half_terms from year), null) $$, 'IM003', 'The terms of 2025/26 have 12 faults.', 'not of another year');
select throws_ok($$ select * from calendar.set_terms(2026, pg_temp.but(1, 'starts_on', '2026-08-31'), null) $$, 'IM003',
  'Half-term 1 starts on 2026-08-31, outside 2026/27.', 'nor a day of another');
select throws_ok($$ select * from calendar.set_terms(2026, pg_temp.but(6, 'ends_on', '2027-09-01'), null) $$, 'IM003',
  'Half-term 6 ends on 2027-09-01, outside 2026/27.', 'at its end neither');
select throws_ok($$ select * from calendar.set_terms(2026, pg_temp.but(2, 'starts_on', '2026-10-23'), null) $$, 'IM003',
  'Half-term 2 starts on 2026-10-23, and the one before it ends on 2026-10-23: they overlap.', 'no overlap');
select throws_ok($$ select * from calendar.set_terms(2026, pg_temp.but(2, 'starts_on', '2026-10-26'), null) $$, 'IM003',
  'Half-term 2 starts on 2026-10-26 without a break after the one before it.', 'a weekend is no break');
select throws_ok($$ select * from calendar.set_terms(2026, pg_temp.but(5, 'starts_on', '2027-04-24'), null) $$, 'IM003',
  'Half-term 5 starts on 2027-04-24: a gap of 29 days after the one before it.', 'no gap');
select lives_ok($$ select f.* from calendar.half_term_faults(2026, pg_temp.but(5, 'starts_on', '2027-04-23')) f $$, 'four weeks are a break');
select is_empty($$ select f.* from calendar.half_term_faults(2026, pg_temp.but(5, 'starts_on', '2027-04-23')) f $$, 'and no fault');
select results_eq($$ select field, accepted from calendar.half_term_faults(2026, pg_temp.but(3, 'ends_on', '2027-01-03')) $$,
  $$ values ('half_terms[3].ends_on', '2027-01-04 or later'), ('half_terms[4].starts_on', 'a break of 28 days at most') $$, 'every fault names its field and what would do');
select results_eq($$ select field from calendar.half_term_faults(2026, pg_temp.but(3, 'ends_on', '2027-02-30')) union all
  select field from calendar.half_term_faults(2026, pg_temp.but(4, 'starts_on', null)) $$, $$ values ('half_terms[3].ends_on'), ('half_terms[4].starts_on') $$, 'a day that is none');
select results_eq($$ select term, half_term, starts_on, working_days, version from calendar.set_terms(2026, (select half_terms from year), null) $$, $$ values
  ('autumn', 1, date '2026-09-02', 38, 1), ('autumn', 2, '2026-11-02', 35, 1), ('spring', 3, '2027-01-04', 30, 1), ('spring', 4, '2027-02-22', 24, 1),
  ('summer', 5, '2027-04-12', 34, 1), ('summer', 6, '2027-06-07', 35, 1) $$, 'a whole year at once, with its working days');
select throws_ok($$ select * from calendar.set_terms(2026, (select half_terms from year), null) $$, 'IM010', null, 'set again by its version');
select results_eq($$ select half_term, ends_on, version from calendar.set_terms(2026, pg_temp.but(6, 'ends_on', '2027-07-21'), 1) where half_term = 6 $$,
  $$ values (6, date '2027-07-21', 2) $$, 'then it may be changed');
select is((select count(*)::integer from calendar.half_term where academic_year = 2026), 12, 'what was set before is kept');
select results_eq($$ select t.half_term from calendar.term_on('2027-07-21') t union all select t.half_term from calendar.term_on('2027-07-22') t $$, $$ values (6) $$, 'and no longer holds');
select test.call_as(929, 'partner');
select is((select count(*)::integer from calendar.list_terms(2026, null)), 6, 'a partner reads them');
select throws_ok($$ select * from calendar.set_terms(2027, (select replace(replace(half_terms::text, '2027', '2028'), '2026', '2027')::jsonb from year), null) $$, '42501', null,
  'and sets none, whatever it calls');

-- Bank holidays and policies.
select test.call_as(926, 'person');
select results_eq($$ select day, weekday, name, proclaimed from calendar.list_bank_holidays(2020, null) where day between '2020-05-01' and '2020-05-31' $$,
  $$ values (date '2020-05-08', 'Friday', 'Early May bank holiday (VE Day)', true), ('2020-05-25', 'Monday', 'Spring bank holiday', false) $$, 'anybody reads bank holidays');
select throws_ok($$ select * from calendar.list_bank_holidays(2036, null) $$, 'IM003', 'The bank holidays of 2036 are not known.', 'of the years that are known');
select test.call_as(0, 'operator');
select throws_ok($$ select * from calendar.add_bank_holiday('2027-06-05', 'A Saturday') $$, '23514', null, 'a weekday');
select throws_ok($$ select * from calendar.add_bank_holiday('2027-05-31', 'Twice') $$, 'IM006', 'Monday 31 May 2027 is a bank holiday already: Spring bank holiday.', 'once');
select throws_ok($$ select * from calendar.remove_bank_holiday('2027-06-01') $$, 'IM005', null, 'one that is there');
select throws_ok($$ select * from calendar.add_bank_holiday('2036-06-02', 'Far') $$, 'IM003', null, 'of a year that is known');
select results_eq($$ select r.name from calendar.remove_bank_holiday('2027-05-31') r union all select a.weekday from calendar.add_bank_holiday('2027-06-03', 'Spring bank holiday') a $$,
  $$ values ('Spring bank holiday'), ('Thursday') $$, 'the operator moves one that is proclaimed for another day');
select test.call_as(929, 'officer');
select is(pg_temp.ends(2, '2027-05-28', null, null, null, null) || ', ' || pg_temp.ends(3, '2027-06-01', null, null, null, null), 'Tue 2027-06-01 2, Mon 2027-06-07 3',
  'which every authority counts by');
select throws_ok($$ select * from calendar.add_bank_holiday('2027-06-04', 'Ours') $$, '42501', null, 'an authority proclaims none');
select is_empty($$ select * from calendar.list_counting_policies(null) $$, 'no policy unless it is set');
select throws_ok($$ select * from calendar.set_counting_policy('17:00', '9:00', null, null, null) $$, '23514', null, 'hours forwards');
select throws_ok($$ select * from calendar.set_counting_policy(null, null, null, '2027-01-01', '2027-01-01') $$, 'IM003', null, 'for a day at least');
select throws_ok($$ select * from calendar.set_counting_policy('25:00', null, null, null, null) $$, 'IM003', '"25:00" is no time of day.', 'times of a day');
select throws_ok($$ select * from calendar.set_counting_policy(null, 'noon', null, null, null) $$, 'IM003', '"noon" is no time of day.', 'in figures');
select throws_ok($$ select * from calendar.set_counting_policy(null, null, null, 'infinity', null) $$, 'IM003', null, 'within the years that are known');
select lives_ok($$ select * from calendar.set_counting_policy('8:30', '16:30', null, '2026-01-01', null) $$, 'hours of the office');
select lives_ok($$ select * from calendar.set_counting_policy(null, null, true, '2026-04-01', '2026-04-06') $$, 'other ones for a few days');
select results_eq($$ select valid_from, valid_to, opens_at, counts_bank_holidays from calendar.list_counting_policies(null) $$, $$ values
  (date '2026-01-01', date '2026-04-01', '8:30', false), ('2026-04-01', '2026-04-06', '9:00', true), ('2026-04-06', null, '8:30', false) $$, 'what was said of other days stays');
select is(pg_temp.ends(2, '2026-04-02', null, null, null, null), 'Tue 2026-04-07 2', 'then Good Friday counts, and Easter Monday, after them, does not');

-- Working hours.
select is(calendar.add_working_hours('2026-06-12 15:00Z', 24), '2026-06-17 15:00Z', 'CPD-5: 24 working hours from Friday 16:00 are three office days on');
select is(calendar.add_working_hours('2026-06-13 10:00Z', 1), '2026-06-15 08:30Z', 'from a Saturday the clock starts on Monday at 8:30');
select is(calendar.add_working_hours('2026-06-12 20:00Z', 8), '2026-06-15 15:30Z', 'from an evening too, and a whole day ends as the office closes');
select is(calendar.add_working_hours('2026-10-23 15:00Z', 1), '2026-10-26 09:00Z', 'summer time ends in between');
select is(calendar.add_working_hours('2026-06-15 09:00Z', 0.5), '2026-06-15 09:30Z', 'half an hour');
select is(calendar.add_working_hours(null, 1), null, 'no moment, no answer');
select throws_ok($$ select calendar.add_working_hours('2035-12-31 15:00Z', 8) $$, 'IM009', null, 'within the years that are known');
select * from finish();
rollback;
