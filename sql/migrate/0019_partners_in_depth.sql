-- contract: 0019
-- drops: replaceable
-- Partners in depth (PAR-1 to PAR-4): kinds with dates, accreditations, expertise, capacity by year, rate cards, conflicts, and the gates that an
-- assignment passes before it is live.
set role improve_owner;

create table partners.policy (
  authority_id integer not null references auth.authority_scope,
  school_answers boolean not null default false,
  version integer not null default 1,
  primary key (authority_id)
);
comment on table partners.policy is 'Tenant: how an authority assigns partners, where it decided otherwise than the common rule (PAR-3).';
comment on column partners.policy.authority_id is 'The authority.';
comment on column partners.policy.school_answers is 'Whether an assignment is live only when its school has accepted it. Without a row: no.';
comment on column partners.policy.version is 'Counts the updates.';

create table partners.role (
  authority_id integer not null references auth.authority_scope,
  role text not null,
  kind text,
  accreditation_body text,
  version integer not null default 1,
  primary key (authority_id, role),
  constraint role_named check (length(role) between 1 and 60 and role = lower(role)),
  constraint role_kind_known check (kind = any (array['sip', 'nle', 'lle', 'sle', 'ele', 'professional_partner', 'facilitator', 'pupil_premium_reviewer'])),
  constraint role_body_named check (length(accreditation_body) between 1 and 100)
);
comment on table partners.role is 'Tenant: what a role in a school asks of the partner who takes it, on every day (PAR-2). A role without a row asks for some kind and no accreditation.';
comment on column partners.role.authority_id is 'The authority.';
comment on column partners.role.role is 'The role, as assignments name it.';
comment on column partners.role.kind is 'Kind of partner who may take it; null: any.';
comment on column partners.role.accreditation_body is 'Who must have accredited them; null: nobody.';
comment on column partners.role.version is 'Counts the updates.';
comment on constraint role_named on partners.role is
  '{"reason":"ROLE_LENGTH","message":"A role is a short word.","field":"role","rule":"PAR-2","accepted":"1 to 60 characters, such as sip"}';
comment on constraint role_kind_known on partners.role is
  '{"reason":"KIND_UNKNOWN","message":"There is no such kind of partner.","field":"kind","rule":"PAR-1","accepted":"sip, nle, lle, sle, ele, professional_partner, facilitator, pupil_premium_reviewer"}';
comment on constraint role_body_named on partners.role is
  '{"reason":"BODY_LENGTH","message":"The name of an accrediting body is short.","field":"accreditation_body","rule":"PAR-1","accepted":"1 to 100 characters"}';

alter table partners.partner
  add column background text,
  add column base_school_urn integer references register.establishment (urn),
  add column email text,
  add column phone text,
  add constraint partner_background_known check (
    background = any (array['serving_head', 'retired_head', 'inspector', 'other_authority', 'diocese', 'consultant'])),
  add constraint partner_email_length check (length(email) between 3 and 200 and position('@' in email) > 1),
  add constraint partner_phone_length check (length(phone) between 3 and 40);
comment on column partners.partner.background is 'Where they come from: serving_head, retired_head, inspector, other_authority, diocese or consultant; null: not said.';
comment on column partners.partner.base_school_urn is 'The school they lead or work from (URN): distances count from it, and they are not assigned to it; null: none.';
comment on column partners.partner.email is 'Where they are written to.';
comment on column partners.partner.phone is 'Where they are called.';
comment on column partners.partner.capacity_half_days is 'Half-days a year that the partner can give this authority in the academic years before the first of partners.capacity.';
comment on constraint partner_background_known on partners.partner is
  '{"reason":"BACKGROUND_UNKNOWN","message":"There is no such background.","field":"background","rule":"PAR-1","accepted":"serving_head, retired_head, inspector, other_authority, diocese or consultant"}';
comment on constraint partner_email_length on partners.partner is
  '{"reason":"EMAIL_FORM","message":"That is no e-mail address.","field":"email","rule":"PAR-1","accepted":"an address with an @, up to 200 characters"}';
comment on constraint partner_phone_length on partners.partner is
  '{"reason":"PHONE_FORM","message":"That is no telephone number.","field":"phone","rule":"PAR-1","accepted":"3 to 40 characters"}';

create table partners.kind_held (
  authority_id integer not null references auth.authority_scope,
  held_id text not null,
  partner_id text not null,
  kind text not null,
  starts_on date,
  ends_on date,
  version integer not null default 1,
  primary key (authority_id, held_id),
  foreign key (authority_id, partner_id) references partners.partner,
  constraint partner_kinds_known check (kind = any (array['sip', 'nle', 'lle', 'sle', 'ele', 'professional_partner', 'facilitator', 'pupil_premium_reviewer'])),
  constraint kind_ends_after_start check (ends_on >= starts_on),
  constraint kind_held_once_a_day exclude using gist (
    authority_id with =, partner_id with =, kind with =, daterange(starts_on, ends_on, '[]') with &&)
);
comment on table partners.kind_held is 'Tenant: what kind of partner somebody is from when to when (PAR-1); several kinds at once.';
comment on column partners.kind_held.authority_id is 'The authority that engages.';
comment on column partners.kind_held.held_id is 'Short random reference.';
comment on column partners.kind_held.partner_id is 'Who.';
comment on column partners.kind_held.kind is 'sip, nle, lle, sle, ele, professional_partner, facilitator or pupil_premium_reviewer.';
comment on column partners.kind_held.starts_on is 'First day; null: since ever.';
comment on column partners.kind_held.ends_on is 'Last day; null while open.';
comment on column partners.kind_held.version is 'Counts the updates.';
comment on constraint partner_kinds_known on partners.kind_held is
  '{"reason":"KIND_UNKNOWN","message":"A partner has at least one kind, each from the list.","field":"kinds","rule":"PAR-1","accepted":"sip, nle, lle, sle, ele, professional_partner, facilitator, pupil_premium_reviewer"}';
comment on constraint kind_ends_after_start on partners.kind_held is
  '{"reason":"PERIOD_BACKWARDS","message":"A kind cannot end before it starts.","field":"ends_on","rule":"PAR-1","accepted":"the first day or a later one"}';
comment on constraint kind_held_once_a_day on partners.kind_held is
  '{"reason":"KIND_OVERLAPS","message":"The partner is of this kind in that period already.","field":"starts_on","rule":"PAR-1","accepted":"a period that does not overlap","code":9}';

-- What was known of kinds had no dates. Row security stands aside while the owner moves it: there are no policies now.
alter table partners.partner no force row level security;
insert into partners.kind_held (authority_id, held_id, partner_id, kind)
select p.authority_id, 'kd-' || substr(md5(p.partner_id || k), 1, 10), p.partner_id, k from partners.partner p cross join unnest(p.kinds) k;
alter table partners.partner force row level security;
alter table partners.partner drop column kinds;

create table partners.accreditation (
  authority_id integer not null references auth.authority_scope,
  accreditation_id text not null,
  partner_id text not null,
  body text not null,
  number text,
  starts_on date not null,
  ends_on date,
  withdrawn_on date,
  withdrawn_reason text check (length(withdrawn_reason) between 1 and 500),
  version integer not null default 1,
  primary key (authority_id, accreditation_id),
  foreign key (authority_id, partner_id) references partners.partner,
  constraint accreditation_body_named check (length(body) between 1 and 100),
  constraint accreditation_number_length check (length(number) between 1 and 60),
  constraint accreditation_ends_after_start check (ends_on >= starts_on),
  constraint accreditation_withdrawn_why check ((withdrawn_on is null) = (withdrawn_reason is null)),
  constraint accreditation_once_a_day exclude using gist (
    authority_id with =, partner_id with =, lower(body) with =, daterange(starts_on, ends_on, '[]') with &&) where (withdrawn_on is null)
);
comment on table partners.accreditation is 'Tenant: what a partner is accredited by, from when to when (PAR-1).';
comment on column partners.accreditation.authority_id is 'The authority that engages.';
comment on column partners.accreditation.accreditation_id is 'Short random reference.';
comment on column partners.accreditation.partner_id is 'Who.';
comment on column partners.accreditation.body is 'Who accredited them.';
comment on column partners.accreditation.number is 'The body''s number for it.';
comment on column partners.accreditation.starts_on is 'First day.';
comment on column partners.accreditation.ends_on is 'Last day; null while open.';
comment on column partners.accreditation.withdrawn_on is 'First day on which it was no longer held, when the body or the authority withdrew it.';
comment on column partners.accreditation.withdrawn_reason is 'Why it was withdrawn.';
comment on column partners.accreditation.version is 'Counts the updates.';
comment on constraint accreditation_body_named on partners.accreditation is
  '{"reason":"BODY_LENGTH","message":"The name of an accrediting body is short.","field":"body","rule":"PAR-1","accepted":"1 to 100 characters"}';
comment on constraint accreditation_number_length on partners.accreditation is
  '{"reason":"NUMBER_LENGTH","message":"An accreditation''s number is short.","field":"number","rule":"PAR-1","accepted":"1 to 60 characters"}';
comment on constraint accreditation_ends_after_start on partners.accreditation is
  '{"reason":"PERIOD_BACKWARDS","message":"An accreditation cannot end before it starts.","field":"ends_on","rule":"PAR-1","accepted":"the first day or a later one"}';
comment on constraint accreditation_once_a_day on partners.accreditation is
  '{"reason":"ACCREDITATION_OVERLAPS","message":"The partner is accredited by this body in that period already.","field":"starts_on","rule":"PAR-1","accepted":"a period after the other one ends","code":9}';

create table partners.expertise (
  authority_id integer not null references auth.authority_scope,
  code text not null,
  name text not null,
  retired boolean not null default false,
  version integer not null default 1,
  primary key (authority_id, code),
  constraint expertise_code_form check (code ~ '^[a-z][a-z0-9_-]{0,39}$'),
  constraint expertise_name_length check (length(name) between 1 and 100)
);
comment on table partners.expertise is 'Tenant: the authority''s list of what partners may be expert in.';
comment on column partners.expertise.authority_id is 'The authority.';
comment on column partners.expertise.code is 'Short word, as people type it: phonics.';
comment on column partners.expertise.name is 'What it is, for people.';
comment on column partners.expertise.retired is 'Whether it is offered no more; who has it keeps it.';
comment on column partners.expertise.version is 'Counts the updates.';
comment on constraint expertise_code_form on partners.expertise is
  '{"reason":"CODE_FORM","message":"A code is a short word.","field":"code","rule":"PAR-1","accepted":"1 to 40 lower-case letters, digits, - and _, a letter first, such as phonics"}';
comment on constraint expertise_name_length on partners.expertise is
  '{"reason":"NAME_LENGTH","message":"What the code stands for is told in a few words.","field":"name","rule":"PAR-1","accepted":"1 to 100 characters"}';

create table partners.partner_expertise (
  authority_id integer not null references auth.authority_scope,
  partner_id text not null,
  code text not null,
  phase_group text not null,
  primary key (authority_id, partner_id, code, phase_group),
  foreign key (authority_id, partner_id) references partners.partner,
  foreign key (authority_id, code) references partners.expertise
);
comment on table partners.partner_expertise is 'Tenant: what a partner is expert in, and in which phase (PAR-1, PAR-4).';
comment on column partners.partner_expertise.authority_id is 'The authority that engages.';
comment on column partners.partner_expertise.partner_id is 'Who.';
comment on column partners.partner_expertise.code is 'In what.';
comment on column partners.partner_expertise.phase_group is 'In which phase group of the authority (C-7), or Any.';

create table partners.capacity (
  authority_id integer not null references auth.authority_scope,
  partner_id text not null,
  academic_year integer not null,
  half_days integer not null,
  version integer not null default 1,
  primary key (authority_id, partner_id, academic_year),
  foreign key (authority_id, partner_id) references partners.partner,
  constraint capacity_year_range check (academic_year between 2000 and 2100),
  constraint capacity_of_a_year check (half_days between 0 and 730)
);
comment on table partners.capacity is 'Tenant: half-days a year that a partner can give from an academic year on, until the next row''s (PAR-1, C-3).';
comment on column partners.capacity.authority_id is 'The authority that engages.';
comment on column partners.capacity.partner_id is 'Who.';
comment on column partners.capacity.academic_year is 'Year in which the academic year begins, on 1 September.';
comment on column partners.capacity.half_days is 'Half-days a year.';
comment on column partners.capacity.version is 'Counts the updates.';
comment on constraint capacity_year_range on partners.capacity is
  '{"reason":"YEAR_OUT_OF_RANGE","message":"That is no academic year.","field":"academic_year","rule":"C-3","accepted":"the year in which it begins: 2026 for 2026/27"}';
comment on constraint capacity_of_a_year on partners.capacity is
  '{"reason":"CAPACITY_OUT_OF_RANGE","message":"A year has no room for that many half-days.","field":"half_days","rule":"PAR-1","accepted":"0 to 730"}';

create table partners.rate (
  authority_id integer not null references auth.authority_scope,
  rate_id text not null,
  partner_id text,
  kind text not null,
  mode text not null,
  valid_from date not null,
  valid_to date,
  half_day_pence bigint not null,
  recorded_at timestamptz not null default now(),
  superseded_at timestamptz,
  primary key (authority_id, rate_id),
  foreign key (authority_id, partner_id) references partners.partner,
  constraint rate_kind_known check (kind = any (array['sip', 'nle', 'lle', 'sle', 'ele', 'professional_partner', 'facilitator', 'pupil_premium_reviewer'])),
  constraint rate_mode_known check (mode = any (array['in_person', 'virtual', 'meeting'])),
  constraint rate_range check (half_day_pence between 0 and 10000000),
  constraint rate_not_empty check (valid_to > valid_from),
  constraint rate_once_a_day exclude using gist (
    authority_id with =, coalesce(partner_id, '') with =, kind with =, mode with =, daterange(valid_from, valid_to) with &&)
    where (superseded_at is null)
);
comment on table partners.rate is 'Tenant: rate cards: what a half-day costs by kind, mode and date (PAR-1, C-5): a partner''s own, or the authority''s for all who have none.';
comment on column partners.rate.authority_id is 'The authority that pays.';
comment on column partners.rate.rate_id is 'Short random reference.';
comment on column partners.rate.partner_id is 'Whose card; null: the authority''s.';
comment on column partners.rate.kind is 'For work as which kind of partner.';
comment on column partners.rate.mode is 'in_person, virtual or meeting.';
comment on column partners.rate.valid_from is 'First day.';
comment on column partners.rate.valid_to is 'First day on which it no longer holds; null while open.';
comment on column partners.rate.half_day_pence is 'For a half-day, net, in pence.';
comment on column partners.rate.recorded_at is 'When it was recorded.';
comment on column partners.rate.superseded_at is 'When another row took its place; null while it is what we know.';
comment on constraint rate_kind_known on partners.rate is
  '{"reason":"KIND_UNKNOWN","message":"There is no such kind of partner.","field":"kind","rule":"PAR-1","accepted":"sip, nle, lle, sle, ele, professional_partner, facilitator, pupil_premium_reviewer"}';
comment on constraint rate_mode_known on partners.rate is
  '{"reason":"MODE_UNKNOWN","message":"There is no such mode of visit.","field":"mode","rule":"PAR-1","accepted":"in_person, virtual or meeting"}';
comment on constraint rate_range on partners.rate is
  '{"reason":"RATE_OUT_OF_RANGE","message":"A half-day costs nothing or more, and up to £100,000.","field":"half_day_pence","rule":"PAR-1","accepted":"whole pence, 0 or more"}';
comment on constraint rate_not_empty on partners.rate is
  '{"reason":"PERIOD_BACKWARDS","message":"A rate must hold for at least one day.","field":"valid_to","rule":"PAR-1","accepted":"a day after valid_from"}';
comment on constraint rate_once_a_day on partners.rate is
  '{"reason":"RATE_EXISTS","message":"Another rate for those days was set at the same time.","field":"valid_from","rule":"PAR-1","accepted":"the change again, on what is set now","code":10}';

create table partners.conflict (
  authority_id integer not null references auth.authority_scope,
  conflict_id text not null,
  partner_id text not null,
  kind text not null,
  school_urn integer references register.establishment (urn),
  group_uid integer,
  starts_on date,
  ends_on date,
  note text check (length(note) between 1 and 500),
  declared_by uuid not null references auth.person,
  declared_at timestamptz not null default now(),
  withdrawn_at timestamptz,
  withdrawn_reason text check (length(withdrawn_reason) between 1 and 500),
  version integer not null default 1,
  primary key (authority_id, conflict_id),
  foreign key (authority_id, partner_id) references partners.partner,
  constraint conflict_kind_known check (kind = any (array['own_school', 'own_trust', 'family', 'recent_employment'])),
  constraint conflict_with_one check (num_nonnulls(school_urn, group_uid) = 1),
  constraint conflict_ends_after_start check (ends_on >= starts_on)
);
comment on table partners.conflict is 'Tenant: conflicts of interest that a partner has declared: the schools they are not assigned to, and when (PAR-2).';
comment on column partners.conflict.authority_id is 'The authority that engages.';
comment on column partners.conflict.conflict_id is 'Short random reference.';
comment on column partners.conflict.partner_id is 'Who.';
comment on column partners.conflict.kind is 'own_school, own_trust, family or recent_employment.';
comment on column partners.conflict.school_urn is 'The school, under this and every other URN of its lineage; null when it is with a trust.';
comment on column partners.conflict.group_uid is 'The trust, by its GIAS number: every school of it; null when it is with a school.';
comment on column partners.conflict.starts_on is 'First day on which it counts; null: since ever.';
comment on column partners.conflict.ends_on is 'Last day on which it counts; null while open.';
comment on column partners.conflict.note is 'What it is, as declared.';
comment on column partners.conflict.declared_by is 'Who declared it.';
comment on column partners.conflict.declared_at is 'When.';
comment on column partners.conflict.withdrawn_at is 'When the declaration was taken back; null while it stands.';
comment on column partners.conflict.withdrawn_reason is 'Why it was taken back.';
comment on column partners.conflict.version is 'Counts the updates.';
comment on constraint conflict_kind_known on partners.conflict is
  '{"reason":"CONFLICT_UNKNOWN","message":"There is no such kind of conflict.","field":"kind","rule":"PAR-2","accepted":"own_school, own_trust, family or recent_employment"}';
comment on constraint conflict_with_one on partners.conflict is
  '{"reason":"CONFLICT_WITH_WHOM","message":"A conflict is with one school or one trust.","field":"school_urn","rule":"PAR-2","accepted":"school_urn, or group_uid"}';
comment on constraint conflict_ends_after_start on partners.conflict is
  '{"reason":"PERIOD_BACKWARDS","message":"A conflict cannot end before it starts.","field":"ends_on","rule":"PAR-2","accepted":"the first day or a later one"}';
create index conflict_of_partner on partners.conflict (authority_id, partner_id);

create table partners.details (
  authority_id integer not null references auth.authority_scope,
  details_id text not null,
  partner_id text not null,
  email text,
  phone text,
  expertise jsonb,
  note text check (length(note) between 1 and 500),
  proposed_by uuid not null references auth.person,
  proposed_at timestamptz not null default now(),
  state text not null default 'open' check (state = any (array['open', 'accepted', 'refused'])),
  decided_by uuid references auth.person,
  decided_at timestamptz,
  decided_reason text check (length(decided_reason) between 1 and 500),
  version integer not null default 1,
  primary key (authority_id, details_id),
  foreign key (authority_id, partner_id) references partners.partner,
  check ((state = 'open') = (decided_at is null))
);
comment on table partners.details is 'Tenant: what partners propose to change of their own row, for the authority to decide: how they are reached, what they are expert in.';
comment on column partners.details.authority_id is 'The authority that engages.';
comment on column partners.details.details_id is 'Short random reference.';
comment on column partners.details.partner_id is 'Whose row.';
comment on column partners.details.email is 'New address; null: as it is.';
comment on column partners.details.phone is 'New number; null: as it is.';
comment on column partners.details.expertise is 'All that they are expert in, [{"code","phase_group"}]; null: as it is.';
comment on column partners.details.note is 'What the partner says to it.';
comment on column partners.details.proposed_by is 'Who proposed.';
comment on column partners.details.proposed_at is 'When.';
comment on column partners.details.state is 'open, accepted or refused.';
comment on column partners.details.decided_by is 'Who decided.';
comment on column partners.details.decided_at is 'When.';
comment on column partners.details.decided_reason is 'Why it was refused, or a word to it.';
comment on column partners.details.version is 'Counts the updates.';
create index details_of_partner on partners.details (authority_id, partner_id);

-- Rows there are were live; an insertion that says nothing of gates makes a live one too.
alter table partners.assignment
  add column status text not null default 'live',
  add column follows_id text,
  add column asked_on date,
  add constraint assignment_status_known check (status = any (array['proposed', 'checked', 'live', 'declined', 'withdrawn'])),
  add constraint assignment_follows_another check (follows_id <> assignment_id),
  add foreign key (authority_id, follows_id) references partners.assignment deferrable initially deferred,
  drop constraint assignment_once_a_school_and_role,
  add constraint assignment_once_a_school_and_role exclude using gist (
    authority_id with =, school_urn with =, role with =, daterange(starts_on, ends_on, '[]') with &&) where (status = 'live');
comment on table partners.assignment is 'Tenant: a partner works with a school in a role over a period (PAR-2), once its gates are passed (PAR-3). One live one at a time for each school and role.';
comment on column partners.assignment.status is 'proposed; checked: the school is to answer; live, from the first day to the last; declined by the school; withdrawn by the authority. The first three hold the partner''s half-days.';
comment on column partners.assignment.follows_id is 'The assignment it takes up: handed over from it, or the part of it that went back.';
comment on column partners.assignment.asked_on is 'Day on which the school was first asked or told; from then on it sees the assignment.';
comment on constraint assignment_once_a_school_and_role on partners.assignment is
  '{"reason":"ASSIGNMENT_OVERLAPS","message":"The school has a partner in this role in that period already.","field":"starts_on","rule":"PAR-2","accepted":"a period after the other assignment ends, or another role","code":9}';

create table partners.gate (
  authority_id integer not null references auth.authority_scope,
  assignment_id text not null,
  nth integer not null,
  gate text not null check (gate = any (array['proposal', 'conflict_check', 'school_answer', 'live'])),
  outcome text not null check (outcome = any (array['passed', 'failed', 'withdrawn', 'ended'])),
  reason text,
  decided_by uuid not null references auth.person,
  decided_at timestamptz not null default now(),
  primary key (authority_id, assignment_id, nth),
  foreign key (authority_id, assignment_id) references partners.assignment
);
comment on table partners.gate is 'Tenant: what happened at the gates of an assignment, in order; rows are only added (PAR-3).';
comment on column partners.gate.authority_id is 'The authority that assigns.';
comment on column partners.gate.assignment_id is 'Of which assignment.';
comment on column partners.gate.nth is 'Number in its history, from 1.';
comment on column partners.gate.gate is 'proposal, conflict_check, school_answer or live.';
comment on column partners.gate.outcome is 'passed, failed, withdrawn when what it stood on is gone, or ended.';
comment on column partners.gate.reason is 'Why, in words.';
comment on column partners.gate.decided_by is 'Who did it, or did what caused it.';
comment on column partners.gate.decided_at is 'When.';

alter table auth.invitation add column partner_id text;
alter table auth.invitation add constraint invitation_of_partner foreign key (authority_id, partner_id) references partners.partner;
comment on column auth.invitation.partner_id is 'The partner whom its redeemer is.';

do $$
declare
  t regclass;
begin
  foreach t in array array['partners.policy', 'partners.role', 'partners.kind_held', 'partners.accreditation', 'partners.expertise',
    'partners.partner_expertise', 'partners.capacity', 'partners.rate', 'partners.conflict', 'partners.details', 'partners.gate']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;
grant select, insert, update on partners.policy, partners.role, partners.kind_held, partners.accreditation, partners.expertise, partners.capacity,
  partners.rate, partners.conflict, partners.details to improve_exec;
grant select, insert, delete on partners.partner_expertise to improve_exec;
grant select on partners.gate to improve_exec;
grant select (partner_id) on auth.invitation to improve_exec;
grant select on partners.kind_held, partners.accreditation, partners.expertise, partners.partner_expertise, partners.capacity, partners.rate,
  partners.gate to reporting_owner;
reset role;
