-- Service tokens: for an authority's own scripts, made by its administrators, good in that authority only.

create function people.create_token(p_name text, p_personas jsonb, p_days integer, p_token_hash bytea)
returns table (token_id text, person_id uuid, expires_at timestamptz)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_most integer;
  v_persona text;
begin
  perform errors.required('name', btrim(p_name), 'what the token is for');
  select p.token_days_most into v_most from auth.sign_in_policy p;
  if coalesce(jsonb_array_length(p_personas), 0) = 0 then
    perform errors.required('personas', null::text, 'la_admin, officer, finance or reporter');
  elsif octet_length(p_token_hash) is distinct from 32 then
    perform errors.invalid('token_hash', 'The token''s hash is no SHA-256.', null, '32 bytes');
  elsif coalesce(p_days, 90) not between 1 and v_most then
    perform errors.invalid('days', 'A token is good for some days, and not for ever.', null, format('1 to %s', v_most));
  end if;
  person_id := gen_random_uuid();
  insert into auth.person (person_id, kind, display_name) values (person_id, 'service', btrim(p_name));
  for v_persona in select distinct e.value from jsonb_array_elements_text(p_personas) e loop
    if v_persona not in ('la_admin', 'officer', 'finance', 'reporter') then
      perform errors.invalid('personas', format('"%s" is nothing a script can be.', left(v_persona, 40)), null, 'la_admin, officer, finance or reporter');
    end if;
    insert into auth.membership (authority_id, membership_id, person_id, persona)
    values (auth.authority_id(), base.new_ref('me'), person_id, v_persona);
  end loop;
  token_id := base.new_ref('tk');
  expires_at := now() + make_interval(days => coalesce(p_days, 90));
  insert into auth.token (token_hash, person_id, authority_id, label, expires_at, token_id, kind, issued_by)
  values (p_token_hash, person_id, auth.authority_id(), btrim(p_name), expires_at, token_id, 'service', auth.person_id());
  return next;
end $$;
comment on function people.create_token is 'people.create_token keeps the hash of a service token, which the administrator''s program made and shows once, for a new script''s account of this authority.';

create function people.list_tokens(p_include_ended boolean)
returns table (token_id text, name text, personas jsonb, issued_at timestamptz, expires_at timestamptz, state text)
language sql stable as $$
  select t.token_id, t.label, (select coalesce(jsonb_agg(distinct m.persona), '[]') from auth.membership m
      where m.authority_id = t.authority_id and m.person_id = t.person_id and m.revoked_at is null),
    t.issued_at, t.expires_at, s.state
  from auth.token t
  cross join lateral (select case when t.revoked_at is not null then 'revoked' when t.expires_at <= now() then 'expired' else 'good' end as state) s
  where t.kind = 'service' and t.authority_id = (select auth.authority_id()) and (coalesce(p_include_ended, false) or s.state = 'good')
  order by t.issued_at desc, t.token_id
  limit 500
$$;
comment on function people.list_tokens is 'people.list_tokens lists the authority''s service tokens, without the tokens. One without a token_id was made by improved admin, and is revoked there.';

create function people.revoke_token(p_token_id text) returns table (token_id text, revoked_at timestamptz)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('token_id', p_token_id, 'a reference such as tk-7k2q9mx4td');
  return query
  update auth.token t set revoked_at = coalesce(t.revoked_at, now())
  where t.kind = 'service' and t.authority_id = auth.authority_id() and t.token_id = p_token_id
  returning t.token_id, t.revoked_at;
  if not found then
    perform errors.not_found('token_id', format('The authority has no token "%s".', left(p_token_id, 40)), 'a reference such as tk-7k2q9mx4td',
      'improve token list shows them.');
  end if;
end $$;
comment on function people.revoke_token is 'people.revoke_token ends a service token; its next call is refused.';
grant execute on function people.create_token, people.list_tokens, people.revoke_token to persona_la_admin;
