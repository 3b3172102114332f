-- A whole authority (GDP-2): its rows out, in and away. For improved admin authority export, import and delete, which work on the database as its
-- administrator, whom row security does not bind; granted to nobody. Made from the catalogue, so that a new table is in it from its first day.

create function privacy.archive_tables() returns table (nth integer, table_name text)
language plpgsql stable set search_path = '' as $$
declare
  v_left oid[];
  v_free oid[];
begin
  nth := 0;
  select array_agg(c.oid order by c.oid::regclass::text) into v_left
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspowner = 'improve_owner'::regrole and c.relkind in ('r', 'p') and pg_catalog.obj_description(c.oid, 'pg_class') like 'Tenant: %';
  while cardinality(v_left) > 0 loop
    select array_agg(l order by l::regclass::text) into v_free
    from unnest(v_left) l
    where not exists (select from pg_catalog.pg_constraint f
      where f.contype = 'f' and f.conrelid = l and f.confrelid <> l and f.confrelid = any (v_left));
    if v_free is null then
      raise exception 'these tables refer to each other: %', v_left::regclass[];
    end if;
    return query select nth + f.n::integer, f.t::regclass::text from unnest(v_free) with ordinality f (t, n);
    nth := nth + cardinality(v_free);
    v_left := array(select l from unnest(v_left) l where l <> all (v_free));
  end loop;
end $$;
comment on function privacy.archive_tables is 'privacy.archive_tables lists the tenant tables, each after those that it refers to.';

create function privacy.archive_columns(p_table text, p_prefix text) returns text
language sql stable set search_path = '' as $$
  select string_agg(p_prefix || quote_ident(a.attname), ', ' order by a.attnum)
  from pg_catalog.pg_attribute a
  where a.attrelid = p_table::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
$$;
comment on function privacy.archive_columns is 'privacy.archive_columns lists a table''s columns, but for those computed from others.';

create function privacy.archive_people(p_authority integer) returns setof uuid
language plpgsql stable set search_path = '' as $$
declare
  v_column record;
begin
  for v_column in
    select f.conrelid::regclass as name, a.attname
    from pg_catalog.pg_constraint f
    join privacy.archive_tables() t on t.table_name::regclass = f.conrelid
    join pg_catalog.pg_attribute a on a.attrelid = f.conrelid and a.attnum = any (f.conkey)
    where f.contype = 'f' and f.confrelid = 'auth.person'::regclass
    union
    select r.table_name::regclass, r.column_name from privacy.column_rule r
    join privacy.archive_tables() t on t.table_name = r.table_name
    where r.kind in ('subject', 'actor')
  loop
    return query execute format('select t.%I from %s t where t.authority_id = $1 and t.%I is not null', v_column.attname, v_column.name, v_column.attname)
      using p_authority;
  end loop;
end $$;
comment on function privacy.archive_people is 'privacy.archive_people lists everybody whom an authority''s rows name.';

create function privacy.archive_lines(p_authority integer) returns table (line text)
language plpgsql stable set search_path = '' as $$
declare
  v_table text;
begin
  return query
  select jsonb_build_object('table', 'auth.person', 'row', to_jsonb(p))::text from auth.person p
  where p.person_id in (select x from privacy.archive_people(p_authority) x) order by p.person_id;
  for v_table in select t.table_name from privacy.archive_tables() t order by t.nth loop
    return query execute format('select jsonb_build_object(''table'', %L, ''row'', to_jsonb(r))::text from (select %s from %s t where t.authority_id = $1) r order by to_jsonb(r)::text',
        v_table, privacy.archive_columns(v_table, 't.'), v_table::regclass)
      using p_authority;
  end loop;
end $$;
comment on function privacy.archive_lines is 'privacy.archive_lines gives the people whom an authority''s rows name, and then all its rows, a JSON object each, in an order in which they can be put in again. Tokens and devices are not among them: they are people''s, and made anew.';

create function privacy.archive_counts(p_authority integer) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_table text;
  v_count bigint;
  v_counts jsonb := '{}';
begin
  for v_table in select t.table_name from privacy.archive_tables() t loop
    execute format('select count(*) from %s t where t.authority_id = $1', v_table::regclass) into v_count using p_authority;
    v_counts := v_counts || jsonb_build_object(v_table, v_count);
  end loop;
  return v_counts;
end $$;
comment on function privacy.archive_counts is 'privacy.archive_counts counts an authority''s rows by table.';

create function privacy.archive_others(p_authority integer) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_table text;
  v_sum text;
  v_sums text := '';
begin
  for v_table in select t.table_name from privacy.archive_tables() t order by 1 loop
    execute format('select md5(string_agg(md5(t::text), '''' order by md5(t::text))) from %s t where t.authority_id <> $1', v_table::regclass)
      into v_sum using p_authority;
    v_sums := concat(v_sums, v_table, '=', v_sum, ';');
  end loop;
  return encode(sha256(convert_to(v_sums, 'UTF8')), 'hex');
end $$;
comment on function privacy.archive_others is 'privacy.archive_others is a checksum over every tenant row of all other authorities.';

create function privacy.archive_insert(p_authority integer, p_lines jsonb) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_table record;
begin
  perform set_config('app.importing', 'on', true);
  for v_table in
    select l.line ->> 'table' as name, jsonb_agg(l.line -> 'row' order by l.nth) as rows, bool_and((l.line #>> '{row,authority_id}')::integer = p_authority) as own
    from jsonb_array_elements(p_lines) with ordinality l (line, nth)
    group by 1 order by min(l.nth)
  loop
    if v_table.name <> 'auth.person' and (v_table.own is not true or not exists (select from privacy.archive_tables() t where t.table_name = v_table.name)) then
      raise exception 'a row of % is no row of authority %', v_table.name, p_authority;
    end if;
    execute format('insert into %s (%s) overriding system value select %s from jsonb_populate_recordset(null::%s, $1) r %s', v_table.name::regclass,
        privacy.archive_columns(v_table.name, ''), privacy.archive_columns(v_table.name, 'r.'), v_table.name::regclass,
        case when v_table.name = 'auth.person' then 'on conflict do nothing' else '' end)
      using v_table.rows;
  end loop;
end $$;
comment on function privacy.archive_insert is 'privacy.archive_insert puts lines of an archive in. People who are known already stay as they are.';

create function privacy.archive_delete(p_authority integer) returns table (table_name text, deleted bigint, remaining bigint)
language plpgsql volatile set search_path = '' as $$
#variable_conflict use_column
declare
  v_people constant uuid[] := array(select distinct x from privacy.archive_people(p_authority) x where x <> '00000000-0000-0000-0000-000000000000');
  v_person uuid;
begin
  delete from auth.token t where t.authority_id = p_authority;
  delete from auth.device d where d.authority_id = p_authority and not exists (select from auth.token t where t.device_id = d.device_id);
  for table_name in select t.table_name from privacy.archive_tables() t order by t.nth desc loop
    execute format('delete from %s t where t.authority_id = $1', table_name::regclass) using p_authority;
    get diagnostics deleted = row_count;
    execute format('select count(*) from %s t where t.authority_id = $1', table_name::regclass) into remaining using p_authority;
    return next;
  end loop;
  table_name := 'auth.person';
  deleted := 0;
  foreach v_person in array v_people loop
    begin
      delete from auth.token t where t.person_id = v_person;
      delete from auth.device d where d.person_id = v_person;
      delete from auth.identity i where i.person_id = v_person;
      delete from auth.person p where p.person_id = v_person;
      deleted := deleted + 1;
    exception when foreign_key_violation then
      null; -- others know this person
    end;
  end loop;
  remaining := 0;
  return next;
end $$;
comment on function privacy.archive_delete is 'privacy.archive_delete deletes every row of an authority, with the tokens and devices that were good for it only and the people whom nobody else knows, and tells table by table how many went and how many are left.';
