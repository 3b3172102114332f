-- Applying an import: one transaction, whole or not at all (SCH-3). A dry run is the same call, rolled back.

create function imports.reject_duplicates(p_file imports.file) returns void
language sql volatile as $$
  with repeated as (
    select s.urn, array_agg(s.line order by s.line) as lines
    from imports.staged_row s
    where s.authority_id = p_file.authority_id and s.import_id = p_file.import_id
    group by s.urn
    having count(*) > 1 and s.urn is not null
  )
  select imports.reject(p_file, r.line, 'URN', d.urn::text, format('This URN stands on lines %s: which of them holds?', array_to_string(d.lines, ', ')))
  from repeated d
  cross join unnest(d.lines) r (line)
$$;
comment on function imports.reject_duplicates is 'imports.reject_duplicates rejects all lines of a URN that a file has more than once, and names the lines.';

create function imports.check_complete(p_file imports.file, p_expected_rows integer) returns integer
language plpgsql stable as $$
declare
  v_rows integer;
  v_bad integer;
begin
  select count(*), count(*) filter (where s.is_bad) into v_rows, v_bad
  from imports.staged_row s
  where s.authority_id = p_file.authority_id and s.import_id = p_file.import_id;
  if v_rows <> p_expected_rows then
    perform errors.precondition('ROWS_MISSING', format('The file has %s rows, but %s were staged.', p_expected_rows, v_rows), 'expected_rows', 'SCH-3',
      v_rows::text, 'A part was lost on the way: import the file again.');
  elsif p_file.is_strict and v_bad > 0 then
    perform errors.precondition('BAD_ROWS', format('%s of %s rows are bad, and the import is strict: %s', v_bad, v_rows,
        (select string_agg(format('line %s: %s', p.line, p.reason), ' ' order by p.line) from (
          select p.line, p.reason from imports.problem p
          where p.authority_id = p_file.authority_id and p.import_id = p_file.import_id and p.severity = 'error'
          order by p.line limit 3) p)),
      p_rule => 'SCH-3', p_hint => 'List them with improve import problems, or import without strict.');
  end if;
  return v_rows;
end $$;
comment on function imports.check_complete is 'imports.check_complete refuses an import of which rows were lost on the way, or, where it is strict, one with a bad row; gives the number of rows.';

create function imports.first_problems(p_file imports.file) returns jsonb
language sql stable as $$
  select coalesce(jsonb_agg(to_jsonb(p) order by p.severity, p.line, p.field), '[]')
  from (
    select p.line, p.severity, p.field, p.value, p.reason
    from imports.problem p
    where p.authority_id = p_file.authority_id and p.import_id = p_file.import_id
    order by p.severity, p.line, p.field
    limit 100
  ) p
$$;
comment on function imports.first_problems is 'imports.first_problems gives the first hundred problems of an import, errors before warnings.';

create function imports.count_register() returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  analyze register.establishment (urn, school_id);
  analyze register.establishment_version (urn, authority_id, valid_from, valid_to, superseded_at, status, type, phase);
  analyze register.link (urn, linked_urn, link_type), register.inspection (inspection_id, inspection_number, urn, kind),
    register.inspection_grade (inspection_id, area), register.inspection_listing (as_at, urn, authority_id),
    register.inspection_attribution (urn, inspection_number);
end $$;
comment on function imports.count_register is 'imports.count_register brings the planner''s statistics of the register up to date, at once after a file of thousands of rows: the next report must not be planned for empty tables. Only a table''s owner may, hence security definer.';

create function imports.apply_import(p_import_id text, p_expected_rows integer) returns table (rows integer, added integer, changed integer,
  unchanged integer, closed integer, moved integer, rejected integer, warnings integer, linked integer, authorities_added integer,
  changed_by_field jsonb, problems jsonb)
language plpgsql volatile cost 10000 as $$
#variable_conflict use_column
declare
  v_file imports.file := imports.opened(p_import_id, true);
  v_rows integer;
  v_tally jsonb;
begin
  perform errors.required('expected_rows', p_expected_rows, 'the number of rows of the file');
  if v_file.kind in ('schools', 'inspections') then
    perform imports.reject_duplicates(v_file);
  end if;
  v_rows := imports.check_complete(v_file, p_expected_rows);
  -- One import at a time writes the register: two could find the same version true and both supersede it.
  perform pg_advisory_xact_lock(hashtext('imports.apply_import'));
  -- All of it joins sets. Planned before anybody counted the rows just staged, nested loops took half a minute where a hash takes a tenth of a second.
  perform set_config('enable_nestloop', 'off', true), set_config('jit', 'off', true);
  v_tally := case v_file.kind
    when 'schools' then imports.apply_schools(v_file)
    when 'links' then imports.apply_links(v_file)
    when 'groups' then imports.apply_groups(v_file)
    when 'inspections' then imports.apply_inspections(v_file)
  end;
  if v_rows >= 1000 then
    perform imports.count_register();
  end if;
  update imports.file f set applied_at = now(), counts = v_tally
  where f.authority_id = v_file.authority_id and f.import_id = v_file.import_id;
  return query
    select v_rows, coalesce((v_tally ->> 'added')::integer, 0), coalesce((v_tally ->> 'changed')::integer, 0),
      coalesce((v_tally ->> 'unchanged')::integer, 0), coalesce((v_tally ->> 'closed')::integer, 0), coalesce((v_tally ->> 'moved')::integer, 0),
      (select count(*)::integer from imports.staged_row s
       where s.authority_id = v_file.authority_id and s.import_id = v_file.import_id and s.is_bad),
      (select count(*)::integer from imports.problem p
       where p.authority_id = v_file.authority_id and p.import_id = v_file.import_id and p.severity = 'warning'),
      coalesce((v_tally ->> 'linked')::integer, 0), coalesce((v_tally ->> 'authorities_added')::integer, 0),
      coalesce(nullif(v_tally -> 'changed_by_field', 'null'), '[]'), imports.first_problems(v_file);
  delete from imports.staged_row s where s.authority_id = v_file.authority_id and s.import_id = v_file.import_id and not s.is_bad;
end $$;
comment on function imports.apply_import is 'imports.apply_import applies a staged file to the register in one transaction, from its effective date on, and says what that did (SCH-3). Bad rows are left out and stay listed.';

create function imports.list_imports(p_page_size integer, p_cursor text) returns table (import_id text, kind text, file_name text,
  effective_on date, complete boolean, strict boolean, opened_at timestamptz, applied_at timestamptz, staged integer, errors integer, row_cursor text)
language sql stable as $$
  select f.import_id, upper(f.kind), f.file_name, f.effective_on, f.is_complete, f.is_strict, f.opened_at, f.applied_at,
    (select count(*)::integer from imports.staged_row s where s.authority_id = f.authority_id and s.import_id = f.import_id),
    (select count(*)::integer from imports.problem p
     where p.authority_id = f.authority_id and p.import_id = f.import_id and p.severity = 'error'),
    to_char(f.opened_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '|' || f.import_id
  from imports.file f
  where f.authority_id = auth.authority_id()
    and (p_cursor is null or (f.opened_at, f.import_id) < ((split_part(p_cursor, '|', 1) || '+00')::timestamptz, split_part(p_cursor, '|', 2)))
  order by f.opened_at desc, f.import_id desc
  limit least(coalesce(p_page_size, 100), 1000)
$$;
comment on function imports.list_imports is 'imports.list_imports lists the imports made for the authority, or by the operator for the instance, the latest first.';

create function imports.list_import_problems(p_import_id text, p_page_size integer, p_cursor text) returns table (line integer, severity text,
  field text, value text, reason text, row_cursor text)
language sql stable as $$
  select p.line, p.severity, p.field, p.value, p.reason, p.line || '|' || p.field
  from imports.problem p
  where p.authority_id = auth.authority_id() and p.import_id = p_import_id
    and (p_cursor is null or (p.line, p.field) > (split_part(p_cursor, '|', 1)::integer, split_part(p_cursor, '|', 2)))
  order by p.line, p.field
  limit least(coalesce(p_page_size, 100), 1000)
$$;
comment on function imports.list_import_problems is 'imports.list_import_problems lists what was found wrong in a file, by line.';

grant execute on function imports.count_register, imports.reject_duplicates, imports.check_complete, imports.first_problems to improve_exec;
grant execute on function imports.apply_import, imports.list_imports, imports.list_import_problems to persona_operator, persona_la_admin;
