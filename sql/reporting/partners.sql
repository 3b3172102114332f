-- Partners and assignments for SQL reporters.
set role reporting_owner;

create view reporting.partner as
select lpad(p.authority_id::text, 3, '0')::varchar(3) as authority, p.partner_id::varchar(20) as partner_id, p.name::varchar(200) as partner,
  array_to_string(p.kinds, ', ')::varchar(200) as kinds, p.capacity_half_days
from partners.partner p;
comment on view reporting.partner is 'Partners the authority engages (PAR-1).';
comment on column reporting.partner.authority is 'DfE code of the authority, three digits.';
comment on column reporting.partner.partner_id is 'Reference of the partner.';
comment on column reporting.partner.partner is 'Name of the partner.';
comment on column reporting.partner.kinds is 'Kinds of partner, comma-separated: sip, nle, lle and so on.';
comment on column reporting.partner.capacity_half_days is 'Half-days a year the partner can give.';

create view reporting.partner_assignment as
select lpad(a.authority_id::text, 3, '0')::varchar(3) as authority, a.assignment_id::varchar(20) as assignment_id,
  a.partner_id::varchar(20) as partner_id, p.name::varchar(200) as partner, a.school_urn as urn, a.role::varchar(60) as role, a.starts_on,
  a.ends_on, a.half_days, a.end_reason::varchar(500) as end_reason
from partners.assignment a
join partners.partner p on p.authority_id = a.authority_id and p.partner_id = a.partner_id;
comment on view reporting.partner_assignment is 'Assignments of partners to schools, past, live and to come (PAR-2).';
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

grant select on reporting.partner, reporting.partner_assignment to reporting_reader;
