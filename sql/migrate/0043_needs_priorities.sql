-- Needs analyses (NEE-1): outcomes by school and year in versions, from which it is told who is strong and who needs support. Strategic priorities with
-- their own numbers, steps, outputs counted with their source, and what others said (PRI-1).
set role improve_owner;

create table programmes.analysis (
  authority_id integer not null references auth.authority_scope,
  analysis_id text not null,
  title text not null,
  title_key text not null generated always as (lower(title)) stored,
  measure text not null,
  strong_from numeric(8, 2) not null,
  support_below numeric(8, 2) not null,
  versions integer not null default 0,
  version integer not null default 1,
  primary key (authority_id, analysis_id),
  constraint analysis_words_length check (length(title) between 1 and 200 and length(measure) between 1 and 300),
  constraint analysis_once_a_title unique (authority_id, title_key),
  constraint analysis_bounds check (support_below <= strong_from)
);
comment on table programmes.analysis is 'Tenant: a needs analysis: outcomes of one measure by school and year (NEE-1).';
comment on column programmes.analysis.authority_id is 'The authority.';
comment on column programmes.analysis.analysis_id is 'Short random reference.';
comment on column programmes.analysis.title is 'Title.';
comment on column programmes.analysis.title_key is 'The title in lower case.';
comment on column programmes.analysis.measure is 'What is measured: reading, writing and mathematics at the expected standard, in per cent.';
comment on column programmes.analysis.strong_from is 'A school at this or above is strong.';
comment on column programmes.analysis.support_below is 'A school below this is in need of support.';
comment on column programmes.analysis.versions is 'How many versions there are.';
comment on column programmes.analysis.version is 'Counts the updates.';
comment on constraint analysis_words_length on programmes.analysis is
  '{"reason":"TITLE_LENGTH","message":"An analysis has a title, and says what is measured.","field":"title","rule":"NEE-1","accepted":"1 to 200 characters"}';
comment on constraint analysis_once_a_title on programmes.analysis is
  '{"reason":"ANALYSIS_EXISTS","message":"There is an analysis of this title.","field":"title","rule":"NEE-1"}';
comment on constraint analysis_bounds on programmes.analysis is
  '{"reason":"BOUNDS_CROSS","message":"A school is not strong and in need of support at once.","field":"support_below","rule":"NEE-1","accepted":"up to strong_from"}';

create table programmes.analysis_version (
  authority_id integer not null references auth.authority_scope,
  analysis_id text not null,
  number integer not null,
  source text,
  recorded_by uuid not null references auth.person,
  recorded_at timestamptz not null default now(),
  primary key (authority_id, analysis_id, number),
  foreign key (authority_id, analysis_id) references programmes.analysis,
  constraint analysis_version_source_length check (length(source) <= 300)
);
comment on table programmes.analysis_version is 'Tenant: a version of a needs analysis (NEE-1).';
comment on column programmes.analysis_version.authority_id is 'The authority.';
comment on column programmes.analysis_version.analysis_id is 'The analysis.';
comment on column programmes.analysis_version.number is 'From 1.';
comment on column programmes.analysis_version.source is 'Where its outcomes come from.';
comment on column programmes.analysis_version.recorded_by is 'Who recorded it.';
comment on column programmes.analysis_version.recorded_at is 'When.';
comment on constraint analysis_version_source_length on programmes.analysis_version is
  '{"reason":"TEXT_LENGTH","message":"A source is a line.","field":"source","rule":"NEE-1","accepted":"at most 300 characters"}';

create table programmes.outcome (
  authority_id integer not null references auth.authority_scope,
  analysis_id text not null,
  version_number integer not null,
  school_urn integer not null references register.establishment (urn),
  academic_year integer not null,
  value numeric(8, 2) not null,
  cohort integer,
  primary key (authority_id, analysis_id, version_number, school_urn, academic_year),
  foreign key (authority_id, analysis_id, version_number) references programmes.analysis_version,
  constraint outcome_year_range check (academic_year between 2000 and 2100),
  constraint outcome_cohort_range check (cohort between 0 and 10000)
);
comment on table programmes.outcome is 'Tenant: an outcome of a school in an academic year, in the version of an analysis that told it; a later version that tells it anew replaces it (NEE-1).';
comment on column programmes.outcome.authority_id is 'The authority.';
comment on column programmes.outcome.analysis_id is 'The analysis.';
comment on column programmes.outcome.version_number is 'The version.';
comment on column programmes.outcome.school_urn is 'The school, by the URN it had then.';
comment on column programmes.outcome.academic_year is 'Year in which the academic year begins.';
comment on column programmes.outcome.value is 'The outcome.';
comment on column programmes.outcome.cohort is 'How many pupils it is of: its base; null when not told.';
comment on constraint outcome_year_range on programmes.outcome is
  '{"reason":"YEAR_OUT_OF_RANGE","message":"That is no academic year.","field":"outcomes","rule":"NEE-1","accepted":"2000 to 2100"}';
comment on constraint outcome_cohort_range on programmes.outcome is
  '{"reason":"COHORT_OUT_OF_RANGE","message":"A cohort is of some pupils.","field":"outcomes","rule":"NEE-1","accepted":"0 to 10000"}';

create table programmes.priority (
  authority_id integer not null references auth.authority_scope,
  priority_id text not null,
  plan text not null,
  number integer not null,
  what text not null,
  starts_on date not null,
  ends_on date,
  version integer not null default 1,
  primary key (authority_id, priority_id),
  constraint priority_words_length check (length(plan) between 1 and 200 and length(what) between 1 and 2000 and number between 1 and 1000),
  constraint priority_ends_after_start check (ends_on >= starts_on),
  constraint priority_once_a_number exclude using gist (authority_id with =, plan with =, number with =, daterange(starts_on, ends_on, '[]') with &&)
);
comment on table programmes.priority is 'Tenant: a strategic priority, by its own number: gaps are kept (PRI-1).';
comment on column programmes.priority.authority_id is 'The authority.';
comment on column programmes.priority.priority_id is 'Short random reference.';
comment on column programmes.priority.plan is 'The plan or board whose numbers they are.';
comment on column programmes.priority.number is 'Its number there.';
comment on column programmes.priority.what is 'What it is.';
comment on column programmes.priority.starts_on is 'First day.';
comment on column programmes.priority.ends_on is 'Last day; null while open.';
comment on column programmes.priority.version is 'Counts the updates.';
comment on constraint priority_words_length on programmes.priority is
  '{"reason":"TEXT_LENGTH","message":"A priority has a number in a plan, and says what it is.","field":"what","rule":"PRI-1","accepted":"1 to 2000 characters"}';
comment on constraint priority_ends_after_start on programmes.priority is
  '{"reason":"PERIOD_BACKWARDS","message":"A priority cannot end before it starts.","field":"ends_on","rule":"PRI-1","accepted":"the first day or a later one"}';
comment on constraint priority_once_a_number on programmes.priority is
  '{"reason":"NUMBER_TAKEN","message":"The plan has a priority of this number.","field":"number","rule":"PRI-1","accepted":"another number, or a period after the other one ends"}';

create table programmes.step (
  authority_id integer not null references auth.authority_scope,
  step_id text not null,
  kind text not null,
  source text not null,
  number integer not null,
  what text not null,
  priority_id text,
  dated_on date not null,
  done_on date,
  outcome text,
  version integer not null default 1,
  primary key (authority_id, step_id),
  foreign key (authority_id, priority_id) references programmes.priority,
  constraint step_kind_known check (kind in ('next_step', 'recommendation', 'finding')),
  constraint step_words_length check (length(source) between 1 and 300 and length(what) between 1 and 2000 and length(outcome) <= 2000 and number between 1 and 1000),
  constraint step_once unique (authority_id, source, kind, number)
);
comment on table programmes.step is 'Tenant: next steps, recommendations and findings of papers, numbered as they are there (PRI-1).';
comment on column programmes.step.authority_id is 'The authority.';
comment on column programmes.step.step_id is 'Short random reference.';
comment on column programmes.step.kind is 'next_step, recommendation or finding.';
comment on column programmes.step.source is 'The paper.';
comment on column programmes.step.number is 'Its number there.';
comment on column programmes.step.what is 'What it says.';
comment on column programmes.step.priority_id is 'The priority that it serves; null for none.';
comment on column programmes.step.dated_on is 'Day of the paper.';
comment on column programmes.step.done_on is 'When it was done; null before.';
comment on column programmes.step.outcome is 'What came of it; null before.';
comment on column programmes.step.version is 'Counts the updates.';
comment on constraint step_kind_known on programmes.step is
  '{"reason":"KIND_UNKNOWN","message":"A step is of a kind of the list.","field":"kind","rule":"PRI-1","accepted":"next_step, recommendation or finding"}';
comment on constraint step_words_length on programmes.step is
  '{"reason":"TEXT_LENGTH","message":"A step says what, and where it stands.","field":"what","rule":"PRI-1","accepted":"1 to 2000 characters"}';
comment on constraint step_once on programmes.step is
  '{"reason":"STEP_EXISTS","message":"The paper has one of this kind and number.","field":"number","rule":"PRI-1"}';

create table programmes.output (
  authority_id integer not null references auth.authority_scope,
  output_id text not null,
  what text not null,
  quantity integer not null,
  at_least boolean not null default false,
  source text not null,
  starts_on date,
  ends_on date,
  programme_id text,
  primary key (authority_id, output_id),
  foreign key (authority_id, programme_id) references programmes.programme,
  constraint output_words_length check (length(what) between 1 and 300 and length(source) between 1 and 300),
  constraint output_quantity_range check (quantity between 0 and 100000000),
  constraint output_ends_after_start check (ends_on >= starts_on),
  constraint output_once_a_period exclude using gist (authority_id with =, lower(what) with =, lower(source) with =, daterange(starts_on, ends_on, '[]') with &&)
);
comment on table programmes.output is 'Tenant: outputs as they are counted, each with its source: two lots of the same thing stay two (PRI-1).';
comment on column programmes.output.authority_id is 'The authority.';
comment on column programmes.output.output_id is 'Short random reference.';
comment on column programmes.output.what is 'What was put out.';
comment on column programmes.output.quantity is 'How many.';
comment on column programmes.output.at_least is 'The source says over, or +: at least so many.';
comment on column programmes.output.source is 'Where it came from: DfE schemes, Covid recovery funding.';
comment on column programmes.output.starts_on is 'First day of the period; null when not told.';
comment on column programmes.output.ends_on is 'Last day; null when not told.';
comment on column programmes.output.programme_id is 'The programme; null for none.';
comment on constraint output_words_length on programmes.output is
  '{"reason":"TEXT_LENGTH","message":"An output says what, and where it came from.","field":"what","rule":"PRI-1","accepted":"1 to 300 characters"}';
comment on constraint output_quantity_range on programmes.output is
  '{"reason":"QUANTITY_OUT_OF_RANGE","message":"Outputs are counted.","field":"quantity","rule":"PRI-1","accepted":"0 to 100000000"}';
comment on constraint output_ends_after_start on programmes.output is
  '{"reason":"PERIOD_BACKWARDS","message":"A period cannot end before it starts.","field":"ends_on","rule":"PRI-1","accepted":"the first day or a later one"}';
comment on constraint output_once_a_period on programmes.output is
  '{"reason":"OUTPUT_COUNTED","message":"This output of this source is counted for that period.","field":"source","rule":"PRI-1","accepted":"another source, or another period"}';

create table programmes.comment (
  authority_id integer not null references auth.authority_scope,
  comment_id text not null,
  words text not null,
  source_kind text not null,
  source text,
  phase text,
  kind text not null,
  said_on date,
  school_urn integer references register.establishment (urn),
  recorded_by uuid not null references auth.person,
  primary key (authority_id, comment_id),
  constraint comment_source_known check (source_kind in ('ofsted', 'school', 'other')),
  constraint comment_kind_known check (kind in ('praise', 'concern', 'suggestion', 'other')),
  constraint comment_words_length check (length(words) between 1 and 4000 and length(source) <= 300 and length(phase) <= 60)
);
comment on table programmes.comment is 'Tenant: what others said, in their words, with source, phase and kind (PRI-1).';
comment on column programmes.comment.authority_id is 'The authority.';
comment on column programmes.comment.comment_id is 'Short random reference.';
comment on column programmes.comment.words is 'The quotation.';
comment on column programmes.comment.source_kind is 'ofsted, school or other.';
comment on column programmes.comment.source is 'Where it stands: an Ofsted report, a form; null when not told.';
comment on column programmes.comment.phase is 'Phase of the school; null when not told.';
comment on column programmes.comment.kind is 'praise, concern, suggestion or other.';
comment on column programmes.comment.said_on is 'When; null when not told.';
comment on column programmes.comment.school_urn is 'The school; null when not told.';
comment on column programmes.comment.recorded_by is 'Who recorded it.';
comment on constraint comment_source_known on programmes.comment is
  '{"reason":"SOURCE_UNKNOWN","message":"A comment comes from a source of the list.","field":"source_kind","rule":"PRI-1","accepted":"ofsted, school or other"}';
comment on constraint comment_kind_known on programmes.comment is
  '{"reason":"KIND_UNKNOWN","message":"A comment is of a kind of the list.","field":"kind","rule":"PRI-1","accepted":"praise, concern, suggestion or other"}';
comment on constraint comment_words_length on programmes.comment is
  '{"reason":"TEXT_LENGTH","message":"A comment has words.","field":"words","rule":"PRI-1","accepted":"1 to 4000 characters"}';

do $$
declare
  t regclass;
begin
  foreach t in array array['programmes.analysis', 'programmes.analysis_version', 'programmes.outcome', 'programmes.priority', 'programmes.step', 'programmes.output', 'programmes.comment']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;
grant select, insert on programmes.analysis_version, programmes.outcome, programmes.output, programmes.comment to improve_exec;
grant select, insert, update on programmes.analysis, programmes.priority, programmes.step to improve_exec;
grant select on programmes.analysis, programmes.analysis_version, programmes.outcome, programmes.priority, programmes.step, programmes.output, programmes.comment to reporting_owner;
reset role;
