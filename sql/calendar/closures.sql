-- Closures: days on which an authority's offices are closed besides bank holidays (C-4).

create function calendar.known_moment(p_known_at date) returns timestamptz
language sql stable parallel safe as $$ select coalesce((p_known_at + 1)::timestamp at time zone 'Europe/London', 'infinity') $$;
comment on function calendar.known_moment is 'calendar.known_moment is the end of a day in England, for what was known then; null is for what is known now.';
grant execute on function calendar.known_moment to improve_exec;

create function calendar.add_closure(p_name text, p_starts_on date, p_ends_on date)
returns table (closure_id text, name text, starts_on date, ends_on date, working_days integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_ends_on constant date := coalesce(p_ends_on, p_starts_on);
  v_known record;
  v_other calendar.closure;
  v_working_days integer;
begin
  perform errors.required('name', btrim(p_name));
  perform errors.required('starts_on', p_starts_on, 'the first day');
  v_known := calendar.known_years();
  if v_ends_on < p_starts_on then
    perform errors.invalid('ends_on', 'A closure cannot end before it starts.', 'C-4', 'the first day or a later one');
  elsif p_starts_on < v_known.first_day or v_ends_on > v_known.last_day then
    perform errors.invalid(case when p_starts_on < v_known.first_day then 'starts_on' else 'ends_on' end,
      'Working days are not counted so far away.', 'C-4', format('days from %s to %s', v_known.first_day, v_known.last_day));
  end if;
  select c.* into v_other from calendar.closure c
  where c.authority_id = auth.authority_id() and c.superseded_at is null and c.starts_on <= v_ends_on and c.ends_on >= p_starts_on
  order by c.starts_on limit 1;
  if found then
    perform errors.precondition('CLOSURE_OVERLAPS', format('The authority is closed already from %s to %s: %s.',
      calendar.day_text(v_other.starts_on), calendar.day_text(v_other.ends_on), v_other.name), 'starts_on', 'C-4', 'days without a closure', format('improve calendar remove-closure %s %s removes it.',
      v_other.closure_id, v_other.version));
  end if;
  select count(*) into v_working_days from calendar.days(p_starts_on, v_ends_on, 'working', null) d where d.counts;
  if v_working_days = 0 then
    raise notice using errcode = 'IMNTE', message = 'None of these days was a working day: no count changes.';
  end if;
  return query
  insert into calendar.closure (authority_id, closure_id, starts_on, ends_on, name)
  values (auth.authority_id(), base.new_ref('cl'), p_starts_on, v_ends_on, btrim(p_name))
  returning closure_id, name, starts_on, ends_on, v_working_days, version;
end $$;
comment on function calendar.add_closure is 'calendar.add_closure records days on which the authority''s offices are closed, and tells how many working days that takes away (C-4).';
grant execute on function calendar.add_closure to persona_la_admin, persona_officer;

create function calendar.remove_closure(p_closure_id text, p_version integer)
returns table (closure_id text, name text, starts_on date, ends_on date, working_days integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was calendar.closure;
begin
  perform errors.required('closure_id', p_closure_id, 'a reference such as cl-7k2q9mx4td');
  perform errors.required('version', p_version);
  select c.* into v_was from calendar.closure c
  where c.authority_id = auth.authority_id() and c.closure_id = p_closure_id
  for no key update;
  if not found then
    perform errors.not_found('closure_id', format('The authority has no closure "%s".', left(p_closure_id, 40)),
      'a reference such as cl-7k2q9mx4td', 'improve calendar closures shows them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.superseded_at is not null then
    perform errors.precondition('CLOSURE_REMOVED', format('The closure was removed on %s.',
      calendar.day_text((v_was.superseded_at at time zone 'Europe/London')::date)), 'closure_id', 'C-4', 'a closure that holds');
  end if;
  update calendar.closure c set superseded_at = now(), version = c.version + 1
  where c.authority_id = auth.authority_id() and c.closure_id = p_closure_id;
  return query
  select v_was.closure_id, v_was.name, v_was.starts_on, v_was.ends_on,
    (select count(*)::integer from calendar.days(v_was.starts_on, v_was.ends_on, 'working', null) d where d.counts), v_was.version + 1;
end $$;
comment on function calendar.remove_closure is 'calendar.remove_closure takes a closure out of the counts from now on, and tells how many working days that gives back; what was counted before can still be told (C-4, C-5).';
grant execute on function calendar.remove_closure to persona_la_admin, persona_officer;

create function calendar.list_closures(p_from date, p_known_at date, p_page_size integer, p_cursor text)
returns table (closure_id text, name text, starts_on date, ends_on date, recorded_at timestamptz, removed_at timestamptz, version integer,
  row_cursor text)
language sql stable as $$
  select c.closure_id, c.name, c.starts_on, c.ends_on, c.recorded_at, c.superseded_at, c.version,
    jsonb_build_array(c.starts_on, c.closure_id)::text
  from calendar.closure c
  cross join (select calendar.known_moment(p_known_at) as moment) k
  where c.authority_id = (select auth.authority_id())
    and c.ends_on >= coalesce(p_from, calendar.academic_year_starts(calendar.academic_year(base.today())))
    and c.recorded_at < k.moment and (c.superseded_at is null or c.superseded_at >= k.moment)
    and (p_cursor is null or (c.starts_on, c.closure_id) > ((p_cursor::jsonb ->> 0)::date, p_cursor::jsonb ->> 1))
  order by c.starts_on, c.closure_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function calendar.list_closures is 'calendar.list_closures lists an authority''s closures that end on or after a day, the first of this academic year unless given.';
grant execute on function calendar.list_closures to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;
