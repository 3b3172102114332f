-- Programmes (FUN-4): what they mean to do, how it is to be evaluated, with what evidence, in which schools; and what papers say about how inspection
-- outcomes moved, kept beside the table that it is to explain.
create schema programmes authorization improve_owner;
comment on schema programmes is 'Programmes: strands, objectives, evaluation and evidence; how inspection outcomes moved; needs, priorities, outputs and comments.';
grant usage on schema programmes to improve_exec, reporting_owner;

set role improve_owner;

create table programmes.programme (
  authority_id integer not null references auth.authority_scope,
  programme_id text not null,
  title text not null,
  title_key text not null generated always as (lower(title)) stored,
  focus text,
  fund_id text,
  board_id text,
  starts_on date not null,
  ends_on date,
  version integer not null default 1,
  primary key (authority_id, programme_id),
  foreign key (authority_id, fund_id) references funds.fund,
  foreign key (authority_id, board_id) references networks.network,
  constraint programme_words_length check (length(title) between 1 and 200 and length(focus) <= 1000),
  constraint programme_ends_after_start check (ends_on >= starts_on),
  constraint programme_once_a_title exclude using gist (authority_id with =, title_key with =, daterange(starts_on, ends_on, '[]') with &&)
);
comment on table programmes.programme is 'Tenant: a programme of improvement (FUN-4).';
comment on column programmes.programme.authority_id is 'The authority.';
comment on column programmes.programme.programme_id is 'Short random reference.';
comment on column programmes.programme.title is 'Title.';
comment on column programmes.programme.title_key is 'The title in lower case.';
comment on column programmes.programme.focus is 'What it is about: mathematics from the early years to key stage 4.';
comment on column programmes.programme.fund_id is 'The fund that pays for it; null for none.';
comment on column programmes.programme.board_id is 'The board that governs it; null for none.';
comment on column programmes.programme.starts_on is 'First day.';
comment on column programmes.programme.ends_on is 'Last day; null while open.';
comment on column programmes.programme.version is 'Counts the updates.';
comment on constraint programme_words_length on programmes.programme is
  '{"reason":"TITLE_LENGTH","message":"A programme has a title of at most 200 characters.","field":"title","rule":"FUN-4","accepted":"1 to 200 characters"}';
comment on constraint programme_ends_after_start on programmes.programme is
  '{"reason":"PERIOD_BACKWARDS","message":"A programme cannot end before it starts.","field":"ends_on","rule":"FUN-4","accepted":"the first day or a later one"}';
comment on constraint programme_once_a_title on programmes.programme is
  '{"reason":"PROGRAMME_EXISTS","message":"There is a programme of this title.","field":"title","rule":"FUN-4","accepted":"another title, or a period after the other one ends"}';

create table programmes.part (
  authority_id integer not null references auth.authority_scope,
  programme_id text not null,
  kind text not null,
  number integer not null,
  what text not null,
  due_on date,
  delivered_on date,
  version integer not null default 1,
  primary key (authority_id, programme_id, kind, number),
  foreign key (authority_id, programme_id) references programmes.programme,
  constraint part_kind_known check (kind in ('strand', 'objective', 'means', 'accountability', 'method', 'deliverable')),
  constraint part_words_length check (length(what) between 1 and 2000),
  constraint part_number_range check (number between 1 and 1000),
  constraint part_days_of_a_deliverable check (kind = 'deliverable' or due_on is null and delivered_on is null)
);
comment on table programmes.part is 'Tenant: what a programme is made of: strands, objectives, means, themes of accountability, methods of evaluation, deliverables (FUN-4).';
comment on column programmes.part.authority_id is 'The authority.';
comment on column programmes.part.programme_id is 'The programme.';
comment on column programmes.part.kind is 'strand, objective, means, accountability, method or deliverable.';
comment on column programmes.part.number is 'Its number among those of its kind.';
comment on column programmes.part.what is 'What it is.';
comment on column programmes.part.due_on is 'When a deliverable is due; null for the others, and where no day was set.';
comment on column programmes.part.delivered_on is 'When it was delivered; null before.';
comment on column programmes.part.version is 'Counts the updates.';
comment on constraint part_kind_known on programmes.part is
  '{"reason":"KIND_UNKNOWN","message":"A part of a programme is of a kind of the list.","field":"kind","rule":"FUN-4","accepted":"strand, objective, means, accountability, method or deliverable"}';
comment on constraint part_words_length on programmes.part is
  '{"reason":"TEXT_LENGTH","message":"A part says what it is.","field":"what","rule":"FUN-4","accepted":"1 to 2000 characters"}';
comment on constraint part_number_range on programmes.part is
  '{"reason":"NUMBER_OUT_OF_RANGE","message":"Parts are counted from 1.","field":"number","rule":"FUN-4","accepted":"1 to 1000"}';
comment on constraint part_days_of_a_deliverable on programmes.part is
  '{"reason":"DAYS_OF_A_DELIVERABLE","message":"Deliverables are due and delivered.","field":"due_on","rule":"FUN-4","accepted":"a part of the kind deliverable"}';

create table programmes.school (
  authority_id integer not null references auth.authority_scope,
  programme_school_id text not null,
  programme_id text not null,
  school_urn integer not null references register.establishment (urn),
  starts_on date not null,
  ends_on date,
  primary key (authority_id, programme_school_id),
  foreign key (authority_id, programme_id) references programmes.programme,
  constraint school_ends_after_start check (ends_on >= starts_on),
  constraint school_once exclude using gist (authority_id with =, programme_id with =, school_urn with =, daterange(starts_on, ends_on, '[]') with &&)
);
comment on table programmes.school is 'Tenant: schools that a programme works with, from when to when (FUN-4).';
comment on column programmes.school.authority_id is 'The authority.';
comment on column programmes.school.programme_school_id is 'Short random reference.';
comment on column programmes.school.programme_id is 'The programme.';
comment on column programmes.school.school_urn is 'The school, by the URN it had then.';
comment on column programmes.school.starts_on is 'First day.';
comment on column programmes.school.ends_on is 'Last day; null while open.';
comment on constraint school_ends_after_start on programmes.school is
  '{"reason":"PERIOD_BACKWARDS","message":"A school cannot leave before it comes.","field":"ends_on","rule":"FUN-4","accepted":"the first day or a later one"}';
comment on constraint school_once on programmes.school is
  '{"reason":"SCHOOL_IS_IN","message":"The school is in the programme in that period.","field":"school_urns","rule":"FUN-4","accepted":"another school, or another period"}';

create table programmes.evidence (
  authority_id integer not null references auth.authority_scope,
  evidence_id text not null,
  programme_id text not null,
  part_kind text not null,
  part_number integer not null,
  form text not null,
  title text not null,
  link text,
  dated_on date not null,
  school_urn integer references register.establishment (urn),
  finding text,
  primary key (authority_id, evidence_id),
  foreign key (authority_id, programme_id, part_kind, part_number) references programmes.part,
  constraint evidence_form_known check (form in ('review', 'data', 'survey', 'interview', 'case_study', 'document', 'observation')),
  constraint evidence_words_length check (length(title) between 1 and 300 and length(link) <= 1000 and length(finding) <= 4000)
);
comment on table programmes.evidence is 'Tenant: evidence of what a programme did, by the method or objective that it serves (FUN-4).';
comment on column programmes.evidence.authority_id is 'The authority.';
comment on column programmes.evidence.evidence_id is 'Short random reference.';
comment on column programmes.evidence.programme_id is 'The programme.';
comment on column programmes.evidence.part_kind is 'Kind of the part that it serves.';
comment on column programmes.evidence.part_number is 'Number of that part.';
comment on column programmes.evidence.form is 'review, data, survey, interview, case_study, document or observation.';
comment on column programmes.evidence.title is 'What it is.';
comment on column programmes.evidence.link is 'Where it is to be read.';
comment on column programmes.evidence.dated_on is 'Its day.';
comment on column programmes.evidence.school_urn is 'The school that it is of; null for none.';
comment on column programmes.evidence.finding is 'What it says.';
comment on constraint evidence_form_known on programmes.evidence is
  '{"reason":"FORM_UNKNOWN","message":"Evidence has a form of the list.","field":"form","rule":"FUN-4","accepted":"review, data, survey, interview, case_study, document or observation"}';
comment on constraint evidence_words_length on programmes.evidence is
  '{"reason":"TEXT_LENGTH","message":"Evidence says what it is.","field":"title","rule":"FUN-4","accepted":"1 to 300 characters"}';

create table programmes.move_statement (
  authority_id integer not null references auth.authority_scope,
  statement_id text not null,
  title text not null,
  from_on date not null,
  to_on date not null,
  less_before integer not null,
  less_after integer not null,
  good_before integer not null,
  good_after integer not null,
  residual_reason text,
  source text,
  version integer not null default 1,
  primary key (authority_id, statement_id),
  constraint move_statement_words_length check (length(title) between 1 and 200 and length(residual_reason) between 1 and 1000 and length(source) <= 300),
  constraint move_statement_period check (to_on > from_on),
  constraint move_statement_counts check (least(less_before, less_after, good_before, good_after) >= 0),
  constraint move_statement_once unique (authority_id, title)
);
comment on table programmes.move_statement is 'Tenant: what a paper says about how inspection outcomes moved over a period, beside its table of the same (FUN-4).';
comment on column programmes.move_statement.authority_id is 'The authority.';
comment on column programmes.move_statement.statement_id is 'Short random reference.';
comment on column programmes.move_statement.title is 'Title.';
comment on column programmes.move_statement.from_on is 'Day of the table before.';
comment on column programmes.move_statement.to_on is 'Day of the table after.';
comment on column programmes.move_statement.less_before is 'Schools less than good in the table before.';
comment on column programmes.move_statement.less_after is 'And in the table after.';
comment on column programmes.move_statement.good_before is 'Schools good or outstanding in the table before.';
comment on column programmes.move_statement.good_after is 'And in the table after.';
comment on column programmes.move_statement.residual_reason is 'Why the moves do not explain the table; null where they do.';
comment on column programmes.move_statement.source is 'Where it is printed.';
comment on column programmes.move_statement.version is 'Counts the updates.';
comment on constraint move_statement_words_length on programmes.move_statement is
  '{"reason":"TITLE_LENGTH","message":"A statement has a title.","field":"title","rule":"FUN-4","accepted":"1 to 200 characters"}';
comment on constraint move_statement_period on programmes.move_statement is
  '{"reason":"PERIOD_BACKWARDS","message":"The table after is of a later day than the table before.","field":"to_on","rule":"FUN-4","accepted":"a day after from_on"}';
comment on constraint move_statement_counts on programmes.move_statement is
  '{"reason":"COUNT_OUT_OF_RANGE","message":"Schools are counted.","field":"less_before","rule":"FUN-4","accepted":"0 or more"}';
comment on constraint move_statement_once on programmes.move_statement is
  '{"reason":"STATEMENT_EXISTS","message":"There is a statement of this title.","field":"title","rule":"FUN-4"}';

create table programmes.move_line (
  authority_id integer not null references auth.authority_scope,
  statement_id text not null,
  number integer not null,
  what text not null,
  schools integer not null,
  from_outcome text,
  to_outcome text,
  primary key (authority_id, statement_id, number),
  foreign key (authority_id, statement_id) references programmes.move_statement,
  check ((from_outcome is null) = (to_outcome is null)),
  constraint move_line_from_known check (from_outcome in ('outstanding', 'good', 'requires_improvement', 'inadequate', 'not_inspected')),
  constraint move_line_to_known check (to_outcome in ('outstanding', 'good', 'requires_improvement', 'inadequate', 'not_inspected')),
  constraint move_line_words_length check (length(what) between 1 and 500 and number between 1 and 1000 and schools between 1 and 100000)
);
comment on table programmes.move_line is 'Tenant: a line of such a statement: so many inspections, from one outcome to another (FUN-4).';
comment on column programmes.move_line.authority_id is 'The authority.';
comment on column programmes.move_line.statement_id is 'The statement.';
comment on column programmes.move_line.number is 'Its number.';
comment on column programmes.move_line.what is 'What the paper says.';
comment on column programmes.move_line.schools is 'How many.';
comment on column programmes.move_line.from_outcome is 'outstanding, good, requires_improvement, inadequate or not_inspected; null for a visit that graded nothing.';
comment on column programmes.move_line.to_outcome is 'The same after; null for a visit that graded nothing.';
comment on constraint move_line_from_known on programmes.move_line is
  '{"reason":"OUTCOME_UNKNOWN","message":"An outcome is of the list.","field":"lines","rule":"FUN-4","accepted":"outstanding, good, requires_improvement, inadequate or not_inspected"}';
comment on constraint move_line_to_known on programmes.move_line is
  '{"reason":"OUTCOME_UNKNOWN","message":"An outcome is of the list.","field":"lines","rule":"FUN-4","accepted":"outstanding, good, requires_improvement, inadequate or not_inspected"}';
comment on constraint move_line_words_length on programmes.move_line is
  '{"reason":"TEXT_LENGTH","message":"A line says what moved, and how many.","field":"lines","rule":"FUN-4","accepted":"what, and one or more schools"}';

do $$
declare
  t regclass;
begin
  foreach t in array array['programmes.programme', 'programmes.part', 'programmes.school', 'programmes.evidence', 'programmes.move_statement', 'programmes.move_line']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;
grant select, insert on programmes.school, programmes.evidence, programmes.move_line to improve_exec;
grant update on programmes.school to improve_exec;
grant select, insert, update on programmes.programme, programmes.part, programmes.move_statement to improve_exec;
grant select on programmes.programme, programmes.part, programmes.school, programmes.evidence, programmes.move_statement, programmes.move_line to reporting_owner;
reset role;
