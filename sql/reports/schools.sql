-- Reports on schools: open schools by phase group (SCH-8) and Ofsted over time (SCH-7).

create function reports.schools_by_phase_group(p_as_of date, p_known_at timestamptz) returns table (authority text, phase_group text, schools integer)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_on date := coalesce(p_as_of, base.today());
  v_base integer := 0;
begin
  perform reports.note_register_start(v_on);
  for authority, phase_group, schools in
    select base.authority_code(s.authority_id), s.phase_group, count(*)::integer
    from register.schools_on(v_on, p_known_at) s
    where s.is_open and (auth.authority_id() = 0 or s.authority_id = auth.authority_id())
    group by s.authority_id, s.phase_group
    order by s.authority_id, array_position(array['Primary', 'Secondary', 'Special', 'Other'], s.phase_group), s.phase_group
  loop
    v_base := v_base + schools;
    return next;
  end loop;
  raise notice using errcode = 'IMNTE', message = format('Base: the %s schools open on %s.', v_base, to_char(v_on, 'FMDD Mon YYYY'));
end $$;
comment on function reports.schools_by_phase_group is 'reports.schools_by_phase_group counts the open schools of an authority, or of each, by its phase groups on a day, as known at a moment (SCH-8, C-7).';

create function reports.note_register_start(p_on date) returns void
language plpgsql stable as $$
declare
  v_from date;
begin
  select min(v.valid_from) into v_from from register.establishment_version v
  where v.superseded_at is null and (auth.authority_id() = 0 or v.authority_id = auth.authority_id());
  if v_from > p_on then
    raise notice using errcode = 'IMNTE', message = format('The register''s first record of these schools is of %s; it tells nothing of %s.',
      to_char(v_from, 'FMDD Mon YYYY'), to_char(p_on, 'FMDD Mon YYYY'));
  end if;
end $$;
comment on function reports.note_register_start is 'reports.note_register_start remarks when a report is asked for a day that the register does not reach back to.';

create function reports.inspectable_schools(p_on date, p_known_at timestamptz) returns table (authority_id integer, urn integer, school_id integer, listed_at date)
language sql stable as $$
  with open_school as materialized (
    select s.authority_id, s.urn, s.school_id
    from register.schools_on(p_on, p_known_at) s
    where s.is_open
  ),
  listing as (
    select l.authority_id, max(l.as_at) as as_at
    from register.inspection_listing l
    where l.as_at <= p_on and (p_known_at is null or l.recorded_at <= p_known_at)
      and l.authority_id not in (select o.authority_id from open_school o)
    group by l.authority_id
  )
  select o.authority_id, o.urn, o.school_id, null::date from open_school o
  union all
  select l.authority_id, l.urn, l.urn, l.as_at
  from listing g
  join register.inspection_listing l on l.authority_id = g.authority_id and l.as_at = g.as_at
$$;
comment on function reports.inspectable_schools is 'reports.inspectable_schools gives the schools that there were in each authority on a day: by the register where it reaches back to that day, else by Ofsted''s latest list before it (listed_at), which opens no school in the register (SCH-7).';

create function reports.graded_outcomes(p_on date, p_known_at timestamptz) returns table (urn integer, inspection_number text, starts_on date, grade integer)
language sql stable as $$
  with graded as materialized (
    select i.urn, i.inspection_number, i.starts_on, g.grade::integer as grade
    from register.inspection i
    join register.inspection_grade g on g.inspection_id = i.inspection_id and g.area = 'Overall effectiveness' and g.scale = '1-4'
    where i.kind = 'graded' and coalesce(i.published_on, i.ends_on, i.starts_on) <= p_on
      and case when p_known_at is null then i.superseded_at is null
        else i.recorded_at <= p_known_at and (i.superseded_at is null or i.superseded_at > p_known_at) end
  )
  select g.urn, g.inspection_number, g.starts_on, g.grade from graded g
  union
  select a.urn, g.inspection_number, g.starts_on, g.grade
  from register.inspection_attribution a
  join graded g using (inspection_number)
  where p_known_at is null or a.recorded_at <= p_known_at
$$;
comment on function reports.graded_outcomes is 'reports.graded_outcomes gives the overall grades published by a day, for the URN inspected and for those that Ofsted counts them for. An inspection without an overall grade (from September 2024) gives none.';

create function reports.latest_outcomes(p_on date, p_known_at timestamptz) returns table (authority_id integer, urn integer, listed_at date, grade integer)
language sql stable as $$
  with school as materialized (select * from reports.inspectable_schools(p_on, p_known_at)),
  outcome as materialized (select * from reports.graded_outcomes(p_on, p_known_at)),
  of_school as (
    -- Ofsted's own list says itself which inspections are whose; else those of the whole lineage count.
    select s.urn, o.inspection_number, o.starts_on, o.grade from school s join outcome o using (urn)
    union all
    select s.urn, o.inspection_number, o.starts_on, o.grade
    from school s
    join register.establishment e on e.school_id = s.school_id and e.urn <> s.urn
    join outcome o on o.urn = e.urn
    where s.listed_at is null
  ),
  latest as (
    select distinct on (o.urn) o.urn, o.grade from of_school o order by o.urn, o.starts_on desc, o.inspection_number desc
  )
  select s.authority_id, s.urn, s.listed_at, l.grade
  from school s
  left join latest l using (urn)
$$;
comment on function reports.latest_outcomes is 'reports.latest_outcomes gives each school of a day with its latest overall grade published by then; predecessors'' inspections count, and null is not inspected (SCH-7).';

create function reports.percent(p_part bigint, p_base bigint) returns numeric
language sql immutable parallel safe as $$ select round(100.0 * p_part / nullif(p_base, 0), 1) $$;
comment on function reports.percent is 'reports.percent gives a share in per cent with one decimal; null for an empty base (C-6).';

create function reports.outcomes_counted(p_on date, p_known_at timestamptz) returns table (authority_id integer, good integer, inspected integer, schools integer, listed_at date)
-- It joins sets, all of England at once: never a loop in a loop, whatever is known of the tables' sizes.
language sql stable set enable_nestloop = off set jit = off as $$
  select o.authority_id, (count(*) filter (where o.grade <= 2))::integer, count(o.grade)::integer, count(*)::integer, max(o.listed_at)
  from reports.latest_outcomes(p_on, p_known_at) o
  group by grouping sets ((o.authority_id), ())
$$;
comment on function reports.outcomes_counted is 'reports.outcomes_counted counts the schools of each authority, and of all (authority_id null), by their latest graded outcome on a day.';
grant execute on function reports.outcomes_counted to improve_exec;

create function reports.ofsted_over_time(p_as_of date, p_known_at timestamptz) returns table (authority text, as_of date, good_or_outstanding integer,
  less_than_good integer, not_inspected integer, base integer, percent_good_or_outstanding numeric)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_on date := coalesce(p_as_of, base.today());
  v_row record;
begin
  -- The row without an authority is the national figure; it comes last.
  for v_row in select c.* from reports.outcomes_counted(v_on, p_known_at) c order by c.authority_id nulls last loop
    if v_row.authority_id is null then
      raise notice using errcode = 'IMNTE', message = format('base counts the schools inspected. All authorities of the register: %s%% of %s are good or outstanding.',
        coalesce(reports.percent(v_row.good, v_row.inspected)::text, '-'), v_row.inspected);
    elsif auth.authority_id() in (0, v_row.authority_id) then
      if v_row.authority_id = auth.authority_id() and v_row.listed_at is not null then
        raise notice using errcode = 'IMNTE', message = format('Schools as Ofsted listed them on %s: the register of establishments does not reach back to %s.',
          to_char(v_row.listed_at, 'FMDD Mon YYYY'), to_char(v_on, 'FMDD Mon YYYY'));
      end if;
      return query select base.authority_code(v_row.authority_id), v_on, v_row.good, v_row.inspected - v_row.good, v_row.schools - v_row.inspected, v_row.inspected,
        reports.percent(v_row.good, v_row.inspected);
    end if;
  end loop;
end $$;
comment on function reports.ofsted_over_time is 'reports.ofsted_over_time counts an authority''s schools by their latest graded outcome on a day. The base of the percentage is the schools inspected, as in Northumberland''s published 133 of 173; those not yet inspected are counted beside it. The national figure is a remark (SCH-7, C-6).';

create function reports.ofsted_series(p_days jsonb, p_known_at timestamptz) returns table (authority text, as_of date, good_or_outstanding integer, less_than_good integer,
  not_inspected integer, base integer, percent_good_or_outstanding numeric, percent_less_than_good numeric, national_percent numeric, national_base integer)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_most constant integer := 24;
  v_year constant integer := calendar.academic_year(base.today());
  v_days date[] := array(select distinct (d #>> '{}')::date from jsonb_array_elements(coalesce(p_days, '[]')) d);
  v_listed text;
begin
  if v_days = '{}' then
    v_days := array(select calendar.academic_year_ends(y) from generate_series(v_year - 5, v_year - 1) y) || base.today();
  elsif cardinality(v_days) > v_most then
    perform errors.invalid('days', format('A series has %s days at most.', v_most), 'SCH-7', format('1 to %s days', v_most));
  end if;
  for authority, as_of, good_or_outstanding, less_than_good, not_inspected, base, percent_good_or_outstanding, percent_less_than_good, national_percent, national_base, v_listed in
    with counted as materialized (
      select d.day, c.* from unnest(v_days) d (day) cross join lateral reports.outcomes_counted(d.day, p_known_at) c
    )
    select base.authority_code(c.authority_id), c.day, c.good, c.inspected - c.good, c.schools - c.inspected, c.inspected, reports.percent(c.good, c.inspected),
      reports.percent(c.inspected - c.good, c.inspected), reports.percent(n.good, n.inspected), n.inspected,
      'Schools of ' || to_char(c.day, 'FMDD Mon YYYY') || ' are as Ofsted listed them on ' || to_char(c.listed_at, 'FMDD Mon YYYY') || ': the register of establishments does not reach back to that day.'
    from counted c
    join counted n on n.day = c.day and n.authority_id is null
    where auth.authority_id() = 0 and c.authority_id is not null or c.authority_id = auth.authority_id()
    order by c.authority_id, c.day
  loop
    if v_listed is not null and auth.authority_id() <> 0 then
      raise notice using errcode = 'IMNTE', message = v_listed;
    end if;
    return next;
  end loop;
  raise notice using errcode = 'IMNTE', message = 'base counts the schools inspected by the day; national figures are those of all authorities of the register.';
end $$;
comment on function reports.ofsted_series is 'reports.ofsted_series counts an authority''s schools by their latest graded outcome on each of several days, with both shares and their base, and the same of all authorities: Northumberland''s published series is one call (SCH-7, C-6).';

grant execute on function reports.note_register_start, reports.inspectable_schools, reports.graded_outcomes, reports.latest_outcomes, reports.percent to improve_exec;
grant execute on function reports.schools_by_phase_group, reports.ofsted_over_time, reports.ofsted_series to persona_person;
