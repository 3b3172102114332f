-- The password of a reporter's login, and what PostgreSQL keeps of it. It is computed here, so that the password itself stands in no
-- statement, and so in no log, and no view of running or past statements.

create function reporters.new_password() returns text
language sql volatile as $$
  select base.new_ref('imr') || base.new_ref('') || base.new_ref('')
$$;
comment on function reporters.new_password is 'reporters.new_password makes a password of 150 random bits, in letters and digits without look-alikes: imr-7k2q9mx4td-….';

create function reporters.hmac_key(p_key bytea, p_byte integer) returns bytea
language plpgsql immutable strict as $$
declare
  v_key bytea := case when length(p_key) > 64 then sha256(p_key) else p_key end;
  v_pad bytea := decode(repeat(lpad(to_hex(p_byte), 2, '0'), 64), 'hex');
begin
  for i in 0 .. length(v_key) - 1 loop
    v_pad := set_byte(v_pad, i, get_byte(v_key, i) # p_byte);
  end loop;
  return v_pad;
end $$;
comment on function reporters.hmac_key is 'reporters.hmac_key gives one of HMAC-SHA-256''s two keys of 64 bytes (RFC 2104): the inner with 0x36, the outer with 0x5c.';

create function reporters.hmac(p_key bytea, p_message bytea) returns bytea
language sql immutable strict as $$
  select sha256(reporters.hmac_key(p_key, x'5c'::integer) || sha256(reporters.hmac_key(p_key, x'36'::integer) || p_message))
$$;
comment on function reporters.hmac is 'reporters.hmac is HMAC-SHA-256 (RFC 2104).';

create function reporters.scram_verifier(p_password text, p_salt bytea, p_rounds integer) returns text
language plpgsql immutable strict as $$
declare
  v_inner constant bytea := reporters.hmac_key(convert_to(p_password, 'UTF8'), x'36'::integer);
  v_outer constant bytea := reporters.hmac_key(convert_to(p_password, 'UTF8'), x'5c'::integer);
  v_block bytea := p_salt || '\x00000001';
  v_bits bit(256) := repeat('0', 256)::bit(256);
  v_salted bytea := decode(repeat('00', 32), 'hex');
begin
  for i in 1 .. p_rounds loop
    v_block := sha256(v_outer || sha256(v_inner || v_block));
    v_bits := v_bits # ('x' || encode(v_block, 'hex'))::bit(256);
  end loop;
  for i in 0 .. 31 loop
    v_salted := set_byte(v_salted, i, substring(v_bits from 8 * i + 1 for 8)::integer);
  end loop;
  return format('SCRAM-SHA-256$%s:%s$%s:%s', p_rounds, encode(p_salt, 'base64'),
    encode(sha256(reporters.hmac(v_salted, 'Client Key')), 'base64'), encode(reporters.hmac(v_salted, 'Server Key'), 'base64'));
end $$;
comment on function reporters.scram_verifier is 'reporters.scram_verifier gives what PostgreSQL keeps of an ASCII password: salt, rounds and the two keys of SCRAM-SHA-256 (RFC 5802, RFC 7677), from which the password cannot be had back.';
grant execute on function reporters.new_password, reporters.hmac_key, reporters.hmac, reporters.scram_verifier to improve_exec;
