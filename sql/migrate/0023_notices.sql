-- Notices: mails to people about what happened. Each is written into the outbox in the transaction of what it tells, and leaves afterwards, at least
-- once, under one Message-ID. Nothing is written, and nothing leaves, while an authority has them off, as it has at first.
do $$
begin
  if not exists (select from pg_roles where rolname = 'improve_sender') then
    create role improve_sender nologin nosuperuser nobypassrls;
  end if;
end $$;
comment on role improve_sender is 'Owns the functions by which the server takes notices out and marks them: the one role whose policies see every authority''s outbox.';
grant improve_sender to improve_owner; -- so that the owner may hand it the functions

create schema notices authorization improve_owner;
comment on schema notices is 'Notices: templates with versions, the outbox, reminders.';
grant usage on schema notices to improve_exec;
grant usage, create on schema notices to improve_sender;

set role improve_owner;

create table notices.policy (
  authority_id integer not null references auth.authority_scope,
  sending boolean not null default false,
  sender text,
  sender_name text,
  reply_to text,
  reminder_days integer[] not null default '{2,10}',
  version integer not null default 1,
  primary key (authority_id),
  constraint policy_sender_form check (length(sender) <= 254
    and sender ~ '^[A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?([.][A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$'),
  constraint policy_reply_to_form check (length(reply_to) <= 254
    and reply_to ~ '^[A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?([.][A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$'),
  constraint policy_sender_name_form check (length(sender_name) between 1 and 100 and sender_name !~ '[[:cntrl:]]'),
  constraint policy_reminder_days_range check (cardinality(reminder_days) <= 5 and 1 <= all (reminder_days) and 60 >= all (reminder_days)),
  constraint policy_on_with_sender check (sender is not null or not sending)
);
comment on table notices.policy is 'Tenant: whether an authority sends notices, from which address, and when it reminds. Without a row: it does not.';
comment on column notices.policy.authority_id is 'The authority.';
comment on column notices.policy.sending is 'Whether notices are written, and leave.';
comment on column notices.policy.sender is 'Address they come from; what cannot be delivered comes back to it.';
comment on column notices.policy.sender_name is 'Name beside it; null for none.';
comment on column notices.policy.reply_to is 'Address for answers; null: the sender.';
comment on column notices.policy.reminder_days is 'Working days before it at which somebody is reminded of what they come to; none: nobody is.';
comment on column notices.policy.version is 'Counts the updates.';
comment on constraint policy_sender_form on notices.policy is
  '{"reason":"EMAIL_FORM","message":"That is no address that mail can come from.","field":"sender","accepted":"such as training@council.example"}';
comment on constraint policy_reply_to_form on notices.policy is
  '{"reason":"EMAIL_FORM","message":"That is no address that mail can be sent to.","field":"reply_to","accepted":"such as training@council.example"}';
comment on constraint policy_sender_name_form on notices.policy is
  '{"reason":"NAME_LENGTH","message":"A sender''s name is one line of at most 100 characters.","field":"sender_name","accepted":"1 to 100 characters"}';
comment on constraint policy_reminder_days_range on notices.policy is
  '{"reason":"REMINDER_OUT_OF_RANGE","message":"People are reminded some working days before.","field":"reminder_days","accepted":"at most five numbers from 1 to 60"}';
comment on constraint policy_on_with_sender on notices.policy is
  '{"reason":"SENDER_REQUIRED","message":"Notices need an address to come from.","field":"sender","accepted":"such as training@council.example","code":9}';

create table notices.template (
  authority_id integer not null references auth.authority_scope,
  kind text not null check (kind ~ '^[a-z]+[.][a-z]+$'),
  number integer not null check (number > 0),
  subject text,
  body text,
  written_by uuid not null references auth.person,
  written_at timestamptz not null default now(),
  primary key (authority_id, kind, number),
  check ((subject is null) = (body is null)),
  constraint template_subject_length check (length(subject) between 1 and 200),
  constraint template_body_length check (length(body) between 1 and 10000)
);
comment on table notices.template is 'Tenant: what an authority writes in notices of a kind, version by version; never changed. The latest holds.';
comment on column notices.template.authority_id is 'The authority.';
comment on column notices.template.kind is 'Kind of notice; notices.kind has the list.';
comment on column notices.template.number is 'From 1.';
comment on column notices.template.subject is 'Subject, with {{places}} for what differs; null: back to the program''s own text.';
comment on column notices.template.body is 'Text, with {{places}}.';
comment on column notices.template.written_by is 'Who wrote it.';
comment on column notices.template.written_at is 'When.';
comment on constraint template_subject_length on notices.template is
  '{"reason":"SUBJECT_LENGTH","message":"A subject is one line.","field":"subject","accepted":"1 to 200 characters"}';
comment on constraint template_body_length on notices.template is
  '{"reason":"BODY_LENGTH","message":"A text has at most 10000 characters.","field":"body","accepted":"1 to 10000 characters"}';

-- Marked twice, once as it is taken and once as it has left.
create table notices.notice (
  authority_id integer not null references auth.authority_scope,
  notice_id text not null,
  kind text not null,
  about text not null,
  school_urn integer,
  once_key text,
  to_name text not null,
  to_address text not null,
  subject text not null,
  body text not null,
  event jsonb,
  template_number integer not null,
  message_id text not null,
  status text not null default 'waiting' check (status in ('waiting', 'sent', 'dead', 'discarded')),
  attempts integer not null default 0,
  due_at timestamptz not null,
  claim uuid,
  failure text,
  queued_at timestamptz not null default now(),
  finished_at timestamptz,
  version integer not null default 1,
  primary key (authority_id, notice_id),
  constraint notice_once unique (authority_id, once_key),
  check ((status = 'waiting') = (finished_at is null)),
  check (claim is null or status = 'waiting')
) with (fillfactor = 70);
comment on table notices.notice is 'Tenant: the outbox: a mail to one person, as it was written in the transaction of what it tells.';
comment on column notices.notice.authority_id is 'The authority that writes.';
comment on column notices.notice.notice_id is 'Short random reference.';
comment on column notices.notice.kind is 'Kind of notice: booking.confirmed.';
comment on column notices.notice.about is 'Reference of what it is about: a booking, a visit.';
comment on column notices.notice.school_urn is 'The school concerned; null for none.';
comment on column notices.notice.once_key is 'What there is only one notice of, such as one reminder; null where nothing would write it twice.';
comment on column notices.notice.to_name is 'Whom it is to.';
comment on column notices.notice.to_address is 'Their address, as it was given.';
comment on column notices.notice.subject is 'Subject, written out.';
comment on column notices.notice.body is 'Text, written out.';
comment on column notices.notice.event is 'Calendar entry that goes with it: {"uid","sequence","method","starts_at","ends_at","summary","location"}; null for none.';
comment on column notices.notice.template_number is 'Version of the authority''s template; 0 for the program''s own text.';
comment on column notices.notice.message_id is 'Message-ID, the same however often it is sent.';
comment on column notices.notice.status is 'waiting, sent, dead (given up, or refused for good) or discarded (by a person).';
comment on column notices.notice.attempts is 'How often it was taken to be sent since it was written or last retried.';
comment on column notices.notice.due_at is 'When it may next be taken; while it is taken, when whoever took it has lost it.';
comment on column notices.notice.claim is 'Who has taken it: random, new each time; null while nobody has.';
comment on column notices.notice.failure is 'What was said when it was last refused.';
comment on column notices.notice.queued_at is 'When it was written.';
comment on column notices.notice.finished_at is 'When it was sent, given up or discarded; null while it waits.';
comment on column notices.notice.version is 'Counts the updates.';
create index notice_due on notices.notice (authority_id, due_at) where status = 'waiting';
create index notice_by_time on notices.notice (authority_id, queued_at, notice_id);
create index notice_about on notices.notice (authority_id, about, kind);

do $$
declare
  t regclass;
begin
  foreach t in array array['notices.policy', 'notices.template', 'notices.notice']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;

-- A call adds to the outbox, and may have a notice sent again or not at all; what was written stays as it is.
grant select, insert, update on notices.policy to improve_exec;
grant select, insert on notices.template, notices.notice to improve_exec;
grant update (status, attempts, due_at, finished_at, version) on notices.notice to improve_exec;
grant select on notices.policy, notices.notice to improve_sender;
grant update (status, attempts, due_at, claim, failure, finished_at, version) on notices.notice to improve_sender;

alter table privacy.retention drop constraint retention_kind_known;
alter table privacy.retention add constraint retention_kind_known check (kind in ('delegates', 'former_users', 'imports', 'notices', 'requests'));
comment on constraint retention_kind_known on privacy.retention is
  '{"reason":"KIND_UNKNOWN","message":"There is no such kind of data.","field":"kind","rule":"GDP-1","accepted":"delegates, former_users, imports, notices or requests"}';
comment on column privacy.retention.kind is 'delegates: names on bookings, after the session; former_users: after their last membership; imports: files and their problems; notices: mails, after they were sent or given up; requests: answers kept for repeats.';
reset role;
