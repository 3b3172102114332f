-- A row of authority 1 and one of authority 2 in every table of ours, made from the catalogue. Constraints are taken away first,
-- within the transaction: what is asked here is rights, not sense.
set local session_replication_role = replica; -- no triggers, no references
create temporary view target as
select c.oid, c.oid::regclass::text as name, split_part(obj_description(c.oid, 'pg_class'), ': ', 1) as kind
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and pg_get_userbyid(n.nspowner) = 'improve_owner';

create temporary table target_key as
select i.indrelid as oid, a.attname as name from pg_temp.target t join pg_index i on i.indrelid = t.oid and i.indisprimary
cross join unnest(i.indkey) k join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k;

do $$
declare
  x record;
begin
  for x in select t.oid::regclass as name, c.conname from pg_temp.target t join pg_constraint c on c.conrelid = t.oid
    order by c.contype <> 'f' loop
    execute format('alter table %s drop constraint %I', x.name, x.conname);
  end loop;
  for x in select i.indexrelid::regclass as name from pg_temp.target t join pg_index i on i.indrelid = t.oid where i.indisunique loop
    execute format('drop index %s', x.name);
  end loop;
  for x in select t.oid::regclass as name, a.attname from pg_temp.target t join pg_attribute a on a.attrelid = t.oid
    where a.attnum > 0 and a.attnotnull and a.attidentity = '' loop
    execute format('alter table %s alter %I drop not null', x.name, x.attname);
  end loop;
end $$;

-- The columns that a statement may give a value to.
create temporary view target_column as
select t.oid, a.attname as name, a.attnum, format_type(a.atttypid, null) as type, a.attidentity <> '' as is_identity
from pg_temp.target t join pg_attribute a on a.attrelid = t.oid
where a.attnum > 0 and not a.attisdropped and a.attgenerated = '';

-- The value of a column in row n. Row n + 10 is one that is not there yet and belongs to authority n too.
create function pg_temp.value(p_name text, p_type text, p_n integer) returns text language sql immutable as $$
  select case
    when p_name ~ 'authority_id$|^row_authority$' then (p_n % 10)::text
    when p_type = 'uuid' and (p_name ~ '_by$' or p_name = 'person_id') then md5('person' || p_n % 10)::uuid::text
    when p_name ~ 'urn$' and p_type = 'integer' then (100000 + p_n % 10)::text
    when p_name = 'kind' then 'service'
    when p_name = 'role_name' then format('la_00%s_m%s', p_n % 10, p_n)
    when p_type in ('integer', 'bigint', 'smallint', 'numeric', 'double precision') then p_n::text
    when p_type = 'boolean' then (p_n % 2 = 1)::text
    when p_type = 'uuid' then md5('uuid' || p_n)::uuid::text
    when p_type = 'date' then (date '2026-01-01' + p_n)::text
    when p_type like 'timestamp%' then (timestamptz '2026-01-01 00:00Z' + make_interval(days => p_n))::text
    when p_type = 'time without time zone' then '10:00'
    when p_type = 'interval' then p_n || ' days'
    when p_type = 'bytea' then '\x' || md5(p_n::text) || md5(p_n::text)
    when p_type = 'jsonb' then '{"n":' || p_n || '}'
    when p_type like '%range' then 'empty'
    when p_type like '%[]' then '{}'
    else 'x' || p_n end
$$;
create function pg_temp.insert_of(p_table oid, p_n integer, p_columns text[]) returns text language sql stable as $$
  select format('insert into %s (%s) overriding system value values (%s)', p_table::regclass, string_agg(quote_ident(c.name), ', ' order by c.attnum),
    string_agg(format('%L::%s', pg_temp.value(c.name, c.type, p_n), c.type), ', ' order by c.attnum))
  from pg_temp.target_column c where c.oid = p_table and (p_columns is null or c.name = any (p_columns))
$$;
create function pg_temp.where_of(p_table oid, p_n integer) returns text language sql stable as $$
  select string_agg(format('%I = %L', k.name, pg_temp.value(k.name, c.type, p_n)), ' and ')
  from target_key k join pg_temp.target_column c on c.oid = k.oid and c.name = k.name
  where k.oid = p_table
$$;

do $$
declare
  t record;
begin
  for t in select oid, name from pg_temp.target order by name loop
    for n in 1 .. 2 loop
      execute format('delete from %s where %s', t.name, pg_temp.where_of(t.oid, n));
      begin
        execute pg_temp.insert_of(t.oid, n, null);
      exception when others then
        raise exception 'no row % for %: %', n, t.name, sqlerrm;
      end;
    end loop;
  end loop;
end $$;
