-- Schools for pgTAP files that need some: \ir this within the test's transaction.
create function test.schools(p_authority integer, p_first integer, p_count integer, p_phase text, p_type text default 'Community school')
returns void language plpgsql as $$
begin
  insert into auth.authority_scope values (p_authority) on conflict do nothing;
  insert into register.authority (authority_id, name) values (p_authority, 'Authority ' || p_authority) on conflict do nothing;
  insert into register.establishment (urn, school_id) select u, u from generate_series(p_first, p_first + p_count - 1) u;
  insert into register.establishment_version (urn, authority_id, valid_from, name, status, type, phase, open_date)
  select u, p_authority, '2015-09-01', p_phase || ' School ' || u, 'Open', p_type, p_phase, '2015-09-01'
  from generate_series(p_first, p_first + p_count - 1) u;
end $$;

create function test.roll(p_urn integer, p_roll integer, p_on date) returns void language sql as $$
  insert into register.roll_count (urn, counted_on, source, number_on_roll) values (p_urn, p_on, 'GIAS', p_roll)
$$;
grant execute on all functions in schema test to public;
