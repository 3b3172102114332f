-- Schemes of categories for pgTAP files about cases: \ir this after visits.sql, within the test's transaction.
create function test.categories() returns jsonb language sql immutable as $$
  select '[{"code":"red","label":"Red","level":"intensive"},{"code":"amber","label":"Amber","level":"support"}]'::jsonb
$$;
create function test.reasons() returns jsonb language sql immutable as $$
  select '[{"code":"preventative","label":"As a preventative measure"},{"code":"barrier","label":"A time-limited barrier"},{"code":"systemic","label":"Wider systemic issues"}]'::jsonb
$$;
-- The fields that a refused scheme names, and what is said of them.
create function test.scheme_faults(p_categories jsonb, p_reasons jsonb) returns text language plpgsql as $$
declare
  v_detail text;
begin
  perform cases.set_case_scheme(0, p_categories, p_reasons, null);
  return 'set';
exception when sqlstate 'IM003' then
  get stacked diagnostics v_detail = pg_exception_detail;
  return (select string_agg(coalesce(v ->> 'field', '') || ': ' || (v ->> 'description'), '; ' order by v ->> 'field', v ->> 'description')
    from jsonb_array_elements(v_detail::jsonb -> 'violations') v);
end $$;
-- The kinds of things that keep a case open, as a refusal lists them.
create function test.refused_list(p_sql text) returns text language plpgsql as $$
declare
  v_detail text;
begin
  execute p_sql;
  return 'closed';
exception when sqlstate 'IM009' then
  get stacked diagnostics v_detail = pg_exception_detail;
  return (select string_agg(replace(substring(v ->> 'description' from '^(action|meeting due|meeting|warning notice) '), ' ', '_'), ', ' order by v ->> 'description')
    from jsonb_array_elements(v_detail::jsonb -> 'violations') v);
end $$;
grant execute on all functions in schema test to public;
