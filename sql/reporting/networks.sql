-- Networks for SQL reporters, without how their members are written to (NET-1).
set role reporting_owner;

create view reporting.network as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.network_id::varchar(20) as network_id, x.kind::varchar(30) as kind,
  x.name::varchar(200) as network, x.area::varchar(200) as area, o.name::varchar(200) as host, b.name::varchar(200) as board,
  x.cadence::varchar(20) as cadence, x.starts_on, x.ends_on
from networks.network x
left join funds.organisation o on o.authority_id = x.authority_id and o.organisation_id = x.host_id
left join networks.network b on b.authority_id = x.authority_id and b.network_id = x.board_id;
comment on view reporting.network is 'Groups of schools and people, alliances, hubs and boards (NET-1).';
comment on column reporting.network.authority is 'DfE code of the authority, three digits.';
comment on column reporting.network.network_id is 'Reference of the network.';
comment on column reporting.network.kind is 'improvement_group, alliance, hub, board, cpd_group, partners or other.';
comment on column reporting.network.network is 'Name.';
comment on column reporting.network.area is 'Where its schools are; null for all of the authority.';
comment on column reporting.network.host is 'The organisation that hosts it; null for none.';
comment on column reporting.network.board is 'The board that it reports to; null for none.';
comment on column reporting.network.cadence is 'How often it is to meet: monthly, half_termly, termly, yearly or none.';
comment on column reporting.network.starts_on is 'First day.';
comment on column reporting.network.ends_on is 'Last day; null while open.';

create view reporting.network_member as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.member_id::varchar(20) as member_id, x.network_id::varchar(20) as network_id,
  x.role::varchar(20) as role, (case when x.name is null then 'No' else 'Yes' end)::varchar(3) as person, x.school_urn as urn,
  o.name::varchar(200) as organisation, x.stakeholder_group::varchar(100) as stakeholder_group, x.seat_of::varchar(20) as seat_of, x.starts_on,
  x.ends_on
from networks.member x
left join funds.organisation o on o.authority_id = x.authority_id and o.organisation_id = x.organisation_id;
comment on view reporting.network_member is 'Who is or was in networks, without their names (NET-1).';
comment on column reporting.network_member.authority is 'DfE code of the authority, three digits.';
comment on column reporting.network_member.member_id is 'Reference of the member.';
comment on column reporting.network_member.network_id is 'Reference of the network.';
comment on column reporting.network_member.role is 'member, chair, vice_chair, facilitator, coordinator or secretary.';
comment on column reporting.network_member.person is 'Yes for a person, No for a school or organisation as such.';
comment on column reporting.network_member.urn is 'URN of the school, the one it had then; null for none.';
comment on column reporting.network_member.organisation is 'The organisation; null for none.';
comment on column reporting.network_member.stakeholder_group is 'For whom they are there; null when not told.';
comment on column reporting.network_member.seat_of is 'Reference of the network whose chair has this seat; null for a seat of their own.';
comment on column reporting.network_member.starts_on is 'First day.';
comment on column reporting.network_member.ends_on is 'Last day; null while open.';

create view reporting.network_meeting as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.meeting_id::varchar(20) as meeting_id, x.network_id::varchar(20) as network_id,
  n.name::varchar(200) as network, (x.starts_at at time zone 'Europe/London')::timestamp(0) as starts_uk_time,
  (x.ends_at at time zone 'Europe/London')::timestamp(0) as ends_uk_time, x.place::varchar(300) as place, x.status::varchar(20) as status,
  a.attended as attended, a.expected as expected, (x.cost_pence / 100.0)::numeric(12, 2) as cost_pounds
from networks.meeting x
join networks.network n on n.authority_id = x.authority_id and n.network_id = x.network_id
cross join lateral (
  select count(*) filter (where t.came = 'attended')::integer as attended, count(*)::integer as expected
  from networks.member m
  left join networks.attendance t on t.authority_id = m.authority_id and t.meeting_id = x.meeting_id and t.member_id = m.member_id
  where m.authority_id = x.authority_id and m.network_id = x.network_id and m.starts_on <= (x.starts_at at time zone 'Europe/London')::date
    and (m.ends_on is null or m.ends_on >= (x.starts_at at time zone 'Europe/London')::date)
) a;
comment on view reporting.network_meeting is 'Meetings of networks, with who came and what they cost (NET-1).';
comment on column reporting.network_meeting.authority is 'DfE code of the authority, three digits.';
comment on column reporting.network_meeting.meeting_id is 'Reference of the meeting.';
comment on column reporting.network_meeting.network_id is 'Reference of the network.';
comment on column reporting.network_meeting.network is 'Name of the network.';
comment on column reporting.network_meeting.starts_uk_time is 'When it begins, English local time.';
comment on column reporting.network_meeting.ends_uk_time is 'When it ends, English local time.';
comment on column reporting.network_meeting.place is 'Where; null when not told.';
comment on column reporting.network_meeting.status is 'planned, held or cancelled.';
comment on column reporting.network_meeting.attended is 'Members who came.';
comment on column reporting.network_meeting.expected is 'Members on its day: the base.';
comment on column reporting.network_meeting.cost_pounds is 'What it cost, in pounds; null when not known.';

grant select on reporting.network, reporting.network_member, reporting.network_meeting to reporting_reader;
