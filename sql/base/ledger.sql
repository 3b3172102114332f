-- The ledger of writes: recorded at the end of the write's own transaction, read when its request id comes again.

create function rpc.record(p_answer jsonb, p_fingerprint bytea, p_request jsonb) returns jsonb
language plpgsql volatile as $$
begin
  if not auth.is_dry_run() then
    insert into rpc.request (authority_id, request_id, person_id, method, fingerprint, answer)
    values (auth.authority_id(), auth.request_id(), auth.person_id(), current_setting('app.method'), p_fingerprint, p_answer);
    insert into audit.entry (authority_id, request_id, person_id, personas, method, traceparent, request, answer)
    values (auth.authority_id(), auth.request_id(), auth.person_id(), current_setting('app.personas'), current_setting('app.method'),
      nullif(current_setting('app.traceparent', true), ''),
      case when length(p_request::text) <= 16384 then p_request else jsonb_build_object('omitted_bytes', length(p_request::text)) end, p_answer);
  end if;
  return p_answer;
end $$;
comment on function rpc.record is 'rpc.record stores a write''s answer under its request id, and its audit row, in the write''s transaction (C-8), and hands the answer back. A concurrent duplicate waits on request_once, fails, and is answered by rpc.replay. A dry run leaves neither. Of a request over 16 KiB (rows of a file) the audit row keeps the size; the ledger has its hash.';

create function rpc.replay(p_token_hash bytea, p_authority text, p_request_id uuid, p_method text, p_fingerprint bytea) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_first rpc.request;
begin
  select r.* into v_first
  from rpc.request r
  join auth.token t on t.token_hash = p_token_hash and t.person_id = r.person_id
    and t.revoked_at is null and t.expires_at > pg_catalog.now()
  where r.authority_id = coalesce(nullif(p_authority, ''), '0')::integer and r.request_id = p_request_id;
  if v_first.request_id is null or v_first.fingerprint <> p_fingerprint or v_first.method <> p_method then
    perform errors.invalid('request_id', 'This request id was used before, for another request.', 'C-8', 'a new UUID for a new request',
      'REQUEST_ID_REUSED');
  end if;
  return v_first.answer;
end $$;
alter function rpc.replay owner to improve_gate;
comment on function rpc.replay is 'rpc.replay gives the first answer to a request id, to the person who made it and for the same method and body only; any other use of the id is refused (INVALID_ARGUMENT, REQUEST_ID_REUSED).';

create function rpc.end_dry_run() returns void
language plpgsql volatile as $$
begin
  set constraints all immediate;
  raise exception using errcode = 'IMDRY', message = 'dry run ends';
end $$;
comment on function rpc.end_dry_run is 'rpc.end_dry_run is the last statement of a dry run: it fires what waits for the commit, and then undoes all by raising SQLSTATE IMDRY.';

grant execute on function rpc.record, rpc.replay, rpc.end_dry_run to improve_exec;
