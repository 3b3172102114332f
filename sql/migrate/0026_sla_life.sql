-- The life of a subscription (SLA-5): notice, roll-over from one year to the next, early ends and what they give back. Half-days of visits may lapse
-- and move (SLA-7).
set role improve_owner;

alter table sla.subscription
  add column continues text,
  add column notice_given_on date,
  add column notice_reason text,
  add column notice_given_by uuid references auth.person,
  add foreign key (authority_id, continues) references sla.subscription deferrable initially deferred,
  add check ((notice_given_on is null) = (notice_given_by is null)),
  add constraint subscription_notice_reason_length check (length(notice_reason) between 1 and 500),
  drop constraint subscription_ends_after_start,
  add constraint subscription_ends_after_start check (ends_on >= starts_on - 1),
  drop constraint subscription_once_a_school_and_service,
  add constraint subscription_once_a_school_and_service exclude using gist (
    authority_id with =, school_urn with =, service_id with =, daterange(starts_on, ends_on + 1) with &&);
comment on column sla.subscription.ends_on is 'Last day, earlier than ordered when it was ended early; the day before the first for an order that was cancelled before it began.';
comment on column sla.subscription.continues is 'The subscription that it took up: the year before it, or the one under the URN that the school had; null for an order.';
comment on column sla.subscription.notice_given_on is 'Day on which notice was given: it ends on its last day and does not roll over; null when none was.';
comment on column sla.subscription.notice_reason is 'Why notice was given; null when not told.';
comment on column sla.subscription.notice_given_by is 'Who recorded the notice.';
comment on constraint subscription_notice_reason_length on sla.subscription is
  '{"reason":"REASON_LENGTH","message":"A reason is a sentence or two.","field":"reason","rule":"SLA-5","accepted":"1 to 500 characters"}';
comment on constraint subscription_ends_after_start on sla.subscription is
  '{"reason":"PERIOD_BACKWARDS","message":"A subscription cannot end before it starts.","field":"ends_on","rule":"SLA-5","accepted":"the first day or a later one"}';
comment on constraint subscription_once_a_school_and_service on sla.subscription is
  '{"reason":"SUBSCRIPTION_OVERLAPS","message":"The school subscribes to this service in that period already.","field":"starts_on","rule":"SLA-5","accepted":"a period after the other subscription ends","code":9}';
create unique index subscription_continued_once on sla.subscription (authority_id, continues) where ends_on >= starts_on;

create table sla.adjustment (
  authority_id integer not null references auth.authority_scope,
  adjustment_id text not null,
  subscription_id text not null,
  cause text not null check (cause in ('early_end', 'conversion', 'cancelled')),
  effective_on date not null,
  net_pence bigint not null,
  vat_percent numeric(4, 1) not null,
  vat_pence bigint not null,
  gross_pence bigint not null,
  reasons jsonb not null,
  recorded_by uuid not null references auth.person,
  recorded_at timestamptz not null default now(),
  primary key (authority_id, adjustment_id),
  foreign key (authority_id, subscription_id) references sla.subscription,
  check (gross_pence = net_pence + vat_pence and net_pence <= 0 and vat_pence <= 0 and gross_pence < 0),
  constraint adjustment_once_a_subscription unique (authority_id, subscription_id)
);
comment on table sla.adjustment is 'Tenant: what a subscription gives back of its charge, and why (SLA-5, SLA-6): append-only, once for each.';
comment on column sla.adjustment.authority_id is 'The authority that gives back.';
comment on column sla.adjustment.adjustment_id is 'Short random reference.';
comment on column sla.adjustment.subscription_id is 'The subscription whose charge it lessens.';
comment on column sla.adjustment.cause is 'early_end, conversion to an academy, or cancelled before it began.';
comment on column sla.adjustment.effective_on is 'Last day of the subscription then: the day in whose accounts it stands.';
comment on column sla.adjustment.net_pence is 'Net, in pence, below zero.';
comment on column sla.adjustment.vat_percent is 'VAT rate in per cent, that of the charge.';
comment on column sla.adjustment.vat_pence is 'VAT in pence: what remains charged and this add up to the VAT of the charge.';
comment on column sla.adjustment.gross_pence is 'Net and VAT in pence.';
comment on column sla.adjustment.reasons is 'The arithmetic, line by line: [{"clause","text","pence"}]; the pence of all lines add up to the gross.';
comment on column sla.adjustment.recorded_by is 'Who made the call.';
comment on column sla.adjustment.recorded_at is 'When.';
comment on constraint adjustment_once_a_subscription on sla.adjustment is
  '{"reason":"ADJUSTED_ALREADY","message":"The subscription has given back before.","field":"subscription_id","rule":"SLA-5","code":9}';

alter table visits.entitlement_entry
  add column other_id text,
  add foreign key (authority_id, other_id) references visits.entitlement,
  drop constraint entitlement_entry_kind_check,
  drop constraint entitlement_entry_check,
  drop constraint entitlement_entry_check1,
  add check (kind in ('granted', 'adjusted', 'drawn', 'given_back', 'lapsed', 'moved')),
  add constraint entry_of_a_visit check ((kind in ('drawn', 'given_back')) = (visit_id is not null)),
  add constraint entry_moved_between check ((kind = 'moved') = (other_id is not null)),
  add constraint entry_sign check (case when kind in ('drawn', 'lapsed') then half_days < 0 when kind in ('adjusted', 'moved') then half_days <> 0
    else half_days > 0 end);
comment on table visits.entitlement_entry is 'Tenant: the ledger of half-days, append-only (VIS-2, SLA-7): what was granted, drawn by visits, given back, lapsed, and moved to or from another.';
comment on column visits.entitlement_entry.kind is 'granted, adjusted, drawn, given_back, lapsed or moved.';
comment on column visits.entitlement_entry.visit_id is 'The visit that drew or gave back; null for the others.';
comment on column visits.entitlement_entry.other_id is 'The entitlement they were moved to or from; null for the others.';

alter table sla.adjustment enable row level security, force row level security;
grant select, insert on sla.adjustment to improve_exec;
grant select on sla.adjustment to reporting_owner;
reset role;
