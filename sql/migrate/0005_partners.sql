-- Partners, and which of them an authority assigned to which school.
create schema partners authorization improve_owner;
comment on schema partners is 'School improvement partners: an authority''s engagements of people, and their assignments to schools.';
grant usage on schema partners to improve_exec;

set role improve_owner;

create table partners.partner (
  authority_id integer not null references auth.authority_scope,
  partner_id text not null,
  person_id uuid references auth.person,
  name text not null check (length(name) between 1 and 200),
  kinds text[] not null,
  capacity_half_days integer not null,
  version integer not null default 1,
  primary key (authority_id, partner_id),
  constraint partner_once_a_person unique (authority_id, person_id),
  constraint partner_kinds_known check (
    cardinality(kinds) > 0 and array_position(kinds, null) is null and kinds <@ array['sip', 'nle', 'lle', 'sle', 'ele', 'professional_partner',
      'facilitator', 'pupil_premium_reviewer']),
  constraint partner_capacity_of_a_year check (capacity_half_days between 0 and 730)
);
comment on table partners.partner is 'Tenant: an authority''s engagement of a person as school improvement partner or other visiting expert (PAR-1).';
comment on column partners.partner.authority_id is 'The authority that engages.';
comment on column partners.partner.partner_id is 'Short random reference.';
comment on column partners.partner.person_id is 'The identity this partner signs in with; null while they have none.';
comment on column partners.partner.name is 'Name as the authority writes it.';
comment on column partners.partner.kinds is 'sip, nle, lle, sle, ele, professional_partner, facilitator, pupil_premium_reviewer: one or more.';
comment on column partners.partner.capacity_half_days is 'Half-days a year that the partner can give this authority.';
comment on column partners.partner.version is 'Counts the updates.';
comment on constraint partner_once_a_person on partners.partner is
  '{"reason":"PARTNER_EXISTS","message":"This person is a partner of the authority already.","field":"person_id","rule":"PAR-1"}';
comment on constraint partner_kinds_known on partners.partner is
  '{"reason":"KIND_UNKNOWN","message":"A partner has at least one kind, each from the list.","field":"kinds","rule":"PAR-1","accepted":"sip, nle, lle, sle, ele, professional_partner, facilitator, pupil_premium_reviewer"}';
comment on constraint partner_capacity_of_a_year on partners.partner is
  '{"reason":"CAPACITY_OUT_OF_RANGE","message":"A year has no room for that many half-days.","field":"capacity_half_days","rule":"PAR-1","accepted":"0 to 730"}';

create table partners.assignment (
  authority_id integer not null references auth.authority_scope,
  assignment_id text not null,
  partner_id text not null,
  school_urn integer not null references register.establishment (urn),
  role text not null,
  starts_on date not null,
  ends_on date,
  half_days integer not null,
  end_reason text check (length(end_reason) between 1 and 500),
  version integer not null default 1,
  primary key (authority_id, assignment_id),
  foreign key (authority_id, partner_id) references partners.partner,
  constraint assignment_role_named check (length(role) between 1 and 60),
  constraint assignment_ends_after_start check (ends_on >= starts_on),
  constraint assignment_half_days_of_a_year check (half_days between 1 and 730),
  constraint assignment_once_a_school_and_role exclude using gist (
    authority_id with =, school_urn with =, role with =, daterange(starts_on, ends_on, '[]') with &&)
);
comment on table partners.assignment is 'Tenant: a partner works with a school in a role over a period (PAR-2). One at a time for each school and role.';
comment on column partners.assignment.authority_id is 'The authority that assigns.';
comment on column partners.assignment.assignment_id is 'Short random reference.';
comment on column partners.assignment.partner_id is 'Who.';
comment on column partners.assignment.school_urn is 'The school, by the URN it had when assigned.';
comment on column partners.assignment.role is 'As what: sip, or a word of the authority''s own.';
comment on column partners.assignment.starts_on is 'First day.';
comment on column partners.assignment.ends_on is 'Last day; null while open.';
comment on column partners.assignment.half_days is 'Half-days a year for this school.';
comment on column partners.assignment.end_reason is 'Why it was ended.';
comment on column partners.assignment.version is 'Counts the updates.';
comment on constraint assignment_role_named on partners.assignment is
  '{"reason":"ROLE_LENGTH","message":"A role is a short word.","field":"role","rule":"PAR-2","accepted":"1 to 60 characters, such as sip"}';
comment on constraint assignment_ends_after_start on partners.assignment is
  '{"reason":"PERIOD_BACKWARDS","message":"An assignment cannot end before it starts.","field":"ends_on","rule":"PAR-2","accepted":"the first day or a later one"}';
comment on constraint assignment_half_days_of_a_year on partners.assignment is
  '{"reason":"HALF_DAYS_OUT_OF_RANGE","message":"An assignment takes at least one half-day a year.","field":"half_days","rule":"PAR-2","accepted":"1 to 730; six for three days a year"}';
comment on constraint assignment_once_a_school_and_role on partners.assignment is
  '{"reason":"ASSIGNMENT_OVERLAPS","message":"The school has a partner in this role in that period already.","field":"starts_on","rule":"PAR-2","accepted":"a period after the other assignment ends, or another role","code":9}';
create index assignment_of_partner on partners.assignment (authority_id, partner_id, starts_on);

alter table partners.partner enable row level security, force row level security;
alter table partners.assignment enable row level security, force row level security;
grant select, insert, update on partners.partner, partners.assignment to improve_exec;
reset role;
