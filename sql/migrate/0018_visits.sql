-- Visits, the half-days they draw on, and when a person is busy. Exclusion constraints decide who is in two places; the half-days that are left
-- live in the entitlement's own row, so that one locked row decides whether a visit may draw.
create schema visits authorization improve_owner;
comment on schema visits is 'Visits of partners to schools: their life, the half-days they draw on, and who is owed one.';
grant usage on schema visits to improve_exec, reporting_owner;

set role improve_owner;

create table visits.policy (
  authority_id integer not null references auth.authority_scope,
  notice_days integer not null,
  note_due_days integer not null,
  ofsted_window_months integer not null,
  version integer not null default 1,
  primary key (authority_id),
  constraint policy_notice_days_range check (notice_days between 0 and 60),
  constraint policy_note_due_days_range check (note_due_days between 1 and 60),
  constraint policy_ofsted_window_range check (ofsted_window_months between 1 and 240)
);
comment on table visits.policy is 'Tenant: what an authority decided about visits, where it decided otherwise than the common rule.';
comment on column visits.policy.authority_id is 'The authority.';
comment on column visits.policy.notice_days is 'Working days before a visit until which a school may cancel and gets its half-days back (VIS-2).';
comment on column visits.policy.note_due_days is 'Working days after a visit by which its note is due (VIS-3).';
comment on column visits.policy.ofsted_window_months is 'Months after its last inspection from which a school is in the Ofsted window (VIS-5).';
comment on column visits.policy.version is 'Counts the updates.';
comment on constraint policy_notice_days_range on visits.policy is
  '{"reason":"NOTICE_OUT_OF_RANGE","message":"Notice is some working days, or none.","field":"notice_days","rule":"VIS-2","accepted":"0 to 60"}';
comment on constraint policy_note_due_days_range on visits.policy is
  '{"reason":"DUE_DAYS_OUT_OF_RANGE","message":"A note of visit is due some working days after the visit.","field":"note_due_days","rule":"VIS-3","accepted":"1 to 60"}';
comment on constraint policy_ofsted_window_range on visits.policy is
  '{"reason":"WINDOW_OUT_OF_RANGE","message":"The Ofsted window begins some months after an inspection.","field":"ofsted_window_months","rule":"VIS-5","accepted":"1 to 240"}';

-- Every draw updates its row: room in the page keeps the versions of a busy row together.
create table visits.entitlement (
  authority_id integer not null references auth.authority_scope,
  entitlement_id text not null,
  school_urn integer not null references register.establishment (urn),
  source text not null,
  reference text,
  starts_on date not null,
  ends_on date not null,
  left_half_days integer not null default 0,
  version integer not null default 1,
  primary key (authority_id, entitlement_id),
  constraint entitlement_source_known check (source in ('sla', 'offer', 'consultancy', 'core')),
  constraint entitlement_reference_length check (length(reference) between 1 and 60),
  constraint entitlement_once_a_reference unique (authority_id, source, reference),
  constraint entitlement_ends_after_start check (ends_on >= starts_on),
  constraint entitlement_never_below_zero check (left_half_days >= 0)
) with (fillfactor = 70);
comment on table visits.entitlement is 'Tenant: half-days of visits that a school has over a period (VIS-2). The ledger visits.entitlement_entry says how it came to what is left.';
comment on column visits.entitlement.authority_id is 'The authority that gives.';
comment on column visits.entitlement.entitlement_id is 'Short random reference.';
comment on column visits.entitlement.school_urn is 'The school, by the URN it had then.';
comment on column visits.entitlement.source is 'sla, offer, consultancy or core: what gives the half-days.';
comment on column visits.entitlement.reference is 'Reference of the subscription, offer or agreement; null where there is none. It gives half-days once.';
comment on column visits.entitlement.starts_on is 'First day on which a visit may draw.';
comment on column visits.entitlement.ends_on is 'Last day.';
comment on column visits.entitlement.left_half_days is 'Half-days left: the sum of the ledger, moved only with it, in one transaction.';
comment on column visits.entitlement.version is 'Counts the changes people make; draws do not count.';
comment on constraint entitlement_source_known on visits.entitlement is
  '{"reason":"SOURCE_UNKNOWN","message":"Half-days come from a source of the list.","field":"source","rule":"VIS-2","accepted":"sla, offer, consultancy or core"}';
comment on constraint entitlement_reference_length on visits.entitlement is
  '{"reason":"REFERENCE_LENGTH","message":"A reference is short.","field":"reference","rule":"VIS-2","accepted":"1 to 60 characters"}';
comment on constraint entitlement_once_a_reference on visits.entitlement is
  '{"reason":"GRANTED_ALREADY","message":"What this reference gives was granted already.","field":"reference","rule":"VIS-2"}';
comment on constraint entitlement_ends_after_start on visits.entitlement is
  '{"reason":"PERIOD_BACKWARDS","message":"An entitlement cannot end before it starts.","field":"ends_on","rule":"VIS-2","accepted":"the first day or a later one"}';
comment on constraint entitlement_never_below_zero on visits.entitlement is
  '{"reason":"ENTITLEMENT_EXHAUSTED","message":"The school has not so many half-days left.","rule":"VIS-2","code":9}';
create index entitlement_by_school on visits.entitlement (authority_id, school_urn, ends_on);

create table visits.visit (
  authority_id integer not null references auth.authority_scope,
  visit_id text not null,
  school_urn integer not null references register.establishment (urn),
  partner_id text not null,
  assignment_id text,
  purpose text not null,
  mode text not null,
  place text,
  status text not null default 'planned' check (status in ('planned', 'confirmed', 'done', 'noted', 'agreed', 'cancelled')),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  academic_year integer not null
    generated always as (extract(year from (starts_at at time zone 'Europe/London') - interval '8 months')::integer) stored,
  half_days integer not null,
  funding text not null,
  funding_ref text,
  entitlement_id text,
  fee_pence bigint,
  notice_days integer not null check (notice_days >= 0),
  moved_late boolean not null default false,
  planned_by uuid not null references auth.person,
  planned_at timestamptz not null default now(),
  done_at timestamptz,
  note_due_on date,
  cancelled_at timestamptz,
  cancelled_for text check (cancelled_for in ('school', 'partner', 'authority')),
  cancel_reason text check (length(cancel_reason) between 1 and 500),
  version integer not null default 1,
  primary key (authority_id, visit_id),
  foreign key (authority_id, partner_id) references partners.partner,
  foreign key (authority_id, assignment_id) references partners.assignment,
  foreign key (authority_id, entitlement_id) references visits.entitlement,
  check ((status = 'cancelled') = (cancelled_at is not null) and (cancelled_at is null) = (cancelled_for is null)
    and (cancelled_at is null) = (cancel_reason is null)),
  check ((status in ('done', 'noted', 'agreed')) = (done_at is not null) and (done_at is null) = (note_due_on is null)),
  constraint visit_purpose_known check (purpose in ('kit', 'core', 'challenge', 'moderation', 'headteacher_performance_management', 'review')),
  constraint visit_mode_known check (mode in ('in_person', 'virtual', 'meeting')),
  constraint visit_place_length check (length(place) between 1 and 300),
  constraint visit_ends_after_start check (ends_at > starts_at),
  constraint visit_within_a_day check (ends_at <= starts_at + interval '12 hours'),
  constraint visit_half_days_range check (half_days between 1 and 4),
  constraint visit_funding_known check (funding in ('sla', 'offer', 'consultancy', 'core')),
  constraint visit_funding_ref_length check (length(funding_ref) between 1 and 60),
  constraint visit_fee_range check (fee_pence between 0 and 10000000),
  constraint visit_partner_once exclude using gist (authority_id with =, partner_id with =, tstzrange(starts_at, ends_at) with &&)
    where (status <> 'cancelled'),
  constraint visit_kit_once_a_year exclude using gist (authority_id with =, school_urn with =, academic_year with =)
    where (purpose = 'kit' and status <> 'cancelled')
);
comment on table visits.visit is 'Tenant: a partner''s visit to a school (VIS-1). A partner has one at a time.';
comment on column visits.visit.authority_id is 'The authority that plans it.';
comment on column visits.visit.visit_id is 'Short random reference.';
comment on column visits.visit.school_urn is 'The school, by the URN it had then.';
comment on column visits.visit.partner_id is 'Who visits.';
comment on column visits.visit.assignment_id is 'The assignment it belongs to; null for a visit outside one.';
comment on column visits.visit.purpose is 'kit (keeping in touch), core, challenge, moderation, headteacher_performance_management or review.';
comment on column visits.visit.mode is 'in_person, virtual or meeting.';
comment on column visits.visit.place is 'Where else than at the school: an address or a link.';
comment on column visits.visit.status is 'planned, confirmed, done, noted, agreed or cancelled; visits.transition says what follows what.';
comment on column visits.visit.starts_at is 'When it begins.';
comment on column visits.visit.ends_at is 'When it ends.';
comment on column visits.visit.academic_year is 'Year in which the academic year of its day began: 2026 for 1 Sep 2026 to 31 Aug 2027 (C-3).';
comment on column visits.visit.half_days is 'Half-days it takes, and draws where it has an entitlement.';
comment on column visits.visit.funding is 'sla, offer, consultancy, or core: what pays for it.';
comment on column visits.visit.funding_ref is 'Reference of what pays: an agreement, an offer, a subscription; null where the funding alone says it.';
comment on column visits.visit.entitlement_id is 'The entitlement it draws on; null for a core visit of a school without one.';
comment on column visits.visit.fee_pence is 'What the partner is paid for it, in pence, fixed when planned; null when not told.';
comment on column visits.visit.notice_days is 'Working days of notice that the policy asked for when it was planned.';
comment on column visits.visit.moved_late is 'It was moved when that notice had passed: cancelling it gives nothing back to the school that asks.';
comment on column visits.visit.planned_by is 'Who planned it.';
comment on column visits.visit.planned_at is 'When.';
comment on column visits.visit.done_at is 'When it was reported done; null before.';
comment on column visits.visit.note_due_on is 'Day by which its note is due, set when it is done (VIS-3).';
comment on column visits.visit.cancelled_at is 'When it was cancelled.';
comment on column visits.visit.cancelled_for is 'On whose side it was cancelled: school, partner or authority.';
comment on column visits.visit.cancel_reason is 'Why it was cancelled.';
comment on column visits.visit.version is 'Counts the updates.';
comment on constraint visit_purpose_known on visits.visit is
  '{"reason":"PURPOSE_UNKNOWN","message":"A visit has a purpose of the list.","field":"purpose","rule":"VIS-1","accepted":"kit, core, challenge, moderation, headteacher_performance_management or review"}';
comment on constraint visit_mode_known on visits.visit is
  '{"reason":"MODE_UNKNOWN","message":"A visit has a mode of the list.","field":"mode","rule":"VIS-1","accepted":"in_person, virtual or meeting"}';
comment on constraint visit_place_length on visits.visit is
  '{"reason":"PLACE_LENGTH","message":"A place is an address or a link.","field":"place","rule":"VIS-1","accepted":"1 to 300 characters"}';
comment on constraint visit_ends_after_start on visits.visit is
  '{"reason":"PERIOD_BACKWARDS","message":"A visit must end after it begins.","field":"ends_at","rule":"VIS-1","accepted":"a time after starts_at"}';
comment on constraint visit_within_a_day on visits.visit is
  '{"reason":"VISIT_TOO_LONG","message":"A visit takes at most 12 hours; plan one a day.","field":"ends_at","rule":"VIS-1","accepted":"a time within 12 hours of starts_at"}';
comment on constraint visit_half_days_range on visits.visit is
  '{"reason":"HALF_DAYS_OUT_OF_RANGE","message":"A visit takes some half-days, preparation and note included.","field":"half_days","rule":"VIS-2","accepted":"1 to 4"}';
comment on constraint visit_funding_known on visits.visit is
  '{"reason":"FUNDING_UNKNOWN","message":"A visit is funded from a source of the list.","field":"funding","rule":"VIS-2","accepted":"sla, offer, consultancy or core"}';
comment on constraint visit_funding_ref_length on visits.visit is
  '{"reason":"REFERENCE_LENGTH","message":"A reference is short.","field":"funding_ref","rule":"VIS-2","accepted":"1 to 60 characters"}';
comment on constraint visit_fee_range on visits.visit is
  '{"reason":"FEE_OUT_OF_RANGE","message":"A fee is nothing or some pence.","field":"fee_pence","rule":"C-2","accepted":"0 to 10000000 pence"}';
comment on constraint visit_partner_once on visits.visit is
  '{"reason":"PARTNER_BUSY","message":"The partner has another visit at that time.","field":"starts_at","rule":"VIS-1","accepted":"another time"}';
comment on constraint visit_kit_once_a_year on visits.visit is
  '{"reason":"KIT_ONCE_A_YEAR","message":"The school has its keeping-in-touch visit of that academic year.","field":"purpose","rule":"VIS-5","accepted":"another purpose, or another academic year"}';
create index visit_by_start on visits.visit (authority_id, starts_at, visit_id);
create index visit_by_partner on visits.visit (authority_id, partner_id, starts_at);
create index visit_by_school on visits.visit (authority_id, school_urn, starts_at);
create index visit_by_assignment on visits.visit (authority_id, assignment_id) where assignment_id is not null;

create table visits.entitlement_entry (
  authority_id integer not null references auth.authority_scope,
  entry_id text not null,
  entitlement_id text not null,
  kind text not null check (kind in ('granted', 'adjusted', 'drawn', 'given_back')),
  half_days integer not null,
  visit_id text,
  reason text check (length(reason) between 1 and 500),
  entered_by uuid not null references auth.person,
  entered_at timestamptz not null default clock_timestamp(),
  primary key (authority_id, entry_id),
  foreign key (authority_id, entitlement_id) references visits.entitlement,
  foreign key (authority_id, visit_id) references visits.visit,
  check ((kind in ('drawn', 'given_back')) = (visit_id is not null)),
  check (case kind when 'drawn' then half_days < 0 when 'adjusted' then half_days <> 0 else half_days > 0 end)
);
comment on table visits.entitlement_entry is 'Tenant: the ledger of half-days, append-only (VIS-2): what was granted, drawn by visits, and given back.';
comment on column visits.entitlement_entry.authority_id is 'The authority that gives.';
comment on column visits.entitlement_entry.entry_id is 'Short random reference.';
comment on column visits.entitlement_entry.entitlement_id is 'The entitlement.';
comment on column visits.entitlement_entry.kind is 'granted, adjusted, drawn or given_back.';
comment on column visits.entitlement_entry.half_days is 'Half-days: below zero takes from what is left.';
comment on column visits.entitlement_entry.visit_id is 'The visit that drew or gave back; null for the others.';
comment on column visits.entitlement_entry.reason is 'Why.';
comment on column visits.entitlement_entry.entered_by is 'Who.';
comment on column visits.entitlement_entry.entered_at is 'When.';
create index entitlement_entry_by_entitlement on visits.entitlement_entry (authority_id, entitlement_id, entered_at);
create index entitlement_entry_by_visit on visits.entitlement_entry (authority_id, visit_id) where visit_id is not null;

create table visits.busy (
  authority_id integer not null references auth.authority_scope,
  visit_id text not null,
  person_id uuid not null references auth.person,
  during tstzrange not null check (not isempty(during)),
  primary key (authority_id, visit_id),
  foreign key (authority_id, visit_id) references visits.visit on delete cascade,
  constraint busy_once exclude using gist (person_id with =, during with &&)
);
comment on table visits.busy is 'Cross-LA: when a person is on a visit, for whichever authority (VIS-1). Its constraint tells another authority that they are busy, and nothing else.';
comment on column visits.busy.authority_id is 'The authority whose visit it is.';
comment on column visits.busy.visit_id is 'The visit.';
comment on column visits.busy.person_id is 'Who is busy: the identity of the visit''s partner.';
comment on column visits.busy.during is 'From when to when.';
comment on constraint busy_once on visits.busy is
  '{"reason":"BUSY","message":"busy","field":"starts_at","rule":"VIS-1","accepted":"another time"}';

create table visits.support_package (
  authority_id integer not null references auth.authority_scope,
  support_package_id text not null,
  school_urn integer not null references register.establishment (urn),
  starts_on date not null,
  ends_on date,
  reason text,
  version integer not null default 1,
  primary key (authority_id, support_package_id),
  constraint support_package_reason_length check (length(reason) between 1 and 500),
  constraint support_package_ends_after_start check (ends_on >= starts_on),
  constraint support_package_once_a_school exclude using gist (
    authority_id with =, school_urn with =, daterange(starts_on, ends_on, '[]') with &&)
);
comment on table visits.support_package is 'Tenant: which schools are in the authority''s support package from when to when; the others are owed a visit to keep in touch (VIS-5).';
comment on column visits.support_package.authority_id is 'The authority that supports.';
comment on column visits.support_package.support_package_id is 'Short random reference.';
comment on column visits.support_package.school_urn is 'The school, by the URN it had then.';
comment on column visits.support_package.starts_on is 'First day.';
comment on column visits.support_package.ends_on is 'Last day; null while open.';
comment on column visits.support_package.reason is 'Why.';
comment on column visits.support_package.version is 'Counts the updates.';
comment on constraint support_package_reason_length on visits.support_package is
  '{"reason":"REASON_LENGTH","message":"A reason is a sentence or two.","field":"reason","rule":"VIS-5","accepted":"1 to 500 characters"}';
comment on constraint support_package_ends_after_start on visits.support_package is
  '{"reason":"PERIOD_BACKWARDS","message":"A support package cannot end before it starts.","field":"ends_on","rule":"VIS-5","accepted":"the first day or a later one"}';
comment on constraint support_package_once_a_school on visits.support_package is
  '{"reason":"SUPPORT_PACKAGE_OVERLAPS","message":"The school is in the support package in that period already.","field":"starts_on","rule":"VIS-5","accepted":"a period after the other one ends"}';

do $$
declare
  t regclass;
begin
  foreach t in array array['visits.policy', 'visits.entitlement', 'visits.visit', 'visits.entitlement_entry', 'visits.busy',
    'visits.support_package']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;

-- The server plans visits, and sets policies and packages. It may not touch a visit's state, the half-days or who is busy: the functions of
-- sql/visits/life.sql, entitlements.sql and busy.sql do, as the owner.
grant select, insert, update on visits.policy, visits.support_package to improve_exec;
grant select on visits.visit, visits.entitlement, visits.entitlement_entry, visits.busy to improve_exec;
grant insert (authority_id, visit_id, school_urn, partner_id, assignment_id, purpose, mode, place, starts_at, ends_at, half_days, funding,
  funding_ref, entitlement_id, fee_pence, notice_days, planned_by) on visits.visit to improve_exec;
grant select on visits.entitlement, visits.visit, visits.entitlement_entry, visits.support_package to reporting_owner;
reset role;
