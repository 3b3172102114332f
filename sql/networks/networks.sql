-- Networks: groups, alliances, hubs and boards (NET-1).

create function networks.require_network(p_field text, p_network_id text) returns networks.network
language plpgsql stable as $$
declare
  v_network networks.network;
begin
  perform errors.required(p_field, p_network_id, 'a reference such as nw-7k2q9mx4td');
  select n.* into v_network from networks.network n where n.authority_id = auth.authority_id() and n.network_id = p_network_id;
  if not found then
    perform errors.not_found(p_field, format('The authority has no network "%s".', left(p_network_id, 40)), 'a reference such as nw-7k2q9mx4td',
      'improve network list shows them.');
  end if;
  return v_network;
end $$;
comment on function networks.require_network is 'networks.require_network finds a network, or refuses.';

create function networks.chair_of(p_network_id text, p_on date) returns networks.member
language plpgsql stable as $$
declare
  v_member networks.member;
begin
  select m.* into v_member from networks.member m
  where m.authority_id = auth.authority_id() and m.network_id = p_network_id and m.role = 'chair' and m.starts_on <= p_on and (m.ends_on is null or m.ends_on >= p_on);
  return v_member;
end $$;
comment on function networks.chair_of is 'networks.chair_of is who chairs a network on a day; nulls when nobody does.';
grant execute on function networks.require_network, networks.chair_of to improve_exec;

create function networks.add_network(p_name text, p_kind text, p_area text, p_host_id text, p_board_id text, p_cadence text, p_independent_chair boolean, p_starts_on date)
returns table (network_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('name', btrim(p_name));
  perform errors.required('kind', btrim(p_kind), 'improvement_group, alliance, hub, board, cpd_group, partners or other');
  if p_host_id is not null then
    perform funds.require_organisation('host_id', p_host_id);
  end if;
  if p_board_id is not null then
    perform networks.require_network('board_id', p_board_id);
  end if;
  return query
  insert into networks.network (authority_id, network_id, name, kind, area, host_id, board_id, cadence, independent_chair, starts_on)
  values (auth.authority_id(), base.new_ref('nw'), btrim(p_name), lower(btrim(p_kind)), nullif(btrim(p_area), ''), p_host_id, p_board_id,
    coalesce(lower(nullif(btrim(p_cadence), '')), 'none'), coalesce(p_independent_chair, false), coalesce(p_starts_on, base.today()))
  returning network_id, version;
end $$;
comment on function networks.add_network is 'networks.add_network adds a network: its kind and area, the board that it reports to, and how often it is to meet.';
grant execute on function networks.add_network to persona_la_admin, persona_officer;

create function networks.change_network(p_network_id text, p_version integer, p_area text, p_host_id text, p_board_id text, p_cadence text, p_independent_chair boolean, p_ends_on date)
returns table (network_id text, board_id text, cadence text, ends_on date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was networks.network := networks.require_network('network_id', p_network_id);
  v_now networks.network;
begin
  perform errors.required('version', p_version);
  select n.* into v_was from networks.network n where n.authority_id = auth.authority_id() and n.network_id = p_network_id for no key update;
  if v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  end if;
  if nullif(btrim(p_board_id), '') is not null then
    perform networks.require_network('board_id', btrim(p_board_id));
  end if;
  if nullif(btrim(p_host_id), '') is not null then
    perform funds.require_organisation('host_id', btrim(p_host_id));
  end if;
  update networks.network n
  set area = partners.changed(p_area, n.area), host_id = partners.changed(p_host_id, n.host_id), board_id = partners.changed(p_board_id, n.board_id),
    cadence = coalesce(lower(nullif(btrim(p_cadence), '')), n.cadence), independent_chair = coalesce(p_independent_chair, n.independent_chair),
    ends_on = coalesce(p_ends_on, n.ends_on), version = n.version + 1
  where n.authority_id = auth.authority_id() and n.network_id = p_network_id
  returning n.* into v_now;
  if v_now.board_id is distinct from v_was.board_id then
    perform networks.end_seats(p_network_id, base.today() - 1);
    perform networks.give_seat(v_now, networks.chair_of(p_network_id, base.today()), base.today());
  end if;
  if p_ends_on is not null then
    perform networks.end_seats(p_network_id, p_ends_on);
  end if;
  return query values (v_now.network_id, v_now.board_id, v_now.cadence, v_now.ends_on, v_now.version);
end $$;
comment on function networks.change_network is 'networks.change_network changes what is given of a network and leaves the rest; empty text takes a value away. With another board its chair''s seat moves; when it ends the seat ends.';
grant execute on function networks.change_network to persona_la_admin, persona_officer;

create function networks.list_networks(p_kind text, p_as_of date)
returns table (network_id text, kind text, name text, area text, host text, board text, cadence text, schools integer, people integer, starts_on date, ends_on date, version integer)
language sql stable as $$
  select n.network_id, n.kind, n.name, n.area, o.name, b.name, n.cadence, m.schools::integer, m.people::integer, n.starts_on, n.ends_on, n.version
  from networks.network n
  left join funds.organisation o on o.authority_id = n.authority_id and o.organisation_id = n.host_id
  left join networks.network b on b.authority_id = n.authority_id and b.network_id = n.board_id
  cross join lateral (select count(distinct x.school_urn) as schools, count(*) filter (where x.name is not null) as people from networks.member x
    where x.authority_id = n.authority_id and x.network_id = n.network_id and x.starts_on <= coalesce(p_as_of, base.today())
      and (x.ends_on is null or x.ends_on >= coalesce(p_as_of, base.today()))) m
  where n.authority_id = (select auth.authority_id()) and (p_kind is null or n.kind = lower(p_kind))
    and n.starts_on <= coalesce(p_as_of, base.today()) and (n.ends_on is null or n.ends_on >= coalesce(p_as_of, base.today()))
  order by n.kind, n.name_key
$$;
comment on function networks.list_networks is 'networks.list_networks lists the networks of a day, with the schools and people in them that the caller may see.';
grant execute on function networks.list_networks to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;

create function networks.get_network(p_network_id text, p_as_of date)
returns table (network_id text, kind text, name text, area text, host text, board text, cadence text, independent_chair boolean, chair text, facilitator text, chair_on_board boolean,
  members jsonb, stakeholder_groups jsonb, plans jsonb, starts_on date, ends_on date, version integer)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
begin
  perform networks.require_network('network_id', p_network_id);
  return query
  with member as materialized (
    select m.*, o.name as organisation, school.name as school from networks.member m
    left join funds.organisation o on o.authority_id = m.authority_id and o.organisation_id = m.organisation_id
    left join lateral register.establishment_on(m.school_urn, v_on) school on true
    where m.authority_id = auth.authority_id() and m.network_id = p_network_id and m.starts_on <= v_on and (m.ends_on is null or m.ends_on >= v_on)
  )
  select n.network_id, n.kind, n.name, n.area, h.name, b.name, n.cadence, n.independent_chair, (select m.name from member m where m.role = 'chair'),
    (select m.name from member m where m.role = 'facilitator'),
    case when n.board_id is not null then exists (select from networks.member s where s.authority_id = n.authority_id and s.network_id = n.board_id and s.seat_of = n.network_id
      and s.starts_on <= v_on and (s.ends_on is null or s.ends_on >= v_on)) end,
    (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('member_id', m.member_id, 'role', m.role, 'name', m.name, 'school_urn', m.school_urn, 'school', m.school,
        'organisation', m.organisation, 'stakeholder_group', m.stakeholder_group)) order by m.role <> 'chair', m.role, coalesce(m.name, m.school, m.organisation)), '[]') from member m),
    (select coalesce(jsonb_agg(format('%s: %s', g.stakeholder_group, g.people) order by g.stakeholder_group), '[]')
      from (select coalesce(m.stakeholder_group, 'None told') as stakeholder_group, count(*) as people from member m group by 1) g),
    (select coalesce(jsonb_agg(format('%s: %s', calendar.year_text(p.academic_year), p.title) order by p.academic_year), '[]') from networks.plan p
      where p.authority_id = n.authority_id and p.network_id = n.network_id), n.starts_on, n.ends_on, n.version
  from networks.network n
  left join funds.organisation h on h.authority_id = n.authority_id and h.organisation_id = n.host_id
  left join networks.network b on b.authority_id = n.authority_id and b.network_id = n.board_id
  where n.authority_id = auth.authority_id() and n.network_id = p_network_id;
end $$;
comment on function networks.get_network is 'networks.get_network shows a network on a day: who is in it as what, its members by stakeholder group, its plans, and whether its chair sits on its board.';
grant execute on function networks.get_network to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function networks.set_network_plan(p_network_id text, p_academic_year integer, p_title text, p_link text, p_agreed_on date)
returns table (network_id text, academic_year text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform networks.require_network('network_id', p_network_id);
  perform errors.required('academic_year', p_academic_year, 'the year in which it begins, such as 2026');
  perform errors.required('title', btrim(p_title));
  return query
  insert into networks.plan (authority_id, network_id, academic_year, title, link, agreed_on)
  values (auth.authority_id(), p_network_id, p_academic_year, btrim(p_title), nullif(btrim(p_link), ''), p_agreed_on)
  on conflict (authority_id, network_id, academic_year) do update
  set title = excluded.title, link = excluded.link, agreed_on = excluded.agreed_on, version = plan.version + 1
  returning network_id, calendar.year_text(academic_year), version;
end $$;
comment on function networks.set_network_plan is 'networks.set_network_plan says what a network means to do in an academic year; said anew it replaces what was said.';
grant execute on function networks.set_network_plan to persona_la_admin, persona_officer;
