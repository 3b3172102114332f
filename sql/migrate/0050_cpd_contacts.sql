-- Whom a school's notices of training go to where a delegate has no address of their own.
set role improve_owner;

create table cpd.contact (
  authority_id integer not null references auth.authority_scope,
  school_urn integer not null references register.establishment (urn),
  name text not null,
  email text not null,
  set_by uuid not null references auth.person,
  set_at timestamptz not null default now(),
  version integer not null default 1,
  primary key (authority_id, school_urn),
  constraint contact_name_length check (length(name) between 1 and 200),
  constraint contact_email_form check (email ~ '^[^@\s]+@[^@\s]+$' and length(email) <= 254)
);
comment on table cpd.contact is 'Tenant: who books training for a school, and is written to for delegates without an address.';
comment on column cpd.contact.authority_id is 'The authority that writes.';
comment on column cpd.contact.school_urn is 'The school.';
comment on column cpd.contact.name is 'Who.';
comment on column cpd.contact.email is 'Where they are written to.';
comment on column cpd.contact.set_by is 'Who said so last.';
comment on column cpd.contact.set_at is 'When.';
comment on column cpd.contact.version is 'Counts the updates.';
comment on constraint contact_name_length on cpd.contact is
  '{"reason":"NAME_LENGTH","message":"A contact has a name of at most 200 characters.","field":"name","rule":"CPD-3","accepted":"1 to 200 characters"}';
comment on constraint contact_email_form on cpd.contact is
  '{"reason":"EMAIL_FORM","message":"That is no e-mail address.","field":"email","rule":"CPD-3","accepted":"such as office@school.example"}';
alter table cpd.contact enable row level security, force row level security;
grant select, insert, update, delete on cpd.contact to improve_exec;
reset role;
