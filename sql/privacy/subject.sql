-- Where a person's data stands in the authority of the call: found by the marked columns, whatever tables there are. The only functions, with those
-- of erase.sql, that make statements from the catalogue: every name in them is the catalogue's own and quoted, every value a parameter.

create function privacy.key_of(p_table text) returns text
language sql stable set search_path = '' as $$
  select concat('jsonb_build_object(', (select string_agg(format('%L, t.%I', a.attname, a.attname), ', ' order by k.nth)
    from pg_catalog.pg_index i
    cross join lateral unnest(i.indkey) with ordinality k (attnum, nth)
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where i.indrelid = p_table::regclass and i.indisprimary and a.atttypid <> 'bytea'::regtype), ')')
$$;
comment on function privacy.key_of is 'privacy.key_of is an expression for the key of a table''s row t as a JSON object; a key of bytes is left out.';

create function privacy.key_is(p_table text, p_parameter text) returns text
language sql stable set search_path = '' as $$
  select string_agg(format('t.%I = (%s ->> %L)::%s', a.attname, p_parameter, a.attname, format_type(a.atttypid, null)), ' and ' order by k.nth)
  from pg_catalog.pg_index i
  cross join lateral unnest(i.indkey) with ordinality k (attnum, nth)
  join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
  where i.indrelid = p_table::regclass and i.indisprimary and a.atttypid <> 'bytea'::regtype
$$;
comment on function privacy.key_is is 'privacy.key_is is a condition that finds the row t of a key given as a JSON object in a parameter; null for a table whose key is bytes.';

create function privacy.in_authority(p_table text) returns text
language sql stable set search_path = '' as $$
  select case when a.attnotnull then 't.authority_id = $1' when not a.attnotnull then '(t.authority_id = $1 or $1 = 0)' else '$1 = 0' end
  from (select) one
  left join pg_catalog.pg_attribute a on a.attrelid = p_table::regclass and a.attname = 'authority_id' and not a.attisdropped
$$;
comment on function privacy.in_authority is 'privacy.in_authority is a condition that keeps a statement over rows t to one authority ($1). What belongs to a person and to no authority, such as the identity and its devices, belongs to authority 0.';

create function privacy.owner_is(p_table text, p_column text) returns text
language sql stable set search_path = '' as $$
  select format('exists (select from %s o where o.authority_id = t.authority_id and o.%I = t.%I and (%s))', f.confrelid::regclass, p_column, p_column, (
      select string_agg(case r.kind when 'subject' then format('o.%I = $2', r.column_name) else format('lower(o.%I) = any ($3)', r.column_name) end, ' or ')
      from privacy.column_rule r where r.table_name = f.confrelid::regclass::text and r.kind in ('subject', 'email')))
  from pg_catalog.pg_constraint f
  join pg_catalog.pg_attribute a on a.attrelid = f.conrelid and a.attname = p_column and a.attnum = any (f.conkey)
  where f.conrelid = p_table::regclass and f.contype = 'f' and f.conkey[1] <> a.attnum
$$;
comment on function privacy.owner_is is 'privacy.owner_is is a condition that finds the rows t of a table which belong to a person''s row in the table that a column refers to.';

create function privacy.rows_of(p_authority integer, p_person uuid, p_emails text[], p_rows jsonb)
returns table (table_name text, key jsonb, facts jsonb)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_rule record;
begin
  for v_rule in
    select r.table_name, format('%s and (%s)', privacy.in_authority(r.table_name),
        string_agg(case r.kind when 'subject' then format('t.%I = $2', r.column_name)
          when 'email' then format('lower(t.%I) = any ($3)', r.column_name)
          when 'owner' then privacy.owner_is(r.table_name, r.column_name) end, ' or ')) as signs,
      format('select %L::text, %s, to_jsonb(t) - $4 from %s t where ', r.table_name, privacy.key_of(r.table_name), r.table_name::regclass) as reading,
      coalesce((select array_agg(a.attname::text) from pg_catalog.pg_attribute a
        where a.attrelid = r.table_name::regclass and a.attnum > 0 and not a.attisdropped and a.atttypid = 'bytea'::regtype), '{}') as secrets
    from privacy.column_rule r
    group by r.table_name
    having bool_or(r.kind in ('subject', 'email', 'owner'))
    order by r.table_name
  loop
    return query execute v_rule.reading || v_rule.signs using p_authority, p_person, p_emails, v_rule.secrets;
    return query execute format('%s %s and (%s) is not true and exists (select from jsonb_array_elements($5) x where x ->> ''table'' = %L and %s)',
        v_rule.reading, privacy.in_authority(v_rule.table_name), v_rule.signs, v_rule.table_name, coalesce(privacy.key_is(v_rule.table_name, 'x -> ''key'''), 'false'))
      using p_authority, p_person, p_emails, v_rule.secrets, p_rows;
  end loop;
end $$;
comment on function privacy.rows_of is 'privacy.rows_of finds the rows about a person in an authority: by identity, by e-mail address, or by key. In authority 0 it finds the identity itself, with its devices and tokens.';

create function privacy.values_of(p_rows jsonb, out ids text[], out words text[])
language sql stable set search_path = '' as $$
  select coalesce(array_agg(distinct v.value) filter (where v.kind in ('name', 'email')), '{}'),
    coalesce(array_agg(distinct v.value) filter (where v.kind = 'about'), '{}')
  from (
    select r.kind, x -> 'facts' ->> r.column_name as value
    from jsonb_array_elements(p_rows) x
    join privacy.column_rule r on r.table_name = x ->> 'table' and r.kind in ('name', 'email', 'about')
    union
    -- What the rows said before, as the audit trail has it.
    select r.kind, side.facts ->> r.column_name
    from jsonb_array_elements(p_rows) x
    join audit.entry e on e.authority_id = auth.authority_id() and e.changes @> jsonb_build_array(jsonb_build_object('table', x ->> 'table', 'key', x -> 'key'))
    cross join lateral jsonb_array_elements(e.changes) c
    cross join lateral (values (c -> 'before'), (c -> 'after')) side (facts)
    join privacy.column_rule r on r.table_name = x ->> 'table' and r.kind in ('name', 'email', 'about')
    where x -> 'key' <> '{}' and c ->> 'table' = x ->> 'table' and c -> 'key' = x -> 'key' and jsonb_typeof(side.facts) = 'object'
  ) v
  where length(btrim(v.value)) > 0 and v.value !~ '^Erased (p|bk)-'
$$;
comment on function privacy.values_of is 'privacy.values_of lists what was said of a person in their rows, now and, as the audit trail has it, before: ids are names and e-mail addresses, words what was written about them.';

create function privacy.pattern(p_values text[]) returns text
language sql immutable set search_path = '' as $$
  select concat('(?<![[:alnum:]])(?:', string_agg(regexp_replace(v, '([^[:alnum:][:space:]@_-])', '\\\1', 'g'), '|' order by length(v) desc), ')(?![[:alnum:]]|":)')
  from (select distinct w.v from unnest(p_values) u
    cross join lateral (values (u), (btrim(to_jsonb(u)::text, '"'))) w (v) where length(w.v) >= 2 and w.v ~ '[[:alpha:]]'
      and lower(w.v) not in ('true', 'false', 'null')) x
  having count(*) > 0
$$;
comment on function privacy.pattern is 'privacy.pattern is a regular expression for any of these texts as whole words, as they are and as JSON writes them, but not where JSON has a key; null for none. Match it with the flag i.';
