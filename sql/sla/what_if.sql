-- What if the grant goes (SLA-9): scenarios over the subscriptions there are, which write nothing, and what price or take-up would close the gap.

create function sla.year_net(p_subscription sla.subscription) returns bigint
language plpgsql immutable as $$
begin
  return p_subscription.net_pence - (select coalesce(sum((l ->> 'pence')::bigint), 0) from jsonb_array_elements(p_subscription.reasons) l
    where l ->> 'clause' = 'pro-rata');
end $$;
comment on function sla.year_net is 'sla.year_net is what a subscription costs net for a whole year, where it was ordered for a part of one.';

create function sla.live_income(p_as_of date, p_service_id text, out schools integer, out in_base integer, out base integer, out pence bigint)
language plpgsql stable as $$
begin
  select count(*), count(*) filter (where s.phase_group <> 'Other') into schools, in_base from reports.sla_subscribers(p_as_of, p_service_id) s;
  select count(*) into base from register.schools_on(p_as_of, null) s
  where s.authority_id = auth.authority_id() and s.is_open and s.phase_group <> 'Other';
  select coalesce(sum(sla.year_net(s)), 0) into pence
  from sla.subscription s
  where s.authority_id = auth.authority_id() and s.starts_on <= p_as_of and s.ends_on >= p_as_of and (p_service_id is null or s.service_id = p_service_id);
end $$;
comment on function sla.live_income is 'sla.live_income counts the schools that subscribe on a day, those of them in the base and the base itself (SLA-8), and what they pay for a whole year.';

create function sla.gap_row(p_scenario text, p_grant bigint, p_other bigint, p_income_today bigint, p_schools integer, p_outside integer, p_base integer,
  p_price numeric)
returns table (scenario text, grant_pence bigint, subscriptions_pence bigint, income_pence bigint, gap_pence bigint, gap_percent numeric, subscribers integer,
  base_schools integer, take_up_percent numeric, price_pence bigint, price_needed_pence bigint, price_rise_percent numeric, subscribers_needed integer,
  closes text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_subscriptions constant bigint := round(p_price * p_schools);
  v_income constant bigint := p_grant + p_other + v_subscriptions;
  v_gap constant bigint := p_income_today - v_income;
  v_needed constant integer := case when p_price > 0 then ceil((v_subscriptions + v_gap) / p_price) end;
begin
  return query
  select p_scenario, p_grant, v_subscriptions, v_income, v_gap, reports.percent(v_gap, p_income_today), p_schools, p_base,
    reports.percent(greatest(0, p_schools - p_outside), p_base), round(p_price)::bigint,
    case when v_gap > 0 and p_schools > 0 then ceil((v_subscriptions + v_gap)::numeric / p_schools)::bigint end,
    case when v_gap > 0 then reports.percent(v_gap, v_subscriptions) end, case when v_gap > 0 then v_needed end,
    case when v_gap <= 0 then 'no gap'
      when v_needed is null then 'unknown: nobody subscribes'
      when v_needed - p_outside > p_base then format('by price; not by take-up: %s of %s schools', v_needed - p_outside, p_base)
      else 'by price or take-up' end;
end $$;
comment on function sla.gap_row is 'sla.gap_row is a scenario: its income, the gap to today''s, and the price or the number of subscribers that would close it.';
grant execute on function sla.year_net, sla.live_income, sla.gap_row to improve_exec;

create function sla.ask_what_if(p_as_of date, p_grant_pence bigint, p_grant_percent numeric, p_other_pence bigint, p_price_percent numeric, p_subscribers integer,
  p_service_id text)
returns table (scenario text, grant_pence bigint, subscriptions_pence bigint, income_pence bigint, gap_pence bigint, gap_percent numeric, subscribers integer,
  base_schools integer, take_up_percent numeric, price_pence bigint, price_needed_pence bigint, price_rise_percent numeric, subscribers_needed integer,
  closes text)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_as_of constant date := coalesce(p_as_of, base.today());
  v_other constant bigint := coalesce(p_other_pence, 0);
  v_live record;
  v_grant bigint;
  v_today bigint;
  v_price numeric;
begin
  perform reports.require_service(p_service_id);
  if num_nonnulls(p_grant_pence, p_grant_percent) <> 1 then
    perform errors.invalid('grant_pence', 'The grant is told in pence, or as its share of the income.', 'SLA-9', 'grant_pence or grant_percent');
  elsif p_grant_percent not between 0 and 99 or p_grant_pence not between 0 and 100000000000 or v_other not between 0 and 100000000000 then
    perform errors.invalid(case when p_grant_percent not between 0 and 99 then 'grant_percent' when p_grant_pence not between 0 and 100000000000 then 'grant_pence' else 'other_pence' end,
      'That is no part of an income.', 'SLA-9', 'a share from 0 to 99, pence from 0 to 100000000000');
  elsif p_price_percent < -100 or p_price_percent > 1000 or p_subscribers not between 0 and 100000 then
    perform errors.invalid(case when p_subscribers not between 0 and 100000 then 'subscribers' else 'price_percent' end, 'That is no scenario.', 'SLA-9',
      'price_percent from -100 to 1000, subscribers from 0 to 100000');
  end if;
  v_live := sla.live_income(v_as_of, p_service_id);
  v_grant := coalesce(p_grant_pence, round((v_live.pence + v_other) * p_grant_percent / (100 - p_grant_percent))::bigint);
  v_today := v_grant + v_other + v_live.pence;
  v_price := case when v_live.schools > 0 then v_live.pence::numeric / v_live.schools else 0 end;
  raise notice using errcode = 'IMNTE', message = format('Income on %s: grant %s (%s%%), subscriptions of %s schools %s, other %s: %s. Nothing is written.', sla.day(v_as_of), sla.pounds(v_grant),
    coalesce(reports.percent(v_grant, v_today), 0), v_live.schools, sla.pounds(v_live.pence), sla.pounds(v_other), sla.pounds(v_today));
  return query
  select r.* from (values (1, 'As it is', v_grant), (2, 'Grant halved', v_grant - v_grant / 2), (3, 'No grant', 0)) g (nth, scenario, pence)
  cross join lateral sla.gap_row(g.scenario, g.pence, v_other, v_today, v_live.schools, v_live.schools - v_live.in_base, v_live.base, v_price) r
  order by g.nth;
  if num_nonnulls(p_price_percent, p_subscribers) > 0 then
    return query
    select r.* from (values (1, 'As it is', v_grant), (2, 'Grant halved', v_grant - v_grant / 2), (3, 'No grant', 0)) g (nth, scenario, pence)
    cross join lateral sla.gap_row(format('%s; price %s%%, %s schools', g.scenario, to_char(coalesce(p_price_percent, 0), 'FMSG999990.0'), coalesce(p_subscribers, v_live.schools)),
      g.pence, v_other, v_today, coalesce(p_subscribers, v_live.schools), v_live.schools - v_live.in_base, v_live.base,
      v_price * (100 + coalesce(p_price_percent, 0)) / 100) r
    order by g.nth;
  end if;
end $$;
comment on function sla.ask_what_if is 'sla.ask_what_if tells what the income is when the grant is halved and when it is gone, and what average price or how many subscribers would close the gap; with a change of price or another number of subscribers also what they would do (SLA-9). It reads what there is, and writes nothing.';
grant execute on function sla.ask_what_if to persona_la_admin, persona_officer, persona_finance, persona_reporter;
