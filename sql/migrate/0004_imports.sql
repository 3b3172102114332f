-- Staging of files on their way into the register (SCH-2, SCH-3): opened, staged row by row, applied in one transaction.
create schema imports authorization improve_owner;
comment on schema imports is 'Files on their way into the register: opened, staged, applied.';
grant usage on schema imports to improve_exec;

set role improve_owner;

create table imports.file (
  authority_id integer not null references auth.authority_scope,
  import_id text not null,
  kind text not null check (kind in ('schools', 'links', 'groups', 'inspections')),
  file_name text not null,
  fields text[] not null,
  header_width integer not null,
  effective_on date not null,
  is_dated boolean not null,
  is_complete boolean not null,
  is_strict boolean not null,
  opened_by uuid not null,
  opened_at timestamptz not null default now(),
  applied_at timestamptz,
  counts jsonb,
  primary key (authority_id, import_id)
);
comment on table imports.file is 'Tenant: one import of a file, by the authority''s administrator or (authority 0) the operator.';
comment on column imports.file.authority_id is 'For whom it is imported; 0: the instance.';
comment on column imports.file.import_id is 'Short random reference.';
comment on column imports.file.kind is 'schools, links, groups or inspections.';
comment on column imports.file.file_name is 'Name of the file, for people.';
comment on column imports.file.fields is 'Our names of the columns the client sends, in the order it sends them.';
comment on column imports.file.header_width is 'Columns of the header: a line with another number of fields is ragged.';
comment on column imports.file.effective_on is 'The day from which what the file says is true.';
comment on column imports.file.is_dated is 'Whether that day was given, and not taken from the day of the import.';
comment on column imports.file.is_complete is 'The file lists all open schools of the authorities in it: one that is missing has closed (SCH-3).';
comment on column imports.file.is_strict is 'One bad row refuses the whole file (SCH-3).';
comment on column imports.file.opened_by is 'Who imports.';
comment on column imports.file.opened_at is 'When it was opened.';
comment on column imports.file.applied_at is 'When it was applied; null before.';
comment on column imports.file.counts is 'What applying it did.';

-- Unlogged: a crash empties it, ApplyImport then misses rows and refuses, and the client sends the file again.
create unlogged table imports.staged_row (
  authority_id integer not null references auth.authority_scope,
  import_id text not null,
  line integer not null check (line > 0),
  urn integer,
  row_authority integer,
  facts jsonb not null,
  is_bad boolean not null,
  primary key (authority_id, import_id, line)
);
create index staged_row_by_urn on imports.staged_row (authority_id, import_id, urn);
comment on table imports.staged_row is 'Tenant: the rows of a file between staging and applying. Rows that could not be used stay, so that nothing of a file is lost.';
comment on column imports.staged_row.authority_id is 'For whom it is imported.';
comment on column imports.staged_row.import_id is 'The import.';
comment on column imports.staged_row.line is 'Line of the file; the header is line 1.';
comment on column imports.staged_row.urn is 'The URN of the row; null when it has none that can be read.';
comment on column imports.staged_row.row_authority is 'The authority the row says the school lies in, where the file tells.';
comment on column imports.staged_row.facts is 'The row''s cells by our names of their columns: blanks null, dates ISO. A column that the file does not carry has no key.';
comment on column imports.staged_row.is_bad is 'Whether an error was found: the row will not be applied.';

create table imports.problem (
  authority_id integer not null references auth.authority_scope,
  import_id text not null,
  line integer not null,
  severity text not null check (severity in ('error', 'warning')),
  field text not null,
  value text,
  reason text not null,
  primary key (authority_id, import_id, line, field),
  foreign key (authority_id, import_id) references imports.file
);
comment on table imports.problem is 'Tenant: what was found wrong in a file, by line.';
comment on column imports.problem.authority_id is 'For whom it is imported.';
comment on column imports.problem.import_id is 'The import.';
comment on column imports.problem.line is 'Line of the file; the header is line 1.';
comment on column imports.problem.severity is 'error: the row was rejected; warning: it was taken all the same.';
comment on column imports.problem.field is 'Column of the file, or empty for the row as a whole.';
comment on column imports.problem.value is 'What stood there.';
comment on column imports.problem.reason is 'What is wrong with it, and what would be accepted.';

alter table imports.file enable row level security, force row level security;
alter table imports.staged_row enable row level security, force row level security;
alter table imports.problem enable row level security, force row level security;
grant select, insert on imports.file to improve_exec;
grant update (applied_at, counts, effective_on) on imports.file to improve_exec;
grant select, insert, update, delete on imports.staged_row to improve_exec;
grant select, insert on imports.problem to improve_exec;
reset role;
