-- The shared register of schools: what was true when, and when we knew it (C-5). Rows are added and superseded, never changed (SCH-1 … SCH-9).
create schema register authorization improve_owner;
create schema schools authorization improve_owner;
create schema reports authorization improve_owner;
create schema reporting authorization improve_owner;
comment on schema register is 'The shared register: authorities, establishments, lineages, groups, inspections and rolls, public data that every signed-in user reads.';
comment on schema schools is 'Calls about schools, and how each authority groups their phases.';
comment on schema reports is 'Reports: one function each, read only.';
comment on schema reporting is 'Views for people who write SQL: documented, under row security.';
grant usage on schema register, schools, reports, reporting to improve_exec;

set role improve_owner;

create table register.authority (
  authority_id integer primary key references auth.authority_scope check (authority_id between 1 and 999),
  name text not null check (length(name) between 1 and 200),
  recorded_at timestamptz not null default now()
);
comment on table register.authority is 'Shared register: local authorities, by their DfE number (C-1).';
comment on column register.authority.authority_id is 'DfE number: 929 is Northumberland.';
comment on column register.authority.name is 'Name, as the file or the operator that added it wrote it.';
comment on column register.authority.recorded_at is 'When it was added.';

create table register.authority_successor (
  authority_id integer not null references register.authority,
  successor_id integer not null references register.authority,
  effective_on date not null,
  recorded_at timestamptz not null default now(),
  primary key (authority_id, successor_id),
  check (authority_id <> successor_id)
);
comment on table register.authority_successor is 'Shared register: which authority was replaced by which, such as Cumbria (909) by 942 and 943 (SCH-3).';
comment on column register.authority_successor.authority_id is 'The authority that is no more.';
comment on column register.authority_successor.successor_id is 'One of those that replaced it.';
comment on column register.authority_successor.effective_on is 'First day of the replacement, as the import that showed it was dated.';
comment on column register.authority_successor.recorded_at is 'When it was noticed.';

create table register.establishment (
  urn integer primary key check (urn between 1 and 9999999),
  school_id integer not null,
  recorded_at timestamptz not null default now()
);
comment on table register.establishment is 'Shared register: every URN the register has heard of, and the school whose lineage it belongs to (SCH-1). A URN known from a link or an inspection only has no versions, and is no school of any list.';
comment on column register.establishment.urn is 'Unique reference number.';
comment on column register.establishment.school_id is 'The school: lowest URN of the lineage that predecessor and successor links join. Derived from register.link, so it moves when a link arrives.';
comment on column register.establishment.recorded_at is 'When it was first heard of.';
create index establishment_by_school on register.establishment (school_id);

create table register.establishment_version (
  version_id bigint generated always as identity primary key,
  urn integer not null references register.establishment,
  authority_id integer not null references register.authority,
  valid_from date not null,
  valid_to date,
  recorded_at timestamptz not null default now(),
  superseded_at timestamptz,
  establishment_number text,
  name text not null,
  status text not null,
  type text,
  type_group text,
  phase text,
  low_age integer,
  high_age integer,
  open_date date,
  close_date date,
  open_reason text,
  close_reason text,
  sixth_form text,
  gender text,
  religious_character text,
  admissions_policy text,
  capacity integer,
  trust text,
  federation text,
  sponsor text,
  ukprn text,
  street text,
  locality text,
  address3 text,
  town text,
  county text,
  postcode text,
  website text,
  region text,
  district text,
  ward text,
  constituency text,
  easting integer,
  northing integer,
  check (valid_to > valid_from),
  check (superseded_at >= recorded_at),
  constraint establishment_one_truth exclude using gist (urn with =, daterange(valid_from, valid_to) with &&)
    where (superseded_at is null) deferrable initially immediate
);
create index establishment_version_by_authority on register.establishment_version (authority_id, urn);
create index establishment_version_by_urn on register.establishment_version (urn, valid_from);
comment on table register.establishment_version is 'Shared register: what was true of an establishment from one day to another, and from when to when we held it true (C-5). At any moment the versions held true of a URN do not overlap.';
comment on column register.establishment_version.version_id is 'Number of the version.';
comment on column register.establishment_version.urn is 'Whose.';
comment on column register.establishment_version.authority_id is 'The local authority it lay in.';
comment on column register.establishment_version.valid_from is 'First day it was true; for what an import says, the import''s effective date (SCH-3).';
comment on column register.establishment_version.valid_to is 'First day it was true no more; null while open.';
comment on column register.establishment_version.recorded_at is 'When we came to know it.';
comment on column register.establishment_version.superseded_at is 'When later news replaced it; null while held true.';
comment on column register.establishment_version.establishment_number is 'DfE establishment number, four digits with their zeros. No key over time: a new URN often takes an old one (SCH-1).';
comment on column register.establishment_version.name is 'Name of the establishment.';
comment on column register.establishment_version.status is 'GIAS status: Open; Open, but proposed to close; Closed; Proposed to open.';
comment on column register.establishment_version.type is 'GIAS type of establishment, such as Academy converter.';
comment on column register.establishment_version.type_group is 'GIAS group of that type, such as Academies; from the type where the file does not carry it (SCH-9).';
comment on column register.establishment_version.phase is 'GIAS phase of education.';
comment on column register.establishment_version.low_age is 'Lowest age it is open to.';
comment on column register.establishment_version.high_age is 'Highest age it is open to.';
comment on column register.establishment_version.open_date is 'Day it opened; null when unknown (GIAS: blank or 1 Jan 1900).';
comment on column register.establishment_version.close_date is 'Day it closed or will close.';
comment on column register.establishment_version.open_reason is 'Why it opened.';
comment on column register.establishment_version.close_reason is 'Why it closed.';
comment on column register.establishment_version.sixth_form is 'Whether it has an official sixth form, in GIAS''s words.';
comment on column register.establishment_version.gender is 'Boys, girls or mixed.';
comment on column register.establishment_version.religious_character is 'Designated religious character.';
comment on column register.establishment_version.admissions_policy is 'Selective or not.';
comment on column register.establishment_version.capacity is 'Pupils it has room for.';
comment on column register.establishment_version.trust is 'Trust that runs it, by name.';
comment on column register.establishment_version.federation is 'Federation it belongs to, by name.';
comment on column register.establishment_version.sponsor is 'Sponsor, by name.';
comment on column register.establishment_version.ukprn is 'UK provider reference number.';
comment on column register.establishment_version.street is 'Address: street.';
comment on column register.establishment_version.locality is 'Address: locality.';
comment on column register.establishment_version.address3 is 'Address: third line.';
comment on column register.establishment_version.town is 'Address: town.';
comment on column register.establishment_version.county is 'Address: county.';
comment on column register.establishment_version.postcode is 'Postcode.';
comment on column register.establishment_version.website is 'Website, as the school gave it.';
comment on column register.establishment_version.region is 'Region of England.';
comment on column register.establishment_version.district is 'Administrative district.';
comment on column register.establishment_version.ward is 'Administrative ward.';
comment on column register.establishment_version.constituency is 'Parliamentary constituency.';
comment on column register.establishment_version.easting is 'Ordnance Survey easting, metres.';
comment on column register.establishment_version.northing is 'Ordnance Survey northing, metres.';

create table register.link (
  link_id bigint generated always as identity primary key,
  urn integer not null references register.establishment,
  linked_urn integer not null references register.establishment,
  link_type text not null,
  linked_name text,
  established_on date,
  recorded_at timestamptz not null default now(),
  superseded_at timestamptz,
  check (urn <> linked_urn)
);
create unique index link_once on register.link (urn, linked_urn, link_type) where superseded_at is null;
create index link_by_linked on register.link (linked_urn);
comment on table register.link is 'Shared register: GIAS''s links between establishments, each direction a row of its own (SCH-4). Predecessor and successor links join a lineage; a split begins new schools.';
comment on column register.link.link_id is 'Number of the link.';
comment on column register.link.urn is 'The establishment that has the link.';
comment on column register.link.linked_urn is 'What it is linked to.';
comment on column register.link.link_type is 'GIAS''s word for what linked_urn is to urn: Predecessor, Successor - merged, Sixth Form Centre Link …';
comment on column register.link.linked_name is 'Name of the linked establishment, as the link gives it.';
comment on column register.link.established_on is 'Day of the link; null when unknown.';
comment on column register.link.recorded_at is 'When we came to know it.';
comment on column register.link.superseded_at is 'When later news replaced it.';

create table register.group_ (
  version_id bigint generated always as identity primary key,
  group_uid integer not null,
  group_id text,
  name text not null,
  type text not null,
  status text,
  companies_house_number text,
  ukprn text,
  opened_on date,
  closed_on date,
  recorded_at timestamptz not null default now(),
  superseded_at timestamptz
);
create unique index group_once on register.group_ (group_uid) where superseded_at is null;
comment on table register.group_ is 'Shared register: trusts, federations, sponsors and other groups of establishments (SCH-5). What GIAS says anew supersedes what it said.';
comment on column register.group_.version_id is 'Number of the description.';
comment on column register.group_.group_uid is 'GIAS number of the group.';
comment on column register.group_.group_id is 'GIAS identifier that people quote, such as TR01234.';
comment on column register.group_.name is 'Name.';
comment on column register.group_.type is 'Multi-academy trust, Federation, School sponsor …';
comment on column register.group_.status is 'Open, Closed or Proposed to open.';
comment on column register.group_.companies_house_number is 'Companies House number.';
comment on column register.group_.ukprn is 'UK provider reference number.';
comment on column register.group_.opened_on is 'Day it opened; null when unknown.';
comment on column register.group_.closed_on is 'Day it closed.';
comment on column register.group_.recorded_at is 'When we came to know it.';
comment on column register.group_.superseded_at is 'When later news replaced it.';

create table register.group_membership (
  membership_id bigint generated always as identity primary key,
  urn integer not null references register.establishment,
  group_uid integer not null,
  joined_on date,
  left_on date,
  recorded_at timestamptz not null default now(),
  superseded_at timestamptz,
  check (left_on >= joined_on)
);
create unique index group_membership_once on register.group_membership (urn, group_uid, joined_on) nulls not distinct where superseded_at is null;
create index group_membership_by_group on register.group_membership (group_uid);
comment on table register.group_membership is 'Shared register: which establishment belonged to which group from when to when; to several at once (SCH-5).';
comment on column register.group_membership.membership_id is 'Number of the row.';
comment on column register.group_membership.urn is 'The establishment.';
comment on column register.group_membership.group_uid is 'The group.';
comment on column register.group_membership.joined_on is 'First day; null when unknown.';
comment on column register.group_membership.left_on is 'Last day; null while it belongs to it.';
comment on column register.group_membership.recorded_at is 'When we came to know it.';
comment on column register.group_membership.superseded_at is 'When later news replaced it.';

create table register.inspection (
  inspection_id bigint generated always as identity primary key,
  inspection_number text not null,
  urn integer not null references register.establishment,
  kind text not null check (kind in ('graded', 'ungraded', 'monitoring')),
  event text,
  framework text not null,
  starts_on date,
  ends_on date,
  published_on date,
  concern text,
  outcome text,
  effective_action boolean,
  recorded_at timestamptz not null default now(),
  superseded_at timestamptz
);
create unique index inspection_once on register.inspection (inspection_number) where superseded_at is null;
create index inspection_by_urn on register.inspection (urn);
comment on table register.inspection is 'Shared register: Ofsted''s inspections, append-only (SCH-6). One of a URN the register holds no version of is kept too, and opens no school (SCH-7).';
comment on column register.inspection.inspection_id is 'Number of the row.';
comment on column register.inspection.inspection_number is 'Ofsted''s number of the inspection.';
comment on column register.inspection.urn is 'The URN that was inspected: the one at the time.';
comment on column register.inspection.kind is 'graded (section 5 and what is deemed so), ungraded (section 8 of a good or outstanding school), or monitoring.';
comment on column register.inspection.event is 'Ofsted''s own word for the type of inspection.';
comment on column register.inspection.framework is 'pre-2015, CIF (2015), EIF (2019) or report card (November 2025): what its grades mean.';
comment on column register.inspection.starts_on is 'First day.';
comment on column register.inspection.ends_on is 'Last day.';
comment on column register.inspection.published_on is 'Day the report was published: from then on the outcome counts.';
comment on column register.inspection.concern is 'Category of concern: SM (special measures), SWK (serious weaknesses), RSI (requires significant improvement); null for none.';
comment on column register.inspection.outcome is 'Outcome in words of an ungraded inspection or a monitoring visit.';
comment on column register.inspection.effective_action is 'For a monitoring visit: whether leaders take effective action; null when it was not asked or not told.';
comment on column register.inspection.recorded_at is 'When we came to know it.';
comment on column register.inspection.superseded_at is 'When a correction replaced it.';

create table register.inspection_grade (
  inspection_id bigint not null references register.inspection,
  area text not null,
  scale text not null check (scale in ('1-4', 'report card', 'met', 'yes-no')),
  grade text not null,
  primary key (inspection_id, area)
);
comment on table register.inspection_grade is 'Shared register: what an inspection judged, area by area and each on its scale; never one grade column, since overall grades ended in September 2024 and report cards began in November 2025 (SCH-6). An area that was not judged (Ofsted''s 9) has no row.';
comment on column register.inspection_grade.inspection_id is 'The inspection.';
comment on column register.inspection_grade.area is 'Overall effectiveness, Quality of education, Inclusion …';
comment on column register.inspection_grade.scale is '1-4 (1 outstanding to 4 inadequate), report card (Exceptional … Urgent improvement), met (Met, Not met), or yes-no.';
comment on column register.inspection_grade.grade is 'The grade, on that scale.';

create table register.inspection_listing (
  as_at date not null,
  urn integer not null references register.establishment,
  authority_id integer not null,
  name text not null,
  phase text,
  type text,
  recorded_at timestamptz not null default now(),
  primary key (as_at, urn)
);
create index inspection_listing_by_authority on register.inspection_listing (authority_id, as_at);
comment on table register.inspection_listing is 'Shared register: the schools that an Ofsted file of a date lists. It says which schools there were on a day that the register of establishments does not reach back to (SCH-7), and opens none.';
comment on column register.inspection_listing.as_at is 'Date of the file.';
comment on column register.inspection_listing.urn is 'The school''s URN on that date.';
comment on column register.inspection_listing.authority_id is 'Its authority on that date: the first three digits of its LAESTAB. Possibly one that the register does not hold.';
comment on column register.inspection_listing.name is 'Its name on that date.';
comment on column register.inspection_listing.phase is 'Ofsted''s phase, which is not GIAS''s.';
comment on column register.inspection_listing.type is 'Ofsted''s type of education.';
comment on column register.inspection_listing.recorded_at is 'When we came to know it.';

create table register.inspection_attribution (
  urn integer not null references register.establishment,
  inspection_number text not null,
  recorded_at timestamptz not null default now(),
  primary key (urn, inspection_number)
);
create index inspection_attribution_by_number on register.inspection_attribution (inspection_number);
comment on table register.inspection_attribution is 'Shared register: inspections that Ofsted counts for a school although they were of another URN, its predecessor (SCH-7).';
comment on column register.inspection_attribution.urn is 'The school for which it counts.';
comment on column register.inspection_attribution.inspection_number is 'The inspection.';
comment on column register.inspection_attribution.recorded_at is 'When we came to know it.';

create table register.roll_count (
  roll_id bigint generated always as identity primary key,
  urn integer not null references register.establishment,
  counted_on date not null,
  source text not null,
  number_on_roll integer not null check (number_on_roll >= 0),
  fsm integer check (fsm >= 0),
  pupil_premium integer check (pupil_premium >= 0),
  recorded_at timestamptz not null default now(),
  superseded_at timestamptz
);
create unique index roll_count_once on register.roll_count (urn, counted_on, source) where superseded_at is null;
comment on table register.roll_count is 'Shared register: pupils of an establishment, with the day they were counted (SCH-9).';
comment on column register.roll_count.roll_id is 'Number of the count.';
comment on column register.roll_count.urn is 'The establishment.';
comment on column register.roll_count.counted_on is 'Day of the count; for Ofsted''s figure, the date of its file.';
comment on column register.roll_count.source is 'GIAS, Ofsted, or who else counted.';
comment on column register.roll_count.number_on_roll is 'Number on roll.';
comment on column register.roll_count.fsm is 'Pupils eligible for free school meals; null when not told.';
comment on column register.roll_count.pupil_premium is 'Pupils who attract pupil premium; null when not told.';
comment on column register.roll_count.recorded_at is 'When we came to know it.';
comment on column register.roll_count.superseded_at is 'When a correction replaced it.';

create table schools.phase_group (
  authority_id integer not null references auth.authority_scope,
  phase text not null,
  phase_group text not null check (length(phase_group) between 1 and 60),
  primary key (authority_id, phase)
);
comment on table schools.phase_group is 'Tenant: an authority''s own grouping of phases for its reports (C-7). One without rows uses the common grouping of register.default_phase_group.';
comment on column schools.phase_group.authority_id is 'The authority.';
comment on column schools.phase_group.phase is 'A phase of GIAS, or Special for schools of a special type.';
comment on column schools.phase_group.phase_group is 'The group it is reported under; a phase without a row falls under Other.';

do $$
declare
  t record;
begin
  for t in select schemaname, tablename from pg_tables where schemaname in ('register', 'schools')
  loop
    execute format('alter table %I.%I enable row level security, force row level security', t.schemaname, t.tablename);
    execute format('grant select, insert on %I.%I to improve_exec', t.schemaname, t.tablename);
  end loop;
end $$;
grant update (superseded_at) on register.establishment_version, register.link, register.group_, register.group_membership,
  register.inspection, register.roll_count to improve_exec;
grant update (school_id) on register.establishment to improve_exec;
grant update (name) on register.authority to improve_exec;
grant delete on schools.phase_group to improve_exec;
reset role;
