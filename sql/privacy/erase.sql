-- Erasure that keeps the figures: names and addresses give way to a placeholder, one a person, in rows, answers and the audit trail; counts, prices
-- and references stay. The audit trail's chain holds: an entry's hash covers a salted digest of its content, and the erasure's own entry says
-- which digest each changed content has now.

create function privacy.erase_rows(p_authority integer, p_rows jsonb, p_placeholder text) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_rule record;
  v_row jsonb;
  v_count integer := 0;
  v_done integer;
begin
  for v_rule in
    select r.table_name, case when bool_or(r.kind = 'delete') then format('delete from %s t', r.table_name::regclass)
      else format('update %s t set %s', r.table_name::regclass, string_agg(case r.kind when 'name' then format('%I = $3', r.column_name)
        when 'email' then format('%I = null', r.column_name)
        when 'about' then format('%I = %s', r.column_name, case when a.attnotnull then '$3' else 'null' end) end, ', ')) end as statement
    from privacy.column_rule r
    left join pg_catalog.pg_attribute a on a.attrelid = r.table_name::regclass and a.attname = r.column_name
    group by r.table_name
    having bool_or(r.kind in ('name', 'email', 'about', 'delete'))
    -- A token refers to its device.
    order by case r.table_name when 'auth.token' then 1 else 2 end, r.table_name
  loop
    for v_row in
      select distinct case when x -> 'key' = '{}' then x -> 'facts' -> 'person_id' else x -> 'key' end
      from jsonb_array_elements(p_rows) x
      where x ->> 'table' = v_rule.table_name
    loop
      execute format('%s where %s and $3 <> '''' and %s', v_rule.statement, privacy.in_authority(v_rule.table_name),
          coalesce(privacy.key_is(v_rule.table_name, '$2'), 't.person_id = ($2 #>> ''{}'')::uuid'))
        using p_authority, v_row, p_placeholder;
      get diagnostics v_done = row_count;
      v_count := v_count + v_done;
    end loop;
  end loop;
  return v_count;
end $$;
comment on function privacy.erase_rows is 'privacy.erase_rows puts the placeholder into a person''s rows, or deletes them where the rules say so, and tells how many.';

create function privacy.others_named(p_authority integer, p_ids text[]) returns text[]
language plpgsql stable security definer set search_path = '' as $$
declare
  v_column record;
  v_found text[] := '{}';
  v_here text[];
begin
  for v_column in
    select r.table_name, r.column_name from privacy.column_rule r where r.kind in ('name', 'email') order by 1, 2
  loop
    execute format('select coalesce(array_agg(distinct i), ''{}'') from unnest($2) i where exists (select from %s t where %s and lower(t.%I) = lower(i))',
        v_column.table_name::regclass, case when v_column.table_name = 'auth.person'
          then 'exists (select from auth.membership m where m.authority_id = $1 and m.person_id = t.person_id)'
          else privacy.in_authority(v_column.table_name) end, v_column.column_name)
      into v_here using p_authority, p_ids;
    v_found := v_found || v_here;
  end loop;
  return v_found;
end $$;
comment on function privacy.others_named is 'privacy.others_named tells which of these names others in the authority bear: where only they stand, nobody can say whom they mean.';

create function privacy.erase_mentions(p_authority integer, p_pattern text, p_placeholder text) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_column record;
  v_count integer := 0;
  v_done integer;
begin
  for v_column in
    select r.table_name, r.column_name, case when r.kind = 'text' then '' else '::text' end as read, case when r.kind = 'text' then '' else '::jsonb' end as made
    from privacy.column_rule r where r.kind in ('text', 'about', 'json', 'answer') and r.table_name not like 'auth.%' order by 1, 2
  loop
    execute format('update %1$s t set %2$I = regexp_replace(t.%2$I%3$s, $2, $3, ''gi'')%4$s where %5$s and t.%2$I%3$s ~* $2',
        v_column.table_name::regclass, v_column.column_name, v_column.read, v_column.made, privacy.in_authority(v_column.table_name))
      using p_authority, p_pattern, p_placeholder;
    get diagnostics v_done = row_count;
    v_count := v_count + v_done;
  end loop;
  return v_count;
end $$;
comment on function privacy.erase_mentions is 'privacy.erase_mentions puts the placeholder in place of a person''s names and addresses wherever an authority''s texts, and the answers kept for repeats, mention them; it tells in how many rows.';

create function privacy.replace_all(p_text text, p_patterns text[], p_placeholders text[]) returns text
language plpgsql immutable set search_path = '' as $$
begin
  for i in 1 .. cardinality(p_patterns) loop
    p_text := regexp_replace(p_text, p_patterns[i], p_placeholders[i], 'gi');
  end loop;
  return p_text;
end $$;
comment on function privacy.replace_all is 'privacy.replace_all puts placeholders in place of what each pattern finds in a text.';

create function privacy.rewrite_entry(p_entry audit.entry, p_number bigint, p_patterns text[], p_placeholders text[]) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_new audit.entry;
begin
  if privacy.replace_all(audit.content(p_entry), p_patterns, p_placeholders) = audit.content(p_entry) then
    return false;
  end if;
  update audit.entry e
  set request = privacy.replace_all(e.request::text, p_patterns, p_placeholders)::jsonb,
    answer = privacy.replace_all(e.answer::text, p_patterns, p_placeholders)::jsonb,
    changes = privacy.replace_all(e.changes::text, p_patterns, p_placeholders)::jsonb,
    salt = gen_random_uuid()
  where e.authority_id = p_entry.authority_id and e.request_id = p_entry.request_id
  returning e.* into v_new;
  update rpc.request r set answer = privacy.replace_all(r.answer::text, p_patterns, p_placeholders)::jsonb
  where r.authority_id = p_entry.authority_id and r.request_id = p_entry.request_id;
  if p_number is not null then
    perform set_config('app.changes', concat_ws(',', nullif(current_setting('app.changes', true), ''), jsonb_build_array('audit.entry', '["number"]'::jsonb,
      null, jsonb_build_object('number', p_number, 'digest', encode(audit.digest(v_new.salt, audit.content(v_new)), 'hex')))::text), true);
  end if;
  return true;
end $$;
comment on function privacy.rewrite_entry is 'privacy.rewrite_entry takes words out of one audit entry and the answer kept with it, and makes its new digest part of the call''s own audit row; once an entry and call. The caller holds the sealer''s lock.';

create function privacy.erase_trail(p_authority integer, p_rows jsonb, p_mentions text, p_ids text, p_words text, p_placeholder text) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_entry record;
  v_pattern text;
  v_count integer := 0;
begin
  for v_entry in
    select e as was, s.number, exists (select from jsonb_array_elements(e.changes) c
        where jsonb_build_object('table', c -> 'table', 'key', c -> 'key') in (
          select jsonb_build_object('table', x -> 'table', 'key', x -> 'key') from jsonb_array_elements(p_rows) x)) as tied
    from audit.entry e
    left join audit.seal s on s.authority_id = e.authority_id and s.stream = 'audit' and s.row_id = e.request_id
    where e.authority_id = p_authority
    order by s.number
  loop
    v_pattern := case when v_entry.tied then concat_ws('|', p_ids, p_words) else p_mentions end;
    if coalesce(v_pattern, '') <> '' and privacy.rewrite_entry(v_entry.was, v_entry.number, array[v_pattern], array[p_placeholder]) then
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end $$;
comment on function privacy.erase_trail is 'privacy.erase_trail takes a person''s words out of the audit trail and the answers that go with it: all of them from entries about their rows, and names that only they bear from every other.';

create function privacy.erase_in(p_authority integer, p_person uuid, p_emails text[], p_rows jsonb, p_placeholder text)
returns table (what text, rows integer)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_rows jsonb;
  v_emails text[];
  v_values record;
  v_ids text[];
  v_shared text[];
begin
  perform set_config('app.erasing', p_placeholder, true);
  perform from audit.sealer for update;
  -- An address found on a row leads to the others that bear it.
  select coalesce(array_agg(distinct lower(f.facts ->> r.column_name)) filter (where f.facts ->> r.column_name <> ''), '{}') || p_emails into v_emails
  from privacy.rows_of(p_authority, p_person, p_emails, p_rows) f
  join privacy.column_rule r on r.table_name = f.table_name and r.kind = 'email';
  select coalesce(jsonb_agg(jsonb_build_object('table', f.table_name, 'key', f.key, 'facts', f.facts)), '[]') into v_rows
  from privacy.rows_of(p_authority, p_person, v_emails, p_rows) f;
  select * into v_values from privacy.values_of(v_rows);
  select array_agg(distinct i) into v_ids
  from unnest(v_values.ids || v_emails || array(
    select p.display_name from auth.person p where p.person_id = p_person and p.display_name !~ '^Erased p-')) i;
  insert into privacy.tombstone (authority_id, tombstone_id, placeholder, person_id, rows)
  values (p_authority, base.new_ref('to'), p_placeholder, p_person, (
    select coalesce(jsonb_agg(jsonb_build_object('table', x -> 'table', 'key', x -> 'key')), '[]')
    from jsonb_array_elements(v_rows) x where p_person is null or x -> 'facts' ->> 'person_id' is distinct from p_person::text));
  return query values ('rows', privacy.erase_rows(p_authority, v_rows, p_placeholder));
  v_shared := privacy.others_named(p_authority, v_ids);
  return query values
    ('mentions', coalesce(privacy.erase_mentions(p_authority, privacy.pattern(array(select i from unnest(v_ids) i where i <> all (v_shared))), p_placeholder), 0)),
    ('audit entries', privacy.erase_trail(p_authority, v_rows, privacy.pattern(array(select i from unnest(v_ids) i where i <> all (v_shared))),
      privacy.pattern(v_ids), privacy.pattern(v_values.words), p_placeholder));
end $$;
comment on function privacy.erase_in is 'privacy.erase_in erases a person, given by identity, addresses or keys of rows, from one authority, which must be the call''s, and leaves a tombstone.';

create function privacy.is_elsewhere(p_authority integer, p_person uuid) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_authority integer;
  v_found boolean := false;
begin
  for v_authority in select a.authority_id from auth.authority_scope a where a.authority_id <> p_authority loop
    perform set_config('app.authority_id', v_authority::text, true);
    v_found := v_found or exists (select from auth.membership m where m.authority_id = v_authority and m.person_id = p_person);
  end loop;
  perform set_config('app.authority_id', p_authority::text, true);
  return v_found;
end $$;
comment on function privacy.is_elsewhere is 'privacy.is_elsewhere tells whether a person is a member of another authority. Never told to anybody: it decides whether the identity itself is erased.';

create function privacy.erase_also(p_authority integer, p_person uuid, p_emails text[], p_rows jsonb, p_placeholder text, p_method text) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_authority constant text := current_setting('app.authority_id', true);
  v_changes constant text := coalesce(audit.collected_text(), '');
  v_count integer;
begin
  perform set_config('app.authority_id', p_authority::text, true), audit.put_changes('');
  select sum(d.rows) into v_count from privacy.erase_in(p_authority, p_person, p_emails, p_rows, p_placeholder) d;
  if v_count > 0 then
    insert into audit.entry (authority_id, request_id, person_id, personas, method, request, answer)
    values (p_authority, gen_random_uuid(), '00000000-0000-0000-0000-000000000000', 'erasure', p_method, '{}', '[]');
  end if;
  perform set_config('app.authority_id', coalesce(v_authority, ''), true), audit.put_changes(v_changes);
  return v_count;
end $$;
comment on function privacy.erase_also is 'privacy.erase_also erases a person from an authority other than the call''s, or outside a call, with an audit row of its own there that says the new digests.';

create function privacy.reapply() returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_authority integer;
  v_tombstone record;
  v_count integer := 0;
begin
  for v_authority in select a.authority_id from auth.authority_scope a order by 1 loop
    perform set_config('app.authority_id', v_authority::text, true), set_config('app.method', '', true);
    for v_tombstone in
      select distinct on (t.placeholder) t.* from privacy.tombstone t where t.authority_id = v_authority order by t.placeholder, t.erased_at
    loop
      v_count := v_count + coalesce(privacy.erase_also(v_authority, v_tombstone.person_id, '{}', v_tombstone.rows, v_tombstone.placeholder,
        'improved admin erasures apply'), 0);
      delete from privacy.tombstone t where t.authority_id = v_authority and t.placeholder = v_tombstone.placeholder
        and t.tombstone_id <> v_tombstone.tombstone_id;
    end loop;
  end loop;
  return v_count;
end $$;
comment on function privacy.reapply is 'privacy.reapply erases again, everywhere, whoever has a tombstone: after an older backup was restored. It tells in how many rows and entries.';
grant execute on function privacy.erase_in, privacy.erase_also, privacy.is_elsewhere, privacy.rows_of to improve_exec;
