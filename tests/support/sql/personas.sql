-- Personas for pgTAP files: what the gate would set, set by hand, and the server's role taken. Loaded once into a test database.
create schema test;
grant usage on schema test to public;

create function test.as_owner() returns void language plpgsql as $$
begin
  reset role;
end $$;

create function test.person(p_persona text, p_authority integer default 0) returns uuid language sql immutable as $$
  select md5(p_persona || p_authority)::uuid
$$;

create function test.call_as(p_authority integer, p_persona text, p_urns integer[] default '{}') returns void language plpgsql as $$
begin
  reset role;
  insert into auth.authority_scope values (p_authority) on conflict do nothing;
  insert into auth.person (person_id, kind, display_name) values (test.person(p_persona, p_authority), 'service', p_persona || ' ' || p_authority)
    on conflict do nothing;
  if p_persona <> 'person' then
    insert into auth.membership (authority_id, membership_id, person_id, persona, school_urn, starts_on)
    select p_authority, 'test-' || p_persona || coalesce(urn, 0), test.person(p_persona, p_authority), p_persona, urn, '2000-01-01'
    from unnest(case when p_persona = 'booker' then p_urns else array[null::integer] end) urn
    on conflict do nothing;
  end if;
  perform set_config('app.authority_id', p_authority::text, true),
    set_config('app.person_id', test.person(p_persona, p_authority)::text, true),
    set_config('app.personas', case when p_persona = 'person' then 'person' else p_persona || ',person' end, true),
    set_config('app.urns', array_to_string(p_urns, ','), true),
    set_config('app.request_id', gen_random_uuid()::text, true),
    set_config('app.method', 'test', true),
    set_config('app.dry_run', 'off', true);
  set local role improve_exec;
end $$;
