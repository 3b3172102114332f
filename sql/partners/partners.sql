-- Calls about partners themselves (PAR-1).

create function partners.add_partner(p_name text, p_kinds jsonb, p_capacity_half_days integer, p_person_id uuid, p_starts_on date, p_background text,
  p_base_school_urn integer, p_email text, p_phone text)
returns table (partner_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_partner partners.partner;
begin
  perform errors.required('name', btrim(p_name));
  perform errors.required('kinds', p_kinds, 'sip, nle, lle, sle, ele, professional_partner, facilitator, pupil_premium_reviewer');
  perform errors.required('capacity_half_days', p_capacity_half_days, 'half-days a year');
  if jsonb_array_length(p_kinds) = 0 then
    perform errors.required('kinds', null::text, 'sip, nle, lle, sle, ele, professional_partner, facilitator, pupil_premium_reviewer');
  end if;
  -- Only colleagues are visible here: whether another authority knows a person is not told.
  if p_person_id is not null and not exists (select from auth.person p where p.person_id = p_person_id) then
    perform errors.not_found('person_id', 'Nobody with this id is a member of the authority.', 'a person_id from: improve member list');
  end if;
  perform partners.require_known_school('base_school_urn', p_base_school_urn);
  insert into partners.partner (authority_id, partner_id, person_id, name, capacity_half_days, background, base_school_urn, email, phone)
  values (auth.authority_id(), base.new_ref('pt'), p_person_id, btrim(p_name), p_capacity_half_days, lower(p_background), p_base_school_urn,
    nullif(btrim(p_email), ''), nullif(btrim(p_phone), ''))
  returning * into v_partner;
  insert into partners.kind_held (authority_id, held_id, partner_id, kind, starts_on)
  select v_partner.authority_id, base.new_ref('kd'), v_partner.partner_id, k.kind, p_starts_on
  from (select distinct lower(k) as kind from jsonb_array_elements_text(p_kinds) k) k;
  return query values (v_partner.partner_id, v_partner.version);
end $$;
comment on function partners.add_partner is 'partners.add_partner engages a person as a partner of the authority (PAR-1).';
grant execute on function partners.add_partner to persona_la_admin, persona_officer;

create function partners.require_known_school(p_field text, p_urn integer) returns void
language plpgsql stable as $$
begin
  -- A partner may lead a school of any authority: the register is public.
  if p_urn is not null and not exists (select from register.establishment_version v where v.urn = p_urn and v.superseded_at is null) then
    perform errors.not_found(p_field, format('The register has no school %s.', p_urn), 'the URN of a school', 'improve school list shows them.');
  end if;
end $$;
comment on function partners.require_known_school is 'partners.require_known_school refuses a URN that is no school of the register, whosever.';

create function partners.see_partner(p_partner_id text) returns partners.partner
language plpgsql stable as $$
declare
  v_partner partners.partner;
begin
  select p.* into v_partner from partners.partner p where p.authority_id = auth.authority_id() and p.partner_id = p_partner_id;
  if not found then
    perform errors.not_found('partner_id', format('The authority has no partner "%s".', left(p_partner_id, 40)),
      'a reference such as pt-7k2q9mx4td', 'improve partner list shows them.');
  end if;
  return v_partner;
end $$;
comment on function partners.see_partner is 'partners.see_partner finds a partner whom the caller may see.';

create function partners.own_partner(p_partner_id text) returns partners.partner
language plpgsql stable as $$
declare
  v_partner partners.partner;
begin
  if p_partner_id is not null then
    return partners.see_partner(p_partner_id);
  end if;
  select p.* into v_partner from partners.partner p where p.authority_id = auth.authority_id() and p.person_id = auth.person_id();
  if not found then
    perform errors.required('partner_id', p_partner_id, 'a reference such as pt-7k2q9mx4td');
  end if;
  return v_partner;
end $$;
comment on function partners.own_partner is 'partners.own_partner finds a partner whom the caller may see; without a reference, the caller.';
grant execute on function partners.require_known_school, partners.see_partner, partners.own_partner to improve_exec;

create function partners.changed(p_new text, p_old text) returns text
language sql immutable as $$ select case when p_new is null then p_old else nullif(btrim(p_new), '') end $$;
comment on function partners.changed is 'partners.changed is what a value becomes: what it was when nothing is given, null when empty text is.';
grant execute on function partners.changed to improve_exec;

create function partners.change_partner(p_partner_id text, p_version integer, p_name text, p_background text, p_base_school_urn integer, p_email text,
  p_phone text)
returns table (partner_id text, name text, background text, base_school_urn integer, email text, phone text, version integer, sent_back jsonb)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was partners.partner;
  v_now partners.partner;
begin
  perform errors.required('partner_id', p_partner_id, 'a reference such as pt-7k2q9mx4td');
  perform errors.required('version', p_version);
  v_was := partners.lock_partner(p_partner_id);
  if v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  end if;
  perform partners.require_known_school('base_school_urn', nullif(p_base_school_urn, 0));
  update partners.partner p
  set name = coalesce(nullif(btrim(p_name), ''), p.name), background = lower(partners.changed(p_background, p.background)),
    base_school_urn = nullif(coalesce(p_base_school_urn, p.base_school_urn), 0), email = partners.changed(p_email, p.email),
    phone = partners.changed(p_phone, p.phone), version = p.version + 1
  where p.authority_id = auth.authority_id() and p.partner_id = p_partner_id
  returning * into v_now;
  return query values (v_now.partner_id, v_now.name, v_now.background, v_now.base_school_urn, v_now.email, v_now.phone, v_now.version,
    case when v_now.base_school_urn is distinct from v_was.base_school_urn then partners.send_back(p_partner_id) else '[]' end);
end $$;
comment on function partners.change_partner is 'partners.change_partner changes what is given and leaves the rest; empty text, or school 0, takes a value away. Another base school may send assignments back (PAR-3).';
grant execute on function partners.change_partner to persona_la_admin, persona_officer;

create function partners.list_partners(p_kind text, p_name text, p_expertise text, p_as_of date, p_page_size integer, p_cursor text)
returns table (partner_id text, name text, kinds jsonb, capacity_half_days integer, half_days_assigned integer, assignments integer,
  person_id uuid, version integer, background text, base_school_urn integer, row_cursor text)
language sql stable as $$
  select p.partner_id, p.name, held.kinds, partners.capacity_on(p, coalesce(p_as_of, base.today())), coalesce(load.half_days, 0)::integer,
    load.assignments::integer, p.person_id, p.version, p.background, p.base_school_urn, jsonb_build_array(p.name, p.partner_id)::text
  from partners.partner p
  cross join lateral (
    select coalesce(jsonb_agg(k.kind order by k.kind), '[]') as kinds
    from partners.kind_held k
    where k.authority_id = p.authority_id and k.partner_id = p.partner_id
      and (k.starts_on is null or k.starts_on <= coalesce(p_as_of, base.today())) and (k.ends_on is null or k.ends_on >= coalesce(p_as_of, base.today()))
  ) held
  cross join lateral (
    select sum(a.half_days) as half_days, count(*) as assignments
    from partners.assignment a
    where a.authority_id = p.authority_id and a.partner_id = p.partner_id and a.status = 'live'
      and a.starts_on <= coalesce(p_as_of, base.today()) and (a.ends_on is null or a.ends_on >= coalesce(p_as_of, base.today()))
  ) load
  where p.authority_id = (select auth.authority_id())
    and (p_kind is null or held.kinds ? lower(p_kind))
    and (p_name is null or strpos(lower(p.name), lower(p_name)) > 0)
    and (p_expertise is null or exists (select from partners.partner_expertise x
      where x.authority_id = p.authority_id and x.partner_id = p.partner_id and x.code = lower(p_expertise)))
    and (p_cursor is null or (p.name, p.partner_id) > (p_cursor::jsonb ->> 0, p_cursor::jsonb ->> 1))
  order by p.name, p.partner_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function partners.list_partners is 'partners.list_partners lists the authority''s partners with what they are and carry on a day; a partner sees their own row.';
grant execute on function partners.list_partners to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner;
