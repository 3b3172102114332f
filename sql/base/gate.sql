-- The gate: the first statement of every call, in the call's own transaction. It raises, or the call may run.

create function auth.begin_call(p_token_hash bytea, p_authority text, p_method text, p_function text, p_write boolean, p_request_id uuid,
  p_timeout_ms integer, p_dry_run boolean, p_traceparent text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_authority integer;
  v_person uuid;
  v_scope integer;
  v_personas text[];
  v_urns integer[];
  v_allowed boolean;
begin
  if p_authority is null or p_authority = '' then
    v_authority := 0;
  elsif p_authority ~ '^[0-9]{3}$' then
    v_authority := p_authority::integer;
  else
    perform errors.invalid('authority', format('"%s" is not an authority''s code.', left(p_authority, 20)), 'C-1', 'three digits, such as 929');
  end if;

  select t.person_id, t.authority_id into v_person, v_scope
  from auth.token t
  where t.token_hash = p_token_hash and t.revoked_at is null and t.expires_at > pg_catalog.now();
  if v_person is null then
    perform errors.refuse(16, 'UNAUTHENTICATED', 'Not signed in: the token is unknown, expired or revoked.',
      p_hint => 'Sign in again, or ask your administrator for a new token.');
  end if;

  select array_agg(distinct m.persona), array_agg(m.school_urn) filter (where m.school_urn is not null)
    into v_personas, v_urns
  from auth.membership m
  where m.person_id = v_person and m.authority_id = v_authority and (v_scope is null or v_scope = v_authority)
    and m.starts_on <= base.today() and (m.ends_on is null or m.ends_on >= base.today());
  if v_authority = 0 and (v_scope is null or v_scope = 0) or v_personas is not null then
    v_personas := array_append(v_personas, 'person');
  end if;

  select pg_catalog.bool_or(pg_catalog.has_function_privilege('persona_' || persona, pg_catalog.to_regproc(p_function), 'execute'))
    into v_allowed
  from unnest(v_personas) persona;
  if v_allowed is not true then
    perform errors.refuse(7, 'PERMISSION_DENIED', format('You may not call %s%s.', p_method,
        case when v_authority <> 0 then format(' for authority %s', p_authority) else ' without naming an authority' end),
      p_hint => case when v_authority = 0 then 'Most calls are made for one authority: name it with --authority.' end);
  end if;

  if p_write and not p_dry_run then
    if p_request_id is null then
      perform errors.invalid('request_id', 'A write must carry a request id.', 'C-8', 'a UUID of the caller''s making', 'REQUEST_ID_REQUIRED');
    end if;
    if exists (select from rpc.request r where r.authority_id = v_authority and r.request_id = p_request_id) then
      raise exception using errcode = 'IMRPL', message = 'answered before';
    end if;
  end if;

  perform set_config('app.authority_id', v_authority::text, true),
    set_config('app.person_id', v_person::text, true),
    set_config('app.personas', array_to_string(v_personas, ','), true),
    set_config('app.urns', coalesce(array_to_string(v_urns, ','), ''), true),
    set_config('app.request_id', coalesce(p_request_id::text, ''), true),
    set_config('app.method', p_method, true),
    set_config('app.dry_run', case when p_dry_run then 'on' else 'off' end, true),
    set_config('app.traceparent', coalesce(p_traceparent, ''), true),
    set_config('statement_timeout', p_timeout_ms::text, true),
    set_config('lock_timeout', p_timeout_ms::text, true),
    set_config('transaction_read_only', case when p_write then 'off' else 'on' end, true);
end $$;
alter function auth.begin_call owner to improve_gate;
comment on function auth.begin_call is 'auth.begin_call admits a call or refuses it: it resolves the token, finds the caller''s personas in the authority, checks that one of them holds EXECUTE on the call''s function, looks the request id up (SQLSTATE IMRPL: answered before), and sets the settings that row security reads and the time that is left, in milliseconds. All of them end with the transaction.';
grant execute on function auth.begin_call to improve_exec;
grant select on rpc.request to improve_gate;

create policy gate on auth.authority_scope for select to improve_gate using (true);
create policy gate on auth.person for select to improve_gate using (true);
create policy gate on auth.membership for select to improve_gate using (true);
create policy gate on auth.token for select to improve_gate using (true);
create policy gate on rpc.request for select to improve_gate using (true);

-- The gate looks call functions up by name, so it may enter every schema of ours; it may read nothing in them but what its policies say.
do $$
declare
  s regnamespace;
begin
  for s in select oid from pg_catalog.pg_namespace where nspowner = 'improve_owner'::regrole loop
    execute format('grant usage on schema %s to improve_gate', s);
  end loop;
end $$;
