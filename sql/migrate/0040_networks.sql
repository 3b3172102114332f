-- Networks (NET-1): groups of schools and people by area, alliances, hubs and boards; who is in them as what; their plans; their meetings, who came,
-- and what they cost. The chair of a group sits on the board that it reports to for as long as they are its chair.
create schema networks authorization improve_owner;
comment on schema networks is 'Networks: groups, alliances, hubs and boards, with their members, plans and meetings.';
grant usage on schema networks to improve_exec, reporting_owner;

set role improve_owner;

create table networks.network (
  authority_id integer not null references auth.authority_scope,
  network_id text not null,
  kind text not null,
  name text not null,
  name_key text not null generated always as (lower(name)) stored,
  area text,
  host_id text,
  board_id text,
  cadence text not null default 'none',
  independent_chair boolean not null default false,
  starts_on date not null,
  ends_on date,
  version integer not null default 1,
  primary key (authority_id, network_id),
  foreign key (authority_id, host_id) references funds.organisation,
  foreign key (authority_id, board_id) references networks.network deferrable initially deferred,
  constraint network_kind_known check (kind in ('improvement_group', 'alliance', 'hub', 'board', 'cpd_group', 'partners', 'other')),
  constraint network_cadence_known check (cadence in ('monthly', 'half_termly', 'termly', 'yearly', 'none')),
  constraint network_words_length check (length(name) between 1 and 200 and length(area) <= 200),
  constraint network_ends_after_start check (ends_on >= starts_on),
  constraint network_not_its_own_board check (board_id <> network_id),
  constraint network_once_a_name exclude using gist (authority_id with =, name_key with =, daterange(starts_on, ends_on, '[]') with &&)
);
comment on table networks.network is 'Tenant: a group of schools or people, an alliance, a hub or a board (NET-1).';
comment on column networks.network.authority_id is 'The authority.';
comment on column networks.network.network_id is 'Short random reference.';
comment on column networks.network.kind is 'improvement_group, alliance, hub, board, cpd_group, partners or other.';
comment on column networks.network.name is 'Name.';
comment on column networks.network.name_key is 'The name in lower case.';
comment on column networks.network.area is 'Where its schools are; null for all of the authority.';
comment on column networks.network.host_id is 'The organisation that hosts it; null for none.';
comment on column networks.network.board_id is 'The board that it reports to, on which its chair sits; null for none.';
comment on column networks.network.cadence is 'How often it is to meet: monthly, half_termly, termly, yearly or none.';
comment on column networks.network.independent_chair is 'It is chaired by somebody who is of none of its stakeholders.';
comment on column networks.network.starts_on is 'First day.';
comment on column networks.network.ends_on is 'Last day; null while open.';
comment on column networks.network.version is 'Counts the updates.';
comment on constraint network_kind_known on networks.network is
  '{"reason":"KIND_UNKNOWN","message":"A network is of a kind of the list.","field":"kind","rule":"NET-1","accepted":"improvement_group, alliance, hub, board, cpd_group, partners or other"}';
comment on constraint network_cadence_known on networks.network is
  '{"reason":"CADENCE_UNKNOWN","message":"A network meets so often as the list says.","field":"cadence","rule":"NET-1","accepted":"monthly, half_termly, termly, yearly or none"}';
comment on constraint network_words_length on networks.network is
  '{"reason":"NAME_LENGTH","message":"A network has a name of at most 200 characters.","field":"name","rule":"NET-1","accepted":"1 to 200 characters"}';
comment on constraint network_ends_after_start on networks.network is
  '{"reason":"PERIOD_BACKWARDS","message":"A network cannot end before it starts.","field":"ends_on","rule":"NET-1","accepted":"the first day or a later one"}';
comment on constraint network_not_its_own_board on networks.network is
  '{"reason":"OWN_BOARD","message":"A network does not report to itself.","field":"board_id","rule":"NET-1","accepted":"another network"}';
comment on constraint network_once_a_name on networks.network is
  '{"reason":"NETWORK_EXISTS","message":"There is a network of this name.","field":"name","rule":"NET-1","accepted":"another name, or a period after the other one ends"}';

create table networks.member (
  authority_id integer not null references auth.authority_scope,
  member_id text not null,
  network_id text not null,
  name text,
  partner_id text,
  school_urn integer references register.establishment (urn),
  organisation_id text,
  stakeholder_group text,
  role text not null default 'member',
  email text,
  phone text,
  seat_of text,
  starts_on date not null,
  ends_on date,
  version integer not null default 1,
  primary key (authority_id, member_id),
  foreign key (authority_id, network_id) references networks.network,
  foreign key (authority_id, seat_of) references networks.network,
  foreign key (authority_id, partner_id) references partners.partner,
  foreign key (authority_id, organisation_id) references funds.organisation,
  constraint member_role_known check (role in ('member', 'chair', 'vice_chair', 'facilitator', 'coordinator', 'secretary')),
  constraint member_somebody check (num_nonnulls(name, school_urn, organisation_id) > 0 and (role = 'member' or name is not null)),
  constraint member_words_length check (length(name) between 1 and 200 and length(phone) <= 40 and length(stakeholder_group) <= 100),
  constraint member_email_form check (email ~ '^[^@\s]+@[^@\s]+$' and length(email) <= 254),
  constraint member_ends_after_start check (ends_on >= starts_on),
  constraint member_one_in_office exclude using gist (authority_id with =, network_id with =, role with =, daterange(starts_on, ends_on, '[]') with &&) where (role in ('chair', 'facilitator', 'coordinator', 'secretary')),
  constraint member_school_once exclude using gist (authority_id with =, network_id with =, school_urn with =, daterange(starts_on, ends_on, '[]') with &&) where (name is null)
);
comment on table networks.member is 'Tenant: who is in a network, as what, from when to when: a person, or a school as such (NET-1).';
comment on column networks.member.authority_id is 'The authority.';
comment on column networks.member.member_id is 'Short random reference.';
comment on column networks.member.network_id is 'The network.';
comment on column networks.member.name is 'The person; null for a school or organisation as such.';
comment on column networks.member.partner_id is 'The partner that they are; null for others.';
comment on column networks.member.school_urn is 'Their school, or the school itself, by the URN it had then.';
comment on column networks.member.organisation_id is 'Their organisation, or the organisation itself.';
comment on column networks.member.stakeholder_group is 'For whom they are there: headteachers, governors, dioceses, the authority.';
comment on column networks.member.role is 'member, chair, vice_chair, facilitator, coordinator or secretary.';
comment on column networks.member.email is 'Where they are written to.';
comment on column networks.member.phone is 'Where they are rung.';
comment on column networks.member.seat_of is 'The network whose chair has this seat; null for a seat of their own.';
comment on column networks.member.starts_on is 'First day.';
comment on column networks.member.ends_on is 'Last day; null while open.';
comment on column networks.member.version is 'Counts the updates.';
comment on constraint member_role_known on networks.member is
  '{"reason":"ROLE_UNKNOWN","message":"Members have a role of the list.","field":"role","rule":"NET-1","accepted":"member, chair, vice_chair, facilitator, coordinator or secretary"}';
comment on constraint member_somebody on networks.member is
  '{"reason":"NAME_REQUIRED","message":"A member is a person, a school or an organisation; who has an office is a person.","field":"name","rule":"NET-1","accepted":"a name, the URN of a school, or an organisation"}';
comment on constraint member_words_length on networks.member is
  '{"reason":"NAME_LENGTH","message":"A member has a name of at most 200 characters.","field":"name","rule":"NET-1","accepted":"1 to 200 characters"}';
comment on constraint member_email_form on networks.member is
  '{"reason":"EMAIL_FORM","message":"That is no e-mail address.","field":"email","rule":"NET-1","accepted":"such as jo@school.example"}';
comment on constraint member_ends_after_start on networks.member is
  '{"reason":"PERIOD_BACKWARDS","message":"A membership cannot end before it starts.","field":"ends_on","rule":"NET-1","accepted":"the first day or a later one"}';
comment on constraint member_one_in_office on networks.member is
  '{"reason":"OFFICE_HELD","message":"Another holds this office in that period.","field":"role","rule":"NET-1","accepted":"a period after the other one ends"}';
comment on constraint member_school_once on networks.member is
  '{"reason":"SCHOOL_IS_MEMBER","message":"The school is in the network in that period.","field":"school_urn","rule":"NET-1","accepted":"another school"}';
create index member_by_network on networks.member (authority_id, network_id);

create table networks.plan (
  authority_id integer not null references auth.authority_scope,
  network_id text not null,
  academic_year integer not null,
  title text not null,
  link text,
  agreed_on date,
  version integer not null default 1,
  primary key (authority_id, network_id, academic_year),
  foreign key (authority_id, network_id) references networks.network,
  constraint plan_words_length check (length(title) between 1 and 300 and length(link) <= 1000),
  constraint plan_year_range check (academic_year between 2000 and 2100)
);
comment on table networks.plan is 'Tenant: what a network means to do in an academic year (NET-1).';
comment on column networks.plan.authority_id is 'The authority.';
comment on column networks.plan.network_id is 'The network.';
comment on column networks.plan.academic_year is 'Year in which the academic year begins.';
comment on column networks.plan.title is 'Title.';
comment on column networks.plan.link is 'Where it is to be read.';
comment on column networks.plan.agreed_on is 'Day on which it was agreed; null before.';
comment on column networks.plan.version is 'Counts the updates.';
comment on constraint plan_words_length on networks.plan is
  '{"reason":"TITLE_LENGTH","message":"A plan has a title.","field":"title","rule":"NET-1","accepted":"1 to 300 characters"}';
comment on constraint plan_year_range on networks.plan is
  '{"reason":"YEAR_OUT_OF_RANGE","message":"That is no academic year.","field":"academic_year","rule":"NET-1","accepted":"2000 to 2100"}';

create table networks.meeting (
  authority_id integer not null references auth.authority_scope,
  meeting_id text not null,
  network_id text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  place text,
  status text not null default 'planned' check (status in ('planned', 'held', 'cancelled')),
  cost_pence bigint,
  outcome text,
  cancel_reason text,
  version integer not null default 1,
  primary key (authority_id, meeting_id),
  foreign key (authority_id, network_id) references networks.network,
  check ((status = 'cancelled') = (cancel_reason is not null)),
  constraint meeting_ends_after_start check (ends_at > starts_at and ends_at <= starts_at + interval '12 hours'),
  constraint meeting_words_length check (length(place) <= 300 and length(outcome) <= 4000 and length(cancel_reason) between 1 and 500),
  constraint meeting_cost_range check (cost_pence between 0 and 10000000),
  constraint meeting_one_at_a_time exclude using gist (authority_id with =, network_id with =, tstzrange(starts_at, ends_at) with &&) where (status <> 'cancelled')
);
comment on table networks.meeting is 'Tenant: a meeting of a network, with what it cost (NET-1).';
comment on column networks.meeting.authority_id is 'The authority.';
comment on column networks.meeting.meeting_id is 'Short random reference.';
comment on column networks.meeting.network_id is 'The network.';
comment on column networks.meeting.starts_at is 'When it begins.';
comment on column networks.meeting.ends_at is 'When it ends.';
comment on column networks.meeting.place is 'Where: an address or a link.';
comment on column networks.meeting.status is 'planned, held or cancelled.';
comment on column networks.meeting.cost_pence is 'What it cost, in pence; null when not known.';
comment on column networks.meeting.outcome is 'What came of it; null before.';
comment on column networks.meeting.cancel_reason is 'Why it was cancelled; null when it was not.';
comment on column networks.meeting.version is 'Counts the updates.';
comment on constraint meeting_ends_after_start on networks.meeting is
  '{"reason":"PERIOD_BACKWARDS","message":"A meeting ends after it begins, within 12 hours.","field":"ends_at","rule":"NET-1","accepted":"a time within 12 hours of starts_at"}';
comment on constraint meeting_words_length on networks.meeting is
  '{"reason":"TEXT_LENGTH","message":"A reason is a sentence or two.","field":"reason","rule":"NET-1","accepted":"1 to 500 characters"}';
comment on constraint meeting_cost_range on networks.meeting is
  '{"reason":"COST_OUT_OF_RANGE","message":"A meeting costs nothing or some pence.","field":"cost_pence","rule":"NET-1","accepted":"0 to 10000000 pence"}';
comment on constraint meeting_one_at_a_time on networks.meeting is
  '{"reason":"MEETING_OVERLAPS","message":"The network has a meeting at that time.","field":"starts_at","rule":"NET-1","accepted":"another time"}';
create index meeting_by_start on networks.meeting (authority_id, starts_at);

create table networks.attendance (
  authority_id integer not null references auth.authority_scope,
  meeting_id text not null,
  member_id text not null,
  came text not null,
  primary key (authority_id, meeting_id, member_id),
  foreign key (authority_id, meeting_id) references networks.meeting,
  foreign key (authority_id, member_id) references networks.member,
  constraint attendance_known check (came in ('attended', 'apologies', 'absent'))
);
comment on table networks.attendance is 'Tenant: who came to a meeting (NET-1).';
comment on column networks.attendance.authority_id is 'The authority.';
comment on column networks.attendance.meeting_id is 'The meeting.';
comment on column networks.attendance.member_id is 'The member.';
comment on column networks.attendance.came is 'attended, apologies or absent.';
comment on constraint attendance_known on networks.attendance is
  '{"reason":"ATTENDANCE_UNKNOWN","message":"A member attended, sent apologies, or was absent.","field":"attendance","rule":"NET-1","accepted":"attended, apologies or absent"}';

do $$
declare
  t regclass;
begin
  foreach t in array array['networks.network', 'networks.member', 'networks.plan', 'networks.meeting', 'networks.attendance']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;
grant delete on networks.member to improve_exec;
grant select, insert, update on networks.network, networks.member, networks.plan, networks.meeting, networks.attendance to improve_exec;
grant select on networks.network, networks.member, networks.plan, networks.meeting, networks.attendance to reporting_owner;
reset role;
