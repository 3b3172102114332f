-- The gate: the first statement of every call, in the call's own transaction. It raises, or the call may run.

-- Every call pays for this function, so it is written for PostgreSQL's cheap paths: one query for token and memberships, no query where an
-- expression does, no function but where something is wrong, no setting made that is empty already.
create function auth.begin_call(p_token_hash bytea, p_authority text, p_method text, p_function text, p_write boolean, p_request_id uuid,
  p_timeout_ms integer, p_dry_run boolean, p_traceparent text, p_proof_key bytea default null, p_source text default null) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_today constant date := (pg_catalog.now() at time zone 'Europe/London')::date; -- base.today(), without a call
  v_function constant oid := pg_catalog.to_regproc(p_function);
  v_authority integer;
  v_person uuid;
  v_scope integer;
  v_kind text;
  v_token_id text;
  v_good boolean;
  v_expires_at timestamptz;
  v_seen_at timestamptz;
  v_personas text[];
  v_urns integer[];
  v_persona text;
  v_may boolean := false;
  v_touch boolean := false;
begin
  if p_authority is null or p_authority = '' or p_token_hash is null then
    v_authority := 0;
  elsif p_authority ~ '^[0-9]{3}$' then
    v_authority := p_authority::integer;
  else
    perform errors.invalid('authority', format('"%s" is not an authority''s code.', left(p_authority, 20)), 'C-1', 'three digits, such as 929');
  end if;

  if p_token_hash is null then
    v_person := '00000000-0000-0000-0000-000000000000';
    v_personas := '{anonymous}';
  else
    select t.person_id, t.authority_id, t.kind, t.token_id, t.revoked_at is null, t.expires_at, t.last_seen_at, m.personas, m.urns
      into v_person, v_scope, v_kind, v_token_id, v_good, v_expires_at, v_seen_at, v_personas, v_urns
    from auth.token t
    cross join lateral (
      select array_agg(m.persona) as personas, array_agg(m.school_urn) filter (where m.school_urn is not null) as urns
      from auth.membership m
      where m.authority_id = v_authority and m.person_id = t.person_id and m.starts_on <= v_today
        and (m.ends_on is null or m.ends_on >= v_today) and m.revoked_at is null
    ) m
    where t.token_hash = p_token_hash;
    if v_good is not true or v_kind = 'service' and v_expires_at <= pg_catalog.now() then
      perform auth.refuse_token();
    elsif v_kind <> 'service' then
      v_touch := auth.require_live_session(v_expires_at, v_seen_at);
    end if;
    if v_scope <> v_authority then
      v_personas := null;
      v_urns := null;
    end if;
    if array_length(v_urns, 1) > 1 then
      v_personas := array(select distinct persona from unnest(v_personas) persona order by persona); -- one for each school came
    end if;
    if v_authority = 0 and (v_scope is null or v_scope = 0) or v_personas is not null then
      v_personas := array_append(v_personas, 'person');
    end if;
  end if;

  if v_personas is not null then
    foreach v_persona in array v_personas loop
      v_may := pg_catalog.has_function_privilege('persona_' || v_persona, v_function, 'execute');
      exit when v_may;
    end loop;
  end if;
  if v_may is not true then
    perform auth.refuse_right(v_personas, p_method, p_authority);
  end if;

  if p_write and not p_dry_run then
    if p_request_id is null then
      perform errors.invalid('request_id', 'A write must carry a request id.', 'C-8', 'a UUID of the caller''s making', 'REQUEST_ID_REQUIRED');
    end if;
    if exists (select from rpc.request r where r.authority_id = v_authority and r.request_id = p_request_id) then
      raise exception using errcode = 'IMRPL', message = 'answered before';
    end if;
  end if;

  -- All end with the transaction; one that is not set is null or empty.
  perform set_config('app.authority_id', v_authority::text, true),
    set_config('app.person_id', v_person::text, true),
    set_config('app.personas', array_to_string(v_personas, ','), true),
    set_config('app.method', p_method, true),
    set_config('statement_timeout', p_timeout_ms::text, true);
  if p_write then
    perform set_config('app.dry_run', case when p_dry_run then 'on' else 'off' end, true);
  else
    perform set_config('transaction_read_only', 'on', true);
  end if;
  if v_kind = 'session' then
    perform set_config('app.token_id', v_token_id, true);
  end if;
  if v_urns is not null then
    perform set_config('app.urns', array_to_string(v_urns, ','), true);
  end if;
  if p_request_id is not null then
    perform set_config('app.request_id', p_request_id::text, true);
  end if;
  if p_traceparent <> '' then
    perform set_config('app.traceparent', p_traceparent, true);
  end if;
  if p_proof_key is not null then
    perform set_config('app.proof_key', encode(p_proof_key, 'hex'), true);
  end if;
  if p_source <> '' then
    perform set_config('app.source', p_source, true);
  end if;
  return v_touch;
end $$;
alter function auth.begin_call owner to improve_gate;
comment on function auth.begin_call is 'auth.begin_call admits a call or refuses it: it resolves the token (none: the persona is anonymous), finds the caller''s personas in the authority, checks that one of them holds EXECUTE on the call''s function, looks the request id up (SQLSTATE IMRPL: answered before), and sets the settings that row security reads and the time that is left, in milliseconds. All of them end with the transaction. p_proof_key is the key whose signature over the request the server found good; p_source is where the call came from. True: the session''s use is to be noted, by auth.touch, when the call has ended.';

create function auth.refuse_token() returns void
language plpgsql stable as $$
begin
  perform errors.refuse(16, 'UNAUTHENTICATED', 'Not signed in: the token is unknown, expired or revoked.',
    p_hint => 'Sign in with improve login, or ask your administrator for a new token or code.');
end $$;
alter function auth.refuse_token owner to improve_gate;
comment on function auth.refuse_token is 'auth.refuse_token refuses a token that is unknown, revoked or expired, alike (UNAUTHENTICATED).';

create function auth.require_live_session(p_expires_at timestamptz, p_seen_at timestamptz) returns boolean
language plpgsql stable as $$
declare
  v_policy auth.sign_in_policy;
begin
  select p.* into v_policy from auth.sign_in_policy p;
  if p_expires_at <= pg_catalog.now() or p_seen_at + v_policy.session_idle <= pg_catalog.now() then
    perform errors.refuse(16, 'SESSION_EXPIRED', 'The session has expired.', p_hint => 'Sign in again: improve login');
  end if;
  return p_seen_at + v_policy.touch_every <= pg_catalog.now();
end $$;
alter function auth.require_live_session owner to improve_gate;
comment on function auth.require_live_session is 'auth.require_live_session refuses a session that ended by time (SESSION_EXPIRED, so that its client may sign in again unasked). True: it was last seen long enough ago to note it anew.';

create function auth.refuse_right(p_personas text[], p_method text, p_authority text) returns void
language plpgsql stable as $$
begin
  if p_personas = '{anonymous}' then
    perform errors.refuse(16, 'UNAUTHENTICATED', 'Not signed in: the call came without a token.', p_hint => 'Sign in with improve login.');
  end if;
  perform errors.refuse(7, 'PERMISSION_DENIED', format('You may not call %s%s.', p_method,
      case when coalesce(p_authority, '') <> '' then format(' for authority %s', p_authority) else ' without naming an authority' end),
    p_hint => case when coalesce(p_authority, '') = '' then 'Most calls are made for one authority: name it with --authority.' end);
end $$;
alter function auth.refuse_right owner to improve_gate;
comment on function auth.refuse_right is 'auth.refuse_right says that none of these personas holds EXECUTE on the call''s function (PERMISSION_DENIED; UNAUTHENTICATED where nobody has signed in).';

create function auth.touch(p_token_hash bytea) returns void
language sql volatile security definer set search_path = '' as $$
  update auth.token t set last_seen_at = pg_catalog.now()
  from auth.sign_in_policy p
  where t.token_hash = p_token_hash and t.kind = 'session' and t.last_seen_at + p.touch_every <= pg_catalog.now()
$$;
alter function auth.touch owner to improve_gate;
comment on function auth.touch is 'auth.touch notes that a session was used, once in auth.sign_in_policy.touch_every however many calls came. The server calls it by itself, in a transaction of its own, after a call.';
grant execute on function auth.begin_call, auth.touch to improve_exec;
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
