-- The ledger of writes: recorded at the end of the write's own transaction, read when its request id comes again.

create function rpc.record(p_answer jsonb, p_fingerprint bytea, p_request jsonb, p_secrets text[] default '{}') returns jsonb
language plpgsql volatile as $$
declare
  v_kept jsonb := p_answer;
begin
  if not auth.is_dry_run() then
    if cardinality(p_secrets) > 0 then
      select coalesce(jsonb_agg(a.value - p_secrets order by a.ordinality), '[]') into v_kept
      from jsonb_array_elements(p_answer) with ordinality a;
    end if;
    insert into rpc.request (authority_id, request_id, person_id, method, fingerprint, answer, withheld)
    values (auth.authority_id(), auth.request_id(), auth.person_id(), current_setting('app.method'), p_fingerprint, v_kept,
      nullif(p_secrets, '{}'));
    insert into audit.entry (authority_id, request_id, person_id, personas, method, traceparent, request, answer)
    values (auth.authority_id(), auth.request_id(), auth.person_id(), current_setting('app.personas'), current_setting('app.method'),
      nullif(current_setting('app.traceparent', true), ''),
      case when length(p_request::text) <= 16384 then p_request else jsonb_build_object('omitted_bytes', length(p_request::text)) end, v_kept);
  end if;
  return p_answer;
end $$;
comment on function rpc.record is 'rpc.record stores a write''s answer under its request id, and its audit row, in the write''s transaction (C-8), and hands the answer back. A concurrent duplicate waits on request_once, fails, and is answered by rpc.replay. A dry run leaves neither. Of a request over 16 KiB (rows of a file) the audit row keeps the size; the ledger has its hash. The reply''s fields in p_secrets, whose comments in the .proto begin with "Secret.", are given back and kept nowhere.';

create function rpc.replay(p_token_hash bytea, p_authority text, p_request_id uuid, p_method text, p_fingerprint bytea) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_first rpc.request;
begin
  select r.* into v_first
  from rpc.request r
  where r.request_id = p_request_id and case when p_token_hash is null
    then r.authority_id = 0 and r.person_id = '00000000-0000-0000-0000-000000000000'
    else r.authority_id = coalesce(nullif(p_authority, ''), '0')::integer
      and exists (select from auth.token t where t.token_hash = p_token_hash and t.person_id = r.person_id
        and t.revoked_at is null and t.expires_at > pg_catalog.now()) end;
  if v_first.request_id is null or v_first.fingerprint <> p_fingerprint or v_first.method <> p_method then
    perform errors.invalid('request_id', 'This request id was used before, for another request.', 'C-8', 'a new UUID for a new request',
      'REQUEST_ID_REUSED');
  end if;
  if v_first.withheld is not null then
    raise notice using errcode = 'IMNTE', message = pg_catalog.format('This request was answered before, on %s: %s was shown then, once, and is not kept.',
      pg_catalog.to_char(v_first.recorded_at at time zone 'Europe/London', 'FMDD Mon YYYY HH24:MI'), pg_catalog.array_to_string(v_first.withheld, ', '));
  end if;
  return v_first.answer;
end $$;
alter function rpc.replay owner to improve_gate;
comment on function rpc.replay is 'rpc.replay gives the first answer to a request id, to the person who made it and for the same method and body only; any other use of the id is refused (INVALID_ARGUMENT, REQUEST_ID_REUSED). What was secret in that answer is not in it; a remark says so.';

create function rpc.answered(p_token_hash bytea, p_authority text, p_request_id uuid, p_method text, p_fingerprint bytea) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  if exists (select from rpc.request r
      where r.authority_id = case when p_token_hash is null then 0 else coalesce(nullif(p_authority, ''), '0')::integer end and r.request_id = p_request_id) then
    return rpc.replay(p_token_hash, p_authority, p_request_id, p_method, p_fingerprint);
  end if;
  return null;
end $$;
alter function rpc.answered owner to improve_gate;
comment on function rpc.answered is 'rpc.answered is asked when a write was refused: the rule that refused it may have met what the same call did, sent twice, a moment before. It gives that answer, as rpc.replay does, or null: then the refusal stands.';

create function rpc.end_dry_run() returns void
language plpgsql volatile as $$
begin
  set constraints all immediate;
  raise exception using errcode = 'IMDRY', message = 'dry run ends';
end $$;
comment on function rpc.end_dry_run is 'rpc.end_dry_run is the last statement of a dry run: it fires what waits for the commit, and then undoes all by raising SQLSTATE IMDRY.';

grant execute on function rpc.record, rpc.replay, rpc.answered, rpc.end_dry_run to improve_exec;
