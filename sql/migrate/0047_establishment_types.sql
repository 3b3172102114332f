-- contract: 0047
-- drops: replaceable
-- GIAS's types of establishment and the common grouping of phases as tables: as views of literal rows they were made anew, row by row, for every school
-- that a query looked at, which was a tenth of the time of a booking and more of a list of schools.
set role improve_owner;

create table register.establishment_type (
  type text primary key,
  type_group text not null,
  is_special boolean not null,
  is_maintained boolean not null
);
comment on table register.establishment_type is 'Shared register: GIAS''s types of establishment: the group each belongs to, and whether it is a special school and maintained by a local authority (SCH-9).';
comment on column register.establishment_type.type is 'Type, as GIAS writes it.';
comment on column register.establishment_type.type_group is 'Group of the type.';
comment on column register.establishment_type.is_special is 'Whether schools of this type are special schools, whatever their phase (C-7).';
comment on column register.establishment_type.is_maintained is 'Whether a local authority maintains schools of this type.';
insert into register.establishment_type (type, type_group, is_special, is_maintained) values
  ('Community school', 'Local authority maintained schools', false, true),
  ('Voluntary aided school', 'Local authority maintained schools', false, true),
  ('Voluntary controlled school', 'Local authority maintained schools', false, true),
  ('Foundation school', 'Local authority maintained schools', false, true),
  ('Pupil referral unit', 'Local authority maintained schools', false, true),
  ('Local authority nursery school', 'Local authority maintained schools', false, true),
  ('Community special school', 'Special schools', true, true),
  ('Foundation special school', 'Special schools', true, true),
  ('Non-maintained special school', 'Special schools', true, false),
  ('Other independent special school', 'Special schools', true, false),
  ('Academy sponsor led', 'Academies', false, false),
  ('Academy converter', 'Academies', false, false),
  ('Academy special sponsor led', 'Academies', true, false),
  ('Academy special converter', 'Academies', true, false),
  ('Academy alternative provision sponsor led', 'Academies', false, false),
  ('Academy alternative provision converter', 'Academies', false, false),
  ('Academy 16-19 converter', 'Academies', false, false),
  ('Academy 16 to 19 sponsor led', 'Academies', false, false),
  ('Academy secure 16 to 19', 'Academies', false, false),
  ('Free schools', 'Free Schools', false, false),
  ('Free schools special', 'Free Schools', true, false),
  ('Free schools alternative provision', 'Free Schools', false, false),
  ('Free schools 16 to 19', 'Free Schools', false, false),
  ('University technical college', 'Free Schools', false, false),
  ('Studio schools', 'Free Schools', false, false),
  ('Further education', 'Colleges', false, false),
  ('Sixth form centres', 'Colleges', false, false),
  ('Special post 16 institution', 'Other types', false, false),
  ('Other independent school', 'Independent schools', false, false),
  ('City technology college', 'Independent schools', false, false),
  ('Online provider', 'Online provider', false, false),
  ('Higher education institutions', 'Universities', false, false),
  ('Welsh establishment', 'Welsh schools', false, false),
  ('Secure units', 'Other types', false, false),
  ('Offshore schools', 'Other types', false, false),
  ('Service children''s education', 'Other types', false, false),
  ('British schools overseas', 'Other types', false, false),
  ('Institution funded by other government department', 'Other types', false, false),
  ('Miscellaneous', 'Other types', false, false);

create table register.default_phase_group (
  phase text primary key,
  phase_group text not null
);
comment on table register.default_phase_group is 'Shared register: the grouping of phases for an authority that has not set its own (C-7): Northumberland''s published one.';
comment on column register.default_phase_group.phase is 'A phase of GIAS, or Special for schools of a special type.';
comment on column register.default_phase_group.phase_group is 'The group it is reported under.';
insert into register.default_phase_group (phase, phase_group) values
  ('Primary', 'Primary'), ('Middle deemed primary', 'Primary'),
  ('Secondary', 'Secondary'), ('Middle deemed secondary', 'Secondary'),
  ('Special', 'Special'),
  ('All-through', 'Other'), ('16 plus', 'Other'), ('Nursery', 'Other'), ('Not applicable', 'Other');

alter table register.establishment_type enable row level security, force row level security;
alter table register.default_phase_group enable row level security, force row level security;
grant select on register.establishment_type, register.default_phase_group to improve_exec, reporting_owner;
reset role;
analyze register.establishment_type, register.default_phase_group;
