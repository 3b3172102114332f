-- The audit trail: what an entry says, who reads it, how it is numbered and linked.
begin;
select plan(18);
select test.call_as(926, 'la_admin');
select test.call_as(929, 'officer');
select test.call_as(929, 'la_admin');

select test.as_owner();
create function pg_temp.write(p_title text) returns void language plpgsql as $$
declare
  v_answer jsonb;
begin
  perform set_config('app.request_id', gen_random_uuid()::text, true), set_config('app.method', '/improve.v1.Cpd/AddCourse', true),
    audit.put_changes('');
  select jsonb_agg(to_jsonb(c)) into v_answer from cpd.add_course(p_title, null, null, null, null, null, null, null, null) c;
  perform rpc.record(v_answer, '\x00', jsonb_build_object('title', p_title), '{}');
end $$;
select test.call_as(929, 'la_admin');
select pg_temp.write('Phonics'), pg_temp.write('Number'), pg_temp.write('Science');
select is((select count(*)::integer from audit.entry), 3, 'three writes, three rows');
select is((select waiting from audit.verify_chain()), 3::bigint, 'which wait for their numbers');
select test.as_owner();
select is(audit.seal(2), 2, 'the sealer takes as many as it is told');
select is(audit.seal(500), 1, 'and then the rest');
select is(audit.seal(500), 0, 'and then none');

select test.call_as(929, 'la_admin');
select results_eq($$ select number, method, person from audit.list_entries(null, null, null, null, null, null) $$,
  $$ values (3::bigint, '/improve.v1.Cpd/AddCourse', 'la_admin 929'), (2, '/improve.v1.Cpd/AddCourse', 'la_admin 929'),
    (1, '/improve.v1.Cpd/AddCourse', 'la_admin 929') $$, 'the latest first');
select results_eq($$ select number from audit.list_entries(current_date, current_date + 1, 'AddCourse', test.person('la_admin', 929), 2, null) $$,
  $$ values (3::bigint), (2) $$, 'by day, method and person');
select is_empty($$ select * from audit.list_entries(null, current_date - 1, null, null, null, null) $$, 'none before');
select is_empty($$ select * from audit.list_entries(null, null, 'Add%', null, null, null) $$, 'a method''s name is no pattern');
select results_eq($$ select number from audit.list_entries(null, null, null, null, 10, '3') $$, $$ values (2::bigint), (1) $$, 'the next page');
select is((select changes -> 0 ->> 'table' || ' ' || (((changes -> 0 ->> 'after')::jsonb) ->> 'title') from audit.get_entry(2)), 'cpd.course Number',
  'what a write added');
select throws_ok($$ select * from audit.get_entry(4) $$, 'IM005', null, 'a number that there is not');
select is((select count(*)::integer from audit.export_entries(2, null, null) x where x.line::jsonb -> 'entry' ->> 1 = x.number::text), 2,
  'an export from a number on');
select results_eq($$ select entries, first_broken, reason from audit.verify_chain() $$, $$ values (3::bigint, null::bigint, null::text) $$, 'the chain holds');

select test.as_owner();
update audit.entry set personas = 'operator' where request_id = (select row_id from audit.seal where number = 2);
select test.call_as(929, 'la_admin');
select is((select first_broken from audit.verify_chain()), 2::bigint, 'and tells where it does not');

select test.call_as(929, 'officer');
select is_empty($$ select from audit.entry union all select from audit.seal $$, 'officers do not read it');
select test.call_as(926, 'la_admin');
select is_empty($$ select from audit.entry union all select from audit.seal $$, 'nor do another authority''s administrators');
select throws_ok($$ update audit.entry set personas = '' $$, '42501', null, 'and nobody changes it');
select * from finish();
rollback;
