-- The call that watches schools causing concern; what a watch is stands in watch.sql.

create function events.watch_cases(p_school_urn integer, p_page_size integer, p_cursor text)
returns table (at timestamptz, kind text, case_id text, school_urn integer, was text, category text, effective_on date, event_id text, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_most constant integer := greatest(1, least(coalesce(p_page_size, 200), 500));
  v_skip constant integer := 1000; -- events that the caller may not see, before the cursor is moved past them
  v_authority constant integer := auth.authority_id();
  v_newest constant bigint := coalesce((select n.number from events.newest() n where n.authority_id = v_authority), 0);
  v_after bigint;
begin
  if p_cursor is not null then
    v_after := events.cursor_number(p_cursor);
    return query
    select e.at, split_part(e.kind, '.', 2), e.subject, e.school_urn, e.about ->> 'was', e.about ->> 'category', (e.about ->> 'on')::date, e.event_id::text, e.number::text
    from events.event e
    where e.authority_id = v_authority and e.number > v_after and e.number <= v_newest and e.kind like 'case.%' and (p_school_urn is null or e.school_urn = p_school_urn)
    order by e.number
    limit v_most;
  end if;
  if p_cursor is null or not found and v_newest > v_after + v_skip then
    return query select clock_timestamp(), 'from', null::text, null::integer, null::text, null::text, null::date, null::text, v_newest::text;
  end if;
end $$;
comment on function events.watch_cases is 'events.watch_cases gives what happened to the authority''s schools causing concern after a cursor, each once and in order: who came on, changed category and left; staff see all, a school its own.';
grant execute on function events.watch_cases to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;
