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
      and o.revoked_at is null
    group by o.authority_id
  ) m on true
  left join register.authority a on a.authority_id = m.authority_id
  where p.person_id = (select auth.person_id())
  order by m.authority_id
$$;
comment on function self.who_am_i is 'self.who_am_i tells who calls, and what they are in which authority today: one row an authority, 000 for the instance, or one without when there is none.';
grant execute on function self.who_am_i to persona_person;

create function self.can_i(p_method text) returns table (method text, allowed boolean, personas jsonb, given_by jsonb)
language plpgsql stable as $$
declare
  v_function constant text := lower(regexp_replace(regexp_replace(p_method, '^/?([a-z0-9]+\.)+([A-Za-z]+)/', '\2.'), '([a-z0-9])([A-Z])', '\1_\2', 'g'));
  v_held constant text[] := string_to_array(current_setting('app.personas'), ',');
begin
  perform errors.required('method', p_method, 'a method such as /improve.v1.Partners/AssignPartner');
  if v_function !~ '^[a-z_]+\.[a-z0-9_]+$' or to_regproc(v_function) is null then
    perform errors.not_found('method', format('No method "%s" needs a right.', left(p_method, 100)), 'a method from: improve list-methods');
  end if;
  method := p_method;
  select coalesce(jsonb_agg(r.persona order by r.persona) filter (where r.persona = any (v_held)), '[]'), coalesce(jsonb_agg(r.persona order by r.persona), '[]')
    into personas, given_by
  from (
    select substr(rolname, 9) as persona from pg_catalog.pg_roles
    where rolname like 'persona\_%' and has_function_privilege(oid, to_regproc(v_function), 'execute')
  ) r;
  allowed := personas <> '[]';
  return next;
end $$;
comment on function self.can_i is 'self.can_i tells whether the caller may call a method in the authority of this call, by which of their personas, and which personas give the right.';
grant execute on function self.can_i to persona_person;
