-- Published figures (REP-2): what was printed, where and in which words, and which report tells the same today.
create schema figures authorization improve_owner;
comment on schema figures is 'Figures that an authority published, to be held against what its reports compute.';
grant usage on schema figures to improve_exec, reporting_owner;

set role improve_owner;

create table figures.figure (
  authority_id integer not null references auth.authority_scope,
  figure_id text not null,
  code text not null,
  wording text not null,
  printed text not null,
  value numeric,
  decimals integer not null,
  unit text not null,
  at_least boolean not null,
  printed_base integer,
  as_of date not null,
  source text not null,
  report text,
  report_column text,
  report_row jsonb not null,
  report_request jsonb not null,
  reason text,
  withdrawn_at timestamptz,
  withdrawn_reason text,
  recorded_by uuid not null references auth.person,
  recorded_at timestamptz not null default now(),
  version integer not null default 1,
  primary key (authority_id, figure_id),
  constraint figure_code_shape check (code ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(code) <= 60),
  constraint figure_wording_length check (length(wording) between 1 and 500),
  constraint figure_printed_length check (length(printed) between 1 and 60),
  constraint figure_source_length check (length(source) between 1 and 300),
  constraint figure_reason_length check (length(reason) between 1 and 500),
  constraint figure_base_counts check (printed_base >= 0),
  constraint figure_unit_known check (unit in ('number', 'percent', 'pounds')),
  constraint figure_column_of_report check ((report is null) = (report_column is null)),
  constraint figure_withdrawn_with_reason check ((withdrawn_at is null) = (withdrawn_reason is null))
);
comment on table figures.figure is 'Tenant: a figure that the authority published (REP-2). What was printed is kept for ever; what it is checked against may be said better later.';
comment on column figures.figure.authority_id is 'The authority.';
comment on column figures.figure.figure_id is 'Short random reference.';
comment on column figures.figure.code is 'Name for it, once among those not withdrawn: ofsted-2017-08-good.';
comment on column figures.figure.wording is 'The words it stands in.';
comment on column figures.figure.printed is 'The figure as printed: 76%, £1.2m, over 200, 133.';
comment on column figures.figure.value is 'Its number, in units: 76, 1200000, 200, 133; null where the words hold none.';
comment on column figures.figure.decimals is 'How many decimals it was printed with; below zero for thousands (-3) or millions.';
comment on column figures.figure.unit is 'number, percent or pounds.';
comment on column figures.figure.at_least is 'Whether it was printed as the least there was: over 200.';
comment on column figures.figure.printed_base is 'The base it was printed with; null when none was.';
comment on column figures.figure.as_of is 'The day it is true on, by its publication.';
comment on column figures.figure.source is 'Where it is printed: document, page or table.';
comment on column figures.figure.report is 'Name of the report that tells it; null when none does.';
comment on column figures.figure.report_column is 'The report''s column.';
comment on column figures.figure.report_row is 'What the row''s columns hold: {"phase_group":"Primary"}; {} for the first row.';
comment on column figures.figure.report_request is 'What the report is asked with besides the day.';
comment on column figures.figure.reason is 'Why it differs, or cannot be computed, where somebody knows.';
comment on column figures.figure.withdrawn_at is 'When it was withdrawn as recorded wrongly; null while it holds.';
comment on column figures.figure.withdrawn_reason is 'Why.';
comment on column figures.figure.recorded_by is 'Who recorded it.';
comment on column figures.figure.recorded_at is 'When.';
comment on column figures.figure.version is 'Rises with each change.';
comment on constraint figure_code_shape on figures.figure is
  '{"reason":"CODE_SHAPE","message":"A figure''s code is words of small letters and digits.","field":"code","rule":"REP-2","accepted":"such as ofsted-2017-08-good, 60 characters at most"}';
comment on constraint figure_wording_length on figures.figure is
  '{"reason":"WORDING_LENGTH","message":"A figure stands in words.","field":"wording","rule":"REP-2","accepted":"1 to 500 characters"}';
comment on constraint figure_printed_length on figures.figure is
  '{"reason":"PRINTED_LENGTH","message":"A figure is short.","field":"printed","rule":"REP-2","accepted":"1 to 60 characters, such as 76%, £1.2m or over 200"}';
comment on constraint figure_source_length on figures.figure is
  '{"reason":"SOURCE_LENGTH","message":"A figure has a source.","field":"source","rule":"REP-2","accepted":"1 to 300 characters"}';
comment on constraint figure_reason_length on figures.figure is
  '{"reason":"REASON_LENGTH","message":"A reason is told in a few words.","field":"reason","rule":"REP-2","accepted":"1 to 500 characters"}';
comment on constraint figure_base_counts on figures.figure is
  '{"reason":"BASE_BELOW_ZERO","message":"A base is a count.","field":"base","rule":"C-6","accepted":"0 or more"}';
create unique index figure_code_once on figures.figure (authority_id, code) where withdrawn_at is null;
alter table figures.figure enable row level security;
alter table figures.figure force row level security;
grant select, insert on figures.figure to improve_exec;
grant update (report, report_column, report_row, report_request, reason, withdrawn_at, withdrawn_reason, version) on figures.figure to improve_exec;
grant select on figures.figure to reporting_owner;
reset role;
