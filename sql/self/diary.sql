-- The caller's own diary, over all their authorities.

create function self.watch_diary(p_cursor text)
returns table (at timestamptz, authority text, kind text, visit_id text, school_urn integer, status text, starts_at timestamptz,
  ends_at timestamptz, event_id text, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_most constant integer := 200;
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
  where e.person_id = auth.person_id() and e.number > coalesce((v_after ->> e.authority_id::text)::bigint, 0)
  order by e.authority_id, e.number -- in each authority as numbered: the cursor passes over nothing
  limit v_most;
end $$;
comment on function self.watch_diary is 'self.watch_diary gives what happened to the caller''s own visits after a cursor, in all their authorities, each once.';
grant execute on function self.watch_diary to persona_person;
