-- Subscriptions for SQL reporters.

create view reporting.sla_subscription with (security_invoker = true) as
select s.authority_id, base.authority_code(s.authority_id) as authority, s.subscription_id, v.name as service, p.name as package, s.school_urn,
  s.starts_on, s.ends_on, s.ordered_to, s.ordered_at, s.half_days, s.roll, s.roll_counted_on, s.net_pence, s.vat_percent, s.vat_pence,
  s.gross_pence, s.end_reason
from sla.subscription s
join sla.service v using (authority_id, service_id)
join sla.package p using (authority_id, package_id);
comment on view reporting.sla_subscription is 'Subscriptions of schools to packages, past, active and ordered.';
comment on column reporting.sla_subscription.authority_id is 'DfE number of the authority that sells.';
comment on column reporting.sla_subscription.authority is 'DfE code of the authority that sells.';
comment on column reporting.sla_subscription.subscription_id is 'Reference of the subscription.';
comment on column reporting.sla_subscription.service is 'Name of the service.';
comment on column reporting.sla_subscription.package is 'Name of the package.';
comment on column reporting.sla_subscription.school_urn is 'URN of the school at the order.';
comment on column reporting.sla_subscription.starts_on is 'First day.';
comment on column reporting.sla_subscription.ends_on is 'Last day.';
comment on column reporting.sla_subscription.ordered_to is 'Last day as ordered: what the price is for.';
comment on column reporting.sla_subscription.ordered_at is 'When it was ordered.';
comment on column reporting.sla_subscription.half_days is 'Half-days of a partner bought.';
comment on column reporting.sla_subscription.roll is 'Number on roll that the price used.';
comment on column reporting.sla_subscription.roll_counted_on is 'Day of that count.';
comment on column reporting.sla_subscription.net_pence is 'Net charge in pence.';
comment on column reporting.sla_subscription.vat_percent is 'VAT rate in per cent.';
comment on column reporting.sla_subscription.vat_pence is 'VAT in pence.';
comment on column reporting.sla_subscription.gross_pence is 'Gross charge in pence.';
comment on column reporting.sla_subscription.end_reason is 'Why it was ended early.';
