-- Reports on notes of visit: late ones (VIS-3), samples and themes (VIS-4).

create function reports.notes_late(p_as_of date, p_from date)
returns table (authority text, as_of date, partner_id text, partner text, base integer, on_time integer, came_late integer, late integer, not_due integer,
  longest_working_days integer, percent numeric)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
  v_from constant date := coalesce(p_from, calendar.academic_year_starts(calendar.academic_year(v_on)));
  v_authority constant text := base.authority_code(auth.authority_id());
begin
  return query
  with note as materialized (
    select n.*, p.name, case when n.late then calendar.count_working_days(n.note_due_on, coalesce(n.written_on, v_on)) end as days
    from notes.notes_on(v_on) n
    join partners.partner p on p.authority_id = auth.authority_id() and p.partner_id = n.partner_id
    where n.visited_on between v_from and v_on
  ), counted as (
    select n.partner_id, n.name, count(*)::integer as base, count(*) filter (where n.written_on is not null and not n.late)::integer as on_time,
      count(*) filter (where n.written_on is not null and n.late)::integer as came_late, count(*) filter (where n.state = 'late')::integer as late,
      count(*) filter (where n.state = 'due')::integer as not_due, max(n.days) as longest
    from note n
    group by grouping sets ((n.partner_id, n.name), ())
  )
  select v_authority, v_on, c.partner_id, coalesce(c.name, 'Total'), c.base, c.on_time, c.came_late, c.late, c.not_due, c.longest,
    reports.percent(c.on_time, c.base - c.not_due)
  from counted c
  where c.base > 0
  order by c.name is null, c.late desc, c.came_late desc, c.name, c.partner_id;
end $$;
comment on function reports.notes_late is 'reports.notes_late counts by partner the notes of the visits of a period, to the day on which it is looked at: on time, come late, late still, not due yet, and the longest delay in working days. The percentage is of those on time, of all that were due (VIS-3, C-6).';
grant execute on function reports.notes_late to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function reports.qa_sample(p_size integer, p_seed text, p_from date, p_to date, p_known_at timestamptz)
returns table (authority text, partner_id text, partner text, phase_group text, base integer, drawn integer, rated integer, met integer, partly_met integer,
  not_met integer, percent numeric)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_authority constant text := base.authority_code(auth.authority_id());
begin
  return query
  with sampled as materialized (select s.* from notes.sample_notes(p_size, p_seed, p_from, p_to, p_known_at) s),
  rating as (
    select s.visit_id, count(r.rater_id) as ratings, count(*) filter (where r.outcome = 'met') as met, count(*) filter (where r.outcome = 'partly_met') as partly,
      count(*) filter (where r.outcome = 'not_met') as unmet
    from sampled s
    left join notes.rating r on r.authority_id = auth.authority_id() and r.visit_id = s.visit_id and r.number = s.version
    group by s.visit_id
  ), stratum as (
    select s.partner_id, s.partner, s.phase_group, s.stratum_notes, count(*) as drawn, count(*) filter (where r.ratings > 0) as rated, sum(r.met) as met,
      sum(r.partly) as partly, sum(r.unmet) as unmet
    from sampled s join rating r on r.visit_id = s.visit_id
    group by s.partner_id, s.partner, s.phase_group, s.stratum_notes
  )
  select v_authority, t.partner_id, coalesce(t.partner, 'Total'), t.phase_group, sum(t.stratum_notes)::integer, sum(t.drawn)::integer, sum(t.rated)::integer,
    sum(t.met)::integer, sum(t.partly)::integer, sum(t.unmet)::integer, reports.percent(sum(t.rated)::bigint, sum(t.drawn)::bigint)
  from stratum t
  group by grouping sets ((t.partner_id, t.partner, t.phase_group), ())
  having count(*) > 0
  order by t.partner_id is null, t.partner, t.partner_id, t.phase_group;
end $$;
comment on function reports.qa_sample is 'reports.qa_sample draws a sample as notes.sample_notes does, and tells by partner and phase group how many notes there are, are drawn, and are rated, and what raters made of their latest versions. Strata that give none to the sample are not listed, nor in the total (VIS-4).';
grant execute on function reports.qa_sample to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function reports.visit_themes(p_from date, p_to date, p_phase_group text)
returns table (authority text, theme text, label text, notes integer, base integer, percent numeric)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_period constant record := notes.year_of(p_from, p_to);
  v_authority constant text := base.authority_code(auth.authority_id());
  v_all integer;
  v_without integer;
begin
  select count(*), count(*) filter (where cardinality(w.themes) = 0) into v_all, v_without
  from reports.notes_of(v_period.first_day, v_period.last_day, p_phase_group) w;
  raise notice using errcode = 'IMNTE', message = format('Base: %s notes of visits from %s to %s; %s of them bear no theme.', v_all,
    to_char(v_period.first_day, 'FMDD Mon YYYY'), to_char(v_period.last_day, 'FMDD Mon YYYY'), v_without);
  return query
  select v_authority, t.code, t.label, count(w.visit_id)::integer, v_all, reports.percent(count(w.visit_id), v_all)
  from notes.theme t
  left join reports.notes_of(v_period.first_day, v_period.last_day, p_phase_group) w on t.code = any (w.themes)
  where t.authority_id = auth.authority_id()
  group by t.code, t.label, t.retired_at
  having count(w.visit_id) > 0 or t.retired_at is null
  order by 4 desc, t.code;
end $$;
comment on function reports.visit_themes is 'reports.visit_themes counts in how many notes of visits of a period each theme was chosen, with all notes as the base; by their latest versions, each once (VIS-4, C-6).';

create function reports.notes_of(p_from date, p_to date, p_phase_group text) returns table (visit_id text, themes text[])
language sql stable as $$
  select distinct on (p.visit_id) p.visit_id, p.themes
  from notes.part p
  join notes.note n on n.authority_id = p.authority_id and n.visit_id = p.visit_id
  join visits.visit v on v.authority_id = p.authority_id and v.visit_id = p.visit_id
  where p.authority_id = (select auth.authority_id()) and p.part = 'partner' and v.status <> 'cancelled' and (p_phase_group is null or lower(n.phase_group) = lower(p_phase_group))
    and v.starts_at >= (p_from::timestamp at time zone 'Europe/London') and v.starts_at < ((p_to + 1)::timestamp at time zone 'Europe/London')
  order by p.visit_id, p.number desc
$$;
comment on function reports.notes_of is 'reports.notes_of gives the latest version of the partner''s part of each note of visits of a period.';
grant execute on function reports.notes_of to improve_exec;
grant execute on function reports.visit_themes to persona_la_admin, persona_officer, persona_finance, persona_reporter;
