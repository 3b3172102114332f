-- The caller's own diary, over all their authorities (VIS-6): the visits whose time is in their busy times.

create policy own_diary on visits.visit for select to improve_exec
  using ((authority_id, visit_id) in (select b.authority_id, b.visit_id from visits.busy b where b.person_id = (select auth.person_id())));

create function self.list_diary(p_from date, p_to date, p_page_size integer, p_cursor text)
returns table (starts_at timestamptz, ends_at timestamptz, authority text, visit_id text, school_urn integer, school text, purpose text,
  mode text, place text, status text, version integer, row_cursor text)
language sql stable as $$
  select v.starts_at, v.ends_at, base.authority_code(v.authority_id), v.visit_id, v.school_urn, school.name, v.purpose, v.mode, v.place, v.status,
    v.version, jsonb_build_array(v.starts_at, v.visit_id)::text
  from visits.busy b
  join visits.visit v on v.authority_id = b.authority_id and v.visit_id = b.visit_id
  left join lateral register.establishment_on(v.school_urn, (v.starts_at at time zone 'Europe/London')::date) school on true
  where b.person_id = (select auth.person_id())
    and v.starts_at >= (coalesce(p_from, base.today())::timestamp at time zone 'Europe/London')
    and (p_to is null or v.starts_at < ((p_to + 1)::timestamp at time zone 'Europe/London'))
    and (p_cursor is null or (v.starts_at, v.visit_id) > ((p_cursor::jsonb ->> 0)::timestamptz, p_cursor::jsonb ->> 1))
  order by v.starts_at, v.visit_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function self.list_diary is 'self.list_diary lists the caller''s visits in all their authorities by time, from today unless a day is given; cancelled ones are not among them.';
grant execute on function self.list_diary to persona_person;

create function self.watch_diary(p_page_size integer, p_cursor text)
returns table (at timestamptz, authority text, kind text, visit_id text, school_urn integer, status text, starts_at timestamptz,
  ends_at timestamptz, event_id text, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_most constant integer := greatest(1, least(coalesce(p_page_size, 200), 500));
  v_after jsonb;
begin
  if p_cursor is null then
    return query select clock_timestamp(), null::text, 'from', null::text, null::integer, null::text, null::timestamptz, null::timestamptz,
      null::text, coalesce((select jsonb_object_agg(l.authority_id, l.number) from (
        select e.authority_id, max(e.number) as number
        from events.event e where e.person_id = auth.person_id() and e.number is not null group by e.authority_id) l), '{}')::text;
    return;
  end if;
  v_after := events.cursor_numbers(p_cursor);
  return query
  select e.at, base.authority_code(e.authority_id), split_part(e.kind, '.', 2), e.subject, e.school_urn, e.about ->> 'status',
    (e.about ->> 'starts_at')::timestamptz, (e.about ->> 'ends_at')::timestamptz, e.event_id::text,
    -- What was seen so far: the cursor of the row before, and this row.
    (v_after || jsonb_object_agg(e.authority_id, e.number) over (order by e.authority_id, e.number))::text
  from events.event e
  where e.person_id = auth.person_id() and e.kind like 'visit.%' and e.number > coalesce((v_after ->> e.authority_id::text)::bigint, 0)
  order by e.authority_id, e.number -- in each authority as numbered: the cursor passes over nothing
  limit v_most;
end $$;
comment on function self.watch_diary is 'self.watch_diary gives what happened to the caller''s own visits after a cursor, in all their authorities, each once.';
grant execute on function self.watch_diary to persona_person;
