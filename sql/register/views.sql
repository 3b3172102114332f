-- What GIAS's phases and links mean.

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

grant select on register.phase_grouping, register.lineage_edge, register.lineage
  to improve_exec;
