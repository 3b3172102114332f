-- Rows of a file: each with its result, all or none unless it is to keep going.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/cpd.sql
set local timezone = 'Europe/London';
select plan(20);
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
  perform from cpd.book_rows(pg_temp.rows(p_rows), false);
exception when sqlstate 'IM009' then
  get stacked diagnostics v_detail = pg_exception_detail;
  return query select v ->> 'field', v ->> 'description', v ->> 'accepted' from jsonb_array_elements(v_detail::jsonb -> 'violations') v;
end $$;
grant execute on all functions in schema test to public;
select test.call_as(929, 'officer');
select from cpd.change_course('co-req', 1, null, null, null, null, 'A mentee', null, null, null, null);
select results_eq($$ select line, delegate, outcome, status, waiting_position, gross_pence from cpd.book_rows(pg_temp.rows('se-b,100001,Ann;se-a,100002,Bo,bo@x.example;se-b,100002,Cy;se-b,100003,Di;se-req,100001,Ed,,YES'), null) $$,
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
select throws_ok($$ select from cpd.book_rows(pg_temp.rows('se-a,100001,Fay;se-x,100001,Gus'), false) $$, 'IM009', '1 of 2 rows cannot be booked; none was.', 'it says how many');
select results_eq($$ select accepted from pg_temp.refused('se-a,12x,Hal') $$, array['the URN of a school, six digits'], 'and what would be accepted');
select is((select count(*) from pg_temp.refused((select string_agg('se-a,1,N' || n, ';') from generate_series(1, 150) n))), 100::bigint, 'a hundred are named at most');
reset role;
select is_empty('select from test.miscounted()', 'no count moved');
select test.call_as(929, 'officer');

-- Keeping going: those that can be are booked, and of the others it is told why.
select results_eq($$ select line, outcome, status, field, reason, message from cpd.book_rows(pg_temp.rows('se-a,100001,Fay;se-x,100001,Gus;se-a,100001,Ida,ida;se-a,100002,Max'), true) $$,
  $$ values (2, 'booked', 'confirmed', null, null, null), (3, 'refused', null, 'session_id', 'NOT_FOUND', 'There is no session "se-x".'), (4, 'refused', null, 'email', 'EMAIL_FORM', 'That is no e-mail address.'),
    (5, 'booked', 'confirmed', null, null, null) $$, 'what can be booked is');
select is((select count(*) from cpd.booking), 7::bigint, 'two more');
reset role;
select is_empty('select from test.miscounted()', 'refused rows left no count');
select is_empty('select from test.mischarged()', 'nor money');
select test.call_as(929, 'officer');
select results_eq($$ select outcome, reason from cpd.book_rows('[{"line":2,"bad":"A quote is not closed."}]', true) $$, $$ values ('refused', 'INVALID_FIELD') $$, 'a line that cannot be read is refused');
select throws_ok('select from cpd.book_rows(null, null)', 'IM003', null, 'some rows');
select throws_ok($$ select from cpd.book_rows(pg_temp.rows((select string_agg('se-a,1,N' || n, ';') from generate_series(1, 501) n)), true) $$, 'IM003', null, 'and not too many');
select test.call_as(929, 'booker', array[100001]);
select results_eq($$ select outcome, reason from cpd.book_rows(pg_temp.rows('se-b,100001,Ned;se-b,100002,Oz'), true) $$, $$ values ('booked', null), ('refused', 'NOT_YOUR_SCHOOL') $$, 'a school books its own');
select results_eq($$ select outcome, reason from cpd.book_rows(pg_temp.rows('se-b,100001,Pam;se-b,100001,PAM'), true) $$, $$ values ('booked', null), ('refused', 'DELEGATE_BOOKED') $$, 'twice in a file is once');
-- What is no refusal of the row is a failure of the whole.
reset role;
alter table cpd.booking add constraint nameless check (delegate_name <> 'Quin');
select test.call_as(929, 'officer');
select throws_ok($$ select from cpd.book_rows(pg_temp.rows('se-b,100001,Quin'), true) $$, '23514', null, 'a fault of ours is not told as the row''s');
select is(has_function_privilege('persona_reporter', to_regproc('cpd.book_rows'), 'execute'), false, 'readers book nothing');
select * from finish();
rollback;
