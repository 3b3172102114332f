-- The sealer's work, and what the chain is made of. A client that verifies an export computes the same: see client/audit_chain.c.

create function audit.content(p_entry audit.entry) returns text
language sql stable parallel safe as $$
  select jsonb_build_object('request', p_entry.request, 'answer', p_entry.answer, 'changes', p_entry.changes)::text
$$;
comment on function audit.content is 'audit.content is the part of an entry that may hold personal values: hashed with a salt, so that values can be erased and the chain still holds.';

create function audit.digest(p_salt uuid, p_content text) returns bytea
language sql immutable parallel safe as $$ select sha256(uuid_send(p_salt) || convert_to(p_content, 'UTF8')) $$;
comment on function audit.digest is 'audit.digest is SHA-256 over the 16 bytes of the salt and the content in UTF-8.';

create function audit.canonical(p_entry audit.entry, p_number bigint, p_digest bytea) returns text
language sql stable parallel safe as $$
  select jsonb_build_array(p_entry.authority_id, p_number, p_entry.request_id,
    to_char(p_entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), p_entry.person_id, p_entry.personas, p_entry.method,
    p_entry.traceparent, encode(p_digest, 'hex'))::text
$$;
comment on function audit.canonical is 'audit.canonical is the text of an entry that the chain hashes: authority, number, request id, time (UTC, microseconds), person, personas, method, trace, and the digest of the content in hexadecimal, as a JSON array.';

create function audit.link(p_previous bytea, p_canonical text) returns bytea
language sql immutable parallel safe as $$
  select sha256(coalesce(p_previous, '\x0000000000000000000000000000000000000000000000000000000000000000') || convert_to(p_canonical, 'UTF8'))
$$;
comment on function audit.link is 'audit.link is the hash of an entry: SHA-256 over the previous entry''s hash (null before the first: 32 zero bytes) and the canonical text in UTF-8.';
grant execute on function audit.content, audit.digest, audit.canonical, audit.link to improve_exec, improve_sealer;

-- A queue's statistics are always wrong: empty one moment and long the next. So the plan is pinned to the indexes.
create function audit.seal(p_most integer) returns integer
language plpgsql volatile security definer set search_path = '' set enable_seqscan = off
  set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare
  v_row record;
  v_authority integer;
  v_stream text;
  v_number bigint;
  v_hash bytea;
  v_count integer := 0;
begin
  perform from audit.sealer for update skip locked;
  if not found then
    return -1;
  end if;
  for v_row in
    with first as materialized (
      select p.authority_id, p.ticket from audit.pending p order by p.ticket limit p_most
    ), taken as (
      delete from audit.pending p using first f where p.authority_id = f.authority_id and p.ticket = f.ticket
      returning p.authority_id, p.ticket, p.stream, p.row_id
    )
    select t.authority_id, t.stream, t.row_id, e as entry, audit.digest(e.salt, audit.content(e)) as digest
    from taken t
    left join audit.entry e on t.stream = 'audit' and e.authority_id = t.authority_id and e.request_id = t.row_id
    order by t.authority_id, t.stream, t.ticket
  loop
    if (v_row.authority_id, v_row.stream) is distinct from (v_authority, v_stream) then
      v_authority := v_row.authority_id;
      v_stream := v_row.stream;
      v_number := 0;
      v_hash := null;
      if v_stream = 'event' then
        select e.number into v_number
        from events.event e where e.authority_id = v_authority and e.number is not null order by e.number desc limit 1;
      else
        select s.number, s.hash into v_number, v_hash
        from audit.seal s where s.authority_id = v_authority and s.stream = v_stream order by s.number desc limit 1;
      end if;
    end if;
    v_number := coalesce(v_number, 0) + 1;
    if v_stream = 'audit' then
      v_hash := audit.link(v_hash, audit.canonical(v_row.entry, v_number, v_row.digest));
    end if;
    if v_stream = 'event' then
      update events.event e set number = v_number where e.authority_id = v_authority and e.event_id = v_row.row_id;
    else
      insert into audit.seal (authority_id, stream, number, row_id, digest, hash)
      values (v_authority, v_stream, v_number, v_row.row_id, v_row.digest, v_hash);
    end if;
    v_count := v_count + 1;
  end loop;
  return v_count;
end $$;
alter function audit.seal owner to improve_sealer;
comment on function audit.seal is 'audit.seal numbers up to p_most committed rows of the sealed streams and links the audit rows into their authority''s chain. It tells how many, or -1 when another sealer is at work. The server calls it every few tens of milliseconds.';
grant execute on function audit.seal to improve_exec;
