-- A client in SQL: imports a small file written in a test, cells parted by semicolons, the first line the header.
create or replace function test.import(p_kind text, p_file text, p_on date default null, p_complete boolean default false,
  p_strict boolean default false) returns jsonb language plpgsql as $$
declare
  v_lines text[] := string_to_array(btrim(p_file, E'\n '), E'\n');
  v_open record;
begin
  select * into v_open from imports.open_import(p_kind, 'test.csv', to_jsonb(string_to_array(v_lines[1], ';')), p_on, p_complete, p_strict);
  perform imports.stage_rows(v_open.import_id, (
    select jsonb_agg(jsonb_build_object('line', l.nr, 'width', cardinality(c.cells), 'cells',
      (select jsonb_agg(coalesce(c.cells[w.at::integer + 1], '') order by w.nr) from jsonb_array_elements_text(v_open.wanted) with ordinality w (at, nr))))
    from unnest(v_lines) with ordinality l (text, nr)
    cross join lateral (select string_to_array(btrim(l.text), ';') as cells) c
    where l.nr > 1));
  return (select to_jsonb(a) || jsonb_build_object('import_id', v_open.import_id) from imports.apply_import(v_open.import_id, cardinality(v_lines) - 1) a);
end $$;

create or replace function test.counts(p_tally jsonb) returns text language sql as $$
  select string_agg(k || ' ' || (p_tally ->> k), ', ' order by o)
  from unnest(array['rows', 'added', 'changed', 'unchanged', 'closed', 'moved', 'rejected']) with ordinality t (k, o)
$$;
