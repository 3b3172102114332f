-- Reports on training.

create function reports.cpd_sessions(p_from date, p_to date)
returns table (authority text, session_id text, course text, starts_at timestamptz, status text, capacity integer, confirmed integer,
  waiting integer, places_left integer, percent numeric)
language sql stable cost 10000 as $$
  select base.authority_code(s.authority_id), s.session_id, c.title, s.starts_at, s.status, s.capacity, s.confirmed_count, s.waiting_count,
    s.capacity - s.confirmed_count, round(100.0 * s.confirmed_count / s.capacity, 1)
  from cpd.session s
  join cpd.course c on c.authority_id = s.authority_id and c.course_id = s.course_id
  where s.authority_id = (select auth.authority_id())
    and (p_from is null or s.starts_at >= (p_from::timestamp at time zone 'Europe/London'))
    and (p_to is null or s.starts_at < ((p_to + 1)::timestamp at time zone 'Europe/London'))
  order by s.starts_at, s.session_id
$$;
comment on function reports.cpd_sessions is 'reports.cpd_sessions is how full each session is, with its capacity as the base (CPD-1, CPD-3).';
grant execute on function reports.cpd_sessions to persona_la_admin, persona_officer, persona_finance, persona_reporter;
