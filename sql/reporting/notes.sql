-- Notes of visit for SQL reporters: when, by which theme, how rated. Not what was written, which may name anybody.
set role reporting_owner;

create view reporting.visit_note as
select lpad(n.authority_id::text, 3, '0')::varchar(3) as authority, n.visit_id::varchar(20) as visit_id, n.phase_group::varchar(60) as phase_group,
  p.number as version, (f.written_at at time zone 'Europe/London')::timestamp(0) as first_written_uk_time,
  (p.written_at at time zone 'Europe/London')::timestamp(0) as last_written_uk_time, p.support_level::varchar(60) as support_level,
  (a.agreed_at at time zone 'Europe/London')::timestamp(0) as agreed_uk_time
from notes.note n
join notes.part f on f.authority_id = n.authority_id and f.visit_id = n.visit_id and f.part = 'partner' and f.number = 1
join notes.part p on p.authority_id = n.authority_id and p.visit_id = n.visit_id and p.part = 'partner'
  and not exists (select from notes.part l where l.authority_id = p.authority_id and l.visit_id = p.visit_id and l.part = 'partner' and l.number > p.number)
left join notes.agreement a on a.authority_id = p.authority_id and a.visit_id = p.visit_id and a.number = p.number;
comment on view reporting.visit_note is 'Notes of visit that the partner has written, by their latest version (VIS-3).';
comment on column reporting.visit_note.authority is 'DfE code of the authority, three digits.';
comment on column reporting.visit_note.visit_id is 'Reference of the visit.';
comment on column reporting.visit_note.phase_group is 'The school''s phase group on the day of the visit.';
comment on column reporting.visit_note.version is 'Version of the partner''s part.';
comment on column reporting.visit_note.first_written_uk_time is 'When the partner first wrote, English local time.';
comment on column reporting.visit_note.last_written_uk_time is 'When this version was written, English local time.';
comment on column reporting.visit_note.support_level is 'Level of support agreed on; null where the template names none.';
comment on column reporting.visit_note.agreed_uk_time is 'When the school agreed to this version; null while it has not.';

create view reporting.visit_note_theme as
select lpad(p.authority_id::text, 3, '0')::varchar(3) as authority, p.visit_id::varchar(20) as visit_id, t.code::varchar(40) as theme, t.label::varchar(100) as label
from notes.part p
join notes.theme t on t.authority_id = p.authority_id and t.code = any (p.themes)
where p.part = 'partner'
  and not exists (select from notes.part l where l.authority_id = p.authority_id and l.visit_id = p.visit_id and l.part = 'partner' and l.number > p.number);
comment on view reporting.visit_note_theme is 'Themes of notes of visit, by their latest version: one row for each note and theme (VIS-4).';
comment on column reporting.visit_note_theme.authority is 'DfE code of the authority, three digits.';
comment on column reporting.visit_note_theme.visit_id is 'Reference of the visit.';
comment on column reporting.visit_note_theme.theme is 'Code of the theme.';
comment on column reporting.visit_note_theme.label is 'What people read.';

create view reporting.visit_note_rating as
select lpad(r.authority_id::text, 3, '0')::varchar(3) as authority, r.visit_id::varchar(20) as visit_id, r.number as version, r.outcome::varchar(20) as outcome,
  (r.rated_at at time zone 'Europe/London')::timestamp(0) as rated_uk_time
from notes.rating r;
comment on view reporting.visit_note_rating is 'What raters made of notes of visit, without their names (VIS-4).';
comment on column reporting.visit_note_rating.authority is 'DfE code of the authority, three digits.';
comment on column reporting.visit_note_rating.visit_id is 'Reference of the visit.';
comment on column reporting.visit_note_rating.version is 'Version of the partner''s part that was rated.';
comment on column reporting.visit_note_rating.outcome is 'met, partly_met or not_met.';
comment on column reporting.visit_note_rating.rated_uk_time is 'When, English local time.';

grant select on reporting.visit_note, reporting.visit_note_theme, reporting.visit_note_rating to reporting_reader;
