-- Rows of a file: each with its result, all or none unless it is to keep going.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/cpd.sql
set local timezone = 'Europe/London';
select plan(30);
select test.schools(929, 100001, 3, 'Primary');
select test.session(929, 'se-b', 2, 10000), test.session(929, 'se-a', 3), test.session(929, 'se-req', 3, 0, now() + interval '60 days', 1, 'co-req');
create function pg_temp.rows(p_rows text) returns jsonb language sql as $$
  select jsonb_agg(jsonb_build_object('line', nth + 1, 'session_id', f[1], 'school_urn', f[2], 'name', f[3], 'email', f[4], 'meets_prerequisites', f[5]) order by nth)
  from regexp_split_to_table(p_rows, ';') with ordinality x (r, nth) cross join lateral string_to_array(r || ',,,,', ',') f
$$;
create function pg_temp.refused(p_rows text) returns table (field text, description text, accepted text) language plpgsql as $$
declare
  v_detail text;
begin
  perform from cpd.book_rows(pg_temp.rows(p_rows), false, null);
exception when sqlstate 'IM009' then
  get stacked diagnostics v_detail = pg_exception_detail;
  return query select v ->> 'field', v ->> 'description', v ->> 'accepted' from jsonb_array_elements(v_detail::jsonb -> 'violations') v;
end $$;
grant execute on all functions in schema test to public;
select test.call_as(929, 'officer');
select from cpd.change_course('co-req', 1, null, null, null, null, 'A mentee', null, null, null, null);
select results_eq($$ select line, delegate, outcome, status, waiting_position, gross_pence from cpd.book_rows(pg_temp.rows('se-b,100001,Ann;se-a,100002,Bo,bo@x.example;se-b,100002,Cy;se-b,100003,Di;se-req,100001,Ed,,YES'), null, null) $$,
  $$ values (2, 'Ann', 'booked', 'confirmed', null::integer, 12000::bigint), (3, 'Bo', 'booked', 'confirmed', null, 0), (4, 'Cy', 'booked', 'confirmed', null, 12000), (5, 'Di', 'booked', 'waiting', 1, 12000),
    (6, 'Ed', 'booked', 'confirmed', null, 0) $$, 'all are booked, in the order of the file; each delegate has a status of their own');
select is((select sum(gross_pence)::bigint from money.charge), 24000::bigint, 'and charged');
select is_empty('select from money.check()', 'the books hold');

-- One bad row and nothing is booked; each bad one is named by line and column.
select results_eq($$ select field, description from pg_temp.refused('se-a,100001,Fay;se-x,100001,Gus;se-a,12x,Hal;se-a,100001, ;se-b,100001,ann;se-a,100001,Ida,ida;se-req,100001,Jo;se-req,100001,Kay,,perhaps;se-a,999999,Lee') $$,
  $$ values ('line 3, session_id', 'There is no session "se-x".'), ('line 4, school_urn', '"12x" is no URN.'), ('line 5, name', 'name is required.'), ('line 6, name', 'Ann is booked on this session already.'),
    ('line 7, email', 'That is no e-mail address.'), ('line 8, meets_prerequisites', 'Jo must meet what the course asks: A mentee'), ('line 9, meets_prerequisites', '"perhaps" is neither yes nor no.'),
    ('line 10, school_urn', format('Authority 929 has no school with URN 999999 on %s.', to_char(base.today(), 'FMDD Mon YYYY'))) $$, 'every bad row, by line and column');
select is((select count(*) from cpd.booking), 5::bigint, 'and none is booked');
select throws_ok($$ select from cpd.book_rows(pg_temp.rows('se-a,100001,Fay;se-x,100001,Gus'), false, null) $$, 'IM009', '1 of 2 rows cannot be booked; none was.', 'it says how many');
select results_eq($$ select accepted from pg_temp.refused('se-a,12x,Hal') $$, array['the URN of a school, six digits'], 'and what would be accepted');
select is((select count(*) from pg_temp.refused((select string_agg('se-a,1,N' || n, ';') from generate_series(1, 150) n))), 100::bigint, 'a hundred are named at most');
reset role;
select is_empty('select from test.miscounted()', 'no count moved');
select test.call_as(929, 'officer');

-- Keeping going: those that can be are booked, and of the others it is told why.
select results_eq($$ select line, outcome, status, field, reason, message from cpd.book_rows(pg_temp.rows('se-a,100001,Fay;se-x,100001,Gus;se-a,100001,Ida,ida;se-a,100002,Max'), true, null) $$,
  $$ values (2, 'booked', 'confirmed', null, null, null), (3, 'refused', null, 'session_id', 'NOT_FOUND', 'There is no session "se-x".'), (4, 'refused', null, 'email', 'EMAIL_FORM', 'That is no e-mail address.'),
    (5, 'booked', 'confirmed', null, null, null) $$, 'what can be booked is');
select is((select count(*) from cpd.booking), 7::bigint, 'two more');
reset role;
select is_empty('select from test.miscounted()', 'refused rows left no count');
select is_empty('select from test.mischarged()', 'nor money');
select test.call_as(929, 'officer');
select results_eq($$ select outcome, reason from cpd.book_rows('[{"line":2,"bad":"A quote is not closed."}]', true, null) $$, $$ values ('refused', 'INVALID_FIELD') $$, 'a line that cannot be read is refused');
select throws_ok('select from cpd.book_rows(null, null, null)', 'IM003', null, 'some rows');
select throws_ok($$ select from cpd.book_rows(pg_temp.rows((select string_agg('se-a,1,N' || n, ';') from generate_series(1, 1001) n)), true, null) $$, 'IM003', null, 'and not too many');
select test.call_as(929, 'booker', array[100001]);
select results_eq($$ select outcome, reason from cpd.book_rows(pg_temp.rows('se-b,100001,Ned;se-b,100002,Oz'), true, null) $$, $$ values ('booked', null), ('refused', 'NOT_YOUR_SCHOOL') $$, 'a school books its own');
select results_eq($$ select outcome, reason from cpd.book_rows(pg_temp.rows('se-b,100001,Pam;se-b,100001,PAM'), true, null) $$, $$ values ('booked', null), ('refused', 'DELEGATE_BOOKED') $$, 'twice in a file is once');
-- A school's rows are one order: what all of them come to decides whether the budget holder is asked, and one answer is for all, on whatever session.
reset role;
select test.session(929, 'se-p', 9, 10000), test.session(929, 'se-q', 9, 10000), test.session(929, 'se-g', 3, 10000);
select test.call_as(929, 'la_admin');
select from cpd.set_cpd_policy(0, null, null, null, 'paid', 25000, null, null, null, null);
select test.call_as(929, 'officer');
create temporary table o as select * from cpd.book_rows(pg_temp.rows('se-q,100002,R1;se-p,100002,R2;se-p,100003,R3;se-p,100002,R4;se-p,100003,R5'), false, null);
grant select on o to public;
select results_eq($$ select delegate, status, respond_by is not null from o order by line $$,
  $$ values ('R1', 'requested', true), ('R2', 'requested', true), ('R3', 'confirmed', false), ('R4', 'requested', true), ('R5', 'confirmed', false) $$, '£360 is asked about, £240 is not: by the whole, not by the row');
select results_eq($$ select school_urn, count(distinct order_id)::integer from o group by 1 order by 1 $$, $$ values ('100002', 1), ('100003', 1) $$, 'an order a school');
reset role;
select is_empty('select from test.mischarged()', 'what is held is not charged');
select test.call_as(929, 'officer');
select results_eq($$ select a.delegate, a.change from o, cpd.approve_booking(o.booking_id, 1, 'Mrs Lee') a where o.delegate = 'R4' order by 1 $$, $$ values ('R1', 'approved'), ('R2', 'approved'), ('R4', 'approved') $$,
  'one answer is for all of it');
select results_eq($$ select status, count(*)::integer from cpd.book_rows(pg_temp.rows('se-q,100001,S1;se-p,100001,S2;se-p,100001,S3;se-x,100001,S4'), true, null) group by 1 order by 1 $$, $$ values ('requested', 3), (null, 1) $$, 'keeping going, too');
select is((select count(*)::integer from cpd.booking b, cpd.refuse_booking(b.booking_id, 1, 'No') where b.delegate_name = 'S1'), 3, 'a refusal is for all of it');
-- Together: those of a school on a session are a group.
select results_eq($$ select delegate, status from cpd.book_rows(pg_temp.rows('se-g,100001,G1;se-g,100002,H1;se-g,100001,G2;se-g,100002,H2'), false, true) order by line $$,
  $$ values ('G1', 'confirmed'), ('H1', 'waiting'), ('G2', 'confirmed'), ('H2', 'waiting') $$, 'three places: one group has two, the other waits whole');
select results_eq($$ select delegate, reason from cpd.book_rows(pg_temp.rows('se-p,100001,G3;se-p,100001,G4,nowhere;se-p,100002,H3'), true, true) order by line $$,
  $$ values ('G3', 'GROUP_REFUSED'), ('G4', 'EMAIL_FORM'), ('H3', null) $$, 'a group with one who cannot be booked is not booked, and whose fault it is is told');
select results_eq($$ select delegate, reason from cpd.book_rows(pg_temp.rows('se-g,100003,I1;se-g,100003,I2;se-g,100003,I3;se-g,100003,I4'), true, true) order by line $$,
  $$ values ('I1', 'GROUP_TOO_LARGE'), ('I2', 'GROUP_TOO_LARGE'), ('I3', 'GROUP_TOO_LARGE'), ('I4', 'GROUP_TOO_LARGE') $$, 'nor one that no session has room for');
reset role;
select is_empty('select m.session_id from test.miscounted() m union all select b.booking_id from test.mischarged() b', 'counts and money hold');
-- What is no refusal of the row is a failure of the whole.
reset role;
alter table cpd.booking add constraint nameless check (delegate_name <> 'Quin');
select test.call_as(929, 'officer');
select throws_ok($$ select from cpd.book_rows(pg_temp.rows('se-b,100001,Quin'), true, null) $$, '23514', null, 'a fault of ours is not told as the row''s');
select is(has_function_privilege('persona_reporter', to_regproc('cpd.book_rows'), 'execute'), false, 'readers book nothing');
select * from finish();
rollback;
