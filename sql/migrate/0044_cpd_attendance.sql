-- Who came, what they have to show for it, what they made of it (CPD-9), and what schools say they need (CPD-10).
set role improve_owner;

alter table cpd.booking
  add column attended text,
  add constraint booking_attended_known check (attended in ('attended', 'part', 'absent')),
  add check (attended is null or status = 'confirmed');
comment on column cpd.booking.attended is 'attended, part or absent over all dates of the session; null until each is marked. Moved only with cpd.attendance.';

alter table cpd.course add column certificate_after text not null default 'attendance',
  add constraint course_certificate_known check (certificate_after in ('attendance', 'evaluation'));
comment on column cpd.course.certificate_after is 'attendance, or evaluation: what a delegate who came to all of it has done before they have a certificate.';
comment on constraint course_certificate_known on cpd.course is
  '{"reason":"CERTIFICATE_RULE","message":"A certificate comes after attendance, or after the evaluation too.","field":"after","rule":"CPD-9","accepted":"attendance or evaluation"}';

create table cpd.attendance (
  authority_id integer not null references auth.authority_scope,
  booking_id text not null,
  nth integer not null check (nth > 0),
  mark text not null,
  marked_by uuid not null references auth.person,
  marked_at timestamptz not null default now(),
  primary key (authority_id, booking_id, nth),
  foreign key (authority_id, booking_id) references cpd.booking,
  constraint attendance_mark_known check (mark in ('attended', 'part', 'absent'))
);
comment on table cpd.attendance is 'Tenant: who came to each date of a session (CPD-9). Whoever marks again puts it right.';
comment on column cpd.attendance.authority_id is 'The authority that runs the session.';
comment on column cpd.attendance.booking_id is 'The booking.';
comment on column cpd.attendance.nth is 'Which of the session''s dates.';
comment on column cpd.attendance.mark is 'attended, part or absent.';
comment on column cpd.attendance.marked_by is 'Who marked it last.';
comment on column cpd.attendance.marked_at is 'When.';
comment on constraint attendance_mark_known on cpd.attendance is
  '{"reason":"MARK_UNKNOWN","message":"A delegate came, came in part, or stayed away.","field":"marks","rule":"CPD-9","accepted":"attended, part or absent"}';

create table cpd.certificate (
  authority_id integer not null references auth.authority_scope,
  certificate_id text not null,
  booking_id text not null,
  course text not null check (length(course) between 1 and 200),
  provider text,
  minutes integer not null check (minutes > 0),
  dates date[] not null check (cardinality(dates) > 0),
  issued_on date not null,
  issued_by uuid not null references auth.person,
  withdrawn_on date,
  primary key (authority_id, certificate_id),
  foreign key (authority_id, booking_id) references cpd.booking
);
comment on table cpd.certificate is 'Tenant: certificates of attendance, as they were issued (CPD-9). Whose it is stands on the booking.';
comment on column cpd.certificate.authority_id is 'The authority that issues it.';
comment on column cpd.certificate.certificate_id is 'Its number: a short random reference.';
comment on column cpd.certificate.booking_id is 'The booking.';
comment on column cpd.certificate.course is 'Title of the course then.';
comment on column cpd.certificate.provider is 'Who gave it; null for the authority.';
comment on column cpd.certificate.minutes is 'How long it was, all dates together.';
comment on column cpd.certificate.dates is 'Its dates.';
comment on column cpd.certificate.issued_on is 'Day of issue.';
comment on column cpd.certificate.issued_by is 'Whose call issued it.';
comment on column cpd.certificate.withdrawn_on is 'When it ceased to hold, because the delegate had not come to all of it; null while it holds.';
create unique index certificate_once on cpd.certificate (authority_id, booking_id) where withdrawn_on is null;

create table cpd.evaluation (
  authority_id integer not null references auth.authority_scope,
  booking_id text not null,
  stage text not null,
  confidence integer,
  rating integer,
  comment text,
  written_by uuid not null references auth.person,
  written_at timestamptz not null default now(),
  primary key (authority_id, booking_id, stage),
  foreign key (authority_id, booking_id) references cpd.booking,
  constraint evaluation_stage_known check (stage in ('before', 'day', 'impact')),
  constraint evaluation_confidence_range check (confidence between 1 and 5),
  constraint evaluation_rating_range check (rating between 1 and 5),
  constraint evaluation_comment_length check (length(comment) between 1 and 2000)
);
comment on table cpd.evaluation is 'Tenant: what a delegate made of it, in three stages: before, on the day, and its impact later (CPD-9).';
comment on column cpd.evaluation.authority_id is 'The authority that runs the session.';
comment on column cpd.evaluation.booking_id is 'The booking.';
comment on column cpd.evaluation.stage is 'before, day or impact.';
comment on column cpd.evaluation.confidence is 'How confident the delegate is in the subject, 1 to 5: asked at each stage.';
comment on column cpd.evaluation.rating is 'On the day: how good it was. Of its impact: what difference it made. 1 to 5; null before.';
comment on column cpd.evaluation.comment is 'In their words.';
comment on column cpd.evaluation.written_by is 'Who wrote it down last.';
comment on column cpd.evaluation.written_at is 'When.';
comment on constraint evaluation_stage_known on cpd.evaluation is
  '{"reason":"STAGE_UNKNOWN","message":"An evaluation has three stages.","field":"stage","rule":"CPD-9","accepted":"before, day or impact"}';
comment on constraint evaluation_confidence_range on cpd.evaluation is
  '{"reason":"OUT_OF_FIVE","message":"Confidence is from 1 to 5.","field":"confidence","rule":"CPD-9","accepted":"1 to 5"}';
comment on constraint evaluation_rating_range on cpd.evaluation is
  '{"reason":"OUT_OF_FIVE","message":"A rating is from 1 to 5.","field":"rating","rule":"CPD-9","accepted":"1 to 5"}';
comment on constraint evaluation_comment_length on cpd.evaluation is
  '{"reason":"COMMENT_LENGTH","message":"A comment is a page at most.","field":"comment","rule":"CPD-9","accepted":"1 to 2000 characters"}';

create table cpd.course_topic (
  authority_id integer not null references auth.authority_scope,
  course_id text not null,
  topic text not null,
  primary key (authority_id, course_id, topic),
  foreign key (authority_id, course_id) references cpd.course,
  constraint course_topic_form check (topic ~ '^[a-z0-9][a-z0-9 -]{0,59}$')
);
comment on table cpd.course_topic is 'Tenant: what a course helps with, in the words in which schools state what they need (CPD-10).';
comment on column cpd.course_topic.authority_id is 'The authority.';
comment on column cpd.course_topic.course_id is 'The course.';
comment on column cpd.course_topic.topic is 'The topic, in lower case.';
comment on constraint course_topic_form on cpd.course_topic is
  '{"reason":"TOPIC_FORM","message":"A topic is a few plain words.","field":"topics","rule":"CPD-10","accepted":"letters, figures, blanks and hyphens, 60 at most"}';

create table cpd.need (
  authority_id integer not null references auth.authority_scope,
  need_id text not null,
  school_urn integer not null references register.establishment (urn),
  academic_year integer not null,
  topic text not null,
  people integer not null,
  priority integer not null,
  note text,
  stated_by uuid not null references auth.person,
  stated_at timestamptz not null default now(),
  withdrawn_at timestamptz,
  version integer not null default 1,
  primary key (authority_id, need_id),
  constraint need_topic_form check (topic ~ '^[a-z0-9][a-z0-9 -]{0,59}$'),
  constraint need_year_range check (academic_year between 2000 and 2100),
  constraint need_people_range check (people between 1 and 500),
  constraint need_priority_range check (priority between 1 and 3),
  constraint need_note_length check (length(note) between 1 and 500)
);
comment on table cpd.need is 'Tenant: what schools say they need training in, year by year (CPD-10).';
comment on column cpd.need.authority_id is 'The authority whose programme it is stated to.';
comment on column cpd.need.need_id is 'Short random reference.';
comment on column cpd.need.school_urn is 'The school.';
comment on column cpd.need.academic_year is 'Academic year, by the year in which it begins.';
comment on column cpd.need.topic is 'What in, in lower case.';
comment on column cpd.need.people is 'How many are to be trained.';
comment on column cpd.need.priority is '1, the most pressing, to 3.';
comment on column cpd.need.note is 'More of it.';
comment on column cpd.need.stated_by is 'Who stated it.';
comment on column cpd.need.stated_at is 'When.';
comment on column cpd.need.withdrawn_at is 'When it was taken back; null while it stands.';
comment on column cpd.need.version is 'Counts the updates.';
comment on constraint need_topic_form on cpd.need is
  '{"reason":"TOPIC_FORM","message":"A topic is a few plain words.","field":"topic","rule":"CPD-10","accepted":"letters, figures, blanks and hyphens, 60 at most"}';
comment on constraint need_year_range on cpd.need is
  '{"reason":"YEAR_OUT_OF_RANGE","message":"An academic year goes by the year in which it begins.","field":"academic_year","rule":"CPD-10","accepted":"such as 2027"}';
comment on constraint need_people_range on cpd.need is
  '{"reason":"PEOPLE_OUT_OF_RANGE","message":"A need is somebody''s.","field":"people","rule":"CPD-10","accepted":"1 to 500"}';
comment on constraint need_priority_range on cpd.need is
  '{"reason":"PRIORITY_OUT_OF_RANGE","message":"Priorities are three.","field":"priority","rule":"CPD-10","accepted":"1, the most pressing, to 3"}';
comment on constraint need_note_length on cpd.need is
  '{"reason":"NOTE_LENGTH","message":"A note is a few lines.","field":"note","rule":"CPD-10","accepted":"1 to 500 characters"}';
create unique index need_once on cpd.need (authority_id, school_urn, academic_year, topic) where withdrawn_at is null;

-- An absence that is put right was never due, and may be charged again.
drop index cpd.charge_once;
create unique index charge_once on cpd.charge (authority_id, booking_id, cause) where cause <> 'substitution' and waive_reason is distinct from 'corrected';

do $$
declare
  t regclass;
begin
  foreach t in array array['cpd.attendance', 'cpd.certificate', 'cpd.evaluation', 'cpd.course_topic', 'cpd.need']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
    execute format('grant select on %s to improve_exec, reporting_owner', t);
  end loop;
end $$;

-- Attendance, certificates and evaluations are written with the bookings, by the owner's functions.
revoke select on cpd.evaluation, cpd.attendance from reporting_owner;
grant select (authority_id, booking_id, stage, confidence, rating) on cpd.evaluation to reporting_owner;
grant select (authority_id, booking_id, nth, mark) on cpd.attendance to reporting_owner;
grant select (attended) on cpd.booking to reporting_owner;
grant select (held_count) on cpd.session to reporting_owner;
grant insert, delete on cpd.course_topic to improve_exec;
grant insert on cpd.need to improve_exec;
grant update (people, priority, note, withdrawn_at, version) on cpd.need to improve_exec;
grant update (certificate_after) on cpd.course to improve_exec;
reset role;
