-- Reports on networks (NET-1): who is in them and what they do. Which of their meetings are due is in reports.meetings_due (cases.sql).

create function reports.networks(p_kind text, p_as_of date)
returns table (authority text, as_of date, academic_year text, kind text, network text, area text, host text, chair text, sits_on text, facilitator text, schools integer, people integer,
  plan text, meetings_planned integer, meetings_held integer, attended integer, base integer, percent numeric, cost_pence bigint)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
  v_year constant integer := calendar.academic_year(v_on);
  v_authority constant text := base.authority_code(auth.authority_id());
begin
  raise notice using errcode = 'IMNTE', message = format('Meetings are those of %s held by %s, and those planned. base counts whom their meetings expected, each time.', calendar.year_text(v_year),
    to_char(v_on, 'FMDD Mon YYYY'));
  return query
  with counted as (
    select n.network_id, n.kind, n.name_key, n.name, n.area, o.name as host, chair.name as chair, seat.name as sits_on, facilitator.name as facilitator, m.schools, m.people, p.title as plan,
      met.planned, met.held, met.attended, met.expected, met.cost
    from networks.network n
    left join funds.organisation o on o.authority_id = n.authority_id and o.organisation_id = n.host_id
    left join networks.plan p on p.authority_id = n.authority_id and p.network_id = n.network_id and p.academic_year = v_year
    cross join lateral networks.chair_of(n.network_id, v_on) chair
    left join lateral (select b.name from networks.member s join networks.network b on b.authority_id = s.authority_id and b.network_id = s.network_id
      where s.authority_id = n.authority_id and s.seat_of = n.network_id and s.starts_on <= v_on and (s.ends_on is null or s.ends_on >= v_on) limit 1) seat on true
    left join networks.member facilitator on facilitator.authority_id = n.authority_id and facilitator.network_id = n.network_id and facilitator.role = 'facilitator'
      and facilitator.starts_on <= v_on and (facilitator.ends_on is null or facilitator.ends_on >= v_on)
    cross join lateral (select count(distinct x.school_urn)::integer as schools, count(*) filter (where x.name is not null)::integer as people from networks.member x
      where x.authority_id = n.authority_id and x.network_id = n.network_id and x.starts_on <= v_on and (x.ends_on is null or x.ends_on >= v_on)) m
    cross join lateral (
      select count(*) filter (where not d.is_held)::integer as planned, count(*) filter (where d.is_held)::integer as held, coalesce(sum(a.attended) filter (where d.is_held), 0)::integer as attended,
        coalesce(sum(a.expected) filter (where d.is_held), 0)::integer as expected, coalesce(sum(x.cost_pence) filter (where d.is_held), 0)::bigint as cost
      from networks.meeting x
      cross join lateral (select x.status = 'held' and x.starts_at < ((v_on + 1)::timestamp at time zone 'Europe/London') as is_held) d
      cross join lateral networks.attendance_of(x) a
      where x.authority_id = n.authority_id and x.network_id = n.network_id and x.status <> 'cancelled'
        and x.starts_at >= (calendar.academic_year_starts(v_year)::timestamp at time zone 'Europe/London')
        and x.starts_at < ((calendar.academic_year_ends(v_year) + 1)::timestamp at time zone 'Europe/London')) met
    where n.authority_id = auth.authority_id() and n.starts_on <= v_on and (n.ends_on is null or n.ends_on >= v_on) and (p_kind is null or n.kind = lower(p_kind))
  )
  select v_authority, v_on, calendar.year_text(v_year), t.kind, t.name, t.area, t.host, t.chair, t.sits_on, t.facilitator, t.schools, t.people, t.plan, t.planned, t.held, t.attended, t.expected,
    reports.percent(t.attended, t.expected), t.cost
  from (
    select 1 as part, c.* from counted c
    union all
    select 2, null, null, null, 'Total', null, null, null, null, null, null, null, null, sum(c.planned)::integer, sum(c.held)::integer, sum(c.attended)::integer, sum(c.expected)::integer,
      sum(c.cost)::bigint
    from counted c having count(*) > 0
  ) t
  order by t.part, t.kind, t.name_key;
end $$;
comment on function reports.networks is 'reports.networks prints each network of a day with its chair, the board that they sit on, facilitator, schools, plan, meetings, who came of those expected, and what it cost in the academic year (NET-1).';

grant execute on function reports.networks to persona_la_admin, persona_officer, persona_finance, persona_reporter;
