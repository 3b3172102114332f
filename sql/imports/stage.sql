-- Staging rows: every cell is read and checked here, so that applying is set work on clean values.

create function imports.opened(p_import_id text) returns imports.file
language plpgsql volatile as $$
declare
  v_file imports.file;
begin
  perform errors.required('import_id', p_import_id, 'the import_id that OpenImport gave');
  select f.* into v_file from imports.file f where f.authority_id = auth.authority_id() and f.import_id = p_import_id for update;
  if v_file.import_id is null then
    perform errors.not_found('import_id', format('There is no import %s.', left(p_import_id, 40)), 'one of ListImports');
  elsif v_file.applied_at is not null then
    perform errors.precondition('IMPORT_APPLIED', format('The import %s was applied on %s.', p_import_id,
        to_char(v_file.applied_at at time zone 'Europe/London', 'FMDD Mon YYYY at HH24:MI')), 'import_id', 'SCH-3', 'an import that is still open');
  end if;
  return v_file;
end $$;
comment on function imports.opened is 'imports.opened gives an import of the caller''s that is still open, and locks it until the transaction ends.';

create function imports.reject(p_file imports.file, p_line integer, p_field text, p_value text, p_reason text) returns void
language sql volatile as $$
  insert into imports.problem (authority_id, import_id, line, severity, field, value, reason)
  values (p_file.authority_id, p_file.import_id, p_line, 'error', p_field, left(p_value, 200), p_reason)
  on conflict do nothing;
  update imports.staged_row s set is_bad = true
  where s.authority_id = p_file.authority_id and s.import_id = p_file.import_id and s.line = p_line;
$$;
comment on function imports.reject is 'imports.reject marks a staged row as bad, and says why: for the few that are found bad after they were read.';

create function imports.check_rows(p_file imports.file, p_rows jsonb) returns table (line integer, facts jsonb, problems jsonb)
language sql stable as $$
  with typed as (
    select k.field, min(k.header) as header, min(k.holds) as holds, bool_or(k.required) as required
    from imports.known_column k
    where k.kind = p_file.kind and k.field = any (p_file.fields) and (k.holds <> 'text' or k.required)
    group by k.field
  ),
  typed_list as (select array_agg(t.field) as fields, array_agg(t.header) as headers, array_agg(t.holds) as holds, array_agg(t.required) as required from typed t),
  sent as materialized (
    select r.line, r.width, r.bad, case when r.bad is null and cardinality(r.cells) = cardinality(p_file.fields)
      then jsonb_object(p_file.fields, imports.tidy(r.cells)) end as raw
    from jsonb_to_recordset(p_rows) as r (line integer, width integer, bad text, cells text[])
  )
  select s.line, coalesce(s.raw || read.facts, '{}'), coalesce(read.problems, '[]') || coalesce(whole.problems, '[]')
  from sent s
  cross join typed_list l
  cross join lateral (
    select jsonb_object_agg(c.field, c.value) as facts,
      jsonb_agg(jsonb_build_object('severity', 'error', 'field', c.header, 'value', c.raw, 'reason', c.reason)) filter (where c.reason is not null) as problems
    from (
      select t.field, t.header, v.raw, v.value, case
        when v.raw is null and t.required then t.header || ' is missing.'
        when v.raw is not null and v.value is null then imports.cell_problem(t.holds, v.raw) end as reason
      from unnest(l.fields, l.headers, l.holds, l.required) t (field, header, holds, required)
      cross join lateral (select s.raw ->> t.field as raw, imports.value_of(t.holds, s.raw ->> t.field) as value) v
      where s.raw is not null
    ) c
  ) read
  cross join lateral (
    select jsonb_agg(jsonb_build_object('severity', p.severity, 'field', '', 'reason', p.reason)) as problems
    from (values
      ('error', s.bad),
      ('error', case when s.bad is null and s.raw is null then 'The row came with another number of cells than wanted.' end),
      ('warning', case when s.raw is not null and s.width <> p_file.header_width
        then format('The line has %s fields, the header %s; it was read by the header''s columns.', s.width, p_file.header_width) end)
    ) p (severity, reason)
    where p.reason is not null
  ) whole
$$;
comment on function imports.check_rows is 'imports.check_rows reads the rows of a chunk: their facts by our names, and what is wrong with each.';

create function imports.reject_duplicates(p_file imports.file, p_rows jsonb) returns integer
language sql volatile as $$
  with repeated as (
    select s.urn, array_agg(s.line order by s.line) as lines
    from imports.staged_row s
    where s.authority_id = p_file.authority_id and s.import_id = p_file.import_id and s.urn in (
      select n.urn from imports.staged_row n
      where n.authority_id = p_file.authority_id and n.import_id = p_file.import_id
        and n.line in (select r.line from jsonb_to_recordset(p_rows) as r (line integer)))
    group by s.urn
    having count(*) > 1
  ),
  rejected as (
    select r.line, (imports.reject(p_file, r.line, 'URN', d.urn::text, format('This URN stands on lines %s: which of them holds?',
      array_to_string(d.lines, ', ')))) as done
    from repeated d
    cross join unnest(d.lines) r (line)
  )
  select count(r.done)::integer from rejected r
$$;
comment on function imports.reject_duplicates is 'imports.reject_duplicates rejects all lines of a URN that a file has more than once, and names them.';

create function imports.stage_rows(p_import_id text, p_rows jsonb) returns table (staged integer, rejected integer, warnings integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_file imports.file := imports.opened(p_import_id);
  v_own integer := nullif(auth.authority_id(), 0);
begin
  with checked as materialized (
    select c.line, c.facts, c.problems, (c.facts ->> 'urn')::integer as urn,
      coalesce((c.facts ->> 'authority_id')::integer, (substring(c.facts ->> 'laestab' from '^([0-9]{3})[0-9]{4}$'))::integer) as row_authority
    from imports.check_rows(v_file, coalesce(p_rows, '[]')) c
  ),
  judged as materialized (
    select c.line, c.facts, c.urn, c.row_authority, case when v_own <> c.row_authority then c.problems || jsonb_build_object('severity', 'error',
        'field', 'LA (code)', 'value', base.authority_code(c.row_authority),
        'reason', format('The school lies in another authority; you import for %s. The operator imports for all.', base.authority_code(v_own)))
      else c.problems end as problems
    from checked c
  ),
  staged as (
    insert into imports.staged_row (authority_id, import_id, line, urn, row_authority, facts, is_bad)
    select v_file.authority_id, v_file.import_id, j.line, j.urn, j.row_authority, j.facts, j.problems @> '[{"severity": "error"}]'
    from judged j
    on conflict do nothing
    returning line
  )
  insert into imports.problem (authority_id, import_id, line, severity, field, value, reason)
  select v_file.authority_id, v_file.import_id, j.line, p.severity, p.field, left(p.value, 200), p.reason
  from judged j
  join staged s on s.line = j.line
  cross join lateral jsonb_to_recordset(j.problems) as p (severity text, field text, value text, reason text)
  on conflict do nothing;
  if v_file.kind in ('schools', 'inspections') then
    perform imports.reject_duplicates(v_file, p_rows);
  end if;
  return query
    select count(*)::integer, (count(*) filter (where s.is_bad))::integer, (select count(*)::integer from imports.problem p
      where p.authority_id = v_file.authority_id and p.import_id = v_file.import_id and p.severity = 'warning')
    from imports.staged_row s
    where s.authority_id = v_file.authority_id and s.import_id = v_file.import_id;
end $$;
comment on function imports.stage_rows is 'imports.stage_rows takes a chunk of a file''s rows, about a thousand, reads and checks them, and says how the import stands. A line that came before is left as it was.';
grant execute on function imports.opened, imports.reject, imports.check_rows, imports.reject_duplicates to improve_exec;
grant execute on function imports.stage_rows to persona_operator, persona_la_admin;
