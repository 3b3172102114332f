-- Bank holidays, working days, years and terms: C-3, C-4.
begin;
\ir ../support/sql/schools.sql
select plan(65);
select test.call_as(926, 'officer');
select test.call_as(929, 'officer');

-- Source: gov.uk/bank-holidays, England and Wales, as published in those years.
select results_eq($$ select to_char(day, 'YYYY'), string_agg(to_char(day, 'MM-DD'), ' ' order by day) from calendar.bank_holiday
  where superseded_at is null and day < '2029-01-01' group by 1 order by 1 $$, $$ values
  ('2015', '01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28'), ('2016', '01-01 03-25 03-28 05-02 05-30 08-29 12-26 12-27'),
  ('2017', '01-02 04-14 04-17 05-01 05-29 08-28 12-25 12-26'), ('2018', '01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26'),
  ('2019', '01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26'), ('2020', '01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28'),
  ('2021', '01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28'), ('2022', '01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27'),
  ('2023', '01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26'), ('2024', '01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26'),
  ('2025', '01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26'), ('2026', '01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28'),
  ('2027', '01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28'), ('2028', '01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26') $$,
  'C-4: England''s bank holidays, as they were published');
-- Source: the tables of the Book of Common Prayer.
select results_eq($$ select array_agg(day - 1 order by day) from calendar.bank_holiday where name = 'Easter Monday' and day >= '2029-01-01' $$,
  $$ values ('{2029-04-01,2030-04-21,2031-04-13,2032-03-28,2033-04-17,2034-04-09,2035-03-25}'::date[]) $$, 'Easter to 2035');
select results_eq($$ select count(*)::integer, min(day), max(day) from calendar.bank_holiday where superseded_at is null $$,
  $$ values (21 * 8 + 3, date '2015-01-01', date '2035-12-26') $$, 'eight a year for 21 years, and three more');
select results_eq($$ select day, name from calendar.bank_holiday where day between '2027-12-01' and '2028-01-31' order by day $$,
  $$ values (date '2027-12-27', 'Christmas Day (substitute day)'), ('2027-12-28', 'Boxing Day (substitute day)'),
    ('2028-01-03', 'New Year''s Day (substitute day)') $$, 'substitutes say what they stand for');
select results_eq($$ select day, name from calendar.bank_holiday where day between '2022-12-20' and '2023-01-31' order by day $$,
  $$ values (date '2022-12-26', 'Boxing Day'), ('2022-12-27', 'Christmas Day (substitute day)'), ('2023-01-02', 'New Year''s Day (substitute day)') $$,
  'Christmas on a Sunday goes past Boxing Day');
select results_eq($$ select day from calendar.bank_holiday where proclaimed order by day $$,
  $$ values (date '2020-05-08'), ('2022-06-02'), ('2022-06-03'), ('2022-09-19'), ('2023-05-08') $$, 'what was proclaimed');

-- Source: the rule (Banking and Financial Dealings Act 1971, schedule 1, and a proclamation for New Year's Day and early May), reckoned by another program.
select results_eq($$ select to_char(day, 'YYYY'), string_agg(to_char(day, 'MM-DD'), ' ' order by day) from calendar.bank_holiday
  where superseded_at is null and day >= '2029-01-01' group by 1 order by 1 $$, $$ values
  ('2029', '01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26'), ('2030', '01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26'),
  ('2031', '01-01 04-11 04-14 05-05 05-26 08-25 12-25 12-26'), ('2032', '01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28'),
  ('2033', '01-03 04-15 04-18 05-02 05-30 08-29 12-26 12-27'), ('2034', '01-02 04-07 04-10 05-01 05-29 08-28 12-25 12-26'),
  ('2035', '01-01 03-23 03-26 05-07 05-28 08-27 12-25 12-26') $$, 'C-4: and as the rule has them to 2035');
-- Sources, gov.uk's news: the Business Secretary on VE Day (7 June 2019), "Extra bank holiday to mark The Queen's Platinum Jubilee in 2022"
-- (12 November 2020), "Bank holiday announced for Her Majesty Queen Elizabeth II's State Funeral on Monday 19 September" (10 September 2022), "Bank
-- holiday proclaimed in honour of the coronation of His Majesty King Charles III" (6 November 2022). As known when the day before ended, and the day.
select results_eq($$ select a.announced, d.days_on, string_agg(to_char(b.day, 'MM-DD'), ' ' order by b.day)
    from (values (date '2019-06-07', 2020, 5), ('2020-11-12', 2022, 6), ('2022-09-10', 2022, 9), ('2022-11-06', 2023, 5)) a (announced, year, month)
    cross join generate_series(-1, 0) d (days_on)
    left join lateral calendar.list_bank_holidays(a.year, a.announced + d.days_on) b on extract(month from b.day) between a.month - 1 and a.month
    group by 1, 2 order by 1, 2 $$, $$ values
  (date '2019-06-07', -1, '04-10 04-13 05-04 05-25'), ('2019-06-07', 0, '04-10 04-13 05-08 05-25'),
  ('2020-11-12', -1, '05-02 05-30'), ('2020-11-12', 0, '05-02 06-02 06-03'),
  ('2022-09-10', -1, '08-29'), ('2022-09-10', 0, '08-29 09-19'),
  ('2022-11-06', -1, '04-07 04-10 05-01 05-29'), ('2022-11-06', 0, '04-07 04-10 05-01 05-08 05-29') $$,
  'C-4: what was moved and proclaimed is known from the day of its announcement on');
select is(calendar.move_days('2022-05-27', 5, 'working', calendar.known_moment('2020-11-12')), '2022-06-07', 'and counts are as they were known on it');

-- Worked examples.
-- Source: South Gloucestershire, CPD cancellation policy (C-4): 4 working days before a Tuesday course is the Wednesday of the week before.
select is(calendar.add_working_days('2026-06-16', -4), '2026-06-10', 'C-4: South Gloucestershire: notice by Wednesday of the week before');
select is(calendar.add_working_days('2026-04-07', -4), '2026-03-30', 'after Easter it is the Monday of the week before, for Friday and Monday do not count');
-- Source: Education and Inspections Act 2006, section 60 as at 2007: the fifteenth working day after the notice is given.
select is(calendar.add_working_days('2026-03-27', 15), '2026-04-21', 'a period of 15 working days over Easter');
select is(calendar.add_working_days('2026-06-08', 15), '2026-06-29', 'and one of three plain weeks');
-- Source: South Gloucestershire: the organiser gives 10 working days' notice. Torbay: 3 working days for free courses.
select is(calendar.add_working_days('2026-06-16', -10), '2026-06-02', 'the organiser''s ten working days');
select is(calendar.add_working_days('2026-05-27', -3), '2026-05-21', 'three working days, over the spring bank holiday');
select is(calendar.add_working_days('2026-03-30', 10), '2026-04-15', 'ten working days from the Monday before Easter');
select is(calendar.add_working_days('2020-05-01', 5), '2020-05-11', 'VE Day: the Monday counted, the Friday did not');
select is(calendar.add_working_days('2022-05-27', 5), '2022-06-07', 'jubilee: Monday counted, Thursday and Friday did not');
select is(calendar.add_working_days('2026-06-13', 1), '2026-06-15', 'from a Saturday the first day is Monday');
select is(calendar.add_working_days('2026-06-13', -1), '2026-06-12', 'and back it is Friday');
select is(calendar.add_working_days('2026-06-13', 0), '2026-06-13', 'none is the day itself');
select is(calendar.add_working_days(null, 3), null, 'no day, no answer');
select is(calendar.count_working_days('2026-03-30', '2026-04-15'), 10, 'counted');
select is(calendar.count_working_days('2026-06-16', '2026-06-10'), -4, 'counted back');
select is(calendar.count_working_days('2026-06-16', '2026-06-16'), 0, 'nothing between');
select is(calendar.count_working_days('2026-01-01', '2026-12-31'), 261 - 7 - 1, 'a whole year: 261 weekdays without New Year''s Day, less seven more bank holidays, less none else');
select ok(calendar.is_working_day('2026-06-15') and not calendar.is_working_day('2026-06-14') and not calendar.is_working_day('2026-05-25'),
  'Monday is, Sunday and a bank holiday are not');
select ok(not calendar.is_working_day('2022-09-19') and calendar.is_working_day('2023-09-18'), 'a state funeral is no working day');

-- Closures are the authority's own, and a removed one still tells what was known.
select test.as_owner();
insert into calendar.closure (authority_id, closure_id, starts_on, ends_on, name, recorded_at) values
  (929, 'cl-1', '2026-12-29', '2026-12-31', 'Christmas closure', '2026-03-01 12:00Z'), (926, 'cl-1', '2026-06-15', '2026-06-15', 'Fair', '2026-03-01 12:00Z');
insert into calendar.closure (authority_id, closure_id, starts_on, ends_on, name, recorded_at, superseded_at) values
  (929, 'cl-2', '2026-06-10', '2026-06-10', 'Election', '2026-03-01 12:00Z', '2026-05-01 12:00Z');
select test.call_as(929, 'booker', array[100001]);
select is(calendar.add_working_days('2026-12-24', 1), '2027-01-04', 'a closure does not count');
select is(calendar.add_working_days('2026-06-16', -4), '2026-06-10', 'one that was removed does');
select is(calendar.move_days('2026-06-16', -4, 'working', '2026-04-01 00:00Z'), '2026-06-09', 'but not as it was known before');
select is(calendar.move_days('2026-06-16', -4, 'working', '2026-02-01 00:00Z'), '2026-06-10', 'nor before it was there');
select is(calendar.move_days('2022-05-27', 5, 'working', '2020-11-11 12:00Z'), '2022-06-06', 'before the jubilee was announced its days counted, and the Monday did not');
select is(calendar.move_days('2026-04-02', 2, 'weekday', null), '2026-04-06', 'weekdays: bank holidays count');
select is(calendar.move_days('2026-12-24', 3, 'weekday', null), '2026-12-29', 'and so do closures');
select is(calendar.move_days('2026-04-02', 28, 'calendar', null), '2026-04-30', 'calendar days: all count');
select results_eq($$ select day, counts, reason from calendar.days('2026-12-24', '2027-01-01', 'working', null) $$, $$ values
  (date '2026-12-24', true, null), ('2026-12-25', false, 'Christmas Day'), ('2026-12-26', false, 'Saturday'), ('2026-12-27', false, 'Sunday'),
  ('2026-12-28', false, 'Boxing Day (substitute day)'), ('2026-12-29', false, 'Christmas closure'), ('2026-12-30', false, 'Christmas closure'),
  ('2026-12-31', false, 'Christmas closure'), ('2027-01-01', false, 'New Year''s Day') $$, 'why each day counts or not');
select test.call_as(926, 'partner');
select ok(not calendar.is_working_day('2026-06-15') and calendar.is_working_day('2026-12-29'), 'another authority has its own');
select test.call_as(929, 'officer');
select ok(calendar.is_working_day('2026-06-15'), 'which the first does not share');

-- An authority may count bank holidays; dated.
insert into calendar.policy (authority_id, policy_id, valid_from, opens_at, closes_at, counts_bank_holidays) values (929, 'po-1', '2026-05-01', '9:00', '17:00', true);
select ok(calendar.is_working_day('2026-05-25') and not calendar.is_working_day('2026-04-06'), 'a policy that counts bank holidays, from its first day on');
select is(calendar.add_working_days('2026-12-24', 1), '2026-12-25', 'then Christmas Day counts');
select is(calendar.move_days('2026-12-24', 1, 'working', now() - interval '1 second'), case when now() > '2026-03-01 12:00Z' then date '2027-01-04' else '2026-12-29' end,
  'not as it was known before');
select test.as_owner();
delete from calendar.policy;

-- No clock runs out of the years that are known.
select test.call_as(929, 'officer');
select throws_ok($$ select calendar.is_working_day('2036-01-02') $$, 'IM009', null, 'a day without known bank holidays is refused');
select throws_ok($$ select calendar.is_working_day('2014-12-31') $$, 'IM009', null, 'before them too');
select throws_ok($$ select calendar.add_working_days('2035-12-20', 10) $$, 'IM009', null, 'and a count that leaves them');
select is(calendar.add_working_days('2035-12-20', 5), '2035-12-31', 'up to the last day it is known');
select throws_ok($$ select calendar.add_working_days('2015-01-05', -2) $$, 'IM009', null, 'back too');
select throws_ok($$ select calendar.add_working_days('infinity', 1) $$, 'IM009', null, 'nor is there a day that never comes');
select throws_ok($$ select calendar.add_working_days('2026-01-01', 2000000000) $$, 'IM009', null, 'nor a count without end');
select throws_ok($$ select calendar.count_working_days('2014-01-01', '2026-01-01') $$, 'IM009', null, 'a period is within them');

-- Years and terms.
select results_eq($$ select calendar.academic_year(d), calendar.financial_year(d) from unnest('{2026-08-31,2026-09-01,2026-03-31,2026-04-01}'::date[]) d $$,
  $$ values (2025, 2026), (2026, 2026), (2025, 2025), (2025, 2026) $$, 'C-3: 1 September and 1 April begin years');
select results_eq($$ select calendar.academic_year_starts(2025), calendar.academic_year_ends(2025), calendar.financial_year_starts(2025), calendar.financial_year_ends(2025) $$,
  $$ values (date '2025-09-01', date '2026-08-31', date '2025-04-01', date '2026-03-31') $$, 'first and last days');
select is(calendar.year_text(1999) || ' ' || calendar.year_text(2025), '1999/00 2025/26', 'as people write them');
select is_empty($$ select * from calendar.term_on('2026-10-01') $$, 'without terms there is none');
select throws_ok($$ select calendar.require_terms(2026) $$, 'IM009', 'The authority has set no terms for 2026/27.', 'and who needs one says so');
insert into calendar.half_term (authority_id, academic_year, version, half_term, starts_on, ends_on) values
  (929, 2026, 1, 1, '2026-09-02', '2026-10-23'), (929, 2026, 1, 2, '2026-11-02', '2026-12-18'), (929, 2026, 1, 3, '2027-01-04', '2027-02-12');
select results_eq($$ select t.* from unnest('{2026-09-02,2026-12-18,2027-01-04}'::date[]) d, calendar.term_on(d) t $$, $$ values
  (2026, 'autumn', 1, date '2026-09-02', date '2026-10-23'), (2026, 'autumn', 2, '2026-11-02', '2026-12-18'),
  (2026, 'spring', 3, '2027-01-04', '2027-02-12') $$, 'the half-term that a day is in');
select is_empty($$ select t.* from unnest('{2026-09-01,2026-10-24,2026-12-19,2027-02-13}'::date[]) d, calendar.term_on(d) t $$, 'no row between them');
select test.call_as(926, 'officer');
select is_empty($$ select * from calendar.term_on('2026-10-01') $$, 'nor in another authority');

-- The count against one that goes day by day, on random closures and days.
select test.as_owner();
delete from calendar.closure;
create temporary table seed as select coalesce(nullif(current_setting('test.seed', true), '')::integer, floor(random() * 1000000)::integer) as seed;
grant select on seed to public;
select diag('calendar: seed ' || seed || ' (again: PGOPTIONS="-c test.seed=' || seed || '")') from seed;
select setseed(seed / 1000000.0) from seed;
insert into calendar.closure (authority_id, closure_id, starts_on, ends_on, name)
select 929, 'cl-' || n, d, d + least((random() ^ 4 * 60)::integer, 60), 'Closure ' || n
from (select n, date '2015-01-01' + 70 * n + (random() * 9)::integer as d from generate_series(0, 108) n) c;
create function pg_temp.works(p_day date) returns boolean language sql stable as $$
  select extract(isodow from p_day) < 6
    and not exists (select from calendar.bank_holiday b where b.day = p_day and b.superseded_at is null)
    and not exists (select from calendar.closure c where c.authority_id = 929 and p_day between c.starts_on and c.ends_on)
$$;
create function pg_temp.day_by_day(p_from date, p_days integer) returns date language plpgsql stable as $$
declare
  v_day date := p_from;
  v_left integer := abs(p_days);
begin
  while v_left > 0 loop
    v_day := v_day + sign(p_days)::integer;
    v_left := v_left - pg_temp.works(v_day)::integer;
  end loop;
  return v_day;
end $$;
create temporary table trial as
select date '2017-01-01' + (random() * 5800)::integer as day, ((random() - 0.5) * 2 * case when n % 10 = 0 then 300 else 25 end)::integer as days
from generate_series(1, 600) n;
grant select on trial to public;
grant select on calendar.bank_holiday, calendar.closure to improve_exec;
select test.call_as(929, 'officer');
select isnt_empty('select from trial where days < 0', 'some count back');
select is_empty($$ select day, days, calendar.add_working_days(day, days), pg_temp.day_by_day(day, days) from trial
  where calendar.add_working_days(day, days) <> pg_temp.day_by_day(day, days) $$, 'every count agrees with one that goes day by day');
select is_empty($$ select day, days from trial where calendar.count_working_days(day, calendar.add_working_days(day, days)) <> days $$,
  'counting undoes adding');
select is_empty($$ select day from trial where calendar.is_working_day(day) <> pg_temp.works(day) $$, 'and each day agrees');
select is_empty($$ select day, days from trial where days <> 0 and not calendar.is_working_day(calendar.add_working_days(day, days)) $$,
  'a count ends on a working day');
select is_empty($$ select t.day, t.days from trial t, lateral calendar.add_working_days(t.day, t.days) e
  where days > 0 and calendar.add_working_days(e, -t.days) > t.day $$, 'going back as far does not pass the beginning');
select is(calendar.count_working_days('2016-01-01', '2034-01-01'), (select count(*)::integer from generate_series(0, 6574) n where pg_temp.works(date '2016-01-02' + n)),
  'a long period too');
select * from finish();
rollback;
