-- Calls about the caller, across authorities.

create function self.who_am_i() returns table (person_id uuid, name text, kind text, authority text, authority_name text, personas jsonb,
  school_urns jsonb)
language sql stable as $$
  select p.person_id, p.display_name, p.kind, base.authority_code(m.authority_id), a.name, m.personas, m.school_urns
  from auth.person p
  left join (
    select o.authority_id, jsonb_agg(distinct o.persona) as personas,
      jsonb_agg(distinct o.school_urn) filter (where o.school_urn is not null) as school_urns
    from auth.membership o
    where o.person_id = (select auth.person_id()) and o.starts_on <= base.today() and (o.ends_on is null or o.ends_on >= base.today())
    group by o.authority_id
  ) m on true
  left join register.authority a on a.authority_id = m.authority_id
  where p.person_id = (select auth.person_id())
  order by m.authority_id
$$;
comment on function self.who_am_i is 'self.who_am_i tells who calls, and what they are in which authority today: one row an authority, 000 for the instance, or one without when there is none.';
grant execute on function self.who_am_i to persona_person;
