-- Notes of visit: templates, what the school and the partner wrote, the school's agreement, and what raters made of it. Every text is a row of its
-- own that nobody changes: a correction is a further row.
create schema notes authorization improve_owner;
comment on schema notes is 'Notes of visit: templates with versions, the school''s part, the partner''s part, agreement, quality assurance.';
grant usage on schema notes to improve_exec, reporting_owner;

set role improve_owner;

create table notes.theme (
  authority_id integer not null references auth.authority_scope,
  code text not null,
  label text not null,
  retired_at timestamptz,
  version integer not null default 1,
  primary key (authority_id, code),
  constraint theme_code_form check (code ~ '^[a-z][a-z0-9_-]{0,39}$'),
  constraint theme_label_length check (length(label) between 1 and 100)
);
comment on table notes.theme is 'Tenant: the authority''s list of themes, by which notes are coded and counted (VIS-3, VIS-4).';
comment on column notes.theme.authority_id is 'The authority.';
comment on column notes.theme.code is 'Short word by which notes are coded.';
comment on column notes.theme.label is 'What people read.';
comment on column notes.theme.retired_at is 'When it was taken off the list; notes that bear it keep it.';
comment on column notes.theme.version is 'Counts the updates.';
comment on constraint theme_code_form on notes.theme is
  '{"reason":"CODE_FORM","message":"A theme''s code is a short word.","field":"code","rule":"VIS-3","accepted":"1 to 40 lower-case letters, digits, - and _, such as attendance"}';
comment on constraint theme_label_length on notes.theme is
  '{"reason":"LABEL_LENGTH","message":"A theme needs a label of at most 100 characters.","field":"label","rule":"VIS-3","accepted":"1 to 100 characters"}';

create table notes.template (
  authority_id integer not null references auth.authority_scope,
  template_id text not null,
  name text not null,
  name_key text not null generated always as (lower(name)) stored,
  term text check (term in ('autumn', 'spring', 'summer')),
  version integer not null default 1,
  added_at timestamptz not null default now(),
  primary key (authority_id, template_id),
  constraint template_name_length check (length(name) between 1 and 200),
  constraint template_name_once unique (authority_id, name_key)
);
comment on table notes.template is 'Tenant: a form for notes of visit, for one term or any (VIS-3). What it asks is in its versions.';
comment on column notes.template.authority_id is 'The authority.';
comment on column notes.template.template_id is 'Short random reference.';
comment on column notes.template.name is 'Name as people read it.';
comment on column notes.template.name_key is 'The name in lower case: two templates may not differ by case alone.';
comment on column notes.template.term is 'autumn, spring or summer; null for visits of any term.';
comment on column notes.template.version is 'Number of the latest version.';
comment on column notes.template.added_at is 'When it was added: of several that fit a visit the newest is taken.';
comment on constraint template_name_length on notes.template is
  '{"reason":"NAME_LENGTH","message":"A template needs a name of at most 200 characters.","field":"name","rule":"VIS-3","accepted":"1 to 200 characters"}';
comment on constraint template_name_once on notes.template is
  '{"reason":"TEMPLATE_EXISTS","message":"The authority has a template of this name.","field":"name","rule":"VIS-3"}';

create table notes.template_version (
  authority_id integer not null references auth.authority_scope,
  template_id text not null,
  number integer not null check (number > 0),
  sections jsonb not null,
  themes text[] not null,
  support_levels text[] not null,
  written_by uuid not null references auth.person,
  written_at timestamptz not null default now(),
  primary key (authority_id, template_id, number),
  foreign key (authority_id, template_id) references notes.template
);
comment on table notes.template_version is 'Tenant: what a template asks, version by version; never changed.';
comment on column notes.template_version.authority_id is 'The authority.';
comment on column notes.template_version.template_id is 'The template.';
comment on column notes.template_version.number is 'From 1.';
comment on column notes.template_version.sections is 'Sections in order: [{"key","title","part","prompts":[{"key","text","rag","required"}]}]; part is school or partner.';
comment on column notes.template_version.themes is 'Codes of the themes that may be chosen.';
comment on column notes.template_version.support_levels is 'Levels of support that may be agreed, the lightest first.';
comment on column notes.template_version.written_by is 'Who wrote it.';
comment on column notes.template_version.written_at is 'When.';

create table notes.note (
  authority_id integer not null references auth.authority_scope,
  visit_id text not null,
  template_id text not null,
  template_number integer not null,
  phase_group text not null,
  opened_at timestamptz not null default now(),
  primary key (authority_id, visit_id),
  foreign key (authority_id, visit_id) references visits.visit,
  foreign key (authority_id, template_id, template_number) references notes.template_version
);
comment on table notes.note is 'Tenant: the note of a visit, from the first word of either side on (VIS-3). Its template is the one of that moment.';
comment on column notes.note.authority_id is 'The authority.';
comment on column notes.note.visit_id is 'The visit, whose reference is the note''s.';
comment on column notes.note.template_id is 'The template.';
comment on column notes.note.template_number is 'Its version.';
comment on column notes.note.phase_group is 'The school''s phase group on the day of the visit, for samples that can be drawn again (VIS-4, C-7).';
comment on column notes.note.opened_at is 'When the first part was written.';

create table notes.part (
  authority_id integer not null references auth.authority_scope,
  visit_id text not null,
  part text not null check (part in ('school', 'partner')),
  number integer not null check (number > 0),
  answers jsonb not null,
  themes text[] not null,
  support_level text,
  written_by uuid not null references auth.person,
  written_at timestamptz not null default now(),
  primary key (authority_id, visit_id, part, number),
  foreign key (authority_id, visit_id) references notes.note,
  check (part = 'partner' or cardinality(themes) = 0 and support_level is null)
);
comment on table notes.part is 'Tenant: what the school or the partner wrote, version by version (VIS-3). Never changed: a correction is a new version.';
comment on column notes.part.authority_id is 'The authority.';
comment on column notes.part.visit_id is 'The note.';
comment on column notes.part.part is 'school (before the visit) or partner (after it).';
comment on column notes.part.number is 'Version, from 1.';
comment on column notes.part.answers is 'Answers: [{"prompt","text","rag"}].';
comment on column notes.part.themes is 'Codes of the themes chosen.';
comment on column notes.part.support_level is 'Level of support agreed on; null where the template names none.';
comment on column notes.part.written_by is 'Who wrote it.';
comment on column notes.part.written_at is 'When.';
create index part_by_time on notes.part (authority_id, written_at) where part = 'partner' and number = 1;

create table notes.agreement (
  authority_id integer not null references auth.authority_scope,
  visit_id text not null,
  part text not null default 'partner' check (part = 'partner'),
  number integer not null,
  comment text,
  agreed_by uuid not null references auth.person,
  agreed_at timestamptz not null default now(),
  primary key (authority_id, visit_id, number),
  foreign key (authority_id, visit_id, part, number) references notes.part,
  constraint agreement_comment_length check (length(comment) between 1 and 2000)
);
comment on table notes.agreement is 'Tenant: the school agreed to a version of the partner''s part (VIS-3). A later version has no agreement until the school agrees again.';
comment on column notes.agreement.authority_id is 'The authority.';
comment on column notes.agreement.visit_id is 'The note.';
comment on column notes.agreement.part is 'partner.';
comment on column notes.agreement.number is 'Version of the partner''s part.';
comment on column notes.agreement.comment is 'What the school said to it.';
comment on column notes.agreement.agreed_by is 'Who agreed.';
comment on column notes.agreement.agreed_at is 'When.';
comment on constraint agreement_comment_length on notes.agreement is
  '{"reason":"COMMENT_LENGTH","message":"A comment has at most 2000 characters.","field":"comment","rule":"VIS-3","accepted":"1 to 2000 characters"}';

create table notes.rating (
  authority_id integer not null references auth.authority_scope,
  visit_id text not null,
  part text not null default 'partner' check (part = 'partner'),
  number integer not null,
  rater_id uuid not null references auth.person,
  outcome text not null,
  comment text,
  rated_at timestamptz not null default now(),
  primary key (authority_id, visit_id, number, rater_id),
  foreign key (authority_id, visit_id, part, number) references notes.part,
  constraint rating_outcome_known check (outcome in ('met', 'partly_met', 'not_met')),
  constraint rating_comment_length check (length(comment) between 1 and 2000)
);
comment on table notes.rating is 'Tenant: what a rater made of a version of a note (VIS-4); once each.';
comment on column notes.rating.authority_id is 'The authority.';
comment on column notes.rating.visit_id is 'The note.';
comment on column notes.rating.part is 'partner.';
comment on column notes.rating.number is 'Version of the partner''s part that was rated.';
comment on column notes.rating.rater_id is 'Who rated it.';
comment on column notes.rating.outcome is 'met, partly_met or not_met: the authority''s standard for notes.';
comment on column notes.rating.comment is 'Why.';
comment on column notes.rating.rated_at is 'When.';
comment on constraint rating_outcome_known on notes.rating is
  '{"reason":"OUTCOME_UNKNOWN","message":"An outcome is one of the list.","field":"outcome","rule":"VIS-4","accepted":"met, partly_met or not_met"}';
comment on constraint rating_comment_length on notes.rating is
  '{"reason":"COMMENT_LENGTH","message":"A comment has at most 2000 characters.","field":"comment","rule":"VIS-4","accepted":"1 to 2000 characters"}';

do $$
declare
  t regclass;
begin
  foreach t in array array['notes.theme', 'notes.template', 'notes.template_version', 'notes.note', 'notes.part', 'notes.agreement',
    'notes.rating']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;

-- What is written stays: the server adds, and changes nothing but a theme's label and a template's name and count.
grant select, insert on notes.theme, notes.template, notes.template_version, notes.note, notes.part, notes.agreement, notes.rating to improve_exec;
grant update (retired_at, version) on notes.theme to improve_exec;
grant update (name, version) on notes.template to improve_exec;
grant select on notes.theme, notes.note, notes.agreement, notes.rating to reporting_owner;
grant select (authority_id, visit_id, part, number, themes, support_level, written_at) on notes.part to reporting_owner;
reset role;
