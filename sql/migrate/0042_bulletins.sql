-- Bulletins (NOT-1): what an authority tells its schools, numbered, with linked documents and their versions, briefings and events, and who has read it.
create schema bulletins authorization improve_owner;
comment on schema bulletins is 'Bulletins to schools: number, audience, contact, documents with versions, events, and who has read them.';
grant usage on schema bulletins to improve_exec, reporting_owner;

set role improve_owner;

create table bulletins.bulletin (
  authority_id integer not null references auth.authority_scope,
  bulletin_id text not null,
  number text not null,
  kind text not null,
  title text not null,
  body text not null,
  audience text[] not null,
  contact_name text,
  contact_email text,
  contact_phone text,
  published_at timestamptz,
  withdrawn_at timestamptz,
  withdrawn_reason text,
  version integer not null default 1,
  primary key (authority_id, bulletin_id),
  check ((withdrawn_at is null) = (withdrawn_reason is null) and (withdrawn_at is null or published_at is not null)),
  constraint bulletin_number_once unique (authority_id, number),
  constraint bulletin_kind_known check (kind in ('information', 'action', 'consultation', 'event')),
  constraint bulletin_words_length check (length(number) between 1 and 40 and length(title) between 1 and 300 and length(body) between 1 and 20000 and length(contact_name) <= 200 and length(contact_phone) <= 40 and length(withdrawn_reason) between 1 and 500),
  constraint bulletin_email_form check (contact_email ~ '^[^@\s]+@[^@\s]+$' and length(contact_email) <= 254),
  constraint bulletin_for_somebody check (cardinality(audience) between 1 and 20)
);
comment on table bulletins.bulletin is 'Tenant: something that an authority tells its schools (NOT-1).';
comment on column bulletins.bulletin.authority_id is 'The authority.';
comment on column bulletins.bulletin.bulletin_id is 'Short random reference.';
comment on column bulletins.bulletin.number is 'Its number, as the authority counts: 132/17.';
comment on column bulletins.bulletin.kind is 'information, action, consultation or event.';
comment on column bulletins.bulletin.title is 'Title.';
comment on column bulletins.bulletin.body is 'What it says.';
comment on column bulletins.bulletin.audience is 'For whom it is, in the authority''s words: headteachers, trusts, governors.';
comment on column bulletins.bulletin.contact_name is 'Who answers questions.';
comment on column bulletins.bulletin.contact_email is 'Where they are written to.';
comment on column bulletins.bulletin.contact_phone is 'Where they are rung.';
comment on column bulletins.bulletin.published_at is 'When it was published; null for a draft.';
comment on column bulletins.bulletin.withdrawn_at is 'When it was withdrawn; null while it stands.';
comment on column bulletins.bulletin.withdrawn_reason is 'Why.';
comment on column bulletins.bulletin.version is 'Counts the updates, those of its documents and events too.';
comment on constraint bulletin_number_once on bulletins.bulletin is
  '{"reason":"NUMBER_TAKEN","message":"There is a bulletin of this number.","field":"number","rule":"NOT-1"}';
comment on constraint bulletin_kind_known on bulletins.bulletin is
  '{"reason":"KIND_UNKNOWN","message":"A bulletin is of a kind of the list.","field":"kind","rule":"NOT-1","accepted":"information, action, consultation or event"}';
comment on constraint bulletin_words_length on bulletins.bulletin is
  '{"reason":"TEXT_LENGTH","message":"A bulletin has a number, a title and a text.","field":"title","rule":"NOT-1","accepted":"1 to 300 characters"}';
comment on constraint bulletin_email_form on bulletins.bulletin is
  '{"reason":"EMAIL_FORM","message":"That is no e-mail address.","field":"contact_email","rule":"NOT-1","accepted":"such as jo@school.example"}';
comment on constraint bulletin_for_somebody on bulletins.bulletin is
  '{"reason":"AUDIENCE_REQUIRED","message":"A bulletin is for somebody.","field":"audience","rule":"NOT-1","accepted":"one word or more, such as headteachers"}';
create index bulletin_by_publication on bulletins.bulletin (authority_id, published_at);

create table bulletins.document (
  authority_id integer not null references auth.authority_scope,
  bulletin_id text not null,
  title text not null,
  number integer not null,
  link text not null,
  issued_on date not null,
  note text,
  primary key (authority_id, bulletin_id, title, number),
  foreign key (authority_id, bulletin_id) references bulletins.bulletin,
  constraint document_words_length check (length(title) between 1 and 300 and length(link) between 1 and 1000 and length(note) <= 500)
);
comment on table bulletins.document is 'Tenant: a document that a bulletin links to, version by version (NOT-1).';
comment on column bulletins.document.authority_id is 'The authority.';
comment on column bulletins.document.bulletin_id is 'The bulletin.';
comment on column bulletins.document.title is 'Title.';
comment on column bulletins.document.number is 'Its version, from 1.';
comment on column bulletins.document.link is 'Where that version is.';
comment on column bulletins.document.issued_on is 'Its day.';
comment on column bulletins.document.note is 'What is said of it: further versions will follow.';
comment on constraint document_words_length on bulletins.document is
  '{"reason":"TEXT_LENGTH","message":"A document has a title and a link.","field":"title","rule":"NOT-1","accepted":"1 to 300 characters"}';

create table bulletins.event (
  authority_id integer not null references auth.authority_scope,
  bulletin_id text not null,
  event_id text not null,
  title text not null,
  place text,
  held_on date not null,
  primary key (authority_id, bulletin_id, event_id),
  foreign key (authority_id, bulletin_id) references bulletins.bulletin,
  constraint event_words_length check (length(title) between 1 and 300 and length(place) <= 300)
);
comment on table bulletins.event is 'Tenant: a briefing or event that a bulletin tells of (NOT-1).';
comment on column bulletins.event.authority_id is 'The authority.';
comment on column bulletins.event.bulletin_id is 'The bulletin.';
comment on column bulletins.event.event_id is 'Short random reference.';
comment on column bulletins.event.title is 'What it is.';
comment on column bulletins.event.place is 'Where.';
comment on column bulletins.event.held_on is 'When.';
comment on constraint event_words_length on bulletins.event is
  '{"reason":"TEXT_LENGTH","message":"An event says what it is.","field":"title","rule":"NOT-1","accepted":"1 to 300 characters"}';

create table bulletins.reading (
  authority_id integer not null references auth.authority_scope,
  reading_id text not null,
  bulletin_id text not null,
  person_id uuid not null references auth.person,
  school_urn integer references register.establishment (urn),
  version_read integer not null,
  read_at timestamptz not null default now(),
  primary key (authority_id, reading_id),
  foreign key (authority_id, bulletin_id) references bulletins.bulletin
);
comment on table bulletins.reading is 'Tenant: who has read a bulletin, for which school, and at which version (NOT-1).';
comment on column bulletins.reading.authority_id is 'The authority.';
comment on column bulletins.reading.reading_id is 'Short random reference.';
comment on column bulletins.reading.bulletin_id is 'The bulletin.';
comment on column bulletins.reading.person_id is 'Who read it.';
comment on column bulletins.reading.school_urn is 'The school for which they read it; null for partners and the authority''s own people.';
comment on column bulletins.reading.version_read is 'The bulletin''s version that they read.';
comment on column bulletins.reading.read_at is 'When.';
create unique index reading_once on bulletins.reading (authority_id, bulletin_id, person_id, school_urn) nulls not distinct;

do $$
declare
  t regclass;
begin
  foreach t in array array['bulletins.bulletin', 'bulletins.document', 'bulletins.event', 'bulletins.reading']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;
grant select, insert, update on bulletins.bulletin, bulletins.reading to improve_exec;
grant select, insert on bulletins.document, bulletins.event to improve_exec;
grant select on bulletins.bulletin, bulletins.document, bulletins.event, bulletins.reading to reporting_owner;
reset role;
