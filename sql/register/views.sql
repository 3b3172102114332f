-- What GIAS's words mean: types, phases, links. Data as views, so that a correction is a change of this file.

create view register.establishment_type with (security_invoker = true) as
select t.type, t.type_group, t.is_special, t.type_group in ('Local authority maintained schools') or t.is_special and t.type like 'Community%'
    or t.is_special and t.type like 'Foundation%' as is_maintained
from (values
  ('Community school', 'Local authority maintained schools', false),
  ('Voluntary aided school', 'Local authority maintained schools', false),
  ('Voluntary controlled school', 'Local authority maintained schools', false),
  ('Foundation school', 'Local authority maintained schools', false),
  ('Pupil referral unit', 'Local authority maintained schools', false),
  ('Local authority nursery school', 'Local authority maintained schools', false),
  ('Community special school', 'Special schools', true),
  ('Foundation special school', 'Special schools', true),
  ('Non-maintained special school', 'Special schools', true),
  ('Other independent special school', 'Special schools', true),
  ('Academy sponsor led', 'Academies', false),
  ('Academy converter', 'Academies', false),
  ('Academy special sponsor led', 'Academies', true),
  ('Academy special converter', 'Academies', true),
  ('Academy alternative provision sponsor led', 'Academies', false),
  ('Academy alternative provision converter', 'Academies', false),
  ('Academy 16-19 converter', 'Academies', false),
  ('Academy 16 to 19 sponsor led', 'Academies', false),
  ('Academy secure 16 to 19', 'Academies', false),
  ('Free schools', 'Free Schools', false),
  ('Free schools special', 'Free Schools', true),
  ('Free schools alternative provision', 'Free Schools', false),
  ('Free schools 16 to 19', 'Free Schools', false),
  ('University technical college', 'Free Schools', false),
  ('Studio schools', 'Free Schools', false),
  ('Further education', 'Colleges', false),
  ('Sixth form centres', 'Colleges', false),
  ('Special post 16 institution', 'Other types', false),
  ('Other independent school', 'Independent schools', false),
  ('City technology college', 'Independent schools', false),
  ('Online provider', 'Online provider', false),
  ('Higher education institutions', 'Universities', false),
  ('Welsh establishment', 'Welsh schools', false),
  ('Secure units', 'Other types', false),
  ('Offshore schools', 'Other types', false),
  ('Service children''s education', 'Other types', false),
  ('British schools overseas', 'Other types', false),
  ('Institution funded by other government department', 'Other types', false),
  ('Miscellaneous', 'Other types', false)
) t (type, type_group, is_special);
comment on view register.establishment_type is 'GIAS''s types of establishment: the group each belongs to, and whether it is a special school and maintained by a local authority (SCH-9).';
comment on column register.establishment_type.type is 'Type, as GIAS writes it.';
comment on column register.establishment_type.type_group is 'Group of the type.';
comment on column register.establishment_type.is_special is 'Whether schools of this type are special schools, whatever their phase (C-7).';
comment on column register.establishment_type.is_maintained is 'Whether a local authority maintains schools of this type.';

create view register.default_phase_group with (security_invoker = true) as
select g.phase, g.phase_group
from (values
  ('Primary', 'Primary'), ('Middle deemed primary', 'Primary'),
  ('Secondary', 'Secondary'), ('Middle deemed secondary', 'Secondary'),
  ('Special', 'Special'),
  ('All-through', 'Other'), ('16 plus', 'Other'), ('Nursery', 'Other'), ('Not applicable', 'Other')
) g (phase, phase_group);
comment on view register.default_phase_group is 'The grouping of phases for an authority that has not set its own (C-7): Northumberland''s published one.';
comment on column register.default_phase_group.phase is 'A phase of GIAS, or Special for schools of a special type.';
comment on column register.default_phase_group.phase_group is 'The group it is reported under.';

create view register.phase_grouping with (security_invoker = true) as
select a.authority_id, d.phase,
  coalesce(own.phase_group, case when exists (select from schools.phase_group g where g.authority_id = a.authority_id) then 'Other' else d.phase_group end)
    as phase_group
from register.authority a
cross join register.default_phase_group d
left join schools.phase_group own on own.authority_id = a.authority_id and own.phase = d.phase;
comment on view register.phase_grouping is 'The group of each phase in each authority: its own where it has set one, else the common one. An authority''s own grouping is seen in calls for that authority only.';
comment on column register.phase_grouping.authority_id is 'The authority.';
comment on column register.phase_grouping.phase is 'A phase of GIAS, or Special for schools of a special type.';
comment on column register.phase_grouping.phase_group is 'The group it is reported under.';

create view register.lineage_edge with (security_invoker = true) as
select distinct case when l.link_type like 'Predecessor%' then l.linked_urn else l.urn end as predecessor_urn,
  case when l.link_type like 'Predecessor%' then l.urn else l.linked_urn end as successor_urn
from register.link l
where l.superseded_at is null
  and (l.link_type like 'Predecessor%' or l.link_type like 'Successor%') and l.link_type not like '%Split%';
comment on view register.lineage_edge is 'The links that make a lineage, each once and in its direction (SCH-1, SCH-4). A split is none: it begins new schools, and no inspection of the old one is theirs (so the three parts of a divided academy are three schools).';
comment on column register.lineage_edge.predecessor_urn is 'The establishment before.';
comment on column register.lineage_edge.successor_urn is 'The one after.';

create view register.lineage with (security_invoker = true) as
select e.urn, e.school_id from register.establishment e;
comment on view register.lineage is 'Which school each URN belongs to (SCH-1).';
comment on column register.lineage.urn is 'The URN.';
comment on column register.lineage.school_id is 'Its school: lowest URN of the lineage.';

grant select on register.establishment_type, register.default_phase_group, register.phase_grouping, register.lineage_edge, register.lineage
  to improve_exec;
