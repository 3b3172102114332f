-- Hubs and their areas (REV-1): which hub a school's request goes to.

create function reviews.hub_of(p_hub_id text) returns reviews.hub
language plpgsql stable as $$
declare
  v_hub reviews.hub;
begin
  perform errors.required('hub_id', p_hub_id, 'a reference such as hb-7k2q9mx4td');
  select h.* into v_hub from reviews.hub h where h.authority_id = auth.authority_id() and h.hub_id = p_hub_id;
  if not found then
    perform errors.not_found('hub_id', format('The authority has no hub "%s".', left(p_hub_id, 40)), 'a reference such as hb-7k2q9mx4td', 'improve review-hub list shows them.');
  end if;
  return v_hub;
end $$;
comment on function reviews.hub_of is 'reviews.hub_of finds a hub by its reference.';

create function reviews.hub_for(p_school_urn integer, p_on date) returns text
language plpgsql stable as $$
declare
  v_place record;
  v_hub text;
begin
  select upper(replace(v.postcode, ' ', '')) as postcode, upper(v.district) as district into v_place
  from register.establishment_version v
  where v.urn = p_school_urn and v.superseded_at is null and (v.valid_to is null or v.valid_to > p_on)
  order by v.valid_from limit 1;
  select a.hub_id into v_hub
  from reviews.hub_area a
  where a.authority_id = auth.authority_id() and a.starts_on <= p_on and (a.ends_on is null or a.ends_on >= p_on)
    and case a.kind when 'postcode' then v_place.postcode like a.area || '%' when 'district' then v_place.district = a.area else true end
  order by array_position(array['postcode', 'district', 'everywhere'], a.kind), length(a.area) desc, a.area
  limit 1;
  if not found then
    perform errors.precondition('NO_HUB', format('No hub is for the school''s area: postcode %s, district %s.', coalesce(v_place.postcode, 'not known'), coalesce(v_place.district, 'not known')),
      'hub_id', 'REV-1', coalesce((select string_agg(h.hub_id || ' ' || h.name, ', ' order by h.name) from reviews.hub h where h.authority_id = auth.authority_id()), 'a hub'),
      'An officer says which area a hub is for: improve review-hub add-area.');
  end if;
  return v_hub;
end $$;
comment on function reviews.hub_for is 'reviews.hub_for is the hub for a school on a day: by the longest beginning of its postcode, else by its district, else the one that is for everywhere. It refuses a school that no hub is for.';
grant execute on function reviews.hub_of, reviews.hub_for to improve_exec;

create function reviews.add_review_hub(p_name text, p_host text, p_coordinator text, p_email text, p_phone text, p_host_urn integer, p_town text)
returns table (hub_id text, name text, host text, coordinator text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('name', btrim(p_name));
  perform errors.required('host', btrim(p_host), 'the organisation that hosts it');
  perform errors.required('coordinator', btrim(p_coordinator), 'who is asked there');
  perform errors.required('email', btrim(p_email), 'where they are written to');
  if p_host_urn is not null and not exists (select from register.establishment e where e.urn = p_host_urn) then
    perform errors.not_found('host_urn', format('The register has no school %s.', p_host_urn), 'the URN of a school, six digits');
  end if;
  return query
  insert into reviews.hub (authority_id, hub_id, name, host, host_urn, town, coordinator, email, phone)
  values (auth.authority_id(), base.new_ref('hb'), btrim(p_name), btrim(p_host), p_host_urn, nullif(btrim(p_town), ''), btrim(p_coordinator), btrim(p_email), nullif(btrim(p_phone), ''))
  returning hub_id, name, host, coordinator, version;
end $$;
comment on function reviews.add_review_hub is 'reviews.add_review_hub adds a hub that brokers pupil premium reviews, with its host and coordinator (REV-1).';
grant execute on function reviews.add_review_hub to persona_la_admin, persona_officer;

create function reviews.change_review_hub(p_hub_id text, p_version integer, p_name text, p_host text, p_coordinator text, p_email text, p_phone text, p_town text)
returns table (hub_id text, name text, host text, coordinator text, email text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was reviews.hub;
begin
  perform errors.required('version', p_version);
  select h.* into v_was from reviews.hub h where h.authority_id = auth.authority_id() and h.hub_id = p_hub_id for no key update;
  if not found then
    v_was := reviews.hub_of(p_hub_id);
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  end if;
  return query
  update reviews.hub h set name = coalesce(nullif(btrim(p_name), ''), h.name), host = coalesce(nullif(btrim(p_host), ''), h.host),
    coordinator = coalesce(nullif(btrim(p_coordinator), ''), h.coordinator), email = coalesce(nullif(btrim(p_email), ''), h.email),
    phone = case when p_phone is null then h.phone else nullif(btrim(p_phone), '') end, town = case when p_town is null then h.town else nullif(btrim(p_town), '') end,
    version = h.version + 1
  where h.authority_id = v_was.authority_id and h.hub_id = p_hub_id
  returning h.hub_id, h.name, h.host, h.coordinator, h.email, h.version;
end $$;
comment on function reviews.change_review_hub is 'reviews.change_review_hub changes a hub''s name, host or coordinator; what is not given stays (REV-1).';
grant execute on function reviews.change_review_hub to persona_la_admin, persona_officer;

create function reviews.add_review_area(p_hub_id text, p_kind text, p_area text, p_starts_on date)
returns table (area_id text, hub_id text, kind text, area text, starts_on date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_kind constant text := lower(btrim(p_kind));
begin
  perform reviews.hub_of(p_hub_id);
  perform errors.required('kind', v_kind, 'postcode, district or everywhere');
  if v_kind <> 'everywhere' then
    perform errors.required('area', btrim(p_area), 'the beginning of a postcode, or the name of a district');
  end if;
  return query
  insert into reviews.hub_area (authority_id, area_id, hub_id, kind, area, starts_on)
  values (auth.authority_id(), base.new_ref('ha'), p_hub_id, v_kind, case v_kind when 'everywhere' then 'EVERYWHERE' when 'postcode' then upper(replace(p_area, ' ', '')) else upper(btrim(p_area)) end,
    coalesce(p_starts_on, base.today()))
  returning area_id, hub_id, kind, area, starts_on, version;
end $$;
comment on function reviews.add_review_area is 'reviews.add_review_area says which schools a hub is for, from a day on: those whose postcode begins so, of a district, or all that no other hub is for (REV-1).';
grant execute on function reviews.add_review_area to persona_la_admin, persona_officer;

create function reviews.end_review_area(p_area_id text, p_version integer, p_ends_on date)
returns table (area_id text, hub_id text, kind text, area text, ends_on date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was reviews.hub_area;
begin
  perform errors.required('area_id', p_area_id, 'a reference such as ha-7k2q9mx4td');
  perform errors.required('version', p_version);
  select a.* into v_was from reviews.hub_area a where a.authority_id = auth.authority_id() and a.area_id = p_area_id for no key update;
  if not found then
    perform errors.not_found('area_id', format('The authority has no area "%s".', left(p_area_id, 40)), 'a reference such as ha-7k2q9mx4td', 'improve review-hub list shows them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  end if;
  return query
  update reviews.hub_area a set ends_on = coalesce(p_ends_on, base.today()), version = a.version + 1
  where a.authority_id = v_was.authority_id and a.area_id = p_area_id
  returning a.area_id, a.hub_id, a.kind, a.area, a.ends_on, a.version;
end $$;
comment on function reviews.end_review_area is 'reviews.end_review_area sets the last day on which a hub is for an area; requests that went to it stay there (REV-1).';
grant execute on function reviews.end_review_area to persona_la_admin, persona_officer;

create function reviews.list_review_hubs(p_as_of date)
returns table (hub_id text, name text, host text, host_urn integer, town text, coordinator text, email text, phone text, areas jsonb, version integer)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
begin
  return query
  select h.hub_id, h.name, h.host, h.host_urn, h.town, h.coordinator, h.email, h.phone,
    (select coalesce(jsonb_agg(jsonb_build_object('area_id', a.area_id, 'kind', a.kind, 'area', a.area, 'starts_on', a.starts_on, 'ends_on', a.ends_on, 'version', a.version)
        order by a.kind, a.area), '[]')
     from reviews.hub_area a where a.authority_id = h.authority_id and a.hub_id = h.hub_id and a.starts_on <= v_on and (a.ends_on is null or a.ends_on >= v_on)), h.version
  from reviews.hub h
  where h.authority_id = auth.authority_id()
  order by h.name_key;
end $$;
comment on function reviews.list_review_hubs is 'reviews.list_review_hubs lists the hubs with whom to ask, and the areas that they are for on a day (REV-1).';
grant execute on function reviews.list_review_hubs to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;
