-- Staging rows: every cell is read and checked here, so that applying is set work on clean values.

create function imports.opened(p_import_id text, p_apply boolean) returns imports.file
language plpgsql volatile as $$
declare
  v_file imports.file;
begin
  perform errors.required('import_id', p_import_id, 'the import_id that OpenImport gave');
  -- Chunks may be staged side by side, but none while the import is applied.
  if p_apply then
    select f.* into v_file from imports.file f where f.authority_id = auth.authority_id() and f.import_id = p_import_id for update;
  else
    select f.* into v_file from imports.file f where f.authority_id = auth.authority_id() and f.import_id = p_import_id for share;
  end if;
  if v_file.import_id is null then
    perform errors.not_found('import_id', format('There is no import %s.', left(p_import_id, 40)), 'one of ListImports',
      'One that rests for 24 hours is dropped: import the file again.');
  elsif v_file.applied_at is not null then
    perform errors.precondition('IMPORT_APPLIED', format('The import %s was applied on %s.', p_import_id,
        to_char(v_file.applied_at at time zone 'Europe/London', 'FMDD Mon YYYY at HH24:MI')), 'import_id', 'SCH-3', 'an import that is still open');
  end if;
  return v_file;
end $$;
comment on function imports.opened is 'imports.opened gives an import of the caller''s that is still open, and locks it until the transaction ends: to stage rows with others, or to apply it alone.';

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
  with typed as materialized (
    select k.field, min(k.header) as header, min(k.holds) as holds, bool_or(k.required) as required
    from imports.known_column k
    where k.kind = p_file.kind and k.field = any (p_file.fields) and (k.holds <> 'text' or k.required)
    group by k.field
  ),
  sent as materialized (
    select r.line, r.width, r.bad, case when r.bad is null and cardinality(r.cells) = cardinality(p_file.fields)
      then jsonb_object(p_file.fields, array(select imports.tidy(c) from unnest(r.cells) c)) end as raw
    from jsonb_to_recordset(p_rows) as r (line integer, width integer, bad text, cells text[])
  ),
  -- Most cells are written as we keep them: only those that are not are looked at again.
  odd as materialized (
    select s.line, t.field, t.header, t.holds, c.raw, c.value
    from sent s
    cross join typed t
    cross join lateral (select s.raw ->> t.field as raw, imports.value_of(t.holds, s.raw ->> t.field) as value) c
    where s.raw is not null and (c.raw <> c.value or c.value is null and (c.raw is not null or t.required))
  ),
  read as (select o.line, jsonb_object_agg(o.field, o.value) as facts from odd o group by o.line),
  problem as (
    select o.line, 'error' as severity, o.header as field, o.raw as value, coalesce(imports.cell_problem(o.holds, o.raw), o.header || ' is missing.') as reason
    from odd o
    where o.value is null and (o.raw is null or imports.cell_problem(o.holds, o.raw) is not null)
    union all
    select s.line, 'error', '', null, coalesce(s.bad, 'The row came with another number of cells than wanted.') from sent s where s.raw is null
    union all
    select s.line, 'warning', '', null, format('The line has %s fields, the header %s; it was read by the header''s columns.', s.width, p_file.header_width)
    from sent s
    where s.raw is not null and s.width <> p_file.header_width
  ),
  found as (select p.line, jsonb_agg(to_jsonb(p) - 'line') as problems from problem p group by p.line)
  select s.line, coalesce(s.raw || coalesce(r.facts, '{}'), '{}'), coalesce(f.problems, '[]')
  from sent s
  left join read r using (line)
  left join found f using (line)
$$;
comment on function imports.check_rows is 'imports.check_rows reads the rows of a chunk: their facts by our names, and what is wrong with each.';

create function imports.judge_rows(p_file imports.file, p_rows jsonb) returns table (line integer, urn integer, row_authority integer,
  facts jsonb, problems jsonb)
language sql stable as $$
  select c.line, (c.facts ->> 'urn')::integer, la.row_authority, c.facts, case when la.row_authority <> nullif(p_file.authority_id, 0)
    then c.problems || jsonb_build_object('severity', 'error', 'field', 'LA (code)', 'value', base.authority_code(la.row_authority),
      'reason', format('The school lies in another authority; you import for %s. The operator imports for all.', base.authority_code(p_file.authority_id)))
    else c.problems end
  from imports.check_rows(p_file, p_rows) c
  cross join lateral (select coalesce((c.facts ->> 'authority_id')::integer,
    substring(c.facts ->> 'laestab' from '^([0-9]{3})[0-9]{4}$')::integer) as row_authority) la
$$;
comment on function imports.judge_rows is 'imports.judge_rows reads and checks the rows of a chunk, and finds those that are not the caller''s to import.';

create function imports.stage_rows(p_import_id text, p_rows jsonb) returns table (staged integer, rejected integer, warnings integer)
language plpgsql volatile cost 10000 as $$
#variable_conflict use_column
declare
  v_file imports.file := imports.opened(p_import_id, false);
begin
  return query
    with judged as materialized (select j.* from imports.judge_rows(v_file, coalesce(p_rows, '[]')) j),
    staged as (
      insert into imports.staged_row (authority_id, import_id, line, urn, row_authority, facts, is_bad)
      select v_file.authority_id, v_file.import_id, j.line, j.urn, j.row_authority, j.facts, j.problems @> '[{"severity": "error"}]'
      from judged j
      on conflict do nothing
      returning line, is_bad
    ),
    told as (
      insert into imports.problem (authority_id, import_id, line, severity, field, value, reason)
      select v_file.authority_id, v_file.import_id, j.line, p.severity, p.field, left(p.value, 200), p.reason
      from judged j
      join staged s on s.line = j.line
      cross join lateral jsonb_to_recordset(j.problems) as p (severity text, field text, value text, reason text)
      on conflict do nothing
      returning severity
    )
    select count(*)::integer, (count(*) filter (where s.is_bad))::integer,
      (select count(*)::integer from told t where t.severity = 'warning')
    from staged s;
end $$;
comment on function imports.stage_rows is 'imports.stage_rows takes a chunk of a file''s rows, about a thousand, reads and checks them, and says how many it took. A line that came before is left as it was.';
grant execute on function imports.opened, imports.reject, imports.check_rows, imports.judge_rows to improve_exec;
grant execute on function imports.stage_rows to persona_operator, persona_la_admin;
