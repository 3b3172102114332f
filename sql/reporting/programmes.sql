-- Programmes (FUN-4), needs (NEE-1), priorities, outputs and comments (PRI-1) for SQL reporters.
set role reporting_owner;

create view reporting.programme as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.programme_id::varchar(20) as programme_id, x.title::varchar(200) as programme,
  x.focus::varchar(1000) as focus, f.name::varchar(200) as fund, b.name::varchar(200) as board, x.starts_on, x.ends_on, s.schools as schools
from programmes.programme x
left join funds.fund f on f.authority_id = x.authority_id and f.fund_id = x.fund_id
left join networks.network b on b.authority_id = x.authority_id and b.network_id = x.board_id
cross join lateral (select count(distinct y.school_urn)::integer as schools from programmes.school y
  where y.authority_id = x.authority_id and y.programme_id = x.programme_id) s;
comment on view reporting.programme is 'Programmes of improvement (FUN-4).';
comment on column reporting.programme.authority is 'DfE code of the authority, three digits.';
comment on column reporting.programme.programme_id is 'Reference of the programme.';
comment on column reporting.programme.programme is 'Title.';
comment on column reporting.programme.focus is 'What it is about; null when not told.';
comment on column reporting.programme.fund is 'The fund that pays for it; null for none.';
comment on column reporting.programme.board is 'The board that governs it; null for none.';
comment on column reporting.programme.starts_on is 'First day.';
comment on column reporting.programme.ends_on is 'Last day; null while open.';
comment on column reporting.programme.schools is 'Schools that it works or worked with.';

create view reporting.programme_part as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.programme_id::varchar(20) as programme_id, x.kind::varchar(20) as kind,
  x.number, x.what::varchar(2000) as what, x.due_on, x.delivered_on
from programmes.part x;
comment on view reporting.programme_part is 'What programmes are made of (FUN-4).';
comment on column reporting.programme_part.authority is 'DfE code of the authority, three digits.';
comment on column reporting.programme_part.programme_id is 'Reference of the programme.';
comment on column reporting.programme_part.kind is 'strand, objective, means, accountability, method or deliverable.';
comment on column reporting.programme_part.number is 'Number among those of its kind.';
comment on column reporting.programme_part.what is 'What it is.';
comment on column reporting.programme_part.due_on is 'When a deliverable is due; null for the others.';
comment on column reporting.programme_part.delivered_on is 'When it was delivered; null before.';

create view reporting.programme_evidence as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.evidence_id::varchar(20) as evidence_id,
  x.programme_id::varchar(20) as programme_id, x.part_kind::varchar(20) as part_kind, x.part_number, x.form::varchar(20) as form,
  x.title::varchar(300) as title, x.dated_on, x.school_urn as urn
from programmes.evidence x;
comment on view reporting.programme_evidence is 'Evidence of what programmes did (FUN-4).';
comment on column reporting.programme_evidence.authority is 'DfE code of the authority, three digits.';
comment on column reporting.programme_evidence.evidence_id is 'Reference of the evidence.';
comment on column reporting.programme_evidence.programme_id is 'Reference of the programme.';
comment on column reporting.programme_evidence.part_kind is 'Kind of the part that it serves.';
comment on column reporting.programme_evidence.part_number is 'Number of that part.';
comment on column reporting.programme_evidence.form is 'review, data, survey, interview, case_study, document or observation.';
comment on column reporting.programme_evidence.title is 'What it is.';
comment on column reporting.programme_evidence.dated_on is 'Its day.';
comment on column reporting.programme_evidence.urn is 'URN of the school that it is of; null for none.';

create view reporting.inspection_move_line as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.statement_id::varchar(20) as statement_id, s.title::varchar(200) as statement,
  s.from_on as from_on, s.to_on as to_on, x.number, x.what::varchar(500) as line, x.schools, x.from_outcome::varchar(30) as from_outcome,
  x.to_outcome::varchar(30) as to_outcome
from programmes.move_line x
join programmes.move_statement s on s.authority_id = x.authority_id and s.statement_id = x.statement_id;
comment on view reporting.inspection_move_line is 'How inspection outcomes moved, as papers state it (FUN-4).';
comment on column reporting.inspection_move_line.authority is 'DfE code of the authority, three digits.';
comment on column reporting.inspection_move_line.statement_id is 'Reference of the statement.';
comment on column reporting.inspection_move_line.statement is 'Title of the statement.';
comment on column reporting.inspection_move_line.from_on is 'Day of the paper''s table before.';
comment on column reporting.inspection_move_line.to_on is 'Day of its table after.';
comment on column reporting.inspection_move_line.number is 'Number of the line.';
comment on column reporting.inspection_move_line.line is 'What the paper says.';
comment on column reporting.inspection_move_line.schools is 'How many.';
comment on column reporting.inspection_move_line.from_outcome is 'Outcome before; null where nothing was graded.';
comment on column reporting.inspection_move_line.to_outcome is 'Outcome after; null where nothing was graded.';

create view reporting.school_outcome as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.analysis_id::varchar(20) as analysis_id, a.title::varchar(200) as analysis,
  a.measure::varchar(300) as measure, x.school_urn as urn, x.academic_year as academic_year_begins, x.value::numeric(10, 2) as outcome, x.cohort,
  x.version_number as told_in_version, a.strong_from::numeric(10, 2) as strong_from, a.support_below::numeric(10, 2) as support_below
from programmes.outcome x
join programmes.analysis a on a.authority_id = x.authority_id and a.analysis_id = x.analysis_id
where not exists (select from programmes.outcome y where y.authority_id = x.authority_id and y.analysis_id = x.analysis_id and y.school_urn = x.school_urn
  and y.academic_year = x.academic_year and y.version_number > x.version_number);
comment on view reporting.school_outcome is 'Outcomes of schools by year in needs analyses, each as it was last told (NEE-1).';
comment on column reporting.school_outcome.authority is 'DfE code of the authority, three digits.';
comment on column reporting.school_outcome.analysis_id is 'Reference of the analysis.';
comment on column reporting.school_outcome.analysis is 'Title of the analysis.';
comment on column reporting.school_outcome.measure is 'What is measured.';
comment on column reporting.school_outcome.urn is 'URN of the school, the one it had then.';
comment on column reporting.school_outcome.academic_year_begins is 'Year in which the academic year begins: 2026 for 2026/27.';
comment on column reporting.school_outcome.outcome is 'The outcome.';
comment on column reporting.school_outcome.cohort is 'How many pupils it is of: its base; null when not told.';
comment on column reporting.school_outcome.told_in_version is 'The version of the analysis that told it.';
comment on column reporting.school_outcome.strong_from is 'A school at this or above is strong.';
comment on column reporting.school_outcome.support_below is 'A school below this is in need of support.';

create view reporting.strategic_priority as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.priority_id::varchar(20) as priority_id, x.plan::varchar(200) as plan, x.number,
  x.what::varchar(2000) as what, x.starts_on, x.ends_on
from programmes.priority x;
comment on view reporting.strategic_priority is 'Strategic priorities by their own numbers (PRI-1).';
comment on column reporting.strategic_priority.authority is 'DfE code of the authority, three digits.';
comment on column reporting.strategic_priority.priority_id is 'Reference of the priority.';
comment on column reporting.strategic_priority.plan is 'The plan or board whose numbers they are.';
comment on column reporting.strategic_priority.number is 'Its number there; gaps are kept.';
comment on column reporting.strategic_priority.what is 'What it is.';
comment on column reporting.strategic_priority.starts_on is 'First day.';
comment on column reporting.strategic_priority.ends_on is 'Last day; null while open.';

create view reporting.paper_step as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.step_id::varchar(20) as step_id, x.kind::varchar(20) as kind,
  x.source::varchar(300) as source, x.number, x.what::varchar(2000) as what, x.priority_id::varchar(20) as priority_id, x.dated_on, x.done_on
from programmes.step x;
comment on view reporting.paper_step is 'Next steps, recommendations and findings of papers (PRI-1).';
comment on column reporting.paper_step.authority is 'DfE code of the authority, three digits.';
comment on column reporting.paper_step.step_id is 'Reference of the step.';
comment on column reporting.paper_step.kind is 'next_step, recommendation or finding.';
comment on column reporting.paper_step.source is 'The paper.';
comment on column reporting.paper_step.number is 'Its number there.';
comment on column reporting.paper_step.what is 'What it says.';
comment on column reporting.paper_step.priority_id is 'Reference of the priority that it serves; null for none.';
comment on column reporting.paper_step.dated_on is 'Day of the paper.';
comment on column reporting.paper_step.done_on is 'When it was done; null before.';

create view reporting.output_lot as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.output_id::varchar(20) as output_id, x.what::varchar(300) as what,
  x.source::varchar(300) as source, x.quantity, (case when x.at_least then 'Yes' else 'No' end)::varchar(3) as at_least, x.starts_on, x.ends_on
from programmes.output x;
comment on view reporting.output_lot is 'Outputs as they are counted, lot by lot (PRI-1).';
comment on column reporting.output_lot.authority is 'DfE code of the authority, three digits.';
comment on column reporting.output_lot.output_id is 'Reference of the output.';
comment on column reporting.output_lot.what is 'What was put out.';
comment on column reporting.output_lot.source is 'Where it came from.';
comment on column reporting.output_lot.quantity is 'How many.';
comment on column reporting.output_lot.at_least is 'Yes where it is at least so many, No otherwise.';
comment on column reporting.output_lot.starts_on is 'First day of the period; null when not told.';
comment on column reporting.output_lot.ends_on is 'Last day; null when not told.';

create view reporting.comment_made as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.comment_id::varchar(20) as comment_id, x.words::varchar(4000) as words,
  x.source_kind::varchar(10) as source_kind, x.source::varchar(300) as source, x.phase::varchar(60) as phase, x.kind::varchar(20) as kind,
  x.said_on, x.school_urn as urn
from programmes.comment x;
comment on view reporting.comment_made is 'What others said (PRI-1).';
comment on column reporting.comment_made.authority is 'DfE code of the authority, three digits.';
comment on column reporting.comment_made.comment_id is 'Reference of the comment.';
comment on column reporting.comment_made.words is 'The quotation.';
comment on column reporting.comment_made.source_kind is 'ofsted, school or other.';
comment on column reporting.comment_made.source is 'Where it stands; null when not told.';
comment on column reporting.comment_made.phase is 'Phase of the school; null when not told.';
comment on column reporting.comment_made.kind is 'praise, concern, suggestion or other.';
comment on column reporting.comment_made.said_on is 'When; null when not told.';
comment on column reporting.comment_made.urn is 'URN of the school; null when not told.';

grant select on reporting.programme, reporting.programme_part, reporting.programme_evidence, reporting.inspection_move_line, reporting.school_outcome, reporting.strategic_priority, reporting.paper_step, reporting.output_lot, reporting.comment_made to reporting_reader;
