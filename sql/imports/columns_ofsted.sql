-- Columns of Ofsted's management information, in its generations: 2020 (70 columns, "full" and "section 8" inspections), 2023 (78,
-- "graded" and "ungraded"), 2026 (85: report cards under the plain names, what went before under "Latest OEIF …").
-- A row tells of up to four inspections, its slots: latest, previous, oeif (2026 only) and section8.

create view imports.ofsted_grade_column with (security_invoker = true) as
select s.slot, a.area, a.field, s.prefix, a.header, a.scale
from (values ('latest', ''), ('previous', 'previous '), ('oeif', 'latest oeif ')) s (slot, prefix)
cross join (values
  ('Overall effectiveness', 'overall', 'overall effectiveness', '1-4'),
  ('Quality of education', 'quality', 'quality of education', '1-4'),
  ('Behaviour and attitudes', 'behaviour', 'behaviour and attitudes', '1-4'),
  ('Personal development', 'development', 'personal development', '1-4'),
  ('Leadership and management', 'leadership', 'effectiveness of leadership and management', '1-4'),
  ('Safeguarding', 'safeguarding', 'safeguarding is effective?', 'yes-no'),
  ('Early years provision', 'early_years', 'early years provision (where applicable)', '1-4'),
  ('Sixth form provision', 'sixth_form', 'sixth form provision (where applicable)', '1-4'),
  ('Safeguarding standards', 'card_safeguarding', 'safeguarding standards', 'met'),
  ('Inclusion', 'card_inclusion', 'inclusion', 'report card'),
  ('Curriculum and teaching', 'card_curriculum', 'curriculum and teaching', 'report card'),
  ('Achievement', 'card_achievement', 'achievement', 'report card'),
  ('Attendance and behaviour', 'card_attendance', 'attendance and behaviour', 'report card'),
  ('Personal development and wellbeing', 'card_wellbeing', 'personal development and wellbeing', 'report card'),
  ('Early years', 'card_early_years', 'early years (where applicable)', 'report card'),
  ('Post-16 provision', 'card_post16', 'post-16 provision (where applicable)', 'report card'),
  ('Leadership and governance', 'card_governance', 'leadership and governance', 'report card')
) a (area, field, header, scale)
where s.slot = 'latest' or a.scale in ('1-4', 'yes-no');
comment on view imports.ofsted_grade_column is 'The grades in a row of Ofsted''s file: which slot, which area, on which scale.';
comment on column imports.ofsted_grade_column.slot is 'latest, previous or oeif.';
comment on column imports.ofsted_grade_column.area is 'Area, as register.inspection_grade names it.';
comment on column imports.ofsted_grade_column.field is 'Our name within the slot.';
comment on column imports.ofsted_grade_column.prefix is 'What the slot puts before the header.';
comment on column imports.ofsted_grade_column.header is 'Header without it.';
comment on column imports.ofsted_grade_column.scale is 'The scale of its grades.';

create view imports.ofsted_column with (security_invoker = true) as
select c.field, c.header, c.required, c.holds, c.rank
from (values
  ('urn', 'URN', true, 'urn', 1),
  ('laestab', 'LAESTAB', true, 'text', 1),
  ('name', 'School name', true, 'text', 1),
  ('phase', 'Ofsted phase', false, 'text', 1),
  ('type', 'Type of education', false, 'text', 1),
  ('pupils', 'Total number of pupils', false, 'number', 1),
  ('latest.number', 'Inspection number of latest full inspection', false, 'text', 1),
  ('latest.number', 'Inspection number of latest graded inspection', false, 'text', 2),
  ('latest.event', 'Inspection type', false, 'text', 1),
  ('latest.starts_on', 'Inspection start date', false, 'date', 1),
  ('latest.ends_on', 'Inspection end date', false, 'date', 1),
  ('latest.published_on', 'Publication date', false, 'date', 1),
  ('latest.urn', 'URN at time of latest full inspection', false, 'urn', 1),
  ('latest.urn', 'URN at time of latest graded inspection', false, 'urn', 2),
  ('latest.concern', 'Category of concern', false, 'text', 1),
  ('previous.number', 'Previous full inspection number', false, 'text', 1),
  ('previous.number', 'Previous graded inspection number', false, 'text', 2),
  ('previous.starts_on', 'Previous inspection start date', false, 'date', 1),
  ('previous.ends_on', 'Previous inspection end date', false, 'date', 1),
  ('previous.published_on', 'Previous publication date', false, 'date', 1),
  ('previous.urn', 'URN at time of previous full inspection', false, 'urn', 1),
  ('previous.urn', 'URN at time of previous graded inspection', false, 'urn', 2),
  ('previous.overall', 'Previous full inspection overall effectiveness', false, 'text', 1),
  ('previous.overall', 'Previous graded inspection overall effectiveness', false, 'text', 2),
  ('previous.concern', 'Previous category of concern', false, 'text', 1),
  ('oeif.number', 'Inspection number of latest OEIF graded inspection', false, 'text', 1),
  ('oeif.event', 'Inspection type of latest OEIF graded inspection', false, 'text', 1),
  ('oeif.starts_on', 'Inspection start date of latest OEIF graded inspection', false, 'date', 1),
  ('oeif.ends_on', 'Inspection end date of latest OEIF graded inspection', false, 'date', 1),
  ('oeif.published_on', 'Publication date of latest OEIF graded inspection', false, 'date', 1),
  ('oeif.urn', 'URN at time of latest OEIF graded inspection', false, 'urn', 1),
  ('oeif.concern', 'Latest OEIF category of concern', false, 'text', 1),
  ('section8.number', 'Latest section 8 inspection number since last full inspection', false, 'text', 1),
  ('section8.number', 'Latest ungraded inspection number since last graded inspection', false, 'text', 2),
  ('section8.number', 'Latest ungraded inspection number', false, 'text', 3),
  ('section8.starts_on', 'Date of latest section 8 inspection', false, 'date', 1),
  ('section8.starts_on', 'Date of latest ungraded inspection', false, 'date', 2),
  ('section8.published_on', 'Section 8 inspection publication date', false, 'date', 1),
  ('section8.published_on', 'Ungraded inspection publication date', false, 'date', 2),
  ('section8.urn', 'URN at time of the section 8 inspection', false, 'urn', 1),
  ('section8.urn', 'URN at time of the ungraded inspection', false, 'urn', 2),
  ('section8.outcome', 'Section 8 inspection overall outcome', false, 'text', 1),
  ('section8.outcome', 'Ungraded inspection overall outcome', false, 'text', 2)
) c (field, header, required, holds, rank)
union all
select g.slot || '.' || g.field, g.prefix || g.header, false, 'text', 9
from imports.ofsted_grade_column g
where (g.slot, g.field) <> ('previous', 'overall');
comment on view imports.ofsted_column is 'The columns of Ofsted''s management information that the register takes, under the names they had from 2020 on.';
comment on column imports.ofsted_column.field is 'Our name: slot and field.';
comment on column imports.ofsted_column.header is 'Header of the column.';
comment on column imports.ofsted_column.required is 'Whether a file without it is refused.';
comment on column imports.ofsted_column.holds is 'text, number, date or urn.';
comment on column imports.ofsted_column.rank is 'Among several headers for one field, which is preferred.';
grant select on imports.ofsted_grade_column, imports.ofsted_column to improve_exec;
