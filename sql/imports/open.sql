-- Opening an import: which columns of the header are wanted, and what is missing.

create function imports.likeness(p_one text, p_other text) returns numeric
language sql immutable parallel safe as $$
  with one as (select distinct substr(p_one, i, 2) as pair from generate_series(1, length(p_one) - 1) i),
  other as (select distinct substr(p_other, i, 2) as pair from generate_series(1, length(p_other) - 1) i)
  select 2.0 * (select count(*) from one join other using (pair)) / nullif((select count(*) from one) + (select count(*) from other), 0)
$$;
comment on function imports.likeness is 'imports.likeness compares two words by the pairs of letters they share: 0 none, 1 all.';

create function imports.match_header(p_kind text, p_header jsonb) returns table (field text, at integer)
language sql stable as $$
  with header as (
    select imports.header_key(h.name) as header_key, min(h.nr)::integer - 1 as at
    from jsonb_array_elements_text(p_header) with ordinality h (name, nr)
    group by 1
  )
  select distinct on (k.field) k.field, h.at
  from imports.known_column k
  join header h using (header_key)
  where k.kind = p_kind
  order by k.field, k.rank
$$;
comment on function imports.match_header is 'imports.match_header finds the columns of a header that an import of this kind takes, and where they stand, from 0.';

create function imports.missing_columns(p_kind text, p_header jsonb) returns jsonb
language sql stable as $$
  select jsonb_agg(jsonb_build_object('field', 'header', 'description', format('The column "%s" is missing.', k.header),
    'accepted', coalesce('is it "' || nearest.name || '"?', 'a file with that column')) order by k.field)
  from imports.known_column k
  left join lateral (
    select h.name from jsonb_array_elements_text(p_header) h (name)
    where imports.likeness(imports.header_key(h.name), k.header_key) > 0.5
      and not exists (select from imports.known_column other where other.kind = p_kind and other.header_key = imports.header_key(h.name))
    order by imports.likeness(imports.header_key(h.name), k.header_key) desc
    limit 1
  ) nearest on true
  where k.kind = p_kind and k.required and not exists (select from imports.match_header(p_kind, p_header) m where m.field = k.field)
$$;
comment on function imports.missing_columns is 'imports.missing_columns gives the required columns that a header lacks, as violations, with the nearest name that it has; null when it has all.';

create function imports.kind_hint(p_header jsonb) returns text
language sql stable as $$
  select 'This looks like a file for improve school '
    || string_agg(case k.kind when 'schools' then 'import' else 'import-' || k.kind end, ' or ') || '.'
  from (values ('schools'), ('links'), ('groups'), ('inspections')) k (kind)
  where imports.missing_columns(k.kind, p_header) is null
$$;
comment on function imports.kind_hint is 'imports.kind_hint tells which command a header fits, for one that was given to the wrong one.';

create function imports.drop_idle() returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_idle constant text[] := array(
    select f.import_id
    from imports.file f
    where f.authority_id = auth.authority_id() and f.applied_at is null and f.opened_at < now() - interval '24 hours'
      and not exists (select from imports.staged_row s
        where s.authority_id = f.authority_id and s.import_id = f.import_id and s.staged_at >= now() - interval '24 hours')
    for update skip locked);
begin
  delete from imports.staged_row s where s.authority_id = auth.authority_id() and s.import_id = any (v_idle);
  delete from imports.problem p where p.authority_id = auth.authority_id() and p.import_id = any (v_idle);
  delete from imports.file f where f.authority_id = auth.authority_id() and f.import_id = any (v_idle);
  return cardinality(v_idle);
end $$;
comment on function imports.drop_idle is 'imports.drop_idle drops the imports of the caller''s authority that were begun and then neither applied nor given a row for 24 hours, with their rows and problems (those of a dry run too), and tells how many.';

create function imports.open_import(p_kind text, p_file_name text, p_header jsonb, p_effective_on date, p_complete boolean, p_strict boolean)
  returns table (import_id text, wanted jsonb, effective_on date)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_kind text := lower(p_kind);
  v_missing jsonb;
  v_fields text[];
  v_wanted jsonb;
  v_id text := base.new_ref('im');
begin
  perform errors.required('kind', p_kind, 'SCHOOLS, LINKS, GROUPS or INSPECTIONS');
  perform errors.required('header', p_header, 'the names of the file''s columns');
  if p_effective_on > base.today() then
    perform errors.invalid('effective_on', format('%s has not come yet.', to_char(p_effective_on, 'FMDD Mon YYYY')), 'SCH-3', 'a day until today');
  elsif p_complete and v_kind <> 'schools' then
    perform errors.invalid('complete', 'Only a file of schools can be complete.', 'SCH-3', 'no complete for this kind');
  end if;
  v_missing := imports.missing_columns(v_kind, p_header);
  if v_missing is not null then
    perform errors.refuse(3, 'WRONG_HEADER', format('The header lacks %s of the columns that this import needs: %s', jsonb_array_length(v_missing),
        (select string_agg(m.description, ' ') from jsonb_to_recordset(v_missing) as m (description text))),
      p_rule => 'SCH-2', p_violations => v_missing, p_hint => imports.kind_hint(p_header));
  end if;
  perform imports.drop_idle();
  select array_agg(m.field order by m.at), jsonb_agg(m.at order by m.at) into v_fields, v_wanted from imports.match_header(v_kind, p_header) m;
  insert into imports.file (authority_id, import_id, kind, file_name, fields, header_width, effective_on, is_dated, is_complete, is_strict, opened_by)
  values (auth.authority_id(), v_id, v_kind, coalesce(p_file_name, ''), v_fields, jsonb_array_length(p_header),
    coalesce(p_effective_on, base.today()), p_effective_on is not null, coalesce(p_complete, false), coalesce(p_strict, false), auth.person_id());
  return query select v_id, v_wanted, coalesce(p_effective_on, base.today());
end $$;
comment on function imports.open_import is 'imports.open_import begins an import: it matches the header, refuses one that lacks a needed column, and says which columns to send (SCH-2, SCH-3). Imports that rest since yesterday are dropped.';
grant execute on function imports.likeness, imports.match_header, imports.missing_columns, imports.kind_hint, imports.drop_idle to improve_exec;
grant execute on function imports.open_import to persona_operator, persona_la_admin;
