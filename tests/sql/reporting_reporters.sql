-- Making reporters: names, limits, the password that is shown once and kept nowhere.
begin;
select plan(28);
set client_min_messages = warning;
select is(reporters.scram_verifier('pencil', decode('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'), 4096),
  'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  'a verifier is that of RFC 7677''s example');
select is(reporters.hmac('\x4a656665', 'what do ya want for nothing?'), '\x5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  'HMAC is that of RFC 4231''s second case');
select is(reporters.hmac(decode(repeat('aa', 131), 'hex'), 'Test Using Larger Than Block-Size Key - Hash Key First'),
  '\x60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54', 'and of its sixth, with a long key');

select test.call_as(929, 'la_admin');
create temporary table made as select * from reporters.create_reporter('bi1', null, null, null);
select is((select role_name from made), 'la_929_bi1', 'the login is named by authority and tool');
select matches((select password from made), '^imr-[0-9a-z]{10}-[0-9a-z]{10}-[0-9a-z]{10}$', 'its password is 150 random bits');
select throws_ok($$ select * from reporters.create_reporter('bi1', null, null, null) $$, 'IM006', 'There is a reporter la_929_bi1 already.', 'once');
select throws_ok($$ select * from reporters.create_reporter('x; drop role improve_exec', null, null, null) $$, 'IM003', null, 'a tool is a short word');
select throws_ok($$ select * from reporters.create_reporter('X', null, null, null) $$, 'IM003', null, 'in lower case');
select throws_ok($$ select * from reporters.create_reporter('', null, null, null) $$, 'IM003', null, 'and not empty');
select throws_ok($$ select * from reporters.create_reporter(repeat('a', 21), null, null, null) $$, 'IM003', null, 'of 20 letters at most');
select throws_ok($$ select reporters.make_login('bi2', 'clear text') $$, '42501', null, 'a login has a verifier, not a password');
select throws_ok($$ select reporters.make_login('bi2" superuser', 'SCRAM-SHA-256$4096:AA==$' || repeat('A', 44) || ':' || repeat('A', 44)) $$, '42501', null,
  'and a name of our making');
select throws_ok($$ select reporters.drop_login('../improve_exec', true) $$, '42501', null, 'no other role is dropped');
select throws_ok($$ select * from reporters.drop_reporter('improve_exec') $$, 'IM005', null, 'not even by its name');
select throws_ok($$ select * from reporters.drop_reporter('') $$, 'IM003', null, 'a name is needed');
select throws_ok($$ create role la_929_mine $$, '42501', null, 'the server itself makes no role');
select throws_ok($$ insert into auth.reporter (authority_id, role_name) values (929, 'la_926_bi') $$, '42501', null, 'nor takes another authority''s login in');
select throws_ok($$ insert into auth.reporter (authority_id, role_name) values (926, 'la_929_bi') $$, '42501', null, 'nor gives its own another''s rows');

select test.as_owner();
select results_eq($$ select rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication, rolconnlimit from pg_roles where rolname = 'la_929_bi1' $$,
  $$ values (true, false, false, false, false, false, 4) $$, 'a login, of four connections, and nothing more');
select results_eq($$ select unnest(s.setconfig) collate "default" from pg_db_role_setting s join pg_roles r on r.oid = s.setrole where r.rolname = 'la_929_bi1' order by 1 $$,
  $$ values ('default_transaction_read_only=on'), ('idle_in_transaction_session_timeout=60s'), ('lock_timeout=5s'), ('search_path=reporting'),
    ('statement_timeout=60s') $$, 'with its own limits');
select results_eq($$ select m.roleid::regrole::text from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname = 'la_929_bi1' $$,
  $$ values ('reporting_reader') $$, 'in one group');
select matches((select rolpassword from pg_authid where rolname = 'la_929_bi1'), '^SCRAM-SHA-256\$4096:', 'PostgreSQL keeps a verifier');

-- What is recorded: all of the answer but its secrets; and a replay says so.
select test.call_as(929, 'la_admin');
select set_config('app.method', '/improve.v1.Reporters/CreateReporter', true);
select is(rpc.record((select jsonb_agg(m) from made m), '\x01', '{"tool":"bi1"}', '{password}') -> 0 ->> 'password', (select password from made),
  'the answer has the password');
select results_eq($$ select answer -> 0 ->> 'role_name', answer -> 0 ? 'password', withheld from rpc.request $$, $$ values ('la_929_bi1', false, '{password}'::text[]) $$,
  'the ledger keeps the answer without it');
select test.as_owner();
select is_empty($$ select from (select e::text from audit.entry e union all select p::text from audit.pending p) x (kept), made m
  where x.kept like '%' || m.password || '%' $$, 'nor is it in the audit');
insert into auth.token (token_hash, person_id, label, expires_at) values (sha256('t'), test.person('la_admin', 929), 't', now() + interval '1 day');
select ok(not rpc.replay(sha256('t'), '929', (select request_id from rpc.request), '/improve.v1.Reporters/CreateReporter', '\x01') -> 0 ? 'password',
  'nor in a replay');
select test.call_as(929, 'la_admin');
select results_eq($$ select role_name, sessions_ended from reporters.drop_reporter('la_929_bi1') $$, $$ values ('la_929_bi1', 0) $$, 'a reporter is dropped');
insert into auth.reporter (authority_id, role_name) values (929, 'la_929_restored');
select results_eq($$ select role_name, sessions_ended from reporters.drop_reporter('la_929_restored') $$, $$ values ('la_929_restored', 0) $$,
  'also one whose login is not in this cluster, as after a restore');
select * from finish();
rollback;
