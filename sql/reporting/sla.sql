-- Subscriptions for SQL reporters.
set role reporting_owner;

create view reporting.sla_subscription as
select lpad(s.authority_id::text, 3, '0')::varchar(3) as authority, s.subscription_id::varchar(20) as subscription_id,
  v.name::varchar(200) as service, p.name::varchar(200) as package, s.school_urn as urn, s.starts_on, s.ends_on, s.ordered_to,
  (s.ordered_at at time zone 'Europe/London')::timestamp(0) as ordered_uk_time, s.half_days, s.roll, s.roll_counted_on,
  (s.net_pence / 100.0)::numeric(12, 2) as net_pounds, s.vat_percent, (s.vat_pence / 100.0)::numeric(12, 2) as vat_pounds,
  (s.gross_pence / 100.0)::numeric(12, 2) as gross_pounds, s.end_reason::varchar(500) as end_reason
from sla.subscription s
join sla.service v on v.authority_id = s.authority_id and v.service_id = s.service_id
join sla.package p on p.authority_id = s.authority_id and p.package_id = s.package_id;
comment on view reporting.sla_subscription is 'Subscriptions of schools to packages, past, active and ordered (SLA-5). Prices are those of the order.';
comment on column reporting.sla_subscription.authority is 'DfE code of the authority that sells, three digits.';
comment on column reporting.sla_subscription.subscription_id is 'Reference of the subscription.';
comment on column reporting.sla_subscription.service is 'Name of the service.';
comment on column reporting.sla_subscription.package is 'Name of the package.';
comment on column reporting.sla_subscription.urn is 'URN of the school at the order.';
comment on column reporting.sla_subscription.starts_on is 'First day.';
comment on column reporting.sla_subscription.ends_on is 'Last day.';
comment on column reporting.sla_subscription.ordered_to is 'Last day as ordered: what the price is for.';
comment on column reporting.sla_subscription.ordered_uk_time is 'When it was ordered, English local time.';
comment on column reporting.sla_subscription.half_days is 'Half-days of a partner bought.';
comment on column reporting.sla_subscription.roll is 'Number on roll that the price used; null when it used none.';
comment on column reporting.sla_subscription.roll_counted_on is 'Day of that count.';
comment on column reporting.sla_subscription.net_pounds is 'Net charge in pounds.';
comment on column reporting.sla_subscription.vat_percent is 'VAT rate in per cent.';
comment on column reporting.sla_subscription.vat_pounds is 'VAT in pounds.';
comment on column reporting.sla_subscription.gross_pounds is 'Gross charge in pounds.';
comment on column reporting.sla_subscription.end_reason is 'Why it was ended early; null when it was not.';

grant select on reporting.sla_subscription to reporting_reader;
