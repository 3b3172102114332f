-- Terms of an authority: six half-terms a year, set all at once (C-3).

create function calendar.read_day(p_text text) returns date
language plpgsql stable as $$
begin
  return case when p_text ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then p_text::date end;
exception when datetime_field_overflow or invalid_datetime_format then
  return null;
end $$;
comment on function calendar.read_day is 'calendar.read_day reads an ISO day; null where it is none.';

create function calendar.half_terms(p_half_terms jsonb)
returns table (half_term integer, starts_on date, ends_on date, ended_before date)
language sql stable as $$
  select h.nth::integer, d.starts_on, d.ends_on, lag(d.ends_on) over (order by h.nth)
  from jsonb_array_elements(p_half_terms) with ordinality h (half_term, nth)
  cross join lateral (select calendar.read_day(h.half_term ->> 'starts_on'), calendar.read_day(h.half_term ->> 'ends_on')) d (starts_on, ends_on)
$$;
comment on function calendar.half_terms is 'calendar.half_terms reads the half-terms of a request, each with the last day of the one before it.';

create function calendar.half_term_faults(p_academic_year integer, p_half_terms jsonb) returns table (field text, description text, accepted text)
language sql stable as $$
  select format('half_terms[%s].%s', h.half_term, f.part), format('Half-term %s %s', h.half_term, f.fault), f.accepted
  from calendar.half_terms(p_half_terms) h
  cross join lateral (values
    (1, 'starts_on', h.starts_on is null, 'has no first day.', 'a day such as 2026-09-02'),
    (2, 'ends_on', h.ends_on is null, 'has no last day.', 'a day such as 2026-10-23'),
    (3, 'starts_on', h.starts_on not between calendar.academic_year_starts(p_academic_year) and calendar.academic_year_ends(p_academic_year),
      format('starts on %s, outside %s.', h.starts_on, calendar.year_text(p_academic_year)),
      format('%s to %s', calendar.academic_year_starts(p_academic_year), calendar.academic_year_ends(p_academic_year))),
    (4, 'ends_on', h.ends_on not between calendar.academic_year_starts(p_academic_year) and calendar.academic_year_ends(p_academic_year),
      format('ends on %s, outside %s.', h.ends_on, calendar.year_text(p_academic_year)),
      format('%s to %s', calendar.academic_year_starts(p_academic_year), calendar.academic_year_ends(p_academic_year))),
    (5, 'ends_on', h.ends_on < h.starts_on, format('ends on %s, before it starts.', h.ends_on), format('%s or later', h.starts_on)),
    (6, 'starts_on', h.starts_on <= h.ended_before, format('starts on %s, and the one before it ends on %s: they overlap.', h.starts_on, h.ended_before),
      format('%s or later', h.ended_before + 1)),
    (7, 'starts_on', h.starts_on > h.ended_before
        and not exists (select from generate_series(1, h.starts_on - h.ended_before - 1) n where extract(isodow from h.ended_before + n) < 6),
      format('starts on %s without a break after the one before it.', h.starts_on), 'at least one weekday between two half-terms'),
    (8, 'starts_on', h.starts_on - h.ended_before > 29,
      format('starts on %s: a gap of %s days after the one before it.', h.starts_on, h.starts_on - h.ended_before - 1), 'a break of 28 days at most')
  ) f (nth, part, holds, fault, accepted)
  where f.holds
  order by h.half_term, f.nth
$$;
comment on function calendar.half_term_faults is 'calendar.half_term_faults tells everything that is wrong with an academic year''s half-terms: days missing, outside the year, backwards, overlaps, no break, gaps.';
grant execute on function calendar.read_day, calendar.half_terms, calendar.half_term_faults to improve_exec;

create function calendar.set_terms(p_academic_year integer, p_half_terms jsonb, p_version integer)
returns table (academic_year integer, term text, half_term integer, starts_on date, ends_on date, working_days integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_known record;
  v_faults jsonb;
  v_version integer;
  v_count integer;
begin
  perform errors.required('academic_year', p_academic_year, 'the calendar year in which it begins: 2026 for 2026/27');
  v_known := calendar.known_years();
  if calendar.academic_year_starts(least(greatest(p_academic_year, 1000), 9000)) not between v_known.first_day and v_known.last_day - 365 then
    perform errors.invalid('academic_year', 'Working days are not counted so far away.', 'C-3', format('%s to %s',
      extract(year from v_known.first_day), extract(year from v_known.last_day) - 1));
  elsif p_half_terms is null or jsonb_array_length(p_half_terms) <> 6 then
    perform errors.invalid('half_terms', format('An academic year has six half-terms; %s are given.', coalesce(jsonb_array_length(p_half_terms), 0)),
      'C-3', 'six: autumn 1 and 2, spring 3 and 4, summer 5 and 6');
  end if;
  select jsonb_agg(jsonb_build_object('field', f.field, 'description', f.description, 'accepted', f.accepted)) into v_faults
  from calendar.half_term_faults(p_academic_year, p_half_terms) f;
  if v_faults is not null then
    perform errors.refuse(3, 'TERMS_WRONG', case when jsonb_array_length(v_faults) = 1 then v_faults #>> '{0,description}'
      else format('The terms of %s have %s faults.', calendar.year_text(p_academic_year), jsonb_array_length(v_faults)) end, p_rule => 'C-3',
      p_violations => v_faults);
  end if;
  select coalesce(max(h.version), 0) into v_version from calendar.half_term h
  where h.authority_id = auth.authority_id() and h.academic_year = p_academic_year;
  if coalesce(p_version, 0) <> v_version then
    perform errors.stale('version', coalesce(p_version, 0), v_version);
  end if;
  update calendar.half_term h set superseded_at = now()
  where h.authority_id = auth.authority_id() and h.academic_year = p_academic_year and h.superseded_at is null;
  insert into calendar.half_term (authority_id, academic_year, version, half_term, starts_on, ends_on)
  select auth.authority_id(), p_academic_year, v_version + 1, h.half_term, h.starts_on, h.ends_on
  from calendar.half_terms(p_half_terms) h
  on conflict do nothing;
  get diagnostics v_count = row_count;
  if v_count <> 6 then -- somebody else set them at the same time
    perform errors.stale('version', coalesce(p_version, 0), v_version + 1);
  end if;
  return query select l.academic_year, l.term, l.half_term, l.starts_on, l.ends_on, l.working_days, l.version
  from calendar.list_terms(p_academic_year, null) l;
end $$;
comment on function calendar.set_terms is 'calendar.set_terms sets the six half-terms of an academic year, all at once; what was set before is superseded (C-3, C-5).';
grant execute on function calendar.set_terms to persona_la_admin, persona_officer;

create function calendar.list_terms(p_academic_year integer, p_known_at date)
returns table (academic_year integer, term text, half_term integer, starts_on date, ends_on date, working_days integer, version integer)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_moment constant timestamptz := calendar.known_moment(p_known_at);
begin
  return query
  select h.academic_year, calendar.term_of(h.half_term), h.half_term, h.starts_on, h.ends_on,
    (select count(*)::integer from calendar.days(h.starts_on, h.ends_on, 'working', v_moment) d where d.counts), h.version
  from calendar.half_term h
  where h.authority_id = auth.authority_id() and h.recorded_at < v_moment and (h.superseded_at is null or h.superseded_at >= v_moment)
    and (h.academic_year = p_academic_year or p_academic_year is null and h.academic_year >= calendar.academic_year(base.today()))
  order by h.academic_year, h.half_term;
end $$;
comment on function calendar.list_terms is 'calendar.list_terms lists the half-terms of an academic year, or of this one and those to come, with the working days in each.';
-- set_terms calls it for its answer, as whoever calls.
grant execute on function calendar.list_terms to improve_exec, persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner,
  persona_booker;
