-- Sessions for pgTAP files about training: \ir this after schools.sql, within the test's transaction. Names are the references.
create function test.session(p_authority integer, p_session text, p_capacity integer, p_price bigint default 0, p_starts_at timestamptz default now() + interval '60 days',
  p_parts integer default 1, p_course text default null) returns text language plpgsql as $$
begin
  insert into auth.authority_scope values (p_authority) on conflict do nothing;
  insert into cpd.course (authority_id, course_id, title) values (p_authority, coalesce(p_course, 'co-' || p_session), 'Course ' || coalesce(p_course, p_session)) on conflict do nothing;
  insert into cpd.session (authority_id, session_id, course_id, status, starts_at, ends_at, venue, capacity, booking_opens_at, booking_closes_at, price_pence)
  values (p_authority, p_session, coalesce(p_course, 'co-' || p_session), 'published', p_starts_at, p_starts_at + make_interval(days => 7 * (p_parts - 1), hours => 3), 'County Hall',
    p_capacity, p_starts_at - interval '1 year', p_starts_at, p_price);
  insert into cpd.session_part (authority_id, session_id, nth, starts_at, ends_at)
  select p_authority, p_session, n, p_starts_at + make_interval(days => 7 * (n - 1)), p_starts_at + make_interval(days => 7 * (n - 1), hours => 3)
  from generate_series(1, p_parts) n;
  return p_session;
end $$;
-- How long a freed place is offered: 0 gives it at once.
create function test.offers(p_authority integer, p_hours integer) returns void language plpgsql as $$
begin
  insert into auth.authority_scope values (p_authority) on conflict do nothing;
  insert into cpd.policy (authority_id, vat_percent, price_day, out_of_area, offer_hours) values (p_authority, 20, 'booking', false, p_hours)
  on conflict (authority_id) do update set offer_hours = excluded.offer_hours;
end $$;

-- Time goes by: all that is dated of an authority's sessions and bookings lies so much further back. Run as the owner.
create function test.later(p_authority integer, p_by interval) returns void language plpgsql as $$
begin
  update cpd.session set starts_at = starts_at - p_by, ends_at = ends_at - p_by, booking_opens_at = booking_opens_at - p_by,
    booking_closes_at = booking_closes_at - p_by, next_due_at = next_due_at - p_by where authority_id = p_authority;
  update cpd.booking set respond_by = respond_by - p_by, pass_until = pass_until - p_by, booked_at = booked_at - p_by where authority_id = p_authority;
end $$;

-- Delegates by name, as a request has them.
create function test.people(variadic p_names text[]) returns jsonb language sql immutable as $$
  select jsonb_agg(jsonb_build_object('name', n) order by nth) from unnest(p_names) with ordinality x (n, nth)
$$;
-- What their bookings are, told shortly: the caller's to see, by ticket.
create function test.places(p_session text) returns text language sql stable as $$
  select string_agg(format('%s %s', b.delegate_name, b.status), ', ' order by b.ticket) from cpd.booking b where b.session_id = p_session and b.status <> 'cancelled'
$$;
-- Sessions whose own row does not say what their bookings do. None, whatever happened. Run as the owner.
create function test.miscounted() returns table (session_id text, said text, counted text) language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select s.session_id, format('%s %s %s %s', s.confirmed_count, s.held_count, s.waiting_count, s.next_due_at), c.counted
  from cpd.session s
  cross join lateral (
    select format('%s %s %s %s', count(*) filter (where b.status = 'confirmed'), count(*) filter (where b.status in ('offered', 'requested')),
      count(*) filter (where b.status = 'waiting'), min(b.respond_by)) as counted
    from cpd.booking b where b.authority_id = s.authority_id and b.session_id = s.session_id
  ) c
  where c.counted <> format('%s %s %s %s', s.confirmed_count, s.held_count, s.waiting_count, s.next_due_at);
end $$;
-- Bookings whose money is not what they are: the price is due of those that are confirmed, but for who stayed
-- away under terms that charge something else, and of no other. None, whatever calls did. Run as the owner.
create function test.mischarged() returns table (booking_id text, status text, price bigint, due bigint) language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select b.booking_id, b.status, b.price_pence, m.due
  from cpd.booking b
  cross join lateral (
    select coalesce(sum(c.net_pence - c.credited_net_pence), 0)::bigint as due from money.charge c
    where c.authority_id = b.authority_id and c.cause = 'cpd.booking' and c.cause_ref in (b.booking_id, b.booking_id || '.2', b.booking_id || '.3') and c.credits is null
  ) m
  where m.due <> case when b.status = 'confirmed' and not (b.attended is not distinct from 'absent' and exists (
      select from cpd.charge c where c.authority_id = b.authority_id and c.booking_id = b.booking_id and c.cause = 'absence' and c.waive_reason is distinct from 'corrected'))
    then b.price_pence else 0 end;
end $$;
-- A subscription, written as the owner.
create function test.subscribed(p_authority integer, p_package text, p_urn integer, p_starts_on date, p_ends_on date) returns void language plpgsql as $$
begin
  insert into sla.service (authority_id, service_id, name) values (p_authority, 'sv-' || p_package, 'Service ' || p_package) on conflict do nothing;
  insert into sla.package (authority_id, package_id, service_id, name) values (p_authority, p_package, 'sv-' || p_package, 'Package ' || p_package) on conflict do nothing;
  insert into sla.package_version (authority_id, package_version_id, package_id, valid_from, summary, half_days)
  values (p_authority, 'pv-' || p_package, p_package, '2020-04-01', 'Training', 0) on conflict do nothing;
  insert into sla.price (authority_id, price_id, package_id, valid_from, vat_percent) values (p_authority, 'pr-' || p_package, p_package, '2020-04-01', 20) on conflict do nothing;
  insert into sla.subscription (authority_id, subscription_id, service_id, package_id, school_urn, starts_on, ends_on, ordered_to,
    package_version_id, half_days, price_id, net_pence, vat_percent, vat_pence, gross_pence, reasons, billed_elsewhere)
  values (p_authority, 'su-' || p_package || '-' || p_urn, 'sv-' || p_package, p_package, p_urn, p_starts_on, p_ends_on, p_ends_on, 'pv-' || p_package, 0,
    'pr-' || p_package, 75000, 20, 15000, 90000, '[]', true);
end $$;
grant execute on all functions in schema test to public;
