-- Partners and assignments for SQL reporters.

create view reporting.partner with (security_invoker = true) as
select authority_id, base.authority_code(authority_id) as authority, partner_id, name, kinds, capacity_half_days
from partners.partner;
comment on view reporting.partner is 'Partners the authority engages.';
comment on column reporting.partner.authority_id is 'DfE number of the authority.';
comment on column reporting.partner.authority is 'DfE code of the authority.';
comment on column reporting.partner.partner_id is 'Reference of the partner.';
comment on column reporting.partner.name is 'Name of the partner.';
comment on column reporting.partner.kinds is 'Kinds of partner: sip, nle, lle and so on.';
comment on column reporting.partner.capacity_half_days is 'Half-days a year the partner can give.';

create view reporting.partner_assignment with (security_invoker = true) as
select a.authority_id, base.authority_code(a.authority_id) as authority, a.assignment_id, a.partner_id, p.name as partner, a.school_urn,
  a.role, a.starts_on, a.ends_on, a.half_days, a.end_reason
from partners.assignment a
join partners.partner p using (authority_id, partner_id);
comment on view reporting.partner_assignment is 'Assignments of partners to schools, past, live and to come.';
comment on column reporting.partner_assignment.authority_id is 'DfE number of the authority.';
comment on column reporting.partner_assignment.authority is 'DfE code of the authority.';
comment on column reporting.partner_assignment.assignment_id is 'Reference of the assignment.';
comment on column reporting.partner_assignment.partner_id is 'Reference of the partner.';
comment on column reporting.partner_assignment.partner is 'Name of the partner.';
comment on column reporting.partner_assignment.school_urn is 'URN of the school.';
comment on column reporting.partner_assignment.role is 'Role of the partner in the school.';
comment on column reporting.partner_assignment.starts_on is 'First day.';
comment on column reporting.partner_assignment.ends_on is 'Last day; null while open.';
comment on column reporting.partner_assignment.half_days is 'Half-days a year.';
comment on column reporting.partner_assignment.end_reason is 'Why it was ended.';
