-- Funds and their rounds (FUN-1): who may lead a bid, what it is to be for, who would give or receive support, which bids there were and what came
-- of them. Sums that were told for a round and not for each bid stand at the round.
create schema funds authorization improve_owner;
comment on schema funds is 'Funds: rounds, bids, contributions and what is agreed of them, commitments and what became of them.';
grant usage on schema funds to improve_exec, reporting_owner;

set role improve_owner;

create table funds.organisation (
  authority_id integer not null references auth.authority_scope,
  organisation_id text not null,
  name text not null,
  name_key text not null generated always as (lower(name)) stored,
  kind text not null,
  version integer not null default 1,
  primary key (authority_id, organisation_id),
  constraint organisation_name_length check (length(name) between 1 and 200),
  constraint organisation_name_once unique (authority_id, name_key),
  constraint organisation_kind_known check (kind in ('teaching_school_alliance', 'multi_academy_trust', 'local_authority', 'school', 'hub', 'research_school', 'university', 'company', 'system_leaders', 'other'))
);
comment on table funds.organisation is 'Tenant: organisations that lead bids, give support, host or sit on boards: teaching school alliances, trusts, providers (FUN-1).';
comment on column funds.organisation.authority_id is 'The authority.';
comment on column funds.organisation.organisation_id is 'Short random reference.';
comment on column funds.organisation.name is 'Name.';
comment on column funds.organisation.name_key is 'The name in lower case: two organisations may not differ by case alone.';
comment on column funds.organisation.kind is 'teaching_school_alliance, multi_academy_trust, local_authority, school, hub, research_school, university, company, system_leaders or other.';
comment on column funds.organisation.version is 'Counts the updates.';
comment on constraint organisation_name_length on funds.organisation is
  '{"reason":"NAME_LENGTH","message":"An organisation has a name of at most 200 characters.","field":"name","rule":"FUN-1","accepted":"1 to 200 characters"}';
comment on constraint organisation_name_once on funds.organisation is
  '{"reason":"ORGANISATION_EXISTS","message":"The authority has an organisation of this name.","field":"name","rule":"FUN-1"}';
comment on constraint organisation_kind_known on funds.organisation is
  '{"reason":"KIND_UNKNOWN","message":"An organisation is of a kind of the list.","field":"kind","rule":"FUN-1","accepted":"teaching_school_alliance, multi_academy_trust, local_authority, school, hub, research_school, university, company, system_leaders or other"}';

create table funds.fund (
  authority_id integer not null references auth.authority_scope,
  fund_id text not null,
  name text not null,
  name_key text not null generated always as (lower(name)) stored,
  funder text,
  purpose text,
  legal_basis text,
  legal_aliases text[] not null default '{}',
  version integer not null default 1,
  primary key (authority_id, fund_id),
  constraint fund_name_length check (length(name) between 1 and 200),
  constraint fund_name_once unique (authority_id, name_key),
  constraint fund_words_length check (greatest(length(funder), length(purpose), length(legal_basis)) <= 2000)
);
comment on table funds.fund is 'Tenant: a fund: money from somebody, for some purpose (FUN-1).';
comment on column funds.fund.authority_id is 'The authority.';
comment on column funds.fund.fund_id is 'Short random reference.';
comment on column funds.fund.name is 'Name.';
comment on column funds.fund.name_key is 'The name in lower case: two funds may not differ by case alone.';
comment on column funds.fund.funder is 'Who gives the money.';
comment on column funds.fund.purpose is 'What it is for.';
comment on column funds.fund.legal_basis is 'Law or regulations under which it is used.';
comment on column funds.fund.legal_aliases is 'Other names that papers give the same law.';
comment on column funds.fund.version is 'Counts the updates.';
comment on constraint fund_name_length on funds.fund is
  '{"reason":"NAME_LENGTH","message":"A fund has a name of at most 200 characters.","field":"name","rule":"FUN-1","accepted":"1 to 200 characters"}';
comment on constraint fund_name_once on funds.fund is
  '{"reason":"FUND_EXISTS","message":"The authority has a fund of this name.","field":"name","rule":"FUN-1"}';
comment on constraint fund_words_length on funds.fund is
  '{"reason":"TEXT_LENGTH","message":"That is too long.","field":"purpose","rule":"FUN-1","accepted":"at most 2000 characters"}';

create table funds.contact (
  authority_id integer not null references auth.authority_scope,
  contact_id text not null,
  fund_id text not null,
  role text not null,
  name text not null,
  email text,
  phone text,
  under text,
  starts_on date not null,
  ends_on date,
  version integer not null default 1,
  primary key (authority_id, contact_id),
  foreign key (authority_id, fund_id) references funds.fund,
  constraint contact_words_length check (length(role) between 1 and 100 and length(name) between 1 and 200 and length(phone) <= 40 and length(under) <= 200),
  constraint contact_email_form check (email ~ '^[^@\s]+@[^@\s]+$' and length(email) <= 254),
  constraint contact_ends_after_start check (ends_on >= starts_on),
  constraint contact_once_a_role exclude using gist (authority_id with =, fund_id with =, role with =, daterange(starts_on, ends_on, '[]') with &&)
);
comment on table funds.contact is 'Tenant: who speaks for a fund, role by role, from when to when (FUN-1).';
comment on column funds.contact.authority_id is 'The authority.';
comment on column funds.contact.contact_id is 'Short random reference.';
comment on column funds.contact.fund_id is 'The fund.';
comment on column funds.contact.role is 'What they are for it: point of contact, chair of the brokerage hub.';
comment on column funds.contact.name is 'Who.';
comment on column funds.contact.email is 'Where they are written to.';
comment on column funds.contact.phone is 'Where they are rung.';
comment on column funds.contact.under is 'Board or hub under whose direction they work.';
comment on column funds.contact.starts_on is 'First day.';
comment on column funds.contact.ends_on is 'Last day; null while open.';
comment on column funds.contact.version is 'Counts the updates.';
comment on constraint contact_words_length on funds.contact is
  '{"reason":"TEXT_LENGTH","message":"A contact has a role and a name.","field":"name","rule":"FUN-1","accepted":"1 to 200 characters"}';
comment on constraint contact_email_form on funds.contact is
  '{"reason":"EMAIL_FORM","message":"That is no e-mail address.","field":"email","rule":"FUN-1","accepted":"such as jo@school.example"}';
comment on constraint contact_ends_after_start on funds.contact is
  '{"reason":"PERIOD_BACKWARDS","message":"A contact cannot end before it starts.","field":"ends_on","rule":"FUN-1","accepted":"the first day or a later one"}';
comment on constraint contact_once_a_role on funds.contact is
  '{"reason":"CONTACT_OVERLAPS","message":"Another holds this role in that period.","field":"starts_on","rule":"FUN-1","accepted":"a period after the other one ends"}';

create table funds.round (
  authority_id integer not null references auth.authority_scope,
  round_id text not null,
  fund_id text not null,
  number integer not null,
  opens_on date not null,
  closes_on date not null,
  may_lead text[] not null,
  last_resort boolean not null default false,
  asks_evidence boolean not null default false,
  awarded_pence bigint,
  awarded_source text,
  version integer not null default 1,
  primary key (authority_id, round_id),
  foreign key (authority_id, fund_id) references funds.fund,
  constraint round_number_once unique (authority_id, fund_id, number),
  constraint round_number_range check (number between 1 and 1000),
  constraint round_closes_after_opening check (closes_on >= opens_on),
  constraint round_led_by_some check (cardinality(may_lead) > 0 and may_lead <@ array['teaching_school_alliance', 'multi_academy_trust', 'local_authority']),
  constraint round_awarded_range check (awarded_pence between 0 and 100000000000),
  constraint round_source_length check (length(awarded_source) <= 300)
);
comment on table funds.round is 'Tenant: a round of a fund: when bids may come, and from whom (FUN-1).';
comment on column funds.round.authority_id is 'The authority.';
comment on column funds.round.round_id is 'Short random reference.';
comment on column funds.round.fund_id is 'The fund.';
comment on column funds.round.number is 'Its number, as the funder counts.';
comment on column funds.round.opens_on is 'First day on which bids may be submitted.';
comment on column funds.round.closes_on is 'Last day.';
comment on column funds.round.may_lead is 'Kinds of organisation that may lead a bid; schools join as givers or receivers.';
comment on column funds.round.last_resort is 'The authority bids only where no partner leads, and stands down when one does.';
comment on column funds.round.asks_evidence is 'A bid is submitted only with its evidence of impact and the analysis that it is based on.';
comment on column funds.round.awarded_pence is 'What the successful bids were given together, in pence, where it was told for the round; null where each bid says its own.';
comment on column funds.round.awarded_source is 'Where that was told.';
comment on column funds.round.version is 'Counts the updates.';
comment on constraint round_number_once on funds.round is
  '{"reason":"ROUND_EXISTS","message":"The fund has a round of this number.","field":"number","rule":"FUN-1"}';
comment on constraint round_number_range on funds.round is
  '{"reason":"NUMBER_OUT_OF_RANGE","message":"Rounds are counted from 1.","field":"number","rule":"FUN-1","accepted":"1 to 1000"}';
comment on constraint round_closes_after_opening on funds.round is
  '{"reason":"PERIOD_BACKWARDS","message":"A round cannot close before it opens.","field":"closes_on","rule":"FUN-1","accepted":"the first day or a later one"}';
comment on constraint round_led_by_some on funds.round is
  '{"reason":"LEAD_KIND","message":"Teaching school alliances, multi-academy trusts and the authority lead bids; a school alone does not.","field":"may_lead","rule":"FUN-1","accepted":"teaching_school_alliance (tsa), multi_academy_trust (mat), local_authority (la)"}';
comment on constraint round_awarded_range on funds.round is
  '{"reason":"SUM_OUT_OF_RANGE","message":"A round gives nothing or some pence.","field":"awarded_pence","rule":"FUN-1","accepted":"0 to 100000000000 pence"}';
comment on constraint round_source_length on funds.round is
  '{"reason":"TEXT_LENGTH","message":"A source is a line.","field":"awarded_source","rule":"FUN-1","accepted":"at most 300 characters"}';

create table funds.priority (
  authority_id integer not null references auth.authority_scope,
  round_id text not null,
  number integer not null,
  title text not null,
  agreed_by text,
  agreed_on date,
  agreed_words text,
  primary key (authority_id, round_id, number),
  foreign key (authority_id, round_id) references funds.round,
  constraint priority_number_range check (number between 1 and 1000),
  constraint priority_words_length check (length(title) between 1 and 300 and length(agreed_by) <= 200 and length(agreed_words) <= 200)
);
comment on table funds.priority is 'Tenant: what the bids of a round are to be for, and who agreed that when (FUN-1).';
comment on column funds.priority.authority_id is 'The authority.';
comment on column funds.priority.round_id is 'The round.';
comment on column funds.priority.number is 'Its number in the round.';
comment on column funds.priority.title is 'What it is.';
comment on column funds.priority.agreed_by is 'Who agreed it.';
comment on column funds.priority.agreed_on is 'When; null when the day was not told.';
comment on column funds.priority.agreed_words is 'When, in the words of the source, where it tells no day.';
comment on constraint priority_number_range on funds.priority is
  '{"reason":"NUMBER_OUT_OF_RANGE","message":"Priorities are counted from 1.","field":"number","rule":"FUN-1","accepted":"1 to 1000"}';
comment on constraint priority_words_length on funds.priority is
  '{"reason":"TEXT_LENGTH","message":"A priority says what it is.","field":"title","rule":"FUN-1","accepted":"1 to 300 characters"}';

create table funds.interest (
  authority_id integer not null references auth.authority_scope,
  interest_id text not null,
  round_id text not null,
  school_urn integer references register.establishment (urn),
  organisation_id text,
  wants text[] not null,
  priority_number integer,
  note text,
  expressed_by uuid not null references auth.person,
  expressed_at timestamptz not null default now(),
  withdrawn_at timestamptz,
  version integer not null default 1,
  primary key (authority_id, interest_id),
  foreign key (authority_id, round_id) references funds.round,
  foreign key (authority_id, organisation_id) references funds.organisation,
  foreign key (authority_id, round_id, priority_number) references funds.priority,
  check ((school_urn is null) <> (organisation_id is null)),
  constraint interest_wants_known check (cardinality(wants) > 0 and wants <@ case when school_urn is null then array['lead', 'giver'] else array['giver', 'receiver'] end),
  constraint interest_note_length check (length(note) between 1 and 1000)
);
comment on table funds.interest is 'Tenant: who would be part of a bid of a round: schools as givers or receivers, organisations as leads or givers too (FUN-1).';
comment on column funds.interest.authority_id is 'The authority.';
comment on column funds.interest.interest_id is 'Short random reference.';
comment on column funds.interest.round_id is 'The round.';
comment on column funds.interest.school_urn is 'The school, by the URN it had then; null for an organisation.';
comment on column funds.interest.organisation_id is 'The organisation; null for a school.';
comment on column funds.interest.wants is 'giver, receiver or both; an organisation: lead or giver.';
comment on column funds.interest.priority_number is 'The priority that it is about; null for any.';
comment on column funds.interest.note is 'What they bring or need.';
comment on column funds.interest.expressed_by is 'Who said so.';
comment on column funds.interest.expressed_at is 'When.';
comment on column funds.interest.withdrawn_at is 'When it was withdrawn; null while it stands.';
comment on column funds.interest.version is 'Counts the updates.';
comment on constraint interest_wants_known on funds.interest is
  '{"reason":"WANTS_UNKNOWN","message":"Schools give or receive support; organisations lead or give.","field":"wants","rule":"FUN-1","accepted":"giver, receiver; for an organisation lead, giver"}';
comment on constraint interest_note_length on funds.interest is
  '{"reason":"TEXT_LENGTH","message":"A note is a sentence or two.","field":"note","rule":"FUN-1","accepted":"1 to 1000 characters"}';
create unique index interest_once on funds.interest (authority_id, round_id, school_urn, organisation_id, priority_number) nulls not distinct where withdrawn_at is null;

create table funds.bid (
  authority_id integer not null references auth.authority_scope,
  bid_id text not null,
  round_id text not null,
  title text not null,
  lead_id text not null,
  priority_number integer,
  pence bigint,
  impact_evidence text,
  analysis text,
  status text not null default 'intended' check (status in ('intended', 'submitted', 'successful', 'unsuccessful', 'withdrawn', 'stood_down')),
  submitted_on date,
  decided_on date,
  ended_on date,
  reason text,
  version integer not null default 1,
  primary key (authority_id, bid_id),
  foreign key (authority_id, round_id) references funds.round,
  foreign key (authority_id, lead_id) references funds.organisation,
  foreign key (authority_id, round_id, priority_number) references funds.priority,
  check ((status in ('successful', 'unsuccessful')) = (decided_on is not null) and (status in ('withdrawn', 'stood_down')) = (ended_on is not null)),
  check (status not in ('submitted', 'successful', 'unsuccessful') or submitted_on is not null),
  constraint bid_title_once unique (authority_id, round_id, title),
  constraint bid_title_length check (length(title) between 1 and 300),
  constraint bid_sum_range check (pence between 1 and 100000000000),
  constraint bid_words_length check (greatest(length(impact_evidence), length(analysis), length(reason)) <= 4000),
  constraint bid_decided_after_submission check (decided_on >= submitted_on)
);
comment on table funds.bid is 'Tenant: a bid of a round (FUN-1).';
comment on column funds.bid.authority_id is 'The authority.';
comment on column funds.bid.bid_id is 'Short random reference.';
comment on column funds.bid.round_id is 'The round.';
comment on column funds.bid.title is 'What it is for.';
comment on column funds.bid.lead_id is 'The organisation that leads.';
comment on column funds.bid.priority_number is 'The priority of the round that it is for; null for none.';
comment on column funds.bid.pence is 'What it asks for or was given, in pence; null when not known.';
comment on column funds.bid.impact_evidence is 'Evidence that this kind of support had impact; null when not given.';
comment on column funds.bid.analysis is 'The analysis that it is based on; null when not given.';
comment on column funds.bid.status is 'intended, submitted, successful, unsuccessful, withdrawn, or stood_down: the authority''s, since a partner leads.';
comment on column funds.bid.submitted_on is 'Day of its submission; null before.';
comment on column funds.bid.decided_on is 'Day of the decision; null before.';
comment on column funds.bid.ended_on is 'Day on which it was withdrawn or stood down; null while it stands.';
comment on column funds.bid.reason is 'Why it was decided so, withdrawn or stood down.';
comment on column funds.bid.version is 'Counts the updates.';
comment on constraint bid_title_once on funds.bid is
  '{"reason":"BID_EXISTS","message":"The round has a bid of this title.","field":"title","rule":"FUN-1"}';
comment on constraint bid_title_length on funds.bid is
  '{"reason":"TITLE_LENGTH","message":"A bid says what it is for.","field":"title","rule":"FUN-1","accepted":"1 to 300 characters"}';
comment on constraint bid_sum_range on funds.bid is
  '{"reason":"SUM_OUT_OF_RANGE","message":"A bid is for some pence, or for a sum that is not known.","field":"pence","rule":"FUN-1","accepted":"1 to 100000000000 pence, or absent"}';
comment on constraint bid_words_length on funds.bid is
  '{"reason":"TEXT_LENGTH","message":"That is too long.","field":"impact_evidence","rule":"FUN-1","accepted":"at most 4000 characters"}';
comment on constraint bid_decided_after_submission on funds.bid is
  '{"reason":"PERIOD_BACKWARDS","message":"A bid is decided after it was submitted.","field":"decided_on","rule":"FUN-1","accepted":"the day of submission or a later one"}';
create index bid_by_round on funds.bid (authority_id, round_id, priority_number);

create table funds.bid_party (
  authority_id integer not null references auth.authority_scope,
  bid_id text not null,
  party_id text not null,
  role text not null,
  school_urn integer references register.establishment (urn),
  organisation_id text,
  primary key (authority_id, bid_id, party_id),
  foreign key (authority_id, bid_id) references funds.bid,
  foreign key (authority_id, organisation_id) references funds.organisation,
  check ((school_urn is null) <> (organisation_id is null)),
  constraint bid_party_role_known check (role in ('giver', 'receiver', 'provider')),
  constraint bid_party_receiver_a_school check (role <> 'receiver' or school_urn is not null)
);
comment on table funds.bid_party is 'Tenant: who is part of a bid besides its lead: schools that give or receive support, providers (FUN-1).';
comment on column funds.bid_party.authority_id is 'The authority.';
comment on column funds.bid_party.bid_id is 'The bid.';
comment on column funds.bid_party.party_id is 'Short random reference.';
comment on column funds.bid_party.role is 'giver, receiver or provider; a school may be giver and receiver.';
comment on column funds.bid_party.school_urn is 'The school, by the URN it had then; null for an organisation.';
comment on column funds.bid_party.organisation_id is 'The organisation; null for a school.';
comment on constraint bid_party_role_known on funds.bid_party is
  '{"reason":"ROLE_UNKNOWN","message":"Who is part of a bid gives, receives or provides.","field":"parties","rule":"FUN-1","accepted":"giver, receiver or provider"}';
comment on constraint bid_party_receiver_a_school on funds.bid_party is
  '{"reason":"RECEIVER_A_SCHOOL","message":"Schools receive support.","field":"parties","rule":"FUN-1","accepted":"the URN of a school"}';
create unique index bid_party_once on funds.bid_party (authority_id, bid_id, role, school_urn, organisation_id) nulls not distinct;
create index bid_party_by_school on funds.bid_party (authority_id, school_urn) where school_urn is not null;

do $$
declare
  t regclass;
begin
  foreach t in array array['funds.organisation', 'funds.fund', 'funds.contact', 'funds.round', 'funds.priority', 'funds.interest', 'funds.bid', 'funds.bid_party']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;
grant select, insert on funds.organisation, funds.fund, funds.priority, funds.bid_party to improve_exec;
grant select, insert, update on funds.contact, funds.round, funds.interest, funds.bid to improve_exec;
grant select on funds.organisation, funds.fund, funds.round, funds.priority, funds.interest, funds.bid, funds.bid_party to reporting_owner;
reset role;
