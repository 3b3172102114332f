-- What the provider sees of the client's work (CON-1): while an agreement runs, the visits and notes of the schools it names; of what its own
-- partners delivered, for good. An officer sees that of all its partners, a partner what they did. Nothing else of the client's is read here.

create function consultancy.client_visits(p_agreement_id text, p_visit_id text, p_from date, p_to date)
returns table (visit_id text, starts_at timestamptz, ends_at timestamptz, school_urn integer, school text, partner text, purpose text, mode text, status text,
  half_days integer, under_agreement boolean, note_due_on date, noted boolean)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_caller constant integer := auth.authority_id();
  v_staff constant boolean := auth.is_staff();
  v_agreement consultancy.agreement;
  v_own text[];
  v_named integer[];
begin
  select a.* into v_agreement from consultancy.agreement a
  where a.authority_id = v_caller and a.agreement_id = p_agreement_id and a.side = 'provider' and a.status = 'accepted';
  select array_agg(t.placement_id) into v_own
  from consultancy.placement t join partners.partner p on p.authority_id = t.authority_id and p.partner_id = t.partner_id
  where t.authority_id = v_caller and t.agreement_id = p_agreement_id and (v_staff or p.person_id = auth.person_id());
  if v_agreement.agreement_id is null or not v_staff and v_own is null then
    return;
  end if;
  -- A partner sees the named schools while their own placement lasts.
  if consultancy.runs(v_agreement, base.today()) and (v_staff or exists (select from consultancy.placement t
      where t.authority_id = v_caller and t.placement_id = any (v_own) and base.today() between t.starts_on and t.ends_on)) then
    select array_agg(s.school_urn) into v_named from consultancy.school s
    where s.authority_id = v_caller and s.agreement_id = p_agreement_id and base.today() between s.starts_on and s.ends_on;
  end if;
  perform consultancy.in_books_of(v_agreement.other_id);
  if not exists (select from consultancy.agreement a where a.authority_id = auth.authority_id() and a.agreement_id = p_agreement_id) then
    v_named := null;
    v_own := null;
  end if;
  return query
  select v.visit_id, v.starts_at, v.ends_at, v.school_urn, school.name, p.name, v.purpose, v.mode, v.status, v.half_days, x.ours, v.note_due_on,
    exists (select from notes.part n where n.authority_id = v.authority_id and n.visit_id = v.visit_id)
  from visits.visit v
  join partners.partner p on p.authority_id = v.authority_id and p.partner_id = v.partner_id
  cross join lateral (select v.funding = 'consultancy' and v.funding_ref = p_agreement_id and v.partner_id in (select t.partner_id from consultancy.placement t
    where t.authority_id = v.authority_id and t.placement_id = any (v_own)) as ours) x
  left join lateral register.establishment_on(v.school_urn, (v.starts_at at time zone 'Europe/London')::date) school on true
  where v.authority_id = auth.authority_id() and (v.school_urn = any (v_named) or x.ours)
    and (p_visit_id is null or v.visit_id = p_visit_id)
    and (p_from is null or v.starts_at >= (p_from::timestamp at time zone 'Europe/London'))
    and (p_to is null or v.starts_at < ((p_to + 1)::timestamp at time zone 'Europe/London'))
  order by v.starts_at, v.visit_id
  limit 1000;
  perform consultancy.in_books_of(v_caller);
end $$;
comment on function consultancy.client_visits is 'consultancy.client_visits gives the client''s visits that an agreement lets the caller see today, at most 1,000. The agreement, the schools and who is placed are read in the caller''s own copy, before the client''s rows are; without the client''s copy nothing is.';

create function consultancy.list_agreement_visits(p_agreement_id text, p_from date, p_to date)
returns table (visit_id text, starts_at timestamptz, ends_at timestamptz, school_urn integer, school text, partner text, purpose text, mode text, status text,
  half_days integer, under_agreement boolean, note_due_on date, noted boolean)
language plpgsql stable as $$
begin
  perform consultancy.see(p_agreement_id, 'provider');
  return query select c.* from consultancy.client_visits(p_agreement_id, null, p_from, p_to) c;
end $$;
comment on function consultancy.list_agreement_visits is 'consultancy.list_agreement_visits lists the client''s visits to the schools that an agreement names while it runs, whoever makes them; afterwards only those that were made under it (CON-1).';
grant execute on function consultancy.list_agreement_visits to persona_la_admin, persona_officer, persona_partner;

create function consultancy.client_note(p_agreement_id text, p_visit_id text, p_format text)
returns table (visit_id text, status text, school_urn integer, school text, partner text, visited_on date, purpose text, mode text, template text,
  note_due_on date, sections jsonb, themes jsonb, support_level text, school_version integer, version integer, agreed_at timestamptz, comment text,
  document text)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_caller constant integer := auth.authority_id();
begin
  if not exists (select from consultancy.client_visits(p_agreement_id, p_visit_id, null, null) c where c.noted) then
    return;
  end if;
  perform consultancy.in_books_of(a.other_id) from consultancy.agreement a where a.authority_id = v_caller and a.agreement_id = p_agreement_id;
  return query
  select c.*, case lower(p_format) when 'markdown' then notes.as_markdown(c) when 'html' then notes.as_html(c) end
  from notes.content(p_visit_id) c;
  perform consultancy.in_books_of(v_caller);
end $$;
comment on function consultancy.client_note is 'consultancy.client_note gives the note of a client''s visit that an agreement lets the caller see today; no row of any other.';

create function consultancy.get_agreement_note(p_agreement_id text, p_visit_id text, p_format text)
returns table (visit_id text, status text, school_urn integer, school text, partner text, visited_on date, purpose text, mode text, template text,
  note_due_on date, sections jsonb, themes jsonb, support_level text, school_version integer, version integer, agreed_at timestamptz, comment text,
  document text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  perform consultancy.see(p_agreement_id, 'provider');
  perform errors.required('visit_id', p_visit_id, 'a reference such as vi-7k2q9mx4td');
  if lower(p_format) not in ('markdown', 'html') then
    perform errors.invalid('format', 'A note is shown as Markdown or HTML.', 'VIS-3', 'markdown or html; or absent');
  end if;
  return query select c.* from consultancy.client_note(p_agreement_id, p_visit_id, p_format) c;
  if not found then
    perform errors.not_found('visit_id', format('Agreement %s shows no note of a visit "%s".', p_agreement_id, left(p_visit_id, 40)),
      'a visit with a note', 'improve agreement visits shows which have one.');
  end if;
end $$;
comment on function consultancy.get_agreement_note is 'consultancy.get_agreement_note shows the note of a visit that an agreement lets the caller see: of any visit to a school it names while it runs, of its own for good (CON-1).';
grant execute on function consultancy.get_agreement_note to persona_la_admin, persona_officer, persona_partner;
grant execute on function consultancy.client_visits, consultancy.client_note to improve_exec;
