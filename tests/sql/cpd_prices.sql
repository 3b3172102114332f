-- What a place costs whom, and why: CPD-2. "20% off the second and later place on the same course": Grow Education Partners, terms and conditions.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/cpd.sql
set local timezone = 'Europe/London'; -- today is England's
select plan(61);
select test.schools(929, 100001, 3, 'Primary'), test.schools(929, 100004, 1, 'Primary', 'Academy converter'), test.schools(929, 100005, 1, 'Primary', 'Other independent school'),
  test.schools(926, 200001, 1, 'Primary'), test.schools(929, 100006, 1, 'Primary', 'Free schools');
select test.session(929, 'se-a', 10, 10000), test.session(929, 'se-b', 10, 10000), test.session(929, 'se-c', 10, 10001);
select test.subscribed(929, 'pk-gold', 100002, current_date - 30, current_date + 10), test.subscribed(929, 'pk-old', 100003, current_date - 400, current_date - 1);
select test.call_as(926, 'la_admin');
select test.call_as(929, 'booker', array[100001, 100002]);
select test.call_as(929, 'officer');
select test.call_as(929, 'la_admin');
create function pg_temp.quote(p_session text, p_urn integer, p_places integer default 1, p_code text default null) returns text language sql as $$
  select string_agg(price_pence::text, ' ' order by place) from cpd.quote_places(p_session, p_urn, p_places, p_code)
$$;
create function pg_temp.why(p_session text, p_urn integer, p_place integer default 1, p_code text default null) returns text language sql as $$
  select string_agg(concat(r ->> 'clause', ' ', r ->> 'pence'), ', ' order by nth) from cpd.quote_places(p_session, p_urn, p_place, p_code) q
  cross join jsonb_array_elements(q.reasons) with ordinality x (r, nth) where q.place = p_place
$$;

select is(pg_temp.why('se-a', 100001), 'place 10000, vat 2000, policy 0', 'without more the price of the session holds');
select results_eq($$ select price_pence, vat_percent, vat_pence, gross_pence, place_kind from cpd.quote_places('se-a', 100001, null, null) $$,
  $$ values (10000::bigint, 20.0, 2000::bigint, 12000::bigint, 'paid') $$, 'net, VAT and gross');
select lives_ok($$ select * from cpd.set_course_price('co-se-a', 'maintained', 8000, 6400, null, null) $$, 'a price for maintained schools, 20% off the second and later place');
select lives_ok($$ select * from cpd.set_course_price('co-se-a', 'Academy', 12000, null, null, null) $$, 'and for academies');
select is(pg_temp.quote('se-a', 100001, 3), '8000 6400 6400', 'CPD-2: second and later places');
select is(pg_temp.why('se-a', 100001, 2), 'place 8000, further -1600, vat 1280, policy 0', 'with the reason');
select is(pg_temp.quote('se-a', 100004, 2), '12000 12000', 'an academy pays more, and the same for each');
select is(pg_temp.quote('se-a', 100006), '12000', 'a free school is an academy');
select is(pg_temp.quote('se-a', 100005), '10000', 'another kind pays the price of the session');
select alike((select q.reasons::text from cpd.quote_places('se-a', 100004, null, null) q), '%for an academy, in force from%', 'the price that was used is named');
select alike((select q.reasons::text from cpd.quote_places('se-a', 100004, null, null) q), '%the day of the booking, for an academy%', 'and the day, and the kind of school');
select throws_ok($$ select * from cpd.set_course_price('co-se-a', 'faith', 1, null, null, null) $$, '23514', null, 'kinds are those of the list');
select throws_ok($$ select * from cpd.set_course_price('co-none', 'academy', 1, null, null, null) $$, 'IM005', null, 'of a course');
select throws_ok($$ select * from cpd.set_course_price('co-se-a', 'academy', null, null, null, null) $$, 'IM003', null, 'a price is told');
select throws_ok($$ select * from cpd.set_course_price('co-se-a', 'academy', 1, null, '2027-01-02', '2027-01-02') $$, 'IM003', null, 'and holds for a day at least');
select lives_ok($$ select * from cpd.set_course_price('co-se-a', 'academy', 13000, null, current_date + 5, current_date + 9) $$, 'another for some days to come');
select results_eq($$ select place_pence, valid_from - current_date, valid_to - current_date from cpd.list_course_prices('co-se-a', null) where school_kind = 'academy' $$,
  $$ values (12000::bigint, 0, 5), (13000, 5, 9), (12000, 9, null) $$, 'what was said of other days stays');
select is((select count(*) from cpd.price where superseded_at is not null), 1::bigint, 'nothing is rewritten');
select results_eq($$ select place_pence from cpd.list_course_prices('co-se-a', current_date + 6) where school_kind = 'academy' $$, $$ values (13000::bigint) $$, 'on a day');

-- Subscriptions.
select throws_ok($$ select * from cpd.set_benefit('pk-none', 'free', null, null, null, null) $$, 'IM005', null, 'a benefit is of a package');
select throws_ok($$ select * from cpd.set_benefit('pk-gold', 'discount', null, null, null, null) $$, '23514', null, 'a discount has its per cent');
select throws_ok($$ select * from cpd.set_benefit('pk-gold', 'discount', 100, null, null, null) $$, '23514', null, 'a whole discount is free');
select throws_ok($$ select * from cpd.set_benefit('pk-gold', 'half', null, null, null, null) $$, '23514', null, 'free or discount');
select lives_ok($$ select * from cpd.set_benefit('pk-gold', 'discount', 12.5, null, null, null) $$, 'an eighth off every course');
select lives_ok($$ select * from cpd.set_benefit('pk-old', 'free', null, null, null, null) $$, 'a package that is over');
select is(pg_temp.why('se-a', 100002), 'place 8000, sla -1000, vat 1400, policy 0', 'a subscriber has its discount');
select is(pg_temp.quote('se-c', 100002), '8751', 'to the penny: 12.5% of 10001 is 1250');
select is(pg_temp.quote('se-a', 100003), '8000', 'who subscribed until yesterday has none');
select alike((select q.reasons::text from cpd.quote_places('se-a', 100002, null, null) q), '%12.5\% off under Package pk-gold (subscription su-pk-gold-100002%', 'the subscription is named');
select lives_ok($$ select * from cpd.set_benefit('pk-gold', 'free', null, 'co-se-b', null, null) $$, 'free on one course');
select results_eq($$ select price_pence, gross_pence, place_kind from cpd.quote_places('se-b', 100002, null, null) $$, $$ values (0::bigint, 0::bigint, 'package') $$,
  'the best that a school has: a place free under a package');
select results_eq($$ select course, benefit, percent from cpd.list_benefits('pk-gold', null) $$, $$ values (null, 'discount', 12.5), ('Course se-b', 'free', null) $$, 'the benefits');
select lives_ok($$ select * from cpd.set_benefit('pk-gold', 'none', null, 'co-se-b', null, null) $$, 'taken away again');
select is(pg_temp.quote('se-b', 100002), '8750', 'and the common one is left');

-- The day that counts.
select results_eq('select price_day, vat_percent, out_of_area, own, version from cpd.get_cpd_policy()', $$ values ('booking', 20.0, false, false, 0) $$, 'the common rule');
select throws_ok($$ select * from cpd.set_cpd_policy(1, null, 'session', null, null, null, null, null, null, null) $$, 'IM010', null, 'by version');
select throws_ok($$ select * from cpd.set_cpd_policy(0, null, 'payday', null, null, null, null, null, null, null) $$, '23514', null, 'booking or session');
select results_eq($$ select price_day, own, version from cpd.set_cpd_policy(0, null, 'session', null, null, null, null, null, null, null) $$, $$ values ('session', true, 1) $$, 'the authority goes by the session''s day');
select is(pg_temp.quote('se-b', 100002), '10000', 'the subscription ends before the session');
select results_eq($$ select price_day, vat_percent, out_of_area from cpd.set_cpd_policy(1, 0, 'booking', null, null, null, null, null, null, null) $$, $$ values ('booking', 0.0, false) $$, 'back, and no VAT');
select is(pg_temp.why('se-a', 100001), 'place 8000, policy 0', 'without VAT net is gross');
select lives_ok($$ select * from cpd.change_course('co-se-a', 1, null, null, null, null, null, null, null, 5, null) $$, 'a course with a rate of its own');
select is(pg_temp.why('se-a', 100001), 'place 8000, vat 400, policy 0', 'which comes before the authority''s');

-- Out of area.
select throws_ok($$ select * from cpd.quote_places('se-a', 200001, null, null) $$, 'IM005', null, 'another authority''s school is told like none');
select lives_ok($$ select * from cpd.set_cpd_policy(2, null, null, true, null, null, null, null, null, null), cpd.set_course_price('co-se-a', 'out_of_area', 15000, null, null, null) $$, 'unless the authority books them');
select is(pg_temp.quote('se-a', 200001), '15000', 'at their own price');

-- Codes. A neighbour gave its discount to any text in the field.
select lives_ok($$ select from cpd.add_discount_code('EARLY-BIRD', 10, null, null, null, null, 3) a, cpd.add_discount_code('TENOFF', null, 1000, 'co-se-b', null, null, null) b,
  cpd.add_discount_code('NEXT', 50, null, null, current_date + 1, null, null) c $$, 'codes');
select throws_ok($$ select * from cpd.add_discount_code('early-bird', 5, null, null, null, null, null) $$, '23505', null, 'each once, whatever its case');
select throws_ok($$ select * from cpd.add_discount_code('BOTH', 5, 5, null, null, null, null) $$, '23514', null, 'per cent or pence');
select is(pg_temp.why('se-a', 100002, 1, 'early-bird'), 'place 8000, sla -1000, code -700, vat 315, policy 0', 'a code comes after the subscription');
select throws_ok($$ select * from cpd.book_places('se-a', 100001, test.people('Ann'), 'FREE4ALL', null) $$, 'IM005', 'There is no discount code "FREE4ALL".',
  'CPD-2: a code that does not exist gives no discount and a refusal that names it');
select throws_ok($$ select * from cpd.book_places('se-a', 100001, test.people('Ann'), 'TENOFF', null) $$, 'IM009', 'The discount code TENOFF is for another course.', 'nor one of another course');
select throws_ok($$ select * from cpd.book_places('se-a', 100001, test.people('Ann'), 'NEXT', null) $$, 'IM009', null, 'nor one of tomorrow');

-- Fixed at booking.
select test.call_as(929, 'booker', array[100001, 100002]);
select results_eq($$ select delegate, price_pence, vat_pence, gross_pence from cpd.book_places('se-a', 100001, test.people('Ann', 'Bo'), 'EARLY-BIRD', null) $$,
  $$ values ('Ann', 7200::bigint, 360::bigint, 7560::bigint), ('Bo', 5760, 288, 6048) $$, 'two places of a school, the second for less');
select throws_ok($$ select * from cpd.book_places('se-a', 100001, test.people('Cy', 'Di'), 'EARLY-BIRD', null) $$, '23514', null, 'three uses are three places');
select results_eq($$ select price_pence from cpd.book_places('se-a', 100001, test.people('Cy'), null, null) $$, $$ values (6400::bigint) $$, 'a later booking of the school is further places, too');
select test.call_as(929, 'officer');
select * from cpd.set_course_price('co-se-a', 'maintained', 1, 1, null, null);
select results_eq($$ select delegate, price_pence from cpd.list_bookings('se-a', null, null, null, null) $$, $$ values ('Ann', 7200::bigint), ('Bo', 5760), ('Cy', 6400) $$,
  'what was booked keeps its price');
select is_empty($$ select booking_id from cpd.booking b where (select sum((r ->> 'pence')::bigint) from jsonb_array_elements(b.reasons) r) <> b.gross_pence $$,
  'the lines add up to the gross');
select results_eq($$ select code, uses, uses_most from cpd.list_discount_codes(null) where code = 'EARLY-BIRD' $$, $$ values ('EARLY-BIRD', 2, 3) $$, 'uses are counted');
select throws_ok($$ select d.* from cpd.list_discount_codes(null) l, cpd.end_discount_code(l.code_id, l.version, current_date) d where l.code = 'EARLY-BIRD' $$, 'IM003', null,
  'a code was good for a day at least');
select results_eq($$ select d.valid_to - current_date, d.version from cpd.list_discount_codes(null) l, cpd.end_discount_code(l.code_id, l.version, current_date + 1) d where l.code = 'TENOFF' $$,
  $$ values (1, 2) $$, 'and can be ended');
select * from finish();
rollback;
