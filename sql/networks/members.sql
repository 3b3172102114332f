-- Who is in a network, as what, and since when. The chair's seat on the board comes and goes with the office (NET-1).

create function networks.end_seats(p_network_id text, p_on date) returns integer
language plpgsql volatile as $$
declare
  v_count integer;
begin
  delete from networks.member m where m.authority_id = auth.authority_id() and m.seat_of = p_network_id and m.starts_on > p_on
    and not exists (select from networks.attendance a where a.authority_id = m.authority_id and a.member_id = m.member_id);
  update networks.member m set ends_on = greatest(p_on, m.starts_on), version = m.version + 1
  where m.authority_id = auth.authority_id() and m.seat_of = p_network_id and (m.ends_on is null or m.ends_on > p_on);
  get diagnostics v_count = row_count;
  return v_count;
end $$;
comment on function networks.end_seats is 'networks.end_seats ends the seats that a network''s chair has on boards: the cause is withdrawn, and so is what hung on it.';

create function networks.give_seat(p_network networks.network, p_chair networks.member, p_from date) returns text
language plpgsql volatile as $$
begin
  if p_network.board_id is null or p_chair.name is null then
    return null;
  end if;
  insert into networks.member (authority_id, member_id, network_id, name, partner_id, school_urn, organisation_id, stakeholder_group, role, email, phone, seat_of, starts_on, ends_on)
  values (p_network.authority_id, base.new_ref('mm'), p_network.board_id, p_chair.name, p_chair.partner_id, p_chair.school_urn, p_chair.organisation_id,
    coalesce(p_chair.stakeholder_group, 'Chairs'), 'member', p_chair.email, p_chair.phone, p_network.network_id, greatest(p_from, p_chair.starts_on), p_chair.ends_on);
  return p_network.board_id;
end $$;
comment on function networks.give_seat is 'networks.give_seat seats the chair of a network on the board that it reports to.';
grant execute on function networks.end_seats, networks.give_seat to improve_exec;

create function networks.add_network_member(p_network_id text, p_name text, p_role text, p_school_urn integer, p_organisation_id text, p_partner_id text, p_stakeholder_group text,
  p_email text, p_phone text, p_starts_on date, p_ends_on date)
returns table (member_id text, role text, starts_on date, handed_over_by text, sits_on text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_network networks.network := networks.require_network('network_id', p_network_id);
  v_starts_on constant date := coalesce(p_starts_on, base.today());
  v_role constant text := coalesce(lower(nullif(btrim(p_role), '')), 'member');
  v_partner partners.partner;
  v_member networks.member;
  v_before text;
begin
  select n.* into v_network from networks.network n where n.authority_id = auth.authority_id() and n.network_id = p_network_id for no key update;
  if p_partner_id is not null then
    v_partner := partners.see_partner(p_partner_id);
  end if;
  if p_organisation_id is not null then
    perform funds.require_organisation('organisation_id', p_organisation_id);
  end if;
  perform partners.require_known_school('school_urn', p_school_urn);
  if v_role in ('chair', 'facilitator', 'coordinator', 'secretary') then
    update networks.member m set ends_on = v_starts_on - 1, version = m.version + 1
    where m.authority_id = auth.authority_id() and m.network_id = p_network_id and m.role = v_role and m.ends_on is null and m.starts_on < v_starts_on
    returning m.name into v_before;
  end if;
  insert into networks.member (authority_id, member_id, network_id, name, partner_id, school_urn, organisation_id, stakeholder_group, role, email, phone, starts_on, ends_on)
  values (auth.authority_id(), base.new_ref('mm'), p_network_id, coalesce(nullif(btrim(p_name), ''), v_partner.name), p_partner_id, p_school_urn, p_organisation_id,
    nullif(btrim(p_stakeholder_group), ''), v_role, coalesce(nullif(btrim(p_email), ''), v_partner.email), coalesce(nullif(btrim(p_phone), ''), v_partner.phone), v_starts_on, p_ends_on)
  returning * into v_member;
  if v_role = 'chair' then
    perform networks.end_seats(p_network_id, v_starts_on - 1);
    perform networks.give_seat(v_network, v_member, v_starts_on);
  end if;
  return query
  select v_member.member_id, v_member.role, v_member.starts_on, v_before, b.name, v_member.version
  from (select 1) x left join networks.network b on v_role = 'chair' and b.authority_id = v_network.authority_id and b.network_id = v_network.board_id;
end $$;
comment on function networks.add_network_member is 'networks.add_network_member adds a person, school or organisation to a network. Whoever held an office without an end hands over the day before; the chair of a network sits on the board that it reports to.';
grant execute on function networks.add_network_member to persona_la_admin, persona_officer;

create function networks.end_network_member(p_member_id text, p_version integer, p_ends_on date) returns table (member_id text, ends_on date, seats_ended integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was networks.member;
  v_on constant date := coalesce(p_ends_on, base.today());
  v_seats integer := 0;
begin
  perform errors.required('member_id', p_member_id, 'a reference such as mm-7k2q9mx4td');
  perform errors.required('version', p_version);
  select m.* into v_was from networks.member m where m.authority_id = auth.authority_id() and m.member_id = p_member_id for no key update;
  if not found then
    perform errors.not_found('member_id', format('There is no member "%s".', left(p_member_id, 40)), 'a reference such as mm-7k2q9mx4td', 'improve network-member list shows them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.seat_of is not null then
    perform errors.precondition('SEAT_OF_CHAIR', 'This seat goes with the chair of another network.', 'member_id', 'NET-1', 'the chair of that network');
  end if;
  if v_was.role = 'chair' then
    v_seats := networks.end_seats(v_was.network_id, v_on);
  end if;
  return query
  update networks.member m set ends_on = v_on, version = m.version + 1
  where m.authority_id = auth.authority_id() and m.member_id = p_member_id
  returning m.member_id, m.ends_on, v_seats, m.version;
end $$;
comment on function networks.end_network_member is 'networks.end_network_member says when a membership ends; a chair''s seat on the board ends with it.';
grant execute on function networks.end_network_member to persona_la_admin, persona_officer;

create function networks.list_network_members(p_network_id text, p_school_urn integer, p_role text, p_as_of date)
returns table (member_id text, network_id text, network text, role text, name text, school_urn integer, organisation text, partner_id text, stakeholder_group text, email text,
  phone text, seat_of text, starts_on date, ends_on date, version integer)
language sql stable as $$
  select m.member_id, m.network_id, n.name, m.role, m.name, m.school_urn, o.name, m.partner_id, m.stakeholder_group, m.email, m.phone, s.name, m.starts_on, m.ends_on, m.version
  from networks.member m
  join networks.network n on n.authority_id = m.authority_id and n.network_id = m.network_id
  left join funds.organisation o on o.authority_id = m.authority_id and o.organisation_id = m.organisation_id
  left join networks.network s on s.authority_id = m.authority_id and s.network_id = m.seat_of
  where m.authority_id = (select auth.authority_id()) and (p_network_id is null or m.network_id = p_network_id)
    and (p_school_urn is null or m.school_urn = p_school_urn) and (p_role is null or m.role = lower(p_role))
    and (p_as_of is null or m.starts_on <= p_as_of and (m.ends_on is null or m.ends_on >= p_as_of))
  order by n.kind, n.name_key, m.starts_on, m.name, m.member_id
$$;
comment on function networks.list_network_members is 'networks.list_network_members lists who is or was in networks; a school sees its own people, a partner themselves.';
grant execute on function networks.list_network_members to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;
