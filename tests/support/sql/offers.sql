-- Inspections and S1's tiers for pgTAP files about offers: \ir this after schools.sql, within the test's transaction.
create function test.graded(p_urn integer, p_on date, p_grade integer, p_published_on date default null) returns void language sql as $$
  with i as (
    insert into register.inspection (inspection_number, urn, kind, framework, starts_on, published_on)
    values (p_urn || '-' || p_on, p_urn, 'graded', 'EIF', p_on, coalesce(p_published_on, p_on + 30)) returning inspection_id
  )
  insert into register.inspection_grade (inspection_id, area, scale, grade) select inspection_id, 'Overall effectiveness', '1-4', p_grade::text from i
$$;
create function test.offer_tiers() returns jsonb language sql immutable as $$
  select '[{"name":"Tier 1","half_days":6,"wording":"schools that are RI","rules":[{"test":"latest_grade","grades":[3]}]},
    {"name":"Tier 2","half_days":6,"pence":1600000,"wording":"schools that are 2*RI","rules":[{"test":"times_at_grade","grades":[3],"at_least":2,"in_row":true}]},
    {"name":"Tier 3","half_days":6,"pence":2400000,"wording":"schools that have been RI for 10 years+","rules":[{"test":"latest_grade","grades":[3]},{"test":"years_at_or_below","grades":[3],"at_least":10}]}]'::jsonb
$$;
-- The fields that refused tiers name, and what is said of them.
create function test.tier_faults(p_tiers jsonb) returns text language plpgsql as $$
declare
  v_detail text;
begin
  perform offers.add_offer_scheme('Faults ' || md5(p_tiers::text), 2019, p_tiers, null, null, null, null, null, null, null);
  return 'added';
exception when sqlstate 'IM003' then
  get stacked diagnostics v_detail = pg_exception_detail;
  return (select string_agg(coalesce(v ->> 'field', '') || ': ' || (v ->> 'description'), '; ' order by v ->> 'field', v ->> 'description')
    from jsonb_array_elements(v_detail::jsonb -> 'violations') v);
end $$;
grant execute on all functions in schema test to public;
