-- What cancelling a place costs, and staying away (CPD-6): terms in versions that nobody changes, of ordered bands; each booking keeps the version it was
-- made under. What was charged keeps its count of days, and its waiver.
set role improve_owner;

create table cpd.terms (
  authority_id integer not null references auth.authority_scope,
  terms_id text not null,
  name text not null,
  name_key text not null generated always as (lower(name)) stored,
  is_default boolean not null default false,
  number integer not null default 1,
  version integer not null default 1,
  primary key (authority_id, terms_id),
  constraint terms_name_length check (length(name) between 1 and 100),
  constraint terms_name_once unique (authority_id, name_key)
);
comment on table cpd.terms is 'Tenant: terms of cancellation (CPD-6). What they say stands in cpd.terms_version and cpd.terms_band.';
comment on column cpd.terms.authority_id is 'The authority.';
comment on column cpd.terms.terms_id is 'Short random reference.';
comment on column cpd.terms.name is 'Name as schools read it.';
comment on column cpd.terms.name_key is 'The name in lower case: two may not differ by case alone.';
comment on column cpd.terms.is_default is 'Whether they hold for courses that name none; at most one set does.';
comment on column cpd.terms.number is 'Number of the version that bookings are made under now.';
comment on column cpd.terms.version is 'Counts the updates.';
comment on constraint terms_name_length on cpd.terms is
  '{"reason":"NAME_LENGTH","message":"Terms need a name of at most 100 characters.","field":"name","rule":"CPD-6","accepted":"1 to 100 characters"}';
comment on constraint terms_name_once on cpd.terms is
  '{"reason":"TERMS_EXIST","message":"The authority has terms of this name.","field":"name","rule":"CPD-6"}';
create unique index terms_one_default on cpd.terms (authority_id) where is_default;

create table cpd.terms_version (
  authority_id integer not null references auth.authority_scope,
  terms_id text not null,
  number integer not null check (number > 0),
  substitute_pence bigint not null default 0,
  substitute_days integer not null default 0,
  source text,
  written_by uuid not null references auth.person,
  written_at timestamptz not null default now(),
  primary key (authority_id, terms_id, number),
  foreign key (authority_id, terms_id) references cpd.terms,
  constraint terms_substitute_range check (substitute_pence between 0 and 10000000),
  constraint terms_substitute_days_range check (substitute_days between 0 and 60),
  constraint terms_source_length check (length(source) between 1 and 300)
);
comment on table cpd.terms_version is 'Tenant: a version of terms of cancellation; never changed.';
comment on column cpd.terms_version.authority_id is 'The authority.';
comment on column cpd.terms_version.terms_id is 'The terms.';
comment on column cpd.terms_version.number is 'From 1.';
comment on column cpd.terms_version.substitute_pence is 'What putting another delegate on a booking costs, net, in pence (CPD-7).';
comment on column cpd.terms_version.substitute_days is 'Working days before the session until which a school does it itself; an officer may later.';
comment on column cpd.terms_version.source is 'Where the terms are published.';
comment on column cpd.terms_version.written_by is 'Who wrote it.';
comment on column cpd.terms_version.written_at is 'When.';
comment on constraint terms_substitute_range on cpd.terms_version is
  '{"reason":"PRICE_OUT_OF_RANGE","message":"A substitute costs nothing or some pence.","field":"substitute_pence","rule":"CPD-7","accepted":"0 to 10000000 pence"}';
comment on constraint terms_substitute_days_range on cpd.terms_version is
  '{"reason":"DAYS_OUT_OF_RANGE","message":"A deadline is some working days before.","field":"substitute_days","rule":"CPD-7","accepted":"0 to 60"}';
comment on constraint terms_source_length on cpd.terms_version is
  '{"reason":"SOURCE_LENGTH","message":"A source is a line.","field":"source","rule":"CPD-6","accepted":"1 to 300 characters"}';

create table cpd.terms_band (
  authority_id integer not null references auth.authority_scope,
  terms_id text not null,
  number integer not null,
  place_kind text not null,
  absent boolean not null,
  nth integer not null check (nth > 0),
  at_least_days integer not null,
  counting text not null,
  charge text not null,
  percent numeric(4, 1),
  pence bigint,
  per_part boolean not null default false,
  primary key (authority_id, terms_id, number, place_kind, absent, nth),
  foreign key (authority_id, terms_id, number) references cpd.terms_version,
  constraint terms_band_kind_known check (place_kind in ('paid', 'free', 'package')),
  constraint terms_band_days_range check (at_least_days between 0 and 365),
  constraint terms_band_counting_known check (counting in ('working', 'calendar')),
  constraint terms_band_charge_known check (charge in ('nothing', 'percent', 'fixed', 'administrative')),
  constraint terms_band_charge_value check (case charge when 'nothing' then percent is null and pence is null when 'percent' then percent > 0 and percent <= 100 and pence is null
    else percent is null and pence between 1 and 10000000 end)
);
comment on table cpd.terms_band is 'Tenant: the bands of terms of cancellation, in order: the first whose notice was given says what is charged (CPD-6).';
comment on column cpd.terms_band.authority_id is 'The authority.';
comment on column cpd.terms_band.terms_id is 'The terms.';
comment on column cpd.terms_band.number is 'Their version.';
comment on column cpd.terms_band.place_kind is 'paid, free or package: the places it is for.';
comment on column cpd.terms_band.absent is 'Whether it is for delegates who stayed away, and not for cancellations.';
comment on column cpd.terms_band.nth is 'Its number among those of its kind of place, in the order in which they are tried.';
comment on column cpd.terms_band.at_least_days is 'Days of notice that it asks for: those from the day of cancelling to the day before the session.';
comment on column cpd.terms_band.counting is 'How these are counted: working or calendar.';
comment on column cpd.terms_band.charge is 'nothing, percent (of the net price), fixed or administrative (an amount).';
comment on column cpd.terms_band.percent is 'Per cent of the net price.';
comment on column cpd.terms_band.pence is 'Amount, net, in pence.';
comment on column cpd.terms_band.per_part is 'Whether the amount is for each date of the session; for absence, for each that was missed.';
comment on constraint terms_band_kind_known on cpd.terms_band is
  '{"reason":"PLACE_KIND_UNKNOWN","message":"Bands are by kind of place.","field":"bands","rule":"CPD-6","accepted":"paid, free or package"}';
comment on constraint terms_band_days_range on cpd.terms_band is
  '{"reason":"DAYS_OUT_OF_RANGE","message":"Notice is some days.","field":"bands","rule":"CPD-6","accepted":"0 to 365"}';
comment on constraint terms_band_counting_known on cpd.terms_band is
  '{"reason":"COUNTING_UNKNOWN","message":"Days of notice are counted by the calendar or by working days.","field":"bands","rule":"CPD-6","accepted":"working or calendar"}';
comment on constraint terms_band_charge_value on cpd.terms_band is
  '{"reason":"CHARGE_VALUE","message":"A band charges nothing, a per cent, or an amount.","field":"bands","rule":"CPD-6","accepted":"percent up to 100, or pence from 1"}';

alter table cpd.course add column terms_id text,
  add foreign key (authority_id, terms_id) references cpd.terms;
comment on column cpd.course.terms_id is 'Terms of cancellation of its bookings; null for the authority''s common ones.';
alter table cpd.booking add column terms_id text, add column terms_number integer,
  add foreign key (authority_id, terms_id, terms_number) references cpd.terms_version;
comment on column cpd.booking.terms_id is 'Terms of cancellation it was made under; null: cancelling costs nothing.';
comment on column cpd.booking.terms_number is 'Their version then.';

create table cpd.charge (
  authority_id integer not null references auth.authority_scope,
  charge_id text not null,
  booking_id text not null,
  cause text not null check (cause in ('cancellation', 'absence', 'substitution')),
  charged_on date not null,
  notice_days integer,
  counted jsonb not null default '[]',
  net_pence bigint not null,
  vat_percent numeric(4, 1) not null,
  vat_pence bigint not null,
  gross_pence bigint not null generated always as (net_pence + vat_pence) stored,
  reasons jsonb not null,
  charged_by uuid not null references auth.person,
  charged_at timestamptz not null default now(),
  waived_at timestamptz,
  waived_by uuid references auth.person,
  waive_reason text,
  waive_note text,
  version integer not null default 1,
  primary key (authority_id, charge_id),
  foreign key (authority_id, booking_id) references cpd.booking,
  check (net_pence >= 0 and vat_pence >= 0),
  check ((waived_at is null) = (waived_by is null) and (waived_at is null) = (waive_reason is null)),
  constraint charge_waive_reason_known check (waive_reason in ('illness', 'bereavement', 'court', 'inspection', 'safeguarding', 'our_mistake', 'other')),
  constraint charge_waive_note_length check (length(waive_note) between 1 and 500)
);
comment on table cpd.charge is 'Tenant: what cancelling a confirmed place, staying away or a substitute costs, each once a booking, with all that a ledger needs (CPD-6). Nothing is charged in rows of 0.';
comment on column cpd.charge.authority_id is 'The authority that charges.';
comment on column cpd.charge.charge_id is 'Short random reference.';
comment on column cpd.charge.booking_id is 'The booking.';
comment on column cpd.charge.cause is 'cancellation, absence or substitution.';
comment on column cpd.charge.charged_on is 'Day of the cancellation, of the absence, of the substitution.';
comment on column cpd.charge.notice_days is 'Days of notice that were given, counted up to the longest that a band asks for; null where none is asked.';
comment on column cpd.charge.counted is 'That count, day by day: [{"day","weekday","counts","number","reason"}].';
comment on column cpd.charge.net_pence is 'Net, in pence.';
comment on column cpd.charge.vat_percent is 'VAT rate in per cent.';
comment on column cpd.charge.vat_pence is 'VAT, in pence.';
comment on column cpd.charge.gross_pence is 'Net and VAT, in pence.';
comment on column cpd.charge.reasons is 'Why, line by line: [{"clause","text","pence"}]; the pence of all lines add up to the gross.';
comment on column cpd.charge.charged_by is 'Whose call made it.';
comment on column cpd.charge.charged_at is 'When.';
comment on column cpd.charge.waived_at is 'When it was waived; null while it is due.';
comment on column cpd.charge.waived_by is 'Who approved that.';
comment on column cpd.charge.waive_reason is 'illness, bereavement, court, inspection, safeguarding, our_mistake or other.';
comment on column cpd.charge.waive_note is 'More of the reason.';
comment on column cpd.charge.version is 'Counts the updates.';
comment on constraint charge_waive_reason_known on cpd.charge is
  '{"reason":"WAIVE_REASON_UNKNOWN","message":"A charge is waived for a reason of the list.","field":"reason","rule":"CPD-6","accepted":"illness, bereavement, court, inspection, safeguarding, our_mistake or other"}';
comment on constraint charge_waive_note_length on cpd.charge is
  '{"reason":"NOTE_LENGTH","message":"A note is a few lines.","field":"note","rule":"CPD-6","accepted":"1 to 500 characters"}';
create unique index charge_once on cpd.charge (authority_id, booking_id, cause) where cause <> 'substitution';

do $$
declare
  t regclass;
begin
  foreach t in array array['cpd.terms', 'cpd.terms_version', 'cpd.terms_band', 'cpd.charge']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;

-- The server writes terms; charges are made with what causes them, by the owner's functions.
grant select, insert on cpd.terms, cpd.terms_version, cpd.terms_band to improve_exec;
grant update (name, is_default, number, version) on cpd.terms to improve_exec;
grant update (terms_id) on cpd.course to improve_exec;
grant select on cpd.charge to improve_exec;
grant update (waived_at, waived_by, waive_reason, waive_note, version) on cpd.charge to improve_exec;
grant select (authority_id, charge_id, booking_id, cause, charged_on, notice_days, net_pence, vat_percent, vat_pence, gross_pence, waived_at, waive_reason)
  on cpd.charge to reporting_owner;
grant select on cpd.terms to reporting_owner;
grant select (terms_id, terms_number) on cpd.booking to reporting_owner;
reset role;
