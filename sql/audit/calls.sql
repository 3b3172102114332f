-- Calls that read the audit trail: an authority's administrators theirs, the operator (no authority named) the instance's own.

create function audit.list_entries(p_from date, p_until date, p_method text, p_person_id uuid, p_page_size integer, p_cursor text)
returns table (number bigint, at timestamptz, person_id uuid, person text, personas text, method text, request_id uuid, row_cursor text)
language sql stable as $$
  select s.number, e.at, e.person_id, audit.person_name(e, p.display_name), e.personas, e.method, e.request_id, s.number::text
  from audit.seal s
  join audit.entry e on e.authority_id = s.authority_id and e.request_id = s.row_id
  left join auth.person p on p.person_id = e.person_id
  where s.authority_id = (select auth.authority_id()) and s.stream = 'audit'
    and (p_from is null or e.at >= p_from::timestamp at time zone 'Europe/London')
    and (p_until is null or e.at < (p_until + 1)::timestamp at time zone 'Europe/London')
    and (p_method is null or e.method = p_method or e.method like '%/' || replace(replace(p_method, '\', ''), '%', ''))
    and (p_person_id is null or e.person_id = p_person_id)
    and (p_cursor is null or s.number < p_cursor::bigint)
  order by s.number desc
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function audit.list_entries is 'audit.list_entries lists the writes of the authority, the latest first, by day, method and person.';

create function audit.get_entry(p_number bigint)
returns table (number bigint, at timestamptz, person_id uuid, person text, personas text, method text, request_id uuid, traceparent text,
  hash text, request text, answer text, changes jsonb)
language plpgsql stable as $$
#variable_conflict use_column
begin
  perform errors.required('number', p_number, 'a number from: improve audit list');
  return query
  select s.number, e.at, e.person_id, audit.person_name(e, p.display_name), e.personas, e.method, e.request_id, e.traceparent, encode(s.hash, 'hex'), e.request::text,
    e.answer::text, (select jsonb_agg(jsonb_build_object('table', c ->> 'table', 'key', c ->> 'key', 'before', c ->> 'before', 'after', c ->> 'after'))
      from jsonb_array_elements(e.changes) c)
  from audit.seal s
  join audit.entry e on e.authority_id = s.authority_id and e.request_id = s.row_id
  left join auth.person p on p.person_id = e.person_id
  where s.authority_id = auth.authority_id() and s.stream = 'audit' and s.number = p_number;
  if not found then
    perform errors.not_found('number', format('There is no audit entry %s.', p_number), 'a number from: improve audit list');
  end if;
end $$;
comment on function audit.get_entry is 'audit.get_entry shows one write: who, when, which call, with what, and what was before and after.';

create function audit.export_entries(p_from_number bigint, p_page_size integer, p_cursor text)
returns table (number bigint, previous text, line text, row_cursor text)
language sql stable cost 10000 as $$
  select s.number,
    coalesce(encode((select b.hash from audit.seal b where b.authority_id = s.authority_id and b.stream = s.stream and b.number = s.number - 1), 'hex'),
      repeat('0', 64)),
    concat('{"hash":"', encode(s.hash, 'hex'), '","entry":', audit.canonical(e, s.number, s.digest),
      ',"salt":"', replace(e.salt::text, '-', ''), '","content":', audit.content(e), '}'),
    s.number::text
  from audit.seal s
  join audit.entry e on e.authority_id = s.authority_id and e.request_id = s.row_id
  where s.authority_id = (select auth.authority_id()) and s.stream = 'audit'
    and s.number > coalesce(p_cursor::bigint, p_from_number - 1, 0)
  order by s.number
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function audit.export_entries is 'audit.export_entries gives the entries with their hashes, one line of JSON each, from a number to the last: what an offline check needs.';

create function audit.verify_chain() returns table (entries bigint, waiting bigint, head text, first_broken bigint, reason text)
language sql stable cost 100000 as $$
  with sealed as (
    select s.number, s.digest, s.hash, e.request_id, e as entry, lag(s.number, 1, 0::bigint) over (order by s.number) as before,
      lag(s.hash) over (order by s.number) as previous
    from audit.seal s
    left join audit.entry e on e.authority_id = s.authority_id and e.request_id = s.row_id
    where s.authority_id = (select auth.authority_id()) and s.stream = 'audit'
  ), erased as (
    select (c #>> '{key,number}')::bigint as number, (array_agg(decode(c #>> '{after,digest}', 'hex') order by s.number desc))[1] as digest
    from sealed s
    cross join lateral jsonb_array_elements((s.entry).changes) c
    where (s.entry).changes @> '[{"table": "audit.entry"}]' and c ->> 'table' = 'audit.entry'
    group by 1
  ), broken as (
    select s.number, case
        when s.number <> s.before + 1 then 'a number before it is missing'
        when s.request_id is null then 'the entry is gone'
        when s.hash <> audit.link(s.previous, audit.canonical(s.entry, s.number, s.digest)) then 'the entry is not what was hashed'
        when coalesce(x.digest, s.digest) <> audit.digest((s.entry).salt, audit.content(s.entry)) then 'its content is not what was hashed'
      end as reason
    from sealed s
    left join erased x on x.number = s.number
  ), stray as (
    select count(*) as n
    from audit.entry e
    where e.authority_id = (select auth.authority_id())
      and not exists (select from audit.seal s where s.authority_id = e.authority_id and s.stream = 'audit' and s.row_id = e.request_id)
      and not exists (select from audit.pending p where p.authority_id = e.authority_id and p.stream = 'audit' and p.row_id = e.request_id)
  ), first as (
    select b.number, b.reason from broken b where b.reason is not null order by b.number limit 1
  )
  select (select count(*) from sealed),
    (select count(*) from audit.pending p where p.authority_id = (select auth.authority_id()) and p.stream = 'audit'),
    (select encode(s.hash, 'hex') from sealed s order by s.number desc limit 1),
    (select f.number from first f),
    coalesce((select f.reason from first f), (select format('%s entries were put in past the sealer', t.n) from stray t where t.n > 0))
$$;
comment on function audit.verify_chain is 'audit.verify_chain computes the authority''s whole chain anew from the entries as they are, and tells the first number that does not hold. What was erased of a person holds when a later entry says so.';

grant execute on function audit.list_entries, audit.get_entry, audit.export_entries, audit.verify_chain to persona_la_admin, persona_operator;
