-- What improved admin writes is in the audit trail of the authorities that it is about, with who sat there, and without secrets.
begin;
select plan(20);
insert into auth.authority_scope values (929), (926) on conflict do nothing;

select results_eq($$ select * from auth.make_console_authority(901, 'Northmoor') $$, $$ values ('Northmoor', true) $$, 'an authority is made');
select is((select e.request #>> '{console,user}' from audit.entry e), 'unknown', 'by somebody whom the program did not name');
delete from audit.pending;
delete from audit.entry;
select set_config('app.console', 'root, by sudo from alice', true);
select results_eq($$ select * from auth.make_console_authority(901, 'Southmoor') $$, $$ values ('Northmoor', false) $$, 'once');
select is_empty($$ select from audit.entry $$, 'what was there already leaves no row');

select is(auth.make_console_token('Night report', '{929}', '{officer,booker,officer}', '{100001,100002}', false, sha256('one'), 30), now() + interval '30 days',
  'a token of one authority');
select results_eq($$ select authority_id, personas, method, person_id from audit.entry $$,
  $$ values (929, 'operator at the console', 'improved admin token create', '00000000-0000-0000-0000-000000000000'::uuid) $$, 'has its row there');
select is((select request from audit.entry), jsonb_build_object('console', jsonb_build_object('user', 'root, by sudo from alice', 'role', session_user::text),
  'name', 'Night report', 'personas', '["officer", "booker", "officer"]'::jsonb, 'schools', '[100001, 100002]'::jsonb, 'days', 30), 'who, and with what');
select results_eq($$ select c ->> 'table', count(*) from audit.entry, jsonb_array_elements(changes) c group by 1 order by 1 $$,
  $$ values ('auth.membership', 3::bigint), ('auth.person', 1), ('auth.token', 1) $$, 'and the rows that it made');
select is((select authority_id from auth.token where token_hash = sha256('one')), 929, 'it is good there only');

delete from audit.pending;
delete from audit.entry;
select auth.make_console_token('Both', '{929,926}', '{la_admin}', null, true, sha256('two'), 1);
select results_eq($$ select authority_id, request -> 'personas', jsonb_array_length(changes) from audit.entry order by 1 $$,
  $$ values (0, '["operator"]'::jsonb, 3), (926, '["la_admin"]', 3), (929, '["la_admin"]', 3) $$, 'a token of several has its row with each, and with the instance');
select is_empty($$ select from audit.entry e where e.authority_id = 929 and concat(e.request, e.answer, e.changes) like '%926%' $$,
  'and none tells of another');
select is_empty($$ select from audit.entry e, unnest(array['one', 'two']) s where e::text like '%' || encode(sha256(s::bytea), 'hex') || '%' $$, 'nor the hash');
select is((select authority_id from auth.token where token_hash = sha256('two')), null, 'it is good in all of them');

delete from audit.pending;
delete from audit.entry;
select is((select auth.revoke_console_token(left(encode(sha256('two'), 'hex'), 12))), 'Both', 'a token is revoked');
select results_eq($$ select authority_id, method, changes #>> '{0,after,revoked_at}' is not null from audit.entry order by 1 $$,
  $$ values (0, 'improved admin token revoke', true), (926, 'improved admin token revoke', true), (929, 'improved admin token revoke', true) $$,
  'with a row wherever it was good');
select is((select auth.revoke_console_token(left(encode(sha256('two'), 'hex'), 12))), 'Both', 'and again');
select is((select count(*)::integer from audit.entry), 3, 'which is no write');
select is_empty($$ select auth.revoke_console_token('000000000000') $$, 'one that there is not');
select audit.seal(500);

select test.call_as(929, 'la_admin');
select is((select person || ', ' || personas from audit.list_entries(null, null, 'improved admin token revoke', null, null, null)),
  'root, by sudo from alice, operator at the console', 'administrators read who it was');
select is((select person from audit.get_entry((select number from audit.list_entries(null, null, 'improved admin token revoke', null, null, null)))),
  'root, by sudo from alice', 'also of the entry itself');
select * from finish();
rollback;
