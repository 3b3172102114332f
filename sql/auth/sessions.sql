-- A person's own sessions and devices.

create function sign_in.close_sign_in() returns table (sign_in_id text)
language plpgsql volatile as $$
begin
  update auth.token t set revoked_at = now()
  where t.token_id = current_setting('app.token_id', true) and t.kind = 'session'
  returning t.token_id into sign_in_id;
  if not found then
    perform errors.precondition('NO_SESSION', 'This call came with a service token: there is no session to close.', p_hint => 'improve token revoke ends a service token.');
  end if;
  return next;
end $$;
comment on function sign_in.close_sign_in is 'sign_in.close_sign_in ends the session that the call came with.';

create function sign_in.list_sign_ins(p_include_ended boolean)
returns table (sign_in_id text, device_id text, device_name text, opened_at timestamptz, last_seen_at timestamptz, expires_at timestamptz, state text)
language sql stable as $$
  select t.token_id, t.device_id, d.label, t.issued_at, t.last_seen_at, t.expires_at, s.state
  from auth.token t
  join auth.device d on d.device_id = t.device_id
  cross join auth.sign_in_policy p
  cross join lateral (select case when t.revoked_at is not null then 'revoked'
    when t.expires_at <= now() or t.last_seen_at + p.session_idle <= now() then 'expired'
    when t.token_id = current_setting('app.token_id', true) then 'this one' else 'open' end as state) s
  where t.kind = 'session' and t.person_id = (select auth.person_id())
    and (coalesce(p_include_ended, false) or s.state in ('open', 'this one'))
  order by t.issued_at desc, t.token_id
  limit 500
$$;
comment on function sign_in.list_sign_ins is 'sign_in.list_sign_ins lists the caller''s sessions, the latest first.';

create function sign_in.revoke_sign_in(p_sign_in_id text) returns table (sign_in_id text, revoked_at timestamptz)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('sign_in_id', p_sign_in_id, 'a reference such as si-7k2q9mx4td');
  return query
  update auth.token t set revoked_at = coalesce(t.revoked_at, now())
  where t.token_id = p_sign_in_id and t.kind = 'session' and t.person_id = auth.person_id()
  returning t.token_id, t.revoked_at;
  if not found then
    perform errors.not_found('sign_in_id', format('You have no session "%s".', left(p_sign_in_id, 40)), 'a reference such as si-7k2q9mx4td',
      'improve sign-in list shows them.');
  end if;
end $$;
comment on function sign_in.revoke_sign_in is 'sign_in.revoke_sign_in ends one of the caller''s sessions; its next call is refused.';

create function sign_in.list_devices(p_include_revoked boolean)
returns table (device_id text, name text, enrolled_at timestamptz, last_used_at timestamptz, authority text, revoked_at timestamptz)
language sql stable as $$
  select d.device_id, d.label, d.enrolled_at, d.last_used_at, base.authority_code(d.authority_id), d.revoked_at
  from auth.device d
  where d.person_id = (select auth.person_id()) and (coalesce(p_include_revoked, false) or d.revoked_at is null)
  order by d.enrolled_at, d.device_id
  limit 500
$$;
comment on function sign_in.list_devices is 'sign_in.list_devices lists the caller''s devices.';

create function sign_in.revoke_device(p_device_id text) returns table (device_id text, revoked_at timestamptz)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('device_id', p_device_id, 'a reference such as dv-7k2q9mx4td');
  return query
  update auth.device d set revoked_at = coalesce(d.revoked_at, now())
  where d.device_id = p_device_id and d.person_id = auth.person_id()
  returning d.device_id, d.revoked_at;
  if not found then
    perform errors.not_found('device_id', format('You have no device "%s".', left(p_device_id, 40)), 'a reference such as dv-7k2q9mx4td',
      'improve device list shows them.');
  end if;
  update auth.token t set revoked_at = now()
  where t.device_id = p_device_id and t.person_id = auth.person_id() and t.kind = 'session' and t.revoked_at is null;
end $$;
comment on function sign_in.revoke_device is 'sign_in.revoke_device ends one of the caller''s devices and every session of it; their next call is refused, and the device signs in no more.';

create function sign_in.invite_device(p_code_hash bytea) returns table (invitation_id text, expires_at timestamptz)
language plpgsql volatile as $$
declare
  v_scope integer;
begin
  if octet_length(p_code_hash) is distinct from 32 then
    perform errors.invalid('code_hash', 'The code''s hash is no SHA-256.', null, '32 bytes');
  end if;
  select t.authority_id into v_scope from auth.token t where t.token_id = current_setting('app.token_id', true) and t.kind = 'session';
  if not found then
    perform errors.precondition('NO_SESSION', 'A script''s account has no devices.', p_hint => 'Sign in as a person: improve login.');
  end if;
  invitation_id := base.new_ref('in');
  select now() + p.code_lifetime into expires_at from auth.sign_in_policy p;
  insert into auth.invitation (authority_id, invitation_id, code_hash, person_id, device_authority_id, invited_by, expires_at)
  values (0, invitation_id, p_code_hash, auth.person_id(), v_scope, auth.person_id(), expires_at);
  return next;
end $$;
comment on function sign_in.invite_device is 'sign_in.invite_device makes a code with which the caller enrols a further device, good for what this one is good for.';
grant execute on function sign_in.close_sign_in, sign_in.list_sign_ins, sign_in.revoke_sign_in, sign_in.list_devices, sign_in.revoke_device,
  sign_in.invite_device to persona_person;
