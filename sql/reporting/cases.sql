-- Schools causing concern for SQL reporters.
set role reporting_owner;

create view reporting.concern_case as
select lpad(c.authority_id::text, 3, '0')::varchar(3) as authority, c.case_id::varchar(20) as case_id, c.school_urn as urn, c.status::varchar(20) as status,
  c.reason::varchar(40) as reason, c.lead::varchar(200) as lead, c.opened_on, c.closed_on, c.close_reason::varchar(1000) as close_reason
from cases.case_ c;
comment on view reporting.concern_case is 'Schools causing concern: their cases, closed ones too (CAS-1).';
comment on column reporting.concern_case.authority is 'DfE code of the authority, three digits.';
comment on column reporting.concern_case.case_id is 'Reference of the case.';
comment on column reporting.concern_case.urn is 'URN of the school, the one it had when the case was opened.';
comment on column reporting.concern_case.status is 'open or closed.';
comment on column reporting.concern_case.reason is 'Why it was put on the scheme, of the authority''s list.';
comment on column reporting.concern_case.lead is 'Who leads for the authority; null when not told.';
comment on column reporting.concern_case.opened_on is 'First day on the scheme.';
comment on column reporting.concern_case.closed_on is 'First day off it again; null while open.';
comment on column reporting.concern_case.close_reason is 'Why it was closed; null while open.';

create view reporting.concern_category as
select lpad(r.authority_id::text, 3, '0')::varchar(3) as authority, r.case_id::varchar(20) as case_id, r.school_urn as urn, r.category::varchar(40) as category,
  k.label::varchar(100) as label, k.level::varchar(20) as common_level, r.valid_from, r.valid_to, (r.recorded_at at time zone 'Europe/London')::timestamp(0) as recorded_uk_time
from cases.rating r
join cases.category k on k.authority_id = r.authority_id and k.number = r.number and k.code = r.category
where r.superseded_at is null;
comment on view reporting.concern_category is 'In which category a school was on the scheme from when to when, by what is known now (CAS-1).';
comment on column reporting.concern_category.authority is 'DfE code of the authority, three digits.';
comment on column reporting.concern_category.case_id is 'Reference of the case.';
comment on column reporting.concern_category.urn is 'URN of the school, the one it had when the case was opened.';
comment on column reporting.concern_category.category is 'The authority''s own category.';
comment on column reporting.concern_category.label is 'Its label.';
comment on column reporting.concern_category.common_level is 'Where it stands on the scale that authorities share: intervention, intensive, support or watch.';
comment on column reporting.concern_category.valid_from is 'First day in it.';
comment on column reporting.concern_category.valid_to is 'First day in it no more; null while it lasts.';
comment on column reporting.concern_category.recorded_uk_time is 'When it was recorded, English local time.';

create view reporting.concern_support as
select lpad(l.authority_id::text, 3, '0')::varchar(3) as authority, l.line_id::varchar(20) as line_id, l.case_id::varchar(20) as case_id, c.school_urn as urn,
  l.what::varchar(500) as what, l.provider::varchar(200) as provider, l.budget::varchar(100) as budget, l.quantity, l.unit::varchar(40) as unit,
  (l.unit_pence / 100.0)::numeric(12, 2) as unit_pounds, (l.pence / 100.0)::numeric(12, 2) as pounds, l.agreed_on, l.withdrawn_on
from cases.support_line l
join cases.case_ c on c.authority_id = l.authority_id and c.case_id = l.case_id;
comment on view reporting.concern_support is 'Packages of support of schools causing concern, line by line (CAS-2).';
comment on column reporting.concern_support.authority is 'DfE code of the authority, three digits.';
comment on column reporting.concern_support.line_id is 'Reference of the line.';
comment on column reporting.concern_support.case_id is 'Reference of the case.';
comment on column reporting.concern_support.urn is 'URN of the school.';
comment on column reporting.concern_support.what is 'What is given.';
comment on column reporting.concern_support.provider is 'Who gives it; null when not told.';
comment on column reporting.concern_support.budget is 'The budget line that pays; null when not told.';
comment on column reporting.concern_support.quantity is 'How many; null for a lump.';
comment on column reporting.concern_support.unit is 'Of what; null for a lump.';
comment on column reporting.concern_support.unit_pounds is 'Pounds each; null for a lump.';
comment on column reporting.concern_support.pounds is 'Pounds in all.';
comment on column reporting.concern_support.agreed_on is 'Day on which it was agreed.';
comment on column reporting.concern_support.withdrawn_on is 'First day on which it is given no more; null while it is.';

create view reporting.concern_action as
select lpad(a.authority_id::text, 3, '0')::varchar(3) as authority, a.action_id::varchar(20) as action_id, a.case_id::varchar(20) as case_id, c.school_urn as urn,
  a.what::varchar(1000) as what, a.owner::varchar(200) as owner, a.due_on, a.status::varchar(20) as status, a.ended_on, a.outcome::varchar(2000) as outcome
from cases.action a
join cases.case_ c on c.authority_id = a.authority_id and c.case_id = a.case_id;
comment on view reporting.concern_action is 'What is to be done about schools causing concern, by whom and by when (CAS-2).';
comment on column reporting.concern_action.authority is 'DfE code of the authority, three digits.';
comment on column reporting.concern_action.action_id is 'Reference of the action.';
comment on column reporting.concern_action.case_id is 'Reference of the case.';
comment on column reporting.concern_action.urn is 'URN of the school.';
comment on column reporting.concern_action.what is 'What is to be done.';
comment on column reporting.concern_action.owner is 'Who does it.';
comment on column reporting.concern_action.due_on is 'Day by which it is to be done.';
comment on column reporting.concern_action.status is 'open, done or dropped.';
comment on column reporting.concern_action.ended_on is 'Day on which it was done or dropped; null while open.';
comment on column reporting.concern_action.outcome is 'What came of it; null while open.';

create view reporting.concern_meeting as
select lpad(m.authority_id::text, 3, '0')::varchar(3) as authority, m.meeting_id::varchar(20) as meeting_id, m.case_id::varchar(20) as case_id, c.school_urn as urn,
  m.day as meeting_on, m.status::varchar(20) as status, m.impact::varchar(4000) as impact, m.next_steps::varchar(4000) as next_steps, m.reason::varchar(500) as reason
from cases.meeting m
join cases.case_ c on c.authority_id = m.authority_id and c.case_id = m.case_id;
comment on view reporting.concern_meeting is 'Challenge meetings about schools causing concern (CAS-2).';
comment on column reporting.concern_meeting.authority is 'DfE code of the authority, three digits.';
comment on column reporting.concern_meeting.meeting_id is 'Reference of the meeting.';
comment on column reporting.concern_meeting.case_id is 'Reference of the case.';
comment on column reporting.concern_meeting.urn is 'URN of the school.';
comment on column reporting.concern_meeting.meeting_on is 'Day of the meeting; of one that is waived, a day of the term for which it is.';
comment on column reporting.concern_meeting.status is 'planned, held, cancelled or waived.';
comment on column reporting.concern_meeting.impact is 'What the support had come to; null unless held.';
comment on column reporting.concern_meeting.next_steps is 'What is done next; null when not told.';
comment on column reporting.concern_meeting.reason is 'Why it was cancelled or waived; null otherwise.';

create view reporting.concern_notice as
select lpad(w.authority_id::text, 3, '0')::varchar(3) as authority, w.warning_notice_id::varchar(20) as warning_notice_id, w.case_id::varchar(20) as case_id, c.school_urn as urn,
  w.kind::varchar(20) as kind, w.given_on, w.period_days, w.counting::varchar(20) as counting, w.ends_on, l.statute::varchar(500) as statute, w.status::varchar(20) as status,
  w.ended_on
from cases.warning_notice w
join cases.case_ c on c.authority_id = w.authority_id and c.case_id = w.case_id
join cases.law l on l.kind = w.kind and l.valid_from = w.law_from;
comment on view reporting.concern_notice is 'Notices given to schools, with the period of each and the law it was given under (CAS-2).';
comment on column reporting.concern_notice.authority is 'DfE code of the authority, three digits.';
comment on column reporting.concern_notice.warning_notice_id is 'Reference of the notice.';
comment on column reporting.concern_notice.case_id is 'Reference of the case.';
comment on column reporting.concern_notice.urn is 'URN of the school.';
comment on column reporting.concern_notice.kind is 'warning or pre_warning.';
comment on column reporting.concern_notice.given_on is 'Day on which it was given.';
comment on column reporting.concern_notice.period_days is 'Days of its period.';
comment on column reporting.concern_notice.counting is 'In what days: working or calendar.';
comment on column reporting.concern_notice.ends_on is 'Last day of the period.';
comment on column reporting.concern_notice.statute is 'The law of its day.';
comment on column reporting.concern_notice.status is 'running, complied, not_complied or withdrawn.';
comment on column reporting.concern_notice.ended_on is 'Day on which that was found; null while it runs.';

grant select on reporting.concern_case, reporting.concern_category, reporting.concern_support, reporting.concern_action, reporting.concern_meeting,
  reporting.concern_notice to reporting_reader;
