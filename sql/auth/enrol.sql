-- The calls of whoever has not signed in: a nonce to sign, a code to redeem, a session to open. They run as the gate, and refuse alike.

create function sign_in.get_challenge() returns table (nonce text)
language sql stable as $$
  select auth.new_nonce()
$$;
comment on function sign_in.get_challenge is 'sign_in.get_challenge gives a nonce to sign. It writes nothing.';
grant execute on function sign_in.get_challenge to persona_anonymous, persona_person;

create function auth.invitation_fits(p_invitation auth.invitation, p_device auth.device) returns boolean
language sql stable as $$
  select coalesce(p_invitation.redeemed_at is null and p_invitation.revoked_at is null and p_invitation.expires_at > now()
    and p_device.revoked_at is null
    and (p_device.device_id is null or p_invitation.persona is not null
      and (p_invitation.person_id is null or p_invitation.person_id = p_device.person_id)
      and (p_device.authority_id is null or p_device.authority_id = p_invitation.authority_id)), false)
$$;
comment on function auth.invitation_fits is 'auth.invitation_fits tells whether an invitation is good, and for this device: a new one, or one whose person joins the authority.';

create function sign_in.redeem_code(p_code text, p_public_key bytea, p_nonce text, p_signature bytea, p_device_name text)
returns table (person_id uuid, device_id text, authority text, persona text)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_code_hash constant bytea := pg_catalog.sha256(pg_catalog.convert_to(coalesce(p_code, ''), 'UTF8'));
  v_subject constant bytea := auth.attempt_subject('code', v_code_hash);
  v_proved constant boolean := coalesce(auth.is_proved(p_public_key, p_nonce), false);
  v_in auth.invitation;
  v_device auth.device;
begin
  perform errors.required('code', p_code, 'the code from your administrator');
  perform errors.required('device_name', btrim(p_device_name), 'what you call this device');
  perform auth.require_no_back_off(v_subject);
  select i.* into v_in from auth.invitation i where i.code_hash = v_code_hash;
  select d.* into v_device from auth.device d where d.public_key = p_public_key;
  if not v_proved or v_in.invitation_id is null or not auth.invitation_fits(v_in, v_device) then
    perform auth.refuse_sign_in(v_subject);
  end if;
  person_id := coalesce(v_device.person_id, v_in.person_id, pg_catalog.gen_random_uuid());
  if v_device.person_id is null and v_in.person_id is null then
    insert into auth.person (person_id, display_name) values (person_id, v_in.name);
  end if;
  update auth.invitation i set redeemed_at = pg_catalog.now(), redeemed_by = person_id
  where i.authority_id = v_in.authority_id and i.invitation_id = v_in.invitation_id and i.redeemed_at is null and i.revoked_at is null;
  if not found then
    perform auth.refuse_sign_in(v_subject);
  end if;
  perform auth.use_nonce(p_nonce, v_subject);
  device_id := coalesce(v_device.device_id, base.new_ref('dv'));
  if v_device.device_id is null then
    insert into auth.device (device_id, person_id, public_key, authority_id, label)
    values (device_id, person_id, p_public_key, v_in.device_authority_id, left(btrim(p_device_name), 100));
  end if;
  if v_in.persona is not null then
    insert into auth.membership (authority_id, membership_id, person_id, persona, school_urn, starts_on, ends_on)
    values (v_in.authority_id, base.new_ref('me'), person_id, v_in.persona, v_in.school_urn, coalesce(v_in.starts_on, base.today()), v_in.ends_on);
  end if;
  if v_in.partner_id is not null and not partners.link_person(v_in.authority_id, v_in.partner_id, person_id) then
    perform auth.refuse_sign_in(v_subject);
  end if;
  authority := base.authority_code(v_in.authority_id);
  persona := v_in.persona;
  return next;
end $$;
alter function sign_in.redeem_code owner to improve_gate;
comment on function sign_in.redeem_code is 'sign_in.redeem_code enrols the device whose key signed the request, and makes its person what the code says; a device that is enrolled already keeps its person, who joins a further authority. The code works once.';
grant execute on function sign_in.redeem_code to persona_anonymous, persona_person;

create function sign_in.open_sign_in(p_public_key bytea, p_nonce text, p_signature bytea, p_token_hash bytea)
returns table (sign_in_id text, person_id uuid, device_id text, expires_at timestamptz, idle_seconds integer)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_subject constant bytea := auth.attempt_subject('key', p_public_key);
  v_proved constant boolean := coalesce(auth.is_proved(p_public_key, p_nonce), false);
  v_device auth.device;
  v_policy auth.sign_in_policy;
begin
  if octet_length(p_token_hash) is distinct from 32 then
    perform errors.invalid('token_hash', 'The token''s hash is no SHA-256.', null, '32 bytes');
  end if;
  perform auth.require_no_back_off(v_subject);
  select d.* into v_device from auth.device d where d.public_key = p_public_key;
  select p.* into v_policy from auth.sign_in_policy p;
  if not v_proved or v_device.device_id is null or v_device.revoked_at is not null then
    perform auth.refuse_sign_in(v_subject);
  end if;
  -- The row is held from here to the commit, and so is whoever revokes the device.
  update auth.device d set last_used_at = pg_catalog.now() where d.device_id = v_device.device_id and d.revoked_at is null;
  if not found then
    perform auth.refuse_sign_in(v_subject);
  end if;
  perform auth.use_nonce(p_nonce, v_subject);
  delete from auth.token t where t.person_id = v_device.person_id and t.kind = 'session' and t.expires_at < pg_catalog.now() - interval '1 day';
  return query
  insert into auth.token as t (token_hash, person_id, authority_id, label, expires_at, token_id, kind, device_id, last_seen_at)
  values (p_token_hash, v_device.person_id, v_device.authority_id, v_device.label, pg_catalog.now() + v_policy.session_lifetime, base.new_ref('si'),
    'session', v_device.device_id, pg_catalog.now())
  returning t.token_id, t.person_id, t.device_id, t.expires_at, extract(epoch from v_policy.session_idle)::integer;
end $$;
alter function sign_in.open_sign_in owner to improve_gate;
comment on function sign_in.open_sign_in is 'sign_in.open_sign_in opens a session for the device whose key signed the request. The caller makes the token and sends its SHA-256 only: neither ledger, audit nor a repeat of the answer can give it away.';
grant execute on function sign_in.open_sign_in to persona_anonymous, persona_person;
grant execute on function auth.invitation_fits to improve_gate;
