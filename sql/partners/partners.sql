-- Calls about partners themselves.

create function partners.add_partner(p_name text, p_kinds jsonb, p_capacity_half_days integer, p_person_id uuid)
returns table (partner_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('name', btrim(p_name));
  perform errors.required('kinds', p_kinds, 'sip, nle, lle, sle, ele, professional_partner, facilitator, pupil_premium_reviewer');
  perform errors.required('capacity_half_days', p_capacity_half_days, 'half-days a year');
  -- Only colleagues are visible here: whether another authority knows a person is not told.
  if p_person_id is not null and not exists (select from auth.person p where p.person_id = p_person_id) then
    perform errors.not_found('person_id', 'Nobody with this id is a member of the authority.', 'a person_id from: improve member list');
  end if;
  return query
  insert into partners.partner (authority_id, partner_id, person_id, name, kinds, capacity_half_days)
  values (auth.authority_id(), base.new_ref('pt'), p_person_id, btrim(p_name),
    array(select distinct lower(k) from jsonb_array_elements_text(p_kinds) k order by 1), p_capacity_half_days)
  returning partner_id, version;
end $$;
comment on function partners.add_partner is 'partners.add_partner engages a person as a partner of the authority (PAR-1).';
grant execute on function partners.add_partner to persona_la_admin, persona_officer;

create function partners.list_partners(p_kind text, p_name text, p_page_size integer, p_cursor text)
returns table (partner_id text, name text, kinds jsonb, capacity_half_days integer, half_days_assigned integer, assignments integer,
  person_id uuid, version integer, row_cursor text)
language sql stable as $$
  select p.partner_id, p.name, to_jsonb(p.kinds), p.capacity_half_days, coalesce(load.half_days, 0)::integer, load.assignments::integer,
    p.person_id, p.version, jsonb_build_array(p.name, p.partner_id)::text
  from partners.partner p
  cross join lateral (
    select sum(a.half_days) as half_days, count(*) as assignments
    from partners.assignment a
    where a.authority_id = p.authority_id and a.partner_id = p.partner_id
      and a.starts_on <= base.today() and (a.ends_on is null or a.ends_on >= base.today())
  ) load
  where p.authority_id = (select auth.authority_id())
    and (p_kind is null or lower(p_kind) = any (p.kinds))
    and (p_name is null or strpos(lower(p.name), lower(p_name)) > 0)
    and (p_cursor is null or (p.name, p.partner_id) > (p_cursor::jsonb ->> 0, p_cursor::jsonb ->> 1))
  order by p.name, p.partner_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function partners.list_partners is 'partners.list_partners lists the authority''s partners with what they carry today; a partner sees their own row.';
grant execute on function partners.list_partners to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner;
