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

create function sla.status(p_starts_on date, p_ends_on date, p_on date) returns text
language sql immutable as $$
  select case when p_on < p_starts_on then 'ordered' when p_on > p_ends_on then 'ended' else 'active' end
$$;
comment on function sla.status is 'sla.status is where a subscription is in its life on a day: ordered, active or ended (SLA-5).';

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

create function sla.content_on(p_package_id text, p_on date) returns sla.package_version
language plpgsql stable as $$
declare
  v_content sla.package_version;
begin
  select v.* into v_content from sla.package_version v
  where v.authority_id = auth.authority_id() and v.package_id = p_package_id and v.superseded_at is null
    and v.valid_from <= p_on and (v.valid_to is null or v.valid_to > p_on);
  if not found then
    perform errors.precondition('PACKAGE_NOT_OFFERED', format('The package is not offered on %s.', sla.day(p_on)), 'starts_on', 'SLA-1',
      'a day on which it is', 'improve package list --as-of shows what is offered on a day.');
  end if;
  return v_content;
end $$;
comment on function sla.content_on is 'sla.content_on is what a package holds on a day, or a refusal.';
grant execute on function sla.content_on to improve_exec;

create function sla.quote_subscription(p_school_urn integer, p_package_id text, p_starts_on date, p_ends_on date, p_roll integer,
  p_roll_counted_on date)
returns table (package text, status text, school_status text, starts_on date, ends_on date, notice_by date, roll integer, roll_counted_on date,
  staff integer, staff_counted_on date, year_net_pence bigint, net_pence bigint, vat_percent numeric, vat_pence bigint, gross_pence bigint, reasons jsonb)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_package constant sla.package := sla.require_sale(p_package_id, p_school_urn, coalesce(p_starts_on, base.today()));
  v_period constant record := sla.period(p_school_urn, p_starts_on, p_ends_on);
begin
  return query
  select v_package.name, 'quoted', c.school_status, v_period.starts_on, v_period.ends_on, sla.notice_by(sla.policy_of(c.policy_number), v_period.ends_on),
    c.roll, c.roll_counted_on, c.staff, c.staff_counted_on, c.year_net_pence, c.net_pence, c.vat_percent, c.vat_pence, c.gross_pence, c.reasons
  from sla.price_of(p_package_id, p_school_urn, v_period.starts_on, v_period.ends_on, p_roll, p_roll_counted_on, null, null, null) c;
end $$;
comment on function sla.quote_subscription is 'sla.quote_subscription tells what a subscription would cost and why, and orders nothing.';
grant execute on function sla.quote_subscription to persona_la_admin, persona_officer, persona_finance, persona_booker;

create function sla.subscribe(p_school_urn integer, p_package_id text, p_starts_on date, p_ends_on date, p_roll integer, p_roll_counted_on date)
returns table (subscription_id text, package text, starts_on date, ends_on date, status text, notice_by date, half_days integer, roll integer,
  roll_counted_on date, staff integer, staff_counted_on date, net_pence bigint, vat_percent numeric, vat_pence bigint, gross_pence bigint, reasons jsonb,
  version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_package constant sla.package := sla.require_sale(p_package_id, p_school_urn, coalesce(p_starts_on, base.today()));
  v_period constant record := sla.period(p_school_urn, p_starts_on, p_ends_on);
  v_content constant sla.package_version := sla.content_on(p_package_id, v_period.starts_on);
begin
  return query
  insert into sla.subscription as s (authority_id, subscription_id, service_id, package_id, school_urn, starts_on, ends_on, ordered_to,
    package_version_id, half_days, price_id, clause_nth, policy_number, school_status, roll, roll_counted_on, staff, staff_counted_on, frozen_to,
    net_pence, vat_percent, vat_pence, gross_pence, reasons)
  select auth.authority_id(), base.new_ref('su'), v_package.service_id, p_package_id, p_school_urn, v_period.starts_on, v_period.ends_on,
    v_period.ends_on, v_content.package_version_id, v_content.half_days, c.price_id, c.clause_nth, c.policy_number, c.school_status, c.roll,
    c.roll_counted_on, c.staff, c.staff_counted_on, c.frozen_to, c.net_pence, c.vat_percent, c.vat_pence, c.gross_pence, c.reasons
  from sla.price_of(p_package_id, p_school_urn, v_period.starts_on, v_period.ends_on, p_roll, p_roll_counted_on, null, null, null) c
  returning s.subscription_id, v_package.name, s.starts_on, s.ends_on, sla.status(s.starts_on, s.ends_on, base.today()),
    sla.notice_by(sla.policy_of(s.policy_number), s.ends_on), s.half_days, s.roll, s.roll_counted_on, s.staff, s.staff_counted_on, s.net_pence,
    s.vat_percent, s.vat_pence, s.gross_pence, s.reasons, s.version;
end $$;
comment on function sla.subscribe is 'sla.subscribe orders a package for a school at the rules of the first day, and keeps the price with its reasons (SLA-3); the constraint of the table refuses a second live one of the service (SLA-5).';
grant execute on function sla.subscribe to persona_la_admin, persona_officer, persona_booker;

create function sla.list_subscriptions(p_school_urn integer, p_service_id text, p_as_of date, p_include_ended boolean, p_page_size integer,
  p_cursor text)
returns table (subscription_id text, school_urn integer, school text, service text, package text, starts_on date, ends_on date, status text,
  half_days integer, net_pence bigint, vat_pence bigint, gross_pence bigint, end_reason text, version integer, row_cursor text)
language sql stable as $$
  select s.subscription_id, s.school_urn, school.name, v.name, p.name, s.starts_on, s.ends_on,
    sla.status(s.starts_on, s.ends_on, coalesce(p_as_of, base.today())), s.half_days, s.net_pence, s.vat_pence, s.gross_pence, s.end_reason,
    s.version, jsonb_build_array(s.school_urn, s.subscription_id)::text
  from sla.subscription s
  join sla.service v on v.authority_id = s.authority_id and v.service_id = s.service_id
  join sla.package p on p.authority_id = s.authority_id and p.package_id = s.package_id
  left join lateral register.establishment_on(s.school_urn, s.starts_on) school on true
  where s.authority_id = (select auth.authority_id())
    and (p_school_urn is null or s.school_urn = p_school_urn)
    and (p_service_id is null or s.service_id = p_service_id)
    and (coalesce(p_include_ended, false) or s.ends_on >= coalesce(p_as_of, base.today()))
    and (p_as_of is null or s.starts_on <= p_as_of)
    and (p_cursor is null or (s.school_urn, s.subscription_id) > ((p_cursor::jsonb ->> 0)::integer, p_cursor::jsonb ->> 1))
  order by s.school_urn, s.subscription_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function sla.list_subscriptions is 'sla.list_subscriptions lists subscriptions that are active or ordered, or those active on a day; a school sees its own.';
grant execute on function sla.list_subscriptions to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;

create function sla.end_subscription(p_subscription_id text, p_version integer, p_reason text, p_ends_on date)
returns table (subscription_id text, school_urn integer, starts_on date, ends_on date, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_ends_on date := coalesce(p_ends_on, base.today());
  v_was sla.subscription;
begin
  perform errors.required('subscription_id', p_subscription_id, 'a reference such as su-7k2q9mx4td');
  perform errors.required('version', p_version);
  perform errors.required('reason', btrim(p_reason));
  select s.* into v_was from sla.subscription s
  where s.authority_id = auth.authority_id() and s.subscription_id = p_subscription_id
  for no key update;
  if not found then
    perform errors.not_found('subscription_id', format('The authority has no subscription "%s".', left(p_subscription_id, 40)),
      'a reference such as su-7k2q9mx4td', 'improve subscription list shows them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.ends_on < v_ends_on then
    perform errors.precondition('ALREADY_ENDED', format('The subscription ends on %s; ending it cannot make it longer.', sla.day(v_was.ends_on)),
      'ends_on', 'SLA-5', format('%s to %s', v_was.starts_on, v_was.ends_on));
  end if;
  return query
  update sla.subscription s
  set ends_on = v_ends_on, end_reason = btrim(p_reason), version = s.version + 1
  where s.authority_id = auth.authority_id() and s.subscription_id = p_subscription_id
  returning s.subscription_id, s.school_urn, s.starts_on, s.ends_on, sla.status(s.starts_on, s.ends_on, base.today()), s.version;
end $$;
comment on function sla.end_subscription is 'sla.end_subscription sets an earlier last day, with the reason (SLA-5); the charge stays as ordered, and nothing is paid back.';
grant execute on function sla.end_subscription to persona_la_admin, persona_officer;
