-- Calls with which schools subscribe (SLA-3, SLA-5).

create function sla.period(p_school_urn integer, p_starts_on date, p_ends_on date, out starts_on date, out ends_on date)
language plpgsql stable as $$
declare
  v_year record;
begin
  starts_on := coalesce(p_starts_on, base.today());
  v_year := sla.year_of(sla.policy_on(starts_on), (sla.school_on(p_school_urn, starts_on)).is_maintained, starts_on);
  ends_on := coalesce(p_ends_on, v_year.year_ends);
  if ends_on > v_year.year_ends then
    perform errors.invalid('ends_on', format('The school''s year runs from %s to %s: an order is for that or a part of it, and rolls over.',
      sla.day(v_year.year_starts), sla.day(v_year.year_ends)), 'SLA-4', format('%s or an earlier day', v_year.year_ends));
  elsif ends_on < starts_on then
    perform errors.invalid('ends_on', 'A subscription cannot end before it starts.', 'SLA-5', format('%s or a later day', starts_on),
      'PERIOD_BACKWARDS');
  end if;
end $$;
comment on function sla.period is 'sla.period is the period of an order: from today unless told, and to the end of the school''s year (SLA-4) or an earlier day.';

create function sla.status(p_subscription sla.subscription, p_on date) returns text
language plpgsql immutable as $$
begin
  return case
    when p_subscription.ends_on < p_subscription.starts_on then 'cancelled'
    when p_on < p_subscription.starts_on then 'ordered'
    when p_on > p_subscription.ends_on then 'ended'
    when p_subscription.notice_given_on <= p_on then 'notice_given'
    else 'active' end;
end $$;
comment on function sla.status is 'sla.status is where a subscription is in its life on a day: ordered, active, notice_given, ended, or cancelled before it began (SLA-5).';

create function sla.require_sale(p_package_id text, p_school_urn integer, p_on date) returns sla.package
language plpgsql stable as $$
declare
  v_package sla.package;
begin
  perform errors.required('package_id', p_package_id, 'a reference such as pk-7k2q9mx4td');
  perform people.require_acts_for('school_urn', p_school_urn);
  select p.* into v_package from sla.package p where p.authority_id = auth.authority_id() and p.package_id = p_package_id;
  if not found then
    perform sla.refuse_package(p_package_id);
  end if;
  perform register.require_open_school('school_urn', p_school_urn, sla.selling_area(p_package_id, p_school_urn, p_on), p_on);
  return v_package;
end $$;
comment on function sla.require_sale is 'sla.require_sale refuses unless the caller may order this package for this school, and the school is open on the first day.';

create function sla.selling_area(p_package_id text, p_school_urn integer, p_on date) returns integer
language plpgsql stable as $$
declare
  v_school constant record := sla.school_on(p_school_urn, p_on);
begin
  return case when v_school.status = 'out_of_area' and exists (
      select from sla.price p
      join sla.price_clause c on c.authority_id = p.authority_id and c.price_id = p.price_id
      where p.authority_id = auth.authority_id() and p.package_id = p_package_id and p.superseded_at is null
        and p.valid_from <= p_on and (p.valid_to is null or p.valid_to > p_on) and c.status = 'out_of_area')
    then v_school.authority_id else auth.authority_id() end;
end $$;
comment on function sla.selling_area is 'sla.selling_area is the authority whose school this may be: the one that sells, or any other where the price has a clause for schools out of its area (SLA-2).';
grant execute on function sla.period, sla.status, sla.require_sale, sla.selling_area to improve_exec;

create function sla.quote_subscription(p_school_urn integer, p_package_id text, p_starts_on date, p_ends_on date, p_roll integer,
  p_roll_counted_on date)
returns table (package text, status text, school_status text, starts_on date, ends_on date, notice_by date, roll integer, roll_counted_on date,
  staff integer, staff_counted_on date, year_net_pence bigint, net_pence bigint, vat_percent numeric, vat_pence bigint, gross_pence bigint, reasons jsonb,
  half_days integer, ects integer)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_package constant sla.package := sla.require_sale(p_package_id, p_school_urn, coalesce(p_starts_on, base.today()));
  v_period constant record := sla.period(p_school_urn, p_starts_on, p_ends_on);
begin
  return query
  select v_package.name, 'quoted', c.school_status, v_period.starts_on, v_period.ends_on, sla.notice_by(sla.policy_of(c.policy_number), v_period.ends_on),
    c.roll, c.roll_counted_on, c.staff, c.staff_counted_on, c.year_net_pence, c.net_pence, c.vat_percent, c.vat_pence, c.gross_pence, c.reasons, c.half_days, c.ects
  from sla.price_of(p_package_id, p_school_urn, v_period.starts_on, v_period.ends_on, p_roll, p_roll_counted_on, null, null, null) c;
end $$;
comment on function sla.quote_subscription is 'sla.quote_subscription tells what a subscription would cost and why, and orders nothing.';
grant execute on function sla.quote_subscription to persona_la_admin, persona_officer, persona_finance, persona_booker;

create function sla.part_of_package(p_made sla.subscription, p_units integer) returns integer
language plpgsql stable as $$
declare
  v_school constant record := sla.school_on(p_made.school_urn, p_made.starts_on);
  v_year constant record := sla.year_of(sla.policy_of(p_made.policy_number), v_school.is_maintained, p_made.starts_on);
begin
  return case when p_units = 0 or (p_made.starts_on, p_made.ends_on) = (v_year.year_starts, v_year.year_ends) then p_units
    else (sla.part_of(p_units, v_year.year_starts, v_year.year_ends, p_made.starts_on, p_made.ends_on,
      case when sla.whole_months(p_made.starts_on, p_made.ends_on) then 'months' else 'days' end)).pence end;
end $$;
comment on function sla.part_of_package is 'sla.part_of_package is how many of a package''s credits or places of a year a part of one has: exact shares, as of its price (C-2).';
grant execute on function sla.part_of_package to improve_exec;

create function sla.insert_subscription(p_package_id text, p_school_urn integer, p_starts_on date, p_ends_on date, p_roll integer,
  p_roll_counted_on date, p_counting text, p_continues text, p_frozen_price_id text, p_frozen_to date) returns sla.subscription
language plpgsql volatile as $$
declare
  v_content constant sla.package_version := sla.content_on(p_package_id, p_starts_on);
  v_made sla.subscription;
begin
  insert into sla.subscription (authority_id, subscription_id, service_id, package_id, school_urn, starts_on, ends_on, ordered_to, package_version_id,
    half_days, price_id, clause_nth, policy_number, school_status, roll, roll_counted_on, staff, staff_counted_on, frozen_to, net_pence, vat_percent,
    vat_pence, gross_pence, reasons, continues, ects)
  select auth.authority_id(), base.new_ref('su'), k.service_id, p_package_id, p_school_urn, p_starts_on, p_ends_on, p_ends_on, v_content.package_version_id,
    c.half_days, c.price_id, c.clause_nth, c.policy_number, c.school_status, c.roll, c.roll_counted_on, c.staff, c.staff_counted_on, c.frozen_to,
    c.net_pence, c.vat_percent, c.vat_pence, c.gross_pence, c.reasons, p_continues, c.ects
  from sla.price_of(p_package_id, p_school_urn, p_starts_on, p_ends_on, p_roll, p_roll_counted_on, p_counting, p_frozen_price_id, p_frozen_to) c
  join sla.package k on k.authority_id = auth.authority_id() and k.package_id = p_package_id
  returning * into v_made;
  perform sla.open_allowance(v_made.school_urn, u.unit, v_made.subscription_id, v_made.starts_on, v_made.ends_on, u.units, null)
  from (values ('credit', sla.part_of_package(v_made, v_content.cpd_credits)), ('place', sla.part_of_package(v_made, v_content.cpd_places))) u (unit, units)
  where u.units > 0;
  perform sla.charge(v_made);
  return v_made;
end $$;
comment on function sla.insert_subscription is 'sla.insert_subscription writes a subscription with the price of its first day and its reasons (SLA-3), charges it (MON-3), and grants its CPD credits and places; half-days of visits are granted by improve entitlement grant-subscribed (SLA-7).';
grant execute on function sla.insert_subscription to improve_exec;

create function sla.subscribe(p_school_urn integer, p_package_id text, p_starts_on date, p_ends_on date, p_roll integer, p_roll_counted_on date)
returns table (subscription_id text, package text, starts_on date, ends_on date, status text, notice_by date, half_days integer, roll integer,
  roll_counted_on date, staff integer, staff_counted_on date, net_pence bigint, vat_percent numeric, vat_pence bigint, gross_pence bigint, reasons jsonb,
  version integer, charge_id text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_package constant sla.package := sla.require_sale(p_package_id, p_school_urn, coalesce(p_starts_on, base.today()));
  v_period constant record := sla.period(p_school_urn, p_starts_on, p_ends_on);
  v_made sla.subscription;
begin
  v_made := sla.insert_subscription(p_package_id, p_school_urn, v_period.starts_on, v_period.ends_on, p_roll, p_roll_counted_on, null, null, null, null);
  return query
  select v_made.subscription_id, v_package.name, v_made.starts_on, v_made.ends_on, sla.status(v_made, base.today()),
    sla.notice_by(sla.policy_of(v_made.policy_number), v_made.ends_on), v_made.half_days, v_made.roll, v_made.roll_counted_on, v_made.staff,
    v_made.staff_counted_on, v_made.net_pence, v_made.vat_percent, v_made.vat_pence, v_made.gross_pence, v_made.reasons, v_made.version,
    money.charge_of('sla.subscription', v_made.subscription_id);
end $$;
comment on function sla.subscribe is 'sla.subscribe orders a package for a school at the rules of the first day, keeps the price with its reasons (SLA-3), and charges it; the constraint of the table refuses a second live one of the service (SLA-5).';
grant execute on function sla.subscribe to persona_la_admin, persona_officer, persona_booker;
