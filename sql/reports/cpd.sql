-- Reports on training.

create function reports.cpd_sessions(p_from date, p_to date)
returns table (authority text, session_id text, course text, starts_at timestamptz, status text, capacity integer, confirmed integer,
  waiting integer, places_left integer, percent numeric, held integer, minimum integer, short_of_minimum integer)
language sql stable cost 10000 as $$
  select base.authority_code(s.authority_id), s.session_id, c.title, s.starts_at, s.status, s.capacity, s.confirmed_count, s.waiting_count,
    s.capacity - s.confirmed_count - h.held, round(100.0 * s.confirmed_count / s.capacity, 1), h.held, s.minimum,
    case when s.status = 'published' and s.confirmed_count < s.minimum then s.minimum - s.confirmed_count end
  from cpd.session s
  join cpd.course c on c.authority_id = s.authority_id and c.course_id = s.course_id
  cross join lateral (select case when s.next_due_at <= now() then cpd.held_now(s.session_id) else s.held_count end as held) h
  where s.authority_id = (select auth.authority_id())
    and (p_from is null or s.starts_at >= (p_from::timestamp at time zone 'Europe/London'))
    and (p_to is null or s.starts_at < ((p_to + 1)::timestamp at time zone 'Europe/London'))
  order by s.starts_at, s.session_id
$$;
comment on function reports.cpd_sessions is 'reports.cpd_sessions is how full each session is, with its capacity as the base, and how many it lacks of its minimum (CPD-1, CPD-3).';
grant execute on function reports.cpd_sessions to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function reports.cpd_waiting(p_session_id text)
returns table (authority text, session_id text, course text, starts_at timestamptz, booking_closes_at timestamptz, capacity integer, free integer, offered integer, awaiting_approval integer,
  waiting integer, groups integer, largest_group integer, longest_days integer, next_answer_by timestamptz)
language sql stable cost 10000 as $$
  select base.authority_code(s.authority_id), s.session_id, c.title, s.starts_at, s.booking_closes_at, s.capacity, s.capacity - s.confirmed_count - w.offered - w.requested, w.offered, w.requested,
    w.waiting, w.groups, w.largest, extract(day from now() - w.since)::integer, w.next_by
  from cpd.session s
  join cpd.course c on c.authority_id = s.authority_id and c.course_id = s.course_id
  cross join lateral (
    select count(*) filter (where b.status = 'offered')::integer as offered, count(*) filter (where b.status = 'requested')::integer as requested,
      count(*) filter (where b.status = 'waiting')::integer as waiting, count(distinct b.order_id) filter (where b.status = 'waiting' and b.together)::integer as groups,
      min(b.booked_at) filter (where b.status = 'waiting') as since, min(b.respond_by) as next_by,
      (select max(g.n)::integer from (select count(*) as n from cpd.booking k
        where k.authority_id = s.authority_id and k.session_id = s.session_id and k.status = 'waiting' and k.together group by k.order_id) g) as largest
    from cpd.booking b
    where b.authority_id = s.authority_id and b.session_id = s.session_id and b.status in ('waiting', 'offered', 'requested') and coalesce(b.respond_by > now(), true)
  ) w
  where s.authority_id = (select auth.authority_id()) and s.status = 'published' and s.starts_at > now()
    and (p_session_id is null or s.session_id = p_session_id) and w.waiting + w.offered + w.requested > 0
  order by w.waiting desc, s.starts_at, s.session_id
$$;
comment on function reports.cpd_waiting is 'reports.cpd_waiting is who waits for what: by session those who wait, groups among them, places that are offered or await approval, and how long the first has waited (CPD-4, CPD-5).';

create function reports.cpd_attendance(p_from date, p_to date, p_course_id text)
returns table (authority text, session_id text, course text, starts_at timestamptz, places_taken integer, marked integer, attended integer, part integer, absent integer, percent_attended numeric,
  certificates integer)
language sql stable cost 10000 as $$
  with held as (
    select s.authority_id, s.session_id, c.title, s.starts_at, count(b.booking_id)::integer as taken, count(b.attended)::integer as marked,
      count(*) filter (where b.attended = 'attended')::integer as attended, count(*) filter (where b.attended = 'part')::integer as part,
      count(*) filter (where b.attended = 'absent')::integer as absent, count(k.certificate_id)::integer as certificates
    from cpd.session s
    join cpd.course c on c.authority_id = s.authority_id and c.course_id = s.course_id
    left join cpd.booking b on b.authority_id = s.authority_id and b.session_id = s.session_id and b.status = 'confirmed'
    left join cpd.certificate k on k.authority_id = b.authority_id and k.booking_id = b.booking_id and k.withdrawn_on is null
    where s.authority_id = (select auth.authority_id()) and s.status = 'published' and s.starts_at <= now()
      and (p_from is null or s.starts_at >= (p_from::timestamp at time zone 'Europe/London'))
      and (p_to is null or s.starts_at < ((p_to + 1)::timestamp at time zone 'Europe/London'))
      and (p_course_id is null or s.course_id = p_course_id)
    group by s.authority_id, s.session_id, c.title, s.starts_at
  )
  select base.authority_code(auth.authority_id()), h.session_id, coalesce(h.title, 'Total'), h.starts_at, sum(h.taken)::integer, sum(h.marked)::integer, sum(h.attended)::integer,
    sum(h.part)::integer, sum(h.absent)::integer, round(100.0 * sum(h.attended) / nullif(sum(h.marked), 0), 1), sum(h.certificates)::integer
  from held h
  group by grouping sets ((h.session_id, h.title, h.starts_at), ())
  having count(*) > 0
  order by h.starts_at nulls last, h.session_id
$$;
comment on function reports.cpd_attendance is 'reports.cpd_attendance is who came to the sessions of a period: of those who are marked, the base, how many came to all of it, in part, or not at all; and the total (CPD-9).';

create function reports.cpd_evaluation(p_from date, p_to date, p_course_id text)
returns table (authority text, course text, stage text, asked integer, answered integer, percent_answered numeric, confidence numeric, rating numeric, gained numeric, gained_of integer)
language sql stable cost 10000 as $$
  with place as (
    select c.course_id, c.title, b.authority_id, b.booking_id, b.attended
    from cpd.session s
    join cpd.course c on c.authority_id = s.authority_id and c.course_id = s.course_id
    join cpd.booking b on b.authority_id = s.authority_id and b.session_id = s.session_id and b.status = 'confirmed'
    where s.authority_id = (select auth.authority_id()) and s.status = 'published'
      and (p_from is null or s.starts_at >= (p_from::timestamp at time zone 'Europe/London'))
      and (p_to is null or s.starts_at < ((p_to + 1)::timestamp at time zone 'Europe/London'))
      and (p_course_id is null or s.course_id = p_course_id)
  ), answer as (
    select p.course_id, p.title, g.stage, g.nth, p.booking_id, p.attended, e.confidence, e.rating, e.confidence - f.confidence as gained
    from place p
    cross join (values ('before', 1), ('day', 2), ('impact', 3)) g (stage, nth)
    left join cpd.evaluation e on e.authority_id = p.authority_id and e.booking_id = p.booking_id and e.stage = g.stage
    left join cpd.evaluation f on f.authority_id = p.authority_id and f.booking_id = p.booking_id and f.stage = 'before' and g.stage <> 'before'
    where g.stage = 'before' or p.attended in ('attended', 'part')
  )
  select base.authority_code(auth.authority_id()), coalesce(a.title, 'Total'), a.stage, count(*)::integer, count(a.confidence)::integer, round(100.0 * count(a.confidence) / count(*), 1),
    round(avg(a.confidence), 2), round(avg(a.rating), 2), round(avg(a.gained), 2), count(a.gained)::integer
  from answer a
  group by grouping sets ((a.course_id, a.title, a.nth, a.stage), (a.nth, a.stage))
  order by a.course_id is null, a.title, a.course_id, a.nth
$$;
comment on function reports.cpd_evaluation is 'reports.cpd_evaluation is what delegates made of courses in three stages: before, everybody with a place is asked, afterwards those who came; of the answers the mean confidence and rating from 1 to 5, and how much confidence those gained who had said before, too (CPD-9).';
grant execute on function reports.cpd_waiting, reports.cpd_attendance, reports.cpd_evaluation to persona_la_admin, persona_officer, persona_reporter;
