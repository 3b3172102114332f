-- Enrolment, sessions, rights and tokens, below the server: what is good, what is refused, and that all refusals are told alike.
begin;
\ir ../support/sql/schools.sql
select plan(61);
select test.schools(929, 100001, 1, 'Primary');
select test.schools(926, 200001, 1, 'Primary');
select test.call_as(926, 'la_admin');
select test.call_as(929, 'la_admin');

select test.as_owner();
-- What the server tells the gate: whose signature was good, and where from. Set by hand here.
create function test.proves(p_key text, p_source text default 'test') returns bytea language plpgsql as $$
declare
  v_key constant bytea := sha256(p_key::bytea);
begin
  reset role;
  perform set_config('app.authority_id', '0', true), set_config('app.person_id', '00000000-0000-0000-0000-000000000000', true),
    set_config('app.personas', 'anonymous', true), set_config('app.proof_key', encode(v_key, 'hex'), true),
    set_config('app.source', p_source, true);
  set local role improve_exec;
  return v_key;
end $$;
create function test.signs_in(p_person uuid, p_token text, p_authority integer) returns void language plpgsql as $$
begin
  reset role;
  perform set_config('app.person_id', p_person::text, true), set_config('app.authority_id', p_authority::text, true),
    set_config('app.personas', 'person', true),
    set_config('app.token_id', coalesce((select token_id from auth.token where token_hash = sha256(p_token::bytea)), ''), true);
  set local role improve_exec;
end $$;
grant execute on all functions in schema test to public;

-- Inviting.
select test.call_as(929, 'la_admin');
select lives_ok($$ select * from people.invite_member('officer', 'Sam Hill', null, null, null, null, sha256('code one')) $$, 'an administrator invites');
select lives_ok($$ select * from people.invite_member('booker', 'Bo Reed', 100001, null, null, null, sha256('code two')) $$, 'a school''s user too');
select throws_ok($$ select * from people.invite_member('officer', 'X', null, null, null, null, sha256('code one')) $$, '23505', null, 'a code is given out once');
select throws_ok($$ select * from people.invite_member('officer', 'X', null, null, null, null, 'short') $$, 'IM003', null, 'a hash is 32 bytes');
select throws_ok($$ select * from people.invite_member('operator', 'X', null, null, null, null, sha256('x')) $$, 'IM003', null, 'nobody invites an operator');
select throws_ok($$ select * from people.invite_member('booker', 'X', 200001, null, null, null, sha256('x')) $$, 'IM005', null, 'nor for another authority''s school');
select throws_ok($$ select * from people.invite_member(null, 'X', null, null, null, null, sha256('x')) $$, 'IM003', null, 'as something');
select throws_ok($$ select * from people.invite_member('officer', ' ', null, null, null, null, sha256('x')) $$, 'IM003', null, 'by name');
select throws_ok($$ select * from people.invite_member('officer', 'X', null, '2026-02-01', '2026-01-01', null, sha256('x')) $$, 'IM003', null, 'with an end after its start');
select throws_ok($$ select * from people.invite_member(null, null, null, null, null, test.person('la_admin', 926), sha256('x')) $$, 'IM005', null,
  'a stranger is told like nobody');
select results_eq($$ select name, persona, state from people.list_invitations(null) order by name $$,
  $$ values ('Bo Reed', 'booker', 'open'), ('Sam Hill', 'officer', 'open') $$, 'invitations are listed');
select throws_ok($$ select code_hash from auth.invitation $$, '42501', null, 'without their codes'' hashes, which the server cannot read');
select throws_ok($$ select token_hash from auth.token $$, '42501', null, 'nor tokens''');
select throws_ok($$ select public_key from auth.device $$, '42501', null, 'nor keys');
select throws_ok($$ select nonce_key from auth.sign_in_policy $$, '42501', null, 'nor the nonces'' key');
select test.call_as(926, 'la_admin');
select is_empty($$ select * from people.list_invitations(true) $$, 'another authority sees none of them');
select throws_ok($$ select * from people.revoke_invitation('in-none') $$, 'IM005', null, 'and withdraws none');

-- Redeeming.
select test.proves('device one');
create temporary table nonce as select * from sign_in.get_challenge();
select throws_ok($$ select r.* from nonce n, sign_in.redeem_code('code none', sha256('device one'), n.nonce, '', 'd') r $$, 'IM016', null, 'no such code');
select throws_ok($$ select r.* from nonce n, sign_in.redeem_code('code one', sha256('another device'), n.nonce, '', 'd') r $$, 'IM016', null, 'a key that signed nothing');
select throws_ok($$ select * from sign_in.redeem_code('code one', sha256('device one'), repeat('0', 112), '', 'd') $$, 'IM016', null, 'a nonce of somebody else''s');
select throws_ok($$ select * from sign_in.redeem_code('code one', sha256('device one'), null, '', 'd') $$, 'IM016', null, 'no nonce');
select throws_ok($$ select r.* from nonce n, sign_in.redeem_code('code one', sha256('device one'), n.nonce, '', ' ') r $$, 'IM003', null, 'a device has a name');
select results_eq($$ select authority, persona from nonce n, sign_in.redeem_code('code one', sha256('device one'), n.nonce, '', 'd') $$,
  $$ values ('929', 'officer') $$, 'the right code, key and nonce');
select throws_ok($$ select r.* from nonce n, sign_in.redeem_code('code two', sha256('device one'), n.nonce, '', 'd') r $$, 'IM016', null, 'a nonce serves once');
select throws_ok($$ select r.* from sign_in.get_challenge() n, sign_in.redeem_code('code one', sha256('device one'), n.nonce, '', 'd') r $$, 'IM016', null, 'and a code');
select test.as_owner();
update auth.sign_in_policy set nonce_lifetime = '1 second';
create temporary table old as select auth.new_nonce() as nonce;
select pg_sleep(1.1);
grant select on old, nonce to public;
select test.proves('device one');
select throws_ok($$ select r.* from old n, sign_in.open_sign_in(sha256('device one'), n.nonce, '', sha256('token one')) r $$, 'IM016', null, 'a nonce grows old');
select test.as_owner();
update auth.sign_in_policy set nonce_lifetime = '2 minutes';

-- Sessions.
select test.proves('device one');
select is((select r.idle_seconds from sign_in.get_challenge() n, sign_in.open_sign_in(sha256('device one'), n.nonce, '', sha256('token one')) r), 1800,
  'a session opens, idle after 30 minutes');
select test.proves('device two');
select throws_ok($$ select r.* from sign_in.get_challenge() n, sign_in.open_sign_in(sha256('device two'), n.nonce, '', sha256('token two')) r $$, 'IM016', null,
  'a device that is not enrolled opens none');
select throws_ok($$ select r.* from sign_in.get_challenge() n, sign_in.open_sign_in(sha256('device two'), n.nonce, '', 'x') r $$, 'IM003', null, 'a token''s hash is 32 bytes');
select test.as_owner();
create temporary table sam as select person_id, device_id from auth.device;
grant select on sam to public;

-- The gate.
create function test.gate(p_token text, p_authority text, p_function text) returns boolean language sql as $$
  select auth.begin_call(case when p_token is not null then sha256(p_token::bytea) end, p_authority, '/m', p_function, true, null, 600000, true, null)
$$;
select is(test.gate('token one', '929', 'partners.list_partners'), false, 'a session is let in, and was just seen');
select throws_ok($$ select test.gate('token one', '926', 'partners.list_partners') $$, 'IM007', null, 'not for another authority');
select throws_ok($$ select test.gate('token none', '929', 'partners.list_partners') $$, 'IM016', null, 'no unknown token');
select throws_ok($$ select test.gate(null, '929', 'partners.list_partners') $$, 'IM016', null, 'nobody without one');
select lives_ok($$ select test.gate(null, null, 'sign_in.get_challenge') $$, 'but for the calls by which one signs in');
select is(current_setting('app.personas'), 'anonymous', 'as anonymous');
update auth.token set last_seen_at = now() - interval '2 minutes' where kind = 'session';
select is(test.gate('token one', '929', 'partners.list_partners'), true, 'a use is to be noted once a minute');
select auth.touch(sha256('token one'));
select is((select last_seen_at from auth.token where kind = 'session'), now(), 'and is noted');
update auth.token set last_seen_at = now() - interval '30 minutes' where kind = 'session';
select throws_ok($$ select test.gate('token one', '929', 'partners.list_partners') $$, 'IM016', 'The session has expired.', 'an idle session ends');
update auth.token set last_seen_at = now(), expires_at = now() where kind = 'session';
select throws_ok($$ select test.gate('token one', '929', 'partners.list_partners') $$, 'IM016', 'The session has expired.', 'and one that lasted its time');
update auth.token set expires_at = now() + interval '1 hour' where kind = 'session';

-- One's own.
select test.signs_in(person_id, 'token one', 0) from sam;
select results_eq($$ select state from sign_in.list_sign_ins(null) $$, $$ values ('this one') $$, 'sessions are listed');
select is((select count(*)::integer from sign_in.list_devices(null)), 1, 'and devices');
select throws_ok($$ select * from sign_in.revoke_sign_in('si-none') $$, 'IM005', null, 'only one''s own sessions end');
select throws_ok($$ select * from sign_in.revoke_device('dv-none') $$, 'IM005', null, 'only one''s own devices');
select lives_ok($$ select * from sign_in.invite_device(sha256('code three')) $$, 'a further device is invited');
select throws_ok($$ select * from sign_in.invite_device('x') $$, 'IM003', null, 'by a hash');
select lives_ok($$ select r.* from sign_in.list_sign_ins(null) s, sign_in.revoke_sign_in(s.sign_in_id) r $$, 'a session is revoked');
select throws_ok($$ select test.gate('token one', '929', 'partners.list_partners') $$, 'IM016', 'Not signed in: the token is unknown, expired or revoked.', 'with effect on the next call');
select throws_ok($$ select * from sign_in.close_sign_in() where false; select set_config('app.token_id', '', true); select * from sign_in.close_sign_in() $$, 'IM009', null,
  'without a session there is none to close');
select test.proves('device one');
select lives_ok($$ select r.* from sign_in.get_challenge() n, sign_in.open_sign_in(sha256('device one'), n.nonce, '', sha256('token five')) r $$, 'the device opens another');
select test.signs_in(person_id, 'token five', 0) from sam;
select lives_ok($$ select r.* from sam s, sign_in.revoke_device(s.device_id) r $$, 'a device is revoked');
select throws_ok($$ select test.gate('token five', '929', 'partners.list_partners') $$, 'IM016', null, 'with its sessions');
select test.proves('device one');
select throws_ok($$ select r.* from sign_in.get_challenge() n, sign_in.open_sign_in(sha256('device one'), n.nonce, '', sha256('token six')) r $$, 'IM016', null, 'and opens no more');

-- Attempts.
select is((select string_agg(held::text, ',') from generate_series(1, 7) i, auth.note_attempt(sha256(i::text::bytea), 'here')), 'false,false,false,false,false,true,true',
  'a source waits after five');
select is((select held from auth.note_attempt(sha256('other'), 'elsewhere')), false, 'and no other does');

-- Rights and tokens.
select test.call_as(929, 'la_admin');
select results_eq($$ select allowed, personas::text, given_by::text from self.can_i('/improve.v1.People/AddMember') $$,
  $$ values (true, '["la_admin"]', '["la_admin"]') $$, 'a right, and what gives it');
select results_eq($$ select allowed from self.can_i('/improve.v1.People/AddAdministrator') $$, $$ values (false) $$, 'or would');
select throws_ok($$ select * from self.can_i('pg_sleep') $$, 'IM005', null, 'of methods only');
select lives_ok($$ select * from people.create_token('Script', '["reporter"]', 30, sha256('token seven')) $$, 'a service token');
select throws_ok($$ select * from people.create_token('Script', '["operator"]', 30, sha256('token eight')) $$, 'IM003', null, 'is no operator');
select lives_ok($$ select r.* from people.list_tokens(null) t, people.revoke_token(t.token_id) r $$, 'and is revoked');
select lives_ok($$ select r.* from people.list_members('officer', null, null, null, null) m, people.revoke_membership(m.membership_id, 1) r $$, 'a membership is taken away');
select * from finish();
rollback;
