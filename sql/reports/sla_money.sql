-- Reports on what subscriptions bring in, and what their next year would (SLA-2, SLA-5).

create function reports.price_next(p_subscription sla.subscription, out starts_on date, out ends_on date, out net_pence bigint, out why text)
language plpgsql stable as $$
declare
  v_next record;
begin
  v_next := sla.next_period(p_subscription);
  starts_on := v_next.starts_on;
  ends_on := v_next.ends_on;
  select c.net_pence, case when c.price_id = p_subscription.price_id and c.frozen_to = p_subscription.frozen_to then format('Frozen to %s.', sla.day(c.frozen_to)) end
    into net_pence, why
  from sla.price_of(p_subscription.package_id, p_subscription.school_urn, v_next.starts_on, v_next.ends_on, null, null, v_next.counting,
    p_subscription.price_id, p_subscription.frozen_to) c;
exception when sqlstate 'IM005' or sqlstate 'IM009' then
  net_pence := null;
  why := sqlerrm;
end $$;
comment on function reports.price_next is 'reports.price_next prices the year that follows a subscription, without ordering it, or tells why it cannot.';
grant execute on function reports.price_next to improve_exec;

create function reports.sla_renewals(p_ends_by date, p_service_id text)
returns table (authority text, as_of date, subscription_id text, urn integer, school text, service text, package text, ends_on date, notice_by date,
  days_to_notice integer, standing text, net_pence bigint, next_starts_on date, next_ends_on date, next_net_pence bigint, change_pence bigint,
  change_percent numeric, why text)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_today constant date := base.today();
  v_row record;
  v_count integer := 0;
  v_leaving integer := 0;
  v_now bigint := 0;
  v_next bigint := 0;
begin
  perform reports.require_service(p_service_id);
  for v_row in
    select r as subscription, n.starts_on, n.ends_on, n.net_pence, n.why, school.name as school, v.name as service, k.name as package,
      sla.standing(r, v_today) as standing, sla.notice_by(sla.policy_of(r.policy_number), r.ends_on) as notice_by
    from sla.rolling(v_today, coalesce(p_ends_by, 'infinity')) r
    cross join lateral reports.price_next(r) n
    join sla.package k on k.authority_id = r.authority_id and k.package_id = r.package_id
    join sla.service v on v.authority_id = k.authority_id and v.service_id = k.service_id
    left join lateral register.establishment_on(r.school_urn, r.ends_on) school on true
    where p_service_id is null or r.service_id = p_service_id
    order by r.ends_on, r.school_urn, r.subscription_id
  loop
    v_count := v_count + 1;
    v_leaving := v_leaving + (v_row.standing = 'notice_given')::integer;
    if v_row.standing in ('due', 'notice_open') and v_row.net_pence is not null then
      v_now := v_now + (v_row.subscription).net_pence;
      v_next := v_next + v_row.net_pence;
    end if;
    return query
    select base.authority_code(auth.authority_id()), v_today, (v_row.subscription).subscription_id, (v_row.subscription).school_urn, v_row.school, v_row.service,
      v_row.package, (v_row.subscription).ends_on, v_row.notice_by, v_row.notice_by - v_today, v_row.standing, (v_row.subscription).net_pence, v_row.starts_on,
      v_row.ends_on, v_row.net_pence, v_row.net_pence - (v_row.subscription).net_pence,
      reports.percent(v_row.net_pence - (v_row.subscription).net_pence, (v_row.subscription).net_pence), v_row.why;
  end loop;
  raise notice using errcode = 'IMNTE', message = format('Subscriptions: %s; under notice: %s. Those that roll over bring %s net, after %s: %s%s.', v_count, v_leaving,
    sla.pounds(v_next), sla.pounds(v_now), case when v_next >= v_now then '+' else '' end, sla.pounds(v_next - v_now));
end $$;
comment on function reports.sla_renewals is 'reports.sla_renewals lists the subscriptions that end next, with the last day for notice, where each stands, and what its next year would cost, frozen prices and changes of calendar included (SLA-5).';
grant execute on function reports.sla_renewals to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function reports.income_in(p_subscription sla.subscription, p_given_back bigint, p_from date, p_to date) returns bigint
language plpgsql stable as $$
declare
  v_days constant integer := p_subscription.ends_on - p_subscription.starts_on + 1;
begin
  return case when v_days < 1 then 0 else base.part_between(p_subscription.net_pence + coalesce(p_given_back, 0),
    greatest(0, least(v_days, p_from - p_subscription.starts_on)), greatest(0, least(v_days, p_to + 1 - p_subscription.starts_on)), v_days) end;
end $$;
comment on function reports.income_in is 'reports.income_in is what a subscription brings in a period, by its days, less what it gives back: periods that abut add up to the whole (C-2).';
grant execute on function reports.income_in to improve_exec;

create function reports.income_by_service(p_from date, p_to date)
returns table (authority text, period_starts_on date, period_ends_on date, service text, school_status text, subscriptions integer, schools integer, net_pence bigint,
  base bigint, percent numeric, year_price_pence bigint)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_from constant date := coalesce(p_from, calendar.financial_year_starts(calendar.financial_year(coalesce(p_to, base.today()))));
  v_to constant date := coalesce(p_to, (v_from + interval '1 year')::date - 1);
  v_all bigint;
begin
  if v_to < v_from then
    perform errors.invalid('to', 'The period ends before it begins.', 'SLA-1', format('%s or later', v_from), 'PERIOD_BACKWARDS');
  end if;
  select coalesce(sum(reports.income_in(s, a.net_pence, v_from, v_to)), 0) into v_all
  from sla.subscription s
  left join sla.adjustment a on a.authority_id = s.authority_id and a.subscription_id = s.subscription_id
  where s.authority_id = auth.authority_id() and s.starts_on <= v_to and s.ends_on >= v_from;
  raise notice using errcode = 'IMNTE', message = format('Subscriptions bring %s net from %s to %s, by days; what was given back is taken off.', sla.pounds(v_all), sla.day(v_from),
    sla.day(v_to));
  return query
  select base.authority_code(auth.authority_id()), v_from, v_to, case when grouping(v.name) = 0 then v.name else 'Total' end,
    case when grouping(x.status) = 0 then x.status else 'all' end, count(*)::integer, count(distinct s.school_urn)::integer, sum(x.net)::bigint,
    v_all, reports.percent(sum(x.net)::bigint, v_all), round(avg(sla.year_net(s)))::bigint
  from sla.subscription s
  join sla.service v on v.authority_id = s.authority_id and v.service_id = s.service_id
  left join sla.adjustment a on a.authority_id = s.authority_id and a.subscription_id = s.subscription_id
  cross join lateral (select coalesce(s.school_status, 'not recorded'), reports.income_in(s, a.net_pence, v_from, v_to)) x (status, net)
  where s.authority_id = auth.authority_id() and s.starts_on <= v_to and s.ends_on >= v_from and s.ends_on >= s.starts_on
  group by grouping sets ((v.service_id, v.name, x.status), (v.service_id, v.name), ())
  order by grouping(v.name), v.name, v.service_id, grouping(x.status), x.status;
end $$;
comment on function reports.income_by_service is 'reports.income_by_service tells what subscriptions bring in a period by service and by the status of the schools, with the average price of a whole year: where academies pay more, it shows. Shares are of the total (C-6).';
grant execute on function reports.income_by_service to persona_la_admin, persona_officer, persona_finance, persona_reporter;
