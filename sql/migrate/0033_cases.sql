-- Schools causing concern (CAS-1 to CAS-4): an authority's scheme of categories, and a file for each school on it, with the categories it had,
-- the support it gets, what is to be done by whom, meetings, and warning notices.
create schema cases authorization improve_owner;
comment on schema cases is 'Schools causing concern: schemes, cases with their categories, support, actions, meetings and warning notices.';
grant usage on schema cases to improve_exec, reporting_owner;

set role improve_owner;

create table cases.scheme (
  authority_id integer not null references auth.authority_scope,
  number integer not null check (number > 0),
  valid_from date not null,
  recorded_by uuid not null references auth.person,
  recorded_at timestamptz not null default now(),
  primary key (authority_id, number)
);
comment on table cases.scheme is 'Tenant: an authority''s scheme of categories for schools causing concern, dated (CAS-1). Of those that have begun the newest holds.';
comment on column cases.scheme.authority_id is 'The authority.';
comment on column cases.scheme.number is 'From 1, one more each time the scheme is set.';
comment on column cases.scheme.valid_from is 'First day on which its categories may be given.';
comment on column cases.scheme.recorded_by is 'Who set it.';
comment on column cases.scheme.recorded_at is 'When.';

create table cases.category (
  authority_id integer not null references auth.authority_scope,
  number integer not null,
  code text not null,
  label text not null,
  nth integer not null check (nth > 0),
  level text not null,
  primary key (authority_id, number, code),
  foreign key (authority_id, number) references cases.scheme,
  constraint category_place_once unique (authority_id, number, nth),
  constraint category_code_form check (code ~ '^[a-z][a-z0-9_-]{0,39}$'),
  constraint category_label_length check (length(label) between 1 and 100),
  constraint category_level_known check (level = any (array['intervention', 'intensive', 'support', 'watch']))
);
comment on table cases.category is 'Tenant: the categories of a scheme in order, the gravest first, each mapped to the common scale (CAS-1).';
comment on column cases.category.authority_id is 'The authority.';
comment on column cases.category.number is 'The scheme.';
comment on column cases.category.code is 'Short word, such as red.';
comment on column cases.category.label is 'What people read.';
comment on column cases.category.nth is 'Its place in the order, from 1, the gravest.';
comment on column cases.category.level is 'Where it stands on the common scale: intervention, intensive, support or watch.';
comment on constraint category_code_form on cases.category is
  '{"reason":"CODE_FORM","message":"A category''s code is a short word.","field":"categories","rule":"CAS-1","accepted":"1 to 40 lower-case letters, digits, - and _, such as red"}';
comment on constraint category_label_length on cases.category is
  '{"reason":"LABEL_LENGTH","message":"A category needs a label of at most 100 characters.","field":"categories","rule":"CAS-1","accepted":"1 to 100 characters"}';
comment on constraint category_level_known on cases.category is
  '{"reason":"LEVEL_UNKNOWN","message":"A category stands on the common scale.","field":"categories","rule":"CAS-1","accepted":"intervention, intensive, support or watch"}';

create table cases.reason (
  authority_id integer not null references auth.authority_scope,
  number integer not null,
  code text not null,
  label text not null,
  primary key (authority_id, number, code),
  foreign key (authority_id, number) references cases.scheme,
  constraint reason_code_form check (code ~ '^[a-z][a-z0-9_-]{0,39}$'),
  constraint reason_label_length check (length(label) between 1 and 200)
);
comment on table cases.reason is 'Tenant: for what reasons a school may be put on a scheme, such as preventative, a time-limited barrier, systemic (CAS-1).';
comment on column cases.reason.authority_id is 'The authority.';
comment on column cases.reason.number is 'The scheme.';
comment on column cases.reason.code is 'Short word.';
comment on column cases.reason.label is 'What people read.';
comment on constraint reason_code_form on cases.reason is
  '{"reason":"CODE_FORM","message":"A reason''s code is a short word.","field":"reasons","rule":"CAS-1","accepted":"1 to 40 lower-case letters, digits, - and _, such as preventative"}';
comment on constraint reason_label_length on cases.reason is
  '{"reason":"LABEL_LENGTH","message":"A reason needs a label of at most 200 characters.","field":"reasons","rule":"CAS-1","accepted":"1 to 200 characters"}';

create table cases.case_ (
  authority_id integer not null references auth.authority_scope,
  case_id text not null,
  school_urn integer not null references register.establishment (urn),
  scheme_number integer not null,
  reason text not null,
  status text not null default 'open' check (status in ('open', 'closed')),
  opened_on date not null,
  closed_on date,
  close_reason text,
  lead text,
  aim text,
  exit_when text,
  opened_by uuid not null references auth.person,
  version integer not null default 1,
  primary key (authority_id, case_id),
  constraint case_school_key unique (authority_id, case_id, school_urn),
  foreign key (authority_id, scheme_number, reason) references cases.reason (authority_id, number, code),
  check ((status = 'closed') = (closed_on is not null) and (closed_on is null) = (close_reason is null)),
  check (closed_on >= opened_on),
  constraint case_lead_length check (length(lead) between 1 and 200),
  constraint case_aim_length check (length(aim) between 1 and 1000),
  constraint case_exit_length check (length(exit_when) between 1 and 1000),
  constraint case_close_reason_length check (length(close_reason) between 1 and 1000)
);
comment on table cases.case_ is 'Tenant: the file of a school causing concern. On which days it was on the scheme, and as what, is in cases.rating.';
comment on column cases.case_.authority_id is 'The authority whose concern it is.';
comment on column cases.case_.case_id is 'Short random reference.';
comment on column cases.case_.school_urn is 'The school, by the URN it had when the case was opened.';
comment on column cases.case_.scheme_number is 'The scheme from which its reason is.';
comment on column cases.case_.reason is 'Why it is on the scheme, of that scheme''s list.';
comment on column cases.case_.status is 'open or closed.';
comment on column cases.case_.opened_on is 'First day on the scheme.';
comment on column cases.case_.closed_on is 'First day off the scheme again; null while open. A case that was opened again has it no more: cases.rating tells the days between.';
comment on column cases.case_.close_reason is 'Why it was closed; null while open.';
comment on column cases.case_.lead is 'Who leads for the authority.';
comment on column cases.case_.aim is 'What is to come of it.';
comment on column cases.case_.exit_when is 'What must be so before the school leaves the scheme.';
comment on column cases.case_.opened_by is 'Who opened it.';
comment on column cases.case_.version is 'Counts the updates.';
comment on constraint case_lead_length on cases.case_ is
  '{"reason":"LEAD_LENGTH","message":"A lead is a name.","field":"lead","rule":"CAS-2","accepted":"1 to 200 characters"}';
comment on constraint case_aim_length on cases.case_ is
  '{"reason":"AIM_LENGTH","message":"An aim is a few sentences.","field":"aim","rule":"CAS-2","accepted":"1 to 1000 characters"}';
comment on constraint case_exit_length on cases.case_ is
  '{"reason":"EXIT_LENGTH","message":"What must be so before a school leaves the scheme is said in a few sentences.","field":"exit_when","rule":"CAS-2","accepted":"1 to 1000 characters"}';
comment on constraint case_close_reason_length on cases.case_ is
  '{"reason":"REASON_LENGTH","message":"Why a case is closed is said in a few sentences.","field":"why","rule":"CAS-3","accepted":"1 to 1000 characters"}';
create index case_by_school on cases.case_ (authority_id, school_urn);

create table cases.rating (
  authority_id integer not null references auth.authority_scope,
  rating_id text not null,
  case_id text not null,
  school_urn integer not null,
  number integer not null,
  category text not null,
  rationale text not null,
  valid_from date not null,
  valid_to date,
  recorded_by uuid not null references auth.person,
  recorded_at timestamptz not null default now(),
  superseded_at timestamptz,
  primary key (authority_id, rating_id),
  foreign key (authority_id, case_id, school_urn) references cases.case_ (authority_id, case_id, school_urn),
  foreign key (authority_id, number, category) references cases.category (authority_id, number, code),
  check (superseded_at >= recorded_at),
  constraint rating_not_empty check (valid_to > valid_from),
  constraint rating_rationale_length check (length(rationale) between 1 and 4000),
  constraint rating_once_a_day exclude using gist (
    authority_id with =, school_urn with =, daterange(valid_from, valid_to) with &&) where (superseded_at is null)
);
comment on table cases.rating is 'Tenant: in which category a school was on the scheme from when to when, and when we knew it (CAS-1, C-5). One at a time; a day without a row is a day off the scheme.';
comment on column cases.rating.authority_id is 'The authority.';
comment on column cases.rating.rating_id is 'Short random reference.';
comment on column cases.rating.case_id is 'The case.';
comment on column cases.rating.school_urn is 'The case''s school.';
comment on column cases.rating.number is 'The scheme of its category.';
comment on column cases.rating.category is 'The category.';
comment on column cases.rating.rationale is 'Why this category.';
comment on column cases.rating.valid_from is 'First day in it.';
comment on column cases.rating.valid_to is 'First day in it no more; null while it lasts.';
comment on column cases.rating.recorded_by is 'Who recorded it.';
comment on column cases.rating.recorded_at is 'When it was recorded.';
comment on column cases.rating.superseded_at is 'When another row took its place; null while it is what we know.';
comment on constraint rating_not_empty on cases.rating is
  '{"reason":"PERIOD_BACKWARDS","message":"A school is in a category for at least one day.","field":"on","rule":"CAS-1","accepted":"a later day"}';
comment on constraint rating_rationale_length on cases.rating is
  '{"reason":"RATIONALE_LENGTH","message":"A category is given with a rationale.","field":"rationale","rule":"CAS-1","accepted":"1 to 4000 characters"}';
comment on constraint rating_once_a_day on cases.rating is
  '{"reason":"RATING_OVERLAPS","message":"The school is on the scheme in that period already.","field":"on","rule":"CAS-1","accepted":"a period in which it is not","code":9}';
create index rating_by_case on cases.rating (authority_id, case_id, valid_from);

create table cases.cadence (
  authority_id integer not null references auth.authority_scope,
  case_id text not null,
  valid_from date not null,
  cadence text not null,
  recorded_at timestamptz not null default now(),
  primary key (authority_id, case_id, valid_from),
  foreign key (authority_id, case_id) references cases.case_,
  constraint cadence_known check (cadence = any (array['termly', 'half_termly', 'none']))
);
comment on table cases.cadence is 'Tenant: how often a case''s challenge meeting is held, from which day on (CAS-2).';
comment on column cases.cadence.authority_id is 'The authority.';
comment on column cases.cadence.case_id is 'The case.';
comment on column cases.cadence.valid_from is 'From this day on, until the next.';
comment on column cases.cadence.cadence is 'termly, half_termly or none.';
comment on column cases.cadence.recorded_at is 'When it was recorded.';
comment on constraint cadence_known on cases.cadence is
  '{"reason":"CADENCE_UNKNOWN","message":"Meetings are held by terms or half-terms, or by none.","field":"cadence","rule":"CAS-2","accepted":"termly, half_termly or none"}';

create table cases.support_line (
  authority_id integer not null references auth.authority_scope,
  line_id text not null,
  case_id text not null,
  what text not null,
  provider text,
  budget text,
  quantity integer,
  unit text,
  unit_pence bigint,
  pence bigint not null,
  agreed_on date not null,
  withdrawn_on date,
  withdrawn_reason text,
  version integer not null default 1,
  primary key (authority_id, line_id),
  foreign key (authority_id, case_id) references cases.case_,
  check ((withdrawn_on is null) = (withdrawn_reason is null)),
  check (quantity is null and unit_pence is null and unit is null or pence = quantity * unit_pence),
  constraint support_line_what_length check (length(what) between 1 and 500),
  constraint support_line_provider_length check (length(provider) between 1 and 200),
  constraint support_line_budget_length check (length(budget) between 1 and 100),
  constraint support_line_unit_length check (length(unit) between 1 and 40),
  constraint support_line_quantity_range check (quantity between 1 and 10000),
  constraint support_line_pence_range check (pence between 0 and 100000000 and unit_pence between 0 and 100000000),
  constraint support_line_withdrawn_after_start check (withdrawn_on >= agreed_on),
  constraint support_line_reason_length check (length(withdrawn_reason) between 1 and 500)
);
comment on table cases.support_line is 'Tenant: what a school''s package of support holds, line by line with its money: a lump, or quantity × rate (CAS-2). What is amended is withdrawn and agreed anew.';
comment on column cases.support_line.authority_id is 'The authority that pays.';
comment on column cases.support_line.line_id is 'Short random reference.';
comment on column cases.support_line.case_id is 'The case.';
comment on column cases.support_line.what is 'What is given.';
comment on column cases.support_line.provider is 'Who gives it.';
comment on column cases.support_line.budget is 'The budget line that pays, as the authority names it.';
comment on column cases.support_line.quantity is 'How many; null for a lump.';
comment on column cases.support_line.unit is 'Of what, such as days.';
comment on column cases.support_line.unit_pence is 'Pence each; null for a lump.';
comment on column cases.support_line.pence is 'Pence in all.';
comment on column cases.support_line.agreed_on is 'Day on which it was agreed.';
comment on column cases.support_line.withdrawn_on is 'First day on which it is given no more; null while it is.';
comment on column cases.support_line.withdrawn_reason is 'Why it was withdrawn.';
comment on column cases.support_line.version is 'Counts the updates.';
comment on constraint support_line_what_length on cases.support_line is
  '{"reason":"WHAT_LENGTH","message":"What is given is said in a sentence.","field":"what","rule":"CAS-2","accepted":"1 to 500 characters"}';
comment on constraint support_line_provider_length on cases.support_line is
  '{"reason":"PROVIDER_LENGTH","message":"A provider is a name.","field":"provider","rule":"CAS-2","accepted":"1 to 200 characters"}';
comment on constraint support_line_budget_length on cases.support_line is
  '{"reason":"BUDGET_LENGTH","message":"A budget line is a name.","field":"budget","rule":"CAS-2","accepted":"1 to 100 characters"}';
comment on constraint support_line_unit_length on cases.support_line is
  '{"reason":"UNIT_LENGTH","message":"A unit is a word.","field":"unit","rule":"CAS-2","accepted":"1 to 40 characters, such as days"}';
comment on constraint support_line_quantity_range on cases.support_line is
  '{"reason":"QUANTITY_OUT_OF_RANGE","message":"A quantity is some, and whole.","field":"quantity","rule":"CAS-2","accepted":"1 to 10000"}';
comment on constraint support_line_pence_range on cases.support_line is
  '{"reason":"PENCE_OUT_OF_RANGE","message":"Support costs nothing or some pence.","field":"pence","rule":"C-2","accepted":"0 to 100000000 pence"}';
comment on constraint support_line_withdrawn_after_start on cases.support_line is
  '{"reason":"PERIOD_BACKWARDS","message":"A line cannot be withdrawn before it was agreed.","field":"on","rule":"CAS-2","accepted":"the day on which it was agreed or a later one"}';
comment on constraint support_line_reason_length on cases.support_line is
  '{"reason":"REASON_LENGTH","message":"A reason is a sentence or two.","field":"reason","rule":"CAS-2","accepted":"1 to 500 characters"}';
create index support_line_by_case on cases.support_line (authority_id, case_id);

create table cases.action (
  authority_id integer not null references auth.authority_scope,
  action_id text not null,
  case_id text not null,
  what text not null,
  owner text not null,
  due_on date not null,
  status text not null default 'open' check (status in ('open', 'done', 'dropped')),
  ended_on date,
  outcome text,
  version integer not null default 1,
  primary key (authority_id, action_id),
  foreign key (authority_id, case_id) references cases.case_,
  check ((status = 'open') = (ended_on is null) and (ended_on is null) = (outcome is null)),
  constraint action_what_length check (length(what) between 1 and 1000),
  constraint action_owner_length check (length(owner) between 1 and 200),
  constraint action_outcome_length check (length(outcome) between 1 and 2000)
);
comment on table cases.action is 'Tenant: what is to be done about a school causing concern, by whom and by when (CAS-2).';
comment on column cases.action.authority_id is 'The authority.';
comment on column cases.action.action_id is 'Short random reference.';
comment on column cases.action.case_id is 'The case.';
comment on column cases.action.what is 'What is to be done.';
comment on column cases.action.owner is 'Who does it: a name or a post, at the school or the authority.';
comment on column cases.action.due_on is 'Day by which it is to be done.';
comment on column cases.action.status is 'open, done or dropped.';
comment on column cases.action.ended_on is 'Day on which it was done or dropped; null while open.';
comment on column cases.action.outcome is 'What came of it; null while open.';
comment on column cases.action.version is 'Counts the updates.';
comment on constraint action_what_length on cases.action is
  '{"reason":"WHAT_LENGTH","message":"What is to be done is said in a few sentences.","field":"what","rule":"CAS-2","accepted":"1 to 1000 characters"}';
comment on constraint action_owner_length on cases.action is
  '{"reason":"OWNER_LENGTH","message":"An action has an owner.","field":"owner","rule":"CAS-2","accepted":"a name or a post, 1 to 200 characters"}';
comment on constraint action_outcome_length on cases.action is
  '{"reason":"OUTCOME_LENGTH","message":"What came of it is said in a few sentences.","field":"outcome","rule":"CAS-2","accepted":"1 to 2000 characters"}';
create index action_by_case on cases.action (authority_id, case_id);

create table cases.meeting (
  authority_id integer not null references auth.authority_scope,
  meeting_id text not null,
  case_id text not null,
  day date not null,
  status text not null check (status in ('planned', 'held', 'cancelled', 'waived')),
  who text,
  impact text,
  next_steps text,
  reason text,
  version integer not null default 1,
  primary key (authority_id, meeting_id),
  foreign key (authority_id, case_id) references cases.case_,
  check ((status = 'held') = (impact is not null) and (status in ('cancelled', 'waived')) = (reason is not null)),
  constraint meeting_who_length check (length(who) between 1 and 1000),
  constraint meeting_impact_length check (length(impact) between 1 and 4000),
  constraint meeting_steps_length check (length(next_steps) between 1 and 4000),
  constraint meeting_reason_length check (length(reason) between 1 and 500)
);
comment on table cases.meeting is 'Tenant: challenge meetings about a school causing concern, planned, held, cancelled, or waived for their term or half-term (CAS-2). Which ones are due is counted from the terms.';
comment on column cases.meeting.authority_id is 'The authority.';
comment on column cases.meeting.meeting_id is 'Short random reference.';
comment on column cases.meeting.case_id is 'The case.';
comment on column cases.meeting.day is 'The day of the meeting; of one that is waived, a day of the term or half-term for which it is.';
comment on column cases.meeting.status is 'planned, held, cancelled or waived.';
comment on column cases.meeting.who is 'Who was there.';
comment on column cases.meeting.impact is 'What the support had come to; null unless held.';
comment on column cases.meeting.next_steps is 'What is done next, and how support changes.';
comment on column cases.meeting.reason is 'Why it was cancelled or waived.';
comment on column cases.meeting.version is 'Counts the updates.';
comment on constraint meeting_who_length on cases.meeting is
  '{"reason":"WHO_LENGTH","message":"Who was there is a list of names.","field":"who","rule":"CAS-2","accepted":"1 to 1000 characters"}';
comment on constraint meeting_impact_length on cases.meeting is
  '{"reason":"IMPACT_LENGTH","message":"A meeting says what the support has come to.","field":"impact","rule":"CAS-2","accepted":"1 to 4000 characters"}';
comment on constraint meeting_steps_length on cases.meeting is
  '{"reason":"STEPS_LENGTH","message":"Next steps are a few sentences.","field":"next_steps","rule":"CAS-2","accepted":"1 to 4000 characters"}';
comment on constraint meeting_reason_length on cases.meeting is
  '{"reason":"REASON_LENGTH","message":"A reason is a sentence or two.","field":"reason","rule":"CAS-2","accepted":"1 to 500 characters"}';
create index meeting_by_case on cases.meeting (authority_id, case_id, day);

create table cases.law (
  kind text not null,
  valid_from date not null,
  statute text not null,
  period_days integer,
  counting text,
  recorded_at timestamptz not null default now(),
  primary key (kind, valid_from),
  check ((period_days is null) = (counting is null)),
  constraint law_kind_known check (kind = any (array['warning', 'pre_warning'])),
  constraint law_counting_known check (counting = any (array['working', 'calendar'])),
  constraint law_period_range check (period_days between 1 and 1000),
  constraint law_statute_length check (length(statute) between 1 and 500)
);
comment on table cases.law is 'Shared register: what the law says of the period of a notice to a school, from which day on (CAS-2). A row without a period leaves it to the notice.';
comment on column cases.law.kind is 'warning, or pre_warning for an authority''s own step before one.';
comment on column cases.law.valid_from is 'Of notices given from this day on.';
comment on column cases.law.statute is 'Where it is written, and what it says.';
comment on column cases.law.period_days is 'Days that the law gives; null: those that the notice states.';
comment on column cases.law.counting is 'working or calendar days; null where the notice states it.';
comment on column cases.law.recorded_at is 'When it was recorded.';
comment on constraint law_kind_known on cases.law is
  '{"reason":"KIND_UNKNOWN","message":"There is no such kind of notice.","field":"kind","rule":"CAS-2","accepted":"warning or pre_warning"}';
comment on constraint law_counting_known on cases.law is
  '{"reason":"COUNTING_UNKNOWN","message":"A period is counted in working or in calendar days.","field":"counting","rule":"CAS-2","accepted":"working or calendar"}';
comment on constraint law_period_range on cases.law is
  '{"reason":"PERIOD_OUT_OF_RANGE","message":"A period is of some days.","field":"period_days","rule":"CAS-2","accepted":"1 to 1000"}';
comment on constraint law_statute_length on cases.law is
  '{"reason":"STATUTE_LENGTH","message":"A law is named.","field":"statute","rule":"CAS-2","accepted":"1 to 500 characters"}';
insert into cases.law (kind, valid_from, statute, period_days, counting) values
  ('warning', '2007-04-01', 'Education and Inspections Act 2006, section 60: the initial period ends on the fifteenth working day after the notice is given.', 15, 'working'),
  ('warning', '2016-04-18', 'Education and Inspections Act 2006, section 60, as amended by the Education and Adoption Act 2016: the notice states its compliance period.', null, null),
  ('pre_warning', '1900-01-01', 'No statute: the authority''s own step, whose letter states its period.', null, null);

create table cases.warning_notice (
  authority_id integer not null references auth.authority_scope,
  warning_notice_id text not null,
  case_id text not null,
  kind text not null,
  law_from date not null,
  given_on date not null,
  period_days integer not null,
  counting text not null,
  ends_on date not null,
  grounds text not null,
  requires text not null,
  status text not null default 'running' check (status in ('running', 'complied', 'not_complied', 'withdrawn')),
  ended_on date,
  outcome text,
  version integer not null default 1,
  primary key (authority_id, warning_notice_id),
  foreign key (authority_id, case_id) references cases.case_,
  foreign key (kind, law_from) references cases.law,
  check ((status = 'running') = (ended_on is null) and (ended_on is null) = (outcome is null)),
  check (ends_on > given_on),
  constraint warning_notice_counting_known check (counting = any (array['working', 'calendar'])),
  constraint warning_notice_period_range check (period_days between 1 and 1000),
  constraint warning_notice_grounds_length check (length(grounds) between 1 and 4000),
  constraint warning_notice_requires_length check (length(requires) between 1 and 4000),
  constraint warning_notice_outcome_length check (length(outcome) between 1 and 2000)
);
comment on table cases.warning_notice is 'Tenant: notices given to a school''s governing body, with the period that each states (CAS-2).';
comment on column cases.warning_notice.authority_id is 'The authority that gives it.';
comment on column cases.warning_notice.warning_notice_id is 'Short random reference.';
comment on column cases.warning_notice.case_id is 'The case.';
comment on column cases.warning_notice.kind is 'warning, or pre_warning.';
comment on column cases.warning_notice.law_from is 'First day of the law under which it was given.';
comment on column cases.warning_notice.given_on is 'Day on which it was given.';
comment on column cases.warning_notice.period_days is 'Days of its period.';
comment on column cases.warning_notice.counting is 'In what days: working or calendar.';
comment on column cases.warning_notice.ends_on is 'Last day of the period, as counted when it was recorded.';
comment on column cases.warning_notice.grounds is 'On what grounds it is given.';
comment on column cases.warning_notice.requires is 'What it requires of the school.';
comment on column cases.warning_notice.status is 'running, complied, not_complied or withdrawn.';
comment on column cases.warning_notice.ended_on is 'Day on which that was found; null while it runs.';
comment on column cases.warning_notice.outcome is 'What came of it; null while it runs.';
comment on column cases.warning_notice.version is 'Counts the updates.';
comment on constraint warning_notice_counting_known on cases.warning_notice is
  '{"reason":"COUNTING_UNKNOWN","message":"A period is counted in working or in calendar days.","field":"counting","rule":"CAS-2","accepted":"working or calendar"}';
comment on constraint warning_notice_period_range on cases.warning_notice is
  '{"reason":"PERIOD_OUT_OF_RANGE","message":"A period is of some days.","field":"period_days","rule":"CAS-2","accepted":"1 to 1000"}';
comment on constraint warning_notice_grounds_length on cases.warning_notice is
  '{"reason":"GROUNDS_LENGTH","message":"A notice says on what grounds it is given.","field":"grounds","rule":"CAS-2","accepted":"1 to 4000 characters"}';
comment on constraint warning_notice_requires_length on cases.warning_notice is
  '{"reason":"REQUIRES_LENGTH","message":"A notice says what it requires.","field":"requires","rule":"CAS-2","accepted":"1 to 4000 characters"}';
comment on constraint warning_notice_outcome_length on cases.warning_notice is
  '{"reason":"OUTCOME_LENGTH","message":"What came of it is said in a few sentences.","field":"outcome","rule":"CAS-2","accepted":"1 to 2000 characters"}';
create index warning_notice_by_case on cases.warning_notice (authority_id, case_id);

do $$
declare
  t record;
begin
  for t in select c.oid::regclass as name from pg_class c where c.relnamespace = 'cases'::regnamespace and c.relkind = 'r'
  loop
    execute format('alter table %s enable row level security, force row level security', t.name);
    execute format('grant select, insert on %s to improve_exec', t.name);
  end loop;
end $$;
-- What a row said of the past stays: a category is superseded, a scheme and the law get a further row.
grant update (status, opened_on, closed_on, close_reason, lead, aim, exit_when, version) on cases.case_ to improve_exec;
grant update (superseded_at) on cases.rating to improve_exec;
grant update (cadence, recorded_at) on cases.cadence to improve_exec;
grant update (withdrawn_on, withdrawn_reason, version) on cases.support_line to improve_exec;
grant update (owner, due_on, status, ended_on, outcome, version) on cases.action to improve_exec;
grant update (day, status, who, impact, next_steps, reason, version) on cases.meeting to improve_exec;
grant update (status, ended_on, outcome, version) on cases.warning_notice to improve_exec;
grant select on cases.category, cases.case_, cases.rating, cases.support_line, cases.action, cases.meeting, cases.law,
  cases.warning_notice to reporting_owner;
reset role;
