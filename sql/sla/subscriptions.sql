-- Calls with which schools subscribe (SLA-3, SLA-5).

create function sla.period(p_starts_on date, p_ends_on date, out starts_on date, out ends_on date)
language plpgsql stable as $$
begin
  starts_on := coalesce(p_starts_on, base.today());
  ends_on := coalesce(p_ends_on, (starts_on + interval '1 year' - interval '1 day')::date);
  -- Prices are for a year; a longer order would be charged too little.
  if ends_on >= starts_on + interval '1 year' then
    perform errors.invalid('ends_on', 'A subscription is priced by the year and lasts one at most.', 'SLA-5',
      format('%s or an earlier day', ((starts_on + interval '1 year')::date - 1)::text));
  elsif ends_on < starts_on then
    perform errors.invalid('ends_on', 'A subscription cannot end before it starts.', 'SLA-5', format('%s or a later day', starts_on),
      'PERIOD_BACKWARDS');
  end if;
end $$;
comment on function sla.period is 'sla.period is the period of an order: from today and for a year unless told, and never longer.';

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
  perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), p_on);
  select p.* into v_package from sla.package p where p.authority_id = auth.authority_id() and p.package_id = p_package_id;
  if not found then
    perform sla.refuse_package(p_package_id);
  end if;
  return v_package;
end $$;
comment on function sla.require_sale is 'sla.require_sale refuses unless the caller may order this package for this school, and the school is open on the first day.';
grant execute on function sla.period, sla.status, sla.require_sale to improve_exec;

create function sla.quote_subscription(p_school_urn integer, p_package_id text, p_starts_on date, p_ends_on date, p_roll integer,
  p_roll_counted_on date)
returns table (package text, starts_on date, ends_on date, roll integer, roll_counted_on date, net_pence bigint, vat_percent numeric,
  vat_pence bigint, gross_pence bigint, reasons jsonb)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_from date;
  v_to date;
  v_package sla.package;
begin
  select p.starts_on, p.ends_on into v_from, v_to from sla.period(p_starts_on, p_ends_on) p;
  v_package := sla.require_sale(p_package_id, p_school_urn, v_from);
  return query
  select v_package.name, v_from, v_to, c.roll, c.roll_counted_on, c.net_pence, c.vat_percent, c.vat_pence, c.gross_pence, c.reasons
  from sla.charge(p_package_id, p_school_urn, v_from, v_to, p_roll, p_roll_counted_on) c;
end $$;
comment on function sla.quote_subscription is 'sla.quote_subscription tells what a subscription would cost and why, and orders nothing.';
grant execute on function sla.quote_subscription to persona_la_admin, persona_officer, persona_finance, persona_booker;

create function sla.subscribe(p_school_urn integer, p_package_id text, p_starts_on date, p_ends_on date, p_roll integer, p_roll_counted_on date)
returns table (subscription_id text, package text, starts_on date, ends_on date, status text, half_days integer, roll integer,
  roll_counted_on date, net_pence bigint, vat_percent numeric, vat_pence bigint, gross_pence bigint, reasons jsonb, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_from date;
  v_to date;
  v_package sla.package;
  v_content sla.package_version;
begin
  select p.starts_on, p.ends_on into v_from, v_to from sla.period(p_starts_on, p_ends_on) p;
  v_package := sla.require_sale(p_package_id, p_school_urn, v_from);
  select v.* into v_content from sla.package_version v
  where v.authority_id = auth.authority_id() and v.package_id = p_package_id and v.superseded_at is null
    and v.valid_from <= v_from and (v.valid_to is null or v.valid_to > v_from);
  if not found then
    perform errors.precondition('PACKAGE_NOT_OFFERED', format('The package is not offered on %s.', sla.day(v_from)), 'starts_on', 'SLA-1',
      'a day on which it is', 'improve package list --as-of shows what is offered on a day.');
  end if;
  return query
  insert into sla.subscription (authority_id, subscription_id, service_id, package_id, school_urn, starts_on, ends_on, ordered_to,
    package_version_id, half_days, price_id, roll, roll_counted_on, net_pence, vat_percent, vat_pence, gross_pence, reasons)
  select auth.authority_id(), base.new_ref('su'), v_package.service_id, p_package_id, p_school_urn, v_from, v_to, v_to,
    v_content.package_version_id, v_content.half_days, c.price_id, c.roll, c.roll_counted_on, c.net_pence, c.vat_percent, c.vat_pence,
    c.gross_pence, c.reasons
  from sla.charge(p_package_id, p_school_urn, v_from, v_to, p_roll, p_roll_counted_on) c
  returning subscription_id, v_package.name, starts_on, ends_on, sla.status(starts_on, ends_on, base.today()), half_days, roll,
    roll_counted_on, net_pence, vat_percent, vat_pence, gross_pence, reasons, version;
end $$;
comment on function sla.subscribe is 'sla.subscribe orders a package for a school at today''s rules, and keeps the price with its reasons (SLA-3); the constraint of the table refuses a second live one of the service (SLA-5).';
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
