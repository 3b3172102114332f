-- Partners and assignments for SQL reporters.
set role reporting_owner;

create view reporting.partner as
select lpad(p.authority_id::text, 3, '0')::varchar(3) as authority, p.partner_id::varchar(20) as partner_id, p.name::varchar(200) as partner,
  (select string_agg(k.kind, ', ' order by k.kind) from partners.kind_held k
    where k.authority_id = p.authority_id and k.partner_id = p.partner_id
      and (k.starts_on is null or k.starts_on <= (now() at time zone 'Europe/London')::date)
      and (k.ends_on is null or k.ends_on >= (now() at time zone 'Europe/London')::date))::varchar(200) as kinds,
  coalesce((select c.half_days from partners.capacity c
    where c.authority_id = p.authority_id and c.partner_id = p.partner_id and make_date(c.academic_year, 9, 1) <= (now() at time zone 'Europe/London')::date
    order by c.academic_year desc limit 1), p.capacity_half_days) as capacity_half_days,
  p.background::varchar(20) as background, p.base_school_urn
from partners.partner p;
comment on view reporting.partner is 'Partners the authority engages (PAR-1).';
comment on column reporting.partner.authority is 'DfE code of the authority, three digits.';
comment on column reporting.partner.partner_id is 'Reference of the partner.';
comment on column reporting.partner.partner is 'Name of the partner.';
comment on column reporting.partner.kinds is 'Kinds of partner today, comma-separated: sip, nle, lle and so on; null when there is none.';
comment on column reporting.partner.capacity_half_days is 'Half-days a year the partner can give, in today''s academic year.';
comment on column reporting.partner.background is 'Where they come from: serving_head, retired_head, inspector, other_authority, diocese or consultant; null when not said.';
comment on column reporting.partner.base_school_urn is 'URN of the school they lead or work from; null for none.';

create view reporting.partner_kind as
select lpad(k.authority_id::text, 3, '0')::varchar(3) as authority, k.partner_id::varchar(20) as partner_id, k.kind::varchar(30) as kind, k.starts_on, k.ends_on
from partners.kind_held k;
comment on view reporting.partner_kind is 'What kind of partner somebody is from when to when (PAR-1).';
comment on column reporting.partner_kind.authority is 'DfE code of the authority, three digits.';
comment on column reporting.partner_kind.partner_id is 'Reference of the partner.';
comment on column reporting.partner_kind.kind is 'Kind of partner.';
comment on column reporting.partner_kind.starts_on is 'First day; null: since ever.';
comment on column reporting.partner_kind.ends_on is 'Last day; null while open.';

create view reporting.partner_accreditation as
select lpad(a.authority_id::text, 3, '0')::varchar(3) as authority, a.partner_id::varchar(20) as partner_id, a.body::varchar(100) as body, a.starts_on,
  a.ends_on, a.withdrawn_on
from partners.accreditation a;
comment on view reporting.partner_accreditation is 'What partners are accredited by, from when to when (PAR-1).';
comment on column reporting.partner_accreditation.authority is 'DfE code of the authority, three digits.';
comment on column reporting.partner_accreditation.partner_id is 'Reference of the partner.';
comment on column reporting.partner_accreditation.body is 'Who accredited them.';
comment on column reporting.partner_accreditation.starts_on is 'First day.';
comment on column reporting.partner_accreditation.ends_on is 'Last day; null while open.';
comment on column reporting.partner_accreditation.withdrawn_on is 'First day on which it was no longer held; null when it was not withdrawn.';

create view reporting.partner_expertise as
select lpad(h.authority_id::text, 3, '0')::varchar(3) as authority, h.partner_id::varchar(20) as partner_id, h.code::varchar(40) as code,
  x.name::varchar(100) as expertise, h.phase_group::varchar(60) as phase_group
from partners.partner_expertise h
join partners.expertise x on x.authority_id = h.authority_id and x.code = h.code;
comment on view reporting.partner_expertise is 'What partners are expert in, and in which phase (PAR-1).';
comment on column reporting.partner_expertise.authority is 'DfE code of the authority, three digits.';
comment on column reporting.partner_expertise.partner_id is 'Reference of the partner.';
comment on column reporting.partner_expertise.code is 'Code of the expertise.';
comment on column reporting.partner_expertise.expertise is 'What the code stands for.';
comment on column reporting.partner_expertise.phase_group is 'Phase group, or Any.';

create view reporting.partner_capacity as
select lpad(c.authority_id::text, 3, '0')::varchar(3) as authority, c.partner_id::varchar(20) as partner_id, c.academic_year as from_academic_year, c.half_days
from partners.capacity c;
comment on view reporting.partner_capacity is 'Half-days a year that partners can give from an academic year on, where it was set (PAR-1).';
comment on column reporting.partner_capacity.authority is 'DfE code of the authority, three digits.';
comment on column reporting.partner_capacity.partner_id is 'Reference of the partner.';
comment on column reporting.partner_capacity.from_academic_year is 'Year in which the academic year begins, on 1 September.';
comment on column reporting.partner_capacity.half_days is 'Half-days a year, until the next row''s year.';

create view reporting.partner_rate as
select lpad(r.authority_id::text, 3, '0')::varchar(3) as authority, r.partner_id::varchar(20) as partner_id, r.kind::varchar(30) as kind,
  r.mode::varchar(20) as mode, r.valid_from, r.valid_to, (r.half_day_pence / 100.0)::numeric(12,2) as half_day_pounds
from partners.rate r
where r.superseded_at is null;
comment on view reporting.partner_rate is 'Rate cards: what a half-day costs, by kind, mode and date (PAR-1).';
comment on column reporting.partner_rate.authority is 'DfE code of the authority, three digits.';
comment on column reporting.partner_rate.partner_id is 'Reference of the partner; null for the authority''s own card.';
comment on column reporting.partner_rate.kind is 'Kind of partner.';
comment on column reporting.partner_rate.mode is 'in_person, virtual or meeting.';
comment on column reporting.partner_rate.valid_from is 'First day.';
comment on column reporting.partner_rate.valid_to is 'First day on which it no longer holds; null while open.';
comment on column reporting.partner_rate.half_day_pounds is 'Pounds for a half-day, net.';

create view reporting.partner_assignment as
select lpad(a.authority_id::text, 3, '0')::varchar(3) as authority, a.assignment_id::varchar(20) as assignment_id,
  a.partner_id::varchar(20) as partner_id, p.name::varchar(200) as partner, a.school_urn as urn, a.role::varchar(60) as role, a.starts_on,
  a.ends_on, a.half_days, a.end_reason::varchar(500) as end_reason, a.status::varchar(10) as status, a.follows_id::varchar(20) as follows_id
from partners.assignment a
join partners.partner p on p.authority_id = a.authority_id and p.partner_id = a.partner_id;
comment on view reporting.partner_assignment is 'Assignments of partners to schools: proposed, declined and withdrawn ones too; count those whose status is live (PAR-2, PAR-3).';
comment on column reporting.partner_assignment.authority is 'DfE code of the authority, three digits.';
comment on column reporting.partner_assignment.assignment_id is 'Reference of the assignment.';
comment on column reporting.partner_assignment.partner_id is 'Reference of the partner.';
comment on column reporting.partner_assignment.partner is 'Name of the partner.';
comment on column reporting.partner_assignment.urn is 'URN of the school.';
comment on column reporting.partner_assignment.role is 'Role of the partner in the school.';
comment on column reporting.partner_assignment.starts_on is 'First day.';
comment on column reporting.partner_assignment.ends_on is 'Last day; null while open.';
comment on column reporting.partner_assignment.half_days is 'Half-days a year.';
comment on column reporting.partner_assignment.end_reason is 'Why it was ended; null when it was not.';
comment on column reporting.partner_assignment.status is 'proposed; checked: the school is to answer; live, from the first day to the last; declined; withdrawn.';
comment on column reporting.partner_assignment.follows_id is 'Reference of the assignment that it takes up; null for none.';

create view reporting.partner_assignment_gate as
select lpad(g.authority_id::text, 3, '0')::varchar(3) as authority, g.assignment_id::varchar(20) as assignment_id, g.nth, g.gate::varchar(20) as gate,
  g.outcome::varchar(10) as outcome, (g.decided_at at time zone 'Europe/London')::timestamp(0) as decided_uk_time
from partners.gate g;
comment on view reporting.partner_assignment_gate is 'What happened at the gates of each assignment, in order (PAR-3).';
comment on column reporting.partner_assignment_gate.authority is 'DfE code of the authority, three digits.';
comment on column reporting.partner_assignment_gate.assignment_id is 'Reference of the assignment.';
comment on column reporting.partner_assignment_gate.nth is 'Number in its history, from 1.';
comment on column reporting.partner_assignment_gate.gate is 'proposal, conflict_check, school_answer or live.';
comment on column reporting.partner_assignment_gate.outcome is 'passed, failed, withdrawn or ended.';
comment on column reporting.partner_assignment_gate.decided_uk_time is 'When, in English local time.';

grant select on reporting.partner, reporting.partner_kind, reporting.partner_accreditation, reporting.partner_expertise, reporting.partner_capacity,
  reporting.partner_rate, reporting.partner_assignment, reporting.partner_assignment_gate to reporting_reader;
