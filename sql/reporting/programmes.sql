-- Programmes for SQL reporters (FUN-4).
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

grant select on reporting.programme, reporting.programme_part, reporting.programme_evidence, reporting.inspection_move_line to reporting_reader;
