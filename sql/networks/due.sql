-- Which meetings are due (NET-1): one in each period that a cadence makes of an academic year.

create function networks.periods(p_cadence text, p_year integer) returns table (nth integer, label text, starts_on date, ends_on date)
language plpgsql stable as $$
#variable_conflict use_column
begin
  if p_cadence = 'monthly' then
    return query
    select n, to_char(make_date(p_year, 9, 1) + make_interval(months => n - 1), 'FMMonth YYYY'), (make_date(p_year, 9, 1) + make_interval(months => n - 1))::date,
      (make_date(p_year, 9, 1) + make_interval(months => n))::date - 1
    from generate_series(1, 11) n;
  elsif p_cadence = 'yearly' then
    return query values (1, calendar.year_text(p_year), make_date(p_year, 9, 1), make_date(p_year + 1, 8, 31));
  elsif p_cadence in ('half_termly', 'termly') then
    return query
    select case p_cadence when 'termly' then (h.half_term + 1) / 2 else h.half_term end as nth,
      case p_cadence when 'termly' then format('%s term %s', calendar.term_of(min(h.half_term)), calendar.year_text(p_year))
        else format('half-term %s of %s', min(h.half_term), calendar.year_text(p_year)) end, min(h.starts_on), max(h.ends_on)
    from calendar.half_term h
    where h.authority_id = auth.authority_id() and h.academic_year = p_year and h.superseded_at is null
    group by 1;
  end if;
end $$;
comment on function networks.periods is 'networks.periods divides an academic year by a cadence: months, half-terms, terms or the year; by the authority''s own terms, and none where it has set none.';

create function networks.meetings_due(p_on date) returns table (network_id text, kind text, name text, period text, starts_on date, due_by date, state text, day date, meeting_id text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_year constant integer := calendar.academic_year(p_on);
begin
  return query
  select n.network_id, n.kind, n.name, p.label, p.starts_on, p.ends_on,
    case when met.status = 'held' then 'held' when p.ends_on < p_on then 'overdue' when met.meeting_id is not null then 'planned' else 'due' end,
    (met.starts_at at time zone 'Europe/London')::date, met.meeting_id
  from networks.network n
  cross join lateral (
    -- Up to the next one's first day: a meeting in the holidays belongs to the period before.
    select q.*, coalesce(lead(q.starts_on) over (order by q.nth), calendar.academic_year_ends(v_year) + 1) as until from networks.periods(n.cadence, v_year) q
  ) p
  left join lateral (
    select m.status, m.starts_at, m.meeting_id from networks.meeting m
    where m.authority_id = n.authority_id and m.network_id = n.network_id and m.status <> 'cancelled' and m.starts_at >= (p.starts_on::timestamp at time zone 'Europe/London')
      and m.starts_at < (p.until::timestamp at time zone 'Europe/London') and (m.status <> 'held' or m.starts_at < ((p_on + 1)::timestamp at time zone 'Europe/London'))
    order by m.status = 'held' desc, m.starts_at limit 1
  ) met on true
  where n.authority_id = auth.authority_id() and p.starts_on <= p_on and n.starts_on <= p.ends_on and (n.ends_on is null or n.ends_on >= p.ends_on);
end $$;
comment on function networks.meetings_due is 'networks.meetings_due tells for each network and each period of the academic year that has begun by a day whether its meeting was held, is planned, due or overdue (NET-1). One that is planned and whose time is over is overdue.';
grant execute on function networks.periods, networks.meetings_due to improve_exec;
