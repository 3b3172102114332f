-- What cancelling costs, and staying away (CPD-6): published terms as data, the count of days, the version that was booked under, waivers.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/cpd.sql
set local timezone = 'Europe/London';
select plan(64);
select test.schools(929, 100001, 3, 'Primary');
select test.session(929, 'se-tue', 30, 12000, '2027-06-15 09:30 Europe/London'), -- a Tuesday
  test.session(929, 'se-three', 30, 0, '2027-06-15 09:30 Europe/London', 3), test.session(929, 'se-easter', 30, 12000, '2027-03-30 09:30 Europe/London'),
  test.session(929, 'se-torbay', 30, 9000, '2027-06-28 09:30 Europe/London'), test.session(929, 'se-cop', 30, 9999, '2027-06-29 09:30 Europe/London'),
  test.session(929, 'se-now', 10, 10000, now() + interval '1 day', 1, 'co-now'), test.session(929, 'se-cop2', 10, 10000, now() + interval '20 days', 1, 'co-cop'),
  test.session(929, 'se-full', 1, 10000, now() + interval '1 day', 1, 'co-now');
-- A booking, written as the owner: a day in the past or to come does not matter to a count.
create function pg_temp.booked(p_session text, p_name text, p_kind text, p_price bigint, p_terms text) returns text language sql security definer as $$
  insert into cpd.booking (authority_id, booking_id, session_id, ticket, school_urn, status, delegate_name, price_pence, booked_by, place_kind, vat_percent, vat_pence, order_id, terms_id, terms_number)
  select 929, 'bk-' || p_name, p_session, (select count(*) from cpd.booking b where b.session_id = p_session) + 1, 100001, 'confirmed', p_name, p_price, test.person('la_admin', 929), p_kind, 20,
    p_price / 5, 'bk-' || p_name, t.terms_id, t.number from cpd.terms t where t.name = p_terms
  returning booking_id
$$;
create function pg_temp.cost(p_name text, p_on date) returns text language sql as $$
  select concat_ws(' ', net_pence, notice_days) from cpd.quote_cancellation('bk-' || p_name, p_on)
$$;
create function pg_temp.counted(p_name text, p_on date) returns text language sql as $$
  select string_agg(format('%s %s%s', to_char((d ->> 'day')::date, 'Dy DD'), coalesce(d ->> 'number', '-'), ' ' || (d ->> 'reason')), ', ' order by d ->> 'day' desc)
  from cpd.quote_cancellation('bk-' || p_name, p_on) q cross join jsonb_array_elements(q.counted) d
$$;
create function pg_temp.absent(p_name text, p_parts integer) returns bigint language sql security definer as $$
  select c.net_pence from cpd.booking b join cpd.session s on s.authority_id = b.authority_id and s.session_id = b.session_id
  cross join lateral cpd.cost_of(b, s, 'absence', current_date, p_parts) c where b.booking_id = 'bk-' || p_name
$$;
select test.call_as(926, 'la_admin');
select test.call_as(929, 'booker', array[100001]);
select test.call_as(929, 'finance');
select test.call_as(929, 'officer');
select test.call_as(929, 'la_admin');

-- South Gloucestershire (Integra), cpd.sgsts.org.uk, cancellation policy: 4 or more working days nothing (a Tuesday course: notice by Wednesday of the week before); less,
-- or absent, the full fee; a free or package course £50 for each session missed.
select lives_ok($$ select * from cpd.add_cancellation_terms('South Gloucestershire', '[{"place_kind":"paid","at_least_days":4},{"place_kind":"paid","percent":100},{"place_kind":"paid","absent":true,"percent":100},
  {"place_kind":"free","at_least_days":4},{"place_kind":"free","pence":5000,"per_part":true},{"place_kind":"free","absent":true,"pence":5000,"per_part":true},
  {"place_kind":"package","at_least_days":4},{"place_kind":"package","pence":5000,"per_part":true},{"place_kind":"package","absent":true,"pence":5000,"per_part":true}]',
  true, null, null, 'cpd.sgsts.org.uk, cancellation policy') $$, 'South Gloucestershire');
select pg_temp.booked('se-tue', 'paid', 'paid', 12000, 'South Gloucestershire'),
  pg_temp.booked('se-three', 'free', 'free', 0, 'South Gloucestershire'), pg_temp.booked('se-three', 'package', 'package', 0, 'South Gloucestershire'),
  pg_temp.booked('se-easter', 'easter', 'paid', 12000, 'South Gloucestershire');
select is(pg_temp.cost('paid', '2027-06-09'), '0 4', 'South Gloucestershire: a Tuesday course, notice on Wednesday of the week before: nothing');
select is(pg_temp.counted('paid', '2027-06-09'), 'Mon 14 1, Sun 13 - Sunday, Sat 12 - Saturday, Fri 11 2, Thu 10 3, Wed 09 4', 'counted day by day');
select is(pg_temp.cost('paid', '2027-06-10'), '12000 3', 'on Thursday: the full fee');
select is(pg_temp.counted('paid', '2027-06-10'), 'Mon 14 1, Sun 13 - Sunday, Sat 12 - Saturday, Fri 11 2, Thu 10 3', 'three days are not four');
select is(pg_temp.cost('paid', '2027-06-13'), '12000 1', 'notice on a Sunday counts from Monday');
select is(pg_temp.cost('paid', '2027-06-15'), '12000 0', 'on the day there is no notice');
select is(pg_temp.cost('paid', '2027-05-01'), '0 4', 'weeks before, no more is counted than is asked for');
select is(pg_temp.cost('easter', '2027-03-22'), '0 4', 'Easter 2027: the Tuesday after, notice by Monday of the week before');
select is(pg_temp.counted('easter', '2027-03-24'), 'Mon 29 - Easter Monday, Sun 28 - Sunday, Sat 27 - Saturday, Fri 26 - Good Friday, Thu 25 1, Wed 24 2', 'bank holidays do not count');
select is(pg_temp.cost('easter', '2027-03-24'), '12000 2', 'so Wednesday is too late') ;
select is(pg_temp.cost('free', '2027-06-09'), '0 4', 'a free course, in time');
select is(pg_temp.cost('free', '2027-06-10'), '15000 3', 'a free course of three sessions, too late: £50 for each');
select is(pg_temp.cost('package', '2027-06-14'), '15000 1', 'a package place, too');
select is(pg_temp.absent('paid', 1), 12000::bigint, 'absent: the full fee');
select is(pg_temp.absent('free', 2), 10000::bigint, 'absent from two of three free sessions: £50 each');
select results_eq($$ select r ->> 'clause', r ->> 'text', (r ->> 'pence')::bigint from cpd.quote_cancellation('bk-paid', '2027-06-10') q cross join jsonb_array_elements(q.reasons) r $$,
  $$ values ('band', 'With less than 4 working days'' notice: 100% of the price (3 given), £120.00', 12000::bigint), ('vat', 'VAT at 20%', 2400),
    ('terms', 'South Gloucestershire, version 1, as booked on ' || cpd.clock(now()), 0) $$, 'the reasons, line by line');
select results_eq($$ select b ->> 'band', (b ->> 'until')::date from cpd.quote_cancellation('bk-paid', '2027-06-10') q cross join jsonb_array_elements(q.bands) b $$,
  $$ values ('With 4 or more working days'' notice: nothing', date '2027-06-09'), ('With less than 4 working days'' notice: 100% of the price', null) $$, 'the last day of each band, as a date');

-- Torbay Teaching School Alliance, torbaytsacpdonline.co.uk: more than 10 working days £15, less or absent the full fee; a free course more than 3 working days. What a free
-- course costs after that it does not say: the £15 are this test's.
select lives_ok($$ select * from cpd.add_cancellation_terms('Torbay', '[{"place_kind":"paid","at_least_days":11,"pence":1500,"administrative":true},{"place_kind":"paid","percent":100},
  {"place_kind":"paid","absent":true,"percent":100},{"place_kind":"free","at_least_days":4},{"place_kind":"free","pence":1500,"administrative":true}]', null, null, null, 'torbaytsacpdonline.co.uk') $$, 'Torbay');
select pg_temp.booked('se-torbay', 'bay', 'paid', 9000, 'Torbay'), pg_temp.booked('se-torbay', 'bayfree', 'free', 0, 'Torbay'),
  pg_temp.booked('se-torbay', 'baypackage', 'package', 0, 'Torbay');
select is(pg_temp.cost('bay', '2027-06-11'), '1500 11', 'Torbay: 11 working days before: £15 for administration');
select is(pg_temp.cost('bay', '2027-06-14'), '9000 10', '10 are not more than 10: the full fee');
select is(pg_temp.cost('bay', '2027-01-04'), '1500 11', 'months before: £15 nevertheless');
select is(pg_temp.absent('bay', 1), 9000::bigint, 'absent: the full fee');
select is(pg_temp.cost('bayfree', '2027-06-22'), '0 4', 'a free course: more than 3 working days');
select is(pg_temp.cost('bayfree', '2027-06-23'), '1500 3', 'and less');
select is(pg_temp.cost('baypackage', '2027-06-27'), '0', 'terms that say nothing of package places charge nothing for them');

-- Copthorne, copthorneacademy.co.uk: 28 calendar days or fewer 50%, 14 or fewer 75%, 7 or fewer 100%.
select lives_ok($$ select * from cpd.add_cancellation_terms('Copthorne', '[{"place_kind":"paid","at_least_days":29,"counting":"calendar"},{"place_kind":"paid","at_least_days":15,"counting":"calendar","percent":50},
  {"place_kind":"paid","at_least_days":8,"counting":"calendar","percent":75},{"place_kind":"paid","counting":"calendar","percent":100}]', null, null, null, 'copthorneacademy.co.uk') $$, 'Copthorne');
select pg_temp.booked('se-cop', 'cop', 'paid', 9999, 'Copthorne');
select results_eq($$ select d, pg_temp.cost('cop', '2027-06-29'::date - d) from unnest(array[29, 28, 15, 14, 8, 7, 1, 0]) d $$,
  $$ values (29, '0 29'), (28, '5000 28'), (15, '5000 15'), (14, '7499 14'), (8, '7499 8'), (7, '9999 7'), (1, '9999 1'), (0, '9999 0') $$, 'Copthorne: 28, 14 and 7 calendar days');

-- What terms may say.
select is((select string_agg(band, ' | ') from cpd.list_cancellation_terms((select terms_id from cpd.terms where name = 'Copthorne'), null)),
  'With 29 or more calendar days'' notice: nothing | With 15 or more calendar days'' notice: 50% of the price | With 8 or more calendar days'' notice: 75% of the price | With less than 8 calendar days'' notice: 100% of the price',
  'in words');
select throws_ok($$ select * from cpd.add_cancellation_terms('X', '[]', null, null, null, null) $$, 'IM003', null, 'terms have bands');
select throws_ok($$ select * from cpd.add_cancellation_terms('X', '[{"place_kind":"paid","at_least_days":4}]', null, null, null, null) $$, 'IM003', 'The last band of paid places must hold for any notice.', 'down to no notice');
select throws_ok($$ select * from cpd.add_cancellation_terms('X', '[{"place_kind":"paid"},{"place_kind":"paid","at_least_days":4}]', null, null, null, null) $$, 'IM003', null, 'from the longest to the shortest');
select throws_ok($$ select * from cpd.add_cancellation_terms('X', '[{"place_kind":"paid","percent":50,"pence":100}]', null, null, null, null) $$, 'IM003', null, 'a per cent or an amount');
select throws_ok($$ select * from cpd.add_cancellation_terms('X', '[{"place_kind":"paid","percent":150}]', null, null, null, null) $$, '23514', null, 'no more than the price');
select throws_ok($$ select * from cpd.add_cancellation_terms('X', '[{"place_kind":"gold","percent":50}]', null, null, null, null) $$, '23514', null, 'for places of the list');
select throws_ok($$ select * from cpd.add_cancellation_terms('X', '[{"percent":50}]', null, null, null, null) $$, 'IM003', null, 'that are told');
select throws_ok($$ select * from cpd.add_cancellation_terms('X', '[{"place_kind":"paid","counting":"moons"}]', null, null, null, null) $$, '23514', null, 'by days that are counted');
select throws_ok($$ select * from cpd.add_cancellation_terms('X', '[{"place_kind":"paid","absent":true,"at_least_days":3}]', null, null, null, null) $$, 'IM003', null, 'absence has no notice');
select throws_ok($$ select * from cpd.add_cancellation_terms('X', '[{"place_kind":"paid","percent":50,"per_part":true}]', null, null, null, null) $$, 'IM003', null, 'no per cent for each date: three dates would cost half as much again');
select throws_ok($$ select * from cpd.add_cancellation_terms('torbay', '[{"place_kind":"paid"}]', null, null, null, null) $$, '23505', null, 'each name once');

-- The version that was booked under.
select lives_ok($$ select * from cpd.change_course('co-cop', 1, null, null, null, null, null, null, null, null, (select terms_id from cpd.terms where name = 'Copthorne')) $$, 'a course with terms of its own');
select throws_ok($$ select * from cpd.change_course('co-cop', 2, null, null, null, null, null, null, null, null, 'tc-none') $$, 'IM005', null, 'that are there');
select test.call_as(929, 'booker', array[100001]);
select lives_ok($$ select * from cpd.book_places('se-now', 100001, test.people('Ann', 'Bo', 'Cy'), null, null) a, cpd.book_places('se-cop2', 100001, test.people('Di'), null, null) d $$, 'booked');
select results_eq($$ select delegate_name, (select name from cpd.terms t where t.terms_id = b.terms_id), terms_number from cpd.booking b where session_id in ('se-now', 'se-cop2') order by 1 $$,
  $$ values ('Ann', 'South Gloucestershire', 1), ('Bo', 'South Gloucestershire', 1), ('Cy', 'South Gloucestershire', 1), ('Di', 'Copthorne', 1) $$, 'under the common terms, or the course''s');
select test.call_as(929, 'la_admin');
select results_eq($$ select number, is_default, version from cpd.revise_cancellation_terms((select terms_id from cpd.terms where name = 'South Gloucestershire'), 1,
  '[{"place_kind":"paid","percent":1}]', null, null, null, null) $$, $$ values (2, true, 2) $$, 'the terms change');
select throws_ok($$ select * from cpd.revise_cancellation_terms((select terms_id from cpd.terms where name = 'Torbay'), 9, null, true, null, null, null) $$, 'IM010', null, 'by version');
select results_eq($$ select number, is_default, version from cpd.revise_cancellation_terms((select terms_id from cpd.terms where name = 'Torbay'), 1, null, true, 500, null, null) $$,
  $$ values (2, true, 2) $$, 'others are the common ones, with a price for substitutes');
select is((select string_agg(band, ' | ') from cpd.list_cancellation_terms((select terms_id from cpd.terms where name = 'Torbay'), 2)), (select string_agg(band, ' | ')
  from cpd.list_cancellation_terms((select terms_id from cpd.terms where name = 'Torbay'), 1)), 'bands that are not given stay');
select is((select count(*) from cpd.terms where is_default), 1::bigint, 'one set of terms is common');
select test.call_as(929, 'booker', array[100001]);
select results_eq($$ select net_pence, vat_pence, gross_pence from cpd.quote_cancellation((select booking_id from cpd.booking where delegate_name = 'Ann'), null) $$, $$ values (10000::bigint, 2000::bigint, 12000::bigint) $$,
  'CPD-6: a booking keeps the terms it was made under');

-- Cancelled, charged, waived.
select results_eq($$ select c.change, c.net_pence, c.gross_pence, c.charge_id is not null, jsonb_array_length(c.counted) <= 2 from cpd.booking b, cpd.cancel_booking(b.booking_id, 1, 'ill') c where b.delegate_name = 'Ann' $$,
  $$ values ('cancelled', 10000::bigint, 12000::bigint, true, true) $$, 'cancelled at that price, with the count');
select results_eq($$ select cause, delegate, gross_pence, waive_reason from cpd.list_cancellation_charges(null, null, null, null, null, null) $$, $$ values ('cancellation', 'Ann', 12000::bigint, null) $$, 'a school sees what it owes');
select results_eq($$ select c.net_pence, c.notice_days from cpd.booking b, cpd.cancel_booking(b.booking_id, 1, 'ill') c where b.delegate_name = 'Di' $$, $$ values (5000::bigint, 20) $$, 'at the course''s terms');
select is_empty($$ select booking_id from cpd.charge h where (select sum((r ->> 'pence')::bigint) from jsonb_array_elements(h.reasons) r) <> h.gross_pence $$, 'the lines add up to the gross');
select test.call_as(929, 'officer');
select ok(not has_function_privilege('persona_officer', to_regproc('cpd.waive_cancellation_charge'), 'execute') and not has_function_privilege('persona_booker', to_regproc('cpd.waive_cancellation_charge'), 'execute'),
  'who waives approves it');
select test.call_as(929, 'finance');
select throws_ok($$ select w.* from cpd.charge h, cpd.waive_cancellation_charge(h.charge_id, 1, 'weather', null) w where h.net_pence = 10000 $$, '23514', null, 'for a reason of the list');
select throws_ok($$ select w.* from cpd.charge h, cpd.waive_cancellation_charge(h.charge_id, 1, 'other', ' ') w where h.net_pence = 10000 $$, 'IM003', null, 'another is told');
select results_eq($$ select w.gross_pence, w.waive_reason, w.version from cpd.charge h, cpd.waive_cancellation_charge(h.charge_id, 1, 'Illness', 'Fit note of 3 May') w where h.net_pence = 10000 $$,
  $$ values (12000::bigint, 'illness', 2) $$, 'waived, with the reason');
select throws_ok($$ select w.* from cpd.charge h, cpd.waive_cancellation_charge(h.charge_id, 2, 'illness', null) w where h.net_pence = 10000 $$, 'IM009', null, 'once');
select results_eq($$ select delegate, waive_reason, waived_by from cpd.list_cancellation_charges('se-now', null, true, null, null, null) $$, $$ values ('Ann', 'illness', 'finance 929') $$, 'with who approved it');

-- What is not confirmed costs nothing; nor does what was booked without terms.
select test.call_as(929, 'booker', array[100001]);
select * from cpd.book_places('se-full', 100001, test.people('Eve', 'Flo'), null, null);
select results_eq($$ select net_pence, reasons -> 0 ->> 'text' from cpd.quote_cancellation((select booking_id from cpd.booking where delegate_name = 'Flo'), null) $$, $$ values (0::bigint, 'Not confirmed: nothing is charged') $$, 'who waits goes free');
select results_eq($$ select c.change, c.charge_id is null from cpd.booking b, cpd.cancel_booking(b.booking_id, 1, 'ill') c where b.delegate_name = 'Flo' $$, $$ values ('cancelled', true) $$, 'and nothing is kept');
reset role;
update cpd.booking set terms_id = null, terms_number = null where delegate_name = 'Bo';
select test.call_as(929, 'booker', array[100001]);
select results_eq($$ select c.change, c.charge_id is null from cpd.booking b, cpd.cancel_booking(b.booking_id, 1, 'ill') c where b.delegate_name = 'Bo' $$, $$ values ('cancelled', true) $$, 'without terms cancelling is free');
select test.call_as(926, 'la_admin');
select is_empty('select from cpd.terms union all select from cpd.terms_band union all select from cpd.terms_version union all select from cpd.charge', 'another authority sees nothing of it');
select * from finish();
rollback;
