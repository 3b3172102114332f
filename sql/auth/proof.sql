-- Proof that the caller holds a key: a nonce of ours, signed. The server verifies the signature (PostgreSQL has no Ed25519) and tells the
-- gate which key's it was; here is checked that the nonce is ours, of today, and new.

create function auth.nonce_code(p_body bytea) returns bytea
language sql stable security definer set search_path = '' as $$
  select pg_catalog.sha256(p.nonce_key || pg_catalog.sha256(p.nonce_key || p_body)) from auth.sign_in_policy p
$$;
alter function auth.nonce_code owner to improve_gate;
comment on function auth.nonce_code is 'auth.nonce_code authenticates a nonce''s 24 bytes, so that giving one out writes nothing.';

create function auth.new_nonce() returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_body constant bytea := pg_catalog.int8send(floor(extract(epoch from pg_catalog.clock_timestamp()) * 1000)::bigint) || pg_catalog.uuid_send(pg_catalog.gen_random_uuid());
begin
  return pg_catalog.encode(v_body || auth.nonce_code(v_body), 'hex');
end $$;
alter function auth.new_nonce owner to improve_gate;
comment on function auth.new_nonce is 'auth.new_nonce makes a nonce: the time in milliseconds, 122 random bits, and their authentication code, in hexadecimal.';

create function auth.nonce_is_good(p_nonce text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  v_form constant boolean := coalesce(p_nonce ~ '^[0-9a-f]{112}$', false);
  v_bytes constant bytea := pg_catalog.decode(case when v_form then p_nonce else repeat('0', 112) end, 'hex');
  v_made constant timestamptz := to_timestamp(('x' || pg_catalog.encode(pg_catalog.substr(v_bytes, 1, 8), 'hex'))::bit(64)::bigint % 100000000000000 / 1000.0);
  -- hashes of the two are compared: where they differ tells nothing
  v_ours constant boolean := pg_catalog.sha256(pg_catalog.substr(v_bytes, 25)) = pg_catalog.sha256(auth.nonce_code(pg_catalog.substr(v_bytes, 1, 24)));
begin
  return v_form and v_ours
    and v_made between pg_catalog.clock_timestamp() - (select p.nonce_lifetime from auth.sign_in_policy p) and pg_catalog.clock_timestamp()
    and not exists (select from auth.used_nonce u where u.nonce_hash = pg_catalog.sha256(v_bytes));
end $$;
alter function auth.nonce_is_good owner to improve_gate;
comment on function auth.nonce_is_good is 'auth.nonce_is_good tells whether a nonce is one of ours, not too old, and not used.';

create function auth.use_nonce(p_nonce text, p_subject bytea) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  delete from auth.used_nonce u where u.expires_at < pg_catalog.now();
  insert into auth.used_nonce (nonce_hash, expires_at)
  select pg_catalog.sha256(pg_catalog.decode(p_nonce, 'hex')), pg_catalog.clock_timestamp() + p.nonce_lifetime from auth.sign_in_policy p
  on conflict do nothing;
  if not found then
    perform auth.refuse_sign_in(p_subject);
  end if;
end $$;
alter function auth.use_nonce owner to improve_gate;
comment on function auth.use_nonce is 'auth.use_nonce takes a nonce out of use; of two proofs with the same nonce one is refused.';

create function auth.is_proved(p_public_key bytea, p_nonce text) returns boolean
language sql stable as $$
  select auth.nonce_is_good(p_nonce) and sha256(coalesce(p_public_key, '')) = sha256(decode(coalesce(current_setting('app.proof_key', true), ''), 'hex'))
    and octet_length(p_public_key) = 32
$$;
comment on function auth.is_proved is 'auth.is_proved tells whether this call carries a good signature by this key over the request with this nonce.';
grant execute on function auth.nonce_code, auth.new_nonce, auth.nonce_is_good, auth.use_nonce, auth.is_proved to improve_gate;
grant execute on function auth.new_nonce to improve_exec;
