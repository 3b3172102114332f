-- What an authority sells to schools by the year, at what price, and who bought it.
create schema sla authorization improve_owner;
comment on schema sla is 'Service level agreements: the catalogue, its prices, and schools'' subscriptions.';
grant usage on schema sla to improve_exec;

set role improve_owner;

create table sla.service (
  authority_id integer not null references auth.authority_scope,
  service_id text not null,
  name text not null,
  name_key text not null generated always as (lower(name)) stored,
  version integer not null default 1,
  primary key (authority_id, service_id),
  constraint service_name_length check (length(name) between 1 and 200),
  constraint service_name_once unique (authority_id, name_key)
);
comment on table sla.service is 'Tenant: a service that schools subscribe to, such as a school improvement partner (SLA-1).';
comment on column sla.service.authority_id is 'The authority that sells.';
comment on column sla.service.service_id is 'Short random reference.';
comment on column sla.service.name is 'Name as schools read it.';
comment on column sla.service.name_key is 'The name in lower case: two services may not differ by case alone.';
comment on column sla.service.version is 'Counts the updates.';
comment on constraint service_name_length on sla.service is
  '{"reason":"NAME_LENGTH","message":"A service needs a name of at most 200 characters.","field":"name","rule":"SLA-1","accepted":"1 to 200 characters"}';
comment on constraint service_name_once on sla.service is
  '{"reason":"SERVICE_EXISTS","message":"The authority has a service of this name.","field":"name","rule":"SLA-1"}';

create table sla.package (
  authority_id integer not null references auth.authority_scope,
  package_id text not null,
  service_id text not null,
  name text not null,
  name_key text not null generated always as (lower(name)) stored,
  version integer not null default 1,
  primary key (authority_id, package_id),
  foreign key (authority_id, service_id) references sla.service,
  constraint package_of_service unique (authority_id, service_id, package_id),
  constraint package_name_length check (length(name) between 1 and 200),
  constraint package_name_once unique (authority_id, service_id, name_key)
);
comment on table sla.package is 'Tenant: what a school can choose within a service (SLA-1). What is in it is dated, in sla.package_version.';
comment on column sla.package.authority_id is 'The authority that sells.';
comment on column sla.package.package_id is 'Short random reference.';
comment on column sla.package.service_id is 'The service it belongs to.';
comment on column sla.package.name is 'Name as schools read it.';
comment on column sla.package.name_key is 'The name in lower case: two packages of a service may not differ by case alone.';
comment on column sla.package.version is 'Counts the updates.';
comment on constraint package_name_length on sla.package is
  '{"reason":"NAME_LENGTH","message":"A package needs a name of at most 200 characters.","field":"name","rule":"SLA-1","accepted":"1 to 200 characters"}';
comment on constraint package_name_once on sla.package is
  '{"reason":"PACKAGE_EXISTS","message":"The service has a package of this name.","field":"name","rule":"SLA-1"}';

create table sla.package_version (
  authority_id integer not null references auth.authority_scope,
  package_version_id text not null,
  package_id text not null,
  valid_from date not null,
  valid_to date,
  summary text not null check (length(summary) <= 2000),
  half_days integer not null,
  recorded_at timestamptz not null default now(),
  superseded_at timestamptz,
  primary key (authority_id, package_version_id),
  foreign key (authority_id, package_id) references sla.package,
  constraint package_version_not_empty check (valid_to > valid_from),
  constraint package_version_half_days check (half_days between 0 and 730),
  constraint package_version_once_a_day exclude using gist (
    authority_id with =, package_id with =, daterange(valid_from, valid_to) with &&) where (superseded_at is null)
);
comment on table sla.package_version is 'Tenant: what a package holds, dated (SLA-1, C-5).';
comment on column sla.package_version.authority_id is 'The authority that sells.';
comment on column sla.package_version.package_version_id is 'Short random reference; subscriptions keep the one they were ordered under.';
comment on column sla.package_version.package_id is 'The package.';
comment on column sla.package_version.valid_from is 'First day on which a subscription that starts has this in it.';
comment on column sla.package_version.valid_to is 'First day on which it no longer holds; null while open.';
comment on column sla.package_version.summary is 'What is in the package, for schools.';
comment on column sla.package_version.half_days is 'Half-days of a partner in the package.';
comment on column sla.package_version.recorded_at is 'When it was recorded.';
comment on column sla.package_version.superseded_at is 'When another row took its place; null while it is what we know.';
comment on constraint package_version_not_empty on sla.package_version is
  '{"reason":"PERIOD_BACKWARDS","message":"A version must hold for at least one day.","field":"valid_from","rule":"SLA-1"}';
comment on constraint package_version_half_days on sla.package_version is
  '{"reason":"HALF_DAYS_OUT_OF_RANGE","message":"A package holds no or some half-days of a year.","field":"half_days","rule":"SLA-1","accepted":"0 to 730"}';

create table sla.price (
  authority_id integer not null references auth.authority_scope,
  price_id text not null,
  package_id text not null,
  valid_from date not null,
  valid_to date,
  flat_pence bigint not null,
  pupil_pence bigint not null,
  minimum_pence bigint,
  maximum_pence bigint,
  vat_percent numeric(4, 1) not null,
  recorded_at timestamptz not null default now(),
  superseded_at timestamptz,
  primary key (authority_id, price_id),
  foreign key (authority_id, package_id) references sla.package,
  constraint price_not_negative check (flat_pence >= 0 and pupil_pence >= 0 and minimum_pence >= 0 and maximum_pence >= 0),
  constraint price_below_a_million check (flat_pence <= 100000000 and pupil_pence <= 1000000 and minimum_pence <= 100000000 and maximum_pence <= 100000000),
  constraint price_bounds_in_order check (minimum_pence <= maximum_pence),
  constraint price_bounds_a_roll check (pupil_pence > 0 or minimum_pence is null and maximum_pence is null),
  constraint price_vat_a_share check (vat_percent between 0 and 100),
  constraint price_not_empty check (valid_to > valid_from),
  constraint price_once_a_day exclude using gist (
    authority_id with =, package_id with =, daterange(valid_from, valid_to) with &&) where (superseded_at is null)
);
comment on table sla.price is 'Tenant: price rules as data (SLA-2): a flat part plus a part for each pupil on roll, the sum within a minimum and a maximum, dated (C-5).';
comment on column sla.price.authority_id is 'The authority that sells.';
comment on column sla.price.price_id is 'Short random reference; subscriptions keep the one they were priced by.';
comment on column sla.price.package_id is 'The package it prices.';
comment on column sla.price.valid_from is 'First day on which a subscription that starts is priced so.';
comment on column sla.price.valid_to is 'First day on which it no longer holds; null while open.';
comment on column sla.price.flat_pence is 'Flat part for a year, net, in pence.';
comment on column sla.price.pupil_pence is 'For each pupil on roll and year, net, in pence; 0 when the roll does not matter.';
comment on column sla.price.minimum_pence is 'Least net charge of a price by roll; null for none.';
comment on column sla.price.maximum_pence is 'Greatest net charge of a price by roll; null for none.';
comment on column sla.price.vat_percent is 'VAT rate in per cent.';
comment on column sla.price.recorded_at is 'When it was recorded.';
comment on column sla.price.superseded_at is 'When another row took its place; null while it is what we know.';
comment on constraint price_not_negative on sla.price is
  '{"reason":"PRICE_NEGATIVE","message":"No part of a price may be below zero.","rule":"SLA-2","accepted":"whole pence, 0 or more"}';
comment on constraint price_below_a_million on sla.price is
  '{"reason":"PRICE_TOO_HIGH","message":"A price may be up to a million pounds, and up to £10,000 a pupil.","rule":"SLA-2","accepted":"whole pence"}';
comment on constraint price_bounds_in_order on sla.price is
  '{"reason":"BOUNDS_BACKWARDS","message":"The minimum is above the maximum.","field":"minimum_pence","rule":"SLA-2","accepted":"at most maximum_pence"}';
comment on constraint price_bounds_a_roll on sla.price is
  '{"reason":"BOUNDS_WITHOUT_ROLL","message":"A minimum and a maximum bound a price by pupil; a flat price needs none.","field":"pupil_pence","rule":"SLA-2","accepted":"above 0, or leave the bounds out"}';
comment on constraint price_vat_a_share on sla.price is
  '{"reason":"VAT_OUT_OF_RANGE","message":"The VAT rate is not a percentage.","field":"vat_percent","rule":"C-2","accepted":"0 to 100, such as 20"}';
comment on constraint price_not_empty on sla.price is
  '{"reason":"PERIOD_BACKWARDS","message":"A price must hold for at least one day.","field":"valid_to","rule":"SLA-2","accepted":"a day after valid_from"}';

create table sla.subscription (
  authority_id integer not null references auth.authority_scope,
  subscription_id text not null,
  service_id text not null,
  package_id text not null,
  school_urn integer not null references register.establishment (urn),
  starts_on date not null,
  ends_on date not null,
  ordered_to date not null,
  ordered_at timestamptz not null default now(),
  package_version_id text not null,
  half_days integer not null,
  price_id text not null,
  roll integer,
  roll_counted_on date,
  net_pence bigint not null,
  vat_percent numeric(4, 1) not null,
  vat_pence bigint not null,
  gross_pence bigint not null,
  reasons jsonb not null,
  end_reason text check (length(end_reason) between 1 and 500),
  version integer not null default 1,
  primary key (authority_id, subscription_id),
  foreign key (authority_id, service_id, package_id) references sla.package (authority_id, service_id, package_id),
  foreign key (authority_id, package_version_id) references sla.package_version,
  foreign key (authority_id, price_id) references sla.price,
  check (ends_on <= ordered_to),
  check (gross_pence = net_pence + vat_pence and net_pence >= 0 and vat_pence >= 0),
  check ((roll is null) = (roll_counted_on is null)),
  constraint subscription_ends_after_start check (ends_on >= starts_on),
  constraint subscription_once_a_school_and_service exclude using gist (
    authority_id with =, school_urn with =, service_id with =, daterange(starts_on, ends_on, '[]') with &&)
);
comment on table sla.subscription is 'Tenant: a school buys a package for a period (SLA-5); one at a time for each school and service. The price is a snapshot of the order.';
comment on column sla.subscription.authority_id is 'The authority that sells.';
comment on column sla.subscription.subscription_id is 'Short random reference.';
comment on column sla.subscription.service_id is 'The service.';
comment on column sla.subscription.package_id is 'The package of the service.';
comment on column sla.subscription.school_urn is 'The school, by the URN it had when it ordered.';
comment on column sla.subscription.starts_on is 'First day.';
comment on column sla.subscription.ends_on is 'Last day, earlier than ordered when it was ended early.';
comment on column sla.subscription.ordered_to is 'Last day as ordered: what the price is for.';
comment on column sla.subscription.ordered_at is 'When it was ordered.';
comment on column sla.subscription.package_version_id is 'What the package held at the order.';
comment on column sla.subscription.half_days is 'Half-days of a partner bought.';
comment on column sla.subscription.price_id is 'The price rule used (SLA-3).';
comment on column sla.subscription.roll is 'Number on roll used; null when the price did not ask for it.';
comment on column sla.subscription.roll_counted_on is 'Day of that count.';
comment on column sla.subscription.net_pence is 'Net charge in pence.';
comment on column sla.subscription.vat_percent is 'VAT rate in per cent.';
comment on column sla.subscription.vat_pence is 'VAT in pence.';
comment on column sla.subscription.gross_pence is 'Net and VAT in pence.';
comment on column sla.subscription.reasons is 'Why this price, line by line: [{"clause","text","pence"}]; the pence of all lines add up to the gross.';
comment on column sla.subscription.end_reason is 'Why it was ended early.';
comment on column sla.subscription.version is 'Counts the updates.';
comment on constraint subscription_ends_after_start on sla.subscription is
  '{"reason":"PERIOD_BACKWARDS","message":"A subscription cannot end before it starts.","field":"ends_on","rule":"SLA-5","accepted":"the first day or a later one"}';
comment on constraint subscription_once_a_school_and_service on sla.subscription is
  '{"reason":"SUBSCRIPTION_OVERLAPS","message":"The school subscribes to this service in that period already.","field":"starts_on","rule":"SLA-5","accepted":"a period after the other subscription ends","code":9}';
create index subscription_by_package on sla.subscription (authority_id, package_id, starts_on);

do $$
declare
  t regclass;
begin
  foreach t in array array['sla.service', 'sla.package', 'sla.package_version', 'sla.price', 'sla.subscription']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;

grant select, insert, update on sla.package_version, sla.price, sla.subscription to improve_exec;
grant select, insert on sla.service, sla.package to improve_exec;
-- Row locks need a right to update some column.
grant update (version) on sla.package to improve_exec;
reset role;
