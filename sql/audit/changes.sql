-- What was before and after: a trigger on every tenant table collects the rows that a call changes, and rpc.record puts them into its audit row.
-- Collected in a setting local to the transaction, so that a write has one audit row and no table in between.

create function audit.row_changed() returns trigger
language plpgsql volatile as $$
declare
  v_collected text := coalesce(current_setting('app.changes', true), '');
  v_before text := 'null';
  v_after text := 'null';
  v_full integer;
begin
  -- A setting is copied whole with each row that it takes, and again for each savepoint: a full one is put aside, and the next is begun.
  if length(v_collected) > 31250 then
    v_full := coalesce(nullif(current_setting('app.changes_full', true), ''), '0')::integer + 1;
    if v_full > 64 then
      perform set_config('app.changes_left_out', (coalesce(nullif(current_setting('app.changes_left_out', true), ''), '0')::integer + 1)::text, true);
      return null;
    end if;
    perform set_config('app.changes_' || v_full, v_collected, true), set_config('app.changes_full', v_full::text, true);
    v_collected := '';
  end if;
  if tg_op <> 'INSERT' then
    v_before := case when tg_nargs = 1 then to_json(old)::text else (to_jsonb(old) - tg_argv[1]::text[])::text end;
  end if;
  if tg_op <> 'DELETE' then
    v_after := case when tg_nargs = 1 then to_json(new)::text else (to_jsonb(new) - tg_argv[1]::text[])::text end;
  end if;
  perform set_config('app.changes', concat(v_collected, case when v_collected <> '' then ',' end, '[', tg_argv[0], ',', v_before, ',', v_after, ']'), true);
  return null;
end $$;
comment on function audit.row_changed is 'audit.row_changed adds a row that a call added, changed or removed to what it has changed so far. First argument: the table and the key''s columns as JSON; second, where there are any: the columns never copied. Past two million characters it only counts.';

-- In plpgsql, whose plans live as long as the connection: a function in SQL is planned anew in every transaction.
create function audit.collected_text() returns text
language plpgsql stable parallel safe as $$
declare
  v_full constant integer := coalesce(nullif(current_setting('app.changes_full', true), ''), '0')::integer;
begin
  return case when v_full = 0 then current_setting('app.changes', true)
    else (select string_agg(current_setting('app.changes_' || n, true), ',' order by n) from generate_series(1, v_full) n) || coalesce(',' || nullif(current_setting('app.changes', true), ''), '') end;
end $$;
comment on function audit.collected_text is 'audit.collected_text is what audit.row_changed collected so far, in order: the settings that are full, and the one that is being filled.';

create function audit.put_changes(p_changes text) returns void
language plpgsql volatile as $$
begin
  perform set_config('app.changes', coalesce(p_changes, ''), true), set_config('app.changes_full', '', true);
end $$;
comment on function audit.put_changes is 'audit.put_changes says what the call has changed so far, in place of all that was collected: a text of audit.collected_text, or none. An audit row of one authority tells of no other so.';

create function audit.collected() returns jsonb
language plpgsql stable parallel safe as $$
declare
  v_left_out constant text := nullif(current_setting('app.changes_left_out', true), '');
  v_erasing constant boolean := coalesce(current_setting('app.erasing', true), '') <> '';
  v_changes jsonb;
begin
  select coalesce(jsonb_agg(jsonb_build_object('table', c.change -> 0, 'key', k.key,
      'before', case when not v_erasing or c.change ->> 0 = 'audit.entry' then coalesce(d.before, nullif(c.change -> 2, 'null')) end,
      'after', case when not v_erasing or c.change ->> 0 = 'audit.entry' then coalesce(d.after, nullif(c.change -> 3, 'null')) end) order by c.nth), '[]')
    into v_changes
  from jsonb_array_elements(concat('[', audit.collected_text(), ']')::jsonb) with ordinality c (change, nth)
  cross join lateral (
    select jsonb_object_agg(n, coalesce(nullif(c.change -> 3, 'null'), c.change -> 2) -> n) as key from jsonb_array_elements_text(c.change -> 1) n
  ) k
  left join lateral (
    select jsonb_object_agg(a.key, c.change -> 2 -> a.key) as before, jsonb_object_agg(a.key, a.value) as after
    from jsonb_each(case when jsonb_typeof(c.change -> 3) = 'object' then c.change -> 3 else '{}' end) a -- null: it was removed
    where a.value <> c.change -> 2 -> a.key
  ) d on c.change -> 2 <> 'null' and c.change -> 3 <> 'null';
  if v_left_out is not null then
    v_changes := v_changes || jsonb_build_array(jsonb_build_object('left_out', v_left_out::integer));
  end if;
  return v_changes;
end $$;
comment on function audit.collected is 'audit.collected is what the call under way has changed so far, as audit.entry keeps it: table, key, and, for a row that was there and still is, the columns that differ; {"left_out":n} at its end where n rows found no room. While a person is erased (app.erasing is what stands in their place) rows are named, and nothing of them is copied but the new digests of audit rows.';
grant execute on function audit.collected, audit.collected_text, audit.put_changes to improve_exec;

create function audit.of_party(p_changes jsonb, p_party integer, p_caller integer) returns jsonb
language plpgsql immutable as $$
begin
  return (select coalesce(jsonb_agg(c.change order by c.nth), '[]') from jsonb_array_elements(p_changes) with ordinality c (change, nth)
    where coalesce((c.change #>> '{key,authority_id}')::integer, p_caller) = p_party);
end $$;
comment on function audit.of_party is 'audit.of_party picks from a call''s changes those of an authority''s rows; what is no authority''s counts as the caller''s.';

create function audit.tell_party(p_entry audit.entry, p_party integer) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_changes constant jsonb := audit.of_party(p_entry.changes, p_party, p_entry.authority_id);
begin
  if v_changes = '[]' then
    return;
  end if;
  perform set_config('app.authority_id', p_party::text, true), set_config('app.telling_party', 'on', true);
  insert into audit.entry (authority_id, request_id, at, person_id, personas, method, request, answer, changes)
  values (p_party, p_entry.request_id, p_entry.at, '00000000-0000-0000-0000-000000000000', 'other_party', p_entry.method,
    jsonb_build_object('party', base.authority_code(p_entry.authority_id)), '[]', v_changes);
  perform set_config('app.authority_id', p_entry.authority_id::text, true), set_config('app.telling_party', '', true);
end $$;
comment on function audit.tell_party is 'audit.tell_party writes an audit row for the other party of an agreement, whose rows the call changed too: which call, by which authority, and what changed in the rows that are that party''s. Who made the call is the caller''s affair.';
grant execute on function audit.of_party, audit.tell_party to improve_exec;

create function audit.entry_comes() returns trigger
language plpgsql volatile set search_path = '' as $$
declare
  v_party constant text := coalesce(current_setting('app.other_party', true), '');
begin
  if current_setting('app.importing', true) = 'on' then
    return new; -- with the number and the hashes it had
  elsif current_setting('app.telling_party', true) = 'on' then
    insert into audit.pending (authority_id, stream, row_id) values (new.authority_id, 'audit', new.request_id);
    return new;
  end if;
  new.changes := audit.collected();
  if v_party <> '' then
    perform audit.tell_party(new, v_party::integer);
    new.changes := audit.of_party(new.changes, new.authority_id, new.authority_id);
  end if;
  if current_setting('app.erasing', true) <> '' then
    new.request := jsonb_build_object('erased', current_setting('app.erasing'));
  end if;
  -- Hashed for good, so nothing but a trace may stand there.
  if new.traceparent !~ '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' then
    new.traceparent := null;
  end if;
  insert into audit.pending (authority_id, stream, row_id) values (new.authority_id, 'audit', new.request_id);
  return new;
end $$;
comment on function audit.entry_comes is 'audit.entry_comes completes an audit row as it is written, with what the call changed, and queues it for the sealer; where it changed rows of another party too (app.other_party), that party gets a row of its own. While a person is erased the request, which names them, is not kept.';
create trigger audit_entry_comes before insert on audit.entry for each row execute function audit.entry_comes();

-- Every tenant and cross-LA table has the trigger, but for what a write leaves behind by itself, and for rows of files on their way.
-- Not copied: hashes and keys (all of type bytea), and columns whose comment begins "Secret.".
do $$
declare
  t record;
begin
  for t in
    select c.oid::regclass as name,
      (select json_agg(a.attname order by k.nth) from pg_catalog.pg_index i
        cross join lateral unnest(i.indkey) with ordinality k (attnum, nth)
        join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
        where i.indrelid = c.oid and i.indisprimary and a.atttypid <> 'bytea'::regtype) as keys,
      (select array_agg(a.attname) from pg_catalog.pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          and (a.atttypid = 'bytea'::regtype or pg_catalog.col_description(c.oid, a.attnum) like 'Secret.%')) as secrets
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspowner = 'improve_owner'::regrole and c.relkind in ('r', 'p') and c.relpersistence = 'p'
      and pg_catalog.obj_description(c.oid, 'pg_class') ~ '^(Tenant|Cross-LA): '
      and n.nspname not in ('audit', 'rpc', 'events') and c.oid::regclass::text not in ('imports.problem', 'notices.notice')
  loop
    execute format('create trigger audit_row_changed after insert or update or delete on %s for each row'
      ' when (current_setting(''app.method'', true) <> '''') execute function audit.row_changed(%L%s)', t.name,
      concat('"', t.name, '",', coalesce(t.keys, '[]')), case when t.secrets is not null then format(', %L', t.secrets) end);
  end loop;
end $$;
