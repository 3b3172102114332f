-- Organisations that lead bids, give support, host or sit on boards (FUN-1).

create function funds.kind_of(p_word text) returns text
language plpgsql immutable as $$
begin
  return case lower(btrim(p_word)) when 'tsa' then 'teaching_school_alliance' when 'mat' then 'multi_academy_trust' when 'la' then 'local_authority'
    else lower(btrim(p_word)) end;
end $$;
comment on function funds.kind_of is 'funds.kind_of writes a kind of organisation out: tsa, mat and la are short for the three that lead bids.';

create function funds.require_organisation(p_field text, p_organisation_id text) returns funds.organisation
language plpgsql stable as $$
declare
  v_organisation funds.organisation;
begin
  perform errors.required(p_field, p_organisation_id, 'a reference such as og-7k2q9mx4td');
  select o.* into v_organisation from funds.organisation o where o.authority_id = auth.authority_id() and o.organisation_id = p_organisation_id;
  if not found then
    perform errors.not_found(p_field, format('The authority has no organisation "%s".', left(p_organisation_id, 40)),
      'a reference such as og-7k2q9mx4td', 'improve organisation list shows them.');
  end if;
  return v_organisation;
end $$;
comment on function funds.require_organisation is 'funds.require_organisation finds an organisation, or refuses.';
grant execute on function funds.kind_of, funds.require_organisation to improve_exec;

create function funds.add_organisation(p_name text, p_kind text) returns table (organisation_id text, kind text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('name', btrim(p_name));
  perform errors.required('kind', btrim(p_kind), 'teaching_school_alliance (tsa), multi_academy_trust (mat), local_authority (la), school, hub …');
  return query
  insert into funds.organisation (authority_id, organisation_id, name, kind)
  values (auth.authority_id(), base.new_ref('og'), btrim(p_name), funds.kind_of(p_kind))
  returning organisation_id, kind, version;
end $$;
comment on function funds.add_organisation is 'funds.add_organisation adds an organisation that leads bids, gives support, hosts or sits on boards.';
grant execute on function funds.add_organisation to persona_la_admin, persona_officer;

create function funds.list_organisations(p_kind text, p_name text, p_page_size integer, p_cursor text)
returns table (organisation_id text, name text, kind text, version integer, row_cursor text)
language sql stable as $$
  select o.organisation_id, o.name, o.kind, o.version, o.name_key
  from funds.organisation o
  where o.authority_id = (select auth.authority_id())
    and (p_kind is null or o.kind = funds.kind_of(p_kind))
    and (p_name is null or strpos(o.name_key, lower(btrim(p_name))) > 0)
    and (p_cursor is null or o.name_key > p_cursor)
  order by o.name_key
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function funds.list_organisations is 'funds.list_organisations lists the authority''s organisations by name.';
grant execute on function funds.list_organisations to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;
