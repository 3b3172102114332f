-- The call that watches assignments; what a watch is stands in watch.sql.

create function events.watch_assignments(p_school_urn integer, p_partner_id text, p_page_size integer, p_cursor text)
returns table (at timestamptz, kind text, assignment_id text, school_urn integer, partner_id text, role text, status text, starts_on date, ends_on date,
  event_id text, row_cursor text)
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
    select e.at, split_part(e.kind, '.', 2), e.subject, e.school_urn, e.partner_id, e.about ->> 'role', e.about ->> 'status',
      (e.about ->> 'starts_on')::date, (e.about ->> 'ends_on')::date, e.event_id::text, e.number::text
    from events.event e
    where e.authority_id = v_authority and e.number > v_after and e.number <= v_newest and e.kind like 'assignment.%'
      and (p_school_urn is null or e.school_urn = p_school_urn) and (p_partner_id is null or e.partner_id = p_partner_id)
    order by e.number
    limit v_most;
  end if;
  if p_cursor is null or not found and v_newest > v_after + v_skip then
    return query select clock_timestamp(), 'from', null::text, null::integer, null::text, null::text, null::text, null::date, null::date, null::text,
      v_newest::text;
  end if;
end $$;
comment on function events.watch_assignments is 'events.watch_assignments gives what happened at the gates of the authority''s assignments after a cursor, each once and in order: staff see all, a partner their own, a school what concerns it.';
grant execute on function events.watch_assignments to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner,
  persona_booker;
