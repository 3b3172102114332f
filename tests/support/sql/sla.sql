-- Packages and prices for pgTAP files about subscriptions: \ir this after schools.sql, within the test's transaction.
create function test.package(p_service text, p_package text, p_half_days integer default 6, p_cpd_credits integer default 0,
  p_cpd_places integer default 0) returns text language plpgsql as $$
declare
  v_service text := (select s.service_id from sla.service s where s.authority_id = auth.authority_id() and s.name = p_service);
begin
  if v_service is null then
    select s.service_id into v_service from sla.add_service(p_service) s;
  end if;
  return (select p.package_id from sla.add_package(v_service, p_package, p_half_days, null, '2015-04-01', p_cpd_credits, p_cpd_places) p);
end $$;
-- The call with its many fields, those left out that do not matter.
create function test.set_price(p_package_id text, p_valid_from date, p_flat_pence bigint default null, p_pupil_pence bigint default null,
  p_minimum_pence bigint default null, p_maximum_pence bigint default null, p_valid_to date default null, p_clauses jsonb default null,
  p_roll_count text default null, p_freeze_years integer default null, p_vat_percent numeric default 20)
returns table (price_id text, valid_from date, valid_to date, clauses integer, price text) language sql as $$
  select * from sla.set_price(p_package_id, p_flat_pence, p_pupil_pence, p_minimum_pence, p_maximum_pence, p_vat_percent, p_valid_from, p_valid_to,
    p_clauses, p_roll_count, p_freeze_years)
$$;
-- The reasons of a quote as clause and pence, without the policy's line.
create function test.quote(p_urn integer, p_package_id text, p_starts_on date, p_ends_on date default null, p_roll integer default null)
returns table (clause text, line text, pence bigint) language sql as $$
  select l ->> 'clause', l ->> 'text', (l ->> 'pence')::bigint
  from sla.quote_subscription(p_urn, p_package_id, p_starts_on, p_ends_on, p_roll, case when p_roll is not null then p_starts_on end) q,
    jsonb_array_elements(q.reasons) l
  where l ->> 'clause' <> 'policy'
$$;
create function test.net(p_urn integer, p_package_id text, p_starts_on date, p_ends_on date default null, p_roll integer default null) returns bigint
language sql as $$
  select q.net_pence from sla.quote_subscription(p_urn, p_package_id, p_starts_on, p_ends_on, p_roll, case when p_roll is not null then p_starts_on end) q
$$;
-- An order, to the end of the school's year: the shortest way to one.
create function test.ordered(p_package_id text, p_urn integer, p_starts_on date) returns text language sql as $$
  select s.subscription_id from sla.subscribe(p_urn, p_package_id, p_starts_on, null, null, null) s
$$;
grant execute on all functions in schema test to public;
