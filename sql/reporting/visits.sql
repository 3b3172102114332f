-- Visits and entitlements for SQL reporters.
set role reporting_owner;

create view reporting.visit as
select lpad(v.authority_id::text, 3, '0')::varchar(3) as authority, v.visit_id::varchar(20) as visit_id, v.school_urn as urn,
  v.partner_id::varchar(20) as partner_id, p.name::varchar(200) as partner, v.assignment_id::varchar(20) as assignment_id,
  v.purpose::varchar(60) as purpose, v.mode::varchar(20) as mode, v.status::varchar(20) as status,
  (v.starts_at at time zone 'Europe/London')::timestamp(0) as starts_uk_time, (v.ends_at at time zone 'Europe/London')::timestamp(0) as ends_uk_time,
  v.academic_year as academic_year_begins, v.half_days, v.funding::varchar(20) as funding, v.funding_ref::varchar(60) as funding_ref,
  v.entitlement_id::varchar(20) as entitlement_id, (v.fee_pence / 100.0)::numeric(12, 2) as fee_pounds, v.note_due_on,
  (v.cancelled_at at time zone 'Europe/London')::timestamp(0) as cancelled_uk_time, v.cancelled_for::varchar(20) as cancelled_for,
  v.cancel_reason::varchar(500) as cancel_reason
from visits.visit v
join partners.partner p on p.authority_id = v.authority_id and p.partner_id = v.partner_id;
comment on view reporting.visit is 'Visits of partners to schools, cancelled ones too (VIS-1).';
comment on column reporting.visit.authority is 'DfE code of the authority, three digits.';
comment on column reporting.visit.visit_id is 'Reference of the visit.';
comment on column reporting.visit.urn is 'URN of the school, the one it had then.';
comment on column reporting.visit.partner_id is 'Reference of the partner.';
comment on column reporting.visit.partner is 'Name of the partner.';
comment on column reporting.visit.assignment_id is 'Reference of the assignment it belongs to; null for a visit outside one.';
comment on column reporting.visit.purpose is 'kit, core, challenge, moderation, headteacher_performance_management or review.';
comment on column reporting.visit.mode is 'in_person, virtual or meeting.';
comment on column reporting.visit.status is 'planned, confirmed, done, noted, agreed or cancelled.';
comment on column reporting.visit.starts_uk_time is 'When it begins, English local time.';
comment on column reporting.visit.ends_uk_time is 'When it ends, English local time.';
comment on column reporting.visit.academic_year_begins is 'Year in which the academic year of its day begins: 2026 for 2026/27.';
comment on column reporting.visit.half_days is 'Half-days it takes.';
comment on column reporting.visit.funding is 'sla, offer, consultancy or core: what pays for it.';
comment on column reporting.visit.funding_ref is 'Reference of what pays; null where the funding alone says it.';
comment on column reporting.visit.entitlement_id is 'Reference of the entitlement it draws on; null when it draws on none.';
comment on column reporting.visit.fee_pounds is 'What the partner is paid for it, in pounds; null when not told.';
comment on column reporting.visit.note_due_on is 'Day by which its note is due; null before it is done.';
comment on column reporting.visit.cancelled_uk_time is 'When it was cancelled; null when it was not.';
comment on column reporting.visit.cancelled_for is 'On whose side it was cancelled: school, partner or authority.';
comment on column reporting.visit.cancel_reason is 'Why it was cancelled; null when it was not.';

create view reporting.visit_entitlement as
select lpad(e.authority_id::text, 3, '0')::varchar(3) as authority, e.entitlement_id::varchar(20) as entitlement_id, e.school_urn as urn,
  e.source::varchar(20) as source, e.reference::varchar(60) as reference, e.starts_on, e.ends_on, n.granted as granted_half_days,
  n.drawn as drawn_half_days, e.left_half_days, n.lapsed as lapsed_half_days, n.moved as moved_half_days
from visits.entitlement e
cross join lateral (
  select coalesce(sum(x.half_days) filter (where x.kind in ('granted', 'adjusted')), 0)::integer as granted,
    coalesce(-sum(x.half_days) filter (where x.visit_id is not null), 0)::integer as drawn,
    coalesce(-sum(x.half_days) filter (where x.kind = 'lapsed'), 0)::integer as lapsed,
    coalesce(sum(x.half_days) filter (where x.kind = 'moved'), 0)::integer as moved
  from visits.entitlement_entry x
  where x.authority_id = e.authority_id and x.entitlement_id = e.entitlement_id
) n;
comment on view reporting.visit_entitlement is 'Half-days of visits that schools are entitled to, and what is left of them (VIS-2).';
comment on column reporting.visit_entitlement.authority is 'DfE code of the authority, three digits.';
comment on column reporting.visit_entitlement.entitlement_id is 'Reference of the entitlement.';
comment on column reporting.visit_entitlement.urn is 'URN of the school, the one it had then.';
comment on column reporting.visit_entitlement.source is 'sla, offer or core: what gives the half-days.';
comment on column reporting.visit_entitlement.reference is 'Reference of the subscription, offer or agreement; null where there is none.';
comment on column reporting.visit_entitlement.starts_on is 'First day on which a visit may draw.';
comment on column reporting.visit_entitlement.ends_on is 'Last day.';
comment on column reporting.visit_entitlement.granted_half_days is 'Half-days granted, adjustments included.';
comment on column reporting.visit_entitlement.drawn_half_days is 'Half-days drawn by visits, less those given back.';
comment on column reporting.visit_entitlement.left_half_days is 'Half-days left.';
comment on column reporting.visit_entitlement.lapsed_half_days is 'Half-days that lapsed.';
comment on column reporting.visit_entitlement.moved_half_days is 'Half-days moved here from other entitlements, less those moved away.';

create view reporting.support_package as
select lpad(s.authority_id::text, 3, '0')::varchar(3) as authority, s.school_urn as urn, s.starts_on, s.ends_on, s.reason::varchar(500) as reason
from visits.support_package s;
comment on view reporting.support_package is 'Schools in the authority''s support package, from when to when (VIS-5).';
comment on column reporting.support_package.authority is 'DfE code of the authority, three digits.';
comment on column reporting.support_package.urn is 'URN of the school, the one it had then.';
comment on column reporting.support_package.starts_on is 'First day.';
comment on column reporting.support_package.ends_on is 'Last day; null while open.';
comment on column reporting.support_package.reason is 'Why; null when not told.';

grant select on reporting.visit, reporting.visit_entitlement, reporting.support_package to reporting_reader;
