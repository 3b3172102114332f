-- Partners, schools and times for pgTAP files about visits: \ir this after schools.sql, within the test's transaction. Times lie so many working
-- days from today, so that no test ages.
create function test.day(p_days integer) returns date language sql stable as $$ select calendar.add_working_days(base.today(), p_days) $$;
create function test.at(p_days integer, p_time time default '09:30') returns timestamptz language sql stable as $$
  select (test.day(p_days) + p_time) at time zone 'Europe/London'
$$;
-- A partner of an authority, with or without an identity.
create function test.partner(p_authority integer, p_partner text, p_person uuid default null) returns text language plpgsql as $$
begin
  insert into auth.authority_scope values (p_authority) on conflict do nothing;
  if p_person is not null then
    insert into auth.person (person_id, kind, display_name) values (p_person, 'service', p_partner) on conflict do nothing;
  end if;
  insert into partners.partner (authority_id, partner_id, person_id, name, capacity_half_days)
  values (p_authority, p_partner, p_person, p_partner, 100);
  insert into partners.kind_held (authority_id, held_id, partner_id, kind) values (p_authority, 'kd-' || p_partner, p_partner, 'sip');
  return p_partner;
end $$;
create function test.assigned(p_authority integer, p_partner text, p_urn integer, p_starts_on date default '2020-09-01', p_ends_on date default null)
returns text language sql as $$
  insert into partners.assignment (authority_id, assignment_id, partner_id, school_urn, role, starts_on, ends_on, half_days)
  values (p_authority, 'as-' || p_partner || p_urn, p_partner, p_urn, p_partner, p_starts_on, p_ends_on, 6)
  returning assignment_id
$$;
-- A visit, planned by whoever calls: the shortest way to one.
create function test.visit(p_partner text, p_urn integer, p_at timestamptz, p_purpose text default 'core', p_funding text default null,
  p_half_days integer default null) returns text language sql as $$
  select v.visit_id from visits.add_visit(p_urn, p_partner, p_at, null, p_purpose, null, null, null, p_half_days, p_funding, null, null) v
$$;
-- Next academic year, so that nothing of it is past, and its terms.
create function test.next_year() returns integer language sql stable as $$ select calendar.academic_year(base.today()) + 1 $$;
create function test.terms(p_authority integer, p_year integer) returns void language sql as $$
  insert into calendar.half_term (authority_id, academic_year, version, half_term, starts_on, ends_on)
  select p_authority, p_year, 1, n, make_date(p_year + (n > 2)::integer, m1, d1), make_date(p_year + (n > 2)::integer, m2, d2)
  from (values (1, 9, 3, 10, 20), (2, 11, 1, 12, 18), (3, 1, 6, 2, 12), (4, 2, 22, 3, 25), (5, 4, 12, 5, 27), (6, 6, 7, 7, 20)) t (n, m1, d1, m2, d2)
$$;
-- A subscription, written as the owner.
create function test.subscription(p_authority integer, p_urn integer, p_half_days integer, p_starts_on date, p_ends_on date) returns text language plpgsql as $$
begin
  insert into sla.service (authority_id, service_id, name) values (p_authority, 'sv-t', 'SIP') on conflict do nothing;
  insert into sla.package (authority_id, package_id, service_id, name) values (p_authority, 'pk-t', 'sv-t', 'Core') on conflict do nothing;
  insert into sla.package_version (authority_id, package_version_id, package_id, valid_from, summary, half_days)
  values (p_authority, 'pv-t', 'pk-t', '2020-04-01', 'Core', p_half_days) on conflict do nothing;
  insert into sla.price (authority_id, price_id, package_id, valid_from, vat_percent) values (p_authority, 'pr-t', 'pk-t', '2020-04-01', 20) on conflict do nothing;
  insert into sla.price_clause (authority_id, price_id, nth, flat_pence) values (p_authority, 'pr-t', 1, 75000) on conflict do nothing;
  insert into sla.subscription (authority_id, subscription_id, service_id, package_id, school_urn, starts_on, ends_on, ordered_to,
    package_version_id, half_days, price_id, net_pence, vat_percent, vat_pence, gross_pence, reasons, billed_elsewhere)
  values (p_authority, 'su-' || p_urn, 'sv-t', 'pk-t', p_urn, p_starts_on, p_ends_on, p_ends_on, 'pv-t', p_half_days, 'pr-t', 75000, 20, 15000, 90000, '[]', true);
  return 'su-' || p_urn;
end $$;
grant execute on all functions in schema test to public;
