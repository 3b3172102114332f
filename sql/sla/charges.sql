-- What subscriptions are charged (MON-3): each once, in the transaction of its order; what one gives back is a credit of that charge.

create function sla.charge(p_subscription sla.subscription) returns text
language plpgsql volatile as $$
declare
  v_what constant text := (select format('%s, %s', v.name, k.name) from sla.package k
    join sla.service v on v.authority_id = k.authority_id and v.service_id = k.service_id
    where k.authority_id = p_subscription.authority_id and k.package_id = p_subscription.package_id);
begin
  return money.charge_school(p_subscription.school_urn, 'sla.subscription', p_subscription.subscription_id, format('%s, %s to %s', left(v_what, 260),
    sla.day(p_subscription.starts_on), sla.day(p_subscription.ordered_to)), p_subscription.starts_on, p_subscription.net_pence, p_subscription.vat_percent,
    p_subscription.vat_pence, p_subscription.reasons);
end $$;
comment on function sla.charge is 'sla.charge charges a subscription, at its price with the reasons, in the accounts of its first day; what is free is not charged.';

create function sla.credit(p_subscription sla.subscription, p_net_pence bigint, p_cause text, p_effective_on date) returns money.charge
language plpgsql volatile as $$
declare
  v_credit money.charge;
begin
  v_credit.charge_id := money.credit_cause('sla.subscription', p_subscription.subscription_id, p_net_pence, p_effective_on,
    case p_cause when 'cancelled' then 'Cancelled before it began' when 'conversion' then format('The school became an academy on %s', sla.day(p_effective_on + 1))
      else format('Ends early, on %s', sla.day(p_effective_on)) end);
  return money.see_charge(v_credit.charge_id);
end $$;
comment on function sla.credit is 'sla.credit credits a part of a subscription''s charge, on the last day of the subscription.';
grant execute on function sla.charge, sla.credit to improve_exec;

create function sla.check_money() returns table (rule text, reference text, what text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select 'MON-3', c.charge_id, format('a charge of a subscription that there is not: %s %s', c.cause, c.cause_ref)
  from money.charge c
  where c.authority_id = auth.authority_id() and split_part(c.cause, '.', 1) = 'sla' and c.cause <> 'sla.ects' and (c.cause <> 'sla.subscription' or not exists (
    select from sla.subscription s where s.authority_id = c.authority_id and s.subscription_id = c.cause_ref))
  union all
  select 'MON-3', c.charge_id, format('charges %s net for early-career teachers of %s; settled were %s', c.net_pence, c.cause_ref, coalesce(x.net_pence::text, 'none'))
  from money.charge c
  left join sla.ect_settlement x on x.authority_id = c.authority_id and x.subscription_id = c.cause_ref
  where c.authority_id = auth.authority_id() and c.cause = 'sla.ects' and c.credits is null and x.net_pence is distinct from c.net_pence
  union all
  select 'MON-3', s.subscription_id, case
    when s.billed_elsewhere then format('was billed elsewhere, and is charged by %s too', c.charge_id)
    when c.charge_id is null then format('costs %s pence net, and is not charged', s.net_pence)
    else format('costs %s pence net and %s VAT for school %s; %s charges %s and %s to school %s', s.net_pence, s.vat_pence, s.school_urn, c.charge_id, c.net_pence,
      c.vat_pence, c.school_urn) end
  from sla.subscription s
  left join money.charge c on c.authority_id = s.authority_id and c.cause = 'sla.subscription' and c.cause_ref = s.subscription_id and c.credits is null
  where s.authority_id = auth.authority_id() and case when s.billed_elsewhere or s.net_pence = 0 then c.charge_id is not null
    else (c.net_pence, c.vat_pence, c.school_urn) is distinct from (s.net_pence, s.vat_pence, s.school_urn) end
  union all
  select 'MON-3', a.adjustment_id, format('gives back %s pence net and %s VAT of %s; %s', -a.net_pence, -a.vat_pence, a.subscription_id, case
    when a.credit_id is null then 'nothing is credited' else format('%s credits %s and %s of %s', a.credit_id, -c.net_pence, -c.vat_pence, c.cause_ref) end)
  from sla.adjustment a
  join sla.subscription s on s.authority_id = a.authority_id and s.subscription_id = a.subscription_id
  left join money.charge c on c.authority_id = a.authority_id and c.charge_id = a.credit_id and c.credits is not null
  where a.authority_id = auth.authority_id() and case when s.billed_elsewhere then a.credit_id is not null
    else (c.net_pence, c.vat_pence, c.cause, c.cause_ref) is distinct from (a.net_pence, a.vat_pence, 'sla.subscription', a.subscription_id) end;
end $$;
comment on function sla.check_money is 'sla.check_money lists charges without their subscription, subscriptions with a price and no charge, or another, and what was given back and not credited: no row, when all is well (MON-3). Subscriptions that were billed elsewhere have no charge.';
grant execute on function sla.check_money to improve_exec;
