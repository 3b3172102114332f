-- Schools for SQL reporters. The calls do not read these views: they answer under the caller's own rights, from the tables.
-- In every view here and beside: text is varchar(n), yes and no are words, times are English local time without a zone, money is in pounds,
-- because that is what ODBC brings whole to Excel and Power BI.
set role reporting_owner;

create view reporting.authorities as
select lpad(a.authority_id::text, 3, '0')::varchar(3) as authority, a.name::varchar(200) as authority_name,
  (case when exists (select from auth.reporter r where r.authority_id = a.authority_id) then 'Yes' else 'No' end)::varchar(3) as own
from register.authority a;
comment on view reporting.authorities is 'Local authorities of the register, and which of them this login reads (C-1). Public data.';
comment on column reporting.authorities.authority is 'DfE code of the local authority, three digits.';
comment on column reporting.authorities.authority_name is 'Name of the local authority.';
comment on column reporting.authorities.own is 'Yes when the other views show this login the rows of that authority, No otherwise.';

create view reporting.open_schools as
select lpad(v.authority_id::text, 3, '0')::varchar(3) as authority, v.urn, e.school_id, v.name::varchar(300) as school, v.phase::varchar(60) as phase,
  coalesce(own.phase_group,
    case when exists (select from schools.phase_group g where g.authority_id = v.authority_id) then 'Other' else common.phase_group end,
    'Other')::varchar(60) as phase_group,
  v.type::varchar(100) as type, v.type_group::varchar(60) as type_group,
  (case when coalesce(t.is_maintained, v.type_group = 'Local authority maintained schools', false) then 'Yes' else 'No' end)::varchar(3) as maintained,
  v.trust::varchar(300) as trust, v.town::varchar(100) as town, v.postcode::varchar(10) as postcode
from register.establishment_version v
join register.establishment e on e.urn = v.urn
cross join (select (now() at time zone 'Europe/London')::date as today) d
left join register.establishment_type t on t.type = v.type
cross join lateral (select case when coalesce(t.is_special, v.type_group = 'Special schools') then 'Special' else v.phase end as word) p
left join register.default_phase_group common on common.phase = p.word
left join schools.phase_group own on own.authority_id = v.authority_id and own.phase = p.word
where v.superseded_at is null and v.valid_from <= d.today and (v.valid_to is null or v.valid_to > d.today)
  and v.status in ('Open', 'Open, but proposed to close') and (v.close_date is null or v.close_date > d.today);
comment on view reporting.open_schools is 'Open schools today, one row each, of every authority (SCH-8, SCH-9). Public data.';
comment on column reporting.open_schools.authority is 'DfE code of the local authority, three digits.';
comment on column reporting.open_schools.urn is 'Unique reference number of GIAS.';
comment on column reporting.open_schools.school_id is 'The school that this URN is the latest of: the lowest URN of its predecessors and itself (SCH-1).';
comment on column reporting.open_schools.school is 'Name of the school.';
comment on column reporting.open_schools.phase is 'GIAS phase of education.';
comment on column reporting.open_schools.phase_group is 'Group under which its authority reports the phase (C-7). Another authority''s own grouping is not seen: its schools show the common one.';
comment on column reporting.open_schools.type is 'GIAS type of establishment.';
comment on column reporting.open_schools.type_group is 'GIAS group of that type, such as Academies.';
comment on column reporting.open_schools.maintained is 'Yes when a local authority maintains it, No otherwise.';
comment on column reporting.open_schools.trust is 'Trust that runs it; null for none.';
comment on column reporting.open_schools.town is 'Town of its address; null when unknown.';
comment on column reporting.open_schools.postcode is 'Postcode; null when unknown.';

create view reporting.schools_by_phase_group as
select o.authority, o.phase_group, count(*)::integer as schools
from reporting.open_schools o
group by o.authority, o.phase_group;
comment on view reporting.schools_by_phase_group is 'How many open schools each authority has in each of its phase groups, today (SCH-8). Public data.';
comment on column reporting.schools_by_phase_group.authority is 'DfE code of the local authority, three digits.';
comment on column reporting.schools_by_phase_group.phase_group is 'Phase group, as in reporting.open_schools.';
comment on column reporting.schools_by_phase_group.schools is 'Open schools.';

create view reporting.inspection_grades as
select i.urn, e.school_id, i.inspection_number::varchar(40) as inspection_number, i.kind::varchar(20) as kind, i.event::varchar(200) as event,
  i.framework::varchar(40) as framework, i.starts_on, i.published_on, i.concern::varchar(10) as concern, g.area::varchar(100) as area,
  g.scale::varchar(20) as scale, g.grade::varchar(60) as grade
from register.inspection i
join register.establishment e on e.urn = i.urn
left join register.inspection_grade g on g.inspection_id = i.inspection_id
where i.superseded_at is null;
comment on view reporting.inspection_grades is 'Ofsted''s inspections, one row for each area judged, each on its own scale; one row without an area where nothing was graded (SCH-6). Public data.';
comment on column reporting.inspection_grades.urn is 'URN that was inspected: the one at the time.';
comment on column reporting.inspection_grades.school_id is 'The school it belongs to, as in reporting.open_schools.';
comment on column reporting.inspection_grades.inspection_number is 'Ofsted''s number of the inspection.';
comment on column reporting.inspection_grades.kind is 'graded, ungraded or monitoring.';
comment on column reporting.inspection_grades.event is 'Ofsted''s own word for the type of inspection.';
comment on column reporting.inspection_grades.framework is 'pre-2015, CIF (2015), EIF (2019) or report card (November 2025): grades of different frameworks are not one series.';
comment on column reporting.inspection_grades.starts_on is 'First day of the inspection.';
comment on column reporting.inspection_grades.published_on is 'Day the report was published; null when unknown.';
comment on column reporting.inspection_grades.concern is 'SM (special measures), SWK (serious weaknesses), RSI (requires significant improvement); null for none.';
comment on column reporting.inspection_grades.area is 'Area that was judged, such as Overall effectiveness; null when none was.';
comment on column reporting.inspection_grades.scale is '1-4 (1 outstanding to 4 inadequate), report card, met, or yes-no.';
comment on column reporting.inspection_grades.grade is 'The grade, on that scale.';

grant select on reporting.authorities, reporting.open_schools, reporting.schools_by_phase_group, reporting.inspection_grades to reporting_reader;
