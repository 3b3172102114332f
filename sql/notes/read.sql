-- Calls that list notes: what is due and late, and every version of one (VIS-3).

create function notes.list_notes(p_school_urn integer, p_partner_id text, p_state text, p_from date, p_to date, p_as_of date, p_page_size integer, p_cursor text)
returns table (visit_id text, visited_on date, school_urn integer, school text, partner text, state text, note_due_on date, written_on date, late boolean,
  working_days_late integer, version integer, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
begin
  if lower(p_state) not in ('due', 'late', 'noted', 'agreed') then
    perform errors.invalid('state', 'A note is due, late, noted or agreed.', 'VIS-3', 'due, late, noted or agreed');
  end if;
  return query
  with page as (
    select n.*
    from notes.notes_on(v_on) n
    where (p_school_urn is null or n.school_urn = p_school_urn)
      and (p_partner_id is null or n.partner_id = p_partner_id)
      and (p_from is null or n.visited_on >= p_from) and (p_to is null or n.visited_on <= p_to)
      and (p_state is null or n.state = lower(p_state) or lower(p_state) = 'due' and n.state = 'late')
      and (p_cursor is null or (n.note_due_on, n.visit_id) > ((p_cursor::jsonb ->> 0)::date, p_cursor::jsonb ->> 1))
    order by n.note_due_on, n.visit_id
    limit greatest(1, least(coalesce(p_page_size, 100), 500))
  )
  select g.visit_id, g.visited_on, g.school_urn, school.name, p.name, g.state, g.note_due_on, g.written_on, g.late,
    case when g.late then calendar.count_working_days(g.note_due_on, coalesce(g.written_on, v_on)) end, g.number, jsonb_build_array(g.note_due_on, g.visit_id)::text
  from page g
  join partners.partner p on p.authority_id = auth.authority_id() and p.partner_id = g.partner_id
  left join lateral register.establishment_on(g.school_urn, g.visited_on) school on true
  order by g.note_due_on, g.visit_id;
end $$;
comment on function notes.list_notes is 'notes.list_notes lists the notes of visits that took place, the earliest due first: due, late, noted or agreed, and by how many working days a late one is or was late (VIS-3). Row security leaves a partner their own and a school its own.';

create function notes.notes_on(p_on date)
returns table (visit_id text, visited_on date, school_urn integer, partner_id text, state text, note_due_on date, written_on date, late boolean, number integer)
language sql stable as $$
  select v.visit_id, (v.starts_at at time zone 'Europe/London')::date, v.school_urn, v.partner_id,
    case when w.number is null then case when v.note_due_on < p_on then 'late' else 'due' end
      when a.visit_id is null then 'noted' else 'agreed' end,
    v.note_due_on, w.first_on, coalesce(w.first_on, p_on) > v.note_due_on, w.number
  from visits.visit v
  left join lateral (
    select max(p.number) as number, (min(p.written_at) at time zone 'Europe/London')::date as first_on
    from notes.part p
    where p.authority_id = v.authority_id and p.visit_id = v.visit_id and p.part = 'partner'
      and p.written_at < ((p_on + 1)::timestamp at time zone 'Europe/London')
  ) w on true
  left join notes.agreement a on a.authority_id = v.authority_id and a.visit_id = v.visit_id and a.number = w.number
    and a.agreed_at < ((p_on + 1)::timestamp at time zone 'Europe/London')
  where v.authority_id = (select auth.authority_id()) and v.status in ('done', 'noted', 'agreed')
    and v.starts_at < ((p_on + 1)::timestamp at time zone 'Europe/London')
$$;
comment on function notes.notes_on is 'notes.notes_on tells of each visit that took place by a day how its note stood at the end of that day.';
grant execute on function notes.notes_on to improve_exec;
grant execute on function notes.list_notes to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;

create function notes.list_note_versions(p_visit_id text)
returns table (part text, version integer, written_at timestamptz, written_by uuid, themes jsonb, support_level text, agreed_at timestamptz, comment text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  perform visits.require_visible(p_visit_id);
  return query
  select p.part, p.number, p.written_at, case when auth.is_staff() or p.written_by = auth.person_id() then p.written_by end, to_jsonb(p.themes),
    p.support_level, a.agreed_at, a.comment
  from notes.part p
  left join notes.agreement a on a.authority_id = p.authority_id and a.visit_id = p.visit_id and a.part = p.part and a.number = p.number
  where p.authority_id = auth.authority_id() and p.visit_id = p_visit_id
  order by p.part desc, p.number;
end $$;
comment on function notes.list_note_versions is 'notes.list_note_versions lists every version of both parts of a note, with the school''s agreement to it; who wrote one is told to the authority''s staff and to the author (VIS-3).';
grant execute on function notes.list_note_versions to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;
