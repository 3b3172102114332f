-- Conversions to academies that are known ahead, before the register has the academy: held, and carried out on their day (SLA-6).
set role improve_owner;

create table sla.conversion (
  authority_id integer not null references auth.authority_scope,
  conversion_id text not null,
  school_urn integer not null references register.establishment (urn),
  converts_on date not null,
  new_urn integer,
  status text not null default 'planned' check (status in ('planned', 'done', 'withdrawn')),
  planned_by uuid not null references auth.person,
  planned_at timestamptz not null default now(),
  ended_at timestamptz,
  version integer not null default 1,
  primary key (authority_id, conversion_id),
  check ((status = 'planned') = (ended_at is null))
);
comment on table sla.conversion is 'Tenant: conversions to academies that are to come, and what became of them (SLA-6).';
comment on column sla.conversion.authority_id is 'The authority.';
comment on column sla.conversion.conversion_id is 'Short random reference.';
comment on column sla.conversion.school_urn is 'The maintained school.';
comment on column sla.conversion.converts_on is 'First day as an academy.';
comment on column sla.conversion.new_urn is 'URN of the academy, where it is known; null: the successor that the register links.';
comment on column sla.conversion.status is 'planned, done or withdrawn.';
comment on column sla.conversion.planned_by is 'Who planned it.';
comment on column sla.conversion.planned_at is 'When.';
comment on column sla.conversion.ended_at is 'When it was carried out or withdrawn; null while it is planned.';
comment on column sla.conversion.version is 'Counts the updates.';
create unique index conversion_once on sla.conversion (authority_id, school_urn) where status = 'planned';
alter table sla.conversion enable row level security, force row level security;
grant select, insert on sla.conversion to improve_exec;
grant update (status, ended_at, version) on sla.conversion to improve_exec;
reset role;
