-- Calls that watch (the diary's is in sql/self). With a cursor they give what came after it, and the server waits while there is nothing; without one they give one row,
-- of kind "from": nothing has happened, and the cursor says where to go on. Its kind is "from", too, when many events passed that the caller
-- may not see, so that the cursor moves on.

create function events.watch_visits(p_school_urn integer, p_partner_id text, p_page_size integer, p_cursor text)
returns table (at timestamptz, kind text, visit_id text, school_urn integer, partner_id text, status text, starts_at timestamptz,
  ends_at timestamptz, event_id text, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_most constant integer := greatest(1, least(coalesce(p_page_size, 200), 500));
  v_skip constant integer := 1000; -- events that the caller may not see, before the cursor is moved past them
  v_authority constant integer := auth.authority_id();
  v_newest constant bigint := coalesce((select n.number from events.newest() n where n.authority_id = v_authority), 0);
  v_after bigint;
begin
  if p_cursor is null then
    return query select clock_timestamp(), 'from', null::text, null::integer, null::text, null::text, null::timestamptz, null::timestamptz,
      null::text, v_newest::text;
    return;
  end if;
  v_after := events.cursor_number(p_cursor);
  return query
  select e.at, split_part(e.kind, '.', 2), e.subject, e.school_urn, e.partner_id, e.about ->> 'status', (e.about ->> 'starts_at')::timestamptz,
    (e.about ->> 'ends_at')::timestamptz, e.event_id::text, e.number::text
  from events.event e
  where e.authority_id = v_authority and e.number > v_after and e.number <= v_newest and e.kind like 'visit.%'
    and (p_school_urn is null or e.school_urn = p_school_urn) and (p_partner_id is null or e.partner_id = p_partner_id)
  order by e.number
  limit v_most;
  if not found and v_newest > v_after + v_skip then
    return query select clock_timestamp(), 'from', null::text, null::integer, null::text, null::text, null::timestamptz, null::timestamptz,
      null::text, v_newest::text;
  end if;
end $$;
comment on function events.watch_visits is 'events.watch_visits gives what happened to the authority''s visits after a cursor, each once and in order: staff see all, a partner their own, a school its own.';
grant execute on function events.watch_visits to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner,
  persona_booker;

create function events.cursor_number(p_cursor text) returns bigint
language plpgsql immutable as $$
begin
  if p_cursor !~ '^[0-9]{1,18}$' then
    perform errors.invalid('cursor', 'That is no cursor of a watch.', 'C-9', 'the cursor of an earlier answer, or none');
  end if;
  return p_cursor::bigint;
end $$;
comment on function events.cursor_number is 'events.cursor_number reads the cursor of a watch in one authority.';

create function events.cursor_numbers(p_cursor text) returns jsonb
language plpgsql immutable as $$
begin
  if p_cursor !~ '^\{("[0-9]{1,3}": ?[0-9]{1,18}(, ?)?)*\}$' then
    perform errors.invalid('cursor', 'That is no cursor of a watch.', 'C-9', 'the cursor of an earlier answer, or none');
  end if;
  return p_cursor::jsonb;
end $$;
comment on function events.cursor_numbers is 'events.cursor_numbers reads the cursor of a watch over several authorities.';
grant execute on function events.cursor_number, events.cursor_numbers to improve_exec;
